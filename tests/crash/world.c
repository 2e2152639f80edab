/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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
	char line[400];
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	if (world->tell)
		printf("%6llu  %s\n", (unsigned long long)world->step, line);
}

void world_breach(struct world *world, const char *format, ...)
{
	char line[400];
	va_list args;
	if (world->breach.len)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	buf_str(&world->breach, str_from(line));
	world_note(world, "BREACH: %s", line);
}

void wire_add(struct world *world, struct call *call)
{
	if (world->call_count == world->call_cap) {
		world->call_cap = world->call_cap ? 2 * world->call_cap : 16;
		world->calls = mem_realloc(world->calls, world->call_cap * sizeof *world->calls);
	}
	call->life = world->life[call->process];
	world->calls[world->call_count++] = call;
}

static void wire_drop(struct world *world, size_t at)
{
	struct call *call = world->calls[at];
	world->calls[at] = world->calls[--world->call_count];
	call->kind->free(call);
}

static void answer(struct world *world, size_t at, enum outcome outcome)
{
	struct call *call = world->calls[at];
	struct request *request = call->request;
	bool alive = call->life == world->life[call->process];
	if (!alive) {
		wire_drop(world, at);
		return;
	}
	world_note(world, "process %d: %s is answered %d%s", call->process, call->kind->name, (int)outcome,
	           outcome == call->outcome ? "" : " (the true answer is lost)");
	request->outcome = outcome;
	request->why[0] = '\0';
	if (outcome != OUTCOME_DONE)
		snprintf(request->why, sizeof request->why, "%s", call->why ? call->why : "the network is as it is");
	if (outcome == OUTCOME_DONE && call->kind->answer)
		call->kind->answer(call);
	/* Taken off the wire first: done() may make new calls. What it copied is freed behind. */
	world->calls[at] = world->calls[--world->call_count];
	request->done(request);
	call->kind->free(call);
}

bool wire_step(struct world *world)
{
	if (world->call_count == 0)
		return false;
	size_t at = world_roll(world, world->call_count);
	struct call *call = world->calls[at];
	if (!call->applied) {
		if (call->life != world->life[call->process] && world_chance(world, 500)) {
			wire_drop(world, at); /* never left the dead machine */
			return true;
		}
		if (world_chance(world, world->faults)) {
			call->outcome = OUTCOME_AGAIN;
			call->applied = true;
			world_note(world, "process %d: %s never arrives", call->process, call->kind->name);
			return true;
		}
		call->outcome = call->kind->apply(call);
		call->applied = true;
		world_note(world, "process %d: %s is applied: %d", call->process, call->kind->name, (int)call->outcome);
		return true;
	}
	bool lost = call->kind->in_doubt && world_chance(world, world->faults);
	answer(world, at, lost ? OUTCOME_AGAIN : call->outcome);
	return true;
}

void wire_crash(struct world *world, int process)
{
	world->life[process]++;
}

void wire_clear(struct world *world)
{
	while (world->call_count)
		wire_drop(world, world->call_count - 1);
	free(world->calls);
	world->calls = NULL;
	world->call_cap = 0;
}
