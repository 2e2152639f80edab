/* SPDX-License-Identifier: Apache-2.0 */
/* The declared fields of an event out of its JSON. */
#ifndef JD_EVENT_FIELDS_H
#define JD_EVENT_FIELDS_H

#include "adapters/text/event_text.h"
#include "core/event_paths.h"

/* Walks an object once and puts what stands under path i into items[i], all JSON_NONE before. False when one of them
 * stands twice; *twice is then its last name, borrowed from the parser. */
bool event_pick(const struct json_parser *parser, struct json_item object, const struct event_paths *paths,
                struct json_item *items, struct str *twice);

/* Reads type's fields below `data`, an object or JSON_NONE for an event without any, into the arena. Null is
 * VALUE_NULL, an undeclared name is passed over. False (refused) for a wrong type, a name that stands twice, and a
 * required field that is missing or null. */
bool event_read_fields(const struct event_reader *reader, const struct event_type *type, struct json_item data,
                       const struct value **out);

#endif
