/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include <stddef.h>

/* Commands on standard input, a line each. `text`: of `room` bytes; `size`: what has come of a line that is not whole. */
struct commands {
	char *text;
	size_t room, size;
};

/* Reads what has come, and hands each line over, without its end. Returns 0 at the end of the input. */
int read_commands(struct commands *commands, void (*obey)(char *line, void *context), void *context);
