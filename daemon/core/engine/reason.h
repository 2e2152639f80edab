/* SPDX-License-Identifier: Apache-2.0 */
/* The closed list of what can be decided and why. The names are API: they stand in the decisions topic, in journey
 * tests and in metrics. */
#ifndef JD_REASON_H
#define JD_REASON_H

#include "core/base/str.h"

#define DECISION_KINDS(X) \
	X(ENTERED, "entered") \
	X(NOT_ENTERED, "not_entered") \
	X(WAITING, "waiting") \
	X(ADVANCED, "advanced") \
	X(SENT, "sent") \
	X(SKIPPED, "skipped") \
	X(EXITED, "exited") \
	X(ERASED, "erased")

#define REASONS(X) \
	X(NONE, "", "") \
	X(GOAL, "goal", "the goal was reached") \
	X(EXIT_WHEN, "exit_when", "an exit rule matched; `as` names it") \
	X(FINISHED, "finished", "the last node is done") \
	X(EXIT_NODE, "exit_node", "an exit node was reached") \
	X(WHEN_FALSE, "when_false", "the entry condition is false") \
	X(RUNNING, "already_running", "an instance of this key is running") \
	X(REENTRY, "reentry", "the reentry rule does not let this key in again") \
	X(ENTRY_CAP, "entry_cap", "the customer entered as often as `at_most` allows") \
	X(TOO_MANY_JOURNEYS, "too_many_journeys", "the customer is in as many journeys as the limits allow at once") \
	X(ANCHOR_MISSING, "anchor_missing", "the date that the sequence counts from is not there") \
	X(ANCHOR_CHANGED, "anchor_changed", "the date moved: `on_change: exit`, or the nodes were planned anew") \
	X(ANCHOR_PAST, "anchor_past", "every node of the sequence lies in the past") \
	X(LATE_JOIN, "late_join", "the node's moment had passed when the customer joined") \
	X(FREQUENCY_CAP, "frequency_cap", "too many messages in the window") \
	X(SUPPRESSED, "suppressed", "the customer is never written to") \
	X(NO_CONSENT, "no_consent", "the customer has not agreed to this channel") \
	X(CHANNEL_OFF, "channel_off", "the customer has switched this channel off") \
	X(TOPIC_OFF, "topic_off", "the customer has switched this topic off") \
	X(SUPPRESS_WHEN, "suppress_when", "a rule keeps silence for now; `detail` names it") \
	X(STALE, "stale", "it could not go until its time was over; `detail` says what held it up") \
	X(OVERTAKEN, "overtaken", "the sequence's next message comes before this one may go") \
	X(QUIET_HOURS, "quiet_hours", "it is night for the customer") \
	X(HOW_OFTEN, "how_often", "the customer chose to hear from us less often") \
	X(PRIORITY, "priority", "another message of this instant goes first") \
	X(BREAKER, "breaker", "more actions in a day than one customer may get") \
	X(NO_SEGMENT, "no_segment", "no case of the segment matches") \
	X(NO_TEMPLATE, "no_template", "the computed template is not in the list") \
	X(ERROR, "error", "an expression failed; `detail` says where and why") \
	X(DATE_MISSING, "date_missing", "the date that a node waits for is not there") \
	X(HOURS_MISSING, "hours_missing", "the place whose opening hours a node waits for is not there or has none") \
	X(DATE_PAST, "date_past", "the date that a node waits for is over") \
	X(TOO_MANY_ROUNDS, "too_many_rounds", "the way led back more often than a run may go") \
	X(HOLDOUT, "holdout", "the customer is one of those who are sent nothing, to measure by") \
	X(NOT_OPEN, "not_open", "the journey has not started yet, or takes nobody in any more") \
	X(JOURNEY_GONE, "journey_gone", "the journey no longer exists") \
	X(PAUSED, "paused", "the journey is paused, or was when it was due") \
	X(DRAINING, "draining", "the journey takes nobody in any more") \
	X(STOPPED, "stopped", "the journey was stopped") \
	X(EDITED, "edited", "an edit took the node away; `detail` names it") \
	X(ERASED, "erased", "the customer asked to be forgotten") \
	X(STARTED, "started", "another journey handed the customer over; `detail` names it and its node")

enum decision_kind {
#define X(name, text) DECISION_##name,
	DECISION_KINDS(X)
#undef X
	        DECISION_COUNT
};

enum reason {
#define X(name, text, about) REASON_##name,
	REASONS(X)
#undef X
	        REASON_COUNT
};

struct str decision_text(enum decision_kind kind);
struct str reason_text(enum reason reason);  /* the code */
struct str reason_about(enum reason reason); /* a sentence for people */

#endif
