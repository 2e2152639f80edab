/* SPDX-License-Identifier: Apache-2.0 */
/* `journeyd expr --conformance`: expressions of the public CEL suite, one JSON object a line in, one result a line
 * out, values in the suite's own typed form ({"int64_value": "17"}). */
#ifndef JD_MAIN_EXPR_CEL_H
#define JD_MAIN_EXPR_CEL_H

#include "core/calendar.h"

#include <stdio.h>

/* Reads until the end of input; false when a line is not of the form, which is said on standard error. */
bool expr_cel_run(FILE *in, FILE *out, const struct zone_set *zones);

#endif
