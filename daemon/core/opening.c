/* SPDX-License-Identifier: Apache-2.0 */
#include "core/opening.h"

static int opening_cmp(const void *name, const void *opening)
{
	return str_cmp(*(const struct str *)name, ((const struct opening *)opening)->name);
}

const struct opening *opening_find(const struct opening_hours *hours, struct str name)
{
	if (!hours || hours->count == 0)
		return NULL;
	return bsearch(&name, hours->items, hours->count, sizeof(*hours->items), opening_cmp);
}

static int date_cmp(const void *a, const void *b)
{
	const struct date *x = a, *y = b;
	return (x->days > y->days) - (x->days < y->days);
}

bool opening_at(const struct opening *opening, const struct zone *zone, struct instant at)
{
	struct date day = calendar_date(zone, at);
	int32_t time = calendar_daytime(zone, at).ms;
	if (opening->closed_count && bsearch(&day, opening->closed, opening->closed_count, sizeof(day), date_cmp))
		return false;
	int weekday = date_weekday(day);
	for (size_t i = 0; i < opening->week[weekday].count; i++)
		if (time >= opening->week[weekday].windows[i].from && time < opening->week[weekday].windows[i].to)
			return true;
	return false;
}
