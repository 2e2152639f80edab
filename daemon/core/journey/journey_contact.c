/* SPDX-License-Identifier: Apache-2.0 */
/* What a send says to the contact policy: its class, topic, tags, what it promotes, and what happens when it may not
 * go. What the policy asks of its channel and topic is looked up here, once. */
#include "core/base/hash.h"
#include "core/journey/journey_compile.h"
#include "core/rules/rules_fields.h"

static const struct expr *rule_find(const struct policy_rules *rules, struct str name)
{
	for (size_t i = 0; i < rules->count; i++)
		if (str_eq(rules->items[i].name, name))
			return rules->items[i].when;
	return NULL;
}

static bool listed(const struct policy_rules *rules, struct str name)
{
	for (size_t i = 0; i < rules->count; i++)
		if (str_eq(rules->items[i].name, name))
			return true;
	return false;
}

static void topic_compile(struct journey_build *build, const struct doc *doc, struct send *out)
{
	const struct contact_policy *policy = &build->compiler->rules->policy;
	if (!compiler_name(build->compiler, doc, &out->topic))
		return;
	out->topic_on = rule_find(&policy->topics, out->topic);
	if (!policy->topics_listed || listed(&policy->topics, out->topic) || build->compiler->incomplete)
		return;
	struct diag_list *diags = build->compiler->reader.diags;
	struct str *names = arena_alloc(diags->arena, (policy->topics.count + 1) * sizeof(*names));
	for (size_t i = 0; i < policy->topics.count; i++)
		names[i] = policy->topics.items[i].name;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_BAD_POLICY, doc->range,
	                             "the contact policy has no topic \"%.*s\"", STR_ARG(out->topic));
	diag_suggest(diags, diag, out->topic, names, policy->topics.count, "topics");
}

static const struct frequency_cap *cap_find(const struct rules *rules, uint16_t label)
{
	for (size_t i = 0; i < rules->cap_count; i++)
		if (rules->caps[i].label == label)
			return &rules->caps[i];
	for (size_t i = 0; i < rules->policy.choice_count; i++)
		if (rules->policy.choices[i].label == label)
			return &rules->policy.choices[i];
	return NULL;
}

/* Contacts are remembered by sixteen bits of the word. */
static bool counted(struct journey_build *build, uint16_t label, struct str name)
{
	const struct frequency_cap *cap = cap_find(build->compiler->rules, label);
	if (cap && !str_eq(cap->labelled, name))
		diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_TAG_COLLISION, build->doc->range,
		         "\"%.*s\" cannot be told from \"%.*s\" in stored records; rename one", STR_ARG(name),
		         STR_ARG(cap->labelled));
	return cap != NULL;
}

/* Only what a cap counts is remembered of a message: records stay small. */
static void labels_compile(struct journey_build *build, const struct field_list *tags, struct send *out)
{
	const struct str *names = tags->items;
	uint16_t *labels = arena_alloc(build->compiler->reader.arena, (tags->count + 1) * sizeof(*labels));
	uint16_t topic = out->topic.len ? policy_label("topic", out->topic) : 0;
	if (topic && counted(build, topic, out->topic))
		labels[out->label_count++] = topic;
	for (size_t i = 0; i < tags->count && out->label_count < UINT8_MAX; i++) {
		uint16_t tag = policy_label("tag", names[i]);
		if (counted(build, tag, names[i]))
			labels[out->label_count++] = tag;
	}
	out->labels = labels;
}

static void channel_compile(const struct rules *rules, struct send *out)
{
	out->channel_tag = (uint16_t)hash_tag(out->channel);
	out->consent = rule_find(&rules->policy.consent, out->channel);
	out->channel_on = rule_find(&rules->policy.channels, out->channel);
}

static void fallback_compile(struct journey_build *build, const struct send_source *source,
                             const struct field_list *names, struct send *out)
{
	struct fallback_source read = {0};
	struct doc_reader *reader = &build->compiler->reader;
	if (!doc_read(reader, source->on_cap, FALLBACK_FIELDS, &read))
		return;
	if (str_eq(read.channel, out->channel)) {
		diag_hint(reader->diags,
		          diag_add(reader->diags, DIAG_ERROR, DIAG_BAD_POLICY,
		                   doc_get(source->on_cap, STR("fallback"))->range,
		                   "the fallback is the channel that the message goes by anyway"),
		          "name another channel");
		return;
	}
	struct send *fallback = arena_alloc(reader->arena, sizeof(*fallback));
	*fallback = *out;
	fallback->channel = read.channel;
	fallback->on_cap = ON_CAP_SKIP;
	channel_compile(build->compiler->rules, fallback);
	journey_send_template(build, read.template, names, fallback);
	out->on_cap = ON_CAP_FALLBACK;
	out->fallback = fallback;
}

static void on_cap_compile(struct journey_build *build, const struct send_source *source,
                           const struct field_list *names, struct send *out)
{
	static const struct field WORD = {.key = "on_cap", .kind = FIELD_CHOICE, .choices = ON_CAP_WORDS};
	int word = build->compiler->rules->policy.on_cap;
	out->on_cap = (enum on_cap)word;
	if (!source->on_cap)
		return;
	if (source->on_cap->kind == DOC_MAP) {
		fallback_compile(build, source, names, out);
		return;
	}
	if (str_eq(source->on_cap->text, STR("fallback"))) {
		struct diag_list *diags = build->compiler->reader.diags;
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_BAD_CHOICE, source->on_cap->range,
		                   "`fallback` does not say by which channel"),
		          "write { fallback: sms }");
		return;
	}
	if (doc_read_value(&build->compiler->reader, source->on_cap, &WORD, &word))
		out->on_cap = (enum on_cap)word;
}

static void promotes_compile(struct journey_build *build, const struct doc *doc, struct send *out)
{
	static const struct type TEXT = {TYPE_STRING, NULL};
	if (!doc)
		return;
	struct expr_env env = journey_build_env(build, SCOPE_NODE, NULL);
	const struct doc_reader *reader = &build->compiler->reader;
	out->promotes = expr_compile(doc, &env, &TEXT, reader->arena, reader->diags);
}

static bool held_by_night(const struct quiet_hours *quiet, const struct send *send)
{
	bool mine = quiet->channel_count == 0;
	for (size_t i = 0; i < quiet->channel_count; i++)
		mine = mine || str_eq(quiet->channels[i], send->channel);
	return mine && quiet->given && send->on_quiet == ON_QUIET_DEFER && !(send->free_of & POLICY_QUIET);
}

/* The map of the send that has this template. */
static const struct doc *holder(const struct doc *doc, const struct doc *template)
{
	const struct doc *found = NULL;
	if (doc->kind == DOC_MAP && doc_get(doc, STR("template")) == template)
		return doc;
	for (size_t i = 0; doc->kind != DOC_SCALAR && !found && i < doc->count; i++)
		found = holder(doc->kind == DOC_LIST ? doc->items[i] : doc->pairs[i].value, template);
	return found;
}

/* Where a send's `stale_after` is written; else, as the policy's, its template. */
static struct diag_range stale_place(const struct journey_build *build, const struct doc *template)
{
	const struct doc *map = template ? holder(build->doc, template) : NULL;
	const struct doc *own = map ? doc_get(map, STR("stale_after")) : NULL;
	if (own)
		return own->range;
	return template ? template->range : build->doc->range;
}

/* A message of the evening waits for the morning, unless it is stale by then: then the evening's are never sent. */
static void night_check(struct journey_build *build, const struct send *send, const struct doc *template)
{
	const struct quiet_hours *quiet = &build->compiler->rules->policy.quiet;
	struct duration night = {(quiet->to.ms - quiet->from.ms + DAY_MS) % DAY_MS};
	if (!held_by_night(quiet, send) || send->stale_after.ms == 0 || send->stale_after.ms >= night.ms)
		return;
	struct diag_list *diags = build->compiler->reader.diags;
	struct buf hours = {0}, stale = {0};
	duration_print(&hours, night);
	duration_print(&stale, send->stale_after);
	diag_hint(diags,
	          diag_add(diags, DIAG_WARNING, DIAG_STALE_BEFORE_SENT, stale_place(build, template),
	                   "quiet hours may hold this for %.*s, but after %.*s it is given up (`stale_after`)",
	                   STR_ARG(buf_view(&hours)), STR_ARG(buf_view(&stale))),
	          "let it wait longer, or write `on_quiet: skip`");
	buf_release(&hours);
	buf_release(&stale);
}

static void stale_check(struct journey_build *build, const struct send_source *source, const struct send *send)
{
	if (source->has_stale_after && send->stale_after.ms > POLICY_LONGEST_DAYS * DAY_MS)
		compiler_stale(build->compiler, stale_place(build, source->template), send->stale_after);
	night_check(build, send, source->template);
}

void journey_contact_compile(struct journey_build *build, const struct send_source *source,
                             const struct field_list *names, struct send *out)
{
	const struct rules *rules = build->compiler->rules;
	out->service = source->class == 1;
	out->free_of = (out->service ? rules->policy.service_exempt : 0) | (source->exempt ? POLICY_CAPS : 0);
	out->exempt = out->free_of & POLICY_CAPS;
	out->on_quiet = source->has_on_quiet ? (enum on_quiet)source->on_quiet : rules->policy.on_quiet;
	out->stale_after = source->has_stale_after ? source->stale_after : rules->policy.stale_after;
	channel_compile(rules, out);
	topic_compile(build, source->topic, out);
	labels_compile(build, &source->tags, out);
	promotes_compile(build, source->promotes, out);
	on_cap_compile(build, source, names, out);
	stale_check(build, source, out);
}
