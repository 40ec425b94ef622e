/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an intruder's program does, harmlessly: it is dropped into a container that is watched.
 *
 *   intruder memory         runs busybox' `true` out of memory that no file system has a name for
 *   intruder server         starts a shell, and waits for it
 *   intruder reverse-shell  a shell on a connection to loopback, which is told to end by the other side
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int from_memory(void)
{
	char *args[] = { "true", 0 }, *environment[] = { 0 };
	static char bytes[65536];
	int from = open("/bin/busybox", O_RDONLY), to = memfd_create("nothing", 0);
	if (from < 0 || to < 0)
		return fail("memfd");
	for (ssize_t got; (got = read(from, bytes, sizeof(bytes))) > 0;)
		if (write(to, bytes, got) != got)
			return fail("write");
	syscall(SYS_execveat, to, "", args, environment, AT_EMPTY_PATH);
	return fail("execveat");
}

static int reverse_shell(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	if (listener < 0 || bind(listener, (void *)&address, size) || listen(listener, 1) ||
	    getsockname(listener, (void *)&address, &size))
		return fail("listen");
	if (fork() == 0) {
		int connection = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(connection, (void *)&address, size))
			return fail("connect");
		for (int i = 0; i < 3; i++)
			dup2(connection, i);
		execl("/bin/sh", "sh", (char *)0);
		return fail("sh");
	}
	int shell = accept(listener, 0, 0);
	if (shell < 0 || write(shell, "exit\n", 5) != 5)
		return fail("accept");
	wait(0);
	return 0;
}

static int server(void)
{
	if (fork() == 0) {
		execl("/bin/sh", "sh", "-c", "true", (char *)0);
		return fail("sh");
	}
	wait(0);
	return 0;
}

int main(int count, char **args)
{
	if (count == 2 && strcmp(args[1], "memory") == 0)
		return from_memory();
	if (count == 2 && strcmp(args[1], "server") == 0)
		return server();
	if (count == 2 && strcmp(args[1], "reverse-shell") == 0)
		return reverse_shell();
	fprintf(stderr, "usage: intruder memory|server|reverse-shell\n");
	return 2;
}
