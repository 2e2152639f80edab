/* SPDX-License-Identifier: Apache-2.0 */
/* The order of a step: engine.h's head says it, this file keeps it. */
#include "core/engine/step.h"

/* ---- ids already seen ---- */

static uint64_t event_tag(struct str id)
{
	return hash64(3, id) & ((UINT64_C(1) << 40) - 1);
}

static bool seen(const struct customer *customer, uint64_t tag)
{
	for (size_t i = 0; i < customer->seen_count; i++)
		if (customer->seen[i] == tag)
			return true;
	return false;
}

static void see(struct customer *customer, uint64_t tag, size_t window)
{
	if (window == 0)
		return;
	if (customer->seen_count >= window) {
		size_t drop = customer->seen_count - window + 1;
		customer->seen_count -= drop;
		memmove(customer->seen, customer->seen + drop, customer->seen_count * sizeof *customer->seen);
	}
	customer->seen[customer->seen_count++] = tag;
}

/* ---- timers ---- */

/* Anchors of either kind on one line; those without one come last. */
static int64_t anchor_age(struct value anchor)
{
	if (anchor.kind == VALUE_DATE)
		return anchor.i * DAY_MS;
	return anchor.kind == VALUE_TIMESTAMP ? value_to_instant(anchor).ms : INT64_MAX;
}

static bool fires_before(const struct instance *a, const struct instance *b)
{
	if (a->due.ms != b->due.ms)
		return a->due.ms < b->due.ms;
	if (a->journey->priority != b->journey->priority)
		return a->journey->priority > b->journey->priority;
	int64_t age_a = anchor_age(a->anchor), age_b = anchor_age(b->anchor);
	if (age_a != age_b)
		return age_a < age_b;
	if (a->journey != b->journey)
		return str_cmp(a->journey->name, b->journey->name) < 0;
	return str_cmp(a->key, b->key) < 0;
}

static struct instance *next_due(struct customer *customer, struct instant until)
{
	struct instance *next = NULL;
	for (size_t i = 0; i < customer->instance_count; i++) {
		struct instance *instance = &customer->instances[i];
		if (!instance->journey || instance->due.ms >= until.ms)
			continue;
		if (!next || fires_before(instance, next))
			next = instance;
	}
	return next;
}

/* ---- what an event does ---- */

static void event_apply(struct step *step)
{
	profile_apply(step);
	endings_apply(step);
	if (step->engine->set->lively)
		lives_apply(step);
	waits_apply(step);
	anchors_apply(step);
	entries_apply(step);
	if (step->engine->set->watched_count)
		watches_apply(step);
	watches_recheck(step);
	anchors_recheck(step);
}

/* A journey test tells that another journey starts this one: by the event that its entry declares. */
static void start_told(struct step *step)
{
	const struct journey_set *set = step->engine->set;
	for (size_t i = 0; i < set->journey_count; i++)
		if (set->journeys[i].entry == step->event->type)
			start_apply(step, &set->journeys[i]);
}

/* A step's room for zones is left as it is: there is one for every event. */
static void step_begin(struct step *step, const struct engine *engine, struct customer *customer,
                       struct engine_output *out)
{
	memset(step, 0, offsetof(struct step, fixed));
	step->engine = engine;
	step->customer = customer;
	step->out = out;
}

/* Events that nodes made, and those made by these; there are only so many. */
static void emitted_apply(const struct step *cause)
{
	for (size_t i = 0; i < cause->queue->count; i++) {
		const struct emitted *emitted = &cause->queue->items[i];
		struct step step;
		step_begin(&step, cause->engine, cause->customer, cause->out);
		step.event = &emitted->event;
		step.at = step.own = step.planned = cause->at;
		step.queue = cause->queue;
		step.cause = emitted->cause;
		step.started_by = emitted->by;
		if (emitted->starts)
			start_apply(&step, emitted->starts);
		else
			event_apply(&step);
	}
}

void engine_advance(const struct engine *engine, struct customer *customer, struct instant until,
                    struct engine_output *out)
{
	for (;;) {
		struct instance *instance = next_due(customer, until);
		struct watch *watch = customer->watch_count ? watch_due(customer, until) : NULL;
		if (!instance && !watch)
			break;
		if (instance && watch && instance->due.ms <= watch->due.ms)
			watch = NULL;
		struct emit_queue queue;
		struct step step;
		step_begin(&step, engine, customer, out);
		queue.count = 0;
		step.queue = &queue;
		step.before = customer->logical;
		struct instant due = watch ? watch->due : instance->due;
		step.salt = watch ? watch->journey_tag : instance->journey_tag ^ instance->entry_id;
		step.planned = !watch && instance->deferred ? instance->planned : due;
		/* A due time earlier than the latest one is that of a journey that was gone for a while. */
		step.at = step.own = customer->logical = instant_later(due, customer->logical);
		out->timers++;
		arena_clear(engine->scratch);
		if (watch)
			watch_fire(&step, watch);
		else
			node_fire(&step, instance);
		watches_recheck(&step);
		anchors_recheck(&step);
		emitted_apply(&step);
	}
	erased_expire(customer, until);
}

/* ---- events ---- */

static struct instant cut(struct instant time, struct instant now, struct engine_output *out)
{
	if (time.ms <= now.ms)
		return time;
	out->future++;
	return now;
}

static enum engine_result event_take(struct step *step)
{
	const struct rules *rules = &step->engine->set->rules;
	uint32_t type = step->event->type->index;
	if (type >= rules->event_count) {
		start_told(step);
	} else if (rules->effects[type].erases) {
		erased_apply(step);
		return ENGINE_ERASED;
	} else {
		event_apply(step);
	}
	emitted_apply(step);
	return ENGINE_APPLIED;
}

enum engine_result engine_event(const struct engine *engine, struct customer *customer, const struct event *event,
                                struct instant now, struct engine_output *out)
{
	uint64_t tag = event->type ? event_tag(event->id) : 0;
	if (event->type && seen(customer, tag)) {
		out->duplicates++;
		return ENGINE_DUPLICATE;
	}
	struct instant own = cut(event->time, now, out);
	if (event->type && own.ms <= customer->erased.ms) {
		out->forgotten++;
		return ENGINE_FORGOTTEN;
	}
	out->late += own.ms < customer->logical.ms;
	engine_advance(engine, customer, own, out);
	customer->logical = instant_later(own, customer->logical);
	if (!event->type)
		return ENGINE_APPLIED;
	out->events++;
	see(customer, tag, (size_t)engine->set->rules.duplicate_window);
	struct emit_queue queue;
	struct step step;
	step_begin(&step, engine, customer, out);
	queue.count = 0;
	step.queue = &queue;
	step.event = event;
	step.at = step.planned = customer->logical;
	step.own = own;
	arena_clear(engine->scratch);
	return event_take(&step);
}
