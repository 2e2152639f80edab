/* SPDX-License-Identifier: Apache-2.0 */
/* The contact policy apart from its caps: consent, channels, topics, silence, quiet hours, defaults. */
#include "core/base/hash.h"
#include "core/rules/rules_compile.h"
#include "core/rules/rules_fields.h"

uint16_t policy_label(const char *kind, struct str name)
{
	char text[160];
	int len = snprintf(text, sizeof(text), "%s %.*s", kind, STR_ARG(name));
	uint16_t label = (uint16_t)hash_tag((struct str){text, (size_t)len});
	return label ? label : 1;
}

static struct expr_env policy_env(struct compiler *compiler)
{
	static const struct {
		struct str path;
		enum type_kind type;
		bool certain;
	} NAMES[POLICY_NAME_COUNT] = {
	        [POLICY_NOW] = {{"now", 3}, TYPE_TIMESTAMP, true},
	        [POLICY_CHANNEL] = {{"channel", 7}, TYPE_STRING, true},
	        [POLICY_TOPIC] = {{"topic", 5}, TYPE_STRING, false},
	        [POLICY_PROMOTES] = {{"promotes", 8}, TYPE_STRING, false},
	        [POLICY_JOURNEY] = {{"journey", 7}, TYPE_STRING, true},
	};
	struct env_names names = {.arena = compiler->reader.arena};
	env_add_profile(&names, compiler);
	env_add_traits(&names, compiler);
	for (size_t i = 0; i < POLICY_NAME_COUNT; i++)
		env_add(&names, (struct expr_name){.path = NAMES[i].path,
		                                   .type = {NAMES[i].type, NULL},
		                                   .bank = BANK_ENTRY,
		                                   .slot = (uint16_t)i,
		                                   .certain = NAMES[i].certain});
	return (struct expr_env){names.items, names.count, {0}, compiler->zones, &compiler->rules->hours};
}

static struct policy_rules map_compile(struct rules_build *build, const struct doc *map, const char *what)
{
	struct compiler *compiler = build->compiler;
	if (!map || !doc_expect(&compiler->reader, map, DOC_MAP, what))
		return (struct policy_rules){0};
	struct expr_env env = policy_env(compiler);
	struct policy_rule *rules = arena_zalloc(build->arena, (map->count + 1) * sizeof(*rules));
	size_t count = 0;
	for (size_t i = 0; i < map->count; i++) {
		if (compiler_cut_expression(compiler, &map->pairs[i]))
			continue;
		compiler_name(compiler, map->pairs[i].key, &rules[count].name);
		rules[count++].when = compiler_condition(compiler, map->pairs[i].value, &env);
	}
	return (struct policy_rules){rules, count};
}

static void suppress_compile(struct rules_build *build, const struct field_list *list, const struct doc *doc)
{
	const struct suppress_source *sources = list->items;
	struct policy_rule *rules = arena_zalloc(build->arena, (list->count + 1) * sizeof(*rules));
	struct arena_list names = {0};
	struct expr_env env = policy_env(build->compiler);
	for (size_t i = 0; i < list->count; i++) {
		rules[i] = (struct policy_rule){sources[i].name,
		                                compiler_condition(build->compiler, sources[i].when, &env)};
		const struct doc *name = doc_get(doc->items[i], STR("name"));
		if (name)
			rules_name(build, &names, sources[i].name, name->range);
	}
	rules_check_names(build, &names, "rule of suppress_when", false);
	build->rules->policy.suppress_when = (struct policy_rules){rules, list->count};
}

static void quiet_compile(struct rules_build *build, const struct quiet_source *source, const struct doc *doc)
{
	const struct doc *to = doc_get(doc, STR("to"));
	if (to && doc_get(doc, STR("from")) && source->from.ms % DAY_MS == source->to.ms % DAY_MS) {
		struct diag_list *diags = build->compiler->reader.diags;
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_BAD_POLICY, to->range,
		                   "quiet hours that end when they begin would never end, or never be"),
		          "write the time of day at which messages may go again");
	}
	build->rules->policy.quiet = (struct quiet_hours){
	        .given = true,
	        .from = source->from,
	        .to = {(int32_t)(source->to.ms % DAY_MS)},
	        .channels = source->channels.items,
	        .channel_count = source->channels.count,
	};
}

void compiler_stale(struct compiler *compiler, struct diag_range range, struct duration stale_after)
{
	struct diag_list *diags = compiler->reader.diags;
	struct buf text = {0};
	if (stale_after.ms <= POLICY_LONGEST_DAYS * DAY_MS)
		return;
	duration_print(&text, stale_after);
	diag_hint(diags,
	          diag_add(diags, DIAG_ERROR, DIAG_BAD_POLICY, range,
	                   "`stale_after: %.*s` is never come to: no message waits longer than %d days",
	                   STR_ARG(buf_view(&text)), POLICY_LONGEST_DAYS),
	          "write %dd, or leave it out", POLICY_LONGEST_DAYS);
	buf_release(&text);
}

static const struct doc *list_item(const struct doc *list, size_t i)
{
	return list->kind == DOC_LIST ? list->items[i] : list;
}

static void service_compile(struct rules_build *build, const struct field_list *words, const struct doc *doc)
{
	static const struct str WORDS[] = {{"consent", 7},        {"channels", 8},     {"topics", 6},
	                                   {"suppress_when", 13}, {"quiet_hours", 11}, {"frequency_caps", 14},
	                                   {"holdout", 7}};
	enum { COUNT = sizeof(WORDS) / sizeof(WORDS[0]) };
	struct diag_list *diags = build->compiler->reader.diags;
	const struct str *names = words->items;
	unsigned exempt = 0;
	for (size_t i = 0; i < words->count; i++) {
		size_t word = 0;
		while (word < COUNT && !str_eq(WORDS[word], names[i]))
			word++;
		if (word < COUNT) {
			exempt |= 1U << word;
			continue;
		}
		struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_BAD_CHOICE, list_item(doc, i)->range,
		                             "a service message cannot be exempt from \"%.*s\"", STR_ARG(names[i]));
		diag_suggest(diags, diag, names[i], WORDS, COUNT, "parts");
	}
	build->rules->policy.service_exempt = exempt;
}

static void how_often_compile(struct rules_build *build, const struct how_often_source *source, const struct doc *doc)
{
	struct contact_policy *policy = &build->rules->policy;
	struct expr_env env = policy_env(build->compiler);
	static const struct type TEXT = {TYPE_STRING, NULL};
	const struct doc_reader *reader = &build->compiler->reader;
	const struct doc *list = doc_get(doc, STR("choices"));
	const struct cap_source *caps = source->choices.items;
	struct arena_list choices = {0}, names = {0};
	if (source->by)
		policy->how_often = expr_compile(source->by, &env, &TEXT, reader->arena, reader->diags);
	for (size_t i = 0; i < source->choices.count; i++)
		rules_add_cap(build, &(struct cap_place){&choices, &names}, &caps[i], list->items[i]);
	rules_check_names(build, &names, "choice", false);
	policy->choices = choices.items;
	policy->choice_count = choices.count;
}

void rules_read_contacts(struct rules_build *build, const struct contact_policy_source *source, const struct doc *doc)
{
	struct contact_policy *policy = &build->rules->policy;
	static const struct type CONDITION = {TYPE_BOOL, NULL};
	struct compiler *compiler = build->compiler;
	struct expr_env env = policy_env(compiler);
	if (source->policy.suppressed)
		policy->suppressed = expr_compile(source->policy.suppressed, &env, &CONDITION, compiler->reader.arena,
		                                  compiler->reader.diags);
	policy->holdout = compiler_share(compiler, source->policy.holdout, "holdout");
	policy->consent = map_compile(build, source->policy.consent, "consent");
	policy->channels = map_compile(build, source->policy.channels, "channels");
	policy->topics = map_compile(build, source->policy.topics, "topics");
	policy->topics_listed = source->policy.topics != NULL;
	suppress_compile(build, &source->policy.suppress_when, doc_get(doc, STR("suppress_when")));
	if (source->policy.has_quiet)
		quiet_compile(build, &source->policy.quiet, doc_get(doc, STR("quiet_hours")));
	if (doc_get(doc, STR("how_often")))
		how_often_compile(build, &source->policy.how_often, doc_get(doc, STR("how_often")));
	if (source->policy.has_service)
		service_compile(build, &source->policy.service.exempt_from,
		                doc_get(doc_get(doc, STR("service")), STR("exempt_from")));
	policy->on_cap = (enum on_cap)source->policy.on_cap;
	policy->on_quiet = (enum on_quiet)source->policy.on_quiet;
	policy->same_instant = (enum same_instant)source->policy.same_instant;
	policy->stale_after = source->policy.stale_after;
	if (doc_get(doc, STR("stale_after")))
		compiler_stale(compiler, doc_get(doc, STR("stale_after"))->range, policy->stale_after);
}
