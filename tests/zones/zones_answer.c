/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers questions about zones, one a line, for tests/zones/compare:
 *   z NAME     the zone that the next questions are about; answers its name
 *   o SECOND   the offset at that second since 1970
 *   l SECOND   the second since 1970 at which the local clock shows that reading (seconds since its own 1970)
 * and, as the first line, how many zones there are.
 */
#include "adapters/text/zoneinfo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t answer_local(const struct zone *zone, int64_t local)
{
	int64_t days = local / 86400 - (local % 86400 < 0);
	struct date date = {(int32_t)days};
	struct daytime time = {(int32_t)((local - days * 86400) * 1000)};
	return calendar_instant(zone, date, time).ms / 1000;
}

static bool answer(const struct zone_set *zones, const struct zone **zone, struct zone *fixed, char *line)
{
	line[strcspn(line, "\n")] = '\0';
	if (strlen(line) < 3)
		return false;
	int64_t second = strtoll(line + 2, NULL, 10);
	if (line[0] == 'z') {
		*zone = zone_find(zones, str_from(line + 2), fixed);
		printf("%.*s\n", *zone ? (int)(*zone)->name.len : 1, *zone ? (*zone)->name.ptr : "?");
	} else if (*zone && line[0] == 'o') {
		printf("%d\n", zone_offset(*zone, (struct instant){second * 1000}));
	} else if (*zone && line[0] == 'l') {
		printf("%" PRId64 "\n", answer_local(*zone, second));
	} else {
		return false;
	}
	return true;
}

int main(void)
{
	struct arena arena;
	struct diag_list diags;
	struct zone_set zones;
	struct zone fixed;
	const struct zone *zone = NULL;
	char line[256];
	int status = 0;
	arena_init(&arena, 1 << 20);
	diag_init(&diags, &arena);
	zoneinfo_load(NULL, &arena, &diags, &zones);
	printf("%zu\n", zones.count);
	while (status == 0 && fgets(line, sizeof line, stdin))
		status = answer(&zones, &zone, &fixed, line) ? 0 : 1;
	diag_release(&diags);
	arena_release(&arena);
	return status;
}
