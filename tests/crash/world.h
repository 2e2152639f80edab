/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fakes share: seeded dice, a history of what happened, and the wire: calls under way between a process and a
 * server. A call is applied at the server and answered to the process in separate moments that the scheduler chooses,
 * so either can be lost, late, or happen after the process is dead.
 */
#ifndef JD_CRASH_WORLD_H
#define JD_CRASH_WORLD_H

#include "core/base/arena.h"
#include "ports/port.h"

enum { PROCESSES = 2, SHARDS_MAX = 4, TOPICS = 1 };

struct call;

struct call_kind {
	const char *name;
	/* Does it at the server: fills what the answer needs, answers the outcome. */
	enum outcome (*apply)(struct call *call);
	/* Copies the answer into the request; the process lives. May be NULL. */
	void (*answer)(struct call *call);
	void (*free)(struct call *call); /* frees the call and what it copied */
	bool in_doubt;                   /* its answer may be lost, so that nobody knows whether it was applied */
};

/* Begins every call of the fakes. */
struct call {
	const struct call_kind *kind;
	struct request *request;
	int process;
	unsigned life; /* the process's at the time of the call */
	bool applied;
	enum outcome outcome;
	const char *why; /* NULL: a general sentence */
};

struct world {
	uint64_t dice;
	struct call **calls;
	size_t call_count, call_cap;
	unsigned life[PROCESSES]; /* grows with each crash: answers to an older life are dropped */
	struct instant now;
	struct buf history;
	bool tell;         /* print the history as it happens */
	int faults;        /* per mille of calls that go wrong; 0: a fair world */
	struct buf breach; /* the first invariant that broke; empty while all is well */
	uint64_t step;
};

uint64_t world_roll(struct world *world, uint64_t below);
bool world_chance(struct world *world, int per_mille);
__attribute__((format(printf, 2, 3))) void world_note(struct world *world, const char *format, ...);
/* Records the first breach of an invariant. */
__attribute__((format(printf, 2, 3))) void world_breach(struct world *world, const char *format, ...);

/* The wire owns the call from here on. */
void wire_add(struct world *world, struct call *call);
/* One random call goes one step further. False when there is none. */
bool wire_step(struct world *world);
/* The process is dead: what it asked for is applied perhaps, answered never. */
void wire_crash(struct world *world, int process);
void wire_clear(struct world *world);

#endif
