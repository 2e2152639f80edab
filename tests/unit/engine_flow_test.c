/* SPDX-License-Identifier: Apache-2.0 */
/* What nodes do besides sending: waits by the calendar, branches, rounds, events awaited, chance, values, own events;
 * and entries by the calendar and by segment. Between any two steps the customer goes through its stored form. */
#include "support/engine_fixture.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define RULES \
	"event: begin\nfields: { oid: string, due: date, at: timestamp, n: int, zone: string }\n" \
	"sets: { timezone: event.zone, due: event.due }\n---\n" \
	"event: answer\nfields: { oid: string, number: int, topic: string }\n---\n" \
	"event: other\nfields: { due: date }\nsets: { due: event.due }\n---\n" \
	"profile: { due: date, level: string, joined: date, points: int }\n---\n" \
	"event: joined\nfields: { day: date }\nsets: { joined: event.day }\n---\n" \
	"traits: { last_answer: { last_time: answer } }\n---\n" \
	"segment: lapsed\ncases: { lapsed: now - trait.last_answer > days(30) }\nelse: active\n---\n" \
	"contact_policy: { frequency_caps: [ { name: many, max: 19, within: 1d } ] }\n"

#define JOURNEY "journey: j\nentry: { event: begin }\nkey: event.oid\nnodes:\n"
#define SEND(name) "{ name: " name ", send: { channel: email, template: " name " } }"

static void run(struct world *world, const char *journey)
{
	world_init(world, RULES, journey);
}

/* Of whom nothing is known yet. */
static void another_customer(struct world *world, int number)
{
	world->customer = arena_printf(&world->arena, "c%d", number);
	buf_clear(&world->record);
	buf_clear(&world->log);
}

static void a_wait_of_calendar_days_keeps_the_local_time_over_the_spring_change(void **state)
{
	struct world world;
	(void)state;
	run(&world, JOURNEY "  - wait: { calendar_days: 1 }\n  - " SEND(
	                    "a") "\n"
	                         "  - wait: { calendar_days: 2, at: '09:00' }\n  - " SEND("b") "\n");
	world_event(&world, "{at: 2026-03-28T07:00:00Z, event: begin, oid: o, zone: Europe/Berlin}");
	world_advance(&world, "2026-04-30T00:00:00Z");
	world_expect(&world, "2026-03-28T07:00:00Z entered o\n"
	                     "2026-03-29T06:00:00Z sent a\n"
	                     "2026-03-31T07:00:00Z sent b\n"
	                     "2026-03-31T07:00:00Z exited finished\n");
	world_release(&world);
}

static void a_time_of_day_on_some_weekdays_is_the_next_such_and_may_be_now(void **state)
{
	struct world world;
	(void)state;
	run(&world,
	    JOURNEY "  - wait: { until_time: '09:00', days: [mon, tue] }\n  - " SEND(
	            "a") "\n"
	                 "  - wait: { until_time: '09:00' }\n  - " SEND("b") "\n  - wait: { until_time: '08:59' }\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: o}"); /* a Thursday */
	world_advance(&world, "2026-04-30T00:00:00Z");
	world_expect(&world, "2026-03-05T10:00:00Z entered o\n"
	                     "2026-03-09T09:00:00Z sent a\n"
	                     "2026-03-09T09:00:00Z sent b\n"
	                     "2026-03-10T08:59:00Z exited finished\n");
	world_release(&world);
}

static void a_date_that_is_missing_or_over_lets_nothing_be_sent_unless_asked(void **state)
{
	struct world world;
	(void)state;
	run(&world, JOURNEY "  - wait: { until: event.due, offset: -2d, at: '10:00' }\n  - " SEND("a") "\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: none}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: past, due: 2026-03-06}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: now, due: 2026-03-07}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: soon, due: 2026-03-08}");
	world_advance(&world, "2026-04-30T00:00:00Z");
	world_expect(&world, "2026-03-05T10:00:00Z entered none\n"
	                     "2026-03-05T10:00:00Z exited date_missing\n"
	                     "2026-03-05T10:00:00Z entered past\n"
	                     "2026-03-05T10:00:00Z exited date_past\n"
	                     "2026-03-05T10:00:00Z entered now\n"
	                     "2026-03-05T10:00:00Z sent a\n"
	                     "2026-03-05T10:00:00Z exited finished\n"
	                     "2026-03-05T10:00:00Z entered soon\n"
	                     "2026-03-06T10:00:00Z sent a\n"
	                     "2026-03-06T10:00:00Z exited finished\n");
	world_release(&world);
	run(&world, JOURNEY "  - wait: { until: event.due, if_missing: skip, if_past: skip }\n  - " SEND("a") "\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: none}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: past, due: 2026-03-01}");
	world_expect(&world, "2026-03-05T10:00:00Z entered none\n"
	                     "2026-03-05T10:00:00Z sent a\n"
	                     "2026-03-05T10:00:00Z exited finished\n"
	                     "2026-03-05T10:00:00Z entered past\n"
	                     "2026-03-05T10:00:00Z sent a\n"
	                     "2026-03-05T10:00:00Z exited finished\n");
	world_release(&world);
}

static void a_date_that_moves_moves_the_wait(void **state)
{
	struct world world;
	(void)state;
	run(&world, JOURNEY "  - wait: { until: profile.due, if_missing: wait }\n  - " SEND("a") "\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: o}");
	world_event(&world, "{at: 2026-03-06T10:00:00Z, event: other, due: 2026-05-01}");
	world_event(&world, "{at: 2026-03-07T10:00:00Z, event: other, due: 2026-04-01}");
	world_advance(&world, "2026-06-30T00:00:00Z");
	world_expect(&world, "2026-03-05T10:00:00Z entered o\n"
	                     "2026-04-01T00:00:00Z sent a\n"
	                     "2026-04-01T00:00:00Z exited finished\n");
	world_event(&world, "{at: 2026-07-05T10:00:00Z, event: begin, oid: p, due: 2026-08-01}");
	world_event(&world, "{at: 2026-07-06T10:00:00Z, event: other, due: 2026-07-01}");
	world_expect(&world, "2026-07-05T10:00:00Z entered p\n2026-07-06T10:00:00Z exited date_past\n");
	world_release(&world);
}

static void branches_meet_again_and_a_failing_case_is_none(void **state)
{
	struct world world;
	(void)state;
	run(&world, JOURNEY "  - split:\n"
	                    "      cases:\n"
	                    "        - { when: event.n > 10, then: [ " SEND(
	                            "big") ", { wait: 1d } ] }\n"
	                                   "        - { when: event.n > 5, then: end }\n"
	                                   "      else: [ { split: { cases: [ { when: event.n > 1, then: [ " SEND(
	                                           "inner") " ] } ], else: [] } } ]\n"
	                                                    "  - " SEND("all") "\n  - " SEND("end") "\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: a, n: 11}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: b, n: 6}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: c, n: 2}");
	world_expect(&world, "2026-03-05T10:00:00Z entered a\n2026-03-05T10:00:00Z advanced "
	                     "(case-1)\n2026-03-05T10:00:00Z sent big\n"
	                     "2026-03-05T10:00:00Z entered b\n2026-03-05T10:00:00Z advanced "
	                     "(case-2)\n2026-03-05T10:00:00Z sent end\n"
	                     "2026-03-05T10:00:00Z exited finished\n"
	                     "2026-03-05T10:00:00Z entered c\n2026-03-05T10:00:00Z advanced "
	                     "(else)\n2026-03-05T10:00:00Z advanced (case-1)\n2026-03-05T10:00:00Z sent inner\n"
	                     "2026-03-05T10:00:00Z sent all\n2026-03-05T10:00:00Z sent end\n"
	                     "2026-03-05T10:00:00Z exited finished\n");
	world_advance(&world, "2026-03-07T00:00:00Z");
	world_expect(&world, "2026-03-06T10:00:00Z sent all\n2026-03-06T10:00:00Z sent end\n"
	                     "2026-03-06T10:00:00Z exited finished\n");
	world_release(&world);
}

static void rounds_are_bounded_and_each_has_its_own_actions(void **state)
{
	struct world world;
	(void)state;
	run(&world, JOURNEY "  - " SEND("ask") "\n  - wait: 1d\n  - goto: { node: ask, most: 2 }\n  - exit: asked\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: o}");
	struct hash128 first = world.out.actions[0].id;
	world_advance(&world, "2026-03-06T12:00:00Z");
	assert_int_equal(world.out.action_count, 1);
	assert_false(first.low == world.out.actions[0].id.low);
	world_advance(&world, "2027-03-06T12:00:00Z");
	world_expect(&world, "2026-03-05T10:00:00Z entered o\n2026-03-05T10:00:00Z sent ask\n"
	                     "2026-03-06T10:00:00Z advanced\n2026-03-06T10:00:00Z sent ask\n2026-03-07T10:00:00Z "
	                     "advanced\n2026-03-07T10:00:00Z sent ask\n2026-03-08T10:00:00Z advanced\n"
	                     "2026-03-08T10:00:00Z exited exit_node (asked)\n");
	world_release(&world);
	run(&world, JOURNEY "  - { name: rest, wait: 1d }\n  - goto: rest\n");
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: begin, oid: o}");
	world_advance(&world, "2026-04-12T00:00:00Z");
	buf_clear(&world.log);
	world_advance(&world, "2027-03-06T12:00:00Z");
	world_expect(&world, "2026-04-12T00:00:00Z advanced\n2026-04-12T00:00:00Z exited too_many_rounds\n");
	world_release(&world);
}

#define LISTEN \
	JOURNEY "  - wait_for:\n" \
	        "      events:\n" \
	        "        - { name: yes, event: answer, key: event.oid, keep: { topic: event.topic }, then: [ " SEND( \
	                "yes") " ] }\n" \
	                       "        - { event: answer, when: event.number == 7, then: [ exit: seven ] }\n" \
	                       "      timeout: 2d\n" \
	                       "      on_timeout: [ " SEND("no") " ]\n" \
	                                                         "      restart_on: [ { event: other } ]\n" \
	                                                         "  - name: last\n    send: { channel: email, " \
	                                                         "template: last, data: { topic: run.topic } }\n"

static void an_awaited_event_is_told_by_its_key_and_the_first_branch_wins(void **state)
{
	struct world world;
	(void)state;
	run(&world, LISTEN);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: a}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: b}");
	world_event(&world, "{at: 2026-03-06T10:00:00Z, event: answer, oid: a, topic: wheels, number: 7}");
	world_event(&world, "{at: 2026-03-07T09:00:00Z, event: answer, oid: x}");
	world_advance(&world, "2026-03-30T00:00:00Z");
	world_expect(
	        &world,
	        "2026-03-05T10:00:00Z entered a\n2026-03-05T10:00:00Z entered b\n"
	        "2026-03-06T10:00:00Z advanced (yes)\n2026-03-06T10:00:00Z sent yes\n2026-03-06T10:00:00Z sent last\n"
	        "2026-03-06T10:00:00Z exited finished\n"
	        "2026-03-06T10:00:00Z advanced (answer)\n2026-03-06T10:00:00Z exited exit_node (seven)\n");
	world_release(&world);
}

static void without_an_answer_the_timeout_goes_its_way_and_an_event_at_that_instant_is_in_time(void **state)
{
	struct world world;
	(void)state;
	run(&world, LISTEN);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: a}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: b}");
	world_event(&world, "{at: 2026-03-07T10:00:00Z, event: answer, oid: a}");
	world_advance(&world, "2026-03-30T00:00:00Z");
	world_expect(
	        &world,
	        "2026-03-05T10:00:00Z entered a\n2026-03-05T10:00:00Z entered b\n"
	        "2026-03-07T10:00:00Z advanced (yes)\n2026-03-07T10:00:00Z sent yes\n2026-03-07T10:00:00Z sent last\n"
	        "2026-03-07T10:00:00Z exited finished\n"
	        "2026-03-07T10:00:00Z advanced error (wait_for answer: a field or key is not there "
	        "(journeys/j.journey.yaml:8:34))\n"
	        "2026-03-07T10:00:00Z sent no\n2026-03-07T10:00:00Z sent last\n"
	        "2026-03-07T10:00:00Z exited finished\n");
	world_release(&world);
}

static void a_restart_counts_the_timeout_anew(void **state)
{
	struct world world;
	(void)state;
	run(&world, LISTEN);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: a}");
	world_event(&world, "{at: 2026-03-06T10:00:00Z, event: other}");
	world_event(&world, "{at: 2026-03-07T10:00:00Z, event: other}");
	world_advance(&world, "2026-03-30T00:00:00Z");
	world_expect(&world, "2026-03-05T10:00:00Z entered a\n2026-03-09T10:00:00Z sent no\n"
	                     "2026-03-09T10:00:00Z sent last\n2026-03-09T10:00:00Z exited finished\n");
	world_release(&world);
}

#define SPLIT_TEST \
	JOURNEY "  - experiment:\n" \
	        "      variants:\n" \
	        "        - { name: short, weight: 1, then: [ " SEND( \
	                "short") " ] }\n" \
	                         "        - { name: long, weight: 3, then: [ " SEND("long") " ] }\n" \
	                                                                                    "  - wait: 1d\n  - " SEND( \
	                                                                                            "end") "\n"

static void chance_follows_the_weights_and_sticks_to_the_customer(void **state)
{
	enum { PEOPLE = 400 };
	struct world world;
	size_t shorts = 0;
	(void)state;
	run(&world, SPLIT_TEST);
	for (int i = 0; i < PEOPLE; i++) {
		char id[16];
		struct str variant[2];
		int len = snprintf(id, sizeof id, "c%d", i);
		world.customer = (struct str){id, (size_t)len};
		for (int round = 0; round < 2; round++) {
			buf_clear(&world.record);
			world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: a}");
			assert_int_equal(world.out.action_count, 1);
			variant[round] = world.out.actions[0].variant;
			assert_true(str_eq(variant[round], world.out.actions[0].template));
		}
		shorts += str_eq(variant[0], STR("short"));
		world_advance(&world, "2026-03-07T00:00:00Z");
		assert_true(str_eq(world.out.actions[0].variant, variant[1]));
		assert_true(str_eq(variant[0], variant[1]));
	}
	assert_in_range(shorts, PEOPLE / 4 - 30, PEOPLE / 4 + 30);
	world_release(&world);
}

/* No journey's own name chooses anybody: the same people in both, and the service message goes. */
static void those_the_policy_holds_out_are_the_same_in_all_journeys(void **state)
{
	enum { PEOPLE = 400 };
	struct world world;
	size_t held = 0;
	(void)state;
	world_init(&world, "event: begin\n---\ncontact_policy: { holdout: 10% }\n",
	           "journey: j\nentry: { event: begin }\nnodes:\n  - " SEND(
	                   "a") "\n---\n"
	                        "journey: k\nentry: { event: begin }\nnodes:\n  - " SEND(
	                                "b") "\n"
	                                     "  - send: { channel: email, template: bill, class: service }\n");
	for (int i = 0; i < PEOPLE; i++) {
		another_customer(&world, i);
		world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin}");
		bool out = world.out.action_count == 1;
		held += out;
		world_expect(&world, out ? "2026-03-05T10:00:00Z entered \n"
		                           "2026-03-05T10:00:00Z skipped holdout a (contact_policy)\n"
		                           "2026-03-05T10:00:00Z exited finished\n"
		                           "2026-03-05T10:00:00Z entered \n"
		                           "2026-03-05T10:00:00Z skipped holdout b (contact_policy)\n"
		                           "2026-03-05T10:00:00Z sent bill\n"
		                           "2026-03-05T10:00:00Z exited finished\n"
		                         : "2026-03-05T10:00:00Z entered \n"
		                           "2026-03-05T10:00:00Z sent a\n"
		                           "2026-03-05T10:00:00Z exited finished\n"
		                           "2026-03-05T10:00:00Z entered \n"
		                           "2026-03-05T10:00:00Z sent b\n"
		                           "2026-03-05T10:00:00Z sent bill\n"
		                           "2026-03-05T10:00:00Z exited finished\n");
	}
	assert_in_range(held, PEOPLE / 10 - 20, PEOPLE / 10 + 20);
	world_release(&world);
}

static void those_held_out_run_through_it_and_are_sent_nothing(void **state)
{
	enum { PEOPLE = 400 };
	struct world world;
	size_t held = 0;
	(void)state;
	run(&world, "journey: j\nholdout: 10%\nentry: { event: begin }\ngoal: { event: answer }\nnodes:\n  - " SEND(
	                    "a") "\n  - wait: 1d\n");
	for (int i = 0; i < PEOPLE; i++) {
		another_customer(&world, i);
		world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: a}");
		bool out = world.out.action_count == 0;
		held += out;
		world_event(&world, "{at: 2026-03-05T11:00:00Z, event: answer}");
		world_expect(&world, out ? "2026-03-05T10:00:00Z entered \n2026-03-05T10:00:00Z skipped holdout a\n"
		                           "2026-03-05T11:00:00Z exited goal (goal)\n"
		                         : "2026-03-05T10:00:00Z entered \n2026-03-05T10:00:00Z sent a\n"
		                           "2026-03-05T11:00:00Z exited goal (goal)\n");
	}
	assert_in_range(held, PEOPLE / 10 - 20, PEOPLE / 10 + 20);
	world_release(&world);
}

static void what_a_node_sets_moves_the_dates_of_other_runs(void **state)
{
	struct world world;
	(void)state;
	run(&world, JOURNEY "  - set: { profile: { due: 'date(\"2026-04-01\")', level: null } }\n"
	                    "---\njourney: k\nentry: { event: other }\nnodes:\n"
	                    "  - wait: { until: profile.due }\n  - " SEND("k") "\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: other, due: 2026-06-01}");
	world_event(&world, "{at: 2026-03-06T10:00:00Z, event: begin, oid: o}");
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world,
	             "2026-03-05T10:00:00Z entered \n2026-03-06T10:00:00Z entered o\n2026-03-06T10:00:00Z advanced\n"
	             "2026-03-06T10:00:00Z exited finished\n2026-04-01T00:00:00Z sent k\n"
	             "2026-04-01T00:00:00Z exited finished\n");
	world_release(&world);
}

static void an_event_of_our_own_reaches_rules_and_other_journeys_at_once(void **state)
{
	struct world world;
	(void)state;
	run(&world,
	    JOURNEY "  - emit: { event: answer, fields: { oid: key, number: event.n, topic: \"'x'\" } }\n"
	            "---\njourney: k\nentry: { event: answer, when: has(trait.last_answer) }\nkey: event.oid\nnodes:\n"
	            "  - { name: k, send: { channel: email, template: k, data: { n: event.number } } }\n"
	            "  - emit: { event: begin, fields: { oid: key } }\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: o, n: 3}");
	assert_int_equal(world.out.faults, 1); /* they answer each other, but not for ever */
	assert_true(world.out.actions[0].data[0].value.i == 3);
	assert_int_equal(world.out.action_count, 8);
	world_release(&world);
}

static void a_yearly_day_comes_once_a_year_and_not_in_the_first(void **state)
{
	struct world world;
	(void)state;
	run(&world, "journey: y\nentry: { every_year: profile.joined, offset: 1d, at: '09:00', feb29: skip }\nnodes:\n "
	            " - " SEND("a") "\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: joined, day: 2026-03-05}");
	world_advance(&world, "2028-03-06T09:00:00Z");
	world_expect(&world, "2027-03-06T09:00:00Z entered \n2027-03-06T09:00:00Z sent a\n"
	                     "2027-03-06T09:00:00Z exited finished\n");
	world_event(&world, "{at: 2028-03-06T09:00:00Z, event: joined, day: 2024-02-29}");
	world_advance(&world, "2036-01-01T00:00:00Z");
	world_expect(&world, "2032-03-01T09:00:00Z entered \n2032-03-01T09:00:00Z sent a\n"
	                     "2032-03-01T09:00:00Z exited finished\n");
	world_event(&world, "{at: 2036-01-02T09:00:00Z, event: joined, day: null}");
	world_advance(&world, "2040-01-01T00:00:00Z");
	world_expect(&world, "");
	world_release(&world);
}

static void time_alone_lets_into_a_segment_and_an_event_lets_leave_it(void **state)
{
	struct world world;
	(void)state;
	run(&world,
	    "journey: gone\nentry: { segment: lapsed }\nnodes:\n  - " SEND(
	            "gone") "\n---\n"
	                    "journey: home\nentry: { segment: lapsed, case: lapsed, on: leave }\nnodes:\n  - " SEND(
	                            "home") "\n");
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: answer}");
	world_event(&world, "{at: 2026-03-11T10:00:00Z, event: answer}");
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2026-04-10T10:00:00.001Z entered \n2026-04-10T10:00:00.001Z sent gone\n"
	                     "2026-04-10T10:00:00.001Z exited finished\n");
	world_event(&world, "{at: 2026-12-01T10:00:00Z, event: answer}");
	world_expect(&world, "2026-12-01T10:00:00Z entered \n2026-12-01T10:00:00Z sent home\n"
	                     "2026-12-01T10:00:00Z exited finished\n");
	world_release(&world);
}

static void a_journey_takes_in_only_between_its_days_and_by_its_fields(void **state)
{
	struct world world;
	(void)state;
	run(&world, "journey: j\nstarts: 2026-03-02\nends: 2026-03-03\n"
	            "entry: { event: begin, where: { oid: [a, b], n: 1 } }\nkey: event.oid\nnodes:\n  - exit: done\n");
	world_event(&world, "{at: 2026-03-01T22:59:00Z, event: begin, oid: a, n: 1, zone: Europe/Berlin}");
	world_event(&world, "{at: 2026-03-01T23:00:00Z, event: begin, oid: a, n: 1}");
	world_event(&world, "{at: 2026-03-03T22:00:00Z, event: begin, oid: c, n: 1}");
	world_event(&world, "{at: 2026-03-03T22:00:00Z, event: begin, oid: b, n: 2}");
	world_event(&world, "{at: 2026-03-03T22:59:59Z, event: begin, oid: b, n: 1}");
	world_event(&world, "{at: 2026-03-03T23:00:00Z, event: begin, oid: b, n: 1}");
	world_expect(&world, "2026-03-01T23:00:00Z entered a\n2026-03-01T23:00:00Z exited exit_node (done)\n"
	                     "2026-03-03T22:59:59Z entered b\n2026-03-03T22:59:59Z exited exit_node (done)\n");
	world_release(&world);
}

static void a_section_of_a_later_version_is_passed_over_and_a_broken_one_is_refused(void **state)
{
	static const char LATER[] = {99, 3, 0, 0, 0, 'a', 'b', 'c'};
	struct world world;
	struct customer customer;
	(void)state;
	run(&world, JOURNEY "  - set: { run: { n: event.n } }\n  - wait: 1d\n"
	                    "  - { name: a, send: { channel: email, template: a, data: { n: run.n } } }\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: o, n: 3}");
	for (size_t cut = 1; cut < 8; cut++) {
		struct str bytes = {world.record.ptr, world.record.len - cut};
		assert_false(customer_read(&customer, STR("c"), bytes, world.set, &world.arena));
	}
	buf_append(&world.record, LATER, sizeof LATER);
	world_advance(&world, "2026-03-07T00:00:00Z");
	world_expect(&world, "2026-03-05T10:00:00Z entered o\n2026-03-05T10:00:00Z advanced\n"
	                     "2026-03-06T10:00:00Z sent a\n2026-03-06T10:00:00Z exited finished\n");
	assert_int_equal(world.out.actions[0].data[0].value.i, 3);
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_wait_of_calendar_days_keeps_the_local_time_over_the_spring_change),
	        cmocka_unit_test(a_time_of_day_on_some_weekdays_is_the_next_such_and_may_be_now),
	        cmocka_unit_test(a_date_that_is_missing_or_over_lets_nothing_be_sent_unless_asked),
	        cmocka_unit_test(a_date_that_moves_moves_the_wait),
	        cmocka_unit_test(branches_meet_again_and_a_failing_case_is_none),
	        cmocka_unit_test(rounds_are_bounded_and_each_has_its_own_actions),
	        cmocka_unit_test(an_awaited_event_is_told_by_its_key_and_the_first_branch_wins),
	        cmocka_unit_test(without_an_answer_the_timeout_goes_its_way_and_an_event_at_that_instant_is_in_time),
	        cmocka_unit_test(a_restart_counts_the_timeout_anew),
	        cmocka_unit_test(chance_follows_the_weights_and_sticks_to_the_customer),
	        cmocka_unit_test(those_held_out_run_through_it_and_are_sent_nothing),
	        cmocka_unit_test(those_the_policy_holds_out_are_the_same_in_all_journeys),
	        cmocka_unit_test(what_a_node_sets_moves_the_dates_of_other_runs),
	        cmocka_unit_test(an_event_of_our_own_reaches_rules_and_other_journeys_at_once),
	        cmocka_unit_test(a_yearly_day_comes_once_a_year_and_not_in_the_first),
	        cmocka_unit_test(time_alone_lets_into_a_segment_and_an_event_lets_leave_it),
	        cmocka_unit_test(a_section_of_a_later_version_is_passed_over_and_a_broken_one_is_refused),
	        cmocka_unit_test(a_journey_takes_in_only_between_its_days_and_by_its_fields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
