/* SPDX-License-Identifier: Apache-2.0 */
/* Where each byte of a decoded scalar stands in the file: quotes, escapes, folded lines and block scalars undone. */
#ifndef JD_YAML_ORIGINS_H
#define JD_YAML_ORIGINS_H

#include "core/base/arena.h"

enum yaml_style { YAML_PLAIN, YAML_SINGLE, YAML_DOUBLE, YAML_LITERAL, YAML_FOLDED };

struct yaml_source {
	struct str file;
	uint32_t from, to; /* the scalar with its quotes or its | and > */
	enum yaml_style style;
};

/* NULL when value stands in the file as it is, from *text_from on; else value.len + 1 places in the arena. A scalar
 * that is folded in a way unknown here gets the scalar's beginning for each byte, never a wrong place. */
const uint32_t *yaml_origins(const struct yaml_source *source, struct str value, struct arena *arena,
                             uint32_t *text_from);

#endif
