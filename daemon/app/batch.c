/* SPDX-License-Identifier: Apache-2.0 */
#include "app/batch.h"

#include "app/entry.h"
#include "app/invariant.h"
#include "app/outbox.h"
#include "app/shard.h"

#include <stdlib.h>

enum { ARENA_CHUNK = 4 << 20 };

void batch_init(struct batch *batch)
{
	*batch = (struct batch){.limit = INSTANT_NONE};
	arena_init(&batch->arena, ARENA_CHUNK);
}

void batch_release(struct batch *batch)
{
	program_drop(batch->program);
	arena_release(&batch->arena);
	free(batch->items);
	free(batch->wanted);
	free(batch->seats);
	buf_release(&batch->outbox);
	buf_release(&batch->entry);
	buf_release(&batch->meta_bytes);
	buf_release(&batch->scratch);
}

void batch_clear(struct batch *batch)
{
	for (size_t i = 0; i < batch->seat_count; i++)
		batch->seats[i]->record->seat = NULL;
	for (size_t i = 0; i < batch->wanted_count; i++)
		batch->wanted[i]->wanted = false;
	batch->count = batch->found = batch->events = batch->dues = batch->wanted_count = batch->seat_count =
	        batch->changed = 0;
	batch->outbox_count = 0;
	batch->limit = INSTANT_NONE;
	batch->erasures = NULL;
	buf_clear(&batch->outbox);
	program_drop(batch->program);
	batch->program = NULL;
	arena_clear(&batch->arena);
}

struct batch_item *batch_add(struct batch *batch)
{
	if (batch->count == batch->cap)
		batch->items = mem_grow(batch->items, &batch->cap, sizeof *batch->items);
	struct batch_item *item = &batch->items[batch->count++];
	*item = (struct batch_item){0};
	return item;
}

void batch_want(struct batch *batch, struct cache_record *record)
{
	__builtin_prefetch(record->bytes); /* read when the whole batch is stepped, by then it is here */
	if (record->wanted || record->loaded)
		return;
	if (batch->wanted_count == batch->wanted_cap)
		batch->wanted = mem_grow(batch->wanted, &batch->wanted_cap, sizeof *batch->wanted);
	record->wanted = true;
	batch->wanted[batch->wanted_count++] = record;
}

/* One run over the batch's items. */
struct stepping {
	struct shard *shard;
	struct batch *batch;
	struct engine engine;
	struct engine_output out;
	struct report *report;
	const bool *has_topic;
	struct str source;
	bool zone_said; /* a zone that does not exist, in this batch */
};

static bool seat_read(struct stepping *s, struct seat *seat)
{
	const struct journey_set *set = s->batch->program->set;
	struct cache_record *record = seat->record;
	struct arena *arena = &s->batch->arena;
	if (!record->bytes) {
		customer_init(&seat->customer, record->id, set, arena);
		return true;
	}
	if (!record->bad && customer_read(&seat->customer, record->id, cache_bytes(record), set, arena))
		return true;
	if (!record->bad) {
		report_count(s->report, METRIC_BAD_RECORDS, 1);
		shard_log(s->shard, REPORT_ERROR, "the record of customer %.*s cannot be read; it is left as it is",
		          STR_ARG(record->id));
	}
	record->bad = true;
	return false;
}

static void seat_remember(struct seat *seat, struct arena *arena)
{
	const struct customer *customer = &seat->customer;
	struct run_of *runs = arena_alloc(arena, (customer->instance_count + 1) * sizeof *runs);
	for (size_t i = 0; i < customer->instance_count; i++)
		runs[i] = (struct run_of){customer->instances[i].journey_tag, customer->instances[i].version_tag};
	seat->runs = runs;
	seat->run_count = customer->instance_count;
}

static struct seat *seat_take(struct stepping *s, struct cache_record *record)
{
	struct batch *batch = s->batch;
	if (record->seat)
		return record->seat;
	invariant(record->loaded, "customers are loaded before they are stepped");
	if (batch->seat_count == batch->seat_cap)
		batch->seats = mem_grow(batch->seats, &batch->seat_cap, sizeof *batch->seats);
	struct seat *seat = arena_alloc(&batch->arena, sizeof *seat);
	seat->record = record;
	seat->changed = false;
	seat->readable = seat_read(s, seat);
	seat->run_count = 0;
	if (seat->readable)
		seat_remember(seat, &batch->arena);
	record->seat = seat;
	batch->seats[batch->seat_count++] = seat;
	return seat;
}

/* Whoever loads journeys sees to it that there is a topic for what they tell. */
static void tell_others(struct stepping *s, const struct emission *emission)
{
	if (!emission->outward)
		return;
	report_count(s->report, METRIC_RECORDS, 1);
	if (!s->has_topic[SINK_RECORDS]) {
		shard_log(s->shard, REPORT_ERROR, "no topic is set for records: \"%.*s\" of journey %.*s is not told",
		          STR_ARG(emission->event->name), STR_ARG(emission->journey->name));
		return;
	}
	outbox_emission(&s->batch->outbox, emission, s->source, &s->batch->scratch);
	s->batch->outbox_count++;
}

static void let_out(struct stepping *s)
{
	struct batch *batch = s->batch;
	for (size_t i = 0; i < s->out.action_count && s->has_topic[SINK_ACTIONS]; i++, batch->outbox_count++)
		outbox_action(&batch->outbox, &s->out.actions[i], s->source, &batch->scratch);
	report_count(s->report, METRIC_ACTIONS, s->out.action_count);
	for (size_t i = 0; i < s->out.emission_count; i++)
		tell_others(s, &s->out.emissions[i]);
	for (size_t i = 0; i < s->out.decision_count; i++) {
		const struct decision *decision = &s->out.decisions[i];
		s->report->decisions[decision->kind][decision->reason]++;
		if (!s->has_topic[SINK_DECISIONS])
			continue;
		outbox_decision(&batch->outbox, decision, s->source, &batch->scratch);
		batch->outbox_count++;
	}
	engine_output_clear(&s->out);
}

/* Once a batch is enough to find where the names come from; each is counted. */
static void say_bad_zone(struct stepping *s, const struct customer *customer)
{
	if (s->zone_said || !s->out.bad_zones)
		return;
	s->zone_said = true;
	shard_log(s->shard, REPORT_WARN,
	          "customer %.*s: there is no time zone \"%.*s\"; the journey's, the rules' or the daemon's holds "
	          "instead",
	          STR_ARG(customer->id), STR_ARG(value_text(customer->profile[PROFILE_TIMEZONE])));
}

/* After the engine had the customer: its next due time, and what it said. */
static void settle(struct stepping *s, struct seat *seat)
{
	struct cache_record *record = seat->record;
	if (!seat->changed) {
		seat->changed = true;
		s->batch->changed++;
	}
	record->due = customer_due(&seat->customer);
	timers_set(&s->shard->timers, record);
	say_bad_zone(s, &seat->customer);
	let_out(s);
}

/* The timers brought the customer up at this time; its record says whether it is due. */
static void fire(struct stepping *s, struct cache_record *record, struct instant at)
{
	invariant(record->loaded, "timers bring up only customers that are loaded");
	if (record->bad)
		return;
	if (record->due.ms > at.ms) {
		timers_set(&s->shard->timers, record);
		return;
	}
	struct seat *seat = seat_take(s, record);
	if (!seat->readable)
		return;
	engine_advance(&s->engine, &seat->customer, (struct instant){at.ms + 1}, &s->out);
	invariant(customer_due(&seat->customer).ms > at.ms, "a timer that fired is no longer due");
	settle(s, seat);
}

static void fire_until(struct stepping *s, struct instant until)
{
	struct timers *timers = &s->shard->timers;
	for (struct instant at; (at = timers_next(timers)).ms < until.ms;)
		fire(s, timers_pop(timers), at);
}

/* What a broker takes where nothing else is set is 1 MiB, our own headers included. */
enum { DEAD_LETTER_BYTES = 900 << 10 };

static void reject(struct stepping *s, const struct record *record, const struct decode_error *error)
{
	const struct shard *shard = s->shard;
	const struct source *source = shard->env->ports->source;
	size_t bytes = 4 * (size_t)shard->env->settings->record_bytes;
	struct dead_letter letter = {
	        .record = record,
	        .error = error,
	        .topic = source->topic_names ? source->topic_names[record->origin.topic] : "",
	        .source = s->source,
	        .bytes = bytes < DEAD_LETTER_BYTES ? bytes : DEAD_LETTER_BYTES,
	};
	report_count(s->report, METRIC_DEAD_LETTERS, 1);
	shard_log(shard, REPORT_WARN, "topic %s offset %lld: %s", letter.topic, (long long)record->origin.offset,
	          error->message);
	if (!s->has_topic[SINK_DEAD_LETTERS])
		return;
	outbox_dead_letter(&s->batch->outbox, &letter);
	s->batch->outbox_count++;
}

/* Where time is what the events say, what was due before the erasure counts as sent before it. */
static void erased(struct stepping *s, const struct seat *seat)
{
	struct batch *batch = s->batch;
	if (s->shard->env->settings->clock != CLOCK_WALL)
		return;
	struct erasure *erasure = arena_alloc(&batch->arena, sizeof *erasure);
	*erasure = (struct erasure){seat->record->id, seat->customer.erased, batch->erasures};
	batch->erasures = erasure;
	outbox_withdraw(&batch->outbox, erasure);
}

static void apply_event(struct stepping *s, const struct batch_item *item)
{
	struct seat *seat = seat_take(s, item->customer);
	if (!seat->readable) {
		struct decode_error error = {.stage = "EVALUATE",
		                             .message = "the customer's stored record cannot be read"};
		reject(s, item->record, &error);
		return;
	}
	enum engine_result result = engine_event(&s->engine, &seat->customer, item->event, s->batch->now, &s->out);
	if (result == ENGINE_APPLIED || result == ENGINE_ERASED)
		settle(s, seat);
	else
		engine_output_clear(&s->out);
	if (result == ENGINE_ERASED)
		erased(s, seat);
}

static void apply(struct stepping *s, const struct batch_item *item)
{
	fire_until(s, item->limit);
	switch (item->kind) {
	case ITEM_EVENT:
		apply_event(s, item);
		break;
	case ITEM_DUE:
		fire(s, item->customer, item->limit);
		break;
	case ITEM_BAD:
		reject(s, item->record, item->error);
		break;
	case ITEM_TICK:
		report_count(s->report, METRIC_TICKS, 1);
		break;
	}
}

static void count(struct report *report, const struct engine_output *out)
{
	report_count(report, METRIC_EVENTS, out->events);
	report_count(report, METRIC_EVENTS_DUPLICATE, out->duplicates);
	report_count(report, METRIC_EVENTS_LATE, out->late);
	report_count(report, METRIC_EVENTS_FUTURE, out->future);
	report_count(report, METRIC_EVENTS_FORGOTTEN, out->forgotten);
	report_count(report, METRIC_ERASURES, out->erasures);
	report_count(report, METRIC_FAULTS, out->faults);
	report_count(report, METRIC_BAD_ZONES, out->bad_zones);
	report_count(report, METRIC_TIMERS, out->timers);
}

void batch_step(struct shard *shard)
{
	struct shard_env *env = shard->env;
	struct batch *batch = &shard->batch_now;
	struct stepping s = {
	        .shard = shard,
	        .batch = batch,
	        .engine = {.set = batch->program->set,
	                   .zones = env->zones,
	                   .zone = env->zone,
	                   .decide_not_entered = env->settings->decide_not_entered,
	                   .scratch = &env->scratch},
	        .report = env->report,
	        .has_topic = env->ports->sink->has_topic,
	        .source = env->settings->source,
	};
	engine_output_init(&s.out, &batch->arena);
	batch->now = env->settings->clock == CLOCK_WALL ? env->now : INSTANT_NEVER;
	for (size_t i = 0; i < batch->count; i++)
		apply(&s, &batch->items[i]);
	fire_until(&s, batch->limit);
	if (batch->limit.ms > batch->meta.fired.ms)
		batch->meta.fired = batch->limit;
	count(env->report, &s.out);
}

bool batch_changed(const struct batch *batch)
{
	return batch->changed || batch->outbox_count;
}

static bool runs_changed(const struct seat *seat)
{
	const struct customer *customer = &seat->customer;
	for (size_t i = 0; i < seat->run_count && i < customer->instance_count; i++)
		if (seat->runs[i].journey != customer->instances[i].journey_tag ||
		    seat->runs[i].version != customer->instances[i].version_tag)
			return true;
	return seat->run_count != customer->instance_count;
}

static void count_runs(struct shard *shard)
{
	struct batch *batch = &shard->batch_now;
	for (size_t i = 0; i < batch->seat_count; i++) {
		const struct seat *seat = batch->seats[i];
		const struct customer *customer = &seat->customer;
		if (!seat->changed || !runs_changed(seat))
			continue;
		for (size_t k = 0; k < customer->instance_count; k++)
			version_counts_move(&shard->counts, customer->instances[k].journey_tag,
			                    customer->instances[k].version_tag, 1);
		for (size_t k = 0; k < seat->run_count; k++)
			version_counts_move(&shard->counts, seat->runs[k].journey, seat->runs[k].version, -1);
	}
}

static void write_meta(struct shard *shard)
{
	struct batch *batch = &shard->batch_now;
	struct shard_meta meta = batch->meta;
	buf_clear(&batch->scratch);
	version_counts_write(&shard->counts, &batch->scratch);
	meta.versions = buf_view(&batch->scratch);
	buf_clear(&batch->meta_bytes);
	shard_meta_write(&meta, &batch->meta_bytes);
}

static void write_records(struct shard *shard)
{
	struct batch *batch = &shard->batch_now;
	for (size_t i = 0; i < batch->seat_count; i++) {
		struct seat *seat = batch->seats[i];
		if (!seat->changed)
			continue;
		struct instant due = seat->record->due;
		buf_clear(&batch->scratch);
		if (!customer_void(&seat->customer))
			customer_write(&seat->customer, batch->program->set, &batch->scratch);
		struct str bytes = batch->scratch.len ? buf_view(&batch->scratch) : (struct str){0};
		entry_add(&batch->entry, seat->record->id, bytes);
		cache_set(&shard->cache, seat->record, bytes);
		seat->record->due = due;
		shard_flush_mark(&shard->flush, seat->record);
	}
}

void batch_write(struct shard *shard, uint64_t number)
{
	struct batch *batch = &shard->batch_now;
	batch->meta.outbox += batch->outbox_count;
	batch->meta.committed = shard->meta.committed;
	count_runs(shard);
	write_meta(shard);
	struct entry entry = {
	        .batch = number,
	        .now = batch->now,
	        .config = batch->program ? batch->program->set->hash : (struct str){0},
	        .meta = buf_view(&batch->meta_bytes),
	        .record_count = batch->changed,
	        .outbox_count = batch->outbox_count,
	        .source = shard->env->settings->source,
	        .outbox = buf_view(&batch->outbox),
	};
	buf_clear(&batch->entry);
	entry_begin(&entry, &batch->entry);
	write_records(shard);
	entry_finish(&entry, &batch->entry);
}
