/* SPDX-License-Identifier: Apache-2.0 */
/* A list that grows in an arena while files are read. Items move when it grows: keep pointers only once it is full. */
#ifndef JD_ARENA_LIST_H
#define JD_ARENA_LIST_H

#include "core/base/arena.h"

struct arena_list {
	void *items; /* NULL while empty */
	size_t count, cap;
};

/* One more item of `size` bytes, cleared; every item of a list has the same size. */
void *arena_list_add(struct arena_list *list, struct arena *arena, size_t size);

#endif
