/* SPDX-License-Identifier: Apache-2.0 */
/* An instance's way through the nodes of its journey. */
#include "core/engine/step.h"

static bool wait_enter(struct step *step, struct instance *instance, struct duration wait)
{
	instance->due = INSTANT_NEVER;
	if (wait.ms <= INSTANT_MAX.ms - step->at.ms)
		instance->due.ms = step->at.ms + wait.ms;
	step_decide(step, instance, DECISION_WAITING, REASON_NONE)->due = instance->due;
	return true;
}

/* Nodes only follow one another, so this ends; each waiting node leaves the loop. */
bool node_run(struct step *step, struct instance *instance, uint32_t node, enum reason done)
{
	const struct journey *journey = instance->journey;
	for (; node < journey->node_count; node++) {
		const struct node *at = &journey->nodes[node];
		instance->node = node;
		done = REASON_FINISHED;
		switch (at->kind) {
		case NODE_SEQUENCE:
			return sequence_enter(step, instance);
		case NODE_WAIT:
			return wait_enter(step, instance, at->wait);
		case NODE_SEND:
			step_send(step, instance, &at->send, at->name);
			break;
		case NODE_EXIT:
			instance_end(step, instance, REASON_EXIT_NODE, at->exit_as);
			return false;
		}
	}
	instance_end(step, instance, done, (struct str){0});
	return false;
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

void node_fire(struct step *step, struct instance *instance)
{
	adopt(step, instance);
	if (!life_fire(step, instance))
		return;
	const struct journey *journey = instance->journey;
	if (instance->node < journey->node_count && journey->nodes[instance->node].kind == NODE_SEQUENCE)
		sequence_fire(step, instance);
	else
		node_run(step, instance, instance->node + 1, REASON_FINISHED);
}
