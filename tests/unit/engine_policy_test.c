/* SPDX-License-Identifier: Apache-2.0 */
/* Caps, the breaker, reentry, endings, plain nodes, faults and edits. */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define EVENTS \
	"event: start\n" \
	"fields: { key: string, n: int, size: int }\n" \
	"---\n" \
	"event: stop\n" \
	"fields: { key: string, n: int }\n" \
	"---\n" \
	"templates: [a, b, s-small, s-large]\n"

static const char CAPPED[] =
        EVENTS "---\n"
               "contact_policy: { frequency_caps: [ { name: week, max: 3, within: 7d, channel: email }, "
               "{ name: all, max: 4, within: 7d } ] }\n";

static const char MAILS[] = ONE_SEND("mails", "channel: email, template: a");

static void a_fourth_send_within_seven_days_is_skipped_and_one_at_seven_days_goes(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, CAPPED, MAILS);
	world_enter(&world, "2026-01-01T10:00:00Z", "a");
	world_enter(&world, "2026-01-02T10:00:00Z", "b");
	world_enter(&world, "2026-01-03T10:00:00Z", "c");
	world_enter(&world, "2026-01-08T09:59:59.999Z", "d");
	world_enter(&world, "2026-01-08T10:00:00Z", "e");
	world_enter(&world, "2026-01-08T10:00:00Z", "f");
	world_expect(&world, "2026-01-01T10:00:00Z entered a\n"
	                     "2026-01-01T10:00:00Z sent a\n"
	                     "2026-01-01T10:00:00Z exited finished\n"
	                     "2026-01-02T10:00:00Z entered b\n"
	                     "2026-01-02T10:00:00Z sent a\n"
	                     "2026-01-02T10:00:00Z exited finished\n"
	                     "2026-01-03T10:00:00Z entered c\n"
	                     "2026-01-03T10:00:00Z sent a\n"
	                     "2026-01-03T10:00:00Z exited finished\n"
	                     "2026-01-08T09:59:59.999Z entered d\n"
	                     "2026-01-08T09:59:59.999Z skipped frequency_cap node-1 (week)\n"
	                     "2026-01-08T09:59:59.999Z exited finished\n"
	                     "2026-01-08T10:00:00Z entered e\n"
	                     "2026-01-08T10:00:00Z sent a\n"
	                     "2026-01-08T10:00:00Z exited finished\n"
	                     "2026-01-08T10:00:00Z entered f\n"
	                     "2026-01-08T10:00:00Z skipped frequency_cap node-1 (week)\n"
	                     "2026-01-08T10:00:00Z exited finished\n");
	assert_int_equal(world_customer(&world)->contact_count, 3);
	world_release(&world);
}

static size_t count(const struct world *world, enum decision_kind kind, enum reason reason)
{
	size_t found = 0;
	for (size_t i = 0; i < world->out.decision_count; i++)
		found += world->out.decisions[i].kind == kind && world->out.decisions[i].reason == reason;
	return found;
}

static void channels_are_capped_apart_and_together(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, CAPPED,
	           ONE_SEND("a-mails", "channel: email, template: a") "---\n" ONE_SEND("b-texts",
	                                                                               "channel: sms, template: b"));
	world_enter(&world, "2026-01-01T10:00:00Z", "a");
	world_enter(&world, "2026-01-02T10:00:00Z", "b");
	buf_clear(&world.log);
	world_enter(&world, "2026-01-03T10:00:00Z", "c");
	world_expect(&world, "2026-01-03T10:00:00Z entered c\n"
	                     "2026-01-03T10:00:00Z skipped frequency_cap node-1 (all)\n"
	                     "2026-01-03T10:00:00Z exited finished\n"
	                     "2026-01-03T10:00:00Z entered c\n"
	                     "2026-01-03T10:00:00Z skipped frequency_cap node-1 (all)\n"
	                     "2026-01-03T10:00:00Z exited finished\n");
	world_release(&world);
}

static void exempt_sends_are_neither_stopped_nor_counted_by_caps(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, CAPPED,
	           ONE_SEND("a-mails", "channel: email, template: a") "---\n" ONE_SEND(
	                   "b-bill", "channel: email, template: b, exempt: true"));
	for (int day = 1; day <= 3; day++)
		world_enter(&world, arena_printf(&world.arena, "2026-01-0%dT10:00:00Z", day).ptr, "k");
	assert_int_equal(count(&world, DECISION_SENT, REASON_NONE), 2);
	world_enter(&world, "2026-01-04T10:00:00Z", "k");
	assert_int_equal(count(&world, DECISION_SENT, REASON_NONE), 1);
	assert_int_equal(count(&world, DECISION_SKIPPED, REASON_FREQUENCY_CAP), 1);
	world_release(&world);
}

static void the_breaker_stops_even_exempt_sends_for_a_day(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, EVENTS "---\nlimits: { actions_per_day: 2 }\n",
	           ONE_SEND("bill", "channel: email, template: b, exempt: true"));
	world_enter(&world, "2026-01-01T10:00:00Z", "a");
	world_enter(&world, "2026-01-01T11:00:00Z", "b");
	world_enter(&world, "2026-01-02T09:59:59Z", "c");
	assert_int_equal(count(&world, DECISION_SKIPPED, REASON_BREAKER), 1);
	world_enter(&world, "2026-01-02T10:00:00Z", "d");
	assert_int_equal(count(&world, DECISION_SENT, REASON_NONE), 1);
	world_release(&world);
}

#define WAITING(reentry) \
	"journey: waiting\n" \
	"entry: { event: start, when: event.n < 10 }\n" \
	"key: event.key\n" \
	"goal: { event: stop, when: event.key == key && event.n == entry.n }\n" \
	"exit_when: [ { event: stop, when: event.n == 99, as: all } ]\n" reentry "nodes:\n" \
	"  - send: { channel: email, template: a }\n" \
	"  - wait: 3d\n" \
	"  - send: { channel: email, template: b }\n" \
	"  - exit: done\n"

static void plain_nodes_follow_one_another(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, EVENTS, WAITING(""));
	world.waits = true;
	world_event(&world, "{at: 2026-01-01T10:00:00Z, event: start, key: k, n: 1}");
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect(&world, "2026-01-01T10:00:00Z entered k\n"
	                     "2026-01-01T10:00:00Z sent a\n"
	                     "2026-01-01T10:00:00Z waiting node-2 until 2026-01-04T10:00:00Z\n"
	                     "2026-01-04T10:00:00Z sent b\n"
	                     "2026-01-04T10:00:00Z exited exit_node (done)\n");
	world_release(&world);
}

static void a_goal_at_the_instant_of_a_timer_goes_first(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, EVENTS, WAITING(""));
	world_event(&world, "{at: 2026-01-01T10:00:00Z, event: start, key: k, n: 1}");
	world_event(&world, "{at: 2026-01-04T10:00:00Z, event: stop, key: k, n: 1}");
	world_event(&world, "{at: 2026-01-05T10:00:00Z, event: start, key: k, n: 1}");
	buf_clear(&world.log);
	world_event(&world, "{at: 2026-01-08T10:00:00.001Z, event: stop, key: k, n: 1}");
	world_expect(&world, "2026-01-08T10:00:00Z sent b\n"
	                     "2026-01-08T10:00:00Z exited exit_node (done)\n");
	world_release(&world);
}

static void endings_look_at_the_event_and_the_entry(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, EVENTS, WAITING(""));
	world_event(&world, "{at: 2026-01-01T10:00:00Z, event: start, key: k, n: 1}");
	world_event(&world, "{at: 2026-01-01T10:00:00Z, event: start, key: l, n: 2}");
	world_event(&world, "{at: 2026-01-01T10:00:00Z, event: start, key: m, n: 3}");
	buf_clear(&world.log);
	world_event(&world, "{at: 2026-01-02T00:00:00Z, event: stop, key: k, n: 2}");
	world_event(&world, "{at: 2026-01-02T01:00:00Z, event: stop, key: l, n: 2}");
	world_event(&world, "{at: 2026-01-02T02:00:00Z, event: stop, key: x, n: 99}");
	world_expect(&world, "2026-01-02T01:00:00Z exited goal (goal)\n"
	                     "2026-01-02T02:00:00Z exited exit_when (all)\n"
	                     "2026-01-02T02:00:00Z exited exit_when (all)\n");
	assert_int_equal(world_customer(&world)->instance_count, 0);
	world_release(&world);
}

static void reentry(const char *journey, const char *expected)
{
	static const char *const starts[] = {"01-01T00:00:00Z", "01-02T00:00:00Z", "01-05T00:00:00Z", "01-10T00:00:00Z",
	                                     "01-25T00:00:00Z"};
	struct world world;
	world_init(&world, EVENTS, journey);
	world.engine.decide_not_entered = true;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		world_event(
		        &world,
		        arena_printf(&world.arena, "{at: 2026-%s, event: start, key: k, n: %zu}", starts[i], i).ptr);
	struct buf short_log = {0};
	struct str rest = buf_view(&world.log);
	for (size_t from = 0; from < rest.len;) {
		size_t to = from;
		while (rest.ptr[to] != '\n')
			to++;
		struct str line = str_sub(rest, from, to);
		if (!memmem(line.ptr, line.len, "sent", 4) && !memmem(line.ptr, line.len, "exit_node", 9))
			buf_printf(&short_log, "%.*s%.*s|", 5, line.ptr + 5, (int)line.len - 20, line.ptr + 20);
		from = to + 1;
	}
	assert_true(str_eq(buf_view(&short_log), str_from(expected)) ||
	            (print_error("%.*s\n", STR_ARG(buf_view(&short_log))), false));
	buf_release(&short_log);
	world_release(&world);
}

static void reentry_never_after_exit_after_a_while_and_always(void **state)
{
	(void)state;
	reentry(WAITING(""), "01-01 entered k|01-02 not_entered already_running|01-05 entered k|01-10 entered k|"
	                     "01-25 entered k|");
	reentry(WAITING("reentry: never\n"),
	        "01-01 entered k|01-02 not_entered already_running|01-05 not_entered reentry|"
	        "01-10 not_entered reentry|01-25 not_entered reentry|");
	reentry(WAITING("reentry: after_exit\nreentry_after: 6d\n"),
	        "01-01 entered k|01-02 not_entered already_running|01-05 not_entered reentry|01-10 entered k|"
	        "01-25 entered k|");
	reentry(WAITING("reentry: always\n"),
	        "01-01 entered k|01-02 exited reentry|01-02 entered k|01-05 exited reentry|01-05 entered k|"
	        "01-10 entered k|"
	        "01-25 entered k|");
}

static void one_event_ends_one_run_and_starts_another(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, EVENTS,
	           "journey: ring\n"
	           "entry: { event: start }\n"
	           "key: event.key\n"
	           "goal: { event: start, when: event.key != key }\n"
	           "nodes: [ { wait: 1d } ]\n");
	world_enter(&world, "2026-01-01T00:00:00Z", "a");
	world_enter(&world, "2026-01-01T01:00:00Z", "b");
	world_expect(&world, "2026-01-01T00:00:00Z entered a\n"
	                     "2026-01-01T01:00:00Z exited goal (goal)\n"
	                     "2026-01-01T01:00:00Z entered b\n");
	world_release(&world);
}

static void a_condition_that_fails_is_false_and_said(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, EVENTS, WAITING(""));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: start, key: k}");
	assert_int_equal(world.out.faults, 1);
	assert_int_equal(count(&world, DECISION_NOT_ENTERED, REASON_ERROR), 1);
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: start, n: 1}");
	assert_int_equal(count(&world, DECISION_NOT_ENTERED, REASON_ERROR), 1);
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: start, key: k, n: 1}");
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: stop, key: k}");
	assert_int_equal(count(&world, DECISION_ADVANCED, REASON_ERROR), 2); /* goal and exit */
	assert_int_equal(world.out.faults, 4);
	assert_int_equal(world_customer(&world)->instance_count, 1);
	world_release(&world);
}

static const char SEGMENTED[] =
        "journey: segmented\n"
        "entry: { event: start }\n"
        "key: event.key\n"
        "segment: { name: sizes, at: entry }\n"
        "nodes:\n"
        "  - send: { channel: email, template: \"s-{segment}\", data: { s: segment, n: node } }\n"
        "  - wait: 1d\n"
        "  - send: { channel: email, template: \"s-{segment}\" }\n";
static const char SIZES[] = EVENTS "---\n"
                                   "segment: sizes\n"
                                   "cases: { small: event.size < 10, large: event.size > 20 }\n";

static void nobody_is_written_to_without_a_segment(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, SIZES, SEGMENTED);
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: start, key: k, size: 15}");
	assert_int_equal(count(&world, DECISION_SKIPPED, REASON_NO_SEGMENT), 1);
	buf_clear(&world.log);
	world_event(&world, "{at: 2026-01-03T00:00:00Z, event: start, key: k, size: 25}");
	assert_true(str_eq(value_text(world.out.actions[0].data[0].value), STR("large")));
	assert_true(str_eq(value_text(world.out.actions[0].data[1].value), STR("node-1")));
	world_event(&world, "{at: 2026-01-03T01:00:00Z, event: start, key: k, size: 5}"); /* fixed at entry */
	world_advance(&world, "2026-01-05T00:00:00Z");
	world_expect(&world, "2026-01-02T00:00:00Z skipped no_segment node-3\n"
	                     "2026-01-02T00:00:00Z exited finished\n"
	                     "2026-01-03T00:00:00Z entered k\n"
	                     "2026-01-03T00:00:00Z sent s-large\n"
	                     "2026-01-04T00:00:00Z sent s-large\n"
	                     "2026-01-04T00:00:00Z exited finished\n");
	world_release(&world);
}

static void an_instance_outlives_its_journey_and_comes_back_with_it(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, EVENTS, WAITING("reentry: never\n"));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: start, key: k, n: 1}");
	world_edit(&world, EVENTS, MAILS);
	world_advance(&world, "2026-02-01T00:00:00Z");
	assert_int_equal(world_customer(&world)->instance_count, 1);
	assert_int_equal(customer_peek_due(buf_view(&world.record)).ms, INSTANT_NEVER.ms);
	world_event(&world, "{at: 2026-02-01T00:00:00Z, event: start, key: m}");
	buf_clear(&world.log);
	world_edit(&world, EVENTS, WAITING("reentry: never\n"));
	assert_true(str_eq(world_customer(&world)->instances[0].key, STR("k")));
	world_event(&world, "{at: 2026-02-02T00:00:00Z, event: stop, key: k, n: 1}");
	world_expect(&world, "2026-02-01T00:00:00Z sent b\n"
	                     "2026-02-01T00:00:00Z exited exit_node (done)\n");
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_fourth_send_within_seven_days_is_skipped_and_one_at_seven_days_goes),
	        cmocka_unit_test(channels_are_capped_apart_and_together),
	        cmocka_unit_test(exempt_sends_are_neither_stopped_nor_counted_by_caps),
	        cmocka_unit_test(the_breaker_stops_even_exempt_sends_for_a_day),
	        cmocka_unit_test(plain_nodes_follow_one_another),
	        cmocka_unit_test(a_goal_at_the_instant_of_a_timer_goes_first),
	        cmocka_unit_test(endings_look_at_the_event_and_the_entry),
	        cmocka_unit_test(reentry_never_after_exit_after_a_while_and_always),
	        cmocka_unit_test(one_event_ends_one_run_and_starts_another),
	        cmocka_unit_test(a_condition_that_fails_is_false_and_said),
	        cmocka_unit_test(nobody_is_written_to_without_a_segment),
	        cmocka_unit_test(an_instance_outlives_its_journey_and_comes_back_with_it),
	};
	return cmocka_run_group_tests_name("engine_policy", tests, NULL, NULL);
}
