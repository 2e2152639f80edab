/* SPDX-License-Identifier: Apache-2.0 */
#include "app/emitter.h"

#include "app/invariant.h"
#include "app/law.h"
#include "app/outbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MESSAGES_AT_ONCE = 10000, ARENA_CHUNK = 1 << 20 };

static const char *const STATE_NAMES[EMITTER_STATE_COUNT] = {
#define X(name, text, waits) [EMITTER_##name] = text ", waits for " waits,
        EMITTER_STATES(X)
#undef X
};

/* The only place where the state changes. */
static void enter(struct emitter *emitter, enum emitter_state state)
{
	report_log(emitter->env->report, REPORT_DEBUG, "part=emitter", "%s", STATE_NAMES[state]);
	emitter->state = state;
}

void emitter_init(struct emitter *emitter, struct shard_env *env)
{
	*emitter = (struct emitter){.env = env, .retry_at = INSTANT_NONE, .began_at = INSTANT_MIN};
	arena_init(&emitter->arena, ARENA_CHUNK);
}

void emitter_release(struct emitter *emitter)
{
	for (size_t i = 0; i < emitter->part_count; i++)
		emitter->parts[i].shard->pending--;
	arena_release(&emitter->arena);
	free(emitter->messages);
	free(emitter->parts);
}

/* Said once, however often it is tried in vain. */
static void later(struct emitter *emitter, const char *why)
{
	emitter->retry_wait = shard_backoff(emitter->retry_wait);
	emitter->retry_at.ms = emitter->env->now.ms + emitter->retry_wait.ms;
	if (strcmp(emitter->why, why) == 0)
		return;
	snprintf(emitter->why, sizeof emitter->why, "%s", why);
	report_log(emitter->env->report, REPORT_WARN, "part=emitter", "%s", why);
}

/* No transaction is open any more: what took part is free to go. */
static void drop_parts(struct emitter *emitter)
{
	for (size_t i = 0; i < emitter->part_count; i++) {
		emitter->parts[i].shard->in_transaction = false;
		emitter->parts[i].shard->pending--;
	}
	emitter->part_count = emitter->message_count = emitter->commit_count = 0;
	arena_clear(&emitter->arena);
}

static void fail(struct emitter *emitter, const char *why)
{
	snprintf(emitter->why, sizeof emitter->why, "%s", why);
	drop_parts(emitter);
	enter(emitter, EMITTER_FAILED);
}

/* By FENCED or NEVER. */
static void refused(struct emitter *emitter, const struct request *request)
{
	fail(emitter, request->outcome == OUTCOME_NEVER
	                      ? request->why
	                      : "another process has this process's name: give each its own instance name");
}

/* A shard that is no longer held here has nothing to learn from a doubtful transaction that is over. */
static bool still_ours(const struct shard *shard)
{
	return shard_runs(shard) && !shard->revoked;
}

static void opened(struct request *request)
{
	struct emitter *emitter = request->owner;
	emitter->asked = false;
	switch (request->outcome) {
	case OUTCOME_DONE:
		emitter->opened = true;
		emitter->why[0] = '\0';
		/* The old transaction is over, one way or the other: shards that leave need not wait any more. */
		for (size_t i = 0; i < emitter->part_count; i++)
			if (!still_ours(emitter->parts[i].shard) || !law(LAW_REREAD_ON_DOUBT)) {
				emitter->parts[i].shard->in_transaction = false;
				emitter->parts[i].settled = true;
			}
		enter(emitter, EMITTER_REREADING);
		break;
	case OUTCOME_AGAIN:
		later(emitter, request->why);
		break;
	case OUTCOME_FENCED:
	case OUTCOME_NEVER:
		refused(emitter, request);
		break;
	}
}

void emitter_start(struct emitter *emitter)
{
	if (emitter->state == EMITTER_CLOSED)
		enter(emitter, EMITTER_OPENING);
}

static void open_turn(struct emitter *emitter)
{
	struct sink *sink = emitter->env->ports->sink;
	emitter->open = (struct sink_open){.request = {.done = opened, .owner = emitter}};
	emitter->asked = true;
	sink->ops->open(sink, &emitter->open);
}

/* What the doubtful transaction's shard is told by Kafka: M_k says whether it committed. */
static void settle(struct emitter_part *part, const struct source_committed *answer)
{
	struct shard *shard = part->shard;
	struct commit_note note;
	part->settled = true;
	if (!still_ours(shard))
		return;
	for (uint32_t topic = 0; topic < shard->meta.topics; topic++) {
		if (answer->offsets[topic] < 0 || !commit_note_parse(answer->metadata[topic], &note))
			continue;
		if (note.lineage != shard->lineage || note.emitted > part->last) {
			shard_suspect(shard,
			              "Kafka has committed message %" PRIu64 " of lineage %016" PRIx64
			              " for this shard, which this process did not send",
			              note.emitted, note.lineage);
			return;
		}
		if (note.emitted >= shard->spans.emitted && note.batch >= part->batch)
			shard_emitted(shard, note.emitted, part->commits ? part->offsets : NULL);
		else if (note.emitted >= shard->spans.emitted)
			shard_emitted(shard, note.emitted, NULL);
		return;
	}
}

static void reread(struct request *request)
{
	struct emitter_part *part = request->owner;
	part->asked = false;
	switch (request->outcome) {
	case OUTCOME_DONE:
		settle(part, &part->reread);
		break;
	case OUTCOME_AGAIN:
		later(part->emitter, request->why);
		break;
	case OUTCOME_FENCED:
	case OUTCOME_NEVER:
		part->settled = true;
		if (still_ours(part->shard))
			shard_hold(part->shard, "committed offsets: %s", request->why);
		break;
	}
}

static void reread_turn(struct emitter *emitter)
{
	struct source *source = emitter->env->ports->source;
	bool all = true;
	for (size_t i = 0; i < emitter->part_count; i++) {
		struct emitter_part *part = &emitter->parts[i];
		if (!part->settled && !part->asked && !still_ours(part->shard))
			part->settled = true;
		all = all && part->settled;
		if (part->settled || part->asked)
			continue;
		part->reread = (struct source_committed){.request = {.done = reread, .owner = part},
		                                         .shard = part->shard->number};
		part->asked = true;
		source->ops->committed(source, &part->reread);
	}
	if (!all)
		return;
	drop_parts(emitter);
	enter(emitter, EMITTER_READY);
}

static void committed(struct emitter *emitter)
{
	struct report *report = emitter->env->report;
	for (size_t i = 0; i < emitter->part_count; i++) {
		struct emitter_part *part = &emitter->parts[i];
		shard_emitted(part->shard, part->last, part->commits ? part->offsets : NULL);
	}
	report_count(report, METRIC_EMITS, 1);
	report_count(report, METRIC_EMITTED, emitter->message_count);
	emitter->retry_wait.ms = 0; /* not before: a producer that opens and cannot send is no reason for haste */
	drop_parts(emitter);
	enter(emitter, EMITTER_READY);
}

static void doubt(struct emitter *emitter, const char *why)
{
	report_count(emitter->env->report, METRIC_DOUBTS, 1);
	later(emitter, why);
	if (law(LAW_REOPEN_ON_DOUBT)) {
		enter(emitter, EMITTER_OPENING);
		return;
	}
	drop_parts(emitter);
	enter(emitter, EMITTER_READY);
}

static void emitted(struct request *request)
{
	struct emitter *emitter = request->owner;
	emitter->asked = false;
	switch (request->outcome) {
	case OUTCOME_DONE:
		committed(emitter);
		break;
	case OUTCOME_AGAIN:
		doubt(emitter, request->why);
		break;
	case OUTCOME_FENCED:
	case OUTCOME_NEVER:
		refused(emitter, request);
		break;
	}
}

static struct emitter_part *add_part(struct emitter *emitter, struct shard *shard)
{
	if (emitter->part_count == emitter->part_cap)
		emitter->parts = mem_grow(emitter->parts, &emitter->part_cap, sizeof *emitter->parts);
	struct emitter_part *part = &emitter->parts[emitter->part_count++];
	*part = (struct emitter_part){.shard = shard, .emitter = emitter, .last = shard->spans.emitted};
	part->batch = shard->batch;
	memcpy(part->offsets, shard->meta.offsets, sizeof part->offsets);
	return part;
}

static struct sink_message *add_message(struct emitter *emitter)
{
	if (emitter->message_count == emitter->message_cap)
		emitter->messages = mem_grow(emitter->messages, &emitter->message_cap, sizeof *emitter->messages);
	return &emitter->messages[emitter->message_count++];
}

/* A span's entries behind M. */
static void add_span(struct emitter *emitter, const struct shard *shard, const struct span *span)
{
	struct unpack in = unpack_init(buf_view(&span->outbox));
	struct outbox_origin origin = {
	        .shard = shard->number, .lineage = shard->lineage, .epoch = shard->epoch, .source = span->source};
	for (uint64_t seq = span->first; seq <= span->last; seq++) {
		origin.seq = seq;
		bool sound = seq <= shard->spans.emitted || outbox_withdrawn(&in)
		                     ? outbox_skip(&in)
		                     : outbox_read(&in, &origin, &emitter->arena, add_message(emitter));
		invariant(sound, "an outbox holds as many entries as its batch says");
	}
}

/* Whole batches alone, so that what is committed always stands between two batches. */
static void collect_messages(struct emitter *emitter, struct shard *shard, struct emitter_part *part)
{
	const struct spans *spans = &shard->spans;
	for (size_t i = spans->done; i < spans->count; i++) {
		const struct span *span = spans_at(spans, i);
		if (emitter->message_count >= MESSAGES_AT_ONCE) {
			const struct span *before = i ? spans_at(spans, i - 1) : NULL;
			part->batch = before ? before->batch : shard->flushed;
			memcpy(part->offsets, before ? before->offsets : shard->committed, sizeof part->offsets);
			return;
		}
		add_span(emitter, shard, span);
		part->last = span->last;
		if (span->batch > part->batch) { /* only where batches are shown before they are durable */
			part->batch = span->batch;
			memcpy(part->offsets, span->offsets, sizeof part->offsets);
		}
	}
}

static bool offsets_real(const struct shard *shard, const int64_t *offsets)
{
	for (uint32_t topic = 0; topic < shard->meta.topics; topic++)
		if (offsets[topic] < 0)
			return false;
	return true;
}

static bool offsets_moved(const struct shard *shard)
{
	return shard->batch > 0 &&
	       memcmp(shard->committed, shard->meta.offsets, shard->meta.topics * sizeof *shard->committed) != 0;
}

static bool commit_is_late(const struct emitter *emitter, const struct shard *shard)
{
	const struct shard_env *env = emitter->env;
	return offsets_moved(shard) &&
	       (env->stopping || env->now.ms >= shard->committed_at.ms + env->settings->commit_idle.ms);
}

static bool has_work(const struct emitter *emitter, const struct shard *shard)
{
	return still_ours(shard) && (shard->spans.waiting > 0 || commit_is_late(emitter, shard));
}

static void collect(struct emitter *emitter, struct shard *shard)
{
	size_t before = emitter->message_count;
	struct emitter_part *part = add_part(emitter, shard);
	if (emitter->message_count < MESSAGES_AT_ONCE)
		collect_messages(emitter, shard, part);
	bool messages = emitter->message_count > before;
	bool moved = part->last > shard->spans.emitted; /* also over what was withdrawn */
	part->commits = (moved || shard->spans.waiting == 0) && offsets_real(shard, part->offsets);
	invariant(part->commits || !messages, "messages never go without their offsets");
	if (messages && !law(LAW_OFFSETS_IN_TXN))
		part->commits = false;
	if (!messages && !part->commits) {
		emitter->part_count--;
		return;
	}
	shard->in_transaction = true;
	shard->pending++;
}

static void add_commits(struct emitter *emitter)
{
	emitter->commits = arena_alloc(&emitter->arena, (emitter->part_count + 1) * sizeof *emitter->commits);
	emitter->commit_count = 0;
	for (size_t i = 0; i < emitter->part_count; i++) {
		struct emitter_part *part = &emitter->parts[i];
		struct commit_note note = {.lineage = part->shard->lineage,
		                           .epoch = part->shard->epoch,
		                           .batch = part->batch,
		                           .emitted = part->last};
		if (!part->commits)
			continue;
		struct sink_commit *commit = &emitter->commits[emitter->commit_count++];
		*commit = (struct sink_commit){.shard = part->shard->number, .offsets = part->offsets};
		if (law(LAW_METADATA_ALWAYS))
			commit->metadata = commit_note_print(&note, part->note);
	}
}

static bool anything(const struct emitter *emitter, struct shard *const *shards, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (has_work(emitter, shards[i]))
			return true;
	return false;
}

static void emit_turn(struct emitter *emitter, struct shard *const *shards, size_t count)
{
	struct sink *sink = emitter->env->ports->sink;
	struct instant next = {emitter->began_at.ms + emitter->env->settings->emit_every.ms};
	if (emitter->env->now.ms < next.ms || !anything(emitter, shards, count))
		return;
	emitter->first++;
	for (size_t i = 0; i < count; i++) {
		struct shard *shard = shards[(emitter->first + i) % count];
		if (still_ours(shard) && (shard->spans.waiting > 0 || offsets_moved(shard)))
			collect(emitter, shard);
	}
	if (emitter->part_count == 0)
		return;
	add_commits(emitter);
	emitter->emit = (struct sink_emit){.request = {.done = emitted, .owner = emitter},
	                                   .messages = emitter->messages,
	                                   .message_count = emitter->message_count,
	                                   .commits = emitter->commits,
	                                   .commit_count = emitter->commit_count};
	emitter->began_at = emitter->env->now;
	emitter->asked = true;
	enter(emitter, EMITTER_EMITTING);
	sink->ops->emit(sink, &emitter->emit);
}

void emitter_turn(struct emitter *emitter, struct shard *const *shards, size_t count)
{
	if (emitter->asked || emitter->env->now.ms < emitter->retry_at.ms)
		return;
	if (emitter->state == EMITTER_OPENING)
		open_turn(emitter);
	if (emitter->state == EMITTER_REREADING)
		reread_turn(emitter);
	if (emitter->state == EMITTER_READY)
		emit_turn(emitter, shards, count);
}

struct instant emitter_wake(const struct emitter *emitter, struct shard *const *shards, size_t count)
{
	const struct shard_env *env = emitter->env;
	struct instant wake = INSTANT_NEVER;
	if (emitter->asked || emitter->state == EMITTER_FAILED || emitter->state == EMITTER_CLOSED)
		return wake;
	if (env->now.ms < emitter->retry_at.ms)
		return emitter->retry_at;
	if (emitter->state != EMITTER_READY)
		return wake;
	for (size_t i = 0; i < count; i++) {
		if (!still_ours(shards[i]))
			continue;
		struct instant at = INSTANT_NEVER;
		if (shards[i]->spans.waiting > 0)
			at.ms = emitter->began_at.ms + env->settings->emit_every.ms;
		else if (offsets_moved(shards[i]))
			at.ms = shards[i]->committed_at.ms + env->settings->commit_idle.ms;
		if (at.ms < wake.ms)
			wake = at;
	}
	return wake;
}
