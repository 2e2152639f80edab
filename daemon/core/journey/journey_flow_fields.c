/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the nodes that wait, choose and set. */
#include "core/journey/journey.h"
#include "core/journey/journey_fields.h"

#define AT(type, member) .offset = offsetof(struct type, member)
#define SEEN(type, member) .seen = offsetof(struct type, member) + 1
#define ABOUT(type) \
	{ \
		"about", FIELD_STR, AT(type, about), .about = "What it is for, in a sentence." \
	}
#define NODE_NAME \
	{ \
		"name", FIELD_NAME, AT(node_source, name), .about = "The node's name, unique in the journey." \
	}
#define NODE_HEAD NODE_NAME, ABOUT(node_source)

static const char *const IF_MISSING_WORDS[] = {"exit", "skip", "wait", NULL};
static const char *const IF_PAST_WORDS[] = {"exit", "skip", NULL};

const struct field WAIT_DAYS_FIELDS[] = {
        {"calendar_days", FIELD_INT, AT(wait_source, calendar_days), .required = true, .min = 1, .max = 36600,
         .about = "So many days of the customer's calendar."},
        {"at", FIELD_DAYTIME, AT(wait_source, at), SEEN(wait_source, has_at),
         .about = "The time of that day; without it the same time as now."},
        ABOUT(wait_source),
        {0},
};

const struct field WAIT_TIME_FIELDS[] = {
        {"until_time", FIELD_DAYTIME, AT(wait_source, until_time), .required = true,
         .about = "The next time that the customer's clock shows this."},
        {"days", FIELD_DOC, AT(wait_source, days), .note = "weekdays",
         .about = "Only on these days: mon, tue, wed, thu, fri, sat, sun."},
        ABOUT(wait_source),
        {0},
};

const struct field WAIT_DATE_FIELDS[] = {
        {"until", FIELD_DOC, AT(wait_source, until), .required = true, .note = "expression",
         .about = "A date or a moment."},
        {"offset", FIELD_DOC, AT(wait_source, offset), .note = "signed duration",
         .about = "So long before (-30d) or after (2d) it."},
        {"at", FIELD_DAYTIME, AT(wait_source, at), SEEN(wait_source, has_at),
         .about = "The customer's time on that day; without it a date begins at 00:00."},
        {"if_missing", FIELD_CHOICE, AT(wait_source, if_missing), .choices = IF_MISSING_WORDS, .fallback = "exit",
         .about = "Without the date: leave, go on at once, or wait until an event brings it."},
        {"if_past", FIELD_CHOICE, AT(wait_source, if_past), .choices = IF_PAST_WORDS, .fallback = "exit",
         .about = "When it is over already: leave, or go on at once."},
        ABOUT(wait_source),
        {0},
};

const struct field WAIT_WINDOW_FIELDS[] = {
        {"window", FIELD_DOC, AT(wait_source, window), .required = true, .note = "place",
         .about = "Until these opening hours of the rules are open; at once when they are."},
        ABOUT(wait_source),
        {0},
};

const struct field WAIT_WINDOW_OF_FIELDS[] = {
        {"window_of", FIELD_DOC, AT(wait_source, window_of), .required = true, .note = "expression",
         .about = "Until the place of this name is open, such as event.shop."},
        {"if_missing", FIELD_CHOICE, AT(wait_source, if_missing), .choices = IF_MISSING_WORDS, .fallback = "exit",
         .about = "Without hours of that name: leave, go on at once, or wait until an event brings another name."},
        ABOUT(wait_source),
        {0},
};

const struct field WAIT_NODE_FIELDS[] = {
        NODE_HEAD,
        {"wait", FIELD_DOC, AT(node_source, wait), .required = true, .note = "wait",
         .about = "So long (1d is 24 hours), so many calendar days, until a time of day, a date, or opening hours."},
        {0},
};

static const struct field SPLIT_CASE_FIELDS[] = {
        {"name", FIELD_NAME, AT(split_case_source, name), .about = "The case's name in decisions."},
        {"when", FIELD_DOC, AT(split_case_source, when), .required = true, .note = "expression",
         .about = "Whoever this holds for, and no case above, goes this way."},
        {"then", FIELD_DOC, AT(split_case_source, then), .required = true, .note = "branch",
         .about = "A list of nodes, or the name of the node to go on with."},
        ABOUT(split_case_source),
        {0},
};

static const struct field SPLIT_FIELDS[] = {
        {"cases", FIELD_STRUCTS, AT(split_source, cases), .required = true, .fields = SPLIT_CASE_FIELDS,
         .size = sizeof(struct split_case_source), .about = "Tried from the top; the first that holds."},
        {"else", FIELD_DOC, AT(split_source, otherwise), .required = true, .note = "branch",
         .about = "Everybody else: a list of nodes, which may be empty, or the name of a node."},
        ABOUT(split_source),
        {0},
};

const struct field SPLIT_NODE_FIELDS[] = {
        NODE_HEAD,
        {"split", FIELD_STRUCT, AT(node_source, split), .required = true, .fields = SPLIT_FIELDS,
         .about = "Different ways for different customers; behind it they meet again."},
        {0},
};

const struct field GOTO_FIELDS[] = {
        {"node", FIELD_DOC, AT(goto_source, node), .required = true, .note = "template", .about = "The node's name."},
        {"most", FIELD_INT, AT(goto_source, most), .min = 1, .max = 100,
         .about = "After so many rounds it goes on with the next node instead."},
        ABOUT(goto_source),
        {0},
};

const struct field GOTO_NODE_FIELDS[] = {
        NODE_HEAD,
        {"goto", FIELD_DOC, AT(node_source, jump), .required = true, .fields = GOTO_FIELDS, .note = "node",
         .about = "Goes on with the node of this name."},
        {0},
};

static const struct field SET_FIELDS[] = {
        {"profile", FIELD_DOC, AT(set_source, profile), .note = "map of expressions",
         .about = "Attributes of the customer and what they become; null removes one."},
        {"run", FIELD_DOC, AT(set_source, run), .note = "map of expressions",
         .about = "Values that this run keeps, read as run.NAME."},
        ABOUT(set_source),
        {0},
};

const struct field SET_NODE_FIELDS[] = {
        NODE_HEAD,
        {"set", FIELD_STRUCT, AT(node_source, set), .required = true, .fields = SET_FIELDS, .about = "Keeps values."},
        {0},
};

static const struct field AWAITED_FIELDS[] = {
        {"name", FIELD_NAME, AT(awaited_source, name), .about = "The branch's name in decisions."},
        {"event", FIELD_DOC, AT(awaited_source, event), .required = true, .note = "event", .about = "The event."},
        {"when", FIELD_DOC, AT(awaited_source, when), .note = "expression",
         .about = "Only when this holds; `event` is the event that came, `entry` the one that began the run."},
        {"key", FIELD_DOC, AT(awaited_source, key), .note = "expression",
         .about = "Only when this is the run's key, such as event.order_id."},
        {"keep", FIELD_DOC, AT(awaited_source, keep), .note = "map of expressions",
         .about = "What the run keeps of the event, read as run.NAME."},
        {"then", FIELD_DOC, AT(awaited_source, then), .note = "branch",
         .about = "A list of nodes, or the name of one; without it the next node."},
        ABOUT(awaited_source),
        {0},
};

static const struct field RESTART_FIELDS[] = {
        {"event", FIELD_DOC, AT(awaited_source, event), .required = true, .note = "event", .about = "The event."},
        {"when", FIELD_DOC, AT(awaited_source, when), .note = "expression", .about = "Only when this holds."},
        {"key", FIELD_DOC, AT(awaited_source, key), .note = "expression", .about = "Only when this is the run's key."},
        ABOUT(awaited_source),
        {0},
};

static const struct field WAIT_FOR_FIELDS[] = {
        {"events", FIELD_STRUCTS, AT(wait_for_source, events), .fields = AWAITED_FIELDS,
         .size = sizeof(struct awaited_source), .about = "The first of them to come decides the way."},
        {"timeout", FIELD_DOC, AT(wait_for_source, timeout), .required = true, .note = "wait",
         .about = "How long at most, in any of the forms of `wait`."},
        {"on_timeout", FIELD_DOC, AT(wait_for_source, on_timeout), .note = "branch",
         .about = "When none came: a list of nodes, or the name of one; without it the next node."},
        {"restart_on", FIELD_STRUCTS, AT(wait_for_source, restart_on), .fields = RESTART_FIELDS,
         .size = sizeof(struct awaited_source), .about = "Events with which the timeout begins anew."},
        ABOUT(wait_for_source),
        {0},
};

const struct field WAIT_FOR_NODE_FIELDS[] = {
        NODE_HEAD,
        {"wait_for", FIELD_STRUCT, AT(node_source, wait_for), .required = true, .fields = WAIT_FOR_FIELDS,
         .about = "Waits until the customer does something, or does not."},
        {0},
};

static const struct field VARIANT_FIELDS[] = {
        {"name", FIELD_NAME, AT(variant_source, name), .required = true, .about = "The variant, as messages name it."},
        {"weight", FIELD_INT, AT(variant_source, weight), .fallback = "1", .max = 1000000,
         .about = "Its share of the sum of all weights."},
        {"then", FIELD_DOC, AT(variant_source, then), .note = "branch",
         .about = "A list of nodes, or the name of one; without it the next node."},
        ABOUT(variant_source),
        {0},
};

static const struct field EXPERIMENT_FIELDS[] = {
        {"salt", FIELD_NAME, AT(experiment_source, salt),
         .about = "Experiments of one salt split people alike; without it each splits anew."},
        {"variants", FIELD_STRUCTS, AT(experiment_source, variants), .required = true, .fields = VARIANT_FIELDS,
         .size = sizeof(struct variant_source), .about = "Two or more ways."},
        ABOUT(experiment_source),
        {0},
};

const struct field EXPERIMENT_NODE_FIELDS[] = {
        NODE_HEAD,
        {"experiment", FIELD_STRUCT, AT(node_source, experiment), .required = true, .fields = EXPERIMENT_FIELDS,
         .about = "Different ways by chance; the same customer always gets the same."},
        {0},
};

static const char *const TASK_CLASS_WORDS[] = {"marketing", "service", NULL};

static const struct field TASK_FIELDS[] = {
        {"template", FIELD_DOC, AT(send_source, template), .required = true, .note = "template",
         .about = "What is to be done; {segment} and {node} stand for theirs."},
        {"data", FIELD_DOC, AT(send_source, data), .note = "map of expressions",
         .about = "What the person needs to know: a name and an expression."},
        {"expires_after", FIELD_DURATION, AT(send_source, expires_after),
         .about = "After so long it need not be done any more."},
        {"exempt", FIELD_BOOL, AT(send_source, exempt), .fallback = "false",
         .about = "Frequency caps neither stop nor count it: for service."},
        {"class", FIELD_CHOICE, AT(send_source, class), .choices = TASK_CLASS_WORDS, .fallback = "marketing",
         .about = "A task of service need not obey what the contact policy frees it from."},
        ABOUT(send_source),
        {0},
};

const struct field TASK_NODE_FIELDS[] = {
        NODE_HEAD,
        {"task", FIELD_STRUCT, AT(node_source, task), .required = true, .fields = TASK_FIELDS,
         .about = "Something that a person is to do for the customer, such as a call; sent by the channel `task`."},
        {0},
};

static const char *const EMIT_TO_WORDS[] = {"journeys", "out", "both", NULL};

static const struct field EMIT_FIELDS[] = {
        {"event", FIELD_DOC, AT(emit_source, event), .required = true, .note = "event",
         .about = "An event that the rules declare."},
        {"fields", FIELD_DOC, AT(emit_source, fields), .note = "map of expressions",
         .about = "What it carries: its fields and an expression for each."},
        {"to", FIELD_CHOICE, AT(emit_source, to), .choices = EMIT_TO_WORDS, .fallback = "journeys",
         .about = "Who is told: journeys and rules, other systems (out), or both."},
        ABOUT(emit_source),
        {0},
};

const struct field EMIT_NODE_FIELDS[] = {
        NODE_HEAD,
        {"emit", FIELD_STRUCT, AT(node_source, emit), .required = true, .fields = EMIT_FIELDS,
         .about =
                 "Makes an event of the same customer happen at once, for rules and journeys, or tells other systems."},
        {0},
};

const struct field START_FIELDS[] = {
        {"journey", FIELD_DOC, AT(start_source, journey), .required = true, .note = "template",
         .about = "The other journey's name."},
        {"with", FIELD_DOC, AT(start_source, with), .note = "map of expressions",
         .about = "The fields of its entry and an expression for each."},
        ABOUT(start_source),
        {0},
};

const struct field START_NODE_FIELDS[] = {
        NODE_HEAD,
        {"start_journey", FIELD_DOC, AT(node_source, start), .required = true, .fields = START_FIELDS, .note = "node",
         .about = "The customer enters another journey at once, if that one lets them in; this one goes on."},
        {0},
};
