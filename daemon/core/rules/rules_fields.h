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

struct trait_source {
	const struct doc *count, *last_time, *first_time; /* each an event's name; one of them is there */
	const struct doc *when;
	struct str about;
};

struct segment_source { /* segment: NAME */
	struct str name, about, otherwise;
	const struct doc *cases;
	bool has_otherwise;
};

struct templates_source { /* templates: */
	const struct doc *templates;
	struct str about;
};

struct cap_source {
	struct str name, channel, about;
	int64_t max;
	struct duration within;
};

struct contact_policy_source { /* contact_policy: */
	struct {
		int on_cap; /* enum on_cap */
		struct field_list caps;
		struct str about;
	} policy;
	struct str about;
};

struct limits_source { /* limits: */
	struct {
		int64_t duplicate_window, actions_per_day;
		const struct doc *timezone;
		struct str about;
	} limits;
	struct str about;
};

extern const struct field EVENT_FIELDS[], EVENT_FIELD_FIELDS[], PROFILE_FIELDS[], ATTRIBUTE_FIELDS[], TRAITS_FIELDS[],
        TRAIT_FIELDS[], SEGMENT_FIELDS[], TEMPLATES_FIELDS[], CONTACT_POLICY_FIELDS[], LIMITS_FIELDS[];

extern const char *const ON_CAP_WORDS[]; /* by enum on_cap */

#endif
