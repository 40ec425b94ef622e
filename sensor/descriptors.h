/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "output.h"

/* Writes the block of a process's open files. `folder` is its /proc/PID. */
void write_descriptors(struct block *b, int folder, long pid);
/* Frees what is remembered of the sockets of network namespaces. */
void forget_sockets(void);
