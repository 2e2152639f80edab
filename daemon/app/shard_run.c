/* SPDX-License-Identifier: Apache-2.0 */
#include "app/shard_run.h"

#include "app/law.h"
#include "app/outbox.h"
#include "app/shard.h"

#include <inttypes.h>

enum { TRIM_LOOKS = 2000, STUCK_MS = 5000 };

/* Hours whose customers are needed, or soon will be, are taken while no batch is open. */
static bool take_hours(struct shard *shard)
{
	struct timers *timers = &shard->timers;
	int64_t slot;
	bool stored;
	while (!timers_open(timers) && timers_slot_next(timers, intake_horizon(shard), &slot, &stored)) {
		if (stored) {
			shard->ask.slot = (struct store_slot){.shard = shard->number, .slot = slot};
			shard_enter(shard, SHARD_READING_SLOT);
			return true;
		}
		timers_slot_take(timers, slot);
	}
	return false;
}

static bool commit_is_late(const struct shard *shard)
{
	const struct shard_env *env = shard->env;
	return shard->ahead_from.ms != INSTANT_NEVER.ms &&
	       (env->stopping || env->now.ms >= shard->ahead_from.ms + env->settings->commit_idle.ms);
}

static void next_batch(struct shard *shard)
{
	const struct shard_env *env = shard->env;
	batch_clear(&shard->batch_now);
	intake_clear(&shard->intake);
	size_t sharing = env->shards ? env->shards : 1;
	cache_trim(&shard->cache, (size_t)env->settings->cache_bytes / sharing, TRIM_LOOKS);
	shard_enter(shard, SHARD_FILLING);
}

/* Ready to run, but with nothing in it: the next record needs an hour that is not taken, or all were left out. */
static bool fill_again(struct shard *shard)
{
	bool more = shard->batch_now.events || shard->batch_now.dues;
	next_batch(shard);
	return take_hours(shard) || more || timers_ready(&shard->timers).ms >= shard->intake.until.ms;
}

/* After a while without progress the wall clock does not rule until what was missed has been read. */
static bool look_behind(struct shard *shard)
{
	struct instant since = shard->stuck_since, now = shard->env->now;
	if (since.ms == INSTANT_NEVER.ms || !intake_may_take(shard))
		return false;
	shard->stuck_since = INSTANT_NEVER;
	if (shard->env->settings->clock != CLOCK_WALL || now.ms - since.ms < STUCK_MS)
		return false;
	shard_enter(shard, SHARD_LOOKING);
	return true;
}

bool shard_fill(struct shard *shard)
{
	struct batch *batch = &shard->batch_now;
	if (batch_empty(batch) && look_behind(shard))
		return true;
	if (batch_empty(batch) && take_hours(shard))
		return true;
	if (intake_fill(shard)) {
		if (batch_empty(batch))
			return fill_again(shard);
		if (!batch->program) /* due times alone */
			batch->program = program_take(shard->env->program);
		shard->ran_at = shard->env->now;
		shard_enter(shard, SHARD_LOADING);
		return true;
	}
	if (!batch_empty(batch) || !commit_is_late(shard))
		return false;
	batch->now = shard->env->now;
	batch_write(shard, shard->batch + 1);
	shard_enter(shard, SHARD_SAVING);
	return true;
}

bool shard_read_slot(struct shard *shard)
{
	struct store *store = shard->env->ports->store;
	shard_asking(shard);
	store->ops->slot(store, &shard->ask.slot);
	return false;
}

void shard_slot_read(struct shard *shard)
{
	const struct store_slot *answer = &shard->ask.slot;
	timers_slot_take(&shard->timers, answer->slot);
	for (size_t i = 0; i < answer->count; i++)
		timers_slot_hint(&shard->timers, cache_take(&shard->cache, answer->ids[i]));
	shard_enter(shard, SHARD_FILLING);
}

static void step(struct shard *shard)
{
	batch_step(shard);
	if (!batch_changed(&shard->batch_now)) {
		next_batch(shard);
		return;
	}
	batch_write(shard, shard->batch + 1);
	shard_enter(shard, SHARD_SAVING);
}

bool shard_load(struct shard *shard)
{
	struct batch *batch = &shard->batch_now;
	struct store *store = shard->env->ports->store;
	if (batch->wanted_count == 0) {
		step(shard);
		return true;
	}
	if (batch->wanted_count > shard->load_cap) {
		shard->load_cap = batch->wanted_count + batch->wanted_count / 2;
		shard->load_ids = mem_realloc(shard->load_ids, shard->load_cap * sizeof(struct str));
		shard->load_records = mem_realloc(shard->load_records, shard->load_cap * sizeof(struct str));
	}
	for (size_t i = 0; i < batch->wanted_count; i++)
		shard->load_ids[i] = batch->wanted[i]->id;
	shard->ask.load = (struct store_load){.shard = shard->number,
	                                      .ids = shard->load_ids,
	                                      .count = batch->wanted_count,
	                                      .records = shard->load_records};
	shard_asking(shard);
	store->ops->load(store, &shard->ask.load);
	return false;
}

void shard_loaded(struct shard *shard)
{
	struct batch *batch = &shard->batch_now;
	for (size_t i = 0; i < batch->wanted_count; i++) {
		struct cache_record *record = batch->wanted[i];
		struct str bytes = shard->load_records[i];
		record->wanted = false;
		cache_set(&shard->cache, record, bytes);
		if (bytes.ptr)
			record->due = customer_peek_due(bytes);
		/* Whoever was flushed with a due time was hinted at: see shard_flush.c. */
		record->hint_slot = record->due.ms == INSTANT_NEVER.ms ? SLOT_NONE : slot_of(record->due);
		timers_set(&shard->timers, record);
	}
	batch->wanted_count = 0;
	step(shard);
}

/* The batch is in the log: its outbox may be emitted, its offsets committed. */
static void publish(struct shard *shard, uint64_t number)
{
	struct batch *batch = &shard->batch_now;
	for (const struct erasure *erasure = batch->erasures; erasure; erasure = erasure->next)
		spans_withdraw(&shard->spans, erasure);
	struct span span = {.batch = number,
	                    .bytes = batch->entry.len,
	                    .first = batch->meta.outbox + 1 - batch->outbox_count,
	                    .last = batch->meta.outbox};
	if (batch->outbox_count) {
		span.outbox = batch->outbox;
		batch->outbox = (struct buf){0};
		buf_str(&span.text, shard->env->settings->source);
		span.source = buf_view(&span.text);
	}
	memcpy(span.offsets, batch->meta.offsets, sizeof span.offsets);
	spans_add(&shard->spans, &span);
}

bool shard_save(struct shard *shard)
{
	struct store *store = shard->env->ports->store;
	struct batch *batch = &shard->batch_now;
	if (!law(LAW_DURABLE_FIRST) && shard->published <= shard->batch) {
		shard->published = shard->batch + 1;
		publish(shard, shard->batch + 1);
	}
	shard->ask.append = (struct store_append){.shard = shard->number,
	                                          .epoch = shard->epoch,
	                                          .batch = shard->batch + 1,
	                                          .entry = buf_view(&batch->entry),
	                                          .meta = buf_view(&batch->meta_bytes)};
	shard_asking(shard);
	store->ops->append(store, &shard->ask.append);
	return false;
}

void shard_saved(struct shard *shard)
{
	struct batch *batch = &shard->batch_now;
	struct report *report = shard->env->report;
	shard->batch++;
	if (law(LAW_DURABLE_FIRST))
		publish(shard, shard->batch);
	shard->meta = batch->meta;
	shard->ahead_from = INSTANT_NEVER;
	shard->flush.bytes += batch->entry.len;
	report_count(report, METRIC_BATCHES, 1);
	report_count(report, METRIC_LOG_BYTES, batch->entry.len);
	next_batch(shard);
}

/* The append may or may not have happened: only the header knows. */
void shard_save_unknown(struct shard *shard)
{
	report_count(shard->env->report, METRIC_DOUBTS, 1);
	if (law(LAW_SETTLE_APPEND))
		shard_enter(shard, SHARD_SETTLING);
	else
		shard_saved(shard);
}

bool shard_settle(struct shard *shard)
{
	struct store *store = shard->env->ports->store;
	shard->ask.peek = (struct store_peek){.shard = shard->number};
	shard_asking(shard);
	store->ops->peek(store, &shard->ask.peek);
	return false;
}

void shard_settled(struct shard *shard)
{
	const struct store_header *header = &shard->ask.peek.header;
	if (header->epoch > shard->epoch)
		shard_fenced(shard);
	else if (header->epoch < shard->epoch || header->lineage != shard->lineage || header->batch < shard->batch ||
	         header->batch > shard->batch + 1)
		shard_hold(shard,
		           "the store went back in time while it was in use: it is at batch %" PRIu64
		           " of epoch %" PRIu64 ", not at batch %" PRIu64 " of epoch %" PRIu64,
		           header->batch, header->epoch, shard->batch, shard->epoch);
	else if (header->batch == shard->batch + 1)
		shard_saved(shard);
	else
		shard_enter(shard, SHARD_SAVING);
}
