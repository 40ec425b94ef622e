/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Threads that user space may not know: they ended before the scan of /proc came to them, were outside of the listed
 * control groups when they began, or the event that told of them was lost. Before their first event it is told what they
 * are, as if they began with their program now.
 */
#pragma once

#include "process.h"

/* The parameters of clone after its result. */
static __always_inline void add_beginning(struct record *r, struct task_struct *task, bool is_seen)
{
	__u32 tid = READ(task, pid), tgid = READ(task, tgid);
	add_u64(r, 0);
	add_process(r, task, READ(task, mm), is_seen, 0);
	add_u32(r, tid != tgid ? 8192 /* CLONE_THREAD, as libs has it */ : 0);
	add_u32(r, READ(task, cred, euid.val));
	add_u32(r, READ(task, cred, egid.val));
	add_u64(r, own_number(READ(task, thread_pid)));
	add_u64(r, own_number(READ(task, group_leader, thread_pid)));
	add_u64(r, namespace_start(task));
}

/* The parameters of execve but for the file's name as it was given. */
static __always_inline void add_program(struct record *r, struct task_struct *task, bool is_seen)
{
	struct mm_struct *mm = READ(task, mm);
	const struct cred *cred = READ(task, cred);
	struct file *exe = READ(mm, exe_file);
	struct inode *inode = READ(exe, f_inode);
	struct dentry *dentry = READ(exe, f_path.dentry);

	add_u64(r, 0);
	add_process(r, task, mm, is_seen, 1);
	unsigned long env = READ(mm, env_start);
	if (is_seen && (config.settings & WITH_ENVIRONMENT))
		add_user_bytes(r, (void *)env, READ(mm, env_end) - env, LONGEST_VALUE);
	else
		add_empty(r);
	add_u32(r, terminal(task));
	struct signal_struct *signal = READ(task, signal);
	struct pid *group = READ(signal, pids[PIDTYPE_PGID]);
	add_u64(r, own_number(group));
	add_u32(r, READ(task, loginuid.val));
	__u32 flags = (is_writable(inode, cred) ? 1 : 0) | layer_of(inode) | (is_memory_file(dentry) ? 4 : 0);
	add_u32(r, flags);
	add_u64(r, READ(cred, cap_inheritable.val));
	add_u64(r, READ(cred, cap_permitted.val));
	add_u64(r, READ(cred, cap_effective.val));
	add_u64(r, READ(inode, i_ino));
	add_times(r, inode);
	add_u32(r, READ(cred, euid.val));
	add_path(r, READ(exe, f_path.mnt), dentry);
	add_u64(r, group ? READ(group, numbers[0].nr) : 0);
	add_u32(r, READ(cred, egid.val));
}

static __always_inline bool is_told(struct task_struct *task)
{
	__u32 tid = READ(task, pid);
	__u64 *start = bpf_map_lookup_elem(&told, &tid);
	return start && *start == READ(task, start_boottime);
}

static __always_inline bool introduces(void) { return config.introduces || config.has_lost; }

/* User space knows of it from now on. */
static __always_inline void note_told(struct task_struct *task)
{
	__u32 tid = READ(task, pid);
	__u64 start = READ(task, start_boottime);
	if (introduces())
		bpf_map_update_elem(&told, &tid, &start, BPF_ANY);
}

/*
 * Tells what a thread is. `is_seen`: whether its memory is that of the caller, which alone can be read here. Not static:
 * the verifier then looks at it once, not for each way that leads to it; it takes no address of a task, but numbers.
 */
__noinline int describe(__u64 address, __u32 is_seen)
{
	struct task_struct *task = (void *)address;
	__u32 tid = READ(task, pid);
	struct record *r = begin_block(BLOCK_STATE, tid, EVENT_CLONE, 21);
	if (!r)
		return 0;
	put64(&r->data[EVENT_START], READ(task, start_boottime) + config.clock_offset);
	add_beginning(r, task, is_seen);
	end_event(r);
	/* What is lost of these is told with the next event. */
	if (finish(r) != SENT)
		return 0;
	r = begin_block(BLOCK_STATE, tid, EVENT_EXECVE, 30);
	if (!r)
		return 0;
	add_program(r, task, is_seen);
	end_event(r);
	if (finish(r) != SENT)
		return 0;
	r = begin_block(BLOCK_STATE, tid, EVENT_SETSID, 1);
	if (!r)
		return 0;
	add_u64(r, own_number(READ(task, signal, pids[PIDTYPE_SID])));
	end_event(r);
	if (finish(r) == SENT)
		note_told(task);
	return 0;
}

/* The caller, the main thread of its process, and that of its parent. One that ends has lost its memory before Linux 6.16. */
__noinline int introduce_caller(void)
{
	__u64 address = bpf_get_current_task();
	struct task_struct *task = (void *)address;
	struct task_struct *leader = ADDRESS(task, group_leader);
	struct task_struct *parent = ADDRESS(leader, real_parent, group_leader);
	bool is_seen = READ(task, mm) != 0;
	if (is_told(task))
		return 0;
	if (parent && parent != leader && READ(parent, pid) > 0 && !is_told(parent))
		describe((__u64)parent, 0);
	if (leader != task && !is_told(leader))
		describe((__u64)leader, is_seen);
	describe(address, is_seen);
	return 0;
}

static __always_inline void introduce(void)
{
	if (introduces())
		introduce_caller();
}
