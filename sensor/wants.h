/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "protocol.h"

/*
 * `list`: NAME[:ok|:failed][@internet][/EIGHTHS],… or `all`; it is taken apart. Names that are none of ours are told on
 * standard error and passed over. `calls`: the map of what is wanted.
 */
void want_calls(int calls, struct config *config, char *list);
/*
 * NUMBER:READINGS,…: system calls to be shown raw, and how each argument is read (enum raw_reading); the list is taken apart.
 * `raw_calls`: the map of them.
 */
void want_raw(int raw_calls, char *list);
/* HIERARCHY:INODE. Returns 0 for anything else. */
int read_group(const char *text, struct listed_group *group);
