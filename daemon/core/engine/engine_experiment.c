/* SPDX-License-Identifier: Apache-2.0 */
/* Chance without dice: who gets which variant, and who is sent nothing, by hashes that never change. */
#include "core/engine/step.h"

enum { SEED_EXPERIMENT = 11, SEED_HOLDOUT = 12 };

/* Below `range`. The salt's length stands in front, so that no two pairs of texts are the same bytes. */
static uint64_t draw(const struct step *step, uint64_t seed, struct str salt, uint64_t range)
{
	struct str id = step->customer->id;
	uint64_t len = salt.len;
	char *bytes = arena_alloc(step->engine->scratch, sizeof len + salt.len + id.len + 1);
	memcpy(bytes, &len, sizeof len);
	memcpy(bytes + sizeof len, salt.ptr, salt.len);
	if (id.len)
		memcpy(bytes + sizeof len + salt.len, id.ptr, id.len);
	return hash64(seed, (struct str){bytes, sizeof len + salt.len + id.len}) % range;
}

void experiment_enter(struct step *step, struct instance *instance, const struct experiment *experiment,
                      struct way *way)
{
	uint64_t place = draw(step, SEED_EXPERIMENT, experiment->salt, experiment->total);
	const struct variant *variant = experiment->variants;
	while (place >= variant->weight) {
		place -= variant->weight;
		variant++;
	}
	instance->variant = variant->number;
	*way = variant->way;
	step_decide(step, instance, DECISION_ADVANCED, REASON_NONE)->detail = variant->name;
}

/* No journey has an empty name: the policy's share are people of its own. */
static bool is_among(const struct step *step, struct str salt, uint32_t share)
{
	enum { ALL = 10000 };
	return share && draw(step, SEED_HOLDOUT, salt, ALL) < share;
}

bool holdout_holds(const struct step *step, const struct journey *journey)
{
	return is_among(step, journey->name, journey->holdout);
}

bool holdout_of_all(const struct step *step)
{
	return is_among(step, STR(""), step->engine->set->rules.policy.holdout);
}
