/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys that start others: what the other's entry says holds, what is handed over arrives, and what cannot be is
 * said. Between any two steps the customer goes through its stored form. */
#include "support/engine_fixture.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define RULES \
	"event: left\nfields: { oid: string, n: int, birth: date }\nsets: { birth: event.birth }\n---\n" \
	"event: order\nfields: { oid: { type: string, required: true }, total: double, day: date }\n---\n" \
	"event: bought\nfields: { oid: string }\n---\n" \
	"profile: { birth: date }\n---\n" \
	"segment: young\ncases: { young: profile.birth > date('2000-01-01') }\nelse: other\n---\n"

#define CART \
	"journey: cart\nentry: { event: left }\nkey: event.oid\nnodes:\n" \
	"  - { name: over, start_journey: { journey: back, with: { oid: event.oid, total: event.n } } }\n" \
	"  - wait: 1d\n"
#define BACK_HEAD "---\njourney: back\n"
#define BACK_NODES "nodes:\n  - { name: a, send: { channel: email, template: a, data: { total: event.total } } }\n"
#define AT "2026-03-05T10:00:00Z "

static void the_other_journey_is_entered_in_the_same_instant_and_says_by_whom(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, CART BACK_HEAD "entry: { event: order }\nkey: event.oid\n" BACK_NODES);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, id: e7, oid: o, n: 3}");
	world_expect(&world, AT "entered o\n" AT "advanced (back)\n" AT "entered o started (cart/over)\n" AT
	                        "sent a\n" AT "exited finished\n");
	const struct action *action = &world.out.actions[0];
	assert_true(str_eq(action->cause, STR("e7")));
	assert_int_equal(action->data[0].value.kind, VALUE_DOUBLE);
	assert_true(action->data[0].value.d == 3.0);
	assert_true(world.out.decisions[3].instance.low == action->instance.low);
	assert_false(world.out.decisions[0].instance.low == action->instance.low);
	assert_true(str_eq(world.out.decisions[3].cause, STR("e7")));
	world_release(&world);
}

static void only_the_named_journey_hears_of_it_and_a_timer_has_no_cause(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES "traits: { orders: { count: order } }\n",
	           "journey: cart\nentry: { event: left }\nkey: event.oid\nnodes:\n"
	           "  - wait: 1d\n  - { name: over, start_journey: { journey: back, with: { oid: event.oid } } "
	           "}\n" BACK_HEAD "entry: { event: order }\nkey: event.oid\nnodes:\n"
	           "  - { name: a, send: { channel: email, template: a, data: { orders: trait.orders } } }\n"
	           "---\njourney: deaf\nentry: { event: order }\nnodes: [ { exit: deaf } ]\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, oid: o}");
	world_advance(&world, "2026-03-07T00:00:00Z");
	world_expect(&world, AT "entered o\n2026-03-06T10:00:00Z advanced (back)\n2026-03-06T10:00:00Z exited "
	                        "finished\n2026-03-06T10:00:00Z entered o started (cart/over)\n"
	                        "2026-03-06T10:00:00Z sent a\n2026-03-06T10:00:00Z exited finished\n");
	assert_int_equal(world.out.actions[0].cause.len, 0);
	assert_int_equal(world.out.actions[0].data[0].value.i, 0);
	world_release(&world);
}

static void what_the_entry_asks_for_holds(void **state)
{
	static const struct {
		const char *entry, *said;
	} rows[] = {
	        {"entry: { event: order, when: event.total > 3.0 }\nkey: event.oid\n", AT "not_entered when_false\n"},
	        {"entry: { event: order, where: { oid: other } }\nkey: event.oid\n", AT "not_entered when_false\n"},
	        {"entry: { event: order }\nstarts: 2026-04-01\nkey: event.oid\n", AT "not_entered not_open\n"},
	        {"entry: { event: order }\nstate: draining\nkey: event.oid\n", AT "not_entered draining\n"},
	        {"entry: { event: order }\nanchor: { date: event.day }\n",
	         AT "entered  started (cart/over)\n" AT "exited anchor_missing\n"},
	        {"entry: { event: order }\nholdout: 100%\n",
	         AT "entered  started (cart/over)\n" AT "skipped holdout a\n" AT "exited finished\n"},
	};
	struct world world;
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char journeys[1024], expected[256];
		snprintf(journeys, sizeof journeys, "%s%s%s%s", CART, BACK_HEAD, rows[i].entry, BACK_NODES);
		snprintf(expected, sizeof expected, "%s%s", AT "entered o\n" AT "advanced (back)\n", rows[i].said);
		world_init(&world, RULES, journeys);
		world.engine.decide_not_entered = true;
		world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, oid: o, n: 3}");
		world_expect(&world, expected);
		world_release(&world);
	}
}

static void reentry_is_the_others_word(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES,
	           CART BACK_HEAD "entry: { event: order }\nkey: event.oid\nreentry: never\n" BACK_NODES);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, oid: o, n: 3}");
	world_event(&world, "{at: 2026-03-07T10:00:00Z, event: left, oid: o, n: 3}");
	world_event(&world, "{at: 2026-03-07T10:00:00Z, event: order, oid: p, total: 1.0}");
	world_expect(&world,
	             AT "entered o\n" AT "advanced (back)\n" AT "entered o started (cart/over)\n" AT "sent a\n" AT
	                "exited finished\n2026-03-06T10:00:00Z exited finished\n2026-03-07T10:00:00Z entered o\n"
	                "2026-03-07T10:00:00Z advanced (back)\n2026-03-07T10:00:00Z entered p\n"
	                "2026-03-07T10:00:00Z sent a\n2026-03-07T10:00:00Z exited finished\n");
	world_release(&world);
}

static void a_journey_may_be_started_by_others_alone_and_keeps_what_it_was_given(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES,
	           CART BACK_HEAD "entry:\n  from_journeys: [cart]\n  fields: { total: double, oid: { type: string, "
	                          "required: true } }\n  when: event.total < 9.0\nkey: event.oid\n"
	                          "goal: { event: bought, when: event.oid == entry.oid }\n"
	                          "nodes:\n  - wait: 2d\n"
	                          "  - { name: a, send: { channel: email, template: a, data: { t: event.total } } }\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, oid: o, n: 3}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, oid: p, n: 9}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, oid: q, n: 4}");
	world_event(&world, "{at: 2026-03-05T11:00:00Z, event: bought, oid: q}");
	world_advance(&world, "2026-03-09T00:00:00Z");
	world_expect(&world, AT "entered o\n" AT "advanced (back)\n" AT "entered o started (cart/over)\n" AT
	                        "entered p\n" AT "advanced (back)\n" AT "entered q\n" AT "advanced (back)\n" AT
	                        "entered q started (cart/over)\n2026-03-05T11:00:00Z exited goal (goal)\n"
	                        "2026-03-06T10:00:00Z exited finished\n2026-03-06T10:00:00Z exited finished\n"
	                        "2026-03-06T10:00:00Z exited finished\n2026-03-07T10:00:00Z sent a\n"
	                        "2026-03-07T10:00:00Z exited finished\n");
	assert_true(world.out.actions[0].data[0].value.d == 3.0);
	world_release(&world);
}

static void a_story_tells_the_start_of_a_journey_that_only_others_start(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES,
	           "journey: back\nentry: { from_journeys: any, fields: { oid: string } }\nkey: event.oid\n"
	           "nodes: [ { name: a, send: { channel: email, template: a } } ]\n"
	           "---\njourney: cart\nentry: { event: left }\nnodes: [ { start_journey: back } ]\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: start_journey, oid: o}");
	world_expect(&world, AT "entered o\n" AT "sent a\n" AT "exited finished\n");
	world_release(&world);
}

static void what_fails_keeps_the_other_journey_from_starting_where_it_is_required(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES,
	           "journey: cart\nentry: { event: left }\nnodes:\n"
	           "  - { name: over, start_journey: { journey: back, with: { oid: event.oid, total: event.n / 0 } } "
	           "}\n" BACK_HEAD "entry: { event: order }\n" BACK_NODES);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, n: 3}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, oid: o, n: 3}");
	world_expect(&world,
	             AT "entered \n" AT
	                "advanced error (with oid: a field or key is not there (journeys/cart.journey.yaml:4:64))\n" AT
	                "exited finished\n" AT "entered \n" AT
	                "advanced error (with total: division by zero (journeys/cart.journey.yaml:4:90))\n" AT
	                "advanced (back)\n" AT "exited finished\n" AT "entered  started (cart/over)\n" AT "sent a\n" AT
	                "exited finished\n");
	world_release(&world);
}

static void who_is_started_where_the_calendar_lets_in_counts_from_that_day(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES,
	           "journey: cart\nentry: { event: left }\nnodes: [ { name: over, start_journey: bday } ]\n"
	           "---\njourney: bday\nentry: { every_year: profile.birth }\nnodes:\n"
	           "  - { sequence: { after: { 1d: a } }, send: { channel: email, template: a } }\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, birth: 2001-07-01}");
	world_advance(&world, "2026-06-01T00:00:00Z");
	world_expect(&world, AT "entered \n" AT "advanced (bday)\n" AT "exited finished\n" AT
	                        "entered  started (cart/over)\n2026-03-06T00:00:00Z sent a\n"
	                        "2026-03-06T00:00:00Z exited finished\n");
	world_release(&world);
	world_init(&world, RULES,
	           "journey: cart\nentry: { event: left }\nnodes: [ { name: over, start_journey: seg } ]\n"
	           "---\njourney: seg\nentry: { segment: young, case: young }\nnodes:\n"
	           "  - { name: a, send: { channel: email, template: a } }\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left}");
	world_expect(&world, AT "entered \n" AT "advanced (seg)\n" AT "exited finished\n" AT
	                        "entered  started (cart/over)\n" AT "sent a\n" AT "exited finished\n");
	world_release(&world);
}

static void what_is_sent_there_is_not_late_for_having_been_handed_over(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES,
	           CART "  - emit: { event: order, fields: { oid: key } }\n" BACK_HEAD
	                "entry: { event: order }\nkey: event.oid\nnodes:\n"
	                "  - { name: a, send: { channel: email, template: a, stale_after: 1h } }\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, oid: o, n: 3}");
	world_advance(&world, "2026-03-09T00:00:00Z");
	world_expect(&world, AT "entered o\n" AT "advanced (back)\n" AT "entered o started (cart/over)\n" AT
	                        "sent a\n" AT "exited finished\n2026-03-06T10:00:00Z advanced (order)\n"
	                        "2026-03-06T10:00:00Z exited finished\n2026-03-06T10:00:00Z entered o\n"
	                        "2026-03-06T10:00:00Z sent a\n2026-03-06T10:00:00Z exited finished\n");
	world_release(&world);
}

static void what_a_paused_or_older_version_does_is_nothing_special(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, CART BACK_HEAD "state: paused\nentry: { event: order }\nkey: event.oid\n" BACK_NODES);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, oid: o, n: 3}");
	world_edit(&world, RULES,
	           CART BACK_HEAD "entry: { event: order }\non_resume: send_late\nkey: event.oid\n" BACK_NODES);
	world_advance(&world, "2026-03-06T00:00:00Z");
	world_expect(&world, AT "entered o\n" AT "advanced (back)\n" AT "entered o started (cart/over)\n"
	                        "2026-03-05T11:00:00Z sent a\n2026-03-05T11:00:00Z exited finished\n");
	world_release(&world);
	/* The event that lets in has got another field in front since the run began: what is handed over finds its
	 * place. */
	world_init(&world, RULES,
	           "journey: cart\nentry: { event: left }\nkey: event.oid\nnodes:\n  - wait: 1d\n"
	           "  - { name: over, start_journey: { journey: back, with: { total: event.n } } }\n" BACK_HEAD
	           "entry: { from_journeys: any, fields: { total: double } }\n" BACK_NODES);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, oid: o, n: 3}");
	world_edit(&world, RULES,
	           "journey: cart\nentry: { event: left }\nkey: event.oid\nnodes:\n  - wait: 1d\n"
	           "  - { name: over, start_journey: { journey: back, with: { total: event.n } } }\n" BACK_HEAD
	           "entry: { from_journeys: any, fields: { more: string, total: double } }\n" BACK_NODES);
	world_advance(&world, "2026-03-07T00:00:00Z");
	world_expect(&world,
	             AT "entered o\n2026-03-06T10:00:00Z advanced (back)\n2026-03-06T10:00:00Z exited finished\n"
	                "2026-03-06T10:00:00Z entered  started (cart/over)\n2026-03-06T10:00:00Z sent a\n"
	                "2026-03-06T10:00:00Z exited finished\n");
	assert_true(world.out.actions[0].data[0].value.d == 3.0);
	world_release(&world);
}

static void journeys_that_answer_each_other_for_ever_are_stopped(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES,
	           "journey: a\nentry: { event: order }\nnodes:\n"
	           "  - wait: { until_time: '10:00' }\n"
	           "  - { name: over, start_journey: { journey: b, with: { oid: 'event.oid' } } }\n"
	           "---\njourney: b\nentry: { event: order }\nnodes:\n"
	           "  - { name: back, start_journey: { journey: a, with: { oid: 'event.oid' } } }\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: order, oid: o}");
	assert_int_equal(world.out.faults, 2);
	assert_int_equal(world_customer(&world)->instance_count, 0);
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_other_journey_is_entered_in_the_same_instant_and_says_by_whom),
	        cmocka_unit_test(only_the_named_journey_hears_of_it_and_a_timer_has_no_cause),
	        cmocka_unit_test(what_the_entry_asks_for_holds),
	        cmocka_unit_test(reentry_is_the_others_word),
	        cmocka_unit_test(a_journey_may_be_started_by_others_alone_and_keeps_what_it_was_given),
	        cmocka_unit_test(a_story_tells_the_start_of_a_journey_that_only_others_start),
	        cmocka_unit_test(what_fails_keeps_the_other_journey_from_starting_where_it_is_required),
	        cmocka_unit_test(who_is_started_where_the_calendar_lets_in_counts_from_that_day),
	        cmocka_unit_test(what_is_sent_there_is_not_late_for_having_been_handed_over),
	        cmocka_unit_test(what_a_paused_or_older_version_does_is_nothing_special),
	        cmocka_unit_test(journeys_that_answer_each_other_for_ever_are_stopped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
