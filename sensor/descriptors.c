/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The open files of processes. What a socket is connected with stands in /proc/PID/net, by its inode. */
#define _GNU_SOURCE
#include "descriptors.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Types of descriptors as captures have them. */
enum { FD_FILE = 1, FD_DIRECTORY, FD_IPV4, FD_IPV6, FD_IPV4_SERVER, FD_IPV6_SERVER, FD_PIPE, FD_UNIX, FD_EVENT,
       FD_UNSUPPORTED, FD_SIGNAL, FD_EPOLL, FD_INOTIFY, FD_TIMER, FD_NETLINK, FD_FILE_WITH_FLAGS, FD_BPF,
       FD_USERFAULT, FD_IO_URING, FD_MEMFD, FD_PIDFD };

struct known_socket {
	unsigned long inode;
	unsigned char family, protocol, is_server; /* family: 4, 6, 1 of unix */
	unsigned char local[16], remote[16];
	unsigned short local_port, remote_port;
	char *path;
};

/* The sockets of one network namespace; several processes share one. */
static struct known_socket *sockets;
static size_t socket_count, socket_room;
static char of_namespace[64];
#define MOST_SOCKETS 200000

static struct known_socket *new_socket(void)
{
	if (socket_count == MOST_SOCKETS)
		return 0;
	if (socket_count == socket_room) {
		socket_room = socket_room * 2 + 256;
		sockets = realloc(sockets, socket_room * sizeof(*sockets));
		if (!sockets)
			_exit(1);
	}
	struct known_socket *s = &sockets[socket_count++];
	memset(s, 0, sizeof(*s));
	return s;
}

void forget_sockets(void)
{
	for (size_t i = 0; i < socket_count; i++)
		free(sockets[i].path);
	free(sockets);
	sockets = 0;
	socket_count = socket_room = 0;
	of_namespace[0] = 0;
}

/* `0100007F` is 127.0.0.1: each 32 bits in the host's order. */
static void read_address(const char *hex, unsigned char *to, int words)
{
	for (int i = 0; i < words; i++) {
		char word[9] = "";
		memcpy(word, hex + 8 * i, 8);
		unsigned value = strtoul(word, 0, 16);
		memcpy(to + 4 * i, &value, 4);
	}
}

static FILE *open_below(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? 0 : fdopen(fd, "r");
}

static void read_internet(int folder, const char *name, int family, int protocol)
{
	FILE *f = open_below(folder, name);
	char line[512], local[40], remote[40];
	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		unsigned local_port, remote_port, state;
		unsigned long inode;
		if (sscanf(line, " %*d: %32[0-9A-F]:%x %32[0-9A-F]:%x %x %*s %*s %*s %*s %*s %lu", local, &local_port, remote,
			   &remote_port, &state, &inode) != 6 ||
		    inode == 0)
			continue;
		struct known_socket *s = new_socket();
		if (!s)
			break;
		s->inode = inode;
		s->family = family;
		s->protocol = protocol;
		s->is_server = remote_port == 0;
		read_address(local, s->local, family == 4 ? 1 : 4);
		read_address(remote, s->remote, family == 4 ? 1 : 4);
		s->local_port = local_port;
		s->remote_port = remote_port;
	}
	fclose(f);
}

static void read_unix(int folder)
{
	FILE *f = open_below(folder, "net/unix");
	char line[512], path[256];
	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		unsigned long inode;
		path[0] = 0;
		if (sscanf(line, "%*x: %*x %*x %*x %*x %*x %lu %255[^\n]", &inode, path) < 1)
			continue;
		struct known_socket *s = new_socket();
		if (!s)
			break;
		s->inode = inode;
		s->family = 1;
		s->path = strdup(path);
	}
	fclose(f);
}

static int by_inode(const void *a, const void *b)
{
	unsigned long x = ((const struct known_socket *)a)->inode, y = ((const struct known_socket *)b)->inode;
	return x < y ? -1 : x > y;
}

static void read_sockets(int folder)
{
	char own[64] = "";
	if (readlinkat(folder, "ns/net", own, sizeof(own) - 1) < 0 || strcmp(own, of_namespace) == 0)
		return;
	forget_sockets();
	strcpy(of_namespace, own);
	/* Captures number protocols on their own: 2 is TCP, 3 UDP. */
	read_internet(folder, "net/tcp", 4, 2);
	read_internet(folder, "net/tcp6", 6, 2);
	read_internet(folder, "net/udp", 4, 3);
	read_internet(folder, "net/udp6", 6, 3);
	read_unix(folder);
	qsort(sockets, socket_count, sizeof(*sockets), by_inode);
}

static void put_socket(struct block *b, const struct known_socket *s)
{
	int size = s->family == 4 ? 4 : 16;
	if (s->family == 1) {
		put_u64(b, s->inode);
		put_u64(b, 0);
		put_string(b, s->path, strlen(s->path));
		return;
	}
	put_bytes(b, s->local, size);
	if (s->is_server) {
		put_u16(b, s->local_port);
	} else {
		put_bytes(b, s->remote, size);
		put_u16(b, s->local_port);
		put_u16(b, s->remote_port);
	}
	put_u8(b, s->protocol);
}

static int type_of_socket(const struct known_socket *s)
{
	if (s->family == 1)
		return FD_UNIX;
	if (s->family == 4)
		return s->is_server ? FD_IPV4_SERVER : FD_IPV4;
	return s->is_server ? FD_IPV6_SERVER : FD_IPV6;
}

/* What has no file behind it says so in its link. */
static int type_of_link(const char *link)
{
	static const struct {
		const char *name;
		int type;
	} kinds[] = {
		{ "pipe:", FD_PIPE },
		{ "anon_inode:[eventfd]", FD_EVENT },
		{ "anon_inode:[signalfd]", FD_SIGNAL },
		{ "anon_inode:[eventpoll]", FD_EPOLL },
		{ "anon_inode:inotify", FD_INOTIFY },
		{ "anon_inode:[timerfd]", FD_TIMER },
		{ "anon_inode:bpf", FD_BPF },
		{ "anon_inode:[userfaultfd]", FD_USERFAULT },
		{ "anon_inode:[io_uring]", FD_IO_URING },
		{ "anon_inode:[pidfd]", FD_PIDFD },
		{ "/memfd:", FD_MEMFD },
		{ "/", FD_FILE },
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(link, kinds[i].name, strlen(kinds[i].name)) == 0)
			return kinds[i].type;
	return FD_UNSUPPORTED;
}

static void put_descriptor(struct block *b, int folder, const char *name)
{
	char link[4096];
	ssize_t size = readlinkat(folder, name, link, sizeof(link) - 1);
	if (size < 0)
		return;
	link[size] = 0;
	struct known_socket wanted = {}, *socket = 0;
	if (sscanf(link, "socket:[%lu]", &wanted.inode) == 1) {
		socket = bsearch(&wanted, sockets, socket_count, sizeof(*sockets), by_inode);
		if (!socket)
			return;
	}
	size_t start = begin_record(b);
	put_u64(b, strtoll(name, 0, 10));
	put_u64(b, wanted.inode);
	put_u8(b, socket ? type_of_socket(socket) : type_of_link(link));
	if (socket)
		put_socket(b, socket);
	else
		put_string(b, link, size);
	end_record(b, start, 1);
}

void write_descriptors(struct block *b, int folder, long pid)
{
	int fd = openat(folder, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : 0;
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	read_sockets(folder);
	begin_block(b, 0x218);
	put_u64(b, pid);
	for (struct dirent *entry; (entry = readdir(dir));)
		if (entry->d_name[0] != '.')
			put_descriptor(b, dirfd(dir), entry->d_name);
	end_block(b);
	closedir(dir);
}
