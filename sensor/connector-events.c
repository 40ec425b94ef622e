/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What becomes of one event of the process connector: what it does not tell stands in /proc, for as long as the process lives. */
#define _GNU_SOURCE
#include "connector-events.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "output.h"
#include "protocol.h"
#include "process.h"

enum {
	CAP_TO_OVERRIDE_RIGHTS = 1, /* CAP_DAC_OVERRIDE */
	LIBS_CLONE_THREAD = 8192,
	LIBS_PTRACE_ATTACH = 11,
};

/* The events that it can make, and whether they are wanted. */
static struct {
	const char *name;
	int is_wanted;
} makes[] = {
	{ "clone", 1 },	    { "execve", 1 },	{ "procexit", 1 }, { "setresuid", 1 },
	{ "setresgid", 1 }, { "setsid", 1 },	{ "ptrace", 1 },   { "prctl", 1 },
};
enum { CLONE, EXECVE, PROCEXIT, SETRESUID, SETRESGID, SETSID, PTRACE, PRCTL, MAKES };

static const unsigned *excluded;
static unsigned excluded_count;
static int reads_environment;
static struct event_counts counts;
static uint64_t clock_offset;

void exclude_processes(const unsigned *pids, unsigned count)
{
	excluded = pids;
	excluded_count = count;
}

void read_environments(int is_wanted) { reads_environment = is_wanted; }

struct event_counts event_counts(void) { return counts; }

void want_events(const char *list)
{
	int all = !list || strcmp(list, "all") == 0;
	for (int i = 0; i < MAKES; i++)
		makes[i].is_wanted = all;
	for (const char *at = all ? 0 : list; at && *at; at += strcspn(at, ","), at += *at == ',') {
		size_t length = strcspn(at, ",:@/");
		for (int i = 0; i < MAKES; i++)
			if (strlen(makes[i].name) == length && strncmp(makes[i].name, at, length) == 0)
				makes[i].is_wanted = 1;
	}
}

void read_clock(void)
{
	struct timespec now, since;
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_MONOTONIC, &since);
	clock_offset = (now.tv_sec - since.tv_sec) * 1000000000LL + now.tv_nsec - since.tv_nsec;
}

/* An event that is being put together: the lengths of its parameters stand before their values. */
struct event {
	struct block block;
	unsigned params, count;
};

static void begin_event(struct event *e, const struct proc_event *from, unsigned tid, unsigned type, unsigned params)
{
	static const unsigned char none[2 * 40];
	begin_block(&e->block, BLOCK_EVENT);
	put_u16(&e->block, from->cpu);
	put_u64(&e->block, from->timestamp_ns + clock_offset);
	put_u64(&e->block, tid);
	put_u32(&e->block, 0);
	put_u16(&e->block, type);
	put_u32(&e->block, params);
	put_bytes(&e->block, none, 2 * params);
	e->params = params;
	e->count = 0;
}

static void add_bytes(struct event *e, const void *from, size_t size)
{
	uint16_t length = size > 65535 ? 65535 : size;
	memcpy(e->block.data + LENGTHS_START + 2 * e->count++, &length, 2);
	put_bytes(&e->block, from, length);
}

static void add_u8(struct event *e, uint8_t v) { add_bytes(e, &v, 1); }
static void add_u16(struct event *e, uint16_t v) { add_bytes(e, &v, 2); }
static void add_u32(struct event *e, uint32_t v) { add_bytes(e, &v, 4); }
static void add_u64(struct event *e, uint64_t v) { add_bytes(e, &v, 8); }
static void add_empty(struct event *e) { add_bytes(e, "", 0); }
static void add_text(struct event *e, const char *text) { add_bytes(e, text, strlen(text) + 1); }

/* One that is known by its number in the table of ptrace's requests, or as a plain number. */
static void add_dynamic(struct event *e, uint64_t v)
{
	unsigned char bytes[9] = { 0 };
	memcpy(bytes + 1, &v, 8);
	add_bytes(e, bytes, sizeof(bytes));
}

static void end_event(struct event *e)
{
	/* Parameters that were not added have no length. */
	uint32_t length = e->block.size - EVENT_START;
	memcpy(e->block.data + EVENT_START + 16, &length, 4);
	end_block(&e->block);
	counts.events++;
}

/* Reads /proc of a process, or of a thread. Returns 0 where it has ended and was waited for. */
static int look_up(unsigned pid, struct process *p)
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/%u", pid);
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return 0;
	int is_there = read_process(folder, reads_environment, p);
	close(folder);
	return is_there;
}

static int is_excluded(unsigned pid)
{
	if (pid == (unsigned)getpid())
		return 1;
	for (unsigned i = 0; i < excluded_count; i++)
		if (excluded[i] == pid)
			return 1;
	return 0;
}

/* The parameters that execve and clone begin with, from the result to the control groups. */
static void add_process(struct event *e, const struct process *p, unsigned tid, unsigned pid, unsigned ppid, int with_cwd)
{
	size_t first = strnlen(p->args, p->args_size);
	add_u64(e, 0);
	add_text(e, p->args_size ? p->args : p->name);
	add_bytes(e, p->args + first + 1, p->args_size > first + 1 ? p->args_size - first - 1 : 0);
	add_u64(e, tid);
	add_u64(e, pid);
	add_u64(e, ppid);
	if (with_cwd)
		add_text(e, p->cwd);
	else
		add_empty(e);
	add_u64(e, p->most_files);
	add_u64(e, p->major_faults);
	add_u64(e, p->minor_faults);
	add_u32(e, status_number(p, "VmSize", 10));
	add_u32(e, status_number(p, "VmRSS", 10));
	add_u32(e, status_number(p, "VmSwap", 10));
	add_text(e, p->name);
	add_bytes(e, p->groups, p->groups_size);
}

static int is_writable(const struct process *p)
{
	mode_t mode = p->file.st_mode;
	if (!p->has_file)
		return 0;
	if (status_number(p, "CapEff", 16) >> CAP_TO_OVERRIDE_RIGHTS & 1)
		return 1;
	if (p->file.st_uid == effective_id(p, "Uid"))
		return (mode & 0200) != 0;
	if (p->file.st_gid == effective_id(p, "Gid"))
		return (mode & 0020) != 0;
	return (mode & 0002) != 0;
}

static void on_fork(struct event *e, const struct proc_event *from)
{
	unsigned tid = from->event_data.fork.child_pid, pid = from->event_data.fork.child_tgid;
	struct process p;
	if (!makes[CLONE].is_wanted || is_excluded(from->event_data.fork.parent_tgid))
		return;
	/* One that has ended already began as a copy of its parent. */
	if (!look_up(tid, &p) && !look_up(from->event_data.fork.parent_tgid, &p)) {
		counts.gone++;
		return;
	}
	begin_event(e, from, tid, EVENT_CLONE, 21);
	add_process(e, &p, tid, pid, tid != pid ? (unsigned)p.ppid : (unsigned)from->event_data.fork.parent_tgid, 0);
	add_u32(e, tid != pid ? LIBS_CLONE_THREAD : 0);
	add_u32(e, effective_id(&p, "Uid"));
	add_u32(e, effective_id(&p, "Gid"));
	add_u64(e, own_number(&p, "NSpid"));
	add_u64(e, own_number(&p, "NStgid"));
	add_u64(e, 0);
	end_event(e);
}

static void on_exec(struct event *e, const struct proc_event *from)
{
	unsigned tid = from->event_data.exec.process_pid, pid = from->event_data.exec.process_tgid;
	struct process p;
	if (!makes[EXECVE].is_wanted)
		return;
	if (!look_up(pid, &p)) {
		counts.gone++;
		return;
	}
	begin_event(e, from, tid, EVENT_EXECVE, 33);
	add_process(e, &p, tid, pid, p.ppid, 1);
	add_bytes(e, p.environment, p.environment_size);
	add_u32(e, p.tty);
	add_u64(e, own_number(&p, "NSpgid"));
	add_u32(e, p.login);
	add_u32(e, is_writable(&p) | (p.is_memory_file ? 4 : 0));
	add_u64(e, status_number(&p, "CapInh", 16));
	add_u64(e, status_number(&p, "CapPrm", 16));
	add_u64(e, status_number(&p, "CapEff", 16));
	add_u64(e, p.has_file ? p.file.st_ino : 0);
	add_u64(e, p.has_file ? nanoseconds(p.file.st_ctim) : 0);
	add_u64(e, p.has_file ? nanoseconds(p.file.st_mtim) : 0);
	add_u32(e, effective_id(&p, "Uid"));
	add_text(e, p.exe);
	add_u64(e, p.group);
	add_u32(e, effective_id(&p, "Gid"));
	add_text(e, p.exe);
	add_u8(e, status_number(&p, "NoNewPrivs", 10));
	add_u8(e, status_number(&p, "Seccomp", 10));
	end_event(e);
}

static void on_exit_of(struct event *e, const struct proc_event *from)
{
	unsigned status = from->event_data.exit.exit_code;
	if (!makes[PROCEXIT].is_wanted)
		return;
	begin_event(e, from, from->event_data.exit.process_pid, EVENT_PROCEXIT, 5);
	add_u64(e, status);
	add_u64(e, status >> 8 & 0xff);
	add_u8(e, status & 0x7f);
	add_u8(e, status >> 7 & 1);
	add_u64(e, 0); /* Who takes the children in is not told. */
	end_event(e);
}

/* Whatever call it was: the real and the effective one are told. */
static void on_id(struct event *e, const struct proc_event *from, int of_group)
{
	if (!makes[of_group ? SETRESGID : SETRESUID].is_wanted)
		return;
	begin_event(e, from, from->event_data.id.process_pid, of_group ? EVENT_SETRESGID : EVENT_SETRESUID, 4);
	add_u64(e, 0);
	add_u32(e, from->event_data.id.r.ruid);
	add_u32(e, from->event_data.id.e.euid);
	add_u32(e, ~0u);
	end_event(e);
}

static void on_session(struct event *e, const struct proc_event *from)
{
	unsigned pid = from->event_data.sid.process_tgid;
	struct process p;
	if (!makes[SETSID].is_wanted)
		return;
	begin_event(e, from, from->event_data.sid.process_pid, EVENT_SETSID, 1);
	/* Its own number, as its own namespace has it. */
	add_u64(e, look_up(pid, &p) ? (uint64_t)own_number(&p, "NStgid") : pid);
	end_event(e);
}

/* The event is that of the one that traces. "If tracer_pid is 0, then it was detached." */
static void on_ptrace(struct event *e, const struct proc_event *from)
{
	unsigned tracer = from->event_data.ptrace.tracer_pid;
	if (!makes[PTRACE].is_wanted || tracer == 0)
		return;
	begin_event(e, from, tracer, EVENT_PTRACE, 5);
	add_u64(e, 0);
	add_dynamic(e, 0);
	add_dynamic(e, 0);
	add_u16(e, LIBS_PTRACE_ATTACH);
	add_u64(e, from->event_data.ptrace.process_pid);
	end_event(e);
}

static void on_name(struct event *e, const struct proc_event *from)
{
	char name[sizeof(from->event_data.comm.comm) + 1] = "";
	if (!makes[PRCTL].is_wanted)
		return;
	memcpy(name, from->event_data.comm.comm, sizeof(from->event_data.comm.comm));
	begin_event(e, from, from->event_data.comm.process_pid, EVENT_PRCTL, 4);
	add_u64(e, 0);
	add_u32(e, PR_SET_NAME);
	add_text(e, name);
	add_u64(e, 0);
	end_event(e);
}

/* All events begin with the process that they are about; that of a fork is its parent. */
void tell_event(const struct proc_event *from)
{
	static struct event e;
	if (is_excluded(from->event_data.exec.process_tgid))
		return;
	switch ((unsigned)from->what) {
	case PROC_EVENT_FORK:
		return on_fork(&e, from);
	case PROC_EVENT_EXEC:
		return on_exec(&e, from);
	case PROC_EVENT_EXIT:
		return on_exit_of(&e, from);
	case PROC_EVENT_UID:
		return on_id(&e, from, 0);
	case PROC_EVENT_GID:
		return on_id(&e, from, 1);
	case PROC_EVENT_SID:
		return on_session(&e, from);
	case PROC_EVENT_PTRACE:
		return on_ptrace(&e, from);
	case PROC_EVENT_COMM:
		return on_name(&e, from);
	}
}
