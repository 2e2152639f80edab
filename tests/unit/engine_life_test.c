/* SPDX-License-Identifier: Apache-2.0 */
/* Pausing, draining and stopping a journey; versions that people finish, and edits that move them. */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char RULES[] = "event: order\nfields: { day: date, total: int }\n---\n"
                            "event: click\n---\n"
                            "event: stop\n---\n"
                            "templates: [hello, again, bye, early, mid, late]\n";

/* Sequence before a date, one message a day. */
static const char DATES[] = "journey: dates\n"
                            "entry: { event: order }\n"
                            "anchor: { date: event.day }\n"
                            "goal: { event: stop }\n"
                            "%s"
                            "nodes:\n"
                            "  - name: countdown\n"
                            "    sequence: { at: \"10:00\", before: { 3d: early, 2d: mid, 1d: late } }\n"
                            "    send: { channel: email, template: \"{node}\" }\n";
static const char STEPS[] = "journey: steps\n"
                            "entry: { event: order }\n"
                            "goal: { event: stop }\n"
                            "%s"
                            "nodes:\n"
                            "  - send: { channel: email, template: hello }\n"
                            "  - name: pause\n"
                            "    wait: 3d\n"
                            "  - name: second\n"
                            "    send: { channel: email, template: %s }\n"
                            "  - name: rest\n"
                            "    wait: 1d\n";

static const char *text(const char *format, const char *life, const char *more)
{
	static char room[4][1024];
	static unsigned next;
	char *out = room[next++ % 4];
	snprintf(out, sizeof room[0], format, life, more);
	return out;
}

static const char *dates(const char *life)
{
	return text(DATES, life, "");
}

static const char *steps(const char *life)
{
	return text(STEPS, life, "again");
}

/* In the countdown to 10 January since New Year, paused since the fifth. */
static void paused_countdown(struct world *world)
{
	world_init(world, RULES, dates(""));
	world_event(world, "{at: 2026-01-01T00:00:00Z, event: order, day: 2026-01-10}");
	world_edit_keeping(world, RULES, dates("state: paused\n"), dates(""));
	world_advance(world, "2026-01-08T12:00:00Z");
	world_expect(world, "2026-01-01T00:00:00Z entered \n");
	assert_int_equal(world_customer(world)->instance_count, 1);
}

static void a_paused_journey_sends_nothing_and_loses_nobody(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, dates(""));
	world.waits = true;
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: order, day: 2026-01-10}");
	world_edit_keeping(&world, RULES, dates("state: paused\n"), dates(""));
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect(&world, "2026-01-01T00:00:00Z entered \n"
	                     "2026-01-01T00:00:00Z waiting early until 2026-01-07T10:00:00Z\n"
	                     "2026-01-07T10:00:00Z waiting paused countdown\n");
	assert_int_equal(world_customer(&world)->instance_count, 1);
	assert_true(world.out.timers < 24 * 25);
	world_release(&world);
}

static void pausing_a_journey_does_not_make_another_version_of_it(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, dates(""));
	uint32_t tag = world.set->journeys[0].version_tag;
	world_edit(&world, RULES,
	           dates("state: paused\non_resume: replan\nexit: [gone]\nmigrate: { was: countdown }\n"));
	assert_int_equal(world.set->journeys[0].version_tag, tag);
	world_release(&world);
}

static void what_was_due_in_the_pause_is_passed_over_by_default(void **state)
{
	struct world world;
	(void)state;
	paused_countdown(&world);
	world_edit(&world, RULES, dates(""));
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect(&world, "2026-01-08T13:00:00Z skipped paused early\n"
	                     "2026-01-08T13:00:00Z skipped paused mid\n"
	                     "2026-01-09T10:00:00Z sent late\n"
	                     "2026-01-09T10:00:00Z exited finished\n");
	world_release(&world);
}

static void send_late_sends_what_was_due_in_order(void **state)
{
	struct world world;
	(void)state;
	paused_countdown(&world);
	world_edit(&world, RULES, dates("on_resume: send_late\n"));
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect(&world, "2026-01-08T13:00:00Z sent early\n"
	                     "2026-01-08T13:00:00Z sent mid\n"
	                     "2026-01-09T10:00:00Z sent late\n"
	                     "2026-01-09T10:00:00Z exited finished\n");
	world_release(&world);
}

static void replan_takes_people_as_late_joiners(void **state)
{
	struct world world;
	(void)state;
	paused_countdown(&world);
	world_edit(&world, RULES, dates("on_resume: replan\n"));
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect(&world, "2026-01-08T13:00:00Z skipped late_join early\n"
	                     "2026-01-08T13:00:00Z skipped late_join mid\n"
	                     "2026-01-09T10:00:00Z sent late\n"
	                     "2026-01-09T10:00:00Z exited finished\n");
	world_release(&world);
}

static void goals_end_people_in_a_pause(void **state)
{
	struct world world;
	(void)state;
	paused_countdown(&world);
	world_event(&world, "{at: 2026-01-08T13:00:00Z, event: stop}");
	world_expect(&world, "2026-01-08T13:00:00Z exited goal (goal)\n");
	world_release(&world);
}

static void who_enters_a_paused_journey_begins_when_it_goes_on(void **state)
{
	static const struct {
		const char *life, *first;
	} CASES[] = {{"", "2026-01-03T03:00:00Z skipped paused node-1\n"},
	             {"on_resume: send_late\n", "2026-01-03T03:00:00Z sent hello\n"},
	             {"on_resume: replan\n", "2026-01-03T03:00:00Z sent hello\n"}};
	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		struct world world;
		char expected[400];
		world_init(&world, RULES, steps("state: paused\n"));
		world_event(&world, "{at: 2026-01-01T00:00:00Z, event: order}");
		world_advance(&world, "2026-01-03T00:00:00Z");
		world_edit(&world, RULES, steps(CASES[i].life));
		world_advance(&world, "2026-02-01T00:00:00Z");
		snprintf(expected, sizeof expected,
		         "2026-01-01T00:00:00Z entered \n%s2026-01-06T03:00:00Z sent again\n"
		         "2026-01-07T03:00:00Z exited finished\n",
		         CASES[i].first);
		world_expect(&world, expected);
		world_release(&world);
	}
}

static void a_wait_that_ended_in_the_pause_goes_on_as_the_author_says(void **state)
{
	static const struct {
		const char *life, *rest;
	} CASES[] = {
	        {"", "2026-01-06T03:00:00Z skipped paused second\n2026-01-07T03:00:00Z exited finished\n"},
	        {"on_resume: send_late\n", "2026-01-06T03:00:00Z sent again\n2026-01-07T03:00:00Z exited finished\n"},
	        {"on_resume: replan\n", "2026-01-09T03:00:00Z sent again\n2026-01-10T03:00:00Z exited finished\n"}};
	(void)state;
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		struct world world;
		world_init(&world, RULES, steps(""));
		world_event(&world, "{at: 2026-01-01T00:00:00Z, event: order}");
		world_edit(&world, RULES, steps("state: paused\n"));
		world_advance(&world, "2026-01-06T00:00:00Z");
		buf_clear(&world.log);
		world_edit(&world, RULES, steps(CASES[i].life));
		world_advance(&world, "2026-02-01T00:00:00Z");
		world_expect(&world, CASES[i].rest);
		world_release(&world);
	}
}

static void a_draining_journey_lets_nobody_in_and_everybody_finish(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, steps(""));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: order}");
	world_edit(&world, RULES, steps("state: draining\n"));
	world.engine.decide_not_entered = true;
	world_advance(&world, "2026-01-10T00:00:00Z");
	world_event(&world, "{at: 2026-01-10T00:00:00Z, event: order}");
	world_expect(&world, "2026-01-01T00:00:00Z entered \n"
	                     "2026-01-01T00:00:00Z sent hello\n"
	                     "2026-01-04T00:00:00Z sent again\n"
	                     "2026-01-05T00:00:00Z exited finished\n"
	                     "2026-01-10T00:00:00Z not_entered draining\n");
	world_release(&world);
}

static void a_stopped_journey_lets_everybody_go_at_the_next_step(void **state)
{
	struct world world;
	(void)state;
	for (int by_event = 0; by_event < 2; by_event++) {
		world_init(&world, RULES, steps(""));
		world_event(&world, "{at: 2026-01-01T00:00:00Z, event: order}");
		buf_clear(&world.log);
		world_edit(&world, RULES, steps("state: stopped\n"));
		if (by_event)
			world_event(&world, "{at: 2026-01-02T00:00:00Z, event: click}");
		world_advance(&world, "2026-02-01T00:00:00Z");
		world_expect(&world, by_event ? "2026-01-02T00:00:00Z exited stopped\n"
		                              : "2026-01-04T00:00:00Z exited stopped\n");
		world_event(&world, "{at: 2026-02-01T00:00:00Z, event: order}");
		world_expect(&world, "");
		world_release(&world);
	}
}

/* ---- versions ---- */

static void people_finish_under_the_version_they_began_with(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, steps(""));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: order}");
	world_edit_keeping(&world, RULES, text(STEPS, "", "bye"), steps(""));
	assert_int_equal(world.set->older_count, 1);
	world_advance(&world, "2026-01-10T00:00:00Z");
	world_event(&world, "{at: 2026-01-10T00:00:00Z, event: order}");
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect(&world, "2026-01-01T00:00:00Z entered \n"
	                     "2026-01-01T00:00:00Z sent hello\n"
	                     "2026-01-04T00:00:00Z sent again\n"
	                     "2026-01-05T00:00:00Z exited finished\n"
	                     "2026-01-10T00:00:00Z entered \n"
	                     "2026-01-10T00:00:00Z sent hello\n"
	                     "2026-01-13T00:00:00Z sent bye\n"
	                     "2026-01-14T00:00:00Z exited finished\n");
	world_release(&world);
}

static void the_goal_of_an_older_version_is_the_one_it_had(void **state)
{
	struct world world;
	char without_goal[1024];
	(void)state;
	world_init(&world, RULES, steps(""));
	snprintf(without_goal, sizeof without_goal, "%s", steps(""));
	memcpy(strstr(without_goal, "goal: { event: stop }"), "goal: { event: click}", 21);
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: order}");
	world_edit_keeping(&world, RULES, without_goal, steps(""));
	buf_clear(&world.log);
	world_event(&world, "{at: 2026-01-02T00:00:00Z, event: click}");
	world_expect(&world, "");
	world_event(&world, "{at: 2026-01-02T00:00:00Z, event: stop}");
	world_expect(&world, "2026-01-02T00:00:00Z exited goal (goal)\n");
	world_release(&world);
}

static void an_older_run_of_the_same_key_is_the_running_one(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, steps(""));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: order}");
	world_edit_keeping(&world, RULES, text(STEPS, "", "bye"), steps(""));
	world_event(&world, "{at: 2026-01-02T00:00:00Z, event: order}");
	assert_int_equal(world_customer(&world)->instance_count, 1);
	world_release(&world);
}

static void exit_lets_those_at_a_node_of_the_older_version_go(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, steps(""));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: order}");
	world_edit_keeping(&world, RULES, text(STEPS, "exit: [pause]\n", "bye"), steps(""));
	buf_clear(&world.log);
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect(&world, "2026-01-04T00:00:00Z exited edited (pause)\n");
	world_release(&world);
}

static void migrate_lets_a_wait_run_on_under_the_new_version(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, steps(""));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: order}");
	world_edit_keeping(&world, RULES, text(STEPS, "migrate: { pause: pause }\n", "bye"), steps(""));
	buf_clear(&world.log);
	world_event(&world, "{at: 2026-01-02T00:00:00Z, event: click}");
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect(&world, "2026-01-02T00:00:00Z advanced edited (pause)\n"
	                     "2026-01-04T00:00:00Z sent bye\n"
	                     "2026-01-05T00:00:00Z exited finished\n");
	world_release(&world);
}

static void migrate_to_a_node_of_another_kind_begins_it(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, steps(""));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: order}");
	world_edit_keeping(&world, RULES, text(STEPS, "migrate: { pause: second }\n", "bye"), steps(""));
	buf_clear(&world.log);
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect(&world, "2026-01-04T00:00:00Z advanced edited (pause)\n"
	                     "2026-01-04T00:00:00Z sent bye\n"
	                     "2026-01-05T00:00:00Z exited finished\n");
	world_release(&world);
}

static void migrate_between_sequences_goes_by_the_names_of_the_touches(void **state)
{
	static const char NEW[] = "journey: dates\nentry: { event: order }\nanchor: { date: event.day }\n"
	                          "goal: { event: stop }\nmigrate: { countdown: count }\nnodes:\n"
	                          "  - name: count\n"
	                          "    sequence: { at: \"12:00\", before: { 4d: mid, 2d: early, 1d: late } }\n"
	                          "    send: { channel: email, template: \"{node}\" }\n";
	struct world world;
	(void)state;
	world_init(&world, RULES, dates(""));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: order, day: 2026-01-10}");
	world_advance(&world, "2026-01-07T20:00:00Z");
	world_edit_keeping(&world, RULES, NEW, dates(""));
	world_event(&world, "{at: 2026-01-07T21:00:00Z, event: click}");
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect(&world, "2026-01-01T00:00:00Z entered \n"
	                     "2026-01-07T10:00:00Z sent early\n"
	                     "2026-01-07T21:00:00Z advanced edited (countdown)\n"
	                     "2026-01-07T21:00:00Z skipped late_join mid\n"
	                     "2026-01-09T12:00:00Z sent late\n"
	                     "2026-01-09T12:00:00Z exited finished\n");
	world_release(&world);
}

static void a_version_that_compiles_no_more_is_said_and_its_people_go_on_by_name(void **state)
{
	static const char OLD[] = "journey: steps\nentry: { event: order }\nnodes:\n"
	                          "  - name: pause\n    wait: 3d\n"
	                          "  - send: { channel: email, template: hello, data: { total: event.total } }\n";
	static const char NEW[] = "journey: steps\nentry: { event: order }\nnodes:\n"
	                          "  - send: { channel: email, template: hello }\n"
	                          "  - name: pause\n    wait: 5d\n"
	                          "  - send: { channel: email, template: bye }\n";
	static const char LESS[] = "event: order\n---\nevent: click\n---\nevent: stop\n---\ntemplates: [hello, bye]\n";
	struct world world;
	(void)state;
	world_init(&world, RULES, OLD);
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: order, total: 7}");
	world.diags.warnings = 0;
	world.diags.count = 0;
	world_edit_keeping(&world, LESS, NEW, OLD);
	bool said = false;
	for (size_t i = 0; i < world.diags.count; i++)
		said = said || world.diags.items[i].code == DIAG_OLD_VERSION;
	assert_true(said);
	buf_clear(&world.log);
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect(&world, "2026-01-04T00:00:00Z sent bye\n"
	                     "2026-01-04T00:00:00Z exited finished\n");
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_paused_journey_sends_nothing_and_loses_nobody),
	        cmocka_unit_test(pausing_a_journey_does_not_make_another_version_of_it),
	        cmocka_unit_test(what_was_due_in_the_pause_is_passed_over_by_default),
	        cmocka_unit_test(send_late_sends_what_was_due_in_order),
	        cmocka_unit_test(replan_takes_people_as_late_joiners),
	        cmocka_unit_test(goals_end_people_in_a_pause),
	        cmocka_unit_test(who_enters_a_paused_journey_begins_when_it_goes_on),
	        cmocka_unit_test(a_wait_that_ended_in_the_pause_goes_on_as_the_author_says),
	        cmocka_unit_test(a_draining_journey_lets_nobody_in_and_everybody_finish),
	        cmocka_unit_test(a_stopped_journey_lets_everybody_go_at_the_next_step),
	        cmocka_unit_test(people_finish_under_the_version_they_began_with),
	        cmocka_unit_test(the_goal_of_an_older_version_is_the_one_it_had),
	        cmocka_unit_test(an_older_run_of_the_same_key_is_the_running_one),
	        cmocka_unit_test(exit_lets_those_at_a_node_of_the_older_version_go),
	        cmocka_unit_test(migrate_lets_a_wait_run_on_under_the_new_version),
	        cmocka_unit_test(migrate_to_a_node_of_another_kind_begins_it),
	        cmocka_unit_test(migrate_between_sequences_goes_by_the_names_of_the_touches),
	        cmocka_unit_test(a_version_that_compiles_no_more_is_said_and_its_people_go_on_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
