/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

struct bpf_object;

/* Attaches all programs of the object that are loaded. Ends the process where the kernel refuses one. */
void attach_programs(struct bpf_object *object);

/*
 * A sensor built with SWITCHABLE, for bench/live alone: SIGUSR1 takes its programs out of the kernel, SIGUSR2 puts them
 * back, so that work with it and without it can be timed within seconds. SIGHUP puts one there in their place that does
 * nothing at the end of each system call: what that takes no sensor can go below. The one that is shipped knows no way to
 * be blind, and ends at each of these signals.
 */
void listen_to_switch(void);
void follow_switch(struct bpf_object *object);
