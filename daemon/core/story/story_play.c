/* SPDX-License-Identifier: Apache-2.0 */
/* Playing a story: its events through the engine, on virtual time. */
#include "core/story/story_run.h"

#include <assert.h>

static struct happening *add(struct play *play)
{
	if (play->count == play->cap)
		play->happenings =
		        arena_grow(play->stage->arena, play->happenings, &play->cap, sizeof *play->happenings);
	struct happening *added = &play->happenings[play->count++];
	*added = (struct happening){0};
	return added;
}

static const struct action *find_action(const struct engine_output *out, struct hash128 id)
{
	for (size_t i = 0; i < out->action_count; i++)
		if (out->actions[i].id.high == id.high && out->actions[i].id.low == id.low)
			return &out->actions[i];
	return NULL;
}

static const struct emission *find_emission(const struct engine_output *out, struct hash128 id)
{
	for (size_t i = 0; i < out->emission_count; i++)
		if (out->emissions[i].id.high == id.high && out->emissions[i].id.low == id.low)
			return &out->emissions[i];
	return NULL;
}

/* ---- coverage ---- */

static size_t node_names(const struct journey *journey, struct str *names)
{
	size_t count = 0;
	for (size_t i = 0; i < journey->node_count; i++) {
		const struct node *node = &journey->nodes[i];
		size_t touches = node->kind == NODE_SEQUENCE ? node->sequence.count : 1;
		for (size_t j = 0; j < touches; j++) {
			if (names)
				names[count] =
				        node->kind == NODE_SEQUENCE ? node->sequence.touches[j].name : node->name;
			count++;
		}
	}
	return count;
}

void story_coverage_init(struct story_coverage *coverage, const struct journey *journey, struct arena *arena)
{
	size_t count = node_names(journey, NULL);
	struct str *names = arena_alloc(arena, (count + 1) * sizeof *names);
	node_names(journey, names);
	*coverage = (struct story_coverage){names, arena_zalloc(arena, (count + 1) * sizeof(uint64_t)), count};
}

/* A touch that is waited for is not reached yet; nor is one that a late joiner missed. */
static void cover(struct story_coverage *coverage, const struct journey *journey, const struct decision *decision)
{
	bool reached = decision->kind == DECISION_SENT || decision->reason == REASON_EXIT_NODE ||
	               (decision->kind == DECISION_SKIPPED && decision->reason != REASON_LATE_JOIN) ||
	               (decision->kind == DECISION_ADVANCED && decision->reason == REASON_NONE);
	for (size_t i = 0; !reached && decision->kind == DECISION_WAITING && i < journey->node_count; i++)
		reached = journey->nodes[i].kind != NODE_SEQUENCE && str_eq(journey->nodes[i].name, decision->node);
	for (size_t i = 0; reached && i < coverage->count; i++)
		coverage->hits[i] += str_eq(coverage->names[i], decision->node);
}

/* ---- running ---- */

static void collect(struct play *play, const struct engine_output *out)
{
	const struct journey *journey = play->file->journey;
	for (size_t i = 0; i < out->decision_count; i++) {
		const struct decision *decision = &out->decisions[i];
		if (!str_eq(decision->journey, journey->name))
			continue;
		if (play->stage->coverage)
			cover(play->stage->coverage, journey, decision);
		struct happening *happening = add(play);
		happening->at = decision->time;
		happening->decision = *decision;
		if (decision->kind == DECISION_SENT)
			happening->action = find_action(out, decision->action);
		if (decision->kind == DECISION_ADVANCED && out->emission_count)
			happening->emission = find_emission(out, decision->action);
	}
}

static void load(struct play *play, struct customer *customer)
{
	const struct story_customer *who = &play->story->customer;
	const struct journey_set *set = play->engine.set;
	struct arena *arena = play->stage->arena;
	if (play->record.len) {
		/* The bytes move when the next record is written, and what was read borrows from them. */
		bool right = customer_read(customer, who->id, arena_str(arena, buf_view(&play->record)), set, arena);
		assert(right);
		(void)right;
		return;
	}
	customer_init(customer, who->id, set, arena);
	memcpy(customer->profile, who->profile, set->rules.profile_count * sizeof *who->profile);
}

/* The type as the set of the moment has it; one that is in no list is the entry of a journey that only others start. */
static const struct event_type *type_now(const struct play *play, const struct event_type *type)
{
	const struct journey_set *set = play->engine.set;
	if (type->index < set->rules.event_count)
		return &set->rules.events[type->index];
	return journey_set_find(set, play->file->journey->tag)->entry;
}

/* One event, or with NULL everything due before `until`. */
static void run_step(struct play *play, const struct story_event *event, struct instant until)
{
	struct customer customer;
	struct engine_output out;
	load(play, &customer);
	engine_output_init(&out, play->stage->arena);
	if (event) {
		struct happening *happening = add(play);
		happening->event = event;
		happening->at = event->at;
		struct event happened = {.type = type_now(play, event->type),
		                         .id = event->id,
		                         .customer = play->story->customer.id,
		                         .time = event->at,
		                         .fields = event->fields};
		engine_event(&play->engine, &customer, &happened, INSTANT_NEVER, &out);
	} else {
		engine_advance(&play->engine, &customer, until, &out);
	}
	collect(play, &out);
	buf_clear(&play->record);
	customer_write(&customer, play->engine.set, &play->record);
}

/* What was due before goes by the older text. An event at the very moment comes to the new one. */
static void edit(struct play *play)
{
	run_step(play, NULL, play->story->edited_at);
	play->engine.set = play->story->edition.after;
}

static void run(struct play *play)
{
	const struct story *story = play->story;
	bool edits = story->edition.before;
	if (edits)
		play->engine.set = story->edition.before;
	for (size_t i = 0; i < story->event_count; i++) {
		if (edits && story->events[i].at.ms >= story->edited_at.ms) {
			edit(play);
			edits = false;
		}
		run_step(play, &story->events[i], INSTANT_NEVER);
	}
	if (edits && story->edited_at.ms < story->until.ms)
		edit(play);
	run_step(play, NULL, story->until);
}

void story_play(const struct story_stage *stage, const struct story_file *file, const struct story *story,
                struct story_result *out)
{
	enum { SCRATCH = 65536 };
	const struct story_context *context = stage->context;
	struct play play = {.stage = stage, .file = file, .story = story};
	*out = (struct story_result){0};
	arena_init(&play.scratch, SCRATCH);
	play.engine = (struct engine){context->set, context->zones, context->zone, true, &play.scratch};
	run(&play);
	story_compare(&play, out);
	buf_release(&play.record);
	arena_release(&play.scratch);
}
