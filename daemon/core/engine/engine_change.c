/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a segment may be another one by time alone. What it reads is followed through the traits computed from others:
 * dates give moments to try, windows those at which something leaves them. Where something counts days or follows a
 * chance, the midnights of a week are tried, and at the last of them the segment is looked at again.
 */
#include "core/engine/step.h"
#include "core/expr/expr_code.h"
#include "core/expr/expr_moments.h"

enum { DAYS_AHEAD = 7, TRIES_MOST = 128, DEEPEST = 16 };

struct changes {
	struct step *step;
	const struct expr_frame *frame;
	struct instant moments[EXPR_MOMENTS_MOST + TRAIT_MOMENTS];
	size_t count, depth;
	bool daily;
};

static void gather(struct changes *changes, const struct expr *expr);

static void gather_moments(struct changes *changes, const struct expr *expr)
{
	enum { ROOM = sizeof changes->moments / sizeof *changes->moments };
	changes->count += expr_moments(expr, changes->frame, changes->moments + changes->count, ROOM - changes->count);
}

static void gather_window(struct changes *changes, const struct trait *trait, const struct trait_state *state)
{
	enum { ROOM = sizeof changes->moments / sizeof *changes->moments };
	for (size_t i = trait_state_from(state, trait, changes->frame->now); i < state->count; i++) {
		int64_t leaves = state->moments[i].at.ms + trait->within.ms;
		if (changes->count < ROOM && leaves <= INSTANT_MAX.ms)
			changes->moments[changes->count++].ms = leaves;
	}
}

static void gather_computed(struct changes *changes, const struct trait *trait)
{
	if (trait->value)
		gather(changes, trait->value);
	for (size_t i = 0; trait->kind == TRAIT_RFM && i < SCORES_MAX; i++)
		gather(changes, trait->scores[i].of);
	for (size_t i = 0; i < trait->tier_count; i++)
		if (trait->tiers[i].invitation)
			gather(changes, trait->tiers[i].invitation);
}

static void gather_trait(struct changes *changes, uint32_t index)
{
	const struct trait *trait = &changes->step->engine->set->rules.traits[index];
	if (trait_computed(trait)) {
		gather_computed(changes, trait);
		return;
	}
	if (trait->plain || !changes->step->customer->states)
		return;
	const struct trait_state *state = &changes->step->customer->states[index];
	if (trait->within.ms > 0)
		gather_window(changes, trait, state);
	changes->daily = changes->daily || (trait->kind == TRAIT_DAYS_SINCE && state->count > 0);
}

static bool of_customer(const struct expr_read *read)
{
	return read->bank == BANK_TRAIT || read->bank == BANK_PROFILE;
}

/* Whether it reads anything that there is: who bought nothing has no chance either. */
static bool has_data(const struct expr *expr, const struct expr_frame *frame)
{
	for (size_t i = 0; i < expr->read_count; i++) {
		const struct expr_read *read = &expr->reads[i];
		struct value value = of_customer(read) ? frame->banks[read->bank][read->slot] : value_absent();
		if (value.kind != VALUE_ABSENT && !(value.kind == VALUE_INT && value.i == 0))
			return true;
	}
	return false;
}

static bool reads_customer(const struct expr *expr)
{
	for (size_t i = 0; i < expr->read_count; i++)
		if (of_customer(&expr->reads[i]))
			return true;
	return false;
}

/* A condition compares what counts days with a number that stands beside it, so that its moments are known; a trait is
 * compared elsewhere. */
static bool by_day(const struct changes *changes, const struct expr *expr)
{
	switch (expr_ageing(expr)) {
	case AGEING_AGE:
		return changes->depth > 0 && has_data(expr, changes->frame);
	case AGEING_DAYS:
		return changes->depth > 0 || !reads_customer(expr);
	case AGEING_CHANCE:
		return has_data(expr, changes->frame);
	case AGEING_NONE:
		break;
	}
	return false;
}

static void gather(struct changes *changes, const struct expr *expr)
{
	if (changes->depth == DEEPEST)
		return;
	gather_moments(changes, expr);
	changes->daily = changes->daily || by_day(changes, expr);
	changes->depth++;
	for (size_t i = 0; i < expr->read_count; i++)
		if (expr->reads[i].bank == BANK_TRAIT)
			gather_trait(changes, expr->reads[i].slot);
	changes->depth--;
}

static struct instant next_moment(const struct changes *changes, struct instant after)
{
	struct instant next = INSTANT_NEVER;
	for (size_t i = 0; i < changes->count; i++)
		if (changes->moments[i].ms > after.ms && changes->moments[i].ms < next.ms)
			next = changes->moments[i];
	if (changes->daily) {
		const struct zone *zone = changes->frame->zone;
		struct date day = {calendar_date(zone, after).days + 1};
		struct instant midnight = calendar_instant(zone, day, (struct daytime){0});
		if (midnight.ms > after.ms && midnight.ms < next.ms)
			next = midnight;
	}
	return next;
}

struct instant segment_change(struct step *step, const struct journey *journey, bool now)
{
	const struct segment *segment = journey->enters.segment;
	struct step_frame frame;
	struct changes changes;
	step_frame(step, journey, NULL, &frame);
	changes.step = step;
	changes.frame = &frame.frame;
	changes.count = changes.depth = 0;
	changes.daily = false;
	for (size_t i = 0; i < segment->case_count; i++) {
		for (size_t k = 0; k < segment->cases[i].outer_count; k++)
			gather(&changes, segment->cases[i].outer[k]);
		if (segment->cases[i].when)
			gather(&changes, segment->cases[i].when);
	}
	int64_t last = changes.daily ? step->at.ms + DAYS_AHEAD * DAY_MS : INSTANT_NEVER.ms;
	struct instant moment = step->at;
	for (int tries = 0; tries < TRIES_MOST; tries++) {
		moment = next_moment(&changes, moment);
		if (moment.ms >= last || segment_holds(step, journey, moment) != now)
			break;
	}
	return moment;
}
