/* SPDX-License-Identifier: Apache-2.0 */
/* Segments that time alone comes into and leaves, without any event then. */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define EVENTS \
	"event: buy\nfields: { total: double, points: int, zone: string }\nsets: { timezone: event.zone }\n---\n" \
	"event: ask\nfields: { x: int }\n---\nprofile: { quiet: bool }\n---\ntemplates: [come, gone]\n---\n"

static const char COME[] = "journey: come\nentry: { segment: s }\nreentry: always\nnodes:\n"
                           "  - send: { channel: email, template: come }\n"
                           "---\n"
                           "journey: gone\nentry: { segment: s, on: leave }\nreentry: always\nnodes:\n"
                           "  - send: { channel: email, template: gone }\n";

/* One purchase on 2 January at 10:00 UTC, another on the 5th at 23:30; what is sent until the end of 2027. */
static void expect_sends(const char *rules, const char *zone, const char *lines)
{
	struct world world;
	world_init(&world, rules, COME);
	world_event(&world,
	            arena_printf(&world.arena,
	                         "{at: 2026-01-02T10:00:00Z, event: buy, total: 60, points: 600, zone: %s}", zone)
	                    .ptr);
	world_event(&world, "{at: 2026-01-05T23:30:00Z, event: buy, total: 60, points: 600}");
	world_advance(&world, "2028-01-01T00:00:00Z");
	buf_char(&world.log, '\0');
	struct buf sends = {0};
	for (char *line = world.log.ptr, *end; line && *line && (end = strchr(line, '\n')); line = end + 1)
		if (strstr(line, " sent ") && strstr(line, " sent ") < end)
			buf_str(&sends, (struct str){line, (size_t)(end + 1 - line)});
	buf_char(&sends, '\0');
	assert_string_equal(sends.ptr, lines);
	buf_release(&sends);
	world_release(&world);
}

static void what_leaves_a_window_lets_in_and_out_at_that_moment(void **state)
{
	(void)state;
	expect_sends(EVENTS "traits: { n: { count: buy, within: 30d } }\n---\n"
	                    "segment: s\ncases: { none: trait.n == 0 }\n",
	             "UTC", "2026-02-04T23:30:00Z sent come\n");
	expect_sends(EVENTS "traits: { n: { count: buy, within: 30d } }\n---\n"
	                    "segment: s\ncases: { two: trait.n >= 2 }\n",
	             "UTC",
	             "2026-01-05T23:30:00Z sent come\n"
	             "2026-02-01T10:00:00Z sent gone\n");
	expect_sends(EVENTS "traits: { m: { max: buy, of: event.total, within: 36h } }\n---\n"
	                    "segment: s\ncases: { big: trait.m > 50.0 }\n",
	             "UTC",
	             "2026-01-02T10:00:00Z sent come\n"
	             "2026-01-03T22:00:00Z sent gone\n"
	             "2026-01-05T23:30:00Z sent come\n"
	             "2026-01-07T11:30:00Z sent gone\n");
	expect_sends(EVENTS "traits: { d: { distinct: buy, of: event.points, within: 10d } }\n---\n"
	                    "segment: s\ncases: { any: trait.d > 0 }\n",
	             "UTC",
	             "2026-01-02T10:00:00Z sent come\n"
	             "2026-01-15T23:30:00Z sent gone\n");
}

static void days_are_counted_at_midnight_where_the_customer_is(void **state)
{
	static const char RULES[] = EVENTS "traits: { d: { days_since: buy } }\n---\n"
	                                   "segment: s\ncases: { lapsed: trait.d >= 30 && trait.d < 90 }\n";
	(void)state;
	expect_sends(RULES, "UTC", "2026-02-04T00:00:00Z sent come\n2026-04-05T00:00:00Z sent gone\n");
	expect_sends(RULES, "Asia/Shanghai", "2026-02-04T16:00:00Z sent come\n2026-04-05T16:00:00Z sent gone\n");
	/* 6 January there, too; from 29 March on midnight is an hour earlier. */
	expect_sends(RULES, "Europe/Berlin", "2026-02-04T23:00:00Z sent come\n2026-04-05T22:00:00Z sent gone\n");
	/* A clock that skips midnight on 29 March (Beirut): the day begins at 01:00. */
	expect_sends(EVENTS "traits: { d: { days_since: buy } }\n---\nsegment: s\ncases: { x: trait.d == 82 }\n",
	             "Asia/Beirut", "2026-03-28T22:00:00Z sent come\n2026-03-29T21:00:00Z sent gone\n");
}

static void what_is_computed_from_what_is_computed_changes_too(void **state)
{
	(void)state;
	expect_sends(EVENTS "traits:\n"
	                    "  n: { count: buy, within: 30d }\n"
	                    "  twice: { value: trait.n * 2 }\n"
	                    "  more: { value: trait.twice + 1 }\n"
	                    "---\nsegment: s\ncases: { five: trait.more == 5 }\n",
	             "UTC", "2026-01-05T23:30:00Z sent come\n2026-02-01T10:00:00Z sent gone\n");
	expect_sends(EVENTS "traits:\n"
	                    "  points: { sum: buy, of: event.points, within: 365d }\n"
	                    "  tier: { tier: { points: trait.points, steps: { silver: 1000 }, else: none } }\n"
	                    "---\nsegment: s\ncases: { silver: trait.tier == \"silver\" }\n",
	             "UTC", "2026-01-05T23:30:00Z sent come\n2027-01-02T10:00:00Z sent gone\n");
	expect_sends(EVENTS "traits:\n"
	                    "  days: { days_since: buy }\n"
	                    "  n: { count: buy, within: 365d }\n"
	                    "  score: { rfm: { recency: { of: trait.days, limits: [180, 90, 30, 14] },\n"
	                    "    frequency: { of: trait.n, limits: [2, 4, 8, 12] },\n"
	                    "    monetary: { of: trait.n, limits: [50, 150, 400, 1000] } } }\n"
	                    "---\nsegment: s\ncases: { lately: trait.score.startsWith(\"4\") }\n",
	             "UTC", "2026-01-20T00:00:00Z sent come\n2026-02-05T00:00:00Z sent gone\n");
}

static void a_chance_falls_below_a_limit_at_a_midnight(void **state)
{
	(void)state;
	expect_sends(EVENTS "tables: { fit: { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426, unit_days: 7 } }\n---\n"
	                    "traits:\n"
	                    "  n: { count: buy }\n"
	                    "  first: { first_time: buy }\n"
	                    "  last: { last_time: buy }\n"
	                    "  alive: { value: \"p_alive(table.fit, trait.n, trait.first, trait.last)\" }\n"
	                    "---\nsegment: s\ncases: { going: trait.alive < 0.5 }\n",
	             "UTC", "2026-02-26T00:00:00Z sent come\n");
}

static void days_and_moments_that_are_written_count(void **state)
{
	(void)state;
	expect_sends(EVENTS "segment: s\ncases: { summer: 'today() >= date(\"2026-06-01\") && month(today()) < 9' }\n",
	             "UTC",
	             "2026-06-01T00:00:00Z sent come\n2026-09-01T00:00:00Z sent gone\n"
	             "2027-01-01T00:00:00Z sent come\n2027-09-01T00:00:00Z sent gone\n");
}

static void what_a_node_sets_lets_somebody_in_at_once(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, EVENTS "segment: s\ncases: { quiet: \"default(profile.quiet, false)\" }\n",
	           "journey: hush\nentry: { event: buy }\nnodes:\n  - wait: 2d\n  - set: { profile: { quiet: \"true\" "
	           "} }\n"
	           "---\n"
	           "journey: come\nentry: { segment: s }\nnodes:\n  - send: { channel: email, template: come }\n");
	world_event(&world, "{at: 2026-01-02T10:00:00Z, event: buy}");
	buf_clear(&world.log);
	world_advance(&world, "2026-02-01T00:00:00Z");
	buf_char(&world.log, '\0');
	assert_non_null(strstr(world.log.ptr, "2026-01-04T10:00:00Z sent come\n"));
	world_release(&world);
}

/* Nobody is woken for nothing: no data, no day to look at. */
static void who_has_no_data_is_not_woken(void **state)
{
	struct world world;
	(void)state;
	world_init(&world,
	           EVENTS "traits: { d: { days_since: buy }, n: { count: buy, within: 9d } }\n---\n"
	                  "segment: s\ncases: { x: \"default(trait.d, 0) > 9 && trait.n == 0\" }\n",
	           COME);
	world_event(&world, "{at: 2026-01-02T10:00:00Z, event: ask}");
	world_advance(&world, "2028-01-01T00:00:00Z");
	assert_int_equal(world.out.timers, 0);
	world_event(&world, "{at: 2028-01-01T10:00:00Z, event: buy}");
	world_advance(&world, "2028-03-01T00:00:00Z");
	assert_in_range(world.out.timers, 1, 24);
	world_release(&world);
}

/* The moment is known long before, and nothing wakes up on the way to it. */
static void a_window_of_300_days_wakes_nobody_before_its_end(void **state)
{
	struct world world;
	(void)state;
	world_init(&world,
	           EVENTS
	           "traits: { n: { count: buy, within: 300d } }\n---\nsegment: s\ncases: { none: trait.n == 0 }\n",
	           COME);
	world_event(&world, "{at: 2026-01-02T10:00:00.123Z, event: buy, total: 1, points: 1}");
	world.out.timers = 0;
	world_advance(&world, "2026-10-29T10:00:00.123Z");
	assert_int_equal(world.out.timers, 0);
	assert_int_equal(world_customer(&world)->watches[0].due.ms, INT64_C(1793268000123));
	world_advance(&world, "2026-10-29T10:00:00.124Z");
	assert_int_equal(world.out.action_count, 1);
	assert_int_equal(world.out.actions[0].time.ms, INT64_C(1793268000123));
	world_advance(&world, "2030-01-01T00:00:00Z");
	assert_int_equal(world_customer(&world)->watches[0].due.ms, INSTANT_NEVER.ms);
	world_release(&world);
}

static void a_trait_that_fails_is_told_and_wakes_nobody_for_ever(void **state)
{
	struct world world;
	(void)state;
	world_init(&world,
	           EVENTS "traits: { n: { count: buy, within: 3d }, share: { value: 10 / trait.n } }\n---\n"
	                  "segment: s\ncases: { much: trait.share > 5 }\n",
	           COME);
	world_event(&world, "{at: 2026-01-02T10:00:00Z, event: buy, total: 1, points: 1}");
	world_advance(&world, "2030-01-01T00:00:00Z");
	assert_true(world.out.faults > 0 && world.out.faults < 20);
	assert_true(world.out.timers < 20);
	assert_int_equal(world_customer(&world)->watch_count, 0); /* nothing to look at, nothing to keep */
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_leaves_a_window_lets_in_and_out_at_that_moment),
	        cmocka_unit_test(days_are_counted_at_midnight_where_the_customer_is),
	        cmocka_unit_test(what_is_computed_from_what_is_computed_changes_too),
	        cmocka_unit_test(a_chance_falls_below_a_limit_at_a_midnight),
	        cmocka_unit_test(days_and_moments_that_are_written_count),
	        cmocka_unit_test(what_a_node_sets_lets_somebody_in_at_once),
	        cmocka_unit_test(who_has_no_data_is_not_woken),
	        cmocka_unit_test(a_window_of_300_days_wakes_nobody_before_its_end),
	        cmocka_unit_test(a_trait_that_fails_is_told_and_wakes_nobody_for_ever),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
