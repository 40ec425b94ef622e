/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The part of the sensor that runs in the kernel: at the end of each wanted system call, and where processes begin,
 * change their program and end, one event is written as a block of the .scap format.
 */
#include "sieve.h"
#include "behavior.h"
#include "raw.h"
#include <bpf/bpf_tracing.h>

/* The kernel opens some helpers to programs under its own licence only. */
char LICENSE[] SEC("license") = "GPL";

#define TS_COMPAT 2

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_CALLS);
	__type(key, __u32);
	__type(value, struct call);
} calls SEC(".maps");

/* Processes (tgid) that are not looked at: ourselves, and who reads from us. Whoever has the number after them is. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u8);
} excluded SEC(".maps");

/* With ONLY_LISTED_PROCESSES: those that are, and when they began, where it is known; their children join them. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u64);
} listed SEC(".maps");

/* With ONLY_LISTED_CGROUPS: those whose processes are looked at. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_GROUPS);
	__type(key, struct listed_group);
	__type(value, __u8);
} listed_groups SEC(".maps");

static __always_inline bool is_in_group(struct kernfs_node *node, __u64 hierarchy)
{
	if (!node)
		return 0;
	struct listed_group group = { READ(node, id), hierarchy };
	return bpf_map_lookup_elem(&listed_groups, &group) != 0;
}

static __always_inline bool is_wanted(struct task_struct *task, __u32 tgid)
{
	if (bpf_map_lookup_elem(&excluded, &tgid))
		return 0;
	if ((config.settings & ONLY_LISTED_PROCESSES) && !bpf_map_lookup_elem(&listed, &tgid))
		return 0;
	if (config.settings & ONLY_LISTED_CGROUPS) {
		struct css_set *set = READ(task, cgroups);
		if (is_in_group(READ(set, dfl_cgrp, kn), HIERARCHY_UNIFIED))
			return 1;
		if (bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id) &&
		    is_in_group(group_of(set, bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id)), HIERARCHY_MEMORY))
			return 1;
		if (bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id) &&
		    is_in_group(group_of(set, bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id)), HIERARCHY_PIDS))
			return 1;
		return 0;
	}
	return 1;
}

static __always_inline void read_caller(struct caller *c, struct pt_regs *regs, long result)
{
	c->args[0] = regs->di;
	c->args[1] = regs->si;
	c->args[2] = regs->dx;
	c->args[3] = regs->r10;
	c->args[4] = regs->r8;
	c->args[5] = regs->r9;
	c->result = result;
}

/* With --raw, as the next one. */
SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long number)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tid = id, tgid = id >> 32, nr = number;
	__u32 *raw = bpf_map_lookup_elem(&raw_calls, &nr);
	if (!(config.settings & RAW_CALLS) || !raw || !*raw || !is_wanted((void *)bpf_get_current_task(), tgid))
		return 0;
	struct raw_beginning beginning = { bpf_ktime_get_boot_ns(), nr };
	bpf_map_update_elem(&began, &tid, &beginning, BPF_ANY);
	bool is_compat = bpf_get_current_task_btf()->thread_info.status & TS_COMPAT;
	if (!is_compat && never_returns(nr)) {
		struct caller c = {};
		read_caller(&c, regs, 0);
		submit_raw(&c, nr, *raw);
	}
	return 0;
}

/* Its result is that of the call that the signal's handler came into, and its number is gone (see is_handlers_end). */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_handlers_end, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 id = bpf_get_current_pid_tgid();
	if (!(config.settings & RAW_CALLS) || (__s32)regs->orig_ax != NO_CALL || !is_handlers_end(id) ||
	    (task->thread_info.status & TS_COMPAT) || !is_wanted(task, id >> 32))
		return 0;
	struct caller c = { .args = { READ(task, blocked.sig[0]) }, .result = result };
	submit_raw(&c, CALL_RT_SIGRETURN, 0);
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_use_of_call, struct pt_regs *regs, long number)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	if (number < 0 || number >= MAX_CALLS || !is_wanted(task, bpf_get_current_pid_tgid() >> 32))
		return 0;
	bool is_compat = READ(task, thread_info.status) & TS_COMPAT;
	return tell_use(task, is_compat ? COMPAT_USE | (__u32)number : (__u32)number);
}

/*
 * Only what the kernel granted: what it refuses a process is not needed by it. And only with the process' own
 * credentials: overlayfs works with those of whoever mounted it.
 */
SEC("tp_btf/cap_capable")
int BPF_PROG(on_use_of_capability, const void *cred, const void *target, const void *found, int capability, int result)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	if (result != 0 || capability < 0 || capability > 63 || cred != (const void *)READ(task, real_cred) ||
	    !is_wanted(task, bpf_get_current_pid_tgid() >> 32))
		return 0;
	return tell_use(task, CAPABILITY_USE | (__u32)capability);
}

/* Whether a descriptor is a socket that leads to nowhere but this machine, of a family that is sure to be no other one. */
static __always_inline bool is_local_socket(struct task_struct *task, int fd)
{
	struct socket *socket = socket_at(task, fd);
	__u16 family = socket ? READ(socket, sk, __sk_common.skc_family) : 0;
	return family == AF_UNIX || family == AF_NETLINK;
}

static __always_inline bool is_looked_at(__u32 nr)
{
	__u64 at = nr / 64;
	KEEP(at);
	return nr < MAX_CALLS && (config.looked_at[at & (MAX_CALLS / 64 - 1)] >> (nr % 64) & 1);
}

/* What is not wanted ends in the first lines: this runs at the end of every system call of every process. */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long result)
{
	__u32 nr = regs->orig_ax;
	if (!is_looked_at(nr))
		return 0;
	struct call *call = bpf_map_lookup_elem(&calls, &nr);
	if (!call)
		return 0;
	__u32 settings = config.settings;
	__u32 *raw = settings & RAW_CALLS ? bpf_map_lookup_elem(&raw_calls, &nr) : 0;
	bool shows_raw = raw && *raw;
	if (!call->event && !shows_raw)
		return 0;
	struct task_struct *task = bpf_get_current_task_btf();
	if (task->thread_info.status & TS_COMPAT) {
		/* A 32-bit call: its number means another one. */
		if (is_wanted(task, task->tgid))
			count_drop(DROP_COMPAT);
		return 0;
	}
	bool is_for_state = call->gives_way < 8;
	__u32 command = regs->si;
	bool is_event = call->event && !(call->outcome == OUTCOME_SUCCESS && result < 0) &&
			!(call->outcome == OUTCOME_FAILURE && result >= 0) &&
			!(call->sieve == SIEVE_FCNTL && is_for_state && command != F_DUPFD && command != F_DUPFD_CLOEXEC &&
			  command != F_SETFD) &&
			!(call->of_internet && is_local_socket(task, regs->di));
	__u32 tid = task->pid;
	if ((!is_event && !shows_raw) || !is_wanted(task, task->tgid))
		return 0;
	struct caller c = {};
	read_caller(&c, regs, result);
	if (shows_raw)
		submit_raw(&c, nr, *raw);
	if (!is_event || ((settings & SIEVES_FILES) && call->sieve != SIEVE_NONE &&
			  sieves(&c, call->sieve, is_for_state)))
		return 0;

	if (is_for_state &&
	    bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) * 8 > (__u64)call->gives_way * bpf_ringbuf_query(&events, BPF_RB_RING_SIZE)) {
		count_drop(DROP_SHED);
		return 0;
	}

	__u32 params = call->params;
	if (params > MAX_PARAMS)
		return 0;
	introduce();
	struct record *r = begin(tid, call->event, params);
	if (!r)
		return 0;
	for (__u32 i = 0; i < MAX_PARAMS; i++) {
		if (i >= params)
			break;
		if (add_param(r, &c, call->param[i].kind, call->param[i].arg))
			break;
	}
	submit(r);
	return 0;
}

#ifdef SWITCHABLE
/* For bench/live: see attach.h. */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_nothing)
{
	return 0;
}
#endif

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	__u32 tgid = READ(task, tgid);
	if (!(config.settings & WANTS_EXEC) || !is_wanted(task, tgid))
		return 0;
	introduce();
	struct record *r = begin(READ(task, pid), EVENT_EXECVE, 33);
	if (!r)
		return 0;
	add_program(r, task, 1);
	add_kernel_string(r, READ(bprm, filename));
	/* Beyond libs' table, whose readers pass them over. */
	add_u8(r, (READ(task, atomic_flags) >> PF_NO_NEW_PRIVS) & 1);
	add_u8(r, READ(task, seccomp.mode));
	submit(r);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 tgid = READ(child, tgid), from = READ(parent, tgid);
	if (!is_wanted(parent, from))
		return 0;
	if ((config.settings & ONLY_LISTED_PROCESSES) && tgid != from) {
		__u64 start = READ(child, start_boottime);
		bpf_map_update_elem(&listed, &tgid, &start, BPF_ANY);
	}
	if ((config.settings & SIEVES_FILES) && tgid != from)
		inherit_folder(parent, child);
	if (!(config.settings & WANTS_CLONE))
		return 0;
	introduce();
	__u32 tid = READ(child, pid);
	struct record *r = begin(tid, EVENT_CLONE, 21);
	if (!r)
		return 0;
	add_beginning(r, child, 1);
	if (submit(r) == SENT)
		note_told(child);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	__u32 tid = READ(task, pid), tgid = READ(task, tgid);
	bpf_map_delete_elem(&began, &tid);
	if (!(config.settings & WANTS_EXIT) || !is_wanted(task, tgid))
		return 0;
	introduce();
	struct record *r = begin(tid, EVENT_PROCEXIT, 5);
	if (!r)
		return 0;
	int status = READ(task, exit_code);
	add_u64(r, status);
	add_u64(r, (status >> 8) & 0xff);
	add_u8(r, status & 0x7f);
	add_u8(r, (status >> 7) & 1);
	add_u64(r, reaper_of(task));
	submit(r);
	/* A thread that runs another program takes the number over, and the time of beginning (execve(2), "Threads"). */
	if (introduces())
		bpf_map_delete_elem(&told, &tid);
	return 0;
}

/*
 * A main thread may end long before its process, or give its number to the thread that runs another program; it is freed
 * when it was waited for, which comes after the ends of all other threads. By then the number may be that of a new process.
 */
SEC("tp_btf/sched_process_free")
int BPF_PROG(on_free, struct task_struct *task)
{
	__u32 tgid = READ(task, tgid);
	if (READ(task, pid) != tgid)
		return 0;
	bpf_map_delete_elem(&excluded, &tgid);
	__u64 *start = bpf_map_lookup_elem(&listed, &tgid);
	if (start && (*start == 0 || *start == READ(task, start_boottime)))
		bpf_map_delete_elem(&listed, &tgid);
	return 0;
}
