/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The judge of a life on random journeys: goes by what was decided and sent, and remembers the first promise that was
 * broken. It knows the rules by themselves, not by the engine.
 */
#ifndef TEST_LANGUAGE_JUDGE_H
#define TEST_LANGUAGE_JUDGE_H

#include "support/engine_fixture.h"
#include "support/random_language.h"

enum { SENDS = 2048, LIVES = 512 };

struct sent {
	struct hash128 id, instance;
	struct instant at;
	struct str node, anchor; /* of a touch; else empty */
};

struct life { /* an instance */
	struct hash128 id;
	struct instant began;
	bool started; /* of dd-started */
	char key;
	bool over;
	bool keyed; /* a goal or exit of its key ends it */
};

struct run {
	struct world world;
	uint64_t dice;
	enum mutant mutant;
	struct sent sends[SENDS];
	struct life lives[LIVES];
	size_t count, life_count;
	struct instant now, erased;
	bool out;
	const char *breach; /* the first; NULL: none */
	char journeys[2][8192];
	struct hash128 told[SENDS]; /* other systems */
	size_t told_count;
	char last[200]; /* the latest event, as it was written */
};

/* `breach` says what is broken unless it is true. */
void run_expect(struct run *run, bool truth, const char *breach);
/* All that the last step of run->world let out. */
void run_judge(struct run *run);

#endif
