/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* With SIEVES_FILES: what is remembered of open descriptors, so that what is told of them fits together. */
#pragma once

#include "sockets.h"

struct descriptor_key {
	__u32 tgid;
	__s32 fd;
};

/* What is remembered of an open descriptor. Of a process that ended, or has begun another program, it holds no more. */
struct note {
	__u64 stamp;
	__u64 inode;
	__u64 what;
};

/* Its opening was not told: nor will its closing be. */
#define UNTOLD 1
/* A folder beside everything that rules are about: so is whatever is opened from it by a plain path. */
#define BESIDE 2

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct descriptor_key);
	__type(value, struct note);
} notes SEC(".maps");

static __always_inline __u64 stamp_of(struct task_struct *task)
{
	return task->group_leader->start_boottime + task->self_exec_id;
}

static __always_inline __u64 note_of(struct task_struct *task, struct descriptor_key *key, __u64 *inode)
{
	struct note *note = bpf_map_lookup_elem(&notes, key);
	if (!note || note->stamp != stamp_of(task))
		return 0;
	*inode = note->inode;
	return note->what;
}

static __always_inline void make_note(struct task_struct *task, struct descriptor_key *key, __u64 inode, __u64 what)
{
	struct note note = { stamp_of(task), inode, what };
	bpf_map_update_elem(&notes, key, &note, BPF_ANY);
}

static __always_inline void forget_descriptor(__u32 tgid, int fd)
{
	struct descriptor_key key = { tgid, fd };
	bpf_map_delete_elem(&notes, &key);
}
