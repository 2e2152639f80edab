/* SPDX-License-Identifier: Apache-2.0 */
/* The contact policy: the breaker over everything, then the frequency caps over what is not exempt. */
#include "core/engine/step.h"

/* Sends in (at - within, at]: one exactly `within` ago does not count any more. */
static int64_t contacts_within(const struct step *step, struct duration within, const struct frequency_cap *cap,
                               uint16_t channel)
{
	int64_t count = 0;
	for (size_t i = step->customer->contact_count; i-- > 0;) {
		const struct contact *contact = &step->customer->contacts[i];
		if (contact->at.ms <= step->at.ms - within.ms)
			break;
		if (cap && (contact->exempt || (cap->channel.len && contact->channel_tag != channel)))
			continue;
		count++;
	}
	return count;
}

enum reason policy_check(const struct step *step, const struct send *send, struct str *cap)
{
	const struct rules *rules = &step->engine->set->rules;
	struct duration day = {DAY_MS};
	if (contacts_within(step, day, NULL, 0) >= rules->actions_per_day)
		return REASON_BREAKER;
	if (send->exempt)
		return REASON_NONE;
	for (size_t i = 0; i < rules->cap_count; i++) {
		const struct frequency_cap *rule = &rules->caps[i];
		if (rule->channel.len && !str_eq(rule->channel, send->channel))
			continue;
		if (contacts_within(step, rule->within, rule, send->channel_tag) >= rule->max) {
			*cap = rule->name;
			return REASON_FREQUENCY_CAP;
		}
	}
	return REASON_NONE;
}

static void forget_old(struct customer *customer, struct instant until)
{
	size_t old = 0;
	while (old < customer->contact_count && customer->contacts[old].at.ms <= until.ms)
		old++;
	if (old == 0)
		return;
	customer->contact_count -= old;
	memmove(customer->contacts, customer->contacts + old, customer->contact_count * sizeof *customer->contacts);
}

void policy_record(struct step *step, const struct send *send)
{
	struct customer *customer = step->customer;
	forget_old(customer, (struct instant){step->at.ms - step->engine->set->rules.ledger_window.ms});
	*customer_add_contact(customer) = (struct contact){step->at, send->channel_tag, send->exempt};
}
