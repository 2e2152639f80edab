/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parser events become a tree without recursion: one frame for each open list or map, at most 64. The parser takes
 * much that journeyd refuses (duplicate keys, unknown aliases, aliases that explode, tags), so all of that is decided
 * here, with places. An alias shares the node of its anchor; nodes are counted as if it did not.
 */
#include "adapters/text/yaml.h"

#include "adapters/text/yaml_error.h"
#include "adapters/text/yaml_origins.h"
#include "adapters/text/yaml_slip.h"

#include "core/base/utf8.h"

#include <stdlib.h>
#include <yaml.h>

enum { DEPTH_LIMIT = 64, NODE_LIMIT = 1000000 };

struct anchor {
	struct str name;
	struct doc *doc;
	struct diag_range range;
	size_t nodes;    /* below it and itself */
	unsigned height; /* lists and maps on the longest way down */
	bool open;       /* its end has not been seen */
};

struct frame {
	struct doc *doc;
	struct doc *key;  /* of a map: seen, its value not yet */
	struct buf items; /* struct doc * or struct doc_pair */
	size_t anchor;    /* its number, plus 1 */
	size_t nodes;     /* how many there were before it */
	uint32_t last;    /* where its last child ends */
	unsigned height;
	bool flow;
};

struct builder {
	const struct diag_file *file;
	struct doc_reader *reader;
	yaml_parser_t parser;
	struct frame frames[DEPTH_LIMIT];
	size_t depth;
	struct anchor *anchors;
	size_t anchor_count, anchor_cap;
	size_t nodes;
	struct doc *root;
	size_t character, byte; /* a pair of places that belong together: the parser counts characters */
	bool full;              /* too many nodes: no more is read */
	bool unusable;          /* something was reported after which the tree would mislead */
};

static uint32_t byte_of(struct builder *builder, yaml_mark_t mark)
{
	struct str text = builder->file->text;
	while (builder->character < mark.index && builder->byte < text.len) {
		builder->byte += utf8_len(text.ptr + builder->byte, text.len - builder->byte);
		builder->character++;
	}
	while (builder->character > mark.index) {
		do
			builder->byte--;
		while (((unsigned char)text.ptr[builder->byte] & 0xc0) == 0x80);
		builder->character--;
	}
	return (uint32_t)builder->byte;
}

static struct diag_range range_of(struct builder *builder, const yaml_event_t *event)
{
	uint32_t from = byte_of(builder, event->start_mark), to = byte_of(builder, event->end_mark);
	return (struct diag_range){builder->file, from, to};
}

static struct diag *report(struct builder *builder, enum diag_code code, struct diag_range range, const char *message)
{
	builder->unusable = true;
	return diag_add(builder->reader->diags, DIAG_ERROR, code, range, "%s", message);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* From an anchor or tag to what it stands before. */
static uint32_t skip_properties(struct str text, uint32_t at, uint32_t end)
{
	while (at < end && (text.ptr[at] == '&' || text.ptr[at] == '!')) {
		while (at < end && !is_space(text.ptr[at]) && !strchr(",[]{}", text.ptr[at]))
			at++;
		while (at < end && (is_space(text.ptr[at]) || text.ptr[at] == '#')) {
			if (text.ptr[at] == '#')
				while (at < end && text.ptr[at] != '\n')
					at++;
			at += at < end;
		}
	}
	return at;
}

/* ---- anchors and aliases ---------------------------------------------------------------------------------------- */

static size_t anchor_add(struct builder *builder, const yaml_char_t *name, struct doc *doc, uint32_t at)
{
	if (!name)
		return 0;
	if (builder->anchor_count == builder->anchor_cap)
		builder->anchors = mem_grow(builder->anchors, &builder->anchor_cap, sizeof *builder->anchors);
	struct str text = arena_str(builder->reader->arena, str_from((const char *)name));
	struct anchor *anchor = &builder->anchors[builder->anchor_count++];
	*anchor = (struct anchor){.name = text, .doc = doc, .nodes = 1, .open = doc->kind != DOC_SCALAR};
	/* a tag may stand before the anchor */
	struct str file = builder->file->text;
	while (at < file.len && file.ptr[at] != '&')
		at++;
	anchor->range = (struct diag_range){builder->file, at, at + 1 + (uint32_t)text.len};
	return builder->anchor_count;
}

static struct anchor *anchor_find(struct builder *builder, struct str name)
{
	for (size_t i = builder->anchor_count; i-- > 0;)
		if (str_eq(builder->anchors[i].name, name))
			return &builder->anchors[i];
	return NULL;
}

static void report_no_anchor(struct builder *builder, struct diag_range range, struct str name)
{
	struct diag_list *diags = builder->reader->diags;
	struct str *names = mem_alloc(builder->anchor_count * sizeof *names);
	for (size_t i = 0; i < builder->anchor_count; i++)
		names[i] = builder->anchors[i].name;
	struct diag *diag = report(builder, DIAG_ALIAS, range, "");
	diag->message = arena_printf(diags->arena, "there is no anchor \"&%.*s\" above this alias", STR_ARG(name));
	if (builder->anchor_count)
		diag_suggest(diags, diag, name, names, builder->anchor_count, "anchors");
	else
		diag_hint(diags, diag, "quote the value if it begins with *");
	free(names);
}

static void relate(struct diag *diag, const struct anchor *anchor)
{
	diag->related = anchor->range;
	diag->related_message = STR("the anchor is here");
}

/* What the alias stands for, or NULL when it was reported. */
static struct anchor *alias_resolve(struct builder *builder, const yaml_event_t *event)
{
	struct diag_range range = range_of(builder, event);
	struct str name = str_from((const char *)event->data.alias.anchor);
	struct anchor *anchor = anchor_find(builder, name);
	if (!anchor) {
		report_no_anchor(builder, range, name);
		return NULL;
	}
	if (anchor->open) {
		relate(report(builder, DIAG_ALIAS, range, "this alias stands inside of what it repeats"), anchor);
		return NULL;
	}
	if (builder->depth + anchor->height > DEPTH_LIMIT) {
		relate(report(builder, DIAG_TOO_LARGE, range,
		              "with this alias lists and maps are nested more than 64 deep"),
		       anchor);
		return NULL;
	}
	if (anchor->nodes > NODE_LIMIT - builder->nodes) {
		builder->full = true;
		relate(report(builder, DIAG_ALIAS, range,
		              "with this alias the file grows to more than 1,000,000 values"),
		       anchor);
		return NULL;
	}
	return anchor;
}

/* ---- building --------------------------------------------------------------------------------------------------- */

static struct doc *doc_new(struct builder *builder, enum doc_kind kind, struct diag_range range)
{
	struct doc *doc = arena_zalloc(builder->reader->arena, sizeof *doc);
	doc->kind = kind;
	doc->range = range;
	return doc;
}

static void check_key(struct builder *builder, const struct doc *key)
{
	struct diag_list *diags = builder->reader->diags;
	if (key->kind != DOC_SCALAR)
		report(builder, DIAG_WRONG_KIND,
		       (struct diag_range){builder->file, key->range.from, key->range.from + 1},
		       "a key must be a text, not a list or a map");
	else if (key->plain && str_eq(key->text, STR("<<")))
		diag_hint(diags, report(builder, DIAG_ALIAS, key->range, "merge keys are not supported"),
		          "write the keys out, so that each shows where it is used");
	else if (key->plain && key->text.len == 0)
		report(builder, DIAG_SYNTAX, key->range, "a key is missing before \":\"");
}

/* Puts a node where it belongs: the root, a list's next item, a map's next key or value. */
static void deliver(struct builder *builder, struct doc *doc, uint32_t end, unsigned height)
{
	if (builder->depth == 0) {
		builder->root = doc;
		return;
	}
	struct frame *frame = &builder->frames[builder->depth - 1];
	frame->last = end;
	if (height >= frame->height)
		frame->height = height + 1;
	if (frame->doc->kind == DOC_LIST) {
		buf_append(&frame->items, &doc, sizeof doc);
	} else if (!frame->key) {
		frame->key = doc;
		check_key(builder, doc);
	} else {
		struct doc_pair pair = {frame->key, doc};
		buf_append(&frame->items, &pair, sizeof pair);
		frame->key = NULL;
	}
}

static bool count_node(struct builder *builder, struct diag_range range)
{
	if (builder->nodes++ < NODE_LIMIT)
		return true;
	report(builder, DIAG_TOO_LARGE, range, "the file holds more than 1,000,000 values");
	return false;
}

static bool tag_is(const char *tag, const char *name)
{
	static const char prefix[] = "tag:yaml.org,2002:";
	return strncmp(tag, prefix, sizeof prefix - 1) == 0 && strcmp(tag + sizeof prefix - 1, name) == 0;
}

/* Core tags say what the field says anyway; only !!str matters, since it makes a plain 5 a text. */
static bool tag_check(struct builder *builder, const yaml_char_t *text, uint32_t at, bool *plain)
{
	static const char *const core[] = {"int", "float", "bool", "null", "map", "seq", NULL};
	const char *tag = (const char *)text;
	if (!tag)
		return true;
	if (strcmp(tag, "!") == 0 || tag_is(tag, "str")) {
		*plain = false;
		return true;
	}
	for (size_t i = 0; core[i]; i++)
		if (tag_is(tag, core[i]))
			return true;
	struct str file = builder->file->text;
	while (at < file.len && file.ptr[at] != '!')
		at++;
	uint32_t end = at;
	while (end < file.len && !is_space(file.ptr[end]))
		end++;
	struct diag *diag = report(builder, DIAG_SYNTAX, (struct diag_range){builder->file, at, end},
	                           "\"!\" begins a tag, which is not used here");
	diag_hint(builder->reader->diags, diag, "quote the value if it begins with !");
	return false;
}

static enum yaml_style style_of(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		return YAML_SINGLE;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return YAML_DOUBLE;
	case YAML_LITERAL_SCALAR_STYLE:
		return YAML_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE:
		return YAML_FOLDED;
	default:
		return YAML_PLAIN;
	}
}

/* The parser lets a block scalar end behind the empty lines that follow it. */
static void trim_range(struct str text, struct diag_range *range)
{
	while (range->to > range->from && is_space(text.ptr[range->to - 1]))
		range->to--;
}

static bool build_scalar(struct builder *builder, const yaml_event_t *event)
{
	struct diag_range range = range_of(builder, event);
	uint32_t start = range.from;
	struct str file = builder->file->text;
	bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (event->data.scalar.anchor || event->data.scalar.tag)
		range.from = skip_properties(file, range.from, range.to);
	struct yaml_source source = {file, range.from, range.to, style_of(event->data.scalar.style)};
	if (source.style >= YAML_LITERAL)
		trim_range(file, &range);
	tag_check(builder, event->data.scalar.tag, start, &plain);
	struct doc *doc = doc_new(builder, DOC_SCALAR, range);
	doc->plain = plain;
	doc->text = arena_str(builder->reader->arena,
	                      (struct str){(const char *)event->data.scalar.value, event->data.scalar.length});
	doc->origins = yaml_origins(&source, doc->text, builder->reader->arena, &doc->text_from);
	if (memchr(doc->text.ptr, 0, doc->text.len))
		report(builder, DIAG_ENCODING, range, "a text cannot hold the NUL character");
	builder->unusable |= !yaml_slip_check(doc, builder->reader->diags);
	anchor_add(builder, event->data.scalar.anchor, doc, start);
	deliver(builder, doc, range.to, 0);
	return count_node(builder, range);
}

static bool build_alias(struct builder *builder, const yaml_event_t *event)
{
	struct anchor *anchor = alias_resolve(builder, event);
	struct diag_range range = range_of(builder, event);
	if (!anchor) {
		deliver(builder, doc_new(builder, DOC_SCALAR, range), range.to, 0);
		return !builder->full && count_node(builder, range);
	}
	builder->nodes += anchor->nodes;
	diag_repeat(builder->reader->diags, anchor->doc->range, range);
	deliver(builder, anchor->doc, range.to, anchor->height);
	return true;
}

struct opening {
	enum doc_kind kind;
	const yaml_char_t *anchor, *tag;
	bool flow;
};

static bool open_frame(struct builder *builder, const yaml_event_t *event, const struct opening *opening)
{
	struct diag_range range = range_of(builder, event);
	uint32_t start = range.from;
	bool ignored;
	if (builder->depth == DEPTH_LIMIT) {
		range.to = range.from + 1;
		report(builder, DIAG_TOO_LARGE, range, "lists and maps are nested more than 64 deep");
		return false;
	}
	if (opening->anchor || opening->tag)
		range.from = skip_properties(builder->file->text, start, (uint32_t)builder->file->text.len);
	tag_check(builder, opening->tag, start, &ignored);
	struct doc *doc = doc_new(builder, opening->kind, range);
	builder->frames[builder->depth++] = (struct frame){.doc = doc,
	                                                   .anchor = anchor_add(builder, opening->anchor, doc, start),
	                                                   .nodes = builder->nodes,
	                                                   .last = range.to,
	                                                   .height = 1,
	                                                   .flow = opening->flow};
	return count_node(builder, range);
}

struct keyed {
	struct str key;
	size_t index;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *one = a, *other = b;
	int order = str_cmp(one->key, other->key);
	return order ? order : (one->index > other->index) - (one->index < other->index);
}

static void report_duplicate(struct builder *builder, const struct doc *key, const struct doc *first)
{
	struct diag_list *diags = builder->reader->diags;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_DUPLICATE_KEY, key->range,
	                             "the key \"%.*s\" stands here twice", STR_ARG(key->text));
	diag->related = first->range;
	diag->related_message = STR("first defined here");
}

/* Drops every pair whose key was there before; sorting keeps it quick for a map of any size. */
static void drop_duplicates(struct builder *builder, struct doc *map)
{
	struct keyed *sorted = mem_alloc(map->count * sizeof *sorted);
	for (size_t i = 0; i < map->count; i++)
		sorted[i] = (struct keyed){map->pairs[i].key->text, i};
	qsort(sorted, map->count, sizeof *sorted, by_key);
	for (size_t i = 1, first = 0; i < map->count; i++) {
		if (!str_eq(sorted[i].key, sorted[first].key)) {
			first = i;
			continue;
		}
		struct doc_pair *pair = &map->pairs[sorted[i].index];
		if (pair->key->kind == DOC_SCALAR)
			report_duplicate(builder, pair->key, map->pairs[sorted[first].index].key);
		pair->value = NULL;
	}
	size_t kept = 0;
	for (size_t i = 0; i < map->count; i++)
		if (map->pairs[i].value)
			map->pairs[kept++] = map->pairs[i];
	map->count = kept;
	free(sorted);
}

static void close_frame(struct builder *builder, const yaml_event_t *event)
{
	struct frame *frame = &builder->frames[--builder->depth];
	struct doc *doc = frame->doc;
	size_t bytes = frame->items.len;
	void *items = arena_alloc(builder->reader->arena, bytes);
	if (bytes)
		memcpy(items, frame->items.ptr, bytes);
	buf_release(&frame->items);
	doc->range.to = frame->flow ? byte_of(builder, event->end_mark) : frame->last;
	if (doc->range.to < doc->range.from)
		doc->range.to = doc->range.from;
	if (doc->kind == DOC_LIST) {
		doc->items = items;
		doc->count = bytes / sizeof(struct doc *);
	} else {
		doc->pairs = items;
		doc->count = bytes / sizeof(struct doc_pair);
		drop_duplicates(builder, doc);
	}
	if (frame->anchor) {
		struct anchor *anchor = &builder->anchors[frame->anchor - 1];
		anchor->open = false;
		anchor->nodes = builder->nodes - frame->nodes;
		anchor->height = frame->height;
	}
	deliver(builder, doc, doc->range.to, frame->height);
}

static bool begin_document(struct builder *builder, const yaml_event_t *event)
{
	struct diag_range range = range_of(builder, event);
	if (!builder->root)
		return true;
	struct diag *diag = report(builder, DIAG_SYNTAX, range, "a second document begins here; a file holds one");
	diag_hint(builder->reader->diags, diag, "move it to a file of its own");
	return false;
}

/* False: stop, something was reported. */
static bool build_event(struct builder *builder, const yaml_event_t *event)
{
	struct opening opening;
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return begin_document(builder, event);
	case YAML_SCALAR_EVENT:
		return build_scalar(builder, event);
	case YAML_ALIAS_EVENT:
		return build_alias(builder, event);
	case YAML_SEQUENCE_START_EVENT:
		opening = (struct opening){DOC_LIST, event->data.sequence_start.anchor, event->data.sequence_start.tag,
		                           event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE};
		return open_frame(builder, event, &opening);
	case YAML_MAPPING_START_EVENT:
		opening = (struct opening){DOC_MAP, event->data.mapping_start.anchor, event->data.mapping_start.tag,
		                           event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE};
		return open_frame(builder, event, &opening);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_frame(builder, event);
		return true;
	default:
		return true;
	}
}

static void report_parser(struct builder *builder)
{
	const yaml_parser_t *parser = &builder->parser;
	struct yaml_complaint complaint = {.problem = parser->problem, .context = parser->context};
	complaint.at = byte_of(builder, parser->problem_mark);
	complaint.context_at = parser->context ? byte_of(builder, parser->context_mark) : complaint.at;
	builder->unusable = true;
	yaml_error_report(builder->file, &complaint, builder->reader->diags);
}

static void build(struct builder *builder)
{
	for (bool more = true; more;) {
		yaml_event_t event;
		if (!yaml_parser_parse(&builder->parser, &event)) {
			report_parser(builder);
			return;
		}
		more = event.type != YAML_STREAM_END_EVENT && build_event(builder, &event);
		yaml_event_delete(&event);
	}
}

static void build_release(struct builder *builder)
{
	yaml_parser_delete(&builder->parser);
	while (builder->depth > 0)
		buf_release(&builder->frames[--builder->depth].items);
	free(builder->anchors);
}

struct doc *yaml_read(const struct diag_file *file, struct doc_reader *reader)
{
	struct builder builder = {.file = file, .reader = reader};
	if (!yaml_error_check_bytes(file, reader->diags))
		return NULL;
	if (!yaml_parser_initialize(&builder.parser))
		abort();
	builder.byte = str_starts(file->text, STR("\xef\xbb\xbf")) ? 3 : 0;
	yaml_parser_set_encoding(&builder.parser, YAML_UTF8_ENCODING);
	struct str text = str_sub(file->text, builder.byte, file->text.len);
	yaml_parser_set_input_string(&builder.parser, (const unsigned char *)text.ptr, text.len);
	build(&builder);
	build_release(&builder);
	if (builder.unusable)
		return NULL;
	if (!builder.root || (doc_null(builder.root) && builder.root->text.len == 0)) {
		diag_add(reader->diags, DIAG_ERROR, DIAG_EMPTY, (struct diag_range){file, 0, 0}, "the file is empty");
		return NULL;
	}
	return builder.root;
}
