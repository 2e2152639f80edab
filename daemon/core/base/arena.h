/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that is freed all at once: one arena per compiled journey set, per batch, per diagnostic run.
 * Allocation never fails to its caller: a process out of memory is aborted, since nothing here could go on.
 */
#ifndef JD_BASE_ARENA_H
#define JD_BASE_ARENA_H

#include "core/base/str.h"

#include <stdint.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunk; /* newest; NULL before the first allocation */
	char *at, *end;            /* what is free in it */
	size_t chunk_size;
};

void arena_init(struct arena *arena, size_t chunk_size);
/* Aligned to 16 bytes, not cleared. Lives until arena_clear or arena_release. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_zalloc(struct arena *arena, size_t size);
/* An array that is full, of *cap items of `size` bytes, with room for as many again; the old one stays as it is. NULL
 * and 0 for the first. */
void *arena_grow(struct arena *arena, const void *items, size_t *cap, size_t size);
/* The copy has a NUL byte behind it, which is not counted. */
struct str arena_str(struct arena *arena, struct str text);
__attribute__((format(printf, 2, 3))) struct str arena_printf(struct arena *arena, const char *format, ...);
/* Everything allocated becomes invalid; the oldest chunk is kept for what comes next. */
void arena_clear(struct arena *arena);
void arena_release(struct arena *arena);

/* malloc and realloc that abort instead of returning NULL; the result is for free(). */
void *mem_alloc(size_t size);
void *mem_realloc(void *old, size_t size);
/* As arena_grow, in place of the old array. */
void *mem_grow(void *items, size_t *cap, size_t size);

#endif
