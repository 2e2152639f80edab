/* SPDX-License-Identifier: Apache-2.0 */
#include "app/worker.h"

#include "app/emitter.h"
#include "app/law.h"
#include "app/pulse.h"
#include "app/shard.h"
#include "app/version_metrics.h"
#include "app/versions.h"

#include <stdio.h>
#include <stdlib.h>

#define TAKE_AGAIN_MS 1000
#define LATE_MS 5000
#define STOP_MOST_MS 20000 /* less than those who would then kill us wait: Kubernetes 30 s, the systemd unit 60 s */

struct shard_list {
	struct shard **items;
	size_t count, cap;
};

struct worker {
	struct worker_settings settings;
	struct ports ports;
	struct shard_env env;
	struct emitter emitter;
	struct versions versions;
	struct source_listener listener;
	struct shard_list held;    /* by number, rising */
	struct shard_list leaving; /* released, but answers for them are under way */
	struct store_open store_open;
	bool store_asked, store_opened, joined, left;
	struct instant store_retry_at;
	struct instant stop_by; /* asked to stop: when everything must be handed over, or is left */
	struct instant wake;    /* when the next turn should have been at the latest */
	struct duration store_retry_wait;
	uint32_t *let_go; /* to be released to the source this turn */
	size_t let_go_count, let_go_cap;
	enum worker_state state;
	char why[240];
	char source_why[240]; /* what ends the source, told when the store has answered; empty: nothing */
	struct pulse pulse;
};

void worker_settings_init(struct worker_settings *settings)
{
	*settings = (struct worker_settings){
	        .clock = CLOCK_WALL,
	        .disorder = {60000},
	        .batch_events = 500,
	        .batch_wait = {5},
	        .due_per_batch = 500,
	        .flush_every = {5000},
	        .flush_bytes = 4 << 20,
	        .log_bytes = 64 << 20,
	        .outbox_entries = 50000,
	        .cache_bytes = 512 << 20,
	        .emit_every = {50},
	        .commit_idle = {5000},
	        .record_bytes = 1 << 20,
	        .forget_after = {7 * DAY_MS},
	        .source = STR("journeyd"),
	};
}

static void list_insert(struct shard_list *list, size_t at, struct shard *shard)
{
	if (list->count == list->cap)
		list->items = mem_grow(list->items, &list->cap, sizeof *list->items);
	memmove(&list->items[at + 1], &list->items[at], (list->count++ - at) * sizeof(struct shard *));
	list->items[at] = shard;
}

static void list_remove(struct shard_list *list, size_t at)
{
	memmove(&list->items[at], &list->items[at + 1], (--list->count - at) * sizeof(struct shard *));
}

/* Where the shard stands, or would. */
static size_t list_place(const struct shard_list *list, uint32_t number)
{
	size_t at = 0;
	while (at < list->count && list->items[at]->number < number)
		at++;
	return at;
}

static struct shard *list_find(const struct shard_list *list, uint32_t number)
{
	size_t at = list_place(list, number);
	return at < list->count && list->items[at]->number == number ? list->items[at] : NULL;
}

static void fail(struct worker *worker, const char *why)
{
	snprintf(worker->why, sizeof worker->why, "%s", why);
	report_log(worker->env.report, REPORT_ERROR, "", "%s", why);
	worker->state = WORKER_FAILED;
}

static void assigned(void *owner, const uint32_t *numbers, size_t count)
{
	struct worker *worker = owner;
	for (size_t i = 0; i < count; i++) {
		struct shard *held = list_find(&worker->held, numbers[i]);
		if (held)
			held->take_again = held->revoked; /* ours again before it was let go */
		if (held)
			continue;
		struct shard *shard = shard_new(&worker->env, numbers[i], INSTANT_NONE);
		list_insert(&worker->held, list_place(&worker->held, numbers[i]), shard);
	}
}

static void release_later(struct worker *worker, uint32_t number)
{
	if (worker->let_go_count == worker->let_go_cap)
		worker->let_go = mem_grow(worker->let_go, &worker->let_go_cap, sizeof *worker->let_go);
	worker->let_go[worker->let_go_count++] = number;
}

static void revoked(void *owner, const uint32_t *numbers, size_t count, bool lost)
{
	struct worker *worker = owner;
	for (size_t i = 0; i < count; i++) {
		struct shard *shard = list_find(&worker->held, numbers[i]);
		if (!shard)
			release_later(worker, numbers[i]);
		else if (lost)
			shard_lose(shard);
		else
			shard_drain(shard);
	}
}

/* Where the store is still being asked whether it was filled from as many partitions, its answer says more: the group
 * may hand a member the partitions that it had with other topics. */
static void source_failed(void *owner, enum outcome outcome, const char *why)
{
	struct worker *worker = owner;
	if (outcome == OUTCOME_NEVER && worker->ports.source->shards > 0 && !worker->store_opened)
		snprintf(worker->source_why, sizeof worker->source_why, "%s", why);
	else if (outcome == OUTCOME_NEVER)
		fail(worker, why);
	else
		report_log(worker->env.report, REPORT_WARN, "", "%s", why);
}

struct worker *worker_new(const struct worker_settings *settings, const struct ports *ports, struct journey_set *set,
                          const struct zone_set *zones, const struct zone *zone, struct report *report)
{
	struct worker *worker = mem_alloc(sizeof *worker);
	*worker = (struct worker){.settings = *settings,
	                          .ports = *ports,
	                          .store_retry_at = INSTANT_NONE,
	                          .wake = INSTANT_NEVER,
	                          .stop_by = INSTANT_NEVER};
	worker->env = (struct shard_env){.settings = &worker->settings,
	                                 .ports = &worker->ports,
	                                 .report = report,
	                                 .zones = zones,
	                                 .zone = zone,
	                                 .program = program_new(set),
	                                 .versions = &worker->versions};
	worker->listener = (struct source_listener){
	        .owner = worker, .assigned = assigned, .revoked = revoked, .failed = source_failed};
	arena_init(&worker->env.scratch, 1 << 16);
	emitter_init(&worker->emitter, &worker->env);
	versions_init(&worker->versions, &worker->env);
	pulse_init(&worker->pulse);
	return worker;
}

static void list_free(struct shard_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		list->items[i]->pending = 0;
		shard_free(list->items[i]);
	}
	free(list->items);
}

void worker_free(struct worker *worker)
{
	if (!worker)
		return;
	emitter_release(&worker->emitter);
	list_free(&worker->held);
	list_free(&worker->leaving);
	versions_release(&worker->versions);
	program_drop(worker->env.program);
	arena_release(&worker->env.scratch);
	free(worker->let_go);
	free(worker);
}

void worker_start(struct worker *worker)
{
	worker->env.now = worker->ports.clock->now(worker->ports.clock);
	emitter_start(&worker->emitter);
}

static void store_answered(struct request *request)
{
	struct worker *worker = request->owner;
	worker->store_asked = false;
	switch (request->outcome) {
	case OUTCOME_DONE:
		worker->store_opened = true;
		break;
	case OUTCOME_AGAIN:
		worker->store_retry_wait = shard_backoff(worker->store_retry_wait);
		worker->store_retry_at.ms = worker->env.now.ms + worker->store_retry_wait.ms;
		snprintf(worker->why, sizeof worker->why, "store: %.200s", request->why);
		report_log(worker->env.report, REPORT_WARN, "", "store: %s", request->why);
		break;
	case OUTCOME_FENCED:
	case OUTCOME_NEVER:
		fail(worker, request->why);
		break;
	}
	if (worker->source_why[0] && worker->state != WORKER_FAILED)
		fail(worker, worker->source_why);
}

static void open_store(struct worker *worker)
{
	struct source *source = worker->ports.source;
	struct store *store = worker->ports.store;
	if (worker->store_opened || worker->store_asked || source->shards == 0 ||
	    worker->env.now.ms < worker->store_retry_at.ms)
		return;
	worker->store_open =
	        (struct store_open){.request = {.done = store_answered, .owner = worker}, .shards = source->shards};
	worker->store_asked = true;
	store->ops->open(store, &worker->store_open);
}

/* The store is settled before anything is assigned, where the number of shards is known that early. */
static void join(struct worker *worker)
{
	struct source *source = worker->ports.source;
	if (worker->joined || !worker->emitter.opened || (source->shards > 0 && !worker->store_opened))
		return;
	worker->joined = true;
	worker->state = WORKER_RUNNING;
	source->ops->start(source, &worker->listener);
}

/* Released by its own state machine: to the source, or to be taken once more. */
static void retire(struct worker *worker, size_t at)
{
	struct shard *shard = worker->held.items[at];
	list_insert(&worker->leaving, worker->leaving.count, shard);
	if (!shard->take_again) {
		release_later(worker, shard->number);
		list_remove(&worker->held, at);
		return;
	}
	struct instant when = {worker->env.now.ms + (shard->revoked ? 0 : TAKE_AGAIN_MS)};
	worker->held.items[at] = shard_new(&worker->env, shard->number, when);
}

/* Whatever made it let go, and even where it was lost: while a transaction with its messages is under way, this process
 * must neither join the group anew nor take the shard again. The transaction could still be accepted as the new
 * generation's, behind what others have sent meanwhile. */
static bool may_retire(const struct shard *shard)
{
	return shard->state == SHARD_RELEASED && !(shard->in_transaction && law(LAW_REVOKE_DRAIN));
}

static void sweep(struct worker *worker)
{
	for (size_t i = worker->held.count; i-- > 0;)
		if (may_retire(worker->held.items[i]))
			retire(worker, i);
	for (size_t i = worker->leaving.count; i-- > 0;) {
		if (worker->leaving.items[i]->pending)
			continue;
		shard_free(worker->leaving.items[i]);
		list_remove(&worker->leaving, i);
	}
	if (worker->let_go_count == 0)
		return;
	struct source *source = worker->ports.source;
	source->ops->release(source, worker->let_go, worker->let_go_count);
	worker->let_go_count = 0;
}

static bool quiet(const struct worker *worker)
{
	const struct emitter *emitter = &worker->emitter;
	if (emitter->state == EMITTER_EMITTING || emitter->state == EMITTER_REREADING)
		return false;
	for (size_t i = 0; i < worker->held.count; i++)
		if (!shard_quiet(worker->held.items[i], emitter->state != EMITTER_FAILED))
			return false;
	return true;
}

/* What is not done by then waits in the store: the next start goes on from there, as after a crash. */
static bool stops_unfinished(struct worker *worker)
{
	if (worker->state == WORKER_FAILED || worker->env.now.ms < worker->stop_by.ms)
		return false;
	report_log(worker->env.report, REPORT_WARN, "",
	           "stopped before everything was handed over; the next start goes on from the store%s%s",
	           worker->emitter.why[0] ? ": " : "", worker->emitter.why);
	worker->state = WORKER_STOPPED;
	return true;
}

static void stop_turn(struct worker *worker)
{
	struct source *source = worker->ports.source;
	bool failed = worker->state == WORKER_FAILED;
	if (stops_unfinished(worker))
		return;
	if (worker->versions.asked || worker->pulse.asked)
		return;
	if (!worker->joined) {
		worker->state = failed ? WORKER_FAILED : WORKER_STOPPED;
		return;
	}
	if (!worker->left && quiet(worker)) {
		worker->left = true;
		source->ops->stop(source);
	}
	if (worker->left && !worker->held.count && !worker->leaving.count && !failed)
		worker->state = WORKER_STOPPED;
}

static struct instant next_turn(const struct worker *worker)
{
	struct instant wake = emitter_wake(&worker->emitter, worker->held.items, worker->held.count);
	for (size_t i = 0; i < worker->held.count; i++) {
		struct instant at = shard_wake(worker->held.items[i]);
		if (at.ms < wake.ms)
			wake = at;
	}
	if (worker->store_opened)
		wake = instant_earlier(wake, versions_wake(&worker->versions));
	if (!worker->store_opened && !worker->store_asked && worker->store_retry_at.ms > worker->env.now.ms &&
	    worker->store_retry_at.ms < wake.ms)
		wake = worker->store_retry_at;
	return instant_earlier(wake, worker->stop_by);
}

static void gauges(const struct worker *worker)
{
	double *metrics = worker->env.report->metrics;
	double running = 0, waiting = 0, cached = 0, held_back = 0, lag = 0;
	for (size_t i = 0; i < worker->held.count; i++) {
		const struct shard *shard = worker->held.items[i];
		running += shard_runs(shard);
		held_back += shard->state == SHARD_HELD;
		waiting += (double)shard->spans.waiting;
		cached += (double)shard->cache.count;
		if (shard->intake.catching && shard->meta.stream.ms != INSTANT_NONE.ms) {
			double behind = (double)(worker->env.now.ms - shard->meta.stream.ms) / 1000;
			lag = behind > lag ? behind : lag;
		}
	}
	metrics[METRIC_SHARDS_OWNED] = running;
	metrics[METRIC_SHARDS_HELD] = held_back;
	metrics[METRIC_OUTBOX] = waiting;
	metrics[METRIC_CACHED] = cached;
	metrics[METRIC_LAG] = lag;
}

/* A turn that comes far too late means that this process did not run for a while. */
static void begin_turn(struct worker *worker)
{
	struct instant now = worker->ports.clock->now(worker->ports.clock);
	bool late = worker->wake.ms != INSTANT_NEVER.ms && now.ms - worker->wake.ms >= LATE_MS;
	worker->env.now = now;
	worker->env.shards = worker->held.count;
	for (size_t i = 0; i < worker->held.count && late; i++)
		shard_stalled(worker->held.items[i]);
}

/* Nothing is evaluated before it is known by which texts. */
static bool may_evaluate(struct worker *worker)
{
	const struct shard *first = list_find(&worker->held, 0);
	if (!worker->store_opened)
		return false;
	versions_turn(&worker->versions, first && shard_runs(first));
	return versions_ready(&worker->versions);
}

struct instant worker_turn(struct worker *worker)
{
	if (worker->state == WORKER_STOPPED)
		return INSTANT_NEVER;
	begin_turn(worker);
	if (worker->state != WORKER_FAILED) {
		open_store(worker);
		join(worker);
	}
	bool evaluates = may_evaluate(worker);
	for (size_t i = 0; i < worker->held.count; i++)
		if (evaluates || worker->held.items[i]->revoked)
			shard_turn(worker->held.items[i]);
	emitter_turn(&worker->emitter, worker->held.items, worker->held.count);
	if (worker->emitter.state == EMITTER_FAILED && worker->state != WORKER_FAILED)
		fail(worker, worker->emitter.why);
	/* A drained shard may leave only after the emitter has had its turn and left it out. */
	sweep(worker);
	if (worker->env.stopping)
		stop_turn(worker);
	gauges(worker);
	worker->wake = worker->state == WORKER_STOPPED ? INSTANT_NEVER : next_turn(worker);
	if (worker->wake.ms < worker->env.now.ms)
		worker->wake = worker->env.now;
	return worker->wake;
}

void worker_reload(struct worker *worker, struct journey_set *set)
{
	program_drop(worker->env.program);
	worker->env.program = program_new(set);
}

void worker_go_by(struct worker *worker, struct rulebook *book)
{
	versions_go_by(&worker->versions, book);
}

void worker_print_metrics(const struct worker *worker, struct buf *out)
{
	version_metrics_print(worker->env.program->set, worker->held.items, worker->held.count, out);
}

void worker_beat(struct worker *worker)
{
	const struct shard *first = worker->held.count ? worker->held.items[0] : NULL;
	if (worker->state == WORKER_RUNNING && worker->store_opened && first && shard_runs(first))
		pulse_beat(&worker->pulse, &worker->env, first->number);
}

void worker_stop(struct worker *worker)
{
	if (!worker->env.stopping)
		worker->stop_by.ms = worker->env.now.ms + STOP_MOST_MS;
	worker->env.stopping = true;
	if (worker->state != WORKER_FAILED)
		worker->state = WORKER_STOPPING;
}

static void say_why(const struct worker *worker, struct worker_status *out)
{
	bool evaluates = worker->store_opened && versions_ready(&worker->versions);
	if (worker->state == WORKER_FAILED || !worker->joined || !evaluates)
		snprintf(out->why, sizeof out->why, "%s",
		         worker->why[0]            ? worker->why
		         : worker->emitter.why[0]  ? worker->emitter.why
		         : !worker->emitter.opened ? "waits for Kafka's transactional producer"
		         : !worker->store_opened   ? "waits for the store"
		         : !evaluates              ? "waits for the store to keep and show the journeys' texts"
		                                   : "waits for shards");
	for (size_t i = 0; i < worker->held.count && !out->why[0]; i++)
		if (worker->held.items[i]->state == SHARD_HELD)
			snprintf(out->why, sizeof out->why, "shard %u is held: %.200s", worker->held.items[i]->number,
			         worker->held.items[i]->why);
	for (size_t i = 0; i < worker->held.count && !out->why[0]; i++)
		if (worker->held.items[i]->unwell_since.ms != INSTANT_NEVER.ms)
			snprintf(out->why, sizeof out->why, "shard %u is %s: %.180s", worker->held.items[i]->number,
			         shard_state_name(worker->held.items[i]->state).ptr, worker->held.items[i]->unwell);
	for (size_t i = 0; i < worker->held.count && !out->why[0]; i++)
		if (!shard_runs(worker->held.items[i]))
			snprintf(out->why, sizeof out->why, "shard %u is %s", worker->held.items[i]->number,
			         shard_state_name(worker->held.items[i]->state).ptr);
	if (!out->why[0] && worker->pulse.lost)
		snprintf(out->why, sizeof out->why, "%s", worker->pulse.why);
	if (!out->why[0] && worker->emitter.state != EMITTER_READY && worker->emitter.state != EMITTER_EMITTING)
		snprintf(out->why, sizeof out->why, "%s",
		         worker->emitter.why[0] ? worker->emitter.why
		                                : "Kafka's transactional producer is being made anew");
}

void worker_status(const struct worker *worker, struct worker_status *out)
{
	*out = (struct worker_status){.state = worker->state, .idle = worker->held.count > 0};
	bool well = worker->state == WORKER_RUNNING && worker->store_opened && !worker->pulse.lost;
	for (size_t i = 0; i < worker->held.count; i++) {
		const struct shard *shard = worker->held.items[i];
		bool runs = shard_runs(shard) && shard->unwell_since.ms == INSTANT_NEVER.ms;
		out->shards_running += shard_runs(shard);
		out->shards_held += shard->state == SHARD_HELD;
		out->shards_taking += shard->state < SHARD_FILLING;
		out->outbox += shard->spans.waiting;
		out->idle = out->idle && (shard_idle(shard) || shard->state == SHARD_HELD);
		well = well && runs;
	}
	out->ready = well && (worker->emitter.state == EMITTER_READY || worker->emitter.state == EMITTER_EMITTING);
	if (!out->ready)
		say_why(worker, out);
}
