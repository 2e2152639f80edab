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

/* The order of cases is their meaning, so they are printed one by one. */
static void print_segment(const struct rules *rules, const struct segment *segment, struct buf *out)
{
	const struct doc *cases = NULL;
	for (size_t i = 0; i < rules->segment_count; i++)
		if (str_eq(rules->segments[i].name, segment->name))
			cases = doc_get(rules->segments[i].doc, STR("cases"));
	for (size_t i = 0; i < segment->case_count; i++) {
		buf_printf(out, "\n%.*s: ", STR_ARG(segment->cases[i].name));
		if (cases && segment->cases[i].when)
			doc_print_canonical(cases->pairs[i].value, out);
	}
}

/* The canonical form leaves out every key `about`; as a field of a message's data it is no remark. */
static void print_about_data(const struct doc *nodes, struct buf *out)
{
	for (size_t i = 0; i < nodes->count; i++) {
		const struct doc *data = doc_get(doc_get(nodes->items[i], STR("send")), STR("data"));
		const struct doc *about = doc_get(data, STR("about"));
		if (about)
			doc_print_canonical(about, out);
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
	buf_char(&meaning, '\n');
	print_about_data(doc_get(journey->doc, STR("nodes")), &meaning);
	print_event(journey->entry, &meaning);
	struct hash128 hash = hash128(0, buf_view(&meaning));
	hash128_hex(hash, hex);
	journey->version = arena_str(arena, (struct str){hex, 12});
	journey->version_tag = (uint32_t)(hash.high >> 32);
	buf_release(&meaning);
}
