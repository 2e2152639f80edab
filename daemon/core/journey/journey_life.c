/* SPDX-License-Identifier: Apache-2.0 */
/* What a journey says about its own life and that of the people in it. */
#include "core/journey/journey_compile.h"

void journey_life_event(struct journey_build *build, const struct doc *name, const struct event_type *event)
{
	if (!event || !build->compiler->rules->effects[event->index].erases)
		return;
	struct diag_list *diags = build->compiler->reader.diags;
	struct diag *diag =
	        diag_add(diags, DIAG_ERROR, DIAG_CONFLICT, name->range,
	                 "\"%.*s\" erases its customer: nobody is left to enter or to leave", STR_ARG(event->name));
	diag_hint(diags, diag, "an erasure ends every journey of the customer by itself");
}

/* The keys that are no part of the version: changing one of them does not make another journey. */
static bool of_its_life(struct str key)
{
	static const struct str KEYS[] = {{"state", 5}, {"on_resume", 9}, {"migrate", 7}, {"exit", 4}};
	for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++)
		if (str_eq(key, KEYS[i]))
			return true;
	return false;
}

struct doc journey_life_without(const struct doc *doc, struct arena *arena)
{
	struct doc without = *doc;
	without.pairs = arena_alloc(arena, (doc->count + 1) * sizeof(*without.pairs));
	without.count = 0;
	for (size_t i = 0; i < doc->count; i++)
		if (!of_its_life(doc->pairs[i].key->text))
			without.pairs[without.count++] = doc->pairs[i];
	return without;
}

/* ---- migrate and exit: nodes of older versions, which nobody can look up here, and of this one ---- */

static bool node_find(struct journey_build *build, const struct doc *name, uint32_t *index)
{
	const struct journey *journey = build->journey;
	struct diag_list *diags = build->compiler->reader.diags;
	struct str *names = arena_alloc(diags->arena, (journey->node_count + 1) * sizeof(*names));
	for (uint32_t i = 0; i < journey->node_count; i++) {
		names[i] = journey->nodes[i].name;
		*index = i;
		if (str_eq(names[i], name->text))
			return true;
	}
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_NODE, name->range,
	                             "this journey has no node \"%.*s\"", STR_ARG(name->text));
	diag_suggest(diags, diag, name->text, names, journey->node_count, "nodes");
	return false;
}

static void check_twice(struct journey_build *build, const struct migration *rows, size_t count, const struct doc *name)
{
	for (size_t i = 0; i < count; i++) {
		if (!str_eq(rows[i].from, name->text))
			continue;
		diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_CONFLICT, name->range,
		         "those at \"%.*s\" cannot both go on and leave", STR_ARG(name->text));
		return;
	}
}

static size_t migrate_read(struct journey_build *build, const struct doc *doc, struct migration *rows)
{
	size_t count = 0;
	if (!doc || !doc_expect(&build->compiler->reader, doc, DOC_MAP, "migrate"))
		return 0;
	for (size_t i = 0; i < doc->count; i++) {
		const struct doc *to = doc->pairs[i].value;
		struct migration row = {.from = doc->pairs[i].key->text};
		if (doc_expect(&build->compiler->reader, to, DOC_SCALAR, "a node's name") &&
		    node_find(build, to, &row.to))
			rows[count++] = row;
	}
	return count;
}

static size_t exit_read(struct journey_build *build, const struct doc *doc, struct migration *rows, size_t count)
{
	if (!doc || !doc_expect(&build->compiler->reader, doc, DOC_LIST, "exit"))
		return count;
	for (size_t i = 0; i < doc->count; i++) {
		if (!doc_expect(&build->compiler->reader, doc->items[i], DOC_SCALAR, "a node's name"))
			continue;
		check_twice(build, rows, count, doc->items[i]);
		rows[count++] = (struct migration){doc->items[i]->text, MIGRATION_EXIT};
	}
	return count;
}

void journey_life_compile(struct journey_build *build, const struct journey_source *source)
{
	struct journey *journey = build->journey;
	size_t most = (source->migrate ? source->migrate->count : 0) + (source->exit ? source->exit->count : 0);
	struct migration *rows = arena_alloc(build->compiler->reader.arena, (most + 1) * sizeof(*rows));
	journey->state = (enum journey_state)source->state;
	journey->on_resume = (enum on_resume)source->on_resume;
	size_t count = migrate_read(build, source->migrate, rows);
	journey->migration_count = exit_read(build, source->exit, rows, count);
	journey->migrations = rows;
}
