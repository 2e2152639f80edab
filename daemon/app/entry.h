/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log entry: everything that one batch changed. In this order: format, batch number, batch time, hash of the rules
 * it was evaluated by, meta, changed customers (id and whole record; an empty one removes), outbox. Tools read it
 * without the daemon.
 */
#ifndef JD_ENTRY_H
#define JD_ENTRY_H

#include "app/shard_meta.h"

struct entry {
	uint64_t batch;
	struct instant now;  /* batch time; INSTANT_NEVER where time is what the events say */
	struct str config;   /* journey_set.hash */
	struct str meta;     /* shard_meta as of this batch */
	size_t record_count; /* read with entry_record */
	uint64_t outbox_count;
	struct str source; /* CloudEvents `source` of the outbox */
	struct str outbox; /* see outbox.h; its last entry has number meta.outbox */
	struct unpack records;
};

/* Begins an entry of `record_count` records, which follow by entry_add; then entry_finish. */
void entry_begin(const struct entry *entry, struct buf *out);
void entry_add(struct buf *out, struct str id, struct str record);
void entry_finish(const struct entry *entry, struct buf *out);

/* Everything read borrows from the bytes. False when they are no entry of a known format. */
bool entry_read(struct entry *entry, struct str bytes);
/* The next record; false behind the last one. */
bool entry_record(struct entry *entry, struct str *id, struct str *record);

#endif
