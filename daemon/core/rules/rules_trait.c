/* SPDX-License-Identifier: Apache-2.0 */
/* Traits: values computed from the customer's events. First all are read, so that each has its name and type; then
 * their expressions are compiled, which may name any of them. */
#include "core/base/hash.h"
#include "core/rules/rules_compile.h"
#include "core/rules/rules_fields.h"

/* By enum trait_kind: the key that says how it is computed. */
static const struct {
	struct str key;
	size_t offset;       /* in struct trait_keys */
	enum type_kind type; /* TYPE_NULL: that of the value */
	bool of;             /* it takes a value of the event */
} COMPUTATIONS[] = {
#define ROW(kind, member, type, of) [kind] = {STR(#member), offsetof(struct trait_keys, member), type, of}
        ROW(TRAIT_COUNT, count, TYPE_INT, false),
        ROW(TRAIT_LAST_TIME, last_time, TYPE_TIMESTAMP, false),
        ROW(TRAIT_FIRST_TIME, first_time, TYPE_TIMESTAMP, false),
        ROW(TRAIT_SUM, sum, TYPE_NULL, true),
        ROW(TRAIT_MIN, min, TYPE_NULL, true),
        ROW(TRAIT_MAX, max, TYPE_NULL, true),
        ROW(TRAIT_AVERAGE, average, TYPE_DOUBLE, true),
        ROW(TRAIT_FIRST, first, TYPE_NULL, true),
        ROW(TRAIT_LAST, last, TYPE_NULL, true),
        ROW(TRAIT_DISTINCT, distinct, TYPE_INT, true),
        ROW(TRAIT_MOST_FREQUENT, most_frequent, TYPE_NULL, true),
        ROW(TRAIT_DAYS_SINCE, days_since, TYPE_INT, false),
        ROW(TRAIT_VALUE, value, TYPE_DYN, false),
        ROW(TRAIT_RFM, rfm, TYPE_STRING, false),
        ROW(TRAIT_TIER, tier, TYPE_STRING, false),
#undef ROW
};
enum { COMPUTATION_COUNT = sizeof(COMPUTATIONS) / sizeof(COMPUTATIONS[0]) };

/* What is below the one computation given; NULL when there is none or more than one (reported). */
static const struct doc *computation(struct rules_build *build, const struct doc *key, const struct trait_keys *source,
                                     enum trait_kind *kind)
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
		          "add one of `count`, `sum`, `last_time`, `first_time`, `most_frequent` ..., with the name of "
		          "an event");
	return found;
}

/* A key that the computation has no use for. */
static void refuse(struct rules_build *build, const struct doc *doc, const char *name, enum trait_kind kind)
{
	if (doc)
		diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_CONFLICT, doc->range,
		         "`%s` has no meaning for a trait computed by `%.*s`", name, STR_ARG(COMPUTATIONS[kind].key));
}

static bool within_check(struct rules_build *build, const struct doc *map, const struct trait_keys *keys)
{
	enum { LONGEST_DAYS = 3660 };
	if (!keys->has_within || (keys->within.ms >= 1000 && keys->within.ms <= LONGEST_DAYS * DAY_MS))
		return true;
	struct diag_list *diags = build->compiler->reader.diags;
	diag_hint(diags,
	          diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, doc_get(map, STR("within"))->range,
	                   "a trait's window is from a second to %d days long", LONGEST_DAYS),
	          "write a length of time such as 90d; leave it out for all time");
	return false;
}

static void trait_read(struct rules_build *build, const struct doc *key, const struct doc *map)
{
	struct doc_reader *reader = &build->compiler->reader;
	struct trait_keys *keys = arena_zalloc(build->arena, sizeof(*keys));
	enum trait_kind kind = TRAIT_COUNT;
	if (!rules_identifier(build, key, "a trait"))
		return;
	/* what is wrong is declared all the same, or whoever reads it would be wrong too */
	bool good = doc_read(reader, map, TRAIT_FIELDS, keys);
	const struct doc *below = good ? computation(build, key, keys, &kind) : NULL;
	if (!good || !within_check(build, map, keys))
		keys->within.ms = 0;
	rules_name(build, &build->trait_names, key->text, key->range);
	struct trait *trait = arena_list_add(&build->traits, build->arena, sizeof(*trait));
	*trait = (struct trait){.name = key->text, .tag = hash_tag(key->text), .kind = kind, .within = keys->within};
	trait->type.kind = COMPUTATIONS[kind].type == TYPE_NULL || !below ? TYPE_DYN : COMPUTATIONS[kind].type;
	trait->plain = kind <= TRAIT_FIRST_TIME && keys->within.ms == 0;
	struct trait_draft *draft = arena_list_add(&build->trait_drafts, build->arena, sizeof(*draft));
	*draft = (struct trait_draft){key, below, keys, kind};
	if (good && trait_computed(trait) && keys->has_within)
		refuse(build, doc_get(map, STR("within")), "within", kind);
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

/* ---- events and their expressions ---- */

struct source_reading {
	struct rules_build *build;
	const struct trait_draft *draft;
	struct trait *trait;
	struct arena_list sources; /* struct trait_source */
	struct arena_list names;
	struct type type; /* of the values so far; TYPE_NULL before the first */
};

static void report_no_value(struct source_reading *reading, struct diag_range range)
{
	struct diag_list *diags = reading->build->compiler->reader.diags;
	struct str key = COMPUTATIONS[reading->draft->kind].key;
	diag_hint(diags,
	          diag_add(diags, DIAG_ERROR, DIAG_MISSING_KEY, range, "`%.*s` does not say of which value",
	                   STR_ARG(key)),
	          "add `of: event.FIELD` to the trait");
}

static bool type_good(enum trait_kind kind, enum type_kind type)
{
	bool number = type == TYPE_INT || type == TYPE_DOUBLE || type == TYPE_DYN;
	if (kind == TRAIT_SUM || kind == TRAIT_AVERAGE)
		return number;
	return type != TYPE_LIST && type != TYPE_MAP && type != TYPE_NULL;
}

/* The values of all events must be of one type; int beside double is double. */
static void value_type(struct source_reading *reading, const struct doc *doc, struct type type)
{
	struct diag_list *diags = reading->build->compiler->reader.diags;
	enum trait_kind kind = reading->draft->kind;
	struct buf text = {0};
	type_print(type, &text);
	if (!type_good(kind, type.kind))
		diag_add(diags, DIAG_ERROR, DIAG_EXPR_RESULT, doc->range, "`%.*s` cannot be computed of a %.*s",
		         STR_ARG(COMPUTATIONS[kind].key), STR_ARG(buf_view(&text)));
	buf_release(&text);
	struct type *all = &reading->type;
	if (all->kind == TYPE_NULL || all->kind == type.kind)
		*all = type;
	else if ((all->kind == TYPE_INT && type.kind == TYPE_DOUBLE) ||
	         (all->kind == TYPE_DOUBLE && type.kind == TYPE_INT))
		all->kind = TYPE_DOUBLE;
	else
		all->kind = TYPE_DYN;
}

/* keys: what is said for this event; what it does not say is the trait's. */
static void source_compile(struct source_reading *reading, const struct doc *name, struct trait_source_keys keys)
{
	struct compiler *compiler = reading->build->compiler;
	const struct trait_keys *common = reading->draft->keys;
	const struct event_type *event = compiler_event(compiler, name);
	const struct doc *of = keys.of ? keys.of : common->of, *at = keys.at ? keys.at : common->at;
	const struct doc *when = keys.when ? keys.when : common->when;
	static const struct type moment = {TYPE_TIMESTAMP, NULL};
	struct expr_env env = compiler_rules_env(compiler, event);
	struct trait_source source = {.event = event ? event->index : 0};
	struct arena *arena = reading->build->arena;
	source.when = compiler_condition(compiler, when, &env);
	if (!COMPUTATIONS[reading->draft->kind].of)
		refuse(reading->build, of, "of", reading->draft->kind);
	else if (!of)
		report_no_value(reading, name->range);
	else
		source.of = expr_compile(of, &env, NULL, arena, compiler->reader.diags);
	if (source.of)
		value_type(reading, of, expr_type(source.of));
	if (at)
		source.at = expr_compile(at, &env, &moment, arena, compiler->reader.diags);
	if (!event)
		return;
	rules_name(reading->build, &reading->names, name->text, name->range);
	*(struct trait_source *)arena_list_add(&reading->sources, arena, sizeof(source)) = source;
}

/* EVENT: expression, or EVENT: { of, when, at }. */
static void source_of_pair(struct source_reading *reading, const struct doc_pair *pair)
{
	struct trait_source_keys keys = {0};
	if (compiler_cut_expression(reading->build->compiler, pair))
		return;
	if (pair->value->kind == DOC_SCALAR)
		keys.of = doc_null(pair->value) ? NULL : pair->value;
	else
		doc_read(&reading->build->compiler->reader, pair->value, TRAIT_SOURCE_FIELDS, &keys);
	source_compile(reading, pair->key, keys);
}

static void sources_compile(struct rules_build *build, const struct trait_draft *draft, struct trait *trait)
{
	struct source_reading reading = {.build = build, .draft = draft, .trait = trait, .type = {TYPE_NULL, NULL}};
	const struct doc *doc = draft->computation;
	if (doc->kind == DOC_SCALAR)
		source_compile(&reading, doc, (struct trait_source_keys){0});
	for (size_t i = 0; doc->kind == DOC_LIST && i < doc->count; i++)
		source_compile(&reading, doc->items[i], (struct trait_source_keys){0});
	for (size_t i = 0; doc->kind == DOC_MAP && i < doc->count; i++)
		source_of_pair(&reading, &doc->pairs[i]);
	if (doc->kind != DOC_SCALAR && doc->count == 0)
		diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_EMPTY, doc->range, "no event is named");
	rules_check_names(build, &reading.names, "event", false);
	trait->sources = reading.sources.items;
	trait->source_count = reading.sources.count;
	trait->plain = trait->plain && !reading.draft->keys->at;
	if (COMPUTATIONS[draft->kind].type == TYPE_NULL && reading.type.kind != TYPE_NULL)
		trait->type = reading.type;
}

static bool reads_event(const struct trait *trait, uint32_t event)
{
	for (size_t i = 0; i < trait->source_count; i++)
		if (trait->sources[i].event == event)
			return true;
	return false;
}

static void effects_add_traits(struct rules_build *build, struct event_effects *effects, uint32_t event)
{
	const struct rules *rules = build->rules;
	uint32_t *traits = arena_alloc(build->arena, (rules->trait_count + 1) * sizeof(*traits));
	size_t count = 0;
	for (size_t i = 0; i < rules->trait_count; i++)
		if (reads_event(&rules->traits[i], event))
			traits[count++] = (uint32_t)i;
	effects->traits = traits;
	effects->trait_count = count;
}

void rules_end_traits(struct rules_build *build)
{
	struct rules *rules = build->rules;
	rules_check_names(build, &build->trait_names, "trait", true);
	struct trait *traits = build->traits.items;
	const struct trait_draft *drafts = build->trait_drafts.items;
	rules->traits = traits;
	rules->trait_count = build->traits.count;
	for (size_t i = 0; i < rules->trait_count; i++)
		if (drafts[i].computation && !trait_computed(&traits[i]))
			sources_compile(build, &drafts[i], &traits[i]);
	for (size_t i = 0; i < rules->trait_count; i++)
		if (drafts[i].computation && trait_computed(&traits[i]))
			rules_compute_trait(build, &drafts[i], &traits[i]);
	rules_order_traits(build);
	/* the events were written by rules_end_events into this same arena, and nobody has seen them yet */
	struct event_effects *effects = (struct event_effects *)rules->effects;
	for (size_t i = 0; i < rules->event_count; i++)
		effects_add_traits(build, &effects[i], (uint32_t)i);
	rules_end_sets(build);
}
