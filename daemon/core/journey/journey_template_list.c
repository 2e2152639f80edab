/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the listed templates a journey can send: for people who must see that each of them exists. */
#include "core/journey/journey_compile.h"

void journey_template_note(struct journey_build *build, size_t place)
{
	const struct rules *rules = build->compiler->rules;
	build->shared->templates_used[place] = true;
	if (!build->templates)
		build->templates = arena_zalloc(build->compiler->reader.arena, rules->template_count);
	build->templates[place] = true;
}

void journey_templates_list(struct journey_build *build)
{
	const struct rules *rules = build->compiler->rules;
	struct arena_list names = {0};
	for (size_t i = 0; build->templates && i < rules->template_count; i++)
		if (build->templates[i])
			*(struct str *)arena_list_add(&names, build->compiler->reader.arena, sizeof(struct str)) =
			        rules->templates[i];
	build->journey->templates = names.items;
	build->journey->template_count = names.count;
}
