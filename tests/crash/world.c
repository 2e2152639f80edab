/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Of a dead connection's calls: how often, when looked at, one arrives after all, or never will. */
enum { LATE_PER_MILLE = 60, GONE_PER_MILLE = 30 };

static const char *const OUTCOMES[] = {
        [OUTCOME_DONE] = "done", [OUTCOME_AGAIN] = "again", [OUTCOME_FENCED] = "fenced", [OUTCOME_NEVER] = "never"};

/* splitmix64 (Vigna, 2015) */
uint64_t world_roll(struct world *world, uint64_t below)
{
	uint64_t z = world->dice += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) % below;
}

bool world_chance(struct world *world, int per_mille)
{
	return per_mille > 0 && world_roll(world, 1000) < (uint64_t)per_mille;
}

void world_note(struct world *world, const char *format, ...)
{
	va_list args;
	if (!world->tell)
		return;
	printf("%6llu  ", (unsigned long long)world->step);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

void world_breach(struct world *world, const char *format, ...)
{
	char line[400];
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	world_note(world, "BREACH: %s", line);
	if (!world->breach.len)
		buf_str(&world->breach, str_from(line));
}

/* ---- the wire ---- */

void wire_add(struct world *world, struct call *call)
{
	if (world->call_count == world->call_cap) {
		world->call_cap = world->call_cap ? 2 * world->call_cap : 64;
		world->calls = mem_realloc(world->calls, world->call_cap * sizeof(struct call *));
	}
	call->life = world->life[call->process];
	call->connection = world->connection[call->process][call->kind->lane];
	world->calls[world->call_count++] = call;
}

static void take_off(struct world *world, size_t at)
{
	memmove(&world->calls[at], &world->calls[at + 1], (--world->call_count - at) * sizeof(struct call *));
}

static void drop(struct world *world, size_t at)
{
	free(world->calls[at]);
	take_off(world, at);
}

static bool same_connection(const struct call *a, const struct call *b)
{
	return a->process == b->process && a->kind->lane == b->kind->lane && a->life == b->life &&
	       a->connection == b->connection;
}

/* On an ordered lane nothing overtakes: neither on the way there nor on the way back. */
static bool is_next(const struct world *world, size_t at)
{
	const struct call *call = world->calls[at];
	if (call->kind->lane == LANE_FREE)
		return true;
	for (size_t i = 0; i < at; i++)
		if (same_connection(world->calls[i], call) && (call->applied || !world->calls[i]->applied))
			return false;
	return true;
}

static bool of_the_dead(const struct world *world, const struct call *call)
{
	return call->life != world->life[call->process];
}

static void answer(struct world *world, size_t at, enum outcome outcome)
{
	struct call *call = world->calls[at];
	struct request *request = call->request;
	bool true_answer = call->applied && outcome == call->outcome;
	world_note(world, "  process %d: %s%s: %s", call->process, call->kind->name, call->about,
	           true_answer ? OUTCOMES[outcome] : "no answer, the connection is lost");
	request->outcome = outcome;
	request->why[0] = '\0';
	if (outcome != OUTCOME_DONE)
		snprintf(request->why, sizeof request->why, "%s", call->why ? call->why : "the network is as it is");
	if (outcome == OUTCOME_DONE && call->kind->answer)
		call->kind->answer(call);
	/* Taken off the wire first: done() may make new calls. What it copied is freed behind. */
	call->told = true;
	if (call->applied)
		take_off(world, at);
	request->done(request);
	if (call->applied)
		free(call);
}

/* Its connection is gone, its process lives: it learns that, and a part of what was under way may still arrive. */
static void lose_connection(struct world *world, const struct call *first)
{
	const struct call like = *first;
	if (like.kind->lane != LANE_FREE)
		world->connection[like.process][like.kind->lane]++;
	world_note(world, "  process %d: %s", like.process,
	           like.kind->lane == LANE_FREE ? "an answer is lost" : "its connection is lost");
	bool arrives = true;
	for (size_t i = 0; i < world->call_count;) {
		struct call *call = world->calls[i];
		bool hit = like.kind->lane == LANE_FREE ? call == first : same_connection(call, &like);
		if (!hit || call->told) {
			i++;
			continue;
		}
		arrives = arrives && world_chance(world, 500);
		if (!call->applied && !arrives) {
			if (call->kind->lost)
				call->kind->lost(call);
			call->applied = true; /* it never will be: nothing is left of it once the process is told */
			call->outcome = OUTCOME_NEVER;
		}
		bool stays = !call->applied;
		answer(world, i, OUTCOME_AGAIN);
		if (like.kind->lane == LANE_FREE)
			return;
		i += stays;
	}
}

/* What is under way on a dead connection, or from a dead process. */
static void haunt(struct world *world, size_t at)
{
	struct call *call = world->calls[at];
	if (call->applied) {
		drop(world, at);
		return;
	}
	bool late =
	        !call->unsent && world_chance(world, of_the_dead(world, call) ? 4 * LATE_PER_MILLE : LATE_PER_MILLE);
	if (late) {
		call->outcome = call->kind->apply(call);
		world_note(world, "process %d%s: %s%s arrives late: %s", call->process,
		           of_the_dead(world, call) ? " (dead)" : "", call->kind->name, call->about,
		           OUTCOMES[call->outcome]);
	}
	if (late) {
		drop(world, at);
		return;
	}
	if (!world_chance(world, GONE_PER_MILLE))
		return;
	/* What did not arrive is not followed by what was sent behind it. */
	const struct call like = *call;
	for (size_t i = world->call_count; i-- > at;)
		if (i == at || (like.kind->lane != LANE_FREE && same_connection(world->calls[i], &like)))
			drop(world, i);
}

bool world_stalls(const struct world *world, int process)
{
	return world->step < world->stalled[process];
}

static const struct illness *server_of(const struct world *world, const struct call *call)
{
	bool redis = call->kind->lane == LANE_REDIS || call->kind->lane == LANE_FLUSH;
	return redis ? &world->redis : &world->kafka;
}

static void apply(struct world *world, struct call *call)
{
	call->applied = true;
	if (world->step < server_of(world, call)->until) {
		call->outcome = OUTCOME_AGAIN;
		call->why = "the server cannot at the moment";
		return;
	}
	call->outcome = call->kind->apply(call);
	world_note(world, "process %d: %s%s is applied: %s", call->process, call->kind->name, call->about,
	           OUTCOMES[call->outcome]);
}

bool wire_step(struct world *world)
{
	if (world->call_count == 0)
		return false;
	size_t at = world_roll(world, world->call_count);
	struct call *call = world->calls[at];
	if (!is_next(world, at))
		return false;
	if (call->told || of_the_dead(world, call)) {
		haunt(world, at);
		return true;
	}
	if ((call->applied || call->unsent) && world_stalls(world, call->process))
		return false;
	call->unsent = false;
	const struct illness *server = server_of(world, call);
	bool silent = world->step < server->until && server->silent;
	if (!world_stalls(world, call->process) && world_chance(world, silent ? 20 : world->faults))
		lose_connection(world, call);
	else if (silent)
		return false;
	else if (!call->applied)
		apply(world, call);
	else
		answer(world, at, call->outcome);
	return true;
}

void wire_hold_back(struct world *world, int process)
{
	for (size_t i = 0; i < world->call_count; i++) {
		struct call *call = world->calls[i];
		if (call->process == process && !of_the_dead(world, call) && !call->told && !call->applied)
			call->unsent = world_chance(world, 500);
	}
}

size_t wire_open(const struct world *world)
{
	size_t count = 0;
	for (size_t i = 0; i < world->call_count; i++)
		count += !world->calls[i]->told && !of_the_dead(world, world->calls[i]);
	return count;
}

void wire_crash(struct world *world, int process)
{
	world->life[process]++;
	world->stalled[process] = 0;
}

void wire_clear(struct world *world)
{
	while (world->call_count)
		drop(world, world->call_count - 1);
	free(world->calls);
	world->calls = NULL;
	world->call_cap = 0;
}
