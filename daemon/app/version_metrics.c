/* SPDX-License-Identifier: Apache-2.0 */
#include "app/version_metrics.h"

#include "app/shard.h"

/* Whose texts are unknown here is told by what stands in the records. */
static void print(const struct journey_set *set, const struct version_count *item, struct buf *out)
{
	const struct journey *current = journey_set_find(set, item->journey);
	const struct journey *journey = current;
	if (current && current->version_tag != item->version)
		journey = journey_set_find_older(set, item->journey, item->version);
	buf_str(out, STR("journeyd_instances{journey=\""));
	if (current)
		buf_str(out, current->name);
	else
		buf_printf(out, "%08x", item->journey);
	buf_str(out, STR("\",version=\""));
	if (journey)
		buf_str(out, journey->version);
	else
		buf_printf(out, "%08x", item->version);
	buf_printf(out, "\"} %llu\n", (unsigned long long)item->count);
}

static void add(struct version_counts *sum, const struct version_counts *counts)
{
	for (size_t i = 0; i < counts->count; i++)
		version_counts_move(sum, counts->items[i].journey, counts->items[i].version,
		                    (int64_t)counts->items[i].count);
}

void version_metrics_print(const struct journey_set *set, struct shard *const *shards, size_t count, struct buf *out)
{
	struct version_counts sum = {0};
	for (size_t i = 0; i < count; i++)
		if (shard_runs(shards[i]))
			add(&sum, &shards[i]->counts);
	buf_str(out,
	        STR("# HELP journeyd_instances People in each version of each journey, in the shards that run here.\n"
	            "# TYPE journeyd_instances gauge\n"));
	for (size_t i = 0; i < sum.count; i++)
		print(set, &sum.items[i], out);
	version_counts_release(&sum);
}
