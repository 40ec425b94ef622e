/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Standard output, in large pieces. Ends the process where nobody reads it any more. */
void write_bytes(const void *from, size_t size);
void flush_output(void);

/* A block of the .scap format that is being put together. */
struct block {
	unsigned char *data;
	size_t size, room;
};

void begin_block(struct block *b, uint32_t type);
void put_bytes(struct block *b, const void *from, size_t size);
void put_u8(struct block *b, uint8_t v);
void put_u16(struct block *b, uint16_t v);
void put_u32(struct block *b, uint32_t v);
void put_u64(struct block *b, uint64_t v);
/* u16 length and the bytes, cut at 65,535 of them. */
void put_string(struct block *b, const char *from, size_t size);
/* Starts a record that begins with its own length; the result is for end_record. */
size_t begin_record(struct block *b);
/* `counts_itself`: whether the length counts its own four bytes. */
void end_record(struct block *b, size_t start, int counts_itself);
/* Pads the block, writes its length and hands it to the output. */
void end_block(struct block *b);
