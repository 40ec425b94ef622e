/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned char waiting[1 << 20];
static size_t waiting_size;

static void write_all(const unsigned char *from, size_t size)
{
	while (size > 0) {
		ssize_t written = write(STDOUT_FILENO, from, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			_exit(0); /* The reader is gone. */
		from += written;
		size -= written;
	}
}

void flush_output(void)
{
	write_all(waiting, waiting_size);
	waiting_size = 0;
}

void write_bytes(const void *from, size_t size)
{
	if (waiting_size + size > sizeof(waiting))
		flush_output();
	if (size > sizeof(waiting)) {
		write_all(from, size);
		return;
	}
	memcpy(waiting + waiting_size, from, size);
	waiting_size += size;
}

void put_bytes(struct block *b, const void *from, size_t size)
{
	if (b->size + size > b->room) {
		b->room = (b->size + size) * 2 + 4096;
		b->data = realloc(b->data, b->room);
		if (!b->data)
			_exit(1);
	}
	memcpy(b->data + b->size, from, size);
	b->size += size;
}

void put_u8(struct block *b, uint8_t v) { put_bytes(b, &v, 1); }
void put_u16(struct block *b, uint16_t v) { put_bytes(b, &v, 2); }
void put_u32(struct block *b, uint32_t v) { put_bytes(b, &v, 4); }
void put_u64(struct block *b, uint64_t v) { put_bytes(b, &v, 8); }

void put_string(struct block *b, const char *from, size_t size)
{
	if (size > 65535)
		size = 65535;
	put_u16(b, size);
	put_bytes(b, from, size);
}

void begin_block(struct block *b, uint32_t type)
{
	b->size = 0;
	put_u32(b, type);
	put_u32(b, 0);
}

size_t begin_record(struct block *b)
{
	size_t start = b->size;
	put_u32(b, 0);
	return start;
}

void end_record(struct block *b, size_t start, int counts_itself)
{
	uint32_t length = b->size - start - (counts_itself ? 0 : 4);
	memcpy(b->data + start, &length, 4);
}

void end_block(struct block *b)
{
	while (b->size % 4)
		put_u8(b, 0);
	uint32_t total = b->size + 4;
	memcpy(b->data + 4, &total, 4);
	put_u32(b, total);
	write_bytes(b->data, b->size);
}
