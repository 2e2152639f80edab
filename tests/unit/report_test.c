/* SPDX-License-Identifier: Apache-2.0 */
#include "app/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void the_page_has_every_metric_with_help_and_type(void **state)
{
	struct report report = {0};
	struct buf page = {0};
	(void)state;
	report_count(&report, METRIC_EVENTS, 41);
	report_count(&report, METRIC_EVENTS, 1);
	report.metrics[METRIC_LAG] = 1.5;
	report.decisions[DECISION_SKIPPED][REASON_FREQUENCY_CAP] = 3;
	report_print(&report, &page);
	buf_char(&page, '\0');
	assert_non_null(strstr(page.ptr, "# HELP journeyd_events_total Events applied to a customer.\n"
	                                 "# TYPE journeyd_events_total counter\n"
	                                 "journeyd_events_total 42\n"));
	assert_non_null(strstr(page.ptr, "# TYPE journeyd_time_lag_seconds gauge\njourneyd_time_lag_seconds 1.5\n"));
	assert_non_null(
	        strstr(page.ptr, "journeyd_decisions_total{decision=\"skipped\",reason=\"frequency_cap\"} 3\n"));
	assert_null(strstr(page.ptr, "decision=\"sent\""));
	size_t types = 0;
	for (const char *at = page.ptr; (at = strstr(at, "# TYPE ")); at++)
		types++;
	assert_int_equal(types, METRIC_COUNT + 1);
	buf_release(&page);
}

static void keep(void *owner, enum report_level level, const char *subject, const char *message)
{
	snprintf(owner, 100, "%d|%s|%s", (int)level, subject, message);
}

static void a_line_has_a_level_and_a_subject_and_nobody_need_listen(void **state)
{
	char line[100] = "";
	struct report report = {.log = keep, .owner = line}, silent = {0};
	(void)state;
	report_log(&report, REPORT_WARN, "shard=3", "offset %d", 120);
	assert_string_equal(line, "1|shard=3|offset 120");
	report_log(&silent, REPORT_ERROR, "", "nothing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_page_has_every_metric_with_help_and_type),
	        cmocka_unit_test(a_line_has_a_level_and_a_subject_and_nobody_need_listen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
