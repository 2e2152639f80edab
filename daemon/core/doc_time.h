/* SPDX-License-Identifier: Apache-2.0 */
/* Hints for durations, times and dates that could not be read: what was probably meant. Empty when nobody can say. */
#ifndef JD_DOC_TIME_H
#define JD_DOC_TIME_H

#include "core/base/arena.h"

struct str doc_time_duration_hint(struct arena *arena, struct str text);
struct str doc_time_daytime_hint(struct arena *arena, struct str text);
struct str doc_time_date_hint(struct arena *arena, struct str text);
/* Of a date as other countries write it; empty when it is none. */
struct str doc_time_other_date(struct arena *arena, struct str text);
struct str doc_time_instant_hint(struct arena *arena, struct str text);

#endif
