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

void journey_contact_check(const struct journey_set *set, struct compiler *compiler)
{
	const struct rules *rules = &set->rules;
	for (size_t i = 0; i < rules->cap_count; i++)
		if (rules->caps[i].label && !sent_anywhere(set, rules->caps[i].label))
			diag_add(compiler->reader.diags, DIAG_WARNING, DIAG_UNUSED, compiler->cap_places[i],
			         "no journey sends anything with the topic or tag \"%.*s\" that this cap counts",
			         STR_ARG(rules->caps[i].labelled));
}
