/* SPDX-License-Identifier: Apache-2.0 */
/* The contact policy's order, and all of it that counts or looks at the clock. */
#include "core/customer/record.h"
#include "core/engine/policy.h"

static bool matches(const struct contact *contact, const struct frequency_cap *cap, const struct send *send)
{
	if (contact->exempt || (cap->channel.len && contact->channel_tag != send->channel_tag))
		return false;
	for (size_t i = 0; cap->label && i < contact->label_count; i++)
		if (contact->labels[i] == cap->label)
			return true;
	return !cap->label;
}

static bool applies(const struct frequency_cap *cap, const struct send *send)
{
	if (cap->channel.len && !str_eq(cap->channel, send->channel))
		return false;
	for (size_t i = 0; cap->label && i < send->label_count; i++)
		if (send->labels[i] == cap->label)
			return true;
	return !cap->label;
}

/* From when on the cap lets one more go, as far as is known: the moment when the oldest of the newest `max` has left
 * the window. One exactly `within` ago does not count any more. Earlier than everything when there were fewer. */
static struct instant free_from(const struct policy_question *question, const struct frequency_cap *cap,
                                struct instant at)
{
	const struct customer *customer = question->step->customer;
	int64_t left = cap->max;
	for (size_t i = customer->contact_count; i-- > 0;) {
		const struct contact *contact = &customer->contacts[i];
		if (contact->at.ms <= at.ms - cap->within.ms)
			break;
		if (matches(contact, cap, question->send) && --left == 0)
			return (struct instant){contact->at.ms + cap->within.ms};
	}
	return INSTANT_NONE;
}

/* Calls for each cap that the send must obey: those of the policy, then the customer's own. */
static const struct frequency_cap *cap_at(const struct policy_question *question, size_t i)
{
	const struct rules *rules = &question->step->engine->set->rules;
	const struct frequency_cap *cap = i < rules->cap_count ? &rules->caps[i] : question->choice;
	return cap && applies(cap, question->send) ? cap : NULL;
}

static struct verdict check_breaker(struct policy_question *question)
{
	const struct step *step = question->step;
	const struct customer *customer = step->customer;
	int64_t left = step->engine->set->rules.actions_per_day;
	for (size_t i = customer->contact_count; i-- > 0;) {
		if (customer->contacts[i].at.ms <= step->at.ms - DAY_MS)
			break;
		if (--left == 0)
			return (struct verdict){REASON_BREAKER, {0}};
	}
	return (struct verdict){REASON_NONE, {0}};
}

/* ---- quiet hours ---- */

static bool quiet_applies(const struct quiet_hours *quiet, const struct send *send)
{
	if (!quiet->given || (send->free_of & POLICY_QUIET))
		return false;
	for (size_t i = 0; i < quiet->channel_count; i++)
		if (str_eq(quiet->channels[i], send->channel))
			return true;
	return quiet->channel_count == 0;
}

/* When the quiet hours that `at` lies in are over; `at` itself when it lies in none. Where the clock shows the end
 * twice and the first time is past, the second one counts. */
static struct instant quiet_end(const struct policy_question *question, struct instant at)
{
	const struct quiet_hours *quiet = &question->step->engine->set->rules.policy.quiet;
	if (!quiet_applies(quiet, question->send))
		return at;
	const struct zone *zone = step_zone(question->step, question->instance->journey);
	int32_t now = calendar_daytime(zone, at).ms, from = quiet->from.ms, to = quiet->to.ms;
	bool over_midnight = from > to;
	if (over_midnight ? now < from && now >= to : now < from || now >= to)
		return at;
	struct date date = calendar_date(zone, at);
	date.days += over_midnight && now >= from;
	struct instant end = calendar_instant(zone, date, quiet->to);
	if (end.ms <= at.ms)
		end.ms += INT64_C(1000) * (zone_offset(zone, end) - zone_offset(zone, at));
	return end.ms > at.ms ? end : (struct instant){at.ms + MINUTE_MS};
}

/* ---- one at an instant ---- */

/* Whoever went before at this instant had the higher priority, the older anchor or the earlier name: that is the order
 * in which timers fire and journeys are offered an event. */
static bool lost(const struct policy_question *question)
{
	const struct step *step = question->step;
	enum same_instant rule = step->engine->set->rules.policy.same_instant;
	if (rule == SAME_INSTANT_ALL)
		return false;
	for (size_t i = step->customer->contact_count; i-- > 0;) {
		const struct contact *contact = &step->customer->contacts[i];
		if (contact->at.ms != step->at.ms)
			return false;
		if (!contact->exempt &&
		    (rule == SAME_INSTANT_ONE || contact->channel_tag == question->send->channel_tag))
			return true;
	}
	return false;
}

/* ---- the whole ---- */

static struct verdict cap_verdict(const struct policy_question *question, size_t i)
{
	bool listed = i < question->step->engine->set->rules.cap_count;
	return (struct verdict){listed ? REASON_FREQUENCY_CAP : REASON_HOW_OFTEN, cap_at(question, i)->name};
}

/* What may become right by waiting. */
static struct verdict check_moment(struct policy_question *question)
{
	const struct step *step = question->step;
	const struct send *send = question->send;
	if (send->stale_after.ms > 0 && step->at.ms - step->planned.ms > send->stale_after.ms)
		return (struct verdict){REASON_STALE, {0}};
	if (quiet_end(question, step->at).ms != step->at.ms)
		return (struct verdict){REASON_QUIET_HOURS, {0}};
	if (send->exempt)
		return (struct verdict){REASON_NONE, {0}};
	size_t count = step->engine->set->rules.cap_count;
	for (size_t i = 0; i <= count; i++) {
		const struct frequency_cap *cap = cap_at(question, i);
		if (cap && free_from(question, cap, step->at).ms > step->at.ms)
			return cap_verdict(question, i);
	}
	if (lost(question))
		return (struct verdict){REASON_PRIORITY, {0}};
	return (struct verdict){REASON_NONE, {0}};
}

/* The order is part of the contract (policy.h). What concerns the journey as a whole, such as its holdout, belongs in
 * front of consent. */
static struct verdict (*const STAGES[])(struct policy_question *question) = {check_breaker, policy_consent,
                                                                             check_moment};

struct verdict policy_check(struct policy_question *question)
{
	struct verdict verdict = {REASON_NONE, {0}};
	for (size_t i = 0; i < sizeof STAGES / sizeof *STAGES && verdict.reason == REASON_NONE; i++)
		verdict = STAGES[i](question);
	return verdict;
}

static struct instant whole_minute(struct instant at)
{
	int64_t over = ((at.ms % MINUTE_MS) + MINUTE_MS) % MINUTE_MS;
	return (struct instant){over ? at.ms - over + MINUTE_MS : at.ms};
}

/* The caps' first moment from `at` on; *last, unless NULL, becomes the one that forbids until then, if one does. */
static struct instant caps_end(const struct policy_question *question, struct instant at, struct verdict *last)
{
	size_t count = question->step->engine->set->rules.cap_count;
	for (size_t i = 0; !question->send->exempt && i <= count; i++) {
		const struct frequency_cap *cap = cap_at(question, i);
		struct instant from = cap ? free_from(question, cap, at) : INSTANT_NONE;
		if (from.ms <= at.ms)
			continue;
		at = from;
		if (last)
			*last = cap_verdict(question, i);
	}
	return at;
}

struct verdict policy_longest(const struct policy_question *question)
{
	struct instant now = question->step->at, morning = quiet_end(question, now);
	struct verdict longest = {morning.ms > now.ms ? REASON_QUIET_HOURS : REASON_NONE, {0}};
	caps_end(question, morning, &longest);
	return longest;
}

/* Each turn moves on to the end of what forbids; caps and quiet hours push each other on a few times at most. */
struct instant policy_first(struct policy_question *question)
{
	enum { TURNS = 64 };
	struct instant at = {question->step->at.ms + 1};
	int64_t last = question->step->at.ms + 366 * DAY_MS;
	for (int turn = 0; turn < TURNS && at.ms <= last && at.ms <= INSTANT_MAX.ms; turn++) {
		struct instant next = whole_minute(quiet_end(question, caps_end(question, whole_minute(at), NULL)));
		if (next.ms == at.ms)
			return at;
		at = next;
	}
	return INSTANT_NEVER;
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
	*customer_add_contact(customer) =
	        (struct contact){step->at, send->channel_tag, send->exempt, (uint8_t)send->label_count, send->labels};
}
