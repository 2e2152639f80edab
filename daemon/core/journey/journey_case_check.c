/* SPDX-License-Identifier: Apache-2.0 */
/* Cases that an earlier one leaves nothing to: of segments, of cases within cases, and of splits. */
#include "core/journey/condition_text.h"
#include "core/journey/journey_set_check.h"

/* One case after the other, however they are written. */
struct cases {
	const struct doc *doc; /* a map from names, or a list of maps with `when` */
	const char *whom;
};

static const struct doc *condition_at(const struct cases *cases, size_t i)
{
	const struct doc *value = cases->doc->kind == DOC_MAP ? cases->doc->pairs[i].value : cases->doc->items[i];
	if (value->kind == DOC_MAP)
		value = doc_get(value, STR("when"));
	return value && value->kind == DOC_SCALAR ? value : NULL;
}

static struct str name_at(const struct cases *cases, size_t i)
{
	if (cases->doc->kind == DOC_MAP)
		return cases->doc->pairs[i].key->text;
	const struct doc *item = cases->doc->items[i];
	const struct doc *name = item->kind == DOC_MAP ? doc_get(item, STR("name")) : NULL;
	return name && name->kind == DOC_SCALAR ? name->text : (struct str){0};
}

static void report(struct compiler *compiler, const struct cases *cases, size_t later, size_t earlier)
{
	struct diag_list *diags = compiler->reader.diags;
	const struct doc *narrow = condition_at(cases, later), *wide = condition_at(cases, earlier);
	struct str name = name_at(cases, later), taken = name_at(cases, earlier);
	bool same = str_eq(narrow->text, wide->text);
	struct diag *diag;
	if (name.len && taken.len)
		diag = diag_add(diags, DIAG_WARNING, DIAG_NEVER_MATCHES, narrow->range,
		                "no customer %s the case \"%.*s\": \"%.*s\" takes them all", cases->whom, STR_ARG(name),
		                STR_ARG(taken));
	else
		diag = diag_add(diags, DIAG_WARNING, DIAG_NEVER_MATCHES, narrow->range,
		                "no customer %s this case: one above takes them all", cases->whom);
	diag->related = wide->range;
	diag->related_message = same ? STR("the same condition stands here")
	                             : STR("this holds for everybody for whom the later one does");
	if (!same)
		diag_hint(diags, diag, "put the narrower condition first");
}

static void check_cases(struct compiler *compiler, const struct cases *cases)
{
	for (size_t i = 1; i < cases->doc->count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct doc *later = condition_at(cases, i), *earlier = condition_at(cases, k);
			if (!later || !earlier || !condition_text_implies(later->text, earlier->text))
				continue;
			report(compiler, cases, i, k);
			break;
		}
}

static void check_segment(struct compiler *compiler, const struct doc *holder)
{
	const struct doc *doc = doc_get(holder, STR("cases"));
	if (!doc || doc->kind != DOC_MAP)
		return;
	check_cases(compiler, &(struct cases){doc, "is ever in"});
	for (size_t i = 0; i < doc->count; i++)
		if (doc->pairs[i].value->kind == DOC_MAP)
			check_segment(compiler, doc->pairs[i].value);
}

static void check_splits(struct compiler *compiler, const struct doc *doc)
{
	for (size_t i = 0; doc->kind == DOC_LIST && i < doc->count; i++)
		check_splits(compiler, doc->items[i]);
	if (doc->kind != DOC_MAP)
		return;
	const struct doc *split = doc_get(doc, STR("split"));
	const struct doc *cases = split && split->kind == DOC_MAP ? doc_get(split, STR("cases")) : NULL;
	if (cases && cases->kind == DOC_LIST)
		check_cases(compiler, &(struct cases){cases, "ever goes by"});
	for (size_t i = 0; i < doc->count; i++)
		check_splits(compiler, doc->pairs[i].value);
}

void journey_case_check(const struct journey_set *set, struct compiler *compiler)
{
	const struct rules *rules = &set->rules;
	for (size_t i = 0; i < rules->segment_count; i++)
		check_segment(compiler, rules->segments[i].doc);
	for (size_t i = 0; i < set->journey_count; i++) {
		const struct doc *nodes = doc_get(set->journeys[i].doc, STR("nodes"));
		if (nodes)
			check_splits(compiler, nodes);
	}
}
