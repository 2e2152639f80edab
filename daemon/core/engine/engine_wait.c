/* SPDX-License-Identifier: Apache-2.0 */
/* Until when a node waits. All that depends on a calendar is in the customer's zone as it is when the wait begins; a
 * date that an event moves meanwhile is computed anew. */
#include "core/engine/step.h"

static struct instant after_days(const struct wait *wait, const struct zone *zone, struct instant now)
{
	struct daytime at = wait->has_at ? wait->at : calendar_daytime(zone, now);
	return calendar_instant(zone, date_add(calendar_date(zone, now), wait->days), at);
}

/* Now counts too. */
static struct instant next_time(const struct wait *wait, const struct zone *zone, struct instant now)
{
	struct date today = calendar_date(zone, now);
	struct instant moment = now;
	for (int32_t day = 0; day <= 7; day++) {
		struct date date = date_add(today, day);
		moment = calendar_instant(zone, date, wait->at);
		bool wanted = wait->weekdays == 0 || wait->weekdays >> date_weekday(date) & 1;
		if (wanted && moment.ms >= now.ms)
			break;
	}
	return moment;
}

static struct instant date_moment(const struct wait *wait, const struct zone *zone, struct value value)
{
	struct date date;
	if (value.kind == VALUE_DATE)
		date.days = (int32_t)value.i;
	else if (wait->has_at)
		date = calendar_date(zone, value_to_instant(value));
	else
		return instant_clamp(value_to_instant(value).ms + wait->days * DAY_MS + wait->span.ms);
	struct daytime at = wait->has_at ? wait->at : (struct daytime){0};
	return instant_clamp(calendar_instant(zone, date_add(date, wait->days), at).ms + wait->span.ms);
}

static enum flow stay(struct step *step, struct instance *instance, struct instant due, enum reason why)
{
	bool same = instance->due.ms == due.ms && due.ms != INSTANT_NEVER.ms;
	instance->due = due;
	instance->held = INSTANT_NONE;
	instance->unbegun = false;
	if (!same)
		step_decide(step, instance, DECISION_WAITING, why)->due = due;
	return FLOW_STAYS;
}

static enum flow leave(struct step *step, struct instance *instance, enum reason reason)
{
	instance_end(step, instance, reason, (struct str){0});
	return FLOW_ENDED;
}

static enum flow without_date(struct step *step, struct instance *instance, const struct wait *wait)
{
	enum reason reason = wait->kind == WAIT_DATE ? REASON_DATE_MISSING : REASON_HOURS_MISSING;
	switch (wait->if_missing) {
	case WAIT_MISSING_EXIT:
		return leave(step, instance, reason);
	case WAIT_MISSING_WAIT:
		return stay(step, instance, INSTANT_NEVER, reason);
	case WAIT_MISSING_SKIP:
		break;
	}
	return FLOW_ON;
}

static enum flow until_date(struct step *step, struct instance *instance, const struct wait *wait)
{
	struct step_frame frame;
	flow_frame(step, instance, wait->date, &frame);
	arena_clear(step->engine->scratch);
	struct value value = expr_eval(wait->date, &frame.frame);
	if (value.kind != VALUE_DATE && value.kind != VALUE_TIMESTAMP) {
		if (value.kind != VALUE_ERROR && value.kind != VALUE_NULL && value.kind != VALUE_ABSENT)
			value = step_wrong_kind(step, wait->date);
		if (value.kind == VALUE_ERROR && value.size != FAULT_ABSENT)
			step_fault(step, instance, value, "until", (struct str){0});
		return without_date(step, instance, wait);
	}
	struct instant moment = date_moment(wait, step_zone(step, instance->journey), value);
	if (moment.ms > step->at.ms)
		return stay(step, instance, moment, REASON_NONE);
	if (moment.ms < step->at.ms && wait->if_past == WAIT_PAST_EXIT)
		return leave(step, instance, REASON_DATE_PAST);
	return FLOW_ON;
}

/* NULL when there is no such place. */
static const struct opening *window_find(struct step *step, struct instance *instance, const struct wait *wait)
{
	if (wait->window)
		return wait->window;
	struct step_frame frame;
	flow_frame(step, instance, wait->window_of, &frame);
	arena_clear(step->engine->scratch);
	struct value value = expr_eval(wait->window_of, &frame.frame);
	if (value.kind == VALUE_ERROR && value.size != FAULT_ABSENT)
		step_fault(step, instance, value, "window_of", (struct str){0});
	if (value.kind != VALUE_STRING)
		return NULL;
	return opening_find(&step->engine->set->rules.hours, value_text(value));
}

static enum flow until_open(struct step *step, struct instance *instance, const struct wait *wait)
{
	struct zone fixed;
	const struct opening *opening = window_find(step, instance, wait);
	if (!opening)
		return without_date(step, instance, wait);
	const struct zone *zone = step_zone(step, instance->journey);
	if (opening->timezone.len)
		zone = zone_find(step->engine->zones, opening->timezone, &fixed);
	struct instant opens = zone ? opening_next(opening, zone, step->at) : INSTANT_NEVER;
	if (opens.ms == INSTANT_NEVER.ms)
		return without_date(step, instance, wait);
	return opens.ms <= step->at.ms ? FLOW_ON : stay(step, instance, opens, REASON_NONE);
}

enum flow wait_enter(struct step *step, struct instance *instance, const struct wait *wait)
{
	const struct zone *zone = wait->kind == WAIT_SPAN ? NULL : step_zone(step, instance->journey);
	instance->due = INSTANT_NEVER;
	struct instant due = INSTANT_NEVER;
	switch (wait->kind) {
	case WAIT_SPAN:
		if (wait->span.ms <= INSTANT_MAX.ms - step->at.ms)
			due.ms = step->at.ms + wait->span.ms;
		break;
	case WAIT_DAYS:
		due = after_days(wait, zone, step->at);
		break;
	case WAIT_TIME:
		due = next_time(wait, zone, step->at);
		if (due.ms <= step->at.ms)
			return FLOW_ON;
		break;
	case WAIT_DATE:
		return until_date(step, instance, wait);
	case WAIT_WINDOW:
		return until_open(step, instance, wait);
	}
	return stay(step, instance, due, REASON_NONE);
}

/* The wait that the instance stands in; NULL when it stands in none. */
static const struct wait *current_wait(const struct instance *instance)
{
	const struct journey *journey = instance->journey;
	if (!journey || instance->node >= journey->node_count)
		return NULL;
	const struct node *node = &journey->nodes[instance->node];
	if (node->kind != NODE_WAIT && node->kind != NODE_WAIT_FOR)
		return NULL;
	return node->kind == NODE_WAIT ? &node->wait : &node->wait_for.timeout;
}

static bool changed_for(const struct step *step, const struct wait *wait,
                        bool (*changed)(const struct step *, const struct expr *))
{
	const struct expr *reads = wait->kind == WAIT_DATE ? wait->date : wait->window_of;
	return !changed || step->zone_changed || (reads && changed(step, reads));
}

bool wait_recheck(struct step *step, struct instance *instance,
                  bool (*changed)(const struct step *, const struct expr *))
{
	const struct wait *wait = current_wait(instance);
	if (!wait || (wait->kind != WAIT_DATE && wait->kind != WAIT_WINDOW) || !changed_for(step, wait, changed))
		return true;
	switch (wait->kind == WAIT_DATE ? until_date(step, instance, wait) : until_open(step, instance, wait)) {
	case FLOW_STAYS:
		return true;
	case FLOW_ENDED:
		return false;
	case FLOW_ON:
		break;
	}
	if (life_waits(step, instance))
		return true;
	return node_leave(step, instance);
}

bool wait_fire(struct step *step, struct instance *instance)
{
	const struct wait *wait = current_wait(instance);
	return !wait || wait->kind != WAIT_WINDOW || until_open(step, instance, wait) == FLOW_ON;
}
