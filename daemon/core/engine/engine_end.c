/* SPDX-License-Identifier: Apache-2.0 */
/* How instances end, and what is remembered of it for reentry. */
#include "core/engine/step.h"

static bool remembers(const struct journey *journey)
{
	return journey->reentry == REENTRY_NEVER || journey->reentry_after.ms > 0;
}

static bool over(const struct step *step, const struct journey *journey, struct instant ended)
{
	return journey->reentry != REENTRY_NEVER && step->at.ms - ended.ms >= journey->reentry_after.ms;
}

/* Of a journey that is gone, everything is kept: it may come back. */
static void forget_old(const struct step *step)
{
	struct customer *customer = step->customer;
	size_t kept = 0;
	for (size_t i = 0; i < customer->ended_count; i++) {
		struct ended ended = customer->ended[i];
		const struct journey *journey = journey_set_find(step->engine->set, ended.journey_tag);
		if (!journey || (remembers(journey) && !over(step, journey, ended.at)))
			customer->ended[kept++] = ended;
	}
	customer->ended_count = kept;
}

static struct ended *find_ended(const struct customer *customer, const struct journey *journey, uint32_t key_tag)
{
	for (size_t i = 0; i < customer->ended_count; i++)
		if (customer->ended[i].journey_tag == journey->tag && customer->ended[i].key_tag == key_tag)
			return &customer->ended[i];
	return NULL;
}

static void remember(struct step *step, const struct instance *instance)
{
	const struct journey *journey = instance->journey;
	uint32_t key_tag = hash_tag(instance->key);
	struct ended *ended = find_ended(step->customer, journey, key_tag);
	if (!ended) {
		forget_old(step);
		ended = customer_add_ended(step->customer);
	}
	*ended = (struct ended){journey->tag, key_tag, step->at};
}

bool reentry_allowed(const struct step *step, const struct journey *journey, struct str key)
{
	if (!remembers(journey))
		return true;
	const struct ended *ended = find_ended(step->customer, journey, hash_tag(key));
	return !ended || over(step, journey, ended->at);
}

/* Whoever could not even begin may come again with a better date. */
static bool never_began(const struct step *step, enum reason reason)
{
	return step->starting &&
	       (reason == REASON_ANCHOR_MISSING || reason == REASON_ANCHOR_PAST || reason == REASON_LATE_JOIN);
}

void instance_end(struct step *step, struct instance *instance, enum reason reason, struct str detail)
{
	struct customer *customer = step->customer;
	step_decide(step, instance, DECISION_EXITED, reason)->detail = detail;
	if (never_began(step, reason))
		entry_uncount(step, instance);
	else if (remembers(instance->journey))
		remember(step, instance);
	size_t behind = (size_t)(customer->instances + customer->instance_count - instance) - 1;
	memmove(instance, instance + 1, behind * sizeof *instance);
	customer->instance_count--;
}

/* ---- goal and exit_when ---- */

static bool listens(const struct event_uses *uses, const struct journey *journey)
{
	for (size_t i = 0; i < uses->ending_count; i++)
		if (uses->endings[i] == journey->index)
			return true;
	return false;
}

/* A window is over at its end; a late event counts by its own time. */
static bool in_time(const struct step *step, const struct instance *instance, const struct ending *ending)
{
	return ending->within.ms == 0 || step->own.ms - instance->entered.ms < ending->within.ms;
}

static bool matches(struct step *step, const struct instance *instance, const struct ending *ending)
{
	if (!in_time(step, instance, ending))
		return false;
	if (!ending->when && !ending->key)
		return true;
	struct step_frame frame;
	struct value error = value_absent();
	step_frame(step, instance->journey, instance, &frame);
	frame.frame.banks[BANK_EVENT] = step->event->fields;
	frame.frame.banks[BANK_ENTRY] = instance->event;
	arena_clear(step->engine->scratch);
	if (ending->key && !key_holds(step, instance, ending->key, &frame.frame))
		return false;
	if (!ending->when)
		return true;
	arena_clear(step->engine->scratch);
	bool holds = expr_test(ending->when, &frame.frame, &error);
	if (error.kind == VALUE_ERROR)
		step_fault(step, instance, error, ending->goal ? "goal" : "exit_when", ending->as);
	return holds;
}

bool ending_try(struct step *step, struct instance *instance)
{
	const struct journey *journey = instance->journey;
	for (size_t i = 0; i < journey->ending_count; i++) {
		const struct ending *ending = &journey->endings[i];
		if (ending->event != step->event->type->index || !matches(step, instance, ending))
			continue;
		instance_end(step, instance, ending->goal ? REASON_GOAL : REASON_EXIT_WHEN, ending->as);
		return true;
	}
	return false;
}

void endings_apply(struct step *step)
{
	struct customer *customer = step->customer;
	const struct event_uses *uses = &step->engine->set->uses[step->event->type->index];
	if (uses->ending_count == 0)
		return;
	for (size_t i = 0; i < customer->instance_count;) {
		struct instance *instance = &customer->instances[i];
		bool ended = instance->journey && listens(uses, instance->journey) && ending_try(step, instance);
		i += !ended;
	}
}
