/* SPDX-License-Identifier: Apache-2.0 */
#include "app/shard_flush.h"

#include "app/law.h"
#include "app/shard.h"

#include <stdlib.h>

enum { ARENA_CHUNK = 1 << 20 };

void shard_flush_init(struct shard_flush *flush)
{
	*flush = (struct shard_flush){.retry_at = INSTANT_NONE};
	arena_init(&flush->arena, ARENA_CHUNK);
}

void shard_flush_release(struct shard_flush *flush)
{
	arena_release(&flush->arena);
	free(flush->dirty);
	free(flush->flushing);
}

void shard_flush_mark(struct shard_flush *flush, struct cache_record *record)
{
	if (record->dirty)
		return;
	if (flush->dirty_count == flush->dirty_cap)
		flush->dirty = mem_grow(flush->dirty, &flush->dirty_cap, sizeof *flush->dirty);
	record->dirty = true;
	flush->dirty[flush->dirty_count++] = record;
}

/* F after this flush. It follows what is emitted, so that the log behind F always holds every entry that is not: the
 * log is trimmed up to F, and who takes the shard reads on from there. */
static uint64_t flushed_after(const struct shard *shard)
{
	uint64_t done = law(LAW_TRIM_BOTH) ? spans_done(&shard->spans, shard->flushed) : shard->batch;
	return done < shard->batch ? done : shard->batch;
}

bool shard_flush_wanted(const struct shard *shard)
{
	return shard->flush.dirty_count > 0 || flushed_after(shard) > shard->flushed;
}

static void add_hint(struct shard *shard, struct cache_record *record, struct store_hint *hints)
{
	struct store_flush *ask = &shard->flush.ask;
	if (record->due.ms == INSTANT_NEVER.ms)
		return;
	/* A due time that has passed is found in the hour that timers have come to; earlier ones are removed. */
	int64_t slot = slot_of(record->due), fired = slot_of(shard->meta.fired);
	if (slot < fired)
		slot = fired;
	if (record->hint_slot == slot)
		return;
	record->hint_slot = slot;
	hints[ask->hint_count++] = (struct store_hint){.slot = slot, .id = arena_str(&shard->flush.arena, record->id)};
	timers_slots_add(&shard->timers.at_store, slot);
}

static void collect_records(struct shard *shard)
{
	struct shard_flush *flush = &shard->flush;
	size_t count = flush->dirty_count;
	struct store_record *records = arena_alloc(&flush->arena, (count + 1) * sizeof *records);
	struct store_hint *hints = arena_alloc(&flush->arena, (count + 1) * sizeof *hints);
	for (size_t i = 0; i < count; i++) {
		struct cache_record *record = flush->dirty[i];
		records[i].id = arena_str(&flush->arena, record->id);
		records[i].bytes = arena_str(&flush->arena, cache_bytes(record));
		record->dirty = false;
		record->flushing = true;
		add_hint(shard, record, hints);
	}
	flush->ask.records = records;
	flush->ask.record_count = count;
	flush->ask.hints = hints;
}

static void collect_over(struct shard *shard)
{
	const struct slot_list *list = &shard->timers.at_store;
	int64_t fired = slot_of(shard->meta.fired);
	int64_t *over = arena_alloc(&shard->flush.arena, (list->count + 1) * sizeof *over);
	size_t count = 0;
	while (count < list->count && list->slots[count] < fired) {
		over[count] = list->slots[count];
		count++;
	}
	shard->flush.ask.over = over;
	shard->flush.ask.over_count = count;
}

static void swap_lists(struct shard_flush *flush)
{
	struct cache_record **list = flush->flushing;
	size_t cap = flush->flushing_cap;
	flush->flushing = flush->dirty;
	flush->flushing_cap = flush->dirty_cap;
	flush->flushing_count = flush->dirty_count;
	flush->dirty = list;
	flush->dirty_cap = cap;
	flush->dirty_count = 0;
}

/* The slot whose hints are on their way from the store. */
static int64_t reading(const struct shard *shard)
{
	return shard->state == SHARD_READING_SLOT ? shard->ask.slot.slot : SLOT_NONE;
}

static void finish(struct shard *shard)
{
	struct shard_flush *flush = &shard->flush;
	struct report *report = shard->env->report;
	for (size_t i = 0; i < flush->flushing_count; i++)
		flush->flushing[i]->flushing = false;
	flush->running = false;
	flush->retry_wait.ms = 0;
	timers_flush_done(&shard->timers, reading(shard));
	if (flush->ask.over_count)
		timers_slots_over(&shard->timers, flush->ask.over[flush->ask.over_count - 1] + 1);
	shard->flushed = flush->ask.flushed;
	spans_trim(&shard->spans, shard->flushed);
	report_count(report, METRIC_FLUSHES, 1);
	report_count(report, METRIC_FLUSHED_RECORDS, flush->ask.record_count);
	arena_clear(&flush->arena);
}

static void done(struct request *request)
{
	struct shard *shard = request->owner;
	struct shard_flush *flush = &shard->flush;
	shard->pending--;
	flush->asked = false;
	if (shard->state == SHARD_RELEASED)
		return;
	switch (request->outcome) {
	case OUTCOME_DONE:
		finish(shard);
		break;
	case OUTCOME_AGAIN: /* harmless to repeat: the very same request once more */
		flush->retry_wait = shard_backoff(flush->retry_wait);
		flush->retry_at.ms = shard->env->now.ms + flush->retry_wait.ms;
		shard_log(shard, REPORT_WARN, "flush: %s", request->why);
		break;
	case OUTCOME_FENCED:
		shard_fenced(shard);
		break;
	case OUTCOME_NEVER:
		shard_hold(shard, "flush: %s", request->why);
		break;
	}
}

static void begin(struct shard *shard)
{
	struct shard_flush *flush = &shard->flush;
	flush->ask = (struct store_flush){.request = {.done = done, .owner = shard}, .shard = shard->number};
	flush->ask.epoch = shard->epoch;
	flush->ask.flushed = flush->ask.trim = flushed_after(shard);
	flush->ask.emitted = shard->spans.emitted;
	timers_flush_begin(&shard->timers);
	collect_records(shard);
	collect_over(shard);
	swap_lists(flush);
	flush->running = true;
	flush->bytes = 0;
	flush->at = shard->env->now;
	flush->retry_at = INSTANT_NONE;
}

static void send(struct shard *shard)
{
	struct store *store = shard->env->ports->store;
	shard->flush.asked = true;
	shard->pending++;
	store->ops->flush(store, &shard->flush.ask);
}

/* A flush writes only what the log holds: never while a batch's append is not answered, since the cache has its
 * customers already. */
static bool log_holds_cache(const struct shard *shard)
{
	return shard->state == SHARD_FILLING || shard->state == SHARD_READING_SLOT || shard->state == SHARD_LOOKING ||
	       shard->state == SHARD_LOADING || (shard->state == SHARD_DRAINING && shard->flush_last);
}

static bool due(const struct shard *shard)
{
	const struct worker_settings *settings = shard->env->settings;
	const struct shard_flush *flush = &shard->flush;
	return (int64_t)flush->bytes >= settings->flush_bytes || (int64_t)shard->spans.bytes >= settings->log_bytes ||
	       shard->env->now.ms >= flush->at.ms + settings->flush_every.ms || shard->state == SHARD_DRAINING;
}

void shard_flush_turn(struct shard *shard)
{
	struct shard_flush *flush = &shard->flush;
	if (flush->asked || shard->state == SHARD_HELD || shard->state == SHARD_RELEASED)
		return;
	if (!flush->running) {
		bool allowed = log_holds_cache(shard) || (!law(LAW_FLUSH_BEHIND_LOG) && shard_runs(shard));
		if (!allowed || !due(shard) || !shard_flush_wanted(shard))
			return;
		begin(shard);
	}
	if (shard->env->now.ms >= flush->retry_at.ms)
		send(shard);
}

struct instant shard_flush_wake(const struct shard *shard)
{
	const struct shard_flush *flush = &shard->flush;
	if (flush->asked || shard->state == SHARD_HELD || shard->state == SHARD_RELEASED)
		return INSTANT_NEVER;
	if (flush->running)
		return flush->retry_at;
	if (!shard_runs(shard) || !shard_flush_wanted(shard))
		return INSTANT_NEVER;
	return (struct instant){flush->at.ms + shard->env->settings->flush_every.ms};
}
