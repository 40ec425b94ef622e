/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * haetae-sensor: the kernel's events as a stream of the .scap format.
 *
 *   haetae-sensor [--calls NAME[:ok|:failed][@internet][/EIGHTHS],…] [--pid N]… [--cgroup HIERARCHY:INODE]… [--exclude N]…
 *                 [--environment] [--raw NUMBER:READINGS,…] [--behavior] [--no-scan] [--files SIEVE] [--without-casts]
 *   haetae-sensor --proc-connector [--calls …] [--exclude N]… [--environment] [--no-scan]
 *
 * --without-casts: the kernel's memory is read as before Linux 6.2, with which it is tried where the kernel refuses the newer
 * way. HIERARCHY is `unified`, `memory` or `pids`. @internet leaves out what goes over unix and netlink sockets.
 *
 * Standard output: a capture that does not end. Standard error: a JSON object a line: `ready`, `stats` each second,
 * `error`. Standard input: `calls …` changes which events are wanted, `files …` which files are told (see sieve.c),
 * `environment on` and `off` whether environment variables are read of programs that begin; `cgroup HIERARCHY:INODE` adds
 * a control group. Its end ends us.
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "attach.h"
#include "calls.h"
#include "commands.h"
#include "connector.h"
#include "output.h"
#include "report.h"
#include "scan.h"
#include "sieve.h"
#include "wants.h"

/* The program for the kernel, as it was compiled. */
__asm__(".section .rodata\n"
	".balign 8\n"
	"program_start: .incbin \"sensor.bpf.o\"\n"
	"program_end:\n"
	".previous\n");
extern const unsigned char program_start[], program_end[];

/* Blocks that are read before we listen again: where more and more comes, there is no end of them. */
#define BLOCKS_AT_ONCE 4096

/*
 * Milliseconds between two looks at the buffer: where it was empty, where something was there, where there was much. To wake
 * up, and with us who reads from us, costs more than a few events do. The buffer holds what comes in between: a million
 * events a second, of 100 bytes, are 2 MB in the longest of them.
 */
enum { IDLE_WAIT = 20, USUAL_WAIT = 10, BUSY_WAIT = 2 };
/* Blocks that are much for one look. */
enum { MANY_BLOCKS = 256 };

static volatile sig_atomic_t is_ended;

static void on_signal(int number)
{
	(void)number;
	is_ended = 1;
}

/* A JSON string's content is ours alone: names, numbers and strerror's words. */
void fail(const char *code, const char *what, int error)
{
	fprintf(stderr, "{\"error\":{\"code\":\"%s\",\"what\":\"%s\",\"errno\":%d,\"reason\":\"%s\"}}\n", code, what, error,
		error ? strerror(error) : "");
	exit(2);
}

/* libbpf answers ESRCH where it finds no types of the kernel, and the same for much else. */
static const char *load_failure(int error)
{
	if (error == -EPERM)
		return "ERR_SENSOR_PERMISSION";
	if (error == -ESRCH && access("/sys/kernel/btf/vmlinux", R_OK) < 0)
		return "ERR_SENSOR_BTF";
	return "ERR_SENSOR_LOAD";
}

static int map_fd(struct bpf_object *object, const char *name)
{
	int fd = bpf_object__find_map_fd_by_name(object, name);
	if (fd < 0)
		fail("ERR_SENSOR_MAP", name, -fd);
	return fd;
}

static void set_clock(struct config *config)
{
	struct timespec now, since;
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &since);
	config->clock_offset = (now.tv_sec - since.tv_sec) * 1000000000LL + now.tv_nsec - since.tv_nsec;
}

/* `context`: how many more blocks are read before we look at what else there is to do; 0 for all. */
static int on_block(void *context, void *data, size_t size)
{
	static unsigned char copy[65536];
	unsigned *left = context;
	if (size <= sizeof(copy)) {
		memcpy(copy, data, size);
		unsigned type;
		memcpy(&type, copy, 4);
		if (type == BLOCK_EVENT || type == BLOCK_STATE)
			translate_flags(copy, size);
		write_bytes(copy, size);
	}
	/* An error ends the reading, behind this block. */
	return *left && --*left == 0 ? -EAGAIN : 0;
}

/* Returns how many milliseconds to wait before there may be more. */
static int read_some(struct ring_buffer *buffer, unsigned *left)
{
	*left = BLOCKS_AT_ONCE;
	int read = ring_buffer__consume(buffer);
	*left = 0;
	if (read == -EAGAIN)
		return 0;
	return read >= MANY_BLOCKS ? BUSY_WAIT : read > 0 ? USUAL_WAIT : IDLE_WAIT;
}

/* Told also where nothing has changed: who reads it knows by it that we are alive. */
static void tell_counts(int counts)
{
	int cpus = libbpf_num_possible_cpus();
	struct counts each[cpus], sum = {};
	unsigned zero = 0;
	if (bpf_map_lookup_elem(counts, &zero, each) != 0)
		return;
	for (int cpu = 0; cpu < cpus; cpu++) {
		sum.events += each[cpu].events;
		for (int cause = 0; cause < DROP_CAUSES; cause++)
			sum.drops[cause] += each[cpu].drops[cause];
	}
	fprintf(stderr,
		"{\"stats\":{\"events\":%llu,\"drops\":{\"bufferFull\":%llu,\"shed\":%llu,\"nested\":%llu,\"tooLarge\":%llu,"
		"\"compat\":%llu}}}\n",
		sum.events, sum.drops[DROP_BUFFER_FULL], sum.drops[DROP_SHED], sum.drops[DROP_NESTED],
		sum.drops[DROP_TOO_LARGE], sum.drops[DROP_COMPAT]);
}

struct maps {
	int calls, groups;
	struct sieve_maps sieve;
};

/* What a command changes. */
struct changed {
	struct maps *maps;
	struct config *config;
};

static void obey(char *line, void *context)
{
	static const unsigned char one = 1;
	const struct changed *changed = context;
	struct maps *maps = changed->maps;
	struct listed_group group;
	if (strncmp(line, "calls ", 6) == 0)
		want_calls(maps->calls, changed->config, line + 6);
	else if (strncmp(line, "files ", 6) == 0)
		sieve_files(&maps->sieve, changed->config, line + 6);
	else if (strcmp(line, "environment on") == 0)
		changed->config->settings |= WITH_ENVIRONMENT;
	else if (strcmp(line, "environment off") == 0)
		changed->config->settings &= ~(unsigned)WITH_ENVIRONMENT;
	else if (strncmp(line, "cgroup ", 7) == 0 && read_group(line + 7, &group))
		bpf_map_update_elem(maps->groups, &group, &one, BPF_ANY);
}

static int print_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_WARN && getenv("HAETAE_SENSOR_DEBUG"))
		vfprintf(stderr, format, args);
	return 0;
}

/* Kernels before 6.14 do not tell which capabilities are used. */
static void load_behavior(struct bpf_object *object, int is_wanted)
{
	int can_tell = is_wanted && libbpf_find_vmlinux_btf_id("cap_capable", BPF_TRACE_RAW_TP) > 0;
	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "on_use_of_call"), is_wanted);
	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "on_use_of_capability"), can_tell);
	if (is_wanted && !can_tell)
		fprintf(stderr, "{\"unknown\":\"capability\"}\n");
}

struct options {
	char *calls, *raw, *files;
	unsigned settings;
	int scans, behavior, connector, without_casts;
};

/* `casts`: how the program reads (bpf/read.h). Returns it when it is in the kernel; else 0, and sets the error. */
static struct bpf_object *load_program(const struct options *options, unsigned char casts, int *error)
{
	struct bpf_object *object = bpf_object__open_mem(program_start, program_end - program_start, 0);
	if (!object)
		fail("ERR_SENSOR_OPEN", "program", errno);
	struct bpf_map *reading = bpf_object__find_map_by_name(object, ".rodata.casts");
	if (!reading || bpf_map__set_initial_value(reading, &casts, sizeof(casts)) != 0)
		fail("ERR_SENSOR_MAP", "casts", errno);
	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "on_sys_enter"), options->raw != 0);
	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "on_handlers_end"), options->raw != 0);
	load_behavior(object, options->behavior);
	*error = bpf_object__load(object);
	if (*error == 0)
		return object;
	bpf_object__close(object);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option known[] = {
		{ "calls", required_argument, 0, 'c' },	  { "pid", required_argument, 0, 'p' },
		{ "cgroup", required_argument, 0, 'g' },  { "exclude", required_argument, 0, 'x' },
		{ "environment", no_argument, 0, 'e' },	  { "raw", required_argument, 0, 'r' },
		{ "no-scan", no_argument, 0, 'n' },	  { "behavior", no_argument, 0, 'b' },
		{ "proc-connector", no_argument, 0, 'P' },  { "files", required_argument, 0, 'f' },
		{ "without-casts", no_argument, 0, 'w' },
		{},
	};
	struct options options = { .scans = 1 };
	unsigned pids[64], excluded[62], pid_count = 0, excluded_count = 0, group_count = 0;
	struct listed_group groups[MAX_GROUPS];
	unsigned char one = 1;
	unsigned long long unknown_start = 0;

	for (int option; (option = getopt_long(argc, argv, "", known, 0)) != -1;) {
		if (option == 'c')
			options.calls = optarg;
		else if (option == 'r')
			options.raw = optarg;
		else if (option == 'f')
			options.files = optarg;
		else if (option == 'p' && pid_count < 64)
			pids[pid_count++] = strtoul(optarg, 0, 10);
		else if (option == 'x' && excluded_count < 62)
			excluded[excluded_count++] = strtoul(optarg, 0, 10);
		else if (option == 'g' && group_count < MAX_GROUPS && read_group(optarg, &groups[group_count]))
			group_count++;
		else if (option == 'e')
			options.settings |= WITH_ENVIRONMENT;
		else if (option == 'n')
			options.scans = 0;
		else if (option == 'b')
			options.behavior = 1;
		else if (option == 'P')
			options.connector = 1;
		else if (option == 'w')
			options.without_casts = 1;
		else
			fail("ERR_SENSOR_USAGE", "options", 0);
	}
	options.settings |= (pid_count ? ONLY_LISTED_PROCESSES : 0) | (group_count ? ONLY_LISTED_CGROUPS : 0) |
			    (options.raw ? RAW_CALLS : 0);
	setvbuf(stderr, 0, _IOLBF, 0);
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	signal(SIGPIPE, SIG_IGN);
	listen_to_switch();
	libbpf_set_print(print_nothing);

	if (options.connector) {
		const struct connector_options connector = {
			.calls = options.calls,
			.excluded = excluded,
			.excluded_count = excluded_count,
			.scans = options.scans,
			.with_environment = options.settings & WITH_ENVIRONMENT,
		};
		run_connector(&connector, &is_ended);
		return 0;
	}

	int error = 0;
	struct bpf_object *object = load_program(&options, !options.without_casts, &error);
	/* Only the newest verifier has looked at the casts: one that refuses them is asked without. */
	if (!object && error != -EPERM && error != -ESRCH && !options.without_casts)
		object = load_program(&options, 0, &error);
	if (!object)
		fail(load_failure(error), "program", -error);

	struct bpf_map *bss = bpf_object__find_map_by_name(object, ".bss");
	struct config *config = bss ? mmap(0, sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(bss), 0)
				    : MAP_FAILED;
	if (config == MAP_FAILED)
		fail("ERR_SENSOR_MAP", "config", errno);
	config->settings = options.settings;
	config->introduces = 1;
	set_clock(config);

	int counts = map_fd(object, "counts");
	struct maps maps = {
		.calls = map_fd(object, "calls"),
		.groups = map_fd(object, "listed_groups"),
		.sieve = { map_fd(object, "path_starts"), map_fd(object, "path_ends") },
	};
	unsigned self = getpid();
	bpf_map_update_elem(map_fd(object, "excluded"), &self, &one, BPF_ANY);
	for (unsigned i = 0; i < excluded_count; i++)
		bpf_map_update_elem(map_fd(object, "excluded"), &excluded[i], &one, BPF_ANY);
	for (unsigned i = 0; i < pid_count; i++)
		bpf_map_update_elem(map_fd(object, "listed"), &pids[i], &unknown_start, BPF_ANY);
	for (unsigned i = 0; i < group_count; i++)
		bpf_map_update_elem(maps.groups, &groups[i], &one, BPF_ANY);
	if (options.raw)
		want_raw(map_fd(object, "raw_calls"), options.raw);

	char all[] = "all", nothing[] = "";
	want_calls(maps.calls, config, options.calls ? options.calls : options.raw ? nothing : all);
	if (options.files)
		sieve_files(&maps.sieve, config, options.files);

	unsigned blocks_left = 0;
	struct ring_buffer *buffer = ring_buffer__new(map_fd(object, "events"), on_block, &blocks_left, 0);
	if (!buffer)
		fail("ERR_SENSOR_BUFFER", "events", errno);

	/* First the events, then the processes: what begins in between is seen twice rather than never. */
	attach_programs(object);
	if (options.scans)
		write_preamble(options.settings & WITH_ENVIRONMENT);
	/* All threads that are there are known by now; but those of listed processes alone come to be looked at later, too. */
	config->introduces = !options.scans || pid_count || group_count;
	fprintf(stderr, "{\"ready\":true}\n");

	static char text[65536];
	struct commands commands = { .text = text, .room = sizeof(text) };
	struct changed changed = { .maps = &maps, .config = config };
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	int wait = IDLE_WAIT;
	for (time_t last = 0; !is_ended;) {
		if (poll(&input, 1, wait) > 0 && !read_commands(&commands, obey, &changed))
			break;
		follow_switch(object);
		wait = read_some(buffer, &blocks_left);
		flush_output();
		time_t now = time(0);
		if (now != last) {
			last = now;
			set_clock(config);
			tell_counts(counts);
			if (options.scans)
				write_changed_users();
		}
	}
	/* Nothing more is told, so that what is there comes to an end. */
	config->settings &= ~(unsigned)RAW_CALLS;
	want_calls(maps.calls, config, nothing);
	ring_buffer__consume(buffer);
	flush_output();
	tell_counts(counts);
	return 0;
}
