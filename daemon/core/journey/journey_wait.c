/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of `wait:`, told by the key they have; a bare length of time is the shortest. */
#include "core/journey/journey_compile.h"

enum { MAX_DAYS = 36600 };

struct wait_draft {
	struct journey_build *build;
	struct wait_source source;
	struct wait *wait;
};

static void days_compile(struct wait_draft *draft)
{
	draft->wait->kind = WAIT_DAYS;
	draft->wait->days = (int32_t)draft->source.calendar_days;
	draft->wait->at = draft->source.at;
	draft->wait->has_at = draft->source.has_at;
}

static void weekday_compile(struct wait_draft *draft, const struct doc *doc)
{
	static const char *const WORDS[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};
	static const struct field DAY = {.key = "day", .kind = FIELD_CHOICE, .choices = WORDS};
	int day;
	if (doc_read_value(&draft->build->compiler->reader, doc, &DAY, &day))
		draft->wait->weekdays |= (uint8_t)(1u << day);
}

static void time_compile(struct wait_draft *draft)
{
	const struct doc *days = draft->source.days;
	draft->wait->kind = WAIT_TIME;
	draft->wait->has_at = true;
	draft->wait->at = draft->source.until_time;
	if (!days || !doc_expect(&draft->build->compiler->reader, days, DOC_LIST, "days"))
		return;
	for (size_t i = 0; i < days->count; i++)
		weekday_compile(draft, days->items[i]);
}

static bool digits_only(struct str text, size_t from)
{
	size_t at = from;
	while (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9')
		at++;
	return at > from && at == text.len;
}

bool journey_offset_read(struct journey_build *build, const struct doc *doc, struct duration *out)
{
	struct diag_list *diags = build->compiler->reader.diags;
	struct duration offset;
	if (!doc_expect(&build->compiler->reader, doc, DOC_SCALAR, "offset"))
		return false;
	bool sign = doc->text.len && (doc->text.ptr[0] == '-' || doc->text.ptr[0] == '+');
	int64_t factor = sign && doc->text.ptr[0] == '-' ? -1 : 1;
	if (!duration_parse(str_sub(doc->text, sign, doc->text.len), &offset) || offset.ms > MAX_DAYS * DAY_MS) {
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, doc->range, "\"%.*s\" is no distance in time",
		                   STR_ARG(doc->text)),
		          "%s",
		          digits_only(doc->text, sign)
		                  ? "in which unit? write a length of time such as -30d, 2d, 12h"
		                  : "write a length of time, with a minus for before: -30d, 2d, 12h");
		return false;
	}
	out->ms = factor * offset.ms;
	return true;
}

static void offset_compile(struct wait_draft *draft, const struct doc *doc)
{
	struct diag_list *diags = draft->build->compiler->reader.diags;
	struct duration offset;
	if (!journey_offset_read(draft->build, doc, &offset))
		return;
	draft->wait->days = (int32_t)(offset.ms / DAY_MS);
	draft->wait->span.ms = offset.ms % DAY_MS;
	if (draft->wait->has_at && draft->wait->span.ms)
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_BAD_WAIT, doc->range,
		                   "\"%.*s\" is not a whole number of days, and `at` already says the time of day",
		                   STR_ARG(doc->text)),
		          "write whole days, or take `at` away");
}

static void date_compile(struct wait_draft *draft)
{
	struct journey_build *build = draft->build;
	struct wait *wait = draft->wait;
	wait->kind = WAIT_DATE;
	wait->at = draft->source.at;
	wait->has_at = draft->source.has_at;
	wait->if_missing = (enum wait_missing)draft->source.if_missing;
	wait->if_past = (enum wait_past)draft->source.if_past;
	if (draft->source.offset)
		offset_compile(draft, draft->source.offset);
	if (draft->source.until)
		wait->date = journey_date_compile(build, draft->source.until, SCOPE_NODE);
}

static void window_compile(struct wait_draft *draft)
{
	struct compiler *compiler = draft->build->compiler;
	struct diag_list *diags = compiler->reader.diags;
	const struct opening_hours *hours = &compiler->rules->hours;
	const struct doc *doc = draft->source.window;
	struct str name;
	draft->wait->kind = WAIT_WINDOW;
	if (!doc || !compiler_name(compiler, doc, &name))
		return;
	draft->wait->window = opening_find(hours, name);
	if (draft->wait->window) {
		if (!opening_ever(draft->wait->window))
			diag_hint(diags,
			          diag_add(diags, DIAG_ERROR, DIAG_BAD_WAIT, doc->range, "\"%.*s\" is never open",
			                   STR_ARG(name)),
			          "give it hours under `opening_hours:`, such as mon: \"09:00-18:00\"");
		return;
	}
	if (compiler->incomplete)
		return;
	struct str *known = arena_alloc(diags->arena, (hours->count + 1) * sizeof(*known));
	for (size_t i = 0; i < hours->count; i++)
		known[i] = hours->items[i].name;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_BAD_WAIT, doc->range,
	                             "the rules give no opening hours of \"%.*s\"", STR_ARG(name));
	diag_suggest(diags, diag, name, known, hours->count, "places");
}

static void window_of_compile(struct wait_draft *draft)
{
	struct journey_build *build = draft->build;
	draft->wait->kind = WAIT_WINDOW;
	draft->wait->if_missing = (enum wait_missing)draft->source.if_missing;
	if (draft->source.window_of)
		draft->wait->window_of = journey_place_compile(build, draft->source.window_of);
}

struct wait_form {
	struct str key;
	const struct field *fields;
	void (*compile)(struct wait_draft *draft);
};

static const struct wait_form FORMS[] = {
        {{"calendar_days", 13}, WAIT_DAYS_FIELDS, days_compile},
        {{"until_time", 10}, WAIT_TIME_FIELDS, time_compile},
        {{"until", 5}, WAIT_DATE_FIELDS, date_compile},
        {{"window", 6}, WAIT_WINDOW_FIELDS, window_compile},
        {{"window_of", 9}, WAIT_WINDOW_OF_FIELDS, window_of_compile},
};
enum { FORM_COUNT = sizeof(FORMS) / sizeof(FORMS[0]) };

static void report_form(struct journey_build *build, const struct doc *doc)
{
	struct diag_list *diags = build->compiler->reader.diags;
	struct str keys[FORM_COUNT];
	for (size_t i = 0; i < FORM_COUNT; i++)
		keys[i] = FORMS[i].key;
	const struct doc *first = doc->count ? doc->pairs[0].key : NULL;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_BAD_WAIT, first ? first->range : doc->range,
	                             "no key says how long this waits");
	diag_suggest(diags, diag, first ? first->text : (struct str){0}, keys, FORM_COUNT, "forms");
}

void journey_wait_compile(struct journey_build *build, const struct doc *doc, struct wait *out)
{
	static const struct field SPAN = {.key = "wait", .kind = FIELD_DURATION};
	struct doc_reader *reader = &build->compiler->reader;
	out->kind = WAIT_SPAN;
	if (doc->kind != DOC_MAP) {
		doc_read_value(reader, doc, &SPAN, &out->span);
		return;
	}
	for (size_t i = 0; i < FORM_COUNT; i++) {
		if (!doc_get(doc, FORMS[i].key))
			continue;
		struct wait_draft draft = {.build = build, .wait = out};
		doc_read(reader, doc, FORMS[i].fields, &draft.source);
		FORMS[i].compile(&draft);
		return;
	}
	report_form(build, doc);
}
