/* SPDX-License-Identifier: Apache-2.0 */
/* Traits computed from the profile and other traits: a value, a score of recency, frequency and money, a tier. */
#include "core/rules/rules_compile.h"
#include "core/rules/rules_fields.h"

enum { LIMITS_MAX = 8 }; /* a score is one digit */

static struct expr_env computed_env(struct compiler *compiler)
{
	struct env_names names = {.arena = compiler->reader.arena};
	env_add_profile(&names, compiler);
	env_add_traits(&names, compiler);
	return (struct expr_env){names.items, names.count, {0}, compiler->zones, &compiler->rules->hours};
}

static const struct expr *number(struct rules_build *build, const struct doc *doc)
{
	static const struct type number = {TYPE_DOUBLE, NULL};
	struct compiler *compiler = build->compiler;
	struct expr_env env = computed_env(compiler);
	return doc ? expr_compile(doc, &env, &number, build->arena, compiler->reader.diags) : NULL;
}

static bool read_number(struct rules_build *build, const struct doc *doc, double *out)
{
	static const struct field field = {.key = "number", .kind = FIELD_DOUBLE};
	return doc_read_value(&build->compiler->reader, doc, &field, out);
}

static void report_order(struct rules_build *build, const struct doc *doc, const char *what)
{
	diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_BAD_VALUE, doc->range, "%s", what);
}

static void score_compile(struct rules_build *build, const struct score_keys *keys, struct trait_score *out)
{
	const struct doc *list = keys->limits;
	out->of = number(build, keys->of);
	if (!list || !doc_expect(&build->compiler->reader, list, DOC_LIST, "limits"))
		return;
	if (list->count == 0 || list->count > LIMITS_MAX) {
		report_order(build, list, "a score has from 1 to 8 limits; 4 make quintiles");
		return;
	}
	double *limits = arena_zalloc(build->arena, list->count * sizeof(*limits));
	for (size_t i = 0; i < list->count; i++)
		if (!read_number(build, list->items[i], &limits[i]))
			return;
	out->falling = list->count > 1 && limits[1] < limits[0];
	for (size_t i = 1; i < list->count; i++)
		if (limits[i] == limits[i - 1] || (limits[i] < limits[i - 1]) != out->falling) {
			report_order(build, list->items[i], "limits rise, or fall, from each to the next");
			return;
		}
	out->limits = limits;
	out->count = list->count;
}

static void rfm_compile(struct rules_build *build, const struct doc *doc, struct trait *trait)
{
	struct rfm_keys keys = {0};
	if (!doc_read(&build->compiler->reader, doc, RFM_FIELDS, &keys))
		return;
	struct trait_score *scores = arena_zalloc(build->arena, SCORES_MAX * sizeof(*scores));
	for (size_t i = 0; i < SCORES_MAX; i++)
		score_compile(build, &keys.scores[i], &scores[i]);
	trait->scores = scores;
}

static void add_tier(struct rules_build *build, struct arena_list *tiers, struct arena_list *names,
                     const struct doc *key)
{
	struct trait_tier *tier = arena_list_add(tiers, build->arena, sizeof(*tier));
	compiler_name(build->compiler, key, &tier->name);
	rules_name(build, names, key->text, key->range);
}

static struct trait_tier *last_tier(const struct arena_list *tiers)
{
	return (struct trait_tier *)tiers->items + tiers->count - 1;
}

static void invitations_compile(struct rules_build *build, const struct doc *map, struct arena_list *tiers,
                                struct arena_list *names)
{
	struct compiler *compiler = build->compiler;
	if (!map || !doc_expect(&compiler->reader, map, DOC_MAP, "invitation"))
		return;
	struct expr_env env = computed_env(compiler);
	for (size_t i = 0; i < map->count; i++) {
		if (compiler_cut_expression(compiler, &map->pairs[i]))
			continue;
		add_tier(build, tiers, names, map->pairs[i].key);
		last_tier(tiers)->invitation = compiler_condition(compiler, map->pairs[i].value, &env);
	}
}

static void steps_compile(struct rules_build *build, const struct doc *map, struct arena_list *tiers,
                          struct arena_list *names)
{
	if (!map || !doc_expect(&build->compiler->reader, map, DOC_MAP, "steps"))
		return;
	if (map->count == 0)
		diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_EMPTY, map->range, "no tier is named");
	for (size_t i = 0; i < map->count; i++) {
		double below = i ? last_tier(tiers)->from : 0;
		add_tier(build, tiers, names, map->pairs[i].key);
		struct trait_tier *tier = last_tier(tiers);
		if (read_number(build, map->pairs[i].value, &tier->from) && i && tier->from <= below)
			report_order(build, map->pairs[i].value, "each tier begins above the one before it");
	}
}

static void list_words(struct rules_build *build, struct trait *trait)
{
	struct str *words = arena_alloc(build->arena, (trait->tier_count + 1) * sizeof(*words));
	for (size_t i = 0; i < trait->tier_count; i++)
		words[trait->word_count++] = trait->tiers[i].name;
	if (trait->otherwise.len)
		words[trait->word_count++] = trait->otherwise;
	trait->words = words;
}

static void tier_compile(struct rules_build *build, const struct doc *doc, struct trait *trait)
{
	struct tier_keys keys = {0};
	struct arena_list tiers = {0}, names = {0};
	if (!doc_read(&build->compiler->reader, doc, TIER_FIELDS, &keys))
		return;
	trait->value = number(build, keys.points);
	invitations_compile(build, keys.invitation, &tiers, &names);
	steps_compile(build, keys.steps, &tiers, &names);
	rules_check_names(build, &names, "tier", false);
	trait->tiers = tiers.items;
	trait->tier_count = tiers.count;
	trait->otherwise = keys.otherwise;
	list_words(build, trait);
}

static void refuse_event_keys(struct rules_build *build, const struct trait_keys *keys)
{
	const struct doc *docs[] = {keys->of, keys->when, keys->at};
	for (size_t i = 0; i < sizeof(docs) / sizeof(docs[0]); i++)
		if (docs[i])
			diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_CONFLICT, docs[i]->range,
			         "`of`, `when` and `at` belong to traits computed from events");
}

void rules_compute_trait(struct rules_build *build, const struct trait_draft *draft, struct trait *trait)
{
	struct compiler *compiler = build->compiler;
	refuse_event_keys(build, draft->keys);
	if (draft->kind == TRAIT_RFM) {
		rfm_compile(build, draft->computation, trait);
	} else if (draft->kind == TRAIT_TIER) {
		tier_compile(build, draft->computation, trait);
	} else {
		struct expr_env env = computed_env(compiler);
		trait->value = expr_compile(draft->computation, &env, NULL, build->arena, compiler->reader.diags);
		if (trait->value)
			trait->type = expr_type(trait->value);
	}
}

/* ---- the order ---- */

static bool reads(const struct trait *trait, uint16_t slot)
{
	bool found = trait->value && expr_reads(trait->value, BANK_TRAIT, slot);
	for (size_t i = 0; trait->scores && i < SCORES_MAX; i++)
		found = found || (trait->scores[i].of && expr_reads(trait->scores[i].of, BANK_TRAIT, slot));
	for (size_t i = 0; i < trait->tier_count; i++)
		found = found ||
		        (trait->tiers[i].invitation && expr_reads(trait->tiers[i].invitation, BANK_TRAIT, slot));
	return found;
}

static bool ready(const struct rules *rules, const bool *done, size_t index)
{
	for (size_t i = 0; i < rules->trait_count; i++)
		if (!done[i] && trait_computed(&rules->traits[i]) && reads(&rules->traits[index], (uint16_t)i))
			return false;
	return true;
}

/* Those that wait for one another are left out; each such file has an error, so nobody evaluates them. */
static void report_circle(struct rules_build *build, const bool *done)
{
	const struct trait_draft *drafts = build->trait_drafts.items;
	struct diag_list *diags = build->compiler->reader.diags;
	for (size_t i = 0; i < build->rules->trait_count; i++) {
		if (done[i])
			continue;
		diag_add(diags, DIAG_ERROR, DIAG_CYCLE, drafts[i].key->range,
		         "the trait \"%.*s\" is computed from itself, by way of what it reads",
		         STR_ARG(drafts[i].key->text));
		return;
	}
}

void rules_order_traits(struct rules_build *build)
{
	struct rules *rules = build->rules;
	uint32_t *order = arena_alloc(build->arena, (rules->trait_count + 1) * sizeof(*order));
	bool *done = arena_zalloc(build->arena, rules->trait_count + 1);
	size_t count = 0;
	for (size_t i = 0; i < rules->trait_count; i++) {
		done[i] = !trait_computed(&rules->traits[i]);
		if (done[i] && !rules->traits[i].plain)
			order[count++] = (uint32_t)i;
	}
	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < rules->trait_count; i++)
			if (!done[i] && ready(rules, done, i)) {
				order[count++] = (uint32_t)i;
				done[i] = more = true;
			}
	}
	report_circle(build, done);
	rules->live_traits = order;
	rules->live_trait_count = count;
}
