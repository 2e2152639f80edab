/* SPDX-License-Identifier: Apache-2.0 */
/* The YAML parser's complaints in plain words, with what to do. */
#ifndef JD_YAML_ERROR_H
#define JD_YAML_ERROR_H

#include "core/diag.h"

struct yaml_complaint {
	const char *problem, *context; /* the parser's own words; context may be NULL */
	uint32_t at, context_at;       /* bytes */
};

void yaml_error_report(const struct diag_file *file, const struct yaml_complaint *complaint, struct diag_list *diags);
/* Size, UTF-8 and forbidden characters, before the parser sees the text. False when something was reported. */
bool yaml_error_check_bytes(const struct diag_file *file, struct diag_list *diags);

#endif
