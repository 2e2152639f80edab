/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings about the whole are only worth reading once the parts are right: with an error anywhere they would name
 * what the broken part uses. */
#include "core/journey/journey_set_check.h"

#include "core/journey/journey_start_check.h"

#include <inttypes.h>

static bool event_awaited(const struct journey *journey, uint32_t event)
{
	for (size_t i = 0; i < journey->node_count; i++) {
		const struct wait_for *wait = &journey->nodes[i].wait_for;
		if (journey->nodes[i].kind != NODE_WAIT_FOR)
			continue;
		for (size_t k = 0; k < wait->count; k++)
			if (wait->events[k].event == event)
				return true;
		for (size_t k = 0; k < wait->restart_count; k++)
			if (wait->restarts[k].event == event)
				return true;
	}
	return false;
}

static bool event_told(const struct journey *journey, uint32_t event)
{
	for (size_t i = 0; i < journey->node_count; i++) {
		const struct node *node = &journey->nodes[i];
		if (node->kind == NODE_EMIT && node->emit.outward && node->emit.event->index == event)
			return true;
	}
	return false;
}

static bool event_used(const struct journey_set *set, uint32_t event)
{
	const struct event_effects *effects = &set->rules.effects[event];
	if (effects->setter_count || effects->trait_count || effects->erases)
		return true;
	for (size_t i = 0; i < set->journey_count; i++) {
		const struct journey *journey = &set->journeys[i];
		if (journey->entry->index == event || event_awaited(journey, event) || event_told(journey, event))
			return true;
		for (size_t k = 0; k < journey->ending_count; k++)
			if (journey->endings[k].event == event)
				return true;
	}
	return false;
}

static void warn_unused(struct compiler *compiler, struct diag_range range, const char *what, struct str name)
{
	diag_add(compiler->reader.diags, DIAG_WARNING, DIAG_UNUSED, range, "nothing uses the %s \"%.*s\"", what,
	         STR_ARG(name));
}

static void check_unused(const struct journey_set *set, struct compiler *compiler, const struct journey_shared *shared)
{
	const struct rules *rules = &set->rules;
	for (uint32_t i = 0; i < rules->event_count; i++)
		if (!event_used(set, i))
			warn_unused(compiler, compiler->event_places[i], "event", rules->events[i].name);
	for (size_t i = 0; i < rules->segment_count; i++)
		if (!shared->segments_used[i])
			warn_unused(compiler, doc_get(rules->segments[i].doc, STR("segment"))->range, "segment",
			            rules->segments[i].name);
	for (size_t i = 0; i < rules->template_count; i++)
		if (!shared->templates_used[i])
			warn_unused(compiler, compiler->template_places[i], "template", rules->templates[i]);
}

struct channel {
	uint16_t tag;
	struct str name;
};

/* Contacts are remembered by sixteen bits of their channel's name. */
static void channel_add(struct compiler *compiler, struct arena_list *channels, const struct send *send,
                        struct diag_range range)
{
	const struct channel *known = channels->items;
	for (size_t i = 0; i < channels->count; i++) {
		if (known[i].tag != send->channel_tag)
			continue;
		if (!str_eq(known[i].name, send->channel))
			diag_add(compiler->reader.diags, DIAG_ERROR, DIAG_TAG_COLLISION, range,
			         "the channel \"%.*s\" cannot be told from \"%.*s\" in stored records; rename one",
			         STR_ARG(send->channel), STR_ARG(known[i].name));
		return;
	}
	struct channel *added = arena_list_add(channels, compiler->reader.arena, sizeof(*added));
	*added = (struct channel){send->channel_tag, send->channel};
}

static void check_channels(const struct journey_set *set, struct compiler *compiler, struct arena_list *channels)
{
	for (size_t i = 0; i < set->journey_count; i++)
		for (size_t k = 0; k < set->journeys[i].node_count; k++) {
			const struct node *node = &set->journeys[i].nodes[k];
			if (node->kind == NODE_SEQUENCE)
				channel_add(compiler, channels, &node->sequence.send, node->range);
			else if (node->kind == NODE_SEND)
				channel_add(compiler, channels, &node->send, node->range);
		}
}

static void check_caps(const struct rules *rules, struct compiler *compiler, const struct arena_list *channels)
{
	const struct channel *known = channels->items;
	for (size_t i = 0; i < rules->cap_count; i++) {
		bool used = rules->caps[i].channel.len == 0;
		for (size_t k = 0; k < channels->count; k++)
			used = used || str_eq(known[k].name, rules->caps[i].channel);
		if (!used)
			diag_add(compiler->reader.diags, DIAG_WARNING, DIAG_UNUSED, compiler->cap_places[i],
			         "no journey sends by the channel \"%.*s\" that this cap counts",
			         STR_ARG(rules->caps[i].channel));
	}
}

static int64_t touch_moment(const struct touch *touch)
{
	return touch->days * DAY_MS + touch->more.ms;
}

/* How many touches the fullest window of this length holds. */
static size_t fullest_window(const struct sequence *sequence, int64_t within)
{
	size_t most = 0;
	for (size_t from = 0, to = 0; to < sequence->count; to++) {
		while (touch_moment(&sequence->touches[to]) - touch_moment(&sequence->touches[from]) >= within)
			from++;
		most = to - from + 1 > most ? to - from + 1 : most;
	}
	return most;
}

/* The key `sequence` of the node that stands there, which may lie within the branches of others. */
static const struct doc *sequence_key(const struct doc *doc, struct diag_range node)
{
	const struct doc *found = NULL;
	bool here = doc->kind == DOC_MAP && doc->range.from == node.from && doc->range.to == node.to;
	for (size_t i = 0; here && i < doc->count; i++)
		if (str_eq(doc->pairs[i].key->text, STR("sequence")))
			return doc->pairs[i].key;
	for (size_t i = 0; doc->kind != DOC_SCALAR && !found && i < doc->count; i++)
		found = sequence_key(doc->kind == DOC_LIST ? doc->items[i] : doc->pairs[i].value, node);
	return found;
}

static struct diag_range node_key(const struct node *node, const struct journey *journey)
{
	const struct doc *key = sequence_key(doc_get(journey->doc, STR("nodes")), node->range);
	return key ? key->range : node->range;
}

static bool counts(const struct frequency_cap *cap, const struct send *send)
{
	if (cap->channel.len && !str_eq(cap->channel, send->channel))
		return false;
	for (size_t i = 0; cap->label && i < send->label_count; i++)
		if (send->labels[i] == cap->label)
			return true;
	return cap->label == 0;
}

static void check_sequence(const struct rules *rules, struct compiler *compiler, const struct journey *journey,
                           const struct node *node)
{
	const struct sequence *sequence = &node->sequence;
	for (size_t i = 0; i < rules->cap_count && !sequence->send.exempt; i++) {
		const struct frequency_cap *cap = &rules->caps[i];
		if (!counts(cap, &sequence->send))
			continue;
		size_t most = fullest_window(sequence, cap->within.ms);
		if (most <= (size_t)cap->max)
			continue;
		struct buf within = {0};
		duration_print(&within, cap->within);
		struct diag *diag = diag_add(
		        compiler->reader.diags, DIAG_WARNING, DIAG_CAP_TOO_TIGHT, node_key(node, journey),
		        "this sequence sends %zu messages within %.*s, but the cap \"%.*s\" lets %" PRId64 " through",
		        most, STR_ARG(buf_view(&within)), STR_ARG(cap->name), cap->max);
		buf_release(&within);
		diag->related = compiler->cap_places[i];
		diag->related_message = STR("the cap is here");
	}
}

static void check_sequences(const struct journey_set *set, struct compiler *compiler)
{
	for (size_t i = 0; i < set->journey_count; i++)
		for (size_t k = 0; k < set->journeys[i].node_count; k++)
			if (set->journeys[i].nodes[k].kind == NODE_SEQUENCE)
				check_sequence(&set->rules, compiler, &set->journeys[i], &set->journeys[i].nodes[k]);
}

void journey_set_check(const struct journey_set *set, struct compiler *compiler, const struct journey_shared *shared,
                       const struct journey_sources *journeys)
{
	struct diag_list *diags = compiler->reader.diags;
	struct arena_list channels = {0};
	if (shared->no_templates.file) {
		struct diag *diag = diag_add(diags, DIAG_WARNING, DIAG_UNKNOWN_TEMPLATE, shared->no_templates,
		                             "no rules list the templates, so no template's name is checked");
		diag_hint(diags, diag, "list them under `templates:` in a file of rules");
	}
	check_channels(set, compiler, &channels);
	journey_start_check_rounds(set, compiler);
	if (diags->errors || compiler->incomplete || journeys->count == 0)
		return;
	check_unused(set, compiler, shared);
	check_caps(&set->rules, compiler, &channels);
	journey_case_check(set, compiler);
	check_sequences(set, compiler);
	journey_contact_check(set, compiler);
	journey_start_check_starters(set, compiler);
}
