/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/memory/memory_texts.h"

#include <stdlib.h>

static struct str copy(struct str text)
{
	char *bytes = mem_alloc(text.len + 1);
	if (text.len)
		memcpy(bytes, text.ptr, text.len);
	return (struct str){bytes, text.len};
}

static void drop(struct store_source *source)
{
	free((char *)source->journey.ptr);
	free((char *)source->version.ptr);
	free((char *)source->text.ptr);
}

void memory_texts_release(struct memory_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		drop(&texts->items[i]);
	free(texts->items);
}

static size_t find(const struct memory_texts *texts, struct str journey, struct str version)
{
	size_t at = 0;
	while (at < texts->count &&
	       !(str_eq(texts->items[at].journey, journey) && str_eq(texts->items[at].version, version)))
		at++;
	return at;
}

void memory_texts_put(struct memory_texts *texts, const struct store_source *source)
{
	size_t at = find(texts, source->journey, source->version);
	struct store_source kept = {copy(source->journey), copy(source->version), copy(source->text), source->used};
	if (at < texts->count) {
		drop(&texts->items[at]);
	} else if (texts->count++ == texts->cap) {
		texts->items = mem_grow(texts->items, &texts->cap, sizeof *texts->items);
	}
	texts->items[at] = kept;
}

void memory_texts_forget(struct memory_texts *texts, const struct store_source_forget *forget)
{
	size_t at = find(texts, forget->journey, forget->version);
	if (at == texts->count || texts->items[at].used.ms != forget->used.ms)
		return;
	drop(&texts->items[at]);
	texts->items[at] = texts->items[--texts->count];
}
