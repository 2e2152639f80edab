/* SPDX-License-Identifier: Apache-2.0 */
/* `where:` and the days on which a journey takes people in: conditions that need no expression. */
#include "core/doc_time.h"
#include "core/journey/journey_compile.h"

/* Room for whatever a scalar is read into. */
union scalar {
	bool b;
	int64_t i;
	double d;
	struct str text;
	struct date date;
};

static bool scalar_compile(struct journey_build *build, const struct doc *doc, enum type_kind kind, struct value *out)
{
	static const enum field_kind KINDS[] = {
	        [TYPE_BOOL] = FIELD_BOOL,  [TYPE_INT] = FIELD_INT,   [TYPE_DOUBLE] = FIELD_DOUBLE,
	        [TYPE_STRING] = FIELD_STR, [TYPE_DATE] = FIELD_DATE,
	};
	struct field field = {.key = "value", .kind = KINDS[kind]};
	union scalar scalar;
	memset(&scalar, 0, sizeof(scalar));
	if (!doc_read_value(&build->compiler->reader, doc, &field, &scalar))
		return false;
	switch (kind) {
	case TYPE_BOOL:
		*out = value_bool(scalar.b);
		return true;
	case TYPE_INT:
		*out = value_int(scalar.i);
		return true;
	case TYPE_DOUBLE:
		*out = value_double(scalar.d);
		return true;
	case TYPE_DATE:
		*out = value_date(scalar.date);
		return true;
	default:
		*out = value_str(scalar.text);
		return true;
	}
}

static bool comparable(enum type_kind kind)
{
	return kind == TYPE_BOOL || kind == TYPE_INT || kind == TYPE_DOUBLE || kind == TYPE_STRING || kind == TYPE_DATE;
}

static void values_compile(struct journey_build *build, const struct doc *doc, enum type_kind kind,
                           struct entry_where *out)
{
	bool list = doc->kind == DOC_LIST;
	size_t count = list ? doc->count : 1;
	struct value *values = arena_zalloc(build->compiler->reader.arena, (count + 1) * sizeof(*values));
	for (size_t i = 0; i < count; i++)
		scalar_compile(build, list ? doc->items[i] : doc, kind, &values[i]);
	out->values = values;
	out->count = count;
	if (count == 0)
		diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_EMPTY, doc->range,
		         "an empty list lets nobody in");
}

const struct event_field *journey_field_find(struct journey_build *build, const struct event_type *event,
                                             const struct doc *key)
{
	struct diag_list *diags = build->compiler->reader.diags;
	struct str *names = arena_alloc(diags->arena, (event->field_count + 1) * sizeof(*names));
	for (size_t i = 0; i < event->field_count; i++) {
		names[i] = event->fields[i].name;
		if (str_eq(names[i], key->text))
			return &event->fields[i];
	}
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_EXPR_NAME, key->range,
	                             "event \"%.*s\" has no field \"%.*s\"", STR_ARG(event->name), STR_ARG(key->text));
	diag_suggest(diags, diag, key->text, names, event->field_count, "fields");
	return NULL;
}

static void pair_compile(struct journey_build *build, const struct doc_pair *pair, struct entry_where *out)
{
	const struct event_field *field = journey_field_find(build, build->journey->entry, pair->key);
	if (!field)
		return;
	out->slot = (uint16_t)(field - build->journey->entry->fields);
	if (comparable(field->type.kind)) {
		values_compile(build, pair->value, field->type.kind, out);
		return;
	}
	struct buf type = {0};
	type_print(field->type, &type);
	struct diag_list *diags = build->compiler->reader.diags;
	diag_hint(diags,
	          diag_add(diags, DIAG_ERROR, DIAG_BAD_TYPE, pair->key->range,
	                   "`where` cannot compare a field of type %.*s", STR_ARG(buf_view(&type))),
	          "say it with `when:`");
	buf_release(&type);
}

void journey_where_compile(struct journey_build *build, const struct doc *map)
{
	struct journey *journey = build->journey;
	if (!map || !journey->entry || !doc_expect(&build->compiler->reader, map, DOC_MAP, "where"))
		return;
	struct entry_where *where = arena_zalloc(build->compiler->reader.arena, (map->count + 1) * sizeof(*where));
	for (size_t i = 0; i < map->count; i++)
		pair_compile(build, &map->pairs[i], &where[i]);
	journey->where = where;
	journey->where_count = map->count;
}

/* ---- starts, ends ---- */

struct day_or_moment {
	bool is_day;
	struct date day;
	struct instant moment;
};

static bool day_or_moment_read(struct journey_build *build, const struct doc *doc, struct day_or_moment *out)
{
	struct diag_list *diags = build->compiler->reader.diags;
	if (!doc || !doc_expect(&build->compiler->reader, doc, DOC_SCALAR, "a day"))
		return false;
	out->is_day = date_parse(doc->text, &out->day);
	if (out->is_day || instant_parse(doc->text, &out->moment))
		return true;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, doc->range,
	                             "\"%.*s\" is neither a day nor a moment", STR_ARG(doc->text));
	diag->hint = doc_time_other_date(diags->arena, doc->text);
	if (!diag->hint.len)
		diag_hint(diags, diag, "write 2026-05-10, or 2026-05-10T09:00:00Z");
	return false;
}

void journey_dates_compile(struct journey_build *build, const struct journey_source *source)
{
	struct journey *journey = build->journey;
	struct day_or_moment starts = {0}, ends = {0};
	journey->starts = INSTANT_NONE;
	journey->ends = INSTANT_NEVER;
	bool has_starts = day_or_moment_read(build, source->starts, &starts);
	bool has_ends = day_or_moment_read(build, source->ends, &ends);
	journey->has_starts_on = has_starts && starts.is_day;
	journey->has_ends_on = has_ends && ends.is_day;
	journey->starts_on = starts.day;
	journey->ends_on = ends.day;
	if (has_starts && !starts.is_day)
		journey->starts = starts.moment;
	if (has_ends && !ends.is_day)
		journey->ends = ends.moment;
	bool never = journey->has_starts_on && journey->has_ends_on ? ends.day.days < starts.day.days
	                                                            : journey->ends.ms <= journey->starts.ms;
	if (has_starts && has_ends && never)
		diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_CONFLICT, source->ends->range,
		         "the journey ends before it starts");
}
