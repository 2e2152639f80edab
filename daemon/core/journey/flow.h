/* SPDX-License-Identifier: Apache-2.0 */
/* What a node does besides sending: wait, choose a way, set values. Nodes lie in one flat array; a way leads to a node
 * by its number, so that an instance's place is one number whatever branches it went through. */
#ifndef JD_FLOW_H
#define JD_FLOW_H

#include "core/calendar_lunar.h"
#include "core/expr/expr.h"

#define NODE_END UINT32_MAX

struct way {
	uint32_t to; /* NODE_END: the journey is over */
	bool back;   /* to a node not behind this one: another round */
};

enum wait_kind { WAIT_SPAN, WAIT_DAYS, WAIT_TIME, WAIT_DATE, WAIT_WINDOW };
struct opening;
enum wait_missing { WAIT_MISSING_EXIT, WAIT_MISSING_SKIP, WAIT_MISSING_WAIT };
enum wait_past { WAIT_PAST_EXIT, WAIT_PAST_SKIP };

struct wait {
	enum wait_kind kind;
	struct duration span; /* of WAIT_SPAN; of WAIT_DATE the hours and less of the offset */
	int32_t days;         /* of WAIT_DAYS; of WAIT_DATE the whole days of the offset, signed */
	bool has_at;
	struct daytime at;
	uint8_t weekdays; /* bit 0 is Sunday; 0: every day */
	const struct expr *date;
	enum wait_missing if_missing;
	enum wait_past if_past;
	const struct opening *window; /* of WAIT_WINDOW: until it is open */
	const struct expr *window_of; /* ... or the place of this name, when window is NULL */
};

struct split_case {
	struct str name;
	const struct expr *when; /* NULL for the last one, else */
	struct way way;
};

struct split {
	const struct split_case *cases;
	size_t count;
};

struct jump {
	struct way way;
	int64_t most; /* so many rounds of an instance, then on with the next node; 0: the engine's bound */
};

/* A value that a node keeps: in the profile, or in the instance. */
struct setting {
	bool profile;
	uint16_t slot; /* in rules.profile or journey.values */
	struct str name;
	const struct expr *value;
};

struct setting_list {
	const struct setting *items;
	size_t count;
};

/* An event that a waiting instance listens to. */
struct awaited {
	uint32_t event;
	struct str name;         /* in decisions; of the author, or the event's */
	const struct expr *when; /* NULL: any such event of the customer */
	const struct expr *key;  /* what must be the instance's key; NULL: not asked */
	struct setting_list keep;
	struct way way;
};

struct wait_for {
	const struct awaited *events;
	size_t count;
	const struct awaited *restarts; /* the timeout begins anew */
	size_t restart_count;
	struct wait timeout;
	struct way on_timeout;
};

struct variant {
	struct str name;
	uint32_t weight;
	uint16_t number; /* from 1 in journey.variants, for records */
	struct way way;
};

/* By the hash of salt and customer: the same people get the same variant, on every machine and in every run. */
struct experiment {
	struct str salt;
	const struct variant *variants;
	size_t count;
	uint64_t total; /* of the weights */
};

/* An event of our own about the same customer, applied within the same step. */
struct emit {
	const struct event_type *event;
	const struct setting *fields; /* slots of the event */
	size_t count;
	bool inward, outward; /* for rules and journeys; for other systems */
};

/* Who enters: by an event, on a day of each year, by coming into a segment or leaving it, or by another journey. */
enum entry_kind { ENTRY_EVENT, ENTRY_YEARLY, ENTRY_SEGMENT, ENTRY_JOURNEYS };

struct segment;

struct entry_rule {
	enum entry_kind kind;
	const struct expr *date; /* of ENTRY_YEARLY: the day that recurs */
	int32_t days;            /* signed, from each recurrence */
	struct daytime at;
	enum feb29 feb29;
	const struct segment *segment; /* of ENTRY_SEGMENT */
	int32_t which;                 /* the case; -1: any that has a condition */
	bool leave;
	/* of ENTRY_YEARLY by the Chinese calendar; lunar NULL: by the common one */
	const struct lunar_table *lunar;
	enum lunar_leap leap_month;
	enum lunar_day30 day30;
};

/* What a node may set in its instance: `run.NAME`. */
struct run_value {
	struct str name;
	uint32_t tag;
};

/* Another journey that the customer enters here, as if what lets in had happened. */
struct start {
	struct str journey;
	uint32_t tag;                   /* of its name: whatever version of it there is then */
	const struct event_type *event; /* whose fields are given; NULL: none are */
	const struct setting *fields;
	size_t count;
};

#endif
