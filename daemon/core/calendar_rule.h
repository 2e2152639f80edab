/* SPDX-License-Identifier: Apache-2.0 */
/* The yearly rule of a zone behind its table, as POSIX writes it and RFC 8536 widens it. For calendar*.c alone. */
#ifndef JD_CALENDAR_RULE_H
#define JD_CALENDAR_RULE_H

#include "core/calendar.h"

enum rule_form {
	RULE_MONTH,  /* M: the week'th weekday of a month, week 5 being the last */
	RULE_JULIAN, /* J: day 1..365, 29 February not counted */
	RULE_DAY,    /* day 0..365, 29 February counted */
};

/* One of the two moments in a year at which the clock changes. */
struct rule_change {
	enum rule_form form;
	int month, week, day;
	int32_t time; /* seconds after local midnight, -167 h to 167 h */
};

struct zone_rule {
	int32_t standard, daylight; /* offsets east of UTC; equal when the clock never changes */
	struct rule_change start, end;
};

/* Seconds east of UTC at that second since 1970. */
int32_t zone_rule_offset(const struct zone_rule *rule, int64_t at);

#endif
