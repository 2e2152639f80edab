/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compiled journey: immutable, in the arena of its set. Names are resolved to indexes, expressions are checked, and
 * everything that can be wrong was reported when it was compiled.
 */
#ifndef JD_JOURNEY_H
#define JD_JOURNEY_H

#include "core/journey/flow.h"
#include "core/rules/rules.h"

/* BANK_LOCAL in a journey's expressions. */
enum journey_local {
	LOCAL_KEY,      /* key: string, the instance's */
	LOCAL_NODE,     /* node: string, the node that is being evaluated */
	LOCAL_SEGMENT,  /* segment: string */
	LOCAL_CUSTOMER, /* customer.id: string */
	LOCAL_NOW,      /* now: timestamp, the due time or the event's */
	LOCAL_ENTERED,  /* entered: timestamp, when the instance began */
	LOCAL_ANCHOR,   /* anchor: date or timestamp */
	LOCAL_JOURNEY,  /* journey: string */
	LOCAL_COUNT,
	LOCAL_RUN = LOCAL_COUNT, /* run.NAME: what the journey's nodes set, from here on */
	LOCAL_RUN_MOST = 16
};

/* BANK_EVENT is the entry event's fields as the instance keeps them at nodes, in `key`, `anchor` and `segment`; in a
 * goal or exit it is the ending event, and BANK_ENTRY holds the kept fields (`entry.policy_id`). */

enum reentry { REENTRY_NEVER, REENTRY_AFTER_EXIT, REENTRY_ALWAYS };
enum if_missing { IF_MISSING_EXIT, IF_MISSING_WAIT }; /* wait: stay until a later event brings the date */
enum on_change { ON_CHANGE_REPLAN, ON_CHANGE_KEEP, ON_CHANGE_EXIT };
enum late_join { LATE_JOIN_NEXT, LATE_JOIN_LATEST, LATE_JOIN_EXIT };

struct segment_case {
	struct str name;
	const struct expr *when;         /* NULL for the else case, which is last when there is one */
	const struct expr *const *outer; /* of a nested case: the conditions of those around it, from outside */
	size_t outer_count;
};

struct segment {
	struct str name;
	const struct segment_case *cases; /* the first that is true */
	size_t case_count;
	const struct expr *path; /* not NULL: its text names the case; cases are by name then, the else case last */
	bool has_else;           /* of a segment by path */
};

struct anchor {
	const struct expr *date; /* a date or a timestamp; NULL when the journey has none */
	enum if_missing if_missing;
	enum on_change on_change;
};

/* goal and exit_when: an event that ends the instance at once. */
struct ending {
	uint32_t event;
	const struct expr *when; /* NULL: any such event of the customer */
	struct str as;           /* the exit's name: "goal", or what the author wrote in `as`, default "exit" */
	bool goal;
	const struct expr *key; /* what must be the instance's key; NULL: not asked */
	struct duration within; /* of the goal: counts only before so long has passed since the entry; 0: always */
};

/* A template name with holes. */
enum template_hole { HOLE_NONE, HOLE_SEGMENT, HOLE_NODE, HOLE_VARIANT };
struct template_part {
	struct str text; /* when hole is HOLE_NONE */
	enum template_hole hole;
};

struct send_field {
	struct str name;
	const struct expr *value; /* absent is written as null */
};

struct send {
	struct str channel;
	uint16_t channel_tag;
	const struct template_part *parts;
	size_t part_count;
	const struct send_field *data;
	size_t data_count;
	enum on_cap on_cap;
	bool exempt;             /* not counted against and not stopped by caps */
	struct duration expires; /* expires_at is so long after the due time; 0: none */
	/* the contact policy's part */
	enum on_quiet on_quiet;
	bool service;                /* class: service */
	unsigned free_of;            /* enum policy_part: what need not be obeyed */
	struct duration stale_after; /* 0: never */
	struct str topic;            /* empty: none */
	const struct expr *promotes; /* a string; NULL: nothing that the rules could ask about */
	/* of its channel and topic, from the rules; NULL: not asked */
	const struct expr *consent, *channel_on, *topic_on;
	const uint16_t *labels; /* of the topic and the tags that a cap counts */
	size_t label_count;
	const struct send *fallback; /* what goes instead, by another channel, when a cap stops it; or NULL */
};

struct touch {
	struct str name;
	int32_t days;         /* signed, from the anchor */
	struct duration more; /* hours and less, of the same sign; only without `at` */
};

struct sequence {
	const struct touch *touches; /* by moment, rising; at most 64, so that those passed fit a bit set */
	size_t count;
	bool has_at;
	struct daytime at; /* local time of day; without it a date anchor counts from 00:00 local */
	enum late_join late_join;
	struct send send;
};

enum node_kind {
	NODE_SEQUENCE,
	NODE_SEND, /* also a task: a message to a person who works for us */
	NODE_WAIT,
	NODE_EXIT,
	NODE_SPLIT,
	NODE_GOTO,
	NODE_SET,
	NODE_WAIT_FOR,
	NODE_EXPERIMENT,
	NODE_EMIT,
	NODE_START
};

struct node {
	enum node_kind kind;
	struct str name; /* of the author, or computed ("node-3"); unique with the touches' names */
	struct diag_range range;
	union {
		struct sequence sequence;
		struct send send;
		struct wait wait;
		struct str exit_as;
		struct split split;
		struct jump jump;
		struct setting_list set;
		struct wait_for wait_for;
		struct experiment experiment;
		struct emit emit;
		struct start start;
	};
	uint32_t next; /* the node behind it; NODE_END behind the last */
};

/* A field that has one of these values. */
struct entry_where {
	uint16_t slot;
	const struct value *values;
	size_t count;
};

enum journey_state { STATE_LIVE, STATE_PAUSED, STATE_DRAINING, STATE_STOPPED };
enum on_resume { ON_RESUME_SKIP_STALE, ON_RESUME_SEND_LATE, ON_RESUME_REPLAN };

/* What becomes of those whom an edit finds at a node of an older version. */
struct migration {
	struct str from; /* the older version's node */
	uint32_t to;     /* index of this version's node; MIGRATION_EXIT: they leave */
};
#define MIGRATION_EXIT UINT32_MAX

struct journey {
	struct str name, about;
	uint32_t tag;         /* hash_tag(name) */
	struct str version;   /* 12 hex digits of the hash of its meaning */
	uint32_t version_tag; /* the first 32 bits of it, for records */
	uint32_t index;       /* in the set */
	int64_t priority;     /* 0..100, default 50; the higher goes first */
	struct str timezone;  /* empty: the rules' */
	const struct event_type *entry;
	const struct expr *entry_when; /* NULL: always */
	const struct expr *key;        /* a string or int; NULL: one instance per customer, key "" */
	struct anchor anchor;
	const struct segment *segment; /* NULL: none */
	bool segment_at_entry;         /* fixed when the instance begins, else at each node */
	enum reentry reentry;
	struct duration reentry_after; /* counted from the last end */
	const struct ending *endings;  /* the goal first */
	size_t ending_count;
	const struct node *nodes;
	size_t node_count;
	const uint16_t *kept; /* slots of the entry event that later expressions read, rising */
	size_t kept_count;
	const struct doc *doc;
	const struct run_value *values; /* what its nodes may set in an instance */
	size_t value_count;
	const struct entry_where *where; /* all of them hold for an entry event */
	size_t where_count;
	struct instant starts,
	        ends; /* who may enter: from starts to before ends; INSTANT_NONE, INSTANT_NEVER: always */
	struct date starts_on, ends_on; /* the same by the customer's days, both inclusive, where has_ says so */
	bool has_starts_on, has_ends_on;
	uint32_t holdout;           /* in ten thousand; these customers run through it and are sent nothing */
	const struct str *variants; /* of all experiments, by number - 1 */
	size_t variant_count;
	struct entry_rule enters; /* when by no event, `entry` is an event without fields that never happens */
	/* Its life: not part of the version. An older version's is the current one's. */
	enum journey_state state;
	enum on_resume on_resume;
	const struct migration *migrations;
	size_t migration_count;
	const struct journey *current; /* the version that people enter; itself unless it is an older one */
	uint32_t entries_most;         /* of one customer within entries_within, whatever the keys; 0: no cap */
	struct duration entries_within;
	bool exempt; /* the limit of journeys at once neither stops nor counts it */
};

#endif
