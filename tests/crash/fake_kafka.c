/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_kafka.h"

#include "app/law.h"

#include <stdlib.h>

enum { RECORDS_MAX = 4096 };

struct partition {
	struct record *records; /* RECORDS_MAX */
	size_t count;
	int64_t committed; /* -1: none */
	struct str metadata;
	int owner;   /* by the group's word; -1: nobody */
	int pending; /* transaction that holds its committed position; -1: none */
};

enum fate { FATE_UNDECIDED, FATE_COMMITTED, FATE_ABORTED };

struct transaction {
	int process;
	uint64_t producer; /* epoch of the producer */
	enum fate fate;
	struct fake_sent *sent;
	size_t sent_count;
	struct sink_commit *commits;
	size_t commit_count;
};

struct member {
	struct source source;
	struct sink sink;
	struct fake_kafka *kafka;
	int process;
	const struct source_listener *listener;
	bool alive;
	bool kicked;                  /* silent for too long: the group went on without it, and it does not know yet */
	uint64_t generation;          /* the one it was told last */
	bool holds[SHARDS_MAX];       /* what it was told it holds */
	bool revoking[SHARDS_MAX];    /* revoked, not yet released */
	int64_t position[SHARDS_MAX]; /* next to peek; -1: not fetching */
	uint64_t producer;            /* the epoch its handle has; 0: none */
};

struct fake_kafka {
	struct world *world;
	struct arena arena;
	uint32_t shards;
	struct partition partitions[SHARDS_MAX];
	struct member members[PROCESSES];
	uint64_t generation;
	uint64_t producers[PROCESSES]; /* newest epoch by name */
	struct transaction *transactions;
	size_t transaction_count, transaction_cap;
	struct fake_sent *sent;
	size_t sent_count, sent_cap;
};

struct kafka_call {
	struct call call;
	struct fake_kafka *kafka;
	void *copy;
	uint64_t producer, generation; /* of the handle when it was made */
};

/* ---- transactions ---- */

static void decide(struct fake_kafka *kafka, size_t at, enum fate fate)
{
	struct transaction *txn = &kafka->transactions[at];
	txn->fate = fate;
	world_note(kafka->world, "broker: transaction %zu of process %d is %s", at, txn->process,
	           fate == FATE_COMMITTED ? "committed" : "aborted");
	for (size_t i = 0; i < txn->commit_count; i++) {
		struct partition *partition = &kafka->partitions[txn->commits[i].shard];
		if (partition->pending == (int)at)
			partition->pending = -1;
		if (fate == FATE_COMMITTED) {
			partition->committed = txn->commits[i].offsets[0];
			partition->metadata = txn->commits[i].metadata;
		}
	}
	for (size_t i = 0; fate == FATE_COMMITTED && i < txn->sent_count; i++) {
		if (kafka->sent_count == kafka->sent_cap) {
			kafka->sent_cap = kafka->sent_cap ? 2 * kafka->sent_cap : 64;
			kafka->sent = mem_realloc(kafka->sent, kafka->sent_cap * sizeof *kafka->sent);
		}
		kafka->sent[kafka->sent_count++] = txn->sent[i];
	}
}

bool fake_kafka_expire(struct fake_kafka *kafka)
{
	for (size_t i = 0; i < kafka->transaction_count; i++)
		if (kafka->transactions[i].fate == FATE_UNDECIDED) {
			decide(kafka, i, world_chance(kafka->world, 500) ? FATE_COMMITTED : FATE_ABORTED);
			return true;
		}
	return false;
}

/* A new producer of that name finishes what the old one left. */
static void finish_older(struct fake_kafka *kafka, int process)
{
	for (size_t i = 0; i < kafka->transaction_count; i++)
		if (kafka->transactions[i].process == process && kafka->transactions[i].fate == FATE_UNDECIDED)
			decide(kafka, i, world_chance(kafka->world, 500) ? FATE_COMMITTED : FATE_ABORTED);
}

static size_t begin(struct fake_kafka *kafka, const struct kafka_call *call)
{
	const struct sink_emit *emit = call->copy;
	if (kafka->transaction_count == kafka->transaction_cap) {
		kafka->transaction_cap = kafka->transaction_cap ? 2 * kafka->transaction_cap : 16;
		kafka->transactions =
		        mem_realloc(kafka->transactions, kafka->transaction_cap * sizeof *kafka->transactions);
	}
	struct fake_sent *sent = arena_alloc(&kafka->arena, (emit->message_count + 1) * sizeof *sent);
	for (size_t i = 0; i < emit->message_count; i++) {
		const struct sink_message *message = &emit->messages[i];
		sent[i] = (struct fake_sent){message->topic, message->shard, message->key, message->value};
	}
	struct transaction *txn = &kafka->transactions[kafka->transaction_count];
	*txn = (struct transaction){call->call.process,  call->producer,
	                            FATE_UNDECIDED,      sent,
	                            emit->message_count, (struct sink_commit *)emit->commits,
	                            emit->commit_count};
	for (size_t i = 0; i < emit->commit_count; i++)
		kafka->partitions[emit->commits[i].shard].pending = (int)kafka->transaction_count;
	return kafka->transaction_count++;
}

/* ---- the sink's calls ---- */

static enum outcome apply_open(struct call *call)
{
	struct kafka_call *mine = (struct kafka_call *)call;
	if (call->life != mine->kafka->world->life[call->process])
		return OUTCOME_AGAIN; /* the name is the next life's now */
	finish_older(mine->kafka, call->process);
	mine->kafka->producers[call->process]++;
	mine->producer = mine->kafka->producers[call->process];
	return OUTCOME_DONE;
}

static void answer_open(struct call *call)
{
	struct kafka_call *mine = (struct kafka_call *)call;
	mine->kafka->members[call->process].producer = mine->producer;
}

static bool blocked(const struct fake_kafka *kafka, const struct sink_emit *emit)
{
	for (size_t i = 0; i < emit->commit_count; i++)
		if (kafka->partitions[emit->commits[i].shard].pending >= 0)
			return true;
	return false;
}

static enum outcome apply_emit(struct call *call)
{
	struct kafka_call *mine = (struct kafka_call *)call;
	struct fake_kafka *kafka = mine->kafka;
	if (mine->producer != kafka->producers[call->process])
		return call->life == kafka->world->life[call->process] ? OUTCOME_AGAIN : OUTCOME_FENCED;
	if (mine->generation != kafka->generation && ((struct sink_emit *)mine->copy)->commit_count) {
		call->why = "the group has moved on";
		return OUTCOME_AGAIN;
	}
	if (blocked(kafka, mine->copy))
		return OUTCOME_AGAIN;
	size_t at = begin(kafka, mine);
	if (!world_chance(kafka->world, kafka->world->faults)) {
		decide(kafka, at, FATE_COMMITTED);
		return OUTCOME_DONE;
	}
	switch (world_roll(kafka->world, 3)) {
	case 0:
		decide(kafka, at, FATE_COMMITTED); /* and the answer is lost */
		break;
	case 1:
		decide(kafka, at, FATE_ABORTED);
		break;
	default: /* nobody knows yet: the end of the transaction is late */
		break;
	}
	return OUTCOME_AGAIN;
}

/* ---- the source's calls ---- */

static enum outcome apply_committed(struct call *call)
{
	struct kafka_call *mine = (struct kafka_call *)call;
	struct source_committed *committed = mine->copy;
	const struct partition *partition = &mine->kafka->partitions[committed->shard];
	if (partition->pending >= 0) {
		call->why = "a transaction is pending";
		return OUTCOME_AGAIN; /* stable reads wait, then time out */
	}
	committed->offsets[0] = partition->committed;
	committed->metadata[0] = partition->metadata;
	return OUTCOME_DONE;
}

static void answer_committed(struct call *call)
{
	struct kafka_call *mine = (struct kafka_call *)call;
	struct source_committed *request = (struct source_committed *)call->request;
	const struct source_committed *copy = mine->copy;
	request->offsets[0] = copy->offsets[0];
	request->metadata[0] = copy->metadata[0];
}

static enum outcome apply_ends(struct call *call)
{
	struct kafka_call *mine = (struct kafka_call *)call;
	struct source_ends *ends = mine->copy;
	ends->first[0] = 0;
	ends->next[0] = (int64_t)mine->kafka->partitions[ends->shard].count;
	return OUTCOME_DONE;
}

static void answer_ends(struct call *call)
{
	struct kafka_call *mine = (struct kafka_call *)call;
	struct source_ends *request = (struct source_ends *)call->request;
	const struct source_ends *copy = mine->copy;
	request->first[0] = copy->first[0];
	request->next[0] = copy->next[0];
}

static void free_call(struct call *call)
{
	free(call);
}

static const struct call_kind OPEN = {"producer open", apply_open, answer_open, free_call, true};
static const struct call_kind EMIT = {"emit", apply_emit, NULL, free_call, true};
static const struct call_kind COMMITTED = {"committed", apply_committed, answer_committed, free_call, true};
static const struct call_kind ENDS = {"ends", apply_ends, answer_ends, free_call, true};

static void *submit(struct member *member, struct request *request, const struct call_kind *kind, size_t size)
{
	struct kafka_call *call = mem_alloc(sizeof *call);
	*call = (struct kafka_call){
	        .kafka = member->kafka, .producer = member->producer, .generation = member->generation};
	call->call = (struct call){.kind = kind, .request = request, .process = member->process};
	call->copy = arena_alloc(&member->kafka->arena, size);
	memcpy(call->copy, request, size);
	wire_add(member->kafka->world, &call->call);
	return call->copy;
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

static void sink_emit_call(struct sink *sink, struct sink_emit *request)
{
	struct member *member = of_sink(sink);
	struct arena *arena = &member->kafka->arena;
	struct sink_emit *copy = submit(member, &request->request, &EMIT, sizeof *request);
	struct sink_message *messages = arena_alloc(arena, (request->message_count + 1) * sizeof *messages);
	struct sink_commit *commits = arena_alloc(arena, (request->commit_count + 1) * sizeof *commits);
	for (size_t i = 0; i < request->message_count; i++) {
		messages[i] = request->messages[i];
		messages[i].key = arena_str(arena, messages[i].key);
		messages[i].value = arena_str(arena, messages[i].value);
	}
	for (size_t i = 0; i < request->commit_count; i++) {
		int64_t *offset = arena_alloc(arena, sizeof *offset);
		*offset = request->commits[i].offsets[0];
		if (*offset < 0)
			world_breach(member->kafka->world, "a negative offset is committed");
		commits[i] = (struct sink_commit){request->commits[i].shard, offset,
		                                  arena_str(arena, request->commits[i].metadata)};
	}
	copy->messages = messages;
	copy->commits = commits;
}

static void sink_free(struct sink *sink)
{
	(void)sink;
}

static void source_start(struct source *source, const struct source_listener *listener)
{
	struct member *member = of_source(source);
	member->listener = listener;
	member->alive = true;
	world_note(member->kafka->world, "process %d joins the group", member->process);
}

static void source_committed_call(struct source *source, struct source_committed *request)
{
	submit(of_source(source), &request->request, &COMMITTED, sizeof *request);
}

static void source_ends_call(struct source *source, struct source_ends *request)
{
	submit(of_source(source), &request->request, &ENDS, sizeof *request);
}

static void source_fetch(struct source *source, uint32_t shard, const int64_t *offsets)
{
	struct member *member = of_source(source);
	if (offsets[0] < 0)
		world_breach(member->kafka->world, "fetch from a negative offset");
	member->position[shard] = offsets[0];
}

static const struct record *source_peek(struct source *source, uint32_t shard, uint32_t topic)
{
	struct member *member = of_source(source);
	const struct partition *partition = &member->kafka->partitions[shard];
	int64_t at = member->position[shard];
	(void)topic;
	if (!member->holds[shard] || at < 0 || at >= (int64_t)partition->count)
		return NULL;
	return &partition->records[at];
}

static void source_pop(struct source *source, uint32_t shard, uint32_t topic)
{
	(void)topic;
	of_source(source)->position[shard]++;
}

static bool source_reached(struct source *source, uint32_t shard, uint32_t topic, int64_t offset)
{
	(void)topic;
	return of_source(source)->position[shard] >= offset;
}

static void source_release(struct source *source, const uint32_t *shards, size_t count)
{
	struct member *member = of_source(source);
	for (size_t i = 0; i < count; i++) {
		member->revoking[shards[i]] = false;
		member->position[shards[i]] = -1;
		world_note(member->kafka->world, "process %d releases shard %u", member->process, shards[i]);
	}
}

static void source_stop(struct source *source)
{
	of_source(source)->alive = false;
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

/* ---- the group ---- */

void fake_kafka_crash(struct fake_kafka *kafka, int process)
{
	struct member *member = &kafka->members[process];
	member->alive = member->kicked = false;
	member->listener = NULL;
	member->producer = 0;
	for (uint32_t i = 0; i < kafka->shards; i++) {
		member->holds[i] = member->revoking[i] = false;
		member->position[i] = -1;
	}
}

static bool present(const struct member *member)
{
	return member->alive && !member->kicked;
}

static bool all_released(const struct fake_kafka *kafka)
{
	for (int p = 0; p < PROCESSES; p++)
		for (uint32_t i = 0; i < kafka->shards; i++)
			if (present(&kafka->members[p]) && kafka->members[p].revoking[i])
				return false;
	return true;
}

void fake_kafka_rebalance(struct fake_kafka *kafka)
{
	int alive[PROCESSES], count = 0;
	for (int p = 0; p < PROCESSES; p++)
		if (present(&kafka->members[p]))
			alive[count++] = p;
	kafka->generation++;
	for (uint32_t i = 0; i < kafka->shards; i++)
		kafka->partitions[i].owner = count ? alive[world_roll(kafka->world, (uint64_t)count)] : -1;
	world_note(kafka->world, "group: rebalance to generation %llu", (unsigned long long)kafka->generation);
}

/* Eager: everything is revoked first; what was not released in time by a silent member is lost to it. */
static bool revoke(struct fake_kafka *kafka, struct member *member)
{
	uint32_t list[SHARDS_MAX];
	size_t count = 0;
	for (uint32_t i = 0; i < kafka->shards; i++)
		if (member->holds[i])
			list[count++] = i;
	bool lost = member->kicked;
	if (count == 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		member->holds[list[i]] = false;
		member->revoking[list[i]] = true;
	}
	world_note(kafka->world, "process %d: %zu shards are %s", member->process, count, lost ? "lost" : "revoked");
	member->listener->revoked(member->listener->owner, list, count, lost);
	return true;
}

bool fake_kafka_poll(struct fake_kafka *kafka, int process)
{
	struct member *member = &kafka->members[process];
	uint32_t list[SHARDS_MAX];
	size_t count = 0;
	if (!member->alive || !member->listener || member->generation == kafka->generation)
		return false;
	if (revoke(kafka, member))
		return true;
	if (member->kicked) { /* it learns of it, and joins again */
		member->kicked = false;
		fake_kafka_rebalance(kafka);
		return true;
	}
	if (!all_released(kafka))
		return false;
	for (int p = 0; p < PROCESSES; p++) /* the barrier: nobody is given what another still holds */
		for (uint32_t i = 0; i < kafka->shards; i++)
			if (present(&kafka->members[p]) && kafka->members[p].holds[i] &&
			    kafka->members[p].generation != kafka->generation)
				return false;
	member->generation = kafka->generation;
	for (uint32_t i = 0; i < kafka->shards; i++)
		if (kafka->partitions[i].owner == process) {
			member->holds[i] = true;
			member->position[i] = -1;
			list[count++] = i;
		}
	if (count)
		member->listener->assigned(member->listener->owner, list, count);
	return true;
}

void fake_kafka_kick(struct fake_kafka *kafka, int process)
{
	struct member *member = &kafka->members[process];
	if (!present(member))
		return;
	member->kicked = true;
	world_note(kafka->world, "group: process %d was silent for too long", process);
	fake_kafka_rebalance(kafka);
}

/* ---- the rest ---- */

struct fake_kafka *fake_kafka_new(struct world *world, uint32_t shards)
{
	struct fake_kafka *kafka = mem_alloc(sizeof *kafka);
	*kafka = (struct fake_kafka){.world = world, .shards = shards};
	arena_init(&kafka->arena, 64 << 10);
	for (uint32_t i = 0; i < shards; i++)
		kafka->partitions[i] = (struct partition){.records = mem_alloc(RECORDS_MAX * sizeof(struct record)),
		                                          .committed = -1,
		                                          .owner = -1,
		                                          .pending = -1};
	for (int p = 0; p < PROCESSES; p++) {
		struct member *member = &kafka->members[p];
		member->source = (struct source){.ops = &SOURCE_OPS, .topics = TOPICS, .shards = shards};
		member->sink = (struct sink){.ops = &SINK_OPS, .has_topic = {true, true, true}};
		member->kafka = kafka;
		member->process = p;
	}
	return kafka;
}

void fake_kafka_free(struct fake_kafka *kafka)
{
	for (uint32_t i = 0; i < kafka->shards; i++)
		free(kafka->partitions[i].records);
	free(kafka->transactions);
	free(kafka->sent);
	arena_release(&kafka->arena);
	free(kafka);
}

struct source *fake_kafka_source(struct fake_kafka *kafka, int process)
{
	return &kafka->members[process].source;
}

struct sink *fake_kafka_sink(struct fake_kafka *kafka, int process)
{
	return &kafka->members[process].sink;
}

void fake_kafka_produce(struct fake_kafka *kafka, uint32_t shard, struct str key, struct str value)
{
	struct partition *partition = &kafka->partitions[shard];
	if (partition->count == RECORDS_MAX) /* records must not move: a peeked one is borrowed */
		abort();
	partition->records[partition->count] = (struct record){
	        .origin = {.topic = 0, .shard = (int32_t)shard, .offset = (int64_t)partition->count},
	        .timestamp = INSTANT_NONE,
	        .key = arena_str(&kafka->arena, key),
	        .value = arena_str(&kafka->arena, value),
	};
	partition->count++;
}

void fake_kafka_wipe_metadata(struct fake_kafka *kafka, uint32_t shard)
{
	kafka->partitions[shard].metadata = (struct str){0};
}

const struct fake_sent *fake_kafka_sent(const struct fake_kafka *kafka, size_t *count)
{
	*count = kafka->sent_count;
	return kafka->sent;
}

int64_t fake_kafka_committed(const struct fake_kafka *kafka, uint32_t shard, struct str *metadata)
{
	*metadata = kafka->partitions[shard].metadata;
	return kafka->partitions[shard].committed;
}

int64_t fake_kafka_end(const struct fake_kafka *kafka, uint32_t shard)
{
	return (int64_t)kafka->partitions[shard].count;
}

int fake_kafka_owner(const struct fake_kafka *kafka, uint32_t shard)
{
	return kafka->partitions[shard].owner;
}

uint32_t fake_kafka_shards(const struct fake_kafka *kafka)
{
	return kafka->shards;
}
