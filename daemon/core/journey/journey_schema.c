/* SPDX-License-Identifier: Apache-2.0 */
/* One row per kind of file; and one row per thing that the tables leave to code. */
#include "core/journey/journey_schema.h"

#include "core/base/json_write.h"
#include "core/journey/journey_fields.h"
#include "core/rules/rules_fields.h"

static const struct journey_schema SCHEMAS[] = {
        {"journey", "journeys/**/NAME.journey.yaml: one journey.", JOURNEY_FIELDS},
        {"event", "rules/**/*.yaml: an event's declaration.", EVENT_FIELDS},
        {"profile", "rules/**/*.yaml: the attributes of a customer.", PROFILE_FIELDS},
        {"traits", "rules/**/*.yaml: values computed from events.", TRAITS_FIELDS},
        {"segment", "rules/**/*.yaml: named cases of customers.", SEGMENT_FIELDS},
        {"tables", "rules/**/*.yaml: parameters by key.", TABLES_FIELDS},
        {"topics", "rules/**/*.yaml: a tree of topics.", TOPICS_FIELDS},
        {"opening_hours", "rules/**/*.yaml: when places are open.", OPENING_HOURS_FIELDS},
        {"templates", "rules/**/*.yaml: the templates that exist.", TEMPLATES_FIELDS},
        {"contact_policy", "rules/**/*.yaml: what protects customers from too much.", CONTACT_POLICY_FIELDS},
        {"limits", "rules/**/*.yaml: bounds and defaults of the engine.", LIMITS_FIELDS},
};
enum { SCHEMA_COUNT = sizeof(SCHEMAS) / sizeof(SCHEMAS[0]) };

const struct journey_schema *journey_schema_all(size_t *count)
{
	*count = SCHEMA_COUNT;
	return SCHEMAS;
}

const struct journey_schema *journey_schema_find(struct str name)
{
	for (size_t i = 0; i < SCHEMA_COUNT; i++)
		if (str_eq(str_from(SCHEMAS[i].name), name))
			return &SCHEMAS[i];
	return NULL;
}

/* ---- what FIELD_DOC takes, by its note ---- */

#define SCALAR "\"type\":[\"string\",\"number\",\"boolean\"]"

/* A comma unless the schema's first member is about to be written. */
static void members(struct buf *out, const char *text)
{
	if (out->len && out->ptr[out->len - 1] != '{')
		buf_char(out, ',');
	buf_str(out, str_from(text));
}

static void print_text(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, SCALAR);
}

static void print_name(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"string\"");
}

static void print_names(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"array\",\"items\":{\"type\":\"string\"}");
}

static void print_texts(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\",\"additionalProperties\":{" SCALAR "}");
}

/* A type, its long form, or a map of further fields. */
static void print_fields(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\",\"additionalProperties\":{\"type\":[\"string\",\"object\"]}");
}

static void print_maps(const struct field *field, struct buf *out)
{
	members(out, "\"type\":\"object\",\"additionalProperties\":");
	doc_schema_print(&JOURNEY_SCHEMA, field->fields, out);
}

static void print_offsets(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\",\"propertyNames\":{\"pattern\":\"^[0-9P]\"},"
	             "\"additionalProperties\":{\"type\":\"string\"}");
}

static void print_name_map(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}");
}

static void print_short_or_long(const struct field *field, struct buf *out)
{
	if (!field->fields) {
		print_name(field, out);
		return;
	}
	members(out, "\"anyOf\":[{\"type\":\"string\"},");
	doc_schema_print(&JOURNEY_SCHEMA, field->fields, out);
	buf_char(out, ']');
}

/* An event's name, several, or a map from name to what is taken of it. */
static void print_events(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"anyOf\":[{\"type\":\"string\"},{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
	             "{\"type\":\"object\",\"additionalProperties\":{\"anyOf\":[{" SCALAR "},");
	doc_schema_print(&JOURNEY_SCHEMA, TRAIT_SOURCE_FIELDS, out);
	buf_str(out, STR("]}}]"));
}

static void print_map(const struct field *field, struct buf *out)
{
	if (out->len && out->ptr[out->len - 1] != '{')
		buf_char(out, ',');
	buf_str(out, STR("\"allOf\":["));
	doc_schema_print(&JOURNEY_SCHEMA, field->fields, out);
	buf_char(out, ']');
}

static void print_on_cap(const struct field *field, struct buf *out)
{
	members(out, "\"anyOf\":[{\"enum\":[\"skip\",\"defer\",\"exit\"]},");
	doc_schema_print(&JOURNEY_SCHEMA, field->fields, out);
	buf_char(out, ']');
}

static void print_one_or_more(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":[\"string\",\"array\"],\"items\":{\"type\":\"string\"}");
}

static void print_object(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\"}");
}

static void print_templates(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"anyOf\":[{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
	             "{\"type\":\"object\",\"additionalProperties\":{\"anyOf\":[{\"type\":\"null\"},");
	doc_schema_print(&JOURNEY_SCHEMA, TEMPLATE_FIELDS, out);
	buf_str(out, STR("]}}]"));
}

/* Cases hold cases: what is within a map is not told further. */
static void print_cases(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\",\"additionalProperties\":{\"type\":[\"string\",\"number\",\"boolean\","
	             "\"object\"]}");
}

static void print_numbers(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"array\",\"items\":{\"type\":\"number\"}");
}

static void print_number_map(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\",\"additionalProperties\":{\"type\":\"number\"}");
}

static void print_nodes(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"array\",\"minItems\":1,\"items\":{\"anyOf\":[");
	for (size_t i = 0; NODE_FIELDS[i]; i++) {
		if (i)
			buf_char(out, ',');
		doc_schema_print(&JOURNEY_SCHEMA, NODE_FIELDS[i], out);
	}
	buf_str(out, STR("]}"));
}

/* Nodes below nodes are checked by `check`; a schema that holds itself would help nobody to write. */
static void print_branch(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":[\"string\",\"array\"]");
}

static void print_values(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\",\"additionalProperties\":{\"type\":[\"string\",\"number\",\"boolean\","
	             "\"array\"]}");
}

static void print_wait(const struct field *field, struct buf *out)
{
	static const struct field *const FORMS[] = {WAIT_DAYS_FIELDS, WAIT_TIME_FIELDS, WAIT_DATE_FIELDS};
	(void)field;
	members(out, "\"anyOf\":[{\"type\":\"string\"}");
	for (size_t i = 0; i < sizeof(FORMS) / sizeof(FORMS[0]); i++) {
		buf_char(out, ',');
		doc_schema_print(&JOURNEY_SCHEMA, FORMS[i], out);
	}
	buf_char(out, ']');
}

static void print_entry(const struct field *field, struct buf *out)
{
	static const struct field *const FORMS[] = {ENTRY_FIELDS, YEARLY_FIELDS, ENTRY_SEGMENT_FIELDS,
	                                            ENTRY_JOURNEYS_FIELDS};
	(void)field;
	members(out, "\"anyOf\":[");
	for (size_t i = 0; i < sizeof(FORMS) / sizeof(FORMS[0]); i++) {
		if (i)
			buf_char(out, ',');
		doc_schema_print(&JOURNEY_SCHEMA, FORMS[i], out);
	}
	buf_char(out, ']');
}

static const struct {
	const char *note;
	void (*print)(const struct field *field, struct buf *out);
} NOTES[] = {
        {"expression", print_text},
        {"event", print_name},
        {"events", print_events},
        {"map", print_map},
        {"name or names", print_one_or_more},
        {"map of maps", print_object},
        {"list of numbers", print_numbers},
        {"map of numbers", print_number_map},
        {"zone", print_name},
        {"template", print_name},
        {"type", print_name},
        {"segment", print_short_or_long},
        {"list of names", print_names},
        {"templates", print_templates},
        {"map of cases", print_cases},
        {"map of names", print_name_map},
        {"map of expressions", print_texts},
        {"map of fields", print_fields},
        {"map of traits", print_maps},
        {"map of durations", print_offsets},
        {"nodes", print_nodes},
        {"on_cap", print_on_cap},
        {"branch", print_branch},
        {"map of values", print_values},
        {"day or moment", print_name},
        {"percentage", print_name},
        {"entry", print_entry},
        {"signed duration", print_name},
        {"wait", print_wait},
        {"node", print_short_or_long},
};

static bool extend(void *arg, const struct field *field, struct buf *out)
{
	(void)arg;
	for (size_t i = 0; field->note && i < sizeof(NOTES) / sizeof(NOTES[0]); i++) {
		if (strcmp(NOTES[i].note, field->note) != 0)
			continue;
		NOTES[i].print(field, out);
		return true;
	}
	return false;
}

const struct doc_schema JOURNEY_SCHEMA = {.extend = extend};
