/* SPDX-License-Identifier: Apache-2.0 */
#include "app/shard_meta.h"

enum { META_UNCOUNTED = 1, META_FORMAT = 2 };

void shard_meta_init(struct shard_meta *meta, uint32_t topics)
{
	*meta = (struct shard_meta){.topics = topics, .stream = INSTANT_NONE, .fired = INSTANT_NONE};
	for (size_t i = 0; i < TOPICS_MAX; i++)
		meta->offsets[i] = -1;
}

void shard_meta_write(const struct shard_meta *meta, struct buf *out)
{
	pack_u64(out, META_FORMAT);
	pack_u64(out, meta->topics);
	for (uint32_t i = 0; i < meta->topics; i++) {
		pack_fixed(out, meta->tags[i], 4);
		pack_i64(out, meta->offsets[i]);
	}
	pack_u64(out, meta->outbox);
	pack_u64(out, meta->committed);
	pack_i64(out, meta->stream.ms);
	pack_i64(out, meta->fired.ms);
	pack_str(out, meta->versions);
}

bool shard_meta_read(struct shard_meta *meta, struct str bytes)
{
	struct unpack in = unpack_init(bytes);
	uint64_t format = unpack_u64(&in), topics = unpack_u64(&in);
	if ((format != META_FORMAT && format != META_UNCOUNTED) || topics > TOPICS_MAX)
		return false;
	shard_meta_init(meta, (uint32_t)topics);
	for (uint32_t i = 0; i < meta->topics; i++) {
		meta->tags[i] = (uint32_t)unpack_fixed(&in, 4);
		meta->offsets[i] = unpack_i64(&in);
	}
	meta->outbox = unpack_u64(&in);
	meta->committed = unpack_u64(&in) != 0;
	meta->stream.ms = unpack_i64(&in);
	meta->fired.ms = unpack_i64(&in);
	meta->uncounted = format == META_UNCOUNTED;
	if (!meta->uncounted)
		meta->versions = unpack_str(&in);
	if (meta->versions.len == 0)
		meta->versions.ptr = NULL;
	return !in.bad && unpack_done(&in);
}

uint32_t shard_meta_arrange(struct shard_meta *meta, const uint32_t *tags, uint32_t topics)
{
	struct shard_meta old = *meta;
	uint32_t found = 0;
	meta->topics = topics;
	for (uint32_t i = 0; i < topics; i++) {
		meta->tags[i] = tags[i];
		meta->offsets[i] = -1;
		for (uint32_t k = 0; k < old.topics; k++) {
			if (old.tags[k] != tags[i])
				continue;
			meta->offsets[i] = old.offsets[k];
			found++;
		}
	}
	return old.topics - found;
}
