/* SPDX-License-Identifier: Apache-2.0 */
/* One event of a story: when, which, and its fields, typed by the event's declaration. */
#include "core/story/story_parts.h"

struct fields {
	struct story_reading *reading;
	const struct event_type *type;
	struct value *values;
};

static bool read_fields(const struct fields *fields, const struct doc *map, struct str prefix);

static bool begins_field(const struct event_type *type, struct str path)
{
	for (size_t i = 0; i < type->field_count; i++) {
		struct str name = type->fields[i].name;
		if (name.len > path.len && str_starts(name, path) && name.ptr[path.len] == '.')
			return true;
	}
	return false;
}

static bool unknown_field(const struct fields *fields, const struct doc *key, struct str path)
{
	struct doc_reader *reader = fields->reading->reader;
	const struct event_type *type = fields->type;
	struct diag *diag = diag_add(reader->diags, DIAG_ERROR, DIAG_STORY, key->range,
	                             "event \"%.*s\" has no field \"%.*s\"", STR_ARG(type->name), STR_ARG(path));
	struct str *names = arena_alloc(reader->arena, (type->field_count + 1) * sizeof *names);
	for (size_t i = 0; i < type->field_count; i++)
		names[i] = type->fields[i].name;
	diag_suggest(reader->diags, diag, path, names, type->field_count, "fields");
	return false;
}

static bool read_field(const struct fields *fields, const struct doc_pair *pair, struct str path)
{
	const struct event_type *type = fields->type;
	for (size_t i = 0; i < type->field_count; i++)
		if (str_eq(type->fields[i].name, path))
			return story_value_read(fields->reading->reader, pair->value, type->fields[i].type,
			                        &fields->values[i]);
	if (pair->value->kind == DOC_MAP && begins_field(type, path))
		return read_fields(fields, pair->value, path);
	return unknown_field(fields, pair->key, path);
}

/* At the top, the words of the story itself. A field of that name can be given below `fields:`. */
static bool own_word(struct str key)
{
	return str_eq(key, STR("at")) || str_eq(key, STR("event")) || str_eq(key, STR("id")) ||
	       str_eq(key, STR("about"));
}

static bool read_fields(const struct fields *fields, const struct doc *map, struct str prefix)
{
	struct arena *arena = fields->reading->reader->arena;
	bool right = true;
	for (size_t i = 0; i < map->count; i++) {
		struct str key = map->pairs[i].key->text;
		if (prefix.len) {
			struct str path = arena_printf(arena, "%.*s.%.*s", STR_ARG(prefix), STR_ARG(key));
			right &= read_field(fields, &map->pairs[i], path);
		} else {
			right &= read_field(fields, &map->pairs[i], key);
		}
	}
	return right;
}

static bool read_top(const struct fields *fields, const struct doc *map)
{
	bool right = true;
	for (size_t i = 0; i < map->count; i++) {
		struct str key = map->pairs[i].key->text;
		if (own_word(key))
			continue;
		if (str_eq(key, STR("fields")) && map->pairs[i].value->kind == DOC_MAP)
			right &= read_fields(fields, map->pairs[i].value, (struct str){0});
		else
			right &= read_field(fields, &map->pairs[i], key);
	}
	return right;
}

static bool check_required(const struct fields *fields, const struct doc *doc)
{
	const struct event_type *type = fields->type;
	bool right = true;
	for (size_t i = 0; i < type->field_count; i++) {
		uint8_t kind = fields->values[i].kind;
		if (!type->fields[i].required || (kind != VALUE_ABSENT && kind != VALUE_NULL))
			continue;
		diag_add(fields->reading->reader->diags, DIAG_ERROR, DIAG_STORY, doc->range,
		         "event \"%.*s\" needs the field \"%.*s\"", STR_ARG(type->name), STR_ARG(type->fields[i].name));
		right = false;
	}
	return right;
}

const struct event_type *story_event_find(struct story_reading *reading, const struct doc *name)
{
	const struct rules *rules = &reading->context->set->rules;
	const struct event_type *type = rules_event(rules, name->text);
	const struct journey *journey = reading->journey;
	if (!type && journey && journey->enters.kind == ENTRY_JOURNEYS && str_eq(name->text, journey->entry->name))
		type = journey->entry; /* another journey hands over */
	if (type)
		return type;
	struct diag *diag = diag_add(reading->reader->diags, DIAG_ERROR, DIAG_UNKNOWN_EVENT, name->range,
	                             "no event \"%.*s\" is declared", STR_ARG(name->text));
	struct str *names = arena_alloc(reading->reader->arena, (rules->event_count + 1) * sizeof *names);
	for (size_t i = 0; i < rules->event_count; i++)
		names[i] = rules->events[i].name;
	diag_suggest(reading->reader->diags, diag, name->text, names, rules->event_count, "events");
	return NULL;
}

static const struct doc *needed(struct story_reading *reading, const struct doc *doc, struct str key)
{
	const struct doc *value = doc_get(doc, key);
	if (value)
		return doc_expect(reading->reader, value, DOC_SCALAR, key.ptr) ? value : NULL;
	diag_add(reading->reader->diags, DIAG_ERROR, DIAG_MISSING_KEY, doc->range, "\"%.*s\" is missing", STR_ARG(key));
	return NULL;
}

bool story_event_read(struct story_reading *reading, const struct doc *doc, struct story_event *out)
{
	if (!doc_expect(reading->reader, doc, DOC_MAP, "an event"))
		return false;
	const struct doc *at = needed(reading, doc, STR("at")), *name = needed(reading, doc, STR("event"));
	const struct doc *id = doc_get(doc, STR("id"));
	bool right = at && story_time_read(reading, at, &reading->story->start, &out->at);
	out->type = name ? story_event_find(reading, name) : NULL;
	if (id && doc_expect(reading->reader, id, DOC_SCALAR, "id"))
		out->id = id->text;
	if (!out->type)
		return false;
	struct fields fields = {reading, out->type, NULL};
	fields.values = arena_zalloc(reading->reader->arena, (out->type->field_count + 1) * sizeof(struct value));
	out->fields = fields.values;
	right &= read_top(&fields, doc);
	return check_required(&fields, doc) && right;
}
