/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties of the engine on random journeys and random orders of events: nothing is due before its time, nothing
 * comes twice for one date, no cap is ever exceeded, nothing follows a goal or an erasure, nobody is handed over but by
 * a node in the same instant, nothing is told twice, and the same again gives the same. A seed that fails is printed;
 * JOURNEYD_SEED runs it alone.
 */
#include "support/dice.h"
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { RUNS = 200, STEPS = 30, SENDS = 512, CAP = 3, CAP_DAYS = 7 };

static const char RULES[] =
        "event: order\nfields: { ref: string, day: date }\n---\nevent: paid\nfields: { ref: string }\n---\n"
        "event: told\nfields: { ref: { type: string, required: true } }\n---\n"
        "event: click\n---\nevent: erase_me\nerases: customer\n---\ntemplates: [a, b, c, d]\n---\n"
        "contact_policy: { frequency_caps: [ { name: week, max: 3, within: 7d } ] }\n";

static void write_journey(uint64_t *dice, char *out, size_t size)
{
	static const char *const JOINS[] = {"next", "latest"}, *const CHANGES[] = {"replan", "keep", "exit"},
	                         *const REENTRIES[] = {"never", "after_exit", "always"};
	snprintf(out, size,
	         "journey: random\nentry: { event: order }\nkey: event.ref\nreentry: %s\n"
	         "anchor: { date: event.day, if_missing: wait, on_change: %s }\n"
	         "goal: { event: paid, when: event.ref == key }\nnodes:\n"
	         "  - sequence: { at: \"%02u:00\", late_join: %s, before: { %ud: a, %ud: b, 1d: c } }\n"
	         "    send: { channel: email, template: \"{node}\" }\n"
	         "  - wait: %ud\n  - send: { channel: sms, template: d }\n"
	         "  - start_journey: { journey: after, with: { ref: event.ref } }\n"
	         "---\njourney: after\nentry: { from_journeys: random, fields: { ref: string } }\nkey: event.ref\n"
	         "reentry: %s\nnodes:\n  - send: { channel: email, template: a }\n"
	         "  - emit: { event: told, to: both, fields: { ref: event.ref } }\n  - wait: %ud\n"
	         "  - start_journey: { journey: again, with: { ref: key } }\n"
	         "---\njourney: again\nentry: { event: told }\nkey: event.ref\nnodes:\n  - wait: 1d\n",
	         REENTRIES[dice_roll(dice, 3)], CHANGES[dice_roll(dice, 3)], dice_roll(dice, 24),
	         JOINS[dice_roll(dice, 2)], 8 + dice_roll(dice, 20), 2 + dice_roll(dice, 5), 1 + dice_roll(dice, 9),
	         REENTRIES[dice_roll(dice, 3)], 1 + dice_roll(dice, 9));
}

struct sent {
	struct hash128 id;
	struct instant at;
};

struct run {
	struct world world;
	struct sent sends[SENDS];
	size_t count;
	bool paid[3]; /* by key: reached its goal and did not enter again */
	struct instant erased;
	struct sent told[SENDS];
	size_t told_count, handovers;
};

static unsigned key_of(struct str key)
{
	return key.len ? (unsigned)(key.ptr[key.len - 1] - '0') : 0;
}

static bool is_random(struct str journey)
{
	return str_eq(journey, STR("random"));
}

static void check_emission(struct run *run, const struct emission *emission)
{
	assert_true(emission->outward && emission->time.ms > run->erased.ms && emission->data_count == 1);
	for (size_t i = 0; i < run->told_count; i++)
		assert_false(run->told[i].id.high == emission->id.high && run->told[i].id.low == emission->id.low);
	assert_true(run->told_count < SENDS);
	run->told[run->told_count++] = (struct sent){emission->id, emission->time};
}

/* A node said so before, in the same instant. */
static bool handed_over(const struct engine_output *out, size_t entered)
{
	const struct decision *decision = &out->decisions[entered];
	for (size_t i = 0; i < entered; i++)
		if (out->decisions[i].kind == DECISION_ADVANCED &&
		    str_eq(out->decisions[i].detail, decision->journey) &&
		    out->decisions[i].time.ms == decision->time.ms && str_eq(out->decisions[i].key, decision->key))
			return true;
	return false;
}

static void check_action(struct run *run, const struct action *action)
{
	size_t within = 1;
	assert_false(is_random(action->journey->name) && run->paid[key_of(action->key)]);
	assert_true(action->time.ms > run->erased.ms);
	for (size_t i = 0; i < run->count; i++) {
		const struct sent *sent = &run->sends[i];
		assert_false(sent->id.high == action->id.high && sent->id.low == action->id.low);
		assert_true(sent->at.ms <= action->time.ms);
		within += sent->at.ms > action->time.ms - CAP_DAYS * DAY_MS && sent->at.ms > run->erased.ms;
	}
	assert_true(within <= CAP);
	assert_true(run->count < SENDS);
	run->sends[run->count++] = (struct sent){action->id, action->time};
}

/* In the order of what was decided, so that a goal stands before what follows it. */
static void check_step(struct run *run, struct instant now)
{
	const struct engine_output *out = &run->world.out;
	size_t action = 0, emission = 0;
	for (size_t i = 0; i < out->decision_count; i++) {
		const struct decision *decision = &out->decisions[i];
		assert_true(decision->time.ms <= now.ms);
		if (decision->kind == DECISION_ENTERED && is_random(decision->journey))
			run->paid[key_of(decision->key)] = false;
		if (decision->kind == DECISION_ENTERED && str_eq(decision->journey, STR("after"))) {
			assert_true(decision->reason == REASON_STARTED && handed_over(out, i));
			run->handovers++;
		}
		if (decision->kind == DECISION_EXITED && decision->reason == REASON_GOAL)
			run->paid[key_of(decision->key)] = true;
		if (decision->kind == DECISION_ERASED)
			run->erased = decision->time;
		if (decision->kind == DECISION_SENT)
			check_action(run, &out->actions[action++]);
		if (decision->kind == DECISION_ADVANCED && str_eq(decision->detail, STR("told")))
			check_emission(run, &out->emissions[emission++]);
	}
	assert_int_equal(emission, out->emission_count);
	for (size_t i = 0; i < run->world.after.instance_count; i++)
		assert_true(run->world.after.instances[i].due.ms >= run->world.after.logical.ms);
}

static void step(struct run *run, uint64_t *dice, struct instant now)
{
	char text[200], at[40];
	struct buf time = {at, 0, sizeof at};
	unsigned what = dice_roll(dice, 20), key = dice_roll(dice, 3), day = dice_roll(dice, 60);
	int64_t late = dice_roll(dice, 6) ? 0 : (int64_t)dice_roll(dice, 100) * 3600000;
	instant_print(&time, (struct instant){now.ms - late});
	if (what < 9)
		snprintf(text, sizeof text, "{at: %.*s, event: order, ref: k%u, day: 2026-%02u-%02u}", (int)time.len,
		         at, key, 1 + day / 28 + 1, 1 + day % 28);
	else
		snprintf(text, sizeof text,
		         what < 13   ? "{at: %.*s, event: paid, ref: k%u}"
		         : what < 19 ? "{at: %.*s, event: click}"
		                     : "{at: %.*s, event: erase_me}",
		         (int)time.len, at, key);
	world_event(&run->world, text);
	check_step(run, now);
}

static void play(struct run *run, uint64_t seed)
{
	uint64_t dice = seed * 7919 + 1;
	char journey[2048];
	struct instant now = {INT64_C(1767225600000)}; /* 2026-01-01 */
	write_journey(&dice, journey, sizeof journey);
	*run = (struct run){.erased = INSTANT_NONE};
	world_init(&run->world, RULES, journey);
	for (unsigned i = 0; i < STEPS; i++) {
		now.ms += (int64_t)dice_roll(&dice, 4 * 24 * 60) * 60000;
		step(run, &dice, now);
	}
}

static void every_property_holds_on_random_journeys_and_events(void **state)
{
	const char *only = getenv("JOURNEYD_SEED");
	uint64_t from = only ? strtoull(only, NULL, 10) : 1, to = only ? from + 1 : from + RUNS;
	size_t sends = 0, handovers = 0;
	(void)state;
	for (uint64_t seed = from; seed < to; seed++) {
		static struct run first, again;
		fprintf(stderr, "\rseed %llu", (unsigned long long)seed);
		play(&first, seed);
		play(&again, seed);
		assert_int_equal(first.world.record.len, again.world.record.len);
		assert_memory_equal(first.world.record.ptr, again.world.record.ptr, again.world.record.len);
		assert_true(str_eq(buf_view(&first.world.log), buf_view(&again.world.log)));
		sends += first.count;
		handovers += first.handovers;
		assert_true(first.told_count <= first.handovers);
		world_release(&first.world);
		world_release(&again.world);
	}
	fprintf(stderr, "\rseeds %llu to %llu: %zu messages, %zu handed over\n", (unsigned long long)from,
	        (unsigned long long)to - 1, sends, handovers);
	assert_true(only || (sends > RUNS && handovers > RUNS / 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_property_holds_on_random_journeys_and_events)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
