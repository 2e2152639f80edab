/* SPDX-License-Identifier: Apache-2.0 */
/* The values that literals write. */
#ifndef JD_EXPR_LITERAL_H
#define JD_EXPR_LITERAL_H

#include "core/base/arena.h"
#include "core/value.h"

/* False when the number does not fit. A minus sign in front belongs to the literal. */
bool literal_int(struct str text, bool minus, int64_t *out);
bool literal_double(struct str text, bool minus, double *out);
/* Prefix, quotes and escapes as in CEL. On false *at is the byte of the text with the bad escape. */
bool literal_string(struct str text, struct arena *arena, struct str *out, size_t *at);

#endif
