/* SPDX-License-Identifier: Apache-2.0 */
/* From parsed JSON to values. */
#ifndef JD_JSON_VALUE_H
#define JD_JSON_VALUE_H

#include "adapters/text/json.h"
#include "core/value.h"

/* The item with all below it as a value in the arena: objects become maps with text keys in their order. False when an
 * object below holds a name twice; *twice is that name, in the arena. */
bool json_to_value(const struct json_parser *parser, struct json_item item, struct arena *arena, struct value *out,
                   struct str *twice);
/* Whether a text key stands twice among the entries, and which. */
bool json_name_twice(const struct value_entry *entries, size_t count, struct str *twice);

#endif
