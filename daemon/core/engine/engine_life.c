/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a journey and of its versions. Whoever is in one goes on by the version begun with; what its state and
 * its edits say is the current version's word, and reaches each person at the next step: an event, or a due time.
 *
 * A paused journey does not fire: the due time that came is kept as `held`, and the person looks again an hour later,
 * after longer pauses up to six. So nothing is lost, nobody is searched for, and `due` stays the record's only timer.
 */
#include "core/engine/step.h"

enum { HOUR_MS = 3600000, LOOKS = 8, LOOK_MOST = 6 };

static const struct journey *current(const struct instance *instance)
{
	return instance->journey->current;
}

/* ---- pause ---- */

/* Who is held for longer than a year looks seldom: otherwise an open-ended replay would never come to rest. */
static struct instant next_look(struct instant held, struct instant now)
{
	int64_t since = now.ms - held.ms, wait = since / LOOKS / HOUR_MS * HOUR_MS;
	if (since < 400 * DAY_MS && wait > LOOK_MOST * HOUR_MS)
		wait = LOOK_MOST * HOUR_MS;
	if (wait < HOUR_MS)
		wait = HOUR_MS;
	return now.ms > INSTANT_MAX.ms - wait ? INSTANT_NEVER : (struct instant){now.ms + wait};
}

static void hold(struct step *step, struct instance *instance)
{
	if (instance->held.ms == INSTANT_NONE.ms) {
		instance->held = instance->due.ms < step->at.ms ? instance->due : step->at;
		step_decide(step, instance, DECISION_WAITING, REASON_PAUSED);
	}
	instance->due = next_look(instance->held, step->at);
}

bool life_waits(const struct step *step, struct instance *instance)
{
	if (current(instance)->state != STATE_PAUSED)
		return false;
	if (instance->held.ms == INSTANT_NONE.ms)
		instance->due = step->at;
	return true;
}

bool life_silent(const struct step *step, const struct instance *instance)
{
	return step->stale || current(instance)->state == STATE_PAUSED;
}

bool life_begin(struct step *step, struct instance *instance)
{
	if (current(instance)->state != STATE_PAUSED)
		return node_run(step, instance, 0, REASON_FINISHED);
	instance->unbegun = true;
	hold(step, instance);
	return true;
}

bool life_admits(struct step *step, const struct journey *journey, struct str key)
{
	if (journey->state == STATE_LIVE || journey->state == STATE_PAUSED)
		return true;
	if (step->engine->decide_not_entered)
		step_decide_entry(step, journey, key,
		                  journey->state == STATE_DRAINING ? REASON_DRAINING : REASON_STOPPED);
	return false;
}

static const struct node *node_of(const struct instance *instance)
{
	const struct journey *journey = instance->journey;
	return instance->node < journey->node_count ? &journey->nodes[instance->node] : NULL;
}

static void begin_late(struct step *step, struct instance *instance)
{
	instance->unbegun = false;
	step->starting = true;
	node_run(step, instance, 0, REASON_FINISHED);
	step->starting = false;
}

/* True when what is left is to go on as ever: a plain wait is over. */
static bool resume(struct step *step, struct instance *instance)
{
	struct instant held = instance->held;
	enum on_resume how = current(instance)->on_resume;
	const struct node *node = node_of(instance);
	bool sequence = node && node->kind == NODE_SEQUENCE;
	instance->held = INSTANT_NONE;
	step->stale = how == ON_RESUME_SKIP_STALE && !sequence;
	if (instance->unbegun)
		begin_late(step, instance);
	else if (sequence && how == ON_RESUME_REPLAN)
		sequence_plan(step, instance, REASON_NONE);
	else if (sequence)
		sequence_resume(step, instance, held, how == ON_RESUME_SEND_LATE);
	else if (node && how == ON_RESUME_REPLAN)
		node_run(step, instance, instance->node, REASON_FINISHED);
	else
		return true;
	return false;
}

/* ---- edits ---- */

static const struct migration *find_migration(const struct instance *instance)
{
	const struct journey *now = current(instance);
	const struct node *node = node_of(instance);
	for (size_t i = 0; node && instance->journey != now && i < now->migration_count; i++)
		if (str_eq(now->migrations[i].from, node->name))
			return &now->migrations[i];
	return NULL;
}

static uint64_t touches_by_name(const struct sequence *from, const struct sequence *to, uint64_t passed)
{
	uint64_t mapped = 0;
	for (size_t i = 0; i < from->count; i++)
		for (size_t k = 0; k < to->count && (passed >> i & 1); k++)
			if (str_eq(from->touches[i].name, to->touches[k].name))
				mapped |= UINT64_C(1) << k;
	return mapped;
}

static int32_t case_by_name(const struct segment *from, const struct segment *to, int32_t which)
{
	if (!from || !to || which < 0 || (size_t)which >= from->case_count)
		return -1;
	for (size_t i = 0; i < to->case_count; i++)
		if (str_eq(from->cases[which].name, to->cases[i].name))
			return (int32_t)i;
	return -1;
}

/* The kept fields stand by the slots of the entry event, which may be another one now. */
static struct value *fields_by_tag(struct step *step, const struct instance *instance, const struct journey *to)
{
	const struct event_type *old = instance->journey->entry, *now = to->entry;
	if (old == now)
		return instance->event;
	struct value *fields = arena_zalloc(step->customer->arena, now->field_count * sizeof *fields);
	for (size_t i = 0; i < now->field_count; i++)
		for (size_t k = 0; k < old->field_count; k++)
			if (old->fields[k].tag == now->fields[i].tag)
				fields[i] = instance->event[k];
	return fields;
}

static struct value *values_by_tag(struct step *step, const struct instance *instance, const struct journey *to)
{
	const struct journey *old = instance->journey;
	if (!instance->values)
		return NULL;
	struct value *values = arena_zalloc(step->customer->arena, (to->value_count + 1) * sizeof *values);
	for (size_t i = 0; i < to->value_count; i++)
		for (size_t k = 0; k < old->value_count; k++)
			if (old->values[k].tag == to->values[i].tag)
				values[i] = instance->values[k];
	return values;
}

static uint32_t variant_by_name(const struct instance *instance, const struct journey *to)
{
	for (uint32_t i = 0; instance->variant && i < to->variant_count; i++)
		if (str_eq(to->variants[i], instance->journey->variants[instance->variant - 1]))
			return i + 1;
	return 0;
}

static void carry(struct step *step, struct instance *instance, const struct journey *to)
{
	instance->segment = case_by_name(instance->journey->segment, to->segment, instance->segment);
	instance->event = fields_by_tag(step, instance, to);
	instance->values = values_by_tag(step, instance, to);
	instance->variant = variant_by_name(instance, to);
	instance->journey = to;
	instance->version_tag = to->version_tag;
}

/* What was due in a pause is as stale in the new version as it was in the old one. */
static void begin_moved(struct step *step, struct instance *instance, uint32_t to)
{
	bool stale = step->stale;
	step->stale = instance->held.ms != INSTANT_NONE.ms && current(instance)->on_resume == ON_RESUME_SKIP_STALE;
	node_run(step, instance, to, REASON_FINISHED);
	step->stale = stale;
}

/* In a node of the same kind one stands as one stood: a wait runs on, a sequence is planned from its date by the names
 * of its touches. Any other node begins. True when the due time that came, if one did, still counts. */
static bool move(struct step *step, struct instance *instance, uint32_t to)
{
	const struct journey *now = current(instance);
	const struct node *from = node_of(instance), *node = &now->nodes[to];
	bool same = from->kind == node->kind;
	if (same && node->kind == NODE_SEQUENCE)
		instance->passed = touches_by_name(&from->sequence, &node->sequence, instance->passed);
	carry(step, instance, now);
	instance->node = to;
	step_decide(step, instance, DECISION_ADVANCED, REASON_EDITED)->detail = from->name;
	if (step->event && ending_try(step, instance))
		return false;
	if (same && node->kind == NODE_WAIT)
		return true;
	if (same && node->kind == NODE_SEQUENCE)
		sequence_plan(step, instance, REASON_EDITED);
	else if (node->kind == NODE_SEQUENCE)
		node_run(step, instance, to, REASON_FINISHED);
	else
		begin_moved(step, instance, to);
	return false;
}

/* ---- a step ---- */

/* What ends it without any further question; true when it has ended. */
static bool ends(struct step *step, struct instance *instance, const struct migration *migration)
{
	if (current(instance)->state == STATE_STOPPED)
		instance_end(step, instance, REASON_STOPPED, (struct str){0});
	else if (migration && migration->to == MIGRATION_EXIT)
		instance_end(step, instance, REASON_EDITED, migration->from);
	else
		return false;
	return true;
}

bool life_fire(struct step *step, struct instance *instance)
{
	const struct migration *migration = find_migration(instance);
	if (ends(step, instance, migration))
		return false;
	if (current(instance)->state == STATE_PAUSED) {
		hold(step, instance);
		return false;
	}
	if (migration && !move(step, instance, migration->to))
		return false;
	return instance->held.ms == INSTANT_NONE.ms || resume(step, instance);
}

/* A pause holds everybody where they are: they move when it is over. Moving may end an instance too, which shows by
 * their number. */
void lives_apply(struct step *step)
{
	struct customer *customer = step->customer;
	for (size_t i = 0; i < customer->instance_count;) {
		struct instance *instance = &customer->instances[i];
		size_t count = customer->instance_count;
		const struct migration *migration = instance->journey ? find_migration(instance) : NULL;
		if (instance->journey && !ends(step, instance, migration) && migration &&
		    current(instance)->state != STATE_PAUSED)
			move(step, instance, migration->to);
		i += customer->instance_count == count;
	}
}
