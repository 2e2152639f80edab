/* SPDX-License-Identifier: Apache-2.0 */
/* Events that journeys make happen. They wait until the step that made them is done, so that no instance is changed
 * under the feet of the one that goes its way; a bound keeps journeys from answering each other for ever. */
#include "core/engine/step.h"

static struct value field_value(struct step *step, struct instance *instance, const struct setting *field,
                                const struct event_type *type)
{
	struct step_frame frame;
	flow_frame(step, instance, field->value, &frame);
	arena_clear(step->engine->scratch);
	struct value value = expr_eval(field->value, &frame.frame);
	if (value.kind == VALUE_ERROR && value.size != FAULT_ABSENT)
		step_fault(step, instance, value, "emit", field->name);
	if (value.kind == VALUE_ERROR || value.kind == VALUE_NULL || value.kind == VALUE_ABSENT)
		return value_absent();
	if (!step_fits(step, value)) {
		step_fault(step, instance, step_too_large(step, field->value), "emit", field->name);
		return value_absent();
	}
	if (!type_fits(type->fields[field->slot].type, value)) {
		step_fault(step, instance, step_wrong_kind(step, field->value), "emit", field->name);
		return value_absent();
	}
	if (type->fields[field->slot].type.kind == TYPE_DOUBLE && value.kind == VALUE_INT)
		return value_double((double)value.i);
	return value_copy(value, step->customer->arena);
}

void emit_enter(struct step *step, struct instance *instance, const struct node *node)
{
	const struct event_type *type = node->emit.event;
	struct emit_queue *queue = step->queue;
	if (queue->count == sizeof queue->events / sizeof *queue->events) {
		step->out->faults++;
		step_decide(step, instance, DECISION_ADVANCED, REASON_ERROR)->detail = STR("too many events at once");
		return;
	}
	struct value *fields = arena_zalloc(step->customer->arena, (type->field_count + 1) * sizeof *fields);
	for (size_t i = 0; i < node->emit.count; i++)
		fields[node->emit.fields[i].slot] = field_value(step, instance, &node->emit.fields[i], type);
	char hex[32];
	hash128_hex(action_hash(step, instance, node->name), hex);
	queue->events[queue->count++] = (struct event){
	        .type = type,
	        .id = arena_str(step->customer->arena, (struct str){hex, sizeof hex}),
	        .customer = step->customer->id,
	        .time = step->at,
	        .fields = fields,
	        .origin = {0, 0, -1},
	};
	step_decide(step, instance, DECISION_ADVANCED, REASON_NONE)->detail = type->name;
}
