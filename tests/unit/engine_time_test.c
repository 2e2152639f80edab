/* SPDX-License-Identifier: Apache-2.0 */
/* Zones, daylight saving, late, early and repeated events, and the order at one instant. */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char RULES[] =
        "event: set\n"
        "fields: { key: string, day: date, moment: timestamp, zone: string, born: date }\n"
        "sets: { timezone: event.zone, born: event.born }\n"
        "---\n"
        "event: click\n"
        "fields: { x: int }\n"
        "---\n"
        "profile: { born: date }\n"
        "---\n"
        "traits: { clicks: { count: click }, last: { last_time: click }, first: { first_time: click } }\n"
        "---\n"
        "templates: [a, b, early, late]\n"
        "---\n"
        "limits: { actions_per_day: 20, duplicate_window: 4 }\n";

/* At 02:30, which spring skips and autumn shows twice. */
static const char NIGHT[] = "journey: night\n"
                            "entry: { event: set, when: has(event.day) }\n"
                            "key: event.key\n"
                            "anchor: { date: event.day }\n"
                            "nodes:\n"
                            "  - sequence: { at: \"02:30\", before: { 1d: before, 0d: on }, after: { 1d: after } }\n"
                            "    send: { channel: email, template: a }\n";

static void local_times_that_the_clock_skips_move_forward(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, NIGHT);
	world_event(&world, "{at: 2026-03-01T00:00:00Z, event: set, key: k, day: 2026-03-29, zone: Europe/Berlin}");
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2026-03-01T00:00:00Z entered k\n"
	                     "2026-03-28T01:30:00Z sent a\n"
	                     "2026-03-29T01:30:00Z sent a\n" /* 03:30 CEST */
	                     "2026-03-30T00:30:00Z sent a\n"
	                     "2026-03-30T00:30:00Z exited finished\n");
	world_release(&world);
}

static void local_times_shown_twice_mean_the_first(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, NIGHT);
	world_event(&world,
	            "{at: 2010-11-01T00:00:00Z, event: set, key: k, day: 2010-11-07, zone: America/Los_Angeles}");
	world_advance(&world, "2026-12-01T00:00:00Z");
	world_expect(&world, "2010-11-01T00:00:00Z entered k\n"
	                     "2010-11-06T09:30:00Z sent a\n"
	                     "2010-11-07T10:30:00Z sent a\n" /* 02:30 PST: 01:00-02:00 is what repeats */
	                     "2010-11-08T10:30:00Z sent a\n"
	                     "2010-11-08T10:30:00Z exited finished\n");
	world_event(&world, "{at: 2026-10-20T00:00:00Z, event: set, key: k, day: 2026-10-25, zone: Europe/Berlin}");
	buf_clear(&world.log);
	world_advance(&world, "2026-10-25T12:00:00Z");
	world_expect(&world, "2026-10-24T00:30:00Z sent a\n"
	                     "2026-10-25T00:30:00Z sent a\n");
	world_release(&world);
}

static void a_zone_without_rule_and_one_by_offset_are_zones(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, NIGHT);
	world_event(&world, "{at: 2026-07-01T00:00:00Z, event: set, key: k, day: 2026-07-10, zone: Asia/Kolkata}");
	world_advance(&world, "2026-07-09T00:00:00Z");
	world_event(&world, "{at: 2026-07-09T00:00:00Z, event: set, key: k, day: 2026-07-10, zone: \"+02:00\"}");
	world_advance(&world, "2026-07-11T00:00:00Z");
	world_expect(&world, "2026-07-01T00:00:00Z entered k\n"
	                     "2026-07-08T21:00:00Z sent a\n"
	                     "2026-07-10T00:30:00Z sent a\n");
	assert_int_equal(world.out.bad_zones, 0);
	world_release(&world);
}

static void a_zone_that_does_not_exist_falls_back_and_is_counted(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, NIGHT);
	world_event(&world, "{at: 2026-07-01T00:00:00Z, event: set, key: k, day: 2026-07-10, zone: Mars/Olympus}");
	assert_true(world.out.bad_zones > 0);
	buf_clear(&world.log);
	world_advance(&world, "2026-07-09T12:00:00Z");
	world_expect(&world, "2026-07-09T02:30:00Z sent a\n");
	world_release(&world);
}

static void zones_are_looked_for_in_profile_journey_rules_and_configuration(void **state)
{
	static const char *const rules[] = {"", "---\nlimits: { timezone: Asia/Tokyo }\n"};
	static const char *const zones[] = {"", "timezone: Asia/Shanghai\n"};
	static const char *const expected[] = {"2026-07-09T03:30:00Z", "2026-07-08T17:30:00Z", "2026-07-08T18:30:00Z",
	                                       "2026-07-08T18:30:00Z"};
	struct world world;
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		world_init(&world, RULES, NIGHT);
		struct str base = str_from(RULES);
		base.len -= strlen(strstr(RULES, "---\nlimits"));
		struct str with_rules = arena_printf(&world.arena, "%.*s%s", STR_ARG(base), rules[i & 1]);
		struct str journey = arena_printf(&world.arena, "journey: night\n%s%s", zones[i >> 1], NIGHT + 15);
		world_edit(&world, with_rules.ptr, journey.ptr);
		struct zone fixed;
		world.engine.zone = zone_find(&world.zones, STR("-01:00"), &fixed);
		world_event(&world, "{at: 2026-07-01T00:00:00Z, event: set, key: k, day: 2026-07-10}");
		buf_clear(&world.log);
		world_advance(&world, "2026-07-09T12:00:00Z");
		world_expect(&world, arena_printf(&world.arena, "%s sent a\n", expected[i]).ptr);
		world_release(&world);
	}
}

static void a_customer_who_moves_gets_the_rest_at_the_new_local_time(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, NIGHT);
	world_event(&world, "{at: 2026-07-01T00:00:00Z, event: set, key: k, day: 2026-07-10, zone: Asia/Tokyo}");
	world_event(&world, "{at: 2026-07-02T00:00:00Z, event: set, zone: America/New_York}");
	world_advance(&world, "2026-07-09T12:00:00Z");
	world_expect(&world, "2026-07-01T00:00:00Z entered k\n"
	                     "2026-07-09T06:30:00Z sent a\n");
	world_release(&world);
}

static void a_date_from_the_profile_moves_with_it(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES,
	           "journey: leap\n"
	           "entry: { event: click }\n"
	           "anchor: { date: profile.born, if_missing: wait }\n"
	           "nodes:\n"
	           "  - sequence: { at: \"09:00\", before: { 1d: early }, after: { 1d: late } }\n"
	           "    send: { channel: email, template: \"{node}\" }\n");
	world_event(&world, "{at: 2028-01-01T00:00:00Z, event: click}");
	world_event(&world, "{at: 2028-01-02T00:00:00Z, event: set, born: 2028-02-29}");
	world_advance(&world, "2028-02-29T00:00:00Z");
	world_event(&world, "{at: 2028-02-29T00:00:00Z, event: set, born: 2028-03-01}");
	world_advance(&world, "2029-01-01T00:00:00Z");
	world_expect(&world, "2028-01-01T00:00:00Z entered \n"
	                     "2028-02-28T09:00:00Z sent early\n"
	                     "2028-03-02T09:00:00Z sent late\n"
	                     "2028-03-02T09:00:00Z exited finished\n");
	world_release(&world);
}

static void calendar_days_cross_29_february(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, NIGHT);
	world_event(&world, "{at: 2028-02-01T00:00:00Z, event: set, key: k, day: 2028-02-29}");
	world_event(&world, "{at: 2028-02-01T00:00:00Z, event: set, key: l, day: 2026-02-28}");
	world_advance(&world, "2028-12-01T00:00:00Z");
	world_expect(&world, "2028-02-01T00:00:00Z entered k\n"
	                     "2028-02-01T00:00:00Z entered l\n"
	                     "2028-02-01T00:00:00Z skipped late_join before\n"
	                     "2028-02-01T00:00:00Z skipped late_join on\n"
	                     "2028-02-01T00:00:00Z skipped late_join after\n"
	                     "2028-02-01T00:00:00Z exited anchor_past\n"
	                     "2028-02-28T02:30:00Z sent a\n"
	                     "2028-02-29T02:30:00Z sent a\n"
	                     "2028-03-01T02:30:00Z sent a\n"
	                     "2028-03-01T02:30:00Z exited finished\n");
	world_release(&world);
}

static void a_moment_as_anchor_counts_by_24_hours(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES,
	           "journey: moment\n"
	           "entry: { event: set }\n"
	           "anchor: { date: event.moment }\n"
	           "nodes:\n"
	           "  - sequence: { before: { 1d12h: early }, after: { 2d: late } }\n"
	           "    send: { channel: email, template: \"{node}\", expires_after: 2d }\n");
	world_event(&world,
	            "{at: 2026-03-20T00:00:00Z, event: set, moment: 2026-03-28T12:00:00.500Z, zone: Europe/Berlin}");
	world_advance(&world, "2026-12-01T00:00:00Z");
	assert_int_equal(world.out.actions[1].expires.ms - world.out.actions[1].time.ms, 2 * DAY_MS);
	world_expect(&world, "2026-03-20T00:00:00Z entered \n"
	                     "2026-03-27T00:00:00.500Z sent early\n"
	                     "2026-03-30T12:00:00.500Z sent late\n"
	                     "2026-03-30T12:00:00.500Z exited finished\n");
	world_release(&world);
}

static void repeated_ids_are_dropped_within_the_window(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, NIGHT);
	assert_int_equal(world_event(&world, "{at: 2026-01-01T00:00:00Z, event: click, id: a}"), ENGINE_APPLIED);
	assert_int_equal(world_event(&world, "{at: 2026-01-01T01:00:00Z, event: click, id: a}"), ENGINE_DUPLICATE);
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: click, id: b}");
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: click, id: c}");
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: click, id: d}");
	assert_int_equal(world_event(&world, "{at: 2026-01-01T00:00:00Z, event: click, id: a}"), ENGINE_DUPLICATE);
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: click, id: e}");
	assert_int_equal(world_event(&world, "{at: 2026-01-01T00:00:00Z, event: click, id: a}"), ENGINE_APPLIED);
	assert_int_equal(world.out.duplicates, 2);
	assert_int_equal(world.out.events, 6);
	assert_int_equal(world_customer(&world)->traits[0].i, 6);
	world_release(&world);
}

static int64_t trait_time(struct world *world, size_t trait)
{
	return value_to_instant(world_customer(world)->traits[trait]).ms;
}

static void late_events_count_by_their_own_time_and_act_now(void **state)
{
	struct world world;
	struct instant ten, nine;
	(void)state;
	world_init(&world, RULES, NIGHT);
	instant_parse(STR("2026-01-01T10:00:00Z"), &ten);
	instant_parse(STR("2026-01-01T09:00:00Z"), &nine);
	world_event(&world, "{at: 2026-01-01T10:00:00Z, event: click}");
	world_event(&world, "{at: 2026-01-01T09:00:00Z, event: click}");
	world_event(&world, "{at: 2026-01-01T09:30:00Z, event: set, key: k, day: 2026-01-01}");
	assert_int_equal(world.out.late, 2);
	assert_int_equal(world_customer(&world)->logical.ms, ten.ms);
	assert_int_equal(trait_time(&world, 1), ten.ms);
	assert_int_equal(trait_time(&world, 2), nine.ms);
	world_expect(&world, "2026-01-01T10:00:00Z entered k\n"
	                     "2026-01-01T10:00:00Z skipped late_join before\n"
	                     "2026-01-01T10:00:00Z skipped late_join on\n");
	world_release(&world);
}

static void events_from_the_future_are_cut_to_now(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, NIGHT);
	instant_parse(STR("2026-01-01T10:00:00Z"), &world.now);
	world_event(&world, "{at: 2099-01-01T10:00:00Z, event: click}");
	assert_int_equal(world.out.future, 1);
	assert_int_equal(world_customer(&world)->logical.ms, world.now.ms);
	assert_int_equal(trait_time(&world, 1), world.now.ms);
	world_release(&world);
}

static void a_tick_lets_time_pass_and_nothing_else(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, NIGHT);
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: set, key: k, day: 2026-01-10}");
	struct customer customer = *world_customer(&world);
	struct event tick = {.id = STR("tick-1")};
	instant_parse(STR("2026-01-09T02:30:00Z"), &tick.time);
	engine_event(&world.engine, &customer, &tick, INSTANT_NEVER, &world.out);
	assert_int_equal(world.out.action_count, 0);
	tick.time.ms++;
	engine_event(&world.engine, &customer, &tick, INSTANT_NEVER, &world.out);
	assert_int_equal(world.out.action_count, 1);
	assert_int_equal(customer.seen_count, 1);
	world_release(&world);
}

static void at_one_instant_priority_then_older_anchor_then_name_then_key(void **state)
{
	static const char journeys[] = "journey: %s\n"
	                               "priority: %d\n"
	                               "entry: { event: set }\n"
	                               "key: event.key\n"
	                               "anchor: { date: event.day }\n"
	                               "nodes:\n"
	                               "  - sequence: { at: \"10:00\", before: { %dd: early } }\n"
	                               "    send: { channel: email, template: %s }\n";
	struct world world;
	(void)state;
	world_init(&world, RULES, NIGHT);
	struct str files[4];
	files[0] = arena_printf(&world.arena, journeys, "zz-first", 90, 3, "late");
	files[1] = arena_printf(&world.arena, journeys, "a", 50, 3, "a");
	files[2] = arena_printf(&world.arena, journeys, "b", 50, 3, "b");
	files[3] = arena_printf(&world.arena, journeys, "c-older", 50, 2, "early");
	world_edit(&world, RULES,
	           arena_printf(&world.arena, "%s---\n%s---\n%s---\n%s", files[0].ptr, files[1].ptr, files[2].ptr,
	                        files[3].ptr)
	                   .ptr);
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: set, key: y, day: 2026-01-10}");
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: set, key: x, day: 2026-01-10}");
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: set, key: o, day: 2026-01-09}");
	buf_clear(&world.log);
	world_advance(&world, "2026-01-07T10:00:00.001Z");
	const char *const order[] = {"late o", "a o", "b o", "late x", "late y", "early o", "a x", "a y", "b x", "b y"};
	size_t count = 0;
	struct buf got = {0};
	for (size_t i = 0; i < world.out.action_count; i++) {
		const struct action *action = &world.out.actions[i];
		buf_clear(&got);
		buf_printf(&got, "%.*s %.*s", STR_ARG(action->template), STR_ARG(action->key));
		assert_true(count < 10);
		if (!str_eq(buf_view(&got), str_from(order[count])))
			fail_msg("at %zu: %.*s", count, STR_ARG(buf_view(&got)));
		count++;
	}
	buf_release(&got);
	assert_int_equal(count, 10);
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(local_times_that_the_clock_skips_move_forward),
	        cmocka_unit_test(local_times_shown_twice_mean_the_first),
	        cmocka_unit_test(a_zone_without_rule_and_one_by_offset_are_zones),
	        cmocka_unit_test(a_zone_that_does_not_exist_falls_back_and_is_counted),
	        cmocka_unit_test(zones_are_looked_for_in_profile_journey_rules_and_configuration),
	        cmocka_unit_test(a_customer_who_moves_gets_the_rest_at_the_new_local_time),
	        cmocka_unit_test(a_date_from_the_profile_moves_with_it),
	        cmocka_unit_test(calendar_days_cross_29_february),
	        cmocka_unit_test(a_moment_as_anchor_counts_by_24_hours),
	        cmocka_unit_test(repeated_ids_are_dropped_within_the_window),
	        cmocka_unit_test(late_events_count_by_their_own_time_and_act_now),
	        cmocka_unit_test(events_from_the_future_are_cut_to_now),
	        cmocka_unit_test(a_tick_lets_time_pass_and_nothing_else),
	        cmocka_unit_test(at_one_instant_priority_then_older_anchor_then_name_then_key),
	};
	return cmocka_run_group_tests_name("engine_time", tests, NULL, NULL);
}
