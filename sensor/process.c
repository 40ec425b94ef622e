/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What /proc tells of a process, or of a thread (proc(5)). */
#define _GNU_SOURCE
#include "process.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LARGEST_FILE 65535

/* Reads a small file below a folder. Returns its size; 0 where there is none. */
static size_t read_small(int folder, const char *name, char *to, size_t room)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	if (fd < 0) {
		to[0] = 0;
		return 0;
	}
	while (size < room - 1) {
		ssize_t got = read(fd, to + size, room - 1 - size);
		if (got <= 0)
			break;
		size += got;
	}
	close(fd);
	to[size] = 0;
	return size;
}

static size_t read_link(int folder, const char *name, char *to, size_t room)
{
	ssize_t size = readlinkat(folder, name, to, room - 1);
	if (size < 0)
		size = 0;
	to[size] = 0;
	return size;
}

/* The value of a line of /proc/PID/status. */
static const char *line_of(const char *status, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = status; at; at = strchr(at, '\n')) {
		if (*at == '\n')
			at++;
		if (strncmp(at, name, length) == 0 && at[length] == ':')
			return at + length + 1;
	}
	return "";
}

/* The last number of a line: the one in the process's own namespace. */
static long long last_number(const char *line)
{
	long long value = -1;
	for (char *end; *line && *line != '\n'; line = end) {
		long long next = strtoll(line, &end, 10);
		if (end == line)
			break;
		value = next;
	}
	return value;
}

/* `memory:/path` of /proc/PID/cgroup becomes `memory=/path` and a NUL, as events have them. */
static size_t control_groups(const char *text, char *to, size_t room)
{
	size_t size = 0;
	for (const char *line = text; *line;) {
		const char *end = strchrnul(line, '\n'), *names = memchr(line, ':', end - line);
		const char *path = names ? memchr(names + 1, ':', end - names - 1) : 0;
		if (path) {
			size_t length = path - names - 1, rest = end - path - 1;
			int is_shown = length == 0 || memmem(names, length + 1, "memory", 6) || memmem(names, length + 1, "pids", 4);
			if (is_shown && size + length + rest + 2 < room) {
				memcpy(to + size, names + 1, length);
				to[size + length] = '=';
				memcpy(to + size + length + 1, path + 1, rest);
				to[size + length + 1 + rest] = 0;
				size += length + rest + 2;
			}
		}
		line = *end ? end + 1 : end;
	}
	return size;
}

static int has_ending(const char *text, size_t size, const char *ending)
{
	size_t length = strlen(ending);
	return size >= length && strcmp(text + size - length, ending) == 0;
}

int read_process(int folder, int with_environment, struct process *p)
{
	static char stat_text[4096], status[8192], args[LARGEST_FILE], environment[LARGEST_FILE], groups_text[16384],
		groups[16384], limits[8192], cwd[4096], exe[4096], root[4096], login[32];
	memset(p, 0, sizeof(*p));
	if (read_small(folder, "stat", stat_text, sizeof(stat_text)) == 0)
		return 0; /* It has ended meanwhile. */
	read_small(folder, "status", status, sizeof(status));
	char *name = strchr(stat_text, '('), *after = strrchr(stat_text, ')');
	if (!name || !after)
		return 0;
	sscanf(after + 2, "%*c %ld %ld %ld %ld %*d %*u %lu %*u %lu", &p->ppid, &p->group, &p->session, &p->tty,
	       &p->minor_faults, &p->major_faults);
	*after = 0;
	p->name = name + 1;

	p->args = args;
	p->args_size = read_small(folder, "cmdline", args, sizeof(args));
	p->environment = environment;
	p->environment_size = with_environment ? read_small(folder, "environ", environment, sizeof(environment)) : 0;
	read_small(folder, "cgroup", groups_text, sizeof(groups_text));
	p->groups = groups;
	p->groups_size = control_groups(groups_text, groups, sizeof(groups));
	read_small(folder, "limits", limits, sizeof(limits));
	read_small(folder, "loginuid", login, sizeof(login));
	read_link(folder, "cwd", cwd, sizeof(cwd) - 1);
	size_t exe_size = read_link(folder, "exe", exe, sizeof(exe));
	read_link(folder, "root", root, sizeof(root));
	if (has_ending(exe, exe_size, " (deleted)"))
		exe[exe_size - 10] = 0;
	p->cwd = cwd;
	p->exe = exe;
	p->root = root;
	p->has_file = exe_size > 0 && fstatat(folder, "exe", &p->file, 0) == 0;
	p->is_memory_file = strncmp(exe, "/memfd:", 7) == 0;
	const char *files = strstr(limits, "Max open files");
	p->most_files = files ? strtoull(files + 14, 0, 10) : 0;
	p->login = login[0] ? strtoul(login, 0, 10) : ~0u;
	p->status = status;
	return 1;
}

unsigned long long status_number(const struct process *p, const char *name, int base)
{
	return strtoull(line_of(p->status, name), 0, base);
}

unsigned effective_id(const struct process *p, const char *name)
{
	return strtoul(strchrnul(line_of(p->status, name) + 1, '\t'), 0, 10);
}

long long own_number(const struct process *p, const char *name)
{
	return last_number(line_of(p->status, name));
}

uint64_t nanoseconds(struct timespec t) { return t.tv_sec * 1000000000ULL + t.tv_nsec; }
