/* SPDX-License-Identifier: Apache-2.0 */
#include "core/doc_schema.h"

#include "core/base/json_write.h"

/* What editors check of a scalar; the reader is stricter (a date must exist). NULL: nothing. */
static const char *const PATTERNS[] = {
        [FIELD_NAME] = "^[A-Za-z0-9_./+-]{1,128}$",
        [FIELD_DURATION] = "^(?=[0-9P])(([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?|P[0-9A-Z]+)$",
        [FIELD_DAYTIME] = "^([01]?[0-9]|2[0-4]):[0-5][0-9](:[0-5][0-9])?$",
        [FIELD_DATE] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        [FIELD_INSTANT] =
                "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$",
        [FIELD_NAMES] = "^[A-Za-z0-9_./+-]{1,128}$",
};

static void member(struct buf *out, const char *key, const char *text)
{
	json_key(out, key);
	json_str(out, str_from(text));
}

static void print_bounds(const struct field *field, struct buf *out)
{
	if (!field->min && !field->max)
		return;
	json_key(out, "minimum");
	json_int(out, field->min);
	if (field->max == INT64_MAX)
		return;
	json_key(out, "maximum");
	json_int(out, field->max);
}

static void print_pattern(const struct field *field, struct buf *out)
{
	member(out, "type", "string");
	member(out, "pattern", PATTERNS[field->kind]);
}

static void print_choices(const struct field *field, struct buf *out)
{
	json_key(out, "enum");
	buf_char(out, '[');
	for (size_t i = 0; field->choices[i]; i++) {
		if (i)
			buf_char(out, ',');
		json_str(out, str_from(field->choices[i]));
	}
	buf_char(out, ']');
}

static void print_names(const struct field *field, struct buf *out)
{
	json_key(out, "anyOf");
	buf_str(out, STR("[{"));
	print_pattern(field, out);
	buf_str(out, STR("},{"));
	member(out, "type", "array");
	json_key(out, "items");
	buf_char(out, '{');
	print_pattern(field, out);
	buf_str(out, STR("}}]"));
}

static void print_size(struct buf *out)
{
	json_key(out, "anyOf");
	buf_str(out, STR("[{\"type\":\"integer\",\"minimum\":0},"
	                 "{\"type\":\"string\",\"pattern\":\"^[0-9]+ *([KMGT]i?)?B?$\"}]"));
}

static void print_object(const struct doc_schema *schema, const struct field *fields, struct buf *out);

/* The members that say what a field takes. */
static void print_kind(const struct doc_schema *schema, const struct field *field, struct buf *out)
{
	switch (field->kind) {
	case FIELD_STR: /* any scalar is a text here: 2026, true */
		json_key(out, "type");
		buf_str(out, STR("[\"string\",\"number\",\"boolean\"]"));
		break;
	case FIELD_BOOL:
		member(out, "type", "boolean");
		break;
	case FIELD_INT:
	case FIELD_DOUBLE:
		member(out, "type", field->kind == FIELD_INT ? "integer" : "number");
		print_bounds(field, out);
		break;
	case FIELD_SIZE:
		print_size(out);
		break;
	case FIELD_CHOICE:
		print_choices(field, out);
		break;
	case FIELD_DOC:
		if (schema->extend)
			schema->extend(schema->arg, field, out);
		break;
	case FIELD_STRUCT:
		print_object(schema, field->fields, out);
		break;
	case FIELD_STRUCTS:
		member(out, "type", "array");
		json_key(out, "items");
		doc_schema_print(schema, field->fields, out);
		break;
	case FIELD_NAMES:
		print_names(field, out);
		break;
	default:
		print_pattern(field, out);
	}
}

/* As JSON where the reader takes JSON's own type, else as the text that a user writes. */
static void print_default(const struct field *field, struct buf *out)
{
	if (!field->fallback)
		return;
	json_key(out, "default");
	if (field->kind == FIELD_BOOL || field->kind == FIELD_INT || field->kind == FIELD_DOUBLE)
		buf_str(out, str_from(field->fallback));
	else
		json_str(out, str_from(field->fallback));
}

static void print_description(const struct field *field, struct buf *out)
{
	struct buf text = {0};
	if (field->about)
		buf_str(&text, str_from(field->about));
	if (field->note && strstr(field->note, "expression")) /* the others show in what is offered */
		buf_printf(&text, text.len ? " (%s)" : "%s", field->note);
	if (text.len) {
		json_key(out, "description");
		json_str(out, buf_view(&text));
	}
	buf_release(&text);
}

static void print_required(const struct field *fields, struct buf *out)
{
	bool any = false;
	for (; fields->key; fields++) {
		if (!fields->required)
			continue;
		if (!any) {
			json_key(out, "required");
			buf_char(out, '[');
		} else {
			buf_char(out, ',');
		}
		json_str(out, str_from(fields->key));
		any = true;
	}
	if (any)
		buf_char(out, ']');
}

static void print_object(const struct doc_schema *schema, const struct field *fields, struct buf *out)
{
	member(out, "type", "object");
	json_key(out, "properties");
	buf_char(out, '{');
	for (const struct field *field = fields; field->key; field++) {
		json_key(out, field->key);
		buf_char(out, '{');
		print_description(field, out);
		print_kind(schema, field, out);
		print_default(field, out);
		buf_char(out, '}');
	}
	buf_char(out, '}');
	print_required(fields, out);
	json_key(out, "additionalProperties");
	buf_str(out, STR("false"));
	if (schema->together)
		schema->together(schema->arg, fields, out);
}

void doc_schema_print(const struct doc_schema *schema, const struct field *fields, struct buf *out)
{
	buf_char(out, '{');
	print_object(schema, fields, out);
	buf_char(out, '}');
}

void doc_schema_print_root(const struct doc_schema *schema, const char *title, const struct field *fields,
                           struct buf *out)
{
	buf_char(out, '{');
	member(out, "$schema", "http://json-schema.org/draft-07/schema#");
	member(out, "title", title);
	print_object(schema, fields, out);
	buf_str(out, STR("}\n"));
}
