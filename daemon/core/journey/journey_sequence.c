/* SPDX-License-Identifier: Apache-2.0 */
/* A sequence: what stands `before` and `after` the anchor, merged into one list by moment. */
#include "core/journey/journey_compile.h"

enum { MAX_TOUCHES = 64, MAX_DAYS = 36600 };

struct touch_draft {
	struct touch touch;
	int64_t moment; /* milliseconds from the anchor, a day being 24 hours: the order */
	struct diag_range range;
};

struct sequence_build {
	struct journey_build *build;
	const struct sequence_source *source;
	struct arena_list drafts;
};

/* Whether this offset can be; reported when not. */
static bool offset_check(struct sequence_build *sequence, const struct doc *key, struct duration offset)
{
	struct diag_list *diags = sequence->build->compiler->reader.diags;
	if (offset.ms > MAX_DAYS * DAY_MS) {
		diag_add(diags, DIAG_ERROR, DIAG_BAD_SEQUENCE, key->range, "\"%.*s\" is more than a hundred years",
		         STR_ARG(key->text));
		return false;
	}
	if (sequence->source->has_at && offset.ms % DAY_MS) {
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_BAD_SEQUENCE, key->range,
		                   "\"%.*s\" is not a whole number of days, and `at` already says the time of day",
		                   STR_ARG(key->text)),
		          "write whole days, or take `at` away");
		return false;
	}
	return true;
}

static void side_read(struct sequence_build *sequence, const struct doc *map, const char *what, int sign)
{
	static const struct field offset_field = {.key = "offset", .kind = FIELD_DURATION};
	struct compiler *compiler = sequence->build->compiler;
	if (!map || !doc_expect(&compiler->reader, map, DOC_MAP, what))
		return;
	for (size_t i = 0; i < map->count; i++) {
		struct duration offset;
		struct str name;
		bool good = doc_read_value(&compiler->reader, map->pairs[i].key, &offset_field, &offset);
		good = good && offset_check(sequence, map->pairs[i].key, offset);
		if (!compiler_name(compiler, map->pairs[i].value, &name) || !good)
			continue;
		struct arena *arena = compiler->reader.arena;
		struct touch_draft *draft = arena_list_add(&sequence->drafts, arena, sizeof(*draft));
		draft->touch.name = name;
		draft->touch.days = sign * (int32_t)(offset.ms / DAY_MS);
		draft->touch.more.ms = sign * (offset.ms % DAY_MS);
		draft->moment = sign * offset.ms;
		draft->range = map->pairs[i].key->range;
		struct named *named = arena_list_add(&sequence->build->names, arena, sizeof(*named));
		*named = (struct named){name, map->pairs[i].value->range};
	}
}

/* Of two at the same moment the one that stands first in the file comes first. */
static int draft_cmp(const void *a, const void *b)
{
	const struct touch_draft *x = a, *y = b;
	if (x->moment != y->moment)
		return x->moment < y->moment ? -1 : 1;
	return (x->range.from > y->range.from) - (x->range.from < y->range.from);
}

static bool says_nothing(const struct doc *side)
{
	return !side || (side->kind == DOC_MAP && side->count == 0);
}

/* The key `sequence` of the node. */
static struct diag_range key_range(const struct doc *node)
{
	for (size_t i = 0; i < node->count; i++)
		if (str_eq(node->pairs[i].key->text, STR("sequence")))
			return node->pairs[i].key->range;
	return node->range;
}

static void check_drafts(struct sequence_build *sequence, const struct doc *doc)
{
	struct diag_list *diags = sequence->build->compiler->reader.diags;
	const struct touch_draft *drafts = sequence->drafts.items;
	size_t count = sequence->drafts.count;
	for (size_t i = 1; i < count; i++) {
		if (drafts[i].moment != drafts[i - 1].moment)
			continue;
		struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_BAD_SEQUENCE, drafts[i].range,
		                             "\"%.*s\" and \"%.*s\" would go out at the same moment",
		                             STR_ARG(drafts[i - 1].touch.name), STR_ARG(drafts[i].touch.name));
		diag->related = drafts[i - 1].range;
		diag->related_message = STR("the first one is here");
	}
	if (says_nothing(sequence->source->before) && says_nothing(sequence->source->after))
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_BAD_SEQUENCE, key_range(doc), "this sequence is empty"),
		          "add `before:` or `after:`, such as before: { 7d: reminder }");
	if (count > MAX_TOUCHES)
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_BAD_SEQUENCE, key_range(doc),
		                   "a sequence may have %d names at most, this one has %zu", MAX_TOUCHES, count),
		          "go on in a second sequence");
}

static void check_anchor(struct journey_build *build, const struct doc *doc)
{
	struct diag_list *diags = build->compiler->reader.diags;
	if (build->place.anchor.kind != TYPE_NULL)
		return;
	diag_hint(diags,
	          diag_add(diags, DIAG_ERROR, DIAG_BAD_SEQUENCE, key_range(doc),
	                   "this journey has no date to count from"),
	          "add `anchor: { date: event.FIELD }` to the journey");
}

void journey_sequence_compile(struct journey_build *build, const struct doc *doc, const struct sequence_source *source,
                              struct sequence *out)
{
	struct sequence_build sequence = {.build = build, .source = source};
	side_read(&sequence, source->before, "before", -1);
	side_read(&sequence, source->after, "after", 1);
	size_t count = sequence.drafts.count;
	if (count)
		qsort(sequence.drafts.items, count, sizeof(struct touch_draft), draft_cmp);
	check_drafts(&sequence, doc);
	check_anchor(build, doc);
	struct touch *touches = arena_alloc(build->compiler->reader.arena, (count + 1) * sizeof(*touches));
	for (size_t i = 0; i < count; i++)
		touches[i] = ((const struct touch_draft *)sequence.drafts.items)[i].touch;
	out->touches = touches;
	out->count = count;
	out->has_at = source->has_at;
	out->at = source->at;
	out->late_join = (enum late_join)source->late_join;
}
