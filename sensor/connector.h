/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

struct connector_options {
	/* As of --calls; 0: all that there are. */
	const char *calls;
	const unsigned *excluded;
	unsigned excluded_count;
	int scans, with_environment;
};

/*
 * Tells of processes by the kernel's process connector and /proc: the same stream as that of the BPF program, and the
 * same reports, but of where processes begin, run another program, change their users or session, and end. No BPF is
 * asked for. Returns when standard input ends, or `*is_ended` is set; ends the process where the kernel has no connector.
 */
void run_connector(const struct connector_options *options, const volatile int *is_ended);
