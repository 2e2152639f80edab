/* SPDX-License-Identifier: Apache-2.0 */
#include "app/shard.h"

#include "app/invariant.h"
#include "app/law.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define RETRY_FIRST_MS 50
#define RETRY_MOST_MS 5000
#define DRAIN_MOST_MS 3000

static bool drain(struct shard *shard);

static const struct state {
	struct str name;
	const char *waits_for;
	bool (*turn)(struct shard *shard);       /* works or asks; true when there is more to do at once */
	void (*answered)(struct shard *shard);   /* `ask` is DONE */
	void (*unanswered)(struct shard *shard); /* `ask` is AGAIN; NULL: the same again, later */
} STATES[SHARD_STATE_COUNT] = {
#define X(state, text, waits) [SHARD_##state] = {{"" text, sizeof text - 1}, waits, STEPS_##state},
#define STEPS_CLAIMING shard_claim, shard_claimed, NULL
#define STEPS_READING_COMMITTED shard_read_committed, shard_committed_read, NULL
#define STEPS_CHECKING shard_check, NULL, NULL
#define STEPS_READING_LOG shard_read_log, shard_log_read, NULL
#define STEPS_READING_SLOTS shard_read_slots, shard_slots_read, NULL
#define STEPS_READING_ENDS shard_read_ends, shard_ends_read, NULL
#define STEPS_FILLING shard_fill, NULL, NULL
#define STEPS_READING_SLOT shard_read_slot, shard_slot_read, NULL
#define STEPS_LOOKING shard_read_ends, shard_looked, NULL
#define STEPS_LOADING shard_load, shard_loaded, NULL
#define STEPS_SAVING shard_save, shard_saved, shard_save_unknown
#define STEPS_SETTLING shard_settle, shard_settled, NULL
#define STEPS_PROVING shard_settle, shard_proved, NULL
#define STEPS_HELD NULL, NULL, NULL
#define STEPS_DRAINING drain, NULL, NULL
#define STEPS_RELEASED NULL, NULL, NULL
        SHARD_STATES(X)
#undef X
};

struct str shard_state_name(enum shard_state state)
{
	return STATES[state].name;
}

void shard_log(const struct shard *shard, enum report_level level, const char *format, ...)
{
	char subject[48], message[400];
	va_list args;
	if (!shard->env->report->log)
		return;
	snprintf(subject, sizeof subject, "shard=%u", shard->number);
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	report_log(shard->env->report, level, subject, "%s", message);
}

/* The only place where the state changes. A shard that does not run is one that the emitter need not ask about: it must
 * not come back with a transaction in doubt. */
void shard_enter(struct shard *shard, enum shard_state state)
{
	invariant(!shard_runs(shard) || state >= SHARD_FILLING, "a shard that runs is not taken once more");
	shard_log(shard, REPORT_DEBUG, "%s, waits for %s", STATES[state].name.ptr, STATES[state].waits_for);
	shard->state = state;
}

struct shard *shard_new(struct shard_env *env, uint32_t number, struct instant at)
{
	struct shard *shard = mem_alloc(sizeof *shard);
	*shard = (struct shard){.env = env,
	                        .number = number,
	                        .retry_at = at,
	                        .unwell_since = INSTANT_NEVER,
	                        .stuck_since = INSTANT_NEVER,
	                        .ran_at = INSTANT_MIN,
	                        .ahead_from = INSTANT_NEVER,
	                        .let_go = INSTANT_NEVER,
	                        .intake = {.until = INSTANT_NONE}};
	cache_init(&shard->cache);
	timers_init(&shard->timers);
	batch_init(&shard->batch_now);
	shard_flush_init(&shard->flush);
	shard_enter(shard, law(LAW_CLAIM_FIRST) ? SHARD_CLAIMING : SHARD_READING_COMMITTED);
	return shard;
}

void shard_free(struct shard *shard)
{
	invariant(shard->pending == 0, "a shard is freed when nothing points into it any more");
	shard_flush_release(&shard->flush);
	batch_release(&shard->batch_now);
	timers_release(&shard->timers);
	cache_release(&shard->cache);
	spans_release(&shard->spans);
	version_counts_release(&shard->counts);
	free(shard->load_ids);
	free(shard->load_records);
	free(shard);
}

struct duration shard_backoff(struct duration last)
{
	int64_t next = last.ms ? 2 * last.ms : RETRY_FIRST_MS;
	return (struct duration){next < RETRY_MOST_MS ? next : RETRY_MOST_MS};
}

static void again_later(struct shard *shard, const char *why)
{
	if (shard->unwell_since.ms == INSTANT_NEVER.ms)
		shard->unwell_since = shard->env->now;
	if (shard->stuck_since.ms == INSTANT_NEVER.ms)
		shard->stuck_since = shard->env->now;
	snprintf(shard->unwell, sizeof shard->unwell, "%s", why);
	shard->retry_wait = shard_backoff(shard->retry_wait);
	shard->retry_at.ms = shard->env->now.ms + shard->retry_wait.ms;
	shard_log(shard, REPORT_WARN, "%s: %s; tried again in %lld ms", STATES[shard->state].name.ptr, why,
	          (long long)shard->retry_wait.ms);
}

static void answer(struct shard *shard)
{
	const struct state *state = &STATES[shard->state];
	const struct request *request = &shard->ask.request;
	switch (request->outcome) {
	case OUTCOME_DONE:
		shard->retry_wait.ms = 0;
		shard->unwell_since = INSTANT_NEVER;
		state->answered(shard);
		break;
	case OUTCOME_AGAIN:
		again_later(shard, request->why);
		if (state->unanswered)
			state->unanswered(shard);
		break;
	case OUTCOME_FENCED:
		shard_fenced(shard);
		break;
	case OUTCOME_NEVER:
		shard_hold(shard, "%s: %s", state->name.ptr, request->why);
		break;
	}
}

static void done(struct request *request)
{
	struct shard *shard = request->owner;
	shard->pending--;
	shard->asked = false;
	if (shard->state == shard->asked_in) /* else it was held, drained or lost meanwhile */
		answer(shard);
}

void shard_asking(struct shard *shard)
{
	shard->ask.request.done = done;
	shard->ask.request.owner = shard;
	shard->asked = true;
	shard->asked_in = shard->state;
	shard->pending++;
}

void shard_hold(struct shard *shard, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(shard->why, sizeof shard->why, format, args);
	va_end(args);
	shard_log(shard, REPORT_ERROR, "held: %s", shard->why);
	shard_enter(shard, SHARD_HELD);
}

void shard_suspect(struct shard *shard, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(shard->why, sizeof shard->why, format, args);
	va_end(args);
	shard_log(shard, REPORT_WARN, "suspected: %s", shard->why);
	shard_enter(shard, SHARD_PROVING);
}

void shard_proved(struct shard *shard)
{
	const struct store_header *header = &shard->ask.peek.header;
	if (header->epoch > shard->epoch) {
		shard_fenced(shard);
		return;
	}
	shard_log(shard, REPORT_ERROR, "held: %s", shard->why);
	shard_enter(shard, SHARD_HELD);
}

void shard_fenced(struct shard *shard)
{
	shard_log(shard, REPORT_WARN, "another process has claimed this shard; what is in memory is dropped");
	shard->take_again = !shard->revoked;
	shard_enter(shard, SHARD_RELEASED);
}

void shard_lose(struct shard *shard)
{
	shard->revoked = true;
	shard->take_again = false;
	if (shard->state != SHARD_RELEASED)
		shard_enter(shard, SHARD_RELEASED);
}

void shard_stalled(struct shard *shard)
{
	shard->stuck_since = INSTANT_MIN;
}

void shard_drain(struct shard *shard)
{
	shard->revoked = true;
	shard->take_again = false;
	shard->let_go.ms = shard->env->now.ms + DRAIN_MOST_MS;
}

/* An append under way is waited for: its batch may be in the log already. */
static bool may_drain(const struct shard *shard)
{
	bool saving = shard->state == SHARD_SAVING || shard->state == SHARD_SETTLING;
	return !saving;
}

static bool drained(const struct shard *shard)
{
	if (shard->env->now.ms >= shard->let_go.ms)
		return true;
	return !shard->flush_last || (!shard->flush.running && !shard_flush_wanted(shard));
}

static bool drain(struct shard *shard)
{
	/* Nothing of the shard may become visible after the release, so the transaction is waited for without limit. */
	if (shard->in_transaction && law(LAW_REVOKE_DRAIN))
		return false;
	if (!drained(shard) && law(LAW_REVOKE_DRAIN))
		return false;
	shard_enter(shard, SHARD_RELEASED);
	return false;
}

static void drain_turn(struct shard *shard)
{
	if (shard->state == SHARD_DRAINING)
		return;
	if (may_drain(shard)) {
		shard->flush_last = shard_runs(shard);
		shard_enter(shard, SHARD_DRAINING);
		return;
	}
	if (shard->env->now.ms >= shard->let_go.ms && !shard->in_transaction)
		shard_enter(shard, SHARD_RELEASED); /* the store does not answer; the next owner reads what it has */
}

void shard_turn(struct shard *shard)
{
	if (shard->state == SHARD_RELEASED)
		return;
	if (shard->revoked)
		drain_turn(shard);
	shard_flush_turn(shard);
	/* While draining, an answer to what was asked before is no longer of interest. */
	while (STATES[shard->state].turn && (!shard->asked || shard->state == SHARD_DRAINING) &&
	       (shard->env->now.ms >= shard->retry_at.ms || shard->state == SHARD_DRAINING))
		if (!STATES[shard->state].turn(shard))
			break;
}

static struct instant plus(struct instant a, struct duration b)
{
	int64_t ms;
	return __builtin_add_overflow(a.ms, b.ms, &ms) ? INSTANT_NEVER : (struct instant){ms};
}

/* What of itself brings a filling shard on. */
static struct instant fill_wake(const struct shard *shard)
{
	const struct worker_settings *settings = shard->env->settings;
	struct instant wake = INSTANT_NEVER;
	if (!batch_empty(&shard->batch_now))
		wake = plus(shard->ran_at, settings->batch_wait);
	if (shard->ahead_from.ms != INSTANT_NEVER.ms)
		wake = instant_earlier(wake, plus(shard->ahead_from, settings->commit_idle));
	if (settings->clock == CLOCK_STREAM || shard->intake.catching)
		return wake;
	struct instant ready = timers_ready(&shard->timers);
	if (shard->timers.count)
		wake = instant_earlier(wake, (struct instant){shard->timers.heap[0].at + 1});
	if (ready.ms != INSTANT_NONE.ms && ready.ms != INSTANT_NEVER.ms)
		wake = instant_earlier(wake, intake_ahead(ready));
	return wake;
}

struct instant shard_wake(const struct shard *shard)
{
	struct instant wake = shard_flush_wake(shard);
	if (shard->revoked && shard->state != SHARD_RELEASED)
		wake = instant_earlier(wake, shard->let_go);
	if (shard->asked || !STATES[shard->state].turn)
		return wake;
	if (shard->env->now.ms < shard->retry_at.ms)
		return instant_earlier(wake, shard->retry_at);
	return shard->state == SHARD_FILLING ? instant_earlier(wake, fill_wake(shard)) : wake;
}

bool shard_idle(const struct shard *shard)
{
	return shard->state == SHARD_FILLING && batch_empty(&shard->batch_now) && shard->intake.nothing &&
	       !shard->intake.catching && shard->ahead_from.ms == INSTANT_NEVER.ms && shard->spans.waiting == 0 &&
	       !shard->in_transaction;
}

bool shard_quiet(const struct shard *shard, bool emits)
{
	if (!shard_runs(shard) || shard->unwell_since.ms != INSTANT_NEVER.ms)
		return true;
	return shard->state == SHARD_FILLING && batch_empty(&shard->batch_now) &&
	       shard->ahead_from.ms == INSTANT_NEVER.ms && (!emits || shard->spans.waiting == 0) &&
	       !shard->in_transaction;
}

void shard_emitted(struct shard *shard, uint64_t last, const int64_t *offsets)
{
	spans_emitted(&shard->spans, last);
	if (!offsets)
		return;
	memcpy(shard->committed, offsets, shard->meta.topics * sizeof *offsets);
	shard->committed_at = shard->env->now;
	shard->meta.committed = true;
}
