/* SPDX-License-Identifier: Apache-2.0 */
/* A journey-test file. */
#include "core/story/story_parts.h"

struct raw_customer {
	struct str id, timezone;
	const struct doc *profile;
};

struct raw_test {
	struct str name;
	const struct doc *start, *until, *events, *expect, *customer_doc, *edit;
};

struct raw_file {
	struct str journey;
	const struct doc *start, *customer, *tests;
};

static const struct field CUSTOMER[] = {
        {.key = "id",
         .kind = FIELD_STR,
         .offset = offsetof(struct raw_customer, id),
         .fallback = "c1",
         .about = "The customer's id."},
        {.key = "timezone",
         .kind = FIELD_STR,
         .offset = offsetof(struct raw_customer, timezone),
         .about = "The profile's time zone; the story's times are in it."},
        {.key = "profile",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_customer, profile),
         .about = "Attributes at the beginning.",
         .note = "map of attributes"},
        {0},
};

static const struct field TEST[] = {
        {.key = "name",
         .kind = FIELD_STR,
         .offset = offsetof(struct raw_test, name),
         .required = true,
         .about = "What the story tells, in a sentence."},
        {.key = "start",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_test, start),
         .about = "When it begins; +1d counts from here.",
         .note = "moment"},
        {.key = "customer",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_test, customer_doc),
         .about = "Another customer than the file's.",
         .fields = CUSTOMER,
         .note = "map"},
        {.key = "events",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_test, events),
         .required = true,
         .about = "What happens, in the order in which it arrives.",
         .note = "list of events"},
        {.key = "edit",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_test, edit),
         .about = "When the journey became what it is now, and the file with what it was.",
         .note = "map of `at` and `from`"},
        {.key = "until",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_test, until),
         .about = "When it ends; left out: when nothing is due any more, or 20 years after the last event.",
         .note = "moment"},
        {.key = "expect",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_test, expect),
         .about = "Every send, and those other decisions that matter.",
         .fields = STORY_EXPECT_FIELDS,
         .note = "list of expectations"},
        {0},
};

const struct field STORY_FIELDS[] = {
        {.key = "journey",
         .kind = FIELD_STR,
         .offset = offsetof(struct raw_file, journey),
         .required = true,
         .about = "The journey under test."},
        {.key = "start",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_file, start),
         .about = "When the stories begin.",
         .note = "moment"},
        {.key = "customer",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_file, customer),
         .about = "To whom they happen.",
         .fields = CUSTOMER,
         .note = "map"},
        {.key = "tests",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_file, tests),
         .required = true,
         .about = "The stories.",
         .fields = TEST,
         .note = "list of tests"},
        {0},
};

static bool unknown_attribute(struct story_reading *reading, const struct doc *key)
{
	const struct rules *rules = &reading->context->set->rules;
	struct diag *diag = diag_add(reading->reader->diags, DIAG_ERROR, DIAG_STORY, key->range,
	                             "the profile has no attribute \"%.*s\"", STR_ARG(key->text));
	struct str *names = arena_alloc(reading->reader->arena, rules->profile_count * sizeof *names);
	for (size_t i = 0; i < rules->profile_count; i++)
		names[i] = rules->profile[i].name;
	diag_suggest(reading->reader->diags, diag, key->text, names, rules->profile_count, "attributes");
	return false;
}

static bool read_attribute(struct story_reading *reading, const struct doc_pair *pair, struct value *profile)
{
	const struct rules *rules = &reading->context->set->rules;
	for (size_t i = 0; i < rules->profile_count; i++)
		if (str_eq(rules->profile[i].name, pair->key->text))
			return story_value_read(reading->reader, pair->value, rules->profile[i].type, &profile[i]);
	return unknown_attribute(reading, pair->key);
}

static bool read_profile(struct story_reading *reading, const struct doc *doc, struct value *profile)
{
	bool right = true;
	if (!doc)
		return true;
	if (!doc_expect(reading->reader, doc, DOC_MAP, "profile"))
		return false;
	for (size_t i = 0; i < doc->count; i++)
		right &= read_attribute(reading, &doc->pairs[i], profile);
	return right;
}

/* As the engine chooses: profile, journey, rules, default. A zone that does not exist is a story too: it falls back. */
static const struct zone *find_zone(struct story_reading *reading, struct value name)
{
	const struct story_context *context = reading->context;
	struct str names[] = {name.kind == VALUE_STRING ? value_text(name) : (struct str){0},
	                      reading->journey->timezone, context->set->rules.timezone};
	struct zone *fixed = arena_alloc(reading->reader->arena, sizeof *fixed);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct zone *zone = names[i].len ? zone_find(context->zones, names[i], fixed) : NULL;
		if (zone)
			return zone;
	}
	return context->zone;
}

/* doc may be NULL: a customer of whom nothing is known. */
static bool read_customer(struct story_reading *reading, const struct doc *doc, struct story_customer *out)
{
	size_t count = reading->context->set->rules.profile_count;
	struct value *profile = arena_zalloc(reading->reader->arena, count * sizeof *profile);
	struct raw_customer raw = {.id = STR("c1")};
	bool right = true;
	if (doc)
		right = doc_expect(reading->reader, doc, DOC_MAP, "customer") &&
		        doc_read(reading->reader, doc, CUSTOMER, &raw);
	right &= read_profile(reading, raw.profile, profile);
	if (raw.timezone.len)
		profile[PROFILE_TIMEZONE] = value_str(raw.timezone);
	for (size_t i = 0; i < count; i++)
		if (profile[i].kind == VALUE_NULL)
			profile[i] = value_absent();
	*out = (struct story_customer){raw.id, profile, find_zone(reading, profile[PROFILE_TIMEZONE])};
	return right;
}

static bool read_events(struct story_reading *reading, const struct doc *doc)
{
	struct story *story = reading->story;
	if (!doc_expect(reading->reader, doc, DOC_LIST, "events"))
		return false;
	struct story_event *events = arena_zalloc(reading->reader->arena, (doc->count + 1) * sizeof *events);
	bool right = true;
	for (size_t i = 0; i < doc->count; i++) {
		events[i].id = arena_printf(reading->reader->arena, "e%zu", i + 1);
		right &= story_event_read(reading, doc->items[i], &events[i]);
	}
	story->events = events;
	story->event_count = doc->count;
	return right;
}

static bool read_expects(struct story_reading *reading, const struct doc *doc)
{
	struct story *story = reading->story;
	if (!doc || doc_null(doc))
		return true;
	if (!doc_expect(reading->reader, doc, DOC_LIST, "expect"))
		return false;
	struct story_expect *expects = arena_zalloc(reading->reader->arena, (doc->count + 1) * sizeof *expects);
	bool right = true;
	for (size_t i = 0; i < doc->count; i++)
		right &= story_expect_read(reading, doc->items[i], &expects[i]);
	story->expects = expects;
	story->expect_count = doc->count;
	return right;
}

static bool read_start(struct story_reading *reading, const struct doc *doc, const struct raw_test *raw,
                       const struct raw_file *file)
{
	const struct doc *start = raw->start ? raw->start : file->start;
	if (start)
		return story_time_read(reading, start, NULL, &reading->story->start);
	diag_add(reading->reader->diags, DIAG_ERROR, DIAG_MISSING_KEY, doc->range,
	         "\"start\" is missing, here and in the file");
	return false;
}

/* What recurs every year is due for ever: a story that names no end has one all the same. */
static struct instant last_moment(const struct story *story)
{
	static const int64_t LONG = INT64_C(20) * 366 * DAY_MS;
	struct instant last = story->start;
	if (story->edition.before && story->edited_at.ms > last.ms)
		last = story->edited_at;
	for (size_t i = 0; i < story->event_count; i++)
		if (story->events[i].at.ms > last.ms)
			last = story->events[i].at;
	return last.ms > INSTANT_MAX.ms - LONG ? INSTANT_NEVER : (struct instant){last.ms + LONG};
}

static bool read_test(struct story_reading *reading, const struct doc *doc, const struct raw_file *file)
{
	struct raw_test raw = {0};
	struct story *story = reading->story;
	story->until = INSTANT_NEVER;
	story->range = doc->range;
	if (!doc_expect(reading->reader, doc, DOC_MAP, "a test") || !doc_read(reading->reader, doc, TEST, &raw))
		return false;
	story->name = raw.name;
	bool right = read_customer(reading, raw.customer_doc ? raw.customer_doc : file->customer, &story->customer);
	right &= read_start(reading, doc, &raw, file);
	if (raw.until)
		right &= story_time_read(reading, raw.until, &story->start, &story->until);
	if (raw.edit)
		right &= story_edit_read(reading, raw.edit);
	right &= read_events(reading, raw.events);
	if (!raw.until)
		story->until = last_moment(story);
	right &= read_expects(reading, raw.expect);
	return right;
}

static const struct journey *find_journey(struct doc_reader *reader, const struct doc *doc,
                                          const struct journey_set *set, struct str name)
{
	for (size_t i = 0; i < set->journey_count; i++)
		if (str_eq(set->journeys[i].name, name))
			return &set->journeys[i];
	const struct doc *value = doc_get(doc, STR("journey"));
	struct diag *diag =
	        diag_add(reader->diags, DIAG_ERROR, DIAG_STORY, value->range, "no journey \"%.*s\"", STR_ARG(name));
	struct str *names = arena_alloc(reader->arena, (set->journey_count + 1) * sizeof *names);
	for (size_t i = 0; i < set->journey_count; i++)
		names[i] = set->journeys[i].name;
	diag_suggest(reader->diags, diag, name, names, set->journey_count, "journeys");
	return NULL;
}

bool story_file_read(struct doc_reader *reader, const struct doc *doc, const struct story_context *context,
                     struct story_file *out)
{
	struct raw_file raw = {0};
	*out = (struct story_file){0};
	if (!doc_expect(reader, doc, DOC_MAP, "a journey test") || !doc_read(reader, doc, STORY_FIELDS, &raw))
		return false;
	out->journey = find_journey(reader, doc, context->set, raw.journey);
	if (!doc_expect(reader, raw.tests, DOC_LIST, "tests") || !out->journey)
		return false;
	struct story *stories = arena_zalloc(reader->arena, (raw.tests->count + 1) * sizeof *stories);
	bool right = true;
	for (size_t i = 0; i < raw.tests->count; i++) {
		struct story_reading reading = {reader, context, out->journey, &stories[i]};
		right &= read_test(&reading, raw.tests->items[i], &raw);
	}
	out->stories = stories;
	out->count = raw.tests->count;
	return right;
}
