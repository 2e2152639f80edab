/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between instants and what a wall calendar shows, by zone tables given as data. Nothing here reads a file or asks a
 * clock. Rules: a local time that the clock skips (spring) moves forward by the gap; one that it shows twice (autumn)
 * means the first.
 */
#ifndef JD_CALENDAR_H
#define JD_CALENDAR_H

#include "core/base/instant.h"

struct lunar_source; /* calendar_lunar.h */
struct zone_rule;    /* the POSIX TZ rule behind the last transition */

struct zone {
	struct str name;
	const int64_t *at;     /* seconds since 1970, rising: from at[i] on, offset[i] holds */
	const int32_t *offset; /* seconds east of UTC */
	size_t count;
	int32_t first;                /* the offset before at[0], and for ever when there is neither table nor rule */
	const struct zone_rule *rule; /* after the last transition; NULL: its offset for ever */
};

/* All zones there are, sorted by name; immutable. Made by the zoneinfo adapter. */
struct zone_set {
	const struct zone *zones;
	size_t count;
	struct lunar_source *chinese; /* the Chinese calendar; NULL: none here */
};

/* UTC, always there. */
extern const struct zone ZONE_UTC;

/* Builds a zone from the bytes of a TZif file (RFC 8536, versions 1 to 4) into the arena; false when it is malformed
 * or counts leap seconds. The name is borrowed. */
bool zone_read(struct str name, struct str tzif, struct arena *arena, struct zone *out);
/* Parses a POSIX TZ string such as "CET-1CEST,M3.5.0,M10.5.0/3"; NULL when malformed. */
const struct zone_rule *zone_rule_parse(struct str text, struct arena *arena);
/* By IANA name (as it is written there) or "+hh:mm"/"-hh:mm"/"hh:mm" up to 23:59 (written into *fixed, which must
 * outlive its use; its name is borrowed from `name`); NULL when unknown. "UTC" is known without any set. */
const struct zone *zone_find(const struct zone_set *set, struct str name, struct zone *fixed);

/* Seconds east of UTC at that moment. Moments outside the years 1 to 9999 count as the nearest inside, here and in
 * calendar_date and calendar_daytime; a day that is outside by the zone alone, too. */
int32_t zone_offset(const struct zone *zone, struct instant at);
struct date calendar_date(const struct zone *zone, struct instant at);
struct daytime calendar_daytime(const struct zone *zone, struct instant at);
/* The moment of that local date and time of day, kept within the years 1 to 9999; 24:00 is the next day's 00:00. */
struct instant calendar_instant(const struct zone *zone, struct date date, struct daytime time);
/* The same month and day in another year; 29 February where that year has none becomes 28 February or 1 March. */
enum feb29 { FEB29_FEB28, FEB29_MAR1, FEB29_SKIP };
/* False for FEB29_SKIP in a year without that day, and for a year that is not 1 to 9999. */
bool calendar_anniversary(struct date date, int year, enum feb29 rule, struct date *out);
/* The same day so many months on, or the last of that month where there is none; kept inside the years 1 to 9999. */
struct date calendar_add_months(struct date date, int months);

#endif
