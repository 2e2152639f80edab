/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a batch lets out, as it is stored in the log and as it becomes messages. An outbox is a run of entries: topic,
 * time, id, key, value and headers, where they are not told by these. All but dead letters are CloudEvents in
 * structured JSON; their headers follow from the entry and are made when it is emitted.
 */
#ifndef JD_OUTBOX_H
#define JD_OUTBOX_H

#include "core/base/pack.h"
#include "core/engine/engine.h"
#include "ports/decoder.h"
#include "ports/sink.h"

/* Each appends one entry. scratch is any buffer of the caller's; it is cleared. */
void outbox_action(struct buf *out, const struct action *action, struct str source, struct buf *scratch);
void outbox_emission(struct buf *out, const struct emission *emission, struct str source, struct buf *scratch);
void outbox_decision(struct buf *out, const struct decision *decision, struct str source, struct buf *scratch);

/* A record that could not be used, whole, with the names of headers that Kafka Connect gives them. */
struct dead_letter {
	const struct record *record;
	const struct decode_error *error;
	const char *topic; /* the input topic's name */
	struct str source; /* stands for the connector's name */
	size_t bytes; /* of key, value and headers; of a larger record only the key is kept, and a header says so */
};
void outbox_dead_letter(struct buf *out, const struct dead_letter *letter);

/* Who emits: what the headers journeyd_shard, journeyd_seq, journeyd_lineage and journeyd_epoch say. */
struct outbox_origin {
	uint32_t shard;
	uint64_t seq, lineage, epoch;
	struct str source;
};
/* The next entry as a message that borrows from the bytes read and the arena; false when they are malformed. */
bool outbox_read(struct unpack *in, const struct outbox_origin *origin, struct arena *arena,
                 struct sink_message *message);
/* Passes over one entry. */
bool outbox_skip(struct unpack *in);

/* An erased customer: actions, decisions and records about it up to this time must not be sent any more. */
struct erasure {
	struct str customer;
	struct instant at;
	const struct erasure *next;
};
/* Marks them; they keep their numbers, so that M goes over them as over any other. Nothing moves: a transaction under
 * way may borrow from the bytes. */
void outbox_withdraw(struct buf *outbox, const struct erasure *erasure);
/* The next entry is such a one: to be skipped. */
bool outbox_withdrawn(const struct unpack *in);

#endif
