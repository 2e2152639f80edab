/* SPDX-License-Identifier: Apache-2.0 */
/* One message: which segment, may it go, which template, with what data. */
#include "core/engine/policy.h"

struct sending {
	struct instance *instance;
	const struct send *send;
	struct str node, segment, template;
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
	case HOLE_VARIANT:
		if (sending->instance->variant)
			return sending->instance->journey->variants[sending->instance->variant - 1];
		return (struct str){0};
	case HOLE_NONE:
		break;
	}
	return part->text;
}

/* An edit may have moved somebody here whose variant there is no more. */
static bool lacks_variant(const struct sending *sending)
{
	const struct send *send = sending->send;
	for (size_t i = 0; i < send->part_count && !sending->instance->variant; i++)
		if (send->parts[i].hole == HOLE_VARIANT)
			return true;
	return false;
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

static void emit(struct step *step, const struct sending *sending, const struct action_field *data)
{
	const struct instance *instance = sending->instance;
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
	        .variant = instance->variant ? instance->journey->variants[instance->variant - 1] : (struct str){0},
	        .channel = sending->send->channel,
	        .template = sending->template,
	        .data = data,
	        .data_count = sending->send->data_count,
	};
}

static void decide(struct step *step, const struct sending *sending, enum decision_kind kind, struct verdict verdict)
{
	struct decision *decision = step_decide(step, sending->instance, kind, verdict.reason);
	decision->node = sending->node;
	decision->segment = sending->segment;
	decision->detail = verdict.detail;
	decision->action = sending->id;
}

/* What could not be sent at all, and then what may not be: the order of the reasons is part of the contract. */
static struct verdict check(struct step *step, struct sending *sending)
{
	struct policy_question question;
	if (life_silent(step, sending->instance))
		return (struct verdict){REASON_PAUSED, {0}};
	if (holdout_holds(step, sending->instance->journey))
		return (struct verdict){REASON_HOLDOUT, {0}};
	if (!(sending->send->free_of & POLICY_HOLDOUT) && holdout_of_all(step))
		return (struct verdict){REASON_HOLDOUT, STR("contact_policy")};
	policy_question(step, sending->instance, sending->send, &question);
	struct verdict verdict = policy_check(&question);
	if (verdict.reason != REASON_NONE)
		return verdict;
	build_template(step, sending);
	if (!rules_template(&step->engine->set->rules, sending->template))
		return (struct verdict){REASON_NO_TEMPLATE, sending->template};
	return verdict;
}

/* True when the data are more than an action may hold; told with the largest of them. */
static bool overweight(struct step *step, struct sending *sending, const struct action_field *data)
{
	size_t weight = 0, most = 0, largest = 0;
	for (size_t i = 0; i < sending->send->data_count; i++) {
		size_t one = value_weight(data[i].value);
		weight += one;
		largest = one > most ? i : largest;
		most = one > most ? one : most;
	}
	if (weight <= (size_t)step->engine->set->rules.action_size)
		return false;
	struct str what = arena_printf(step->out->arena, "data %.*s: %zu bytes in all are more than limits.action_size",
	                               STR_ARG(data[largest].name), weight);
	step->out->faults++;
	decide(step, sending, DECISION_SKIPPED, (struct verdict){REASON_ERROR, what});
	return true;
}

static void send_now(struct step *step, struct sending *sending)
{
	const struct action_field *data = sending->send->data_count ? evaluate_data(step, sending) : NULL;
	if (overweight(step, sending, data))
		return;
	policy_record(step, sending->send);
	emit(step, sending, data);
	decide(step, sending, DECISION_SENT, (struct verdict){REASON_NONE, {0}});
}

/* Too much now, though not for ever. */
static bool capped(enum reason reason)
{
	return reason == REASON_FREQUENCY_CAP || reason == REASON_HOW_OFTEN || reason == REASON_PRIORITY;
}

static bool waits(const struct send *send, enum reason reason)
{
	if (reason == REASON_QUIET_HOURS)
		return send->on_quiet == ON_QUIET_DEFER;
	return capped(reason) && send->on_cap == ON_CAP_DEFER;
}

static struct str why_text(struct verdict verdict)
{
	return verdict.detail.len ? verdict.detail : reason_text(verdict.reason);
}

/* Not for what was asked first, but for what lasts longest. */
static void give_up(struct step *step, struct sending *sending, const struct policy_question *question,
                    struct verdict first)
{
	struct verdict longest = policy_longest(question);
	struct str why = why_text(longest.reason == REASON_NONE ? first : longest);
	decide(step, sending, DECISION_SKIPPED, (struct verdict){REASON_STALE, why});
}

/* Until the first minute that is allowed as far as is known; then everything is asked again. Never so long that it is
 * stale, or that the sequence's next message is due. */
static enum send_result defer(struct step *step, struct sending *sending, struct verdict verdict, uint32_t touch)
{
	static const int64_t LONGEST = POLICY_LONGEST_DAYS * DAY_MS;
	struct policy_question question;
	struct instance *instance = sending->instance;
	const struct node *node = &instance->journey->nodes[instance->node];
	policy_question(step, instance, sending->send, &question);
	struct instant first = policy_first(&question);
	int64_t stale = sending->send->stale_after.ms;
	int64_t last = step->planned.ms + (stale > 0 && stale < LONGEST ? stale : LONGEST);
	if (first.ms > last) {
		give_up(step, sending, &question, verdict);
		return SEND_DONE;
	}
	if (node->kind == NODE_SEQUENCE && first.ms >= sequence_next(step, instance).ms) {
		decide(step, sending, DECISION_SKIPPED, (struct verdict){REASON_OVERTAKEN, why_text(verdict)});
		return SEND_DONE;
	}
	instance->deferred = touch + 1;
	instance->planned = step->planned;
	instance->due = first;
	decide(step, sending, DECISION_WAITING, verdict);
	step->out->decisions[step->out->decision_count - 1].due = first;
	return SEND_DEFERRED;
}

/* By the other channel, if that is allowed: the whole policy is asked about it. */
static struct verdict try_fallback(struct step *step, struct sending *sending)
{
	sending->send = sending->send->fallback;
	struct verdict verdict = check(step, sending);
	if (verdict.reason == REASON_NONE)
		send_now(step, sending);
	return verdict;
}

static enum send_result stopped(struct step *step, struct sending *sending, struct verdict verdict, uint32_t touch)
{
	const struct send *send = sending->send;
	if (waits(send, verdict.reason))
		return defer(step, sending, verdict, touch);
	decide(step, sending, DECISION_SKIPPED, verdict);
	if (!capped(verdict.reason))
		return SEND_DONE;
	if (send->on_cap == ON_CAP_EXIT) {
		instance_end(step, sending->instance, verdict.reason, verdict.detail);
		return SEND_ENDED;
	}
	if (send->on_cap != ON_CAP_FALLBACK)
		return SEND_DONE;
	verdict = try_fallback(step, sending);
	if (verdict.reason == REASON_NONE)
		return SEND_DONE;
	if (waits(sending->send, verdict.reason))
		return defer(step, sending, verdict, touch);
	decide(step, sending, DECISION_SKIPPED, verdict);
	return SEND_DONE;
}

enum send_result step_send(struct step *step, struct instance *instance, const struct send_place *place)
{
	struct sending sending = {.instance = instance, .send = place->send, .node = place->node};
	struct verdict verdict = {REASON_NO_SEGMENT, {0}};
	sending.id = action_hash(step, instance, place->node);
	if (lacks_variant(&sending)) {
		step->out->faults++;
		verdict = (struct verdict){REASON_ERROR, STR("no variant of an experiment for the template's name")};
	} else if (find_segment(step, &sending)) {
		verdict = check(step, &sending);
	}
	if (verdict.reason != REASON_NONE)
		return stopped(step, &sending, verdict, place->touch);
	send_now(step, &sending);
	return SEND_DONE;
}
