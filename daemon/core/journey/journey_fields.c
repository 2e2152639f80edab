/* SPDX-License-Identifier: Apache-2.0 */
/* The language of journeys/: reading, unknown-key errors, JSON Schema and docs come from these rows. */
#include "core/journey/journey_fields.h"

#include "core/journey/journey.h"
#include "core/rules/rules_fields.h"

#define AT(type, member) .offset = offsetof(struct type, member)
#define SEEN(type, member) .seen = offsetof(struct type, member) + 1
#define ABOUT(type) \
	{ \
		"about", FIELD_STR, AT(type, about), .about = "What it is for, in a sentence." \
	}

static const char *const IF_MISSING_WORDS[] = {"exit", "wait", NULL};
static const char *const ON_CHANGE_WORDS[] = {"replan", "keep", "exit", NULL};
static const char *const LATE_JOIN_WORDS[] = {"next", "latest", "exit", NULL};
static const char *const REENTRY_WORDS[] = {"never", "after_exit", "always", NULL};
static const char *const SEGMENT_AT_WORDS[] = {"node", "entry", NULL};

static const char *const STATE_WORDS[] = {"live", "paused", "draining", "stopped", NULL};
static const char *const ON_RESUME_WORDS[] = {"skip_stale", "send_late", "replan", NULL};

static const struct field AT_MOST_FIELDS[] = {
        {"times", FIELD_INT, AT(at_most_source, times), .required = true, .min = 1, .max = 20,
         .about = "So many entries of one customer."},
        {"within", FIELD_DURATION, AT(at_most_source, within), .required = true,
         .about = "In any time so long, such as 365d."},
        ABOUT(at_most_source),
        {0},
};

#define AT_MOST \
	{ \
		"at_most", FIELD_STRUCT, AT(entry_source, at_most), SEEN(entry_source, has_at_most), \
		        .fields = AT_MOST_FIELDS, .about = "How often one customer may enter, whatever the key." \
	}

const struct field ENTRY_FIELDS[] = {
        {"event", FIELD_DOC, AT(entry_source, event), .required = true, .note = "event",
         .about = "The event that lets a customer in."},
        {"when", FIELD_DOC, AT(entry_source, when), .note = "expression",
         .about = "Only when this holds for the event and the customer."},
        {"where", FIELD_DOC, AT(entry_source, where), .note = "map of values",
         .about = "Only when these fields have these values; a list means one of them."},
        AT_MOST,
        ABOUT(entry_source),
        {0},
};

static const char *const FEB29_WORDS[] = {"feb28", "mar1", "skip", NULL};
static const char *const CALENDAR_WORDS[] = {"gregorian", "chinese", NULL};
static const char *const LEAP_MONTH_WORDS[] = {"leap", "regular", "skip", NULL};
static const char *const DAY30_WORDS[] = {"last", "next", "skip", NULL};
static const char *const SEGMENT_ON_WORDS[] = {"enter", "leave", NULL};

const struct field YEARLY_FIELDS[] = {
        {"every_year", FIELD_DOC, AT(entry_source, every_year), .required = true, .note = "expression",
         .about = "A date of the customer, such as profile.birthday: its day lets in every year after the first."},
        {"offset", FIELD_DOC, AT(entry_source, offset), .note = "signed duration",
         .about = "So many days before (-2d) or after (1d) that day."},
        {"at", FIELD_DAYTIME, AT(entry_source, at), .about = "The customer's time on that day; without it 00:00."},
        {"feb29", FIELD_CHOICE, AT(entry_source, feb29), .choices = FEB29_WORDS, .fallback = "feb28",
         .about = "In a year without 29 February: the day before, the day after, or not at all."},
        {"calendar", FIELD_CHOICE, AT(entry_source, calendar), .choices = CALENDAR_WORDS, .fallback = "gregorian",
         .about = "By which calendar the day recurs; the date itself is always a common one."},
        {"leap_month", FIELD_CHOICE, AT(entry_source, leap_month), .choices = LEAP_MONTH_WORDS, .fallback = "leap",
         .about = "Chinese calendar, for a day in a leap month: in the leap month where the year has it, else in the "
                  "month of that number; always in the month of that number; only in years with that leap month."},
        {"day30", FIELD_CHOICE, AT(entry_source, day30), .choices = DAY30_WORDS, .fallback = "last",
         .about = "Chinese calendar, for the 30th where the month has 29 days: the 29th, the day after it, or not at "
                  "all."},
        {"when", FIELD_DOC, AT(entry_source, when), .note = "expression", .about = "Only when this holds on that day."},
        AT_MOST,
        ABOUT(entry_source),
        {0},
};

const struct field ENTRY_SEGMENT_FIELDS[] = {
        {"segment", FIELD_DOC, AT(entry_source, segment), .required = true, .note = "segment",
         .about = "Who comes into this segment, by an event or by time alone."},
        {"case", FIELD_NAME, AT(entry_source, which), .about = "Only this case of it; without it any but `else`."},
        {"on", FIELD_CHOICE, AT(entry_source, on), .choices = SEGMENT_ON_WORDS, .fallback = "enter",
         .about = "Coming into it, or leaving it."},
        {"when", FIELD_DOC, AT(entry_source, when), .note = "expression", .about = "Only when this holds then."},
        AT_MOST,
        ABOUT(entry_source),
        {0},
};

const struct field ENTRY_JOURNEYS_FIELDS[] = {
        {"from_journeys", FIELD_DOC, AT(entry_source, from_journeys), .required = true, .note = "name or names",
         .about = "The journeys that may start this one, by `start_journey`; or the word any."},
        {"fields", FIELD_DOC, AT(entry_source, fields), .fields = EVENT_FIELD_FIELDS, .note = "map of fields",
         .about = "What they hand over, declared as an event's fields; read as event.NAME."},
        {"when", FIELD_DOC, AT(entry_source, when), .note = "expression",
         .about = "Only when this holds for what is handed over and for the customer."},
        {"where", FIELD_DOC, AT(entry_source, where), .note = "map of values",
         .about = "Only when these fields have these values; a list means one of them."},
        AT_MOST,
        ABOUT(entry_source),
        {0},
};

static const struct field ANCHOR_FIELDS[] = {
        {"date", FIELD_DOC, AT(anchor_source, date), .required = true, .note = "expression",
         .about = "The date or timestamp that sequences count from."},
        {"if_missing", FIELD_CHOICE, AT(anchor_source, if_missing), .choices = IF_MISSING_WORDS, .fallback = "exit",
         .about = "Without a date: leave, or wait until an event brings it."},
        {"on_change", FIELD_CHOICE, AT(anchor_source, on_change), .choices = ON_CHANGE_WORDS, .fallback = "replan",
         .about = "When a later event moves the date: plan what is left anew, keep the old plan, or leave."},
        ABOUT(anchor_source),
        {0},
};

static const struct field GOAL_FIELDS[] = {
        {"event", FIELD_DOC, AT(ending_source, event), .required = true, .note = "event",
         .about = "The event that means success; it ends the journey at once."},
        {"when", FIELD_DOC, AT(ending_source, when), .note = "expression",
         .about = "Only when this holds; `event` is the ending event, `entry` the one that let the customer in."},
        {"key", FIELD_DOC, AT(ending_source, key), .note = "expression", .about = "Must be this run's key."},
        {"within", FIELD_DURATION, AT(ending_source, within), SEEN(ending_source, has_within),
         .about = "Counts only so long after the entry; later it ends nothing."},
        ABOUT(ending_source),
        {0},
};

static const struct field EXIT_WHEN_FIELDS[] = {
        {"event", FIELD_DOC, AT(ending_source, event), .required = true, .note = "event",
         .about = "The event that ends the journey at once."},
        {"when", FIELD_DOC, AT(ending_source, when), .note = "expression",
         .about = "Only when this holds; `event` is the ending event, `entry` the one that let the customer in."},
        {"key", FIELD_DOC, AT(ending_source, key), .note = "expression", .about = "Must be this run's key."},
        {"as", FIELD_NAME, AT(ending_source, as), .fallback = "exit", .about = "The exit's name in decisions."},
        ABOUT(ending_source),
        {0},
};

const struct field SEGMENT_REF_FIELDS[] = {
        {"name", FIELD_DOC, AT(segment_ref_source, name), .required = true, .note = "segment",
         .about = "A segment of the rules."},
        {"at", FIELD_CHOICE, AT(segment_ref_source, at), .choices = SEGMENT_AT_WORDS, .fallback = "node",
         .about = "Looked up at each node, or once at entry."},
        ABOUT(segment_ref_source),
        {0},
};

const struct field JOURNEY_FIELDS[] = {
        {"journey", FIELD_NAME, AT(journey_source, name), .required = true,
         .about = "The journey's name, as in the file's name."},
        ABOUT(journey_source),
        {"timezone", FIELD_DOC, AT(journey_source, timezone), .note = "zone",
         .about = "The time zone of customers whose profile names none."},
        {"priority", FIELD_INT, AT(journey_source, priority), .fallback = "50", .max = 100,
         .about = "Of two sends at the same instant the one of the higher priority goes first."},
        {"entry", FIELD_DOC, AT(journey_source, entry), .required = true, .note = "entry", .about = "Who starts."},
        {"key", FIELD_DOC, AT(journey_source, key), .note = "expression",
         .about = "A text or number that tells several runs of one customer apart, such as a policy's number."},
        {"anchor", FIELD_STRUCT, AT(journey_source, anchor), SEEN(journey_source, has_anchor), .fields = ANCHOR_FIELDS,
         .about = "The date that sequences count from."},
        {"segment", FIELD_DOC, AT(journey_source, segment), .fields = SEGMENT_REF_FIELDS, .note = "segment",
         .about = "The segment whose case `{segment}` in a template stands for."},
        {"goal", FIELD_STRUCT, AT(journey_source, goal), SEEN(journey_source, has_goal), .fields = GOAL_FIELDS,
         .about = "What counts as success."},
        {"exit_when", FIELD_STRUCTS, AT(journey_source, exit_when), .fields = EXIT_WHEN_FIELDS,
         .size = sizeof(struct ending_source), .about = "What else ends the journey at once."},
        {"reentry", FIELD_CHOICE, AT(journey_source, reentry), .choices = REENTRY_WORDS, .fallback = "after_exit",
         .about = "Whether the same customer and key may start again."},
        {"reentry_after", FIELD_DURATION, AT(journey_source, reentry_after), SEEN(journey_source, has_reentry_after),
         .about = "How long after the last end."},
        {"nodes", FIELD_DOC, AT(journey_source, nodes), .required = true, .note = "nodes",
         .about = "What happens, one after the other."},
        {"starts", FIELD_DOC, AT(journey_source, starts), .note = "day or moment",
         .about = "Nobody enters before: a day of the customer's calendar, or a moment."},
        {"ends", FIELD_DOC, AT(journey_source, ends), .note = "day or moment",
         .about = "Nobody enters after this day, or from this moment on; who is in goes on."},
        {"holdout", FIELD_DOC, AT(journey_source, holdout), .note = "percentage",
         .about = "So many of the customers, always the same, run through it and are sent nothing: to measure by."},
        {"state", FIELD_CHOICE, AT(journey_source, state), .choices = STATE_WORDS, .fallback = "live",
         .about = "paused: everybody is held; draining: nobody enters any more; stopped: everybody leaves."},
        {"on_resume", FIELD_CHOICE, AT(journey_source, on_resume), .choices = ON_RESUME_WORDS, .fallback = "skip_stale",
         .about = "What was due while it was paused: passed over, sent late, or planned anew."},
        {"exempt", FIELD_BOOL, AT(journey_source, exempt), .fallback = "false",
         .about = "The limit of journeys at once neither stops nor counts it."},
        {"migrate", FIELD_DOC, AT(journey_source, migrate), .note = "map of names",
         .about = "Those whom an edit finds at a node of the older version go on at a node of this one."},
        {"exit", FIELD_DOC, AT(journey_source, exit), .note = "list of names",
         .about = "Those whom an edit finds at these nodes of the older version leave."},
        {0},
};

static const struct field SEQUENCE_FIELDS[] = {
        {"at", FIELD_DAYTIME, AT(sequence_source, at), SEEN(sequence_source, has_at),
         .about = "The customer's local time of day at which each goes out."},
        {"late_join", FIELD_CHOICE, AT(sequence_source, late_join), .choices = LATE_JOIN_WORDS, .fallback = "next",
         .about = "Who comes late gets the next one, the latest one at once, or leaves."},
        {"before", FIELD_DOC, AT(sequence_source, before), .note = "map of durations",
         .about = "How long before the anchor: a name."},
        {"after", FIELD_DOC, AT(sequence_source, after), .note = "map of durations",
         .about = "How long after the anchor: a name."},
        ABOUT(sequence_source),
        {0},
};

static const char *const CLASS_WORDS[] = {"marketing", "service", NULL};

const struct field FALLBACK_FIELDS[] = {
        {"fallback", FIELD_NAME, AT(fallback_source, channel), .required = true,
         .about = "The channel by which it goes instead, if that one is allowed."},
        {"template", FIELD_DOC, AT(fallback_source, template), .note = "template",
         .about = "Its template there; the same name when left out."},
        {0},
};

static const struct field SEND_FIELDS[] = {
        {"channel", FIELD_NAME, AT(send_source, channel), .required = true, .about = "email, sms, push ..."},
        {"template", FIELD_DOC, AT(send_source, template), .required = true, .note = "template",
         .about = "The template's name; {segment}, {node} and {variant} stand for theirs."},
        {"data", FIELD_DOC, AT(send_source, data), .note = "map of expressions",
         .about = "What the template is given: a name and an expression."},
        {"expires_after", FIELD_DURATION, AT(send_source, expires_after),
         .about = "After so long the delivery system should not send it any more."},
        {"on_cap", FIELD_DOC, AT(send_source, on_cap), .fields = FALLBACK_FIELDS, .note = "on_cap",
         .about = "When it would be too much: skip, defer, exit, or { fallback: CHANNEL }; else as the policy says."},
        {"exempt", FIELD_BOOL, AT(send_source, exempt), .fallback = "false",
         .about = "Frequency caps neither stop nor count it."},
        {"class", FIELD_CHOICE, AT(send_source, class), .choices = CLASS_WORDS, .fallback = "marketing",
         .about = "A service message need not obey what the contact policy frees it from."},
        {"topic", FIELD_DOC, AT(send_source, topic), .note = "event",
         .about = "What it is about, as customers choose it; one of the contact policy's topics."},
        {"tags", FIELD_NAMES, AT(send_source, tags), .about = "Words by which frequency caps may count it."},
        {"promotes", FIELD_DOC, AT(send_source, promotes), .note = "expression",
         .about = "The product or the like that it is for; `suppress_when` may ask about it."},
        {"on_quiet", FIELD_CHOICE, AT(send_source, on_quiet), SEEN(send_source, has_on_quiet),
         .choices = ON_QUIET_WORDS, .about = "In quiet hours: wait for their end, or skip; else as the policy says."},
        {"stale_after", FIELD_DURATION, AT(send_source, stale_after), SEEN(send_source, has_stale_after),
         .about = "If it could not go within so long of its moment, it is given up."},
        ABOUT(send_source),
        {0},
};

#define NODE_NAME \
	{ \
		"name", FIELD_NAME, AT(node_source, name), .about = "The node's name, unique in the journey." \
	}

static const struct field SEQUENCE_NODE_FIELDS[] = {
        NODE_NAME,
        ABOUT(node_source),
        {"sequence", FIELD_STRUCT, AT(node_source, sequence), .required = true, .fields = SEQUENCE_FIELDS,
         .about = "Messages at fixed distances from the anchor."},
        {"send", FIELD_STRUCT, AT(node_source, send), .required = true, .fields = SEND_FIELDS,
         .about = "The message of each name of the sequence."},
        {0},
};

static const struct field SEND_NODE_FIELDS[] = {
        NODE_NAME,
        ABOUT(node_source),
        {"send", FIELD_STRUCT, AT(node_source, send), .required = true, .fields = SEND_FIELDS, .about = "A message."},
        {0},
};

static const struct field EXIT_NODE_FIELDS[] = {
        NODE_NAME,
        ABOUT(node_source),
        {"exit", FIELD_NAME, AT(node_source, exit_as), .required = true, .about = "Ends here, by this name."},
        {0},
};

const struct field *const NODE_FIELDS[] = {
        [NODE_SEQUENCE] = SEQUENCE_NODE_FIELDS,
        [NODE_SEND] = SEND_NODE_FIELDS,
        [NODE_WAIT] = WAIT_NODE_FIELDS,
        [NODE_EXIT] = EXIT_NODE_FIELDS,
        [NODE_SPLIT] = SPLIT_NODE_FIELDS,
        [NODE_GOTO] = GOTO_NODE_FIELDS,
        [NODE_SET] = SET_NODE_FIELDS,
        [NODE_WAIT_FOR] = WAIT_FOR_NODE_FIELDS,
        [NODE_EXPERIMENT] = EXPERIMENT_NODE_FIELDS,
        [NODE_EMIT] = EMIT_NODE_FIELDS,
        [NODE_START] = START_NODE_FIELDS,
        TASK_NODE_FIELDS,
        NULL,
};
