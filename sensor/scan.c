/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What was there before the first event: the machine, its users, its processes (proc(5)). */
#define _GNU_SOURCE
#include "scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <ifaddrs.h>
#include <limits.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#include "descriptors.h"
#include "output.h"
#include "process.h"

#define LARGEST_LIST (8 * 1024 * 1024)
#define PROCESS_LIST 0x215

static uint64_t boot_time(void)
{
	struct timespec now, since;
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &since);
	return (now.tv_sec - since.tv_sec) * 1000000000LL + now.tv_nsec - since.tv_nsec;
}

static void write_section(struct block *b)
{
	begin_block(b, 0x0A0D0D0A);
	put_u32(b, 0x1A2B3C4D);
	put_u16(b, 1);
	put_u16(b, 2);
	put_u64(b, ~0ULL);
	end_block(b);
}

static void write_machine(struct block *b)
{
	char host[128] = "";
	uint64_t last_pid = 32768;
	FILE *f = fopen("/proc/sys/kernel/pid_max", "re");
	if (f) {
		if (fscanf(f, "%lu", &last_pid) != 1)
			last_pid = 32768;
		fclose(f);
	}
	gethostname(host, sizeof(host) - 1);
	begin_block(b, 0x201);
	put_u32(b, get_nprocs());
	put_u64(b, (uint64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE));
	put_u64(b, last_pid);
	put_bytes(b, host, sizeof(host));
	put_u64(b, boot_time());
	put_u64(b, 0);
	put_u64(b, 0);
	put_u64(b, 0);
	end_block(b);
}

static void put_address(struct block *b, const struct sockaddr *a, int family)
{
	static const unsigned char none[16];
	const void *from = !a		       ? (const void *)none
			   : family == AF_INET ? (const void *)&((const struct sockaddr_in *)a)->sin_addr
					       : (const void *)&((const struct sockaddr_in6 *)a)->sin6_addr;
	put_bytes(b, from, family == AF_INET ? 4 : 16);
}

static void write_interfaces(struct block *b)
{
	struct ifaddrs *all = 0;
	if (getifaddrs(&all) != 0)
		return;
	begin_block(b, 0x219);
	for (struct ifaddrs *i = all; i; i = i->ifa_next) {
		int family = i->ifa_addr ? i->ifa_addr->sa_family : 0;
		if (family != AF_INET && family != AF_INET6)
			continue;
		size_t start = begin_record(b);
		put_u16(b, family == AF_INET ? 1 : 2);
		put_u16(b, strlen(i->ifa_name));
		put_address(b, i->ifa_addr, family);
		put_address(b, i->ifa_netmask, family);
		put_address(b, family == AF_INET ? i->ifa_broadaddr : 0, family);
		put_u64(b, 0);
		put_bytes(b, i->ifa_name, strlen(i->ifa_name));
		end_record(b, start, 0);
	}
	end_block(b);
	freeifaddrs(all);
}

/*
 * A file of the machine itself: we may be in a container that shares the machine's pids alone. HOST_ROOT is where the
 * machine's own files are mounted then, as Falco has it; or else they are those of the machine's first process, where we
 * may look there (proc(5), "PTRACE_MODE_READ_FSCREDS"); or else ours.
 */
static FILE *open_of_machine(const char *path)
{
	const char *given = getenv("HOST_ROOT");
	const char *const roots[] = { given ? given : "", "/proc/1/root", "" };
	for (int i = given && *given ? 0 : 1; i < 3; i++) {
		char name[PATH_MAX];
		snprintf(name, sizeof(name), "%s%s", roots[i], path);
		FILE *f = fopen(name, "re");
		if (f)
			return f;
	}
	return 0;
}

/* When the lists of users were written last. */
static struct timespec users_changed[2];

static int have_users_changed(void)
{
	static const char *const paths[] = { "/etc/passwd", "/etc/group" };
	int has_changed = 0;
	for (int i = 0; i < 2; i++) {
		struct stat file = {};
		FILE *f = open_of_machine(paths[i]);
		if (!f)
			continue;
		if (fstat(fileno(f), &file) == 0 && nanoseconds(file.st_mtim) != nanoseconds(users_changed[i])) {
			users_changed[i] = file.st_mtim;
			has_changed = 1;
		}
		fclose(f);
	}
	return has_changed;
}

static void write_users(struct block *b)
{
	begin_block(b, 0x220);
	FILE *f = open_of_machine("/etc/passwd");
	for (struct passwd *p; f && (p = fgetpwent(f));) {
		size_t start = begin_record(b);
		put_u8(b, 0);
		put_u32(b, p->pw_uid);
		put_u32(b, p->pw_gid);
		put_string(b, p->pw_name, strlen(p->pw_name));
		put_string(b, p->pw_dir, strlen(p->pw_dir));
		put_string(b, p->pw_shell, strlen(p->pw_shell));
		end_record(b, start, 1);
	}
	if (f)
		fclose(f);
	f = open_of_machine("/etc/group");
	for (struct group *g; f && (g = fgetgrent(f));) {
		size_t start = begin_record(b);
		put_u8(b, 1);
		put_u32(b, g->gr_gid);
		put_string(b, g->gr_name, strlen(g->gr_name));
		end_record(b, start, 1);
	}
	if (f)
		fclose(f);
	end_block(b);
}

/* One thread. Only a main thread has arguments, paths and files of its own. */
static void put_thread(struct block *b, int folder, long pid, long tid, int with_environment)
{
	struct process p;
	if (!read_process(folder, with_environment, &p))
		return;
	size_t first = strnlen(p.args, p.args_size);
	int is_own = tid == pid;

	size_t start = begin_record(b);
	put_u64(b, tid);
	put_u64(b, pid);
	put_u64(b, p.ppid);
	put_u64(b, own_number(&p, "NSsid"));
	put_u64(b, own_number(&p, "NSpgid"));
	put_string(b, p.name, strlen(p.name));
	put_string(b, p.args_size ? p.args : p.name, p.args_size ? first : strlen(p.name));
	put_string(b, p.exe, strlen(p.exe));
	put_string(b, p.args + first + 1, p.args_size > first + 1 ? p.args_size - first - 1 : 0);
	put_string(b, p.cwd, strlen(p.cwd));
	put_u64(b, p.most_files);
	put_u32(b, is_own ? 0 : 8192);
	put_u32(b, effective_id(&p, "Uid"));
	put_u32(b, effective_id(&p, "Gid"));
	put_u32(b, status_number(&p, "VmSize", 10));
	put_u32(b, status_number(&p, "VmRSS", 10));
	put_u32(b, status_number(&p, "VmSwap", 10));
	put_u64(b, p.major_faults);
	put_u64(b, p.minor_faults);
	put_string(b, p.environment, is_own ? p.environment_size : 0);
	put_u64(b, own_number(&p, "NSpid"));
	put_u64(b, own_number(&p, "NStgid"));
	put_string(b, p.groups, p.groups_size);
	put_string(b, p.root, strlen(p.root));
	put_u64(b, 0);
	put_u32(b, p.tty);
	put_u32(b, p.login);
	put_u8(b, p.has_file && (p.file.st_mode & 0222) != 0);
	put_u64(b, status_number(&p, "CapInh", 16));
	put_u64(b, status_number(&p, "CapPrm", 16));
	put_u64(b, status_number(&p, "CapEff", 16));
	put_u8(b, 0);
	put_u64(b, p.has_file ? p.file.st_ino : 0);
	put_u64(b, p.has_file ? nanoseconds(p.file.st_ctim) : 0);
	put_u64(b, p.has_file ? nanoseconds(p.file.st_mtim) : 0);
	put_u8(b, p.is_memory_file);
	put_u8(b, 0);
	put_u64(b, p.group);
	end_record(b, start, 1);
}

/* Calls `each` for all numbered entries of a folder. */
static void for_numbers(int folder, const char *name, void (*each)(int folder, long number, void *), void *with)
{
	int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : 0;
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (struct dirent *entry; (entry = readdir(dir));)
		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
			each(dirfd(dir), strtol(entry->d_name, 0, 10), with);
	closedir(dir);
}

struct scanning {
	struct block *block;
	long pid;
	int with_environment;
};

static int open_number(int folder, long number)
{
	char name[32];
	snprintf(name, sizeof(name), "%ld", number);
	return openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void scan_thread(int folder, long tid, void *with)
{
	struct scanning *s = with;
	int fd = open_number(folder, tid);
	if (fd < 0)
		return;
	put_thread(s->block, fd, s->pid, tid, s->with_environment);
	close(fd);
}

static void scan_process(int proc, long pid, void *with)
{
	struct scanning *s = with;
	int fd = open_number(proc, pid);
	if (fd < 0)
		return;
	s->pid = pid;
	for_numbers(fd, "task", scan_thread, s);
	close(fd);
	/* Readers have a longest block, and the largest machines more processes. */
	if (s->block->size > LARGEST_LIST) {
		end_block(s->block);
		begin_block(s->block, PROCESS_LIST);
	}
}

static void scan_files(int proc, long pid, void *with)
{
	int fd = open_number(proc, pid);
	if (fd < 0)
		return;
	write_descriptors(with, fd, pid);
	close(fd);
}

void write_preamble(int with_environment)
{
	static struct block b;
	struct scanning scanning = { .block = &b, .with_environment = with_environment };
	write_section(&b);
	write_machine(&b);
	write_interfaces(&b);
	have_users_changed();
	write_users(&b);
	begin_block(&b, PROCESS_LIST);
	for_numbers(AT_FDCWD, "/proc", scan_process, &scanning);
	end_block(&b);
	for_numbers(AT_FDCWD, "/proc", scan_files, &b);
	forget_sockets();
	flush_output();
}

void write_changed_users(void)
{
	static struct block b;
	if (have_users_changed())
		write_users(&b);
}
