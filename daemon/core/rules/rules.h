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

struct profile_field {
	struct str name; /* `timezone` (a string) is always there, slot 0 */
	uint32_t tag;
	struct type type;
	struct str about;
};
enum { PROFILE_TIMEZONE = 0 };

enum trait_kind { TRAIT_COUNT, TRAIT_LAST_TIME, TRAIT_FIRST_TIME };

struct trait {
	struct str name;
	uint32_t tag;
	enum trait_kind kind;
	uint32_t event;          /* index of the event it is computed from */
	const struct expr *when; /* NULL: each of them */
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

enum on_cap { ON_CAP_SKIP }; /* defer, exit and fallback belong to the rest of the contact policy */

/* At most `max` sends in any window of this length: a send at t is refused when `max` sends have time > t - within. */
struct frequency_cap {
	struct str name;
	struct str channel; /* empty: all channels together */
	int64_t max;
	struct duration within;
};

struct segment_rule {
	struct str name;
	const struct doc *doc; /* the whole document */
};

struct rules {
	const struct event_type *events;     /* by name, rising */
	const struct event_effects *effects; /* as many */
	size_t event_count;
	const struct profile_field *profile;
	size_t profile_count;
	const struct trait *traits;
	size_t trait_count;
	const struct segment_rule *segments;
	size_t segment_count;
	const struct str *templates; /* rising */
	size_t template_count;
	const struct frequency_cap *caps;
	size_t cap_count;
	struct duration ledger_window; /* the longest cap's, at least a day: how long sends are remembered */
	int64_t duplicate_window;      /* ids remembered per customer; default 16, at most 64 */
	int64_t actions_per_day;       /* breaker; default 20 */
	struct str timezone;           /* default zone of the rules; empty when not given */
};

const struct event_type *rules_event(const struct rules *rules, struct str name); /* NULL when not declared */
/* Whether it may be sent: when the rules list none at all, any may. */
bool rules_template(const struct rules *rules, struct str name);
const struct str *rules_template_at(const struct rules *rules, struct str name); /* in rules->templates, or NULL */

#endif
