/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contact policy, compiled: who may be written to, when, and how often. Immutable, in the arena of its journey set.
 * Its expressions read the profile, the traits and what is known of the message (enum policy_name, in BANK_ENTRY).
 */
#ifndef JD_POLICY_H
#define JD_POLICY_H

#include "core/expr/expr.h"

/* BANK_ENTRY in the policy's expressions. In those of an event's rules the first of them alone is there. */
enum policy_name {
	POLICY_NOW,      /* now: timestamp */
	POLICY_CHANNEL,  /* channel: string */
	POLICY_TOPIC,    /* topic: string, absent when the send has none */
	POLICY_PROMOTES, /* promotes: string, absent when the send has none */
	POLICY_JOURNEY,  /* journey: string */
	POLICY_NAME_COUNT
};

enum on_cap { ON_CAP_SKIP, ON_CAP_DEFER, ON_CAP_EXIT, ON_CAP_FALLBACK };
enum on_quiet { ON_QUIET_DEFER, ON_QUIET_SKIP };
enum { POLICY_LONGEST_DAYS = 31 }; /* no message waits longer, whatever stops it */
/* How many sends may go at one and the same instant. */
enum same_instant { SAME_INSTANT_ALL, SAME_INSTANT_ONE, SAME_INSTANT_ONE_PER_CHANNEL };

/* What a service message need not obey; `suppressed` is never among them. */
enum policy_part {
	POLICY_CONSENT = 1,
	POLICY_CHANNELS = 2,
	POLICY_TOPICS = 4,
	POLICY_SUPPRESS_WHEN = 8,
	POLICY_QUIET = 16,
	POLICY_CAPS = 32, /* frequency caps, the customer's choice of how often, one at an instant */
	POLICY_HOLDOUT = 64
};

enum {
	POLICY_SERVICE_EXEMPT = POLICY_HOLDOUT | POLICY_SUPPRESS_WHEN | POLICY_CAPS
}; /* where the rules say nothing else */

/* At most `max` sends in any window of this length: a send at t is refused when `max` sends have time > t - within. */
struct frequency_cap {
	struct str name;
	struct str channel; /* empty: all channels together */
	int64_t max;
	struct duration within;
	uint16_t label;      /* of the topic or tag it counts; 0: every send */
	struct str labelled; /* the topic or tag as written, for messages */
};

struct policy_rule {
	struct str name; /* a channel's, a topic's, or the rule's own */
	const struct expr *when;
};

struct policy_rules {
	const struct policy_rule *items;
	size_t count;
};

struct quiet_hours {
	bool given;
	struct daytime from, to;    /* from > to: over midnight */
	const struct str *channels; /* these alone; none: every one */
	size_t channel_count;
};

struct contact_policy {
	const struct expr *suppressed;                 /* NULL: nobody is */
	struct policy_rules consent, channels, topics; /* who may be written to: by channel, by channel, by topic */
	bool topics_listed;                            /* a send's topic must be in the list */
	struct policy_rules suppress_when;             /* who may not */
	struct quiet_hours quiet;
	const struct expr *how_often; /* the name of one of the choices; NULL: customers do not choose */
	const struct frequency_cap *choices;
	size_t choice_count;
	enum on_cap on_cap;
	enum on_quiet on_quiet;
	enum same_instant same_instant;
	struct duration stale_after; /* 0: never */
	unsigned service_exempt;     /* enum policy_part */
	uint32_t holdout;            /* in ten thousand: these customers are sent nothing by any journey */
};

/* Of topics and tags in caps, in sends and in records; never 0. */
uint16_t policy_label(const char *kind, struct str name);

#endif
