/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties of the engine on random journeys of the whole language and random events, late and double ones among them,
 * with pauses and erasures: nothing is done before it is due; nobody gets a node twice for one anchor; no cap is
 * exceeded in any window; nothing is sent after a goal, an exit, an opt-out or an erasure, nor by night; what came
 * already changes nothing; nobody is started more often than at_most says, or told of to others while the shop is
 * closed; and the same again gives the same.
 *
 * Each property is shown to see: the same runs with what it stands for taken out of the rules, or with time a little
 * ahead, must be found out. JOURNEYD_SEEDS=N runs so many seeds, JOURNEYD_SEED=S one alone.
 */
#include "support/dice.h"
#include "support/language_judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { RUNS = 60, MUTANT_RUNS = 150, STEPS = 40, KEYS = 3 };

/* ---- a life ---- */

static const char *text_of(struct run *run, struct instant at)
{
	struct buf text = {0};
	instant_print(&text, at);
	struct str kept = arena_str(&run->world.arena, buf_view(&text));
	buf_release(&text);
	return kept.ptr;
}

/* Nothing happens before the moment that the record says something is due, and everything that is due happens. */
static void pass(struct run *run)
{
	struct world *world = &run->world;
	struct instant due = customer_peek_due(buf_view(&world->record));
	if (due.ms < run->now.ms) {
		world_advance(world, text_of(run, (struct instant){due.ms + (run->mutant == MUTANT_EARLY)}));
		run_expect(run, world->out.decision_count == 0, "something before it was due");
		run_judge(run);
	}
	world_advance(world, text_of(run, run->now));
	run_judge(run);
	run_expect(run, customer_peek_due(buf_view(&world->record)).ms >= run->now.ms, "still due");
}

/* Who the event ends. It is taken at its word, whatever the engine decided. */
static void note(struct run *run, const char *event, char key)
{
	bool all = strcmp(event, "erase_me") == 0, one = strcmp(event, "paid") == 0 || strcmp(event, "stop") == 0;
	for (size_t i = 0; i < run->life_count; i++)
		run->lives[i].over |= all || (one && run->lives[i].keyed && run->lives[i].key == key);
	if (all) {
		run->erased = run->now;
		run->out = false;
	}
}

static void write_event(struct run *run, struct random_text *text)
{
	static const char *const EVENTS[] = {"paid", "stop", "opened", "opened", "opened", "choice", "erase_me"};
	unsigned what = dice_roll(&run->dice, 20), key = dice_roll(&run->dice, KEYS), day = dice_roll(&run->dice, 60);
	const char *event = what < 11 ? "order" : EVENTS[dice_roll(&run->dice, what < 19 ? 6 : 7)];
	bool yes = dice_roll(&run->dice, 2);
	int64_t late = dice_roll(&run->dice, 6) ? 0 : (int64_t)dice_roll(&run->dice, 100) * 3600000;
	if (strcmp(event, "erase_me") == 0)
		late = 0;
	random_add(text, "event: %s, at: %s", event, text_of(run, (struct instant){run->now.ms - late}));
	if (strcmp(event, "order") == 0)
		random_add(text, ", ref: k%u, n: %u, day: 2026-%02u-%02u", key, dice_roll(&run->dice, 6), 1 + day / 28,
		           1 + day % 28);
	else if (strcmp(event, "choice") == 0)
		random_add(text, ", yes: %s", yes ? "true" : "false");
	else if (strcmp(event, "erase_me") != 0)
		random_add(text, ", ref: k%u", key);
	if (run->now.ms - late > run->erased.ms) { /* else it is forgotten */
		note(run, event, (char)('0' + key));
		if (strcmp(event, "choice") == 0)
			run->out = !yes;
	}
}

static void happen(struct run *run, unsigned number)
{
	struct world *world = &run->world;
	struct random_text text = {.len = 0};
	bool forgets = run->erased.ms != INSTANT_NONE.ms;
	random_add(&text, "{ id: e%u, ", number);
	write_event(run, &text);
	random_add(&text, " }");
	char *kept = arena_str(&world->arena, (struct str){text.text, text.len}).ptr ? text.text : NULL;
	enum engine_result result = world_event(world, arena_printf(&world->arena, "%s", kept).ptr);
	run_judge(run);
	run_expect(run, result != ENGINE_DUPLICATE, "new and dropped");
	if (forgets || dice_roll(&run->dice, 4) || result == ENGINE_ERASED)
		return;
	if (run->mutant == MUTANT_DUPLICATE)
		memcpy(text.text, "{ id: f", 7);
	result = world_event(world, arena_printf(&world->arena, "%s", text.text).ptr);
	run_expect(run, result == ENGINE_DUPLICATE, "the same event twice");
	run_judge(run);
}

static void edit(struct run *run, bool paused)
{
	struct random_text rules = {.len = 0}, journeys = {.dice = run->dice};
	random_rules(&rules, run->mutant);
	random_journeys(&journeys, run->mutant, paused);
	world_edit(&run->world, arena_printf(&run->world.arena, "%s", rules.text).ptr,
	           arena_printf(&run->world.arena, "%s", journeys.text).ptr);
}

/* Paused for some steps, on the same journeys. */
static void play(struct run *run, uint64_t seed, enum mutant mutant, int missing)
{
	uint64_t journeys = seed * 7919 + 1;
	unsigned pause = 10 + dice_roll(&journeys, 10), resume = pause + dice_roll(&journeys, 8);
	run->world.record.len = run->world.log.len = 0;
	run->mutant = mutant;
	run->count = run->life_count = run->told_count = 0;
	run->now.ms = INT64_C(1767225600000); /* 2026-01-01 */
	run->erased = INSTANT_NONE;
	run->out = false;
	run->breach = NULL;
	run->dice = journeys;
	edit(run, false);
	uint64_t dice = seed;
	for (unsigned i = 0; i < STEPS; i++) {
		run->now.ms += (int64_t)dice_roll(&dice, 4 * 24 * 60) * 60000;
		if (i == pause || i == resume) {
			run->dice = journeys;
			edit(run, i == pause && pause != resume);
		}
		run->dice = seed * 31 + i;
		pass(run);
		if ((int)i != missing)
			happen(run, i);
	}
	run->now.ms += 200 * DAY_MS;
	pass(run);
}

static void fresh(struct run *run)
{
	if (run->world.set)
		world_release(&run->world);
	world_init(&run->world, RENEWAL_RULES, RENEWAL_JOURNEY);
}

/* The first breach, the second play's included; NULL: none. */
static const char *try_seed(struct run *run, uint64_t seed, enum mutant mutant)
{
	struct buf log = {0}, record = {0};
	play(run, seed, mutant, -1);
	buf_str(&log, buf_view(&run->world.log));
	buf_str(&record, buf_view(&run->world.record));
	const char *breach = run->breach;
	if (!breach) {
		play(run, seed, mutant, mutant == MUTANT_REPLAY ? STEPS / 2 : -1);
		bool equal = str_eq(buf_view(&log), buf_view(&run->world.log)) &&
		             str_eq(buf_view(&record), buf_view(&run->world.record));
		breach = equal ? NULL : "not the same again";
	}
	buf_release(&log);
	buf_release(&record);
	return breach;
}

static struct run *run_new(void)
{
	struct run *run = calloc(1, sizeof *run);
	assert_non_null(run);
	return run;
}

static void run_free(struct run *run)
{
	if (run->world.set)
		world_release(&run->world);
	free(run);
}

static void every_property_holds_on_journeys_of_the_whole_language(void **state)
{
	const char *only = getenv("JOURNEYD_SEED"), *many = getenv("JOURNEYD_SEEDS");
	uint64_t from = only ? strtoull(only, NULL, 10) : 1;
	uint64_t to = only ? from + 1 : from + (many ? strtoull(many, NULL, 10) : RUNS);
	size_t sends = 0;
	struct run *run = run_new();
	(void)state;
	for (uint64_t seed = from; seed < to; seed++) {
		if (seed % 50 == 1 || only)
			fresh(run);
		const char *breach = try_seed(run, seed, MUTANT_NONE);
		if (breach)
			fail_msg("JOURNEYD_SEED=%llu: %s", (unsigned long long)seed, breach);
		sends += run->count;
	}
	print_message("seeds %llu to %llu: %zu messages\n", (unsigned long long)from, (unsigned long long)to - 1,
	              sends);
	assert_true(only || sends > (to - from) * 4);
	run_free(run);
}

static void each_property_sees_what_breaks_it(void **state)
{
	static const struct {
		const char *name, *breach;
	} MUTANTS[MUTANT_COUNT] = {
	        [MUTANT_CAP] = {"a wider cap", "over the cap"},
	        [MUTANT_GOAL] = {"no goal", "sent after the end"},
	        [MUTANT_EXIT] = {"no exit_when", "sent after the end"},
	        [MUTANT_CONSENT] = {"no consent asked", "sent after an opt-out"},
	        [MUTANT_ERASE] = {"no erasure", "sent after the end"},
	        [MUTANT_NIGHT] = {"no quiet hours", "sent by night"},
	        [MUTANT_EARLY] = {"time ahead", "something before it was due"},
	        [MUTANT_TWICE] = {"lives and anchors not told apart", "a node twice for one anchor"},
	        [MUTANT_STARTS] = {"one start more", "started too often"},
	        [MUTANT_CLOSED] = {"no opening hours", "told while closed"},
	        [MUTANT_DUPLICATE] = {"another id", "the same event twice"},
	        [MUTANT_REPLAY] = {"an event missing", "not the same again"},
	};
	struct run *run = run_new();
	(void)state;
	for (int mutant = MUTANT_CAP; mutant < MUTANT_COUNT; mutant++) {
		const char *breach = NULL;
		uint64_t seed = 0;
		fresh(run);
		while (seed < MUTANT_RUNS && (!breach || strcmp(breach, MUTANTS[mutant].breach) != 0))
			breach = try_seed(run, ++seed, (enum mutant)mutant);
		print_message("%s: found out by seed %llu\n", MUTANTS[mutant].name, (unsigned long long)seed);
		assert_string_equal(breach ? breach : "nothing seen", MUTANTS[mutant].breach);
	}
	run_free(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_property_holds_on_journeys_of_the_whole_language),
	        cmocka_unit_test(each_property_sees_what_breaks_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
