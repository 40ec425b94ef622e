/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Addresses of sockets, in the forms PT_SOCKADDR and PT_SOCKTUPLE: ports in the host's byte order. */
#pragma once

#include "threads.h"
#include <bpf/bpf_endian.h>

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16
#define UNIX_PATH_MAX 108
#define INTERNET_ADDRESS_SIZE 28 /* struct sockaddr_in6, the longer of both */

struct end {
	__u16 port;
	__u8 ip[16];
};

struct user_address {
	__u16 family;
	__u16 port;
	__u8 rest[124];
};

/* What the kernel's BTF has a type for, unlike a pointer to a file: something with a pointer in it. */
struct hlist_head {
	struct hlist_node *first;
} __attribute__((preserve_access_index));

/* The file of a descriptor of a task. */
static __always_inline struct file *file_at(struct task_struct *task, int fd)
{
	struct fdtable *table = task->files->fdt;
	if (fd < 0 || (__u32)fd >= table->max_fds)
		return 0;
	return (void *)READ((struct hlist_head *)(table->fd + fd), first);
}

static __always_inline struct file *file_of(int fd) { return file_at(bpf_get_current_task_btf(), fd); }

static __always_inline struct socket *socket_at(struct task_struct *task, int fd)
{
	struct file *file = file_at(task, fd);
	if (!file || (READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	return READ(file, private_data);
}

static __always_inline struct sock *socket_of(int fd)
{
	struct socket *socket = socket_at(bpf_get_current_task_btf(), fd);
	return socket ? ADDRESS(socket, sk) : 0;
}

/*
 * A text of at most `length` bytes, and a NUL. Where there is no memory behind it, which the NUL would be looked for in, it
 * is read as bytes. Returns its size with the NUL.
 */
static __always_inline long read_text(__u8 *to, __u64 length, const char *from, bool of_kernel)
{
	if (length > UNIX_PATH_MAX)
		return 0;
	long size = of_kernel ? bpf_probe_read_kernel_str(to, length + 1, from) : bpf_probe_read_user_str(to, length + 1, from);
	if (size >= 0 || of_kernel || bpf_probe_read_user(to, length, from) != 0)
		return size;
	to[length] = 0;
	return length + 1;
}

/*
 * Writes a path of a unix socket and its NUL; one in the abstract namespace begins with @, as netstat shows it. `length` is
 * that of the path: "the name is not null-terminated" in that namespace, and a path need not be (unix(7)).
 */
static __always_inline __u32 write_unix_path(__u8 *to, const char *path, __u64 length, bool of_kernel)
{
	KEEP(length);
	if (length > UNIX_PATH_MAX)
		length = UNIX_PATH_MAX;
	if (length == 0) {
		to[0] = 0;
		return 1;
	}
	long size = read_text(to, length, path, of_kernel);
	if (size == 1) {
		size = read_text(to + 1, length - 1, path + 1, of_kernel);
		if (size > 1) {
			to[0] = '@';
			return size + 1;
		}
		to[0] = 0;
		return 1;
	}
	if (size < 1) {
		to[0] = 0;
		return 1;
	}
	return size;
}

/* As much as the caller gave of it: what stands behind may be no memory, by chance or so that nothing is read. */
static __always_inline long read_address(struct user_address *to, const void *from, __u64 length)
{
	KEEP(length);
	if (length > INTERNET_ADDRESS_SIZE)
		length = INTERNET_ADDRESS_SIZE;
	return bpf_probe_read_user(to, length, from);
}

/* PT_SOCKADDR of the caller's memory. */
static __noinline int add_address(struct record *r, const void *from, __u32 length)
{
	struct user_address address = {};
	__u8 *to = room(r);
	if (!to || !from || length < 2 || read_address(&address, from, length) != 0) {
		add_empty(r);
		return 0;
	}
	to[0] = address.family;
	if (address.family == AF_INET && length >= 8) {
		__builtin_memcpy(to + 1, address.rest, 4);
		put16(to + 5, bpf_ntohs(address.port));
		ended(r, 7);
	} else if (address.family == AF_INET6 && length >= 24) {
		__builtin_memcpy(to + 1, address.rest + 4, 16);
		put16(to + 17, bpf_ntohs(address.port));
		ended(r, 19);
	} else if (address.family == AF_UNIX) {
		ended(r, 1 + write_unix_path(to + 1, (const char *)from + 2, length - 2, 0));
	} else {
		ended(r, 1);
	}
	return 0;
}

/* What a unix socket is bound to. */
static __always_inline struct unix_address *bound_address(struct unix_sock *sock)
{
	return READ(sock, addr);
}

static __always_inline __u32 write_bound_path(__u8 *to, struct unix_address *address)
{
	int length = READ(address, len);
	const char *path = (const char *)address + bpf_core_field_offset(struct unix_address, name) +
			   bpf_core_field_offset(struct sockaddr_un, sun_path);
	return write_unix_path(to, path, length > 2 ? length - 2 : 0, 1);
}

/*
 * PT_SOCKTUPLE of a socket: who began first, so `inbound` has the peer before us. `address` is where a datagram
 * goes to, or comes from, that the socket is not connected for, `length` its length. Behind the ends of an internet socket
 * stands its protocol, beyond libs' form, whose readers pass it over: they guess.
 */
static __noinline int add_tuple(struct record *r, struct sock *sock, const void *address, __u32 length, bool inbound)
{
	__u8 *to = room(r);
	if (!to || !sock) {
		add_empty(r);
		return 0;
	}
	struct user_address given = {};
	if (address && read_address(&given, address, length) != 0)
		given.family = 0;
	__u16 family = READ(sock, __sk_common.skc_family);
	struct end local = {}, remote = {};
	local.port = READ(sock, __sk_common.skc_num);
	remote.port = bpf_ntohs(READ(sock, __sk_common.skc_dport));
	__u8 protocol = READ(sock, sk_protocol);
	to[0] = family;
	if (family == AF_INET) {
		__u32 ip = READ(sock, __sk_common.skc_rcv_saddr);
		__builtin_memcpy(local.ip, &ip, 4);
		ip = READ(sock, __sk_common.skc_daddr);
		__builtin_memcpy(remote.ip, &ip, 4);
		if (given.family == AF_INET && remote.port == 0) {
			__builtin_memcpy(remote.ip, given.rest, 4);
			remote.port = bpf_ntohs(given.port);
		}
		struct end *first = inbound ? &remote : &local, *second = inbound ? &local : &remote;
		__builtin_memcpy(to + 1, first->ip, 4);
		put16(to + 5, first->port);
		__builtin_memcpy(to + 7, second->ip, 4);
		put16(to + 11, second->port);
		to[13] = protocol;
		ended(r, 14);
	} else if (family == AF_INET6) {
		BPF_CORE_READ_INTO(&local.ip, sock, __sk_common.skc_v6_rcv_saddr.in6_u.u6_addr8);
		BPF_CORE_READ_INTO(&remote.ip, sock, __sk_common.skc_v6_daddr.in6_u.u6_addr8);
		if (given.family == AF_INET6 && remote.port == 0) {
			__builtin_memcpy(remote.ip, given.rest + 4, 16);
			remote.port = bpf_ntohs(given.port);
		}
		struct end *first = inbound ? &remote : &local, *second = inbound ? &local : &remote;
		__builtin_memcpy(to + 1, first->ip, 16);
		put16(to + 17, first->port);
		__builtin_memcpy(to + 19, second->ip, 16);
		put16(to + 35, second->port);
		to[37] = protocol;
		ended(r, 38);
	} else if (family == AF_UNIX) {
		struct unix_sock *own = (void *)sock;
		struct sock *peer = BPF_CORE_READ(own, peer);
		struct unix_address *bound = inbound ? bound_address(own) : peer ? bound_address((void *)peer) : 0;
		put64(to + 1, (__u64)(inbound ? peer : sock));
		put64(to + 9, (__u64)(inbound ? sock : peer));
		if (!bound && given.family == AF_UNIX && length >= 2) {
			ended(r, 17 + write_unix_path(to + 17, (const char *)address + 2, length - 2, 0));
		} else if (bound) {
			ended(r, 17 + write_bound_path(to + 17, bound));
		} else {
			to[17] = 0;
			ended(r, 18);
		}
	} else {
		ended(r, 1);
	}
	return 0;
}
