/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fakes share: seeded dice, a history of what happened, and the wire: calls under way between a process and a
 * server. A call is applied at the server and answered to the process in separate moments that the scheduler chooses,
 * so either can be lost, late, or happen after the process is dead.
 *
 * A lane is a connection: what is sent on it is applied and answered in that order. A connection that is lost takes all
 * its calls with it: nobody is answered, and of what was not applied yet a part arrives, perhaps much later, when the
 * process has long asked again on a new one.
 */
#ifndef JD_CRASH_WORLD_H
#define JD_CRASH_WORLD_H

#include "core/base/arena.h"
#include "ports/port.h"

enum { PROCESSES = 2, SHARDS_MAX = 4, WHY_MAX = 80 };

enum lane {
	LANE_REDIS, /* everything but flushes */
	LANE_FLUSH, /* flushes, one at a time */
	LANE_KAFKA, /* the producer */
	LANE_FREE,  /* no order at all */
	LANE_COUNT
};

struct call;

struct call_kind {
	const char *name;
	enum lane lane;
	/* Does it at the server: fills what the answer needs, answers the outcome. */
	enum outcome (*apply)(struct call *call);
	/* Copies the answer into the request; the process lives. May be NULL. */
	void (*answer)(struct call *call);
	/* Its connection is lost before it was applied: a part may have been. May be NULL. */
	void (*lost)(struct call *call);
};

/* Begins every call of the fakes, which come from malloc. */
struct call {
	const struct call_kind *kind;
	struct request *request;
	int process;
	unsigned life;       /* the process's at the time of the call */
	unsigned connection; /* of its lane */
	bool applied;
	bool told;   /* the process knows that it will not be answered, or is dead */
	bool unsent; /* the process stands still before it has left: it does when the process goes on, or never */
	enum outcome outcome;
	const char *why; /* NULL: a general sentence */
	char about[WHY_MAX];
};

/* A server that is not as it should be, until that step. */
struct illness {
	uint64_t until;
	bool silent; /* takes nothing and answers nothing, instead of refusing */
};

struct world {
	uint64_t dice;
	struct call **calls; /* oldest first */
	size_t call_count, call_cap;
	unsigned life[PROCESSES]; /* grows with each crash: answers to an older life are dropped */
	unsigned connection[PROCESSES][LANE_COUNT];
	struct illness redis, kafka;
	uint64_t stalled[PROCESSES]; /* until that step it does not run: it hears no answer either */
	struct instant now;
	bool tell;         /* print the history as it happens */
	int faults;        /* per mille of calls that go wrong; 0: a fair world */
	struct buf breach; /* the first invariant that broke; empty while all is well */
	uint64_t step;
};

uint64_t world_roll(struct world *world, uint64_t below);
bool world_chance(struct world *world, int per_mille);
__attribute__((format(printf, 2, 3))) void world_note(struct world *world, const char *format, ...);
/* An invariant broke; the first one counts, all are told. */
__attribute__((format(printf, 2, 3))) void world_breach(struct world *world, const char *format, ...);

/* The wire owns the call from here on. */
void wire_add(struct world *world, struct call *call);
/* One random call goes one step further. False when there is none that can. */
bool wire_step(struct world *world);
/* Calls of the living that are still to be answered. */
size_t wire_open(const struct world *world);
bool world_stalls(const struct world *world, int process);
/* The process is dead: what it asked for is applied perhaps, answered never. */
/* A part of what the process asks for has not left it when it begins to stand still. */
void wire_hold_back(struct world *world, int process);
void wire_crash(struct world *world, int process);
void wire_clear(struct world *world);

#endif
