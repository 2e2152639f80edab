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
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
