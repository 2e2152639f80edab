/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where actions, decisions, dead letters and records for other systems go. One emit is one transaction: all messages
 * and all committed positions of it become visible together, or nothing does.
 */
#ifndef JD_PORT_SINK_H
#define JD_PORT_SINK_H

#include "ports/source.h"

/* SINK_RECORDS: what journeys tell other systems. */
enum sink_topic { SINK_ACTIONS, SINK_DECISIONS, SINK_DEAD_LETTERS, SINK_RECORDS, SINK_TOPIC_COUNT };

struct sink_message {
	enum sink_topic topic;
	uint32_t shard; /* for logs; the partition is chosen by the key as Java's murmur2 does */
	struct str key, value;
	const struct record_header *headers;
	size_t header_count;
	struct instant timestamp; /* INSTANT_NONE: none is given */
};

/* A position that becomes the shard's committed one, always with metadata (short ASCII, see app/commit_note.h). */
struct sink_commit {
	uint32_t shard;
	const int64_t *offsets; /* by topic, all >= 0 */
	struct str metadata;
};

/* A producer with this process's name; every older one of that name is fenced, its open transaction aborted. */
struct sink_open {
	struct request request;
};

/* DONE: all visible. AGAIN: doubt, or aborted; open again, read the committed positions, then go on from there.
 * FENCED: another process has our name. */
struct sink_emit {
	struct request request;
	const struct sink_message *messages;
	size_t message_count;
	const struct sink_commit *commits;
	size_t commit_count;
};

struct sink;

struct sink_ops {
	void (*open)(struct sink *sink, struct sink_open *request);
	/* At most one at a time. */
	void (*emit)(struct sink *sink, struct sink_emit *request);
	void (*free)(struct sink *sink);
};

struct sink {
	const struct sink_ops *ops;
	bool has_topic[SINK_TOPIC_COUNT]; /* all but the actions may be switched off */
};

#endif
