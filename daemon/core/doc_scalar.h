/* SPDX-License-Identifier: Apache-2.0 */
/* What a scalar is by itself, where no field says it: the core schema of YAML 1.2 (010 is ten, `no` is a text). */
#ifndef JD_DOC_SCALAR_H
#define JD_DOC_SCALAR_H

#include "core/doc.h"

enum scalar_type { SCALAR_NULL, SCALAR_BOOL, SCALAR_INT, SCALAR_DOUBLE, SCALAR_TEXT };

struct scalar {
	enum scalar_type type;
	union {
		bool boolean;
		int64_t integer;
		double number; /* also whole numbers beyond int64 */
	};
};

/* doc must be a scalar; its text is the value of SCALAR_TEXT. */
struct scalar scalar_resolve(const struct doc *doc);

#endif
