/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ALIGNMENT = 16 };

struct arena_chunk {
	struct arena_chunk *older;
	size_t size;
	_Alignas(ALIGNMENT) char data[];
};

void *mem_alloc(size_t size)
{
	void *memory = malloc(size ? size : 1);
	if (!memory)
		abort();
	return memory;
}

void *mem_realloc(void *old, size_t size)
{
	void *memory = realloc(old, size ? size : 1);
	if (!memory)
		abort();
	return memory;
}

void *mem_grow(void *items, size_t *cap, size_t size)
{
	*cap = *cap ? 2 * *cap : 8;
	return mem_realloc(items, *cap * size);
}

void arena_init(struct arena *arena, size_t chunk_size)
{
	*arena = (struct arena){.chunk_size = chunk_size};
}

static void add_chunk(struct arena *arena, size_t size)
{
	size_t room = size > arena->chunk_size ? size : arena->chunk_size;
	struct arena_chunk *chunk = mem_alloc(sizeof *chunk + room);
	chunk->older = arena->chunk;
	chunk->size = room;
	arena->chunk = chunk;
	arena->at = chunk->data;
	arena->end = chunk->data + room;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size = size ? (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1) : ALIGNMENT; /* never NULL, also for nothing */
	if (size > (size_t)(arena->end - arena->at))
		add_chunk(arena, size);
	char *memory = arena->at;
	arena->at += size;
	return memory;
}

void *arena_zalloc(struct arena *arena, size_t size)
{
	return memset(arena_alloc(arena, size), 0, size);
}

/* Arenas do not give back: the halves left behind are at most as large as the array. */
void *arena_grow(struct arena *arena, const void *items, size_t *cap, size_t size)
{
	size_t full = *cap;
	*cap = full ? 2 * full : 4;
	void *bigger = arena_alloc(arena, *cap * size);
	if (full)
		memcpy(bigger, items, full * size);
	return bigger;
}

struct str arena_str(struct arena *arena, struct str text)
{
	char *copy = arena_alloc(arena, text.len + 1);
	if (text.len)
		memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	return (struct str){copy, text.len};
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *text = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	return (struct str){text, (size_t)len};
}

void arena_clear(struct arena *arena)
{
	if (!arena->chunk)
		return;
	while (arena->chunk->older) {
		struct arena_chunk *older = arena->chunk->older;
		free(arena->chunk);
		arena->chunk = older;
	}
	arena->at = arena->chunk->data;
	arena->end = arena->chunk->data + arena->chunk->size;
}

void arena_release(struct arena *arena)
{
	arena_clear(arena);
	free(arena->chunk);
	arena_init(arena, arena->chunk_size);
}
