/* SPDX-License-Identifier: Apache-2.0 */
/* Values: equality and order across kinds, texts, the stored form, types. */
#include "core/base/pack.h"
#include "core/value.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct value stamp(int64_t seconds, int32_t nanos)
{
	return (struct value){.kind = VALUE_TIMESTAMP, .size = nanos, .i = seconds};
}

static void numbers_compare_across_kinds_and_nan_with_nothing(void **state)
{
	(void)state;
	assert_true(value_eq(value_int(1), value_double(1.0)));
	assert_false(value_eq(value_int(1), value_str(STR("1"))));
	assert_false(value_eq(value_double(NAN), value_double(NAN)));
	assert_int_equal(value_cmp(value_int(2), value_double(1.5)), 1);
	assert_int_equal(value_cmp(value_double(NAN), value_int(1)), 2);
	assert_int_equal(value_cmp(value_int(INT64_MAX), value_double(1e19)), -1);
	assert_int_equal(value_cmp(value_str(STR("a")), value_str(STR("ab"))), -1);
	assert_int_equal(value_cmp(value_null(), value_null()), 2);
	assert_int_equal(value_cmp(stamp(5, 1), stamp(5, 0)), 1);
}

static void maps_are_equal_in_any_order(void **state)
{
	struct value_entry one[] = {{value_str(STR("a")), value_int(1)}, {value_str(STR("b")), value_null()}};
	struct value_entry two[] = {one[1], one[0]};
	struct value a = {.kind = VALUE_MAP, .size = 2, .entries = one}, b = a;
	(void)state;
	b.entries = two;
	assert_true(value_eq(a, b));
	two[0].value = value_int(0);
	assert_false(value_eq(a, b));
	assert_null(value_find(a, value_str(STR("c"))));
	assert_int_equal(value_find(a, value_str(STR("a")))->i, 1);
}

static void instants_before_1970_keep_their_milliseconds(void **state)
{
	(void)state;
	struct value v = value_instant((struct instant){-1});
	assert_int_equal(v.i, -1);
	assert_int_equal(v.size, 999000000);
	assert_int_equal(value_to_instant(v).ms, -1);
	assert_int_equal(value_to_duration(value_duration((struct duration){-1500})).ms, -1500);
}

static void assert_json(struct value v, const char *expected)
{
	struct buf out = {0};
	value_print_json(v, &out);
	buf_char(&out, '\0');
	assert_string_equal(out.ptr, expected);
	buf_release(&out);
}

static void values_print_as_json(void **state)
{
	struct value items[] = {value_bool(true), value_double(0.1), value_str(STR("a\"b")), value_absent()};
	struct value_entry entries[] = {{value_int(5), value_date((struct date){0})}};
	(void)state;
	assert_json((struct value){.kind = VALUE_LIST, .size = 4, .items = items}, "[true,0.1,\"a\\\"b\",null]");
	assert_json((struct value){.kind = VALUE_MAP, .size = 1, .entries = entries}, "{\"5\":\"1970-01-01\"}");
	assert_json(stamp(1767345164, 120000000), "\"2026-01-02T09:12:44.120Z\"");
	assert_json(stamp(0, 1), "\"1970-01-01T00:00:00.000000001Z\"");
	assert_json(value_duration((struct duration){3600000}), "\"3600s\"");
	assert_json(value_duration((struct duration){-250}), "\"-0.25s\"");
	assert_json(value_double(INFINITY), "null");
	assert_json(value_int(INT64_MIN), "-9223372036854775808");
}

static void values_print_plain_in_names(void **state)
{
	struct buf out = {0};
	(void)state;
	value_print(value_str(STR("gold")), &out);
	value_print(value_double(5), &out);
	value_print(value_int(-3), &out);
	assert_true(str_eq(buf_view(&out), STR("gold5-3")));
	buf_release(&out);
}

static void stored_values_read_back_the_same(void **state)
{
	struct arena arena;
	struct buf out = {0};
	struct value inner[] = {value_null(), value_int(-7), stamp(-5, 999999999)};
	struct value_entry entries[] = {{value_str(STR("k")), {.kind = VALUE_LIST, .size = 3, .items = inner}}};
	struct value v = {.kind = VALUE_MAP, .size = 1, .entries = entries};
	(void)state;
	arena_init(&arena, 1024);
	value_pack(v, &out);
	struct unpack in = unpack_init(buf_view(&out));
	struct value back = value_unpack(&in, &arena);
	assert_true(unpack_done(&in) && !in.bad);
	assert_true(value_eq(v, back));
	for (size_t cut = 0; cut < out.len; cut++) { /* nothing shorter is taken for whole */
		in = unpack_init((struct str){out.ptr, cut});
		value_unpack(&in, &arena);
		assert_true(in.bad);
	}
	buf_release(&out);
	arena_release(&arena);
}

static void stored_nesting_without_end_is_refused(void **state)
{
	struct arena arena;
	struct buf out = {0};
	(void)state;
	arena_init(&arena, 1024);
	for (int i = 0; i < 5000; i++) {
		pack_u64(&out, VALUE_LIST);
		pack_u64(&out, 1);
	}
	struct unpack in = unpack_init(buf_view(&out));
	value_unpack(&in, &arena);
	assert_true(in.bad);
	buf_release(&out);
	arena_release(&arena);
}

static void copies_do_not_share_text(void **state)
{
	struct arena arena;
	char text[] = "motor";
	struct value items[] = {value_str(str_from(text))};
	(void)state;
	arena_init(&arena, 256);
	struct value copy = value_copy((struct value){.kind = VALUE_LIST, .size = 1, .items = items}, &arena);
	text[0] = 'x';
	assert_true(str_eq(value_text(copy.items[0]), STR("motor")));
	arena_release(&arena);
}

static void types_are_read_and_written(void **state)
{
	static const char *const good[] = {"int", "list<string>", "map<list<double>>", "any", "timestamp", "list"};
	static const char *const bad[] = {"", "integer", "list<", "list<int", "int<string>", "list<null>", "null"};
	struct arena arena;
	struct type type;
	(void)state;
	arena_init(&arena, 256);
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct buf out = {0};
		assert_true(type_parse(str_from(good[i]), &arena, &type));
		type_print(type, &out);
		assert_true(str_eq(buf_view(&out), str_from(good[i])));
		buf_release(&out);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(type_parse(str_from(bad[i]), &arena, &type));
	assert_true(type_parse(STR(" number "), &arena, &type));
	assert_int_equal(type.kind, TYPE_DOUBLE);
	arena_release(&arena);
}

static void a_value_fits_its_declared_type(void **state)
{
	static const struct type text = {.kind = TYPE_STRING};
	struct value items[] = {value_str(STR("a")), value_int(1)};
	struct value mixed = {.kind = VALUE_LIST, .size = 2, .items = items};
	(void)state;
	assert_true(type_fits((struct type){.kind = TYPE_DOUBLE}, value_int(1)));
	assert_false(type_fits((struct type){.kind = TYPE_INT}, value_double(1)));
	assert_true(type_fits((struct type){.kind = TYPE_INT}, value_null()));
	assert_false(type_fits((struct type){.kind = TYPE_LIST, .elem = &text}, mixed));
	assert_true(type_fits((struct type){.kind = TYPE_LIST}, mixed));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(numbers_compare_across_kinds_and_nan_with_nothing),
	        cmocka_unit_test(maps_are_equal_in_any_order),
	        cmocka_unit_test(instants_before_1970_keep_their_milliseconds),
	        cmocka_unit_test(values_print_as_json),
	        cmocka_unit_test(values_print_plain_in_names),
	        cmocka_unit_test(stored_values_read_back_the_same),
	        cmocka_unit_test(stored_nesting_without_end_is_refused),
	        cmocka_unit_test(copies_do_not_share_text),
	        cmocka_unit_test(types_are_read_and_written),
	        cmocka_unit_test(a_value_fits_its_declared_type),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
