/* SPDX-License-Identifier: Apache-2.0 */
/* How often one customer may enter a journey, and how many journeys may have one at once. */
#include "core/engine/step.h"

static bool counts(const struct step *step, const struct journey *journey, struct instant at)
{
	return step->at.ms - at.ms < journey->entries_within.ms;
}

bool entry_capped(const struct step *step, const struct journey *journey)
{
	const struct customer *customer = step->customer;
	uint32_t count = 0;
	for (size_t i = 0; journey->entries_most && i < customer->entered_count; i++)
		count += customer->entered[i].journey_tag == journey->tag &&
		         counts(step, journey, customer->entered[i].at);
	return journey->entries_most && count >= journey->entries_most;
}

/* Of a journey that is gone everything is kept: it may come back. */
static void forget_old(const struct step *step)
{
	struct customer *customer = step->customer;
	size_t kept = 0;
	for (size_t i = 0; i < customer->entered_count; i++) {
		struct entered entered = customer->entered[i];
		const struct journey *journey = journey_set_find(step->engine->set, entered.journey_tag);
		if (!journey || (journey->entries_most && counts(step, journey, entered.at)))
			customer->entered[kept++] = entered;
	}
	customer->entered_count = kept;
}

void entry_count(struct step *step, const struct journey *journey)
{
	if (!journey->entries_most)
		return;
	forget_old(step);
	*customer_add_entered(step->customer) = (struct entered){journey->tag, step->at};
}

void entry_uncount(struct step *step, const struct instance *instance)
{
	struct customer *customer = step->customer;
	for (size_t i = customer->entered_count; i-- > 0;) {
		struct entered *entered = &customer->entered[i];
		if (entered->journey_tag != instance->journey_tag || entered->at.ms != instance->entered.ms)
			continue;
		memmove(entered, entered + 1, (customer->entered_count - i - 1) * sizeof *entered);
		customer->entered_count--;
		return;
	}
}

/* A journey counts once, at its first instance, whatever the number of its keys. */
static bool counts_at(const struct customer *customer, size_t at)
{
	const struct instance *instances = customer->instances;
	if (!instances[at].journey || instances[at].journey->current->exempt)
		return false;
	for (size_t i = 0; i < at; i++)
		if (instances[i].journey && instances[i].journey_tag == instances[at].journey_tag)
			return false;
	return true;
}

bool journeys_full(const struct step *step, const struct journey *journey)
{
	const struct customer *customer = step->customer;
	int64_t most = step->engine->set->rules.journeys_at_once, count = 0;
	if (most == 0 || journey->exempt)
		return false;
	for (size_t i = 0; i < customer->instance_count; i++) {
		if (customer->instances[i].journey && customer->instances[i].journey_tag == journey->tag)
			return false;
		count += counts_at(customer, i);
	}
	return count >= most;
}
