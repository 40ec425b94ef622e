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

/* Writes a path of a unix socket and its NUL; one in the abstract namespace begins with @, as netstat shows it. */
static __always_inline __u32 write_unix_path(__u8 *to, const char *path, bool of_kernel)
{
	long size = of_kernel ? bpf_probe_read_kernel_str(to, UNIX_PATH_MAX + 1, path)
			      : bpf_probe_read_user_str(to, UNIX_PATH_MAX + 1, path);
	if (size == 1) {
		size = of_kernel ? bpf_probe_read_kernel_str(to + 1, UNIX_PATH_MAX, path + 1)
				 : bpf_probe_read_user_str(to + 1, UNIX_PATH_MAX, path + 1);
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

/* PT_SOCKADDR of the caller's memory. */
static __noinline int add_address(struct record *r, const void *from, __u64 length)
{
	struct user_address address = {};
	__u8 *to = room(r);
	if (!to || !from || length < 2 || bpf_probe_read_user(&address, 28, from) != 0) {
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
		ended(r, 1 + write_unix_path(to + 1, (const char *)from + 2, 0));
	} else {
		ended(r, 1);
	}
	return 0;
}

/* The path that a unix socket is bound to. */
static __always_inline const char *bound_path(struct unix_sock *sock)
{
	struct unix_address *address = READ(sock, addr);
	return address ? (const char *)address + bpf_core_field_offset(struct unix_address, name) +
				 bpf_core_field_offset(struct sockaddr_un, sun_path)
		       : 0;
}

/*
 * PT_SOCKTUPLE of a socket: who began first, so `inbound` has the peer before us. `to_address` is where a datagram
 * goes that the socket is not connected for. Behind the ends of an internet socket stands its protocol, beyond libs' form,
 * whose readers pass it over: they guess.
 */
static __noinline int add_tuple(struct record *r, struct sock *sock, const void *to_address, bool inbound)
{
	__u8 *to = room(r);
	if (!to || !sock) {
		add_empty(r);
		return 0;
	}
	struct user_address given = {};
	if (to_address && bpf_probe_read_user(&given, 28, to_address) != 0)
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
		const char *path = inbound ? bound_path(own) : peer ? bound_path((void *)peer) : 0;
		put64(to + 1, (__u64)(inbound ? peer : sock));
		put64(to + 9, (__u64)(inbound ? sock : peer));
		if (!path && given.family == AF_UNIX) {
			ended(r, 17 + write_unix_path(to + 17, (const char *)to_address + 2, 0));
		} else if (path) {
			ended(r, 17 + write_unix_path(to + 17, path, 1));
		} else {
			to[17] = 0;
			ended(r, 18);
		}
	} else {
		ended(r, 1);
	}
	return 0;
}
