/* SPDX-License-Identifier: Apache-2.0 */
#include "core/event_paths.h"

/* One name at one level. */
struct slot {
	struct str name;      /* ptr NULL: free */
	uint32_t above, hash; /* the level it stands at */
	struct event_path path;
};

/* Open addressing, at most half full. */
struct event_paths {
	uint64_t lengths; /* bit n: some name is n bytes long (63: or longer), which turns most strangers away */
	uint32_t mask, levels;
	struct slot slots[];
};

static inline uint64_t load(const char *at, size_t len)
{
	uint64_t word = 0;
	memcpy(&word, at, len);
	return word;
}

/* Of the length and the first and last eight bytes: names alike in those are rare and only probed one after another. */
static inline uint32_t hash(uint32_t level, struct str name)
{
	uint64_t head = 0, tail = 0;
	if (name.len >= 8) {
		head = load(name.ptr, 8);
		tail = load(name.ptr + name.len - 8, 8);
	} else if (name.len >= 4) {
		head = load(name.ptr, 4) | load(name.ptr + name.len - 4, 4) << 32;
	} else if (name.len) {
		head = load(name.ptr, 1) | load(name.ptr + name.len / 2, 1) << 8 |
		       load(name.ptr + name.len - 1, 1) << 16;
	}
	uint64_t mixed = (head ^ (tail << 17 | tail >> 47) ^ name.len ^ (uint64_t)level << 40) * 0x9e3779b97f4a7c15;
	return (uint32_t)(mixed >> 32);
}

static uint64_t length_bit(struct str name)
{
	return UINT64_C(1) << (name.len < 63 ? name.len : 63);
}

static inline bool is(const struct slot *slot, uint32_t hashed, uint32_t level, struct str name)
{
	return slot->hash == hashed && slot->above == level && str_eq(slot->name, name);
}

/* Where the name stands or would stand. */
static inline uint32_t probe(const struct event_paths *paths, uint32_t hashed, uint32_t level, struct str name)
{
	uint32_t at = hashed & paths->mask;
	while (paths->slots[at].name.ptr && !is(&paths->slots[at], hashed, level, name))
		at = (at + 1) & paths->mask;
	return at;
}

static struct slot *enter(struct event_paths *paths, uint32_t level, struct str name)
{
	uint32_t hashed = hash(level, name);
	struct slot *slot = &paths->slots[probe(paths, hashed, level, name)];
	if (!slot->name.ptr) {
		*slot = (struct slot){.name = name, .above = level, .hash = hashed, .path = {.index = -1}};
		paths->lengths |= length_bit(name);
	}
	return slot;
}

static void add(struct event_paths *paths, struct str path, int32_t index)
{
	uint32_t level = 0;
	const char *dot;
	while ((dot = memchr(path.ptr, '.', path.len))) {
		size_t len = (size_t)(dot - path.ptr);
		struct slot *slot = enter(paths, level, str_sub(path, 0, len));
		if (!slot->path.level)
			slot->path.level = ++paths->levels;
		level = slot->path.level;
		path = str_sub(path, len + 1, path.len);
	}
	struct slot *slot = enter(paths, level, path);
	if (slot->path.index < 0)
		slot->path.index = index;
}

static size_t segments(struct str path)
{
	size_t count = path.len > 0;
	for (size_t i = 0; i < path.len; i++)
		count += path.ptr[i] == '.';
	return count;
}

const struct event_paths *event_paths_new(const struct str *names, size_t count, struct arena *arena)
{
	size_t total = 0, size = 4;
	for (size_t i = 0; i < count; i++)
		total += segments(names[i]);
	while (size < 2 * total)
		size *= 2;
	struct event_paths *paths = arena_zalloc(arena, sizeof *paths + size * sizeof *paths->slots);
	paths->mask = (uint32_t)size - 1;
	for (size_t i = 0; i < count; i++)
		if (names[i].len)
			add(paths, names[i], (int32_t)i);
	return paths;
}

const struct event_paths *event_paths_of(const struct event_field *fields, size_t count, struct arena *arena)
{
	struct str *names = arena_alloc(arena, count * sizeof *names);
	for (size_t i = 0; i < count; i++)
		names[i] = fields[i].name;
	return event_paths_new(names, count, arena);
}

bool event_paths_find(const struct event_paths *paths, uint32_t level, struct str name, struct event_path *out)
{
	if (!(paths->lengths & length_bit(name)))
		return false;
	const struct slot *slot = &paths->slots[probe(paths, hash(level, name), level, name)];
	*out = slot->path;
	return slot->name.ptr;
}
