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
	if (there && type_fits(of->type, value)) {
		bool widen = of->type.kind == TYPE_DOUBLE && value.kind == VALUE_INT;
		*out = widen ? value_double((double)value.i) : value_copy(value, step->customer->arena);
		return true;
	}
	if (value.kind != VALUE_ERROR)
		value = (struct value){.kind = VALUE_ERROR, .size = there ? FAULT_TYPE : FAULT_ABSENT};
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

void emit_enter(struct step *step, struct instance *instance, const struct node *node)
{
	const struct emit *emit = &node->emit;
	struct given given = {emit->event, emit->fields, emit->count, "emit"};
	const struct value *fields = given_evaluate(step, instance, &given);
	if (fields && emit_queue_add(step, instance, node, emit->event, fields))
		step_decide(step, instance, DECISION_ADVANCED, REASON_NONE)->detail = emit->event->name;
}
