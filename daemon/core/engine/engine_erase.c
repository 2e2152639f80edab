/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Erasing a customer: everything goes, and what is said about it names no one but the hash of the id. What stays is the
 * time of the erasure, so that older events that are read again do not bring anything back; after a while that goes
 * too.
 */
#include "core/engine/step.h"

enum { ID_SEED = 7 };

/* For those who keep books: the same customer always has the same, and nobody can read it back. */
static struct str pseudonym(struct step *step)
{
	char hex[32];
	hash128_hex(hash128(ID_SEED, step->customer->id), hex);
	return arena_str(step->out->arena, (struct str){hex, sizeof hex});
}

static struct decision *decide(struct step *step, struct instance *instance, struct str name)
{
	struct decision *decision = step_decide(step, instance, DECISION_EXITED, REASON_ERASED);
	decision->customer = name;
	decision->instance = (struct hash128){0, 0};
	decision->key = (struct str){0};
	return decision;
}

void erased_apply(struct step *step)
{
	struct customer *customer = step->customer;
	const struct journey nowhere = {.index = 0};
	struct instance nobody = {.journey = &nowhere};
	struct str name = pseudonym(step);
	for (size_t i = 0; i < customer->instance_count; i++)
		if (customer->instances[i].journey)
			decide(step, &customer->instances[i], name);
	decide(step, &nobody, name)->kind = DECISION_ERASED;
	step->out->erasures++;
	customer_init(customer, customer->id, step->engine->set, customer->arena);
	customer->erased = step->at;
}

void erased_expire(struct customer *customer, struct instant until)
{
	if (customer->erased.ms == INSTANT_NONE.ms || until.ms <= customer->erased.ms + ERASED_KEPT_MS)
		return;
	customer->erased = INSTANT_NONE;
}
