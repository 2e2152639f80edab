/* SPDX-License-Identifier: Apache-2.0 */
/* When shops and the like are open: weekly hours by name, and days on which they are closed. */
#ifndef JD_OPENING_H
#define JD_OPENING_H

#include "core/calendar.h"

struct opening_window {
	int32_t from, to; /* milliseconds of the day; from < to <= 24:00 */
};

struct opening {
	struct str name;
	struct str timezone; /* empty: the zone of whoever asks */
	struct {
		const struct opening_window *windows; /* rising, apart from each other */
		size_t count;
	} week[7];                 /* Sunday first */
	const struct date *closed; /* rising */
	size_t closed_count;
};

struct opening_hours {
	const struct opening *items; /* by name, rising */
	size_t count;
};

const struct opening *opening_find(const struct opening_hours *hours, struct str name); /* NULL: unknown */
/* Whether it is open at that moment, by the local time of the zone: from its first second to before its last. */
bool opening_at(const struct opening *opening, const struct zone *zone, struct instant at);
/* Whether there is any hour in its week at all. */
bool opening_ever(const struct opening *opening);
/* The first moment from that one on at which it is open; INSTANT_NEVER when it never is again. */
struct instant opening_next(const struct opening *opening, const struct zone *zone, struct instant at);

#endif
