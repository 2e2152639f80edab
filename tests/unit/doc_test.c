/* SPDX-License-Identifier: Apache-2.0 */
/* Reading maps by tables: what is stored, and what the user is told. */
#include "adapters/text/yaml.h"
#include "core/doc_scalar.h"
#include "core/doc_schema.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct inner {
	struct str name;
	int64_t count;
};

struct all {
	struct str text, name;
	bool flag, flag_seen;
	int64_t number, size;
	double share;
	struct duration wait;
	struct daytime at;
	struct date day;
	struct instant moment;
	int choice;
	const struct doc *expr;
	struct inner inner;
	struct field_list inners, names;
};

static const char *const CHOICES[] = {"next", "latest", "exit", NULL};

static const struct field INNER[] = {
        {.key = "name",
         .kind = FIELD_NAME,
         .offset = offsetof(struct inner, name),
         .required = true,
         .about = "what it is called"},
        {.key = "count", .kind = FIELD_INT, .offset = offsetof(struct inner, count), .fallback = "7"},
        {0},
};

static const struct field ALL[] = {
        {.key = "text", .kind = FIELD_STR, .offset = offsetof(struct all, text), .fallback = "none"},
        {.key = "name", .kind = FIELD_NAME, .offset = offsetof(struct all, name)},
        {.key = "flag",
         .kind = FIELD_BOOL,
         .offset = offsetof(struct all, flag),
         .seen = offsetof(struct all, flag_seen) + 1},
        {.key = "number", .kind = FIELD_INT, .offset = offsetof(struct all, number), .min = 1, .max = 1000},
        {.key = "size", .kind = FIELD_SIZE, .offset = offsetof(struct all, size), .fallback = "4MB"},
        {.key = "share", .kind = FIELD_DOUBLE, .offset = offsetof(struct all, share)},
        {.key = "wait",
         .kind = FIELD_DURATION,
         .offset = offsetof(struct all, wait),
         .fallback = "3d",
         .about = "how long"},
        {.key = "at", .kind = FIELD_DAYTIME, .offset = offsetof(struct all, at)},
        {.key = "day", .kind = FIELD_DATE, .offset = offsetof(struct all, day)},
        {.key = "moment", .kind = FIELD_INSTANT, .offset = offsetof(struct all, moment)},
        {.key = "choice",
         .kind = FIELD_CHOICE,
         .offset = offsetof(struct all, choice),
         .choices = CHOICES,
         .fallback = "latest"},
        {.key = "expr", .kind = FIELD_DOC, .offset = offsetof(struct all, expr), .note = "expression"},
        {.key = "inner", .kind = FIELD_STRUCT, .offset = offsetof(struct all, inner), .fields = INNER},
        {.key = "inners",
         .kind = FIELD_STRUCTS,
         .offset = offsetof(struct all, inners),
         .fields = INNER,
         .size = sizeof(struct inner)},
        {.key = "names", .kind = FIELD_NAMES, .offset = offsetof(struct all, names)},
        {0},
};

struct world {
	struct arena arena;
	struct diag_list diags;
	struct doc_reader reader;
	struct diag_file file;
	struct all all;
	bool ok;
};

static const struct doc *world_parse(struct world *world, const char *yaml)
{
	*world = (struct world){0};
	arena_init(&world->arena, 4096);
	diag_init(&world->diags, &world->arena);
	world->reader = (struct doc_reader){&world->arena, &world->diags};
	world->file = (struct diag_file){STR("a.yaml"), str_from(yaml)};
	const struct doc *doc = yaml_read(&world->file, &world->reader);
	assert_non_null(doc);
	return doc;
}

static void world_read(struct world *world, const char *yaml)
{
	const struct doc *doc = world_parse(world, yaml);
	world->ok = doc_read(&world->reader, doc, ALL, &world->all);
	assert_int_equal(world->ok, world->diags.errors == 0);
}

static void world_release(struct world *world)
{
	diag_release(&world->diags);
	arena_release(&world->arena);
}

static void every_kind_of_field_is_read(void **state)
{
	(void)state;
	struct world world;
	world_read(
	        &world,
	        "{text: 10:00 x, name: a/b-c_d.e, flag: true, number: 0x1F, size: 512KB, share: 1e3, wait: P1DT12H,\n"
	        " at: 9:00, day: 2026-05-10, moment: 2026-01-01T00:00:00+01:00, choice: exit, expr: [1],\n"
	        " inner: {name: x, count: 010}, inners: [{name: y}, {name: z, count: 2}], names: [p, q]}\n");
	const struct all *all = &world.all;
	assert_true(world.ok);
	assert_true(str_eq(all->text, STR("10:00 x")) && str_eq(all->name, STR("a/b-c_d.e")));
	assert_true(all->flag && all->flag_seen && all->number == 31 && all->size == 512 << 10 && all->share == 1000);
	assert_true(all->wait.ms == DAY_MS * 3 / 2 && all->at.ms == 9 * 3600000 && all->day.days == 20583);
	assert_true(all->moment.ms == INT64_C(1767222000000) && all->choice == 2 && all->expr->kind == DOC_LIST);
	assert_true(str_eq(all->inner.name, STR("x")) && all->inner.count == 10);
	const struct inner *inners = all->inners.items;
	assert_int_equal(all->inners.count, 2);
	assert_true(inners[0].count == 7 && inners[1].count == 2 && str_eq(inners[1].name, STR("z")));
	assert_true(all->names.count == 2 && str_eq(((struct str *)all->names.items)[1], STR("q")));
	world_release(&world);
}

static void defaults_are_read_as_a_user_would_write_them(void **state)
{
	(void)state;
	struct world world;
	world_read(&world, "names: one\n");
	assert_true(world.ok && !world.all.flag_seen);
	assert_true(str_eq(world.all.text, STR("none")) && world.all.size == 4 << 20 && world.all.choice == 1);
	assert_true(world.all.wait.ms == 3 * DAY_MS && world.all.inner.count == 7 && world.all.expr == NULL);
	assert_true(world.all.names.count == 1 && str_eq(*(struct str *)world.all.names.items, STR("one")));
	world_release(&world);
}

struct wrong {
	const char *yaml, *finding, *hint;
};

static void mistakes_are_told_in_the_users_words(void **state)
{
	(void)state;
	static const struct wrong rows[] = {
	        {"flg: true", "unknown key \"flg\"", "did you mean \"flag\"?"},
	        {"inner: { count: 1 }", "the key \"name\" is missing", "name: what it is called"},
	        {"inners: { name: x }", "a list is needed here, this is a map", "begin each entry with \"- \""},
	        {"inners: x", "a list is needed here, this is a text", "write [x]"},
	        {"inners: [x]", "a map is needed here, this is a text", "write { name: x }"},
	        {"inner: 5", "a map is needed here, this is a number", "write { name: 5 }"},
	        {"inner:", "a map is needed here, this is nothing", ""},
	        {"text: [a]", "a text is needed here, this is a list", "write it without the brackets"},
	        {"text:", "a text is needed here, this is nothing", ""},
	        {"text: ~", "a text is needed here, this is nothing", ""},
	        {"name: a b", "\"a b\" is not a name", "write - or _ instead of the space"},
	        {"name: \"\"", "a name cannot be empty", ""},
	        {"names: [a, {b: 1}]", "a name is needed here, this is a map", ""},
	        {"flag: yes", "true or false is needed here, this is a text", "write true"},
	        {"flag: \"false\"", "true or false is needed here, this is a text", "write false without quotes"},
	        {"number: \"5\"", "a whole number is needed here, this is a text", "write 5 without quotes"},
	        {"number: 1.5", "\"1.5\" is not a whole number", ""},
	        {"number: .inf", "\".inf\" is not a whole number", ""},
	        {"number: 99999999999999999999", "\"99999999999999999999\" is too large for a whole number", ""},
	        {"number: 0", "0 is too small: 1 to 1000 is possible", ""},
	        {"number: 2e3", "2e3 is too large: 1 to 1000 is possible", ""},
	        {"share: .nan", "\".nan\" is not a finite number", ""},
	        {"share: true", "a number is needed here, this is true or false", ""},
	        {"wait: 3", "\"3\" is not a duration", "3 what? write 3d or 3h"},
	        {"wait: 3 days", "\"3 days\" is not a duration", "write 3d"},
	        {"wait: 2D", "\"2D\" is not a duration", "write 2d"},
	        {"wait: 1 month", "\"1 month\" is not a duration",
	         "months and years differ in length; write days, hours, minutes: 30d, P1DT12H"},
	        {"wait: -3d", "\"-3d\" is not a duration", "a duration has no sign"},
	        {"wait: 1.5h", "\"1.5h\" is not a duration",
	         "write the part behind the point in a smaller unit: 1h30m"},
	        {"wait: soon", "\"soon\" is not a duration", "write 3d, 12h, 90m or 1d12h"},
	        {"at: 9", "\"9\" is not a time of day", "write \"9:00\""},
	        {"at: 9pm", "\"9pm\" is not a time of day", "write \"21:00\""},
	        {"at: 12:30 am", "\"12:30 am\" is not a time of day", "write \"00:30\""},
	        {"at: 9.30", "\"9.30\" is not a time of day", "write \"9:30\""},
	        {"at: 25:00", "\"25:00\" is not a time of day", "times go from \"00:00\" to \"24:00\""},
	        {"day: 2026-02-30", "\"2026-02-30\" is not a date", "February 2026 ends on the 28th"},
	        {"day: 2026-04-31", "\"2026-04-31\" is not a date", "April 2026 ends on the 30th"},
	        {"day: 2026-13-01", "\"2026-13-01\" is not a date",
	         "there is no month 13; dates are written year-month-day"},
	        {"day: 10.5.2026", "\"10.5.2026\" is not a date", "write 2026-05-10"},
	        {"day: tomorrow", "\"tomorrow\" is not a date", "dates are written year-month-day: 2026-05-10"},
	        {"day: 2026-05-10T00:00:00Z", "\"2026-05-10T00:00:00Z\" is not a date",
	         "write the day alone, without the time"},
	        {"moment: 2026-05-10T09:00:00", "\"2026-05-10T09:00:00\" is not a moment",
	         "which zone? write 2026-05-10T09:00:00Z or 2026-05-10T09:00:00+08:00"},
	        {"moment: 2026-05-10", "\"2026-05-10\" is not a moment", "add time and zone: 2026-05-10T00:00:00Z"},
	        {"moment: 2026-02-30T00:00:00Z", "\"2026-02-30T00:00:00Z\" is not a moment",
	         "February 2026 ends on the 28th"},
	        {"size: 4XB", "\"4XB\" is not a size", "write 512KB, 4MB or 1GB"},
	        {"size: 9999999999TB", "\"9999999999TB\" is too large", ""},
	        {"choice: lastest", "\"lastest\" is none of the words possible here", "did you mean \"latest\"?"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct world world;
		world_read(&world, rows[i].yaml);
		if (world.diags.count != 1)
			fail_msg("%s: %zu findings", rows[i].yaml, world.diags.count);
		const struct diag *diag = &world.diags.items[0];
		if (!str_eq(diag->message, str_from(rows[i].finding)) || !str_eq(diag->hint, str_from(rows[i].hint)))
			fail_msg("%s: %.*s (%.*s)", rows[i].yaml, STR_ARG(diag->message), STR_ARG(diag->hint));
		world_release(&world);
	}
}

static void every_mistake_is_told_at_once_and_the_rest_is_read(void **state)
{
	(void)state;
	struct world world;
	struct buf text = {0};
	world_read(&world, "number: x\nwait: 3\nflag: true\nchoise: exit\n");
	assert_true(world.all.flag);
	diag_sort(&world.diags);
	diag_print(&world.diags, false, &text);
	buf_char(&text, '\0');
	assert_string_equal(text.ptr,
	                    "a.yaml:1:9: error: a whole number is needed here, this is a text [JRN007]\n"
	                    "  |\n"
	                    "1 | number: x\n"
	                    "  |         ^\n"
	                    "a.yaml:2:7: error: \"3\" is not a duration [JRN008]\n"
	                    "  |\n"
	                    "2 | wait: 3\n"
	                    "  |       ^ 3 what? write 3d or 3h\n"
	                    "a.yaml:4:1: error: unknown key \"choise\" [JRN005]\n"
	                    "  |\n"
	                    "4 | choise: exit\n"
	                    "  | ^~~~~~ did you mean \"choice\"?\n"
	                    "  = known keys: at, choice, day, expr, flag, inner, inners, moment, name, names, number, "
	                    "share, ... and 3 more\n");
	buf_release(&text);
	world_release(&world);
}

static void a_missing_key_points_at_the_first_key_of_its_map(void **state)
{
	(void)state;
	struct world world;
	world_read(&world, "inner:\n  count: 2\n");
	struct diag_range range = world.diags.items[0].range;
	assert_true(str_eq(str_sub(world.file.text, range.from, range.to), STR("count")));
	world_release(&world);
}

static void a_misspelt_required_key_is_told_once(void **state)
{
	(void)state;
	struct world world;
	world_read(&world, "inner: { nme: x }\n");
	assert_false(world.ok);
	assert_int_equal(world.diags.count, 1);
	assert_int_equal(world.diags.items[0].code, DIAG_UNKNOWN_KEY);
	world_release(&world);
}

/* What is read may be freed before the findings are printed: a reload that fails does that. */
static void findings_outlive_what_was_read(void **state)
{
	(void)state;
	struct world world;
	struct arena read;
	struct buf text = {0};
	const struct doc *doc = world_parse(&world, "wait: 3\nday: 2026-02-30\nat: 9\nmoment: x\n");
	arena_init(&read, 1024);
	world.reader.arena = &read;
	doc_read(&world.reader, doc, ALL, &world.all);
	arena_release(&read);
	diag_print(&world.diags, false, &text);
	assert_int_equal(world.diags.count, 4);
	buf_release(&text);
	world_release(&world);
}

static void expecting_a_kind_names_what_it_is_for(void **state)
{
	(void)state;
	struct world world;
	const struct doc *doc = world_parse(&world, "a: 1\n");
	assert_true(doc_expect(&world.reader, doc, DOC_MAP, "rules"));
	assert_false(doc_expect(&world.reader, doc, DOC_LIST, "\"nodes\""));
	assert_true(str_eq(world.diags.items[0].message, STR("\"nodes\" needs a list, this is a map")));
	world_release(&world);
}

static void plain_scalars_follow_the_core_schema(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum scalar_type type;
		double value;
	} rows[] = {{"", SCALAR_NULL, 0},
	            {"~", SCALAR_NULL, 0},
	            {"nULL", SCALAR_TEXT, 0},
	            {"true", SCALAR_BOOL, 1},
	            {"FALSE", SCALAR_BOOL, 0},
	            {"no", SCALAR_TEXT, 0},
	            {"on", SCALAR_TEXT, 0},
	            {"010", SCALAR_INT, 10},
	            {"0o10", SCALAR_INT, 8},
	            {"0x1F", SCALAR_INT, 31},
	            {"+5", SCALAR_INT, 5},
	            {"-0", SCALAR_INT, 0},
	            {"1_000", SCALAR_TEXT, 0},
	            {"1e3", SCALAR_DOUBLE, 1000},
	            {".5", SCALAR_DOUBLE, .5},
	            {"2.", SCALAR_DOUBLE, 2},
	            {".", SCALAR_TEXT, 0},
	            {"e3", SCALAR_TEXT, 0},
	            {"1e", SCALAR_TEXT, 0},
	            {"-", SCALAR_TEXT, 0},
	            {"10:00", SCALAR_TEXT, 0},
	            {"0x", SCALAR_TEXT, 0},
	            {"0xfg", SCALAR_TEXT, 0},
	            {"1.2.3", SCALAR_TEXT, 0},
	            {"-.inf", SCALAR_DOUBLE, -HUGE_VAL},
	            {"9223372036854775807", SCALAR_INT, 9223372036854775807.0},
	            {"9223372036854775808", SCALAR_DOUBLE, 9223372036854775808.0}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct doc doc = {.kind = DOC_SCALAR, .plain = true, .text = str_from(rows[i].text)};
		struct scalar scalar = scalar_resolve(&doc);
		double value = scalar.type == SCALAR_INT      ? (double)scalar.integer
		               : scalar.type == SCALAR_DOUBLE ? scalar.number
		               : scalar.type == SCALAR_BOOL   ? scalar.boolean
		                                              : 0;
		if (scalar.type != rows[i].type || value != rows[i].value)
			fail_msg("%s: %d %f", rows[i].text, scalar.type, value);
		doc.plain = false;
		assert_int_equal(scalar_resolve(&doc).type, SCALAR_TEXT);
	}
}

static void assert_canonical(const char *yaml, const char *expected)
{
	struct world world;
	struct buf text = {0};
	doc_print_canonical(world_parse(&world, yaml), &text);
	buf_char(&text, '\0');
	assert_string_equal(text.ptr, expected);
	buf_release(&text);
	world_release(&world);
}

static void files_that_mean_the_same_print_the_same(void **state)
{
	(void)state;
	const char *expected = "{\"a\":=1,\"b\":[\"x\",~,{}],\"c\":\"1\"}";
	assert_canonical("b: [x, null, {}]\na: 1\nc: \"1\"\n", expected);
	assert_canonical("# hello\nabout: a remark\nc: '1'\na: 1\nb:\n  - \"x\"\n  - ~\n  - { about: another }\n",
	                 expected);
	assert_canonical("a: \"x\\\",y\"\n", "{\"a\":\"x\\\",y\"}");
}

static bool extend(void *arg, const struct field *field, struct buf *out)
{
	(void)field;
	*(int *)arg += 1;
	buf_str(out, STR(",\"type\":\"string\""));
	return true;
}

static void a_table_prints_as_json_schema(void **state)
{
	(void)state;
	int extended = 0;
	struct doc_schema schema = {.extend = extend, .arg = &extended};
	struct buf text = {0};
	doc_schema_print(&schema, INNER, &text);
	buf_char(&text, '\0');
	assert_string_equal(text.ptr,
	                    "{\"type\":\"object\",\"properties\":{\"name\":{\"description\":\"what it is called\","
	                    "\"type\":\"string\",\"pattern\":\"^[A-Za-z0-9_./+-]{1,128}$\"},\"count\":{\"type\":"
	                    "\"integer\",\"default\":7}},\"required\":[\"name\"],\"additionalProperties\":false}");
	text.len = 0;
	doc_schema_print_root(&schema, "all", ALL, &text);
	buf_char(&text, '\0');
	assert_int_equal(extended, 1);
	assert_non_null(strstr(text.ptr, "\"$schema\":\"http://json-schema.org/draft-07/schema#\""));
	assert_non_null(
	        strstr(text.ptr, "\"choice\":{\"enum\":[\"next\",\"latest\",\"exit\"],\"default\":\"latest\"}"));
	assert_non_null(strstr(text.ptr, "\"number\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000}"));
	/* JSON is YAML: the reader itself says whether it is well formed */
	struct world world;
	const struct doc *doc = world_parse(&world, text.ptr);
	assert_int_equal(doc_get(doc, STR("properties"))->count, sizeof ALL / sizeof ALL[0] - 1);
	world_release(&world);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_kind_of_field_is_read),
	        cmocka_unit_test(defaults_are_read_as_a_user_would_write_them),
	        cmocka_unit_test(mistakes_are_told_in_the_users_words),
	        cmocka_unit_test(every_mistake_is_told_at_once_and_the_rest_is_read),
	        cmocka_unit_test(a_missing_key_points_at_the_first_key_of_its_map),
	        cmocka_unit_test(a_misspelt_required_key_is_told_once),
	        cmocka_unit_test(findings_outlive_what_was_read),
	        cmocka_unit_test(expecting_a_kind_names_what_it_is_for),
	        cmocka_unit_test(plain_scalars_follow_the_core_schema),
	        cmocka_unit_test(files_that_mean_the_same_print_the_same),
	        cmocka_unit_test(a_table_prints_as_json_schema),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
