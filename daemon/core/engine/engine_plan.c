/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sequences: when their touches are, which comes next, what a late joiner misses.
 *
 * A touch is passed when it fired or the policy decided about it, and never comes again, whatever becomes of the
 * anchor. One that lay in the past when the sequence was planned is not passed: if the anchor moves away far enough,
 * its new moment counts. Moments are computed whenever they are needed, from the anchor and the zone as they are then.
 */
#include "core/engine/step.h"

static struct instant touch_moment(const struct sequence *sequence, const struct touch *touch, struct value anchor,
                                   const struct zone *zone)
{
	struct daytime at = sequence->has_at ? sequence->at : (struct daytime){0};
	struct date date;
	if (anchor.kind == VALUE_DATE)
		date.days = (int32_t)anchor.i;
	else if (sequence->has_at)
		date = calendar_date(zone, value_to_instant(anchor));
	else
		return instant_clamp(value_to_instant(anchor).ms + touch->days * DAY_MS + touch->more.ms);
	struct instant moment = calendar_instant(zone, date_add(date, touch->days), at);
	return instant_clamp(moment.ms + (sequence->has_at ? 0 : touch->more.ms));
}

static bool passed(const struct instance *instance, size_t touch)
{
	return instance->passed >> touch & 1;
}

static const struct sequence *sequence_of(const struct instance *instance)
{
	return &instance->journey->nodes[instance->node].sequence;
}

/* The first touch not passed whose moment is not before `from`; the count when there is none. */
static size_t next_touch(struct step *step, const struct instance *instance, struct instant from,
                         struct instant *moment)
{
	const struct sequence *sequence = sequence_of(instance);
	const struct zone *zone = step_zone(step, instance->journey);
	for (size_t i = 0; i < sequence->count; i++) {
		if (passed(instance, i))
			continue;
		*moment = touch_moment(sequence, &sequence->touches[i], instance->anchor, zone);
		if (moment->ms >= from.ms)
			return i;
	}
	return sequence->count;
}

struct instant sequence_next(struct step *step, const struct instance *instance)
{
	struct instant moment;
	size_t next = next_touch(step, instance, step->at, &moment);
	return next < sequence_of(instance)->count ? moment : INSTANT_NEVER;
}

/* One that waits for the contact policy is not passed: when the anchor moves away, its new moment counts. */
static enum send_result fire(struct step *step, struct instance *instance, size_t touch)
{
	const struct sequence *sequence = sequence_of(instance);
	struct send_place place = {&sequence->send, sequence->touches[touch].name, (uint32_t)touch};
	instance->passed |= UINT64_C(1) << touch;
	enum send_result result = step_send(step, instance, &place);
	if (result == SEND_DEFERRED)
		instance->passed &= ~(UINT64_C(1) << touch);
	return result;
}

/* Waits for the next touch, or goes on behind the sequence. */
static bool wait_next(struct step *step, struct instance *instance, enum reason why, enum reason done)
{
	struct instant moment;
	size_t next = next_touch(step, instance, step->at, &moment);
	if (next == sequence_of(instance)->count)
		return node_run(step, instance, instance->journey->nodes[instance->node].next, done);
	if (instance->due.ms == moment.ms)
		return true;
	instance->due = moment;
	struct decision *decision = step_decide(step, instance, DECISION_WAITING, why);
	decision->node = sequence_of(instance)->touches[next].name;
	decision->due = moment;
	return true;
}

/* How many touches, all at the beginning, lie before this step; *missed says whether any of them was not passed. */
static size_t touches_before(struct step *step, const struct instance *instance, bool *missed)
{
	const struct sequence *sequence = sequence_of(instance);
	const struct zone *zone = step_zone(step, instance->journey);
	size_t i = 0;
	*missed = false;
	for (; i < sequence->count; i++) {
		if (touch_moment(sequence, &sequence->touches[i], instance->anchor, zone).ms >= step->at.ms)
			break;
		*missed |= !passed(instance, i);
	}
	return i;
}

static void skip_missed(struct step *step, const struct instance *instance, size_t before)
{
	const struct sequence *sequence = sequence_of(instance);
	for (size_t i = 0; i < before; i++) {
		if (passed(instance, i))
			continue;
		struct decision *decision = step_decide(step, instance, DECISION_SKIPPED, REASON_LATE_JOIN);
		decision->node = sequence->touches[i].name;
		decision->action = action_hash(step, instance, decision->node);
	}
}

/* From the anchor as it is now; `why` goes into the decision. */
bool sequence_plan(struct step *step, struct instance *instance, enum reason why)
{
	const struct sequence *sequence = sequence_of(instance);
	bool missed;
	instance->deferred = 0;
	instance->held = INSTANT_NONE;
	instance->unbegun = false;
	if (instance->anchor.kind == VALUE_ABSENT) {
		instance->due = INSTANT_NEVER;
		step_decide(step, instance, DECISION_WAITING, REASON_ANCHOR_MISSING);
		return true;
	}
	size_t before = touches_before(step, instance, &missed);
	if (missed && sequence->late_join == LATE_JOIN_EXIT) {
		instance_end(step, instance, REASON_LATE_JOIN, (struct str){0});
		return false;
	}
	bool latest = missed && sequence->late_join == LATE_JOIN_LATEST && !passed(instance, before - 1);
	skip_missed(step, instance, latest ? before - 1 : before);
	enum send_result result = latest ? fire(step, instance, before - 1) : SEND_DONE;
	if (result != SEND_DONE)
		return result == SEND_DEFERRED;
	bool past = before == sequence->count && instance->passed == 0;
	return wait_next(step, instance, why, past ? REASON_ANCHOR_PAST : REASON_FINISHED);
}

bool sequence_enter(struct step *step, struct instance *instance)
{
	instance->passed = 0;
	instance->due = INSTANT_NEVER;
	return sequence_plan(step, instance, REASON_NONE);
}

static bool fired(struct step *step, struct instance *instance, enum send_result result)
{
	if (result != SEND_DONE)
		return result == SEND_DEFERRED;
	instance->due = INSTANT_NEVER;
	return wait_next(step, instance, REASON_NONE, REASON_FINISHED);
}

/* An edit may have taken the touch away while it waited. */
static bool fire_deferred(struct step *step, struct instance *instance)
{
	size_t touch = instance->deferred - 1;
	bool known = touch < sequence_of(instance)->count && !passed(instance, touch);
	instance->deferred = 0;
	return fired(step, instance, known ? fire(step, instance, touch) : SEND_DONE);
}

/* The due time came. The zone or the journey may have changed since it was planned, so it is asked again; what an edit
 * moved to before this due time goes now. */
bool sequence_fire(struct step *step, struct instance *instance)
{
	struct instant moment;
	if (instance->anchor.kind == VALUE_ABSENT) {
		instance->due = INSTANT_NEVER;
		return true;
	}
	if (instance->deferred)
		return fire_deferred(step, instance);
	struct instant from = instance->due;
	if (step->edited && step->before.ms < from.ms)
		from.ms = step->before.ms + 1;
	size_t next = next_touch(step, instance, from, &moment);
	enum send_result result = SEND_DONE;
	if (next < sequence_of(instance)->count && moment.ms <= step->at.ms)
		result = fire(step, instance, next);
	return fired(step, instance, result);
}

static void pass_over(struct step *step, struct instance *instance, size_t touch)
{
	instance->passed |= UINT64_C(1) << touch;
	struct decision *decision = step_decide(step, instance, DECISION_SKIPPED, REASON_PAUSED);
	decision->node = sequence_of(instance)->touches[touch].name;
	decision->action = action_hash(step, instance, decision->node);
}

bool sequence_resume(struct step *step, struct instance *instance, struct instant from, bool send)
{
	const struct sequence *sequence = sequence_of(instance);
	const struct zone *zone = step_zone(step, instance->journey);
	instance->due = INSTANT_NEVER;
	if (instance->anchor.kind == VALUE_ABSENT)
		return true;
	for (size_t i = 0; i < sequence->count; i++) {
		struct instant moment = touch_moment(sequence, &sequence->touches[i], instance->anchor, zone);
		if (passed(instance, i) || moment.ms < from.ms || moment.ms > step->at.ms)
			continue;
		if (!send) {
			pass_over(step, instance, i);
			continue;
		}
		enum send_result result = fire(step, instance, i);
		if (result != SEND_DONE)
			return fired(step, instance, result);
	}
	return wait_next(step, instance, REASON_NONE, REASON_FINISHED);
}
