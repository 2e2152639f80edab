/* SPDX-License-Identifier: Apache-2.0 */
/* How often one customer may enter, and how many journeys may have one at once. Between any two steps the customer goes
 * through its stored form. */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define RULES \
	"event: begin\nfields: { oid: string, due: date }\n---\n" \
	"event: second\n---\nevent: third\n---\nevent: other\n"
#define CAPPED "journey: j\nentry: { event: begin, at_most: { times: 2, within: 10d } }\n"
#define NODES "nodes:\n  - wait: 1d\n"

static void start(struct world *world, const char *rules, const char *journeys)
{
	world_init(world, rules, journeys);
	world->engine.decide_not_entered = true;
}

static void entries_are_counted_across_keys_in_a_rolling_window(void **state)
{
	struct world world;
	(void)state;
	start(&world, RULES, CAPPED "key: event.oid\n" NODES);
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin, oid: a}");
	world_event(&world, "{at: 2026-03-04T10:00:00Z, event: begin, oid: b}");
	world_event(&world, "{at: 2026-03-06T10:00:00Z, event: begin, oid: c}");
	world_event(&world, "{at: 2026-03-11T09:59:59.999Z, event: begin, oid: d}");
	world_event(&world, "{at: 2026-03-11T10:00:00Z, event: begin, oid: e}");
	world_event(&world, "{at: 2026-03-13T10:00:00Z, event: begin, oid: f}");
	world_advance(&world, "2026-03-13T12:00:00Z");
	world_expect(&world, "2026-03-01T10:00:00Z entered a\n"
	                     "2026-03-02T10:00:00Z exited finished\n"
	                     "2026-03-04T10:00:00Z entered b\n"
	                     "2026-03-05T10:00:00Z exited finished\n"
	                     "2026-03-06T10:00:00Z not_entered entry_cap\n"
	                     "2026-03-11T09:59:59.999Z not_entered entry_cap\n"
	                     "2026-03-11T10:00:00Z entered e\n"
	                     "2026-03-12T10:00:00Z exited finished\n"
	                     "2026-03-13T10:00:00Z not_entered entry_cap\n");
	assert_int_equal(world_customer(&world)->entered_count, 2);
	world_release(&world);
}

static void a_refresh_is_no_entry_and_a_restart_is_one(void **state)
{
	struct world world;
	(void)state;
	start(&world, RULES, CAPPED NODES);
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	world_event(&world, "{at: 2026-03-01T11:00:00Z, event: begin}");
	assert_int_equal(world_customer(&world)->entered_count, 1);
	world_release(&world);
	start(&world, RULES, CAPPED "reentry: always\n" NODES);
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	world_event(&world, "{at: 2026-03-01T11:00:00Z, event: begin}");
	world_event(&world, "{at: 2026-03-01T12:00:00Z, event: begin}");
	world_advance(&world, "2026-03-13T12:00:00Z");
	world_expect(&world, "2026-03-01T10:00:00Z entered \n"
	                     "2026-03-01T11:00:00Z exited reentry\n"
	                     "2026-03-01T11:00:00Z entered \n"
	                     "2026-03-01T12:00:00Z not_entered entry_cap\n"
	                     "2026-03-02T11:00:00Z exited finished\n");
	world_release(&world);
}

static void who_could_not_even_begin_has_not_entered(void **state)
{
	struct world world;
	(void)state;
	start(&world, RULES, CAPPED "anchor: { date: event.due }\n" NODES);
	for (int i = 0; i < 3; i++)
		world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	assert_int_equal(world_customer(&world)->entered_count, 0);
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin, due: 2026-04-01}");
	assert_int_equal(world_customer(&world)->entered_count, 1);
	world_release(&world);
}

static void without_a_cap_nothing_is_kept_and_one_taken_away_is_forgotten(void **state)
{
	static const char OPEN[] = "journey: j\nentry: { event: begin }\n" NODES;
	static const char OTHER[] = "journey: k\nentry: { event: other, at_most: { times: 1, within: 5d } }\n" NODES;
	struct world world;
	char both[400];
	(void)state;
	strcpy(both, CAPPED NODES "---\n");
	strcat(both, OTHER);
	start(&world, RULES, OPEN);
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	assert_int_equal(world_customer(&world)->entered_count, 0);
	world_edit(&world, RULES, both);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: begin}");
	assert_int_equal(world_customer(&world)->entered_count, 1);
	strcpy(both, OPEN);
	strcat(both, "---\n");
	strcat(both, OTHER);
	world_edit(&world, RULES, both);
	world_event(&world, "{at: 2026-03-05T11:00:00Z, event: other}");
	assert_int_equal(world_customer(&world)->entered_count, 1);
	world_release(&world);
}

static void a_record_with_entries_of_no_moment_is_none(void **state)
{
	struct world world;
	struct customer customer;
	(void)state;
	start(&world, RULES, CAPPED NODES);
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	size_t len = world.record.len;
	struct str record = {world.record.ptr, len};
	assert_true(customer_read(&customer, STR("c"), record, world.set, &world.step));
	assert_int_equal(customer.entered_count, 1);
	memset(world.record.ptr + len - 6, 0xff, 6); /* the moment, which comes last */
	assert_false(customer_read(&customer, STR("c"), record, world.set, &world.step));
	record.len -= 6;
	assert_false(customer_read(&customer, STR("c"), record, world.set, &world.step));
	world_release(&world);
}

#define LIMITED RULES "---\nlimits: { journeys_at_once: 2 }\n"
#define J(name, event, more) "journey: " name "\nentry: { event: " event " }\n" more "nodes:\n  - wait: 5d\n"

static void nobody_enters_another_journey_while_in_as_many_as_allowed(void **state)
{
	struct world world;
	(void)state;
	start(&world, LIMITED,
	      J("a", "begin", "key: event.oid\n") "---\n" J("b", "second", "") "---\n" J("c", "third", ""));
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin, oid: x}");
	world_event(&world, "{at: 2026-03-01T11:00:00Z, event: begin, oid: y}");
	world_event(&world, "{at: 2026-03-01T12:00:00Z, event: second}");
	world_event(&world, "{at: 2026-03-01T13:00:00Z, event: third}");
	world_event(&world, "{at: 2026-03-01T14:00:00Z, event: begin, oid: z}");
	world_event(&world, "{at: 2026-03-06T13:00:00Z, event: third}");
	world_expect(&world, "2026-03-01T10:00:00Z entered x\n"
	                     "2026-03-01T11:00:00Z entered y\n"
	                     "2026-03-01T12:00:00Z entered \n"
	                     "2026-03-01T13:00:00Z not_entered too_many_journeys\n"
	                     "2026-03-01T14:00:00Z entered z\n"
	                     "2026-03-06T10:00:00Z exited finished\n"
	                     "2026-03-06T11:00:00Z exited finished\n"
	                     "2026-03-06T12:00:00Z exited finished\n"
	                     "2026-03-06T13:00:00Z entered \n");
	world_release(&world);
}

static void an_exempt_journey_neither_counts_nor_is_stopped(void **state)
{
	struct world world;
	(void)state;
	start(&world, LIMITED,
	      J("a", "begin", "exempt: true\n") "---\n" J("b", "second", "") "---\n" J("c", "third", ""));
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	world_event(&world, "{at: 2026-03-01T11:00:00Z, event: second}");
	world_event(&world, "{at: 2026-03-01T12:00:00Z, event: third}");
	world_expect(&world, "2026-03-01T10:00:00Z entered \n"
	                     "2026-03-01T11:00:00Z entered \n"
	                     "2026-03-01T12:00:00Z entered \n");
	world_release(&world);
	start(&world, LIMITED,
	      J("a", "begin", "exempt: true\n") "---\n" J("b", "second", "") "---\n" J("c", "third", ""));
	world_event(&world, "{at: 2026-03-01T11:00:00Z, event: second}");
	world_event(&world, "{at: 2026-03-01T12:00:00Z, event: third}");
	world_event(&world, "{at: 2026-03-01T13:00:00Z, event: begin}");
	world_expect(&world, "2026-03-01T11:00:00Z entered \n"
	                     "2026-03-01T12:00:00Z entered \n"
	                     "2026-03-01T13:00:00Z entered \n");
	world_release(&world);
}

static void of_one_event_the_more_important_journeys_take_the_places(void **state)
{
	struct world world;
	(void)state;
	start(&world, LIMITED,
	      J("a", "begin", "priority: 1\n") "---\n" J("b", "begin", "priority: 90\n") "---\n" J("c", "begin",
	                                                                                           "priority: 80\n"));
	world_event(&world, "{at: 2026-03-01T10:00:00Z, event: begin}");
	assert_int_equal(world_customer(&world)->instance_count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_true(world_customer(&world)->instances[i].journey->priority > 1);
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(entries_are_counted_across_keys_in_a_rolling_window),
	        cmocka_unit_test(a_refresh_is_no_entry_and_a_restart_is_one),
	        cmocka_unit_test(who_could_not_even_begin_has_not_entered),
	        cmocka_unit_test(without_a_cap_nothing_is_kept_and_one_taken_away_is_forgotten),
	        cmocka_unit_test(a_record_with_entries_of_no_moment_is_none),
	        cmocka_unit_test(nobody_enters_another_journey_while_in_as_many_as_allowed),
	        cmocka_unit_test(an_exempt_journey_neither_counts_nor_is_stopped),
	        cmocka_unit_test(of_one_event_the_more_important_journeys_take_the_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
