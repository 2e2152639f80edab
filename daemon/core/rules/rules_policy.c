/* SPDX-License-Identifier: Apache-2.0 */
/* Segments (kept as documents), the list of templates, the contact policy and the limits. */
#include "core/doc_scalar.h"
#include "core/rules/rules_compile.h"
#include "core/rules/rules_fields.h"

struct case_walk {
	struct rules_build *build;
	struct arena_list names;
};

static void case_name(struct case_walk *walk, const struct doc *key, struct str prefix)
{
	struct str name;
	if (!compiler_name(walk->build->compiler, key, &name))
		return;
	if (prefix.len)
		name = arena_printf(walk->build->arena, "%.*s/%.*s", STR_ARG(prefix), STR_ARG(name));
	rules_name(walk->build, &walk->names, name, key->range);
}

static void cases_check(struct case_walk *walk, const struct doc *cases, struct str prefix);

static void nested_check(struct case_walk *walk, const struct doc_pair *pair, struct str prefix)
{
	struct case_keys keys = {0};
	struct arena *arena = walk->build->arena;
	struct str name = pair->key->text;
	if (prefix.len)
		name = arena_printf(arena, "%.*s/%.*s", STR_ARG(prefix), STR_ARG(name));
	if (!doc_read(&walk->build->compiler->reader, pair->value, CASE_FIELDS, &keys))
		return;
	cases_check(walk, keys.cases, name);
	if (keys.otherwise.len)
		case_name(walk, doc_get(pair->value, STR("else")), name);
	else
		rules_name(walk->build, &walk->names, name, pair->key->range);
}

static void cases_check(struct case_walk *walk, const struct doc *cases, struct str prefix)
{
	struct doc_reader *reader = &walk->build->compiler->reader;
	if (!cases || !doc_expect(reader, cases, DOC_MAP, "cases"))
		return;
	if (cases->count == 0)
		diag_add(reader->diags, DIAG_ERROR, DIAG_EMPTY, cases->range, "a segment needs a case at least");
	for (size_t i = 0; i < cases->count; i++) {
		if (compiler_cut_expression(walk->build->compiler, &cases->pairs[i]))
			continue;
		if (cases->pairs[i].value->kind == DOC_MAP)
			nested_check(walk, &cases->pairs[i], prefix);
		else
			case_name(walk, cases->pairs[i].key, prefix);
	}
}

static const struct topic_tree *tree_find(struct rules_build *build, const struct doc *doc)
{
	const struct rules *rules = build->rules;
	struct str name;
	if (!compiler_name(build->compiler, doc, &name))
		return NULL;
	struct str *names = arena_zalloc(build->arena, (rules->tree_count + 1) * sizeof(*names));
	for (size_t i = 0; i < rules->tree_count; i++) {
		names[i] = rules->trees[i].name;
		if (str_eq(names[i], name))
			return &rules->trees[i];
	}
	if (build->compiler->incomplete)
		return NULL;
	struct diag_list *diags = build->compiler->reader.diags;
	diag_suggest(diags,
	             diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_TOPICS, doc->range,
	                      "no tree of topics \"%.*s\" is declared in the rules", STR_ARG(name)),
	             name, names, rules->tree_count, "trees");
	return NULL;
}

/* The tree of a segment by path; NULL for one by cases. */
static const struct topic_tree *segment_check(struct rules_build *build, const struct segment_source *source,
                                              const struct doc *doc)
{
	struct diag_list *diags = build->compiler->reader.diags;
	struct case_walk walk = {.build = build};
	if (source->path && source->cases)
		diag_add(diags, DIAG_ERROR, DIAG_CONFLICT, source->path->range,
		         "a segment has `cases` or a `path`, not both");
	if (source->path && source->topics)
		return tree_find(build, source->topics);
	if (source->path || source->topics)
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_MISSING_KEY,
		                   (source->path ? source->path : source->topics)->range, "the key \"%s\" is missing",
		                   source->path ? "tree" : "path"),
		          "a segment by path names the tree of topics that its paths are from");
	else if (!source->cases)
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_MISSING_KEY, doc->range, "the key \"cases\" is missing"),
		          "cases: Named conditions, in order; the first that is true is the customer's.");
	cases_check(&walk, source->cases, (struct str){0});
	if (source->otherwise.len)
		case_name(&walk, doc_get(doc, STR("else")), (struct str){0});
	rules_check_names(build, &walk.names, "case", false);
	return NULL;
}

void rules_read_segment(struct rules_build *build, const struct doc *doc)
{
	struct segment_source source = {0};
	doc_read(&build->compiler->reader, doc, SEGMENT_FIELDS, &source);
	const struct topic_tree *tree = segment_check(build, &source, doc);
	if (source.name.len == 0)
		return;
	rules_name(build, &build->segment_names, source.name, doc_get(doc, STR("segment"))->range);
	struct segment_rule *rule = arena_list_add(&build->segments, build->arena, sizeof(*rule));
	*rule = (struct segment_rule){source.name, doc, tree};
}

void rules_end_segments(struct rules_build *build)
{
	rules_check_names(build, &build->segment_names, "segment", false);
	build->rules->segments = build->segments.items;
	build->rules->segment_count = build->segments.count;
}

/* needs: what is below the name in a map of templates; NULL: nothing is said. */
static void template_add(struct rules_build *build, const struct doc *key, const struct doc *needs)
{
	struct template_keys keys = {0};
	struct str name;
	if (!compiler_name(build->compiler, key, &name))
		return;
	if (needs && !doc_null(needs))
		doc_read(&build->compiler->reader, needs, TEMPLATE_FIELDS, &keys);
	rules_name(build, &build->template_names, name, key->range);
	struct template_need *need = arena_list_add(&build->template_needs, build->arena, sizeof(*need));
	*need = (struct template_need){name, keys.needs.items, keys.needs.count};
}

void rules_read_templates(struct rules_build *build, const struct doc *doc)
{
	struct compiler *compiler = build->compiler;
	struct templates_source source = {0};
	compiler->templates_listed = true;
	doc_read(&compiler->reader, doc, TEMPLATES_FIELDS, &source);
	const struct doc *list = source.templates;
	if (list && list->kind == DOC_MAP) {
		for (size_t i = 0; i < list->count; i++)
			template_add(build, list->pairs[i].key, list->pairs[i].value);
		return;
	}
	if (!list || !doc_expect(&compiler->reader, list, DOC_LIST, "templates")) {
		compiler->incomplete = true;
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		template_add(build, list->items[i], NULL);
}

static int named_cmp(const void *a, const void *b)
{
	return str_cmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static int need_cmp(const void *a, const void *b)
{
	return str_cmp(((const struct template_need *)a)->name, ((const struct template_need *)b)->name);
}

void rules_end_templates(struct rules_build *build)
{
	struct arena_list *names = &build->template_names;
	rules_check_names(build, names, "template", false);
	if (names->count)
		qsort(names->items, names->count, sizeof(struct named), named_cmp);
	struct str *templates = arena_alloc(build->arena, (names->count + 1) * sizeof(*templates));
	struct diag_range *places = arena_alloc(build->arena, (names->count + 1) * sizeof(*places));
	for (size_t i = 0; i < names->count; i++) {
		templates[i] = ((struct named *)names->items)[i].name;
		places[i] = ((struct named *)names->items)[i].range;
	}
	if (names->count)
		qsort(build->template_needs.items, names->count, sizeof(struct template_need), need_cmp);
	build->rules->template_needs = build->template_needs.items;
	build->rules->templates = templates;
	build->rules->template_count = names->count;
	build->compiler->template_places = places;
}

/* What is wrong with a cap's numbers; NULL when nothing is. */
static const char *cap_fault(const struct cap_source *cap, struct str *key, const char **hint)
{
	*key = STR("max");
	*hint = "every message counted is remembered for each customer";
	if (cap->max < 1) {
		*hint = "to stop a journey, take its file away";
		return "a cap of less than one message would stop every message";
	}
	if (cap->max > 1000)
		return "a cap of more than 1000 messages is no protection";
	*key = STR("within");
	if (cap->within.ms > 366 * DAY_MS)
		return "a cap's window may be 366 days at most";
	*hint = "write a length of time such as 7d";
	return cap->within.ms < 1000 ? "a cap needs a window of a second at least" : NULL;
}

/* What is no number or duration was reported when it was read. */
static bool readable(struct str key, const struct doc *value)
{
	struct duration duration;
	if (str_eq(key, STR("within")))
		return duration_parse(value->text, &duration);
	return scalar_resolve(value).type == SCALAR_INT;
}

static bool cap_check(struct rules_build *build, const struct cap_source *cap, const struct doc *doc)
{
	struct diag_list *diags = build->compiler->reader.diags;
	struct str key;
	const char *hint, *fault = cap_fault(cap, &key, &hint);
	if (fault && readable(key, doc_get(doc, key)))
		diag_hint(diags, diag_add(diags, DIAG_ERROR, DIAG_BAD_CAP, doc_get(doc, key)->range, "%s", fault), "%s",
		          hint);
	return !fault;
}

/* What a cap counts besides a channel. */
static uint16_t cap_label(struct rules_build *build, const struct cap_source *cap, const struct doc *doc)
{
	if (cap->topic.len && cap->tag.len)
		diag_hint(build->compiler->reader.diags,
		          diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_CONFLICT,
		                   doc_get(doc, STR("tag"))->range, "a cap counts a topic or a tag, not both"),
		          "write two caps");
	if (cap->topic.len)
		return policy_label("topic", cap->topic);
	return cap->tag.len ? policy_label("tag", cap->tag) : 0;
}

void rules_add_cap(struct rules_build *build, const struct cap_place *place, const struct cap_source *source,
                   const struct doc *doc)
{
	struct str name = source->name;
	if (!doc_get(doc, STR("max")) || !doc_get(doc, STR("within")) || !cap_check(build, source, doc))
		return;
	if (name.len == 0) {
		struct buf buf = {0};
		duration_print(&buf, source->within);
		name = arena_printf(build->arena, "%" PRId64 "-per-%.*s", source->max, STR_ARG(buf_view(&buf)));
		buf_release(&buf);
	}
	rules_name(build, place->names, name, doc->range);
	struct frequency_cap *cap = arena_list_add(place->caps, build->arena, sizeof(*cap));
	*cap = (struct frequency_cap){name,
	                              source->channel,
	                              source->max,
	                              source->within,
	                              cap_label(build, source, doc),
	                              source->topic.len ? source->topic : source->tag};
}

void rules_read_contact_policy(struct rules_build *build, const struct doc *doc)
{
	struct contact_policy_source source = {0};
	build->rules->policy.service_exempt = POLICY_SERVICE_EXEMPT;
	doc_read(&build->compiler->reader, doc, CONTACT_POLICY_FIELDS, &source);
	const struct cap_source *caps = source.policy.caps.items;
	const struct doc *policy = doc_get(doc, STR("contact_policy"));
	const struct doc *list = doc_get(policy, STR("frequency_caps"));
	for (size_t i = 0; i < source.policy.caps.count; i++)
		rules_add_cap(build, &(struct cap_place){&build->caps, &build->cap_names}, &caps[i], list->items[i]);
	rules_read_contacts(build, &source, policy);
}

static void remember_for(struct rules *rules, const struct frequency_cap *caps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (caps[i].within.ms > rules->ledger_window.ms)
			rules->ledger_window = caps[i].within;
}

void rules_end_contact_policy(struct rules_build *build)
{
	struct rules *rules = build->rules;
	rules_check_names(build, &build->cap_names, "frequency cap", false);
	rules->caps = build->caps.items;
	struct diag_range *places = arena_alloc(build->arena, (build->caps.count + 1) * sizeof(*places));
	for (size_t i = 0; i < build->caps.count; i++)
		places[i] = ((const struct named *)build->cap_names.items)[i].range;
	build->compiler->cap_places = places;
	rules->cap_count = build->caps.count;
	rules->ledger_window.ms = DAY_MS; /* the breaker's */
	remember_for(rules, rules->caps, rules->cap_count);
	remember_for(rules, rules->policy.choices, rules->policy.choice_count);
}

void rules_read_limits(struct rules_build *build, const struct doc *doc)
{
	struct limits_source source = {0};
	doc_read(&build->compiler->reader, doc, LIMITS_FIELDS, &source);
	build->rules->duplicate_window = source.limits.duplicate_window;
	build->rules->actions_per_day = source.limits.actions_per_day;
	build->rules->journeys_at_once = source.limits.journeys_at_once;
	build->rules->timezone = compiler_zone(build->compiler, source.limits.timezone);
	build->rules->value_size = source.limits.value_size;
	build->rules->record_size = source.limits.record_size;
	build->rules->action_size = source.limits.action_size;
}

void rules_end_limits(struct rules_build *build)
{
	struct rules *rules = build->rules;
	if (rules->duplicate_window == 0)
		rules->duplicate_window = 16;
	if (rules->actions_per_day == 0)
		rules->actions_per_day = 20;
	if (rules->value_size == 0) {
		rules->value_size = 16 * 1024;
		rules->record_size = 256 * 1024;
		rules->action_size = 128 * 1024;
	}
}
