/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a journey file, as tables, and the structs they are read into. What a key means is in the readers. */
#ifndef JD_JOURNEY_FIELDS_H
#define JD_JOURNEY_FIELDS_H

#include "core/doc.h"

struct ending_source { /* goal; an item of exit_when */
	const struct doc *event, *when;
	struct str as, about;
};

struct anchor_source {
	const struct doc *date;
	int if_missing, on_change; /* enum if_missing, enum on_change */
	struct str about;
};

struct entry_source {
	const struct doc *event, *when;
	struct str about;
};

struct journey_source {
	struct str name, about;
	const struct doc *timezone;
	int64_t priority;
	struct entry_source entry;
	const struct doc *key;
	struct anchor_source anchor;
	const struct doc *segment;
	struct ending_source goal;
	struct field_list exit_when; /* struct ending_source */
	int reentry;                 /* enum reentry */
	struct duration reentry_after;
	bool has_anchor, has_goal, has_reentry_after;
	const struct doc *nodes;
	int state, on_resume; /* enum journey_state, enum on_resume */
	const struct doc *migrate, *exit;
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
	int on_cap; /* enum on_cap */
	bool exempt;
};

struct sequence_source {
	struct daytime at;
	bool has_at;
	int late_join; /* enum late_join */
	const struct doc *before, *after;
	struct str about;
};

struct node_source {
	struct str name, about;
	struct sequence_source sequence;
	struct send_source send;
	struct duration wait;
	struct str exit_as;
};

extern const struct field JOURNEY_FIELDS[], SEGMENT_REF_FIELDS[];
/* By enum node_kind: the keys that a node of the kind may have; NULL behind the last. */
extern const struct field *const NODE_FIELDS[];

#endif
