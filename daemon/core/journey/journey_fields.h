/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a journey file, as tables, and the structs they are read into. What a key means is in the readers. */
#ifndef JD_JOURNEY_FIELDS_H
#define JD_JOURNEY_FIELDS_H

#include "core/doc.h"

struct ending_source { /* goal; an item of exit_when */
	const struct doc *event, *when;
	struct str as, about;
	const struct doc *key;
	struct duration within;
	bool has_within;
};

struct anchor_source {
	const struct doc *date;
	int if_missing, on_change; /* enum if_missing, enum on_change */
	struct str about;
};

struct at_most_source { /* entry: { at_most: ... } */
	int64_t times;
	struct duration within;
	struct str about;
};

struct entry_source {
	const struct doc *event, *when;
	struct str about;
	const struct doc *where;
	const struct doc *every_year, *offset; /* by the calendar */
	struct daytime at;
	int feb29;                 /* enum feb29 */
	const struct doc *segment; /* by segment */
	struct str which;
	int on;                /* 0 enter, 1 leave */
	int calendar;          /* 0 gregorian, 1 chinese */
	int leap_month, day30; /* enum lunar_leap, enum lunar_day30 */
	struct at_most_source at_most;
	bool has_at_most;
	const struct doc *from_journeys, *fields; /* by other journeys */
};

struct journey_source {
	struct str name, about;
	const struct doc *timezone;
	int64_t priority;
	const struct doc *entry; /* struct entry_source */
	const struct doc *key;
	struct anchor_source anchor;
	const struct doc *segment;
	struct ending_source goal;
	struct field_list exit_when; /* struct ending_source */
	int reentry;                 /* enum reentry */
	struct duration reentry_after;
	bool has_anchor, has_goal, has_reentry_after;
	const struct doc *nodes;
	const struct doc *starts, *ends, *holdout;
	int state, on_resume; /* enum journey_state, enum on_resume */
	const struct doc *migrate, *exit;
	bool exempt;
};

struct segment_ref_source { /* the long form of `segment:` */
	const struct doc *name;
	int at; /* 0 node, 1 entry */
	struct str about;
};

struct send_source {
	struct str channel, about;
	const struct doc *template, *data;
	struct duration expires_after;
	const struct doc *on_cap; /* a word, or a map with `fallback` */
	bool exempt;
	const struct doc *topic, *promotes;
	struct field_list tags; /* struct str */
	int on_quiet;           /* enum on_quiet */
	int class;              /* 0 marketing, 1 service */
	struct duration stale_after;
	bool has_on_quiet, has_stale_after;
};

struct fallback_source { /* on_cap: { fallback: ... } */
	struct str channel;
	const struct doc *template;
};

struct sequence_source {
	struct daytime at;
	bool has_at;
	int late_join; /* enum late_join */
	const struct doc *before, *after;
	struct str about;
};

struct wait_source { /* the forms of `wait:` that are maps */
	int64_t calendar_days;
	struct daytime at, until_time;
	bool has_at;
	const struct doc *days, *until, *offset;
	int if_missing, if_past; /* enum wait_missing, enum wait_past */
	struct str about;
	const struct doc *window, *window_of;
};

struct split_case_source {
	struct str name, about;
	const struct doc *when, *then;
};

struct split_source {
	struct field_list cases; /* struct split_case_source */
	const struct doc *otherwise;
	struct str about;
};

struct goto_source { /* the long form of `goto:` */
	const struct doc *node;
	int64_t most;
	struct str about;
};

struct set_source {
	const struct doc *profile, *run;
	struct str about;
};

struct awaited_source { /* an item of `events` and of `restart_on` */
	struct str name, about;
	const struct doc *event, *when, *key, *keep, *then;
};

struct wait_for_source {
	struct field_list events, restart_on; /* struct awaited_source */
	const struct doc *timeout, *on_timeout;
	struct str about;
};

struct variant_source {
	struct str name, about;
	int64_t weight;
	const struct doc *then;
};

struct experiment_source {
	struct str salt, about;
	struct field_list variants; /* struct variant_source */
};

struct emit_source {
	const struct doc *event, *fields;
	struct str about;
	int to; /* 0 journeys, 1 out, 2 both */
};

struct start_source { /* the long form of `start_journey:` */
	const struct doc *journey, *with;
	struct str about;
};

struct node_source {
	struct str name, about;
	struct sequence_source sequence;
	struct send_source send;
	const struct doc *wait;
	struct str exit_as;
	struct split_source split;
	const struct doc *jump;
	struct set_source set;
	struct wait_for_source wait_for;
	struct experiment_source experiment;
	struct send_source task;
	struct emit_source emit;
	const struct doc *start; /* struct start_source */
};

extern const struct field JOURNEY_FIELDS[], SEGMENT_REF_FIELDS[], FALLBACK_FIELDS[];
extern const struct field ENTRY_FIELDS[], YEARLY_FIELDS[], ENTRY_SEGMENT_FIELDS[], ENTRY_JOURNEYS_FIELDS[];
/* By enum node_kind: the keys that a node of the kind may have; NULL behind the last. */
extern const struct field *const NODE_FIELDS[];
/* journey_flow_fields.c */
extern const struct field WAIT_DAYS_FIELDS[], WAIT_TIME_FIELDS[], WAIT_DATE_FIELDS[], GOTO_FIELDS[];
extern const struct field WAIT_WINDOW_FIELDS[], WAIT_WINDOW_OF_FIELDS[];
extern const struct field WAIT_NODE_FIELDS[], SPLIT_NODE_FIELDS[], GOTO_NODE_FIELDS[], SET_NODE_FIELDS[];
extern const struct field WAIT_FOR_NODE_FIELDS[], EXPERIMENT_NODE_FIELDS[], TASK_NODE_FIELDS[], EMIT_NODE_FIELDS[];
extern const struct field START_FIELDS[], START_NODE_FIELDS[];

#endif
