/* SPDX-License-Identifier: Apache-2.0 */
/* Which names an expression of a journey may use, by the place it stands in. The engine fills the banks by the same
 * list; `journeyd expr` shows it. */
#ifndef JD_JOURNEY_ENV_H
#define JD_JOURNEY_ENV_H

#include "core/journey/journey.h"
#include "core/rules/compiler.h"
#include "core/rules/names.h"

enum journey_scope {
	SCOPE_ENTRY = 1,   /* entry.when and key */
	SCOPE_ANCHOR = 2,  /* anchor.date */
	SCOPE_SEGMENT = 4, /* a segment's cases */
	SCOPE_NODE = 8,    /* a send's data */
	SCOPE_ENDING = 16, /* goal and exit_when */
};

struct journey_place {
	enum journey_scope scope;
	const struct event_type *entry; /* of the journey; NULL when it is unknown */
	const struct event_type *event; /* the ending event, for SCOPE_ENDING; NULL when it is unknown */
	struct type anchor;             /* TYPE_NULL: the journey has none */
	bool segment;                   /* whether the journey has one */
	const struct named *values;     /* what its nodes set: run.NAME */
	size_t value_count;
	const struct segment *cases_of; /* it; NULL when its cases are not known */
};

/* In the compiler's arena. */
struct expr_env journey_env(const struct compiler *compiler, const struct journey_place *place);

#endif
