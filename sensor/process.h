/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* What /proc tells of a process, or of a thread. The texts are those of the process that was read last. */
struct process {
	const char *name, *args, *environment, *groups, *cwd, *exe, *root, *status;
	size_t args_size, environment_size, groups_size;
	/* The session and the group are those of the machine's own namespace. */
	long ppid, group, session, tty;
	unsigned long minor_faults, major_faults;
	unsigned long long most_files;
	unsigned login;
	int has_file, is_memory_file;
	struct stat file;
};

/* `folder` is its /proc/PID. Returns 0 where it has ended. */
int read_process(int folder, int with_environment, struct process *p);
/* A number of a line of its status, such as VmSize. */
unsigned long long status_number(const struct process *p, const char *name, int base);
/* The effective one of `Uid` or `Gid`. */
unsigned effective_id(const struct process *p, const char *name);
/* Of `NSpid` and the like, the number in the process's own namespace. */
long long own_number(const struct process *p, const char *name);
uint64_t nanoseconds(struct timespec t);
