/* SPDX-License-Identifier: Apache-2.0 */
/* Actions and decisions, and the texts they carry. */
#include "core/engine/step.h"

void engine_output_init(struct engine_output *out, struct arena *arena)
{
	*out = (struct engine_output){.arena = arena};
}

void engine_output_clear(struct engine_output *out)
{
	out->actions = NULL;
	out->decisions = NULL;
	out->action_count = out->action_cap = 0;
	out->decision_count = out->decision_cap = 0;
	out->emissions = NULL;
	out->emission_count = out->emission_cap = 0;
}

struct action *output_action(struct engine_output *out)
{
	if (out->action_count == out->action_cap)
		out->actions = arena_grow(out->arena, out->actions, &out->action_cap, sizeof *out->actions);
	return &out->actions[out->action_count++];
}

struct emission *output_emission(struct engine_output *out)
{
	if (out->emission_count == out->emission_cap)
		out->emissions = arena_grow(out->arena, out->emissions, &out->emission_cap, sizeof *out->emissions);
	return &out->emissions[out->emission_count++];
}

static struct decision *output_decision(struct engine_output *out)
{
	if (out->decision_count == out->decision_cap)
		out->decisions = arena_grow(out->arena, out->decisions, &out->decision_cap, sizeof *out->decisions);
	return &out->decisions[out->decision_count++];
}

/* The event is the batch's and the output may outlive it: its id is copied, once. */
struct str step_cause(struct step *step)
{
	if (step->event && !step->cause.ptr)
		step->cause = arena_str(step->out->arena, step->event->id);
	return step->cause;
}

/* The touch or node that the instance stands at. */
static struct str node_name(const struct instance *instance)
{
	const struct journey *journey = instance->journey;
	return instance->node < journey->node_count ? journey->nodes[instance->node].name : (struct str){0};
}

struct decision *step_decide(struct step *step, const struct instance *instance, enum decision_kind kind,
                             enum reason reason)
{
	struct decision *decision = output_decision(step->out);
	*decision = (struct decision){
	        .kind = kind,
	        .reason = reason,
	        .instance = instance_hash(step, instance),
	        .customer = step->customer->id,
	        .cause = step_cause(step),
	        .journey = instance->journey->name,
	        .version = instance->journey->version,
	        .key = instance->key,
	        .node = node_name(instance),
	        .time = step->at,
	        .due = INSTANT_NONE,
	};
	return decision;
}

struct decision *step_decide_entry(struct step *step, const struct journey *journey, struct str key, enum reason reason)
{
	struct decision *decision = output_decision(step->out);
	*decision = (struct decision){
	        .kind = DECISION_NOT_ENTERED,
	        .reason = reason,
	        .customer = step->customer->id,
	        .cause = step_cause(step),
	        .journey = journey->name,
	        .version = journey->version,
	        .key = key,
	        .time = step->at,
	        .due = INSTANT_NONE,
	};
	return decision;
}

struct value step_wrong_kind(struct step *step, const struct expr *expr)
{
	struct value error = {.kind = VALUE_ERROR, .size = FAULT_TYPE};
	step->failure = (struct expr_failure){expr, error, 0};
	return error;
}

/* "key: division by zero (journeys/cart.journey.yaml:4:18)" */
static struct str fault_text(struct step *step, struct value error, const char *what, struct str name)
{
	const struct expr_failure *failure = &step->failure;
	struct str fault = str_from(expr_fault_text((enum expr_fault)error.size));
	struct expr_place place = {0};
	if (failure->expr && failure->error.size == error.size && failure->error.i == error.i)
		place = expr_place(failure->expr, error.i);
	if (!place.path.len)
		return arena_printf(step->out->arena, "%s%s%.*s: %.*s", what, name.len ? " " : "", STR_ARG(name),
		                    STR_ARG(fault));
	return arena_printf(step->out->arena, "%s%s%.*s: %.*s (%.*s:%u:%u)", what, name.len ? " " : "", STR_ARG(name),
	                    STR_ARG(fault), STR_ARG(place.path), place.line, place.column);
}

void step_fault_entry(struct step *step, const struct journey *journey, struct value error, const char *what,
                      struct str name)
{
	static const struct journey NONE;
	step->out->faults++;
	struct str text = fault_text(step, error, what, name);
	step_decide_entry(step, journey ? journey : &NONE, (struct str){0}, REASON_ERROR)->detail = text;
}

void step_fault(struct step *step, const struct instance *instance, struct value error, const char *what,
                struct str name)
{
	step->out->faults++;
	step_decide(step, instance, DECISION_ADVANCED, REASON_ERROR)->detail = fault_text(step, error, what, name);
}
