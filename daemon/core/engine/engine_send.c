/* SPDX-License-Identifier: Apache-2.0 */
/* One message: which segment, may it go, which template, with what data. */
#include "core/engine/step.h"

struct sending {
	struct instance *instance;
	const struct send *send;
	struct str node, segment, template, detail;
	struct hash128 id;
};

static bool find_segment(struct step *step, struct sending *sending)
{
	const struct instance *instance = sending->instance;
	const struct segment *segment = instance->journey->segment;
	int32_t which = instance->segment;
	if (!segment)
		return true;
	if (!instance->journey->segment_at_entry && !segment_evaluate(step, instance, instance->event, &which))
		return false;
	if (which < 0 || (size_t)which >= segment->case_count)
		return false;
	sending->segment = segment->cases[which].name;
	return true;
}

static struct str part_text(const struct sending *sending, const struct template_part *part)
{
	switch (part->hole) {
	case HOLE_SEGMENT:
		return sending->segment;
	case HOLE_NODE:
		return sending->node;
	case HOLE_NONE:
		break;
	}
	return part->text;
}

static void build_template(struct step *step, struct sending *sending)
{
	const struct send *send = sending->send;
	if (send->part_count == 1) {
		sending->template = part_text(sending, send->parts);
		return;
	}
	size_t len = 0;
	for (size_t i = 0; i < send->part_count; i++)
		len += part_text(sending, &send->parts[i]).len;
	char *text = arena_alloc(step->out->arena, len + 1);
	sending->template = (struct str){text, len};
	for (size_t i = 0; i < send->part_count; i++) {
		struct str part = part_text(sending, &send->parts[i]);
		if (part.len)
			memcpy(text, part.ptr, part.len);
		text += part.len;
	}
}

/* The order of the reasons is part of the contract: what could not be sent at all comes before what may not be. */
static enum reason decide(struct step *step, struct sending *sending)
{
	if (life_silent(step, sending->instance))
		return REASON_PAUSED;
	if (!find_segment(step, sending))
		return REASON_NO_SEGMENT;
	enum reason reason = policy_check(step, sending->send, &sending->detail);
	if (reason != REASON_NONE)
		return reason;
	build_template(step, sending);
	if (!rules_template(&step->engine->set->rules, sending->template)) {
		sending->detail = sending->template;
		return REASON_NO_TEMPLATE;
	}
	return REASON_NONE;
}

/* Absent is written as null; so is what failed, which is said. */
static const struct action_field *evaluate_data(struct step *step, const struct sending *sending)
{
	const struct send *send = sending->send;
	struct action_field *data = arena_alloc(step->out->arena, send->data_count * sizeof *data);
	struct step_frame frame;
	step_frame(step, sending->instance->journey, sending->instance, &frame);
	frame.locals[LOCAL_NODE] = value_str(sending->node);
	if (sending->segment.len)
		frame.locals[LOCAL_SEGMENT] = value_str(sending->segment);
	for (size_t i = 0; i < send->data_count; i++) {
		const struct send_field *field = &send->data[i];
		arena_clear(step->engine->scratch);
		struct value value = expr_eval(field->value, &frame.frame);
		if (value.kind == VALUE_ERROR && value.size != FAULT_ABSENT)
			step_fault(step, sending->instance, value, "data", field->name);
		if (value.kind == VALUE_ERROR || value.kind == VALUE_ABSENT)
			value = value_null();
		data[i] = (struct action_field){field->name, value_copy(value, step->out->arena)};
	}
	return data;
}

static struct instant expires_at(const struct step *step, const struct send *send)
{
	if (send->expires.ms <= 0 || send->expires.ms > INSTANT_MAX.ms - step->at.ms)
		return INSTANT_NEVER;
	return (struct instant){step->at.ms + send->expires.ms};
}

static void emit(struct step *step, const struct sending *sending)
{
	const struct instance *instance = sending->instance;
	const struct action_field *data = sending->send->data_count ? evaluate_data(step, sending) : NULL;
	*output_action(step->out) = (struct action){
	        .id = sending->id,
	        .instance = instance_hash(step, instance),
	        .customer = step->customer->id,
	        .cause = step_cause(step),
	        .time = step->at,
	        .expires = expires_at(step, sending->send),
	        .journey = instance->journey,
	        .key = instance->key,
	        .node = sending->node,
	        .segment = sending->segment,
	        .channel = sending->send->channel,
	        .template = sending->template,
	        .data = data,
	        .data_count = sending->send->data_count,
	};
}

void step_send(struct step *step, struct instance *instance, const struct send *send, struct str node)
{
	struct sending sending = {.instance = instance, .send = send, .node = node};
	sending.id = action_hash(step, instance, node);
	enum reason reason = decide(step, &sending);
	if (reason == REASON_NONE) {
		policy_record(step, send);
		emit(step, &sending);
	}
	struct decision *decision =
	        step_decide(step, instance, reason == REASON_NONE ? DECISION_SENT : DECISION_SKIPPED, reason);
	decision->node = node;
	decision->segment = sending.segment;
	decision->detail = sending.detail;
	decision->action = sending.id;
}
