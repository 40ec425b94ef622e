/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

/* Says on standard error, as a line of JSON, why we cannot run, and ends us. `error`: of errno(3), or 0. */
_Noreturn void fail(const char *code, const char *what, int error);
