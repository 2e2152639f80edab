/* SPDX-License-Identifier: Apache-2.0 */
/* A journey's version: equal for files that mean the same, whatever their comments, order of keys and line breaks. */
#include "core/base/hash.h"
#include "core/journey/journey_compile.h"

static void print_event(const struct event_type *event, struct buf *out)
{
	buf_str(out, event->name);
	for (size_t i = 0; i < event->field_count; i++) {
		buf_printf(out, "\n%.*s: ", STR_ARG(event->fields[i].name));
		type_print(event->fields[i].type, out);
	}
}

static void print_cases(const struct doc *cases, struct buf *out)
{
	for (size_t i = 0; cases && cases->kind == DOC_MAP && i < cases->count; i++) {
		const struct doc *value = cases->pairs[i].value;
		buf_printf(out, "\n%.*s: ", STR_ARG(cases->pairs[i].key->text));
		if (value->kind != DOC_MAP) {
			doc_print_canonical(value, out);
			continue;
		}
		if (doc_get(value, STR("when")))
			doc_print_canonical(doc_get(value, STR("when")), out);
		print_cases(doc_get(value, STR("cases")), out);
		if (doc_get(value, STR("else")))
			buf_printf(out, "\n%.*s: ", STR_ARG(doc_get(value, STR("else"))->text));
		buf_str(out, STR("\n"));
	}
}

/* The order of cases is their meaning, so they are printed one by one. */
static void print_segment(const struct rules *rules, const struct segment *segment, struct buf *out)
{
	const struct doc *doc = NULL;
	for (size_t i = 0; i < rules->segment_count; i++)
		if (str_eq(rules->segments[i].name, segment->name))
			doc = rules->segments[i].doc;
	if (!doc)
		return;
	print_cases(doc_get(doc, STR("cases")), out);
	if (segment->path)
		doc_print_canonical(doc_get(doc, STR("path")), out);
	for (size_t i = 0; segment->path && i < segment->case_count; i++)
		buf_printf(out, "\n%.*s", STR_ARG(segment->cases[i].name));
	if (doc_get(doc, STR("else")))
		buf_printf(out, "\n%.*s: ", STR_ARG(doc_get(doc, STR("else"))->text));
}

/* The canonical form leaves out every key `about`; as a field of a message's data it is no remark. */
static void print_about_data(const struct doc *doc, struct buf *out)
{
	for (size_t i = 0; doc->kind == DOC_LIST && i < doc->count; i++)
		print_about_data(doc->items[i], out);
	for (size_t i = 0; doc->kind == DOC_MAP && i < doc->count; i++) {
		const struct doc *value = doc->pairs[i].value;
		bool data = value->kind == DOC_MAP && str_eq(doc->pairs[i].key->text, STR("data"));
		const struct doc *about = data ? doc_get(value, STR("about")) : NULL;
		if (about)
			doc_print_canonical(about, out);
		print_about_data(value, out);
	}
}

void journey_version_compile(const struct rules *rules, struct arena *arena, struct journey *journey)
{
	struct buf meaning = {0};
	char hex[32];
	struct doc without = journey_life_without(journey->doc, arena);
	doc_print_canonical(&without, &meaning);
	buf_char(&meaning, '\n');
	if (journey->segment)
		print_segment(rules, journey->segment, &meaning);
	if (journey->enters.segment)
		print_segment(rules, journey->enters.segment, &meaning);
	buf_char(&meaning, '\n');
	print_about_data(doc_get(journey->doc, STR("nodes")), &meaning);
	print_event(journey->entry, &meaning);
	struct hash128 hash = hash128(0, buf_view(&meaning));
	hash128_hex(hash, hex);
	journey->version = arena_str(arena, (struct str){hex, 12});
	journey->version_tag = (uint32_t)(hash.high >> 32);
	buf_release(&meaning);
}
