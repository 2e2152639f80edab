/* SPDX-License-Identifier: Apache-2.0 */
/* What counts only for a while, and whose key it must be: goals and exits. Between any two steps the customer goes
 * through its stored form. */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define RULES \
	"event: begin\nfields: { oid: string, n: int }\n---\n" \
	"event: bought\nfields: { oid: string, number: int }\n"
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
	                     "2026-03-03T10:00:00Z exited exit_when (exit)\n"
	                     "2026-03-04T10:00:00Z exited exit_when (exit)\n");
	assert_int_equal(world.out.faults, 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_goal_counts_until_its_window_is_over_and_ends_nothing_later),
	        cmocka_unit_test(a_late_event_counts_by_its_own_time),
	        cmocka_unit_test(after_the_window_an_exit_by_the_same_event_is_what_it_is),
	        cmocka_unit_test(a_key_ends_the_run_it_names_alone_and_a_missing_one_none),
	        cmocka_unit_test(a_key_and_a_condition_must_both_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
