/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rules/arena_list.h"

void *arena_list_add(struct arena_list *list, struct arena *arena, size_t size)
{
	if (list->count == list->cap)
		list->items = arena_grow(arena, list->items, &list->cap, size);
	void *item = (char *)list->items + list->count++ * size;
	memset(item, 0, size);
	return item;
}
