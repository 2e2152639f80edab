/* SPDX-License-Identifier: Apache-2.0 */
#include "expr_fixture.h"

#include <dirent.h>
#include <stdio.h>

/* The first finding: code, place, message, hint and what is known, on a line each. */
static const char *finding(struct fixture *fx, const char *source, const struct type *want)
{
	const struct expr *expr = fixture_compile(fx, source, want);
	buf_clear(&fx->text);
	assert_null(expr);
	const struct diag *diag = &fx->diags.items[0];
	buf_printf(&fx->text, "%d %u-%u %.*s | %.*s | %.*s", (int)diag->code, diag->range.from, diag->range.to,
	           STR_ARG(diag->message), STR_ARG(diag->hint), STR_ARG(diag->known));
	buf_char(&fx->text, '\0');
	return fx->text.ptr;
}

static void expect_findings(const struct expected *rows, size_t count, const struct type *want)
{
	for (size_t i = 0; i < count; i++) {
		struct fixture fx;
		fixture_init(&fx);
		const char *found = finding(&fx, rows[i].source, want);
		if (strcmp(found, rows[i].result) != 0)
			fail_msg("%s\n  wanted %s\n  got    %s", rows[i].source, rows[i].result, found);
		fixture_release(&fx);
	}
}

#define FINDINGS(rows, want) expect_findings(rows, sizeof(rows) / sizeof *(rows), want)

static void unknown_names_are_told_with_what_is_known(void **state)
{
	static const struct expected rows[] = {
	        {"event.totl > 50",
	         "21 0-10 event \"purchase\" has no field \"totl\" | did you mean \"total\"? | known "
	         "fields: address.city, count, coupon, expires_on, extra, line, note, tags, total"},
	        {"1 < profile.incom",
	         "21 4-17 profile has no field \"incom\" | did you mean \"income\"? | known fields: bonus, income"},
	        {"evnt.line", "21 0-4 unknown name \"evnt\" | did you mean \"event\"? | known names: event, key, now, "
	                      "profile, trait"},
	        {"event.address.town == \"x\"", "21 0-18 event \"purchase\" has no field \"address.town\" | did you "
	                                        "mean \"address.city\"? | known fields: address.city, count, "
	                                        "coupon, expires_on, extra, line, note, tags, total"},
	        {"event.address == null",
	         "21 0-13 \"event.address\" is a group of fields, not a value |  | known fields: city"},
	        {"event.line.startWith(\"m\")",
	         "21 0-25 unknown method \"startWith\" | did you mean \"startsWith\"? | "},
	        {"dyas(3) == days(3)", "21 0-7 unknown function \"dyas\" | did you mean \"days\"? | "},
	};
	(void)state;
	FINDINGS(rows, NULL);
}

static void types_that_do_not_go_together_are_named(void **state)
{
	static const struct expected rows[] = {
	        {"event.line > 3", "22 0-14 no > between string and int | string(x) makes a text of a number, int(x) a "
	                           "number of a text | "},
	        {"event.expires_on < now", "22 0-22 no < between date and timestamp | date(t) is the day of a "
	                                   "timestamp in the customer's zone | "},
	        {"event.expires_on + 3", "22 0-20 no + between date and int | a number of days is written days(3) | "},
	        {"event.line && true", "22 0-10 && needs a bool, this is a string | compare it with something | "},
	        {"event.line.city", "22 0-15 a string has no fields, so \"city\" is nothing |  | "},
	        {"event.tags[\"x\"]", "22 11-14 a place in a list is an int, not a string |  | "},
	        {"size(event.count)", "22 0-17 no size(int) |  | known forms: size(string) -> int, size(list) -> int, "
	                              "size(map) -> int"},
	        {"event.line in \"motor\"", "22 0-21 no in between string and string | in looks for a value in a list "
	                                    "or a key in a map; for text use "
	                                    "contains() | "},
	        {"1 in event.tags",
	         "22 0-15 no in between int and list<string> | in looks for a value in a list or a key "
	         "in a map; for text use contains() | "},
	        {"event.tags.exists(t)", "22 0-20 exists() is written items.exists(name, condition) -> bool |  | "},
	};
	(void)state;
	FINDINGS(rows, NULL);
}

static void a_condition_must_be_a_bool(void **state)
{
	static const struct type wanted = {.kind = TYPE_BOOL};
	static const struct expected rows[] = {
	        {"event.count", "23 0-11 this is an int, but a bool is needed here | compare it with something | "},
	        {"\"yes\"", "23 0-5 this is a string, but a bool is needed here | compare it with something | "},
	};
	(void)state;
	FINDINGS(rows, &wanted);
}

static void syntax_errors_say_what_is_expected(void **state)
{
	static const struct expected rows[] = {
	        {"event.line = \"motor\"", "20 11-12 an operator is expected before \"=\" | write == to compare | "},
	        {"true and false", "20 5-8 an operator is expected before \"and\" | write && for and | "},
	        {"(1 + 2", "20 6-6 the expression ends where \")\" is expected |  | "},
	        {"\"abc", "20 0-4 this text has no closing quote |  | "},
	        {"1 +", "20 3-3 the expression ends where a value is expected |  | "},
	        {"", "20 0-0 an expression is missing here |  | "},
	        {"\"a\\q\"", "20 2-4 \"\\q\" is no escape |  | "},
	        {"a ? b", "20 5-5 the expression ends where \":\" and the other value is expected |  | "},
	        {"#", "20 0-1 this character has no meaning here |  | "},
	        {"has(1)", "20 4-5 has() asks for a field, as in has(event.coupon) |  | "},
	};
	(void)state;
	FINDINGS(rows, NULL);
}

static void what_is_left_out_is_named(void **state)
{
	static const struct expected rows[] = {
	        {"1u", "25 0-2 unsigned integers are not supported |  | "},
	        {"b\"x\"", "25 0-4 bytes are not supported |  | "},
	        {"event.line.matches(\"m.*\")", "25 11-25 regular expressions (matches) are not supported |  | "},
	        {"type(1) == int", "25 0-7 type values (type()) are not supported |  | "},
	        {"event.?line", "25 6-7 optionals are not supported |  | "},
	        {"event.tags.all(i, t, i > 0)", "25 11-27 macros with two variables are not supported |  | "},
	        {"Foo{a: 1}", "25 0-3 protobuf messages are not supported |  | "},
	};
	(void)state;
	FINDINGS(rows, NULL);
}

static void impossible_literals_are_errors_before_anything_runs(void **state)
{
	static const struct expected rows[] = {
	        {"date(\"2026-02-30\") == today()",
	         "26 5-17 \"2026-02-30\" is not a date | February 2026 ends on the 28th | "},
	        {"duration(\"3 days\") > days(1)", "26 9-17 \"3 days\" is not a duration | write 3d | "},
	        {"{1: 2, 1: 3}.size()",
	         "26 0-12 {1: 2, 1: 3} cannot be: an index, a time or a conversion is out of range |  | "},
	};
	(void)state;
	FINDINGS(rows, NULL);
}

static void all_wrong_names_of_an_expression_are_found_in_one_run(void **state)
{
	struct fixture fx;
	(void)state;
	fixture_init(&fx);
	assert_null(fixture_compile(&fx, "event.a == 1 && event.b == 2 && event.line > 3", NULL));
	assert_int_equal(fx.diags.errors, 3);
	fixture_release(&fx);
}

static void expect_limit(const char *head, const char *part, size_t times, const char *tail)
{
	struct fixture fx;
	struct buf text = {0};
	fixture_init(&fx);
	buf_str(&text, str_from(head));
	for (size_t i = 0; i < times; i++)
		buf_str(&text, str_from(part));
	buf_str(&text, str_from(tail));
	buf_char(&text, '\0');
	assert_null(fixture_compile(&fx, text.ptr, NULL));
	assert_int_equal(fx.diags.items[0].code, DIAG_EXPR_LIMIT);
	buf_release(&text);
	fixture_release(&fx);
}

static void nothing_can_be_too_deep_too_long_or_too_costly(void **state)
{
	(void)state;
	expect_limit("", "(", 2000, "");
	expect_limit("", "[", 2000, "");
	expect_limit("1", "+1", 1000, "");
	expect_limit("event.extra", ".a", 1000, "");
	expect_limit("", "1 ? 1 : ", 500, "1");
	expect_limit("\"", "x", 9000, "\"");
	expect_limit("event.tags.all(a, event.tags.all(b, event.tags.all(c, a + b + c == \"\")))", "", 0, "");
}

static void long_chains_within_the_limits_compile(void **state)
{
	struct fixture fx;
	struct buf text = {0};
	(void)state;
	fixture_init(&fx);
	for (size_t i = 0; i < 900; i++)
		buf_str(&text, STR("true &&"));
	buf_str(&text, STR("true"));
	buf_char(&text, '\0');
	assert_true(expr_test(fixture_compile(&fx, text.ptr, NULL), &fx.frame, NULL));
	buf_clear(&text);
	for (size_t i = 0; i < 60; i++)
		buf_char(&text, '(');
	buf_str(&text, STR("event.count"));
	for (size_t i = 0; i < 250; i++)
		buf_str(&text, i < 60 ? STR("+1)") : STR("-1"));
	buf_char(&text, '\0');
	assert_string_equal(fixture_eval(&fx, text.ptr), "-123");
	/* how many turns a macro over literals takes is known */
	assert_string_equal(fixture_eval(&fx, "{'a': 1}.all(a, ['b', 'c'].all(b, event.tags.all(c, event.tags.all(d, "
	                                      "a + b != c + d))))"),
	                    "true");
	buf_release(&text);
	fixture_release(&fx);
}

static void rows_of_a_function_stand_together_and_read_well(void **state)
{
	struct buf text = {0};
	(void)state;
	for (size_t i = 0; i < expr_function_count(); i++) {
		struct expr_function row = expr_function_at(i);
		assert_true(strlen(row.about) > 3 && row.about[strlen(row.about) - 1] == '.');
		for (size_t j = i + 1; j < expr_function_count(); j++)
			if (strcmp(row.name, expr_function_at(j).name) == 0)
				assert_string_equal(row.name, expr_function_at(j - 1).name);
		buf_clear(&text);
		expr_function_print(i, &text);
		assert_non_null(memchr(text.ptr, '>', text.len));
	}
	buf_release(&text);
}

/* The page's table is the code's: a row `| signature | about |` each, in the same order. */
static void the_language_page_lists_every_function(void **state)
{
	struct buf row = {0};
	char *page = mem_alloc(1 << 20);
	FILE *file = fopen(SOURCE_DIR "/rules/expressions.md", "r");
	(void)state;
	assert_non_null(file);
	page[fread(page, 1, (1 << 20) - 1, file)] = '\0';
	fclose(file);
	const char *at = page;
	for (size_t i = 0; i < expr_function_count(); i++) {
		buf_clear(&row);
		buf_str(&row, STR("| `"));
		expr_function_print(i, &row);
		buf_printf(&row, "` | %s |\n", expr_function_at(i).about);
		buf_char(&row, '\0');
		const char *found = strstr(at, row.ptr);
		if (!found)
			fail_msg("rules/expressions.md lacks, or has in another place: %s", row.ptr);
		at = found + 1;
	}
	free(page);
	buf_release(&row);
}

/* Whether any file of the folder holds the text. */
static bool folder_holds(const char *folder, const char *text)
{
	struct dirent *entry;
	char path[512], bytes[4096];
	bool found = false;
	DIR *dir = opendir(folder);
	assert_non_null(dir);
	while (!found && (entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		FILE *file = fopen(path, "r");
		size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
		found = memmem(bytes, size, text, strlen(text)) != NULL;
		if (file)
			fclose(file);
	}
	closedir(dir);
	return found;
}

static void the_kept_input_of_the_fuzzer_calls_every_function(void **state)
{
	char call[64];
	(void)state;
	for (size_t i = 0; i < expr_function_count(); i++) {
		struct expr_function function = expr_function_at(i);
		snprintf(call, sizeof call, "%s%s(", function.method ? "." : "", function.name);
		if (!folder_holds(SOURCE_DIR "/tests/fuzz/corpus/expression", call))
			fail_msg("no file of tests/fuzz/corpus/expression calls %s", call);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(unknown_names_are_told_with_what_is_known),
	        cmocka_unit_test(types_that_do_not_go_together_are_named),
	        cmocka_unit_test(a_condition_must_be_a_bool),
	        cmocka_unit_test(syntax_errors_say_what_is_expected),
	        cmocka_unit_test(what_is_left_out_is_named),
	        cmocka_unit_test(impossible_literals_are_errors_before_anything_runs),
	        cmocka_unit_test(all_wrong_names_of_an_expression_are_found_in_one_run),
	        cmocka_unit_test(nothing_can_be_too_deep_too_long_or_too_costly),
	        cmocka_unit_test(long_chains_within_the_limits_compile),
	        cmocka_unit_test(rows_of_a_function_stand_together_and_read_well),
	        cmocka_unit_test(the_language_page_lists_every_function),
	        cmocka_unit_test(the_kept_input_of_the_fuzzer_calls_every_function),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
