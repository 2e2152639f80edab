/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/event_json.h"

#include "core/event_paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct type STRING = {TYPE_STRING, NULL}, INT = {TYPE_INT, NULL};

static struct event_field FIELDS[] = {
        {.name = STR("policy_id"), .type = {TYPE_STRING, NULL}, .required = true},
        {.name = STR("expires_on"), .type = {TYPE_DATE, NULL}},
        {.name = STR("car_price"), .type = {TYPE_INT, NULL}},
        {.name = STR("income"), .type = {TYPE_DOUBLE, NULL}},
        {.name = STR("address.city"), .type = {TYPE_STRING, NULL}},
        {.name = STR("seen"), .type = {TYPE_TIMESTAMP, NULL}},
        {.name = STR("length"), .type = {TYPE_DURATION, NULL}},
        {.name = STR("tags"), .type = {TYPE_LIST, &STRING}},
        {.name = STR("counts"), .type = {TYPE_MAP, &INT}},
        {.name = STR("extra"), .type = {TYPE_DYN, NULL}},
        {.name = STR("active"), .type = {TYPE_BOOL, NULL}},
};
enum { FIELD_COUNT = sizeof FIELDS / sizeof *FIELDS };
static struct event_type TYPES[] = {
        {.name = STR("identify"), .index = 0},
        {.name = STR("policy_updated"), .index = 1, .fields = FIELDS, .field_count = FIELD_COUNT},
};
static const struct rules RULES = {.events = TYPES, .event_count = 2};

#define HEAD "{\"id\":\"e1\",\"type\":\"policy_updated\",\"time\":\"2026-01-02T03:04:05.678Z\",\"customer\":\"c1\""

static struct {
	struct arena arena;
	struct decoder *decoder;
	struct event event;
	struct decode_error error;
} t;

static int setup(void **state)
{
	(void)state;
	memset(&t, 0, sizeof t);
	arena_init(&t.arena, 4096);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (t.decoder)
		t.decoder->ops->free(t.decoder);
	arena_release(&t.arena);
	return 0;
}

static enum decode_result decode_record(const struct event_mapping *mapping, const struct record *record)
{
	if (t.decoder)
		t.decoder->ops->free(t.decoder);
	t.decoder = event_json_new(mapping, 1);
	return t.decoder->ops->decode(t.decoder, record, &RULES, &t.arena, &t.event, &t.error);
}

static enum decode_result decode(struct str value)
{
	static const struct event_mapping plain;
	return decode_record(&plain, &(struct record){.origin = {0, 3, 42}, .value = value});
}

static void assert_bad(struct str value, const char *stage, const char *message)
{
	assert_int_equal(decode(value), DECODE_BAD);
	assert_string_equal(t.error.message, message);
	assert_string_equal(t.error.stage, stage);
}

static void assert_fields(const char *json)
{
	struct buf out = {0};
	struct value all = {.kind = VALUE_LIST, .size = FIELD_COUNT, .items = t.event.fields};
	value_print_json(all, &out);
	buf_char(&out, '\0');
	assert_string_equal(out.ptr, json);
	buf_release(&out);
}

static void assert_str(struct str got, const char *want)
{
	assert_int_equal(got.len, strlen(want));
	assert_memory_equal(got.ptr, want, got.len);
}

static void a_plain_event_is_read_with_all_kinds_of_fields(void **state)
{
	(void)state;
	struct str text =
	        STR(HEAD ",\"policy_id\":\"p1\",\"expires_on\":\"2026-05-10\",\"car_price\":3.0,\"income\":7,"
	                 "\"address\":{\"zip\":[1,2],\"city\":\"K\\u00f6ln\"},\"seen\":\"2026-01-02T09:12:44+01:00\","
	                 "\"length\":\"3600s\",\"tags\":[\"a\",null],\"counts\":{\"x\":1},\"extra\":[{\"deep\":[]}],"
	                 "\"active\":true,\"unknown\":{\"policy_id\":1}}");
	assert_int_equal(decode(text), DECODE_EVENT);
	assert_ptr_equal(t.event.type, &TYPES[1]);
	assert_str(t.event.id, "e1");
	assert_str(t.event.customer, "c1");
	assert_int_equal(t.event.time.ms, 1767323045678);
	assert_int_equal(t.event.origin.offset, 42);
	assert_fields("[\"p1\",\"2026-05-10\",3,7.0,\"K\xc3\xb6ln\",\"2026-01-02T08:12:44Z\",\"3600s\",[\"a\",null],"
	              "{\"x\":1},[{\"deep\":[]}],true]");
	assert_int_equal(t.event.fields[2].kind, VALUE_INT);
	assert_int_equal(t.event.fields[3].kind, VALUE_DOUBLE);
}

static void the_event_outlives_the_next_one(void **state)
{
	(void)state;
	struct event first;
	assert_int_equal(decode(STR(HEAD ",\"policy_id\":\"p1\"}")), DECODE_EVENT);
	first = t.event;
	struct str next = STR("{\"id\":\"zz\",\"type\":\"policy_updated\",\"time\":0,\"customer\":\"yy\","
	                      "\"policy_id\":\"xx\"}");
	assert_int_equal(t.decoder->ops->decode(t.decoder, &(struct record){.value = next}, &RULES, &t.arena, &t.event,
	                                        &t.error),
	                 DECODE_EVENT);
	assert_str(first.id, "e1");
	assert_str(first.customer, "c1");
	assert_str(value_text(first.fields[0]), "p1");
}

static void the_table_of_names_changes_nothing_but_the_time(void **state)
{
	(void)state;
	TYPES[1].paths = event_paths_of(FIELDS, FIELD_COUNT, &t.arena);
	assert_int_equal(decode(STR(HEAD ",\"policy_id\":\"p1\",\"address\":{\"city\":\"Rome\"}}")), DECODE_EVENT);
	TYPES[1].paths = NULL;
	assert_str(value_text(t.event.fields[4]), "Rome");
	assert_int_equal(t.event.fields[1].kind, VALUE_ABSENT);
}

static void null_is_null_and_missing_is_absent(void **state)
{
	(void)state;
	assert_int_equal(decode(STR(HEAD ",\"policy_id\":\"p\",\"expires_on\":null,\"tags\":null}")), DECODE_EVENT);
	assert_int_equal(t.event.fields[1].kind, VALUE_NULL);
	assert_int_equal(t.event.fields[7].kind, VALUE_NULL);
	assert_int_equal(t.event.fields[2].kind, VALUE_ABSENT);
	assert_int_equal(t.event.fields[4].kind, VALUE_ABSENT);
}

static void time_may_be_milliseconds_and_names_may_be_numbers(void **state)
{
	(void)state;
	assert_int_equal(decode(STR("{\"id\":17,\"type\":\"identify\",\"time\":1767323045678,\"customer\":-3}")),
	                 DECODE_EVENT);
	assert_int_equal(t.event.time.ms, 1767323045678);
	assert_str(t.event.id, "17");
	assert_str(t.event.customer, "-3");
}

static void a_tick_needs_a_time_alone(void **state)
{
	(void)state;
	assert_int_equal(decode(STR("{\"type\":\"tick\",\"time\":\"2026-01-02T00:00:00Z\"}")), DECODE_TICK);
	assert_null(t.event.type);
	assert_int_equal(t.event.customer.len, 0);
	assert_int_equal(decode(STR("{\"id\":\"t9\",\"type\":\"tick\",\"time\":5}")), DECODE_TICK);
	assert_str(t.event.id, "t9");
	assert_bad(STR("{\"id\":\"t\",\"type\":\"tick\"}"), "MAP", "\"time\" is missing");
}

static void an_undeclared_type_is_unknown_whatever_else_is_wrong(void **state)
{
	(void)state;
	assert_int_equal(decode(STR("{\"type\":\"page_viewed\",\"customer\":7.5}")), DECODE_UNKNOWN);
}

static void what_is_missing_is_named(void **state)
{
	(void)state;
	assert_bad(STR("{\"type\":\"identify\",\"time\":1,\"customer\":\"c\"}"), "MAP", "\"id\" is missing");
	assert_bad(STR("{\"id\":\"\",\"type\":\"identify\",\"time\":1,\"customer\":\"c\"}"), "MAP", "\"id\" is empty");
	assert_bad(STR("{\"id\":\"e\",\"type\":\"identify\",\"time\":1}"), "MAP", "\"customer\" is missing");
	assert_bad(STR("{\"id\":\"e\",\"type\":\"identify\",\"time\":1,\"customer\":null}"), "MAP",
	           "\"customer\" is null, but a string or whole number is needed");
	assert_bad(STR("{\"id\":\"e\",\"type\":\"identify\",\"customer\":\"c\"}"), "MAP", "\"time\" is missing");
	assert_bad(STR("{\"id\":\"e\",\"time\":1,\"customer\":\"c\"}"), "MAP",
	           "\"type\" is missing, but the event's type is needed");
	assert_bad(STR(HEAD "}"), "MAP", "field \"policy_id\" is missing, but it is required");
	assert_bad(STR(HEAD ",\"policy_id\":null}"), "MAP", "field \"policy_id\" is null, but it is required");
}

static void a_wrong_type_names_field_found_and_needed(void **state)
{
	(void)state;
	static const struct {
		const char *field, *message;
	} cases[] = {
	        {"\"policy_id\":7", "field \"policy_id\" is the number 7, but a string is needed"},
	        {"\"expires_on\":\"2026-02-30\"",
	         "field \"expires_on\" is the string \"2026-02-30\", but a date such as \"2026-05-10\" is needed"},
	        {"\"expires_on\":\"2026-05-10T00:00:00Z\"", "field \"expires_on\" is the string "
	                                                    "\"2026-05-10T00:00:00Z\", but a date such as "
	                                                    "\"2026-05-10\" is needed"},
	        {"\"car_price\":2.5", "field \"car_price\" is the number 2.5, but a whole number is needed"},
	        {"\"car_price\":9223372036854775808",
	         "field \"car_price\" is the number 9.22337203685478e+18, but a whole number is needed"},
	        {"\"income\":\"7\"", "field \"income\" is the string \"7\", but a number is needed"},
	        {"\"seen\":\"2026-01-02\"", "field \"seen\" is the string \"2026-01-02\", but a timestamp such as "
	                                    "\"2026-05-10T09:00:00Z\" is needed"},
	        {"\"length\":\"soon\"",
	         "field \"length\" is the string \"soon\", but a duration such as \"3600s\" or \"3d\" is needed"},
	        {"\"tags\":[\"a\",1]", "field \"tags\" is the number 1, but a string is needed"},
	        {"\"tags\":{}", "field \"tags\" is an object, but a list is needed"},
	        {"\"counts\":[]", "field \"counts\" is a list, but an object is needed"},
	        {"\"active\":\"true\"", "field \"active\" is the string \"true\", but true or false is needed"},
	        {"\"address\":{\"city\":false}", "field \"address.city\" is false, but a string is needed"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *head = i == 0 ? HEAD : HEAD ",\"policy_id\":\"p\"";
		assert_bad(arena_printf(&t.arena, "%s,%s}", head, cases[i].field), "MAP", cases[i].message);
	}
}

static void a_name_that_stands_twice_is_refused_where_it_is_read(void **state)
{
	(void)state;
	assert_bad(STR(HEAD ",\"policy_id\":\"p\",\"policy_id\":\"q\"}"), "MAP", "field \"policy_id\" stands twice");
	assert_bad(STR(HEAD ",\"policy_id\":\"p\",\"counts\":{\"x\":1,\"x\":2}}"), "MAP",
	           "field \"counts\" holds the name \"x\" twice");
	assert_bad(STR(HEAD ",\"policy_id\":\"p\",\"extra\":[{\"x\":1,\"x\":2}]}"), "MAP",
	           "field \"extra\" holds the name \"x\" twice");
	assert_bad(STR(HEAD ",\"policy_id\":\"p\",\"customer\":\"d\"}"), "MAP",
	           "\"customer\" stands twice in the event");
	assert_int_equal(decode(STR(HEAD ",\"policy_id\":\"p\",\"other\":1,\"other\":2}")), DECODE_EVENT);
}

static void times_lie_between_1970_and_9999(void **state)
{
	(void)state;
	static const struct {
		const char *time;
		bool good;
	} cases[] = {
	        {"\"1970-01-01T00:00:00Z\"", true},
	        {"\"9999-12-31T23:59:59Z\"", true},
	        {"\"1969-12-31T23:59:59Z\"", false},
	        {"\"9999-12-31T23:59:59-01:00\"", false},
	        {"-1", false},
	        {"253402300800000", false},
	        {"\"2026-01-01\"", false},
	        {"\"2026-01-01T00:00:00\"", false},
	        {"1.5", false},
	        {"1767323045678.0", true},
	        {"true", false},
	        {"1e300", false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(decode(arena_printf(&t.arena,
		                                     "{\"id\":\"e\",\"type\":\"identify\",\"time\":%s,"
		                                     "\"customer\":\"c\"}",
		                                     cases[i].time)),
		                 cases[i].good ? DECODE_EVENT : DECODE_BAD);
	assert_bad(STR("{\"id\":\"e\",\"type\":\"identify\",\"time\":-1,\"customer\":\"c\"}"), "MAP",
	           "\"time\" is the number -1; times lie between 1970 and 9999");
}

static void values_that_are_no_event_are_named(void **state)
{
	(void)state;
	static const struct {
		struct str value;
		const char *stage, *message;
	} cases[] = {
	        {{NULL, 0}, "DECODE", "the value is null (a tombstone), not an event"},
	        {{"", 0}, "DECODE", "the value is not JSON: it is empty"},
	        {{"{\"id\":\"\xff\"}", 10}, "DECODE", "the value is not JSON: it is not valid UTF-8"},
	        {{"{\"a\":\"\0\"}", 9}, "DECODE", "the value is not JSON: a text holds a control character"},
	        {{"[]", 2}, "MAP", "the value is a list, but an event is an object"},
	        {{"\"hello\"", 7}, "MAP", "the value is the string \"hello\", but an event is an object"},
	        {{"\0\0\0\0\x2a\x02zz", 8},
	         "DECODE",
	         "the value looks like Avro or Protobuf with schema id 42; journeyd reads JSON"},
	        {{"\0\0\0\x01\x00{xx", 8},
	         "DECODE",
	         "the value looks like Avro or Protobuf with schema id 256; journeyd reads JSON"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_bad(cases[i].value, cases[i].stage, cases[i].message);
}

static void json_behind_a_schema_id_is_read(void **state)
{
	(void)state;
	assert_int_equal(decode(STR("\0\0\0\0\x2a{\"id\":\"e\",\"type\":\"identify\",\"time\":1,\"customer\":\"c\"}")),
	                 DECODE_EVENT);
}

static void sizes_are_limited(void **state)
{
	(void)state;
	struct event_mapping mapping = {.max_bytes = 300};
	struct buf text = {0};
	buf_printf(&text, "{\"id\":\"%0257d\",\"type\":\"identify\",\"time\":1,\"customer\":\"c\"}", 1);
	struct record record = {.value = buf_view(&text)};
	assert_int_equal(decode_record(&mapping, &record), DECODE_BAD);
	assert_string_equal(t.error.message, "the value has 308 bytes; at most 300 are read");
	mapping.max_bytes = 0;
	assert_int_equal(decode_record(&mapping, &record), DECODE_BAD);
	assert_string_equal(t.error.message, "\"id\" has 257 bytes; at most 256 are allowed");
	buf_release(&text);
	char *large = calloc(1, 2 << 20);
	assert_int_equal(decode((struct str){large, 2 << 20}), DECODE_BAD);
	assert_string_equal(t.error.message, "the value has 2097152 bytes; at most 1048576 are read");
	free(large);
}

static void long_texts_in_messages_are_cut_between_characters(void **state)
{
	(void)state;
	assert_bad(STR(HEAD ",\"policy_id\":\"p\",\"income\":\"a\\n\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
	                    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
	                    "x\xc3\xa9\"}"),
	           "MAP",
	           "field \"income\" is the string \"a?\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
	           "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9x...\", but a number is "
	           "needed");
}

static void paths_and_aliases_say_where_things_stand(void **state)
{
	(void)state;
	const struct event_alias alias = {STR("PolicyChanged"), STR("policy_updated")};
	const struct event_mapping mapping = {.format = EVENT_FORMAT_PLAIN,
	                                      .id = STR("meta.id"),
	                                      .type = STR("meta.kind"),
	                                      .time = STR("meta.at"),
	                                      .customer = STR("who"),
	                                      .data = STR("body.after"),
	                                      .aliases = &alias,
	                                      .alias_count = 1};
	struct record record = {.value = STR("{\"meta\":{\"id\":\"m1\",\"kind\":\"PolicyChanged\",\"at\":1000},"
	                                     "\"who\":\"w\",\"body\":{\"after\":{\"policy_id\":\"p9\"}}}")};
	assert_int_equal(decode_record(&mapping, &record), DECODE_EVENT);
	assert_str(t.event.id, "m1");
	assert_str(t.event.customer, "w");
	assert_int_equal(t.event.time.ms, 1000);
	assert_str(value_text(t.event.fields[0]), "p9");
	record.value = STR("{\"meta\":{\"id\":\"m1\",\"kind\":\"PolicyChanged\",\"at\":1},\"who\":\"w\","
	                   "\"body\":{\"after\":[]}}");
	assert_int_equal(decode_record(&mapping, &record), DECODE_BAD);
	assert_string_equal(t.error.message, "\"body.after\" is a list, but an object is needed");
}

static void the_key_may_be_the_customer(void **state)
{
	(void)state;
	const struct event_mapping mapping = {.customer = STR("$key")};
	struct record record = {.value = STR("{\"id\":\"e\",\"type\":\"identify\",\"time\":1}"), .key = STR("k1")};
	assert_int_equal(decode_record(&mapping, &record), DECODE_EVENT);
	assert_str(t.event.customer, "k1");
	record.key = (struct str){0};
	assert_int_equal(decode_record(&mapping, &record), DECODE_BAD);
	assert_string_equal(t.error.message, "\"the record's key\" is missing");
	record.key = STR("\xff");
	assert_int_equal(decode_record(&mapping, &record), DECODE_BAD);
}

static void structured_cloudevents_are_known_by_body_or_header(void **state)
{
	(void)state;
	const struct record_header header = {STR("content-type"), STR("application/cloudevents+json; charset=UTF-8")};
	const struct event_mapping detect = {.format = EVENT_FORMAT_AUTO};
	struct record record = {.value = STR("{\"specversion\":\"1.0\",\"id\":\"ce1\",\"source\":\"/crm\","
	                                     "\"type\":\"policy_updated\",\"time\":\"2026-01-02T00:00:00Z\","
	                                     "\"subject\":\"s1\",\"partitionkey\":\"other\","
	                                     "\"data\":{\"policy_id\":\"p1\"}}")};
	assert_int_equal(decode_record(&detect, &record), DECODE_EVENT);
	assert_str(t.event.id, "ce1");
	assert_str(t.event.customer, "s1");
	assert_str(value_text(t.event.fields[0]), "p1");
	record.value = STR("{\"id\":\"ce2\",\"type\":\"identify\",\"time\":1,\"subject\":\"s2\",\"customer\":\"no\"}");
	record.headers = &header;
	record.header_count = 1;
	assert_int_equal(decode_record(&detect, &record), DECODE_EVENT);
	assert_str(t.event.customer, "s2");
	const struct event_mapping paths = {.format = EVENT_FORMAT_CLOUDEVENTS, .customer = STR("data.policy_id")};
	record.value = STR("{\"id\":\"ce3\",\"type\":\"policy_updated\",\"time\":1,\"data\":{\"policy_id\":\"p1\"}}");
	assert_int_equal(decode_record(&paths, &record), DECODE_EVENT);
	assert_str(t.event.customer, "p1");
	record.value =
	        STR("{\"id\":\"ce4\",\"type\":\"identify\",\"time\":1,\"subject\":\"s\",\"data_base64\":\"e30=\"}");
	assert_int_equal(decode_record(&detect, &record), DECODE_BAD);
	assert_string_equal(t.error.message, "the data is base64; journeyd reads JSON data");
}

static void content_types_that_are_not_json_are_named(void **state)
{
	(void)state;
	struct record_header headers[] = {{STR("content-type"), STR("application/cloudevents-batch+json")},
	                                  {STR("ce_specversion"), STR("1.0")}};
	const struct event_mapping detect = {.format = EVENT_FORMAT_AUTO};
	struct record record = {.value = STR("[]"), .headers = headers, .header_count = 1};
	assert_int_equal(decode_record(&detect, &record), DECODE_BAD);
	assert_string_equal(t.error.message, "the record is a batch of CloudEvents; journeyd reads one a record");
	headers[0].value = STR("application/cloudevents+avro");
	assert_int_equal(decode_record(&detect, &record), DECODE_BAD);
	assert_string_equal(t.error.message,
	                    "the content type is the string \"application/cloudevents+avro\"; journeyd reads JSON");
	headers[0].value = STR("text/xml");
	record.header_count = 2;
	assert_int_equal(decode_record(&detect, &record), DECODE_BAD);
	assert_string_equal(t.error.message, "the content type is the string \"text/xml\"; journeyd reads JSON");
}

static void what_a_message_quotes_from_a_header_is_made_text(void **state)
{
	(void)state;
	const struct event_mapping detect = {.format = EVENT_FORMAT_AUTO};
	struct record_header headers[] = {{STR("ce_specversion"), STR("1.0")},
	                                  {STR("content-type"), STR("text/\xc3x\n\xc3\xa9")}};
	struct record record = {.value = STR("{}"), .headers = headers, .header_count = 2};
	assert_int_equal(decode_record(&detect, &record), DECODE_BAD);
	assert_string_equal(t.error.message,
	                    "the content type is the string \"text/?x?\xc3\xa9\"; journeyd reads JSON");
}

static void binary_cloudevents_have_their_envelope_in_headers(void **state)
{
	(void)state;
	struct record_header headers[] = {
	        {STR("ce_specversion"), STR("1.0")},
	        {STR("ce_id"), STR("b1")},
	        {STR("ce_type"), STR("policy_updated")},
	        {STR("ce_time"), STR("2026-01-02T00:00:00Z")},
	        {STR("ce_subject"), STR("s1")},
	        {STR("ce_tenant"), STR("t7")},
	        {STR("content-type"), STR("application/json")},
	};
	const struct event_mapping detect = {.format = EVENT_FORMAT_AUTO};
	struct record record = {.value = STR("{\"policy_id\":\"p1\",\"id\":\"not this\"}"),
	                        .headers = headers,
	                        .header_count = sizeof headers / sizeof *headers};
	assert_int_equal(decode_record(&detect, &record), DECODE_EVENT);
	assert_str(t.event.id, "b1");
	assert_str(t.event.customer, "s1");
	assert_str(value_text(t.event.fields[0]), "p1");
	const struct event_mapping paths = {
	        .format = EVENT_FORMAT_CLOUDEVENTS, .customer = STR("tenant"), .id = STR("data.policy_id")};
	assert_int_equal(decode_record(&paths, &record), DECODE_EVENT);
	assert_str(t.event.customer, "t7");
	assert_str(t.event.id, "p1");
	headers[4].value = STR("\xff");
	assert_int_equal(decode_record(&detect, &record), DECODE_BAD);
	assert_string_equal(t.error.message, "header ce_subject is not valid UTF-8");
	headers[4].value = STR("s1");
	headers[2].value = STR("identify");
	record.value = (struct str){0};
	assert_int_equal(decode_record(&detect, &record), DECODE_EVENT);
}

static void segment_calls_are_events(void **state)
{
	(void)state;
	const struct event_alias alias = {STR("Policy Updated"), STR("policy_updated")};
	const struct event_mapping mapping = {.format = EVENT_FORMAT_SEGMENT, .aliases = &alias, .alias_count = 1};
	struct record record = {.value = STR("{\"messageId\":\"m1\",\"type\":\"track\",\"event\":\"Policy Updated\","
	                                     "\"userId\":null,\"anonymousId\":\"a1\","
	                                     "\"timestamp\":\"2026-01-02T00:00:00.000Z\","
	                                     "\"properties\":{\"policy_id\":\"p1\"}}")};
	assert_int_equal(decode_record(&mapping, &record), DECODE_EVENT);
	assert_str(t.event.id, "m1");
	assert_str(t.event.customer, "a1");
	assert_str(value_text(t.event.fields[0]), "p1");
	record.value = STR("{\"messageId\":\"m2\",\"type\":\"identify\",\"userId\":\"u1\",\"anonymousId\":\"a1\","
	                   "\"timestamp\":1,\"traits\":{\"email\":\"x\"}}");
	assert_int_equal(decode_record(&mapping, &record), DECODE_EVENT);
	assert_ptr_equal(t.event.type, &TYPES[0]);
	assert_str(t.event.customer, "u1");
	record.value = STR("{\"messageId\":\"m3\",\"type\":\"track\",\"userId\":\"u1\",\"timestamp\":1}");
	assert_int_equal(decode_record(&mapping, &record), DECODE_BAD);
	assert_string_equal(t.error.message, "\"event\" is missing, but the event's type is needed");
}

/* Each prefix of an event and each event with one byte changed must be answered, never read beyond. */
static void broken_events_are_never_read_beyond(void **state)
{
	(void)state;
	static const struct event_mapping plain;
	struct str text = STR(HEAD ",\"policy_id\":\"p\",\"tags\":[\"a\\u00e9\"],\"counts\":{\"x\":12.5e3},"
	                           "\"address\":{\"city\":\"R\"}}");
	struct decoder *decoder = event_json_new(&plain, 1);
	for (size_t i = 0; i <= 2 * text.len; i++) {
		size_t len = i < text.len ? i : text.len;
		char *copy = malloc(len + 1);
		memcpy(copy, text.ptr, len);
		if (i > text.len)
			copy[i - text.len - 1] ^= (char)(1 << i % 8);
		struct record record = {.value = {copy, len}};
		enum decode_result result =
		        decoder->ops->decode(decoder, &record, &RULES, &t.arena, &t.event, &t.error);
		assert_true(i >= text.len || result == DECODE_BAD);
		free(copy);
	}
	decoder->ops->free(decoder);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        TEST(a_plain_event_is_read_with_all_kinds_of_fields),
	        TEST(the_event_outlives_the_next_one),
	        TEST(the_table_of_names_changes_nothing_but_the_time),
	        TEST(null_is_null_and_missing_is_absent),
	        TEST(time_may_be_milliseconds_and_names_may_be_numbers),
	        TEST(a_tick_needs_a_time_alone),
	        TEST(an_undeclared_type_is_unknown_whatever_else_is_wrong),
	        TEST(what_is_missing_is_named),
	        TEST(a_wrong_type_names_field_found_and_needed),
	        TEST(a_name_that_stands_twice_is_refused_where_it_is_read),
	        TEST(times_lie_between_1970_and_9999),
	        TEST(values_that_are_no_event_are_named),
	        TEST(json_behind_a_schema_id_is_read),
	        TEST(sizes_are_limited),
	        TEST(long_texts_in_messages_are_cut_between_characters),
	        TEST(paths_and_aliases_say_where_things_stand),
	        TEST(the_key_may_be_the_customer),
	        TEST(structured_cloudevents_are_known_by_body_or_header),
	        TEST(content_types_that_are_not_json_are_named),
	        TEST(what_a_message_quotes_from_a_header_is_made_text),
	        TEST(binary_cloudevents_have_their_envelope_in_headers),
	        TEST(segment_calls_are_events),
	        TEST(broken_events_are_never_read_beyond),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
