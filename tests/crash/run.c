/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include "core/calendar.h"

#include <stdio.h>

enum { WILD_STEPS = 3000, FAIR_STEPS = 60000, STALLED_STRIDE_MS = 6000, CALM_STRIDE_MS = 300, FORGET_STRIDES = 50 };
#define START_MS INT64_C(1767225600000)
#define LONG_AFTER_MS (INT64_C(400) * 24 * 3600000)

static struct instant clock_read(struct clock *clock)
{
	return ((struct run_clock *)clock)->world->now;
}

static void speak(void *owner, enum report_level level, const char *subject, const char *message)
{
	struct world *world = owner;
	(void)level;
	world_note(world, "    %s %s", subject, message);
}

struct rulebook *run_book(struct run *run)
{
	return sources_book(run->sources, (unsigned)world_roll(&run->world, 1000));
}

void run_start(struct run *run, int process)
{
	struct ports ports = {fake_kafka_source(run->kafka, process), fake_kafka_sink(run->kafka, process),
	                      fake_redis_connect(run->redis, process), &run->clock.clock, run->decoder};
	world_note(&run->world, "process %d starts", process);
	run->reports[process] = (struct report){.log = run->world.tell ? speak : NULL, .owner = &run->world};
	run->settings.lineage_seed = world_roll(&run->world, UINT32_MAX);
	run->workers[process] = worker_new(&run->settings, &ports, sources_compile(run->sources), &run->sources->zones,
	                                   &ZONE_UTC, &run->reports[process]);
	run->stopping[process] = false;
	if (run->edits)
		worker_go_by(run->workers[process], run_book(run));
	worker_start(run->workers[process]);
}

static void end_process(struct run *run, int process)
{
	wire_crash(&run->world, process);
	fake_kafka_crash(run->kafka, process);
	worker_free(run->workers[process]);
	run->workers[process] = NULL;
}

void run_kill(struct run *run, int process)
{
	if (!run->workers[process])
		return;
	world_note(&run->world, "process %d is killed", process);
	end_process(run, process);
}

static int64_t longest_stride(const struct run *run)
{
	return run->minutes && run->stride < STALLED_STRIDE_MS ? STALLED_STRIDE_MS : run->stride;
}

/* Small limits, so that each is met. But nobody forgets a version within the time that a batch may be under way. */
static void settle_settings(struct run *run)
{
	struct world *world = &run->world;
	run->settings = (struct worker_settings){
	        .clock = run->mode == RUN_WALL ? CLOCK_WALL : CLOCK_STREAM,
	        .disorder = {world_chance(world, 500) ? 0 : 60000},
	        .batch_events = 1 + (int64_t)world_roll(world, 6),
	        .batch_wait = {(int64_t)world_roll(world, 6)},
	        .due_per_batch = 1 + (int64_t)world_roll(world, 6),
	        .flush_every = {1 + (int64_t)world_roll(world, 400)},
	        .flush_bytes = 200 + (int64_t)world_roll(world, 4000),
	        .log_bytes = 4000 + (int64_t)world_roll(world, 40000),
	        .outbox_entries = 5 + (int64_t)world_roll(world, 200),
	        .cache_bytes = (int64_t)world_roll(world, 3000),
	        .emit_every = {(int64_t)world_roll(world, 60)},
	        .commit_idle = {1 + (int64_t)world_roll(world, 500)},
	        .record_bytes = 1 << 20,
	        .forget_after = {run->minutes ? FORGET_STRIDES * longest_stride(run) : 10000},
	        .source = STR("journeyd"),
	};
}

static void produce_some(struct run *run, size_t count)
{
	for (; count && run->produced < run->model.input_count; count--) {
		const struct model_input *input = &run->model.inputs[run->produced++];
		fake_kafka_produce(run->kafka, input->topic, input->shard, input->key, input->value);
	}
}

static void choose_mode(struct run *run)
{
	uint64_t mode = world_roll(&run->world, 100);
	run->mode = mode < 60 ? RUN_LIVE : mode < 85 ? RUN_BACKLOG : RUN_WALL;
	run->topics = run->mode != RUN_LIVE && world_chance(&run->world, 700) ? 2 : 1;
}

static void run_init(struct run *run, struct sources *sources, uint64_t seed, bool tell)
{
	static const char *const modes[] = {"live", "backlog", "backlog by the wall clock"};
	static const int64_t strides[] = {100, 600, 2000, 2000, 10000, 60000};
	*run = (struct run){.sources = sources};
	run->world = (struct world){.dice = seed * 0x2545f4914f6cdd1d + 1, .tell = tell, .now = {START_MS}};
	run->shards = 1 + (uint32_t)world_roll(&run->world, SHARDS_MAX);
	run->disaster = seed % 5 == 4;
	run->edits = seed % 7 < 2;
	run->minutes = seed % 4 == 3;
	run->stride = run->edits ? 300 : 100; /* with edits, long enough to forget */
	run->world.faults = world_chance(&run->world, 150) ? 0 : 1 + (int)world_roll(&run->world, 100);
	choose_mode(run);
	run->redis = fake_redis_new(&run->world, run->shards);
	run->kafka = fake_kafka_new(&run->world, run->shards, run->topics);
	run->clock = (struct run_clock){{clock_read}, &run->world};
	run->decoder = event_json_new(run->mappings, run->topics);
	if (run->minutes)
		run->stride = strides[world_roll(&run->world, sizeof strides / sizeof *strides)];
	model_init(&run->model, &run->world,
	           &(struct model_size){run->shards, run->topics, 20 + world_roll(&run->world, 120)});
	settle_settings(run);
	world_note(&run->world, "%s, %u shards, %u topics, %zu records, %d per mille of calls go wrong%s%s%s",
	           modes[run->mode], run->shards, run->topics, run->model.input_count, run->world.faults,
	           run->disaster ? ", disasters" : "", run->edits ? ", edits" : "",
	           run->minutes ? ", minutes pass" : "");
	if (run->mode != RUN_LIVE)
		produce_some(run, SIZE_MAX);
	if (run->mode == RUN_WALL)
		run->world.now.ms += LONG_AFTER_MS;
	for (int p = 0; p < PROCESSES; p++)
		run_start(run, p);
}

static void run_release(struct run *run)
{
	run->world.tell = false;
	for (int p = 0; p < PROCESSES; p++)
		run_kill(run, p);
	wire_clear(&run->world);
	run->decoder->ops->free(run->decoder);
	model_release(&run->model);
	fake_kafka_free(run->kafka);
	fake_redis_free(run->redis);
	buf_release(&run->world.breach);
}

/* ---- the scheduler ---- */

static void turn(struct run *run, int process)
{
	struct worker_status status;
	if (!run->workers[process] || world_stalls(&run->world, process))
		return;
	worker_turn(run->workers[process]);
	worker_status(run->workers[process], &status);
	if (status.shards_held && !run->held)
		world_breach(&run->world, "process %d holds a shard back without a cause: %.160s", process, status.why);
	if (!run->stopping[process])
		return;
	if (status.state != WORKER_STOPPED)
		return;
	world_note(&run->world, "process %d has stopped", process);
	end_process(run, process);
}

static void poll(struct run *run, int process)
{
	if (!world_stalls(&run->world, process))
		fake_kafka_poll(run->kafka, process);
}

/* Where somebody stands still, the others live through it in seconds, not in one leap. */
static void pass_time(struct run *run)
{
	struct world *world = &run->world;
	bool stalls = world_stalls(world, 0) || world_stalls(world, 1);
	world->now.ms += (int64_t)world_roll(world, (uint64_t)(stalls ? longest_stride(run) : run->stride));
	if (run->minutes)
		fake_kafka_time_passed(run->kafka);
}

static void step(struct run *run)
{
	struct world *world = &run->world;
	uint64_t what = world_roll(world, 1000);
	int process = (int)world_roll(world, PROCESSES);
	world->step++;
	if (what < 560)
		wire_step(world);
	else if (what < 840)
		turn(run, process);
	else if (what < 900)
		poll(run, process);
	else if (what < 950)
		pass_time(run);
	else if (what < 975)
		produce_some(run, 1 + world_roll(world, 8));
	else if (what < 985 && !run->workers[process])
		run_start(run, process);
	else if (what >= 992 && world->faults)
		run_misfortune(run);
	run_check(run);
}

static void begin_fair(struct run *run)
{
	struct world *world = &run->world;
	world->faults = 0;
	world->redis.until = world->kafka.until = 0;
	if (run->minutes)
		run->stride = CALM_STRIDE_MS;
	memset(world->stalled, 0, sizeof world->stalled);
	world_note(world, "from here on nothing goes wrong");
	fake_kafka_rebalance(run->kafka);
}

/* No more misfortune: within so many fair steps everything must be done, and stay done. */
static void calm_down(struct run *run)
{
	char why[200] = "";
	int settled = 0;
	begin_fair(run);
	for (int i = 0; i < FAIR_STEPS && !run->world.breach.len; i++) {
		step(run);
		if (i % 16 == 0) {
			run->world.now.ms += 20;
			while (fake_kafka_expire(run->kafka))
				;
		}
		for (int p = 0; p < PROCESSES; p++)
			if (!run->workers[p])
				run_start(run, p);
		if (i % 64)
			continue;
		settled = run_settled(run, why) ? settled + 1 : 0;
		if (settled == 3)
			return;
	}
	if (!run->world.breach.len)
		world_breach(&run->world, "stuck: %s", why);
}

struct str run_seed(struct sources *sources, uint64_t seed, bool tell, struct arena *arena)
{
	struct run run;
	run_init(&run, sources, seed, tell);
	for (int i = 0; i < WILD_STEPS && !run.world.breach.len; i++)
		step(&run);
	if (!run.world.breach.len)
		calm_down(&run);
	if (!run.world.breach.len)
		run_judge(&run);
	struct str breach = arena_str(arena, buf_view(&run.world.breach));
	run_release(&run);
	return breach;
}
