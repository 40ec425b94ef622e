/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* How fields of the kernel's are read. */
#pragma once

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/*
 * A function of the kernel since Linux 6.2 (kernel/bpf/helpers.c): the pointer, of a type that the verifier knows then, to
 * read from. Where no memory is, 0 is read, as with bpf_probe_read_kernel.
 */
extern void *bpf_rdonly_cast(const void *object, __u32 type) __ksym __weak;

/* Set by the loader before the kernel looks at the program: whether it is to be used where it is. */
const volatile __u8 uses_casts SEC(".rodata.casts") = 1;

#define TYPED(pointer) ((typeof(pointer))bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(typeof(*(pointer)))))

/*
 * The field at the end of a chain of pointers, as BPF_CORE_READ has it: by plain loads where the kernel can, instead of a
 * call of bpf_probe_read_kernel for each. Five of those take about as long as a small system call.
 */
#define READ(pointer, ...) \
	(uses_casts && bpf_rdonly_cast ? ___arrow(TYPED(pointer), __VA_ARGS__) : BPF_CORE_READ(pointer, __VA_ARGS__))

/*
 * The same of a field that is a pointer, where its address is wanted as a number: the verifier lets nobody calculate with
 * a pointer whose type it knows.
 */
#define ADDRESS(pointer, ...) BPF_CORE_READ(pointer, __VA_ARGS__)
