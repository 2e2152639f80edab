/* SPDX-License-Identifier: Apache-2.0 */
/* The system's zoneinfo files as tables. */
#ifndef JD_ZONEINFO_H
#define JD_ZONEINFO_H

#include "core/calendar.h"
#include "core/diag.h"

/* All zones below `folder` (NULL: $TZDIR, else /usr/share/zoneinfo), links under each of their names; "posix", "right",
 * "posixrules" and "localtime" are no names of zones and left out. A zone file that is broken is a warning; none at all
 * is an error, and the set then holds UTC alone. Lives in the arena. */
void zoneinfo_load(const char *folder, struct arena *arena, struct diag_list *diags, struct zone_set *out);

#endif
