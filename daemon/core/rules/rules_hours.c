/* SPDX-License-Identifier: Apache-2.0 */
/* Opening hours: for each place the windows of its week. */
#include "core/rules/rules_compile.h"
#include "core/rules/rules_fields.h"

static bool window_read(struct str text, struct opening_window *out)
{
	const char *dash = text.len ? memchr(text.ptr, '-', text.len) : NULL;
	struct daytime from, to;
	if (!dash)
		return false;
	size_t at = (size_t)(dash - text.ptr);
	if (!daytime_parse(str_sub(text, 0, at), &from) || !daytime_parse(str_sub(text, at + 1, text.len), &to))
		return false;
	*out = (struct opening_window){from.ms, to.ms};
	return from.ms < to.ms;
}

/* One window or a list of them, rising. */
static void day_read(struct rules_build *build, const struct doc *doc, struct opening *opening, int weekday)
{
	struct diag_list *diags = build->compiler->reader.diags;
	size_t count = doc->kind == DOC_LIST ? doc->count : 1;
	struct opening_window *windows = arena_zalloc(build->arena, (count + 1) * sizeof(*windows));
	for (size_t i = 0; i < count; i++) {
		const struct doc *item = doc->kind == DOC_LIST ? doc->items[i] : doc;
		if (item->kind != DOC_SCALAR || !window_read(item->text, &windows[i])) {
			diag_hint(diags,
			          diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, item->range,
			                   "opening hours go from a time of day to a later one"),
			          "write them as \"09:00-18:00\", or a list of such; up to midnight is 24:00");
			return;
		}
		if (i && windows[i].from < windows[i - 1].to) {
			diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, item->range,
			         "these hours begin before the last ended");
			return;
		}
	}
	opening->week[weekday].windows = windows;
	opening->week[weekday].count = count;
}

static int date_cmp(const void *a, const void *b)
{
	const struct date *x = a, *y = b;
	return (x->days > y->days) - (x->days < y->days);
}

static void closed_read(struct rules_build *build, const struct doc *doc, struct opening *opening)
{
	static const struct field field = {.key = "closed", .kind = FIELD_DATE};
	struct doc_reader *reader = &build->compiler->reader;
	if (!doc || !doc_expect(reader, doc, DOC_LIST, "closed"))
		return;
	struct date *closed = arena_zalloc(build->arena, (doc->count + 1) * sizeof(*closed));
	for (size_t i = 0; i < doc->count; i++)
		if (!doc_read_value(reader, doc->items[i], &field, &closed[i]))
			return;
	qsort(closed, doc->count, sizeof(*closed), date_cmp);
	opening->closed = closed;
	opening->closed_count = doc->count;
}

static void opening_read(struct rules_build *build, const struct doc *key, const struct doc *map)
{
	struct opening_keys keys = {0};
	struct opening opening = {0};
	if (!compiler_name(build->compiler, key, &opening.name) ||
	    !doc_read(&build->compiler->reader, map, OPENING_FIELDS, &keys))
		return;
	opening.timezone = compiler_zone(build->compiler, keys.timezone);
	for (int i = 0; i < 7; i++)
		if (keys.week[i])
			day_read(build, keys.week[i], &opening, i);
	closed_read(build, keys.closed, &opening);
	rules_name(build, &build->opening_names, key->text, key->range);
	*(struct opening *)arena_list_add(&build->openings, build->arena, sizeof(opening)) = opening;
}

void rules_read_opening_hours(struct rules_build *build, const struct doc *doc)
{
	struct opening_hours_source source = {0};
	struct doc_reader *reader = &build->compiler->reader;
	doc_read(reader, doc, OPENING_HOURS_FIELDS, &source);
	if (!source.places || !doc_expect(reader, source.places, DOC_MAP, "opening_hours"))
		return;
	for (size_t i = 0; i < source.places->count; i++)
		opening_read(build, source.places->pairs[i].key, source.places->pairs[i].value);
}

static int opening_cmp(const void *a, const void *b)
{
	return str_cmp(((const struct opening *)a)->name, ((const struct opening *)b)->name);
}

void rules_end_opening_hours(struct rules_build *build)
{
	struct arena_list *openings = &build->openings;
	rules_check_names(build, &build->opening_names, "place", false);
	if (openings->count)
		qsort(openings->items, openings->count, sizeof(struct opening), opening_cmp);
	build->rules->hours = (struct opening_hours){openings->items, openings->count};
}
