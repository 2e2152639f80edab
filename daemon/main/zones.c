/* SPDX-License-Identifier: Apache-2.0 */
#include "main/zones.h"
#include "main/print.h"

#include "adapters/text/zoneinfo.h"

#include <stdio.h>
#include <stdlib.h>

void zones_init(struct zones *zones)
{
	struct arena said;
	struct diag_list diags;
	struct buf text = {0};
	*zones = (struct zones){0};
	arena_init(&zones->arena, 256 << 10);
	arena_init(&said, 1024);
	diag_init(&diags, &said);
	zoneinfo_load(NULL, &zones->arena, &diags, &zones->set);
	lunar_init(&zones->lunar);
	zones->set.chinese = &zones->lunar.source;
	diag_print(&diags, false, &text);
	print_buf(&text, stderr);
	buf_release(&text);
	diag_release(&diags);
	arena_release(&said);
}

const struct zone *zones_find(struct zones *zones, struct str name)
{
	if (name.len == 0)
		return &ZONE_UTC;
	const struct zone *zone = zone_find(&zones->set, name, &zones->fixed);
	if (zone)
		return zone;
	struct str *names = mem_alloc((zones->set.count + 1) * sizeof *names);
	for (size_t i = 0; i < zones->set.count; i++)
		names[i] = zones->set.zones[i].name;
	const struct str *near = diag_nearest(name, names, zones->set.count);
	fprintf(stderr, "journeyd: no such time zone: %.*s", STR_ARG(name));
	if (near)
		fprintf(stderr, "; did you mean %.*s?", STR_ARG(*near));
	fputc('\n', stderr);
	free(names);
	return NULL;
}

void zones_release(struct zones *zones)
{
	lunar_release(&zones->lunar);
	arena_release(&zones->arena);
}
