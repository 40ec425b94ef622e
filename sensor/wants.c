/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What is wanted of the kernel, as options and commands say it. */
#include "wants.h"

#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"

/* Events that are no end of a system call. */
static unsigned wanted_beyond_calls(const char *name)
{
	if (strcmp(name, "execve") == 0)
		return WANTS_EXEC;
	if (strcmp(name, "clone") == 0)
		return WANTS_CLONE;
	if (strcmp(name, "procexit") == 0)
		return WANTS_EXIT;
	return 0;
}

static const struct known_call *find_call(const char *name)
{
	for (int i = 0; i < known_call_count; i++)
		if (strcmp(known_calls[i].name, name) == 0)
			return &known_calls[i];
	return 0;
}

static struct call sieved(const struct known_call *known)
{
	struct call call = known->call;
	call.sieve = sieve_of(known->number);
	return call;
}

void want_calls(int calls, struct config *config, char *list)
{
	/* Put together before it is told: what is wanted before and after is wanted in between, too. */
	static struct call wanted[MAX_CALLS];
	unsigned settings = config->settings & ~(WANTS_EXEC | WANTS_CLONE | WANTS_EXIT);
	memset(wanted, 0, sizeof(wanted));
	int wants_all = strcmp(list, "all") == 0;
	for (int i = 0; wants_all && i < known_call_count; i++)
		wanted[known_calls[i].number] = sieved(&known_calls[i]);
	if (wants_all)
		settings |= WANTS_EXEC | WANTS_CLONE | WANTS_EXIT;
	for (char *rest = list, *item; !wants_all && (item = strsep(&rest, ","));) {
		char *eighths = strchr(item, '/');
		if (eighths)
			*eighths++ = 0;
		char *family = strchr(item, '@');
		if (family)
			*family++ = 0;
		char *outcome = strchr(item, ':');
		if (outcome)
			*outcome++ = 0;
		unsigned beyond = wanted_beyond_calls(item);
		settings |= beyond;
		const struct known_call *known = find_call(item);
		if (!known) {
			if (!beyond && *item)
				fprintf(stderr, "{\"unknown\":\"%.40s\"}\n", item);
			continue;
		}
		struct call call = sieved(known);
		if (outcome && call.outcome == OUTCOME_ANY)
			call.outcome = strcmp(outcome, "ok") == 0 ? OUTCOME_SUCCESS : OUTCOME_FAILURE;
		call.of_internet = family && transfers(known->number) && strcmp(family, "internet") == 0;
		if (eighths)
			call.gives_way = atoi(eighths);
		wanted[known->number] = call;
	}
	unsigned long long looked_at[MAX_CALLS / 64] = {};
	for (unsigned number = 0; number < MAX_CALLS; number++)
		if (wanted[number].event || (settings & RAW_CALLS))
			looked_at[number / 64] |= 1ULL << (number % 64);
	for (unsigned i = 0; i < MAX_CALLS / 64; i++)
		config->looked_at[i] |= looked_at[i];
	for (unsigned number = 0; number < MAX_CALLS; number++)
		bpf_map_update_elem(calls, &number, &wanted[number], BPF_ANY);
	config->settings = settings;
	memcpy(config->looked_at, looked_at, sizeof(looked_at));
}

void want_raw(int raw_calls, char *list)
{
	for (char *item; (item = strsep(&list, ","));) {
		unsigned number = 0, readings = 0;
		if (sscanf(item, "%u:%u", &number, &readings) < 1 || number >= MAX_CALLS)
			continue;
		unsigned value = RAW_SHOWN | readings;
		bpf_map_update_elem(raw_calls, &number, &value, BPF_ANY);
	}
}

int read_group(const char *text, struct listed_group *group)
{
	static const char *const names[] = { "unified:", "memory:", "pids:" };
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);
		if (strncmp(text, names[i], length) != 0)
			continue;
		group->hierarchy = i;
		group->inode = strtoull(text + length, 0, 10);
		return 1;
	}
	return 0;
}
