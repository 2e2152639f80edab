/* SPDX-License-Identifier: Apache-2.0 */
/* TZif (RFC 8536): the compiled form in which systems keep the zone tables. */
#include "core/calendar.h"

enum { HEADER = 44, WIDEST_OFFSET = 26 * 3600 };

/* The counts of one block and its place; a file of version 2 and later holds a 32-bit and then a 64-bit one. */
struct block {
	uint32_t utc_marks, standard_marks, leaps, times, types, chars;
	size_t time_size;
	const unsigned char *data;
	size_t size;
};

static uint32_t get_u32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t get_time(const struct block *block, size_t i)
{
	const unsigned char *at = block->data + i * block->time_size;
	if (block->time_size == 4)
		return (int32_t)get_u32(at);
	return (int64_t)((uint64_t)get_u32(at) << 32 | get_u32(at + 4));
}

/* Counts are 32-bit, so the sums below cannot overflow 64 bits. */
static bool read_block(struct str tzif, size_t at, size_t time_size, struct block *out)
{
	const unsigned char *head = (const unsigned char *)tzif.ptr + at;
	if (tzif.len < at + HEADER || memcmp(head, "TZif", 4) != 0)
		return false;
	out->time_size = time_size;
	out->utc_marks = get_u32(head + 20);
	out->standard_marks = get_u32(head + 24);
	out->leaps = get_u32(head + 28);
	out->times = get_u32(head + 32);
	out->types = get_u32(head + 36);
	out->chars = get_u32(head + 40);
	out->data = head + HEADER;
	out->size = (size_t)out->times * (time_size + 1) + (size_t)out->types * 6 + out->chars +
	            (size_t)out->leaps * (time_size + 4) + out->standard_marks + out->utc_marks;
	return out->size <= tzif.len - at - HEADER;
}

static bool read_offset(const struct block *block, unsigned type, int32_t *out)
{
	if (type >= block->types)
		return false;
	*out = (int32_t)get_u32(block->data + block->times * (block->time_size + 1) + type * 6);
	return *out > -WIDEST_OFFSET && *out < WIDEST_OFFSET;
}

static bool read_table(const struct block *block, struct arena *arena, struct zone *out)
{
	int64_t *at = arena_alloc(arena, block->times * sizeof *at);
	int32_t *offset = arena_alloc(arena, block->times * sizeof *offset);
	if (block->leaps || !read_offset(block, 0, &out->first))
		return false;
	for (size_t i = 0; i < block->times; i++) {
		at[i] = get_time(block, i);
		if (i && at[i] <= at[i - 1])
			return false;
		if (!read_offset(block, block->data[block->times * block->time_size + i], &offset[i]))
			return false;
	}
	out->at = at;
	out->offset = offset;
	out->count = block->times;
	return true;
}

/* The rule stands between two line feeds; nothing between them means that none is known. */
static bool read_footer(struct str footer, struct arena *arena, struct zone *out)
{
	const char *end = footer.len > 1 ? memchr(footer.ptr + 1, '\n', footer.len - 1) : NULL;
	if (!end || footer.ptr[0] != '\n')
		return false;
	struct str text = {footer.ptr + 1, (size_t)(end - footer.ptr) - 1};
	out->rule = text.len ? zone_rule_parse(text, arena) : NULL;
	return out->rule || !text.len;
}

bool zone_read(struct str name, struct str tzif, struct arena *arena, struct zone *out)
{
	struct block block;
	*out = (struct zone){.name = name};
	if (!read_block(tzif, 0, 4, &block))
		return false;
	if (tzif.ptr[4] == '\0')
		return read_table(&block, arena, out);
	size_t second = HEADER + block.size, footer;
	if (tzif.ptr[4] < '2' || !read_block(tzif, second, 8, &block))
		return false;
	footer = second + HEADER + block.size;
	return read_table(&block, arena, out) && read_footer(str_sub(tzif, footer, tzif.len), arena, out);
}
