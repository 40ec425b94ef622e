/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Which event becomes of which system call, and how each of its parameters is made. Numbers of events and their
 * parameters are those of libs' event table (schema 4.5.1).
 */
#include <sys/syscall.h>

#include "calls.h"

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

#define N(...) (sizeof((struct param[]){ __VA_ARGS__ }) / sizeof(struct param))
#define CALL(name_, event_, ...) \
	{ #name_, SYS_##name_, { event_, OUTCOME_ANY, N(__VA_ARGS__), 8, SIEVE_NONE, 0, { __VA_ARGS__ } }, -1, AS_IS }
#define FLAGGED(name_, event_, param_, translation_, ...) \
	{ #name_, SYS_##name_, { event_, OUTCOME_ANY, N(__VA_ARGS__), 8, SIEVE_NONE, 0, { __VA_ARGS__ } }, param_, translation_ }

/* A call without an event of its own: its number among libs' calls, and the kernel's. */
#define GENERIC(name_, code_) CALL(name_, EVENT_GENERIC, { PARAM_CONSTANT, code_ }, { PARAM_CONSTANT, SYS_##name_ })

#define RES { PARAM_RESULT, 0 }
#define FD(n) { PARAM_FD, n }
#define U64(n) { PARAM_U64, n }
#define U32(n) { PARAM_U32, n }
#define U16(n) { PARAM_U16, n }
#define U8(n) { PARAM_U8, n }
#define S64(n) { PARAM_FD, n } /* ints of the calls: pids and the like */
#define STR(n) { PARAM_STRING, n }
#define EMPTY { PARAM_EMPTY, 0 }

const struct known_call known_calls[] = {
	/* files */
	FLAGGED(open, 3, 2, OPEN_FLAGS, RES, STR(0), { PARAM_OPEN_FLAGS, 1 }, { PARAM_CREATION_MODE, 2 }, { PARAM_DEVICE, 0 }, { PARAM_INODE, 0 }),
	FLAGGED(openat, 307, 3, OPEN_FLAGS, RES, FD(0), STR(1), { PARAM_OPEN_FLAGS, 2 }, { PARAM_CREATION_MODE, 3 }, { PARAM_DEVICE, 0 }, { PARAM_INODE, 0 }),
	FLAGGED(openat2, 327, 3, OPEN_FLAGS, RES, FD(0), STR(1), { PARAM_OPEN_HOW_FLAGS, 2 }, { PARAM_OPEN_HOW_MODE, 2 },
		{ PARAM_OPEN_HOW_RESOLVE, 2 }, { PARAM_DEVICE, 0 }, { PARAM_INODE, 0 }),
	CALL(creat, 59, RES, STR(0), U32(1), { PARAM_DEVICE, 0 }, { PARAM_INODE, 0 }, { PARAM_CREAT_LAYER, 0 }),
	FLAGGED(open_by_handle_at, 337, 2, OPEN_FLAGS, RES, FD(0), { PARAM_OPEN_FLAGS, 2 }, EMPTY, { PARAM_DEVICE, 0 },
		{ PARAM_INODE, 0 }),
	CALL(close, 5, RES, FD(0)),
	CALL(unlink, 301, RES, STR(0)),
	CALL(unlinkat, 303, RES, FD(0), STR(1), U32(2)),
	CALL(rename, 175, RES, STR(0), STR(1)),
	CALL(renameat, 177, RES, FD(0), STR(1), FD(2), STR(3)),
	CALL(renameat2, 319, RES, FD(0), STR(1), FD(2), STR(3), U32(4)),
	CALL(link, 309, RES, STR(0), STR(1)),
	FLAGGED(linkat, 311, 5, LINKAT_FLAGS, RES, FD(0), STR(1), FD(2), STR(3), U32(4)),
	CALL(symlink, 179, RES, STR(0), STR(1)),
	CALL(symlinkat, 181, RES, STR(0), FD(1), STR(2)),
	CALL(mkdir, 277, RES, STR(0), U32(1)),
	CALL(mkdirat, 305, RES, FD(0), STR(1), U32(2)),
	CALL(rmdir, 279, RES, STR(0)),
	CALL(mknod, 415, RES, STR(0), U32(1), U32(2)),
	CALL(mknodat, 417, RES, FD(0), STR(1), U32(2), U32(3)),
	CALL(chmod, 315, RES, STR(0), U32(1)),
	CALL(fchmod, 317, RES, FD(0), U32(1)),
	CALL(fchmodat, 313, RES, FD(0), STR(1), U32(2)),
	/* Told as fchmodat, which it is with flags: as an event without parameters, as libs has it, no rule could be about it. */
	CALL(fchmodat2, 313, RES, FD(0), STR(1), U32(2)),
	CALL(chown, 379, RES, STR(0), U32(1), U32(2)),
	CALL(lchown, 381, RES, STR(0), U32(1), U32(2)),
	CALL(fchown, 383, RES, FD(0), U32(1), U32(2)),
	FLAGGED(fchownat, 385, 5, FCHOWNAT_FLAGS, RES, FD(0), STR(1), U32(2), U32(3), U32(4)),
	CALL(chdir, 95, RES, STR(0)),
	CALL(fchdir, 97, RES, FD(0)),
	CALL(chroot, 267, RES, STR(0)),
	CALL(mount, 257, RES, STR(0), STR(1), STR(2), U32(3)),
	CALL(umount2, 391, RES, STR(0), U32(1)),
	GENERIC(pivot_root, 137),
	CALL(splice, 167, RES, FD(0), FD(2), U64(4), U32(5)),
	/* descriptors */
	CALL(dup, 367, RES, FD(0)),
	CALL(dup2, 363, RES, FD(0), FD(1)),
	FLAGGED(dup3, 365, 3, OPEN_FLAGS, RES, FD(0), FD(1), U32(2)),
	FLAGGED(fcntl, 151, 2, FCNTL_COMMAND, RES, FD(0), { PARAM_FCNTL_COMMAND, 1 }, U64(2)),
	CALL(pipe, 61, RES, { PARAM_FDS, 0 }, { PARAM_FDS_SECOND, 0 }, { PARAM_FDS_INODE, 0 }),
	FLAGGED(pipe2, 393, 4, OPEN_FLAGS, RES, { PARAM_FDS, 0 }, { PARAM_FDS_SECOND, 0 }, { PARAM_FDS_INODE, 0 },
		U32(1)),
	CALL(memfd_create, 405, RES, STR(0), U32(1)),
	FLAGGED(userfaultfd, 321, 1, OPEN_FLAGS, RES, U32(0)),
	FLAGGED(io_uring_setup, 339, 4, IO_URING_FLAGS, RES, U32(0), { PARAM_RING, RING_SUBMISSIONS }, { PARAM_RING, RING_COMPLETIONS },
		{ PARAM_RING, RING_FLAGS }, { PARAM_RING, RING_CPU }, { PARAM_RING, RING_IDLE }, { PARAM_RING, RING_FEATURES }),
	/* sockets */
	FLAGGED(socket, 19, 4, SOCKET_TYPE_FLAGS, RES, U32(0), U32(1), U32(2), U32(1)),
	CALL(bind, 21, RES, { PARAM_SOCKADDR, 1 }, FD(0)),
	CALL(connect, 23, RES, { PARAM_TUPLE_OUT, 0 }, FD(0), { PARAM_SOCKADDR, 1 }),
	CALL(listen, 25, RES, FD(0), U32(1)),
	CALL(accept, 247, RES, { PARAM_TUPLE_IN, 0 }, { PARAM_BACKLOG_PERCENT, 0 }, { PARAM_BACKLOG, 0 }, { PARAM_BACKLOG_MAX, 0 }),
	/* The flags of accept4 are 0 in Falco's own events, whatever they are. */
	CALL(accept4, 389, RES, { PARAM_TUPLE_IN, 0 }, { PARAM_BACKLOG_PERCENT, 0 }, { PARAM_BACKLOG, 0 }, { PARAM_BACKLOG_MAX, 0 },
	     { PARAM_ZERO, 0 }),
	CALL(sendto, 31, RES, { PARAM_BYTES, 1 }, FD(0), U32(2), { PARAM_SEND_TUPLE, 0 }),
	CALL(sendmsg, 49, RES, { PARAM_MSG_BYTES, 1 }, FD(0), { PARAM_MSG_SIZE, 1 }, { PARAM_MSG_TUPLE, 1 }),
	CALL(recvfrom, 35, RES, { PARAM_RECEIVED_BYTES, 1 }, { PARAM_RECEIVE_TUPLE, 0 }, FD(0), U32(2)),
	/* Control messages, which pass descriptors on, are not read: no rule can be about them. */
	CALL(recvmsg, 53, RES, { PARAM_RESULT_SIZE, 0 }, { PARAM_RECEIVED_MSG_BYTES, 1 }, { PARAM_RECEIVED_MSG_TUPLE, 1 }, EMPTY, FD(0)),
	CALL(socketpair, 43, RES, { PARAM_FDS, 3 }, { PARAM_FDS_SECOND, 3 }, { PARAM_FDS_SOCKET, 3 }, { PARAM_FDS_PEER, 3 }, U32(0),
	     U32(1), U32(2)),
	/* processes and their rights */
	/* Where it succeeds, the event is made as the new program begins (on_exec): then its memory is there to be read. */
	{ "execve", SYS_execve, { 293, OUTCOME_FAILURE, 1, 8, SIEVE_NONE, 0, { RES } }, -1, AS_IS },
	{ "execveat", SYS_execveat, { 331, OUTCOME_FAILURE, 1, 8, SIEVE_NONE, 0, { RES } }, -1, AS_IS },
	CALL(setuid, 199, RES, U32(0)),
	CALL(setgid, 201, RES, U32(0)),
	CALL(setresuid, 193, RES, U32(0), U32(1), U32(2)),
	CALL(setresgid, 195, RES, U32(0), U32(1), U32(2)),
	CALL(setreuid, 427, RES, U32(0), U32(1)),
	CALL(setregid, 429, RES, U32(0), U32(1)),
	CALL(setsid, 275, RES),
	FLAGGED(setns, 241, 2, CLONE_FLAGS, RES, FD(0), U32(1)),
	FLAGGED(unshare, 285, 1, CLONE_FLAGS, RES, U32(0)),
	FLAGGED(ptrace, 169, 3, PTRACE_REQUEST, RES, { PARAM_PTRACE_NUMBER, 2 }, { PARAM_PTRACE_NUMBER, 3 }, U16(0), S64(1)),
	CALL(process_vm_readv, 421, RES, S64(0), { PARAM_BUFFERS, 1 }),
	CALL(process_vm_writev, 423, RES, S64(0), { PARAM_BUFFERS, 1 }),
	CALL(kill, 129, RES, S64(0), U8(1)),
	CALL(tkill, 131, RES, S64(0), U8(1)),
	CALL(tgkill, 133, RES, S64(0), S64(1), U8(2)),
	CALL(prctl, 401, RES, U32(0), { PARAM_PRCTL_STRING, 1 }, U64(1)),
	/* the kernel itself */
	CALL(init_module, 411, RES, { PARAM_BYTES, 0 }, U64(1), STR(2)),
	CALL(finit_module, 413, RES, FD(0), STR(1), U32(2)),
	FLAGGED(delete_module, 425, 2, DELETE_MODULE_FLAGS, RES, STR(0), U32(1)),
	CALL(bpf, 369, RES, U32(0)),
};

const int known_call_count = sizeof(known_calls) / sizeof(known_calls[0]);

static const unsigned char sieves[MAX_CALLS] = {
	[SYS_open] = SIEVE_OPEN,
	[SYS_openat] = SIEVE_OPENAT,
	[SYS_openat2] = SIEVE_OPENAT2,
	[SYS_close] = SIEVE_CLOSE,
	[SYS_fcntl] = SIEVE_FCNTL,
	[SYS_dup] = SIEVE_DUPLICATES,
	[SYS_dup2] = SIEVE_DUPLICATES,
	[SYS_dup3] = SIEVE_DUPLICATES,
	[SYS_chdir] = SIEVE_CHDIR,
	[SYS_fchdir] = SIEVE_FCHDIR,
	[SYS_fchmod] = SIEVE_USES,
	[SYS_fchown] = SIEVE_USES,
	[SYS_setns] = SIEVE_USES,
	[SYS_finit_module] = SIEVE_USES,
	[SYS_splice] = SIEVE_USES,
	[SYS_creat] = SIEVE_MAKES,
	[SYS_open_by_handle_at] = SIEVE_MAKES,
	[SYS_memfd_create] = SIEVE_MAKES,
	[SYS_userfaultfd] = SIEVE_MAKES,
	[SYS_io_uring_setup] = SIEVE_MAKES,
	[SYS_socket] = SIEVE_MAKES,
	[SYS_accept] = SIEVE_MAKES,
	[SYS_accept4] = SIEVE_MAKES,
};

enum sieve sieve_of(int number)
{
	return number >= 0 && number < MAX_CALLS ? sieves[number] : SIEVE_NONE;
}

int transfers(int number)
{
	return number == SYS_sendto || number == SYS_sendmsg || number == SYS_recvfrom || number == SYS_recvmsg;
}
