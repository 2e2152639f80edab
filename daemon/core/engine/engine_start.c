/* SPDX-License-Identifier: Apache-2.0 */
/* Handing a customer over: the other journey is asked when the step is done, with what its entry wants to know, and
 * all that it says about who enters holds. */
#include "core/engine/step.h"

void start_enter(struct step *step, struct instance *instance, const struct node *node)
{
	const struct start *start = &node->start;
	const struct journey *to = journey_set_find(step->engine->set, start->tag);
	if (!to) {
		step_decide(step, instance, DECISION_ADVANCED, REASON_JOURNEY_GONE)->detail = start->journey;
		return;
	}
	struct given given = {to->entry, start->fields, start->event == to->entry ? start->count : 0, "with"};
	const struct value *fields = given_evaluate(step, instance, &given);
	struct emitted *emitted = fields ? emit_queue_add(step, instance, node, to->entry, fields) : NULL;
	if (!emitted)
		return;
	struct str cause = step_cause(step);
	emitted->starts = to;
	emitted->cause = cause.ptr ? cause : STR("");
	emitted->by =
	        arena_printf(step->out->arena, "%.*s/%.*s", STR_ARG(instance->journey->name), STR_ARG(node->name));
	step_decide(step, instance, DECISION_ADVANCED, REASON_NONE)->detail = start->journey;
}

/* Who is started counts from this day where the calendar would have let in. */
void start_apply(struct step *step, const struct journey *journey)
{
	if (journey->enters.kind == ENTRY_YEARLY)
		step->occurrence = value_date(calendar_date(step_zone(step, journey), step->at));
	entry_offer(step, journey);
	step->occurrence = value_absent();
	watches_recheck(step);
	anchors_recheck(step);
}
