/* SPDX-License-Identifier: Apache-2.0 */
#include "app/intake.h"

#include "app/shard.h"

#include <stdio.h>

/* Hours are taken from the store so long before they begin, so that their customers are known in time. */
#define SLOT_AHEAD_MS INT64_C(300000)
/* While time is what the events say, hours pass in moments and taking one ends the batch: then half a day at once. */
#define SLOTS_AHEAD_MS INT64_C(43200000)

void intake_clear(struct intake *intake)
{
	memset(intake->heads, 0, sizeof intake->heads);
}

static struct instant minus(struct instant a, struct duration b)
{
	int64_t ms;
	return __builtin_sub_overflow(a.ms, b.ms, &ms) ? INSTANT_NONE : (struct instant){ms};
}

static bool by_wall(const struct shard *shard)
{
	return shard->env->settings->clock == CLOCK_WALL && !shard->intake.catching;
}

/* Where time is what the events say, but never ahead of a wall clock. */
static struct instant cut(const struct shard *shard, struct instant at)
{
	return shard->env->settings->clock == CLOCK_WALL ? instant_earlier(at, shard->env->now) : at;
}

static struct instant limit_with(const struct shard *shard, struct instant stream)
{
	const struct shard_meta *meta = &shard->batch_now.meta;
	if (by_wall(shard))
		return instant_later(meta->fired, shard->env->now);
	return instant_later(meta->fired, cut(shard, minus(stream, shard->env->settings->disorder)));
}

/* How far timers may fire without another event. */
static struct instant limit_now(const struct shard *shard)
{
	return limit_with(shard, shard->batch_now.meta.stream);
}

struct instant intake_horizon(const struct shard *shard)
{
	struct instant limit = instant_later(limit_now(shard), shard->intake.until);
	int64_t ahead = by_wall(shard) ? SLOT_AHEAD_MS : SLOTS_AHEAD_MS;
	return limit.ms == INSTANT_NONE.ms ? limit : (struct instant){limit.ms + ahead};
}

struct instant intake_ahead(struct instant hour)
{
	return (struct instant){hour.ms - SLOT_AHEAD_MS + 1};
}

static const struct record *copy_record(const struct record *record, struct arena *arena)
{
	struct record *copy = arena_alloc(arena, sizeof *copy);
	*copy = *record;
	if (record->key.ptr)
		copy->key = arena_str(arena, record->key);
	if (record->value.ptr)
		copy->value = arena_str(arena, record->value);
	if (record->header_count == 0)
		return copy;
	struct record_header *headers = arena_alloc(arena, record->header_count * sizeof *headers);
	for (size_t i = 0; i < record->header_count; i++) {
		headers[i].name = arena_str(arena, record->headers[i].name);
		headers[i].value = record->headers[i].value;
		if (headers[i].value.ptr)
			headers[i].value = arena_str(arena, headers[i].value);
	}
	copy->headers = headers;
	return copy;
}

static void decode(struct shard *shard, struct intake_head *head)
{
	struct batch *batch = &shard->batch_now;
	struct decoder *decoder = shard->env->ports->decoder;
	int64_t most = shard->env->settings->record_bytes;
	if (!batch->program)
		batch->program = program_take(shard->env->program);
	head->event = arena_zalloc(&batch->arena, sizeof *head->event);
	head->error = arena_zalloc(&batch->arena, sizeof *head->error);
	if (head->record->value.len > (size_t)most) {
		head->result = DECODE_BAD;
		head->error->stage = "DECODE";
		snprintf(head->error->message, sizeof head->error->message, "%zu bytes are more than the %lld allowed",
		         head->record->value.len, (long long)most);
		return;
	}
	head->result = decoder->ops->decode(decoder, head->record, &batch->program->set->rules, &batch->arena,
	                                    head->event, head->error);
	head->event->origin = head->record->origin;
}

static bool look(struct shard *shard, uint32_t topic)
{
	struct intake_head *head = &shard->intake.heads[topic];
	struct source *source = shard->env->ports->source;
	if (head->record)
		return true;
	const struct record *record = source->ops->peek(source, shard->number, topic);
	if (!record)
		return false;
	head->record = copy_record(record, &shard->batch_now.arena);
	decode(shard, head);
	return true;
}

static bool has_time(const struct intake_head *head)
{
	return head->result == DECODE_EVENT || head->result == DECODE_TICK;
}

static bool level(struct shard *shard)
{
	struct source *source = shard->env->ports->source;
	for (uint32_t topic = 0; topic < source->topics; topic++)
		if (!source->ops->reached(source, shard->number, topic, shard->intake.ends[topic]))
			return false;
	return true;
}

/* The next record to count. While behind, no topic may be passed over that has more up to its end. */
static struct intake_head *pick(struct shard *shard)
{
	struct intake *intake = &shard->intake;
	struct source *source = shard->env->ports->source;
	struct intake_head *best = NULL;
	if (intake->catching)
		intake->catching = !level(shard);
	for (uint32_t topic = 0; topic < source->topics; topic++) {
		struct intake_head *head = &intake->heads[topic];
		if (!look(shard, topic)) {
			if (intake->catching &&
			    !source->ops->reached(source, shard->number, topic, intake->ends[topic]))
				return NULL;
			continue;
		}
		if (!has_time(head))
			return head;
		if (!best || head->event->time.ms < best->event->time.ms)
			best = head;
	}
	return best;
}

/* Takes the timers due before `until` into the batch. False when the batch must be run before it can go on: enough of
 * them, or the hour that begins there is not known yet. */
static bool take_due(struct shard *shard, struct instant until)
{
	struct batch *batch = &shard->batch_now;
	struct timers *timers = &shard->timers;
	struct instant ready = timers_ready(timers), end = instant_earlier(until, ready), next;
	while ((next = timers_next(timers)).ms < end.ms) {
		if (batch->dues >= (size_t)shard->env->settings->due_per_batch) {
			batch->limit = instant_later(batch->limit, next);
			return false;
		}
		struct batch_item *item = batch_add(batch);
		item->kind = ITEM_DUE;
		item->limit = next;
		item->customer = timers_pop(timers);
		batch_want(batch, item->customer);
		batch->dues++;
	}
	batch->limit = instant_later(batch->limit, end);
	return until.ms <= ready.ms;
}

/* Customers of the hour just taken, of whom only the record says when they are due. */
static void take_open(struct shard *shard)
{
	struct batch *batch = &shard->batch_now;
	while (batch->dues < (size_t)shard->env->settings->due_per_batch) {
		struct cache_record *record = timers_open_next(&shard->timers);
		if (!record)
			return;
		if (record->loaded)
			timers_set(&shard->timers, record);
		else
			batch_want(batch, record);
		batch->dues++;
	}
}

static struct instant limit_of(const struct shard *shard, const struct intake_head *head)
{
	const struct shard_meta *meta = &shard->batch_now.meta;
	if (!has_time(head))
		return limit_now(shard);
	struct instant time = cut(shard, head->event->time);
	struct instant limit = limit_with(shard, instant_later(meta->stream, time));
	return head->result == DECODE_TICK ? instant_later(limit, time) : limit;
}

static void add_item(struct shard *shard, const struct intake_head *head, struct instant limit)
{
	static const enum batch_item_kind kinds[] = {
	        [DECODE_EVENT] = ITEM_EVENT, [DECODE_TICK] = ITEM_TICK, [DECODE_BAD] = ITEM_BAD};
	struct batch *batch = &shard->batch_now;
	if (head->result == DECODE_UNKNOWN) {
		report_count(shard->env->report, METRIC_EVENTS_UNKNOWN, 1);
		return;
	}
	struct batch_item *item = batch_add(batch);
	item->kind = kinds[head->result];
	item->limit = limit;
	item->record = head->record;
	item->event = head->event;
	item->error = head->error;
}

/* Finds the customers of the events taken, several at a time. */
static void find_customers(struct shard *shard)
{
	struct batch *batch = &shard->batch_now;
	while (batch->found < batch->count) {
		struct batch_item *items[CACHE_TOGETHER];
		struct str ids[CACHE_TOGETHER];
		struct cache_record *records[CACHE_TOGETHER];
		size_t count = 0;
		for (; batch->found < batch->count && count < CACHE_TOGETHER; batch->found++) {
			struct batch_item *item = &batch->items[batch->found];
			if (item->kind != ITEM_EVENT)
				continue;
			ids[count] = item->event->customer;
			items[count++] = item;
		}
		cache_take_all(&shard->cache, ids, count, records);
		for (size_t i = 0; i < count; i++) {
			items[i]->customer = records[i];
			batch_want(batch, records[i]);
		}
	}
}

static void take(struct shard *shard, struct intake_head *head, struct instant limit)
{
	struct source *source = shard->env->ports->source;
	struct shard_meta *meta = &shard->batch_now.meta;
	const struct origin *origin = &head->record->origin;
	add_item(shard, head, limit);
	shard->batch_now.events++;
	if (has_time(head))
		meta->stream = instant_later(meta->stream, cut(shard, head->event->time));
	meta->offsets[origin->topic] = origin->offset + 1;
	if (shard->ahead_from.ms == INSTANT_NEVER.ms)
		shard->ahead_from = shard->env->now;
	source->ops->pop(source, shard->number, origin->topic);
	head->record = NULL;
}

bool intake_may_take(const struct shard *shard)
{
	const struct worker_settings *settings = shard->env->settings;
	return !shard->env->stopping && (int64_t)shard->spans.bytes < settings->log_bytes &&
	       (int64_t)shard->spans.waiting < settings->outbox_entries;
}

/* True when the batch cannot take more. */
static bool fill(struct shard *shard)
{
	struct batch *batch = &shard->batch_now;
	int64_t most = shard->env->settings->batch_events;
	shard->intake.nothing = false;
	while ((int64_t)batch->events < most) {
		struct intake_head *head = pick(shard);
		struct instant limit = head ? limit_of(shard, head) : limit_now(shard);
		shard->intake.until = limit;
		if (!take_due(shard, limit))
			return true;
		shard->intake.nothing = !head;
		if (!head)
			return false;
		take(shard, head, limit);
	}
	return true;
}

bool intake_fill(struct shard *shard)
{
	struct batch *batch = &shard->batch_now;
	struct instant run_at = {shard->ran_at.ms + shard->env->settings->batch_wait.ms};
	if (!intake_may_take(shard)) {
		if (shard->stuck_since.ms == INSTANT_NEVER.ms)
			shard->stuck_since = shard->env->now;
		return !batch_empty(batch);
	}
	take_open(shard);
	bool full = fill(shard);
	find_customers(shard);
	if (full)
		return true;
	return !batch_empty(batch) && (shard->env->now.ms >= run_at.ms || shard->env->stopping);
}
