/* SPDX-License-Identifier: Apache-2.0 */
#include "app/version_counts.h"

#include "core/base/pack.h"

#include <stdlib.h>

void version_counts_release(struct version_counts *counts)
{
	free(counts->items);
	*counts = (struct version_counts){0};
}

static bool before(const struct version_count *item, uint32_t journey, uint32_t version)
{
	return item->journey < journey || (item->journey == journey && item->version < version);
}

/* Where it stands, or would. */
static size_t place(const struct version_counts *counts, uint32_t journey, uint32_t version)
{
	size_t from = 0, to = counts->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (before(&counts->items[middle], journey, version))
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static bool stands(const struct version_counts *counts, size_t at, uint32_t journey, uint32_t version)
{
	return at < counts->count && counts->items[at].journey == journey && counts->items[at].version == version;
}

static void insert(struct version_counts *counts, size_t at, struct version_count item)
{
	if (counts->count == counts->cap)
		counts->items = mem_grow(counts->items, &counts->cap, sizeof *counts->items);
	memmove(&counts->items[at + 1], &counts->items[at], (counts->count++ - at) * sizeof *counts->items);
	counts->items[at] = item;
}

void version_counts_move(struct version_counts *counts, uint32_t journey, uint32_t version, int64_t by)
{
	size_t at = place(counts, journey, version);
	if (stands(counts, at, journey, version)) {
		struct version_count *item = &counts->items[at];
		if (by < 0 && item->count < (uint64_t)-by) {
			counts->unsure = true;
			by = -(int64_t)item->count;
		}
		item->count += (uint64_t)by;
		if (item->count == 0)
			memmove(item, item + 1, (--counts->count - at) * sizeof *item);
	} else if (by > 0) {
		insert(counts, at, (struct version_count){journey, version, (uint64_t)by});
	} else {
		counts->unsure = true;
	}
}

uint64_t version_counts_of(const struct version_counts *counts, uint32_t journey, uint32_t version)
{
	size_t at = place(counts, journey, version);
	return stands(counts, at, journey, version) ? counts->items[at].count : 0;
}

void version_counts_write(const struct version_counts *counts, struct buf *out)
{
	if (counts->count == 0 && !counts->unsure)
		return;
	pack_u64(out, counts->unsure);
	for (size_t i = 0; i < counts->count; i++) {
		pack_fixed(out, counts->items[i].journey, 4);
		pack_fixed(out, counts->items[i].version, 4);
		pack_u64(out, counts->items[i].count);
	}
}

bool version_counts_read(struct version_counts *counts, struct str bytes)
{
	struct unpack in = unpack_init(bytes);
	counts->count = 0;
	counts->unsure = bytes.len && unpack_u64(&in) != 0;
	while (!in.bad && !unpack_done(&in)) {
		struct version_count item = {.journey = (uint32_t)unpack_fixed(&in, 4)};
		item.version = (uint32_t)unpack_fixed(&in, 4);
		item.count = unpack_u64(&in);
		bool rises = !counts->count || before(&counts->items[counts->count - 1], item.journey, item.version);
		if (in.bad || !item.count || !rises)
			return false;
		insert(counts, counts->count, item);
	}
	return !in.bad;
}
