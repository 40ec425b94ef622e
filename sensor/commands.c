/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "commands.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int read_commands(struct commands *commands, void (*obey)(char *line, void *context), void *context)
{
	char *text = commands->text;
	size_t size = commands->size, most = commands->room - 1;
	ssize_t got = read(STDIN_FILENO, text + size, most - size);
	if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
		return 0;
	size += got > 0 ? got : 0;
	text[size] = 0;
	for (char *end; (end = strchr(text, '\n'));) {
		*end = 0;
		obey(text, context);
		size -= end + 1 - text;
		memmove(text, end + 1, size + 1);
	}
	commands->size = size == most ? 0 : size; /* No line of ours is so long. */
	return 1;
}
