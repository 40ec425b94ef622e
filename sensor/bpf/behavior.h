/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * With --behavior: which system calls and capabilities each control group makes use of. Each is told once in a slice of
 * time, however often it is used: generic events of libs' table for calls, notifications for capabilities.
 */
#pragma once

#include "threads.h"

/* Slices of 2^32 nanoseconds, some four seconds. */
#define SLICE_SHIFT 32

struct use {
	__u64 unified, memory;
	/* Inode of the program: what the runtime used just before must not hide what the container's program uses. */
	__u64 program;
	/* A system call's number, or with one of the bits a capability's, or that of a 32-bit call. */
	__u32 what;
	/* Whether the container runtime makes the call, on its way to the container's own program. */
	__u32 by_runtime;
};

#define CAPABILITY_USE 0x10000
#define COMPAT_USE 0x20000

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 131072);
	__type(key, struct use);
	__type(value, __u64);
} uses SEC(".maps");

static const char CAPABILITY_ID[] = "capability";
static const char COMPAT_ID[] = "compat";

/* "runc:[2:INIT]", "crun". */
static __always_inline bool is_runtime(const char *name)
{
	return (name[0] == 'r' && name[1] == 'u' && name[2] == 'n' && name[3] == 'c') ||
	       (name[0] == 'c' && name[1] == 'r' && name[2] == 'u' && name[3] == 'n');
}

static __always_inline void add_number_text(struct record *r, __u32 number)
{
	__u8 *to = room(r);
	if (!to)
		return ended(r, 0);
	to[0] = '0' + number / 100 % 10;
	to[1] = '0' + number / 10 % 10;
	to[2] = '0' + number % 10;
	to[3] = 0;
	ended(r, 4);
}

static __noinline int tell_use(struct task_struct *task, __u32 what)
{
	struct use use = { .what = what };
	char name[16] = {};
	struct css_set *set = READ(task, cgroups);
	use.unified = READ(set, dfl_cgrp, kn, id);
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id)) {
		struct kernfs_node *node = group_of(set, bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id));
		use.memory = node ? READ(node, id) : 0;
	}
	struct mm_struct *mm = READ(task, mm);
	use.program = mm ? READ(mm, exe_file, f_inode, i_ino) : 0;
	bpf_get_current_comm(name, sizeof(name));
	use.by_runtime = is_runtime(name);
	__u64 slice = bpf_ktime_get_boot_ns() >> SLICE_SHIFT;
	__u64 *told = bpf_map_lookup_elem(&uses, &use);
	if (told && *told == slice)
		return 0;
	__u32 tid = bpf_get_current_pid_tgid();
	introduce();
	struct record *r = begin(tid, what < CAPABILITY_USE ? EVENT_GENERIC : EVENT_NOTIFICATION, 2);
	if (!r)
		return 0;
	if (what < CAPABILITY_USE) {
		add_u16(r, 0);
		add_u16(r, what);
	} else {
		add_kernel_string(r, what & CAPABILITY_USE ? CAPABILITY_ID : COMPAT_ID);
		add_number_text(r, what & 0xffff);
	}
	submit(r);
	bpf_map_update_elem(&uses, &use, &slice, BPF_ANY);
	return 0;
}
