/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of each kind of file in rules/, as tables, and the structs they are read into. */
#ifndef JD_RULES_FIELDS_H
#define JD_RULES_FIELDS_H

#include "core/doc.h"

struct event_source { /* event: NAME */
	struct str name, about;
	const struct doc *fields, *sets;
	int erases; /* the only word is 0: see has_erases */
	bool has_erases;
};

struct event_field_source { /* the long form of a field or attribute: { type, required, about } */
	const struct doc *type;
	bool required;
	struct str about;
};

struct profile_source { /* profile: */
	const struct doc *profile;
	struct str about;
};

struct traits_source { /* traits: */
	const struct doc *traits;
	struct str about;
};

struct trait_keys {
	/* one of them is there: an event's name, several, or a map of them; the last three are of other kinds */
	const struct doc *count, *last_time, *first_time, *sum, *min, *max, *average, *first, *last, *distinct,
	        *most_frequent, *days_since, *value, *rfm, *tier;
	const struct doc *when, *of, *at;
	struct duration within;
	bool has_within;
	struct str about;
};

struct trait_source_keys { /* sum: { EVENT: { of, when, at } } */
	const struct doc *when, *of, *at;
	struct str about;
};

struct score_keys { /* recency: { of, limits } */
	const struct doc *of, *limits;
	struct str about;
};

struct rfm_keys {
	struct score_keys scores[3]; /* recency, frequency, monetary */
	struct str about;
};

struct tier_keys {
	const struct doc *points, *steps, *invitation;
	struct str otherwise, about;
};

struct tables_source { /* tables: */
	const struct doc *tables;
	struct str about;
};

struct topics_source { /* topics: NAME */
	struct str name, about;
	const struct doc *tree;
};

struct opening_hours_source { /* opening_hours: */
	const struct doc *places;
	struct str about;
};

struct opening_keys {
	const struct doc *timezone, *closed;
	const struct doc *week[7]; /* Sunday first */
	struct str about;
};

struct segment_source { /* segment: NAME */
	struct str name, about, otherwise;
	const struct doc *cases;
	bool has_otherwise;
	const struct doc *path, *topics; /* instead of cases: a computed name, and the tree it is from */
};

struct case_keys { /* a case with cases of its own */
	const struct doc *when, *cases;
	struct str otherwise, about;
};

struct template_keys {           /* templates: { NAME: { needs: [FIELD, ...] } } */
	struct field_list needs; /* struct str */
	struct str about;
};

struct templates_source { /* templates: */
	const struct doc *templates;
	struct str about;
};

struct cap_source {
	struct str name, channel, about;
	int64_t max;
	struct duration within;
	struct str topic, tag;
};

struct quiet_source { /* quiet_hours: */
	struct daytime from, to;
	struct field_list channels; /* struct str */
	struct str about;
};

struct suppress_source { /* an item of suppress_when */
	struct str name, about;
	const struct doc *when;
};

struct how_often_source { /* how_often: */
	const struct doc *by;
	struct field_list choices; /* struct cap_source */
	struct str about;
};

struct service_source {                /* service: */
	struct field_list exempt_from; /* struct str */
	struct str about;
};

struct contact_policy_source { /* contact_policy: */
	struct {
		int on_cap; /* enum on_cap */
		struct field_list caps;
		struct str about;
		const struct doc *suppressed, *consent, *channels, *topics;
		struct field_list suppress_when; /* struct suppress_source */
		struct quiet_source quiet;
		struct how_often_source how_often;
		struct service_source service;
		struct duration stale_after;
		int on_quiet, same_instant; /* enum on_quiet, enum same_instant */
		bool has_quiet, has_service;
		const struct doc *holdout;
	} policy;
	struct str about;
};

struct limits_source { /* limits: */
	struct {
		int64_t duplicate_window, actions_per_day, journeys_at_once;
		const struct doc *timezone;
		struct str about;
		int64_t value_size, record_size, action_size;
	} limits;
	struct str about;
};

extern const struct field EVENT_FIELDS[], EVENT_FIELD_FIELDS[], PROFILE_FIELDS[], ATTRIBUTE_FIELDS[], TRAITS_FIELDS[],
        TRAIT_FIELDS[], TRAIT_SOURCE_FIELDS[], RFM_FIELDS[], TIER_FIELDS[], TABLES_FIELDS[], TOPICS_FIELDS[],
        OPENING_HOURS_FIELDS[], OPENING_FIELDS[], SEGMENT_FIELDS[], CASE_FIELDS[], TEMPLATE_FIELDS[],
        TEMPLATES_FIELDS[], CONTACT_POLICY_FIELDS[], LIMITS_FIELDS[];

extern const char *const ON_CAP_WORDS[];   /* by enum on_cap; of these, fallback needs more than the word */
extern const char *const ON_QUIET_WORDS[]; /* by enum on_quiet */

#endif
