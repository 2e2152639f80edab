/* SPDX-License-Identifier: Apache-2.0 */
#include "app/program.h"

#include <stdlib.h>

struct program *program_new(struct journey_set *set)
{
	struct program *program = mem_alloc(sizeof *program);
	*program = (struct program){.set = set, .uses = 1};
	return program;
}

struct program *program_take(struct program *program)
{
	program->uses++;
	return program;
}

void program_drop(struct program *program)
{
	if (!program || --program->uses)
		return;
	journey_set_free(program->set);
	free(program);
}
