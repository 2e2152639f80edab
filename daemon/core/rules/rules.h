/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rules/ says, compiled: which events there are, what they set in the profile and count in traits, the templates,
 * the contact policy, limits. Immutable, in the arena of its journey set. Segments stay documents: they are compiled
 * into each journey that names them, since `event` means that journey's entry event there.
 */
#ifndef JD_RULES_H
#define JD_RULES_H

#include "core/event.h"
#include "core/expr/expr.h"
#include "core/opening.h"
#include "core/rules/policy.h"

struct profile_field {
	struct str name; /* `timezone` (a string) is always there, slot 0 */
	uint32_t tag;
	struct type type;
	struct str about;
};
enum { PROFILE_TIMEZONE = 0 };

enum trait_kind {
	TRAIT_COUNT,
	TRAIT_LAST_TIME,
	TRAIT_FIRST_TIME,
	TRAIT_SUM, /* from here to TRAIT_MOST_FREQUENT: of a value of the event */
	TRAIT_MIN,
	TRAIT_MAX,
	TRAIT_AVERAGE,
	TRAIT_FIRST,
	TRAIT_LAST,
	TRAIT_DISTINCT,
	TRAIT_MOST_FREQUENT,
	TRAIT_DAYS_SINCE,
	TRAIT_VALUE, /* from here on: computed from the profile and other traits */
	TRAIT_RFM,
	TRAIT_TIER,
};

/* One event that a trait is computed from; any of its expressions may be NULL. */
struct trait_source {
	uint32_t event;          /* index */
	const struct expr *when; /* NULL: each of them */
	const struct expr *of;   /* the value; absent or null: the event does not count */
	const struct expr *at;   /* the moment it counts from; NULL: the event's own time */
};

/* A measure and the limits that make a score of it: 1 and one more for each limit reached. */
struct trait_score {
	const struct expr *of;
	const double *limits;
	size_t count;
	bool falling; /* the limits fall: less is better */
};

enum { SCORES_MAX = 3 }; /* recency, frequency, monetary */

struct trait_tier {
	struct str name;
	double from;                   /* points */
	const struct expr *invitation; /* not NULL: a tier for whom this holds, whatever the points */
};

struct trait {
	struct str name;
	uint32_t tag;
	enum trait_kind kind;
	struct type type;
	bool plain;             /* stored as it is, in customer.traits; else kept as moments, or computed when read */
	struct duration within; /* the rolling window; 0: ever */
	const struct trait_source *sources;
	size_t source_count;
	const struct expr *value;         /* of TRAIT_VALUE; the points of TRAIT_TIER */
	const struct trait_score *scores; /* of TRAIT_RFM */
	const struct trait_tier *tiers;   /* of TRAIT_TIER: invitations first, then points, rising */
	size_t tier_count;
	struct str otherwise;    /* of TRAIT_TIER: below all of them; empty: absent */
	const struct str *words; /* of TRAIT_TIER: all that it can be; else NULL */
	size_t word_count;
};

struct profile_setter {
	uint32_t slot;
	const struct expr *value; /* absent leaves the attribute alone, null removes it */
};

/* What one event type does to the customer, in this order, before any journey sees it. */
struct event_effects {
	const struct profile_setter *setters;
	size_t setter_count;
	const uint32_t *traits; /* indexes into rules.traits */
	size_t trait_count;
	bool erases; /* instead of all that: the customer is forgotten */
};

struct topic_tree;

struct segment_rule {
	struct str name;
	const struct doc *doc;         /* the whole document */
	const struct topic_tree *tree; /* of a segment by path; else NULL */
};

/* The fields that a send of the template must have in its data. */
struct template_need {
	struct str name;
	const struct str *fields;
	size_t count;
};

/* What expressions read as `table.lapse_days` or `topics.car`. */
struct rules_constant {
	struct str path;
	struct type type;
};

struct topic_tree {
	struct str name;
	const struct str *paths; /* exterior, exterior/wheels ...; rising */
	size_t count;
};

struct rules {
	const struct event_type *events;     /* by name, rising */
	const struct event_effects *effects; /* as many */
	size_t event_count;
	const struct profile_field *profile;
	size_t profile_count;
	const struct trait *traits;
	size_t trait_count;
	const uint32_t *live_traits; /* those that are not plain, in the order in which they are computed */
	size_t live_trait_count;
	const struct segment_rule *segments;
	size_t segment_count;
	const struct str *templates; /* rising */
	size_t template_count;
	const struct frequency_cap *caps;
	size_t cap_count;
	struct duration ledger_window;          /* the longest cap's, at least a day: how long sends are remembered */
	int64_t duplicate_window;               /* ids remembered per customer; default 16, at most 64 */
	int64_t actions_per_day;                /* breaker; default 20 */
	struct str timezone;                    /* default zone of the rules; empty when not given */
	const struct rules_constant *constants; /* BANK_TABLE: tables and topics */
	const struct value *constant_values;    /* as many */
	size_t constant_count;
	const struct topic_tree *trees;
	size_t tree_count;
	struct opening_hours hours;
	const struct template_need *template_needs; /* as many as templates, in the same order */
	struct contact_policy policy;               /* all of it but the caps */
	int64_t journeys_at_once;                   /* of one customer; 0: any number */
	int64_t value_size, record_size,
	        action_size; /* bytes of one kept value, of a customer's, of a message's data */
};

static inline bool trait_computed(const struct trait *trait)
{
	return trait->kind >= TRAIT_VALUE;
}

const struct event_type *rules_event(const struct rules *rules, struct str name); /* NULL when not declared */
/* Whether it may be sent: when the rules list none at all, any may. */
bool rules_template(const struct rules *rules, struct str name);
const struct str *rules_template_at(const struct rules *rules, struct str name); /* in rules->templates, or NULL */

#endif
