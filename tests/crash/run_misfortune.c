/* SPDX-License-Identifier: Apache-2.0 */
/* What goes wrong in a run: processes and servers die, stall, or forget what they promised to keep. */
#include "app/commit_note.h"
#include "app/shard_meta.h"
#include "run.h"

typedef unsigned long long ull;

/* Redis fell back behind what Kafka has seen. Where it did not, nothing of the loss was visible to anybody, and the
 * shard simply goes on. */
static bool behind_kafka(const struct run *run, uint32_t shard, const struct commit_note *note)
{
	struct store_header header = fake_redis_header(run->redis, shard);
	struct shard_meta meta;
	shard_meta_init(&meta, run->topics);
	if (header.meta.len)
		shard_meta_read(&meta, header.meta);
	for (uint32_t topic = 0; topic < run->topics; topic++) {
		struct str text;
		if (fake_kafka_committed(run->kafka, topic, shard, &text) > meta.offsets[topic])
			return true;
	}
	return note->emitted > meta.outbox || note->batch > header.batch;
}

static void roll_back(struct run *run, uint32_t shard, const struct commit_note *note)
{
	if (!fake_redis_roll_back(run->redis, shard))
		return;
	bool behind = behind_kafka(run, shard, note);
	world_note(&run->world, "DISASTER: shard %u of Redis falls back to batch %llu, %s", shard,
	           (ull)fake_redis_header(run->redis, shard).batch,
	           behind ? "behind what is in Kafka" : "which is not behind what is in Kafka");
	run->held |= (unsigned)behind << shard;
}

/* Redis or Kafka lose what they promised to keep: the shard must stop rather than guess. All processes die with it. */
static void strike(struct run *run)
{
	struct world *world = &run->world;
	uint32_t shard = (uint32_t)world_roll(world, run->shards);
	struct str text;
	struct commit_note note;
	bool known = fake_kafka_committed(run->kafka, 0, shard, &text) >= 0 && commit_note_parse(text, &note);
	if (!known || run->held >> shard & 1 || fake_redis_header(run->redis, shard).batch == 0)
		return;
	for (int p = 0; p < PROCESSES; p++)
		run_kill(run, p);
	wire_clear(world);
	while (fake_kafka_expire(run->kafka))
		;
	fake_kafka_committed(run->kafka, 0, shard, &text);
	commit_note_parse(text, &note);
	switch (world_roll(world, 4)) {
	case 0:
	case 1:
		roll_back(run, shard, &note);
		break;
	case 2:
		world_note(world, "DISASTER: shard %u has another lineage", shard);
		fake_redis_swap_lineage(run->redis, shard);
		run->held |= 1u << shard;
		break;
	default:
		world_note(world, "DISASTER: the metadata of shard %u is lost", shard);
		fake_kafka_wipe_metadata(run->kafka, shard);
		run->held |= 1u << shard;
	}
}

static void fall_ill(struct world *world, struct illness *server, const char *name)
{
	*server = (struct illness){world->step + 1 + world_roll(world, 500), world_chance(world, 500)};
	world_note(world, "%s %s until step %llu", name, server->silent ? "is silent" : "refuses everything",
	           (ull)server->until);
}

/* Long enough for the group to go on without it, as far as it can tell. */
static void stall(struct run *run, int process)
{
	struct world *world = &run->world;
	world->stalled[process] = world->step + 1 + world_roll(world, 400);
	world_note(world, "process %d stands still until step %llu", process, (ull)world->stalled[process]);
	if (run->minutes)
		wire_hold_back(world, process);
	if (world_chance(world, 700))
		fake_kafka_kick(run->kafka, process);
}

void run_misfortune(struct run *run)
{
	struct world *world = &run->world;
	int process = (int)world_roll(world, PROCESSES);
	struct worker *worker = run->workers[process];
	switch (world_roll(world, run->disaster ? 18 : 16)) {
	case 0:
	case 1:
	case 2:
		run_kill(run, process);
		break;
	case 3:
		fake_kafka_rebalance(run->kafka);
		break;
	case 4:
	case 5:
		fake_kafka_kick(run->kafka, process);
		break;
	case 6:
		fake_kafka_expire(run->kafka);
		break;
	case 7:
	case 8:
		fake_redis_snapshot(run->redis, (uint32_t)world_roll(world, run->shards));
		break;
	case 9:
		if (!worker || run->stopping[process])
			break;
		world_note(world, "process %d is asked to stop", process);
		run->stopping[process] = true;
		worker_stop(worker);
		break;
	case 10:
		if (!worker || run->stopping[process])
			break;
		world_note(world, "process %d reads its journeys again", process);
		if (run->edits)
			worker_go_by(worker, run_book(run));
		else
			worker_reload(worker, sources_compile(run->sources));
		break;
	case 11:
		fall_ill(world, &world->redis, "Redis");
		break;
	case 12:
		fall_ill(world, &world->kafka, "Kafka");
		break;
	case 13:
	case 14:
	case 15:
		stall(run, process);
		break;
	default:
		if (world_chance(world, 300))
			strike(run);
	}
}
