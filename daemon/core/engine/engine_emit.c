/* SPDX-License-Identifier: Apache-2.0 */
/* Events that journeys make happen. They wait until the step that made them is done, so that no instance is changed
 * under the feet of the one that goes its way; a bound keeps journeys from answering each other for ever. */
#include "core/engine/step.h"

/* What failed because something is not there is absent, and nothing is wrong unless it is required. */
static bool field_evaluate(struct step *step, struct instance *instance, const struct given *given,
                           const struct setting *field, struct value *out)
{
	const struct event_field *of = &given->type->fields[field->slot];
	struct step_frame frame;
	flow_frame(step, instance, field->value, &frame);
	arena_clear(step->engine->scratch);
	struct value value = expr_eval(field->value, &frame.frame);
	bool there = value.kind != VALUE_ERROR && value.kind != VALUE_ABSENT && value.kind != VALUE_NULL;
	if (there && !step_fits(step, value)) {
		value = step_too_large(step, field->value);
	} else if (there && !type_fits(of->type, value)) {
		value = step_wrong_kind(step, field->value);
	} else if (there) {
		bool widen = of->type.kind == TYPE_DOUBLE && value.kind == VALUE_INT;
		*out = widen ? value_double((double)value.i) : value_copy(value, step->customer->arena);
		return true;
	}
	if (value.kind != VALUE_ERROR)
		value = (struct value){.kind = VALUE_ERROR, .size = FAULT_ABSENT};
	if (value.size != FAULT_ABSENT || of->required)
		step_fault(step, instance, value, given->what, field->name);
	return !of->required;
}

struct value *given_evaluate(struct step *step, struct instance *instance, const struct given *given)
{
	struct arena *arena = step->customer->arena;
	struct value *fields = arena_zalloc(arena, (given->type->field_count + 1) * sizeof *fields);
	for (size_t i = 0; i < given->count; i++)
		if (!field_evaluate(step, instance, given, &given->fields[i], &fields[given->fields[i].slot]))
			return NULL;
	return fields;
}

struct emitted *emit_queue_add(struct step *step, struct instance *instance, const struct node *node,
                               const struct event_type *type, const struct value *fields)
{
	struct emit_queue *queue = step->queue;
	if (queue->count == sizeof queue->items / sizeof *queue->items) {
		step->out->faults++;
		step_decide(step, instance, DECISION_ADVANCED, REASON_ERROR)->detail = STR("too many events at once");
		return NULL;
	}
	char hex[32];
	hash128_hex(action_hash(step, instance, node->name), hex);
	struct emitted *emitted = &queue->items[queue->count++];
	*emitted = (struct emitted){
	        .event = {.type = type,
	                  .id = arena_str(step->customer->arena, (struct str){hex, sizeof hex}),
	                  .customer = step->customer->id,
	                  .time = step->at,
	                  .fields = fields,
	                  .origin = {0, 0, -1}},
	};
	return emitted;
}

/* What leaves the house is a kind of sending: those who are held, or held back to measure by, are told to nobody. */
static bool may_leave(struct step *step, struct instance *instance, struct hash128 id)
{
	enum reason reason = REASON_NONE;
	if (life_silent(step, instance))
		reason = REASON_PAUSED;
	else if (holdout_holds(step, instance->journey))
		reason = REASON_HOLDOUT;
	if (reason != REASON_NONE)
		step_decide(step, instance, DECISION_SKIPPED, reason)->action = id;
	return reason == REASON_NONE;
}

static const struct action_field *data_of(const struct step *step, const struct emit *emit, const struct value *fields)
{
	struct action_field *data = arena_alloc(step->out->arena, (emit->count + 1) * sizeof *data);
	for (size_t i = 0; i < emit->count; i++) {
		struct value value = fields[emit->fields[i].slot];
		data[i].name = emit->fields[i].name;
		data[i].value = value.kind == VALUE_ABSENT ? value_null() : value_copy(value, step->out->arena);
	}
	return data;
}

static void tell(struct step *step, struct instance *instance, const struct node *node, const struct emission *what)
{
	struct emission *emission = output_emission(step->out);
	*emission = *what;
	emission->instance = instance_hash(step, instance);
	emission->customer = step->customer->id;
	emission->cause = step_cause(step);
	emission->time = step->at;
	emission->journey = instance->journey;
	emission->node = node->name;
	emission->event = node->emit.event;
	emission->data_count = node->emit.count;
	struct decision *decision = step_decide(step, instance, DECISION_ADVANCED, REASON_NONE);
	decision->detail = node->emit.event->name;
	decision->action = what->id;
}

void emit_enter(struct step *step, struct instance *instance, const struct node *node)
{
	const struct emit *emit = &node->emit;
	struct given given = {emit->event, emit->fields, emit->count, "emit"};
	const struct value *fields = given_evaluate(step, instance, &given);
	struct hash128 id = action_hash(step, instance, node->name);
	bool inward = fields && emit->inward && emit_queue_add(step, instance, node, emit->event, fields);
	bool outward = fields && emit->outward && may_leave(step, instance, id);
	if (inward || outward)
		tell(step, instance, node,
		     &(struct emission){.id = id, .data = data_of(step, emit, fields), .outward = outward});
}
