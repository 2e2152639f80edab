/* SPDX-License-Identifier: Apache-2.0 */
/* The language of rules/: reading, unknown-key errors, JSON Schema and docs come from these rows. */
#include "core/rules/rules_fields.h"

#define AT(type, member) .offset = offsetof(struct type, member)
#define ABOUT(type) \
	{ \
		"about", FIELD_STR, AT(type, about), .about = "What it is for, in a sentence." \
	}

static const char *const ERASES_WORDS[] = {"customer", NULL};

const struct field EVENT_FIELDS[] = {
        {"event", FIELD_NAME, AT(event_source, name), .required = true, .about = "The event's name, as it arrives."},
        ABOUT(event_source),
        {"fields", FIELD_DOC, AT(event_source, fields), .fields = EVENT_FIELD_FIELDS, .note = "map of fields",
         .about = "The event's fields: a name and a type; a map without `type` nests."},
        {"sets", FIELD_DOC, AT(event_source, sets), .note = "map of expressions",
         .about = "What the event sets in the profile: attribute, and an expression over event and profile."},
        {"erases", FIELD_CHOICE, AT(event_source, erases), .seen = offsetof(struct event_source, has_erases) + 1,
         .choices = ERASES_WORDS,
         .about = "`customer`: the event removes all that is known of its customer, and whatever was not sent yet."},
        {0},
};

const struct field EVENT_FIELD_FIELDS[] = {
        {"type", FIELD_DOC, AT(event_field_source, type), .required = true, .note = "type",
         .about = "bool, int, double, number, string, date, timestamp, duration, any, list<T> or map<T>."},
        {"required", FIELD_BOOL, AT(event_field_source, required), .fallback = "false",
         .about = "An event without it goes to the dead-letter topic."},
        ABOUT(event_field_source),
        {0},
};

const struct field PROFILE_FIELDS[] = {
        {"profile", FIELD_DOC, AT(profile_source, profile), .required = true, .fields = ATTRIBUTE_FIELDS,
         .note = "map of fields", .about = "The attributes kept of each customer: a name and a type."},
        ABOUT(profile_source),
        {0},
};

const struct field ATTRIBUTE_FIELDS[] = {
        {"type", FIELD_DOC, AT(event_field_source, type), .required = true, .note = "type",
         .about = "bool, int, double, number, string, date, timestamp, duration, any, list<T> or map<T>."},
        ABOUT(event_field_source),
        {0},
};

const struct field TRAITS_FIELDS[] = {
        {"traits", FIELD_DOC, AT(traits_source, traits), .required = true, .fields = TRAIT_FIELDS,
         .note = "map of traits", .about = "Values computed from a customer's events, by name."},
        ABOUT(traits_source),
        {0},
};

#define EVENTS(member, text) \
	{ \
#member, FIELD_DOC, AT(trait_keys, member), .note = "events", .about = text \
	}

const struct field TRAIT_FIELDS[] = {
        EVENTS(count, "How many of this event there were."),
        EVENTS(sum, "All values together; 0 when there was none."),
        EVENTS(min, "The least value; absent when there was none."),
        EVENTS(max, "The greatest value; absent when there was none."),
        EVENTS(average, "The mean of the values; absent when there was none."),
        EVENTS(first, "The first value, by the events' times."),
        EVENTS(last, "The last value, by the events' times."),
        EVENTS(last_time, "When this event last came."),
        EVENTS(first_time, "When this event first came."),
        EVENTS(days_since, "Calendar days since this event last came."),
        EVENTS(distinct, "How many different values there were."),
        EVENTS(most_frequent, "The commonest value; of equals the one that came last."),
        {"value", FIELD_DOC, AT(trait_keys, value), .note = "expression",
         .about = "Computed from the profile and other traits."},
        {"rfm", FIELD_DOC, AT(trait_keys, rfm), .fields = RFM_FIELDS, .note = "map",
         .about = "Scores of recency, frequency and money by given limits, as a text such as 543."},
        {"tier", FIELD_DOC, AT(trait_keys, tier), .fields = TIER_FIELDS, .note = "map",
         .about = "The highest tier whose points are reached."},
        {"of", FIELD_DOC, AT(trait_keys, of), .note = "expression",
         .about = "The value taken of each event; without one the event does not count."},
        {"when", FIELD_DOC, AT(trait_keys, when), .note = "expression", .about = "Only events for which this holds."},
        {"at", FIELD_DOC, AT(trait_keys, at), .note = "expression",
         .about = "The moment an event counts from; its own time when nothing is said."},
        {"within", FIELD_DURATION, AT(trait_keys, within), .seen = offsetof(struct trait_keys, has_within) + 1,
         .about = "Only the last so many days, such as 90d, to the moment it is read."},
        ABOUT(trait_keys),
        {0},
};

const struct field TRAIT_SOURCE_FIELDS[] = {
        {"of", FIELD_DOC, AT(trait_source_keys, of), .note = "expression", .about = "The value taken of this event."},
        {"when", FIELD_DOC, AT(trait_source_keys, when), .note = "expression",
         .about = "Only events for which this holds."},
        {"at", FIELD_DOC, AT(trait_source_keys, at), .note = "expression",
         .about = "The moment this event counts from; its own time when nothing is said."},
        ABOUT(trait_source_keys),
        {0},
};

static const struct field SCORE_FIELDS[] = {
        {"of", FIELD_DOC, AT(score_keys, of), .required = true, .note = "expression",
         .about = "The number that is scored."},
        {"limits", FIELD_DOC, AT(score_keys, limits), .required = true, .note = "list of numbers",
         .about = "Rising: one point more from each on. Falling: one point more at each and below."},
        ABOUT(score_keys),
        {0},
};

#define SCORE(key, index, text) \
	{ \
		key, FIELD_STRUCT, AT(rfm_keys, scores[index]), .required = true, .fields = SCORE_FIELDS, \
		                                                .about = text \
	}

const struct field RFM_FIELDS[] = {
        SCORE("recency", 0, "How long ago: the fewer days, the better."),
        SCORE("frequency", 1, "How often."),
        SCORE("monetary", 2, "How much."),
        ABOUT(rfm_keys),
        {0},
};

const struct field TIER_FIELDS[] = {
        {"points", FIELD_DOC, AT(tier_keys, points), .required = true, .note = "expression",
         .about = "The points that count."},
        {"steps", FIELD_DOC, AT(tier_keys, steps), .required = true, .note = "map of numbers",
         .about = "The tiers from below, each with the points it begins at."},
        {"invitation", FIELD_DOC, AT(tier_keys, invitation), .note = "map of expressions",
         .about = "Tiers that points do not reach: for whom each is; tried first."},
        {"else", FIELD_NAME, AT(tier_keys, otherwise),
         .about = "Who has reached none; without it the trait is absent."},
        ABOUT(tier_keys),
        {0},
};

const struct field TABLES_FIELDS[] = {
        {"tables", FIELD_DOC, AT(tables_source, tables), .required = true, .note = "map of maps",
         .about = "Tables by name, each a map from a key to a value: table.NAME[key] in expressions."},
        ABOUT(tables_source),
        {0},
};

const struct field TOPICS_FIELDS[] = {
        {"topics", FIELD_NAME, AT(topics_source, name), .required = true, .about = "The tree's name."},
        ABOUT(topics_source),
        {"tree", FIELD_DOC, AT(topics_source, tree), .required = true,
         .about = "Topics, each with a map or list of those below it."},
        {0},
};

const struct field OPENING_HOURS_FIELDS[] = {
        {"opening_hours", FIELD_DOC, AT(opening_hours_source, places), .required = true, .fields = OPENING_FIELDS,
         .note = "map of traits", .about = "The hours of each place, by its name."},
        ABOUT(opening_hours_source),
        {0},
};

#define WEEKDAY(name, index) \
	{ \
		name, FIELD_DOC, AT(opening_keys, week[index]), \
		        .note = "name or names", \
		        .about = "From a time of day to a later one: \"09:00-18:00\", or a list of such." \
	}

const struct field OPENING_FIELDS[] = {
        {"timezone", FIELD_DOC, AT(opening_keys, timezone), .note = "zone",
         .about = "The place's time zone; without it the customer's."},
        WEEKDAY("mon", 1),
        WEEKDAY("tue", 2),
        WEEKDAY("wed", 3),
        WEEKDAY("thu", 4),
        WEEKDAY("fri", 5),
        WEEKDAY("sat", 6),
        WEEKDAY("sun", 0),
        {"closed", FIELD_DOC, AT(opening_keys, closed), .note = "list of names", .about = "Days it is closed: dates."},
        ABOUT(opening_keys),
        {0},
};

const struct field SEGMENT_FIELDS[] = {
        {"segment", FIELD_NAME, AT(segment_source, name), .required = true, .about = "The segment's name."},
        ABOUT(segment_source),
        {"cases", FIELD_DOC, AT(segment_source, cases), .note = "map of cases",
         .about = "Named conditions, in order; the first that is true is the customer's."},
        {"path", FIELD_DOC, AT(segment_source, path), .note = "expression",
         .about = "Instead of cases: the name of a topic, such as exterior/wheels."},
        {"tree", FIELD_DOC, AT(segment_source, topics), .note = "event",
         .about = "The tree whose topics `path` names."},
        {"else", FIELD_NAME, AT(segment_source, otherwise), .seen = offsetof(struct segment_source, has_otherwise) + 1,
         .about = "The name of the rest; without it a customer may be in no case, and is sent nothing."},
        {0},
};

const struct field CASE_FIELDS[] = {
        {"when", FIELD_DOC, AT(case_keys, when), .required = true, .note = "expression", .about = "Who is in it."},
        {"cases", FIELD_DOC, AT(case_keys, cases), .required = true, .note = "map of cases",
         .about = "Named conditions among those; NAME/CASE is the name of each."},
        {"else", FIELD_NAME, AT(case_keys, otherwise), .about = "The rest of those; without it they are NAME itself."},
        ABOUT(case_keys),
        {0},
};

const struct field TEMPLATE_FIELDS[] = {
        {"needs", FIELD_NAMES, AT(template_keys, needs), .about = "The fields that a send's `data` must have."},
        ABOUT(template_keys),
        {0},
};

const struct field TEMPLATES_FIELDS[] = {
        {"templates", FIELD_DOC, AT(templates_source, templates), .required = true, .note = "templates",
         .about = "The names of all templates that the delivery system knows: a list, or a map to what each needs."},
        ABOUT(templates_source),
        {0},
};

const char *const ON_CAP_WORDS[] = {"skip", "defer", "exit", NULL};
const char *const ON_QUIET_WORDS[] = {"defer", "skip", NULL};
static const char *const SAME_INSTANT_WORDS[] = {"all", "one", "one_per_channel", NULL};

static const struct field CAP_FIELDS[] = {
        {"name", FIELD_NAME, AT(cap_source, name), .about = "Said in the decision when the cap stops a message."},
        {"channel", FIELD_NAME, AT(cap_source, channel), .about = "Only this channel; without it all together."},
        {"topic", FIELD_NAME, AT(cap_source, topic), .about = "Only messages of this topic."},
        {"tag", FIELD_NAME, AT(cap_source, tag), .about = "Only messages that carry this tag."},
        {"max", FIELD_INT, AT(cap_source, max), .required = true, .about = "At most so many messages ..."},
        {"within", FIELD_DURATION, AT(cap_source, within), .required = true, .about = "... in any time so long."},
        ABOUT(cap_source),
        {0},
};

static const struct field QUIET_FIELDS[] = {
        {"from", FIELD_DAYTIME, AT(quiet_source, from), .required = true, .about = "Local time at which it begins."},
        {"to", FIELD_DAYTIME, AT(quiet_source, to), .required = true,
         .about = "Local time at which it ends, on the next day when that is earlier than `from`."},
        {"channels", FIELD_NAMES, AT(quiet_source, channels), .about = "Only these; without them all channels."},
        ABOUT(quiet_source),
        {0},
};

static const struct field SUPPRESS_FIELDS[] = {
        {"name", FIELD_NAME, AT(suppress_source, name), .required = true,
         .about = "Said in the decision when the rule stops a message."},
        {"when", FIELD_DOC, AT(suppress_source, when), .required = true, .note = "expression",
         .about = "Who is not written to now, over profile, trait, now, channel, topic, promotes, journey."},
        ABOUT(suppress_source),
        {0},
};

static const struct field HOW_OFTEN_FIELDS[] = {
        {"by", FIELD_DOC, AT(how_often_source, by), .required = true, .note = "expression",
         .about = "The name of the customer's choice; absent, or another word: no limit of their own."},
        {"choices", FIELD_STRUCTS, AT(how_often_source, choices), .required = true, .fields = CAP_FIELDS,
         .size = sizeof(struct cap_source), .about = "What each choice allows."},
        ABOUT(how_often_source),
        {0},
};

static const struct field SERVICE_FIELDS[] = {
        {"exempt_from", FIELD_NAMES, AT(service_source, exempt_from), .required = true,
         .about = "Of holdout, consent, channels, topics, suppress_when, quiet_hours, frequency_caps."},
        ABOUT(service_source),
        {0},
};

#define POLICY(member) \
	.offset = offsetof(struct contact_policy_source, policy.member) - offsetof(struct contact_policy_source, policy)
#define POLICY_SEEN(member) \
	.seen = offsetof(struct contact_policy_source, policy.member) - \
	        offsetof(struct contact_policy_source, policy) + 1

static const struct field POLICY_FIELDS[] = {
        {"holdout", FIELD_DOC, POLICY(holdout), .note = "percentage",
         .about = "So many are sent nothing by any journey, to measure by: by hash, always the same people."},
        {"suppressed", FIELD_DOC, POLICY(suppressed), .note = "expression",
         .about = "Who is never written to, not even with service messages."},
        {"consent", FIELD_DOC, POLICY(consent), .note = "map of expressions",
         .about = "By channel: whether the customer has agreed; absent is no."},
        {"channels", FIELD_DOC, POLICY(channels), .note = "map of expressions",
         .about = "By channel: whether it is on for this customer; absent is off."},
        {"topics", FIELD_DOC, POLICY(topics), .note = "map of expressions",
         .about = "Every topic there is: whether it is on for this customer; absent is off."},
        {"suppress_when", FIELD_STRUCTS, POLICY(suppress_when), .fields = SUPPRESS_FIELDS,
         .size = sizeof(struct suppress_source), .about = "Named reasons for silence for a while."},
        {"stale_after", FIELD_DURATION, POLICY(stale_after),
         .about = "A message that could not go at its moment is given up after so long."},
        {"quiet_hours", FIELD_STRUCT, POLICY(quiet), POLICY_SEEN(has_quiet), .fields = QUIET_FIELDS,
         .about = "When nobody is disturbed, by the customer's clock."},
        {"on_quiet", FIELD_CHOICE, POLICY(on_quiet), .choices = ON_QUIET_WORDS, .fallback = "defer",
         .about = "A message in quiet hours: waits for their end, or is skipped."},
        {"frequency_caps", FIELD_STRUCTS, POLICY(caps), .fields = CAP_FIELDS, .size = sizeof(struct cap_source),
         .about = "How many messages a customer may get, over all journeys."},
        {"how_often", FIELD_STRUCT, POLICY(how_often), .fields = HOW_OFTEN_FIELDS,
         .about = "The customer's own choice of how often."},
        {"same_instant", FIELD_CHOICE, POLICY(same_instant), .choices = SAME_INSTANT_WORDS, .fallback = "all",
         .about = "Of messages at the same instant: all go, or only the one of the highest priority."},
        {"on_cap", FIELD_CHOICE, POLICY(on_cap), .choices = ON_CAP_WORDS, .fallback = "skip",
         .about = "A message that is too much: is skipped, waits until it is not, or ends the run."},
        {"service", FIELD_STRUCT, POLICY(service), POLICY_SEEN(has_service), .fields = SERVICE_FIELDS,
         .about = "What messages of `class: service` need not obey."},
        {"about", FIELD_STR, POLICY(about), .about = "What it is for, in a sentence."},
        {0},
};

const struct field CONTACT_POLICY_FIELDS[] = {
        {"contact_policy", FIELD_STRUCT, AT(contact_policy_source, policy), .required = true, .fields = POLICY_FIELDS,
         .about = "What protects customers from too much."},
        ABOUT(contact_policy_source),
        {0},
};

#define LIMIT(member) .offset = offsetof(struct limits_source, limits.member) - offsetof(struct limits_source, limits)

static const struct field LIMIT_FIELDS[] = {
        {"duplicate_window", FIELD_INT, LIMIT(duplicate_window), .fallback = "16", .min = 1, .max = 64,
         .about = "How many of a customer's last event ids are remembered, so that a repeated one is dropped."},
        {"actions_per_day", FIELD_INT, LIMIT(actions_per_day), .fallback = "20", .min = 1, .max = 1000,
         .about = "The breaker: no customer gets more messages in 24 hours, whatever the journeys say."},
        {"journeys_at_once", FIELD_INT, LIMIT(journeys_at_once), .min = 1, .max = 1000,
         .about = "Nobody enters another journey while in so many; without it in any number."},
        {"value_size", FIELD_SIZE, LIMIT(value_size), .fallback = "16KB", .min = 64, .max = 32 * 1024,
         .about = "The most that one value may have which is kept of a customer: an attribute, a field, a key."},
        {"record_size", FIELD_SIZE, LIMIT(record_size), .fallback = "256KB", .min = 1024, .max = 16 * 1024 * 1024,
         .about = "Who has more than this kept in profile and journeys enters no further journey."},
        {"action_size", FIELD_SIZE, LIMIT(action_size), .fallback = "128KB", .min = 1024, .max = 128 * 1024,
         .about = "The most that the data of one message may have; a larger one is not sent."},
        {"timezone", FIELD_DOC, LIMIT(timezone), .note = "zone",
         .about = "The time zone of customers and journeys that name none."},
        {"about", FIELD_STR, LIMIT(about), .about = "What it is for, in a sentence."},
        {0},
};

const struct field LIMITS_FIELDS[] = {
        {"limits", FIELD_STRUCT, AT(limits_source, limits), .required = true, .fields = LIMIT_FIELDS,
         .about = "Bounds and defaults of the engine."},
        ABOUT(limits_source),
        {0},
};
