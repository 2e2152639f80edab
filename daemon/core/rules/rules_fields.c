/* SPDX-License-Identifier: Apache-2.0 */
/* The language of rules/: reading, unknown-key errors, JSON Schema and docs come from these rows. */
#include "core/rules/rules_fields.h"

#define AT(type, member) .offset = offsetof(struct type, member)
#define ABOUT(type) \
	{ \
		"about", FIELD_STR, AT(type, about), .about = "What it is for, in a sentence." \
	}

const struct field EVENT_FIELDS[] = {
        {"event", FIELD_NAME, AT(event_source, name), .required = true, .about = "The event's name, as it arrives."},
        ABOUT(event_source),
        {"fields", FIELD_DOC, AT(event_source, fields), .fields = EVENT_FIELD_FIELDS, .note = "map of fields",
         .about = "The event's fields: a name and a type; a map without `type` nests."},
        {"sets", FIELD_DOC, AT(event_source, sets), .note = "map of expressions",
         .about = "What the event sets in the profile: attribute, and an expression over event and profile."},
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

const struct field TRAIT_FIELDS[] = {
        {"count", FIELD_DOC, AT(trait_source, count), .note = "event", .about = "How many of this event there were."},
        {"last_time", FIELD_DOC, AT(trait_source, last_time), .note = "event", .about = "When this event last came."},
        {"first_time", FIELD_DOC, AT(trait_source, first_time), .note = "event",
         .about = "When this event first came."},
        {"when", FIELD_DOC, AT(trait_source, when), .note = "expression", .about = "Only events for which this holds."},
        ABOUT(trait_source),
        {0},
};

const struct field SEGMENT_FIELDS[] = {
        {"segment", FIELD_NAME, AT(segment_source, name), .required = true, .about = "The segment's name."},
        ABOUT(segment_source),
        {"cases", FIELD_DOC, AT(segment_source, cases), .required = true, .note = "map of expressions",
         .about = "Named conditions, in order; the first that is true is the customer's."},
        {"else", FIELD_NAME, AT(segment_source, otherwise), .seen = offsetof(struct segment_source, has_otherwise) + 1,
         .about = "The name of the rest; without it a customer may be in no case, and is sent nothing."},
        {0},
};

const struct field TEMPLATES_FIELDS[] = {
        {"templates", FIELD_DOC, AT(templates_source, templates), .required = true, .note = "list of names",
         .about = "The names of all templates that the delivery system knows."},
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
         .about = "Of consent, channels, topics, suppress_when, quiet_hours, frequency_caps."},
        ABOUT(service_source),
        {0},
};

#define POLICY(member) \
	.offset = offsetof(struct contact_policy_source, policy.member) - offsetof(struct contact_policy_source, policy)
#define POLICY_SEEN(member) \
	.seen = offsetof(struct contact_policy_source, policy.member) - \
	        offsetof(struct contact_policy_source, policy) + 1

static const struct field POLICY_FIELDS[] = {
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
