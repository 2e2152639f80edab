/* SPDX-License-Identifier: Apache-2.0 */
/* The field tables of every kind of file, by the key that says what the file is: for JSON Schema and docs. */
#ifndef JD_JOURNEY_SCHEMA_H
#define JD_JOURNEY_SCHEMA_H

#include "core/doc_schema.h"

struct journey_schema {
	const char *name; /* journey, event, segment, profile, traits, templates, contact_policy, limits */
	const char *about;
	const struct field *fields;
};

/* NULL when there is no such kind. */
const struct journey_schema *journey_schema_find(struct str name);
/* All of them, in the order in which a newcomer meets them. */
const struct journey_schema *journey_schema_all(size_t *count);

/* How doc_schema_print shows what the tables leave to code: expressions, maps of fields, the kinds of node. */
extern const struct doc_schema JOURNEY_SCHEMA;

#endif
