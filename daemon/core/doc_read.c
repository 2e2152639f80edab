/* SPDX-License-Identifier: Apache-2.0 */
/* Walking a map by its table: unknown keys, missing keys, lists and maps. Scalars are read by doc_value.c. */
#include "core/doc_value.h"

#include <assert.h>

enum { TABLE_MAX = 128 }; /* keys that suggestions look at */

bool doc_expect(struct doc_reader *reader, const struct doc *doc, enum doc_kind kind, const char *what)
{
	static const char *const names[] = {"a text", "a list", "a map"};
	if (doc->kind == kind && !doc_null(doc))
		return true;
	struct diag *diag;
	if (what)
		diag = diag_add(reader->diags, DIAG_ERROR, DIAG_WRONG_KIND, doc->range, "%s needs %s, this is %s", what,
		                names[kind], doc_value_called(doc));
	else
		diag = diag_add(reader->diags, DIAG_ERROR, DIAG_WRONG_KIND, doc->range, "%s is needed here, this is %s",
		                names[kind], doc_value_called(doc));
	if (kind == DOC_LIST && doc->kind == DOC_MAP)
		diag_hint(reader->diags, diag, "begin each entry with \"- \"");
	if (kind == DOC_MAP && doc->kind == DOC_LIST && doc->range.file &&
	    doc->range.file->text.ptr[doc->range.from] == '-')
		diag_hint(reader->diags, diag, "write the keys without \"- \"");
	if (kind == DOC_LIST && doc->kind == DOC_SCALAR && doc->text.len && doc->text.len < 60 &&
	    !memchr(doc->text.ptr, '[', doc->text.len) && !memchr(doc->text.ptr, ']', doc->text.len))
		diag_hint(reader->diags, diag, "write [%.*s]", STR_ARG(doc->text));
	return false;
}

static bool wrong_kind(struct doc_reader *reader, const struct doc *doc, const struct field *field)
{
	struct diag *diag =
	        diag_add(reader->diags, DIAG_ERROR, DIAG_WRONG_KIND, doc->range, "%s is needed here, this is %s",
	                 doc_value_wanted(field->kind), doc_value_called(doc));
	if (doc->kind == DOC_LIST && doc->count == 1 && doc->items[0]->kind == DOC_SCALAR)
		diag_hint(reader->diags, diag, "write it without the brackets");
	else if (field->kind == FIELD_DURATION)
		diag_hint(reader->diags, diag, "write 3d, 12h, 90m or 1d12h");
	return false;
}

/* A map, or a text where the map has one key that must be there: { event: purchase } is likely what was meant. */
static bool read_struct(struct doc_reader *reader, const struct doc *doc, const struct field *fields, void *out)
{
	const struct field *only = NULL;
	size_t required = 0;
	if (doc_expect(reader, doc, DOC_MAP, NULL))
		return doc_read(reader, doc, fields, out);
	for (const struct field *field = fields; field->key; field++)
		if (field->required && ++required == 1)
			only = field;
	struct diag *diag = &reader->diags->items[reader->diags->count - 1];
	if (doc->kind == DOC_SCALAR && doc->text.len && doc->text.len < 60 && required == 1)
		diag_hint(reader->diags, diag, "write { %s: %.*s }", only->key, STR_ARG(doc->text));
	return false;
}

static bool read_structs(struct doc_reader *reader, const struct doc *doc, const struct field *field,
                         struct field_list *out)
{
	bool ok = true;
	if (!doc_expect(reader, doc, DOC_LIST, NULL))
		return false;
	char *items = arena_zalloc(reader->arena, doc->count * field->size);
	for (size_t i = 0; i < doc->count; i++)
		ok &= read_struct(reader, doc->items[i], field->fields, items + i * field->size);
	*out = (struct field_list){items, doc->count};
	return ok;
}

static bool read_names(struct doc_reader *reader, const struct doc *doc, const struct field *field,
                       struct field_list *out)
{
	struct field one = *field;
	one.kind = FIELD_NAME;
	bool list = doc->kind == DOC_LIST, ok = true;
	if (doc->kind == DOC_MAP || doc_null(doc))
		return wrong_kind(reader, doc, field);
	size_t count = list ? doc->count : 1;
	struct str *names = arena_zalloc(reader->arena, count * sizeof *names);
	for (size_t i = 0; i < count; i++)
		ok &= doc_read_value(reader, list ? doc->items[i] : doc, &one, &names[i]);
	*out = (struct field_list){names, count};
	return ok;
}

bool doc_read_value(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out)
{
	switch (field->kind) {
	case FIELD_DOC:
		*(const struct doc **)out = doc;
		return true;
	case FIELD_STRUCT:
		return read_struct(reader, doc, field->fields, out);
	case FIELD_STRUCTS:
		return read_structs(reader, doc, field, out);
	case FIELD_NAMES:
		return read_names(reader, doc, field, out);
	default:
		if (doc->kind != DOC_SCALAR || doc_null(doc))
			return wrong_kind(reader, doc, field);
		return doc_value_read(reader, doc, field, out);
	}
}

/* A default is written in the table as a user would write it, and read in the same way; a wrong one is a mistake of
 * the table. The structs of an absent map get their own defaults. */
static void read_fallback(struct doc_reader *reader, const struct field *field, char *out)
{
	if (field->kind == FIELD_STRUCT && !field->fallback) {
		for (const struct field *inner = field->fields; inner->key; inner++)
			read_fallback(reader, inner, out + field->offset);
		return;
	}
	if (!field->fallback)
		return;
	struct doc *doc = arena_zalloc(reader->arena, sizeof *doc);
	doc->kind = DOC_SCALAR;
	doc->text = str_from(field->fallback);
	doc->plain = field->kind != FIELD_STR;
	bool ok = doc_read_value(reader, doc, field, out + field->offset);
	assert(ok);
	(void)ok;
}

/* The beginning of a map: its bracket, or its first key. */
static struct diag_range start_of(const struct doc *map)
{
	struct diag_range range = {map->range.file, map->range.from, map->range.from};
	if (map->count && map->pairs[0].key->range.from == map->range.from)
		range.to = map->pairs[0].key->range.to;
	else if (map->range.to > map->range.from)
		range.to = map->range.from + 1;
	return range;
}

static size_t table_names(const struct field *fields, struct str *names, size_t max)
{
	size_t count = 0;
	for (; fields[count].key && count < max; count++)
		names[count] = str_from(fields[count].key);
	return count;
}

static bool table_has(const struct field *fields, struct str key)
{
	for (; fields->key; fields++)
		if (str_eq(key, str_from(fields->key)))
			return true;
	return false;
}

/* { channel email } and { channel; email }: the field whose key begins the words; NULL when it is something else. */
static const struct field *lacks_colon(const struct doc_pair *pair, const struct field *fields)
{
	struct str key = pair->key->text;
	for (; fields->key && doc_null(pair->value); fields++) {
		size_t len = strlen(fields->key);
		if (key.len > len && str_starts(key, str_from(fields->key)) && strchr(" ;=", key.ptr[len]))
			return fields;
	}
	return NULL;
}

/* Whether an unknown key was reported of which this one is the likely meaning: one mistake is told once. */
static bool misspelt(const struct doc *map, const struct field *fields, const struct field *field)
{
	struct str names[TABLE_MAX];
	size_t count = table_names(fields, names, TABLE_MAX);
	for (size_t i = 0; i < map->count; i++) {
		struct str key = map->pairs[i].key->text;
		const struct str *near = table_has(fields, key) ? NULL : diag_nearest(key, names, count);
		if (near && str_eq(*near, str_from(field->key)))
			return true;
		if (lacks_colon(&map->pairs[i], fields) == field)
			return true;
	}
	return false;
}

static void report_missing(struct doc_reader *reader, const struct doc *map, const struct field *field)
{
	struct diag *diag = diag_add(reader->diags, DIAG_ERROR, DIAG_MISSING_KEY, start_of(map),
	                             "the key \"%s\" is missing", field->key);
	if (field->about)
		diag_hint(reader->diags, diag, "%s: %s", field->key, field->about);
}

static bool read_field(struct doc_reader *reader, const struct doc *map, const struct field *field, char *out)
{
	const struct doc *value = doc_get(map, str_from(field->key));
	if (!value) {
		read_fallback(reader, field, out);
		return !field->required;
	}
	if (field->seen)
		*(bool *)(out + field->seen - 1) = true;
	return doc_read_value(reader, value, field, out + field->offset);
}

static void report_unknown(struct doc_reader *reader, const struct doc *key, const struct field *fields)
{
	struct str names[TABLE_MAX];
	size_t count = table_names(fields, names, TABLE_MAX);
	struct diag *diag = diag_add(reader->diags, DIAG_ERROR, DIAG_UNKNOWN_KEY, key->range, "unknown key \"%.*s\"",
	                             STR_ARG(key->text));
	diag_suggest(reader->diags, diag, key->text, names, count, "keys");
}

static void report_colon(struct doc_reader *reader, const struct doc *words, const struct field *field)
{
	struct diag_range key = words->range;
	if (key.to > key.from + strlen(field->key))
		key.to = key.from + (uint32_t)strlen(field->key);
	diag_hint(reader->diags,
	          diag_add(reader->diags, DIAG_ERROR, DIAG_UNKNOWN_KEY, key, "a \":\" is missing behind this key"),
	          "write \"%s: \" and the value", field->key);
}

bool doc_read(struct doc_reader *reader, const struct doc *map, const struct field *fields, void *out)
{
	bool ok = true;
	if (!doc_expect(reader, map, DOC_MAP, NULL))
		return false;
	for (size_t i = 0; i < map->count; i++)
		if (!table_has(fields, map->pairs[i].key->text)) {
			const struct field *meant = lacks_colon(&map->pairs[i], fields);
			if (meant)
				report_colon(reader, map->pairs[i].key, meant);
			else if (doc_cut(&map->pairs[i]))
				doc_cut_report(&map->pairs[i], reader->diags);
			else
				report_unknown(reader, map->pairs[i].key, fields);
			ok = false;
		}
	for (const struct field *field = fields; field->key; field++) {
		ok &= read_field(reader, map, field, out);
		if (field->required && !doc_get(map, str_from(field->key)) && !misspelt(map, fields, field))
			report_missing(reader, map, field);
	}
	return ok;
}
