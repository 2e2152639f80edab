/* SPDX-License-Identifier: Apache-2.0 */
/* A template's name with holes: `renewal/{segment}/{node}`. */
#include "core/journey/journey_compile.h"

static const struct str HOLES[] = {
        [HOLE_SEGMENT] = {"segment", 7}, [HOLE_NODE] = {"node", 4}, [HOLE_VARIANT] = {"variant", 7}};

static void add_part(struct journey_build *build, struct arena_list *parts, struct str text, enum template_hole hole)
{
	if (text.len == 0 && hole == HOLE_NONE)
		return;
	struct template_part *part = arena_list_add(parts, build->compiler->reader.arena, sizeof(*part));
	*part = (struct template_part){text, hole};
}

/* The hole of a name; HOLE_NONE when it is none, or cannot be filled in this journey (reported). */
static enum template_hole hole_find(struct journey_build *build, struct str name, struct diag_range range)
{
	struct diag_list *diags = build->compiler->reader.diags;
	if (str_eq(name, HOLES[HOLE_NODE]))
		return HOLE_NODE;
	if (str_eq(name, HOLES[HOLE_VARIANT]))
		return HOLE_VARIANT;
	if (str_eq(name, HOLES[HOLE_SEGMENT])) {
		if (build->place.segment)
			return HOLE_SEGMENT;
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_PLACEHOLDER, range,
		                   "{segment} has no meaning in a journey without a segment"),
		          "add `segment: NAME` to the journey");
		return HOLE_NONE;
	}
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_PLACEHOLDER, range,
	                             "there is no placeholder {%.*s}", STR_ARG(name));
	diag_suggest(diags, diag, name, &HOLES[HOLE_SEGMENT], 3, "placeholders");
	return HOLE_NONE;
}

/* Words between the holes: what a template's name may consist of. */
static bool word_check(struct journey_build *build, const struct doc *doc, size_t from, size_t to)
{
	static const char OTHERS[] = "_-./";
	for (size_t i = from; i < to; i++) {
		char c = doc->text.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (letter || (c && strchr(OTHERS, c)))
			continue;
		struct diag_list *diags = build->compiler->reader.diags;
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, doc_range(doc, i, i + 1),
		                   "a template's name cannot hold this"),
		          "letters, digits, _ - . and /, and {segment}, {node} or {variant}");
		return false;
	}
	return true;
}

void journey_template_compile(struct journey_build *build, const struct doc *doc, struct send *out)
{
	struct arena_list parts = {0};
	struct diag_list *diags = build->compiler->reader.diags;
	if (!doc_expect(&build->compiler->reader, doc, DOC_SCALAR, "template"))
		return;
	struct str text = doc->text;
	size_t errors = diags->errors, at = 0;
	while (at < text.len) {
		const char *brace = memchr(text.ptr + at, '{', text.len - at);
		size_t open = brace ? (size_t)(brace - text.ptr) : text.len;
		word_check(build, doc, at, open);
		add_part(build, &parts, str_sub(text, at, open), HOLE_NONE);
		if (open == text.len)
			break;
		const char *end = memchr(brace, '}', text.len - open);
		if (!end) {
			diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, doc_range(doc, open, text.len), "a } is missing");
			break;
		}
		size_t close = (size_t)(end - text.ptr);
		struct diag_range range = doc_range(doc, open, close + 1);
		add_part(build, &parts, (struct str){0}, hole_find(build, str_sub(text, open + 1, close), range));
		at = close + 1;
	}
	if (text.len == 0)
		diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, doc->range, "a template needs a name");
	out->parts = parts.items;
	out->part_count = diags->errors == errors ? parts.count : 0;
}
