/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of `entry:`, told by the key they have. Where no event lets in, expressions see none. */
#include "core/journey/journey_compile.h"

enum { MAX_DAYS = 366 };

static const struct event_type YEARLY_EVENT = {.name = {"every_year", 10}, .index = UINT32_MAX};
static const struct event_type SEGMENT_EVENT = {.name = {"segment", 7}, .index = UINT32_MAX};

/* Each calendar has days of its own that not every year has. */
static void calendar_compile(struct journey_build *build, const struct doc *doc, const struct entry_source *source)
{
	static const struct {
		const char *key;
		int calendar;
	} OF[] = {{"feb29", 0}, {"leap_month", 1}, {"day30", 1}};
	static const char *const NAMES[] = {"common", "Chinese"}, *const WORDS[] = {"gregorian", "chinese"};
	struct entry_rule *rule = &build->journey->enters;
	struct diag_list *diags = build->compiler->reader.diags;
	for (size_t i = 0; i < sizeof OF / sizeof *OF; i++) {
		const struct doc *key = doc_get(doc, str_from(OF[i].key));
		if (key && OF[i].calendar != source->calendar)
			diag_hint(diags,
			          diag_add(diags, DIAG_ERROR, DIAG_CONFLICT, key->range,
			                   "`%s` is of the %s calendar, and this day recurs by the %s one", OF[i].key,
			                   NAMES[OF[i].calendar], NAMES[source->calendar]),
			          "take it away, or write `calendar: %s`", WORDS[OF[i].calendar]);
	}
	if (source->calendar == 0)
		return;
	struct lunar_source *chinese = build->compiler->zones->chinese;
	rule->leap_month = (enum lunar_leap)source->leap_month;
	rule->day30 = (enum lunar_day30)source->day30;
	rule->lunar = chinese ? chinese->table(chinese) : NULL;
	if (!rule->lunar || rule->lunar->count == 0)
		diag_add(diags, DIAG_ERROR, DIAG_BAD_CHOICE, doc_get(doc, STR("calendar"))->range,
		         "the Chinese calendar is not to be had on this machine");
}

static void yearly_compile(struct journey_build *build, const struct doc *doc, const struct entry_source *source)
{
	struct entry_rule *rule = &build->journey->enters;
	struct diag_list *diags = build->compiler->reader.diags;
	struct duration offset = {0};
	rule->kind = ENTRY_YEARLY;
	rule->at = source->at;
	rule->feb29 = (enum feb29)source->feb29;
	calendar_compile(build, doc, source);
	if (source->every_year)
		rule->date = journey_date_compile(build, source->every_year, SCOPE_ENTRY);
	if (!source->offset || !journey_offset_read(build, source->offset, &offset))
		return;
	rule->days = (int32_t)(offset.ms / DAY_MS);
	if (offset.ms % DAY_MS || offset.ms > MAX_DAYS * DAY_MS || offset.ms < -MAX_DAYS * DAY_MS)
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, source->offset->range,
		                   "\"%.*s\" is not a whole number of days within a year",
		                   STR_ARG(source->offset->text)),
		          "write whole days, and the time of day in `at`");
}

static void case_find(struct journey_build *build, const struct doc *doc, const struct entry_source *source)
{
	struct entry_rule *rule = &build->journey->enters;
	struct diag_list *diags = build->compiler->reader.diags;
	rule->which = -1;
	if (source->which.len == 0 || !rule->segment)
		return;
	struct str *names = arena_alloc(diags->arena, (rule->segment->case_count + 1) * sizeof(*names));
	for (size_t i = 0; i < rule->segment->case_count; i++) {
		names[i] = rule->segment->cases[i].name;
		if (str_eq(names[i], source->which))
			rule->which = (int32_t)i;
	}
	if (rule->which < 0)
		diag_suggest(diags,
		             diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_SEGMENT, doc_get(doc, STR("case"))->range,
		                      "the segment \"%.*s\" has no case \"%.*s\"", STR_ARG(rule->segment->name),
		                      STR_ARG(source->which)),
		             source->which, names, rule->segment->case_count, "cases");
}

static void segment_compile(struct journey_build *build, const struct doc *doc, const struct entry_source *source)
{
	struct entry_rule *rule = &build->journey->enters;
	bool at_entry;
	rule->kind = ENTRY_SEGMENT;
	rule->leave = source->on == 1;
	if (source->segment && doc_expect(&build->compiler->reader, source->segment, DOC_SCALAR, "segment"))
		rule->segment = journey_segment_compile(build, source->segment, &at_entry);
	case_find(build, doc, source);
}

void journey_entry_compile(struct journey_build *build, const struct doc *doc, struct entry_source *source)
{
	struct doc_reader *reader = &build->compiler->reader;
	struct journey *journey = build->journey;
	if (!doc_expect(reader, doc, DOC_MAP, NULL))
		return;
	bool yearly = doc_get(doc, STR("every_year")) != NULL, segment = !yearly && doc_get(doc, STR("segment"));
	bool from = !yearly && !segment && doc_get(doc, STR("from_journeys"));
	doc_read(reader, doc,
	         yearly    ? YEARLY_FIELDS
	         : segment ? ENTRY_SEGMENT_FIELDS
	         : from    ? ENTRY_JOURNEYS_FIELDS
	                   : ENTRY_FIELDS,
	         source);
	if (yearly)
		journey->entry = &YEARLY_EVENT;
	else if (segment)
		journey->entry = &SEGMENT_EVENT;
	else if (from)
		journey->entry = journey_from_compile(build, source);
	else {
		journey->entry = compiler_event(build->compiler, source->event);
		journey_life_event(build, source->event, journey->entry);
	}
	build->place.entry = journey->entry;
	if (yearly)
		yearly_compile(build, doc, source);
	else if (segment)
		segment_compile(build, doc, source);
}
