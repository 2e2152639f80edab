/* SPDX-License-Identifier: Apache-2.0 */
/* The whole: several journeys and rules together, what ships, and the tables handed to others. */
#include "core/base/hash.h"
#include "language_fixture.h"

#include "adapters/lunar/lunar.h"
#include "adapters/text/files.h"
#include "adapters/text/zoneinfo.h"
#include "core/base/hash.h"
#include "core/journey/journey_schema.h"
#include "core/story/story.h"

#define EVENTS \
	{"rules/order.yaml", "event: order\nfields: { total: double, sku: string }\n"}, \
	{ \
		"rules/click.yaml", "event: click\n" \
	}
#define A_TEXT "journey: a\nentry: { event: order }\nexit_when: [ { event: click } ]\nnodes: [ { exit: done } ]\n"
#define B_TEXT "journey: b\nentry: { event: click }\ngoal: { event: click }\nnodes: [ { exit: done } ]\n"
#define A \
	{ \
		"journeys/a.journey.yaml", A_TEXT \
	}
#define B \
	{ \
		"journeys/b.journey.yaml", B_TEXT \
	}

static void journeys_stand_by_name_and_events_know_who_cares(void **state)
{
	(void)state;
	const struct fixture_file files[] = {B, A, EVENTS, {0}};
	struct fixture fixture;
	fixture_compile(&fixture, files, NULL);
	assert_string_equal(fixture.findings.ptr, "");
	const struct journey_set *set = fixture.set;
	assert_int_equal(set->journey_count, 2);
	assert_true(str_eq(set->journeys[0].name, STR("a")));
	assert_int_equal(set->journeys[1].index, 1);
	const struct event_uses *order = &set->uses[rules_event(&set->rules, STR("order"))->index];
	const struct event_uses *click = &set->uses[rules_event(&set->rules, STR("click"))->index];
	assert_int_equal(order->entry_count, 1);
	assert_int_equal(order->entries[0], 0);
	assert_int_equal(order->ending_count, 0);
	assert_int_equal(click->entries[0], 1);
	assert_int_equal(click->ending_count, 2);
	assert_ptr_equal(journey_set_find(set, set->journeys[1].tag), &set->journeys[1]);
	assert_null(journey_set_find(set, 7));
	fixture_release(&fixture);
}

static void hash_of(const struct fixture_file *files, char out[13])
{
	struct fixture fixture;
	fixture_compile(&fixture, files, NULL);
	assert_non_null(fixture.set);
	assert_int_equal(fixture.set->hash.len, 12);
	memcpy(out, fixture.set->hash.ptr, 12);
	out[12] = '\0';
	fixture_release(&fixture);
}

static void the_hash_covers_rules_and_journeys_but_not_where_they_lie(void **state)
{
	(void)state;
	const struct fixture_file one[] = {A, B, EVENTS, {0}};
	const struct fixture_file moved[] = {{"journeys/old/b.journey.yaml", B_TEXT}, A, EVENTS, {0}};
	const struct fixture_file changed[] = {
	        A, B, EVENTS, {"rules/limits.yaml", "limits: { actions_per_day: 5 }\n"}, {0}};
	char first[13], second[13], third[13];
	hash_of(one, first);
	hash_of(moved, second);
	hash_of(changed, third);
	assert_string_equal(first, second);
	assert_string_not_equal(first, third);
}

/* The order of cases decides who is what, so it is part of the version although keys of a map have no order. */
static void the_order_of_cases_is_part_of_the_version(void **state)
{
	(void)state;
	static const char *const CASES[] = {"cases: { x: event.total > 1.0, y: event.total > 2.0 }",
	                                    "cases: { y: event.total > 2.0, x: event.total > 1.0 }"};
	char versions[2][12];
	for (size_t i = 0; i < 2; i++) {
		char segment[200] = "segment: s\n";
		strcat(segment, CASES[i]);
		const struct fixture_file files[] = {
		        {"journeys/a.journey.yaml",
		         "journey: a\nsegment: s\nentry: { event: order }\nnodes: [ { exit: done } ]\n"},
		        EVENTS,
		        {"rules/s.yaml", segment},
		        {0}};
		struct fixture fixture;
		fixture_compile(&fixture, files, NULL);
		assert_non_null(fixture.set);
		memcpy(versions[i], fixture.set->journeys[0].version.ptr, 12);
		fixture_release(&fixture);
	}
	assert_memory_not_equal(versions[0], versions[1], 12);
}

static void an_empty_set_is_an_error(void **state)
{
	(void)state;
	const struct fixture_file files[] = {EVENTS, {0}};
	fixture_expect(files, "error 62: there is no journey; a journey is a file named NAME.journey.yaml\n");
}

static void two_journeys_of_one_name_are_said(void **state)
{
	(void)state;
	const struct fixture_file files[] = {A, {"journeys/x/a.journey.yaml", A_TEXT}, EVENTS, {0}};
	fixture_expect(files, "journeys/x/a.journey.yaml:1:10 error 50: there is already a journey \"a\"; the first "
	                      "one is here: journeys/a.journey.yaml:1:10\n");
}

static void a_journey_stands_in_the_file_of_its_name(void **state)
{
	(void)state;
	const struct fixture_file files[] = {{"journeys/c.journey.yaml", A_TEXT}, EVENTS, {0}};
	fixture_expect(files, "journeys/c.journey.yaml:1:10 error 57: journey \"a\" stands in a file of another name; "
	                      "name the file a.journey.yaml, or the journey \"c\"\n");
}

static void a_file_without_a_journey_is_said(void **state)
{
	(void)state;
	const struct fixture_file files[] = {
	        A, {"journeys/c.journey.yaml", "journy: c\n"}, {"journeys/d.journey.yaml", "event: d\n"}, EVENTS, {0}};
	fixture_expect(
	        files,
	        "journeys/c.journey.yaml:1:1 error 56: this file has no key `journey`; did you mean \"journey\"?\n"
	        "journeys/d.journey.yaml:1:1 error 56: this file has no key `journey`; a journey begins with `journey: "
	        "NAME`; rules belong into the rules folder\n");
}

static void everything_wrong_is_said_in_one_run(void **state)
{
	(void)state;
	const struct fixture_file files[] = {
	        {"journeys/a.journey.yaml", "journey: a\nentry: { event: ordr }\nnodes: [ { wiat: 3d } ]\n"},
	        {"journeys/b.journey.yaml", "journey: b\nentry: { event: order }\nnodes:\n"
	                                    "  - send: { channel: email, template: welcme }\n"},
	        EVENTS,
	        {"rules/templates.yaml", "templates: [welcome]\n"},
	        {"rules/x.yaml", "traits: { n: { count: clik } }\n"},
	        {0}};
	fixture_expect(files, "journeys/a.journey.yaml:2:17 error 51: no event \"ordr\" is declared in the rules; did "
	                      "you mean \"order\"?; known events: click, order\n"
	                      "journeys/a.journey.yaml:3:12 error 66: no key says what kind of node this is; did you "
	                      "mean \"wait\"?; known kinds: emit, exit, experiment, goto, send, sequence, set, split, "
	                      "start_journey, task, wait, wait_for\n"
	                      "journeys/b.journey.yaml:4:39 error 53: no template \"welcme\" is listed in the rules; "
	                      "did you mean \"welcome\"?\n"
	                      "rules/x.yaml:1:23 error 51: no event \"clik\" is declared in the rules; did you mean "
	                      "\"click\"?; known events: click, order\n");
}

/* What stands in a file that could not be read is not missing elsewhere: only the file's own mistake is told. */
static void an_unreadable_rules_file_does_not_make_others_wrong(void **state)
{
	(void)state;
	const struct fixture_file files[] = {
	        {"journeys/a.journey.yaml",
	         "journey: a\nsegment: s\nentry: { event: other, when: event.total > profile.least }\nnodes:\n"
	         "  - send: { channel: email, template: '{segment}', data: { n: trait.n } }\n"},
	        EVENTS,
	        {"rules/templates.yaml", "templates: [t]\n"},
	        {"rules/x.yaml", "event: [\n"},
	        {0}};
	struct fixture fixture;
	fixture_compile(&fixture, files, NULL);
	assert_null(fixture.set);
	assert_int_equal(fixture.diags.errors, 1);
	assert_int_equal(fixture.diags.items[0].code, DIAG_SYNTAX);
	fixture_release(&fixture);
}

static void rules_that_nothing_uses_are_said_as_warnings(void **state)
{
	(void)state;
	const struct fixture_file files[] = {
	        {"journeys/a.journey.yaml", "journey: a\nentry: { event: order }\nnodes:\n"
	                                    "  - send: { channel: email, template: t }\n"},
	        EVENTS,
	        {"rules/s.yaml", "segment: s\ncases: { x: event.total > 1.0 }\n"},
	        {"rules/policy.yaml", "contact_policy: { frequency_caps: [ { max: 3, within: 7d, channel: sms } ] }\n"},
	        {"rules/templates.yaml", "templates: [t, u]\n"},
	        {0}};
	fixture_expect(
	        files,
	        "rules/click.yaml:1:8 warning 60: nothing uses the event \"click\"\n"
	        "rules/policy.yaml:1:37 warning 60: no journey sends by the channel \"sms\" that this cap counts\n"
	        "rules/s.yaml:1:10 warning 60: nothing uses the segment \"s\"\n"
	        "rules/templates.yaml:1:16 warning 60: nothing uses the template \"u\"\n");
}

static void channels_that_records_could_not_tell_apart_are_said(void **state)
{
	(void)state;
	const struct fixture_file files[] = {{"journeys/a.journey.yaml",
	                                      "journey: a\nentry: { event: order }\nnodes:\n"
	                                      "  - send: { channel: email, template: t }\n"
	                                      "  - send: { channel: ch46106, template: t }\n"},
	                                     EVENTS,
	                                     {"rules/t.yaml", "templates: [t]\n"},
	                                     {"rules/u.yaml", "traits: { n: { count: click } }\n"},
	                                     {0}};
	fixture_expect(files, "journeys/a.journey.yaml:5:5 error 63: the channel \"ch46106\" cannot be told from "
	                      "\"email\" in stored records; rename one\n");
}

static void every_kind_of_file_has_a_table(void **state)
{
	(void)state;
	size_t count;
	const struct journey_schema *all = journey_schema_all(&count);
	assert_true(count >= 11);
	for (size_t i = 0; i < count; i++) {
		const struct field *first = all[i].fields;
		assert_string_equal(first->key, all[i].name);
		for (const struct field *field = first; field->key; field++)
			assert_non_null(field->about);
	}
	assert_string_equal(journey_schema_find(STR("segment"))->fields[2].key, "cases");
	assert_null(journey_schema_find(STR("segments")));
}

struct shipped {
	struct fixture fixture;
	struct zone_set zones;
	struct lunar lunar;
};

static size_t read_folder(struct fixture *fixture, const char *folder, const char *suffix, struct source_doc *out)
{
	struct file_list list;
	struct doc_reader reader = {&fixture->arena, &fixture->diags};
	assert_true(files_find(str_from(folder), suffix, &fixture->arena, &fixture->diags, &list));
	for (size_t i = 0; i < list.count; i++) {
		out[i].file = files_read(list.paths[i], 8 << 20, &fixture->arena, &fixture->diags);
		out[i].doc = yaml_read(out[i].file, &reader);
	}
	return list.count;
}

static void shipped_release(struct shipped *shipped)
{
	lunar_release(&shipped->lunar);
	fixture_release(&shipped->fixture);
}

static void compile_shipped(struct shipped *shipped)
{
	struct fixture *fixture = &shipped->fixture;
	struct source_doc docs[2][256];
	*fixture = (struct fixture){0};
	arena_init(&fixture->arena, 64 * 1024);
	diag_init(&fixture->diags, &fixture->arena);
	zoneinfo_load(NULL, &fixture->arena, &fixture->diags, &shipped->zones);
	lunar_init(&shipped->lunar);
	shipped->zones.chinese = &shipped->lunar.source;
	size_t rules = read_folder(fixture, SOURCE_DIR "/rules", ".yaml", docs[0]);
	size_t journeys = read_folder(fixture, SOURCE_DIR "/journeys", ".journey.yaml", docs[1]);
	fixture->set = journey_set_compile(docs[0], rules, docs[1], journeys, &shipped->zones, &fixture->diags);
	for (size_t i = 0; i < fixture->diags.count; i++)
		fixture_print(fixture, &fixture->diags.items[i]);
	buf_char(&fixture->findings, '\0');
}

static void what_ships_compiles_without_a_warning(void **state)
{
	(void)state;
	struct shipped shipped;
	compile_shipped(&shipped);
	assert_string_equal(shipped.fixture.findings.ptr, "");
	const struct journey_set *set = shipped.fixture.set;
	assert_true(set->rules.template_count >= 28);
	const struct journey *journey = journey_set_find(set, hash_tag(STR("motor-renewal")));
	assert_non_null(journey);
	assert_int_equal(journey->nodes[0].sequence.count, 7);
	assert_int_equal(journey->segment->case_count, 4);
	shipped_release(&shipped);
}

/* policy_id and expires_on for the data, car_price for the segment: the line is only asked at entry. */
static void a_shipped_instance_keeps_three_fields(void **state)
{
	(void)state;
	struct shipped shipped;
	compile_shipped(&shipped);
	const struct journey *journey = journey_set_find(shipped.fixture.set, hash_tag(STR("motor-renewal")));
	assert_non_null(journey);
	assert_int_equal(journey->kept_count, 3);
	assert_true(str_eq(journey->entry->fields[journey->kept[0]].name, STR("policy_id")));
	assert_true(str_eq(journey->entry->fields[journey->kept[1]].name, STR("expires_on")));
	assert_true(str_eq(journey->entry->fields[journey->kept[2]].name, STR("car_price")));
	shipped_release(&shipped);
}

/* The next ```yaml block of a document, as a file named by its first line `# PATH`. */
static bool next_block(struct fixture *fixture, const char **at, struct fixture_file *out)
{
	static const char OPEN[] = "```yaml\n# ";
	const char *open = strstr(*at, OPEN);
	if (!open)
		return false;
	const char *path = open + strlen(OPEN), *line = strchr(path, '\n'), *close = strstr(line, "```");
	out->path = arena_str(&fixture->arena, (struct str){path, (size_t)(line - path)}).ptr;
	out->text = arena_str(&fixture->arena, (struct str){line, (size_t)(close - line)}).ptr;
	*at = close;
	return true;
}

static const struct zone GUIDE_ZONES[] = {{.name = {"America/New_York", 16}}, {.name = {"Europe/Berlin", 13}}};

struct guides {
	struct fixture fixture; /* its arena holds the texts */
	struct fixture_file files[96], stories[96];
	size_t count, story_count;
	struct lunar lunar;
	struct zone_set zones;
};

static void guides_read(struct guides *guides)
{
	static const char *const PATHS[] = {SOURCE_DIR "/rules/README.md", SOURCE_DIR "/journeys/README.md"};
	struct fixture *fixture = &guides->fixture;
	struct fixture_file block;
	*guides = (struct guides){0};
	lunar_init(&guides->lunar);
	guides->zones = (struct zone_set){GUIDE_ZONES, 2, &guides->lunar.source};
	arena_init(&fixture->arena, 64 * 1024);
	diag_init(&fixture->diags, &fixture->arena);
	for (size_t i = 0; i < 2; i++) {
		const struct diag_file *guide =
		        files_read(str_from(PATHS[i]), 1 << 20, &fixture->arena, &fixture->diags);
		const char *at = arena_str(&fixture->arena, guide->text).ptr;
		while (guides->count < 95 && next_block(fixture, &at, &block)) {
			if (strstr(block.path, ".journey-test.yaml"))
				guides->stories[guides->story_count++] = block;
			else
				guides->files[guides->count++] = block;
		}
	}
}

static void guides_release(struct guides *guides)
{
	lunar_release(&guides->lunar);
	fixture_release(&guides->fixture);
}

static void every_example_of_the_guides_compiles_without_a_warning(void **state)
{
	(void)state;
	struct guides guides;
	struct fixture fixture;
	guides_read(&guides);
	assert_true(guides.count >= 19);
	fixture_compile(&fixture, guides.files, &guides.zones);
	assert_string_equal(fixture.findings.ptr, "");
	assert_true(fixture.set->journey_count >= 5);
	fixture_release(&fixture);
	guides_release(&guides);
}

static void the_guides_stories_come_out(void **state)
{
	(void)state;
	struct guides guides;
	struct fixture fixture;
	guides_read(&guides);
	assert_true(guides.story_count >= 2);
	fixture_compile(&fixture, guides.files, &guides.zones);
	for (size_t i = 0; i < guides.story_count; i++) {
		struct source_doc source = fixture_read(&fixture, &guides.stories[i]);
		struct doc_reader reader = {&fixture.arena, &fixture.diags};
		struct story_context context = {.set = fixture.set, .zones = &guides.zones, .zone = &ZONE_UTC};
		struct story_file file;
		struct story_result result;
		assert_true(story_file_read(&reader, source.doc, &context, &file));
		assert_int_equal(file.count, 1);
		story_play(&(struct story_stage){&context, &fixture.arena, NULL}, &file, &file.stories[0], &result);
		assert_true(result.passed);
		assert_true(result.sends > 0);
	}
	fixture_release(&fixture);
	guides_release(&guides);
}

/* Brackets in balance outside texts: what is nested in what is the printer's own business. */
static void schema_is_balanced(struct str text)
{
	int depth = 0;
	bool inside = false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (inside && c == '\\')
			i++;
		else if (c == '"')
			inside = !inside;
		else if (!inside)
			depth += (c == '{' || c == '[') - (c == '}' || c == ']');
		assert_true(depth >= 0);
	}
	assert_int_equal(depth, 0);
	assert_false(inside);
}

static void the_schema_of_every_kind_says_what_code_reads(void **state)
{
	(void)state;
	size_t count;
	const struct journey_schema *all = journey_schema_all(&count);
	struct buf out = {0};
	for (size_t i = 0; i < count; i++) {
		buf_clear(&out);
		doc_schema_print_root(&JOURNEY_SCHEMA, all[i].name, all[i].fields, &out);
		schema_is_balanced(buf_view(&out));
	}
	buf_clear(&out);
	doc_schema_print_root(&JOURNEY_SCHEMA, "journey", journey_schema_find(STR("journey"))->fields, &out);
	buf_char(&out, '\0');
	assert_non_null(strstr(out.ptr, "\"late_join\""));
	assert_non_null(strstr(out.ptr, "\"expires_after\""));
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(journeys_stand_by_name_and_events_know_who_cares),
	        cmocka_unit_test(the_hash_covers_rules_and_journeys_but_not_where_they_lie),
	        cmocka_unit_test(the_order_of_cases_is_part_of_the_version),
	        cmocka_unit_test(an_empty_set_is_an_error),
	        cmocka_unit_test(two_journeys_of_one_name_are_said),
	        cmocka_unit_test(a_journey_stands_in_the_file_of_its_name),
	        cmocka_unit_test(a_file_without_a_journey_is_said),
	        cmocka_unit_test(everything_wrong_is_said_in_one_run),
	        cmocka_unit_test(an_unreadable_rules_file_does_not_make_others_wrong),
	        cmocka_unit_test(rules_that_nothing_uses_are_said_as_warnings),
	        cmocka_unit_test(channels_that_records_could_not_tell_apart_are_said),
	        cmocka_unit_test(every_kind_of_file_has_a_table),
	        cmocka_unit_test(what_ships_compiles_without_a_warning),
	        cmocka_unit_test(a_shipped_instance_keeps_three_fields),
	        cmocka_unit_test(every_example_of_the_guides_compiles_without_a_warning),
	        cmocka_unit_test(the_guides_stories_come_out),
	        cmocka_unit_test(the_schema_of_every_kind_says_what_code_reads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
