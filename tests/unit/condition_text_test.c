/* SPDX-License-Identifier: Apache-2.0 */
/* What two conditions' words tell: never more than is certain, since a warning that is wrong is worse than none. */
#include "core/journey/condition_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct row {
	const char *narrow, *wide;
	bool implied;
};

static void narrower_conditions_are_known_by_their_words(void **state)
{
	static const struct row ROWS[] = {
	        {"a > 1", "a > 1", true},
	        {"a > 2", "a > 1", true},
	        {"a > 1", "a > 2", false},
	        {"a > 1", "a >= 1", true},
	        {"a >= 1", "a > 1", false},
	        {"a >= 2", "a > 1", true},
	        {"a < 1", "a < 2.5", true},
	        {"a < -2", "a < -1", true},
	        {"a > 1", "a < 2", false},
	        {"a == 5", "a >= 5", true},
	        {"a == 5", "a > 5", false},
	        {"a == 5", "a < 6", true},
	        {"a != 5", "a > 4", false},
	        {"a > 5", "b > 4", false},
	        {"a > 5 && b", "a > 4", true},
	        {"a > 5 && b", "b && a > 4", true},
	        {"a > 5", "a > 4 && b", false},
	        {"a > 5 || b", "a > 4", false},
	        {"b ? a > 5 : c", "a > 4", false},
	        {"a > 5 || b", "a > 5 || b", true},
	        {"f(a, 1) > 5", "f(a, 1) > 4", true},
	        {"f(a > 5)", "f(a > 4)", false},
	        {"a > b", "a > 0", false},
	        {"a == \"x && b > 5\"", "b > 4", false},
	        {"a == \"\\\" && b > 5\"", "b > 4", false},
	        {"now - t > duration(\"5d\")", "now - t > duration(\"4d\")", false},
	        {"anything", "true", true},
	        {"", "a > 1", false},
	        {"a > 1", "", false},
	        {"a >", "a > 1", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		if (condition_text_implies(str_from(ROWS[i].narrow), str_from(ROWS[i].wide)) != ROWS[i].implied)
			fail_msg("\"%s\" and \"%s\"", ROWS[i].narrow, ROWS[i].wide);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(narrower_conditions_are_known_by_their_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
