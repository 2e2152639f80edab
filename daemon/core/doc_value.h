/* SPDX-License-Identifier: Apache-2.0 */
/* Inside doc_read: one scalar by its field's kind, and the words in which a wrong one is named. */
#ifndef JD_DOC_VALUE_H
#define JD_DOC_VALUE_H

#include "core/doc.h"

/* doc must be a scalar that is not null. False when it is wrong (reported); *out is then untouched. */
bool doc_value_read(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out);
/* "a text", "a number", "a list", "nothing" ... */
const char *doc_value_called(const struct doc *doc);
/* What a field of this kind holds: "a duration", "a list". */
const char *doc_value_wanted(enum field_kind kind);

#endif
