/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The event that is being written, in memory of this CPU. */
#pragma once

#include "read.h"
#include "../protocol.h"

#define LONGEST_VALUE 4096
#define VALUES_END 12288
/* A mask for places in the record: the verifier believes a mask where it has lost sight of a comparison. */
#define PLACES (VALUES_END + LONGEST_VALUE - 1)
/* Parent directories of a path, and of a control group, that are followed. */
#define DEEPEST_PATH 64
#define LONGEST_NAME 256

/* Keeps the compiler from forgetting that a value was checked just before. */
#define KEEP(value) asm volatile("" : "+r"(value))

struct record {
	__u32 end;
	__u32 params;
	__u32 count;
	/* Set while an event is written. One that comes in between on the same CPU is not mixed into it, but counted. */
	volatile __u32 busy;
	/*
	 * Names of the path that is being gathered, and bytes of it that are written. They stand here since the verifier does not
	 * follow what stands in a map: it would look at each step of a climb anew for each depth that it begins at.
	 */
	__u32 depth, size;
	const void *names[DEEPEST_PATH];
	__u8 data[PLACES + 1 + LONGEST_VALUE + LONGEST_NAME];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct record);
} records SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 * 1024 * 1024);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counts);
} counts SEC(".maps");

struct config config;

static __always_inline void count_drop(enum drop_cause cause)
{
	__u32 zero = 0;
	struct counts *c = bpf_map_lookup_elem(&counts, &zero);
	if (c)
		c->drops[cause]++;
}

static __always_inline void put16(__u8 *at, __u16 v) { *(__u16 *)at = v; }
static __always_inline void put32(__u8 *at, __u32 v)
{
	*(__u16 *)at = v;
	*(__u16 *)(at + 2) = v >> 16;
}
static __always_inline void put64(__u8 *at, __u64 v)
{
	put32(at, v);
	put32(at + 4, v >> 32);
}

/* A place behind which there are LONGEST_NAME bytes at least; NULL beyond the end. */
static __always_inline __u8 *byte_at(struct record *r, __u64 at)
{
	if (at >= VALUES_END + LONGEST_VALUE)
		return 0;
	KEEP(at);
	return &r->data[at & PLACES];
}

/* Threads that user space knows of, by their numbers: when they began. Kept while any may be unknown to it. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u64);
} told SEC(".maps");

/* Events that change what a thread is. */
static __always_inline bool is_of_thread(__u16 type)
{
	switch (type) {
	case EVENT_CLONE:
	case EVENT_EXECVE:
	case EVENT_PROCEXIT:
	case EVENT_CHDIR:
	case EVENT_FCHDIR:
	case EVENT_SETUID:
	case EVENT_SETGID:
	case EVENT_SETRESUID:
	case EVENT_SETRESGID:
	case EVENT_SETREUID:
	case EVENT_SETREGID:
	case EVENT_SETSID:
		return 1;
	default:
		return 0;
	}
}

/* An event is lost; a thread that it changed is told of anew with its next one. */
static __always_inline void lose(__u32 tid, __u16 type, enum drop_cause cause)
{
	count_drop(cause);
	if (!is_of_thread(type))
		return;
	config.has_lost = 1;
	bpf_map_delete_elem(&told, &tid);
}

/* Begins a block with `params` parameters. NULL where this CPU is in the middle of another one. */
static __always_inline struct record *begin_block(__u32 kind, __u32 tid, __u16 type, __u32 params)
{
	__u32 zero = 0;
	struct record *r = bpf_map_lookup_elem(&records, &zero);
	if (!r || r->busy)
		return 0;
	r->busy = 1;
	r->params = params;
	r->count = 0;
	r->end = LENGTHS_START + 2 * params;
	*(__u32 *)&r->data[0] = kind;
	put16(&r->data[8], bpf_get_smp_processor_id());
	put64(&r->data[EVENT_START], bpf_ktime_get_boot_ns() + config.clock_offset);
	put64(&r->data[EVENT_START + 8], tid);
	put16(&r->data[EVENT_START + 20], type);
	put32(&r->data[EVENT_START + 22], params);
	return r;
}

static __always_inline struct record *begin(__u32 tid, __u16 type, __u32 params)
{
	struct record *r = begin_block(BLOCK_EVENT, tid, type, params);
	if (!r)
		lose(tid, type, DROP_NESTED);
	return r;
}

/* Where the next value goes; NULL where there is no more room. There are LONGEST_VALUE bytes then. */
static __always_inline __u8 *room(struct record *r)
{
	__u64 end = r->end;
	if (end > VALUES_END)
		return 0;
	KEEP(end);
	return &r->data[end & PLACES];
}

/* Ends a parameter of `size` bytes that were written to the room. */
static __always_inline void ended(struct record *r, __u32 size)
{
	__u64 count = r->count;
	KEEP(count);
	put16(&r->data[LENGTHS_START + 2 * (count & 63)], size);
	r->count++;
	r->end += size;
}

static __always_inline void add_empty(struct record *r) { ended(r, 0); }

static __always_inline void add_u8(struct record *r, __u8 v)
{
	__u8 *to = room(r);
	if (to)
		*to = v;
	ended(r, to ? 1 : 0);
}

static __always_inline void add_u16(struct record *r, __u16 v)
{
	__u8 *to = room(r);
	if (to) {
		to[0] = v;
		to[1] = v >> 8;
	}
	ended(r, to ? 2 : 0);
}

static __always_inline void add_u32(struct record *r, __u32 v)
{
	__u8 *to = room(r);
	if (to)
		__builtin_memcpy(to, &v, 4);
	ended(r, to ? 4 : 0);
}

static __always_inline void add_u64(struct record *r, __u64 v)
{
	__u8 *to = room(r);
	if (to)
		__builtin_memcpy(to, &v, 8);
	ended(r, to ? 8 : 0);
}

/* A string of the caller's memory, cut at LONGEST_VALUE; not there where it cannot be read. */
static __always_inline void add_user_string(struct record *r, const void *from)
{
	__u8 *to = room(r);
	long size = to && from ? bpf_probe_read_user_str(to, LONGEST_VALUE, from) : 0;
	ended(r, size > 0 ? size : 0);
}

static __always_inline void add_kernel_string(struct record *r, const void *from)
{
	__u8 *to = room(r);
	long size = to && from ? bpf_probe_read_kernel_str(to, LONGEST_VALUE, from) : 0;
	ended(r, size > 0 ? size : 0);
}

/* Bytes of the caller's memory, `size` of them, at most `limit`, which is at most LONGEST_VALUE. */
static __always_inline void add_user_bytes(struct record *r, const void *from, __u64 size, __u32 limit)
{
	__u8 *to = room(r);
	if (size > limit)
		size = limit;
	if (!to || !from || size == 0 || size > LONGEST_VALUE || bpf_probe_read_user(to, size, from) != 0)
		size = 0;
	ended(r, size);
}

#define SENT -1

/* Closes the block, whose last byte stands before `end`, and sends it on its way. Returns SENT, or why it is lost. */
static __always_inline int finish(struct record *r)
{
	__u64 end = r->end;
	if (end > PLACES - 4) {
		r->busy = 0;
		return DROP_TOO_LARGE;
	}
	__u64 tail = (end + 3) & ~3ull;
	__u64 total = tail + 4;
	*(__u32 *)&r->data[4] = total;
	KEEP(end);
	__builtin_memset(&r->data[end & PLACES], 0, 4); /* padding */
	KEEP(tail);
	__u8 *at = &r->data[tail & PLACES];
	at[0] = total;
	at[1] = total >> 8;
	at[2] = 0;
	at[3] = 0;
	KEEP(total);
	if (total > VALUES_END + LONGEST_VALUE + 8)
		total = VALUES_END + LONGEST_VALUE + 8;
	long error = bpf_ringbuf_output(&events, r->data, total, BPF_RB_NO_WAKEUP);
	r->busy = 0;
	return error ? DROP_BUFFER_FULL : SENT;
}

/* What of an event is needed of it where it is lost. */
static __always_inline int sent(int outcome, __u32 tid, __u16 type)
{
	__u32 zero = 0;
	struct counts *c = bpf_map_lookup_elem(&counts, &zero);
	if (outcome != SENT)
		lose(tid, type, outcome);
	else if (c)
		c->events++;
	return outcome;
}

static __always_inline void end_event(struct record *r) { put32(&r->data[EVENT_START + 16], r->end - EVENT_START); }

/* Ends an event. Returns SENT, or why it is lost. */
static __always_inline int submit(struct record *r)
{
	__u32 tid = *(__u32 *)&r->data[EVENT_START + 8];
	__u16 type = *(__u16 *)&r->data[EVENT_START + 20];
	end_event(r);
	return sent(finish(r), tid, type);
}
