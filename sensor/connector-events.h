/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include <linux/cn_proc.h>

/* Writes what an event of the process connector tells, if it is wanted, with what /proc tells of its process. */
void tell_event(const struct proc_event *from);

/* NAME[:…][/…],…, or `all`: names that are none of ours are passed over, what they want cannot be told here. 0 is all. */
void want_events(const char *list);
/* Whether environment variables are read of programs that begin. */
void read_environments(int is_wanted);
/* Processes that nothing is told of, besides ourselves; the list stays the caller's. */
void exclude_processes(const unsigned *pids, unsigned count);
/* The kernel's times are of the monotonic clock; the time of day may be set while we run: to be called each second. */
void read_clock(void);

struct event_counts {
	/* Written; and not, since the process had ended before /proc was read. */
	unsigned long long events, gone;
};
struct event_counts event_counts(void);
