/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that can be read and that the daemon could not start with: seen before it is started. */
#ifndef JD_SETTINGS_CHECK_H
#define JD_SETTINGS_CHECK_H

#include "core/calendar.h"
#include "core/doc.h"

/* Addresses that are no HOST:PORT: reported. doc is the whole file. */
void settings_check_addresses(struct doc_reader *reader, const struct doc *doc);
/* The time zone; false when there is none of that name (reported). */
bool settings_check_zone(struct doc_reader *reader, const struct doc *doc, const struct zone_set *zones);

#endif
