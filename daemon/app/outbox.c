/* SPDX-License-Identifier: Apache-2.0 */
#include "app/outbox.h"

#include "core/base/json_write.h"

#include <stdio.h>

enum { ID_BYTES = 16, WITHDRAWN = 64 }; /* a bit of an entry's first byte, beside its topic */

static const struct str CONTENT_TYPE = {"application/cloudevents+json", 28};
static const struct str TYPES[SINK_TOPIC_COUNT] = {
        [SINK_ACTIONS] = {"journeyd.action", 15},
        [SINK_DECISIONS] = {"journeyd.decision", 17},
};

/* Text that may be NULL: 0, or its length and one. */
static void pack_nullable(struct buf *out, struct str text)
{
	pack_u64(out, text.ptr ? text.len + 1 : 0);
	buf_str(out, text);
}

static struct str unpack_nullable(struct unpack *in)
{
	uint64_t len = unpack_u64(in);
	if (len == 0)
		return (struct str){0};
	if (len - 1 > (uint64_t)(in->end - in->at)) {
		in->bad = true;
		in->at = in->end;
		return (struct str){0};
	}
	struct str text = {(const char *)in->at, len - 1};
	in->at += len - 1;
	return text;
}

static void json_hash(struct buf *out, const char *key, struct hash128 hash)
{
	char hex[32];
	hash128_hex(hash, hex);
	json_key(out, key);
	buf_char(out, '"');
	buf_append(out, hex, sizeof hex);
	buf_char(out, '"');
}

static void json_text(struct buf *out, const char *key, struct str text)
{
	json_key(out, key);
	json_str(out, text);
}

static void json_text_or_null(struct buf *out, const char *key, struct str text)
{
	json_key(out, key);
	if (text.len)
		json_str(out, text);
	else
		buf_str(out, STR("null"));
}

static void json_moment(struct buf *out, const char *key, struct instant instant)
{
	json_key(out, key);
	json_instant(out, instant);
}

static bool is_zero(struct hash128 hash)
{
	return !hash.high && !hash.low;
}

struct envelope {
	enum sink_topic topic;
	struct hash128 id, instance;
	struct str source, customer, cause;
	struct instant time;
	struct str type; /* of a record: its event; else the topic's */
};

static void write_envelope(struct buf *out, const struct envelope *envelope)
{
	buf_str(out, STR("{\"specversion\":\"1.0\""));
	json_hash(out, "id", envelope->id);
	json_text(out, "source", envelope->source);
	json_text(out, "type", envelope->type.len ? envelope->type : TYPES[envelope->topic]);
	json_text(out, "subject", envelope->customer);
	json_moment(out, "time", envelope->time);
	buf_str(out, STR(",\"datacontenttype\":\"application/json\""));
	if (!is_zero(envelope->instance))
		json_hash(out, "correlationid", envelope->instance);
	if (envelope->cause.len)
		json_text(out, "causationid", envelope->cause);
}

static void pack_entry(struct buf *out, const struct envelope *envelope, const struct buf *value)
{
	pack_u64(out, envelope->topic);
	pack_i64(out, envelope->time.ms);
	pack_fixed(out, envelope->id.high, 8);
	pack_fixed(out, envelope->id.low, 8);
	pack_nullable(out, envelope->customer);
	pack_nullable(out, buf_view(value));
	pack_u64(out, envelope->type.len != 0);
	if (envelope->type.len) {
		pack_str(out, STR("ce_type"));
		pack_nullable(out, envelope->type);
	}
}

static void write_fields(struct buf *out, const struct action_field *data, size_t count)
{
	buf_str(out, STR(",\"data\":{"));
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(out, ',');
		json_str(out, data[i].name);
		buf_char(out, ':');
		value_print_json(data[i].value, out);
	}
	buf_char(out, '}');
}

static void write_action(struct buf *out, const struct action *action)
{
	buf_str(out, STR(",\"data\":{"));
	json_text(out, "journey", action->journey->name);
	json_text(out, "version", action->journey->version);
	json_text(out, "key", action->key);
	json_text(out, "node", action->node);
	json_text_or_null(out, "segment", action->segment);
	json_text_or_null(out, "variant", action->variant);
	json_text(out, "channel", action->channel);
	json_text(out, "template", action->template);
	json_moment(out, "not_before", action->time);
	if (action->expires.ms != INSTANT_NEVER.ms)
		json_moment(out, "expires_at", action->expires);
	write_fields(out, action->data, action->data_count);
	buf_str(out, STR("}}"));
}

void outbox_action(struct buf *out, const struct action *action, struct str source, struct buf *scratch)
{
	struct envelope envelope = {
	        .topic = SINK_ACTIONS,
	        .id = action->id,
	        .instance = action->instance,
	        .source = source,
	        .customer = action->customer,
	        .cause = action->cause,
	        .time = action->time,
	};
	buf_clear(scratch);
	write_envelope(scratch, &envelope);
	write_action(scratch, action);
	pack_entry(out, &envelope, scratch);
}

void outbox_emission(struct buf *out, const struct emission *emission, struct str source, struct buf *scratch)
{
	struct envelope envelope = {
	        .topic = SINK_RECORDS,
	        .id = emission->id,
	        .instance = emission->instance,
	        .source = source,
	        .customer = emission->customer,
	        .cause = emission->cause,
	        .time = emission->time,
	        .type = emission->event->name,
	};
	buf_clear(scratch);
	write_envelope(scratch, &envelope);
	json_text(scratch, "journey", emission->journey->name);
	json_text(scratch, "node", emission->node);
	write_fields(scratch, emission->data, emission->data_count);
	buf_char(scratch, '}');
	pack_entry(out, &envelope, scratch);
}

static void write_decision(struct buf *out, const struct decision *decision)
{
	buf_str(out, STR(",\"data\":{"));
	json_text(out, "decision", decision_text(decision->kind));
	json_text_or_null(out, "reason", reason_text(decision->reason));
	json_text(out, "journey", decision->journey);
	json_text(out, "version", decision->version);
	json_text(out, "key", decision->key);
	json_text_or_null(out, "node", decision->node);
	json_text_or_null(out, "segment", decision->segment);
	if (!is_zero(decision->instance))
		json_hash(out, "instance", decision->instance);
	if (!is_zero(decision->action))
		json_hash(out, "action", decision->action);
	if (decision->detail.len)
		json_text(out, "detail", decision->detail);
	if (decision->due.ms != INSTANT_NONE.ms && decision->due.ms != INSTANT_NEVER.ms)
		json_moment(out, "due", decision->due);
	buf_str(out, STR("}}"));
}

/* The id is of everything that the decision says, so that evaluating a batch again gives the same. */
static struct hash128 decision_id(const struct decision *decision, struct buf *scratch)
{
	buf_clear(scratch);
	pack_u64(scratch, decision->kind);
	pack_u64(scratch, decision->reason);
	pack_str(scratch, decision->customer);
	pack_str(scratch, decision->cause);
	pack_str(scratch, decision->journey);
	pack_str(scratch, decision->version);
	pack_str(scratch, decision->key);
	pack_str(scratch, decision->node);
	pack_str(scratch, decision->detail);
	pack_i64(scratch, decision->time.ms);
	pack_i64(scratch, decision->due.ms);
	pack_fixed(scratch, decision->instance.low, 8);
	pack_fixed(scratch, decision->action.low, 8);
	return hash128(2, buf_view(scratch));
}

void outbox_decision(struct buf *out, const struct decision *decision, struct str source, struct buf *scratch)
{
	struct envelope envelope = {
	        .topic = SINK_DECISIONS,
	        .id = decision_id(decision, scratch),
	        .instance = decision->instance,
	        .source = source,
	        .customer = decision->customer,
	        .cause = decision->cause,
	        .time = decision->time,
	};
	buf_clear(scratch);
	write_envelope(scratch, &envelope);
	write_decision(scratch, decision);
	pack_entry(out, &envelope, scratch);
}

static void pack_header(struct buf *out, const char *name, const char *value)
{
	pack_str(out, str_from(name));
	pack_nullable(out, str_from(value));
}

enum { ERROR_HEADERS = 9 };

static void pack_error_headers(struct buf *out, const struct dead_letter *letter)
{
	char number[24];
	const struct origin *origin = &letter->record->origin;
	pack_header(out, "__connect.errors.topic", letter->topic);
	snprintf(number, sizeof number, "%d", (int)origin->shard);
	pack_header(out, "__connect.errors.partition", number);
	snprintf(number, sizeof number, "%lld", (long long)origin->offset);
	pack_header(out, "__connect.errors.offset", number);
	pack_str(out, STR("__connect.errors.connector.name"));
	pack_nullable(out, letter->source);
	pack_header(out, "__connect.errors.task.id", "0");
	pack_header(out, "__connect.errors.stage", letter->error->stage);
	pack_header(out, "__connect.errors.class.name", "journeyd");
	pack_header(out, "__connect.errors.exception.class.name", "journeyd.BadRecord");
	pack_header(out, "__connect.errors.exception.message", letter->error->message);
}

static size_t record_bytes(const struct record *record)
{
	size_t bytes = record->key.len + record->value.len;
	for (size_t i = 0; i < record->header_count; i++)
		bytes += record->headers[i].name.len + record->headers[i].value.len;
	return bytes;
}

/* It must not be larger than what the broker takes, or it would stop the shard's messages for good. */
void outbox_dead_letter(struct buf *out, const struct dead_letter *letter)
{
	const struct record *record = letter->record;
	bool too_large = record_bytes(record) > letter->bytes;
	size_t headers = too_large ? 0 : record->header_count;
	pack_u64(out, SINK_DEAD_LETTERS);
	pack_i64(out, record->timestamp.ms);
	pack_fixed(out, 0, 8);
	pack_fixed(out, 0, 8);
	pack_nullable(out, record->key.len > letter->bytes ? (struct str){0} : record->key);
	pack_nullable(out, too_large ? (struct str){0} : record->value);
	pack_u64(out, ERROR_HEADERS + headers + too_large);
	for (size_t i = 0; i < headers; i++) {
		pack_str(out, record->headers[i].name);
		pack_nullable(out, record->headers[i].value);
	}
	pack_error_headers(out, letter);
	if (too_large)
		pack_header(out, "journeyd_value_dropped",
		            "the record was too large to be sent on; it stands in its topic");
}

struct entry_head {
	uint64_t topic;
	struct instant time;
	struct hash128 id;
	struct str key, value;
	uint64_t headers;
};

static bool read_head(struct unpack *in, struct entry_head *head)
{
	head->topic = unpack_u64(in) & ~(uint64_t)WITHDRAWN;
	head->time.ms = unpack_i64(in);
	head->id.high = unpack_fixed(in, 8);
	head->id.low = unpack_fixed(in, 8);
	head->key = unpack_nullable(in);
	head->value = unpack_nullable(in);
	head->headers = unpack_u64(in);
	return !in->bad && head->topic < SINK_TOPIC_COUNT && head->headers <= (uint64_t)(in->end - in->at);
}

bool outbox_skip(struct unpack *in)
{
	struct entry_head head;
	if (!read_head(in, &head))
		return false;
	for (uint64_t i = 0; i < head.headers; i++) {
		unpack_str(in);
		unpack_nullable(in);
	}
	return !in->bad;
}

bool outbox_withdrawn(const struct unpack *in)
{
	return in->at < in->end && (*in->at & WITHDRAWN);
}

void outbox_withdraw(struct buf *outbox, const struct erasure *erasure)
{
	struct unpack in = unpack_init(buf_view(outbox));
	struct entry_head head;
	while (in.at < in.end) {
		struct unpack ahead = in;
		size_t at = (size_t)((const char *)in.at - outbox->ptr);
		if (!read_head(&ahead, &head) || !outbox_skip(&in))
			return;
		if (head.topic != SINK_DEAD_LETTERS && head.time.ms <= erasure->at.ms &&
		    str_eq(head.key, erasure->customer))
			outbox->ptr[at] |= WITHDRAWN;
	}
}

static struct str number_text(uint64_t number, struct arena *arena)
{
	char text[20];
	size_t at = sizeof text;
	do {
		text[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	return arena_str(arena, (struct str){text + at, sizeof text - at});
}

static struct str hex_text(uint64_t number, struct arena *arena)
{
	char hex[32];
	hash128_hex((struct hash128){number, 0}, hex);
	return arena_str(arena, (struct str){hex, 16});
}

static struct str time_text(struct instant time, struct arena *arena)
{
	char room[40];
	struct buf text = {room, 0, sizeof room}; /* the longest instant fits, so it never grows */
	instant_print(&text, time);
	return arena_str(arena, buf_view(&text));
}

static size_t event_headers(const struct entry_head *head, struct str source, struct arena *arena,
                            struct record_header *out)
{
	char hex[32];
	hash128_hex(head->id, hex);
	size_t count = 0;
	out[count++] = (struct record_header){STR("content-type"), CONTENT_TYPE};
	out[count++] = (struct record_header){STR("ce_specversion"), STR("1.0")};
	out[count++] = (struct record_header){STR("ce_id"), arena_str(arena, (struct str){hex, sizeof hex})};
	out[count++] = (struct record_header){STR("ce_source"), source};
	if (head->topic != SINK_RECORDS) /* whose entry holds it */
		out[count++] = (struct record_header){STR("ce_type"), TYPES[head->topic]};
	out[count++] = (struct record_header){STR("ce_subject"), head->key};
	out[count++] = (struct record_header){STR("ce_time"), time_text(head->time, arena)};
	return count;
}

static size_t origin_headers(const struct outbox_origin *origin, struct arena *arena, struct record_header *out)
{
	out[0] = (struct record_header){STR("journeyd_shard"), number_text(origin->shard, arena)};
	out[1] = (struct record_header){STR("journeyd_seq"), number_text(origin->seq, arena)};
	out[2] = (struct record_header){STR("journeyd_lineage"), hex_text(origin->lineage, arena)};
	out[3] = (struct record_header){STR("journeyd_epoch"), number_text(origin->epoch, arena)};
	return 4;
}

enum { ADDED_HEADERS = 7 + 4 };

bool outbox_read(struct unpack *in, const struct outbox_origin *origin, struct arena *arena,
                 struct sink_message *message)
{
	struct entry_head head;
	if (!read_head(in, &head))
		return false;
	struct record_header *headers = arena_alloc(arena, (head.headers + ADDED_HEADERS) * sizeof *headers);
	size_t count = 0;
	for (; count < head.headers; count++) {
		headers[count].name = unpack_str(in);
		headers[count].value = unpack_nullable(in);
	}
	if (head.topic != SINK_DEAD_LETTERS)
		count += event_headers(&head, origin->source, arena, headers + count);
	count += origin_headers(origin, arena, headers + count);
	*message = (struct sink_message){.topic = (enum sink_topic)head.topic,
	                                 .shard = origin->shard,
	                                 .key = head.key,
	                                 .value = head.value,
	                                 .headers = headers,
	                                 .header_count = count,
	                                 .timestamp = head.time};
	return !in->bad;
}
