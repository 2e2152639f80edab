/* SPDX-License-Identifier: Apache-2.0 */
/* A field table as JSON Schema (draft-07), for completion and checks in editors: the same rows that read the file. */
#ifndef JD_DOC_SCHEMA_H
#define JD_DOC_SCHEMA_H

#include "core/doc.h"

/* One object schema: properties, required, descriptions, defaults, enums, patterns, no further properties. FIELD_DOC
 * takes anything (that it is an expression is said in its description); `extend` may write what such a field takes
 * instead. */
struct doc_schema {
	/* Appends the members of the field's schema, each as json_key does, and answers true; false: the field takes
	 * anything. NULL: all do. */
	bool (*extend)(void *arg, const struct field *field, struct buf *out);
	void *arg;
	/* Appends what holds for the table's keys together, such as one of two being there. NULL: nothing does. */
	void (*together)(void *arg, const struct field *fields, struct buf *out);
};

/* {"type":"object",...}: to be put below another schema. */
void doc_schema_print(const struct doc_schema *schema, const struct field *fields, struct buf *out);
/* The same as a whole document, with $schema, title and description. */
void doc_schema_print_root(const struct doc_schema *schema, const char *title, const struct field *fields,
                           struct buf *out);

#endif
