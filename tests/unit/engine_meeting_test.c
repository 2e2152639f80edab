/* SPDX-License-Identifier: Apache-2.0 */
/* Where parts of the language meet: edits with experiments and kept values, pauses with events, the calendar with
 * edits, segments with journeys that change what they read. */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char RULES[] = "event: order\nfields: { day: date, total: int }\n---\n"
                            "event: click\n---\n"
                            "event: stop\n---\n"
                            "templates: [hello, again, bye, t/a, t/b, t/c]\n";

#define AT "2026-03-05T10:00:00Z "

/* ---- edits ---- */

static void values_are_moved_by_their_names(void **state)
{
	static const char OLD[] = "journey: j\nentry: { event: order }\nnodes:\n"
	                          "  - set: { run: { x: event.total } }\n"
	                          "  - { name: was, wait: 3d }\n"
	                          "  - { send: { channel: email, template: hello, data: { x: run.x } } }\n";
	static const char NEW[] = "journey: j\nmigrate: { was: now }\nentry: { event: order }\nnodes:\n"
	                          "  - set: { run: { a: 1, b: 2, c: 3, x: event.total } }\n"
	                          "  - { name: now, wait: 3d }\n"
	                          "  - { send: { channel: email, template: hello, data: { x: run.x, a: run.a } } }\n";
	struct world world;
	(void)state;
	world_init(&world, RULES, OLD);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: order, total: 7}");
	world_edit_keeping(&world, RULES, NEW, OLD);
	world_advance(&world, "2026-03-20T00:00:00Z");
	world_expect(&world, AT "entered \n" AT "advanced\n2026-03-08T10:00:00Z advanced edited (was)\n"
	                        "2026-03-08T10:00:00Z sent hello\n2026-03-08T10:00:00Z exited finished\n");
	assert_int_equal(world.out.actions[0].data[0].value.i, 7);
	assert_int_equal(world.out.actions[0].data[1].value.kind, VALUE_NULL);
	world_release(&world);
}

#define TRIED(variants) \
	"entry: { event: order }\nnodes:\n  - { name: try, experiment: { variants: [ " variants " ] } }\n"
#define ONE(name) "{ name: " name ", weight: 1, then: [ { name: w" name ", wait: 3d } ] }"

static void a_variant_is_moved_by_its_name_or_is_none(void **state)
{
	static const char OLD[] = "journey: j\n" TRIED(
	        "{ name: a, weight: 0, then: [ { name: wa, wait: 3d } ] }, "
	        "{ name: b, weight: 1, then: [ { name: wb, wait: 3d } ] }") "  - { name: s, send: { channel: email, "
	                                                                    "template: hello } }\n";
	static const struct {
		const char *text, *variant;
	} ROWS[] = {
	        {"journey: j\nmigrate: { wb: w }\nentry: { event: order }\nnodes:\n  - { name: w, wait: 3d }\n"
	         "  - { name: s, send: { channel: email, template: hello } }\n",
	         ""},
	        {"journey: j\nmigrate: { wb: wc }\n" TRIED(ONE("b") ", " ONE("c")) "  - { name: s, send: { channel: "
	                                                                           "email, template: hello } }\n",
	         "b"},
	        {"journey: j\nmigrate: { wb: wc }\n" TRIED(ONE("c") ", " ONE("d")) "  - { name: s, send: { channel: "
	                                                                           "email, template: hello } }\n",
	         ""},
	};
	struct world world;
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		world_init(&world, RULES, OLD);
		world_event(&world, "{at: 2026-03-05T10:00:00Z, event: order, total: 7}");
		world_edit_keeping(&world, RULES, ROWS[i].text, OLD);
		world_advance(&world, "2026-03-20T00:00:00Z");
		assert_int_equal(world.out.action_count, 1);
		struct str variant = world.out.actions[0].variant;
		assert_int_equal(variant.len, strlen(ROWS[i].variant));
		assert_memory_equal(variant.ptr ? variant.ptr : "", ROWS[i].variant, variant.len);
		world_release(&world);
	}
}

static void a_name_with_a_variant_is_not_sent_without_one(void **state)
{
	static const char OLD[] = "journey: j\nentry: { event: order }\nnodes:\n  - { name: was, wait: 3d }\n";
	static const char NEW[] = "journey: j\nmigrate: { was: wa }\n" TRIED(
	        ONE("a") ", " ONE("b")) "  - { name: s, send: "
	                                "{ channel: email, template: 't/{variant}' } }\n";
	struct world world;
	(void)state;
	world_init(&world, RULES, OLD);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: order}");
	world_edit_keeping(&world, RULES, NEW, OLD);
	world_advance(&world, "2026-03-20T00:00:00Z");
	world_expect(&world, AT "entered \n2026-03-08T10:00:00Z advanced edited (was)\n"
	                        "2026-03-08T10:00:00Z skipped error s (no variant of an experiment for the template's "
	                        "name)\n2026-03-08T10:00:00Z exited finished\n");
	assert_int_equal(world.out.faults, 1);
	world_release(&world);
}

static void a_goal_ends_before_an_edit_moves(void **state)
{
	static const char OLD[] = "journey: j\nentry: { event: order }\ngoal: { event: stop }\nnodes:\n"
	                          "  - { name: was, wait: 3d }\n";
	static const char NEW[] = "journey: j\nentry: { event: order }\ngoal: { event: stop }\nmigrate: { was: s }\n"
	                          "nodes:\n  - { name: s, send: { channel: email, template: hello } }\n";
	struct world world;
	(void)state;
	world_init(&world, RULES, OLD);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: order}");
	world_edit_keeping(&world, RULES, NEW, OLD);
	world_event(&world, "{at: 2026-03-06T10:00:00Z, event: stop}");
	world_expect(&world, AT "entered \n2026-03-06T10:00:00Z exited goal (goal)\n");
	world_release(&world);
}

/* ---- pauses ---- */

static void what_an_event_moves_on_in_a_pause_is_held_no_more(void **state)
{
	static const char *const HOW[] = {"skip_stale", "send_late", "replan"};
	static const char NODES[] = "nodes:\n"
	                            "  - { name: f, wait_for: { events: [ { event: click, then: [ { name: w, wait: "
	                            "10d } ] } ], timeout: 1d } }\n"
	                            "  - { send: { channel: email, template: hello } }\n";
	struct world world;
	(void)state;
	for (size_t i = 0; i < sizeof HOW / sizeof *HOW; i++) {
		char live[512], paused[512];
		snprintf(live, sizeof live, "journey: j\non_resume: %s\nentry: { event: order }\n%s", HOW[i], NODES);
		snprintf(paused, sizeof paused, "journey: j\nstate: paused\non_resume: %s\nentry: { event: order }\n%s",
		         HOW[i], NODES);
		world_init(&world, RULES, live);
		world_event(&world, "{at: 2026-03-05T10:00:00Z, event: order}");
		world_edit(&world, RULES, paused);
		world_event(&world, "{at: 2026-03-07T10:00:00Z, event: click}");
		world_edit(&world, RULES, live);
		world_advance(&world, "2026-04-20T00:00:00Z");
		world_expect(&world,
		             AT "entered \n2026-03-07T10:00:00Z advanced (click)\n2026-03-17T10:00:00Z sent hello\n"
		                "2026-03-17T10:00:00Z exited finished\n");
		world_release(&world);
	}
}

/* ---- the calendar ---- */

#define BIRTH_RULES \
	"event: known\nfields: { birth: date }\nsets: { birth: event.birth }\n---\nevent: click\n---\n" \
	"profile: { birth: date }\n---\ntemplates: [hello]\n"
#define BIRTHDAY(more) \
	"journey: bday\nentry: { every_year: profile.birth, at: '09:00'" more " }\n" \
	"nodes: [ { send: { channel: email, template: hello } } ]\n"
#define OTHER "journey: other\nentry: { event: click }\nnodes: [ { exit: done } ]\n"

static void a_day_that_passed_while_its_journey_was_gone_is_not_made_up_for(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, BIRTH_RULES, BIRTHDAY("") "---\n" OTHER);
	world_event(&world, "{at: 2026-01-05T10:00:00Z, event: known, birth: 1990-03-05}");
	world_edit(&world, BIRTH_RULES, OTHER);
	world_event(&world, "{at: 2026-11-05T10:00:00Z, event: click}");
	world_edit(&world, BIRTH_RULES, BIRTHDAY("") "---\n" OTHER);
	world_advance(&world, "2027-04-01T00:00:00Z");
	world_expect(&world, "2026-11-05T10:00:00Z entered \n2026-11-05T10:00:00Z exited exit_node (done)\n"
	                     "2027-03-05T09:00:00Z entered \n2027-03-05T09:00:00Z sent hello\n"
	                     "2027-03-05T09:00:00Z exited finished\n");
	world_release(&world);
}

static void a_day_that_an_edit_moved_away_is_waited_for(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, BIRTH_RULES, BIRTHDAY(", offset: -30d"));
	world_event(&world, "{at: 2026-01-05T10:00:00Z, event: known, birth: 1990-03-05}");
	world_edit(&world, BIRTH_RULES, BIRTHDAY(""));
	world_advance(&world, "2026-04-01T00:00:00Z");
	world_expect(&world, "2026-03-05T09:00:00Z entered \n2026-03-05T09:00:00Z sent hello\n"
	                     "2026-03-05T09:00:00Z exited finished\n");
	world_release(&world);
}

/* ---- segments ---- */

static void who_comes_again_within_a_step_comes_as_another(void **state)
{
	static const char SEGMENT_RULES[] = "event: known\nfields: { n: int }\nsets: { n: event.n }\n---\n"
	                                    "profile: { n: int }\n---\ntemplates: [hello, bye]\n---\n"
	                                    "limits: { actions_per_day: 1000 }\n---\n"
	                                    "segment: odd\ncases: { yes: 'default(profile.n, 0) % 2 == 1' }\n---\n"
	                                    "segment: two\ncases: { yes: profile.n == 2 }\n---\n"
	                                    "segment: four\ncases: { yes: profile.n == 4 }\n";
#define BY(name, segment, more) \
	"journey: " name "\nentry: { segment: " segment ", on: enter }\nreentry: always\nnodes:\n" \
	"  - { send: { channel: email, template: hello } }\n  - set: { profile: { n: 'profile.n + " more "' } }\n"
	static const char SWING[] = BY("aa", "four", "1") "---\n" BY("bb", "two", "2") "---\n" BY("cc", "odd", "1");
	struct world world;
	(void)state;
	world_init(&world, SEGMENT_RULES, SWING);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: known, n: 1}");
	assert_int_equal(world.out.action_count, 4);
	for (size_t i = 0; i < world.out.action_count; i++)
		for (size_t k = 0; k < i; k++)
			assert_false(world.out.actions[i].id.low == world.out.actions[k].id.low);
	world_release(&world);
}

/* ---- hand-overs ---- */

static void sixteen_are_handed_over_in_a_step_and_no_more(void **state)
{
	char journeys[4096] = "journey: aa\nentry: { event: order }\nnodes:\n";
	struct world world;
	size_t len = strlen(journeys);
	(void)state;
	for (int i = 0; i < 17; i++)
		len += (size_t)snprintf(journeys + len, sizeof journeys - len,
		                        "  - { name: h%d, start_journey: { journey: bb, with: { n: %d } } }\n", i, i);
	snprintf(journeys + len, sizeof journeys - len,
	         "---\njourney: bb\nentry: { from_journeys: any, fields: { n: int } }\nkey: event.n\nnodes:\n"
	         "  - wait: 1d\n");
	world_init(&world, RULES, journeys);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: order}");
	assert_int_equal(world.out.faults, 1);
	assert_int_equal(world_customer(&world)->instance_count, 16);
	world_release(&world);
}

static void a_start_at_most_so_often_counts_runs_that_end_at_once_and_over_edits(void **state)
{
	static const char FIRST[] = "journey: aa\nentry: { event: order }\nnodes: [ { start_journey: bb } ]\n---\n"
	                            "journey: bb\nentry: { from_journeys: any, at_most: { times: 2, within: 10d } }\n"
	                            "nodes: [ { exit: done } ]\n";
	static const char EDITED[] = "journey: aa\nentry: { event: order }\nnodes: [ { start_journey: bb } ]\n---\n"
	                             "journey: bb\nentry: { from_journeys: any, at_most: { times: 2, within: 10d } }\n"
	                             "nodes: [ { exit: other } ]\n";
	struct world world;
	(void)state;
	world_init(&world, RULES, FIRST);
	world.engine.decide_not_entered = true;
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: order}");
	world_event(&world, "{at: 2026-03-06T10:00:00Z, event: order}");
	buf_clear(&world.log);
	world_edit(&world, RULES, EDITED);
	world_event(&world, "{at: 2026-03-15T09:59:59.999Z, event: order}");
	assert_non_null(memmem(world.log.ptr, world.log.len, "entry_cap", 9));
	buf_clear(&world.log);
	world_event(&world, "{at: 2026-03-15T10:00:00Z, event: order}");
	assert_null(memmem(world.log.ptr, world.log.len, "entry_cap", 9));
	world_release(&world);
}

static void a_hand_over_from_a_timer_into_a_paused_journey_begins_when_it_goes_on(void **state)
{
	static const char FORMAT[] =
	        "journey: aa\nentry: { event: order }\nnodes: [ { wait: 1d }, { start_journey: bb } ]\n"
	        "---\njourney: bb\n%sentry: { from_journeys: any }\non_resume: send_late\nnodes:\n"
	        "  - { send: { channel: email, template: hello } }\n";
	struct world world;
	char paused[512], live[512];
	(void)state;
	snprintf(paused, sizeof paused, FORMAT, "state: paused\n");
	snprintf(live, sizeof live, FORMAT, "");
	world_init(&world, RULES, paused);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: order}");
	world_advance(&world, "2026-03-06T12:00:00Z");
	world_edit(&world, RULES, live);
	world_advance(&world, "2026-03-07T00:00:00Z");
	world_expect(&world, AT "entered \n2026-03-06T10:00:00Z advanced (bb)\n2026-03-06T10:00:00Z exited finished\n"
	                        "2026-03-06T10:00:00Z entered  started (aa/node-2)\n2026-03-06T12:00:00Z sent hello\n"
	                        "2026-03-06T12:00:00Z exited finished\n");
	world_release(&world);
}

static void a_hand_over_counts_where_only_so_many_journeys_are_at_once(void **state)
{
	static const char TWO[] =
	        "journey: aa\nentry: { event: order }\nnodes: [ { start_journey: bb }, { wait: 1d } ]\n"
	        "---\njourney: bb\nentry: { from_journeys: any }\nnodes: [ { wait: 1d } ]\n";
	struct world world;
	char rules[1024];
	(void)state;
	snprintf(rules, sizeof rules, "%s---\nlimits: { journeys_at_once: 1 }\n", RULES);
	world_init(&world, rules, TWO);
	world.engine.decide_not_entered = true;
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: order}");
	world_expect(&world, AT "entered \n" AT "advanced (bb)\n" AT "not_entered too_many_journeys\n");
	world_release(&world);
}

/* ---- edits once more ---- */

static void three_versions_are_moved_through_one_after_the_other(void **state)
{
	static const char ONE_[] = "journey: j\nentry: { event: order }\nnodes:\n  - { name: a, wait: 9d }\n"
	                           "  - { send: { channel: email, template: hello } }\n";
	static const char TWO[] = "journey: j\nmigrate: { a: b }\nentry: { event: order }\nnodes:\n"
	                          "  - { name: b, wait: 9d }\n  - { send: { channel: email, template: again } }\n";
	static const char THREE[] = "journey: j\nmigrate: { b: c }\nentry: { event: order }\nnodes:\n"
	                            "  - { name: c, wait: 9d }\n  - { send: { channel: email, template: bye } }\n";
	struct world world;
	(void)state;
	world_init(&world, RULES, ONE_);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: order}");
	world_edit_keeping(&world, RULES, TWO, ONE_);
	world_event(&world, "{at: 2026-03-06T10:00:00Z, event: click}");
	world_edit_keeping(&world, RULES, THREE, TWO);
	world_advance(&world, "2026-04-06T10:00:00Z");
	world_expect(&world,
	             AT "entered \n2026-03-06T10:00:00Z advanced edited (a)\n2026-03-14T10:00:00Z advanced edited "
	                "(b)\n2026-03-14T10:00:00Z sent bye\n2026-03-14T10:00:00Z exited finished\n");
	world_release(&world);
}

static void who_moves_to_a_wait_for_an_event_or_an_hour_begins_it(void **state)
{
	static const char OLD[] = "journey: j\nentry: { event: order }\nnodes:\n  - { name: was, wait: 9d }\n";
	static const struct {
		const char *nodes, *rest;
	} ROWS[] = {
	        {"  - { name: f, wait_for: { events: [ { event: click, then: [ { exit: c } ] } ], timeout: 1d } }\n"
	         "  - { send: { channel: email, template: hello } }\n",
	         "2026-03-07T10:00:00Z sent hello\n2026-03-07T10:00:00Z exited finished\n"},
	        {"  - { name: f, wait: { window: shop } }\n  - { send: { channel: email, template: hello } }\n",
	         "2026-03-09T11:00:00Z sent hello\n2026-03-09T11:00:00Z exited finished\n"},
	};
	struct world world;
	char rules[1024], now[1024], expected[512];
	(void)state;
	snprintf(rules, sizeof rules, "%s---\nopening_hours: { shop: { mon: '11:00-12:00' } }\n", RULES);
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		snprintf(now, sizeof now, "journey: j\nmigrate: { was: f }\nentry: { event: order }\nnodes:\n%s",
		         ROWS[i].nodes);
		snprintf(expected, sizeof expected, AT "entered \n2026-03-06T10:00:00Z advanced edited (was)\n%s",
		         ROWS[i].rest);
		world_init(&world, rules, OLD);
		world_event(&world, "{at: 2026-03-05T10:00:00Z, event: order}");
		world_edit_keeping(&world, rules, now, OLD);
		world_event(&world, "{at: 2026-03-06T10:00:00Z, event: stop}");
		world_advance(&world, "2026-04-06T10:00:00Z");
		/* A wait goes on as a wait: what it was planned for holds, and then the hours are asked. */
		if (i == 0)
			world_expect(&world, expected);
		else
			world_expect(&world,
			             AT "entered \n2026-03-06T10:00:00Z advanced edited (was)\n"
			                "2026-03-16T11:00:00Z sent hello\n2026-03-16T11:00:00Z exited finished\n");
		world_release(&world);
	}
}

static void a_date_that_moves_into_the_past_waits_for_the_end_of_a_pause(void **state)
{
	static const char FORMAT[] = "journey: j\n%sentry: { event: order }\non_resume: send_late\nnodes:\n"
	                             "  - { wait: { until: event.day, if_past: skip, if_missing: wait } }\n"
	                             "  - { send: { channel: email, template: hello } }\n";
	struct world world;
	char paused[512], live[512];
	(void)state;
	snprintf(paused, sizeof paused, FORMAT, "state: paused\n");
	snprintf(live, sizeof live, FORMAT, "");
	world_init(&world, RULES, live);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: order, day: 2026-03-20}");
	world_edit(&world, RULES, paused);
	world_event(&world, "{at: 2026-03-06T10:00:00Z, event: order, day: 2026-03-01}");
	world_advance(&world, "2026-03-06T20:00:00Z");
	world_expect(&world, AT "entered \n");
	world_edit(&world, RULES, live);
	world_advance(&world, "2026-03-07T00:00:00Z");
	world_expect(&world, "2026-03-06T20:00:00Z sent hello\n2026-03-06T20:00:00Z exited finished\n");
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(values_are_moved_by_their_names),
	        cmocka_unit_test(a_variant_is_moved_by_its_name_or_is_none),
	        cmocka_unit_test(a_name_with_a_variant_is_not_sent_without_one),
	        cmocka_unit_test(a_goal_ends_before_an_edit_moves),
	        cmocka_unit_test(what_an_event_moves_on_in_a_pause_is_held_no_more),
	        cmocka_unit_test(a_day_that_passed_while_its_journey_was_gone_is_not_made_up_for),
	        cmocka_unit_test(a_day_that_an_edit_moved_away_is_waited_for),
	        cmocka_unit_test(who_comes_again_within_a_step_comes_as_another),
	        cmocka_unit_test(sixteen_are_handed_over_in_a_step_and_no_more),
	        cmocka_unit_test(a_start_at_most_so_often_counts_runs_that_end_at_once_and_over_edits),
	        cmocka_unit_test(a_hand_over_from_a_timer_into_a_paused_journey_begins_when_it_goes_on),
	        cmocka_unit_test(a_hand_over_counts_where_only_so_many_journeys_are_at_once),
	        cmocka_unit_test(three_versions_are_moved_through_one_after_the_other),
	        cmocka_unit_test(who_moves_to_a_wait_for_an_event_or_an_hour_begins_it),
	        cmocka_unit_test(a_date_that_moves_into_the_past_waits_for_the_end_of_a_pause),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
