/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys that start others, seen together: rounds in which no time would pass, and journeys that nobody starts. */
#include "core/journey/journey_start_check.h"

/* Somebody may stay here for a while. Only what never takes any time makes a round wrong for sure. */
static bool rests(const struct node *node)
{
	if (node->kind == NODE_SEQUENCE)
		return true;
	if (node->kind != NODE_WAIT && node->kind != NODE_WAIT_FOR)
		return false;
	const struct wait *wait = node->kind == NODE_WAIT ? &node->wait : &node->wait_for.timeout;
	return wait->kind != WAIT_SPAN || wait->span.ms > 0;
}

struct handover_graph {
	const struct journey_set *set;
	struct arena *arena;
	bool **awake; /* by journey: the nodes that are reached in the instant of the entry */
};

static bool *awake_nodes(struct handover_graph *graph, const struct journey *journey)
{
	uint32_t ways[JOURNEY_WAYS_MOST];
	bool *seen = arena_zalloc(graph->arena, journey->node_count + 1);
	uint32_t *stack = arena_alloc(graph->arena, (journey->node_count + 1) * sizeof(*stack));
	size_t depth = 0;
	seen[0] = true;
	stack[depth++] = 0;
	while (depth) {
		const struct node *node = &journey->nodes[stack[--depth]];
		size_t count = rests(node) ? 0 : journey_node_ways(node, ways, JOURNEY_WAYS_MOST);
		for (size_t i = 0; i < count; i++)
			if (ways[i] < journey->node_count && !seen[ways[i]]) {
				seen[ways[i]] = true;
				stack[depth++] = ways[i];
			}
	}
	return seen;
}

static size_t index_of(const struct journey_set *set, struct str name)
{
	size_t i = 0;
	while (i < set->journey_count && !str_eq(set->journeys[i].name, name))
		i++;
	return i;
}

/* The next node behind `from` that starts another in the instant of the entry; the count when there is none. */
static size_t next_start(const struct handover_graph *graph, size_t journey, size_t from)
{
	const struct journey *of = &graph->set->journeys[journey];
	while (from < of->node_count && !(of->nodes[from].kind == NODE_START && graph->awake[journey][from]))
		from++;
	return from;
}

/* The node by which a way from `from` to `to` ends, over journeys not before `to`, so that each round is told once;
 * NULL when there is no such way. */
static const struct node *way_back(const struct handover_graph *graph, size_t from, size_t to)
{
	const struct journey_set *set = graph->set;
	bool *seen = arena_zalloc(graph->arena, set->journey_count + 1);
	size_t *stack = arena_alloc(graph->arena, (set->journey_count + 1) * sizeof(*stack)), depth = 0;
	seen[from] = true;
	stack[depth++] = from;
	while (depth) {
		size_t at = stack[--depth];
		for (size_t i = next_start(graph, at, 0); i < set->journeys[at].node_count;
		     i = next_start(graph, at, i + 1)) {
			const struct node *node = &set->journeys[at].nodes[i];
			size_t next = index_of(set, node->start.journey);
			if (next == to)
				return node;
			if (next < to || next == set->journey_count || seen[next])
				continue;
			seen[next] = true;
			stack[depth++] = next;
		}
	}
	return NULL;
}

static void check_node(const struct handover_graph *graph, struct compiler *compiler, size_t journey,
                       const struct node *node)
{
	const struct journey_set *set = graph->set;
	struct diag_list *diags = compiler->reader.diags;
	size_t to = index_of(set, node->start.journey);
	if (to == set->journey_count || to < journey)
		return;
	const struct node *back = to == journey ? node : way_back(graph, to, journey);
	if (!back)
		return;
	struct diag *diag = to == journey ? diag_add(diags, DIAG_ERROR, DIAG_RESTLESS_LOOP, node->range,
	                                             "this journey starts itself again without a wait")
	                                  : diag_add(diags, DIAG_ERROR, DIAG_RESTLESS_LOOP, node->range,
	                                             "this leads from journey to journey and back without a wait");
	diag_hint(diags, diag, "put a `wait:` of some length into the round");
	if (back == node)
		return;
	diag->related = back->range;
	diag->related_message = STR("the way back is here");
}

void journey_start_check_rounds(const struct journey_set *set, struct compiler *compiler)
{
	bool any = false;
	struct handover_graph graph = {.set = set, .arena = compiler->reader.arena};
	for (size_t i = 0; i < set->journey_count; i++)
		for (size_t k = 0; k < set->journeys[i].node_count; k++)
			any |= set->journeys[i].nodes[k].kind == NODE_START;
	if (!any)
		return;
	graph.awake = arena_zalloc(graph.arena, (set->journey_count + 1) * sizeof(*graph.awake));
	for (size_t i = 0; i < set->journey_count; i++)
		graph.awake[i] = awake_nodes(&graph, &set->journeys[i]);
	for (size_t i = 0; i < set->journey_count; i++)
		for (size_t k = next_start(&graph, i, 0); k < set->journeys[i].node_count;
		     k = next_start(&graph, i, k + 1))
			check_node(&graph, compiler, i, &set->journeys[i].nodes[k]);
}

/* ---- journeys that nobody starts ---- */

static bool starts(const struct journey *journey, struct str other)
{
	for (size_t i = 0; i < journey->node_count; i++)
		if (journey->nodes[i].kind == NODE_START && str_eq(journey->nodes[i].start.journey, other))
			return true;
	return false;
}

static void check_starter(const struct journey_set *set, struct compiler *compiler, const struct journey *journey,
                          const struct doc *name)
{
	size_t starter = index_of(set, name->text);
	if (starter < set->journey_count && !starts(&set->journeys[starter], journey->name))
		diag_add(compiler->reader.diags, DIAG_WARNING, DIAG_NOT_STARTED, name->range,
		         "\"%.*s\" does not start this journey", STR_ARG(name->text));
}

void journey_start_check_starters(const struct journey_set *set, struct compiler *compiler)
{
	for (size_t i = 0; i < set->journey_count; i++) {
		const struct journey *journey = &set->journeys[i];
		const struct doc *entry = doc_get(journey->doc, STR("entry"));
		const struct doc *from = entry ? doc_get(entry, STR("from_journeys")) : NULL;
		if (journey->enters.kind != ENTRY_JOURNEYS || !from)
			continue;
		bool started = false;
		for (size_t k = 0; k < set->journey_count; k++)
			started |= starts(&set->journeys[k], journey->name);
		if (!started) {
			diag_hint(compiler->reader.diags,
			          diag_add(compiler->reader.diags, DIAG_WARNING, DIAG_NOT_STARTED, from->range,
			                   "no journey starts this one, so nobody ever enters"),
			          "a node `start_journey: %.*s` does", STR_ARG(journey->name));
			continue;
		}
		for (size_t k = 0; from->kind == DOC_LIST && k < from->count; k++)
			check_starter(set, compiler, journey, from->items[k]);
	}
}
