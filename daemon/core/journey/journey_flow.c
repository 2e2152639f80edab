/* SPDX-License-Identifier: Apache-2.0 */
/* Branches: lists of nodes below a node, and ways to nodes by their names. Ways are drafts until all nodes are there,
 * since a name may stand further down. */
#include "core/base/hash.h"
#include "core/journey/journey_compile.h"

void journey_way_compile(struct journey_build *build, const struct doc *doc, uint32_t from, struct way *way)
{
	struct way_draft draft = {.way = way, .from = from, .first = NODE_END};
	if (doc && doc->kind == DOC_LIST) {
		draft.first = journey_list_compile(build, doc, from);
	} else if (doc) {
		if (!compiler_name(build->compiler, doc, &draft.name))
			return;
		draft.range = doc->range;
	}
	struct way_draft *added = arena_list_add(&build->ways, build->compiler->reader.arena, sizeof(*added));
	*added = draft;
}

void journey_split_compile(struct journey_build *build, const struct split_source *source, struct node *node)
{
	struct arena *arena = build->compiler->reader.arena;
	const struct split_case_source *from = source->cases.items;
	size_t count = source->cases.count;
	uint32_t number = (uint32_t)(node - build->nodes);
	struct split_case *cases = arena_zalloc(arena, (count + 1) * sizeof(*cases));
	struct expr_env env = journey_build_env(build, SCOPE_NODE, NULL);
	for (size_t i = 0; i < count; i++) {
		cases[i].name = from[i].name.len ? from[i].name : arena_printf(arena, "case-%zu", i + 1);
		cases[i].when = compiler_condition(build->compiler, from[i].when, &env);
		journey_way_compile(build, from[i].then, number, &cases[i].way);
	}
	cases[count].name = STR("else");
	journey_way_compile(build, source->otherwise, number, &cases[count].way);
	node->split = (struct split){cases, count + 1};
	struct diag_list *diags = build->compiler->reader.diags;
	if (count == 0)
		diag_add(diags, DIAG_ERROR, DIAG_EMPTY, node->range, "a split needs a case at least");
	if (count >= JOURNEY_WAYS_MOST)
		diag_add(diags, DIAG_ERROR, DIAG_TOO_LARGE, node->range, "a split may have %d cases at most",
		         JOURNEY_WAYS_MOST - 1);
}

void journey_goto_compile(struct journey_build *build, const struct doc *doc, struct node *node)
{
	struct goto_source source = {0};
	if (doc->kind == DOC_MAP)
		doc_read(&build->compiler->reader, doc, GOTO_FIELDS, &source);
	else
		source.node = doc;
	node->jump.most = source.most;
	if (source.node)
		journey_way_compile(build, source.node, (uint32_t)(node - build->nodes), &node->jump.way);
}

/* ---- values ---- */

static void value_add(struct journey_build *build, const struct doc *key)
{
	const struct named *known = build->values.items;
	for (size_t i = 0; i < build->values.count; i++)
		if (str_eq(known[i].name, key->text))
			return;
	struct diag_list *diags = build->compiler->reader.diags;
	if (build->values.count == LOCAL_RUN_MOST)
		diag_add(diags, DIAG_ERROR, DIAG_TOO_LARGE, key->range, "a run may keep %d values at most",
		         LOCAL_RUN_MOST);
	struct named *added = arena_list_add(&build->values, build->compiler->reader.arena, sizeof(*added));
	*added = (struct named){key->text, key->range};
}

static void values_of(struct journey_build *build, const struct doc *map)
{
	for (size_t i = 0; map && map->kind == DOC_MAP && i < map->count; i++)
		value_add(build, map->pairs[i].key);
}

/* Wherever a list of nodes may stand below. */
void journey_values_compile(struct journey_build *build, const struct doc *nodes)
{
	if (nodes->kind == DOC_LIST)
		for (size_t i = 0; i < nodes->count; i++)
			journey_values_compile(build, nodes->items[i]);
	if (nodes->kind != DOC_MAP)
		return;
	const struct doc *set = doc_get(nodes, STR("set"));
	if (set && set->kind == DOC_MAP)
		values_of(build, doc_get(set, STR("run")));
	values_of(build, doc_get(nodes, STR("keep")));
	for (size_t i = 0; i < nodes->count; i++)
		if (nodes->pairs[i].value->kind != DOC_SCALAR)
			journey_values_compile(build, nodes->pairs[i].value);
}

static bool profile_slot(struct journey_build *build, const struct doc *key, uint16_t *slot)
{
	const struct rules *rules = build->compiler->rules;
	struct diag_list *diags = build->compiler->reader.diags;
	struct str *names = arena_alloc(diags->arena, (rules->profile_count + 1) * sizeof(*names));
	for (size_t i = 0; i < rules->profile_count; i++) {
		names[i] = rules->profile[i].name;
		*slot = (uint16_t)i;
		if (str_eq(names[i], key->text))
			return true;
	}
	if (!build->compiler->incomplete)
		diag_suggest(diags,
		             diag_add(diags, DIAG_ERROR, DIAG_EXPR_NAME, key->range,
		                      "no attribute \"%.*s\" is declared in the profile", STR_ARG(key->text)),
		             key->text, names, rules->profile_count, "attributes");
	return false;
}

static uint16_t value_slot(const struct journey_build *build, struct str name)
{
	const struct named *known = build->values.items;
	uint16_t slot = 0;
	while (slot < build->values.count && !str_eq(known[slot].name, name))
		slot++;
	return slot;
}

static void setting_compile(struct journey_build *build, const struct settings_target *target,
                            const struct doc_pair *pair, struct setting *out)
{
	struct doc_reader *reader = &build->compiler->reader;
	const struct type *want = NULL;
	if (compiler_cut_expression(build->compiler, pair) || !compiler_name(build->compiler, pair->key, &out->name))
		return;
	out->profile = target->profile;
	if (!target->profile)
		out->slot = value_slot(build, out->name);
	else if (profile_slot(build, pair->key, &out->slot))
		want = &build->compiler->rules->profile[out->slot].type;
	if (want && (doc_null(pair->value) || want->kind == TYPE_DYN))
		want = NULL;
	out->value = expr_compile(pair->value, target->env, want, reader->arena, reader->diags);
}

void journey_settings_compile(struct journey_build *build, const struct settings_target *targets, size_t count,
                              struct setting_list *out)
{
	struct doc_reader *reader = &build->compiler->reader;
	size_t most = 0, set = 0;
	for (size_t i = 0; i < count; i++)
		most += targets[i].map ? targets[i].map->count : 0;
	struct setting *items = arena_zalloc(reader->arena, (most + 1) * sizeof(*items));
	for (size_t i = 0; i < count; i++) {
		const struct doc *map = targets[i].map;
		if (!map || !doc_expect(reader, map, DOC_MAP, targets[i].profile ? "profile" : "run"))
			continue;
		for (size_t k = 0; k < map->count; k++)
			setting_compile(build, &targets[i], &map->pairs[k], &items[set++]);
	}
	*out = (struct setting_list){items, set};
}

void journey_values_keep(struct journey_build *build)
{
	size_t count = build->values.count;
	const struct named *named = build->values.items;
	struct run_value *values = arena_zalloc(build->compiler->reader.arena, (count + 1) * sizeof(*values));
	for (size_t i = 0; i < count; i++)
		values[i] = (struct run_value){named[i].name, hash_tag(named[i].name)};
	build->journey->values = values;
	build->journey->value_count = count;
}
