/* SPDX-License-Identifier: Apache-2.0 */
/* When a place opens next. A window opens at its first second, at that second once more where the clocks go back over
 * it, or at the moment at which the clocks go over it. */
#include "core/opening.h"

bool opening_ever(const struct opening *opening)
{
	for (int i = 0; i < 7; i++)
		if (opening->week[i].count)
			return true;
	return false;
}

struct search {
	const struct opening *opening;
	const struct zone *zone;
	struct instant from, best;
};

static void try(struct search *search, struct instant at)
{
	if (at.ms >= search->from.ms && at.ms < search->best.ms && opening_at(search->opening, search->zone, at))
		search->best = at;
}

/* The moment between the two, of different offsets, from which on the later one's holds. */
static struct instant changed_at(const struct zone *zone, struct instant before, struct instant after)
{
	int32_t offset = zone_offset(zone, after);
	while (after.ms - before.ms > 1) {
		struct instant middle = {before.ms + (after.ms - before.ms) / 2};
		if (zone_offset(zone, middle) == offset)
			after = middle;
		else
			before = middle;
	}
	return after;
}

static void try_day(struct search *search, struct date day)
{
	const struct zone *zone = search->zone;
	int weekday = date_weekday(day);
	struct instant begins = calendar_instant(zone, day, (struct daytime){0});
	struct instant ends = calendar_instant(zone, date_add(day, 1), (struct daytime){0});
	int64_t again = ((int64_t)zone_offset(zone, begins) - zone_offset(zone, ends)) * 1000;
	for (size_t i = 0; i < search->opening->week[weekday].count; i++) {
		struct daytime from = {search->opening->week[weekday].windows[i].from};
		struct instant opens = calendar_instant(zone, day, from);
		try(search, opens);
		if (again > 0)
			try(search, instant_clamp(opens.ms + again));
	}
	if (again)
		try(search, changed_at(zone, begins, ends));
}

struct instant opening_next(const struct opening *opening, const struct zone *zone, struct instant at)
{
	struct search search = {opening, zone, at, INSTANT_NEVER};
	if (!opening_ever(opening))
		return INSTANT_NEVER;
	if (opening_at(opening, zone, at))
		return at;
	/* At the worst it opens on one day of the week, and each closed day is such a one, or the clocks went over it.
	 */
	int64_t days = 7 * ((int64_t)opening->closed_count + 2) + 1;
	struct date day = calendar_date(zone, at);
	for (int64_t i = 0; i <= days && search.best.ms == INSTANT_NEVER.ms; i++)
		try_day(&search, date_add(day, (int32_t)i));
	return search.best;
}
