/* SPDX-License-Identifier: Apache-2.0 */
/* Moments in zones, for the functions on times and dates. */
#ifndef JD_EXPR_TIME_H
#define JD_EXPR_TIME_H

#include "core/expr/expr_code.h"

/* What a look into a zone's table or rule counts as. */
enum { ZONE_STEPS = 10 };

struct local_time {
	struct date date;
	int32_t second; /* since midnight by the clock on the wall */
};

/* The zone of that name, NULL when there is none; *fixed holds it when the name is an offset. */
const struct zone *time_zone(struct run *run, struct value name, struct zone *fixed);
void time_local(const struct zone *zone, struct value timestamp, struct local_time *out);

#endif
