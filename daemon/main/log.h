/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines on standard error, logfmt or JSON: time, level, subject's fields, message. */
#ifndef JD_LOG_H
#define JD_LOG_H

#include "app/report.h"

struct log {
	bool json;
	enum report_level level; /* lines less important are left out */
};

/* For report.log; owner is a struct log. subject is "name=value name=value" and its parts become fields. */
void log_line(void *owner, enum report_level level, const char *subject, const char *message);

#endif
