/* SPDX-License-Identifier: Apache-2.0 */
/* Values of events, profiles and expected data, between YAML and the engine. */
#include "core/story/story_parts.h"

#include <math.h>
#include <stdlib.h>

/* Room for whatever a scalar is read into. */
union scalar {
	bool b;
	int64_t i;
	double d;
	struct str text;
	struct date date;
	struct instant instant;
	struct duration duration;
};

static const enum field_kind SCALARS[] = {
        [TYPE_BOOL] = FIELD_BOOL,         [TYPE_INT] = FIELD_INT,   [TYPE_DOUBLE] = FIELD_DOUBLE,
        [TYPE_STRING] = FIELD_STR,        [TYPE_DATE] = FIELD_DATE, [TYPE_TIMESTAMP] = FIELD_INSTANT,
        [TYPE_DURATION] = FIELD_DURATION,
};

static struct value scalar_value(enum type_kind kind, const union scalar *scalar)
{
	switch (kind) {
	case TYPE_BOOL:
		return value_bool(scalar->b);
	case TYPE_INT:
		return value_int(scalar->i);
	case TYPE_DOUBLE:
		return value_double(scalar->d);
	case TYPE_DATE:
		return value_date(scalar->date);
	case TYPE_TIMESTAMP:
		return value_instant(scalar->instant);
	case TYPE_DURATION:
		return value_duration(scalar->duration);
	default:
		return value_str(scalar->text);
	}
}

static bool read_scalar(struct doc_reader *reader, const struct doc *doc, enum type_kind kind, struct value *out)
{
	struct field field = {.key = "value", .kind = SCALARS[kind]};
	union scalar scalar;
	memset(&scalar, 0, sizeof scalar);
	if (!doc_read_value(reader, doc, &field, &scalar))
		return false;
	*out = scalar_value(kind, &scalar);
	return true;
}

static bool read_list(struct doc_reader *reader, const struct doc *doc, struct type elem, struct value *out)
{
	if (!doc_expect(reader, doc, DOC_LIST, "a list"))
		return false;
	struct value *items = arena_zalloc(reader->arena, (doc->count + 1) * sizeof *items);
	bool right = true;
	for (size_t i = 0; i < doc->count; i++)
		right &= story_value_read(reader, doc->items[i], elem, &items[i]);
	*out = (struct value){.kind = VALUE_LIST, .size = (int32_t)doc->count, .items = items};
	return right;
}

static bool read_map(struct doc_reader *reader, const struct doc *doc, struct type elem, struct value *out)
{
	if (!doc_expect(reader, doc, DOC_MAP, "a map"))
		return false;
	struct value_entry *entries = arena_zalloc(reader->arena, (doc->count + 1) * sizeof *entries);
	bool right = true;
	for (size_t i = 0; i < doc->count; i++) {
		entries[i].key = value_str(doc->pairs[i].key->text);
		right &= story_value_read(reader, doc->pairs[i].value, elem, &entries[i].value);
	}
	*out = (struct value){.kind = VALUE_MAP, .size = (int32_t)doc->count, .entries = entries};
	return right;
}

/* The number that the whole text is. */
static bool text_number(struct str text, double *out)
{
	char copy[64], *end;
	if (text.len == 0 || text.len >= sizeof copy)
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	if (strspn(copy, "+-.0123456789eE") < text.len)
		return false;
	*out = strtod(copy, &end);
	return *end == '\0';
}

/* By the core schema: what looks like a bool or a number without quotes is one. */
static struct value plain_value(const struct doc *doc)
{
	double number;
	if (!doc->plain)
		return value_str(doc->text);
	if (str_eq(doc->text, STR("true")) || str_eq(doc->text, STR("false")))
		return value_bool(doc->text.len == 4);
	if (!text_number(doc->text, &number))
		return value_str(doc->text);
	if (number == trunc(number) && fabs(number) < 9e15 && !memchr(doc->text.ptr, '.', doc->text.len))
		return value_int((int64_t)number);
	return value_double(number);
}

static bool read_any(struct doc_reader *reader, const struct doc *doc, struct value *out)
{
	struct type any = {TYPE_DYN, NULL};
	if (doc->kind == DOC_LIST)
		return read_list(reader, doc, any, out);
	if (doc->kind == DOC_MAP)
		return read_map(reader, doc, any, out);
	*out = plain_value(doc);
	return true;
}

bool story_value_read(struct doc_reader *reader, const struct doc *doc, struct type type, struct value *out)
{
	struct type elem = type.elem ? *type.elem : (struct type){TYPE_DYN, NULL};
	if (doc_null(doc)) {
		*out = value_null();
		return true;
	}
	switch (type.kind) {
	case TYPE_LIST:
		return read_list(reader, doc, elem, out);
	case TYPE_MAP:
		return read_map(reader, doc, elem, out);
	case TYPE_DYN:
	case TYPE_NULL:
		return read_any(reader, doc, out);
	default:
		return read_scalar(reader, doc, type.kind, out);
	}
}

/* ---- comparing ---- */

static bool scalar_is(const struct doc *doc, struct value value)
{
	double number;
	if (value.kind == VALUE_INT || value.kind == VALUE_DOUBLE)
		return text_number(doc->text, &number) &&
		       number == (value.kind == VALUE_INT ? (double)value.i : value.d);
	struct instant instant;
	if (value.kind == VALUE_TIMESTAMP)
		return instant_parse(doc->text, &instant) && instant.ms == value_to_instant(value).ms;
	struct buf text = {0};
	value_print(value, &text);
	bool same = str_eq(buf_view(&text), doc->text);
	buf_release(&text);
	return same;
}

static bool list_is(const struct doc *doc, struct value value)
{
	if (value.kind != VALUE_LIST || (size_t)value.size != doc->count)
		return false;
	for (size_t i = 0; i < doc->count; i++)
		if (!story_value_is(doc->items[i], value.items[i]))
			return false;
	return true;
}

static bool map_is(const struct doc *doc, struct value value)
{
	if (value.kind != VALUE_MAP || (size_t)value.size != doc->count)
		return false;
	for (int32_t i = 0; i < value.size; i++) {
		struct value key = value.entries[i].key;
		const struct doc *wanted = key.kind == VALUE_STRING ? doc_get(doc, value_text(key)) : NULL;
		if (!wanted || !story_value_is(wanted, value.entries[i].value))
			return false;
	}
	return true;
}

bool story_value_is(const struct doc *doc, struct value value)
{
	if (value.kind == VALUE_NULL || doc_null(doc))
		return value.kind == VALUE_NULL && doc_null(doc);
	if (doc->kind == DOC_LIST)
		return list_is(doc, value);
	if (doc->kind == DOC_MAP)
		return map_is(doc, value);
	return scalar_is(doc, value);
}
