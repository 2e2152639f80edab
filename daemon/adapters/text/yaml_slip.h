/* SPDX-License-Identifier: Apache-2.0 */
/* Slips of the hand that a parser notices lines later: a quote left open, a space that is none, a "-" or ":" without
 * its space. */
#ifndef JD_YAML_SLIP_H
#define JD_YAML_SLIP_H

#include "adapters/text/yaml_error.h"
#include "core/doc.h"

/* Reports the slip that is behind a complaint where it stands; false when none is found. */
bool yaml_slip_report(const struct diag_file *file, const struct yaml_complaint *complaint, struct diag_list *diags);
/* The first line among those that the line of `at` should be in line with: below the line that both stand under.
 * Empty when there is none above it. */
struct diag_range yaml_slip_neighbour(const struct diag_file *file, uint32_t at);
/* The innermost bracket that is open at a place; empty when none is. */
struct diag_range yaml_slip_bracket(const struct diag_file *file, uint32_t at);
/* Reports the spaces and quotes in a plain scalar that look like YAML's own and are not: the parser does not mind. The
 * quotes are taken off, so that the rest is read as it is meant. False when what the parser made of it is not. */
bool yaml_slip_check(struct doc *scalar, struct diag_list *diags);

#endif
