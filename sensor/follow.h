/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include <bpf/libbpf.h>
#include <sys/types.h>

#include "protocol.h"

/* How the kernel tells of the ends of system calls. */
struct following {
	/* For the end of each call, and for those of known calls; `known` is 0 where it cannot be loaded. */
	struct bpf_program *all, *known;
	struct config *config;
	int calls, excluded; /* maps */
	/* While the kernel tells of all. */
	struct bpf_link *link;
	/* The process by which it tells, or is about to tell, of known calls alone. */
	pid_t process;
};

/* Whether this kernel takes 32-bit system calls, of which it tells only where it tells of all. */
int takes_compat_calls(void);

/*
 * To be called when other calls are wanted: all calls are told of at once; soon, where the kernel can, the known ones
 * alone, which takes less of each other one.
 */
void follow_calls(struct following *f);

/* To be called again and again. Ends us where the process was ended by which the kernel tells. */
void keep_following(struct following *f);
