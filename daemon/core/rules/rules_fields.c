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

const char *const ON_CAP_WORDS[] = {"skip", NULL};

static const struct field CAP_FIELDS[] = {
        {"name", FIELD_NAME, AT(cap_source, name), .about = "Said in the decision when the cap stops a message."},
        {"channel", FIELD_NAME, AT(cap_source, channel), .about = "Only this channel; without it all together."},
        {"max", FIELD_INT, AT(cap_source, max), .required = true, .about = "At most so many messages ..."},
        {"within", FIELD_DURATION, AT(cap_source, within), .required = true, .about = "... in any time so long."},
        ABOUT(cap_source),
        {0},
};

static const struct field POLICY_FIELDS[] = {
        {"on_cap", FIELD_CHOICE,
         AT(contact_policy_source, policy.on_cap) - offsetof(struct contact_policy_source, policy),
         .choices = ON_CAP_WORDS, .fallback = "skip", .about = "What happens to a message that a cap stops."},
        {"frequency_caps", FIELD_STRUCTS,
         AT(contact_policy_source, policy.caps) - offsetof(struct contact_policy_source, policy), .fields = CAP_FIELDS,
         .size = sizeof(struct cap_source), .about = "How many messages a customer may get, over all journeys."},
        {"about", FIELD_STR, AT(contact_policy_source, policy.about) - offsetof(struct contact_policy_source, policy),
         .about = "What it is for, in a sentence."},
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
