/* SPDX-License-Identifier: Apache-2.0 */
/* Doubling: the halves left behind in the arena are at most as large as the list. */
#include "core/rules/arena_list.h"

void *arena_list_add(struct arena_list *list, struct arena *arena, size_t size)
{
	if (list->count == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 8;
		char *items = arena_alloc(arena, cap * size);
		if (list->count)
			memcpy(items, list->items, list->count * size);
		list->items = items;
		list->cap = cap;
	}
	void *item = (char *)list->items + list->count++ * size;
	memset(item, 0, size);
	return item;
}
