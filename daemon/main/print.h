/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JD_PRINT_H
#define JD_PRINT_H

#include "core/diag.h"

#include <stdio.h>

/* The whole text to that stream; nothing at all for an empty one. */
void print_buf(const struct buf *text, FILE *out);
/* What was found, sorted: to standard error, or as JSON to standard output. */
void print_findings(struct diag_list *diags, bool json);
/* Whether colours suit that descriptor: a terminal, NO_COLOR not set, TERM not dumb. */
bool print_colour(int fd);

#endif
