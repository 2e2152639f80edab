/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the customer may be written to at all: suppression, consent, channels, topics, silence for a while. Asked
 * anew at every send, so that a change is in force for the very next one, also for those that wait. */
#include "core/engine/policy.h"

/* What fails forbids, whichever way round it asks; what is merely not there is false. */
static bool holds(struct policy_question *question, const struct expr *when, const char *what, struct str name,
                  bool failed)
{
	struct step *step = question->step;
	struct step_frame frame;
	struct value error = value_absent();
	step_frame(step, question->instance->journey, question->instance, &frame);
	frame.frame.banks[BANK_ENTRY] = question->names;
	arena_clear(step->engine->scratch);
	bool true_now = expr_test(when, &frame.frame, &error);
	if (error.kind != VALUE_ERROR || error.size == FAULT_ABSENT)
		return true_now;
	step_fault(step, question->instance, error, what, name);
	return failed;
}

struct verdict policy_consent(struct policy_question *question)
{
	const struct contact_policy *policy = &question->step->engine->set->rules.policy;
	const struct send *send = question->send;
	unsigned free_of = send->free_of;
	if (policy->suppressed && holds(question, policy->suppressed, "suppressed", (struct str){0}, true))
		return (struct verdict){REASON_SUPPRESSED, {0}};
	if (send->consent && !(free_of & POLICY_CONSENT) &&
	    !holds(question, send->consent, "consent", send->channel, false))
		return (struct verdict){REASON_NO_CONSENT, send->channel};
	if (send->channel_on && !(free_of & POLICY_CHANNELS) &&
	    !holds(question, send->channel_on, "channels", send->channel, false))
		return (struct verdict){REASON_CHANNEL_OFF, send->channel};
	if (send->topic_on && !(free_of & POLICY_TOPICS) &&
	    !holds(question, send->topic_on, "topics", send->topic, false))
		return (struct verdict){REASON_TOPIC_OFF, send->topic};
	if (free_of & POLICY_SUPPRESS_WHEN)
		return (struct verdict){REASON_NONE, {0}};
	for (size_t i = 0; i < policy->suppress_when.count; i++) {
		const struct policy_rule *rule = &policy->suppress_when.items[i];
		if (holds(question, rule->when, "suppress_when", rule->name, true))
			return (struct verdict){REASON_SUPPRESS_WHEN, rule->name};
	}
	return (struct verdict){REASON_NONE, {0}};
}

/* Of the expression's text; absent when it has none or fails, which is said unless something is merely not there. */
static struct value text_of(struct policy_question *question, const struct expr *expr, const char *what)
{
	struct step *step = question->step;
	struct step_frame frame;
	bool of_rules = expr == step->engine->set->rules.policy.how_often;
	step_frame(step, question->instance->journey, question->instance, &frame);
	if (of_rules)
		frame.frame.banks[BANK_ENTRY] = question->names;
	arena_clear(step->engine->scratch);
	struct value value = expr_eval(expr, &frame.frame);
	if (value.kind != VALUE_ERROR && value.kind != VALUE_STRING && value.kind != VALUE_NULL)
		value = step_wrong_kind(step, expr);
	if (value.kind == VALUE_ERROR && value.size != FAULT_ABSENT)
		step_fault(step, question->instance, value, what, (struct str){0});
	return value.kind == VALUE_STRING ? value_copy(value, step->out->arena) : value_absent();
}

static const struct frequency_cap *choice_of(struct policy_question *question)
{
	const struct contact_policy *policy = &question->step->engine->set->rules.policy;
	if (!policy->how_often || question->send->exempt)
		return NULL;
	struct value name = text_of(question, policy->how_often, "how_often");
	for (size_t i = 0; name.kind == VALUE_STRING && i < policy->choice_count; i++)
		if (str_eq(policy->choices[i].name, value_text(name)))
			return &policy->choices[i];
	return NULL;
}

void policy_question(struct step *step, const struct instance *instance, const struct send *send,
                     struct policy_question *out)
{
	*out = (struct policy_question){.step = step, .instance = instance, .send = send};
	out->names[POLICY_NOW] = value_instant(step->at);
	out->names[POLICY_CHANNEL] = value_str(send->channel);
	if (send->topic.len)
		out->names[POLICY_TOPIC] = value_str(send->topic);
	if (send->promotes)
		out->names[POLICY_PROMOTES] = text_of(out, send->promotes, "promotes");
	out->names[POLICY_JOURNEY] = value_str(instance->journey->name);
	out->choice = choice_of(out);
}
