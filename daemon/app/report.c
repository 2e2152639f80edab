/* SPDX-License-Identifier: Apache-2.0 */
#include "app/report.h"

#include "core/base/buf.h"
#include "core/base/json_write.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#define COUNTER "counter"
#define GAUGE "gauge"

static const struct metric_about {
	const char *name, *kind, *about;
} METRICS[METRIC_COUNT] = {
#define X(metric, kind, name, about) [METRIC_##metric] = {name, kind, about},
        REPORT_METRICS(X)
#undef X
};

void report_log(struct report *report, enum report_level level, const char *subject, const char *format, ...)
{
	char message[512];
	va_list args;
	if (!report->log)
		return;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	report->log(report->owner, level, subject, message);
}

static void print_number(struct buf *out, double number)
{
	if (number == floor(number) && fabs(number) < 1e15)
		json_int(out, (int64_t)number);
	else
		json_double(out, number);
	buf_char(out, '\n');
}

static void print_head(struct buf *out, const struct metric_about *metric)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->about, metric->name, metric->kind);
}

static void print_decisions(const struct report *report, struct buf *out)
{
	static const struct metric_about about = {"journeyd_decisions_total", COUNTER,
	                                          "Decisions, by what was decided and why."};
	print_head(out, &about);
	for (int kind = 0; kind < DECISION_COUNT; kind++)
		for (int reason = 0; reason < REASON_COUNT; reason++) {
			uint64_t count = report->decisions[kind][reason];
			if (!count)
				continue;
			buf_printf(out, "%s{decision=\"%.*s\",reason=\"%.*s\"} %llu\n", about.name,
			           STR_ARG(decision_text((enum decision_kind)kind)),
			           STR_ARG(reason_text((enum reason)reason)), (unsigned long long)count);
		}
}

void report_print(const struct report *report, struct buf *out)
{
	for (int i = 0; i < METRIC_COUNT; i++) {
		print_head(out, &METRICS[i]);
		buf_printf(out, "%s ", METRICS[i].name);
		print_number(out, report->metrics[i]);
	}
	print_decisions(report, out);
}
