/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The laws of exactly-once (DESIGN section 5), by name, where the code obeys them: `if (law(LAW_...))`. In every
 * ordinary build law() is the constant true. In the mutation build (JD_MUTANTS) one of them can be switched off, and
 * the crash tests must then fail: that is how they are known to see. EPOCH_FENCE, BATCH_CHAIN and FLUSH_FENCE are
 * obeyed by the store, from what its requests carry: there the fake store asks.
 */
#ifndef JD_LAW_H
#define JD_LAW_H

#include <stdbool.h>

#define LAWS(X) \
	X(EPOCH_FENCE, "append carries the epoch") \
	X(BATCH_CHAIN, "append expects batch B-1") \
	X(DURABLE_FIRST, "emit only what is durable") \
	X(CLAIM_FIRST, "claim before reading committed positions") \
	X(SETTLE_APPEND, "an unknown append is settled by reading") \
	X(EMIT_FROM_MK, "resume emitting behind max(M_r, M_k)") \
	X(REOPEN_ON_DOUBT, "after doubt: new producer, read M_k again") \
	X(REREAD_ON_DOUBT, "after doubt: read M_k of every shard that runs on") \
	X(OFFSETS_IN_TXN, "offsets are committed only with the messages") \
	X(METADATA_ALWAYS, "offsets always carry metadata") \
	X(FLUSH_BEHIND_LOG, "flush only what the log holds") \
	X(FLUSH_FENCE, "flush carries the epoch") \
	X(TRIM_BOTH, "trim only what is flushed and emitted") \
	X(LINEAGE, "another lineage stops the shard") \
	X(ROLLBACK, "M_k > S or O_k > offset stops the shard") \
	X(REVOKE_DRAIN, "finish or abort emitting before release") \
	X(FETCH_FROM_STORE, "fetch from the store's offset, not Kafka's") \
	X(REPLAY_LOG, "records behind F are read from the log")

enum law {
#define X(name, text) LAW_##name,
	LAWS(X)
#undef X
	        LAW_COUNT
};

#ifdef JD_MUTANTS
extern int law_off; /* the one switched off, or -1; the mutation build's only global */
static inline bool law(enum law which)
{
	return (int)which != law_off;
}
#else
#define law(which) true
#endif

#endif
