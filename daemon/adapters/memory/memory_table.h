/* SPDX-License-Identifier: Apache-2.0 */
/* Records by id: the memory store's customers at rest. */
#ifndef JD_MEMORY_TABLE_H
#define JD_MEMORY_TABLE_H

#include "core/base/buf.h"

#include <stdint.h>

struct memory_record {
	struct str id; /* lives behind the struct */
	char *bytes;
	uint32_t len, cap;
};

struct memory_place {
	uint64_t hash; /* of the id; 0: free */
	struct memory_record *record;
};

struct memory_table {                /* all zero is a valid empty one */
	struct memory_place *places; /* open addressing; removed records stay, with no bytes */
	size_t size, count;
};

void memory_table_release(struct memory_table *table);
/* ptr NULL when there is none. Valid until it is set again. */
struct str memory_table_get(const struct memory_table *table, struct str id);
/* Bytes of length 0 remove it. */
void memory_table_set(struct memory_table *table, struct str id, struct str bytes);

#endif
