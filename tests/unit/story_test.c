/* SPDX-License-Identifier: Apache-2.0 */
/* Journey tests, tested: what passes, how a failure is told, and what is wrong with the file itself. */
#include "adapters/text/yaml.h"
#include "core/story/story.h"
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define HEAD \
	"journey: motor-renewal\n" \
	"start: 2026-03-01T00:00:00+08:00\n" \
	"customer: { id: c1, timezone: Asia/Shanghai, profile: { income: 90000 } }\n" \
	"tests:\n"

#define POLICY "{ at: +0, event: policy_updated, policy_id: p1, line: motor, expires_on: 2026-05-10, car_price: 80000 }"

#define NIGHT_RULES \
	"event: read\nfields: { page: string }\n---\ntemplates: [ thanks ]\n---\n" \
	"contact_policy: { quiet_hours: { from: \"21:00\", to: \"09:00\" }, on_quiet: defer }\n"
#define NIGHT_JOURNEY \
	"journey: night\nentry: { event: read }\nnodes: [ { send: { channel: email, template: thanks } } ]\n"
#define NIGHT_HEAD "journey: night\nstart: 2026-03-01T23:00:00Z\ntests:\n"

struct scene {
	struct world world;
	struct story_file file;
	struct diag_list diags;
	struct buf text;
	bool read;
};

static void open_scene_of(struct scene *scene, const char *rules, const char *journey, const char *yaml)
{
	*scene = (struct scene){0};
	world_init(&scene->world, rules, journey);
	diag_init(&scene->diags, &scene->world.arena);
	struct doc_reader reader = {&scene->world.arena, &scene->diags};
	struct story_context context = {.set = scene->world.set, .zones = &scene->world.zones, .zone = &ZONE_UTC};
	struct diag_file *file = arena_alloc(&scene->world.arena, sizeof *file);
	*file = (struct diag_file){STR("x.journey-test.yaml"), str_from(yaml)};
	struct doc *doc = yaml_read(file, &reader);
	assert_non_null(doc);
	scene->read = story_file_read(&reader, doc, &context, &scene->file);
	for (size_t i = 0; i < scene->diags.count; i++) {
		struct diag *diag = &scene->diags.items[i];
		struct diag_place place = diag_place(diag->range.file, diag->range.from);
		buf_printf(&scene->text, "%u:%u %d: %.*s%s%.*s\n", place.line, place.column, (int)diag->code,
		           STR_ARG(diag->message), diag->hint.len ? "; " : "", STR_ARG(diag->hint));
	}
}

static void open_scene(struct scene *scene, const char *yaml)
{
	open_scene_of(scene, RENEWAL_RULES, RENEWAL_JOURNEY, yaml);
}

static void close_scene(struct scene *scene)
{
	buf_release(&scene->text);
	diag_release(&scene->diags);
	world_release(&scene->world);
}

static bool play(struct scene *scene, size_t number, struct story_coverage *coverage)
{
	struct story_context context = {.set = scene->world.set, .zones = &scene->world.zones, .zone = &ZONE_UTC};
	struct story_stage stage = {&context, &scene->world.arena, coverage};
	struct story_result result;
	assert_true(number < scene->file.count);
	story_play(&stage, &scene->file, &scene->file.stories[number], &result);
	buf_clear(&scene->text);
	story_print(&result, &scene->text);
	return result.passed;
}

static void assert_text(const struct scene *scene, const char *expected)
{
	if (!str_eq(buf_view(&scene->text), str_from(expected))) {
		print_error("expected:\n%sgot:\n%.*s", expected, STR_ARG(buf_view(&scene->text)));
		fail();
	}
}

static const char GOOD[] =
        HEAD "  - name: buying at day 30 ends it\n"
             "    events:\n"
             "      - " POLICY "\n"
             "      - { at: +40d, event: purchase, sku: motor-renewal, policy_id: p1 }\n"
             "    expect:\n"
             "      - { at: 2026-03-01T00:00, entered: p1 }\n"
             "      - { at: 2026-03-11T10:00, send: renewal/low_low/notice, data: { clicks: 0, last_click: null } }\n"
             "      - { at: 2026-03-26T02:00:00Z, send: renewal/low_low/benefits, node: benefits }\n"
             "      - { at: 2026-04-10T.., exited: goal }\n"
             "  - name: nothing is sent to those with other lines\n"
             "    events:\n"
             "      - { at: +0, event: policy_updated, policy_id: p1, line: home, expires_on: 2026-05-10 }\n"
             "    expect:\n"
             "      - { at: 2026-03-01T.., not_entered: when_false }\n";

static void a_true_story_passes(void **state)
{
	struct scene scene;
	(void)state;
	open_scene(&scene, GOOD);
	assert_text(&scene, "");
	assert_true(scene.read);
	assert_int_equal(scene.file.count, 2);
	if (!play(&scene, 0, NULL))
		fail_msg("%.*s", STR_ARG(buf_view(&scene.text)));
	assert_true(play(&scene, 1, NULL));
	close_scene(&scene);
}

static void a_failure_is_one_timeline(void **state)
{
	struct scene scene;
	(void)state;
	open_scene(&scene, HEAD "  - name: wrong in three ways\n"
	                        "    until: 2026-04-05T00:00\n"
	                        "    events: [ " POLICY ", { at: +20d, event: return, policy_id: p2 } ]\n"
	                        "    expect:\n"
	                        "      - { at: 2026-03-12T10:00, send: renewal/low_low/notice }\n"
	                        "      - { at: 2026-03-26T.., send: renewal/low_low/benefits, data: { clicks: 3 } }\n"
	                        "      - { at: 2026-04-01T.., exited: cancelled }\n");
	assert_true(scene.read);
	assert_false(play(&scene, 0, NULL));
	assert_text(&scene, "  2026-03-01T00:00  event policy_updated\n"
	                    "  2026-03-01T00:00  entered p1\n"
	                    "+ 2026-03-11T10:00  send renewal/low_low/notice  {policy_id: p1, clicks: 0, "
	                    "last_click: null}\n"
	                    "- 2026-03-12T10:00  send renewal/low_low/notice\n"
	                    "  2026-03-21T00:00  event return\n"
	                    "- 2026-03-26T..  send renewal/low_low/benefits  {clicks: 3}\n"
	                    "+ 2026-03-26T10:00  send renewal/low_low/benefits  {policy_id: p1, clicks: 0, "
	                    "last_click: null}\n"
	                    "- 2026-04-01T..  exited cancelled\n");
	close_scene(&scene);
}

static void a_send_that_nobody_listed_fails(void **state)
{
	struct scene scene;
	(void)state;
	open_scene(&scene, HEAD "  - name: silence\n    events: [ " POLICY " ]\n    until: +11d\n");
	assert_true(scene.read);
	assert_false(play(&scene, 0, NULL));
	close_scene(&scene);
}

static void what_was_reached_is_counted(void **state)
{
	struct story_coverage coverage;
	struct scene scene;
	(void)state;
	open_scene(&scene, GOOD);
	story_coverage_init(&coverage, scene.file.journey, &scene.world.arena);
	play(&scene, 0, &coverage);
	play(&scene, 0, &coverage);
	assert_int_equal(coverage.count, 7);
	assert_true(str_eq(coverage.names[0], STR("notice")));
	assert_int_equal(coverage.hits[0], 2);
	assert_int_equal(coverage.hits[1], 2);
	assert_int_equal(coverage.hits[2], 0);
	close_scene(&scene);
}

/* Of waits a story can name those that have a reason; the timeline shows them. */
static void what_a_message_waits_for_can_be_told(void **state)
{
	struct scene scene;
	(void)state;
	open_scene_of(&scene, NIGHT_RULES, NIGHT_JOURNEY,
	              NIGHT_HEAD "  - name: read in the night, thanked in the morning\n"
	                         "    events: [ { at: +0, event: read } ]\n"
	                         "    expect:\n"
	                         "      - { at: 2026-03-01T23:00, waiting: quiet_hours }\n"
	                         "      - { at: 2026-03-02T09:00, send: thanks }\n"
	                         "  - name: it waits for no other reason\n"
	                         "    events: [ { at: +0, event: read } ]\n"
	                         "    expect:\n"
	                         "      - { at: 2026-03-01T23:00, waiting: frequency_cap }\n"
	                         "      - { at: 2026-03-02T09:00, send: thanks }\n");
	assert_text(&scene, "");
	assert_true(scene.read);
	assert_true(play(&scene, 0, NULL));
	assert_false(play(&scene, 1, NULL));
	assert_text(&scene, "- 2026-03-01T23:00  waiting frequency_cap\n"
	                    "  2026-03-01T23:00  event read\n"
	                    "  2026-03-01T23:00  entered \n"
	                    "  2026-03-01T23:00  waiting quiet_hours\n"
	                    "  2026-03-02T09:00  send thanks\n"
	                    "  2026-03-02T09:00  exited finished\n");
	close_scene(&scene);
}

static void mistakes_in_the_file_are_found_with_their_place(void **state)
{
	struct scene scene;
	(void)state;
	open_scene(&scene, HEAD "  - name: all wrong\n"
	                        "    events:\n"
	                        "      - { at: +x, event: purchase, skew: 1 }\n"
	                        "      - { at: +1d, event: purchese }\n"
	                        "      - { at: +1d, event: policy_updated, expires_on: soon }\n"
	                        "    expect:\n"
	                        "      - { at: 2026-03-11, send: renewal/low_low/notise }\n"
	                        "      - { at: 2026-03-11T10:00, exited: gaol }\n"
	                        "      - { at: 2026-03-11T10:00 }\n");
	assert_false(scene.read);
	assert_non_null(memmem(scene.text.ptr, scene.text.len, "7:15 8: \"+x\" is not a time", 26));
	assert_non_null(memmem(scene.text.ptr, scene.text.len, "event \"purchase\" has no field \"skew\"", 36));
	assert_non_null(memmem(scene.text.ptr, scene.text.len, "did you mean \"purchase\"?", 24));
	assert_non_null(memmem(scene.text.ptr, scene.text.len, "needs the field \"policy_id\"", 27));
	assert_non_null(memmem(scene.text.ptr, scene.text.len, "did you mean \"renewal/low_low/notice\"?", 38));
	assert_non_null(memmem(scene.text.ptr, scene.text.len, "did you mean \"goal\"?", 20));
	assert_non_null(memmem(scene.text.ptr, scene.text.len, "an expectation has one of", 25));
	close_scene(&scene);
}

static void an_unknown_journey_or_attribute_is_found(void **state)
{
	struct scene scene;
	(void)state;
	open_scene(&scene, "journey: motor-renewel\ntests: []\n");
	assert_false(scene.read);
	assert_non_null(memmem(scene.text.ptr, scene.text.len, "did you mean \"motor-renewal\"?", 29));
	close_scene(&scene);
	open_scene(&scene, "journey: motor-renewal\n"
	                   "customer: { profile: { incom: 3 } }\n"
	                   "tests: [ { name: x, events: [] } ]\n");
	assert_false(scene.read);
	assert_non_null(memmem(scene.text.ptr, scene.text.len, "2:24 130: the profile has no attribute \"incom\"", 46));
	assert_non_null(memmem(scene.text.ptr, scene.text.len, "\"start\" is missing", 18));
	close_scene(&scene);
}

/* ---- a journey that is edited in the middle ---- */

static const char EDIT_RULES[] = "event: order\nfields: { order_id: { type: string, required: true } }\n---\n"
                                 "templates: [early, late, new]\n";
#define EDIT_HEAD "journey: steps\nentry: { event: order }\nkey: event.order_id\n"
#define EDIT_SEND(name, template) "  - { name: " name ", send: { channel: email, template: " template " } }\n"
static const char EDIT_OLD[] =
        EDIT_HEAD "nodes:\n" EDIT_SEND("hello", "early") "  - { name: pause, wait: 3d }\n" EDIT_SEND("bye", "late");
static const char EDIT_NEW[] = EDIT_HEAD "nodes:\n  - { name: rest, wait: 1d }\n" EDIT_SEND("greet", "new");

static bool two_worlds(void *owner, const struct doc *from, const struct journey *journey, struct story_edition *out)
{
	struct world *worlds = owner;
	(void)journey;
	*out = (struct story_edition){worlds[0].set, worlds[1].set};
	return str_eq(from->text, STR("older.yaml"));
}

static void after_an_edit_each_goes_on_by_the_text_begun_with(void **state)
{
	static const char STORY[] = "journey: steps\nstart: 2026-03-01T00:00:00Z\ntests:\n"
	                            "  - name: an edit\n"
	                            "    edit: { at: +2d, from: older.yaml }\n"
	                            "    events:\n"
	                            "      - { at: +0, event: order, order_id: a }\n"
	                            "      - { at: +2d, event: order, order_id: b }\n"
	                            "    expect:\n"
	                            "      - { at: 2026-03-01T00:00, send: early }\n"
	                            "      - { at: 2026-03-04T00:00, send: late }\n"
	                            "      - { at: 2026-03-04T00:00, send: new }\n";
	struct world worlds[2];
	struct diag_list diags;
	struct story_file file;
	struct story_result result;
	(void)state;
	world_init(&worlds[0], EDIT_RULES, EDIT_OLD);
	world_init(&worlds[1], EDIT_RULES, EDIT_OLD);
	world_edit_keeping(&worlds[1], EDIT_RULES, EDIT_NEW, EDIT_OLD);
	struct arena *arena = &worlds[1].arena;
	diag_init(&diags, arena);
	struct doc_reader reader = {arena, &diags};
	struct story_context context = {.set = worlds[1].set,
	                                .zones = &worlds[1].zones,
	                                .zone = &ZONE_UTC,
	                                .edition = two_worlds,
	                                .owner = worlds};
	struct diag_file text = {STR("x.journey-test.yaml"), str_from(STORY)};
	assert_true(story_file_read(&reader, yaml_read(&text, &reader), &context, &file));
	struct story_stage stage = {&context, arena, NULL};
	story_play(&stage, &file, &file.stories[0], &result);
	assert_true(result.passed);
	assert_int_equal(result.sends, 3);
	context.edition = NULL;
	assert_false(story_file_read(&reader, yaml_read(&text, &reader), &context, &file));
	assert_int_equal(diags.errors, 1);
	diag_release(&diags);
	world_release(&worlds[0]);
	world_release(&worlds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_true_story_passes),
	        cmocka_unit_test(a_failure_is_one_timeline),
	        cmocka_unit_test(a_send_that_nobody_listed_fails),
	        cmocka_unit_test(what_was_reached_is_counted),
	        cmocka_unit_test(what_a_message_waits_for_can_be_told),
	        cmocka_unit_test(mistakes_in_the_file_are_found_with_their_place),
	        cmocka_unit_test(after_an_edit_each_goes_on_by_the_text_begun_with),
	        cmocka_unit_test(an_unknown_journey_or_attribute_is_found),
	};
	return cmocka_run_group_tests_name("story", tests, NULL, NULL);
}
