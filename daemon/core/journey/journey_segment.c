/* SPDX-License-Identifier: Apache-2.0 */
/* Segments, compiled for the journeys that name them: `event` in a case is that journey's entry event. Journeys that
 * start by the same event share one. */
#include "core/journey/journey_compile.h"
#include "core/rules/rules_fields.h"

struct compiled_segment {
	const struct segment_rule *rule;
	const struct event_type *entry;
	enum type_kind anchor;
	const struct segment *segment;
};

static const struct segment_rule *rule_find(struct journey_build *build, const struct doc *doc)
{
	const struct rules *rules = build->compiler->rules;
	struct str name;
	if (!compiler_name(build->compiler, doc, &name))
		return NULL;
	for (size_t i = 0; i < rules->segment_count; i++)
		if (str_eq(rules->segments[i].name, name))
			return &rules->segments[i];
	if (build->compiler->incomplete)
		return NULL;
	struct diag_list *diags = build->compiler->reader.diags;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_SEGMENT, doc->range,
	                             "no segment \"%.*s\" is declared in the rules", STR_ARG(name));
	struct str *names = arena_alloc(diags->arena, (rules->segment_count + 1) * sizeof(*names));
	for (size_t i = 0; i < rules->segment_count; i++)
		names[i] = rules->segments[i].name;
	diag_suggest(diags, diag, name, names, rules->segment_count, "segments");
	return NULL;
}

struct case_list {
	struct journey_build *build;
	struct expr_env env;
	struct arena_list cases; /* struct segment_case */
};

/* The conditions around a case, from outside. */
struct case_outer {
	struct str prefix;
	const struct expr *const *conditions;
	size_t count;
};

static void add_case(struct case_list *list, const struct case_outer *outer, struct str name, const struct expr *when)
{
	struct arena *arena = list->build->compiler->reader.arena;
	if (outer->prefix.len)
		name = name.len ? arena_printf(arena, "%.*s/%.*s", STR_ARG(outer->prefix), STR_ARG(name))
		                : outer->prefix;
	struct segment_case *added = arena_list_add(&list->cases, arena, sizeof(*added));
	*added = (struct segment_case){name, when, outer->conditions, outer->count};
}

static void add_cases(struct case_list *list, const struct doc *cases, const struct case_outer *outer);

/* Its cases, then who is in none of them. */
static void add_nested(struct case_list *list, const struct doc_pair *pair, const struct case_outer *outer)
{
	struct arena *arena = list->build->compiler->reader.arena;
	const struct doc *otherwise = doc_get(pair->value, STR("else")), *when = doc_get(pair->value, STR("when"));
	const struct expr **conditions = arena_alloc(arena, (outer->count + 1) * sizeof(struct expr *));
	if (outer->count)
		memcpy(conditions, outer->conditions, outer->count * sizeof(struct expr *));
	conditions[outer->count] = compiler_condition(list->build->compiler, when, &list->env);
	struct case_outer inner = {pair->key->text, conditions, outer->count + 1};
	if (outer->prefix.len)
		inner.prefix = arena_printf(arena, "%.*s/%.*s", STR_ARG(outer->prefix), STR_ARG(pair->key->text));
	add_cases(list, doc_get(pair->value, STR("cases")), &inner);
	add_case(list, &inner, otherwise ? otherwise->text : (struct str){0}, NULL);
}

static void add_cases(struct case_list *list, const struct doc *cases, const struct case_outer *outer)
{
	size_t count = cases && cases->kind == DOC_MAP ? cases->count : 0;
	for (size_t i = 0; i < count; i++) {
		const struct doc_pair *pair = &cases->pairs[i];
		if (doc_cut(pair)) /* reported with the rules */
			continue;
		if (pair->value->kind == DOC_MAP)
			add_nested(list, pair, outer);
		else
			add_case(list, outer, pair->key->text,
			         compiler_condition(list->build->compiler, pair->value, &list->env));
	}
}

static void add_topics(struct case_list *list, const struct segment_rule *rule, struct segment *segment)
{
	static const struct type text = {TYPE_STRING, NULL};
	static const struct case_outer none = {0};
	struct compiler *compiler = list->build->compiler;
	segment->path = expr_compile(doc_get(rule->doc, STR("path")), &list->env, &text, compiler->reader.arena,
	                             compiler->reader.diags);
	for (size_t i = 0; i < rule->tree->count; i++)
		add_case(list, &none, rule->tree->paths[i], NULL);
}

/* The rule's document was read and checked with the rules; here only its expressions meet their event. */
static const struct segment *rule_compile(struct journey_build *build, const struct segment_rule *rule)
{
	static const struct case_outer none = {0};
	const struct doc *otherwise = doc_get(rule->doc, STR("else"));
	struct case_list list = {.build = build, .env = journey_build_env(build, SCOPE_SEGMENT, NULL)};
	struct segment *segment = arena_zalloc(build->compiler->reader.arena, sizeof(*segment));
	if (rule->tree)
		add_topics(&list, rule, segment);
	else
		add_cases(&list, doc_get(rule->doc, STR("cases")), &none);
	if (otherwise)
		add_case(&list, &none, otherwise->text, NULL);
	segment->name = rule->name;
	segment->cases = list.cases.items;
	segment->case_count = list.cases.count;
	segment->has_else = otherwise != NULL;
	return segment;
}

static const struct segment *rule_compile_once(struct journey_build *build, const struct segment_rule *rule)
{
	struct arena_list *list = &build->shared->segments;
	enum type_kind anchor = build->place.anchor.kind;
	const struct compiled_segment *known = list->items;
	for (size_t i = 0; i < list->count; i++)
		if (known[i].rule == rule && known[i].entry == build->place.entry && known[i].anchor == anchor)
			return known[i].segment;
	struct compiled_segment *added = arena_list_add(list, build->compiler->reader.arena, sizeof(*added));
	*added = (struct compiled_segment){rule, build->place.entry, anchor, rule_compile(build, rule)};
	return added->segment;
}

const struct segment *journey_segment_compile(struct journey_build *build, const struct doc *doc, bool *at_entry)
{
	struct segment_ref_source source = {0};
	if (doc->kind != DOC_MAP)
		source.name = doc; /* a list is reported as no name */
	else
		doc_read(&build->compiler->reader, doc, SEGMENT_REF_FIELDS, &source);
	*at_entry = source.at == 1;
	const struct segment_rule *rule = source.name ? rule_find(build, source.name) : NULL;
	if (!rule)
		return NULL;
	build->shared->segments_used[rule - build->compiler->rules->segments] = true;
	return rule_compile_once(build, rule);
}
