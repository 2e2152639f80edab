/* SPDX-License-Identifier: Apache-2.0 */
/* One process's part in the fake Kafka: its consumer and its producer, as the ports' tables. */
#include "fake_kafka_broker.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const TOPIC_NAMES[FAKE_TOPICS_MAX] = {"events", "orders"};

struct kafka_call {
	struct call call;
	struct fake_kafka *kafka;
	void *copy;
	uint64_t producer;   /* of the handle when it was made */
	uint64_t generation; /* that it goes out with */
	bool hesitates;      /* an emit: the producer's thread asks for the generation only when it sends the offsets */
};

/* ---- the producer's calls ---- */

static enum outcome apply_open(struct call *call)
{
	struct kafka_call *mine = (struct kafka_call *)call;
	if (call->told || call->life != mine->kafka->world->life[call->process])
		return OUTCOME_AGAIN; /* another of that name was made since, or will be */
	mine->producer = fake_broker_init_producer(mine->kafka, call->process);
	return OUTCOME_DONE;
}

static void answer_open(struct call *call)
{
	struct kafka_call *mine = (struct kafka_call *)call;
	mine->kafka->members[call->process].producer = mine->producer;
}

/* What the adapter does right before it sends the offsets: they are of shards that are still held here, and it asks for
 * the generation anew. */
static bool still_held(struct kafka_call *call)
{
	const struct member *member = &call->kafka->members[call->call.process];
	const struct sink_emit *emit = call->copy;
	if (!call->hesitates || call->call.told || call->call.life != call->kafka->world->life[call->call.process])
		return true;
	for (size_t i = 0; i < emit->commit_count; i++)
		if (!member->holds[emit->commits[i].shard] && !member->letting_go[emit->commits[i].shard])
			return false;
	call->generation = member->generation;
	return true;
}

/* The broker knows members and generations, not who owns what. */
static bool is_member(const struct kafka_call *call)
{
	const struct fake_kafka *kafka = call->kafka;
	const struct member *member = &kafka->members[call->call.process];
	if (call->generation != kafka->generation)
		return false;
	return call->call.life != kafka->world->life[call->call.process] || (member->alive && !member->kicked);
}

static enum outcome apply_emit(struct call *call)
{
	struct kafka_call *mine = (struct kafka_call *)call;
	struct fake_kafka *kafka = mine->kafka;
	const struct sink_emit *emit = mine->copy;
	if (mine->producer != kafka->producers[call->process]) {
		call->why = "a newer producer has the name";
		return call->life == kafka->world->life[call->process] ? OUTCOME_AGAIN : OUTCOME_FENCED;
	}
	if (!still_held(mine)) {
		call->why = "a shard is not ours any more";
		return OUTCOME_AGAIN;
	}
	if (emit->commit_count && !is_member(mine)) {
		call->why = "the group has moved on";
		return OUTCOME_AGAIN;
	}
	size_t at = fake_broker_begin(kafka, call->process, emit);
	if (!world_chance(kafka->world, 2 * kafka->world->faults)) {
		fake_broker_decide(kafka, at, FATE_COMMITTED);
		return OUTCOME_DONE;
	}
	switch (world_roll(kafka->world, 3)) {
	case 0:
		fake_broker_decide(kafka, at, FATE_COMMITTED); /* and the answer is lost */
		break;
	case 1:
		fake_broker_decide(kafka, at, FATE_ABORTED);
		break;
	default: /* nobody knows yet: the end of the transaction is late */
		world_note(kafka->world, "broker: transaction %zu of process %d stays open", at, call->process);
	}
	call->why = "the transaction's end is not known";
	return OUTCOME_AGAIN;
}

/* ---- the consumer's calls ---- */

static enum outcome apply_committed(struct call *call)
{
	struct kafka_call *mine = (struct kafka_call *)call;
	struct source_committed *committed = mine->copy;
	const struct partition *partition = &mine->kafka->partitions[committed->shard];
	if (partition->pending) {
		call->why = "a transaction is pending";
		return OUTCOME_AGAIN; /* stable reads wait, then time out */
	}
	for (uint32_t topic = 0; topic < mine->kafka->topics; topic++) {
		committed->offsets[topic] = partition->topics[topic].committed;
		committed->metadata[topic] = partition->topics[topic].metadata;
	}
	return OUTCOME_DONE;
}

static void answer_committed(struct call *call)
{
	struct source_committed *request = (struct source_committed *)call->request;
	const struct source_committed *copy = ((struct kafka_call *)call)->copy;
	memcpy(request->offsets, copy->offsets, sizeof request->offsets);
	memcpy(request->metadata, copy->metadata, sizeof request->metadata);
}

static enum outcome apply_ends(struct call *call)
{
	struct kafka_call *mine = (struct kafka_call *)call;
	struct source_ends *ends = mine->copy;
	for (uint32_t topic = 0; topic < mine->kafka->topics; topic++) {
		ends->first[topic] = 0;
		ends->next[topic] = (int64_t)mine->kafka->partitions[ends->shard].topics[topic].count;
	}
	return OUTCOME_DONE;
}

static void answer_ends(struct call *call)
{
	struct source_ends *request = (struct source_ends *)call->request;
	const struct source_ends *copy = ((struct kafka_call *)call)->copy;
	memcpy(request->first, copy->first, sizeof request->first);
	memcpy(request->next, copy->next, sizeof request->next);
}

static const struct call_kind OPEN = {"producer open", LANE_KAFKA, apply_open, answer_open, NULL};
static const struct call_kind EMIT = {"emit", LANE_KAFKA, apply_emit, NULL, NULL};
static const struct call_kind COMMITTED = {"committed", LANE_FREE, apply_committed, answer_committed, NULL};
static const struct call_kind ENDS = {"ends", LANE_FREE, apply_ends, answer_ends, NULL};

static struct kafka_call *submit(struct member *member, struct request *request, const struct call_kind *kind,
                                 size_t size)
{
	struct kafka_call *call = mem_alloc(sizeof *call);
	*call = (struct kafka_call){
	        .kafka = member->kafka, .producer = member->producer, .generation = member->generation};
	call->call = (struct call){.kind = kind, .request = request, .process = member->process};
	call->copy = arena_alloc(&member->kafka->arena, size);
	memcpy(call->copy, request, size);
	wire_add(member->kafka->world, &call->call);
	return call;
}

__attribute__((format(printf, 2, 3))) static void tell(struct kafka_call *call, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(call->call.about, sizeof call->call.about, format, args);
	va_end(args);
}

static struct member *of_source(struct source *source)
{
	return (struct member *)source;
}

static struct member *of_sink(struct sink *sink)
{
	return (struct member *)((char *)sink - offsetof(struct member, sink));
}

static void sink_open_call(struct sink *sink, struct sink_open *request)
{
	submit(of_sink(sink), &request->request, &OPEN, sizeof *request);
}

static struct sink_commit copy_commit(struct fake_kafka *kafka, const struct sink_commit *commit)
{
	int64_t *offsets = arena_alloc(&kafka->arena, kafka->topics * sizeof *offsets);
	for (uint32_t topic = 0; topic < kafka->topics; topic++) {
		offsets[topic] = commit->offsets[topic];
		if (offsets[topic] < 0)
			world_breach(kafka->world, "a negative offset is committed");
	}
	return (struct sink_commit){commit->shard, offsets, arena_str(&kafka->arena, commit->metadata)};
}

static void sink_emit_call(struct sink *sink, struct sink_emit *request)
{
	struct member *member = of_sink(sink);
	struct arena *arena = &member->kafka->arena;
	struct kafka_call *call = submit(member, &request->request, &EMIT, sizeof *request);
	struct sink_emit *copy = call->copy;
	call->hesitates = world_chance(member->kafka->world, 500);
	struct sink_message *messages = arena_alloc(arena, (request->message_count + 1) * sizeof *messages);
	struct sink_commit *commits = arena_alloc(arena, (request->commit_count + 1) * sizeof *commits);
	for (size_t i = 0; i < request->message_count; i++) {
		messages[i] = request->messages[i];
		messages[i].key = arena_str(arena, messages[i].key);
		messages[i].value = arena_str(arena, messages[i].value);
	}
	for (size_t i = 0; i < request->commit_count; i++)
		commits[i] = copy_commit(member->kafka, &request->commits[i]);
	copy->messages = messages;
	copy->commits = commits;
	tell(call, " of %zu messages, %zu shards", request->message_count, request->commit_count);
}

static void sink_free(struct sink *sink)
{
	(void)sink; /* with the broker */
}

static void source_start(struct source *source, const struct source_listener *listener)
{
	struct member *member = of_source(source);
	member->listener = listener;
	member->alive = true;
	world_note(member->kafka->world, "process %d joins the group", member->process);
	fake_kafka_rebalance(member->kafka);
}

static void source_committed_call(struct source *source, struct source_committed *request)
{
	tell(submit(of_source(source), &request->request, &COMMITTED, sizeof *request), " of shard %u", request->shard);
}

static void source_ends_call(struct source *source, struct source_ends *request)
{
	tell(submit(of_source(source), &request->request, &ENDS, sizeof *request), " of shard %u", request->shard);
}

static void source_fetch(struct source *source, uint32_t shard, const int64_t *offsets)
{
	struct member *member = of_source(source);
	for (uint32_t topic = 0; topic < source->topics; topic++) {
		if (offsets[topic] < 0)
			world_breach(member->kafka->world, "fetch from a negative offset");
		member->position[shard][topic] = offsets[topic];
	}
}

static const struct record *source_peek(struct source *source, uint32_t shard, uint32_t topic)
{
	struct member *member = of_source(source);
	const struct topic_partition *partition = &member->kafka->partitions[shard].topics[topic];
	int64_t at = member->position[shard][topic];
	if (!member->holds[shard] || at < 0 || at >= (int64_t)partition->count)
		return NULL;
	return &partition->records[at];
}

static void source_pop(struct source *source, uint32_t shard, uint32_t topic)
{
	of_source(source)->position[shard][topic]++;
}

static bool source_reached(struct source *source, uint32_t shard, uint32_t topic, int64_t offset)
{
	return of_source(source)->position[shard][topic] >= offset;
}

static void source_release(struct source *source, const uint32_t *shards, size_t count)
{
	struct member *member = of_source(source);
	for (size_t i = 0; i < count; i++) {
		member->revoking[shards[i]] = member->letting_go[shards[i]] = false;
		for (uint32_t topic = 0; topic < source->topics; topic++)
			member->position[shards[i]][topic] = -1;
		world_note(member->kafka->world, "process %d releases shard %u", member->process, shards[i]);
	}
}

static void source_stop(struct source *source)
{
	of_source(source)->leaving = true; /* what it holds is revoked at its next poll */
}

static void source_free(struct source *source)
{
	(void)source;
}

static const struct source_ops SOURCE_OPS = {
        .start = source_start,
        .committed = source_committed_call,
        .ends = source_ends_call,
        .fetch = source_fetch,
        .peek = source_peek,
        .pop = source_pop,
        .reached = source_reached,
        .release = source_release,
        .stop = source_stop,
        .free = source_free,
};

static const struct sink_ops SINK_OPS = {.open = sink_open_call, .emit = sink_emit_call, .free = sink_free};

void fake_member_init(struct member *member, struct fake_kafka *kafka, int process)
{
	member->source = (struct source){
	        .ops = &SOURCE_OPS, .topics = kafka->topics, .topic_names = TOPIC_NAMES, .shards = kafka->shards};
	member->sink = (struct sink){.ops = &SINK_OPS, .has_topic = {true, true, true, true}};
	member->kafka = kafka;
	member->process = process;
}
