/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Of which opened files rules are about, as a text:
 *
 *   TOLD[,^MODES:PATH][,/MODES:PATH][,$MODES:END]…
 *
 * TOLD and MODES are hexadecimal digits with a bit for each way to open a file (O_ACCMODE: 1 read, 2 write, 4 both, 8
 * neither). Of TOLD, all files are told; else those whose path begins with one of the PATHs or ends with one of the ENDs.
 * `/` instead of `^` says besides that PATH is a folder above others. Each entry has the modes of all shorter entries that
 * it begins, or ends, with. Bytes that are not letters, digits or one of ._-/ are written as %XX.
 */
#include "sieve.h"

#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void empty(int map, void *key)
{
	while (bpf_map_get_next_key(map, 0, key) == 0)
		if (bpf_map_delete_elem(map, key) != 0)
			return;
}

/* Takes the escapes out, in place. Returns the length, or -1 for what is longer than `most`. */
static int unescape(char *text, int most)
{
	int length = 0;
	for (char *from = text; *from; length++) {
		unsigned byte = (unsigned char)*from;
		if (byte == '%' && sscanf(from + 1, "%2x", &byte) == 1 && from[1] && from[2])
			from += 3;
		else
			from++;
		text[length] = byte;
	}
	return length > most ? -1 : length;
}

/* Returns 0 for an entry that cannot be taken. */
static int add_entry(struct sieve_maps *maps, char *item)
{
	char kind = item[0], *path = item[0] ? strchr(item, ':') : 0;
	if (!path)
		return 0;
	struct sieve_entry entry = { .modes = strtoul(item + 1, 0, 16), .leads = kind == '/' };
	path++;
	int length = unescape(path, kind == '$' ? LONGEST_END : LONGEST_START - 1);
	if (length < 0)
		return 0;
	entry.length = length;
	if (kind == '$') {
		struct path_end end = { .bits = length * 8 };
		for (int i = 0; i < length; i++)
			((unsigned char *)end.text)[i] = path[length - 1 - i];
		return bpf_map_update_elem(maps->ends, &end, &entry, BPF_ANY) == 0;
	}
	struct path_start start = { .bits = length * 8 };
	memcpy(start.text, path, length);
	return bpf_map_update_elem(maps->starts, &start, &entry, BPF_ANY) == 0;
}

void sieve_files(struct sieve_maps *maps, struct config *config, const char *text)
{
	struct path_start start;
	struct path_end end;
	config->settings &= ~(unsigned)SIEVES_FILES;
	empty(maps->starts, &start);
	empty(maps->ends, &end);
	if (text[0] == '-')
		return;
	char *copy = strdup(text), *rest = copy;
	int is_whole = copy != 0;
	config->told_modes = strtoul(text, 0, 16);
	strsep(&rest, ",");
	for (char *item; is_whole && (item = strsep(&rest, ","));)
		is_whole = add_entry(maps, item);
	free(copy);
	/* What was judged by the old sieve is forgotten. */
	config->sieve_number++;
	if (is_whole)
		config->settings |= SIEVES_FILES;
	else
		fprintf(stderr, "{\"unknown\":\"files\"}\n");
}
