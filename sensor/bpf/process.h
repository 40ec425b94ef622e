/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What a process is: its numbers, users, capabilities, and the file it runs. */
#pragma once

#include "path.h"

#define OVERLAYFS_MAGIC 0x794c7630
#define CAP_DAC_OVERRIDE 1
#define RLIMIT_NOFILE 7
#define PF_NO_NEW_PRIVS 0 /* number of the bit in atomic_flags */
#define S_IFMT 0170000
#define S_IFSOCK 0140000

/* The number in the process's own pid namespace: a container's process 1 is 1. */
static __always_inline int own_number(struct pid *pid)
{
	struct upid last = {};
	if (!pid)
		return 0;
	__u32 level = READ(pid, level);
	if (level > 32)
		return 0;
	void *numbers = (void *)pid + bpf_core_field_offset(struct pid, numbers);
	bpf_core_read(&last.nr, sizeof(last.nr), &((struct upid *)(numbers + level * bpf_core_type_size(struct upid)))->nr);
	return last.nr;
}

static __always_inline __u64 namespace_start(struct task_struct *task)
{
	struct pid_namespace *ns = READ(task, nsproxy, pid_ns_for_children);
	if (!ns || READ(ns, level) == 0)
		return 0;
	__u64 start = READ(ns, child_reaper, start_boottime);
	return start ? start + config.clock_offset : 0;
}

#define MOST_ANCESTORS 64

struct search {
	struct task_struct *task;
	int found;
};

/* One ancestor further, until one takes orphans in (prctl(2), "PR_SET_CHILD_SUBREAPER"). */
static long climb_ancestors(__u32 step, struct search *s)
{
	struct task_struct *task = s->task, *parent = READ(task, real_parent);
	if (!parent || parent == task)
		return 1;
	s->task = parent;
	struct signal_struct *signal = READ(parent, signal);
	if (!signal || !BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper))
		return 0;
	s->found = READ(parent, tgid);
	return 1;
}

/* Who takes in the children of a process that ends; 0 where it is one of its own threads. */
static __always_inline int reaper_of(struct task_struct *task)
{
	struct search up = { .task = task };
	struct signal_struct *signal = READ(task, signal);
	if (!signal || READ(task, pid) != READ(task, tgid))
		return 0;
	if (BPF_CORE_READ_BITFIELD_PROBED(signal, has_child_subreaper))
		bpf_loop(MOST_ANCESTORS, climb_ancestors, &up, 0);
	return up.found ? up.found : READ(task, nsproxy, pid_ns_for_children, child_reaper, pid);
}

static __always_inline __u32 terminal(struct task_struct *task)
{
	struct tty_struct *tty = READ(task, signal, tty);
	if (!tty)
		return 0;
	__u32 major = READ(tty, driver, major);
	__u32 minor = READ(tty, driver, minor_start) + READ(tty, index);
	/* As stat() encodes devices. */
	return (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);
}

/* The command's own name, and apart from it its further arguments; they stand in the memory that the caller sees, or not. */
static __always_inline void add_arguments(struct record *r, struct mm_struct *mm, bool is_seen)
{
	unsigned long start = READ(mm, arg_start), end = READ(mm, arg_end);
	__u32 first = r->end;
	if (!mm || !is_seen) {
		add_empty(r);
		add_empty(r);
		return;
	}
	add_user_string(r, (void *)start);
	__u32 size = r->end - first;
	if (size > 0 && start + size < end)
		add_user_bytes(r, (void *)(start + size), end - start - size, LONGEST_VALUE);
	else
		add_empty(r);
}

static __always_inline bool is_writable(struct inode *inode, const struct cred *cred)
{
	__u16 mode = READ(inode, i_mode);
	if (READ(cred, cap_effective.val) & (1ULL << CAP_DAC_OVERRIDE))
		return 1;
	if (READ(inode, i_uid.val) == READ(cred, fsuid.val))
		return mode & 0200;
	if (READ(inode, i_gid.val) == READ(cred, fsgid.val))
		return mode & 0020;
	return mode & 0002;
}

/* Of libs' flags of a program. */
#define LAYER_UPPER 2
#define LAYER_LOWER 8

/*
 * In which layer of an overlay a file lies; 0 for no overlay. The overlay's own inode begins with the
 * general one, and its upper entry is what follows.
 */
static __always_inline __u32 layer_of(struct inode *inode)
{
	struct dentry *upper = 0;
	if (READ(inode, i_sb, s_magic) != OVERLAYFS_MAGIC)
		return 0;
	bpf_probe_read_kernel(&upper, sizeof(upper), (void *)inode + bpf_core_type_size(struct inode));
	return upper ? LAYER_UPPER : LAYER_LOWER;
}

/* A file of memfd_create has no parent, and a name that says so. */
static __always_inline bool is_memory_file(struct dentry *dentry)
{
	char name[8] = {};
	if (READ(dentry, d_parent) != dentry)
		return 0;
	bpf_probe_read_kernel_str(name, sizeof(name), READ(dentry, d_name.name));
	return name[0] == 'm' && name[1] == 'e' && name[2] == 'm' && name[3] == 'f' && name[4] == 'd' && name[5] == ':';
}

/* From 6.13 the highest bit says that somebody has asked for the time (I_CTIME_QUERIED in include/linux/fs.h). */
#define NANOSECONDS_OF_CHANGE 0x7fffffff

static __always_inline void add_times(struct record *r, struct inode *inode)
{
	if (bpf_core_field_exists(inode->i_ctime_sec)) {
		__u32 nanoseconds = READ(inode, i_ctime_nsec) & NANOSECONDS_OF_CHANGE;
		add_u64(r, READ(inode, i_ctime_sec) * 1000000000ULL + nanoseconds);
		add_u64(r, READ(inode, i_mtime_sec) * 1000000000ULL + READ(inode, i_mtime_nsec));
		return;
	}
	struct inode___before_6_11 *older = (void *)inode;
	struct inode___before_6_6 *oldest = (void *)inode;
	struct timespec64 changed, modified = BPF_CORE_READ(older, i_mtime);
	if (bpf_core_field_exists(older->__i_ctime))
		changed = BPF_CORE_READ(older, __i_ctime);
	else
		changed = BPF_CORE_READ(oldest, i_ctime);
	add_u64(r, changed.tv_sec * 1000000000ULL + changed.tv_nsec);
	add_u64(r, modified.tv_sec * 1000000000ULL + modified.tv_nsec);
}

/* The parameters that execve and clone begin with, from `exe` to `cgroups`. */
static __always_inline void add_process(struct record *r, struct task_struct *task, struct mm_struct *mm, bool is_seen,
					bool with_cwd)
{
	add_arguments(r, mm, is_seen);
	add_u64(r, READ(task, pid));
	add_u64(r, READ(task, tgid));
	add_u64(r, READ(task, real_parent, pid));
	if (with_cwd) {
		struct fs_struct *fs = READ(task, fs);
		add_path(r, READ(fs, pwd.mnt), READ(fs, pwd.dentry));
	} else {
		add_empty(r);
	}
	add_u64(r, READ(task, signal, rlim[RLIMIT_NOFILE].rlim_cur));
	add_u64(r, READ(task, maj_flt));
	add_u64(r, READ(task, min_flt));
	add_u32(r, READ(mm, total_vm) * 4);
	/* Resident and swapped memory are sums over all CPUs in the kernel: /proc tells them, if anybody asks. */
	add_empty(r);
	add_empty(r);
	add_kernel_string(r, task->comm);
	add_cgroups(r, task);
}
