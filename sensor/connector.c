/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The process connector (linux/cn_proc.h): the kernel tells by netlink which process forked, ran another program, changed
 * its users, or ended, and nothing else of it. What it is stands in /proc, for as long as it lives.
 */
#define _GNU_SOURCE
#include "connector.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "connector-messages.h"
#include "output.h"
#include "protocol.h"
#include "report.h"
#include "scan.h"

enum {
	CAP_TO_OVERRIDE_RIGHTS = 1, /* CAP_DAC_OVERRIDE */
	MOST_CPUS = 8192,
	BUFFER_BYTES = 8 * 1024 * 1024,
	ANSWER_MILLISECONDS = 2000,
	WAIT_MILLISECONDS = 1000,
	MESSAGES_AT_A_TIME = 256,
	LAST_ROUNDS = 200, /* More than the buffer holds. */
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

static const struct connector_options *options;
static int reads_environment;
static unsigned long long events, lost, gone;
static uint64_t clock_offset;

/* NAME[:…][/…],…: names that are none of ours are passed over, what they want cannot be told here. */
static void want(const char *list)
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

/* The kernel's times are of the monotonic clock; the time of day may be set while we run. */
static void read_clock(void)
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
	events++;
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
	for (unsigned i = 0; i < options->excluded_count; i++)
		if (options->excluded[i] == pid)
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
		gone++;
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
		gone++;
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
static void on_event(const struct proc_event *from)
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

/* Each processor numbers its messages: what is missing was lost for want of room. */
static void count_lost(unsigned cpu, unsigned sequence)
{
	static struct {
		unsigned next;
		int is_known;
	} cpus[MOST_CPUS];
	if (cpu >= MOST_CPUS)
		return;
	unsigned missing = sequence - cpus[cpu].next;
	if (cpus[cpu].is_known && missing < 1u << 31)
		lost += missing;
	cpus[cpu].next = sequence + 1;
	cpus[cpu].is_known = 1;
}

/*
 * By what the answer to our request is known. The kernel's answers go to all who listen, so that those to others' requests,
 * refusals among them, come to us as well: any user may ask.
 */
static struct {
	uint32_t ack;
	int is_answered;
} request;

/* Ends us where the kernel refuses what we asked for. */
static void on_answer(const struct connector_message *message)
{
	if (request.is_answered || message->acknowledged != request.ack + 1)
		return;
	if (message->event.event_data.ack.err)
		fail("ERR_CONNECTOR_REFUSED", "process connector", message->event.event_data.ack.err);
	request.is_answered = 1;
}

static void on_datagram(struct datagram datagram)
{
	struct connector_message message;
	while (next_connector_message(&datagram, &message)) {
		/* Answers have numbers among the events'; those of old kernels are of no processor. */
		count_lost(message.event.cpu, message.sequence);
		if (message.event.what == PROC_EVENT_NONE)
			on_answer(&message);
		else
			on_event(&message.event);
	}
}

/* Receives some of what is there. Returns whether there may be more. */
static int receive(int fd)
{
	static unsigned char bytes[4096];
	for (int i = 0; i < MESSAGES_AT_A_TIME; i++) {
		struct sockaddr_nl sender = { .nl_pid = ~0u };
		socklen_t sender_size = sizeof(sender);
		ssize_t size = recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT, (struct sockaddr *)&sender, &sender_size);
		if (size < 0 && (errno == EINTR || errno == ENOBUFS))
			continue; /* The numbers of the messages tell how many did not fit. */
		if (size < 0)
			return 0;
		/* "nl_pid … is 0 if the destination is in the kernel" (netlink(7)): of nobody else is anything taken. */
		if (sender_size == sizeof(sender) && sender.nl_pid == 0)
			on_datagram((struct datagram){ bytes, size });
	}
	return 1;
}

/* "PROC_CN_MCAST_LISTEN": a socket that is told of events from now on. */
static int subscribe(void)
{
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
	if (fd < 0)
		fail("ERR_CONNECTOR_ABSENT", "process connector", errno);
	int room = BUFFER_BYTES;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) != 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC };
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		fail("ERR_CONNECTOR_REFUSED", "process connector", errno);
	/* A socket that is connected to the kernel takes nothing of other processes, which could fill its buffer. */
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	if (connect(fd, (struct sockaddr *)&kernel, sizeof(kernel)) != 0)
		fail("ERR_CONNECTOR_REFUSED", "process connector", errno);

	if (getrandom(&request.ack, sizeof(request.ack), 0) != sizeof(request.ack))
		fail("ERR_CONNECTOR_REFUSED", "random numbers", errno);
	unsigned char bytes[NLMSG_SPACE(sizeof(struct cn_msg) + sizeof(enum proc_cn_mcast_op))] = {};
	enum proc_cn_mcast_op listen = PROC_CN_MCAST_LISTEN;
	struct nlmsghdr header = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct cn_msg) + sizeof(listen)), .nlmsg_type = NLMSG_DONE };
	struct cn_msg message = {
		.id = { CN_IDX_PROC, CN_VAL_PROC },
		.ack = request.ack,
		.len = sizeof(listen),
	};
	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + NLMSG_HDRLEN, &message, sizeof(message));
	memcpy(bytes + NLMSG_HDRLEN + sizeof(message), &listen, sizeof(listen));
	if (send(fd, bytes, header.nlmsg_len, 0) < 0)
		fail("ERR_CONNECTOR_REFUSED", "process connector", errno);
	return fd;
}

/*
 * A kernel without CONFIG_PROC_EVENTS has nobody who answers, and from within a namespace of pids or users "requestors
 * from other namespaces" are ignored (drivers/connector/cn_proc.c).
 */
static void wait_for_answer(int fd)
{
	struct pollfd input = { .fd = fd, .events = POLLIN };
	struct timespec start, now;
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (int left = ANSWER_MILLISECONDS; left > 0;) {
		if (poll(&input, 1, left) > 0)
			receive(fd);
		if (request.is_answered)
			return;
		clock_gettime(CLOCK_MONOTONIC, &now);
		left = ANSWER_MILLISECONDS - ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000);
	}
	fail("ERR_CONNECTOR_SILENT", "process connector", ETIMEDOUT);
}

static void tell_counts(void)
{
	fprintf(stderr, "{\"stats\":{\"events\":%llu,\"drops\":{\"bufferFull\":%llu,\"ended\":%llu}}}\n", events, lost, gone);
}

/* `calls …` changes what is wanted, `environment on` and `off` whether environment variables are read. */
static void obey(char *line, void *context)
{
	(void)context;
	if (strncmp(line, "calls ", 6) == 0)
		want(line + 6);
	else if (strcmp(line, "environment on") == 0)
		reads_environment = 1;
	else if (strcmp(line, "environment off") == 0)
		reads_environment = 0;
}

void run_connector(const struct connector_options *given, const volatile int *is_ended)
{
	static char text[16384];
	struct commands commands = { .text = text, .room = sizeof(text) };
	options = given;
	reads_environment = given->with_environment;
	read_clock();
	int fd = subscribe();
	struct pollfd inputs[] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = fd, .events = POLLIN } };
	/* What is told before the answer is of processes that the scan finds. */
	want("");
	wait_for_answer(fd);
	want(options->calls);
	if (options->scans)
		write_preamble(reads_environment);
	fprintf(stderr, "{\"ready\":true}\n");
	for (time_t last = 0; !*is_ended;) {
		if (poll(inputs, 2, WAIT_MILLISECONDS) > 0) {
			if (inputs[1].revents)
				receive(fd);
			if (inputs[0].revents && !read_commands(&commands, obey, NULL))
				break;
		}
		flush_output();
		time_t now = time(0);
		if (now != last) {
			last = now;
			read_clock();
			tell_counts();
			if (options->scans)
				write_changed_users();
		}
	}
	for (int rounds = 0; rounds < LAST_ROUNDS && receive(fd); rounds++)
		flush_output();
	flush_output();
	tell_counts();
}
