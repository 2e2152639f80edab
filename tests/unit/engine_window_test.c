/* SPDX-License-Identifier: Apache-2.0 */
/* What counts only for a while, and whose key it must be: goals and exits; waits for opening hours. Between any two
 * steps the customer goes through its stored form. */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define RULES \
	"event: begin\nfields: { oid: string, n: int }\n---\n" \
	"event: bought\nfields: { oid: string, number: int }\n---\n" \
	"event: moved\nfields: { zone: string, shop: string }\nsets: { timezone: event.zone, shop: event.shop " \
	"}\n---\n" \
	"profile: { shop: string }\n---\n" \
	"opening_hours:\n  office: { mon: '09:00-17:00', tue: ['09:00-12:00', '13:00-17:00'] }\n" \
	"  berlin: { timezone: Europe/Berlin, sat: '10:00-14:00', closed: [2026-03-07] }\n" \
	"  bar: { timezone: Europe/Berlin, sat: '22:00-24:00', sun: ['00:00-01:00', '01:30-01:45', '02:30-04:00'] }\n" \
	"  shut: { closed: [2026-03-07] }\n"
#define HEAD "journey: j\nentry: { event: begin }\n"
#define NODES "nodes:\n  - wait: 100d\n"

static void a_goal_counts_until_its_window_is_over_and_ends_nothing_later(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, HEAD "key: event.oid\ngoal: { event: bought, key: event.oid, within: 2d }\n" NODES);
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin, oid: a}");
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin, oid: b}");
	world_event(&world, "{at: 2026-03-03T09:59:59.999Z, event: bought, oid: a}");
	world_event(&world, "{at: 2026-03-03T10:00:00Z, event: bought, oid: b}");
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2026-03-01T10:00:00Z entered a\n"
	                     "2026-03-01T10:00:00Z entered b\n"
	                     "2026-03-03T09:59:59.999Z exited goal (goal)\n"
	                     "2026-06-09T10:00:00Z exited finished\n");
	world_release(&world);
}

static void a_late_event_counts_by_its_own_time(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, HEAD "goal: { event: bought, within: 2d }\n" NODES);
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin}");
	world_event(&world, "{at: 2026-03-02T10:00:00Z, event: bought}");
	world_expect(&world, "2026-03-01T10:00:00Z entered \n2026-03-05T10:00:00Z exited goal (goal)\n");
	world_release(&world);
}

static void after_the_window_an_exit_by_the_same_event_is_what_it_is(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES,
	           HEAD "goal: { event: bought, within: 2d }\nexit_when: [ { event: bought, as: too_late } ]\n" NODES);
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	world_event(&world, "{at: 2026-03-04T10:00:00Z, event: bought}");
	world_expect(&world, "2026-03-01T10:00:00Z entered \n2026-03-04T10:00:00Z exited exit_when (too_late)\n");
	world_release(&world);
}

static void a_key_ends_the_run_it_names_alone_and_a_missing_one_none(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, HEAD "key: event.n\nexit_when: [ { event: bought, key: event.number } ]\n" NODES);
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin, n: 7}");
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin, n: -12}");
	world_event(&world, "{at: 2026-03-02T10:00:00Z, event: bought}");
	world_event(&world, "{at: 2026-03-02T10:00:00Z, event: bought, number: 1}");
	world_event(&world, "{at: 2026-03-03T10:00:00Z, event: bought, number: -12}");
	world_event(&world, "{at: 2026-03-04T10:00:00Z, event: bought, number: 7}");
	world_expect(&world, "2026-03-01T10:00:00Z entered 7\n"
	                     "2026-03-01T10:00:00Z entered -12\n"
	                     "2026-03-02T10:00:00Z advanced error (key bought: a field or key is not there "
	                     "(journeys/j.journey.yaml:4:36))\n"
	                     "2026-03-02T10:00:00Z advanced error (key bought: a field or key is not there "
	                     "(journeys/j.journey.yaml:4:36))\n"
	                     "2026-03-03T10:00:00Z exited exit_when (exit)\n"
	                     "2026-03-04T10:00:00Z exited exit_when (exit)\n");
	assert_int_equal(world.out.faults, 2);
	world_release(&world);
}

static void a_key_and_a_condition_must_both_hold(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES,
	           HEAD "key: event.oid\ngoal: { event: bought, key: event.oid, when: event.number > 1 }\n" NODES);
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin, oid: a}");
	world_event(&world, "{at: 2026-03-02T10:00:00Z, event: bought, oid: a, number: 1}");
	world_event(&world, "{at: 2026-03-02T10:00:00Z, event: bought, oid: b, number: 2}");
	world_event(&world, "{at: 2026-03-03T10:00:00Z, event: bought, oid: a, number: 2}");
	world_expect(&world, "2026-03-01T10:00:00Z entered a\n2026-03-03T10:00:00Z exited goal (goal)\n");
	world_release(&world);
}

static void a_wait_for_office_hours_ends_when_they_begin_or_at_once(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, HEAD "key: event.oid\nnodes:\n  - wait: { window: office }\n");
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin, oid: sunday}");
	world_event(&world, "{at: 2026-03-02T09:00:00Z, event: begin, oid: at_nine}");
	world_event(&world, "{at: 2026-03-02T16:59:59Z, event: begin, oid: last_second}");
	world_event(&world, "{at: 2026-03-02T17:00:00Z, event: begin, oid: too_late}");
	world_event(&world, "{at: 2026-03-03T12:30:00Z, event: begin, oid: noon}");
	world_event(&world, "{at: 2026-03-04T12:30:00Z, event: begin, oid: wednesday}");
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2026-03-01T10:00:00Z entered sunday\n"
	                     "2026-03-02T09:00:00Z entered at_nine\n"
	                     "2026-03-02T09:00:00Z exited finished\n"
	                     "2026-03-02T09:00:00Z exited finished\n"
	                     "2026-03-02T16:59:59Z entered last_second\n"
	                     "2026-03-02T16:59:59Z exited finished\n"
	                     "2026-03-02T17:00:00Z entered too_late\n"
	                     "2026-03-03T09:00:00Z exited finished\n"
	                     "2026-03-03T12:30:00Z entered noon\n"
	                     "2026-03-03T13:00:00Z exited finished\n"
	                     "2026-03-04T12:30:00Z entered wednesday\n"
	                     "2026-03-09T09:00:00Z exited finished\n");
	world_release(&world);
}

static void office_hours_follow_a_customer_who_moves(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, HEAD "nodes:\n  - wait: { window: office }\n");
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	world_event(&world, "{at: 2026-03-01T11:00:00Z, event: moved, zone: Asia/Shanghai}");
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2026-03-01T10:00:00Z entered \n2026-03-02T01:00:00Z exited finished\n");
	world_event(&world, "{at: 2026-12-07T10:00:00Z, event: begin}");
	world_event(&world, "{at: 2026-12-07T14:00:00Z, event: moved, zone: America/New_York}");
	world_expect(&world, "2026-12-07T10:00:00Z entered \n2026-12-07T14:00:00Z exited finished\n");
	world_release(&world);
}

static void a_shop_keeps_its_own_clock_and_its_holidays(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, HEAD "key: event.oid\nnodes:\n  - wait: { window_of: event.oid }\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: moved, zone: Asia/Shanghai}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: berlin}");
	world_event(&world, "{at: 2026-03-28T10:00:00Z, event: begin, oid: berlin}");
	world_advance(&world, "2026-03-31T00:00:00Z");
	world_expect(&world, "2026-03-05T10:00:00Z entered berlin\n"
	                     "2026-03-14T09:00:00Z exited finished\n"
	                     "2026-03-28T10:00:00Z entered berlin\n"
	                     "2026-03-28T10:00:00Z exited finished\n");
	world_release(&world);
}

/* Germany: on 29 March there is no 02:00 to 03:00, on 25 October it comes twice. */
static void hours_that_the_clocks_go_over_or_repeat(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, HEAD "key: event.oid\nnodes:\n  - wait: { window_of: event.oid }\n");
	world_event(&world, "{at: 2026-03-28T23:00:00Z, event: begin, oid: bar}"); /* midnight: open through it */
	world_event(&world, "{at: 2026-03-29T00:45:00Z, event: begin, oid: bar}"); /* 01:45; 03:00 follows 02:00 */
	world_advance(&world, "2026-04-01T00:00:00Z");
	world_expect(&world, "2026-03-28T23:00:00Z entered bar\n2026-03-28T23:00:00Z exited finished\n"
	                     "2026-03-29T00:45:00Z entered bar\n2026-03-29T01:00:00Z exited finished\n");
	world_event(&world, "{at: 2026-10-25T00:10:00Z, event: begin, oid: bar}"); /* 02:10, for the first time */
	world_advance(&world, "2026-11-01T00:00:00Z");
	world_expect(&world, "2026-10-25T00:10:00Z entered bar\n2026-10-25T00:30:00Z exited finished\n");
	world_event(&world, "{at: 2026-11-01T03:00:00Z, event: begin, oid: bar}");
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2026-11-01T03:00:00Z entered bar\n2026-11-07T21:00:00Z exited finished\n");
	world_release(&world);
}

static void a_place_without_hours_sends_nothing_unless_asked(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, HEAD "key: event.oid\nnodes:\n  - wait: { window_of: event.oid }\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: shut}");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin, oid: nowhere}");
	world_expect(&world, "2026-03-05T10:00:00Z entered shut\n2026-03-05T10:00:00Z exited hours_missing\n"
	                     "2026-03-05T10:00:00Z entered nowhere\n2026-03-05T10:00:00Z exited hours_missing\n");
	world_release(&world);
	world_init(&world, RULES, HEAD "nodes:\n  - wait: { window_of: profile.shop, if_missing: skip }\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin}");
	world_expect(&world, "2026-03-05T10:00:00Z entered \n2026-03-05T10:00:00Z exited finished\n");
	world_release(&world);
	world_init(&world, RULES, HEAD "nodes:\n  - wait: { window_of: profile.shop, if_missing: wait }\n");
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin}");
	world_event(&world, "{at: 2026-04-05T10:00:00Z, event: moved, shop: berlin}");
	world_event(&world, "{at: 2026-04-06T10:00:00Z, event: moved, shop: office}");
	world_expect(&world, "2026-03-05T10:00:00Z entered \n2026-04-06T10:00:00Z exited finished\n");
	assert_int_equal(world.out.faults, 0);
	world_release(&world);
}

static void hours_that_changed_meanwhile_are_asked_again_when_the_wait_ends(void **state)
{
	static const char LATER[] = "event: begin\n---\nopening_hours: { office: { tue: '11:00-12:00' } }\n";
	static const char J[] = HEAD "nodes:\n  - wait: { window: office }\n";
	struct world world;
	(void)state;
	world_init(&world, "event: begin\n---\nopening_hours: { office: { mon: '09:00-17:00' } }\n", J);
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	world_edit(&world, LATER, J);
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2026-03-01T10:00:00Z entered \n2026-03-03T11:00:00Z exited finished\n");
	world_release(&world);
}

static void hours_may_bound_a_wait_for_an_event(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES,
	           HEAD "nodes:\n  - wait_for: { events: [ { event: bought, then: [ exit: early ] } ],\n"
	                "      timeout: { window: office } }\n");
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	world_event(&world, "{at: 2026-03-01T11:00:00Z, event: bought}");
	world_event(&world, "{at: 2026-03-01T12:00:00Z, event: begin}");
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2026-03-01T10:00:00Z entered \n"
	                     "2026-03-01T11:00:00Z advanced (bought)\n"
	                     "2026-03-01T11:00:00Z exited exit_node (early)\n"
	                     "2026-03-01T12:00:00Z entered \n"
	                     "2026-03-02T09:00:00Z exited finished\n");
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_goal_counts_until_its_window_is_over_and_ends_nothing_later),
	        cmocka_unit_test(a_late_event_counts_by_its_own_time),
	        cmocka_unit_test(after_the_window_an_exit_by_the_same_event_is_what_it_is),
	        cmocka_unit_test(a_key_ends_the_run_it_names_alone_and_a_missing_one_none),
	        cmocka_unit_test(a_key_and_a_condition_must_both_hold),
	        cmocka_unit_test(a_wait_for_office_hours_ends_when_they_begin_or_at_once),
	        cmocka_unit_test(office_hours_follow_a_customer_who_moves),
	        cmocka_unit_test(a_shop_keeps_its_own_clock_and_its_holidays),
	        cmocka_unit_test(hours_that_the_clocks_go_over_or_repeat),
	        cmocka_unit_test(a_place_without_hours_sends_nothing_unless_asked),
	        cmocka_unit_test(hours_that_changed_meanwhile_are_asked_again_when_the_wait_ends),
	        cmocka_unit_test(hours_may_bound_a_wait_for_an_event),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
