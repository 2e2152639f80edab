/* SPDX-License-Identifier: Apache-2.0 */
/* What journeys tell other systems: what it carries, whom nobody is told of, and how it goes out exactly once. */
#include "adapters/memory/memory_source.h"
#include "adapters/text/yaml.h"
#include "core/story/story.h"
#include "support/engine_fixture.h"
#include "support/worker_fixture.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define RULES \
	"event: left\nfields: { oid: string, n: int }\n---\n" \
	"event: case_opened\nfields: { oid: { type: string, required: true }, total: double, why: string }\n---\n"
#define HEAD "journey: j\nentry: { event: left }\nkey: event.oid\n"
#define EMIT(to) \
	"nodes:\n  - { name: tell, emit: { event: case_opened, to: " to \
	", fields: { oid: event.oid, total: event.n, why: profile.timezone } } }\n"
#define DEAF "---\njourney: k\nentry: { event: case_opened }\nkey: event.oid\nnodes: [ { exit: heard } ]\n"
#define AT "2026-03-05T10:00:00Z "
#define LEFT "{at: 2026-03-05T10:00:00Z, event: left, id: e1, oid: o, n: 3}"

static void other_systems_are_told_what_the_node_gives_and_journeys_hear_nothing(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, HEAD EMIT("out") DEAF);
	world_event(&world, LEFT);
	world_expect(&world, AT "entered o\n" AT "advanced (case_opened)\n" AT "exited finished\n");
	assert_int_equal(world.out.emission_count, 1);
	const struct emission *emission = &world.out.emissions[0];
	assert_true(emission->outward);
	assert_true(str_eq(emission->event->name, STR("case_opened")) && str_eq(emission->node, STR("tell")));
	assert_true(str_eq(emission->customer, STR("c1")) && str_eq(emission->cause, STR("e1")));
	assert_int_equal(emission->data_count, 3);
	assert_true(str_eq(value_text(emission->data[0].value), STR("o")));
	assert_int_equal(emission->data[1].value.kind, VALUE_DOUBLE);
	assert_int_equal(emission->data[2].value.kind, VALUE_NULL);
	assert_true(emission->id.low == world.out.decisions[1].action.low);
	assert_true(emission->instance.low == world.out.decisions[1].instance.low);
	world_release(&world);
}

static void both_are_told_the_same_by_one_id(void **state)
{
	struct world world;
	char hex[32];
	(void)state;
	world_init(&world, RULES, HEAD EMIT("both") DEAF);
	world_event(&world, LEFT);
	world_expect(&world, AT "entered o\n" AT "advanced (case_opened)\n" AT "exited finished\n" AT "entered o\n" AT
	                        "exited exit_node (heard)\n");
	assert_int_equal(world.out.emission_count, 1);
	hash128_hex(world.out.emissions[0].id, hex);
	assert_true(str_eq(world.out.decisions[3].cause, (struct str){hex, sizeof hex}));
	world_release(&world);
	world_init(&world, RULES, HEAD EMIT("journeys") DEAF);
	world_event(&world, LEFT);
	assert_int_equal(world.out.emission_count, 1);
	assert_false(world.out.emissions[0].outward);
	world_release(&world);
}

static void of_whom_nothing_is_sent_nothing_is_told(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, HEAD "holdout: 100%\n" EMIT("both") DEAF);
	world_event(&world, LEFT);
	world_expect(&world, AT "entered o\n" AT "skipped holdout tell\n" AT "advanced (case_opened)\n" AT
	                        "exited finished\n" AT "entered o\n" AT "exited exit_node (heard)\n");
	assert_false(world.out.emissions[0].outward);
	world_release(&world);
	world_init(&world, RULES, HEAD "holdout: 100%\n" EMIT("out"));
	world_event(&world, LEFT);
	world_expect(&world, AT "entered o\n" AT "skipped holdout tell\n" AT "exited finished\n");
	assert_int_equal(world.out.emission_count, 0);
	world_release(&world);
}

static void without_a_required_field_nobody_is_told_and_it_is_said(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RULES, "journey: j\nentry: { event: left }\n" EMIT("both") DEAF);
	world_event(&world, "{at: 2026-03-05T10:00:00Z, event: left, n: 3}");
	world_expect(&world,
	             AT "entered \n" AT
	                "advanced error (emit oid: a field or key is not there (journeys/j.journey.yaml:4:72))\n" AT
	                "exited finished\n");
	assert_int_equal(world.out.emission_count, 0);
	world_release(&world);
}

/* ---- stories ---- */

static bool play(struct world *world, const char *expects, struct buf *out)
{
	struct diag_list diags;
	diag_init(&diags, &world->arena);
	struct doc_reader reader = {&world->arena, &diags};
	struct story_context context = {.set = world->set, .zones = &world->zones, .zone = &ZONE_UTC};
	struct diag_file *file = arena_alloc(&world->arena, sizeof *file);
	struct story_file story;
	struct story_result result;
	*file = (struct diag_file){
	        STR("x"), arena_printf(&world->arena,
	                               "journey: j\nstart: 2026-03-05T10:00:00Z\ncustomer: { id: c1, timezone: UTC }\n"
	                               "tests: [ { name: x, events: [ { at: +0, event: left, oid: o, n: 3 } ], "
	                               "expect: [ %s ] } ]\n",
	                               expects)};
	bool good = story_file_read(&reader, yaml_read(file, &reader), &context, &story);
	buf_clear(out);
	if (good) {
		story_play(&(struct story_stage){&context, &world->arena, NULL}, &story, story.stories, &result);
		story_print(&result, out);
		good = result.passed;
	} else {
		buf_str(out, diags.items[0].message);
	}
	diag_release(&diags);
	return good;
}

static void a_story_must_expect_what_leaves_the_house(void **state)
{
	struct world world;
	struct buf out = {0};
	(void)state;
	world_init(&world, RULES, HEAD EMIT("out"));
	assert_true(play(&world, "{ at: 2026-03-05T10:00, emit: case_opened, fields: { oid: o, total: 3 } }", &out));
	assert_true(play(&world, "{ at: 2026-03-05T.., emit: .., node: tell }", &out));
	assert_false(play(&world, "{ at: 2026-03-05T10:00, emit: case_opened, fields: { oid: p } }", &out));
	assert_true(str_eq(buf_view(&out), STR("- 2026-03-05T10:00  emit case_opened  {oid: p}\n"
	                                       "  2026-03-05T10:00  event left\n"
	                                       "  2026-03-05T10:00  entered o\n"
	                                       "+ 2026-03-05T10:00  emit case_opened  {oid: o, total: 3.0, why: UTC}\n"
	                                       "  2026-03-05T10:00  exited finished\n")));
	assert_false(play(&world, "", &out));
	assert_false(play(&world, "{ at: 2026-03-05T10:00, emit: case_opend }", &out));
	assert_true(str_eq(buf_view(&out), STR("no event \"case_opend\" is declared")));
	assert_false(play(&world, "{ at: 2026-03-05T10:00, emit: case_opened, data: { oid: o } }", &out));
	assert_true(str_eq(buf_view(&out), STR("what is sent has `data`, what is emitted has `fields`")));
	world_release(&world);
	world_init(&world, RULES, HEAD EMIT("journeys") DEAF);
	assert_true(play(&world, "", &out));
	assert_true(play(&world, "{ at: 2026-03-05T10:00, emit: case_opened, fields: { oid: o } }", &out));
	buf_release(&out);
	world_release(&world);
}

/* ---- the worker ---- */

static void start(struct daemon *daemon)
{
	static const char extra[] = "---\nevent: lapsing\nfields: { policy_id: string }\n"
	                            "---\nevent: erase_me\nerases: customer\n";
	static const struct zone_set zones;
	struct ports ports = {daemon->source, daemon->sink, daemon->store, &daemon->clock.clock, daemon->decoder};
	char rules[4096];
	snprintf(rules, sizeof rules, "%s%s", WORKER_RULES, extra);
	struct journey_set *set = daemon_compile(
	        rules, "journeys/renewal.journey.yaml",
	        "journey: renewal\nentry: { event: policy }\nkey: event.policy_id\nnodes:\n  - wait: 1d\n"
	        "  - emit: { event: lapsing, to: out, fields: { policy_id: key } }\n");
	daemon->worker = worker_new(&daemon->settings, &ports, set, &zones, &ZONE_UTC, &daemon->report);
	worker_start(daemon->worker);
}

#define POLICY "\"type\":\"policy\",\"policy_id\":\"p1\""

static void expect_records(struct daemon *daemon, const char *lines)
{
	if (!str_eq(buf_view(&daemon->records), str_from(lines)))
		fail_msg("got: %.*s", STR_ARG(buf_view(&daemon->records)));
}

static void records_go_to_their_topic_and_are_counted(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	start(&daemon);
	daemon_event(&daemon, "2026-02-14T00:00:00Z", "c1", POLICY);
	daemon_tick(&daemon, "2026-02-16T00:00:00Z");
	daemon_run(&daemon);
	expect_records(&daemon, "2026-02-15T00:00:00Z c1 lapsing\n");
	assert_int_equal((int)daemon.report.metrics[METRIC_RECORDS], 1);
	daemon_expect(&daemon, "");
	daemon_release(&daemon);
}

static void a_kill_at_any_half_turn_tells_once(void **state)
{
	(void)state;
	for (unsigned after = 0; after < 40; after++) {
		struct daemon daemon;
		daemon_init(&daemon, 1, 1);
		start(&daemon);
		daemon_event(&daemon, "2026-02-14T00:00:00Z", "c1", POLICY);
		daemon_tick(&daemon, "2026-02-16T00:00:00Z");
		for (unsigned i = 0; i < after; i++)
			daemon_half_turn(&daemon, i % 2);
		daemon_kill(&daemon);
		start(&daemon);
		daemon_run(&daemon);
		expect_records(&daemon, "2026-02-15T00:00:00Z c1 lapsing\n");
		daemon_release(&daemon);
	}
}

static void without_a_topic_it_is_said(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon.sink->has_topic[SINK_RECORDS] = false;
	start(&daemon);
	daemon_event(&daemon, "2026-02-14T00:00:00Z", "c1", POLICY);
	daemon_tick(&daemon, "2026-02-16T00:00:00Z");
	daemon_run(&daemon);
	expect_records(&daemon, "");
	assert_non_null(memmem(daemon.log.ptr, daemon.log.len, "no topic is set for records", 27));
	daemon_release(&daemon);
}

static void what_was_not_told_yet_of_the_erased_is_withdrawn(void **state)
{
	struct daemon daemon;
	(void)state;
	daemon_init(&daemon, 1, 1);
	daemon.settings.clock = CLOCK_WALL;
	daemon.settings.emit_every.ms = DAY_MS;
	daemon_clock(&daemon, "2026-01-31T09:00:00Z");
	start(&daemon);
	daemon_event(&daemon, "2026-01-30T10:00:00Z", "c1", POLICY);
	daemon_event(&daemon, "2026-01-30T10:00:00Z", "c2", POLICY);
	daemon_run(&daemon);
	daemon_clock(&daemon, "2026-01-31T10:00:01Z");
	daemon_run(&daemon);
	expect_records(&daemon, "");
	daemon_event(&daemon, "2026-01-31T10:05:00Z", "c1", "\"type\":\"erase_me\"");
	daemon_clock(&daemon, "2026-01-31T10:05:01Z");
	daemon_run(&daemon);
	daemon_clock(&daemon, "2026-02-01T11:00:00Z");
	daemon_run(&daemon);
	expect_records(&daemon, "2026-01-31T10:00:00Z c2 lapsing\n");
	daemon_release(&daemon);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(other_systems_are_told_what_the_node_gives_and_journeys_hear_nothing),
	        cmocka_unit_test(both_are_told_the_same_by_one_id),
	        cmocka_unit_test(of_whom_nothing_is_sent_nothing_is_told),
	        cmocka_unit_test(without_a_required_field_nobody_is_told_and_it_is_said),
	        cmocka_unit_test(a_story_must_expect_what_leaves_the_house),
	        cmocka_unit_test(records_go_to_their_topic_and_are_counted),
	        cmocka_unit_test(a_kill_at_any_half_turn_tells_once),
	        cmocka_unit_test(without_a_topic_it_is_said),
	        cmocka_unit_test(what_was_not_told_yet_of_the_erased_is_withdrawn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
