/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The parameters of a system call's event, each made as its description says. */
#pragma once

#include "notes.h"

#define O_CREAT 0100
#define O_TMPFILE 020000000
#define SHOWN_BYTES 80
#define PR_SET_NAME 15
#define FCNTL_LATE 1024

struct user_open_how {
	__u64 flags, mode, resolve;
};

struct user_iovec {
	void *base;
	__u64 length;
};

struct user_message {
	void *name;
	__u64 name_length;
	struct user_iovec *buffers;
	__u64 count;
};

/* libs' own bits for the kernel's: XDEV, MAGICLINKS, SYMLINKS, BENEATH, IN_ROOT, CACHED. */
static __always_inline __u32 resolve_flags(__u64 kernel)
{
	return (kernel & 1 ? 16 : 0) | (kernel & 2 ? 4 : 0) | (kernel & 4 ? 8 : 0) | (kernel & 8 ? 1 : 0) |
	       (kernel & 16 ? 2 : 0) | (kernel & 32);
}

struct caller {
	__u64 args[8]; /* six, and room for a number that is masked for the verifier */
	long result;
};

/* The file that a call opened; NULL of a call that failed. */
static __always_inline struct file *opened_file(struct caller *c)
{
	return c->result >= 0 ? file_of(c->result) : 0;
}

static __always_inline void add_opened(struct record *r, struct caller *c, bool device)
{
	struct file *file = opened_file(c);
	struct inode *inode = file ? READ(file, f_inode) : 0;
	if (device) {
		__u32 dev = inode ? READ(inode, i_sb, s_dev) : 0;
		/* The kernel keeps 12 bits of major and 20 of minor; stat() shows them otherwise. */
		__u32 major = dev >> 20, minor = dev & 0xfffff;
		add_u32(r, (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12));
	} else {
		add_u64(r, inode ? READ(inode, i_ino) : 0);
	}
}

/* FMODE_CREATED (include/linux/fs.h). */
#define MODE_CREATED (1 << 20)

/* Flags that a file was opened with, whether it was made by that, and which layer of an overlay it is in. */
static __always_inline void add_open_flags(struct record *r, struct caller *c, __u32 flags)
{
	struct file *file = opened_file(c);
	flags &= ~(FILE_CREATED | FILE_UPPER_LAYER | FILE_LOWER_LAYER);
	if (file) {
		__u32 layer = layer_of(READ(file, f_inode));
		if ((flags & O_CREAT) && (READ(file, f_mode) & MODE_CREATED))
			flags |= FILE_CREATED;
		if (layer)
			flags |= layer == LAYER_UPPER ? FILE_UPPER_LAYER : FILE_LOWER_LAYER;
	}
	add_u32(r, flags);
}

/* Libs' flags of creat(2), which has none of its own. */
#define CREAT_UPPER_LAYER 1
#define CREAT_LOWER_LAYER 2

static __always_inline void add_creat_layer(struct record *r, struct caller *c)
{
	struct file *file = opened_file(c);
	__u32 layer = file ? layer_of(READ(file, f_inode)) : 0;
	add_u16(r, layer == LAYER_UPPER ? CREAT_UPPER_LAYER : layer == LAYER_LOWER ? CREAT_LOWER_LAYER : 0);
}

static __always_inline void add_descriptor(struct record *r, const void *pair, int which)
{
	int fds[2] = { -1, -1 };
	bpf_probe_read_user(fds, sizeof(fds), pair);
	if (config.settings & SIEVES_FILES)
		forget_descriptor(bpf_get_current_pid_tgid() >> 32, fds[which]);
	add_u64(r, (__s64)fds[which]);
}

/* Of the first of two descriptors that a call wrote: its inode, where its socket is in the kernel, or that one's peer. */
static __always_inline void add_of_first(struct record *r, struct caller *c, const void *pair, __u8 kind)
{
	int first = -1;
	if (c->result >= 0)
		bpf_probe_read_user(&first, sizeof(first), pair);
	if (kind == PARAM_FDS_INODE) {
		struct file *file = file_of(first);
		add_u64(r, file ? READ(file, f_inode, i_ino) : 0);
		return;
	}
	struct sock *sock = socket_of(first);
	if (kind == PARAM_FDS_SOCKET)
		add_u64(r, (__u64)sock);
	else
		add_u64(r, sock ? (__u64)BPF_CORE_READ((struct unix_sock *)sock, peer) : 0);
}

static __always_inline void add_backlog(struct record *r, struct caller *c, int fd, __u8 kind)
{
	struct sock *sock = c->result >= 0 ? socket_of(fd) : 0;
	__u32 waiting = sock ? READ(sock, sk_ack_backlog) : 0, most = sock ? READ(sock, sk_max_ack_backlog) : 0;
	if (kind == PARAM_BACKLOG_PERCENT)
		add_u8(r, most ? (__u64)waiting * 100 / most : 0);
	else
		add_u32(r, kind == PARAM_BACKLOG ? waiting : most);
}

/* Of what a call received, as much as it says and as there was room for: with MSG_TRUNC it may say more (recv(2)). */
static __always_inline void add_received_bytes(struct record *r, struct caller *c, const void *from, __u64 length)
{
	__u64 size = c->result > 0 ? c->result : 0;
	add_user_bytes(r, from, size < length ? size : length, SHOWN_BYTES);
}

static __always_inline void add_message(struct record *r, struct caller *c, const void *from, __u8 kind, struct sock *sock)
{
	struct user_message message = {};
	struct user_iovec buffer = {};
	bpf_probe_read_user(&message, sizeof(message), from);
	if (kind == PARAM_MSG_TUPLE || kind == PARAM_RECEIVED_MSG_TUPLE) {
		add_tuple(r, sock, message.name, message.name_length, kind == PARAM_RECEIVED_MSG_TUPLE);
		return;
	}
	if (message.buffers && message.count > 0)
		bpf_probe_read_user(&buffer, sizeof(buffer), message.buffers);
	if (kind == PARAM_MSG_SIZE)
		add_u32(r, buffer.length);
	else if (kind == PARAM_RECEIVED_MSG_BYTES)
		add_received_bytes(r, c, buffer.base, buffer.length);
	else
		add_user_bytes(r, buffer.base, buffer.length, SHOWN_BYTES);
}

/* What a call moved between two processes, as far as it lies in the caller's first buffer. */
static __always_inline void add_moved_bytes(struct record *r, struct caller *c, const void *buffers)
{
	struct user_iovec buffer = {};
	bpf_probe_read_user(&buffer, sizeof(buffer), buffers);
	add_received_bytes(r, c, buffer.base, buffer.length);
}

/* Features that libs has names for; it leaves out the others. */
#define KNOWN_RING_FEATURES 0x7ff

static __always_inline void add_ring_field(struct record *r, const void *params, __u32 field)
{
	__u32 value = 0;
	bpf_probe_read_user(&value, sizeof(value), params + field * sizeof(value));
	add_u32(r, field == RING_FEATURES ? value & KNOWN_RING_FEATURES : value);
}

static __always_inline void make_param(struct record *r, struct caller *c, __u8 kind, __u32 which)
{
	__u64 value = c->args[which & 7];
	__u64 next = c->args[(which + 1) & 7];
	__u64 before = c->args[(which - 1) & 7];
	struct user_open_how how = {};
	__u32 length = 0;

	switch (kind) {
	case PARAM_RESULT:
		return add_u64(r, c->result);
	case PARAM_FD:
		return add_u64(r, (__s64)(__s32)value);
	case PARAM_S64:
	case PARAM_U64:
		return add_u64(r, value);
	case PARAM_U32:
		return add_u32(r, value);
	case PARAM_U16:
		return add_u16(r, value);
	case PARAM_U8:
		return add_u8(r, value);
	case PARAM_STRING:
		return add_user_string(r, (void *)value);
	case PARAM_PRCTL_STRING:
		if (c->args[0] == PR_SET_NAME)
			return add_user_string(r, (void *)value);
		return add_empty(r);
	case PARAM_BYTES:
		return add_user_bytes(r, (void *)value, next, SHOWN_BYTES);
	case PARAM_CREATION_MODE:
		return add_u32(r, before & (O_CREAT | O_TMPFILE) ? value : 0);
	case PARAM_OPEN_FLAGS:
		return add_open_flags(r, c, value);
	case PARAM_CREAT_LAYER:
		return add_creat_layer(r, c);
	case PARAM_DEVICE:
		return add_opened(r, c, 1);
	case PARAM_INODE:
		return add_opened(r, c, 0);
	case PARAM_SOCKADDR:
		return (void)add_address(r, (void *)value, next);
	case PARAM_TUPLE_OUT:
		return (void)add_tuple(r, socket_of(value), (void *)next, c->args[2], 0);
	case PARAM_TUPLE_IN:
		return (void)add_tuple(r, c->result >= 0 ? socket_of(c->result) : 0, 0, 0, 1);
	case PARAM_SEND_TUPLE:
		return (void)add_tuple(r, socket_of(value), (void *)c->args[4], c->args[5], 0);
	case PARAM_RECEIVED_BYTES:
		return add_received_bytes(r, c, (void *)value, next);
	case PARAM_RECEIVE_TUPLE:
		bpf_probe_read_user(&length, sizeof(length), (void *)c->args[5]);
		return (void)add_tuple(r, c->result >= 0 ? socket_of(value) : 0, (void *)c->args[4], length, 1);
	case PARAM_FDS:
		return add_descriptor(r, (void *)value, 0);
	case PARAM_FDS_SECOND:
		return add_descriptor(r, (void *)value, 1);
	case PARAM_FDS_INODE:
	case PARAM_FDS_SOCKET:
	case PARAM_FDS_PEER:
		return add_of_first(r, c, (void *)value, kind);
	case PARAM_OPEN_HOW_FLAGS:
		bpf_probe_read_user(&how, sizeof(how), (void *)value);
		return add_open_flags(r, c, how.flags);
	case PARAM_OPEN_HOW_MODE:
		bpf_probe_read_user(&how, sizeof(how), (void *)value);
		return add_u32(r, how.mode);
	case PARAM_OPEN_HOW_RESOLVE:
		bpf_probe_read_user(&how, sizeof(how), (void *)value);
		return add_u32(r, resolve_flags(how.resolve));
	case PARAM_FCNTL_COMMAND:
		return add_u8(r, value < FCNTL_LATE ? value : 128 | (value & 127));
	case PARAM_MSG_BYTES:
	case PARAM_MSG_SIZE:
	case PARAM_RECEIVED_MSG_BYTES:
		return add_message(r, c, (void *)value, kind, 0);
	case PARAM_MSG_TUPLE:
		return add_message(r, c, (void *)value, kind, socket_of(before));
	case PARAM_RECEIVED_MSG_TUPLE:
		return add_message(r, c, (void *)value, kind, c->result >= 0 ? socket_of(before) : 0);
	case PARAM_RESULT_SIZE:
		return add_u32(r, c->result > 0 ? c->result : 0);
	case PARAM_BACKLOG_PERCENT:
	case PARAM_BACKLOG:
	case PARAM_BACKLOG_MAX:
		return add_backlog(r, c, value, kind);
	case PARAM_BUFFERS:
		return add_moved_bytes(r, c, (void *)value);
	case PARAM_RING:
		return add_ring_field(r, (void *)c->args[1], which);
	case PARAM_CONSTANT:
		return add_u16(r, which);
	case PARAM_ZERO:
		return add_u32(r, 0);
	case PARAM_PTRACE_NUMBER: {
		__u8 *to = room(r);
		if (!to)
			return add_empty(r);
		to[0] = 0;
		put64(to + 1, value);
		return ended(r, 9);
	}
	default:
		return add_empty(r);
	}
}

/* Not static: the verifier then looks at it once, not for each parameter of each way that leads to it. */
__noinline int add_param(struct record *r, struct caller *c, __u32 kind, __u32 which)
{
	if (!r || !c)
		return 0;
	make_param(r, c, kind, which);
	return 0;
}
