/* SPDX-License-Identifier: Apache-2.0 */
/* The date an instance counts from: what it is, and what happens when it moves or goes. */
#include "core/engine/step.h"

/* VALUE_ABSENT when the data have no date. `fields` is what `event` means. */
struct value anchor_evaluate(struct step *step, const struct instance *instance, const struct value *fields)
{
	const struct expr *date = instance->journey->anchor.date;
	struct step_frame frame;
	if (!date)
		return value_absent();
	step_frame(step, instance->journey, instance, &frame);
	frame.frame.banks[BANK_EVENT] = fields;
	arena_clear(step->engine->scratch);
	struct value value = expr_eval(date, &frame.frame);
	if (value.kind == VALUE_DATE || value.kind == VALUE_TIMESTAMP)
		return value;
	if (value.kind != VALUE_ERROR && value.kind != VALUE_NULL && value.kind != VALUE_ABSENT)
		value = step_wrong_kind(step, date);
	if (value.kind == VALUE_ERROR && value.size != FAULT_ABSENT)
		step_fault(step, instance, value, "anchor", (struct str){0});
	return value_absent();
}

static bool in_sequence(const struct instance *instance)
{
	return instance->node < instance->journey->node_count &&
	       instance->journey->nodes[instance->node].kind == NODE_SEQUENCE;
}

static bool anchor_lost(struct step *step, struct instance *instance)
{
	if (instance->journey->anchor.if_missing == IF_MISSING_EXIT) {
		instance_end(step, instance, REASON_ANCHOR_MISSING, (struct str){0});
		return false;
	}
	instance->anchor = value_absent();
	return in_sequence(instance) ? sequence_plan(step, instance, REASON_NONE) : true;
}

bool anchor_update(struct step *step, struct instance *instance, struct value anchor)
{
	const struct anchor *rule = &instance->journey->anchor;
	bool had = instance->anchor.kind != VALUE_ABSENT;
	if (!rule->date || value_same(instance->anchor, anchor))
		return true;
	if (anchor.kind == VALUE_ABSENT)
		return anchor_lost(step, instance);
	if (had && rule->on_change == ON_CHANGE_KEEP)
		return true;
	if (had && rule->on_change == ON_CHANGE_EXIT) {
		instance_end(step, instance, REASON_ANCHOR_CHANGED, (struct str){0});
		return false;
	}
	instance->anchor = anchor;
	return in_sequence(instance) ? sequence_plan(step, instance, had ? REASON_ANCHOR_CHANGED : REASON_NONE) : true;
}

/* Whether this event may have changed something that the date is made from. */
static bool may_move(const struct step *step, const struct expr *date)
{
	for (size_t i = 0; step->set_slots && i < step->engine->set->rules.profile_count; i++)
		if ((step->set_slots & step_slot_bit(i)) && expr_reads(date, BANK_PROFILE, (uint16_t)i))
			return true;
	if (!step->event || step->event->type->index >= step->engine->set->rules.event_count)
		return false;
	const struct event_effects *effects = &step->engine->set->rules.effects[step->event->type->index];
	for (size_t i = 0; i < effects->setter_count; i++)
		if (expr_reads(date, BANK_PROFILE, (uint16_t)effects->setters[i].slot))
			return true;
	for (size_t i = 0; i < effects->trait_count; i++)
		if (expr_reads(date, BANK_TRAIT, (uint16_t)effects->traits[i]))
			return true;
	return false;
}

/* True when the instance goes on. */
static bool recheck(struct step *step, struct instance *instance)
{
	const struct expr *date = instance->journey ? instance->journey->anchor.date : NULL;
	if (!date)
		return true;
	if (may_move(step, date))
		return anchor_update(step, instance, anchor_evaluate(step, instance, instance->event));
	if (step->zone_changed && in_sequence(instance) && instance->anchor.kind != VALUE_ABSENT && !instance->deferred)
		return sequence_plan(step, instance, REASON_NONE);
	return true;
}

/* Night is elsewhere now: what waits for the contact policy asks it at once. */
static void ask_again(const struct step *step)
{
	for (size_t i = 0; i < step->customer->instance_count; i++)
		if (step->customer->instances[i].deferred)
			step->customer->instances[i].due = step->at;
}

/* Dates from the profile and the traits, which this event may have changed, and everything when the zone did. */
void anchors_apply(struct step *step)
{
	const struct event_effects *effects = &step->engine->set->rules.effects[step->event->type->index];
	struct customer *customer = step->customer;
	if (effects->setter_count == 0 && effects->trait_count == 0)
		return;
	if (step->zone_changed)
		ask_again(step);
	for (size_t i = 0; i < customer->instance_count;)
		i += recheck(step, &customer->instances[i]) && wait_recheck(step, &customer->instances[i], may_move);
}

void anchors_recheck(struct step *step)
{
	struct customer *customer = step->customer;
	if (step->set_slots == 0)
		return;
	for (size_t i = 0; i < customer->instance_count;)
		i += recheck(step, &customer->instances[i]) && wait_recheck(step, &customer->instances[i], may_move);
	step->set_slots = 0;
}
