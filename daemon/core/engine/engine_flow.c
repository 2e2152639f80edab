/* SPDX-License-Identifier: Apache-2.0 */
/* The nodes that take no time and send nothing: they choose a way, or keep a value. */
#include "core/engine/step.h"

enum { MOST_ROUNDS = 100 };

bool flow_round(struct step *step, struct instance *instance)
{
	instance->visits++;
	if (instance->visits <= MOST_ROUNDS)
		return true;
	instance_end(step, instance, REASON_TOO_MANY_ROUNDS, (struct str){0});
	return false;
}

void flow_frame(struct step *step, struct instance *instance, const struct expr *expr, struct step_frame *out)
{
	const struct journey *journey = instance->journey;
	int32_t which = instance->segment;
	bool wants = journey->segment && expr_reads(expr, BANK_LOCAL, LOCAL_SEGMENT);
	if (wants && !journey->segment_at_entry && !segment_evaluate(step, instance, instance->event, &which))
		which = -1;
	step_frame(step, journey, instance, out);
	out->locals[LOCAL_NODE] = value_str(journey->nodes[instance->node].name);
	if (wants && which >= 0 && (size_t)which < journey->segment->case_count)
		out->locals[LOCAL_SEGMENT] = value_str(journey->segment->cases[which].name);
}

/* ---- split ---- */

static bool case_holds(struct step *step, struct instance *instance, const struct split_case *row)
{
	struct step_frame frame;
	struct value error = value_absent();
	if (!row->when)
		return true;
	flow_frame(step, instance, row->when, &frame);
	arena_clear(step->engine->scratch);
	bool holds = expr_test(row->when, &frame.frame, &error);
	if (error.kind == VALUE_ERROR)
		step_fault(step, instance, error, "split", row->name);
	return holds;
}

static void split_enter(struct step *step, struct instance *instance, const struct split *split, struct way *way)
{
	size_t i = 0;
	while (i + 1 < split->count && !case_holds(step, instance, &split->cases[i]))
		i++;
	*way = split->cases[i].way;
	step_decide(step, instance, DECISION_ADVANCED, REASON_NONE)->detail = split->cases[i].name;
}

/* ---- set ---- */

/* False when the value is of another type. */
static bool set_attribute(struct step *step, uint16_t slot, struct value value)
{
	enum profile_set set = profile_set(step, slot, value);
	if (set == PROFILE_CHANGED)
		step->set_slots |= step_slot_bit(slot);
	return set != PROFILE_UNFIT;
}

static void set_value(struct step *step, struct instance *instance, uint16_t slot, struct value value)
{
	struct arena *arena = step->customer->arena;
	if (!instance->values)
		instance->values = arena_zalloc(arena, instance->journey->value_count * sizeof(struct value));
	instance->values[slot] = value.kind == VALUE_NULL ? value_absent() : value_copy(value, arena);
}

/* What is absent leaves the value alone, null removes it; what failed leaves it alone and is said. */
void settings_apply(struct step *step, struct instance *instance, const struct setting_list *set,
                    struct expr_frame *frame)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct setting *item = &set->items[i];
		arena_clear(step->engine->scratch);
		struct value value = expr_eval(item->value, frame);
		if (value.kind == VALUE_ERROR && value.size != FAULT_ABSENT)
			step_fault(step, instance, value, "set", item->name);
		if (value.kind == VALUE_ERROR || value.kind == VALUE_ABSENT)
			continue;
		if (!step_fits(step, value)) {
			step_fault(step, instance, step_too_large(step, item->value), "set", item->name);
			continue;
		}
		if (item->profile && !set_attribute(step, item->slot, value))
			step_fault(step, instance, step_wrong_kind(step, item->value), "set", item->name);
		if (!item->profile)
			set_value(step, instance, item->slot, value);
	}
}

/* Each expression sees what those before it have set. */
static void set_enter(struct step *step, struct instance *instance, const struct setting_list *set)
{
	for (size_t i = 0; i < set->count; i++) {
		struct setting_list one = {&set->items[i], 1};
		struct step_frame frame;
		flow_frame(step, instance, set->items[i].value, &frame);
		settings_apply(step, instance, &one, &frame.frame);
	}
	step_decide(step, instance, DECISION_ADVANCED, REASON_NONE);
}

static void goto_enter(struct step *step, struct instance *instance, const struct jump *jump, struct way *way)
{
	if (jump->most == 0 || instance->visits < jump->most)
		*way = jump->way;
	step_decide(step, instance, DECISION_ADVANCED, REASON_NONE);
}

enum flow flow_enter(struct step *step, struct instance *instance, const struct node *node, struct way *way)
{
	switch (node->kind) {
	case NODE_SPLIT:
		split_enter(step, instance, &node->split, way);
		break;
	case NODE_SET:
		set_enter(step, instance, &node->set);
		break;
	case NODE_GOTO:
		goto_enter(step, instance, &node->jump, way);
		break;
	case NODE_WAIT_FOR:
		return wait_for_enter(step, instance, &node->wait_for, way);
	case NODE_EXPERIMENT:
		experiment_enter(step, instance, &node->experiment, way);
		break;
	case NODE_EMIT:
		emit_enter(step, instance, node);
		break;
	case NODE_START:
		start_enter(step, instance, node);
		break;
	default:
		break;
	}
	return FLOW_ON;
}
