/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/event_json.h"

#include "adapters/text/event_fields.h"
#include "adapters/text/event_frame.h"
#include "core/base/json_write.h"

#include <assert.h>
#include <stdlib.h>

enum { ID_MAX = 256 };

struct event_decoder {
	struct decoder decoder; /* first: the port's view */
	struct json_parser *parser;
	struct arena arena; /* of the layouts */
	struct event_topic *topics;
	size_t count;
};

/* The parts of one record's event where they were found; data is JSON_NONE or an object. */
struct envelope {
	struct json_item slots[SLOT_COUNT];
	const struct event_layout *layout;
	const struct event_mapping *mapping;
	struct str key;
	struct json_item data;
};

static bool refuse_twice(const struct event_reader *reader, struct str name)
{
	return event_refuse(reader, "MAP", "\"%.*s\" stands twice in the event", STR_ARG(name));
}

static bool pick(const struct event_reader *reader, struct json_item root, const struct event_layout *layout,
                 struct envelope *out)
{
	struct str twice;
	memset(out->slots, 0, sizeof out->slots);
	out->layout = layout;
	return event_pick(reader->parser, root, layout->table, out->slots, &twice) || refuse_twice(reader, twice);
}

static bool find_data(const struct event_reader *reader, struct json_item root, struct envelope *out)
{
	struct json_item *slots = out->slots;
	out->data = root;
	if (slots[SLOT_BASE64].kind > JSON_NULL)
		return event_refuse(reader, "MAP", "the data is base64; journeyd reads JSON data");
	if (out->layout->paths[SLOT_DATA].len)
		out->data = slots[SLOT_DATA].kind > JSON_NULL ? slots[SLOT_DATA] : slots[SLOT_TRAITS];
	if (out->data.kind == JSON_NULL)
		out->data.kind = JSON_NONE;
	return out->data.kind == JSON_NONE || out->data.kind == JSON_OBJECT ||
	       event_refuse(reader, "MAP", "\"%.*s\" is %s, but an object is needed",
	                    STR_ARG(out->layout->paths[SLOT_DATA]), event_describe(out->data).text);
}

static bool parse(const struct event_reader *reader, const struct record *record, struct str json,
                  struct json_item *root)
{
	const char *why;
	if (!json_parse(reader->parser, json, root, &why))
		return event_refuse_text(reader, record, why);
	return root->kind == JSON_OBJECT ||
	       event_refuse(reader, "MAP", "the value is %s, but an event is an object", event_describe(*root).text);
}

/* The value is the whole event; a `specversion` in it turns AUTO to CloudEvents. */
static bool open_whole(const struct event_reader *reader, const struct event_topic *topic,
                       const struct event_layout *layout, struct json_item root, struct envelope *out)
{
	if (!pick(reader, root, layout, out))
		return false;
	if (out->slots[SLOT_SPECVERSION].kind == JSON_STRING && !pick(reader, root, &topic->cloud, out))
		return false;
	return find_data(reader, root, out);
}

/* A binary CloudEvent: a path is a header's name behind "ce_", or leads into the value when it begins with "data". */
static bool header_slot(const struct event_reader *reader, const struct record *record, struct str path,
                        struct json_item *out)
{
	char name[64] = "ce_";
	size_t head = strlen(name);
	if (path.len == 0 || path.len > sizeof name - head)
		return true;
	memcpy(name + head, path.ptr, path.len);
	struct str value = event_header(record, (struct str){name, head + path.len});
	if (!value.ptr)
		return true;
	*out = (struct json_item){.kind = JSON_STRING, .text = value};
	return json_utf8_valid(value) ||
	       event_refuse(reader, "DECODE", "header %.*s is not valid UTF-8", (int)(head + path.len), name);
}

static bool open_binary(const struct event_reader *reader, const struct event_topic *topic, const struct record *record,
                        struct str json, struct envelope *out)
{
	const struct event_layout *layout = &topic->cloud;
	struct json_item data = {.kind = JSON_NONE};
	struct str below[SLOT_COUNT] = {0}, twice;
	memset(out->slots, 0, sizeof out->slots);
	out->layout = layout;
	if (json.len && !parse(reader, record, json, &data))
		return false;
	for (size_t i = 0; i < SLOT_COUNT; i++)
		if (str_starts(layout->paths[i], STR("data.")))
			below[i] = str_sub(layout->paths[i], 5, layout->paths[i].len);
		else if (!header_slot(reader, record, layout->paths[i], &out->slots[i]))
			return false;
	const struct event_paths *table = event_paths_new(below, SLOT_COUNT, reader->arena);
	if (data.kind == JSON_OBJECT && !event_pick(reader->parser, data, table, out->slots, &twice))
		return refuse_twice(reader, twice);
	if (str_eq(layout->paths[SLOT_DATA], STR("data")))
		out->slots[SLOT_DATA] = data;
	return find_data(reader, data, out);
}

static bool open_envelope(const struct event_reader *reader, const struct event_topic *topic,
                          const struct record *record, struct envelope *out)
{
	struct json_item root;
	struct str json;
	enum event_frame frame = event_frame_read(reader, topic, record, &json);
	out->key = record->key;
	out->mapping = topic->mapping;
	if (frame == FRAME_BAD)
		return false;
	if (frame == FRAME_BINARY)
		return open_binary(reader, topic, record, json, out);
	return parse(reader, record, json, &root) &&
	       open_whole(reader, topic, frame == FRAME_CLOUD ? &topic->cloud : &topic->main, root, out);
}

/* The type as rules/ knows it, borrowed from the parser. */
static bool read_type(const struct event_reader *reader, const struct envelope *envelope, struct str *out)
{
	struct json_item item = envelope->slots[SLOT_TYPE];
	enum event_slot slot = SLOT_TYPE;
	const struct event_mapping *mapping = envelope->mapping;
	if (envelope->layout->paths[SLOT_TRACKED].len && item.kind == JSON_STRING && str_eq(item.text, STR("track"))) {
		slot = SLOT_TRACKED;
		item = envelope->slots[slot];
	}
	if (item.kind != JSON_STRING || item.text.len == 0)
		return event_refuse(reader, "MAP", "\"%.*s\" is %s, but the event's type is needed",
		                    STR_ARG(envelope->layout->paths[slot]),
		                    item.kind == JSON_NONE ? "missing" : event_describe(item).text);
	*out = item.text;
	for (size_t i = 0; i < mapping->alias_count; i++)
		if (str_eq(mapping->aliases[i].from, item.text))
			*out = mapping->aliases[i].to;
	return true;
}

/* A string or whole number as text in the arena. */
static bool read_name(const struct event_reader *reader, struct str path, struct json_item item, struct str *out)
{
	if (item.kind == JSON_NONE || (item.kind == JSON_STRING && item.text.len == 0))
		return event_refuse(reader, "MAP", "\"%.*s\" is %s", STR_ARG(path),
		                    item.kind == JSON_NONE ? "missing" : "empty");
	if (item.kind == JSON_INT) {
		struct buf digits = {0};
		json_int(&digits, item.i);
		*out = arena_str(reader->arena, buf_view(&digits));
		buf_release(&digits);
		return true;
	}
	if (item.kind != JSON_STRING)
		return event_refuse(reader, "MAP", "\"%.*s\" is %s, but a string or whole number is needed",
		                    STR_ARG(path), event_describe(item).text);
	if (item.text.len > ID_MAX)
		return event_refuse(reader, "MAP", "\"%.*s\" has %zu bytes; at most %d are allowed", STR_ARG(path),
		                    item.text.len, ID_MAX);
	*out = arena_str(reader->arena, item.text);
	return true;
}

static bool read_customer(const struct event_reader *reader, const struct envelope *envelope, struct str *out)
{
	struct json_item item = envelope->slots[SLOT_CUSTOMER];
	struct str path = envelope->layout->paths[SLOT_CUSTOMER];
	if (envelope->layout->key_customer) {
		if (!json_utf8_valid(envelope->key))
			return event_refuse(reader, "MAP", "the record's key, the customer, is not valid UTF-8");
		item.kind = envelope->key.ptr ? JSON_STRING : JSON_NONE;
		item.text = envelope->key;
		path = STR("the record's key");
	} else if (item.kind <= JSON_NULL && envelope->slots[SLOT_ANONYMOUS].kind != JSON_NONE) {
		item = envelope->slots[SLOT_ANONYMOUS];
		path = envelope->layout->paths[SLOT_ANONYMOUS];
	}
	return read_name(reader, path, item, out);
}

static bool whole_ms(struct json_item item, int64_t *ms)
{
	if (item.kind == JSON_INT)
		*ms = item.i;
	else if (item.kind == JSON_DOUBLE && item.d >= 0 && item.d < 0x1p53 && item.d == (double)(int64_t)item.d)
		*ms = (int64_t)item.d;
	else
		return false;
	return true;
}

static bool read_time(const struct event_reader *reader, const struct envelope *envelope, struct instant *out)
{
	struct json_item item = envelope->slots[SLOT_TIME];
	struct str path = envelope->layout->paths[SLOT_TIME];
	if (item.kind == JSON_NONE)
		return event_refuse(reader, "MAP", "\"%.*s\" is missing", STR_ARG(path));
	if (!whole_ms(item, &out->ms) && !(item.kind == JSON_STRING && instant_parse(item.text, out)))
		return event_refuse(reader, "MAP",
		                    "\"%.*s\" is %s, but a time such as \"2026-05-10T09:00:00Z\" or whole "
		                    "milliseconds since 1970 are needed",
		                    STR_ARG(path), event_describe(item).text);
	if (out->ms < 0 || out->ms > INSTANT_MAX.ms)
		return event_refuse(reader, "MAP", "\"%.*s\" is %s; times lie between 1970 and 9999", STR_ARG(path),
		                    event_describe(item).text);
	return true;
}

/* Time passes for everybody; the id is taken along for the log when there is one. */
static enum decode_result read_tick(const struct event_reader *reader, const struct envelope *envelope,
                                    struct event *event)
{
	struct json_item id = envelope->slots[SLOT_ID];
	if (!read_time(reader, envelope, &event->time))
		return DECODE_BAD;
	if (id.kind > JSON_NULL && !read_name(reader, envelope->layout->paths[SLOT_ID], id, &event->id))
		return DECODE_BAD;
	return DECODE_TICK;
}

static enum decode_result read_event(const struct event_reader *reader, const struct envelope *envelope,
                                     const struct rules *rules, struct event *event)
{
	struct str type;
	if (!read_type(reader, envelope, &type))
		return DECODE_BAD;
	if (str_eq(type, STR("tick")))
		return read_tick(reader, envelope, event);
	event->type = rules_event(rules, type);
	if (!event->type)
		return DECODE_UNKNOWN;
	if (!read_name(reader, envelope->layout->paths[SLOT_ID], envelope->slots[SLOT_ID], &event->id) ||
	    !read_time(reader, envelope, &event->time) || !read_customer(reader, envelope, &event->customer) ||
	    !event_read_fields(reader, event->type, envelope->data, &event->fields))
		return DECODE_BAD;
	return DECODE_EVENT;
}

static enum decode_result decode(struct decoder *decoder, const struct record *record, const struct rules *rules,
                                 struct arena *arena, struct event *event, struct decode_error *error)
{
	struct event_decoder *self = (struct event_decoder *)decoder;
	struct event_reader reader = {self->parser, arena, error};
	struct envelope envelope;
	assert(record->origin.topic < self->count);
	*event = (struct event){.origin = record->origin};
	if (!open_envelope(&reader, &self->topics[record->origin.topic], record, &envelope))
		return DECODE_BAD;
	return read_event(&reader, &envelope, rules, event);
}

static void decoder_free(struct decoder *decoder)
{
	struct event_decoder *self = (struct event_decoder *)decoder;
	json_free(self->parser);
	arena_release(&self->arena);
	free(self);
}

struct decoder *event_json_new(const struct event_mapping *mappings, size_t count)
{
	static const struct decoder_ops ops = {.decode = decode, .free = decoder_free};
	struct event_decoder *self = mem_alloc(sizeof *self);
	size_t longest = 0;
	*self = (struct event_decoder){.decoder = {&ops}, .count = count};
	arena_init(&self->arena, 4096);
	self->topics = arena_alloc(&self->arena, count * sizeof *self->topics);
	for (size_t i = 0; i < count; i++) {
		event_topic_init(&self->topics[i], &mappings[i], &self->arena);
		if (self->topics[i].max_bytes > longest)
			longest = self->topics[i].max_bytes;
	}
	self->parser = json_new(longest);
	return &self->decoder;
}
