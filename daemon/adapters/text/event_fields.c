/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/event_fields.h"

#include "adapters/text/json_value.h"
#include "core/value_time.h"

/* Nesting needs no limit of its own: the parser has one. */
static bool pick_level(const struct json_parser *parser, struct json_item object, const struct event_paths *paths,
                       uint32_t level, struct json_item *items, struct str *twice)
{
	struct json_walk walk;
	struct json_item item;
	struct event_path path;
	struct str name;
	json_walk_init(&walk, parser, object);
	while (json_next(&walk, &name, &item)) {
		if (!event_paths_find(paths, level, name, &path))
			continue;
		if (path.index >= 0) {
			if (items[path.index].kind != JSON_NONE) {
				*twice = name;
				return false;
			}
			items[path.index] = item;
		}
		if (path.level && item.kind == JSON_OBJECT &&
		    !pick_level(parser, item, paths, path.level, items, twice))
			return false;
	}
	return true;
}

bool event_pick(const struct json_parser *parser, struct json_item object, const struct event_paths *paths,
                struct json_item *items, struct str *twice)
{
	return pick_level(parser, object, paths, 0, items, twice);
}

/* One field, also inside lists and maps, where `name` stays the field's. */
struct target {
	const struct event_reader *reader;
	struct str name;
};

static const char *needed(enum type_kind kind)
{
	static const char *const words[] = {
	        [TYPE_BOOL] = "true or false",
	        [TYPE_INT] = "a whole number",
	        [TYPE_DOUBLE] = "a number",
	        [TYPE_STRING] = "a string",
	        [TYPE_DATE] = "a date such as \"2026-05-10\"",
	        [TYPE_TIMESTAMP] = "a timestamp such as \"2026-05-10T09:00:00Z\"",
	        [TYPE_DURATION] = "a duration such as \"3600s\" or \"3d\"",
	        [TYPE_LIST] = "a list",
	        [TYPE_MAP] = "an object",
	};
	const char *word = kind < sizeof words / sizeof *words ? words[kind] : NULL;
	return word ? word : "null";
}

static bool refuse_type(const struct target *target, struct type type, struct json_item item)
{
	return event_refuse(target->reader, "MAP", "field \"%.*s\" is %s, but %s is needed", STR_ARG(target->name),
	                    event_describe(item).text, needed(type.kind));
}

static bool refuse_twice(const struct target *target, struct str twice)
{
	return event_refuse(target->reader, "MAP", "field \"%.*s\" holds the name \"%.*s\" twice",
	                    STR_ARG(target->name), STR_ARG(twice));
}

static bool read_value(const struct target *target, struct type type, struct json_item item, struct value *out);

static bool read_list(const struct target *target, struct type type, struct json_item item, struct value *out)
{
	const struct json_parser *parser = target->reader->parser;
	size_t count = json_count(parser, item), i = 0;
	struct value *items = arena_alloc(target->reader->arena, count * sizeof *items);
	struct json_walk walk;
	struct str name;
	json_walk_init(&walk, parser, item);
	for (; json_next(&walk, &name, &item); i++)
		if (!read_value(target, *type.elem, item, &items[i]))
			return false;
	*out = (struct value){.kind = VALUE_LIST, .size = (int32_t)count, .items = items};
	return true;
}

static bool read_map(const struct target *target, struct type type, struct json_item item, struct value *out)
{
	const struct json_parser *parser = target->reader->parser;
	struct arena *arena = target->reader->arena;
	size_t count = json_count(parser, item), i = 0;
	struct value_entry *entries = arena_alloc(arena, count * sizeof *entries);
	struct json_walk walk;
	struct str name;
	json_walk_init(&walk, parser, item);
	for (; json_next(&walk, &name, &item); i++) {
		entries[i].key = value_str(arena_str(arena, name));
		if (!read_value(target, *type.elem, item, &entries[i].value))
			return false;
	}
	*out = (struct value){.kind = VALUE_MAP, .size = (int32_t)count, .entries = entries};
	return !json_name_twice(entries, count, &name) || refuse_twice(target, name);
}

static bool read_any(const struct target *target, struct json_item item, struct value *out)
{
	struct str twice;
	return json_to_value(target->reader->parser, item, target->reader->arena, out, &twice) ||
	       refuse_twice(target, twice);
}

static bool read_text(struct type type, struct str text, struct arena *arena, struct value *out)
{
	struct duration duration;
	struct date date;
	switch (type.kind) {
	case TYPE_STRING:
		*out = value_str(arena_str(arena, text));
		return true;
	case TYPE_DATE:
		if (!date_parse(text, &date))
			return false;
		*out = value_date(date);
		return true;
	case TYPE_TIMESTAMP:
		return value_timestamp_parse(text, out);
	case TYPE_DURATION:
		if (value_duration_parse(text, out))
			return true;
		if (!duration_parse(text, &duration))
			return false;
		return value_duration_make(duration.ms / 1000, duration.ms % 1000 * INT64_C(1000000), out);
	default:
		return false;
	}
}

/* A number with nothing behind its point counts as whole, as some writers know doubles alone. The bounds are those of
 * 64 bits, both exact as doubles. */
static bool read_int(struct json_item item, struct value *out)
{
	if (item.kind == JSON_INT) {
		*out = value_int(item.i);
		return true;
	}
	if (item.kind != JSON_DOUBLE || !(item.d >= -0x1p63 && item.d < 0x1p63) || item.d != (double)(int64_t)item.d)
		return false;
	*out = value_int((int64_t)item.d);
	return true;
}

static bool read_scalar(struct type type, struct json_item item, struct arena *arena, struct value *out)
{
	switch (type.kind) {
	case TYPE_BOOL:
		*out = value_bool(item.kind == JSON_BOOL && item.b);
		return item.kind == JSON_BOOL;
	case TYPE_INT:
		return read_int(item, out);
	case TYPE_DOUBLE:
		*out = value_double(item.kind == JSON_INT ? (double)item.i : item.d);
		return item.kind == JSON_INT || item.kind == JSON_DOUBLE;
	default:
		return item.kind == JSON_STRING && read_text(type, item.text, arena, out);
	}
}

static bool read_value(const struct target *target, struct type type, struct json_item item, struct value *out)
{
	bool many = type.kind == TYPE_LIST || type.kind == TYPE_MAP;
	if (item.kind == JSON_NULL) {
		*out = value_null();
		return true;
	}
	if (type.kind == TYPE_LIST && item.kind == JSON_LIST)
		return type.elem ? read_list(target, type, item, out) : read_any(target, item, out);
	if (type.kind == TYPE_MAP && item.kind == JSON_OBJECT)
		return type.elem ? read_map(target, type, item, out) : read_any(target, item, out);
	if (type.kind == TYPE_DYN)
		return read_any(target, item, out);
	if (many || !read_scalar(type, item, target->reader->arena, out))
		return refuse_type(target, type, item);
	return true;
}

static bool read_field(const struct event_reader *reader, const struct event_field *field, struct json_item item,
                       struct value *out)
{
	struct target target = {reader, field->name};
	*out = value_absent();
	if (field->required && item.kind <= JSON_NULL)
		return event_refuse(reader, "MAP", "field \"%.*s\" is %s, but it is required", STR_ARG(field->name),
		                    item.kind == JSON_NONE ? "missing" : "null");
	return item.kind == JSON_NONE || read_value(&target, field->type, item, out);
}

bool event_read_fields(const struct event_reader *reader, const struct event_type *type, struct json_item data,
                       const struct value **out)
{
	size_t count = type->field_count;
	struct value *values = arena_alloc(reader->arena, count * sizeof *values);
	struct json_item *items = arena_zalloc(reader->arena, count * sizeof *items);
	const struct event_paths *paths = type->paths;
	struct str twice;
	if (!paths)
		paths = event_paths_of(type->fields, count, reader->arena);
	if (data.kind == JSON_OBJECT && !event_pick(reader->parser, data, paths, items, &twice))
		return event_refuse(reader, "MAP", "field \"%.*s\" stands twice", STR_ARG(twice));
	for (size_t i = 0; i < count; i++)
		if (!read_field(reader, &type->fields[i], items[i], &values[i]))
			return false;
	*out = values;
	return true;
}
