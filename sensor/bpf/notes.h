/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * With SIEVES_FILES: what is remembered of open descriptors and of working folders, so that what is told of them fits
 * together. A note may be lost at any time, for another one in its place: then more is told.
 */
#pragma once

#include "sockets.h"

#define FOLDER_OF_PROCESS -100 /* AT_FDCWD, and the key of the working folder's note */

struct descriptor_key {
	__u32 tgid;
	__s32 fd;
};

/* Notes are written without a lock: one that is made of two has no seal that fits. */
struct note {
	__u64 key;
	/* Of which process and, but for working folders, which of its programs: of another one it says nothing. */
	__u64 stamp;
	/* Which folder it is. */
	__u64 folder;
	__u64 seal;
};

/* Its opening was not told: nor will its closing be. */
#define UNTOLD 1
/* A folder beside everything that rules are about: so is whatever is opened from it by a plain path. */
#define BESIDE 2

#define MAX_NOTES 65536

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_NOTES);
	__type(key, __u32);
	__type(value, struct note);
} notes SEC(".maps");

static __always_inline __u64 key_of(const struct descriptor_key *key) { return (__u64)key->tgid << 32 | (__u32)key->fd; }

static __always_inline struct note *place_of(__u64 key)
{
	__u32 place = key * 0x9e3779b97f4a7c15ULL >> 48;
	return bpf_map_lookup_elem(&notes, &place);
}

static __always_inline __u64 stamp_of(struct task_struct *task, int fd)
{
	return task->group_leader->start_boottime + (fd == FOLDER_OF_PROCESS ? 0 : task->self_exec_id) +
	       ((__u64)config.sieve_number << 56);
}

static __always_inline __u64 seal_of(const struct note *note, __u64 what)
{
	return ((note->key * 0xff51afd7ed558ccdULL ^ note->stamp) * 0xc4ceb9fe1a85ec53ULL ^ note->folder) << 2 | what;
}

static __always_inline __u64 note_of(struct task_struct *task, struct descriptor_key *key, __u64 *folder)
{
	struct note *note = place_of(key_of(key));
	if (!note || note->key != key_of(key))
		return 0;
	struct note found = *note;
	__u64 what = found.seal & 3;
	if (found.key != key_of(key) || found.stamp != stamp_of(task, key->fd) || found.seal != seal_of(&found, what))
		return 0;
	*folder = found.folder;
	return what;
}

static __always_inline void make_note(struct task_struct *task, struct descriptor_key *key, __u64 folder, __u64 what)
{
	struct note *at = place_of(key_of(key));
	struct note note = { key_of(key), stamp_of(task, key->fd), folder };
	if (!at)
		return;
	note.seal = seal_of(&note, what);
	*at = note;
}

static __always_inline void forget_descriptor(__u32 tgid, int fd)
{
	struct descriptor_key key = { tgid, fd };
	struct note *note = place_of(key_of(&key));
	if (note && note->key == key_of(&key))
		note->seal = 0;
}
