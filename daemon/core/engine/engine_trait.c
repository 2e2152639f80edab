/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traits: what an event adds to them, and their values at a moment.
 *
 * Every `when`, `of` and `at` of an event is evaluated before any trait changes, so all see the traits as they stood
 * before the event, whatever the order of the files.
 */
#include "core/engine/step.h"

struct change {
	uint32_t trait;
	struct trait_moment moment;
};

static const struct trait_source *source_of(const struct trait *trait, uint32_t event)
{
	const struct trait_source *source = trait->sources;
	while (source->event != event)
		source++;
	return source;
}

/* False when the expression failed or has nothing to say; only a failure is told. */
static bool evaluate(struct step *step, const struct trait *trait, const struct expr *expr, struct value *out)
{
	struct step_frame frame;
	step_frame(step, NULL, NULL, &frame);
	arena_clear(step->engine->scratch);
	*out = expr_eval(expr, &frame.frame);
	if (out->kind == VALUE_ERROR && out->size != FAULT_ABSENT)
		step_fault_entry(step, NULL, *out, "trait", trait->name);
	return out->kind != VALUE_ERROR && out->kind != VALUE_NULL;
}

static bool fails(struct step *step, const struct trait *trait, const struct expr *expr)
{
	step_fault_entry(step, NULL, step_wrong_kind(step, expr), "trait", trait->name);
	return false;
}

static bool holds(struct step *step, const struct trait *trait, const struct expr *when)
{
	struct step_frame frame;
	struct value error = value_absent();
	step_frame(step, NULL, NULL, &frame);
	arena_clear(step->engine->scratch);
	bool true_now = expr_test(when, &frame.frame, &error);
	if (error.kind == VALUE_ERROR)
		step_fault_entry(step, NULL, error, "trait", trait->name);
	return true_now;
}

/* Of the trait's type, whatever the expression gave: a value of type any may be wrong only now. */
static bool take_value(struct step *step, const struct trait *trait, const struct expr *of, struct value *out)
{
	struct value value;
	if (!evaluate(step, trait, of, &value))
		return false;
	bool number = value.kind == VALUE_INT || value.kind == VALUE_DOUBLE;
	bool container = value.kind == VALUE_LIST || value.kind == VALUE_MAP;
	bool sums = trait->kind == TRAIT_SUM || trait->kind == TRAIT_AVERAGE;
	if ((sums && !number) || container || (value.kind == VALUE_STRING && value.size > TRAIT_TEXT_MAX))
		return fails(step, trait, of);
	if (trait->type.kind == TYPE_DOUBLE && value.kind == VALUE_INT && trait->kind != TRAIT_DISTINCT)
		value = value_double((double)value.i);
	*out = value_copy(value, step->customer->arena);
	return true;
}

/* Nothing counts from a moment later than the customer has reached. */
static bool take_moment(struct step *step, const struct trait *trait, const struct expr *at, struct instant *out)
{
	struct value value;
	if (!evaluate(step, trait, at, &value))
		return false;
	if (value.kind != VALUE_TIMESTAMP)
		return fails(step, trait, at);
	*out = value_to_instant(value);
	if (out->ms > step->at.ms)
		*out = step->at;
	return true;
}

static bool change_read(struct step *step, uint32_t index, struct change *out)
{
	const struct trait *trait = &step->engine->set->rules.traits[index];
	const struct trait_source *source = source_of(trait, step->event->type->index);
	*out = (struct change){index, {.at = step->own, .value = value_absent(), .count = 1}};
	if (source->when && !holds(step, trait, source->when))
		return false;
	if (source->of && !take_value(step, trait, source->of, &out->moment.value))
		return false;
	return !source->at || take_moment(step, trait, source->at, &out->moment.at);
}

/* By the event's own time: one that comes late is neither the last nor lost as the first. */
static void change_plain(const struct trait *trait, struct value *slot, struct instant at)
{
	if (trait->kind == TRAIT_COUNT) {
		slot->i++;
		return;
	}
	bool last = trait->kind == TRAIT_LAST_TIME;
	if (slot->kind == VALUE_TIMESTAMP) {
		int64_t known = value_to_instant(*slot).ms;
		if (last ? at.ms <= known : at.ms >= known)
			return;
	}
	*slot = value_instant(at);
}

static void change_apply(struct step *step, const struct change *change)
{
	struct customer *customer = step->customer;
	const struct trait *trait = &step->engine->set->rules.traits[change->trait];
	if (trait->plain)
		change_plain(trait, &customer->traits[change->trait], change->moment.at);
	else
		trait_state_add(&customer->states[change->trait], trait, change->moment, customer->logical,
		                customer->arena);
}

void traits_apply(struct step *step)
{
	const struct event_effects *effects = &step->engine->set->rules.effects[step->event->type->index];
	struct change *changes = NULL;
	size_t count = 0;
	if (effects->trait_count)
		changes = arena_alloc(step->customer->arena, effects->trait_count * sizeof *changes);
	for (size_t i = 0; i < effects->trait_count; i++)
		count += change_read(step, effects->traits[i], &changes[count]);
	for (size_t i = 0; i < count; i++)
		change_apply(step, &changes[i]);
	step->customer->traits_at = INSTANT_NONE;
}

/* ---- values at a moment ---- */

static struct value compute_value(const struct trait *trait, const struct expr_frame *frame)
{
	struct value value = expr_eval(trait->value, frame);
	if (value.kind == VALUE_ERROR || value.kind == VALUE_NULL)
		return value_absent();
	return trait->type.kind == TYPE_DOUBLE && value.kind == VALUE_INT ? value_double((double)value.i) : value;
}

static bool number_of(const struct expr *expr, const struct expr_frame *frame, double *out)
{
	struct value value = expr_eval(expr, frame);
	*out = value.kind == VALUE_INT ? (double)value.i : value.d;
	return value.kind == VALUE_INT || value.kind == VALUE_DOUBLE;
}

/* A measure that is not there reaches no limit. */
static char score_of(const struct trait_score *score, const struct expr_frame *frame)
{
	double measure;
	int reached = 0;
	if (number_of(score->of, frame, &measure))
		for (size_t i = 0; i < score->count; i++)
			reached += score->falling ? measure <= score->limits[i] : measure >= score->limits[i];
	return (char)('1' + reached);
}

static struct value compute_rfm(const struct trait *trait, const struct expr_frame *frame)
{
	char *text = arena_alloc(frame->scratch, SCORES_MAX);
	for (size_t i = 0; i < SCORES_MAX; i++)
		text[i] = score_of(&trait->scores[i], frame);
	return value_str((struct str){text, SCORES_MAX});
}

static struct value compute_tier(const struct trait *trait, const struct expr_frame *frame)
{
	double points;
	struct str tier = trait->otherwise;
	bool known = number_of(trait->value, frame, &points);
	for (size_t i = 0; i < trait->tier_count; i++) {
		const struct trait_tier *at = &trait->tiers[i];
		if (at->invitation && expr_test(at->invitation, frame, NULL))
			return value_str(at->name);
		if (!at->invitation && known && points >= at->from)
			tier = at->name;
	}
	return tier.len ? value_str(tier) : value_absent();
}

static struct value compute(const struct trait *trait, const struct expr_frame *frame)
{
	switch (trait->kind) {
	case TRAIT_RFM:
		return compute_rfm(trait, frame);
	case TRAIT_TIER:
		return compute_tier(trait, frame);
	default:
		return compute_value(trait, frame);
	}
}

/* A text that is what it was is not copied once more: a batch may ask often. */
static void keep(struct customer *customer, uint32_t index, struct value value)
{
	struct value *slot = &customer->traits[index];
	if (value.kind == VALUE_STRING && slot->kind == VALUE_STRING && value_eq(*slot, value))
		return;
	*slot = value_copy(value, customer->arena);
}

/* Tells, once a step, what failed now; what a look ahead finds is no failure yet. */
static void tell(struct step *step, uint32_t index, const struct expr_failure *failure, struct instant now)
{
	uint64_t bit = UINT64_C(1) << index % 64;
	if (failure->count == 0 || now.ms != step->at.ms || (step->told_traits & bit))
		return;
	struct expr_failure before = step->failure;
	step->told_traits |= bit;
	step->failure = *failure;
	step_fault_entry(step, NULL, failure->error, "trait", step->engine->set->rules.traits[index].name);
	step->failure = before;
}

void traits_compute(struct step *step, const struct expr_frame *given)
{
	struct customer *customer = step->customer;
	const struct rules *rules = &step->engine->set->rules;
	struct expr_frame own = *given; /* whose expressions find the traits before them computed */
	const struct expr_frame *frame = &own;
	own.prepare_traits = NULL;
	if (customer->traits_at.ms == frame->now.ms && customer->traits_zone == frame->zone)
		return;
	for (size_t i = 0; i < rules->live_trait_count; i++) {
		uint32_t index = rules->live_traits[i];
		const struct trait *trait = &rules->traits[index];
		struct expr_failure failure = {0};
		own.failure = &failure;
		if (trait_computed(trait)) {
			keep(customer, index, compute(trait, frame));
			tell(step, index, &failure, frame->now);
		} else {
			customer->traits[index] =
			        trait_state_value(&customer->states[index], trait, frame->now, frame->zone);
		}
	}
	customer->traits_at = frame->now;
	customer->traits_zone = frame->zone;
}

void traits_prepare(void *arg, const struct expr *expr, const struct expr_frame *frame)
{
	struct step *step = arg;
	const struct rules *rules = &step->engine->set->rules;
	bool live = false;
	for (size_t i = 0; i < rules->live_trait_count && !live; i++)
		live = expr_reads(expr, BANK_TRAIT, (uint16_t)rules->live_traits[i]);
	if (live)
		traits_compute(step, frame);
}
