/* SPDX-License-Identifier: Apache-2.0 */
/* What came out of a story against what was expected. */
#include "core/story/story_run.h"

/* What a message or an emitted event carries. */
struct carried {
	const struct action_field *data;
	size_t count;
};

static struct carried carried(const struct happening *happening)
{
	if (happening->action)
		return (struct carried){happening->action->data, happening->action->data_count};
	if (happening->emission)
		return (struct carried){happening->emission->data, happening->emission->data_count};
	return (struct carried){0};
}

static bool data_fits(const struct doc *wanted, struct carried has)
{
	for (size_t i = 0; i < wanted->count; i++) {
		bool fits = false;
		for (size_t j = 0; j < has.count && !fits; j++)
			fits = str_eq(has.data[j].name, wanted->pairs[i].key->text) &&
			       story_value_is(wanted->pairs[i].value, has.data[j].value);
		if (!fits)
			return false;
	}
	return true;
}

static bool time_fits(const struct play *play, const struct story_expect *expect, struct instant at)
{
	if (expect->when == STORY_AT)
		return expect->moment.ms == at.ms;
	struct buf text = {0};
	story_time_print(&text, at, play->story->customer.zone);
	bool fits = str_starts(buf_view(&text), expect->at);
	buf_release(&text);
	return fits;
}

static bool text_fits(const struct story_expect *expect, const struct happening *happening)
{
	const struct decision *decision = &happening->decision;
	if (expect->kind == DECISION_ADVANCED && !happening->emission)
		return false;
	if (expect->text.len == 0)
		return true;
	if (expect->kind == DECISION_SENT)
		return happening->action && str_eq(expect->text, happening->action->template);
	if (expect->kind == DECISION_ENTERED)
		return str_eq(expect->text, decision->key);
	return str_eq(expect->text, reason_text(decision->reason)) || str_eq(expect->text, decision->detail);
}

static bool fits(const struct play *play, const struct story_expect *expect, const struct happening *happening)
{
	if (happening->event || happening->matched || happening->decision.kind != expect->kind)
		return false;
	if (!text_fits(expect, happening) || !time_fits(play, expect, happening->at))
		return false;
	if (expect->node.len && !str_eq(expect->node, happening->decision.node))
		return false;
	return !expect->data || data_fits(expect->data, carried(happening));
}

static bool match(struct play *play, const struct story_expect *expect)
{
	for (size_t i = 0; i < play->count; i++) {
		if (!fits(play, expect, &play->happenings[i]))
			continue;
		play->happenings[i].matched = true;
		return true;
	}
	return false;
}

/* ---- the timeline ---- */

static bool wants_data(const struct story *story)
{
	for (size_t i = 0; i < story->expect_count; i++)
		if (story->expects[i].data)
			return true;
	return false;
}

static void print_data(struct carried has, struct buf *out)
{
	buf_str(out, STR("  {"));
	for (size_t i = 0; i < has.count; i++) {
		buf_str(out, i ? STR(", ") : (struct str){0});
		buf_printf(out, "%.*s: ", STR_ARG(has.data[i].name));
		if (has.data[i].value.kind == VALUE_STRING)
			value_print(has.data[i].value, out);
		else
			value_print_json(has.data[i].value, out);
	}
	buf_char(out, '}');
}

static struct str kind_word(enum decision_kind kind)
{
	return kind == DECISION_SENT ? STR("send") : kind == DECISION_ADVANCED ? STR("emit") : decision_text(kind);
}

static void print_decision(const struct play *play, const struct happening *happening, struct buf *out)
{
	const struct decision *decision = &happening->decision;
	struct str word =
	        decision->kind == DECISION_ADVANCED ? decision_text(decision->kind) : kind_word(decision->kind);
	buf_printf(out, "%.*s ", STR_ARG(happening->emission ? STR("emit") : word));
	if (happening->action)
		buf_str(out, happening->action->template);
	else if (happening->emission)
		buf_str(out, happening->emission->event->name);
	else
		buf_str(out, decision->kind == DECISION_ENTERED ? decision->key : reason_text(decision->reason));
	if (decision->kind == DECISION_SKIPPED)
		buf_printf(out, " at %.*s", STR_ARG(decision->node));
	if (decision->detail.len && !happening->emission)
		buf_printf(out, " (%.*s)", STR_ARG(decision->detail));
	if ((happening->action || happening->emission) && wants_data(play->story))
		print_data(carried(happening), out);
}

/* In flow style, as it was probably written. */
static void print_doc(const struct doc *doc, struct buf *out)
{
	if (doc->kind == DOC_SCALAR) {
		buf_str(out, doc_null(doc) ? STR("null") : doc->text);
		return;
	}
	buf_char(out, doc->kind == DOC_LIST ? '[' : '{');
	for (size_t i = 0; i < doc->count; i++) {
		buf_str(out, i ? STR(", ") : (struct str){0});
		if (doc->kind == DOC_MAP)
			buf_printf(out, "%.*s: ", STR_ARG(doc->pairs[i].key->text));
		print_doc(doc->kind == DOC_MAP ? doc->pairs[i].value : doc->items[i], out);
	}
	buf_char(out, doc->kind == DOC_LIST ? ']' : '}');
}

static void print_expect(const struct story_expect *expect, struct buf *out)
{
	buf_printf(out, "%.*s %.*s", STR_ARG(kind_word(expect->kind)),
	           STR_ARG(expect->text.len ? expect->text : STR("..")));
	if (expect->node.len)
		buf_printf(out, " at %.*s", STR_ARG(expect->node));
	if (!expect->data)
		return;
	buf_str(out, STR("  "));
	print_doc(expect->data, out);
}

struct timeline {
	struct story_line *lines;
	size_t count;
	struct buf text;
	struct arena *arena;
};

/* Behind everything of the same moment, so that cause stays before effect. */
static void insert(struct timeline *timeline, char mark, struct instant at)
{
	size_t place = timeline->count++;
	for (; place > 0 && timeline->lines[place - 1].at.ms > at.ms; place--)
		timeline->lines[place] = timeline->lines[place - 1];
	timeline->lines[place] = (struct story_line){mark, at, arena_str(timeline->arena, buf_view(&timeline->text))};
	buf_clear(&timeline->text);
}

/* What people need to follow: of waits only those with a reason. */
static bool shown(const struct happening *happening)
{
	enum decision_kind kind = happening->decision.kind;
	return happening->event || happening->emission || happening->decision.reason == REASON_ERROR ||
	       (kind == DECISION_WAITING ? happening->decision.reason != REASON_NONE : kind != DECISION_ADVANCED);
}

static void tell_happening(const struct play *play, const struct happening *happening, struct timeline *timeline)
{
	story_time_print(&timeline->text, happening->at, play->story->customer.zone);
	buf_str(&timeline->text, STR("  "));
	if (happening->event)
		buf_printf(&timeline->text, "event %.*s", STR_ARG(happening->event->type->name));
	else
		print_decision(play, happening, &timeline->text);
	bool leaves = happening->action || (happening->emission && happening->emission->outward);
	bool unexpected = leaves && !happening->matched;
	insert(timeline, unexpected ? '+' : ' ', happening->at);
}

static void tell_missing(const struct play *play, const struct story_expect *expect, struct timeline *timeline)
{
	if (expect->when == STORY_PREFIX)
		buf_printf(&timeline->text, "%.*s..", STR_ARG(expect->at));
	else
		story_time_print(&timeline->text, expect->moment, play->story->customer.zone);
	buf_str(&timeline->text, STR("  "));
	print_expect(expect, &timeline->text);
	insert(timeline, '-', expect->moment);
}

void story_compare(struct play *play, struct story_result *out)
{
	const struct story *story = play->story;
	bool *found = arena_zalloc(play->stage->arena, story->expect_count + 1);
	for (size_t i = 0; i < story->expect_count; i++)
		found[i] = match(play, &story->expects[i]);
	struct timeline timeline = {.arena = play->stage->arena};
	timeline.lines = arena_alloc(timeline.arena, (play->count + story->expect_count + 1) * sizeof *timeline.lines);
	for (size_t i = 0; i < story->expect_count; i++)
		if (!found[i])
			tell_missing(play, &story->expects[i], &timeline);
	for (size_t i = 0; i < play->count; i++) {
		out->sends += play->happenings[i].action != NULL;
		if (shown(&play->happenings[i]))
			tell_happening(play, &play->happenings[i], &timeline);
	}
	buf_release(&timeline.text);
	out->lines = timeline.lines;
	out->line_count = timeline.count;
	out->passed = true;
	for (size_t i = 0; i < timeline.count; i++)
		out->passed &= timeline.lines[i].mark == ' ';
}

void story_print(const struct story_result *result, struct buf *out)
{
	for (size_t i = 0; i < result->line_count; i++)
		buf_printf(out, "%c %.*s\n", result->lines[i].mark, STR_ARG(result->lines[i].text));
}
