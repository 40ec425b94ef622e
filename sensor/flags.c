/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The kernel's flags become libs' own, which rules and captures have. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>

#include "calls.h"

struct pair {
	unsigned from, to;
};

static unsigned map_bits(unsigned value, const struct pair *pairs, int count)
{
	unsigned result = 0;
	for (int i = 0; i < count; i++)
		if ((value & pairs[i].from) == pairs[i].from)
			result |= pairs[i].to;
	return result;
}

static unsigned map_value(unsigned value, const struct pair *pairs, int count)
{
	for (int i = 0; i < count; i++)
		if (pairs[i].from == value)
			return pairs[i].to;
	return 0;
}

#define COUNT(pairs) ((int)(sizeof(pairs) / sizeof(pairs[0])))

/* O_SYNC contains O_DSYNC, O_TMPFILE contains O_DIRECTORY: all bits of a flag must be set. */
static const struct pair open_flags[] = {
	{ O_CREAT, 4 },	     { O_APPEND, 8 },	    { O_DSYNC, 16 },	  { O_EXCL, 32 },	  { O_NONBLOCK, 64 },
	{ O_SYNC, 128 },     { O_TRUNC, 256 },	    { O_DIRECT, 512 },	  { O_DIRECTORY, 1024 }, { 0100000, 2048 },
	{ O_CLOEXEC, 4096 }, { O_TMPFILE, 8192 },   { FILE_CREATED, 16384 },
	{ FILE_UPPER_LAYER, 32768 },			    { FILE_LOWER_LAYER, 65536 },
};

static unsigned translate_open_flags(unsigned value)
{
	static const unsigned modes[] = { 1, 2, 3, 0 };
	return modes[value & O_ACCMODE] | map_bits(value, open_flags, COUNT(open_flags));
}

static const struct pair clone_flags[] = {
	{ CLONE_FILES, 1 },	     { CLONE_FS, 2 },		   { CLONE_IO, 4 },
	{ CLONE_NEWIPC, 8 },	     { CLONE_NEWNET, 16 },	   { CLONE_NEWNS, 32 },
	{ CLONE_NEWPID, 64 },	     { CLONE_NEWUTS, 128 },	   { CLONE_PARENT, 256 },
	{ CLONE_PARENT_SETTID, 512 }, { CLONE_PTRACE, 1024 },	   { CLONE_SIGHAND, 2048 },
	{ CLONE_SYSVSEM, 4096 },     { CLONE_THREAD, 8192 },	   { CLONE_UNTRACED, 16384 },
	{ CLONE_VM, 32768 },	     { CLONE_NEWUSER, 1048576 },   { CLONE_CHILD_CLEARTID, 8388608 },
	{ CLONE_CHILD_SETTID, 16777216 }, { CLONE_SETTLS, 33554432 }, { CLONE_VFORK, 134217728 },
	{ CLONE_NEWCGROUP, 268435456 },
};

/* As PARAM_FCNTL_COMMAND has them: one byte holds no number from 1024 on. */
#define LATE(command) (128 | ((command) - 1024))

static const struct pair fcntl_commands[] = {
	{ F_DUPFD, 1 },	   { F_GETFD, 2 },    { F_SETFD, 3 },	  { F_GETFL, 4 },	  { F_SETFL, 5 },
	{ F_GETLK, 6 },	   { F_SETLK, 8 },    { F_SETLKW, 9 },	  { F_SETOWN, 10 },	  { F_GETOWN, 12 },
	{ F_SETSIG, 13 },  { F_GETSIG, 15 },  { F_SETOWN_EX, 21 }, { F_GETOWN_EX, 22 },
	{ LATE(F_SETLEASE), 23 },  { LATE(F_GETLEASE), 24 },	{ LATE(F_DUPFD_CLOEXEC), 26 },
	{ LATE(F_NOTIFY), 27 },	   { LATE(F_SETPIPE_SZ), 28 },	{ LATE(F_GETPIPE_SZ), 29 },
	{ F_OFD_GETLK, 30 }, { F_OFD_SETLK, 31 }, { F_OFD_SETLKW, 32 },
};

static const struct pair ptrace_requests[] = {
	{ PTRACE_TRACEME, 1 },	    { PTRACE_PEEKTEXT, 2 },   { PTRACE_PEEKDATA, 3 },	 { PTRACE_PEEKUSER, 4 },
	{ PTRACE_POKETEXT, 5 },	    { PTRACE_POKEDATA, 6 },   { PTRACE_POKEUSER, 7 },	 { PTRACE_CONT, 8 },
	{ PTRACE_KILL, 9 },	    { PTRACE_SINGLESTEP, 10 }, { PTRACE_ATTACH, 11 },	 { PTRACE_DETACH, 12 },
	{ PTRACE_SYSCALL, 13 },	    { PTRACE_SETOPTIONS, 14 }, { PTRACE_GETEVENTMSG, 15 }, { PTRACE_GETSIGINFO, 16 },
	{ PTRACE_SETSIGINFO, 17 },  { PTRACE_GETREGSET, 18 }, { PTRACE_SETREGSET, 19 },	 { PTRACE_SEIZE, 20 },
	{ PTRACE_INTERRUPT, 21 },   { PTRACE_LISTEN, 22 },    { PTRACE_PEEKSIGINFO, 23 }, { PTRACE_GETSIGMASK, 24 },
	{ PTRACE_SETSIGMASK, 25 },  { PTRACE_GETREGS, 26 },   { PTRACE_SETREGS, 27 },	 { PTRACE_GETFPREGS, 28 },
	{ PTRACE_SETFPREGS, 29 },
};

static const struct pair linkat_flags[] = { { AT_SYMLINK_FOLLOW, 1024 }, { AT_EMPTY_PATH, 4096 } };
static const struct pair delete_module_flags[] = { { O_TRUNC, 1 }, { O_NONBLOCK, 2 } };
static const struct pair fchownat_flags[] = { { AT_SYMLINK_NOFOLLOW, 1024 }, { AT_EMPTY_PATH, 4096 } };

/* libs has a bit between SQPOLL and SQ_AFF that is none of this call's. */
static const struct pair io_uring_flags[] = {
	{ 1, 1 }, { 2, 2 }, { 4, 8 }, { 8, 16 }, { 16, 32 }, { 32, 64 }, { 64, 128 },
};

static unsigned translate(enum translation how, unsigned value)
{
	switch (how) {
	case OPEN_FLAGS:
		return translate_open_flags(value);
	case CLONE_FLAGS:
		return map_bits(value, clone_flags, COUNT(clone_flags));
	case FCNTL_COMMAND:
		return map_value(value, fcntl_commands, COUNT(fcntl_commands));
	case PTRACE_REQUEST:
		return map_value(value, ptrace_requests, COUNT(ptrace_requests));
	case SOCKET_TYPE_FLAGS:
		return (value & SOCK_NONBLOCK ? 64 : 0) | (value & SOCK_CLOEXEC ? 4096 : 0);
	case LINKAT_FLAGS:
		return map_bits(value, linkat_flags, COUNT(linkat_flags));
	case DELETE_MODULE_FLAGS:
		return map_bits(value, delete_module_flags, COUNT(delete_module_flags));
	case FCHOWNAT_FLAGS:
		return map_bits(value, fchownat_flags, COUNT(fchownat_flags));
	case IO_URING_FLAGS:
		return map_bits(value, io_uring_flags, COUNT(io_uring_flags));
	default:
		return value;
	}
}

/* By event type; libs has no more than 512 of them. */
static const struct known_call *by_event[512];

static const struct known_call *translated_call(unsigned event)
{
	static int is_ready;
	if (!is_ready) {
		for (int i = 0; i < known_call_count; i++)
			if (known_calls[i].translated >= 0)
				by_event[known_calls[i].call.event] = &known_calls[i];
		is_ready = 1;
	}
	return event < 512 ? by_event[event] : 0;
}

void translate_flags(unsigned char *block, unsigned size)
{
	unsigned short event, length;
	if (size < LENGTHS_START)
		return;
	memcpy(&event, block + EVENT_START + 20, 2);
	const struct known_call *call = translated_call(event);
	if (!call)
		return;
	unsigned at = LENGTHS_START + 2 * call->call.params;
	for (int i = 0; i < call->translated; i++) {
		memcpy(&length, block + LENGTHS_START + 2 * i, 2);
		at += length;
	}
	memcpy(&length, block + LENGTHS_START + 2 * call->translated, 2);
	unsigned value = 0;
	if (length > 4 || at + length > size)
		return;
	memcpy(&value, block + at, length);
	value = translate(call->translation, value);
	memcpy(block + at, &value, length);
}
