/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What the BPF program and its loader agree on. */
#pragma once

/*
 * Each event leaves the kernel as one event block of the .scap format, type 0x216:
 *
 *   u32 block type, u32 block length
 *   u16 cpu, u64 time, u64 thread, u32 event length, u16 event type, u32 parameters
 *   u16 length of each parameter, their values, padding to 4 bytes
 *   u32 block length
 */
#define BLOCK_EVENT 0x216
#define EVENT_START 10 /* where the event's own header begins: its length counts from here */
#define LENGTHS_START 36

/* Numbers of event types, as libs' event table has them. */
enum event_type {
	EVENT_GENERIC = 1,
	EVENT_CHDIR = 95,
	EVENT_FCHDIR = 97,
	EVENT_PTRACE = 169,
	EVENT_PROCEXIT = 186,
	EVENT_SETRESUID = 193,
	EVENT_SETRESGID = 195,
	EVENT_SETUID = 199,
	EVENT_SETGID = 201,
	EVENT_CLONE = 223,
	EVENT_SETSID = 275,
	EVENT_NOTIFICATION = 280,
	EVENT_EXECVE = 293,
	EVENT_OPENAT = 307,
	EVENT_PRCTL = 401,
	EVENT_SETREUID = 427,
	EVENT_SETREGID = 429,
};

/*
 * A system call, raw: what `strace` shows. Its block is our own, never written into a capture file:
 *   u32 type, u32 length, u64 end, u64 duration, u32 pid, u32 tid, s64 result, u32 number, u32 found, u64 args[6],
 *   then for each bit of `found` a u16 length and what stood in the caller's memory, padding, u32 length.
 */
#define BLOCK_CALL 0x48430001

/* How an argument is read for it: RAW_BITS of a call's `readings` for each. RAW_SHOWN: the call is shown at all. */
enum raw_reading {
	RAW_NONE,
	RAW_STRING,
	RAW_IN,      /* bytes; their number is the next argument */
	RAW_OUT,     /* bytes; their number is the call's result */
	RAW_ADDRESS, /* bytes; their number is where the next argument points to */
};
#define RAW_BITS 3
#define RAW_SHOWN (1u << 31)

/*
 * An event block, but of our own as well: what was so before the next event, and is no event itself. The opening of a
 * descriptor that the next event is about, where the true one may not have been told (SIEVES_FILES); and what a thread is
 * whose beginning was not told, as if it began with its program now: clone, execve, setsid (see bpf/threads.h).
 */
#define BLOCK_STATE 0x48430002

/* Among the flags of a call that opened a file, none of which they are: whether it was made so, and its layer of an overlay. */
#define FILE_CREATED 0x80000000u
#define FILE_UPPER_LAYER 0x40000000u
#define FILE_LOWER_LAYER 0x20000000u

/* How a parameter of an event is made. `arg` is the number of the call's argument. */
enum param_kind {
	PARAM_END,
	PARAM_RESULT,    /* s64, the call's result */
	PARAM_FD,        /* s64 of an int argument */
	PARAM_S64,
	PARAM_U32,
	PARAM_U16,
	PARAM_U8,
	PARAM_U64,
	PARAM_STRING,    /* of the caller's memory */
	PARAM_BYTES,     /* of the caller's memory; its length is the next argument */
	PARAM_CREATION_MODE, /* u32, where the flags in the argument before it create a file */
	PARAM_OPEN_FLAGS, /* u32, with FILE_CREATED and FILE_…_LAYER where they are so */
	PARAM_CREAT_LAYER, /* u16, libs' flags of creat: the layer of an overlay of the file that the call opened */
	PARAM_DEVICE,    /* u32 of the file that the call opened */
	PARAM_INODE,     /* u64 of the file that the call opened */
	PARAM_SOCKADDR,  /* of the caller's memory; its length is the next argument */
	PARAM_TUPLE_OUT, /* of the socket in the argument, us first */
	PARAM_TUPLE_IN,  /* of the socket that is the result, the peer first */
	PARAM_SEND_TUPLE, /* as OUT, to the address in argument 4 where there is one */
	PARAM_RECEIVED_BYTES, /* of the caller's memory, as many as the result says; the buffer's length is the next argument */
	PARAM_RECEIVE_TUPLE, /* of the socket in the argument, the peer first, from the address in argument 4 where there is one */
	PARAM_FDS,       /* the first of two descriptors that the call wrote to the argument */
	PARAM_FDS_SECOND,
	PARAM_FDS_INODE, /* u64 of the first of them */
	PARAM_FDS_SOCKET, /* u64, where the socket is in the kernel that is the first of them, and that which it is paired with */
	PARAM_FDS_PEER,
	PARAM_OPEN_HOW_FLAGS, /* fields of openat2's struct open_how */
	PARAM_OPEN_HOW_MODE,
	PARAM_OPEN_HOW_RESOLVE,
	PARAM_MSG_BYTES, /* of the first buffer of a struct msghdr */
	PARAM_MSG_SIZE,
	PARAM_MSG_TUPLE,
	PARAM_RECEIVED_MSG_BYTES, /* of the first buffer, as many as the result says */
	PARAM_RECEIVED_MSG_TUPLE, /* as RECEIVE_TUPLE, from the address in the struct */
	PARAM_RESULT_SIZE, /* u32, the call's result; 0 of a call that failed */
	PARAM_BACKLOG_PERCENT, /* u8 of the listening socket in the argument; 0 of a call that failed, as the others */
	PARAM_BACKLOG,   /* u32 */
	PARAM_BACKLOG_MAX,
	PARAM_PRCTL_STRING,
	PARAM_ZERO,      /* u32 */
	PARAM_EMPTY,     /* not there */
	PARAM_PTRACE_NUMBER, /* a PT_DYN whose index is 0, with the argument */
	PARAM_BUFFERS,   /* bytes that the call moved, of the first buffer of an array of struct iovec */
	PARAM_RING,      /* u32 of the struct io_uring_params in argument 1: see enum ring_field */
	PARAM_CONSTANT,  /* u16, arg itself */
	PARAM_FCNTL_COMMAND, /* u8; those from 1024 on (F_LINUX_SPECIFIC_BASE) from 128 on */
};

/* Numbers of u32 fields of struct io_uring_params (io_uring_setup(2)). */
enum ring_field { RING_SUBMISSIONS, RING_COMPLETIONS, RING_FLAGS, RING_CPU, RING_IDLE, RING_FEATURES };

/* How a call is looked at before anything is made of it. */
enum sieve {
	SIEVE_NONE,
	SIEVE_OPEN,
	SIEVE_OPENAT,
	SIEVE_OPENAT2,
	SIEVE_CLOSE,
	SIEVE_FCNTL,	/* for the state alone: only the commands that change it */
	SIEVE_MAKES,	/* the result is a new descriptor */
	SIEVE_USES,	/* argument 0 is a descriptor */
	SIEVE_DUPLICATES, /* both */
	SIEVE_CHDIR,	/* told in any case, but remembered */
	SIEVE_FCHDIR,
};

#define MAX_PARAMS 10
#define MAX_CALLS 512

enum outcome { OUTCOME_ANY, OUTCOME_SUCCESS, OUTCOME_FAILURE };

struct param {
	unsigned char kind;
	unsigned char arg;
};

/* What becomes of a system call; one stands at each call's number. */
struct call {
	unsigned short event; /* 0: not wanted */
	unsigned char outcome;
	unsigned char params;
	/* Of the buffer, in eighths: where so much waits to be read, this event gives way to ones that say more. */
	unsigned char gives_way;
	unsigned char sieve;
	/* Told only where argument 0 is no unix or netlink socket. */
	unsigned char of_internet;
	struct param param[MAX_PARAMS];
};

/* What the loader may change at any time. */
struct config {
	/* Nanoseconds to add to the time since boot: the clock may be set while we run. */
	unsigned long long clock_offset;
	unsigned settings;
	/* With SIEVES_FILES: a bit for each way to open a file (O_ACCMODE) of which all are told. */
	unsigned told_modes;
	/* Changes with the sieve: what was noted by another one says nothing. */
	unsigned sieve_number;
	/*
	 * Whether threads that are not known to be told are told of before their first event: the loader wants it, or events
	 * that tell what a thread is were lost.
	 */
	unsigned introduces, has_lost;
	/*
	 * A bit for each number of a call that is looked at. Of all others the program reads these alone: a busy process has little
	 * of the processor's cache to spare.
	 */
	unsigned long long looked_at[MAX_CALLS / 64] __attribute__((aligned(64)));
};

/* Paths and their ends are looked at so far. */
#define LONGEST_START 256
#define LONGEST_END 16
#define MAX_SIEVE 8192

/* The beginning of a path, and the end of one, the last byte first: both with their length in bits. */
struct path_start {
	unsigned bits;
	unsigned char text[LONGEST_START];
};

struct path_end {
	unsigned bits;
	unsigned text[LONGEST_END / 4];
};

/* What rules are about of paths that begin, or end, so. It holds what shorter entries do, too. */
struct sieve_entry {
	unsigned char modes; /* as told_modes */
	unsigned char leads; /* longer ones begin below it */
	unsigned short length;
};

/* Bits of the settings. */
enum {
	ONLY_LISTED_PROCESSES = 1,
	ONLY_LISTED_CGROUPS = 2,
	WITH_ENVIRONMENT = 4,
	RAW_CALLS = 8,
	WANTS_EXEC = 16,
	WANTS_CLONE = 32,
	WANTS_EXIT = 64,
	SIEVES_FILES = 128,
};

/* Each hierarchy of version 1 numbers its groups on its own. */
enum hierarchy { HIERARCHY_UNIFIED, HIERARCHY_MEMORY, HIERARCHY_PIDS };

/* A control group by the inode number of its directory. */
struct listed_group {
	unsigned long long inode, hierarchy;
};

#define MAX_GROUPS 1024

/* Why an event is lost; counted each. */
enum drop_cause { DROP_BUFFER_FULL, DROP_SHED, DROP_NESTED, DROP_TOO_LARGE, DROP_COMPAT, DROP_CAUSES };

struct counts {
	unsigned long long events;
	unsigned long long drops[DROP_CAUSES];
};
