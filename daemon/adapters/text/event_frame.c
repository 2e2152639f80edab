/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/event_frame.h"

#include <strings.h>

enum { SCHEMA_HEAD = 5 }; /* a zero byte and four of a schema id */

struct str event_header(const struct record *record, struct str name)
{
	for (size_t i = 0; i < record->header_count; i++) {
		struct str found = record->headers[i].name;
		if (found.len == name.len && strncasecmp(found.ptr, name.ptr, name.len) == 0)
			return record->headers[i].value;
	}
	return (struct str){0};
}

static bool starts_nocase(struct str text, struct str head)
{
	return text.len >= head.len && strncasecmp(text.ptr, head.ptr, head.len) == 0;
}

static bool says_json(struct str type)
{
	for (size_t i = 0; i < type.len; i++)
		if (starts_nocase(str_sub(type, i, type.len), STR("json")))
			return true;
	return false;
}

static bool framed(struct str value)
{
	return value.len >= SCHEMA_HEAD && value.ptr[0] == '\0';
}

static unsigned schema_id(struct str value)
{
	const unsigned char *at = (const unsigned char *)value.ptr + 1;
	return (unsigned)at[0] << 24 | (unsigned)at[1] << 16 | (unsigned)at[2] << 8 | at[3];
}

static bool refuse_framed(const struct event_reader *reader, struct str value)
{
	return event_refuse(reader, "DECODE",
	                    "the value looks like Avro or Protobuf with schema id %u; journeyd reads JSON",
	                    schema_id(value));
}

/* The schema registry's serializers put the same five bytes in front of JSON. */
static bool unframe(const struct event_reader *reader, struct str value, struct str *json)
{
	*json = value;
	if (!framed(value))
		return true;
	if (value.len == SCHEMA_HEAD || value.ptr[SCHEMA_HEAD] != '{')
		return refuse_framed(reader, value);
	*json = str_sub(value, SCHEMA_HEAD, value.len);
	return true;
}

static enum event_frame frame(const struct event_topic *topic, const struct record *record, struct str type)
{
	if (topic->format != EVENT_FORMAT_AUTO && topic->format != EVENT_FORMAT_CLOUDEVENTS)
		return FRAME_MAIN;
	if (starts_nocase(type, STR("application/cloudevents")))
		return FRAME_CLOUD;
	return event_header(record, STR("ce_specversion")).ptr ? FRAME_BINARY : FRAME_MAIN;
}

static bool check_type(const struct event_reader *reader, enum event_frame frame, struct str type)
{
	if (frame == FRAME_CLOUD && starts_nocase(type, STR("application/cloudevents-batch")))
		return event_refuse(reader, "DECODE",
		                    "the record is a batch of CloudEvents; journeyd reads one a record");
	if (frame == FRAME_MAIN || !type.len || says_json(type))
		return true;
	return event_refuse(reader, "DECODE", "the content type is %s; journeyd reads JSON",
	                    event_describe((struct json_item){.kind = JSON_STRING, .text = type}).text);
}

enum event_frame event_frame_read(const struct event_reader *reader, const struct event_topic *topic,
                                  const struct record *record, struct str *json)
{
	struct str type = event_header(record, STR("content-type"));
	enum event_frame found = frame(topic, record, type);
	if (found == FRAME_BINARY && record->value.len == 0) {
		*json = (struct str){0};
		return found;
	}
	if (!record->value.ptr) {
		event_refuse(reader, "DECODE", "the value is null (a tombstone), not an event");
		return FRAME_BAD;
	}
	if (record->value.len > topic->max_bytes) {
		event_refuse(reader, "DECODE", "the value has %zu bytes; at most %zu are read", record->value.len,
		             topic->max_bytes);
		return FRAME_BAD;
	}
	return check_type(reader, found, type) && unframe(reader, record->value, json) ? found : FRAME_BAD;
}

bool event_refuse_text(const struct event_reader *reader, const struct record *record, const char *why)
{
	if (framed(record->value))
		return refuse_framed(reader, record->value);
	return event_refuse(reader, "DECODE", "the value is not JSON: %s", why);
}
