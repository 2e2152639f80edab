/* SPDX-License-Identifier: Apache-2.0 */
/* Findings: how they look, in which order, and which name was meant. */
#include "core/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

struct world {
	struct arena arena;
	struct diag_list diags;
	struct diag_file file;
};

static void world_init(struct world *world, const char *text)
{
	arena_init(&world->arena, 1024);
	diag_init(&world->diags, &world->arena);
	world->file = (struct diag_file){STR("a.yaml"), str_from(text)};
}

static void world_release(struct world *world)
{
	diag_release(&world->diags);
	arena_release(&world->arena);
}

static struct diag *add(struct world *world, uint32_t from, uint32_t to)
{
	return diag_add(&world->diags, DIAG_ERROR, DIAG_BAD_VALUE, (struct diag_range){&world->file, from, to},
	                "wrong");
}

static void assert_printed(struct world *world, const char *expected)
{
	struct buf text = {0};
	diag_print(&world->diags, false, &text);
	buf_char(&text, '\0');
	assert_string_equal(text.ptr, expected);
	buf_release(&text);
	world_release(world);
}

static void a_finding_shows_line_mark_hint_and_known_names(void **state)
{
	(void)state;
	static const struct str fields[] = {{"total", 5}, {"sku", 3}, {"currency", 8}};
	struct world world;
	world_init(&world, "a: 1\n\n\n\n\n\n\n\n\n    when: event.totl > 50\n");
	struct diag_range range = {&world.file, 23, 33};
	struct diag *diag = diag_add(&world.diags, DIAG_ERROR, DIAG_EXPR_NAME, range, "no field \"%s\"", "totl");
	diag_suggest(&world.diags, diag, STR("totl"), fields, 3, "fields");
	assert_printed(&world, "a.yaml:10:11: error: no field \"totl\" [JRN021]\n"
	                       "   |\n"
	                       "10 |     when: event.totl > 50\n"
	                       "   |           ^~~~~~~~~~ did you mean \"total\"?\n"
	                       "   = known fields: currency, sku, total\n");
}

static void a_warning_without_file_names_the_program(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, "");
	struct diag *diag =
	        diag_add(&world.diags, DIAG_WARNING, DIAG_NO_JOURNEYS, (struct diag_range){0}, "no journeys");
	diag_hint(&world.diags, diag, "write one");
	assert_int_equal(world.diags.warnings, 1);
	assert_int_equal(world.diags.errors, 0);
	assert_printed(&world, "journeyd: warning: no journeys [JRN062]\n"
	                       "  = write one\n");
}

static void a_file_without_text_is_named_without_line(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL);
	add(&world, 0, 0);
	assert_printed(&world, "a.yaml: error: wrong [JRN008]\n");
}

static void tabs_take_one_column_and_marks_stand_right(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, "\tx:\ty");
	add(&world, 4, 5);
	assert_printed(&world, "a.yaml:1:5: error: wrong [JRN008]\n  |\n1 |  x: y\n  |     ^\n");
}

static void columns_count_characters_and_marks_count_display_columns(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, "\346\224\277\303\251: x");
	add(&world, 7, 8);
	assert_printed(&world, "a.yaml:1:5: error: wrong [JRN008]\n  |\n1 | \346\224\277\303\251: x\n  |      ^\n");
}

static void what_would_steer_the_terminal_is_not_printed(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, "a\033[2Jb \342\200\256c");
	struct diag_range range = {&world.file, 5, 6};
	diag_add(&world.diags, DIAG_ERROR, DIAG_BAD_VALUE, range, "bad \033[31m");
	assert_printed(&world, "a.yaml:1:6: error: bad \357\277\275[31m [JRN008]\n"
	                       "  |\n"
	                       "1 | a\357\277\275[2Jb \357\277\275c\n"
	                       "  |      ^\n");
}

static void a_range_over_lines_marks_the_first_to_its_end(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, "a: [1,\r\n2]\r\n");
	add(&world, 3, 10);
	assert_printed(&world, "a.yaml:1:4: error: wrong [JRN008]\n  |\n1 | a: [1,\n  |    ^~~\n");
}

static void places_at_and_behind_the_end_are_shown(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, "a\nbc");
	add(&world, 4, 4);
	add(&world, 400, 500);
	assert_printed(&world, "a.yaml:2:3: error: wrong [JRN008]\n  |\n2 | bc\n  |   ^\n"
	                       "a.yaml:2:3: error: wrong [JRN008]\n  |\n2 | bc\n  |   ^\n");
}

static void long_lines_keep_the_mark_in_sight(void **state)
{
	(void)state;
	char line[301] = {0};
	struct world world;
	struct buf text = {0};
	for (int i = 0; i < 300; i++)
		line[i] = (char)('a' + i % 26);
	for (uint32_t at = 0; at < 300; at++) {
		world_init(&world, line);
		add(&world, at, at + 10);
		buf_clear(&text);
		diag_print(&world.diags, false, &text);
		buf_char(&text, '\0');
		const char *shown = strstr(text.ptr, "1 | "), *mark = strchr(text.ptr, '^');
		const char *gutter = mark;
		while (gutter[-1] != '\n')
			gutter--;
		assert_int_equal(shown[mark - gutter], line[at]);
		assert_true(strcspn(shown, "\n") <= 4 + 120 + 6);
		world_release(&world);
	}
	buf_release(&text);
}

static void the_other_place_is_a_note_with_its_own_lines(void **state)
{
	(void)state;
	struct world world;
	struct diag_file other = {STR("b.yaml"), STR("x: 1\n")};
	world_init(&world, "x: 2\n");
	struct diag *diag = add(&world, 0, 1);
	diag->related = (struct diag_range){&other, 0, 1};
	diag->related_message = STR("first defined here");
	assert_printed(&world, "a.yaml:1:1: error: wrong [JRN008]\n  |\n1 | x: 2\n  | ^\n"
	                       "b.yaml:1:1: note: first defined here\n  |\n1 | x: 1\n  | ^\n");
}

static void colours_only_when_asked(void **state)
{
	(void)state;
	struct world world;
	struct buf text = {0};
	world_init(&world, "x: 2\n");
	add(&world, 0, 1);
	diag_print(&world.diags, true, &text);
	buf_char(&text, '\0');
	assert_non_null(strstr(text.ptr, "\033[1;31merror:\033[0m"));
	text.len = 0;
	diag_print(&world.diags, false, &text);
	assert_null(memchr(text.ptr, '\033', text.len));
	buf_release(&text);
	world_release(&world);
}

static void findings_are_sorted_by_file_and_place_and_stay_in_order(void **state)
{
	(void)state;
	struct world world;
	struct diag_file first = {STR("Z.yaml"), STR("zz")};
	world_init(&world, "abcdef");
	for (int i = 0; i < 40; i++) {
		struct diag_range range = {i % 2 ? &first : &world.file, (uint32_t)(i % 4), (uint32_t)(i % 4) + 1};
		diag_add(&world.diags, DIAG_ERROR, DIAG_BAD_VALUE, range, "%02d", i);
	}
	diag_add(&world.diags, DIAG_ERROR, DIAG_FILE, (struct diag_range){0}, "none");
	diag_sort(&world.diags);
	assert_null(world.diags.items[0].range.file);
	for (size_t i = 2; i < world.diags.count; i++) {
		const struct diag *a = &world.diags.items[i - 1], *b = &world.diags.items[i];
		int order = str_cmp(a->range.file->path, b->range.file->path);
		assert_true(order < 0 || (order == 0 && a->range.from <= b->range.from));
		if (order == 0 && a->range.from == b->range.from)
			assert_true(str_cmp(a->message, b->message) < 0);
	}
	world_release(&world);
}

static void the_same_finding_is_told_once(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, "abc");
	add(&world, 1, 2);
	add(&world, 0, 1);
	add(&world, 1, 2);
	diag_sort(&world.diags);
	assert_int_equal(world.diags.count, 2);
	assert_int_equal(world.diags.errors, 2);
	world_release(&world);
}

static void at_most_fifty_findings_a_file_are_shown(void **state)
{
	(void)state;
	struct world world;
	struct buf text = {0};
	world_init(&world, "abc");
	for (uint32_t i = 0; i < 53; i++)
		add(&world, 0, i + 1);
	diag_print(&world.diags, false, &text);
	buf_char(&text, '\0');
	size_t count = 0;
	for (const char *at = text.ptr; (at = strstr(at, "error:")); at++)
		count++;
	assert_int_equal(count, 50);
	assert_non_null(strstr(text.ptr, "\na.yaml: ... and 3 more\n"));
	buf_release(&text);
	world_release(&world);
}

static void json_has_the_same_words_and_places(void **state)
{
	(void)state;
	struct world world;
	struct buf text = {0};
	world_init(&world, "x: 2\ny\n");
	struct diag *diag = add(&world, 0, 6);
	diag_hint(&world.diags, diag, "say \"z\"");
	diag->related = (struct diag_range){&world.file, 5, 6};
	diag->related_message = STR("here");
	diag_add(&world.diags, DIAG_WARNING, DIAG_UNUSED, (struct diag_range){0}, "unused");
	diag_print_json(&world.diags, &text);
	buf_char(&text, '\0');
	assert_string_equal(
	        text.ptr,
	        "[{\"file\":\"a.yaml\",\"line\":1,\"col\":1,\"end_line\":2,\"end_col\":2,\"severity\":\"error\","
	        "\"rule\":\"JRN008\",\"message\":\"wrong\",\"hint\":\"say \\\"z\\\"\",\"known\":null,\"related\":[{"
	        "\"file\":\"a.yaml\",\"line\":2,\"col\":1,\"end_line\":2,\"end_col\":2,\"message\":\"here\"}]},\n"
	        " {\"file\":null,\"severity\":\"warning\",\"rule\":\"JRN060\",\"message\":\"unused\",\"hint\":null,"
	        "\"known\":null,\"related\":[]}]\n");
	buf_release(&text);
	world_release(&world);
}

static void assert_nearest(const char *wrong, const char *expected)
{
	static const struct str names[] = {{"event", 5}, {"exit_when", 9}, {"entry", 5},   {"key", 3},
	                                   {"goal", 4},  {"nodes", 5},     {"node", 4},    {"at", 2},
	                                   {"", 0},      {"anchor", 6},    {"timezone", 8}};
	const struct str *near = diag_nearest(str_from(wrong), names, sizeof names / sizeof names[0]);
	if ((near == NULL) != (expected == NULL) || (near && !str_eq(*near, str_from(expected))))
		fail_msg("%s: %s", wrong, near ? near->ptr : "none");
}

static void the_nearest_name_is_found_and_far_ones_are_not(void **state)
{
	(void)state;
	assert_nearest("evnt", "event");
	assert_nearest("eevnt", "event");
	assert_nearest("evetn", "event");
	assert_nearest("exitwhen", "exit_when");
	assert_nearest("exit_wehn", "exit_when");
	assert_nearest("TIMEZONE", "timezone");
	assert_nearest("nods", "node");
	assert_nearest("kye", "key");
	assert_nearest("frequency", NULL);
	assert_nearest("x", NULL);
	assert_nearest("goals", "goal");
	assert_nearest("gals", NULL);
	assert_nearest("", NULL);
}

static void many_known_names_are_cut_after_twelve(void **state)
{
	(void)state;
	struct str names[14];
	struct world world;
	world_init(&world, "x");
	for (size_t i = 0; i < 14; i++)
		names[i] = arena_printf(&world.arena, "n%02zu", 13 - i);
	struct diag *diag = add(&world, 0, 1);
	diag_suggest(&world.diags, diag, STR("zzzzzz"), names, 14, "names");
	assert_int_equal(diag->hint.len, 0);
	assert_true(str_eq(diag->known, STR("known names: n00, n01, n02, n03, n04, n05, n06, n07, n08, n09, n10, n11, "
	                                    "... and 2 more")));
	world_release(&world);
}

static void every_code_is_explained(void **state)
{
	(void)state;
	static const int codes[] = {
#define DIAG_CODE(name, number) number,
#include "core/diag_codes.inc"
#undef DIAG_CODE
	};
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		const struct diag_help *help = diag_help(codes[i]);
		if (!help || !help->title || !help->why || !help->wrong || !help->right)
			fail_msg("JRN%03d", codes[i]);
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(codes[i], codes[j]);
	}
	assert_null(diag_help(0));
	assert_null(diag_help(999));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_finding_shows_line_mark_hint_and_known_names),
	        cmocka_unit_test(a_warning_without_file_names_the_program),
	        cmocka_unit_test(a_file_without_text_is_named_without_line),
	        cmocka_unit_test(tabs_take_one_column_and_marks_stand_right),
	        cmocka_unit_test(columns_count_characters_and_marks_count_display_columns),
	        cmocka_unit_test(what_would_steer_the_terminal_is_not_printed),
	        cmocka_unit_test(a_range_over_lines_marks_the_first_to_its_end),
	        cmocka_unit_test(places_at_and_behind_the_end_are_shown),
	        cmocka_unit_test(long_lines_keep_the_mark_in_sight),
	        cmocka_unit_test(the_other_place_is_a_note_with_its_own_lines),
	        cmocka_unit_test(colours_only_when_asked),
	        cmocka_unit_test(findings_are_sorted_by_file_and_place_and_stay_in_order),
	        cmocka_unit_test(the_same_finding_is_told_once),
	        cmocka_unit_test(at_most_fifty_findings_a_file_are_shown),
	        cmocka_unit_test(json_has_the_same_words_and_places),
	        cmocka_unit_test(the_nearest_name_is_found_and_far_ones_are_not),
	        cmocka_unit_test(many_known_names_are_cut_after_twelve),
	        cmocka_unit_test(every_code_is_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
