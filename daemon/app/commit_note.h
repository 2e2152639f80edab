/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The metadata of a committed offset: how far the shard's outbox is in Kafka, as short ASCII such as
 * `j1;L=9f3a0c5d11223344;E=7;B=991;m=12345`. It answers "did that transaction commit?" after any doubt.
 */
#ifndef JD_COMMIT_NOTE_H
#define JD_COMMIT_NOTE_H

#include "core/base/str.h"

#include <stdint.h>

struct commit_note {
	uint64_t lineage; /* L */
	uint64_t epoch;   /* E: of the owner that committed */
	uint64_t batch;   /* B: everything up to this batch is in Kafka */
	uint64_t emitted; /* m: the last outbox entry in Kafka */
};

enum { COMMIT_NOTE_MAX = 120 };

/* Writes at most COMMIT_NOTE_MAX bytes; the text points into out. */
struct str commit_note_print(const struct commit_note *note, char out[COMMIT_NOTE_MAX]);
/* False for anything else than what print writes. */
bool commit_note_parse(struct str text, struct commit_note *out);

#endif
