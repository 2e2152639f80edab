/* SPDX-License-Identifier: Apache-2.0 */
/* One journey's document to a struct journey, and the parts it is done in. */
#ifndef JD_JOURNEY_COMPILE_H
#define JD_JOURNEY_COMPILE_H

#include "core/journey/journey_env.h"
#include "core/journey/journey_fields.h"
#include "core/rules/arena_list.h"
#include "core/rules/names.h"

/* What the journeys of a set leave behind for each other and for the checks of the whole. */
struct journey_shared {
	bool *segments_used;            /* by rules.segments */
	bool *templates_used;           /* by rules.templates */
	struct arena_list segments;     /* those compiled, so that a mistake in one is one finding */
	struct diag_range no_templates; /* the first send, when the rules list no templates at all */
	struct arena_list made;         /* struct template_made */
	const struct journey_face *faces;
	size_t face_count;
	bool faceless; /* some file could not be read: a journey that seems unknown may stand there */
};

/* How a journey is entered, known of all before any is compiled: a node may start one that comes later. */
struct journey_face {
	struct str name;
	const struct doc *doc;   /* the journey */
	const struct doc *entry; /* NULL or not a map: nothing is known, which is reported with that journey */
	enum entry_kind kind;
	const struct event_type *event; /* whose fields whoever starts it gives; NULL: unknown, or it has none */
};

struct journey_build {
	struct compiler *compiler;
	struct journey_shared *shared;
	struct journey *journey;
	const struct doc *doc;
	struct journey_place place; /* the journey's, without scope */
	struct arena_list names;    /* struct named: nodes and touches */
	struct node *nodes;         /* all of them, children behind their parents; room for every one */
	uint32_t *parents;          /* of each node; NODE_END for those of the journey itself */
	size_t node_count;
	struct arena_list ways;     /* struct way_draft: those not led to their node yet */
	struct arena_list values;   /* struct named: what nodes set in an instance */
	struct arena_list variants; /* struct str */
	struct arena_list patterns; /* struct template_pattern: with {variant}, checked once all ways are known */
	bool once;                  /* one customer enters once at most */
	struct arena_list missing;  /* struct str: templates of the pattern being checked that are not listed */
};

/* A template's name with holes, and what they may stand for. */
struct template_pattern {
	const struct doc *doc;
	const struct send *send;
	struct field_list names, variants; /* struct str; {node}, {variant} */
	uint32_t node;
};

/* A way that was written: a list of nodes, the name of one, or nothing, which is the node behind this one. */
struct way_draft {
	struct way *way; /* in the arena, where it stays */
	uint32_t from;
	struct str name; /* of the node it leads to; empty: `first`, or the node behind */
	uint32_t first;  /* NODE_END: none */
	struct diag_range range;
};

/* Fills journey, except index. False when anything is wrong with it (reported). */
bool journey_compile(struct compiler *compiler, struct journey_shared *shared, const struct source_doc *source,
                     struct journey *journey);

/* ---- the parts ---- */

struct expr_env journey_build_env(struct journey_build *build, enum journey_scope scope,
                                  const struct event_type *event);
/* journey_life.c: what edits, pauses and erasures are about. */
/* state, on_resume, migrate, exit; after the nodes. */
void journey_life_compile(struct journey_build *build, const struct journey_source *source);
/* The root without what is of its life alone. */
struct doc journey_life_without(const struct doc *doc, struct arena *arena);
/* A journey cannot live on an event that erases: reported. NULL is no event. */
void journey_life_event(struct journey_build *build, const struct doc *name, const struct event_type *event);
/* `segment:`, short or long; NULL when it names none (reported). */
const struct segment *journey_segment_compile(struct journey_build *build, const struct doc *doc, bool *at_entry);
void journey_nodes_compile(struct journey_build *build, const struct doc *list);
/* doc is the whole node. */
void journey_sequence_compile(struct journey_build *build, const struct doc *doc, const struct sequence_source *source,
                              struct sequence *out);
/* A list of nodes behind those there are; their first one's number, NODE_END when it is empty. */
uint32_t journey_list_compile(struct journey_build *build, const struct doc *list, uint32_t parent);
/* Names that nodes may set, before anything that reads them is compiled. */
void journey_values_compile(struct journey_build *build, const struct doc *nodes);
void journey_values_keep(struct journey_build *build);
void journey_wait_compile(struct journey_build *build, const struct doc *doc, struct wait *out);
/* At a node, the name of a place that may have opening hours; NULL when it gives no text (reported). */
const struct expr *journey_place_compile(struct journey_build *build, const struct doc *doc);
/* `key:` beside an event: what must be the run's key; NULL without one. env is the event's. */
const struct expr *journey_own_key_compile(struct journey_build *build, const struct doc *doc,
                                           const struct expr_env *env);
/* A signed length of time: -30d, 2d, +12h. False when it is none (reported). */
bool journey_offset_read(struct journey_build *build, const struct doc *doc, struct duration *out);
/* A branch: a list of nodes or a node's name; NULL: the node behind. */
void journey_way_compile(struct journey_build *build, const struct doc *doc, uint32_t from, struct way *way);
void journey_split_compile(struct journey_build *build, const struct split_source *source, struct node *node);
void journey_goto_compile(struct journey_build *build, const struct doc *doc, struct node *node);
void journey_wait_for_compile(struct journey_build *build, const struct wait_for_source *source, struct node *node);
void journey_experiment_compile(struct journey_build *build, const struct experiment_source *source, struct node *node);
void journey_emit_compile(struct journey_build *build, const struct emit_source *source, struct node *node);
/* What a field of an event is given; field NULL: there is no such field, which is reported. */
void journey_given_compile(struct journey_build *build, const struct event_field *field, const struct doc *value,
                           struct setting *out);
/* journey_start.c: journeys that start others. doc: `start_journey:`, short or long. */
void journey_start_compile(struct journey_build *build, const struct doc *doc, struct node *node);
/* Of all the documents that are journeys. */
void journey_faces_compile(struct compiler *compiler, const struct source_doc *docs, size_t count,
                           struct journey_shared *shared);
/* journey_from.c: `entry: { from_journeys: ... }`; the event that its fields make. */
const struct event_type *journey_from_compile(struct journey_build *build, const struct entry_source *source);
/* Whether the journey says that this one may start it. */
bool journey_from_allows(const struct journey_face *face, struct str starter);
/* The journey that a scalar names; NULL when there is none (reported). */
const struct journey_face *journey_face_of(const struct journey_build *build, const struct doc *name);
/* The field that a key names; NULL when the event has none (reported). */
const struct event_field *journey_field_find(struct journey_build *build, const struct event_type *event,
                                             const struct doc *key);
/* `at_most:` of an entry. */
void journey_cap_compile(struct journey_build *build, const struct doc *entry, const struct entry_source *source);
/* Reads `entry:` by the form it has; what is left to be compiled over its event is in source. */
void journey_entry_compile(struct journey_build *build, const struct doc *doc, struct entry_source *source);
/* Where a map of names and expressions is stored. */
struct settings_target {
	const struct doc *map;
	bool profile;
	const struct expr_env *env;
};
void journey_settings_compile(struct journey_build *build, const struct settings_target *targets, size_t count,
                              struct setting_list *out);
/* Once all nodes are there: leads every way to its node, and finds what cannot be reached and what never rests. */
void journey_ways_link(struct journey_build *build);
void journey_ways_check(struct journey_build *build);
enum { JOURNEY_WAYS_MOST = 128 };
/* Every way out of a node, its next one included where it goes on there. */
size_t journey_node_ways(const struct node *node, uint32_t *out, size_t room);
/* `where:`, equality for fields of the entry event. */
void journey_where_compile(struct journey_build *build, const struct doc *map);
/* `starts:` and `ends:`. */
void journey_dates_compile(struct journey_build *build, const struct journey_source *source);
/* An expression that gives a date or a timestamp; NULL when it does not (reported). */
const struct expr *journey_date_compile(struct journey_build *build, const struct doc *doc, enum journey_scope scope);
/* names are what {node} may stand for: every template that can come out must be listed. */
void journey_send_compile(struct journey_build *build, const struct send_source *source, const struct field_list *names,
                          struct send *out);
/* journey_channel.c: warns of a channel that is nearly one of the contact policy's. */
void journey_channel_check(struct journey_build *build, struct str channel);
/* Its template and that of a fallback. */
void journey_send_template(struct journey_build *build, const struct doc *template, const struct field_list *names,
                           struct send *out);
/* Every name that the pattern can make is listed, if any is. */
void journey_pattern_check(struct journey_build *build, const struct template_pattern *pattern);
/* Those with {variant}: of the variants that people may come with. */
void journey_variants_check(struct journey_build *build);
/* What the contact policy asks of a send: everything that out has from it. */
void journey_contact_compile(struct journey_build *build, const struct send_source *source,
                             const struct field_list *names, struct send *out);
/* The pattern's parts; what is wrong in it is reported and left out. */
void journey_template_compile(struct journey_build *build, const struct doc *doc, struct send *out);
/* Which fields of the entry event must be kept. */
void journey_kept_compile(struct journey *journey, struct arena *arena);
/* From the journey's document, its segment's, and its entry event's fields. */
void journey_version_compile(const struct rules *rules, struct arena *arena, struct journey *journey);

#endif
