/* SPDX-License-Identifier: Apache-2.0 */
/* A channel may have any name, and one that no rule is about needs no consent: nearly the name of one that has rules is
 * most likely that one, misspelt. */
#include "core/journey/journey_compile.h"

static void add_name(struct str *names, size_t *count, struct str name)
{
	if (name.len)
		names[(*count)++] = name;
}

/* The channels that the contact policy speaks of. */
static size_t list_channels(const struct rules *rules, struct str *names)
{
	const struct contact_policy *policy = &rules->policy;
	size_t count = 0;
	for (size_t i = 0; i < policy->consent.count; i++)
		add_name(names, &count, policy->consent.items[i].name);
	for (size_t i = 0; i < policy->channels.count; i++)
		add_name(names, &count, policy->channels.items[i].name);
	for (size_t i = 0; i < rules->cap_count; i++)
		add_name(names, &count, rules->caps[i].channel);
	return count;
}

/* The scalar that a text was read from: a FIELD_NAME is the scalar's own text. */
static const struct doc *scalar_of(const struct doc *doc, struct str text)
{
	const struct doc *found = NULL;
	if (doc->kind == DOC_SCALAR)
		return doc->text.ptr == text.ptr ? doc : NULL;
	for (size_t i = 0; !found && i < doc->count; i++)
		found = scalar_of(doc->kind == DOC_LIST ? doc->items[i] : doc->pairs[i].value, text);
	return found;
}

void journey_channel_check(struct journey_build *build, struct str channel)
{
	const struct rules *rules = build->compiler->rules;
	struct diag_list *diags = build->compiler->reader.diags;
	size_t room = rules->policy.consent.count + rules->policy.channels.count + rules->cap_count;
	struct str *names = arena_alloc(diags->arena, (room + 1) * sizeof(*names));
	size_t count = list_channels(rules, names);
	for (size_t i = 0; i < count; i++)
		if (str_eq(names[i], channel))
			return;
	const struct str *near = diag_nearest(channel, names, count);
	const struct doc *doc = near && !build->compiler->incomplete ? scalar_of(build->doc, channel) : NULL;
	if (doc)
		diag_hint(diags,
		          diag_add(diags, DIAG_WARNING, DIAG_BAD_POLICY, doc->range,
		                   "no rule of the contact policy is about the channel \"%.*s\"", STR_ARG(channel)),
		          "did you mean \"%.*s\"?", STR_ARG(*near));
}
