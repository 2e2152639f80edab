/* SPDX-License-Identifier: Apache-2.0 */
/* An instance's way through the nodes of its journey. */
#include "core/engine/step.h"

/* What follows at once was not due before. */
static enum flow node_send(struct step *step, struct instance *instance, const struct node *node)
{
	static const enum flow FLOWS[] = {
	        [SEND_DONE] = FLOW_ON, [SEND_DEFERRED] = FLOW_STAYS, [SEND_ENDED] = FLOW_ENDED};
	struct send_place place = {&node->send, node->name, 0};
	enum send_result result = step_send(step, instance, &place);
	step->planned = step->at;
	return FLOWS[result];
}

/* Nodes follow one another, and rounds are counted, so this ends; each waiting node leaves the loop. */
bool node_run(struct step *step, struct instance *instance, uint32_t node, enum reason done)
{
	const struct journey *journey = instance->journey;
	while (node < journey->node_count) {
		const struct node *at = &journey->nodes[node];
		struct way way = {at->next, false};
		enum flow flow = FLOW_ON;
		instance->node = node;
		instance->deferred = 0;
		instance->held = INSTANT_NONE;
		instance->unbegun = false;
		done = REASON_FINISHED;
		switch (at->kind) {
		case NODE_SEQUENCE:
			return sequence_enter(step, instance);
		case NODE_WAIT:
			flow = wait_enter(step, instance, &at->wait);
			break;
		case NODE_SEND:
			flow = node_send(step, instance, at);
			break;
		case NODE_EXIT:
			instance_end(step, instance, REASON_EXIT_NODE, at->exit_as);
			return false;
		default:
			flow = flow_enter(step, instance, at, &way);
		}
		if (flow != FLOW_ON)
			return flow == FLOW_STAYS;
		if (way.back && !flow_round(step, instance))
			return false;
		node = way.to;
	}
	instance_end(step, instance, done, (struct str){0});
	return false;
}

/* The wait is over. */
bool node_leave(struct step *step, struct instance *instance)
{
	const struct node *node = &instance->journey->nodes[instance->node];
	struct way way = {node->next, false};
	if (node->kind == NODE_WAIT_FOR)
		way = node->wait_for.on_timeout;
	if (way.back && !flow_round(step, instance))
		return false;
	return node_run(step, instance, way.to, REASON_FINISHED);
}

/* The journey was edited while the instance waited. Touches are told apart by their place; bits behind the last one say
 * that the places mean something else now, and then only time tells what lies behind. */
static void adopt(struct step *step, struct instance *instance)
{
	const struct journey *journey = instance->journey;
	if (instance->version_tag == journey->version_tag)
		return;
	const struct journey *older =
	        journey_set_find_older(step->engine->set, instance->journey_tag, instance->version_tag);
	for (uint32_t i = 0; older && instance->node < older->node_count && i < journey->node_count; i++)
		if (str_eq(journey->nodes[i].name, older->nodes[instance->node].name)) {
			instance->node = i;
			break;
		}
	instance->version_tag = journey->version_tag;
	step->edited = true;
	if (instance->node < journey->node_count && journey->nodes[instance->node].kind == NODE_SEQUENCE &&
	    instance->passed >> (journey->nodes[instance->node].sequence.count - 1) > 1)
		instance->passed = 0;
}

/* Its node is not done: it is asked again. */
static bool waits_to_send(const struct instance *instance)
{
	const struct journey *journey = instance->journey;
	return instance->deferred && instance->node < journey->node_count &&
	       journey->nodes[instance->node].kind == NODE_SEND;
}

void node_fire(struct step *step, struct instance *instance)
{
	adopt(step, instance);
	if (!life_fire(step, instance))
		return;
	const struct journey *journey = instance->journey;
	if (instance->node >= journey->node_count)
		node_run(step, instance, NODE_END, REASON_FINISHED);
	else if (journey->nodes[instance->node].kind == NODE_SEQUENCE)
		sequence_fire(step, instance);
	else if (waits_to_send(instance))
		node_run(step, instance, instance->node, REASON_FINISHED);
	else if (wait_fire(step, instance))
		node_leave(step, instance);
}
