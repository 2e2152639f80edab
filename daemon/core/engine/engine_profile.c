/* SPDX-License-Identifier: Apache-2.0 */
/* What an event changes in the profile and the traits, before any journey sees it. */
#include "core/engine/step.h"

enum profile_set profile_set(struct step *step, size_t slot, struct value value)
{
	struct customer *customer = step->customer;
	struct type type = step->engine->set->rules.profile[slot].type;
	if (value.kind == VALUE_NULL)
		value = value_absent();
	if (value.kind != VALUE_ABSENT && !type_fits(type, value))
		return PROFILE_UNFIT;
	if (type.kind == TYPE_DOUBLE && value.kind == VALUE_INT)
		value = value_double((double)value.i);
	if (value_same(customer->profile[slot], value))
		return PROFILE_SAME;
	customer->profile[slot] = value_copy(value, customer->arena);
	customer->traits_at = INSTANT_NONE;
	if (slot == PROFILE_TIMEZONE) {
		step_zone_forget(step);
		step->zone_changed = true;
	}
	return PROFILE_CHANGED;
}

static void set_attribute(struct step *step, const struct profile_setter *setter, struct expr_frame *frame)
{
	struct value value = expr_eval(setter->value, frame);
	if (!step_fits(step, value))
		value = step_too_large(step, setter->value);
	else if (value.kind != VALUE_ERROR && profile_set(step, setter->slot, value) == PROFILE_UNFIT)
		value = step_wrong_kind(step, setter->value);
	if (value.kind == VALUE_ERROR && value.size != FAULT_ABSENT)
		step_fault_entry(step, NULL, value, "sets", step->engine->set->rules.profile[setter->slot].name);
}

void profile_apply(struct step *step)
{
	const struct event_effects *effects = &step->engine->set->rules.effects[step->event->type->index];
	struct step_frame frame;
	for (size_t i = 0; i < effects->setter_count; i++) {
		step_frame(step, NULL, NULL, &frame);
		arena_clear(step->engine->scratch);
		set_attribute(step, &effects->setters[i], &frame.frame);
	}
	traits_apply(step);
}
