/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole daemons (app and core) on a fake Kafka and a fake Redis, under a seeded scheduler that crashes them, loses
 * answers, delays writes of the dead, moves shards, and lets Redis fall back into the past. After every step the
 * protocol's invariants are checked; at the end an independent model says what must have been sent.
 *
 *   crash [--seeds N] [--from SEED]    N runs (default 2000)
 *   crash --seed SEED                  that one, with its history
 *   crash --law NAME [--seeds N]       mutation build: with that law off; succeeds when a run fails
 *   crash --table [--seeds N]          mutation build: each law off in turn, as a table
 */
#include "adapters/text/event_json.h"
#include "adapters/text/files.h"
#include "adapters/text/yaml.h"
#include "app/commit_note.h"
#include "app/law.h"
#include "app/shard_meta.h"
#include "app/worker.h"
#include "fake_kafka.h"
#include "fake_redis.h"
#include "model.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef JD_MUTANTS
int law_off = -1;
#endif

/* ---- the journeys, read once ---- */

struct sources {
	struct arena arena;
	struct diag_list diags;
	struct source_doc *rules, *journeys;
	size_t rule_count, journey_count;
	struct zone_set zones;
};

static struct source_doc *read_docs(struct sources *sources, const char *folder, size_t *count)
{
	struct file_list files = {0};
	struct doc_reader reader = {&sources->arena, &sources->diags};
	files_find(str_from(folder), ".yaml", &sources->arena, &sources->diags, &files);
	struct source_doc *docs = arena_alloc(&sources->arena, (files.count + 1) * sizeof *docs);
	for (size_t i = 0; i < files.count; i++) {
		const struct diag_file *file = files_read(files.paths[i], 1 << 20, &sources->arena, &sources->diags);
		docs[i] = (struct source_doc){file, file ? yaml_read(file, &reader) : NULL};
	}
	*count = files.count;
	return docs;
}

static void sources_init(struct sources *sources)
{
	*sources = (struct sources){0};
	arena_init(&sources->arena, 64 << 10);
	diag_init(&sources->diags, &sources->arena);
	sources->rules = read_docs(sources, SOURCE_DIR "/tests/crash/rules", &sources->rule_count);
	sources->journeys = read_docs(sources, SOURCE_DIR "/tests/crash/journeys", &sources->journey_count);
}

static struct journey_set *sources_compile(struct sources *sources)
{
	struct journey_set *set = journey_set_compile(sources->rules, sources->rule_count, sources->journeys,
	                                              sources->journey_count, &sources->zones, &sources->diags);
	if (!set) {
		struct buf text = {0};
		diag_print(&sources->diags, false, &text);
		fprintf(stderr, "%.*s", STR_ARG(buf_view(&text)));
		exit(3);
	}
	return set;
}

/* ---- one run ---- */

struct run_clock {
	struct clock clock;
	struct world *world;
};

struct run {
	struct world world;
	struct sources *sources;
	struct model model;
	struct fake_redis *redis;
	struct fake_kafka *kafka;
	struct run_clock clock;
	struct event_mapping mapping;
	struct decoder *decoder;
	struct report reports[PROCESSES];
	struct worker *workers[PROCESSES];
	struct worker_settings settings;
	uint32_t shards;
	size_t produced;
	unsigned excused;   /* shards that must be held, or may be */
	unsigned must_hold; /* shards that nobody may run any more */
	bool disaster;      /* this run includes one */
};

static struct instant clock_read(struct clock *clock)
{
	return ((struct run_clock *)clock)->world->now;
}

static void speak(void *owner, enum report_level level, const char *subject, const char *message)
{
	struct world *world = owner;
	(void)level;
	world_note(world, "log: %s %s", subject, message);
}

static void start_process(struct run *run, int process)
{
	struct ports ports = {fake_kafka_source(run->kafka, process), fake_kafka_sink(run->kafka, process),
	                      fake_redis_connect(run->redis, process), &run->clock.clock, run->decoder};
	world_note(&run->world, "process %d starts", process);
	run->reports[process] = (struct report){.log = speak, .owner = &run->world};
	run->settings.lineage_seed = world_roll(&run->world, UINT32_MAX);
	run->workers[process] = worker_new(&run->settings, &ports, sources_compile(run->sources), &run->sources->zones,
	                                   &ZONE_UTC, &run->reports[process]);
	worker_start(run->workers[process]);
}

static void crash_process(struct run *run, int process)
{
	if (!run->workers[process])
		return;
	world_note(&run->world, "process %d is killed", process);
	wire_crash(&run->world, process);
	fake_kafka_crash(run->kafka, process);
	worker_free(run->workers[process]);
	run->workers[process] = NULL;
}

static void settle_settings(struct run *run)
{
	struct world *world = &run->world;
	run->settings = (struct worker_settings){
	        .clock = CLOCK_STREAM,
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
	        .source = STR("journeyd"),
	};
}

static void run_init(struct run *run, struct sources *sources, uint64_t seed, bool tell)
{
	*run = (struct run){.sources = sources};
	run->world =
	        (struct world){.dice = seed * 0x2545f4914f6cdd1d + 1, .tell = tell, .now = {INT64_C(1767225600000)}};
	run->shards = 1 + (uint32_t)world_roll(&run->world, SHARDS_MAX);
	run->disaster = seed % 5 == 4;
	run->world.faults = world_chance(&run->world, 150) ? 0 : 1 + (int)world_roll(&run->world, 120);
	run->redis = fake_redis_new(&run->world, run->shards);
	run->kafka = fake_kafka_new(&run->world, run->shards);
	run->clock = (struct run_clock){{clock_read}, &run->world};
	run->decoder = event_json_new(&run->mapping, 1);
	model_init(&run->model, &run->world, run->shards, 20 + world_roll(&run->world, 120));
	settle_settings(run);
	for (int p = 0; p < PROCESSES; p++)
		start_process(run, p);
	fake_kafka_rebalance(run->kafka);
}

static void run_release(struct run *run)
{
	for (int p = 0; p < PROCESSES; p++)
		crash_process(run, p);
	wire_clear(&run->world);
	run->decoder->ops->free(run->decoder);
	model_release(&run->model);
	fake_kafka_free(run->kafka);
	fake_redis_free(run->redis);
	buf_release(&run->world.breach);
}

/* ---- invariants ---- */

static void check_note(struct run *run, uint32_t shard, const struct store_header *header,
                       const struct shard_meta *meta)
{
	struct str text;
	struct commit_note note;
	int64_t offset = fake_kafka_committed(run->kafka, shard, &text);
	if (offset < 0)
		return;
	if (!commit_note_parse(text, &note)) {
		world_breach(&run->world, "shard %u: an offset was committed without its note", shard);
		return;
	}
	if (note.emitted > meta->outbox)
		world_breach(&run->world, "shard %u: M_k %llu > S %llu", shard, (unsigned long long)note.emitted,
		             (unsigned long long)meta->outbox);
	if (header->emitted > note.emitted)
		world_breach(&run->world, "shard %u: M_r %llu > M_k %llu", shard, (unsigned long long)header->emitted,
		             (unsigned long long)note.emitted);
	if (offset > meta->offsets[0])
		world_breach(&run->world, "shard %u: O_k %lld > %lld", shard, (long long)offset,
		             (long long)meta->offsets[0]);
}

static void check_shard(struct run *run, uint32_t shard)
{
	struct store_header header = fake_redis_header(run->redis, shard);
	struct shard_meta meta;
	if (run->excused >> shard & 1)
		return;
	if (header.flushed > header.batch)
		world_breach(&run->world, "shard %u: F > B", shard);
	shard_meta_init(&meta, TOPICS);
	if (header.meta.len && !shard_meta_read(&meta, header.meta))
		world_breach(&run->world, "shard %u: its meta cannot be read", shard);
	check_note(run, shard, &header, &meta);
}

/* ---- the scheduler ---- */

static void produce_some(struct run *run)
{
	size_t count = 1 + world_roll(&run->world, 8);
	for (; count && run->produced < run->model.input_count; count--) {
		const struct model_input *input = &run->model.inputs[run->produced++];
		fake_kafka_produce(run->kafka, input->shard, input->key, input->value);
	}
}

static void turn(struct run *run, int process)
{
	if (run->workers[process])
		worker_turn(run->workers[process]);
}

/* Redis or Kafka lose what they promised to keep: the shard must stop rather than guess. */
static void strike(struct run *run)
{
	struct world *world = &run->world;
	uint32_t shard = (uint32_t)world_roll(world, run->shards);
	struct str text;
	struct commit_note note;
	bool known = fake_kafka_committed(run->kafka, shard, &text) >= 0 && commit_note_parse(text, &note);
	if (!known || run->excused >> shard & 1 || fake_redis_header(run->redis, shard).batch == 0)
		return;
	for (int p = 0; p < PROCESSES; p++)
		crash_process(run, p);
	while (fake_kafka_expire(run->kafka))
		;
	switch (world_roll(world, 3)) {
	case 0:
		if (!fake_redis_roll_back(run->redis, shard))
			return;
		world_note(world, "DISASTER: shard %u of Redis falls back to batch %llu", shard,
		           (unsigned long long)fake_redis_header(run->redis, shard).batch);
		run->excused |= 1u << shard;
		break;
	case 1:
		world_note(world, "DISASTER: shard %u has another lineage", shard);
		fake_redis_swap_lineage(run->redis, shard);
		run->excused |= 1u << shard;
		run->must_hold |= 1u << shard;
		break;
	default:
		world_note(world, "DISASTER: shard %u has lost its metadata", shard);
		fake_kafka_wipe_metadata(run->kafka, shard);
		run->excused |= 1u << shard;
		run->must_hold |= 1u << shard;
	}
}

static void misfortune(struct run *run)
{
	struct world *world = &run->world;
	int process = (int)world_roll(world, PROCESSES);
	switch (world_roll(world, run->disaster ? 8 : 6)) {
	case 0:
	case 1:
		crash_process(run, process);
		break;
	case 2:
		fake_kafka_rebalance(run->kafka);
		break;
	case 3:
		fake_kafka_kick(run->kafka, process);
		break;
	case 4:
		fake_kafka_expire(run->kafka);
		break;
	case 5:
		fake_redis_snapshot(run->redis, (uint32_t)world_roll(world, run->shards));
		break;
	default:
		if (world_chance(world, 200))
			strike(run);
	}
}

static void step(struct run *run)
{
	struct world *world = &run->world;
	uint64_t what = world_roll(world, 1000);
	int process = (int)world_roll(world, PROCESSES);
	world->step++;
	if (what < 560)
		wire_step(world);
	else if (what < 860)
		turn(run, process);
	else if (what < 900)
		fake_kafka_poll(run->kafka, process);
	else if (what < 950)
		world->now.ms += (int64_t)world_roll(world, 100);
	else if (what < 975)
		produce_some(run);
	else if (what < 985 && !run->workers[process]) {
		start_process(run, process);
		fake_kafka_rebalance(run->kafka);
	} else if (what >= 994 && world->faults) {
		misfortune(run);
	}
	for (uint32_t i = 0; i < run->shards && !world->breach.len; i++)
		check_shard(run, i);
}

/* Everything that was asked to come, came: whoever holds shards is idle, or holds them back with a reason. What it
 * waits for goes to *why. */
static bool settled(struct run *run, char why[160])
{
	snprintf(why, 160, "%zu of %zu records produced, %zu calls under way", run->produced, run->model.input_count,
	         run->world.call_count);
	if (run->produced < run->model.input_count)
		return false;
	for (uint32_t i = 0; i < run->shards; i++) {
		struct str text;
		int64_t committed = fake_kafka_committed(run->kafka, i, &text), end = fake_kafka_end(run->kafka, i);
		snprintf(why, 160, "shard %u: committed %lld of %lld", i, (long long)committed, (long long)end);
		if (!(run->excused >> i & 1) && committed != end)
			return false;
	}
	for (int p = 0; p < PROCESSES; p++) {
		struct worker_status status;
		worker_status(run->workers[p], &status);
		snprintf(why, 160, "process %d: state %d, idle %d, %u shards being taken, outbox %llu, why %.60s", p,
		         (int)status.state, status.idle, status.shards_taking, (unsigned long long)status.outbox,
		         status.why);
		bool empty = status.shards_running + status.shards_held == 0;
		if (!(status.idle || empty) || status.shards_taking)
			return false;
	}
	return true;
}

/* No more misfortune: within so many fair steps everything must be done. */
static void calm_down(struct run *run)
{
	char why[160] = "";
	run->world.faults = 0;
	world_note(&run->world, "from here on nothing goes wrong");
	while (fake_kafka_expire(run->kafka))
		;
	for (int p = 0; p < PROCESSES; p++)
		if (!run->workers[p])
			start_process(run, p);
	fake_kafka_rebalance(run->kafka);
	for (int i = 0; i < 60000 && !run->world.breach.len; i++) {
		step(run);
		if (i % 16 == 0) {
			run->world.now.ms += 20;
			while (fake_kafka_expire(run->kafka))
				;
		}
		if (i % 64 == 0 && settled(run, why))
			return;
	}
	if (!run->world.breach.len)
		world_breach(&run->world, "stuck: %s", why);
}

static void check_held(struct run *run)
{
	uint32_t held = 0, want = (uint32_t)__builtin_popcount(run->must_hold);
	for (int p = 0; p < PROCESSES; p++) {
		struct worker_status status;
		worker_status(run->workers[p], &status);
		held += status.shards_held;
	}
	if (held < want)
		world_breach(&run->world, "%u shards must be held back, %u are", want, held);
}

/* The first breach, or an empty text. */
static struct str run_seed(struct sources *sources, uint64_t seed, bool tell, struct arena *arena)
{
	struct run run;
	run_init(&run, sources, seed, tell);
	for (int i = 0; i < 3000 && !run.world.breach.len; i++)
		step(&run);
	if (!run.world.breach.len)
		calm_down(&run);
	if (!run.world.breach.len)
		check_held(&run);
	if (!run.world.breach.len)
		model_judge(&run.model, &run.world, run.kafka, run.excused);
	struct str breach = arena_str(arena, buf_view(&run.world.breach));
	run_release(&run);
	return breach;
}

/* ---- the command line ---- */

struct options {
	uint64_t seeds, from, seed;
	bool one, table;
	const char *law;
};

/* How many of the seeds failed; stops at the first when asked to. */
static uint64_t run_seeds(struct sources *sources, const struct options *options, bool first_only, bool quiet)
{
	uint64_t failed = 0;
	for (uint64_t seed = options->from; seed < options->from + options->seeds; seed++) {
		struct arena arena;
		arena_init(&arena, 1024);
		struct str breach = run_seed(sources, seed, false, &arena);
		if (breach.len) {
			failed++;
			if (!quiet)
				printf("seed %llu: %.*s\n", (unsigned long long)seed, STR_ARG(breach));
			if (first_only) {
				printf("%-18s fails at seed %llu: %.*s\n", options->law, (unsigned long long)seed,
				       STR_ARG(breach));
				arena_release(&arena);
				break;
			}
		}
		arena_release(&arena);
	}
	return failed;
}

#ifdef JD_MUTANTS
static const char *const LAW_NAMES[] = {
#define X(name, text) #name,
        LAWS(X)
#undef X
};

static int one_law(struct sources *sources, struct options *options, int which)
{
	law_off = which;
	options->law = LAW_NAMES[which];
	bool seen = run_seeds(sources, options, true, true) > 0;
	if (!seen)
		printf("%-18s NOT SEEN in %llu seeds\n", LAW_NAMES[which], (unsigned long long)options->seeds);
	law_off = -1;
	return seen ? 0 : 1;
}

static int mutants(struct sources *sources, struct options *options)
{
	int blind = 0, tried = 0;
	const char *wanted = options->law;
	for (int i = 0; i < LAW_COUNT; i++)
		if (options->table || strcmp(wanted, LAW_NAMES[i]) == 0) {
			blind += one_law(sources, options, i);
			tried++;
		}
	printf("%d passed, %d failed\n", tried - blind, blind);
	return blind || !tried;
}
#else
static int mutants(struct sources *sources, struct options *options)
{
	(void)sources;
	(void)options;
	fprintf(stderr, "crash: laws can be switched off only in the mutation build\n");
	return 2;
}
#endif

static bool read_options(int argc, char **argv, struct options *options)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--table") == 0) {
			options->table = true;
			continue;
		}
		if (i + 1 == argc)
			return false;
		if (strcmp(argv[i], "--seeds") == 0)
			options->seeds = strtoull(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--from") == 0)
			options->from = strtoull(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--seed") == 0) {
			options->seed = strtoull(argv[++i], NULL, 10);
			options->one = true;
		} else if (strcmp(argv[i], "--law") == 0)
			options->law = argv[++i];
		else
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct options options = {.seeds = 2000, .from = 1};
	struct sources sources;
	struct arena arena;
	if (!read_options(argc, argv, &options)) {
		fprintf(stderr, "usage: crash [--seeds N] [--from SEED] | --seed SEED | --law NAME | --table\n");
		return 2;
	}
	sources_init(&sources);
	arena_init(&arena, 1024);
	int result = 0;
	if (options.table || (options.law && !options.one)) {
		result = mutants(&sources, &options);
	} else if (options.one) {
		struct str breach = run_seed(&sources, options.seed, true, &arena);
		printf("seed %llu: %s%.*s\n", (unsigned long long)options.seed, breach.len ? "" : "passed",
		       STR_ARG(breach));
		result = breach.len > 0;
	} else {
		uint64_t failed = run_seeds(&sources, &options, false, false);
		printf("seeds %llu to %llu\n%llu passed, %llu failed\n", (unsigned long long)options.from,
		       (unsigned long long)(options.from + options.seeds - 1),
		       (unsigned long long)(options.seeds - failed), (unsigned long long)failed);
		result = failed > 0;
	}
	arena_release(&arena);
	arena_release(&sources.arena);
	return result;
}
