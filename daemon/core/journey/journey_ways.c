/* SPDX-License-Identifier: Apache-2.0 */
/* The ways between the nodes of a journey, once all are known: each is led to its node, then looked at as a graph. */
#include "core/journey/journey_compile.h"

static uint32_t node_find(const struct journey_build *build, struct str name)
{
	for (size_t i = 0; i < build->node_count; i++)
		if (str_eq(build->nodes[i].name, name))
			return (uint32_t)i;
	return NODE_END;
}

static void report_unknown(struct journey_build *build, const struct way_draft *draft)
{
	struct diag_list *diags = build->compiler->reader.diags;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_TARGET, draft->range,
	                             "no node of this journey is named \"%.*s\"", STR_ARG(draft->name));
	struct str *names = arena_alloc(diags->arena, (build->node_count + 1) * sizeof(*names));
	for (size_t i = 0; i < build->node_count; i++)
		names[i] = build->nodes[i].name;
	diag_suggest(diags, diag, draft->name, names, build->node_count, "nodes");
}

/* Parents stand before their children, so the node behind a parent is known when a child needs it. */
void journey_ways_link(struct journey_build *build)
{
	const struct way_draft *drafts = build->ways.items;
	for (size_t i = 0; i < build->node_count; i++)
		if (build->nodes[i].next == NODE_END && build->parents[i] != NODE_END)
			build->nodes[i].next = build->nodes[build->parents[i]].next;
	for (size_t i = 0; i < build->ways.count; i++) {
		const struct way_draft *draft = &drafts[i];
		uint32_t to = draft->first != NODE_END ? draft->first : build->nodes[draft->from].next;
		if (draft->name.len && (to = node_find(build, draft->name)) == NODE_END)
			report_unknown(build, draft);
		*draft->way = (struct way){to, to <= draft->from};
	}
}

static size_t split_ways(const struct split *split, uint32_t *out, size_t room)
{
	size_t count = 0;
	for (; count < split->count && count < room; count++)
		out[count] = split->cases[count].way.to;
	return count;
}

static size_t wait_for_ways(const struct wait_for *wait, uint32_t *out, size_t room)
{
	size_t count = 0;
	for (; count < wait->count && count + 1 < room; count++)
		out[count] = wait->events[count].way.to;
	out[count++] = wait->on_timeout.to;
	return count;
}

static size_t experiment_ways(const struct experiment *experiment, uint32_t *out, size_t room)
{
	size_t count = 0;
	for (; count < experiment->count && count < room; count++)
		out[count] = experiment->variants[count].way.to;
	return count;
}

size_t journey_node_ways(const struct node *node, uint32_t *out, size_t room)
{
	switch (node->kind) {
	case NODE_EXIT:
		return 0;
	case NODE_SPLIT:
		return split_ways(&node->split, out, room);
	case NODE_WAIT_FOR:
		return wait_for_ways(&node->wait_for, out, room);
	case NODE_EXPERIMENT:
		return experiment_ways(&node->experiment, out, room);
	case NODE_GOTO:
		out[0] = node->jump.way.to;
		out[1] = node->next;
		return node->jump.most ? 2 : 1;
	default:
		out[0] = node->next;
		return 1;
	}
}

/* ---- what the graph says ---- */

/* Time passes for sure: not a date that may be over already, nor a time of day that it may be right now. */
static bool rests(const struct node *node)
{
	if (node->kind != NODE_WAIT && node->kind != NODE_WAIT_FOR)
		return false;
	const struct wait *wait = node->kind == NODE_WAIT ? &node->wait : &node->wait_for.timeout;
	return wait->kind == WAIT_DAYS || (wait->kind == WAIT_SPAN && wait->span.ms > 0);
}

struct walk {
	const struct journey_build *build;
	bool *seen;
	uint32_t *stack;
	size_t depth;
	bool awake; /* does not go through nodes where time passes */
};

static void walk_from(struct walk *walk, uint32_t from)
{
	uint32_t ways[JOURNEY_WAYS_MOST];
	walk->stack[walk->depth++] = from;
	while (walk->depth) {
		const struct node *node = &walk->build->nodes[walk->stack[--walk->depth]];
		size_t count = journey_node_ways(node, ways, JOURNEY_WAYS_MOST);
		for (size_t i = 0; i < count; i++) {
			if (ways[i] == NODE_END || walk->seen[ways[i]])
				continue;
			walk->seen[ways[i]] = true;
			if (!walk->awake || !rests(&walk->build->nodes[ways[i]]))
				walk->stack[walk->depth++] = ways[i];
		}
	}
}

static struct walk walk_new(const struct journey_build *build, bool awake)
{
	struct arena *arena = build->compiler->reader.arena;
	struct walk walk = {.build = build, .awake = awake};
	walk.seen = arena_zalloc(arena, build->node_count + 1);
	walk.stack = arena_alloc(arena, (build->node_count + 2) * sizeof(*walk.stack));
	return walk;
}

static void check_reachable(const struct journey_build *build)
{
	struct walk walk = walk_new(build, false);
	walk.seen[0] = true;
	walk_from(&walk, 0);
	for (size_t i = 1; i < build->node_count; i++) {
		if (walk.seen[i])
			continue;
		struct diag *diag = diag_add(build->compiler->reader.diags, DIAG_WARNING, DIAG_UNREACHABLE,
		                             build->nodes[i].range, "no customer comes to this node");
		if (build->nodes[i - 1].kind == NODE_EXIT && build->parents[i - 1] == build->parents[i]) {
			diag->related = build->nodes[i - 1].range;
			diag->related_message = STR("everybody leaves here");
		}
		return;
	}
}

static bool comes_back(const struct journey_build *build, uint32_t node, bool awake)
{
	struct walk walk = walk_new(build, awake);
	walk_from(&walk, node);
	return walk.seen[node];
}

/* A round without rest would never end; one over a sequence would send the same touches again. */
static void check_rounds(const struct journey_build *build)
{
	struct diag_list *diags = build->compiler->reader.diags;
	const struct way_draft *drafts = build->ways.items;
	for (size_t i = 0; i < build->ways.count; i++) {
		if (!drafts[i].way->back || drafts[i].name.len == 0)
			continue;
		if (!rests(&build->nodes[drafts[i].from]) && comes_back(build, drafts[i].from, true))
			diag_hint(diags,
			          diag_add(diags, DIAG_ERROR, DIAG_RESTLESS_LOOP, drafts[i].range,
			                   "this leads round and round without a wait"),
			          "put a `wait:` of some length into the round");
	}
	for (size_t i = 0; i < build->node_count; i++)
		if (build->nodes[i].kind == NODE_SEQUENCE && comes_back(build, (uint32_t)i, false))
			diag_hint(diags,
			          diag_add(diags, DIAG_ERROR, DIAG_RESTLESS_LOOP, build->nodes[i].range,
			                   "a round leads over this sequence, which would send the same again"),
			          "let the round begin behind it");
}

void journey_ways_check(struct journey_build *build)
{
	size_t rounds = 0;
	const struct way_draft *drafts = build->ways.items;
	for (size_t i = 0; i < build->ways.count; i++)
		rounds += drafts[i].way->back;
	if (build->node_count == 0)
		return;
	check_reachable(build);
	if (rounds)
		check_rounds(build);
}
