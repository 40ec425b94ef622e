/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "attach.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "report.h"

enum { MOST_PROGRAMS = 16 };

static struct bpf_link *links[MOST_PROGRAMS];
static int link_count;

static void attach(struct bpf_program *program)
{
	struct bpf_link *link = link_count < MOST_PROGRAMS ? bpf_program__attach(program) : 0;
	if (!link)
		fail("ERR_SENSOR_ATTACH", bpf_program__name(program), errno);
	links[link_count++] = link;
}

/* The one that is there with SWITCHABLE alone. */
static int does_nothing(const struct bpf_program *program)
{
	return strcmp(bpf_program__name(program), "on_nothing") == 0;
}

void attach_programs(struct bpf_object *object)
{
	struct bpf_program *program;
	bpf_object__for_each_program(program, object) {
		if (bpf_program__autoload(program) && !does_nothing(program))
			attach(program);
	}
}

#ifdef SWITCHABLE

enum { OUT = SIGUSR1, IN = SIGUSR2, NOTHING = SIGHUP };

static volatile sig_atomic_t wanted = IN;

static void on_switch(int number) { wanted = number; }

void listen_to_switch(void)
{
	signal(OUT, on_switch);
	signal(IN, on_switch);
	signal(NOTHING, on_switch);
}

void follow_switch(struct bpf_object *object)
{
	static sig_atomic_t now = IN;
	if (wanted == now)
		return;
	now = wanted;
	while (link_count > 0)
		bpf_link__destroy(links[--link_count]);
	if (now == IN)
		attach_programs(object);
	else if (now == NOTHING)
		attach(bpf_object__find_program_by_name(object, "on_nothing"));
}

#else

void listen_to_switch(void) {}
void follow_switch(struct bpf_object *object) { (void)object; }

#endif
