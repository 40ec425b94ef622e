/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Reads datagrams as the sensor reads those of the process connector. Standard input: datagrams, each behind its size (4
 * bytes). Standard output: a line for each, of its messages KIND:CPU:SEQUENCE:ACKNOWLEDGED:DATA, with a space behind each.
 */
#include "../../sensor/connector-messages.h"

#include <stdio.h>
#include <stdlib.h>

static void print_message(const struct connector_message *message)
{
	const unsigned char *data = (const unsigned char *)&message->event.event_data;
	printf("%u:%u:%u:%u:", (unsigned)message->event.what, message->event.cpu, message->sequence, message->acknowledged);
	for (size_t i = 0; i < sizeof(message->event.event_data); i++)
		printf("%02x", data[i]);
	printf(" ");
}

int main(void)
{
	uint32_t size;
	while (fread(&size, sizeof(size), 1, stdin) == 1) {
		/* Memory of just this size: a look beyond it is found. */
		unsigned char *bytes = malloc(size);
		if (fread(bytes, 1, size, stdin) != size)
			return 1;
		struct datagram rest = { bytes, size };
		struct connector_message message;
		while (next_connector_message(&rest, &message))
			print_message(&message);
		printf("\n");
		free(bytes);
	}
	return 0;
}
