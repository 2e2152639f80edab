/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole daemons (app and core) on a fake Kafka and a fake Redis, under a seeded scheduler that crashes them, loses
 * answers, delays writes of the dead, moves shards, and lets Redis fall back into the past. After every step the
 * protocol's invariants are checked; at the end an independent model says what must have been sent.
 *
 *   crash [--seeds N] [--from SEED]    the known hard seeds, then N runs (default 2000)
 *   crash --seed SEED                  that one, with its history
 *   crash --law NAME [--seeds N]       mutation build: with that law off; succeeds when a run fails
 *   crash --law NAME --seed SEED       mutation build: that one, with its history
 *   crash --table [--seeds N]          mutation build: each law off in turn, as a table
 */
#include "app/law.h"
#include "regressions.h"
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef JD_MUTANTS
int law_off = -1;
#endif

enum { BREACH_MAX = 300, SECONDS_MAX = 20 };

struct options {
	uint64_t seeds, from, seed;
	bool one, table;
	const char *law;
};

/* Runs go on in a child, since a broken promise inside the daemon's own code ends the process. */
struct progress {
	uint64_t seed; /* the running one */
	uint64_t failed;
	char breach[BREACH_MAX]; /* the last one's */
};

struct series {
	struct sources *sources;
	struct progress *progress;
	uint64_t next, end;
	bool first_only, quiet;
};

static void run_some(struct series *series)
{
	struct progress *progress = series->progress;
	for (; series->next < series->end; series->next++) {
		struct arena arena;
		arena_init(&arena, 1024);
		progress->seed = series->next;
		alarm(SECONDS_MAX);
		struct str breach = run_seed(series->sources, series->next, false, &arena);
		if (breach.len) {
			progress->failed++;
			snprintf(progress->breach, BREACH_MAX, "%.*s", STR_ARG(breach));
			if (!series->quiet)
				printf("seed %llu: %s\n", (unsigned long long)series->next, progress->breach);
		}
		arena_release(&arena);
		if (breach.len && series->first_only)
			return;
	}
}

static void died(struct series *series, int status)
{
	struct progress *progress = series->progress;
	progress->failed++;
	snprintf(progress->breach, BREACH_MAX,
	         WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? "no end in sight" : "the daemon's own check");
	if (!series->quiet)
		printf("seed %llu: %s ended it\n", (unsigned long long)progress->seed, progress->breach);
	series->next = progress->seed + 1;
}

/* How many of the seeds failed; stops at the first when asked to. */
static uint64_t run_series(struct series *series)
{
	series->progress->failed = 0;
	while (series->next < series->end) {
		int status;
		fflush(stdout);
		pid_t child = fork();
		if (child == 0) {
			if (series->quiet && !freopen("/dev/null", "w", stderr))
				_exit(3);
			run_some(series);
			fflush(stdout);
			_exit(0);
		}
		if (child < 0 || waitpid(child, &status, 0) != child)
			exit(3);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			break;
		died(series, status);
		if (series->first_only)
			break;
	}
	return series->progress->failed;
}

static uint64_t run_regressions(struct series *series)
{
	uint64_t failed = 0;
	for (size_t i = 0; i < sizeof REGRESSIONS / sizeof *REGRESSIONS; i++) {
		series->next = REGRESSIONS[i].seed;
		series->end = REGRESSIONS[i].seed + 1;
		if (run_series(series) == 0)
			continue;
		printf("  once more: %s\n", REGRESSIONS[i].what);
		failed++;
	}
	return failed;
}

static int run_all(struct series *series, const struct options *options)
{
	size_t known = sizeof REGRESSIONS / sizeof *REGRESSIONS;
	uint64_t failed = run_regressions(series);
	series->next = options->from;
	series->end = options->from + options->seeds;
	failed += run_series(series);
	printf("%zu known seeds, then %llu to %llu\n%llu passed, %llu failed\n", known,
	       (unsigned long long)options->from, (unsigned long long)(options->from + options->seeds - 1),
	       (unsigned long long)(known + options->seeds - failed), (unsigned long long)failed);
	if (failed)
		printf("the history of one: crash --seed SEED\n");
	return failed > 0;
}

static int run_one(struct sources *sources, uint64_t seed)
{
	struct arena arena;
	arena_init(&arena, 1024);
	struct str breach = run_seed(sources, seed, true, &arena);
	printf("seed %llu: %s%.*s\n", (unsigned long long)seed, breach.len ? "" : "passed", STR_ARG(breach));
	int result = breach.len > 0;
	arena_release(&arena);
	return result;
}

#ifdef JD_MUTANTS
static const struct {
	const char *name, *text;
} ALL_LAWS[] = {
#define X(name, text) {#name, text},
        LAWS(X)
#undef X
};

static bool find_law(const char *name)
{
	for (int i = 0; i < LAW_COUNT; i++)
		if (strcmp(name, ALL_LAWS[i].name) == 0)
			law_off = i;
	return law_off >= 0;
}

static bool law_is_seen(struct series *series, const struct options *options, int which)
{
	law_off = which;
	series->next = options->from;
	series->end = options->from + options->seeds;
	bool seen = run_series(series) > 0;
	if (seen)
		printf("%-17s off (%s): seed %llu: %s\n", ALL_LAWS[which].name, ALL_LAWS[which].text,
		       (unsigned long long)series->progress->seed, series->progress->breach);
	else
		printf("%-17s off (%s): NOT SEEN in %llu seeds\n", ALL_LAWS[which].name, ALL_LAWS[which].text,
		       (unsigned long long)options->seeds);
	law_off = -1;
	return seen;
}

static int run_mutants(struct series *series, const struct options *options)
{
	int blind = 0, tried = 0;
	series->first_only = series->quiet = true;
	for (int i = 0; i < LAW_COUNT; i++)
		if (options->table || strcmp(options->law, ALL_LAWS[i].name) == 0) {
			blind += !law_is_seen(series, options, i);
			tried++;
		}
	printf("%d passed, %d failed\n", tried - blind, blind);
	return blind || !tried;
}
#else
static bool find_law(const char *name)
{
	(void)name;
	return false;
}

static int run_mutants(struct series *series, const struct options *options)
{
	(void)series;
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
	return !options->one || !options->law || find_law(options->law);
}

int main(int argc, char **argv)
{
	struct options options = {.seeds = 2000, .from = 1};
	struct sources sources;
	if (!read_options(argc, argv, &options)) {
		fprintf(stderr, "usage: crash [--seeds N] [--from SEED] | --seed SEED | --law NAME | --table\n");
		return 2;
	}
	sources_init(&sources);
	struct series series = {.sources = &sources};
	series.progress =
	        mmap(NULL, sizeof *series.progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (series.progress == MAP_FAILED)
		return 3;
	int result;
	if (options.one)
		result = run_one(&sources, options.seed);
	else if (options.table || options.law)
		result = run_mutants(&series, &options);
	else
		result = run_all(&series, &options);
	munmap(series.progress, sizeof *series.progress);
	sources_release(&sources);
	return result;
}
