/* SPDX-License-Identifier: Apache-2.0 */
/* The environments, from one table of local names. */
#include "core/journey/journey_env.h"

struct local {
	struct str path;
	enum type_kind type;
	bool certain;
	unsigned scopes;
};

enum { RUNNING = SCOPE_ANCHOR | SCOPE_SEGMENT | SCOPE_NODE | SCOPE_ENDING, ANYWHERE = RUNNING | SCOPE_ENTRY };

static const struct local LOCALS[LOCAL_COUNT] = {
        [LOCAL_KEY] = {{"key", 3}, TYPE_STRING, true, RUNNING},
        [LOCAL_NODE] = {{"node", 4}, TYPE_STRING, true, SCOPE_NODE},
        [LOCAL_SEGMENT] = {{"segment", 7}, TYPE_STRING, false, SCOPE_NODE},
        [LOCAL_CUSTOMER] = {{"customer.id", 11}, TYPE_STRING, true, ANYWHERE},
        [LOCAL_NOW] = {{"now", 3}, TYPE_TIMESTAMP, true, ANYWHERE},
        [LOCAL_ENTERED] = {{"entered", 7}, TYPE_TIMESTAMP, true, RUNNING},
        [LOCAL_ANCHOR] = {{"anchor", 6}, TYPE_NULL, false, SCOPE_SEGMENT | SCOPE_NODE | SCOPE_ENDING},
        [LOCAL_JOURNEY] = {{"journey", 7}, TYPE_STRING, true, ANYWHERE},
};

/* The segment's cases are all that `segment` can be. */
static void add_cases(struct env_names *names, const struct segment *segment)
{
	struct expr_name *name = &names->items[names->count - 1];
	struct str *words = arena_alloc(names->arena, (segment->case_count + 1) * sizeof(*words));
	for (size_t i = 0; i < segment->case_count; i++)
		words[i] = segment->cases[i].name;
	name->words = words;
	name->word_count = segment->case_count;
}

static void add_locals(struct env_names *names, const struct journey_place *place)
{
	for (size_t i = 0; i < LOCAL_COUNT; i++) {
		struct type type = {LOCALS[i].type, NULL};
		if (i == LOCAL_ANCHOR)
			type = place->anchor;
		if (!(LOCALS[i].scopes & place->scope) || type.kind == TYPE_NULL)
			continue;
		if (i == LOCAL_SEGMENT && !place->segment)
			continue;
		env_add(names, (struct expr_name){.path = LOCALS[i].path,
		                                  .type = type,
		                                  .bank = BANK_LOCAL,
		                                  .slot = (uint16_t)i,
		                                  .certain = LOCALS[i].certain});
		if (i == LOCAL_SEGMENT && place->cases_of)
			add_cases(names, place->cases_of);
	}
}

/* Of any type: each node that sets a value may give it another. */
static void add_values(struct env_names *names, const struct journey_place *place)
{
	if (!(place->scope & (SCOPE_NODE | SCOPE_ENDING)))
		return;
	for (size_t i = 0; i < place->value_count && i < LOCAL_RUN_MOST; i++)
		env_add(names, (struct expr_name){
		                       .path = arena_printf(names->arena, "run.%.*s", STR_ARG(place->values[i].name)),
		                       .bank = BANK_LOCAL,
		                       .slot = (uint16_t)(LOCAL_RUN + i)});
}

struct expr_env journey_env(const struct compiler *compiler, const struct journey_place *place)
{
	struct env_names names = {.arena = compiler->reader.arena};
	bool ending = place->scope == SCOPE_ENDING;
	const struct event_type *event = ending ? place->event : place->entry;
	env_add_event(&names, "event", BANK_EVENT, event);
	if (ending)
		env_add_event(&names, "entry", BANK_ENTRY, place->entry);
	env_add_profile(&names, compiler);
	env_add_traits(&names, compiler);
	add_locals(&names, place);
	add_values(&names, place);
	return (struct expr_env){names.items, names.count, env_event_what(event, names.arena), compiler->zones,
	                         &compiler->rules->hours};
}
