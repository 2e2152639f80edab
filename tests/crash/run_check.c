/* SPDX-License-Identifier: Apache-2.0 */
/* The invariants of the protocol, as they stand in the two servers, and when a run has come to rest. */
#include "app/commit_note.h"
#include "app/shard_meta.h"
#include "run.h"

#include <stdio.h>

typedef unsigned long long ull;

static void check_note(struct run *run, uint32_t shard, const struct store_header *header,
                       const struct shard_meta *meta)
{
	struct world *world = &run->world;
	for (uint32_t topic = 0; topic < run->topics; topic++) {
		struct str text;
		struct commit_note note;
		int64_t offset = fake_kafka_committed(run->kafka, topic, shard, &text);
		if (offset < 0) {
			if (header->emitted)
				world_breach(world, "shard %u: M_r is %llu, Kafka knows of nothing", shard,
				             (ull)header->emitted);
			continue;
		}
		if (!commit_note_parse(text, &note)) {
			world_breach(world, "shard %u: an offset was committed without its note", shard);
			return;
		}
		if (note.emitted > meta->outbox)
			world_breach(world, "shard %u: M_k %llu > S %llu", shard, (ull)note.emitted, (ull)meta->outbox);
		if (note.batch > header->batch)
			world_breach(world, "shard %u: batch %llu is in Kafka, the log ends at %llu", shard,
			             (ull)note.batch, (ull)header->batch);
		if (header->emitted > note.emitted)
			world_breach(world, "shard %u: M_r %llu > M_k %llu", shard, (ull)header->emitted,
			             (ull)note.emitted);
		if (offset > meta->offsets[topic])
			world_breach(world, "shard %u: O_k %lld > %lld", shard, (long long)offset,
			             (long long)meta->offsets[topic]);
	}
}

static void check_shard(struct run *run, uint32_t shard)
{
	struct store_header header = fake_redis_header(run->redis, shard);
	struct shard_meta meta;
	if (header.flushed > header.batch) /* after a disaster too */
		world_breach(&run->world, "shard %u: F > B", shard);
	if (run->held >> shard & 1)
		return;
	shard_meta_init(&meta, run->topics);
	if (header.meta.len && !shard_meta_read(&meta, header.meta))
		world_breach(&run->world, "shard %u: its meta cannot be read", shard);
	check_note(run, shard, &header, &meta);
}

void run_check(struct run *run)
{
	for (uint32_t i = 0; i < run->shards && !run->world.breach.len; i++)
		check_shard(run, i);
}

static bool shard_settled(const struct run *run, uint32_t shard, char why[200])
{
	struct store_header header = fake_redis_header(run->redis, shard);
	for (uint32_t topic = 0; topic < run->topics; topic++) {
		struct str text;
		int64_t committed = fake_kafka_committed(run->kafka, topic, shard, &text);
		int64_t end = fake_kafka_end(run->kafka, topic, shard);
		snprintf(why, 200, "shard %u: committed %lld of %lld in topic %u", shard, (long long)committed,
		         (long long)end, topic);
		if (committed != end)
			return false;
	}
	snprintf(why, 200, "shard %u: flushed %llu of %llu batches", shard, (ull)header.flushed, (ull)header.batch);
	return header.flushed == header.batch;
}

bool run_settled(const struct run *run, char why[200])
{
	uint32_t cared_for = 0;
	snprintf(why, 200, "%zu of %zu records produced, %zu calls under way, the group is %s", run->produced,
	         run->model.input_count, wire_open(&run->world), fake_kafka_stable(run->kafka) ? "stable" : "unstable");
	if (run->produced < run->model.input_count || wire_open(&run->world) || !fake_kafka_stable(run->kafka))
		return false;
	for (uint32_t i = 0; i < run->shards; i++)
		if (!(run->held >> i & 1) && !shard_settled(run, i, why))
			return false;
	for (int p = 0; p < PROCESSES; p++) {
		struct worker_status status;
		snprintf(why, 200, "process %d does not run", p);
		if (!run->workers[p])
			return false;
		worker_status(run->workers[p], &status);
		cared_for += status.shards_running + status.shards_held;
		snprintf(why, 200,
		         "process %d: state %d, idle %d, %u shards run, %u being taken, outbox %llu, why %.60s", p,
		         (int)status.state, status.idle, status.shards_running, status.shards_taking,
		         (ull)status.outbox, status.why);
		if ((status.shards_running + status.shards_held && !status.idle) || status.shards_taking)
			return false;
	}
	snprintf(why, 200, "%u of %u shards are cared for", cared_for, run->shards);
	return cared_for == run->shards;
}

void run_judge(struct run *run)
{
	uint32_t held = 0, want = (uint32_t)__builtin_popcount(run->held);
	for (int p = 0; p < PROCESSES; p++) {
		struct worker_status status;
		worker_status(run->workers[p], &status);
		held += status.shards_held;
		if (status.shards_held)
			world_note(&run->world, "process %d holds back %u: %s", p, status.shards_held, status.why);
	}
	if (held != want)
		world_breach(&run->world, "%u shards must be held back, %u are", want, held);
	model_judge(&run->model, &run->world, run->kafka, run->held);
}
