/* SPDX-License-Identifier: Apache-2.0 */
#include "app/shard_take.h"

#include "app/entry.h"
#include "app/invariant.h"
#include "app/law.h"
#include "app/outbox.h"
#include "app/shard.h"
#include "app/versions.h"

#include <inttypes.h>

enum { LOG_AT_ONCE = 256 };

static uint64_t new_lineage(const struct shard *shard)
{
	struct buf text = {0};
	pack_fixed(&text, shard->env->settings->lineage_seed, 8);
	pack_u64(&text, shard->number);
	uint64_t lineage = hash64(3, buf_view(&text));
	buf_release(&text);
	return lineage ? lineage : 1;
}

bool shard_claim(struct shard *shard)
{
	struct store *store = shard->env->ports->store;
	shard->ask.claim = (struct store_claim){.shard = shard->number, .lineage = new_lineage(shard)};
	shard_asking(shard);
	store->ops->claim(store, &shard->ask.claim);
	return false;
}

/* The offsets in the order in which this process has the topics. False with a sentence in why. */
static bool read_meta(const struct shard *shard, struct str bytes, struct shard_meta *meta, const char **why)
{
	const struct source *source = shard->env->ports->source;
	uint32_t tags[TOPICS_MAX], gone, added = 0;
	*why = "cannot be read by this version of journeyd";
	if (bytes.len == 0)
		shard_meta_init(meta, 0);
	else if (!shard_meta_read(meta, bytes))
		return false;
	for (uint32_t i = 0; i < source->topics; i++)
		tags[i] = source->topic_names ? hash_tag(str_from(source->topic_names[i])) : i;
	gone = shard_meta_arrange(meta, tags, source->topics);
	for (uint32_t i = 0; i < source->topics; i++)
		added += meta->offsets[i] < 0;
	/* A topic that was renamed would be read from its beginning. */
	*why = "has offsets of other input topics than the configuration names: add or remove topics one at a time";
	return !gone || !added;
}

void shard_claimed(struct shard *shard)
{
	const struct store_header *header = &shard->ask.claim.header;
	const char *why;
	shard->epoch = header->epoch;
	shard->lineage = header->lineage;
	shard->batch = header->batch;
	shard->flushed = header->flushed;
	shard->spans.emitted = header->emitted;
	if (!read_meta(shard, header->meta, &shard->meta, &why)) {
		shard_hold(shard, "the store's header of this shard %s", why);
		return;
	}
	if (!version_counts_read(&shard->counts, shard->meta.versions)) {
		shard_hold(shard, "the store's header of this shard counts no versions in a form known here");
		return;
	}
	shard->counts.unsure |= shard->meta.uncounted;
	shard->meta.versions = (struct str){0};
	shard_enter(shard, law(LAW_CLAIM_FIRST) ? SHARD_READING_COMMITTED : SHARD_CHECKING);
}

bool shard_read_committed(struct shard *shard)
{
	struct source *source = shard->env->ports->source;
	shard->ask.committed = (struct source_committed){.shard = shard->number};
	shard_asking(shard);
	source->ops->committed(source, &shard->ask.committed);
	return false;
}

/* All topics are committed by one transaction with one note, so those with an offset must agree. */
static bool read_notes(struct shard *shard)
{
	const struct source_committed *answer = &shard->ask.committed;
	shard->noted = false;
	for (uint32_t topic = 0; topic < shard->env->ports->source->topics; topic++) {
		struct commit_note note;
		shard->committed[topic] = answer->offsets[topic];
		if (answer->offsets[topic] < 0 || !commit_note_parse(answer->metadata[topic], &note))
			continue;
		if (shard->noted && note.emitted != shard->note.emitted) {
			shard_hold(
			        shard,
			        "Kafka's committed offsets of this shard's topics carry different metadata: somebody "
			        "reset offsets by hand; reset all topics or none");
			return false;
		}
		shard->note = note;
		shard->noted = true;
	}
	return true;
}

void shard_committed_read(struct shard *shard)
{
	if (read_notes(shard))
		shard_enter(shard, law(LAW_CLAIM_FIRST) ? SHARD_CHECKING : SHARD_CLAIMING);
}

static bool header_sound(struct shard *shard)
{
	if (shard->flushed <= shard->batch && shard->spans.emitted <= shard->meta.outbox)
		return true;
	shard_hold(shard,
	           "the store's header contradicts itself: flushed %" PRIu64 " of %" PRIu64 " batches, %" PRIu64
	           " of %" PRIu64 " messages in Kafka",
	           shard->flushed, shard->batch, shard->spans.emitted, shard->meta.outbox);
	return false;
}

/* A transaction of this shard has committed, by the store's word or because offsets of it are there, and Kafka does not
 * say which. */
static bool note_lost(const struct shard *shard)
{
	bool committed = shard->spans.emitted > 0 || shard->meta.committed;
	for (uint32_t topic = 0; topic < shard->meta.topics && shard->batch > 0; topic++)
		committed = committed || shard->committed[topic] >= 0;
	return committed && !shard->noted;
}

static bool offsets_ahead(const struct shard *shard)
{
	for (uint32_t topic = 0; topic < shard->meta.topics; topic++)
		if (shard->committed[topic] > shard->meta.offsets[topic])
			return true;
	return false;
}

static bool note_agrees(struct shard *shard)
{
	const struct commit_note *note = &shard->note;
	if (law(LAW_LINEAGE) && note->lineage != shard->lineage) {
		shard_suspect(
		        shard,
		        "the store's data is not what Kafka's committed offsets were made with (lineage %016" PRIx64
		        ", committed %016" PRIx64 "): the store was replaced or emptied",
		        shard->lineage, note->lineage);
		return false;
	}
	if (!law(LAW_ROLLBACK))
		return true;
	if (note->emitted > shard->meta.outbox || note->batch > shard->batch || offsets_ahead(shard)) {
		shard_suspect(shard,
		              "the store went back in time: Kafka has batch %" PRIu64 " and message %" PRIu64
		              ", the store only batch %" PRIu64 " and message %" PRIu64,
		              note->batch, note->emitted, shard->batch, shard->meta.outbox);
		return false;
	}
	if (note->emitted < shard->spans.emitted) {
		shard_suspect(shard,
		              "Kafka's committed offsets went back: they know of message %" PRIu64
		              ", but message %" PRIu64 " was committed",
		              note->emitted, shard->spans.emitted);
		return false;
	}
	return true;
}

bool shard_check(struct shard *shard)
{
	if (!header_sound(shard))
		return false;
	if (note_lost(shard) && !shard->env->settings->adopt_missing_metadata) {
		shard_hold(shard,
		           "Kafka has lost this shard's committed offsets or their metadata, so what was sent last is "
		           "not known; compare the output topic, then start with adopt_missing_metadata");
		return false;
	}
	if (shard->noted && !note_agrees(shard))
		return true;
	if (shard->noted && shard->note.epoch >= shard->epoch) {
		/* The store forgot a claim, and no more than that: whoever made it must be fenced all the same. */
		shard_log(shard, REPORT_WARN, "the store has forgotten epoch %" PRIu64 "; claimed once more",
		          shard->note.epoch);
		shard_enter(shard, SHARD_CLAIMING);
		return true;
	}
	if (shard->noted && law(LAW_EMIT_FROM_MK) && shard->note.emitted > shard->spans.emitted)
		shard->spans.emitted = shard->note.emitted;
	if (!versions_know(shard->env->versions, &shard->counts, &shard->texts_by))
		return false; /* looked at again when the texts are read */
	if (shard->noted)
		shard->meta.committed = true;
	shard_log(shard, REPORT_INFO,
	          "taken with epoch %" PRIu64 ": batch %" PRIu64 ", flushed %" PRIu64 ", message %" PRIu64
	          " of %" PRIu64 " in Kafka",
	          shard->epoch, shard->batch, shard->flushed, shard->spans.emitted, shard->meta.outbox);
	shard_enter(shard, shard->flushed < shard->batch ? SHARD_READING_LOG : SHARD_READING_SLOTS);
	return true;
}

/* The last batch whose entry has been read. */
static uint64_t read_up_to(const struct shard *shard)
{
	return shard->spans.count ? spans_at(&shard->spans, shard->spans.count - 1)->batch : shard->flushed;
}

bool shard_read_log(struct shard *shard)
{
	struct store *store = shard->env->ports->store;
	shard->ask.log = (struct store_log){.shard = shard->number, .after = read_up_to(shard), .limit = LOG_AT_ONCE};
	shard_asking(shard);
	store->ops->log(store, &shard->ask.log);
	return false;
}

/* The batch's own messages were marked before it was written; those of batches before it are marked here. */
static void replay_erasure(struct shard *shard, struct str id, struct str record)
{
	struct erasure erasure = {.customer = id};
	if (shard->env->settings->clock == CLOCK_WALL && customer_peek_erased(record, &erasure.at))
		spans_withdraw(&shard->spans, &erasure);
}

static void replay_records(struct shard *shard, struct entry *entry)
{
	struct str id, bytes;
	while (law(LAW_REPLAY_LOG) && entry_record(entry, &id, &bytes)) {
		struct cache_record *record = cache_take(&shard->cache, id);
		cache_set(&shard->cache, record, bytes.len ? bytes : (struct str){0});
		record->due = customer_peek_due(bytes);
		replay_erasure(shard, id, bytes);
		timers_set(&shard->timers, record);
		shard_flush_mark(&shard->flush, record);
	}
}

static void replay_outbox(struct shard *shard, const struct entry *entry, const struct shard_meta *meta, size_t bytes)
{
	struct span span = {.batch = entry->batch,
	                    .bytes = bytes,
	                    .first = meta->outbox + 1 - entry->outbox_count,
	                    .last = meta->outbox};
	if (span.last > shard->spans.emitted && entry->outbox_count) {
		buf_str(&span.outbox, entry->outbox);
		buf_str(&span.text, entry->source);
		span.source = buf_view(&span.text);
	}
	memcpy(span.offsets, meta->offsets, sizeof span.offsets);
	spans_add(&shard->spans, &span);
}

static bool replay(struct shard *shard, struct str bytes)
{
	struct entry entry;
	struct shard_meta meta;
	const char *why = "is not the one that follows";
	bool sound = entry_read(&entry, bytes) && entry.batch == read_up_to(shard) + 1;
	if (!sound || !read_meta(shard, entry.meta, &meta, &why)) {
		shard_suspect(shard, "the log entry of batch %" PRIu64 " %s", read_up_to(shard) + 1, why);
		return false;
	}
	replay_records(shard, &entry);
	replay_outbox(shard, &entry, &meta, bytes.len);
	return true;
}

void shard_log_read(struct shard *shard)
{
	const struct store_log *answer = &shard->ask.log;
	for (size_t i = 0; i < answer->count && read_up_to(shard) < shard->batch; i++)
		if (!replay(shard, answer->entries[i]))
			return;
	if (read_up_to(shard) == shard->batch)
		shard_enter(shard, SHARD_READING_SLOTS);
	else if (answer->count == 0)
		shard_suspect(shard, "the store's log ends at batch %" PRIu64 ", but its header says %" PRIu64,
		              read_up_to(shard), shard->batch);
}

bool shard_read_slots(struct shard *shard)
{
	struct store *store = shard->env->ports->store;
	shard->ask.slots = (struct store_slots){.shard = shard->number};
	shard_asking(shard);
	store->ops->slots(store, &shard->ask.slots);
	return false;
}

void shard_slots_read(struct shard *shard)
{
	for (size_t i = 0; i < shard->ask.slots.count; i++)
		timers_slots_add(&shard->timers.at_store, shard->ask.slots.slots[i]);
	shard_enter(shard, SHARD_READING_ENDS);
}

bool shard_read_ends(struct shard *shard)
{
	struct source *source = shard->env->ports->source;
	shard->ask.ends = (struct source_ends){.shard = shard->number};
	shard_asking(shard);
	source->ops->ends(source, &shard->ask.ends);
	return false;
}

/* The store's word, since it holds what was evaluated; Kafka's for a shard that was never run; else the beginning. */
static int64_t begin_at(const struct shard *shard, uint32_t topic)
{
	int64_t own = shard->meta.offsets[topic], kafka = shard->committed[topic];
	if (!law(LAW_FETCH_FROM_STORE) && kafka >= 0)
		return kafka;
	if (own >= 0)
		return own;
	return kafka >= 0 ? kafka : shard->ask.ends.first[topic];
}

static void begin_fetching(struct shard *shard)
{
	struct source *source = shard->env->ports->source;
	uint32_t topics = source->topics;
	for (uint32_t topic = 0; topic < topics; topic++) {
		shard->meta.offsets[topic] = begin_at(shard, topic);
		invariant(shard->meta.offsets[topic] >= 0, "reading begins at a real offset");
	}
	shard->batch_now.meta = shard->meta;
	shard->flush.at = shard->env->now;
	shard->committed_at = shard->env->now;
	source->ops->fetch(source, shard->number, shard->meta.offsets);
}

void shard_ends_read(struct shard *shard)
{
	begin_fetching(shard);
	shard_looked(shard);
}

void shard_looked(struct shard *shard)
{
	memcpy(shard->intake.ends, shard->ask.ends.next, sizeof shard->intake.ends);
	shard->intake.catching = true;
	shard_enter(shard, SHARD_FILLING);
}
