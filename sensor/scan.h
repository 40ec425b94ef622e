/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

/*
 * Writes what a capture begins with: section header, machine, interfaces, users, and the processes with their open
 * files as they are now. `with_environment`: environment variables too.
 */
void write_preamble(int with_environment);
/* Writes the list of users again where it has changed since. */
void write_changed_users(void);
