/* SPDX-License-Identifier: Apache-2.0 */
/* The list of findings: adding, nearest names, order. How they look is in diag_text.c and diag_json.c. */
#include "core/diag.h"

#include "core/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { KNOWN_SHOWN = 12, NAME_MAX_COMPARED = 96 };

void diag_init(struct diag_list *list, struct arena *arena)
{
	*list = (struct diag_list){.arena = arena};
}

void diag_release(struct diag_list *list)
{
	*list = (struct diag_list){0};
}

static struct str print_args(struct arena *arena, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	char *text = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	return (struct str){text, (size_t)len};
}

struct diag *diag_add(struct diag_list *list, enum diag_level level, enum diag_code code, struct diag_range range,
                      const char *format, ...)
{
	va_list args;
	if (list->count == list->cap)
		list->items = arena_grow(list->arena, list->items, &list->cap, sizeof *list->items);
	struct diag *diag = &list->items[list->count++];
	*diag = (struct diag){.level = level, .code = code, .range = range};
	va_start(args, format);
	diag->message = print_args(list->arena, format, args);
	va_end(args);
	if (level == DIAG_ERROR)
		list->errors++;
	else
		list->warnings++;
	return diag;
}

void diag_hint(struct diag_list *list, struct diag *diag, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	diag->hint = print_args(list->arena, format, args);
	va_end(args);
}

/* ---- nearest names ---------------------------------------------------------------------------------------------- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Damerau-Levenshtein (neighbours swapped count one), letters' case apart. Both at most NAME_MAX_COMPARED long. */
static unsigned distance(struct str a, struct str b)
{
	unsigned rows[3][NAME_MAX_COMPARED + 1], *before = rows[0], *above = rows[1], *row = rows[2];
	for (unsigned j = 0; j <= b.len; j++)
		above[j] = j;
	for (unsigned i = 1; i <= a.len; i++) {
		row[0] = i;
		for (unsigned j = 1; j <= b.len; j++) {
			char ca = lower(a.ptr[i - 1]), cb = lower(b.ptr[j - 1]);
			row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (ca != cb));
			if (i > 1 && j > 1 && ca == lower(b.ptr[j - 2]) && lower(a.ptr[i - 2]) == cb)
				row[j] = least(row[j], before[j - 2] + 1);
		}
		unsigned *oldest = before;
		before = above;
		above = row;
		row = oldest;
	}
	return above[b.len];
}

const struct str *diag_nearest(struct str wrong, const struct str *candidates, size_t count)
{
	const struct str *best = NULL;
	unsigned best_at = wrong.len / 3 > 1 ? (unsigned)(wrong.len / 3) : 1;
	if (wrong.len == 0 || wrong.len > NAME_MAX_COMPARED)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		struct str name = candidates[i];
		size_t longer = name.len > wrong.len ? name.len : wrong.len;
		size_t apart = longer - (name.len > wrong.len ? wrong.len : name.len);
		if (name.len == 0 || name.len > NAME_MAX_COMPARED || apart > best_at)
			continue;
		unsigned far = distance(wrong, name);
		/* a name that shares no letter is not near, however short both are */
		if (far > best_at || far >= longer)
			continue;
		if (!best || far < best_at || str_cmp(name, *best) < 0)
			best = &candidates[i];
		best_at = far;
	}
	return best;
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct str known_text(struct arena *arena, const struct str *candidates, size_t count, const char *what)
{
	struct buf text = {0};
	struct str *sorted = mem_alloc(count * sizeof *sorted);
	memcpy(sorted, candidates, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, by_name);
	buf_printf(&text, "known %s: ", what);
	for (size_t i = 0; i < count && i < KNOWN_SHOWN; i++)
		buf_printf(&text, "%s%.*s", i ? ", " : "", STR_ARG(sorted[i]));
	if (count > KNOWN_SHOWN)
		buf_printf(&text, ", ... and %zu more", count - KNOWN_SHOWN);
	struct str kept = arena_str(arena, buf_view(&text));
	free(sorted);
	buf_release(&text);
	return kept;
}

void diag_suggest(struct diag_list *list, struct diag *diag, struct str wrong, const struct str *candidates,
                  size_t count, const char *what)
{
	const struct str *near = diag_nearest(wrong, candidates, count);
	if (near)
		diag_hint(list, diag, "did you mean \"%.*s\"?", STR_ARG(*near));
	if (what && count)
		diag->known = known_text(list->arena, candidates, count, what);
}

/* ---- order ------------------------------------------------------------------------------------------------------ */

static int number_cmp(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* By path, then place; what has no file comes first. */
static int diag_cmp(const struct diag *a, const struct diag *b)
{
	const struct diag_file *fa = a->range.file, *fb = b->range.file;
	if (!fa || !fb)
		return (fa != NULL) - (fb != NULL);
	int order = fa == fb ? 0 : str_cmp(fa->path, fb->path);
	if (!order)
		order = number_cmp(a->range.from, b->range.from);
	return order ? order : number_cmp(a->range.to, b->range.to);
}

static void merge(struct diag *items, struct diag *spare, size_t half, size_t count)
{
	size_t left = 0, right = half, at = 0;
	memcpy(spare, items, count * sizeof *items);
	while (left < half || right < count) {
		bool take_left = right == count || (left < half && diag_cmp(&spare[left], &spare[right]) <= 0);
		items[at++] = spare[take_left ? left++ : right++];
	}
}

/* qsort is not stable: of two findings at one place the first found must stay the first. */
static void sort_run(struct diag *items, struct diag *spare, size_t count)
{
	if (count < 2)
		return;
	size_t half = count / 2;
	sort_run(items, spare, half);
	sort_run(items + half, spare, count - half);
	merge(items, spare, half, count);
}

static bool same(const struct diag *a, const struct diag *b)
{
	return a->code == b->code && a->level == b->level && a->range.file == b->range.file &&
	       a->range.from == b->range.from && a->range.to == b->range.to && str_eq(a->message, b->message);
}

/* What stands below an anchor is read once for each alias; its mistakes are told once. */
static void drop_repeated(struct diag_list *list)
{
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++) {
		struct diag *diag = &list->items[i];
		if (kept && diag->range.file && same(&list->items[kept - 1], diag)) {
			if (diag->level == DIAG_ERROR)
				list->errors--;
			else
				list->warnings--;
			continue;
		}
		list->items[kept++] = *diag;
	}
	list->count = kept;
}

void diag_repeat(struct diag_list *list, struct diag_range part, struct diag_range alias)
{
	if (list->repeat_count == list->repeat_cap)
		list->repeats = arena_grow(list->arena, list->repeats, &list->repeat_cap, sizeof *list->repeats);
	list->repeats[list->repeat_count++] = (struct diag_repeat){part, alias};
}

static void name_alias(const struct diag_list *list, struct diag *diag)
{
	for (size_t i = 0; i < list->repeat_count && !diag->related.file; i++) {
		struct diag_range part = list->repeats[i].part;
		if (part.file != diag->range.file || diag->range.from < part.from || diag->range.to > part.to)
			continue;
		diag->related = list->repeats[i].alias;
		diag->related_message = STR("it is repeated here");
	}
}

void diag_sort(struct diag_list *list)
{
	for (size_t i = 0; list->repeat_count && i < list->count; i++)
		name_alias(list, &list->items[i]);
	if (list->count < 2)
		return;
	struct diag *spare = mem_alloc(list->count * sizeof *spare);
	sort_run(list->items, spare, list->count);
	free(spare);
	drop_repeated(list);
}

/* ---- places ----------------------------------------------------------------------------------------------------- */

struct diag_place diag_place(const struct diag_file *file, uint32_t at)
{
	struct diag_place place = {1, 1};
	struct str text = file->text;
	size_t end = at < text.len ? at : text.len, line = str_starts(text, STR("\xef\xbb\xbf")) ? 3 : 0;
	for (size_t i = line; i < end; i++)
		if (text.ptr[i] == '\n') {
			place.line++;
			line = i + 1;
		}
	for (size_t i = line; i < end; place.column++) {
		size_t len = utf8_len(text.ptr + i, text.len - i);
		i += len ? len : 1;
	}
	return place;
}
