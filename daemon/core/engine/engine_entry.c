/* SPDX-License-Identifier: Apache-2.0 */
/* Who enters: the event's journeys are asked one by one, in the order of priority, then of names. */
#include "core/engine/step.h"

/* Of `where`, one of the values for each field. */
static bool where_holds(const struct step *step, const struct journey *journey)
{
	for (size_t i = 0; i < journey->where_count; i++) {
		const struct entry_where *where = &journey->where[i];
		struct value value = step->event->fields[where->slot];
		size_t k = 0;
		while (k < where->count && (value.kind == VALUE_ABSENT || !value_eq(where->values[k], value)))
			k++;
		if (k == where->count)
			return false;
	}
	return true;
}

static bool wanted(struct step *step, const struct journey *journey)
{
	struct step_frame frame;
	struct value error = value_absent();
	if (!where_holds(step, journey)) {
		if (step->engine->decide_not_entered)
			step_decide_entry(step, journey, (struct str){0}, REASON_WHEN_FALSE);
		return false;
	}
	if (!journey->entry_when)
		return true;
	step_frame(step, journey, NULL, &frame);
	arena_clear(step->engine->scratch);
	if (expr_test(journey->entry_when, &frame.frame, &error))
		return true;
	if (error.kind == VALUE_ERROR) {
		step_fault_entry(step, journey, error, "entry", STR("when"));
	} else if (step->engine->decide_not_entered) {
		step_decide_entry(step, journey, (struct str){0}, REASON_WHEN_FALSE);
	}
	return false;
}

/* The text lives as long as the customer. False when there is none, which is said. */
static bool make_key(struct step *step, const struct journey *journey, struct str *key)
{
	*key = (struct str){0};
	if (!journey->key)
		return true;
	struct step_frame frame;
	step_frame(step, journey, NULL, &frame);
	arena_clear(step->engine->scratch);
	struct value value = expr_eval(journey->key, &frame.frame);
	if (!step_fits(step, value))
		value = step_too_large(step, journey->key);
	if (value.kind == VALUE_STRING) {
		*key = arena_str(step->customer->arena, value_text(value));
		return true;
	}
	if (value.kind == VALUE_INT) {
		*key = arena_printf(step->customer->arena, "%lld", (long long)value.i);
		return true;
	}
	if (value.kind != VALUE_ERROR)
		value = step_wrong_kind(step, journey->key);
	step_fault_entry(step, journey, value, "key", (struct str){0});
	return false;
}

static struct instance *find_running(struct customer *customer, const struct journey *journey, struct str key)
{
	for (size_t i = 0; i < customer->instance_count; i++)
		if (customer->instances[i].journey && customer->instances[i].journey_tag == journey->tag &&
		    str_eq(customer->instances[i].key, key))
			return &customer->instances[i];
	return NULL;
}

/* Later expressions read nothing else of the event. */
static void keep_fields(struct step *step, struct instance *instance)
{
	const struct journey *journey = instance->journey;
	struct arena *arena = step->customer->arena;
	instance->event = arena_zalloc(arena, journey->entry->field_count * sizeof(struct value));
	for (size_t i = 0; i < journey->kept_count; i++) {
		uint16_t slot = journey->kept[i];
		instance->event[slot] = value_copy(step->event->fields[slot], arena);
	}
}

static void begin(struct step *step, const struct journey *journey, struct str key)
{
	struct instance *instance = customer_add_instance(step->customer);
	instance->journey = journey;
	instance->journey_tag = journey->tag;
	instance->version_tag = journey->version_tag;
	instance->key = key;
	instance->entered = step->at;
	instance->entry_id = step->event ? hash_tag(step->event->id) : (uint32_t)(step->at.ms / 1000);
	if (step->round > 0) /* others may have entered, and left, in the same instant */
		instance->entry_id += step->salt + step->round;
	keep_fields(step, instance);
	entry_count(step, journey);
	bool started = step->started_by.len != 0;
	struct decision *entered =
	        step_decide(step, instance, DECISION_ENTERED, started ? REASON_STARTED : REASON_NONE);
	entered->detail = step->started_by;
	const struct value *fields = step->event ? step->event->fields : NULL;
	instance->anchor = journey->anchor.date ? anchor_evaluate(step, instance, fields) : step->occurrence;
	if (journey->segment && journey->segment_at_entry)
		segment_evaluate(step, instance, fields, &instance->segment);
	step->starting = true;
	if (journey->anchor.date && instance->anchor.kind == VALUE_ABSENT &&
	    journey->anchor.if_missing == IF_MISSING_EXIT)
		instance_end(step, instance, REASON_ANCHOR_MISSING, (struct str){0});
	else
		life_begin(step, instance);
	step->starting = false;
}

static void refresh(struct step *step, struct instance *instance)
{
	if (step->engine->decide_not_entered)
		step_decide_entry(step, instance->journey, instance->key, REASON_RUNNING);
	if (step->event && instance->journey->entry != step->event->type) /* an older version, of another event */
		return;
	keep_fields(step, instance);
	if (instance->journey->anchor.date &&
	    !anchor_update(step, instance, anchor_evaluate(step, instance, step->event ? step->event->fields : NULL)))
		return;
	wait_recheck(step, instance, NULL);
}

/* Whether the journey takes anybody in at this moment. */
static bool open_now(struct step *step, const struct journey *journey)
{
	if (step->at.ms < journey->starts.ms || step->at.ms >= journey->ends.ms)
		return false;
	if (!journey->has_starts_on && !journey->has_ends_on)
		return true;
	struct date today = calendar_date(step_zone(step, journey), step->at);
	return (!journey->has_starts_on || today.days >= journey->starts_on.days) &&
	       (!journey->has_ends_on || today.days <= journey->ends_on.days);
}

static bool may_begin(struct step *step, const struct journey *journey, struct str key)
{
	enum reason reason = REASON_NONE;
	if (!reentry_allowed(step, journey, key))
		reason = REASON_REENTRY;
	else if (!open_now(step, journey))
		reason = REASON_NOT_OPEN;
	else if (entry_capped(step, journey))
		reason = REASON_ENTRY_CAP;
	else if (journeys_full(step, journey))
		reason = REASON_TOO_MANY_JOURNEYS;
	if (reason != REASON_NONE && step->engine->decide_not_entered)
		step_decide_entry(step, journey, key, reason);
	return reason == REASON_NONE;
}

void entry_offer(struct step *step, const struct journey *journey)
{
	struct str key;
	if (!wanted(step, journey) || !make_key(step, journey, &key) || !kept_fits(step, journey))
		return;
	struct instance *running = find_running(step->customer, journey, key);
	if (running && journey->reentry != REENTRY_ALWAYS) {
		refresh(step, running);
		return;
	}
	if (!life_admits(step, journey, key) || !may_begin(step, journey, key))
		return;
	if (!running && !record_fits(step)) {
		step->out->faults++;
		step_decide_entry(step, journey, key, REASON_ERROR)->detail =
		        STR("the customer has more kept than limits.record_size allows");
		return;
	}
	if (running)
		instance_end(step, running, REASON_REENTRY, (struct str){0});
	begin(step, journey, key);
}

void entries_apply(struct step *step)
{
	const struct journey_set *set = step->engine->set;
	const struct event_uses *uses = &set->uses[step->event->type->index];
	for (size_t i = 0; i < uses->entry_count; i++)
		entry_offer(step, &set->journeys[uses->entries[i]]);
}
