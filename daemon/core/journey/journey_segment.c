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

/* The rule's document was read and checked with the rules; here only its expressions meet their event. */
static const struct segment *rule_compile(struct journey_build *build, const struct segment_rule *rule)
{
	struct arena *arena = build->compiler->reader.arena;
	const struct doc *cases = doc_get(rule->doc, STR("cases"));
	const struct doc *otherwise = doc_get(rule->doc, STR("else"));
	size_t count = cases && cases->kind == DOC_MAP ? cases->count : 0, used = 0;
	struct expr_env env = journey_build_env(build, SCOPE_SEGMENT, NULL);
	struct segment_case *compiled = arena_zalloc(arena, (count + 1) * sizeof(*compiled));
	for (size_t i = 0; i < count; i++) {
		if (doc_cut(&cases->pairs[i])) /* reported with the rules */
			continue;
		compiled[used].name = cases->pairs[i].key->text;
		compiled[used++].when = compiler_condition(build->compiler, cases->pairs[i].value, &env);
	}
	if (otherwise)
		compiled[used++].name = otherwise->text;
	struct segment *segment = arena_alloc(arena, sizeof(*segment));
	*segment = (struct segment){rule->name, compiled, used};
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
