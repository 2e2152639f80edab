/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of file in rules/, one row each. The order of the rows is the order of compilation: what an event sets
 * needs the profile, what a trait counts needs the events, and expressions may read tables.
 */
#include "core/rules/rules_compile.h"

struct rules_kind {
	struct str key;
	void (*compile)(struct rules_build *build, const struct doc *doc);
	void (*end)(struct rules_build *build); /* once, after all files of the kind */
	bool once;                              /* at most one file */
};

static const struct rules_kind KINDS[] = {
        {{"profile", 7}, rules_read_profile, rules_end_profile, false},
        {{"tables", 6}, rules_read_tables, rules_end_tables, false},
        {{"topics", 6}, rules_read_topics, rules_end_topics, false},
        {{"opening_hours", 13}, rules_read_opening_hours, rules_end_opening_hours, false},
        {{"event", 5}, rules_read_event, rules_end_events, false},
        {{"traits", 6}, rules_read_traits, rules_end_traits, false},
        {{"segment", 7}, rules_read_segment, rules_end_segments, false},
        {{"templates", 9}, rules_read_templates, rules_end_templates, false},
        {{"contact_policy", 14}, rules_read_contact_policy, rules_end_contact_policy, true},
        {{"limits", 6}, rules_read_limits, rules_end_limits, true},
};
enum { KIND_COUNT = sizeof(KINDS) / sizeof(KINDS[0]) };

void rules_name(struct rules_build *build, struct arena_list *names, struct str name, struct diag_range range)
{
	struct named *named = arena_list_add(names, build->arena, sizeof(*named));
	*named = (struct named){name, range};
}

void rules_check_names(struct rules_build *build, const struct arena_list *names, const char *what, bool stored)
{
	names_check(&build->compiler->reader, &(struct name_list){what, stored, names->items, names->count});
}

static const struct rules_kind *kind_of(const struct doc *doc)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (doc_get(doc, KINDS[i].key))
			return &KINDS[i];
	return NULL;
}

static void report_kind(struct compiler *compiler, const struct doc *doc)
{
	struct diag_list *diags = compiler->reader.diags;
	struct str keys[KIND_COUNT];
	for (size_t i = 0; i < KIND_COUNT; i++)
		keys[i] = KINDS[i].key;
	size_t meant = 0;
	while (meant + 1 < doc->count && !diag_nearest(doc->pairs[meant].key->text, keys, KIND_COUNT))
		meant++;
	if (doc->count && !diag_nearest(doc->pairs[meant].key->text, keys, KIND_COUNT))
		meant = 0;
	struct str first = doc->count ? doc->pairs[meant].key->text : (struct str){0};
	struct diag_range range = doc->count ? doc->pairs[meant].key->range : doc->range;
	struct diag *diag =
	        diag_add(diags, DIAG_ERROR, DIAG_FILE_KIND, range, "no key says what kind of rule this file holds");
	if (doc_get(doc, STR("journey"))) {
		diag_hint(diags, diag, "a journey belongs into the journeys folder, in NAME.journey.yaml");
		return;
	}
	diag_suggest(diags, diag, first, keys, KIND_COUNT, "kinds");
}

static void report_second(struct compiler *compiler, const struct rules_kind *kind, const struct doc *first,
                          const struct doc *second)
{
	struct diag *diag = diag_add(compiler->reader.diags, DIAG_ERROR, DIAG_DUPLICATE_NAME,
	                             second->pairs[0].key->range, "only one file may hold `%.*s`", STR_ARG(kind->key));
	diag->related = first->pairs[0].key->range;
	diag->related_message = STR("the first one is here");
}

static void kind_compile(struct rules_build *build, const struct rules_kind *kind)
{
	const struct doc *first = NULL;
	for (size_t i = 0; i < build->count; i++) {
		if (build->kinds[i] != kind)
			continue;
		if (first && kind->once)
			report_second(build->compiler, kind, first, build->docs[i].doc);
		else
			kind->compile(build, build->docs[i].doc);
		first = first ? first : build->docs[i].doc;
	}
	kind->end(build);
}

static void kinds_find(struct rules_build *build)
{
	struct compiler *compiler = build->compiler;
	for (size_t i = 0; i < build->count; i++) {
		const struct doc *doc = build->docs[i].doc;
		if (doc && doc_expect(&compiler->reader, doc, DOC_MAP, "a file of rules")) {
			build->kinds[i] = kind_of(doc);
			if (!build->kinds[i])
				report_kind(compiler, doc);
		}
		if (!build->kinds[i])
			compiler->incomplete = true;
	}
}

void rules_compile(struct compiler *compiler, const struct source_doc *docs, size_t count)
{
	struct arena *arena = compiler->reader.arena;
	struct rules_build build = {.compiler = compiler, .rules = compiler->rules, .arena = arena};
	build.docs = docs;
	build.count = count;
	build.kinds = arena_zalloc(arena, (count + 1) * sizeof(*build.kinds));
	kinds_find(&build);
	for (size_t k = 0; k < KIND_COUNT; k++)
		kind_compile(&build, &KINDS[k]);
}
