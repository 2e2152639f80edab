/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries without an event of their own: a day of each year, a segment that is come into or left. The customer keeps a
 * watch for each such journey, with the time at which something may happen by time alone; every event looks at all of
 * them anew, and nobody is ever scanned.
 */
#include "core/engine/step.h"

static struct watch *watch_find(struct step *step, const struct journey *journey)
{
	struct customer *customer = step->customer;
	for (size_t i = 0; i < customer->watch_count; i++)
		if (customer->watches[i].journey == journey)
			return &customer->watches[i];
	struct watch *watch = customer_add_watch(customer);
	watch->journey = journey;
	watch->journey_tag = journey->tag;
	return watch;
}

struct watch *watch_due(struct customer *customer, struct instant until)
{
	struct watch *next = NULL;
	for (size_t i = 0; i < customer->watch_count; i++) {
		struct watch *watch = &customer->watches[i];
		if (watch->journey && watch->due.ms < until.ms && (!next || watch->due.ms < next->due.ms))
			next = watch;
	}
	return next;
}

/* ---- a day of each year ---- */

/* The day that recurs; false when the customer has none. */
static bool yearly_date(struct step *step, const struct journey *journey, struct date *out)
{
	struct step_frame frame;
	step_frame(step, journey, NULL, &frame);
	arena_clear(step->engine->scratch);
	struct value value = expr_eval(journey->enters.date, &frame.frame);
	if (value.kind == VALUE_ERROR && value.size != FAULT_ABSENT)
		step_fault_entry(step, journey, value, "every_year", (struct str){0});
	if (value.kind == VALUE_TIMESTAMP)
		*out = calendar_date(frame.frame.zone, value_to_instant(value));
	else if (value.kind == VALUE_DATE)
		out->days = (int32_t)value.i;
	return value.kind == VALUE_TIMESTAMP || value.kind == VALUE_DATE;
}

/* The calendar's year that holds this day; false when the calendar does not reach so far. */
static bool yearly_year(const struct entry_rule *rule, struct date day, int64_t *out)
{
	struct lunar_day lunar = {0};
	bool known = !rule->lunar || lunar_from(rule->lunar, day, &lunar);
	*out = rule->lunar ? lunar.year : civil_from(day).year;
	return known;
}

/* The same day in that year of the calendar; false when it has none. */
static bool yearly_day(const struct entry_rule *rule, struct date date, int64_t year, struct date *out)
{
	struct lunar_day lunar;
	if (!rule->lunar)
		return calendar_anniversary(date, (int)year, rule->feb29, out);
	return lunar_from(rule->lunar, date, &lunar) &&
	       lunar_anniversary(rule->lunar, lunar, (int)year, rule->leap_month, rule->day30, out);
}

static struct instant yearly_moment(struct step *step, const struct journey *journey, struct date day)
{
	const struct entry_rule *rule = &journey->enters;
	return calendar_instant(step_zone(step, journey), (struct date){day.days + rule->days}, rule->at);
}

/* The next recurrence from now on, in a year behind the one last let in: a date that was corrected after this year's
 * day brings no second one. The year of the date itself does not count. */
static void yearly_plan(struct step *step, struct watch *watch)
{
	enum { YEARS = 10, LUNAR_YEARS = 200 }; /* a leap month may not come again for long */
	const struct entry_rule *rule = &watch->journey->enters;
	const struct zone *zone = step_zone(step, watch->journey);
	struct date date, day;
	watch->due = INSTANT_NEVER;
	if (!yearly_date(step, watch->journey, &date))
		return;
	int64_t first, now;
	if (!yearly_year(rule, date, &first) || !yearly_year(rule, calendar_date(zone, step->at), &now))
		return;
	first++;
	if (first <= watch->mark)
		first = watch->mark + 1;
	int64_t end = now + (rule->lunar ? LUNAR_YEARS : YEARS);
	for (int64_t year = first > now - 1 ? first : now - 1; year < end; year++) {
		if (!yearly_day(rule, date, year, &day))
			continue;
		struct instant moment = yearly_moment(step, watch->journey, day);
		if (moment.ms < step->at.ms)
			continue;
		watch->due = moment;
		watch->pending = year;
		return;
	}
}

/* An edit may have moved the day since it was planned: one to come is planned anew. One that is long over, since the
 * journey was gone, is not made up for. */
static void yearly_fire(struct step *step, struct watch *watch)
{
	const struct journey *journey = watch->journey;
	struct date date, day;
	bool known = watch->pending > 0 && yearly_date(step, journey, &date) &&
	             yearly_day(&journey->enters, date, watch->pending, &day);
	struct instant moment = known ? yearly_moment(step, journey, day) : step->at;
	if (moment.ms <= step->at.ms)
		watch->mark = watch->pending;
	if (known && moment.ms <= step->at.ms && step->at.ms - moment.ms < DAY_MS) {
		step->occurrence = value_date(day);
		entry_offer(step, journey);
		step->occurrence = value_absent();
	}
	yearly_plan(step, watch_find(step, journey));
}

/* ---- segments ---- */

static bool case_holds(struct step *step, const struct journey *journey, const struct segment_case *row,
                       const struct expr_frame *frame)
{
	struct value error = value_absent();
	bool holds = segment_case_holds(step, row, frame, &error);
	if (frame->now.ms == step->at.ms && error.kind == VALUE_ERROR && error.size != FAULT_ABSENT)
		step_fault_entry(step, journey, error, "segment", row->name);
	return holds;
}

bool segment_holds(struct step *step, const struct journey *journey, struct instant at)
{
	const struct entry_rule *rule = &journey->enters;
	struct step_frame frame;
	step_frame(step, journey, NULL, &frame);
	frame.frame.now = at;
	frame.locals[LOCAL_NOW] = value_instant(at);
	for (size_t i = 0; i < rule->segment->case_count; i++)
		if (case_holds(step, journey, &rule->segment->cases[i], &frame.frame))
			return rule->which >= 0 ? (size_t)rule->which == i : rule->segment->cases[i].when != NULL;
	return false;
}

static void segment_look(struct step *step, struct watch *watch)
{
	const struct journey *journey = watch->journey;
	bool was = watch->mark == 1, is = segment_holds(step, journey, step->at);
	watch->mark = is;
	watch->due = segment_change(step, journey, is);
	if (was != is && is != journey->enters.leave)
		entry_offer(step, journey);
}

/* ---- both ---- */

void watch_fire(struct step *step, struct watch *watch)
{
	if (watch->journey->enters.kind == ENTRY_YEARLY)
		yearly_fire(step, watch);
	else
		segment_look(step, watch);
}

/* Whether this event, or a journey by it, may have changed what watches look at. */
static bool may_change(const struct step *step)
{
	const struct event_effects *effects = &step->engine->set->rules.effects[step->event->type->index];
	return effects->setter_count || effects->trait_count || step->zone_changed;
}

static void look(struct step *step, struct watch *watch)
{
	if (watch->journey->enters.kind == ENTRY_YEARLY)
		yearly_plan(step, watch);
	else
		segment_look(step, watch);
}

/* What nodes set may let somebody into a segment whose journey sets something else. */
void watches_recheck(struct step *step)
{
	enum { ROUNDS = 8 };
	const struct journey_set *set = step->engine->set;
	uint64_t all = step->set_slots;
	for (int round = 0; step->set_slots && set->watched_count && round < ROUNDS; round++) {
		step->set_slots = 0;
		step->round = (uint32_t)round + 1;
		for (size_t i = 0; i < set->watched_count; i++)
			look(step, watch_find(step, &set->journeys[set->watched[i]]));
		all |= step->set_slots;
	}
	step->set_slots = all;
	step->round = 0;
}

void watches_apply(struct step *step)
{
	const struct journey_set *set = step->engine->set;
	bool all = may_change(step);
	for (size_t i = 0; i < set->watched_count; i++) {
		const struct journey *journey = &set->journeys[set->watched[i]];
		size_t known = step->customer->watch_count;
		struct watch *watch = watch_find(step, journey);
		if (!all && step->customer->watch_count == known)
			continue;
		look(step, watch);
	}
}
