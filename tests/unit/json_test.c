/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/json_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct json_parser *parser;
static struct arena arena;

static int setup(void **state)
{
	(void)state;
	parser = json_new(1 << 20);
	arena_init(&arena, 4096);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	json_free(parser);
	arena_release(&arena);
	return 0;
}

static struct json_item parse(const char *text)
{
	struct json_item root = {.kind = JSON_NONE};
	const char *why = "";
	if (!json_parse(parser, str_from(text), &root, &why))
		fail_msg("%s: %s", text, why);
	return root;
}

static void assert_refused(struct str text, const char *want)
{
	struct json_item root = {.kind = JSON_NONE};
	const char *why = NULL;
	assert_false(json_parse(parser, text, &root, &why));
	assert_string_equal(why, want);
	assert_int_equal(root.kind, JSON_NONE);
}

static void assert_text(const char *json, struct str want)
{
	struct json_item root = parse(json);
	assert_int_equal(root.kind, JSON_STRING);
	assert_true(str_eq(root.text, want));
}

/* The whole as a value, printed again. */
static void assert_value(const char *json, const char *want)
{
	struct value value;
	struct str twice;
	struct buf out = {0};
	assert_true(json_to_value(parser, parse(json), &arena, &value, &twice));
	value_print_json(value, &out);
	buf_char(&out, '\0');
	assert_string_equal(out.ptr, want);
	buf_release(&out);
}

static void scalars_have_their_kinds(void **state)
{
	(void)state;
	assert_int_equal(parse("null").kind, JSON_NULL);
	assert_int_equal(parse(" true ").b, true);
	assert_int_equal(parse("false").kind, JSON_BOOL);
	assert_int_equal(parse("-9223372036854775808").i, INT64_MIN);
	assert_int_equal(parse("9223372036854775807").i, INT64_MAX);
	assert_true(parse("-1.5e3").d == -1500.0);
	assert_int_equal(parse("1.0").kind, JSON_DOUBLE);
}

static void whole_numbers_beyond_64_bits_become_doubles(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double want;
	} cases[] = {
	        {"9223372036854775808", 9223372036854775808.0},
	        {"18446744073709551616", 18446744073709551616.0},
	        {"-9223372036854775809", -9223372036854775809.0},
	        {"100000000000000000000000000000", 1e29},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct json_item item = parse(cases[i].text);
		assert_int_equal(item.kind, JSON_DOUBLE);
		assert_true(item.d == cases[i].want);
	}
	assert_value("{\"a\":\"123456789012345678901234 \\\" 1\",\"b\":[123456789012345678901234,1,2.5e10,-7]}",
	             "{\"a\":\"123456789012345678901234 \\\" 1\",\"b\":[1.2345678901234569e+23,1,25000000000.0,-7]}");
}

static void numbers_beyond_a_double_are_refused(void **state)
{
	(void)state;
	assert_refused(STR("1e400"), "a number is malformed or too large");
	assert_refused(STR("[123456789012345678901234, 01]"), "a number is malformed or too large");
	assert_refused(STR("1."), "a number is malformed or too large");
}

static void texts_are_unescaped(void **state)
{
	(void)state;
	assert_text("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", STR("a\"\\/\b\f\n\r\t"));
	assert_text("\"\\u00e9\\u4e2d\\ud83d\\ude00\"", STR("\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80"));
	assert_text("\"a\\u0000b\"", STR("a\0b"));
	assert_text("\"\"", STR(""));
}

static void half_a_surrogate_pair_is_refused(void **state)
{
	(void)state;
	static const char *const halves[] = {"\"\\ud83d\"",        "\"\\ude00\"",        "\"\\ud83dx\"",
	                                     "\"\\ud83d\\u0041\"", "\"\\ud83d\\ud83d\"", "{\"\\ude00\":1}"};
	for (size_t i = 0; i < sizeof halves / sizeof *halves; i++)
		assert_refused(str_from(halves[i]), "a text holds a wrong escape or half a surrogate pair");
}

static void what_is_wrong_is_said(void **state)
{
	(void)state;
	static const struct {
		struct str text;
		const char *why;
	} cases[] = {
	        {{"", 0}, "it is empty"},
	        {{"  \n", 3}, "it is empty"},
	        {{"\"\xff\"", 3}, "it is not valid UTF-8"},
	        {{"\"\xed\xa0\x80\"", 5}, "it is not valid UTF-8"},
	        {{"\"a\0b\"", 5}, "a text holds a control character"},
	        {{"\"abc", 4}, "a text has no closing quote"},
	        {{"{} x", 4}, "a bracket, comma, colon or value is missing or too many"},
	        {{"{\"a\":1,}", 8}, "a bracket, comma, colon or value is missing or too many"},
	        {{"[1 2]", 5}, "a bracket, comma, colon or value is missing or too many"},
	        {{"treu", 4}, "a word that begins with t is not true"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_refused(cases[i].text, cases[i].why);
}

static void nesting_ends_at_64(void **state)
{
	(void)state;
	char text[2 * 65 + 1];
	for (size_t depth = 64; depth <= 65; depth++) {
		struct json_item root;
		const char *why;
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		assert_int_equal(json_parse(parser, (struct str){text, 2 * depth}, &root, &why), depth == 64);
	}
}

static void a_text_longer_than_allowed_is_refused_and_a_longest_one_read(void **state)
{
	(void)state;
	struct json_parser *small = json_new(10);
	struct json_item root;
	const char *why;
	assert_true(json_parse(small, STR("\"12345678\""), &root, &why));
	assert_false(json_parse(small, STR("\"123456789\""), &root, &why));
	assert_string_equal(why, "it is longer than is allowed");
	json_free(small);
	json_free(NULL);
}

static void long_texts_grow_the_parser_and_short_ones_follow(void **state)
{
	(void)state;
	enum { LONG = 1 << 19 };
	char *text = mem_alloc(LONG);
	memset(text, 'x', LONG);
	text[0] = text[LONG - 1] = '"';
	struct json_item root;
	const char *why;
	assert_true(json_parse(parser, (struct str){text, LONG}, &root, &why));
	assert_int_equal(root.text.len, LONG - 2);
	assert_int_equal(root.text.ptr[LONG - 3], 'x');
	free(text);
	assert_int_equal(parse("7").i, 7);
}

static void walking_gives_entries_in_order_and_skips_what_is_below(void **state)
{
	(void)state;
	struct json_item root = parse("{\"a\":{\"x\":[1,{}]},\"b\":[],\"a\":2,\"\":null}"), item;
	static const enum json_kind kinds[] = {JSON_OBJECT, JSON_LIST, JSON_INT, JSON_NULL};
	static const char *const names[] = {"a", "b", "a", ""};
	struct json_walk walk;
	struct str name;
	size_t i = 0;
	assert_int_equal(json_count(parser, root), 4);
	json_walk_init(&walk, parser, root);
	for (; json_next(&walk, &name, &item); i++) {
		assert_true(str_eq(name, str_from(names[i])));
		assert_int_equal(item.kind, kinds[i]);
	}
	assert_int_equal(i, 4);
}

static void values_keep_everything(void **state)
{
	(void)state;
	assert_value("[1, -2.5, true, null, \"\\u00e9\", {\"b\": {}, \"a\": [[]]}]",
	             "[1,-2.5,true,null,\"\xc3\xa9\",{\"b\":{},\"a\":[[]]}]");
}

static void a_name_that_stands_twice_is_named(void **state)
{
	(void)state;
	struct value value;
	struct str twice = {0};
	assert_false(json_to_value(parser, parse("[{\"a\":1,\"b\":2,\"a\":3}]"), &arena, &value, &twice));
	assert_true(str_eq(twice, STR("a")));
	struct buf many = {0};
	for (int i = 0; i < 100; i++)
		buf_printf(&many, "%s\"k%d\":%d", i ? "," : "{", i, i);
	buf_printf(&many, "}%c", 0);
	assert_true(json_to_value(parser, parse(many.ptr), &arena, &value, &twice));
	assert_int_equal(value.size, 100);
	many.len -= 2;
	buf_printf(&many, ",\"k42\":1}%c", 0);
	assert_false(json_to_value(parser, parse(many.ptr), &arena, &value, &twice));
	assert_true(str_eq(twice, STR("k42")));
	buf_release(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(scalars_have_their_kinds),
	        cmocka_unit_test(whole_numbers_beyond_64_bits_become_doubles),
	        cmocka_unit_test(numbers_beyond_a_double_are_refused),
	        cmocka_unit_test(texts_are_unescaped),
	        cmocka_unit_test(half_a_surrogate_pair_is_refused),
	        cmocka_unit_test(what_is_wrong_is_said),
	        cmocka_unit_test(nesting_ends_at_64),
	        cmocka_unit_test(a_text_longer_than_allowed_is_refused_and_a_longest_one_read),
	        cmocka_unit_test(long_texts_grow_the_parser_and_short_ones_follow),
	        cmocka_unit_test(walking_gives_entries_in_order_and_skips_what_is_below),
	        cmocka_unit_test(values_keep_everything),
	        cmocka_unit_test(a_name_that_stands_twice_is_named),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
