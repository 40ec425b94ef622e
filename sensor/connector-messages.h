/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include <linux/cn_proc.h>
#include <stddef.h>
#include <stdint.h>

/* The bytes of a datagram that are still to be read. */
struct datagram {
	const unsigned char *bytes;
	size_t size;
};

/* One message of the kernel's process connector. */
struct connector_message {
	/* Its number on its processor. */
	uint32_t sequence;
	/* Of an answer (PROC_EVENT_NONE): one more than the `ack` of the request. */
	uint32_t acknowledged;
	/* What the message does not reach to is zero. */
	struct proc_event event;
};

/*
 * Takes the next message of the process connector out of a datagram. Returns 0 where there is none. Passed over are messages
 * of others, errors, and those that hold less than their kind needs; a length that lies ends the datagram. Kinds that are
 * not known are given as they are: they have numbers like all others.
 */
int next_connector_message(struct datagram *rest, struct connector_message *message);
