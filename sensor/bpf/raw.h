/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* With --raw: system calls as they are, for what strace shows of them. */
#pragma once

#include "params.h"

/* The call that a thread is in, or was in last. */
struct raw_beginning {
	__u64 time;
	__u32 number;
};

/* By thread; kept with RAW_CALLS. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct raw_beginning);
} began SEC(".maps");

/* With RAW_CALLS: how the arguments of a call are read, and RAW_SHOWN. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_CALLS);
	__type(key, __u32);
	__type(value, __u32);
} raw_calls SEC(".maps");

/* Numbers of x86-64. */
enum { CALL_RT_SIGRETURN = 15, CALL_EXIT = 60, CALL_EXIT_GROUP = 231 };

/* What stands in place of a call's number where a thread is in none. */
#define NO_CALL -1

/* Calls whose end nobody sees: they are told as they begin, with no result. */
static __always_inline bool never_returns(__u32 number)
{
	return number == CALL_EXIT || number == CALL_EXIT_GROUP;
}

/*
 * Whether the call that ends here is rt_sigreturn. It puts back what the registers were as the signal came, and with them
 * that the thread is in no call (restore_sigcontext in arch/x86/kernel/signal_64.c).
 */
static __always_inline bool is_handlers_end(__u32 tid)
{
	struct raw_beginning *beginning = bpf_map_lookup_elem(&began, &tid);
	return beginning && beginning->number == CALL_RT_SIGRETURN;
}

/* Longer than the longest address of a socket. */
#define MOST_RAW_BYTES 127

/* Bytes of an argument that are read: never more than there are. */
static __always_inline __u32 raw_length(struct caller *c, int i, __u8 reading)
{
	__s64 length = reading == RAW_OUT ? c->result : i < 5 ? c->args[i + 1] : 0;
	if (reading == RAW_ADDRESS) {
		__u32 size = 0;
		bpf_probe_read_user(&size, sizeof(size), (void *)length);
		length = c->result < 0 ? 0 : size;
	}
	return length < 0 ? 0 : length > MOST_RAW_BYTES ? MOST_RAW_BYTES : length;
}

static __noinline int submit_raw(struct caller *c, __u32 nr, __u32 readings)
{
	__u64 id = bpf_get_current_pid_tgid(), now = bpf_ktime_get_boot_ns();
	__u32 tid = id, tgid = id >> 32;
	struct raw_beginning *beginning = bpf_map_lookup_elem(&began, &tid);
	struct record *r = begin(tid, 0, 0);
	if (!r)
		return 0;
	*(__u32 *)&r->data[0] = BLOCK_CALL;
	put64(&r->data[8], now + config.clock_offset);
	put64(&r->data[16], beginning ? now - beginning->time : 0);
	put32(&r->data[24], tgid);
	put32(&r->data[28], tid);
	put64(&r->data[32], c->result);
	put32(&r->data[40], nr);
	__u32 found = 0;
	for (int i = 0; i < 6; i++)
		put64(&r->data[48 + 8 * i], c->args[i]);
	r->end = 96;
	for (int i = 0; i < 6; i++) {
		__u8 reading = (readings >> (RAW_BITS * i)) & 7;
		__u8 *to = reading ? room(r) : 0;
		if (!to || !c->args[i])
			continue;
		if (reading == RAW_STRING) {
			long size = bpf_probe_read_user_str(to + 2, LONGEST_VALUE, (void *)c->args[i]);
			if (size <= 0)
				continue;
			put16(to, size - 1);
			r->end += size + 1;
		} else {
			__u32 size = raw_length(c, i, reading) & MOST_RAW_BYTES;
			if (bpf_probe_read_user(to + 2, size, (void *)c->args[i]))
				continue;
			put16(to, size);
			r->end += size + 2;
		}
		found |= 1 << i;
	}
	put32(&r->data[44], found);
	sent(finish(r), tid, 0);
	return 0;
}
