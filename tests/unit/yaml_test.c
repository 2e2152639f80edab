/* SPDX-License-Identifier: Apache-2.0 */
/* YAML with places: every mistake of form with the text that the user sees, and where each byte of a scalar stands. */
#include "adapters/text/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct wrong {
	const char *yaml, *findings;
};

static const struct wrong A_TAB_IS_NAMED_WHERE_IT_STANDS = {
        "a: 1\n"
        "entry:\n"
        "\tevent: x\n",
        "a.yaml:3:1: error: a tab is used for indentation [JRN003]\n"
        "  |\n"
        "3 |  event: x\n"
        "  | ^ use spaces\n"};

static const struct wrong A_DUPLICATE_KEY_SHOWS_THE_FIRST_ONE = {
        "a: 1\n"
        "b: 2\n"
        "a: 3\n",
        "a.yaml:3:1: error: the key \"a\" stands here twice [JRN004]\n"
        "  |\n"
        "3 | a: 3\n"
        "  | ^\n"
        "a.yaml:1:1: note: first defined here\n"
        "  |\n"
        "1 | a: 1\n"
        "  | ^\n"};

static const struct wrong A_MISSING_BRACKET_SHOWS_WHERE_IT_WAS_OPENED = {
        "a: [1, 2\n"
        "b: 3\n",
        "a.yaml:2:2: error: a \",\" or \"]\" is missing before this [JRN002]\n"
        "  |\n"
        "2 | b: 3\n"
        "  |  ^\n"
        "a.yaml:1:4: note: the list is opened here\n"
        "  |\n"
        "1 | a: [1, 2\n"
        "  |    ^\n"};

static const struct wrong A_MISSING_BRACE_SHOWS_WHERE_IT_WAS_OPENED = {
        "a: {x: 1, y: 2\n"
        "b: 3\n",
        "a.yaml:2:2: error: a \",\" or \"}\" is missing before this [JRN002]\n"
        "  |\n"
        "2 | b: 3\n"
        "  |  ^\n"
        "a.yaml:1:4: note: the map is opened here\n"
        "  |\n"
        "1 | a: {x: 1, y: 2\n"
        "  |    ^\n"};

static const struct wrong A_MISSING_QUOTE_IS_SHOWN_WHERE_IT_WAS_OPENED = {
        "a: \"abc\n"
        "b: 3\n",
        "a.yaml:1:4: error: this quote is never closed [JRN002]\n"
        "  |\n"
        "1 | a: \"abc\n"
        "  |    ^~~~ add the closing quote at the end of the text\n"};

static const struct wrong AN_ALIAS_INSIDE_OF_ITS_ANCHOR_IS_REFUSED = {
        "a: &x [1, *x]\n", "a.yaml:1:11: error: this alias stands inside of what it repeats [JRN010]\n"
                           "  |\n"
                           "1 | a: &x [1, *x]\n"
                           "  |           ^~\n"
                           "a.yaml:1:4: note: the anchor is here\n"
                           "  |\n"
                           "1 | a: &x [1, *x]\n"
                           "  |    ^~\n"};

static const struct wrong AN_UNKNOWN_ALIAS_SUGGESTS_THE_NEAREST_ANCHOR = {
        "a: &defaults {k: 1}\n"
        "b: *defalts\n",
        "a.yaml:2:4: error: there is no anchor \"&defalts\" above this alias [JRN010]\n"
        "  |\n"
        "2 | b: *defalts\n"
        "  |    ^~~~~~~~ did you mean \"defaults\"?\n"
        "  = known anchors: defaults\n"};

static const struct wrong A_MERGE_KEY_IS_REFUSED_WITH_A_HINT = {
        "a: &d {k: 1}\n"
        "b:\n"
        "  <<: *d\n",
        "a.yaml:3:3: error: merge keys are not supported [JRN010]\n"
        "  |\n"
        "3 |   <<: *d\n"
        "  |   ^~ write the keys out, so that each shows where it is used\n"};

static const struct wrong DEEP_NESTING_STOPS_AT_64 = {
        "a: "
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
        "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n",
        "a.yaml:1:67: error: lists and maps are nested more than 64 deep [JRN011]\n"
        "  |\n"
        "1 | "
        "...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
        "]]]]]]]]]]]]]\n"
        "  |                                               ^\n"};

static const struct wrong BYTES_THAT_ARE_NOT_UTF_8_ARE_NAMED = {
        "a: x\n"
        "b: K\366ln\n",
        "a.yaml:2:5: error: this is not UTF-8: byte 0xF6 [JRN012]\n"
        "  |\n"
        "2 | b: K\357\277\275ln\n"
        "  |     ^ save the file as UTF-8\n"};

static const struct wrong A_UTF_16_FILE_IS_RECOGNISED = {"\377\376a",
                                                         "a.yaml:1:1: error: this is not UTF-8: byte 0xFF [JRN012]\n"
                                                         "  |\n"
                                                         "1 | \357\277\275\357\277\275a\n"
                                                         "  | ^ save the file as UTF-8, not UTF-16\n"};

static const struct wrong A_SECOND_DOCUMENT_IS_REFUSED = {
        "a: x\n"
        "---\n"
        "b: 1\n",
        "a.yaml:2:1: error: a second document begins here; a file holds one [JRN002]\n"
        "  |\n"
        "2 | ---\n"
        "  | ^~~ move it to a file of its own\n"};

static const struct wrong AN_EMPTY_FILE_IS_AN_ERROR = {"", "a.yaml:1:1: error: the file is empty [JRN013]\n"
                                                           "  |\n"
                                                           "1 |\n"
                                                           "  | ^\n"};

static const struct wrong A_FILE_OF_COMMENTS_IS_EMPTY = {"# nothing\n",
                                                         "a.yaml:1:1: error: the file is empty [JRN013]\n"
                                                         "  |\n"
                                                         "1 | # nothing\n"
                                                         "  | ^\n"};

static const struct wrong TEXT_BEHIND_A_CLOSING_QUOTE_NEEDS_QUOTES_AROUND_ALL = {
        "when: \"motor\" == event.line\n"
        "b: 1\n",
        "a.yaml:1:15: error: nothing can follow on the line behind a closing quote or bracket [JRN002]\n"
        "  |\n"
        "1 | when: \"motor\" == event.line\n"
        "  |               ^~ put the whole value in quotes: '...'; inside it use the other kind\n"};

static const struct wrong TEXT_BEHIND_A_BRACKET_NEEDS_QUOTES_AROUND_ALL = {
        "template: {segment}/x\n"
        "b: 1\n",
        "a.yaml:1:20: error: nothing can follow on the line behind a closing quote or bracket [JRN002]\n"
        "  |\n"
        "1 | template: {segment}/x\n"
        "  |                    ^~ put the whole value in quotes: '...'; inside it use the other kind\n"};

static const struct wrong AN_EXCLAMATION_MARK_NEEDS_QUOTES = {
        "when: !event.x\n"
        "b: 1\n",
        "a.yaml:1:7: error: \"!\" begins a tag, which is not used here [JRN002]\n"
        "  |\n"
        "1 | when: !event.x\n"
        "  |       ^~~~~~~~ quote the value if it begins with !\n"};

static const struct wrong A_COLON_IN_A_VALUE_NEEDS_QUOTES = {
        "when: a ? b : c\n"
        "b: 1\n",
        "a.yaml:1:13: error: a second \": \" cannot stand here [JRN002]\n"
        "  |\n"
        "1 | when: a ? b : c\n"
        "  |             ^ quote the value if it contains \": \"; if this is a key, check the indentation\n"};

static const struct wrong TWO_COLONS_ON_A_LINE_ARE_EXPLAINED = {
        "a: b: c\n", "a.yaml:1:5: error: a second \": \" cannot stand here [JRN002]\n"
                     "  |\n"
                     "1 | a: b: c\n"
                     "  |     ^ quote the value if it contains \": \"; if this is a key, check the indentation\n"};

static const struct wrong A_STAR_NEEDS_QUOTES = {
        "about: *important*\n", "a.yaml:1:8: error: \"*\" begins an alias, and no name follows [JRN002]\n"
                                "  |\n"
                                "1 | about: *important*\n"
                                "  |        ^~~~~~~~~~~ quote the value if it begins with *\n"};

static const struct wrong AN_AT_SIGN_NEEDS_QUOTES = {
        "a: @home\n", "a.yaml:1:4: error: a value cannot begin with this character [JRN002]\n"
                      "  |\n"
                      "1 | a: @home\n"
                      "  |    ^~~~~ put the value in quotes\n"};

static const struct wrong A_GREATER_SIGN_NEEDS_QUOTES = {
        "a: > 5\n", "a.yaml:1:4: error: | and > begin a block of text on the next line [JRN002]\n"
                    "  |\n"
                    "1 | a: > 5\n"
                    "  |    ^ quote the value if it begins with | or >\n"};

static const struct wrong A_KEY_IN_A_COLUMN_OF_ITS_OWN_IS_EXPLAINED = {
        "a:\n"
        "  b: 1\n"
        " c: 2\n",
        "a.yaml:3:2: error: this line does not fit its neighbours [JRN002]\n"
        "  |\n"
        "3 |  c: 2\n"
        "  |  ^ check the indentation: all keys of a map begin in the same column\n"
        "a.yaml:2:3: note: this line begins in another column\n"
        "  |\n"
        "2 |   b: 1\n"
        "  |   ^~\n"};

static const struct wrong A_KEY_IN_A_LIST_IS_EXPLAINED = {
        "a:\n"
        "  - x\n"
        "  y: 2\n",
        "a.yaml:3:3: error: this line does not belong to the list above it [JRN002]\n"
        "  |\n"
        "3 |   y: 2\n"
        "  |   ^ begin it with \"- \", or check the indentation\n"
        "a.yaml:2:3: note: the list begins here\n"
        "  |\n"
        "2 |   - x\n"
        "  |   ^\n"};

static const struct wrong A_LINE_WITHOUT_COLON_IS_EXPLAINED = {
        "key\n"
        "b: 2\n",
        "a.yaml:1:1: error: a \":\" is missing behind this key [JRN002]\n"
        "  |\n"
        "1 | key\n"
        "  | ^~~ write \"key: value\"\n"};

static const struct wrong AN_UNKNOWN_ESCAPE_IS_MARKED = {
        "a: \"x\\q\"\n", "a.yaml:1:6: error: no such escape in double quotes [JRN002]\n"
                         "  |\n"
                         "1 | a: \"x\\q\"\n"
                         "  |      ^~ write \\\\ for a backslash, or use single quotes\n"};

static const struct wrong A_LIST_AS_KEY_IS_REFUSED = {
        "? [a, b]\n"
        ": 1\n",
        "a.yaml:1:3: error: a key must be a text, not a list or a map [JRN007]\n"
        "  |\n"
        "1 | ? [a, b]\n"
        "  |   ^\n"};

static const struct wrong A_DASH_BEHIND_A_KEY_IS_EXPLAINED = {
        "a: - b\n", "a.yaml:1:4: error: a \"- \" cannot stand here [JRN002]\n"
                    "  |\n"
                    "1 | a: - b\n"
                    "  |    ^ put the list on lines of its own below the key, or write [a, b]\n"};

static const struct wrong ALIASES_THAT_EXPLODE_ARE_REFUSED_ONCE = {
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
        "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
        "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
        "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
        "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
        "g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\n"
        "h: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g,*g]\n"
        "i: &i [*h,*h,*h,*h,*h,*h,*h,*h,*h,*h]\n",
        "a.yaml:6:29: error: with this alias the file grows to more than 1,000,000 values [JRN010]\n"
        "  |\n"
        "6 | f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
        "  |                             ^~\n"
        "a.yaml:5:4: note: the anchor is here\n"
        "  |\n"
        "5 | e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
        "  |    ^~\n"};

static const struct wrong A_BYTE_ORDER_MARK_DOES_NOT_SHIFT_PLACES = {
        "\357\273\277a: 1\n"
        "a: 2\n",
        "a.yaml:2:1: error: the key \"a\" stands here twice [JRN004]\n"
        "  |\n"
        "2 | a: 2\n"
        "  | ^\n"
        "a.yaml:1:1: note: first defined here\n"
        "  |\n"
        "1 | a: 1\n"
        "  | ^\n"};

static const struct wrong A_SECOND_BYTE_ORDER_MARK_IS_REFUSED = {
        "a: 1\n"
        "\357\273\277b: 2\n",
        "a.yaml:2:1: error: a text file cannot hold the control character U+FEFF [JRN012]\n"
        "  |\n"
        "2 | \357\277\275b: 2\n"
        "  | ^ remove it\n"};

static const struct wrong CARRIAGE_RETURNS_ARE_NOT_SHOWN = {
        "a: 1\r\n"
        "a: 2\r\n",
        "a.yaml:2:1: error: the key \"a\" stands here twice [JRN004]\n"
        "  |\n"
        "2 | a: 2\n"
        "  | ^\n"
        "a.yaml:1:1: note: first defined here\n"
        "  |\n"
        "1 | a: 1\n"
        "  | ^\n"};

static const struct wrong MARKS_STAND_UNDER_WIDE_CHARACTERS = {
        "x: \346\224\277\347\255\226 ]\n"
        "\346\224\277: [1\n",
        "a.yaml:2:6: error: a \",\" or \"]\" is missing before this [JRN002]\n"
        "  |\n"
        "2 | \346\224\277: [1\n"
        "  |       ^\n"
        "a.yaml:2:4: note: the list is opened here\n"
        "  |\n"
        "2 | \346\224\277: [1\n"
        "  |     ^\n"};

static const struct wrong A_LONG_LINE_IS_CUT_AROUND_THE_MARK = {
        "a: x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x "
        "x x x x x x x x x x x x x x x x x x x x x x x x x x x \"q\": y y y y y y y y y y y y y y y y y y y y y y y y "
        "y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y "
        "y \n",
        "a.yaml:1:167: error: a second \": \" cannot stand here [JRN002]\n"
        "  |\n"
        "1 | ... x x x x x x x x x x x x x x x x x x \"q\": y y y y y y y y y y y y y y y y y y y y y y y y y y y y y "
        "y y y y y y y y y y ...\n"
        "  |                                            ^ quote the value if it contains \": \"; if this is a key, "
        "check the indentation\n"};

struct world {
	struct arena arena;
	struct diag_list diags;
	struct doc_reader reader;
	struct diag_file file;
};

static struct doc *world_read(struct world *world, struct str yaml)
{
	arena_init(&world->arena, 4096);
	diag_init(&world->diags, &world->arena);
	world->reader = (struct doc_reader){&world->arena, &world->diags};
	world->file = (struct diag_file){STR("a.yaml"), arena_str(&world->arena, yaml)};
	return yaml_read(&world->file, &world->reader);
}

static void world_release(struct world *world)
{
	diag_release(&world->diags);
	arena_release(&world->arena);
}

static void findings_are_pinned(void **state)
{
	const struct wrong *wrong = *state;
	struct world world;
	struct buf text = {0};
	world_read(&world, str_from(wrong->yaml));
	diag_sort(&world.diags);
	diag_print(&world.diags, false, &text);
	buf_char(&text, '\0');
	assert_string_equal(text.ptr, wrong->findings);
	buf_release(&text);
	world_release(&world);
}

/* Each byte of the value at key `a`, replaced by the byte of the file that it is said to come from. */
static void assert_origins(const char *yaml, const char *value, const char *origins)
{
	struct world world;
	const struct doc *doc = doc_get(world_read(&world, str_from(yaml)), STR("a"));
	struct buf found = {0};
	assert_non_null(doc);
	if (!str_eq(doc->text, str_from(value)))
		fail_msg("the value is '%.*s'", STR_ARG(doc->text));
	for (size_t i = 0; i < doc->text.len; i++)
		buf_char(&found, world.file.text.ptr[doc_range(doc, i, i + 1).from]);
	buf_char(&found, '\0');
	assert_string_equal(found.ptr, origins);
	assert_true(doc_range(doc, doc->text.len, doc->text.len).from <= world.file.text.len);
	buf_release(&found);
	world_release(&world);
}

static void single_line_scalars_stand_in_the_file_as_they_are(void **state)
{
	(void)state;
	assert_origins("a: one two # no\n", "one two", "one two");
	assert_origins("a: \"one two\"\n", "one two", "one two");
	assert_origins("a: 'one two'\n", "one two", "one two");
	assert_origins("a: \303\251 x\n", "\303\251 x", "\303\251 x");
	assert_origins("a: &x !!str 5\n", "5", "5");
}

static void folded_plain_scalars_know_their_lines(void **state)
{
	(void)state;
	assert_origins("a: one  \n  two\n\n  three\nb: 1\n", "one two\nthree", "one two\nthree");
}

static void quotes_and_escapes_point_to_where_they_begin(void **state)
{
	(void)state;
	assert_origins("a: 'it''s'\n", "it's", "it's");
	assert_origins("a: \"x\\ty\\u00e9z\\x41\"\n", "x\ty\303\251zA", "x\\y\\\\z\\");
	assert_origins("a: \"one \\\n  two\n\n  three\"\n", "one two\nthree", "one two\nthree");
}

static void block_scalars_know_their_lines(void **state)
{
	(void)state;
	assert_origins("a: |\n  x\n    y\n\n  z\n\nb: 1\n", "x\n  y\n\nz\n", "x\n  y\n\nz\n");
	assert_origins("a: >\n  x\n  y\n\n  z\n    i\n  j\n", "x y\nz\n  i\nj\n", "x\ny\nz\n  i\nj\n");
	assert_origins("a: >-\n  x\n  y\n", "x y", "x\ny");
	assert_origins("a: |2+\n    x\n\n", "  x\n\n", "  x\n\n");
	assert_origins("a: |\r\n  x\r\n  y\r\n", "x\ny\n", "x\ry\r");
}

static void a_range_inside_a_folded_scalar_ends_with_its_word(void **state)
{
	(void)state;
	struct world world;
	const struct doc *doc = doc_get(world_read(&world, STR("a: >\n  one\n  two\n")), STR("a"));
	struct diag_range range = doc_range(doc, 4, 7);
	assert_int_equal(diag_place(range.file, range.from).line, 3);
	assert_int_equal(range.to - range.from, 3);
	world_release(&world);
}

static void aliases_share_what_they_repeat(void **state)
{
	(void)state;
	struct world world;
	const struct doc *doc = world_read(&world, STR("a: &x { k: 1 }\nb: *x\nc: &x 2\nd: *x\n"));
	assert_ptr_equal(doc_get(doc, STR("a")), doc_get(doc, STR("b")));
	assert_true(str_eq(doc_get(doc, STR("d"))->text, STR("2")));
	assert_int_equal(world.diags.count, 0);
	world_release(&world);
}

static void ranges_of_maps_and_lists_end_with_what_they_hold(void **state)
{
	(void)state;
	struct world world;
	struct str yaml = STR("a:\n  x: 1\n  y: { z: [1, 2] } # c\n\nb: 2\n");
	const struct doc *doc = world_read(&world, yaml), *a = doc_get(doc, STR("a"));
	assert_int_equal(a->range.from, 5);
	assert_true(str_eq(str_sub(world.file.text, a->range.from, a->range.to), STR("x: 1\n  y: { z: [1, 2] }")));
	assert_int_equal(doc->range.to, yaml.len - 1);
	world_release(&world);
}

static void a_duplicate_key_keeps_the_first_value(void **state)
{
	(void)state;
	struct world world;
	const struct doc *doc = world_read(&world, STR("a: 1\na: 2\na: 3\n"));
	assert_int_equal(doc->count, 1);
	assert_true(str_eq(doc_get(doc, STR("a"))->text, STR("1")));
	assert_int_equal(world.diags.errors, 2);
	world_release(&world);
}

static void a_file_of_more_than_8_mb_is_refused(void **state)
{
	(void)state;
	struct world world;
	size_t len = (8 << 20) + 1;
	char *text = mem_alloc(len);
	memset(text, 'x', len);
	assert_null(world_read(&world, (struct str){text, len}));
	assert_int_equal(world.diags.items[0].code, DIAG_TOO_LARGE);
	free(text);
	world_release(&world);
}

/* Whatever prefix of a file is read, there is an answer: a tree or a finding. */
static void every_prefix_of_a_file_gives_a_tree_or_a_finding(void **state)
{
	(void)state;
	struct str yaml =
	        STR("a: &x [1, \"t\\u00e9\"]\nb: { c: *x, d: |\n x }\ne: >-\n  fold\n\n  more\n? k\n: 'v''w'\n");
	for (size_t len = 0; len <= yaml.len; len++) {
		struct world world;
		bool tree = world_read(&world, str_sub(yaml, 0, len)) != NULL;
		assert_true(tree || world.diags.errors > 0);
		world_release(&world);
	}
}

#define PINNED(name) \
	{ \
#name, findings_are_pinned, NULL, NULL, (void *)(uintptr_t)&name \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        PINNED(A_TAB_IS_NAMED_WHERE_IT_STANDS),
	        PINNED(A_DUPLICATE_KEY_SHOWS_THE_FIRST_ONE),
	        PINNED(A_MISSING_BRACKET_SHOWS_WHERE_IT_WAS_OPENED),
	        PINNED(A_MISSING_BRACE_SHOWS_WHERE_IT_WAS_OPENED),
	        PINNED(A_MISSING_QUOTE_IS_SHOWN_WHERE_IT_WAS_OPENED),
	        PINNED(AN_ALIAS_INSIDE_OF_ITS_ANCHOR_IS_REFUSED),
	        PINNED(AN_UNKNOWN_ALIAS_SUGGESTS_THE_NEAREST_ANCHOR),
	        PINNED(A_MERGE_KEY_IS_REFUSED_WITH_A_HINT),
	        PINNED(DEEP_NESTING_STOPS_AT_64),
	        PINNED(BYTES_THAT_ARE_NOT_UTF_8_ARE_NAMED),
	        PINNED(A_UTF_16_FILE_IS_RECOGNISED),
	        PINNED(A_SECOND_DOCUMENT_IS_REFUSED),
	        PINNED(AN_EMPTY_FILE_IS_AN_ERROR),
	        PINNED(A_FILE_OF_COMMENTS_IS_EMPTY),
	        PINNED(TEXT_BEHIND_A_CLOSING_QUOTE_NEEDS_QUOTES_AROUND_ALL),
	        PINNED(TEXT_BEHIND_A_BRACKET_NEEDS_QUOTES_AROUND_ALL),
	        PINNED(AN_EXCLAMATION_MARK_NEEDS_QUOTES),
	        PINNED(A_COLON_IN_A_VALUE_NEEDS_QUOTES),
	        PINNED(TWO_COLONS_ON_A_LINE_ARE_EXPLAINED),
	        PINNED(A_STAR_NEEDS_QUOTES),
	        PINNED(AN_AT_SIGN_NEEDS_QUOTES),
	        PINNED(A_GREATER_SIGN_NEEDS_QUOTES),
	        PINNED(A_KEY_IN_A_COLUMN_OF_ITS_OWN_IS_EXPLAINED),
	        PINNED(A_KEY_IN_A_LIST_IS_EXPLAINED),
	        PINNED(A_LINE_WITHOUT_COLON_IS_EXPLAINED),
	        PINNED(AN_UNKNOWN_ESCAPE_IS_MARKED),
	        PINNED(A_LIST_AS_KEY_IS_REFUSED),
	        PINNED(A_DASH_BEHIND_A_KEY_IS_EXPLAINED),
	        PINNED(ALIASES_THAT_EXPLODE_ARE_REFUSED_ONCE),
	        PINNED(A_BYTE_ORDER_MARK_DOES_NOT_SHIFT_PLACES),
	        PINNED(A_SECOND_BYTE_ORDER_MARK_IS_REFUSED),
	        PINNED(CARRIAGE_RETURNS_ARE_NOT_SHOWN),
	        PINNED(MARKS_STAND_UNDER_WIDE_CHARACTERS),
	        PINNED(A_LONG_LINE_IS_CUT_AROUND_THE_MARK),
	        cmocka_unit_test(single_line_scalars_stand_in_the_file_as_they_are),
	        cmocka_unit_test(folded_plain_scalars_know_their_lines),
	        cmocka_unit_test(quotes_and_escapes_point_to_where_they_begin),
	        cmocka_unit_test(block_scalars_know_their_lines),
	        cmocka_unit_test(a_range_inside_a_folded_scalar_ends_with_its_word),
	        cmocka_unit_test(aliases_share_what_they_repeat),
	        cmocka_unit_test(ranges_of_maps_and_lists_end_with_what_they_hold),
	        cmocka_unit_test(a_duplicate_key_keeps_the_first_value),
	        cmocka_unit_test(a_file_of_more_than_8_mb_is_refused),
	        cmocka_unit_test(every_prefix_of_a_file_gives_a_tree_or_a_finding),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
