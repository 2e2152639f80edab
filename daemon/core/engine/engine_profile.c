/* SPDX-License-Identifier: Apache-2.0 */
/* What an event changes in the profile and the traits, before any journey sees it. */
#include "core/engine/step.h"

static bool same(struct value a, struct value b)
{
	return a.kind == b.kind && (a.kind == VALUE_ABSENT || value_eq(a, b));
}

static struct value fitted(struct type type, struct value value)
{
	if (type.kind == TYPE_DOUBLE && value.kind == VALUE_INT)
		return value_double((double)value.i);
	return value;
}

static void set_attribute(struct step *step, const struct profile_setter *setter, struct expr_frame *frame)
{
	struct value *slot = &step->customer->profile[setter->slot];
	struct value value = expr_eval(setter->value, frame);
	const struct profile_field *field = &step->engine->set->rules.profile[setter->slot];
	if (value.kind != VALUE_ERROR && value.kind != VALUE_NULL && value.kind != VALUE_ABSENT &&
	    !type_fits(field->type, value))
		value = step_wrong_kind(step, setter->value);
	if (!step_fits(step, value))
		value = step_too_large(step, setter->value);
	if (value.kind == VALUE_ERROR) {
		if (value.size != FAULT_ABSENT)
			step_fault_entry(step, NULL, value, "sets", field->name);
		return;
	}
	if (value.kind == VALUE_NULL)
		value = value_absent();
	value = fitted(step->engine->set->rules.profile[setter->slot].type, value);
	if (same(*slot, value))
		return;
	*slot = value_copy(value, step->customer->arena);
	step->customer->traits_at = INSTANT_NONE;
	if (setter->slot == PROFILE_TIMEZONE) {
		step_zone_forget(step);
		step->zone_changed = true;
	}
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
