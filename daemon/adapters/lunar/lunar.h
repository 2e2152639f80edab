/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Chinese calendar of the years 1900 to 2100, from ICU.
 *
 * ICU computes moon and sun nearly right: where either changes within minutes of midnight in Beijing, ICU 72 names
 * another day or another leap month than the calendar in use (ICU-23274). The eleven such places on which the published
 * tables agree are put right here. Of 2057, 2089 and 2097 the Hong Kong Observatory itself says that its tables may be
 * off by a day; there ICU's answer stays.
 */
#ifndef JD_LUNAR_H
#define JD_LUNAR_H

#include "core/base/arena.h"
#include "core/calendar_lunar.h"

struct lunar {
	struct lunar_source source; /* what core is given */
	struct arena arena;
	struct lunar_table table; /* empty until it was asked for, and when ICU has no such calendar */
	bool read;
};

void lunar_init(struct lunar *lunar);
void lunar_release(struct lunar *lunar);

#endif
