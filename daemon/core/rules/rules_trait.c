/* SPDX-License-Identifier: Apache-2.0 */
/* Traits: values computed from the customer's events. */
#include "core/base/hash.h"
#include "core/rules/rules_compile.h"
#include "core/rules/rules_fields.h"

/* By enum trait_kind: the key that says how it is computed. */
static const struct {
	struct str key;
	size_t offset; /* of the event's name in struct trait_source */
} COMPUTATIONS[] = {
        [TRAIT_COUNT] = {{"count", 5}, offsetof(struct trait_source, count)},
        [TRAIT_LAST_TIME] = {{"last_time", 9}, offsetof(struct trait_source, last_time)},
        [TRAIT_FIRST_TIME] = {{"first_time", 10}, offsetof(struct trait_source, first_time)},
};
enum { COMPUTATION_COUNT = sizeof(COMPUTATIONS) / sizeof(COMPUTATIONS[0]) };

/* The event's name of the one computation given; NULL when there is none or more than one (reported). */
static const struct doc *computation(struct rules_build *build, const struct doc *key,
                                     const struct trait_source *source, enum trait_kind *kind)
{
	struct diag_list *diags = build->compiler->reader.diags;
	const struct doc *found = NULL;
	for (size_t i = 0; i < COMPUTATION_COUNT; i++) {
		const struct doc *event = *(const struct doc *const *)((const char *)source + COMPUTATIONS[i].offset);
		if (event && found) {
			diag_add(diags, DIAG_ERROR, DIAG_CONFLICT, event->range,
			         "the trait \"%.*s\" is already computed by `%.*s`", STR_ARG(key->text),
			         STR_ARG(COMPUTATIONS[*kind].key));
			return NULL;
		}
		if (event) {
			found = event;
			*kind = (enum trait_kind)i;
		}
	}
	if (!found)
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_MISSING_KEY, key->range,
		                   "the trait \"%.*s\" does not say what it computes", STR_ARG(key->text)),
		          "add one of `count`, `last_time`, `first_time`, with the name of an event");
	return found;
}

static void trait_read(struct rules_build *build, const struct doc *key, const struct doc *map)
{
	struct compiler *compiler = build->compiler;
	struct trait_source source = {0};
	enum trait_kind kind = TRAIT_COUNT;
	if (!rules_identifier(build, key, "a trait") || !doc_read(&compiler->reader, map, TRAIT_FIELDS, &source))
		return;
	const struct doc *name = computation(build, key, &source, &kind);
	const struct event_type *event = compiler_event(compiler, name);
	struct expr_env env = compiler_rules_env(compiler, event);
	const struct expr *when = compiler_condition(compiler, source.when, &env);
	rules_name(build, &build->trait_names, key->text, key->range);
	struct trait *trait = arena_list_add(&build->traits, build->arena, sizeof(*trait));
	*trait = (struct trait){key->text, hash_tag(key->text), kind, event ? event->index : 0, when};
}

void rules_read_traits(struct rules_build *build, const struct doc *doc)
{
	struct traits_source source = {0};
	struct doc_reader *reader = &build->compiler->reader;
	doc_read(reader, doc, TRAITS_FIELDS, &source);
	if (!source.traits || !doc_expect(reader, source.traits, DOC_MAP, "traits"))
		return;
	for (size_t i = 0; i < source.traits->count; i++)
		trait_read(build, source.traits->pairs[i].key, source.traits->pairs[i].value);
}

static void effects_add_traits(struct rules_build *build, struct event_effects *effects, uint32_t event)
{
	const struct rules *rules = build->rules;
	uint32_t *traits = arena_alloc(build->arena, (rules->trait_count + 1) * sizeof(*traits));
	size_t count = 0;
	for (size_t i = 0; i < rules->trait_count; i++)
		if (rules->traits[i].event == event)
			traits[count++] = (uint32_t)i;
	effects->traits = traits;
	effects->trait_count = count;
}

void rules_end_traits(struct rules_build *build)
{
	struct rules *rules = build->rules;
	rules_check_names(build, &build->trait_names, "trait", true);
	rules->traits = build->traits.items;
	rules->trait_count = build->traits.count;
	/* the events were written by rules_end_events into this same arena, and nobody has seen them yet */
	struct event_effects *effects = (struct event_effects *)rules->effects;
	for (size_t i = 0; i < rules->event_count; i++)
		effects_add_traits(build, &effects[i], (uint32_t)i);
}
