/* SPDX-License-Identifier: Apache-2.0 */
/* For the conformance runner: names and types are left to evaluation, where they fail only when they are reached. */
#ifndef JD_EXPR_COMPILE_H
#define JD_EXPR_COMPILE_H

#include "core/expr/expr.h"

const struct expr *expr_compile_unchecked(const struct doc *source, const struct expr_env *env, struct arena *arena,
                                          struct diag_list *diags);

#endif
