/* SPDX-License-Identifier: Apache-2.0 */
/* What is legal in the contact policy and probably wrong. */
#include "core/journey/journey_set_check.h"

static bool labelled(const struct send *send, uint16_t label)
{
	for (size_t i = 0; i < send->label_count; i++)
		if (send->labels[i] == label)
			return true;
	return false;
}

static const struct send *send_of(const struct node *node)
{
	if (node->kind == NODE_SEQUENCE)
		return &node->sequence.send;
	return node->kind == NODE_SEND ? &node->send : NULL;
}

static bool sent_anywhere(const struct journey_set *set, uint16_t label)
{
	for (size_t i = 0; i < set->journey_count; i++)
		for (size_t k = 0; k < set->journeys[i].node_count; k++) {
			const struct send *send = send_of(&set->journeys[i].nodes[k]);
			if (send && labelled(send, label))
				return true;
		}
	return false;
}

static int64_t moment(const struct touch *touch)
{
	return touch->days * DAY_MS + touch->more.ms;
}

/* The first touch that the `max` before it always shut out; the count when there is none. An hour less, since days in
 * spring may be that much shorter. */
static size_t shut_out(const struct sequence *sequence, const struct frequency_cap *cap)
{
	enum { HOUR_MS = 3600000 };
	for (size_t i = (size_t)cap->max; i < sequence->count; i++) {
		const struct touch *last = &sequence->touches[i], *first = &sequence->touches[i - (size_t)cap->max];
		if (moment(last) - moment(first) < cap->within.ms - HOUR_MS)
			return i;
	}
	return sequence->count;
}

static bool applies(const struct frequency_cap *cap, const struct send *send)
{
	return !send->exempt && (cap->channel.len == 0 || str_eq(cap->channel, send->channel)) &&
	       (!cap->label || labelled(send, cap->label));
}

static void check_sequence(const struct rules *rules, const struct node *node, struct compiler *compiler)
{
	const struct sequence *sequence = &node->sequence;
	for (size_t i = 0; i < rules->cap_count; i++) {
		const struct frequency_cap *cap = &rules->caps[i];
		size_t touch = sequence->count;
		if (applies(cap, &sequence->send) && sequence->send.on_cap == ON_CAP_SKIP)
			touch = shut_out(sequence, cap);
		if (touch == sequence->count)
			continue;
		struct diag *diag = diag_add(compiler->reader.diags, DIAG_WARNING, DIAG_BAD_CAP, node->range,
		                             "\"%.*s\" never goes when those before it went: the cap \"%.*s\" skips it",
		                             STR_ARG(sequence->touches[touch].name), STR_ARG(cap->name));
		diag->related = compiler->cap_places[i];
		diag->related_message = STR("this cap");
		return;
	}
}

void journey_contact_check(const struct journey_set *set, struct compiler *compiler)
{
	const struct rules *rules = &set->rules;
	for (size_t i = 0; i < rules->cap_count; i++)
		if (rules->caps[i].label && !sent_anywhere(set, rules->caps[i].label))
			diag_add(compiler->reader.diags, DIAG_WARNING, DIAG_UNUSED, compiler->cap_places[i],
			         "no journey sends anything with the topic or tag \"%.*s\" that this cap counts",
			         STR_ARG(rules->caps[i].labelled));
	for (size_t i = 0; i < set->journey_count; i++)
		for (size_t k = 0; k < set->journeys[i].node_count; k++)
			if (set->journeys[i].nodes[k].kind == NODE_SEQUENCE)
				check_sequence(rules, &set->journeys[i].nodes[k], compiler);
}
