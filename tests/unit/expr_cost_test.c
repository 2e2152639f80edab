/* SPDX-License-Identifier: Apache-2.0 */
/* What a function does in proportion to its data counts as steps, so that no evaluation is long. */
#include "expr_fixture.h"

#include <stdio.h>

enum { LONG = 60000, TURNS = 400 };

/* event.line is 60,000 times the letter a, key its equal elsewhere, event.extra a list of 400 ints. */
static void fill(struct fixture *fx)
{
	static struct value many[TURNS];
	static char text[2][LONG];
	memset(text, 'a', sizeof text);
	for (size_t i = 0; i < TURNS; i++)
		many[i] = value_int((int64_t)i);
	fixture_init(fx);
	fx->event[0] = value_str((struct str){text[0], LONG});
	fx->local[1] = value_str((struct str){text[1], LONG});
	fx->event[5] = (struct value){.kind = VALUE_LIST, .size = TURNS, .items = many};
}

static void expect_end(const char *condition, const char *wanted)
{
	struct fixture fx;
	char source[300];
	fill(&fx);
	snprintf(source, sizeof source, "event.extra.all(x, event.extra.all(y, %s))", condition);
	const char *result = fixture_eval(&fx, source);
	if (!strstr(result, wanted))
		fail_msg("%s\n  wanted %s\n  got    %s", source, wanted, result);
	fixture_release(&fx);
}

static void long_texts_use_up_the_steps(void **state)
{
	static const char *const CONDITIONS[] = {
	        "event.line == key",
	        "event.line <= key",
	        "event.line.startsWith(key)",
	        "event.line.endsWith(key)",
	        "event.line.charAt(59999) == 'a'",
	        "event.line.substring(59999) == 'a'",
	        "event.line.substring(0, 59999) != 'a'",
	        "!event.line.contains('ab')",
	        "event.line.indexOf('b') < 0",
	        "event.line.indexOf('b', 59999) < 0",
	        "event.line.lastIndexOf('b') < 0",
	        "event.line.lastIndexOf('a') > 0",
	        "event.line.split('b').size() == 1",
	        "event.line.replace('a', '') == ''",
	        "event.line.trim() != ''",
	        "size(event.line) > 0",
	        "event.line in [key]",
	        "{key: 1}[event.line] == 1",
	};
	(void)state;
	for (size_t i = 0; i < sizeof CONDITIONS / sizeof *CONDITIONS; i++) {
		struct fixture fx;
		char source[200];
		expect_end(CONDITIONS[i], "too many steps or too much memory");
		fill(&fx);
		assert_true(fixture_compile(&fx, CONDITIONS[i], NULL) != NULL);
		snprintf(source, sizeof source, "[1, 2, 3].all(x, %s)", CONDITIONS[i]);
		assert_string_equal(fixture_eval(&fx, source), "true");
		fixture_release(&fx);
	}
}

static void what_takes_long_by_itself_counts_as_more_than_a_step(void **state)
{
	struct fixture fx;
	(void)state;
	fill(&fx);
	assert_string_equal(fixture_eval(&fx, "event.extra.map(x, '%.100f'.format([1.0e300])).size() < 0"),
	                    "fault at 28: too many steps or too much memory");
	fixture_release(&fx);
	fill(&fx);
	/* its series does not end */
	const char *result = fixture_eval(&fx, "event.extra.all(x, expected_purchases({'r': 0.1, 'alpha': 0.000000001, "
	                                       "'a': 2.0, 'b': 0.5}, 2, now, now, days(100000)) >= 0.0)");
	assert_string_equal(result, "fault at 12: too many steps or too much memory");
	fixture_release(&fx);
}

static void a_search_in_many_short_texts_is_within_the_bound(void **state)
{
	struct fixture fx;
	struct value *texts;
	(void)state;
	fill(&fx);
	texts = arena_alloc(&fx.arena, 200 * sizeof *texts);
	for (size_t i = 0; i < 200; i++)
		texts[i] = value_str(str_sub(value_text(fx.event[0]), 0, 2000));
	fx.event[5] = (struct value){.kind = VALUE_LIST, .size = 200, .items = texts};
	assert_string_equal(
	        fixture_eval(&fx, "event.extra.exists(x, x.contains('b') || x.startsWith('ab') || x == 'b')"), "false");
	fixture_release(&fx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(long_texts_use_up_the_steps),
	        cmocka_unit_test(what_takes_long_by_itself_counts_as_more_than_a_step),
	        cmocka_unit_test(a_search_in_many_short_texts_is_within_the_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
