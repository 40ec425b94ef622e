/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "protocol.h"

/* How a value of the kernel's becomes one of libs' (FORMAT: "the values are libs' own, never the kernel's"). */
enum translation {
	AS_IS,
	OPEN_FLAGS,
	CLONE_FLAGS,
	FCNTL_COMMAND,
	PTRACE_REQUEST,
	SOCKET_TYPE_FLAGS,
	LINKAT_FLAGS,
	DELETE_MODULE_FLAGS,
	FCHOWNAT_FLAGS,
	IO_URING_FLAGS,
};

struct known_call {
	const char *name;
	int number;
	struct call call;
	/* Of which parameter the value is translated; -1: of none. */
	signed char translated;
	enum translation translation;
};

/* All system calls of which an event is made, in no order. */
extern const struct known_call known_calls[];
extern const int known_call_count;

/* How a call is looked at where files are sieved. */
enum sieve sieve_of(int number);

/* Whether it sends something through the descriptor in its first argument, or receives it there. */
int transfers(int number);

/* Translates the flags of a finished event block in place. */
void translate_flags(unsigned char *block, unsigned size);
