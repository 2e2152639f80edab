/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeds that once found something. They are run first. A seed says something only about the scheduler it was found
 * with: when tests/crash changes how dice are rolled, look for new ones with the mended place broken again.
 */
#ifndef JD_CRASH_REGRESSIONS_H
#define JD_CRASH_REGRESSIONS_H

#include <stdint.h>

static const struct regression {
	uint64_t seed;
	const char *what;
} REGRESSIONS[] = {
        {2, "an hour read before a flush and answered behind it: its hints were in neither, and a timer was lost"},
        {284, "offsets without their note beside a store that has batches: the shard ran on instead of being held"},
        {328, "overtaken between the claim and the read of Kafka's word: it cried for a person, or for the old epoch"},
        {311, "woke late and looked for the topics' ends while its transaction was in doubt: all of it sent twice"},
        {549, "overtaken while it read the log: what the new owner had trimmed looked like a torn log"},
        {1196, "a batch of customers looked up for an hour alone, without a record: no journeys were taken for it"},
        {13948, "lost its shard, joined anew and got it back while the old transaction had not ended: all sent twice"},
};

#endif
