/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The process connector (linux/cn_proc.h): the kernel tells by netlink which process forked, ran another program, changed
 * its users, or ended, and nothing else of it. What it is stands in /proc, for as long as it lives.
 */
#define _GNU_SOURCE
#include "connector.h"

#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "connector-events.h"
#include "connector-messages.h"
#include "output.h"
#include "report.h"
#include "scan.h"

enum {
	MOST_CPUS = 8192,
	BUFFER_BYTES = 8 * 1024 * 1024,
	ANSWER_MILLISECONDS = 2000,
	WAIT_MILLISECONDS = 1000,
	MESSAGES_AT_A_TIME = 256,
	LAST_ROUNDS = 200, /* More than the buffer holds. */
};

static unsigned long long lost;

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
			tell_event(&message.event);
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
	struct event_counts told = event_counts();
	fprintf(stderr, "{\"stats\":{\"events\":%llu,\"drops\":{\"bufferFull\":%llu,\"ended\":%llu}}}\n", told.events, lost,
		told.gone);
}

/* `calls …` changes what is wanted, `environment on` and `off` whether environment variables are read. */
static void obey(char *line, void *context)
{
	(void)context;
	if (strncmp(line, "calls ", 6) == 0)
		want_events(line + 6);
	else if (strcmp(line, "environment on") == 0)
		read_environments(1);
	else if (strcmp(line, "environment off") == 0)
		read_environments(0);
}

void run_connector(const struct connector_options *options, const volatile int *is_ended)
{
	static char text[16384];
	struct commands commands = { .text = text, .room = sizeof(text) };
	exclude_processes(options->excluded, options->excluded_count);
	read_environments(options->with_environment);
	read_clock();
	int fd = subscribe();
	struct pollfd inputs[] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = fd, .events = POLLIN } };
	/* What is told before the answer is of processes that the scan finds. */
	want_events("");
	wait_for_answer(fd);
	want_events(options->calls);
	if (options->scans)
		write_preamble(options->with_environment);
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
