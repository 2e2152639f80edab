/* SPDX-License-Identifier: Apache-2.0 */
/* One line of `expect`. */
#include "core/story/story_parts.h"

struct raw_expect {
	const struct doc *at, *send, *skipped, *exited, *entered, *not_entered, *waiting, *data, *emit, *fields;
	struct str node;
};

#define WORD(name, text) \
	{ \
		.key = #name, .kind = FIELD_DOC, .offset = offsetof(struct raw_expect, name), .about = text, \
		.note = "word" \
	}

const struct field STORY_EXPECT_FIELDS[] = {
        {.key = "at",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_expect, at),
         .required = true,
         .about = "When: local time of the customer, RFC 3339, or a beginning such as 2026-04-09T..",
         .note = "moment"},
        WORD(send, "The template that is sent then."),
        WORD(skipped, "The reason why a node does not send then."),
        WORD(waiting, "The reason why a message waits from then on."),
        WORD(exited, "The reason why the instance ends then, or the `as` of its exit."),
        WORD(entered, "The key of the instance that begins then; .. for any."),
        WORD(not_entered, "The reason why none begins then."),
        {.key = "node",
         .kind = FIELD_STR,
         .offset = offsetof(struct raw_expect, node),
         .about = "The node or touch; any when left out."},
        {.key = "data",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_expect, data),
         .about = "Fields that the send's data must have.",
         .note = "map of data"},
        {.key = "fields",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_expect, fields),
         .about = "Fields that the emitted event must have.",
         .note = "map of data"},
        WORD(emit, "The event that a node makes then, for journeys or for other systems."),
        {0},
};

/* The kinds by the words they are written with. */
struct kind_word {
	size_t offset;
	enum decision_kind kind;
};

static const struct kind_word KINDS[] = {
        {offsetof(struct raw_expect, send), DECISION_SENT},
        {offsetof(struct raw_expect, skipped), DECISION_SKIPPED},
        {offsetof(struct raw_expect, waiting), DECISION_WAITING},
        {offsetof(struct raw_expect, exited), DECISION_EXITED},
        {offsetof(struct raw_expect, entered), DECISION_ENTERED},
        {offsetof(struct raw_expect, not_entered), DECISION_NOT_ENTERED},
        {offsetof(struct raw_expect, emit), DECISION_ADVANCED},
};

/* The word that is there; reported unless it is exactly one. */
static const struct doc *choose(struct story_reading *reading, const struct doc *doc, const struct raw_expect *raw,
                                enum decision_kind *kind)
{
	const struct doc *chosen = NULL;
	size_t count = 0;
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
		const struct doc *word;
		memcpy(&word, (const char *)raw + KINDS[i].offset, sizeof word);
		if (!word)
			continue;
		chosen = word;
		*kind = KINDS[i].kind;
		count++;
	}
	if (count == 1 && doc_expect(reading->reader, chosen, DOC_SCALAR, "what is expected"))
		return chosen;
	if (count != 1)
		diag_add(reading->reader->diags, DIAG_ERROR, DIAG_STORY, doc->range,
		         "an expectation has one of send, skipped, waiting, exited, entered, not_entered, emit");
	return NULL;
}

static bool check_template(struct story_reading *reading, const struct doc *name)
{
	const struct rules *rules = &reading->context->set->rules;
	if (rules_template(rules, name->text))
		return true;
	struct diag *diag = diag_add(reading->reader->diags, DIAG_ERROR, DIAG_UNKNOWN_TEMPLATE, name->range,
	                             "no template \"%.*s\" is listed", STR_ARG(name->text));
	diag_suggest(reading->reader->diags, diag, name->text, rules->templates, rules->template_count, "templates");
	return false;
}

/* Every reason, and what the journey itself calls its exits. */
static size_t collect_reasons(const struct journey *journey, struct str *names)
{
	size_t count = 0;
	for (int i = REASON_NONE + 1; i < REASON_COUNT; i++)
		names[count++] = reason_text((enum reason)i);
	for (size_t i = 0; i < journey->ending_count; i++)
		names[count++] = journey->endings[i].as;
	for (size_t i = 0; i < journey->node_count; i++)
		if (journey->nodes[i].kind == NODE_EXIT)
			names[count++] = journey->nodes[i].exit_as;
	return count;
}

/* What the contact policy calls its caps and rules: a decision names them. */
static size_t collect_policy(const struct rules *rules, struct str *names)
{
	size_t count = 0;
	for (size_t i = 0; i < rules->cap_count; i++)
		names[count++] = rules->caps[i].name;
	for (size_t i = 0; i < rules->policy.choice_count; i++)
		names[count++] = rules->policy.choices[i].name;
	for (size_t i = 0; i < rules->policy.suppress_when.count; i++)
		names[count++] = rules->policy.suppress_when.items[i].name;
	return count;
}

static bool check_reason(struct story_reading *reading, const struct doc *name)
{
	const struct journey *journey = reading->journey;
	const struct rules *rules = &reading->context->set->rules;
	size_t most = REASON_COUNT + journey->ending_count + journey->node_count + rules->cap_count +
	              rules->policy.choice_count + rules->policy.suppress_when.count;
	struct str *names = arena_alloc(reading->reader->arena, most * sizeof *names);
	size_t count = collect_reasons(journey, names);
	count += collect_policy(rules, names + count);
	for (size_t i = 0; i < count; i++)
		if (str_eq(names[i], name->text))
			return true;
	struct diag *diag = diag_add(reading->reader->diags, DIAG_ERROR, DIAG_STORY, name->range,
	                             "\"%.*s\" is no reason", STR_ARG(name->text));
	diag_suggest(reading->reader->diags, diag, name->text, names, count, "reasons");
	return false;
}

static bool read_when(struct story_reading *reading, const struct doc *at, struct story_expect *out)
{
	if (!doc_expect(reading->reader, at, DOC_SCALAR, "a time"))
		return false;
	struct str text = at->text;
	bool prefix = text.len >= 2 && memcmp(text.ptr + text.len - 2, "..", 2) == 0;
	out->at = prefix ? str_sub(text, 0, text.len - 2) : text;
	out->when = prefix ? STORY_PREFIX : STORY_AT;
	if (!prefix)
		return story_time_read(reading, at, &reading->story->start, &out->moment);
	if (story_prefix_parse(out->at, reading->story->customer.zone, &out->moment))
		return true;
	diag_add(reading->reader->diags, DIAG_ERROR, DIAG_BAD_VALUE, at->range,
	         "\"%.*s\" is not the beginning of a time", STR_ARG(text));
	return false;
}

/* A message has data, an event has fields. */
static bool check_data(struct story_reading *reading, const struct raw_expect *raw, const struct doc *word)
{
	const struct doc *wrong = word && word == raw->emit ? raw->data : raw->fields;
	if (wrong)
		diag_add(reading->reader->diags, DIAG_ERROR, DIAG_STORY, wrong->range,
		         "what is sent has `data`, what is emitted has `fields`");
	const struct doc *data = raw->data ? raw->data : raw->fields;
	return !wrong && (!data || doc_expect(reading->reader, data, DOC_MAP, raw->data ? "data" : "fields"));
}

static bool check_word(struct story_reading *reading, const struct doc *word, enum decision_kind kind)
{
	if (kind == DECISION_SENT)
		return check_template(reading, word);
	if (kind == DECISION_ADVANCED && !str_eq(word->text, STR("..")))
		return story_event_find(reading, word) != NULL;
	return kind == DECISION_ENTERED || str_eq(word->text, STR("..")) || check_reason(reading, word);
}

bool story_expect_read(struct story_reading *reading, const struct doc *doc, struct story_expect *out)
{
	struct raw_expect raw = {0};
	if (!doc_expect(reading->reader, doc, DOC_MAP, "an expectation"))
		return false;
	if (!doc_read(reading->reader, doc, STORY_EXPECT_FIELDS, &raw))
		return false;
	bool right = read_when(reading, raw.at, out);
	const struct doc *word = choose(reading, doc, &raw, &out->kind);
	right = word && check_word(reading, word, out->kind) && right;
	right = check_data(reading, &raw, word) && right;
	if (word && !str_eq(word->text, STR("..")))
		out->text = word->text;
	out->node = raw.node;
	out->data = raw.data ? raw.data : raw.fields;
	out->range = doc->range;
	return right;
}
