/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A datagram of the process connector: netlink messages, in each a message of the connector, in that a struct proc_event. */
#include "connector-messages.h"

#include <linux/connector.h>
#include <linux/netlink.h>
#include <string.h>

/* The bytes of an event of a kind up to the end of a member of its data. */
#define UP_TO(member) (offsetof(struct proc_event, event_data.member) + sizeof(((struct proc_event *)0)->event_data.member))

/* Older kernels end some of the kinds earlier than today's. */
static size_t least_size(uint32_t what)
{
	switch (what) {
	case PROC_EVENT_NONE:
		return UP_TO(ack);
	case PROC_EVENT_FORK:
		return UP_TO(fork);
	case PROC_EVENT_EXEC:
		return UP_TO(exec);
	case PROC_EVENT_UID:
	case PROC_EVENT_GID:
		return UP_TO(id);
	case PROC_EVENT_SID:
		return UP_TO(sid);
	case PROC_EVENT_PTRACE:
		return UP_TO(ptrace);
	case PROC_EVENT_COMM:
		return UP_TO(comm);
	case PROC_EVENT_EXIT:
		return UP_TO(exit.exit_signal);
	default:
		return offsetof(struct proc_event, event_data);
	}
}

/* `bytes`: what a netlink message carries. Returns 0 where it is no whole message of the process connector. */
static int read_message(const unsigned char *bytes, size_t size, struct connector_message *message)
{
	struct cn_msg head;
	if (size < sizeof(head))
		return 0;
	memcpy(&head, bytes, sizeof(head));
	if (head.id.idx != CN_IDX_PROC || head.id.val != CN_VAL_PROC || head.len > size - sizeof(head))
		return 0;
	memset(message, 0, sizeof(*message));
	message->sequence = head.seq;
	message->acknowledged = head.ack;
	memcpy(&message->event, bytes + sizeof(head), head.len < sizeof(message->event) ? head.len : sizeof(message->event));
	return head.len >= least_size(message->event.what);
}

int next_connector_message(struct datagram *rest, struct connector_message *message)
{
	while (rest->size >= NLMSG_HDRLEN) {
		const unsigned char *start = rest->bytes;
		struct nlmsghdr header;
		memcpy(&header, start, sizeof(header));
		size_t length = header.nlmsg_len;
		if (length < NLMSG_HDRLEN || length > rest->size)
			break;
		size_t taken = NLMSG_ALIGN(length) < rest->size ? NLMSG_ALIGN(length) : rest->size;
		rest->bytes += taken;
		rest->size -= taken;
		/* The connector's are of this type: NLMSG_ERROR, NLMSG_NOOP and NLMSG_OVERRUN carry none. */
		if (header.nlmsg_type == NLMSG_DONE && read_message(start + NLMSG_HDRLEN, length - NLMSG_HDRLEN, message))
			return 1;
	}
	rest->size = 0;
	return 0;
}
