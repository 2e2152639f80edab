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
#define NAME "\"type\":\"string\",\"minLength\":1"
#define DURATION "([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?|P[0-9A-Z]+"

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
	members(out, NAME);
}

static void print_signed_duration(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"string\",\"pattern\":\"^[+-]?(?=[0-9P])(" DURATION ")$\"");
}

static void print_day_or_moment(const struct field *field, struct buf *out)
{
	(void)field;
	members(out,
	        "\"type\":\"string\",\"pattern\":\"^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9:.]+([Zz]|[+-][0-9:]+))?$\"");
}

static void print_percentage(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"string\",\"pattern\":\"^(100|[0-9]{1,2})([.][0-9]{0,2})?%$\"");
}

static void print_names(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"array\",\"items\":{" NAME "}");
}

static void print_weekdays(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"array\",\"minItems\":1,\"items\":{"
	             "\"enum\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\",\"sat\",\"sun\"]}");
}

static void print_texts(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\",\"additionalProperties\":{" SCALAR "}");
}

static bool row_of(const struct field *table, const struct field *row)
{
	for (; table->key; table++)
		if (table == row)
			return true;
	return false;
}

/* A type, its long form, or a map of further fields: told apart by shape, so that a mistake is told of the form that
 * was meant. */
static void print_fields(const struct field *field, struct buf *out)
{
	members(out, "\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":{"
	             "\"if\":{\"type\":\"object\",\"required\":[\"type\"]},\"then\":");
	doc_schema_print(&JOURNEY_SCHEMA, field->fields, out);
	buf_printf(out,
	           ",\"else\":{\"type\":[\"string\",\"object\"],"
	           "\"pattern\":\"^(bool|int|double|number|string|date|timestamp|duration|any|(list|map) *<.+>)$\","
	           "\"minProperties\":1,\"additionalProperties\":{\"$ref\":\"#/properties/%s/additionalProperties\"}}}",
	           row_of(ENTRY_JOURNEYS_FIELDS, field) ? "entry/then/properties/fields" : field->key);
}

static void print_maps(const struct field *field, struct buf *out)
{
	members(out, "\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":");
	doc_schema_print(&JOURNEY_SCHEMA, field->fields, out);
}

static void print_offsets(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\",\"propertyNames\":{\"pattern\":\"^(?=[0-9P])(" DURATION ")$\"},"
	             "\"additionalProperties\":{" NAME "}");
}

static void print_name_map(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\",\"additionalProperties\":{" NAME "}");
}

static void print_short_or_long(const struct field *field, struct buf *out)
{
	if (!field->fields) {
		print_name(field, out);
		return;
	}
	members(out, "\"if\":{\"type\":\"object\"},\"then\":");
	doc_schema_print(&JOURNEY_SCHEMA, field->fields, out);
	buf_str(out, STR(",\"else\":{" NAME "}"));
}

/* An event's name, several, or a map from name to what is taken of it. */
static void print_events(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":[\"string\",\"array\",\"object\"],\"minLength\":1,\"minItems\":1,\"minProperties\":1,"
	             "\"items\":{" NAME "},\"additionalProperties\":{\"if\":{\"type\":\"object\"},\"then\":");
	doc_schema_print(&JOURNEY_SCHEMA, TRAIT_SOURCE_FIELDS, out);
	buf_str(out, STR(",\"else\":{" SCALAR "}}"));
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
	members(out, "\"if\":{\"type\":\"object\"},\"then\":");
	doc_schema_print(&JOURNEY_SCHEMA, field->fields, out);
	buf_str(out, STR(",\"else\":{\"enum\":[\"skip\",\"defer\",\"exit\"]}"));
}

static void print_one_or_more(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":[\"string\",\"array\"],\"minLength\":1,\"items\":{" NAME "}");
}

static void print_object(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\",\"minProperties\":1,"
	             "\"additionalProperties\":{\"type\":\"object\",\"minProperties\":1}");
}

static void print_templates(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":[\"array\",\"object\"],\"minItems\":1,\"minProperties\":1,\"items\":{" NAME "},"
	             "\"additionalProperties\":{\"if\":{\"type\":\"object\"},\"then\":");
	doc_schema_print(&JOURNEY_SCHEMA, TEMPLATE_FIELDS, out);
	buf_str(out, STR(",\"else\":{\"type\":\"null\"}}"));
}

/* Cases hold cases, which have the form of those at the top. */
static void print_cases(const struct field *field, struct buf *out)
{
	if (row_of(CASE_FIELDS, field)) {
		members(out, "\"allOf\":[{\"$ref\":\"#/properties/cases\"}]");
		return;
	}
	members(out, "\"type\":\"object\",\"minProperties\":1,\"propertyNames\":{\"pattern\":\"^[A-Za-z0-9_./+-]+$\"},"
	             "\"additionalProperties\":{\"if\":{\"type\":\"object\"},\"then\":");
	doc_schema_print(&JOURNEY_SCHEMA, CASE_FIELDS, out);
	buf_str(out, STR(",\"else\":{" SCALAR "}}"));
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

/* The key by which a form is known: the first that it must have. */
static const struct field *form_key(const struct field *form)
{
	while (form->key && !form->required)
		form++;
	return form;
}

/* What editors offer where no form is chosen yet. */
static void print_form_keys(const struct field *const *forms, struct buf *out)
{
	members(out, "\"properties\":{");
	for (size_t i = 0; forms[i]; i++) {
		const struct field *key = form_key(forms[i]);
		json_key(out, key->key);
		buf_char(out, '{');
		json_key(out, "description");
		json_str(out, str_from(key->about));
		buf_char(out, '}');
	}
	buf_char(out, '}');
}

/* Forms told apart by their keys, one `if` within the `else` of the other; what has none of the keys is judged by
 * `otherwise`, an object schema's members. */
static void print_forms(const struct field *const *forms, const char *otherwise, struct buf *out)
{
	size_t count = 0;
	print_form_keys(forms, out);
	for (; forms[count]; count++) {
		buf_printf(out, ",\"if\":{\"required\":[\"%s\"]},\"then\":", form_key(forms[count])->key);
		doc_schema_print(&JOURNEY_SCHEMA, forms[count], out);
		buf_str(out, STR(",\"else\":{\"type\":\"object\""));
	}
	buf_str(out, str_from(otherwise));
	for (size_t i = 0; i < count; i++)
		buf_char(out, '}');
}

static void print_node_forms(struct buf *out)
{
	struct buf none = {0};
	buf_str(&none, STR(",\"propertyNames\":{\"enum\":[\"name\",\"about\""));
	for (size_t i = 0; NODE_FIELDS[i]; i++)
		buf_printf(&none, ",\"%s\"", form_key(NODE_FIELDS[i])->key);
	buf_str(&none, STR("]},\"anyOf\":["));
	for (size_t i = 0; NODE_FIELDS[i]; i++)
		buf_printf(&none, "%s{\"required\":[\"%s\"]}", i ? "," : "", form_key(NODE_FIELDS[i])->key);
	buf_char(&none, ']');
	buf_char(&none, '\0');
	print_forms(NODE_FIELDS, none.ptr, out);
	buf_release(&none);
}

static void print_nodes(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"array\",\"minItems\":1,\"items\":{");
	print_node_forms(out);
	buf_char(out, '}');
}

static void print_branch(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"if\":{\"type\":\"array\"},\"then\":{\"items\":{\"$ref\":\"#/properties/nodes/items\"}},"
	             "\"else\":{" NAME "}");
}

static void print_values(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\",\"additionalProperties\":{\"type\":[\"string\",\"number\",\"boolean\","
	             "\"array\"]}");
}

static void print_wait(const struct field *field, struct buf *out)
{
	static const struct field *const FORMS[] = {WAIT_DAYS_FIELDS,   WAIT_TIME_FIELDS,      WAIT_DATE_FIELDS,
	                                            WAIT_WINDOW_FIELDS, WAIT_WINDOW_OF_FIELDS, NULL};
	(void)field;
	members(out, "\"if\":{\"type\":\"object\"},\"then\":{");
	print_forms(FORMS, ",\"required\":[\"until\"]", out);
	buf_str(out, STR("},\"else\":{\"type\":\"string\",\"pattern\":\"^(?=[0-9P])(" DURATION ")$\"}"));
}

/* The form that other journeys open comes first: its fields refer to themselves by their place. */
static void print_entry(const struct field *field, struct buf *out)
{
	static const struct field *const FORMS[] = {ENTRY_JOURNEYS_FIELDS, YEARLY_FIELDS, ENTRY_SEGMENT_FIELDS,
	                                            ENTRY_FIELDS, NULL};
	(void)field;
	print_forms(FORMS, ",\"required\":[\"event\"]", out);
}

static void print_list(const struct field *field, struct buf *out)
{
	members(out, "\"type\":\"array\",\"items\":");
	doc_schema_print(&JOURNEY_SCHEMA, field->fields, out);
}

static void print_free(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"object\"");
}

/* What happens in a story: the event's own fields stand beside these. */
static void print_story_events(const struct field *field, struct buf *out)
{
	(void)field;
	members(out, "\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
	             "\"at\":{\"description\":\"When it arrives: +2d from the start, or written out.\"," SCALAR "},"
	             "\"event\":{\"description\":\"The event's name.\"," NAME "},"
	             "\"id\":{\"description\":\"Its id; left out: e1, e2 ... in order.\"," SCALAR "},"
	             "\"about\":{\"description\":\"What it is for, in a sentence.\"," SCALAR "},"
	             "\"fields\":{\"description\":\"Fields whose names are words of the story.\",\"type\":\"object\"}"
	             "},\"required\":[\"at\",\"event\"]}");
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
        {"place", print_name},
        {"template", print_name},
        {"type", print_name},
        {"segment", print_short_or_long},
        {"list of names", print_names},
        {"weekdays", print_weekdays},
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
        {"day or moment", print_day_or_moment},
        {"percentage", print_percentage},
        {"entry", print_entry},
        {"signed duration", print_signed_duration},
        {"wait", print_wait},
        {"node", print_short_or_long},
        {"list of tests", print_list},
        {"list of expectations", print_list},
        {"map of attributes", print_free},
        {"map of data", print_free},
        {"moment", print_text},
        {"word", print_text},
        {"list of events", print_story_events},
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

/* Of these keys exactly one. */
static void print_one_of(struct buf *out, const char *const *keys)
{
	json_key(out, "oneOf");
	for (size_t i = 0; keys[i]; i++)
		buf_printf(out, "%c{\"required\":[\"%s\"]}", i ? ',' : '[', keys[i]);
	buf_char(out, ']');
}

static void together(void *arg, const struct field *fields, struct buf *out)
{
	static const char *const SEGMENT_KEYS[] = {"cases", "path", NULL};
	static const char *const TRAIT_KEYS[] = {
	        "count",      "sum",        "min",      "max",           "average", "first", "last", "last_time",
	        "first_time", "days_since", "distinct", "most_frequent", "value",   "rfm",   "tier", NULL};
	(void)arg;
	if (fields == SEGMENT_FIELDS)
		print_one_of(out, SEGMENT_KEYS);
	else if (fields == TRAIT_FIELDS)
		print_one_of(out, TRAIT_KEYS);
}

const struct doc_schema JOURNEY_SCHEMA = {.extend = extend, .together = together};
