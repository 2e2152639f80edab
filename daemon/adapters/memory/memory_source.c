/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/memory/memory_source.h"

#include "core/base/buf.h"
#include "core/base/hash.h"

#include <stdlib.h>

struct kept { /* a record added by hand; key and value in one piece */
	char *bytes;
	struct record record;
};

struct partition {
	struct kept *records;
	size_t count, cap;
	int64_t next;      /* the offset that is peeked next */
	int64_t committed; /* -1: none */
	struct buf metadata;
};

struct change { /* of the assignment, told through the queue */
	struct change *older;
	struct memory_source *source;
	uint32_t shard;
	enum { CHANGE_ASSIGNED, CHANGE_REVOKED, CHANGE_LOST } kind;
};

struct memory_source {
	struct source source;
	struct memory_queue *queue;
	struct partition *partitions; /* topic * shards + shard */
	bool *held;                   /* by shard */
	const struct source_listener *listener;
	struct change *changes; /* all there were, since the queue may forget some */
	FILE *file;             /* NULL: none, or at its end */
	char *line;             /* read and not yet popped, when there is one */
	size_t line_cap;
	ssize_t line_len;  /* -1: none */
	uint64_t lines;    /* read so far */
	int64_t from_file; /* records that came from the file; those added have offsets from here on */
	uint64_t *skipped; /* offsets before which an empty line stood */
	size_t skipped_count, skipped_cap;
	bool broken;
	struct record line_record;
};

static struct memory_source *of(const struct source *source)
{
	return (struct memory_source *)(uintptr_t)source;
}

static struct partition *part(const struct source *source, uint32_t shard, uint32_t topic)
{
	return &of(source)->partitions[topic * source->shards + shard];
}

static bool is_empty(const char *line, ssize_t len)
{
	for (ssize_t i = 0; i < len; i++)
		if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r' && line[i] != '\n')
			return false;
	return true;
}

static void note_skipped(struct memory_source *source)
{
	if (source->skipped_count == source->skipped_cap)
		source->skipped = mem_grow(source->skipped, &source->skipped_cap, sizeof *source->skipped);
	source->skipped[source->skipped_count++] = (uint64_t)source->from_file;
}

static void end_file(struct memory_source *source)
{
	source->broken = ferror(source->file) != 0;
	source->file = NULL;
}

/* Reads ahead by one line, so that the end of the file is known as soon as its last record is popped. */
static bool have_line(struct memory_source *source)
{
	while (source->file && source->line_len < 0) {
		ssize_t len = getline(&source->line, &source->line_cap, source->file);
		if (len < 0) {
			end_file(source);
			break;
		}
		source->lines++;
		if (is_empty(source->line, len)) {
			note_skipped(source);
			continue;
		}
		while (len && (source->line[len - 1] == '\n' || source->line[len - 1] == '\r'))
			len--;
		source->line_len = len;
	}
	return source->line_len >= 0;
}

static const struct record *peek_line(struct memory_source *source)
{
	source->line_record = (struct record){.origin = {.offset = source->from_file},
	                                      .timestamp = INSTANT_NONE,
	                                      .value = {source->line, (size_t)source->line_len}};
	return &source->line_record;
}

static const struct record *peek(struct source *base, uint32_t shard, uint32_t topic)
{
	struct partition *partition = part(base, shard, topic);
	struct memory_source *source = of(base);
	if (have_line(source))
		return peek_line(source);
	int64_t at = partition->next - source->from_file;
	return at >= 0 && at < (int64_t)partition->count ? &partition->records[at].record : NULL;
}

static void pop(struct source *base, uint32_t shard, uint32_t topic)
{
	struct memory_source *source = of(base);
	part(base, shard, topic)->next++;
	if (source->line_len < 0)
		return;
	source->line_len = -1;
	source->from_file++;
	for (size_t i = 0; i < part(base, shard, topic)->count; i++)
		part(base, shard, topic)->records[i].record.origin.offset++;
}

static bool reached(struct source *base, uint32_t shard, uint32_t topic, int64_t offset)
{
	return part(base, shard, topic)->next >= offset;
}

static void run_committed(void *adapter, struct request *request)
{
	struct source_committed *ask = (struct source_committed *)request;
	struct source *base = adapter;
	for (uint32_t topic = 0; topic < base->topics; topic++)
		ask->offsets[topic] = memory_source_committed(base, ask->shard, topic, &ask->metadata[topic]);
	memory_answer(request, OUTCOME_DONE);
}

static void run_ends(void *adapter, struct request *request)
{
	struct source_ends *ask = (struct source_ends *)request;
	struct source *base = adapter;
	for (uint32_t topic = 0; topic < base->topics; topic++) {
		ask->first[topic] = 0;
		ask->next[topic] = of(base)->from_file + (int64_t)part(base, ask->shard, topic)->count;
	}
	memory_answer(request, OUTCOME_DONE);
}

static void ask_committed(struct source *source, struct source_committed *request)
{
	memory_queue_add(of(source)->queue, run_committed, source, &request->request);
}

static void ask_ends(struct source *source, struct source_ends *request)
{
	memory_queue_add(of(source)->queue, run_ends, source, &request->request);
}

static void fetch(struct source *base, uint32_t shard, const int64_t *offsets)
{
	for (uint32_t topic = 0; topic < base->topics; topic++)
		part(base, shard, topic)->next = offsets[topic];
}

static void run_change(void *adapter, struct request *request)
{
	struct change *change = adapter;
	struct memory_source *source = change->source;
	const struct source_listener *listener = source->listener;
	(void)request;
	if (listener && change->kind == CHANGE_ASSIGNED) {
		source->held[change->shard] = true;
		listener->assigned(listener->owner, &change->shard, 1);
	} else if (listener) {
		listener->revoked(listener->owner, &change->shard, 1, change->kind == CHANGE_LOST);
	}
}

static void add_change(struct source *base, uint32_t shard, int kind)
{
	struct change *change = mem_alloc(sizeof *change);
	*change = (struct change){.older = of(base)->changes, .source = of(base), .shard = shard};
	of(base)->changes = change;
	change->kind = kind;
	memory_queue_add(of(base)->queue, run_change, change, NULL);
}

static void start(struct source *base, const struct source_listener *listener)
{
	of(base)->listener = listener;
	for (uint32_t shard = 0; shard < base->shards; shard++)
		add_change(base, shard, CHANGE_ASSIGNED);
}

static void stop(struct source *base)
{
	for (uint32_t shard = 0; shard < base->shards; shard++)
		if (of(base)->held[shard])
			add_change(base, shard, CHANGE_REVOKED);
}

static void release(struct source *base, const uint32_t *shards, size_t count)
{
	for (size_t i = 0; i < count; i++)
		of(base)->held[shards[i]] = false;
}

static void source_free(struct source *base)
{
	struct memory_source *source = of(base);
	while (source->changes) {
		struct change *change = source->changes;
		source->changes = change->older;
		free(change);
	}
	for (uint32_t i = 0; i < base->topics * base->shards; i++) {
		for (size_t k = 0; k < source->partitions[i].count; k++)
			free(source->partitions[i].records[k].bytes);
		free(source->partitions[i].records);
		buf_release(&source->partitions[i].metadata);
	}
	free(source->partitions);
	free(source->held);
	free(source->skipped);
	free(source->line);
	free(source);
}

static const struct source_ops OPS = {
        .start = start,
        .committed = ask_committed,
        .ends = ask_ends,
        .fetch = fetch,
        .peek = peek,
        .pop = pop,
        .reached = reached,
        .release = release,
        .stop = stop,
        .free = source_free,
};

static const char *const TOPIC_NAMES[TOPICS_MAX] = {
        "events",   "events-2",  "events-3",  "events-4",  "events-5",  "events-6",  "events-7",  "events-8",
        "events-9", "events-10", "events-11", "events-12", "events-13", "events-14", "events-15", "events-16"};

struct source *memory_source_new(struct memory_queue *queue, uint32_t topics, uint32_t shards)
{
	struct memory_source *source = mem_alloc(sizeof *source);
	*source = (struct memory_source){
	        .source = {.ops = &OPS, .topics = topics, .topic_names = TOPIC_NAMES, .shards = shards},
	        .queue = queue,
	        .line_len = -1,
	};
	source->held = mem_alloc(shards * sizeof *source->held);
	memset(source->held, 0, shards * sizeof *source->held);
	source->partitions = mem_alloc(topics * shards * sizeof *source->partitions);
	for (uint32_t i = 0; i < topics * shards; i++)
		source->partitions[i] = (struct partition){.committed = -1};
	return &source->source;
}

struct source *memory_source_lines(struct memory_queue *queue, FILE *file)
{
	struct source *source = memory_source_new(queue, 1, 1);
	of(source)->file = file;
	return source;
}

static char *copy_text(char *at, struct str text, struct str *copy)
{
	if (text.ptr)
		*copy = (struct str){memcpy(at, text.ptr, text.len), text.len};
	return at + text.len;
}

void memory_source_add(struct source *base, const struct memory_record_new *record)
{
	uint32_t shard = record->shard;
	if (shard == MEMORY_BY_KEY)
		shard = (uint32_t)(hash64(1, record->key) % base->shards);
	struct partition *partition = part(base, shard, record->topic);
	if (partition->count == partition->cap)
		partition->records = mem_grow(partition->records, &partition->cap, sizeof *partition->records);
	struct kept *kept = &partition->records[partition->count];
	*kept = (struct kept){.bytes = mem_alloc(record->key.len + record->value.len)};
	kept->record.origin = (struct origin){.topic = (uint16_t)record->topic,
	                                      .shard = (int32_t)shard,
	                                      .offset = of(base)->from_file + (int64_t)partition->count};
	kept->record.timestamp = record->timestamp;
	copy_text(copy_text(kept->bytes, record->key, &kept->record.key), record->value, &kept->record.value);
	partition->count++;
}

bool memory_source_sound(const struct source *source)
{
	return !of(source)->broken;
}

uint64_t memory_source_line(const struct source *base, int64_t offset)
{
	const struct memory_source *source = of(base);
	uint64_t line = (uint64_t)offset + 1;
	for (size_t i = 0; i < source->skipped_count && source->skipped[i] <= (uint64_t)offset; i++)
		line++;
	return line;
}

void memory_source_commit(struct source *base, uint32_t shard, const int64_t *offsets, struct str metadata)
{
	for (uint32_t topic = 0; topic < base->topics; topic++) {
		struct partition *partition = part(base, shard, topic);
		partition->committed = offsets[topic];
		buf_clear(&partition->metadata);
		buf_str(&partition->metadata, metadata);
	}
}

int64_t memory_source_committed(struct source *base, uint32_t shard, uint32_t topic, struct str *metadata)
{
	const struct partition *partition = part(base, shard, topic);
	*metadata = buf_view(&partition->metadata);
	return partition->committed;
}

void memory_source_revoke(struct source *source, uint32_t shard, bool lost)
{
	add_change(source, shard, lost ? CHANGE_LOST : CHANGE_REVOKED);
}

void memory_source_assign(struct source *source, uint32_t shard)
{
	add_change(source, shard, CHANGE_ASSIGNED);
}

bool memory_source_held(const struct source *source, uint32_t shard)
{
	return of(source)->held[shard];
}
