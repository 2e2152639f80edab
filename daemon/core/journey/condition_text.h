/* SPDX-License-Identifier: Apache-2.0 */
/* What the words of two conditions tell about each other, without knowing any customer. */
#ifndef JD_CONDITION_TEXT_H
#define JD_CONDITION_TEXT_H

#include "core/base/str.h"

/* Whether wide holds for whoever narrow holds for: the same words, or the same value compared with numbers, also as
 * parts of `&&`. False when the words do not tell. */
bool condition_text_implies(struct str narrow, struct str wide);

#endif
