/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_kafka_broker.h"

#include <stdlib.h>

enum { RECORDS_MAX = 2048, TRANSACTION_MS = 10000, SESSION_MS = 45000 };

/* ---- transactions ---- */

static void make_visible(struct fake_kafka *kafka, const struct transaction *txn)
{
	for (size_t i = 0; i < txn->sent_count; i++) {
		if (kafka->sent_count == kafka->sent_cap) {
			kafka->sent_cap = kafka->sent_cap ? 2 * kafka->sent_cap : 64;
			kafka->sent = mem_realloc(kafka->sent, kafka->sent_cap * sizeof *kafka->sent);
		}
		kafka->sent[kafka->sent_count++] = txn->sent[i];
	}
}

static void move_positions(struct fake_kafka *kafka, const struct sink_commit *commit)
{
	struct topic_partition *topics = kafka->partitions[commit->shard].topics;
	for (uint32_t topic = 0; topic < kafka->topics; topic++) {
		topics[topic].committed = commit->offsets[topic];
		topics[topic].metadata = commit->metadata;
	}
}

void fake_broker_decide(struct fake_kafka *kafka, size_t at, enum fate fate)
{
	struct transaction *txn = &kafka->transactions[at];
	txn->fate = fate;
	world_note(kafka->world, "broker: transaction %zu of process %d with %zu messages is %s", at, txn->process,
	           txn->sent_count, fate == FATE_COMMITTED ? "committed" : "aborted");
	for (size_t i = 0; i < txn->commit_count; i++) {
		const struct sink_commit *commit = &txn->commits[i];
		struct partition *partition = &kafka->partitions[commit->shard];
		partition->pending--;
		if (fate != FATE_COMMITTED || partition->writer > at + 1)
			continue;
		partition->writer = at + 1;
		move_positions(kafka, commit);
		world_note(kafka->world, "broker: shard %u is committed with %.*s", commit->shard,
		           STR_ARG(commit->metadata));
	}
	if (fate == FATE_COMMITTED)
		make_visible(kafka, txn);
}

static void end_somehow(struct fake_kafka *kafka, size_t at)
{
	fake_broker_decide(kafka, at, world_chance(kafka->world, 500) ? FATE_COMMITTED : FATE_ABORTED);
}

bool fake_kafka_expire(struct fake_kafka *kafka)
{
	for (size_t i = 0; i < kafka->transaction_count; i++)
		if (kafka->transactions[i].fate == FATE_UNDECIDED) {
			end_somehow(kafka, i);
			return true;
		}
	return false;
}

uint64_t fake_broker_init_producer(struct fake_kafka *kafka, int process)
{
	for (size_t i = 0; i < kafka->transaction_count; i++)
		if (kafka->transactions[i].process == process && kafka->transactions[i].fate == FATE_UNDECIDED)
			end_somehow(kafka, i);
	return ++kafka->producers[process];
}

size_t fake_broker_begin(struct fake_kafka *kafka, int process, const struct sink_emit *emit)
{
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
	for (size_t i = 0; i < emit->commit_count; i++)
		kafka->partitions[emit->commits[i].shard].pending++;
	kafka->transactions[kafka->transaction_count] =
	        (struct transaction){.process = process,
	                             .began = kafka->world->now,
	                             .sent = sent,
	                             .sent_count = emit->message_count,
	                             .commits = (struct sink_commit *)emit->commits,
	                             .commit_count = emit->commit_count};
	return kafka->transaction_count++;
}

/* ---- the group ---- */

void fake_kafka_crash(struct fake_kafka *kafka, int process)
{
	struct member *member = &kafka->members[process];
	member->alive = member->kicked = member->leaving = false;
	member->listener = NULL;
	member->producer = 0;
	for (uint32_t i = 0; i < kafka->shards; i++) {
		member->holds[i] = member->revoking[i] = member->letting_go[i] = false;
		for (uint32_t topic = 0; topic < kafka->topics; topic++)
			member->position[i][topic] = -1;
	}
}

static bool present(const struct member *member)
{
	return member->alive && !member->kicked;
}

void fake_kafka_rebalance(struct fake_kafka *kafka)
{
	kafka->rebalance++;
	world_note(kafka->world, "group: rebalance %llu begins", (unsigned long long)kafka->rebalance);
}

/* The barrier: everybody who is still there has let go and joined. */
static void complete(struct fake_kafka *kafka)
{
	int members[PROCESSES], count = 0;
	if (kafka->complete == kafka->rebalance)
		return;
	for (int p = 0; p < PROCESSES; p++) {
		if (!present(&kafka->members[p]))
			continue;
		if (kafka->members[p].joined != kafka->rebalance)
			return;
		members[count++] = p;
	}
	kafka->complete = kafka->rebalance;
	kafka->generation++;
	for (uint32_t i = 0; i < kafka->shards; i++)
		kafka->partitions[i].owner = count ? members[world_roll(kafka->world, (uint64_t)count)] : -1;
	world_note(kafka->world, "group: generation %llu begins", (unsigned long long)kafka->generation);
}

static bool revoke(struct member *member)
{
	uint32_t list[SHARDS_MAX];
	size_t count = 0;
	for (uint32_t i = 0; i < member->kafka->shards; i++)
		if (member->holds[i])
			list[count++] = i;
	bool lost = member->kicked;
	if (count == 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		member->holds[list[i]] = false;
		member->revoking[list[i]] = true;
		member->letting_go[list[i]] = !lost;
	}
	world_note(member->kafka->world, "process %d: %zu shards are %s", member->process, count,
	           lost ? "lost" : "revoked");
	member->listener->revoked(member->listener->owner, list, count, lost);
	return true;
}

static bool released_all(const struct member *member)
{
	for (uint32_t i = 0; i < member->kafka->shards; i++)
		if (member->revoking[i])
			return false;
	return true;
}

static bool join(struct member *member)
{
	struct fake_kafka *kafka = member->kafka;
	if (revoke(member))
		return true;
	if (!released_all(member))
		return false;
	if (member->leaving) {
		member->alive = false;
		world_note(kafka->world, "process %d has left the group", member->process);
		fake_kafka_rebalance(kafka);
		return true;
	}
	if (member->kicked)
		fake_kafka_rebalance(kafka);
	member->kicked = false;
	member->joined = kafka->rebalance;
	return true;
}

static bool learn_assignment(struct member *member)
{
	struct fake_kafka *kafka = member->kafka;
	uint32_t list[SHARDS_MAX];
	size_t count = 0;
	if (kafka->complete != kafka->rebalance || member->generation == kafka->generation)
		return false;
	member->generation = kafka->generation;
	for (uint32_t i = 0; i < kafka->shards; i++) {
		if (kafka->partitions[i].owner != member->process)
			continue;
		member->holds[i] = true;
		for (uint32_t topic = 0; topic < kafka->topics; topic++)
			member->position[i][topic] = -1;
		list[count++] = i;
	}
	world_note(kafka->world, "process %d: %zu shards are assigned", member->process, count);
	if (count)
		member->listener->assigned(member->listener->owner, list, count);
	return true;
}

bool fake_kafka_poll(struct fake_kafka *kafka, int process)
{
	struct member *member = &kafka->members[process];
	if (!member->alive || !member->listener)
		return false;
	if (member->kicked || member->leaving || member->joined != kafka->rebalance)
		return join(member);
	complete(kafka);
	return learn_assignment(member);
}

bool fake_kafka_stable(const struct fake_kafka *kafka)
{
	for (int p = 0; p < PROCESSES; p++) {
		const struct member *member = &kafka->members[p];
		if (member->alive && (member->kicked || member->generation != kafka->generation))
			return false;
	}
	return kafka->complete == kafka->rebalance;
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

void fake_kafka_time_passed(struct fake_kafka *kafka)
{
	struct instant now = kafka->world->now;
	for (size_t i = 0; i < kafka->transaction_count; i++)
		if (kafka->transactions[i].fate == FATE_UNDECIDED &&
		    now.ms - kafka->transactions[i].began.ms > TRANSACTION_MS)
			end_somehow(kafka, i);
	for (int p = 0; p < PROCESSES; p++) {
		struct member *member = &kafka->members[p];
		if (!world_stalls(kafka->world, p) || !present(member))
			member->heard = now;
		else if (now.ms - member->heard.ms > SESSION_MS)
			fake_kafka_kick(kafka, p);
	}
}

/* ---- the rest ---- */

struct fake_kafka *fake_kafka_new(struct world *world, uint32_t shards, uint32_t topics)
{
	struct fake_kafka *kafka = mem_alloc(sizeof *kafka);
	*kafka = (struct fake_kafka){.world = world, .shards = shards, .topics = topics};
	arena_init(&kafka->arena, 64 << 10);
	for (uint32_t i = 0; i < shards; i++) {
		kafka->partitions[i].owner = -1;
		for (uint32_t topic = 0; topic < topics; topic++)
			kafka->partitions[i].topics[topic] = (struct topic_partition){
			        .records = mem_alloc(RECORDS_MAX * sizeof(struct record)), .committed = -1};
	}
	for (int p = 0; p < PROCESSES; p++)
		fake_member_init(&kafka->members[p], kafka, p);
	return kafka;
}

void fake_kafka_free(struct fake_kafka *kafka)
{
	for (uint32_t i = 0; i < kafka->shards; i++)
		for (uint32_t topic = 0; topic < kafka->topics; topic++)
			free(kafka->partitions[i].topics[topic].records);
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

void fake_kafka_produce(struct fake_kafka *kafka, uint32_t topic, uint32_t shard, struct str key, struct str value)
{
	struct topic_partition *partition = &kafka->partitions[shard].topics[topic];
	if (partition->count == RECORDS_MAX)
		abort();
	partition->records[partition->count] = (struct record){
	        .origin = {.topic = (int32_t)topic, .shard = (int32_t)shard, .offset = (int64_t)partition->count},
	        .timestamp = INSTANT_NONE,
	        .key = arena_str(&kafka->arena, key),
	        .value = arena_str(&kafka->arena, value),
	};
	partition->count++;
}

void fake_kafka_wipe_metadata(struct fake_kafka *kafka, uint32_t shard)
{
	for (uint32_t topic = 0; topic < kafka->topics; topic++)
		kafka->partitions[shard].topics[topic].metadata = (struct str){0};
}

const struct fake_sent *fake_kafka_sent(const struct fake_kafka *kafka, size_t *count)
{
	*count = kafka->sent_count;
	return kafka->sent;
}

int64_t fake_kafka_committed(const struct fake_kafka *kafka, uint32_t topic, uint32_t shard, struct str *metadata)
{
	*metadata = kafka->partitions[shard].topics[topic].metadata;
	return kafka->partitions[shard].topics[topic].committed;
}

int64_t fake_kafka_end(const struct fake_kafka *kafka, uint32_t topic, uint32_t shard)
{
	return (int64_t)kafka->partitions[shard].topics[topic].count;
}

uint32_t fake_kafka_shards(const struct fake_kafka *kafka)
{
	return kafka->shards;
}
