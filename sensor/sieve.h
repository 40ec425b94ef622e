/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "protocol.h"

struct sieve_maps {
	int starts, ends;
};

/* Takes another sieve of opened files, or none (`-`), of which all are told. */
void sieve_files(struct sieve_maps *maps, struct config *config, const char *text);
