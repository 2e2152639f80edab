/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many instances of each version of each journey a shard holds. Saved with its meta in the very append that changes
 * them, so they follow the log exactly: whoever takes the shard knows whose texts it needs before any customer is
 * loaded, and what no shard counts any more may be forgotten.
 */
#ifndef JD_VERSION_COUNTS_H
#define JD_VERSION_COUNTS_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct version_count {
	uint32_t journey, version; /* tags, as in the records */
	uint64_t count;            /* never 0 */
};

struct version_counts {
	struct version_count *items; /* by journey and version, rising */
	size_t count, cap;
	bool unsure; /* the shard ran before anybody counted, or a count would fall below nothing: there may be more */
};

void version_counts_release(struct version_counts *counts);
/* So many more, or less. */
void version_counts_move(struct version_counts *counts, uint32_t journey, uint32_t version, int64_t by);
uint64_t version_counts_of(const struct version_counts *counts, uint32_t journey, uint32_t version);
void version_counts_write(const struct version_counts *counts, struct buf *out);
/* In place of what was there. Empty bytes count nothing; false when they are of no known form. */
bool version_counts_read(struct version_counts *counts, struct str bytes);

#endif
