/* SPDX-License-Identifier: Apache-2.0 */
/* Files of rules/ to struct rules. */
#ifndef JD_RULES_COMPILE_H
#define JD_RULES_COMPILE_H

#include "core/rules/arena_list.h"
#include "core/rules/compiler.h"
#include "core/rules/names.h"

/* Fills compiler->rules; everything wrong is reported. What is wrong is left out or of any type, so that one mistake
 * is one finding. docs are in order of path. */
void rules_compile(struct compiler *compiler, const struct source_doc *docs, size_t count);

/* ---- for the readers of each kind ---- */

/* Fields declared as an event's, somewhere else than in its file; map may be NULL. */
void rules_fields_compile(struct compiler *compiler, const struct doc *map, struct event_type *type);

struct rules_kind;

struct event_draft {
	struct event_type type;
	struct event_effects effects;
	struct diag_range place;
	const struct doc *sets;
};

struct trait_keys;

struct rules_build {
	struct compiler *compiler;
	struct rules *rules;
	struct arena *arena;
	const struct source_doc *docs;
	const struct rules_kind **kinds; /* of each of docs; NULL for one of no kind */
	size_t count;
	/* each list of what was read with the list of its names and places */
	struct arena_list profile, profile_names;     /* struct profile_field */
	struct arena_list events, event_names;        /* struct event_draft */
	struct arena_list traits, trait_names;        /* struct trait */
	struct arena_list segments, segment_names;    /* struct segment_rule */
	struct arena_list template_names;             /* the names are all there is */
	struct arena_list caps, cap_names;            /* struct frequency_cap */
	struct arena_list trait_drafts;               /* struct trait_draft, as many as traits */
	struct arena_list constants, constant_values; /* struct rules_constant and the struct value of each */
	struct arena_list trees;                      /* struct topic_tree */
	struct arena_list openings;                   /* struct opening */
	struct arena_list template_needs;             /* struct template_need, as many as template_names */
	struct arena_list table_names, tree_names, opening_names;
};

void rules_name(struct rules_build *build, struct arena_list *names, struct str name, struct diag_range range);
void rules_check_names(struct rules_build *build, const struct arena_list *names, const char *what, bool stored);

void rules_read_profile(struct rules_build *build, const struct doc *doc);
void rules_end_profile(struct rules_build *build);
void rules_read_event(struct rules_build *build, const struct doc *doc);
void rules_end_events(struct rules_build *build);
void rules_read_traits(struct rules_build *build, const struct doc *doc);
void rules_end_traits(struct rules_build *build);
void rules_read_tables(struct rules_build *build, const struct doc *doc);
void rules_end_tables(struct rules_build *build);
void rules_read_topics(struct rules_build *build, const struct doc *doc);
void rules_end_topics(struct rules_build *build); /* after the tables: both are constants */
void rules_read_opening_hours(struct rules_build *build, const struct doc *doc);
void rules_end_opening_hours(struct rules_build *build);
/* What the events set: after the traits, which it may read. */
void rules_end_sets(struct rules_build *build);

/* A trait as it was read, before its expressions are compiled. */
struct trait_draft {
	const struct doc *key, *computation; /* its name; what is below `sum:` and the like */
	struct trait_keys *keys;
	enum trait_kind kind;
};

/* rules_score.c: what is computed from other traits. */
void rules_compute_trait(struct rules_build *build, const struct trait_draft *draft, struct trait *trait);
/* The order in which traits are computed, each after those it reads; a circle is reported. */
void rules_order_traits(struct rules_build *build);
void rules_read_segment(struct rules_build *build, const struct doc *doc);
void rules_end_segments(struct rules_build *build);
void rules_read_templates(struct rules_build *build, const struct doc *doc);
void rules_end_templates(struct rules_build *build);
void rules_read_contact_policy(struct rules_build *build, const struct doc *doc);
void rules_end_contact_policy(struct rules_build *build);
void rules_read_limits(struct rules_build *build, const struct doc *doc);
void rules_end_limits(struct rules_build *build);

/* Where a cap goes: a list of struct frequency_cap, and one of their names. */
struct cap_place {
	struct arena_list *caps, *names;
};
struct cap_source;
struct contact_policy_source;
/* One that cannot work is reported and left out. */
void rules_add_cap(struct rules_build *build, const struct cap_place *place, const struct cap_source *source,
                   const struct doc *doc);
/* All keys of the contact policy but the caps; doc is the map below `contact_policy`. */
void rules_read_contacts(struct rules_build *build, const struct contact_policy_source *source, const struct doc *doc);

/* Whether the scalar is a name that an expression can say: letters, digits and _; reported when not. */
bool rules_identifier(struct rules_build *build, const struct doc *key, const char *what);

#endif
