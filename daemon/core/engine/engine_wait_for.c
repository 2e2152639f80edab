/* SPDX-License-Identifier: Apache-2.0 */
/* Instances that wait for events. They are asked after goals and exits and before entries, so that nobody begins and
 * goes on by one event. */
#include "core/engine/step.h"

enum flow wait_for_enter(struct step *step, struct instance *instance, const struct wait_for *wait, struct way *way)
{
	*way = wait->on_timeout;
	return wait_enter(step, instance, &wait->timeout);
}

static bool key_is(struct str key, struct value value)
{
	char digits[24];
	if (value.kind == VALUE_STRING)
		return str_eq(value_text(value), key);
	if (value.kind != VALUE_INT)
		return false;
	uint64_t rest = value.i < 0 ? 0 - (uint64_t)value.i : (uint64_t)value.i;
	size_t at = sizeof digits;
	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value.i < 0)
		digits[--at] = '-';
	return str_eq((struct str){digits + at, sizeof digits - at}, key);
}

bool key_holds(struct step *step, const struct instance *instance, const struct expr *key, struct expr_frame *frame)
{
	struct value value = expr_eval(key, frame);
	if (value.kind == VALUE_ERROR)
		step_fault(step, instance, value, "key", step->event->type->name);
	return key_is(instance->key, value);
}

static void event_frame(struct step *step, const struct instance *instance, struct step_frame *out)
{
	step_frame(step, instance->journey, instance, out);
	out->frame.banks[BANK_EVENT] = step->event->fields;
	out->frame.banks[BANK_ENTRY] = instance->event;
	arena_clear(step->engine->scratch);
}

static bool matches(struct step *step, const struct instance *instance, const struct awaited *awaited)
{
	struct step_frame frame;
	struct value error = value_absent();
	if (awaited->event != step->event->type->index)
		return false;
	if (awaited->key) {
		event_frame(step, instance, &frame);
		if (!key_holds(step, instance, awaited->key, &frame.frame))
			return false;
	}
	if (!awaited->when)
		return true;
	event_frame(step, instance, &frame);
	bool holds = expr_test(awaited->when, &frame.frame, &error);
	if (error.kind == VALUE_ERROR)
		step_fault(step, instance, error, "wait_for", awaited->name);
	return holds;
}

static bool came(struct step *step, struct instance *instance, const struct awaited *awaited)
{
	struct way way = awaited->way;
	for (size_t i = 0; i < awaited->keep.count; i++) {
		struct setting_list one = {&awaited->keep.items[i], 1};
		struct step_frame frame;
		event_frame(step, instance, &frame);
		settings_apply(step, instance, &one, &frame.frame);
	}
	step_decide(step, instance, DECISION_ADVANCED, REASON_NONE)->detail = awaited->name;
	if (way.back && !flow_round(step, instance))
		return false;
	return node_run(step, instance, way.to, REASON_FINISHED);
}

static bool restart(struct step *step, struct instance *instance, const struct wait_for *wait)
{
	switch (wait_enter(step, instance, &wait->timeout)) {
	case FLOW_STAYS:
		return true;
	case FLOW_ENDED:
		return false;
	case FLOW_ON:
		break;
	}
	return node_leave(step, instance);
}

/* True when the instance goes on living. */
static bool try_event(struct step *step, struct instance *instance)
{
	const struct journey *journey = instance->journey;
	if (!journey || instance->node >= journey->node_count || journey->nodes[instance->node].kind != NODE_WAIT_FOR)
		return true;
	const struct wait_for *wait = &journey->nodes[instance->node].wait_for;
	for (size_t i = 0; i < wait->count; i++)
		if (matches(step, instance, &wait->events[i]))
			return came(step, instance, &wait->events[i]);
	for (size_t i = 0; i < wait->restart_count; i++)
		if (matches(step, instance, &wait->restarts[i]))
			return restart(step, instance, wait);
	return true;
}

void waits_apply(struct step *step)
{
	struct customer *customer = step->customer;
	if (!step->engine->set->uses[step->event->type->index].awaited)
		return;
	for (size_t i = 0; i < customer->instance_count;)
		i += try_event(step, &customer->instances[i]);
}
