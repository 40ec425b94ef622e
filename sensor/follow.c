/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Programs at the raw tracepoint sys_exit run at the end of every call of every process. The tracepoints of the single
 * calls (syscalls:sys_exit_NAME) are told by perf, which looks in a bitmap first: other calls cost a third.
 *
 * perf's events are held by a process of their own, which does nothing else: the kernel takes some 50 ms to close each, so
 * that to end, or to be started again, would take seconds. Opening them waits for that as well; until it is done, and where
 * it cannot be done, the raw tracepoint tells.
 */
#define _GNU_SOURCE
#include "follow.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "report.h"

/* More than there are before perf's events. */
#define MOST_OPEN 256

static void on_no_such_call(int number)
{
	(void)number;
	_exit(1);
}

int takes_compat_calls(void)
{
	pid_t child = fork();
	if (child == 0) {
		/* Caught, so that the kernel's log has nothing of it. */
		signal(SIGSEGV, on_no_such_call);
		long result = 20; /* getpid */
		__asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
		_exit(result > 0 ? 0 : 1);
	}
	int status = 0;
	/* When in doubt it does. */
	return child < 0 || waitpid(child, &status, 0) != child || status == 0;
}

/* The folder of the calls' tracepoints; where nobody has mounted it, by a mount that nobody else sees. */
static int open_tracepoints(void)
{
	static const char *const places[] = { "/sys/kernel/tracing/events/syscalls", "/sys/kernel/debug/tracing/events/syscalls" };
	for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int folder = open(places[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (folder >= 0)
			return folder;
	}
	int context = syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC);
	if (context < 0 || syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, 0, 0, 0) != 0)
		return -1;
	int mount = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
	close(context);
	int folder = mount < 0 ? -1 : openat(mount, "events/syscalls", O_PATH | O_DIRECTORY | O_CLOEXEC);
	close(mount);
	return folder;
}

/* The number of the tracepoint at a call's end; 0 where it cannot be read. */
static unsigned tracepoint_of(int folder, const char *call)
{
	char path[80], text[16] = "";
	/* umount(2), "the umount2() system call": the kernel's own name is the old one. */
	snprintf(path, sizeof(path), "sys_exit_%s/id", strcmp(call, "umount2") == 0 ? "umount" : call);
	int file = openat(folder, path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 0;
	ssize_t size = read(file, text, sizeof(text) - 1);
	close(file);
	return size > 0 ? strtoul(text, 0, 10) : 0;
}

static int run_at(unsigned tracepoint, int program)
{
	struct perf_event_attr event = {
		.type = PERF_TYPE_TRACEPOINT, .size = sizeof(event), .config = tracepoint, .sample_period = 1, .disabled = 1,
	};
	/* The program is run on all CPUs, whichever is named. */
	int fd = syscall(SYS_perf_event_open, &event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	return fd >= 0 && ioctl(fd, PERF_EVENT_IOC_SET_BPF, program) == 0;
}

static _Noreturn void hold_events(const struct following *f, const unsigned *tracepoints, pid_t parent)
{
	static const unsigned char one = 1;
	unsigned self = getpid();
	bpf_map_update_elem(f->excluded, &self, &one, BPF_ANY);
	/* Our end is our parent's. What it has open is closed when it closes it: its streams, and the raw tracepoint. */
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	for (int fd = 0; fd < MOST_OPEN; fd++)
		if (fd != bpf_program__fd(f->known))
			close(fd);
	for (int i = 0; i < known_call_count; i++) {
		unsigned tracepoint = tracepoints[known_calls[i].number];
		if (tracepoint && !run_at(tracepoint, bpf_program__fd(f->known)))
			_exit(1);
	}
	f->config->follower = self;
	for (;;)
		pause();
}

/* Reads the tracepoints of the known calls. Returns whether the kernel can tell by them of all that is wanted. */
static int read_tracepoints(const struct following *f, unsigned *tracepoints)
{
	int folder = f->known ? open_tracepoints() : -1, are_all = folder >= 0;
	for (int i = 0; are_all && i < known_call_count; i++) {
		struct call call;
		int number = known_calls[i].number;
		tracepoints[number] = tracepoint_of(folder, known_calls[i].name);
		/* Where there is none, the kernel has no such call, and nobody succeeds with it. */
		if (!tracepoints[number] && bpf_map_lookup_elem(f->calls, &number, &call) == 0 && call.event != 0)
			are_all = call.outcome == OUTCOME_SUCCESS;
	}
	if (folder >= 0)
		close(folder);
	return are_all;
}

void follow_calls(struct following *f)
{
	unsigned tracepoints[MAX_CALLS] = {};
	int can_follow = read_tracepoints(f, tracepoints);
	if (f->process && can_follow)
		return;
	if (!f->link)
		f->link = bpf_program__attach(f->all);
	if (!f->link)
		fail("ERR_SENSOR_ATTACH", bpf_program__name(f->all), errno);
	f->config->follower = 0;
	if (f->process)
		kill(f->process, SIGKILL);
	f->process = 0;
	if (!can_follow)
		return;
	f->config->is_changing = 1;
	pid_t self = getpid(), child = fork();
	if (child == 0)
		hold_events(f, tracepoints, self);
	f->process = child > 0 ? child : 0;
}

void keep_following(struct following *f)
{
	int is_gone = 0;
	for (pid_t ended; (ended = waitpid(-1, 0, WNOHANG)) > 0;) {
		bpf_map_delete_elem(f->excluded, &ended);
		is_gone |= ended == f->process;
	}
	if (!f->process)
		return;
	if (f->link && f->config->follower == (unsigned)f->process) {
		f->config->is_changing = 0;
		bpf_link__destroy(f->link);
		f->link = 0;
	}
	if (!f->link && (is_gone || f->config->follower != (unsigned)f->process))
		fail("ERR_SENSOR_FOLLOWER", "calls", 0);
	if (is_gone)
		f->process = 0;
}
