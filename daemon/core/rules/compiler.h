/* SPDX-License-Identifier: Apache-2.0 */
/* What every part of the compilation of rules and journeys needs: where results go, where findings go, and the readers
 * of references (an event's name, a zone's name) that report what they do not find. */
#ifndef JD_COMPILER_H
#define JD_COMPILER_H

#include "core/rules/rules.h"
#include "core/rules/source_doc.h"

struct compiler {
	struct doc_reader reader; /* the set's arena; the findings */
	const struct zone_set *zones;
	struct rules *rules;
	/* where they were named, by index in rules */
	const struct diag_range *event_places, *template_places, *cap_places;
	bool templates_listed; /* a file of rules lists templates */
	bool incomplete;       /* a rules file could not be read: what seems unknown may stand there */
};

/* A scalar that is a name; false and empty when it is not (reported) or doc is NULL. */
bool compiler_name(struct compiler *compiler, const struct doc *doc, struct str *out);
/* The event that a scalar names; NULL when there is none (reported) or doc is NULL. */
const struct event_type *compiler_event(struct compiler *compiler, const struct doc *doc);
/* Reports a `stale_after` that is longer than anything waits. */
void compiler_stale(struct compiler *compiler, struct diag_range range, struct duration stale_after);
/* A share of the customers such as 2.5%, in ten thousand; 0 when it is none (reported) or doc is NULL. */
uint32_t compiler_share(struct compiler *compiler, const struct doc *doc, const char *what);
/* A time zone's name; empty when there is no such zone (reported) or doc is NULL. */
struct str compiler_zone(struct compiler *compiler, const struct doc *doc);
/* A condition, or NULL. */
const struct expr *compiler_condition(struct compiler *compiler, const struct doc *doc, const struct expr_env *env);

/* Whether a pair of a map of expressions is the rest of one that a comma inside { } has cut: { x: f(a, b) } has the
 * keys x and `b)`. Reported. */
bool compiler_cut_expression(struct compiler *compiler, const struct doc_pair *pair);

/* The names that an expression over an event may use, put together root by root. */
struct env_names {
	struct expr_name *items; /* in the arena */
	size_t count, cap;
	struct arena *arena;
};
void env_add(struct env_names *names, struct expr_name name);
/* `root.field` for each field; for an event that is not known (NULL) the root alone, of any type, so that one unknown
 * event is one finding. */
void env_add_event(struct env_names *names, const char *root, enum expr_bank bank, const struct event_type *event);
/* The attributes and traits; where rules are incomplete also the root, of any type, for the same reason. */
void env_add_profile(struct env_names *names, const struct compiler *compiler);
void env_add_traits(struct env_names *names, const struct compiler *compiler); /* and the constants */
/* `event`, `profile`, `trait` and `now`: what rules may read; event NULL: any field of `event`, which is not known. */
struct expr_env compiler_rules_env(struct compiler *compiler, const struct event_type *event);
/* `event "purchase"`, for messages; lives in the arena. */
struct str env_event_what(const struct event_type *event, struct arena *arena);

#endif
