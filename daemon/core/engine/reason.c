/* SPDX-License-Identifier: Apache-2.0 */
/* The names of decisions and reasons, from the tables in reason.h. */
#include "core/engine/reason.h"

struct str decision_text(enum decision_kind kind)
{
	static const struct str texts[] = {
#define X(name, text) [DECISION_##name] = {text, sizeof text - 1},
	        DECISION_KINDS(X)
#undef X
	};
	return texts[kind];
}

struct str reason_text(enum reason reason)
{
	static const struct str texts[] = {
#define X(name, text, about) [REASON_##name] = {text, sizeof text - 1},
	        REASONS(X)
#undef X
	};
	return texts[reason];
}

struct str reason_about(enum reason reason)
{
	static const struct str texts[] = {
#define X(name, text, about) [REASON_##name] = {about, sizeof about - 1},
	        REASONS(X)
#undef X
	};
	return texts[reason];
}
