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
};

struct journey_build {
	struct compiler *compiler;
	struct journey_shared *shared;
	struct journey *journey;
	const struct doc *doc;
	struct journey_place place; /* the journey's, without scope */
	struct arena_list names;    /* struct named: nodes and touches */
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
void journey_sequence_compile(struct journey_build *build, const struct doc *doc, const struct sequence_source *source,
                              struct sequence *out);
/* names are what {node} may stand for: every template that can come out must be listed. */
void journey_send_compile(struct journey_build *build, const struct send_source *source, const struct field_list *names,
                          struct send *out);
/* The pattern's parts; what is wrong in it is reported and left out. */
void journey_template_compile(struct journey_build *build, const struct doc *doc, struct send *out);
/* Which fields of the entry event must be kept. */
void journey_kept_compile(struct journey *journey, struct arena *arena);
/* From the journey's document, its segment's, and its entry event's fields. */
void journey_version_compile(const struct rules *rules, struct arena *arena, struct journey *journey);

#endif
