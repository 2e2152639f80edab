/* SPDX-License-Identifier: Apache-2.0 */
/* Which variants people may come to a node with: that of the last experiment on each way that leads there. */
#include "core/journey/journey_compile.h"

/* A row for each node: by variants' numbers, whether somebody comes with it; 0 is without any. */
struct comers {
	const struct journey_build *build;
	bool *rows;
	size_t width;
};

static bool *row_of(const struct comers *comers, uint32_t node)
{
	return comers->rows + node * comers->width;
}

/* Whoever comes with the row's variants comes to the node; with `as` in place of them where it is not 0. */
static bool spread(const struct comers *comers, uint32_t from, uint32_t to, uint16_t as)
{
	bool more = false;
	if (to == NODE_END)
		return false;
	for (size_t i = 0; i < comers->width; i++) {
		size_t with = as ? as : i;
		if (!row_of(comers, from)[i] || row_of(comers, to)[with])
			continue;
		row_of(comers, to)[with] = more = true;
	}
	return more;
}

static bool spread_node(const struct comers *comers, uint32_t number)
{
	uint32_t ways[JOURNEY_WAYS_MOST];
	bool more = false;
	const struct node *node = &comers->build->nodes[number];
	size_t count = journey_node_ways(node, ways, JOURNEY_WAYS_MOST);
	for (size_t i = 0; i < count; i++) {
		uint16_t as = node->kind == NODE_EXPERIMENT ? node->experiment.variants[i].number : 0;
		more |= spread(comers, number, ways[i], as);
	}
	return more;
}

static struct comers comers_find(const struct journey_build *build)
{
	struct comers comers = {.build = build, .width = build->variants.count + 1};
	comers.rows = arena_zalloc(build->compiler->reader.arena, (build->node_count + 1) * comers.width);
	comers.rows[0] = true;
	for (bool more = true; more;) {
		more = false;
		for (uint32_t i = 0; i < build->node_count; i++)
			more |= spread_node(&comers, i);
	}
	return comers;
}

static void report(struct journey_build *build, const struct template_pattern *pattern)
{
	static const char HOLE[] = "{variant}";
	struct diag_list *diags = build->compiler->reader.diags;
	struct str text = pattern->doc->text;
	size_t len = sizeof(HOLE) - 1, at = 0;
	while (at + len < text.len && memcmp(text.ptr + at, HOLE, len) != 0)
		at++;
	diag_hint(diags,
	          diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_PLACEHOLDER, doc_range(pattern->doc, at, at + len),
	                   "{variant} has no meaning here: one can come to this node without an experiment"),
	          "put the `experiment:` in front of it, on every way");
}

void journey_variants_check(struct journey_build *build)
{
	const struct template_pattern *patterns = build->patterns.items;
	if (build->patterns.count == 0)
		return;
	struct comers comers = comers_find(build);
	const struct str *variants = build->variants.items;
	for (size_t i = 0; i < build->patterns.count; i++) {
		const bool *row = row_of(&comers, patterns[i].node);
		struct template_pattern pattern = patterns[i];
		struct str *names = arena_alloc(build->compiler->reader.arena, comers.width * sizeof(*names));
		size_t count = 0;
		for (size_t v = 1; v < comers.width; v++)
			if (row[v])
				names[count++] = variants[v - 1];
		pattern.variants = (struct field_list){names, count};
		if (row[0])
			report(build, &pattern);
		else
			journey_pattern_check(build, &pattern);
	}
}
