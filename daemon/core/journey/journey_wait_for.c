/* SPDX-License-Identifier: Apache-2.0 */
/* `wait_for`: events, each with its condition and its way; and experiments, which choose a way by weight. */
#include "core/journey/journey_compile.h"

static void awaited_compile(struct journey_build *build, const struct awaited_source *source, struct awaited *out)
{
	const struct event_type *event = compiler_event(build->compiler, source->event);
	struct expr_env env = journey_build_env(build, SCOPE_ENDING, event);
	const struct settings_target keep = {source->keep, false, &env};
	out->event = event ? event->index : 0;
	out->name = source->name;
	if (out->name.len == 0 && event)
		out->name = event->name;
	out->when = compiler_condition(build->compiler, source->when, &env);
	out->key = journey_own_key_compile(build, source->key, &env);
	journey_settings_compile(build, &keep, 1, &out->keep);
}

static struct awaited *list_compile(struct journey_build *build, const struct field_list *list)
{
	const struct awaited_source *from = list->items;
	struct awaited *out = arena_zalloc(build->compiler->reader.arena, (list->count + 1) * sizeof(*out));
	for (size_t i = 0; i < list->count; i++)
		awaited_compile(build, &from[i], &out[i]);
	return out;
}

static void check_count(struct journey_build *build, const struct node *node, size_t count)
{
	if (count < JOURNEY_WAYS_MOST)
		return;
	diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_TOO_LARGE, node->range,
	         "a node may have %d branches at most", JOURNEY_WAYS_MOST - 1);
}

void journey_wait_for_compile(struct journey_build *build, const struct wait_for_source *source, struct node *node)
{
	const struct awaited_source *from = source->events.items;
	uint32_t number = (uint32_t)(node - build->nodes);
	struct wait_for *out = &node->wait_for;
	struct awaited *events = list_compile(build, &source->events);
	for (size_t i = 0; i < source->events.count; i++)
		journey_way_compile(build, from[i].then, number, &events[i].way);
	out->events = events;
	out->count = source->events.count;
	out->restarts = list_compile(build, &source->restart_on);
	out->restart_count = source->restart_on.count;
	if (source->timeout)
		journey_wait_compile(build, source->timeout, &out->timeout);
	journey_way_compile(build, source->on_timeout, number, &out->on_timeout);
	check_count(build, node, out->count);
	if (out->count == 0 && out->restart_count == 0)
		diag_hint(build->compiler->reader.diags,
		          diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_EMPTY, node->range,
		                   "this waits for no event"),
		          "add `events:`, or write `wait:` for time alone");
}

/* ---- experiments ---- */

static void check_variants(struct journey_build *build, const struct experiment *experiment, const struct node *node)
{
	struct diag_list *diags = build->compiler->reader.diags;
	check_count(build, node, experiment->count);
	if (experiment->count < 2)
		diag_add(diags, DIAG_ERROR, DIAG_BAD_EXPERIMENT, node->range,
		         "an experiment needs two variants at least");
	else if (experiment->total == 0)
		diag_add(diags, DIAG_ERROR, DIAG_BAD_EXPERIMENT, node->range,
		         "all variants of this experiment weigh nothing");
	for (size_t i = 0; i < experiment->count; i++)
		for (size_t k = 0; k < i; k++)
			if (str_eq(experiment->variants[i].name, experiment->variants[k].name))
				diag_add(diags, DIAG_ERROR, DIAG_BAD_EXPERIMENT, node->range,
				         "two variants are named \"%.*s\"", STR_ARG(experiment->variants[i].name));
}

void journey_experiment_compile(struct journey_build *build, const struct experiment_source *source, struct node *node)
{
	struct arena *arena = build->compiler->reader.arena;
	const struct variant_source *from = source->variants.items;
	size_t count = source->variants.count;
	struct variant *variants = arena_zalloc(arena, (count + 1) * sizeof(*variants));
	struct experiment *out = &node->experiment;
	*out = (struct experiment){.variants = variants, .count = count};
	out->salt = source->salt.len
	                    ? source->salt
	                    : arena_printf(arena, "%.*s/%.*s", STR_ARG(build->journey->name), STR_ARG(node->name));
	for (size_t i = 0; i < count; i++) {
		struct str *name = arena_list_add(&build->variants, arena, sizeof(*name));
		*name = from[i].name;
		variants[i].name = from[i].name;
		variants[i].weight = (uint32_t)from[i].weight;
		variants[i].number = (uint16_t)build->variants.count;
		out->total += variants[i].weight;
		journey_way_compile(build, from[i].then, (uint32_t)(node - build->nodes), &variants[i].way);
	}
	check_variants(build, out, node);
}
