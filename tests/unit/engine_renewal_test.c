/* SPDX-License-Identifier: Apache-2.0 */
/* STORIES S1, told to the engine. */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define POLICY(at, rest) "{at: " at ", event: policy_updated, line: motor, income: 90000, policy_id: " rest "}"

static void setup(struct world *world)
{
	world_init(world, RENEWAL_RULES, RENEWAL_JOURNEY);
}

static void seven_messages_go_out_at_ten_local_time(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_event(&world, POLICY("2026-01-01T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 80000"));
	world_advance(&world, "2026-12-31T00:00:00Z");
	world_expect(&world, "2026-01-01T00:00:00Z entered p1\n"
	                     "2026-03-11T02:00:00Z sent renewal/low_low/notice\n"
	                     "2026-03-26T02:00:00Z sent renewal/low_low/benefits\n"
	                     "2026-04-10T02:00:00Z sent renewal/low_low/offer\n"
	                     "2026-04-19T02:00:00Z sent renewal/low_low/proof\n"
	                     "2026-04-26T02:00:00Z sent renewal/low_low/reminder\n"
	                     "2026-05-03T02:00:00Z sent renewal/low_low/last_week\n"
	                     "2026-05-09T02:00:00Z sent renewal/low_low/last_day\n"
	                     "2026-05-09T02:00:00Z exited finished\n");
	assert_int_equal(world_customer(&world)->instance_count, 0);
	assert_int_equal(world.out.timers, 7);
	world_release(&world);
}

static void each_of_four_segments_has_its_wording(void **state)
{
	static const struct {
		const char *income, *price, *segment;
	} rows[] = {{"200000", "300000", "high_high"},
	            {"200000", "299999", "high_low"},
	            {"199999.5", "300000", "low_high"},
	            {"199999.5", "299999", "low_low"}};
	struct world world;
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char event[256], expected[256];
		setup(&world);
		snprintf(event, sizeof event,
		         "{at: 2026-05-08T00:00:00Z, event: policy_updated, line: motor, policy_id: p1, "
		         "expires_on: 2026-05-10, income: %s, car_price: %s}",
		         rows[i].income, rows[i].price);
		snprintf(expected, sizeof expected, "2026-05-09T02:00:00Z sent renewal/%s/last_day\n", rows[i].segment);
		world_event(&world, event);
		buf_clear(&world.log);
		world_advance(&world, "2026-05-09T02:00:00.001Z");
		world_expect(&world,
		             arena_printf(&world.arena, "%s2026-05-09T02:00:00Z exited finished\n", expected).ptr);
		world_release(&world);
	}
}

static const char LATE[] = "2026-04-20T00:00:00Z entered p1\n"
                           "2026-04-20T00:00:00Z skipped late_join notice\n"
                           "2026-04-20T00:00:00Z skipped late_join benefits\n"
                           "2026-04-20T00:00:00Z skipped late_join offer\n";

static void learned_at_day_20_it_starts_with_day_14(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_event(&world, POLICY("2026-04-20T00:00:00Z", "p1, expires_on: 2026-05-10"));
	world_advance(&world, "2026-04-27T00:00:00Z");
	world_expect(&world, arena_printf(&world.arena,
	                                  "%s2026-04-20T00:00:00Z skipped late_join proof\n"
	                                  "2026-04-26T02:00:00Z advanced error (segment low_high: a field or key is "
	                                  "not there (rules/7.yaml:5:13))\n"
	                                  "2026-04-26T02:00:00Z sent renewal/low_low/reminder\n",
	                                  LATE)
	                             .ptr);
	world_release(&world);
}

static const char *with(struct world *world, const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	assert_non_null(at);
	return arena_printf(&world->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from)).ptr;
}

static void with_latest_the_newest_missed_text_goes_at_once(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_edit(&world, RENEWAL_RULES, with(&world, RENEWAL_JOURNEY, "late_join: next", "late_join: latest"));
	world_event(&world, POLICY("2026-04-20T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"));
	assert_int_equal(world.out.action_count, 1);
	assert_true(str_eq(world.out.actions[0].cause, STR("event-1")));
	world_advance(&world, "2026-04-27T00:00:00Z");
	world_expect(&world, arena_printf(&world.arena,
	                                  "%s2026-04-20T00:00:00Z sent renewal/low_low/proof\n"
	                                  "2026-04-26T02:00:00Z sent renewal/low_low/reminder\n",
	                                  LATE)
	                             .ptr);
	assert_int_equal(world.out.actions[0].cause.len, 0);
	world_release(&world);
}

static void with_exit_a_late_joiner_leaves(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_edit(&world, RENEWAL_RULES, with(&world, RENEWAL_JOURNEY, "late_join: next", "late_join: exit"));
	world_event(&world, POLICY("2026-04-20T00:00:00Z", "p1, expires_on: 2026-05-10"));
	world_event(&world, POLICY("2026-03-11T02:00:00Z", "p2, expires_on: 2026-07-10"));
	world_expect(&world, "2026-04-20T00:00:00Z entered p1\n"
	                     "2026-04-20T00:00:00Z exited late_join\n"
	                     "2026-04-20T00:00:00Z entered p2\n");
	world_release(&world);
}

static void learned_when_all_is_over_it_ends_at_once(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_event(&world, POLICY("2026-05-09T02:00:00.001Z", "p1, expires_on: 2026-05-10"));
	assert_true(memmem(world.log.ptr, world.log.len, "exited anchor_past", 18));
	assert_int_equal(world_customer(&world)->instance_count, 0);
	buf_clear(&world.log);
	world_event(&world, POLICY("2026-05-09T02:00:00.001Z", "p2, expires_on: 2026-05-11, car_price: 1"));
	buf_clear(&world.log);
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2026-05-10T02:00:00Z sent renewal/low_low/last_day\n"
	                     "2026-05-10T02:00:00Z exited finished\n");
	world_release(&world);
}

static void at_the_very_instant_of_a_node_it_still_fires(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_event(&world, POLICY("2026-03-11T02:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"));
	world_advance(&world, "2026-03-11T02:00:00Z");
	world_expect(&world, "2026-03-11T02:00:00Z entered p1\n");
	world_advance(&world, "2026-03-11T02:00:00.001Z");
	world_expect(&world, "2026-03-11T02:00:00Z sent renewal/low_low/notice\n");
	world_release(&world);
}

static void renewing_one_policy_leaves_the_other_running(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_event(&world, POLICY("2026-04-27T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"));
	world_event(&world, POLICY("2026-04-27T00:00:00Z", "p2, expires_on: 2026-05-10, car_price: 1"));
	assert_int_equal(world_customer(&world)->instance_count, 2);
	buf_clear(&world.log);
	world_event(&world, "{at: 2026-04-30T00:00:00Z, event: purchase, sku: motor-renewal, policy_id: p1}");
	world_event(&world, "{at: 2026-04-30T00:00:00Z, event: purchase, sku: toaster, policy_id: p2}");
	world_advance(&world, "2026-05-04T00:00:00Z");
	world_expect(&world, "2026-04-30T00:00:00Z exited goal (goal)\n"
	                     "2026-05-03T02:00:00Z sent renewal/low_low/last_week\n");
	world_release(&world);
}

static void a_returned_policy_ends_as_cancelled(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_event(&world, POLICY("2026-01-01T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"));
	world_event(&world, "{at: 2026-03-01T00:00:00Z, event: return, policy_id: p2}");
	world_event(&world, "{at: 2026-03-01T00:00:00Z, event: return, policy_id: p1}");
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2026-01-01T00:00:00Z entered p1\n"
	                     "2026-03-01T00:00:00Z exited exit_when (cancelled)\n");
	world_release(&world);
}

static void income_learned_between_two_nodes_changes_the_wording(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_event(&world, POLICY("2026-04-25T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"));
	world_advance(&world, "2026-04-30T00:00:00Z");
	buf_clear(&world.log);
	world_event(&world, "{at: 2026-05-01T00:00:00Z, event: customer_updated, income: 250000}");
	world_event(&world, "{at: 2026-05-01T00:00:00Z, event: customer_updated}");
	world_advance(&world, "2026-05-04T00:00:00Z");
	world_expect(&world, "2026-05-03T02:00:00Z sent renewal/high_low/last_week\n");
	world_event(&world, "{at: 2026-05-04T00:00:00Z, event: customer_updated, income: null}");
	assert_int_equal(world_customer(&world)->profile[1].kind, VALUE_ABSENT);
	world_release(&world);
}

static void a_date_moved_later_plans_anew_and_repeats_nothing(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world.waits = true;
	world_event(&world, POLICY("2026-03-20T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"));
	world_advance(&world, "2026-04-01T00:00:00Z");
	world_event(&world, POLICY("2026-04-01T00:00:00Z", "p1, expires_on: 2026-06-20, car_price: 1"));
	world_advance(&world, "2026-05-22T00:00:00Z");
	world_expect(&world, "2026-03-20T00:00:00Z entered p1\n"
	                     "2026-03-20T00:00:00Z skipped late_join notice\n"
	                     "2026-03-20T00:00:00Z waiting benefits until 2026-03-26T02:00:00Z\n"
	                     "2026-03-26T02:00:00Z sent renewal/low_low/benefits\n"
	                     "2026-03-26T02:00:00Z waiting offer until 2026-04-10T02:00:00Z\n"
	                     "2026-04-01T00:00:00Z waiting anchor_changed notice until 2026-04-21T02:00:00Z\n"
	                     "2026-04-21T02:00:00Z sent renewal/low_low/notice\n"
	                     "2026-04-21T02:00:00Z waiting offer until 2026-05-21T02:00:00Z\n"
	                     "2026-05-21T02:00:00Z sent renewal/low_low/offer\n"
	                     "2026-05-21T02:00:00Z waiting proof until 2026-05-30T02:00:00Z\n");
	world_release(&world);
}

static void a_date_moved_earlier_passes_over_what_lies_behind(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_event(&world, POLICY("2026-03-30T00:00:00Z", "p1, expires_on: 2026-06-20, car_price: 1"));
	world_event(&world, POLICY("2026-04-01T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"));
	world_advance(&world, "2026-04-11T00:00:00Z");
	world_expect(&world, "2026-03-30T00:00:00Z entered p1\n"
	                     "2026-04-01T00:00:00Z skipped late_join notice\n"
	                     "2026-04-01T00:00:00Z skipped late_join benefits\n"
	                     "2026-04-10T02:00:00Z sent renewal/low_low/offer\n");
	world_release(&world);
}

static void a_date_moved_into_the_past_ends_it(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_event(&world, POLICY("2026-05-04T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"));
	buf_clear(&world.log);
	world_event(&world, POLICY("2026-05-05T00:00:00Z", "p1, expires_on: 2026-05-05, car_price: 1"));
	assert_true(memmem(world.log.ptr, world.log.len, "exited anchor_past", 18));
	assert_int_equal(customer_peek_due(buf_view(&world.record)).ms, INSTANT_NEVER.ms);
	world_release(&world);
}

static void a_date_removed_ends_it_and_says_so(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_event(&world, POLICY("2026-03-30T00:00:00Z", "p1, expires_on: 2026-06-20, car_price: 1"));
	world_event(&world, POLICY("2026-04-01T00:00:00Z", "p1, expires_on: null, car_price: 1"));
	world_event(&world, POLICY("2026-04-02T00:00:00Z", "p3"));
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2026-03-30T00:00:00Z entered p1\n"
	                     "2026-04-01T00:00:00Z exited anchor_missing\n"
	                     "2026-04-02T00:00:00Z entered p3\n"
	                     "2026-04-02T00:00:00Z exited anchor_missing\n");
	world_release(&world);
}

static void with_wait_a_removed_date_waits_for_another(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_edit(&world, RENEWAL_RULES, with(&world, RENEWAL_JOURNEY, "if_missing: exit", "if_missing: wait"));
	world.waits = true;
	world_event(&world, POLICY("2026-04-28T00:00:00Z", "p1, car_price: 1"));
	world_event(&world, POLICY("2026-04-29T00:00:00Z", "p1, expires_on: 2026-05-20, car_price: 1"));
	world_event(&world, POLICY("2026-04-30T00:00:00Z", "p1, expires_on: null, car_price: 1"));
	world_advance(&world, "2026-05-17T00:00:00Z");
	world_event(&world, POLICY("2026-05-17T00:00:00Z", "p1, expires_on: 2026-07-16, car_price: 1"));
	world_expect(&world, "2026-04-28T00:00:00Z entered p1\n"
	                     "2026-04-28T00:00:00Z waiting anchor_missing node-1\n"
	                     "2026-04-29T00:00:00Z skipped late_join notice\n"
	                     "2026-04-29T00:00:00Z skipped late_join benefits\n"
	                     "2026-04-29T00:00:00Z skipped late_join offer\n"
	                     "2026-04-29T00:00:00Z waiting proof until 2026-04-29T02:00:00Z\n"
	                     "2026-04-29T02:00:00Z sent renewal/low_low/proof\n"
	                     "2026-04-29T02:00:00Z waiting reminder until 2026-05-06T02:00:00Z\n"
	                     "2026-04-30T00:00:00Z waiting anchor_missing node-1\n"
	                     "2026-05-17T00:00:00Z waiting notice until 2026-05-17T02:00:00Z\n");
	world_release(&world);
}

static void with_keep_and_exit_a_moved_date_does_what_the_author_chose(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_edit(&world, RENEWAL_RULES, with(&world, RENEWAL_JOURNEY, "on_change: replan", "on_change: keep"));
	world_event(&world, POLICY("2026-05-04T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"));
	buf_clear(&world.log);
	world_event(&world, POLICY("2026-05-05T00:00:00Z", "p1, expires_on: 2026-06-10, car_price: 1"));
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2026-05-09T02:00:00Z sent renewal/low_low/last_day\n"
	                     "2026-05-09T02:00:00Z exited finished\n");
	world_edit(&world, RENEWAL_RULES, with(&world, RENEWAL_JOURNEY, "on_change: replan", "on_change: exit"));
	world_event(&world, POLICY("2026-12-01T00:00:00Z", "p1, expires_on: 2027-05-10, car_price: 1"));
	world_event(&world, POLICY("2026-12-02T00:00:00Z", "p1, expires_on: 2027-05-10, car_price: 2"));
	world_event(&world, POLICY("2026-12-03T00:00:00Z", "p1, expires_on: 2027-05-11, car_price: 2"));
	world_expect(&world, "2026-12-01T00:00:00Z entered p1\n"
	                     "2026-12-03T00:00:00Z exited anchor_changed\n");
	world_release(&world);
}

static void an_action_carries_what_the_author_wrote(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_event(&world, POLICY("2026-05-04T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"));
	world_event(&world, "{at: 2026-05-05T00:00:00.120Z, event: click}");
	world_event(&world, "{at: 2026-05-09T02:00:00Z, event: click}"); /* at the same instant: counted before */
	world_advance(&world, "2026-12-01T00:00:00Z");
	assert_int_equal(world.out.action_count, 1);
	const struct action *action = &world.out.actions[0];
	assert_int_equal(action->data_count, 3);
	assert_true(str_eq(value_text(action->data[0].value), STR("p1")));
	assert_int_equal(action->data[1].value.i, 2);
	assert_int_equal(value_to_instant(action->data[2].value).ms, action->time.ms);
	assert_true(str_eq(action->key, STR("p1")));
	assert_true(str_eq(action->node, STR("last_day")));
	assert_true(str_eq(action->segment, STR("low_low")));
	assert_true(str_eq(action->channel, STR("email")));
	assert_int_equal(action->expires.ms, INSTANT_NEVER.ms);
	assert_int_equal(action->cause.len, 0);
	world_release(&world);
}

static void absent_data_is_null(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_event(&world, POLICY("2026-05-04T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"));
	world_advance(&world, "2026-12-01T00:00:00Z");
	assert_int_equal(world.out.actions[0].data[2].value.kind, VALUE_NULL);
	assert_int_equal(world.out.faults, 0);
	world_release(&world);
}

static void an_edit_is_taken_up_by_those_who_wait(void **state)
{
	struct world world;
	(void)state;
	setup(&world);
	world_event(&world, POLICY("2026-04-21T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"));
	world_advance(&world, "2026-04-30T00:00:00Z");
	buf_clear(&world.log);
	world_edit(&world, RENEWAL_RULES, with(&world, RENEWAL_JOURNEY, "10:00", "11:00"));
	world_advance(&world, "2026-05-04T00:00:00Z");
	world_edit(&world, RENEWAL_RULES,
	           with(&world, RENEWAL_JOURNEY, "before: { 60d: notice, 45d: benefits,", "before: {"));
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2026-05-03T03:00:00Z sent renewal/low_low/last_week\n"
	                     "2026-05-09T03:00:00Z sent renewal/low_low/last_day\n"
	                     "2026-05-09T03:00:00Z exited finished\n");
	world_release(&world);
}

static void ids_are_the_same_for_the_same_and_differ_otherwise(void **state)
{
	struct hash128 ids[4];
	static const char *const events[] = {
	        POLICY("2026-05-04T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"),
	        POLICY("2026-05-04T00:00:00Z", "p1, expires_on: 2026-05-10, car_price: 1"),
	        POLICY("2026-05-04T00:00:00Z", "p1, expires_on: 2026-05-11, car_price: 1"),
	        POLICY("2026-05-04T00:00:01Z", "p1, expires_on: 2026-05-10, car_price: 1")};
	struct world world;
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		setup(&world);
		world_event(&world, events[i]);
		world_advance(&world, "2026-12-01T00:00:00Z");
		ids[i] = world.out.actions[0].id;
		world_release(&world);
	}
	assert_memory_equal(&ids[0], &ids[1], sizeof ids[0]);
	assert_memory_not_equal(&ids[0], &ids[2], sizeof ids[0]);
	assert_memory_not_equal(&ids[0], &ids[3], sizeof ids[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(seven_messages_go_out_at_ten_local_time),
	        cmocka_unit_test(each_of_four_segments_has_its_wording),
	        cmocka_unit_test(learned_at_day_20_it_starts_with_day_14),
	        cmocka_unit_test(with_latest_the_newest_missed_text_goes_at_once),
	        cmocka_unit_test(with_exit_a_late_joiner_leaves),
	        cmocka_unit_test(learned_when_all_is_over_it_ends_at_once),
	        cmocka_unit_test(at_the_very_instant_of_a_node_it_still_fires),
	        cmocka_unit_test(renewing_one_policy_leaves_the_other_running),
	        cmocka_unit_test(a_returned_policy_ends_as_cancelled),
	        cmocka_unit_test(income_learned_between_two_nodes_changes_the_wording),
	        cmocka_unit_test(a_date_moved_later_plans_anew_and_repeats_nothing),
	        cmocka_unit_test(a_date_moved_earlier_passes_over_what_lies_behind),
	        cmocka_unit_test(a_date_moved_into_the_past_ends_it),
	        cmocka_unit_test(a_date_removed_ends_it_and_says_so),
	        cmocka_unit_test(with_wait_a_removed_date_waits_for_another),
	        cmocka_unit_test(with_keep_and_exit_a_moved_date_does_what_the_author_chose),
	        cmocka_unit_test(an_action_carries_what_the_author_wrote),
	        cmocka_unit_test(absent_data_is_null),
	        cmocka_unit_test(an_edit_is_taken_up_by_those_who_wait),
	        cmocka_unit_test(ids_are_the_same_for_the_same_and_differ_otherwise),
	};
	return cmocka_run_group_tests_name("engine_renewal", tests, NULL, NULL);
}
