/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "attach.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <signal.h>

#include "report.h"

enum { MOST_PROGRAMS = 16 };

static struct bpf_link *links[MOST_PROGRAMS];
static int link_count;

void attach_programs(struct bpf_object *object)
{
	struct bpf_program *program;
	bpf_object__for_each_program(program, object) {
		if (!bpf_program__autoload(program))
			continue;
		struct bpf_link *link = link_count < MOST_PROGRAMS ? bpf_program__attach(program) : 0;
		if (!link)
			fail("ERR_SENSOR_ATTACH", bpf_program__name(program), errno);
		links[link_count++] = link;
	}
}

#ifdef SWITCHABLE

static volatile sig_atomic_t is_to_be_on = 1;

static void on_switch(int number) { is_to_be_on = number == SIGUSR2; }

void listen_to_switch(void)
{
	signal(SIGUSR1, on_switch);
	signal(SIGUSR2, on_switch);
}

void follow_switch(struct bpf_object *object)
{
	if (is_to_be_on && link_count == 0)
		attach_programs(object);
	while (!is_to_be_on && link_count > 0)
		bpf_link__destroy(links[--link_count]);
}

#else

void listen_to_switch(void) {}
void follow_switch(struct bpf_object *object) { (void)object; }

#endif
