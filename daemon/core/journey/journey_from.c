/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys as others see them, who may hand a customer over to them, and what is handed over. All of it is read from
 * the documents before any journey is compiled, since journeys name each other in any order. */
#include "core/journey/journey_compile.h"
#include "core/rules/rules_compile.h"

static const struct str EVENT_NAME = {"start_journey", 13};

static const struct doc *scalar_of(const struct doc *map, struct str key)
{
	const struct doc *value = map ? doc_get(map, key) : NULL;
	return value && value->kind == DOC_SCALAR ? value : NULL;
}

static const struct event_type *declared(struct compiler *compiler, const struct doc *fields)
{
	struct event_type *type = arena_zalloc(compiler->reader.arena, sizeof(*type));
	type->name = EVENT_NAME;
	type->index = UINT32_MAX;
	rules_fields_compile(compiler, fields, type);
	return type;
}

static void face_compile(struct compiler *compiler, struct journey_face *face)
{
	const struct doc *entry = face->entry, *event = scalar_of(entry, STR("event"));
	if (doc_get(entry, STR("every_year"))) {
		face->kind = ENTRY_YEARLY;
	} else if (doc_get(entry, STR("segment"))) {
		face->kind = ENTRY_SEGMENT;
	} else if (doc_get(entry, STR("from_journeys"))) {
		face->kind = ENTRY_JOURNEYS;
		face->event = declared(compiler, doc_get(entry, STR("fields")));
	} else if (event) {
		face->event = rules_event(compiler->rules, event->text);
	}
}

void journey_faces_compile(struct compiler *compiler, const struct source_doc *docs, size_t count,
                           struct journey_shared *shared)
{
	struct journey_face *faces = arena_zalloc(compiler->reader.arena, (count + 1) * sizeof(*faces));
	size_t found = 0;
	for (size_t i = 0; i < count; i++) {
		const struct doc *doc = docs[i].doc, *name = NULL;
		if (doc && doc->kind == DOC_MAP)
			name = scalar_of(doc, STR("journey"));
		if (!name) {
			shared->faceless = true;
			continue;
		}
		const struct doc *entry = doc_get(doc, STR("entry"));
		struct journey_face *face = &faces[found++];
		*face = (struct journey_face){.name = name->text, .doc = doc};
		if (!entry || entry->kind != DOC_MAP)
			continue;
		face->entry = entry;
		face_compile(compiler, face);
	}
	shared->faces = faces;
	shared->face_count = found;
}

const struct journey_face *journey_face_of(const struct journey_build *build, const struct doc *name)
{
	const struct journey_shared *shared = build->shared;
	struct diag_list *diags = build->compiler->reader.diags;
	struct str *names = arena_alloc(diags->arena, (shared->face_count + 1) * sizeof(*names));
	for (size_t i = 0; i < shared->face_count; i++) {
		names[i] = shared->faces[i].name;
		if (str_eq(names[i], name->text))
			return &shared->faces[i];
	}
	if (!shared->faceless)
		diag_suggest(diags,
		             diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_JOURNEY, name->range,
		                      "there is no journey \"%.*s\"", STR_ARG(name->text)),
		             name->text, names, shared->face_count, "journeys");
	return NULL;
}

/* ---- who may start it ---- */

static bool is_any(const struct doc *from)
{
	return from->kind == DOC_SCALAR && str_eq(from->text, STR("any"));
}

bool journey_from_allows(const struct journey_face *face, struct str starter)
{
	if (face->kind != ENTRY_JOURNEYS)
		return true;
	const struct doc *from = doc_get(face->entry, STR("from_journeys"));
	if (from->kind == DOC_SCALAR)
		return is_any(from) || str_eq(from->text, starter);
	for (size_t i = 0; from->kind == DOC_LIST && i < from->count; i++)
		if (from->items[i]->kind == DOC_SCALAR && str_eq(from->items[i]->text, starter))
			return true;
	return false;
}

static void from_read(struct journey_build *build, const struct doc *from)
{
	struct doc_reader *reader = &build->compiler->reader;
	bool list = from->kind == DOC_LIST;
	if (is_any(from))
		return;
	if (list && from->count == 0)
		diag_hint(reader->diags,
		          diag_add(reader->diags, DIAG_ERROR, DIAG_EMPTY, from->range, "an empty list lets nobody in"),
		          "name the journeys that start this one, or write any");
	for (size_t i = 0; i < (list ? from->count : 1); i++) {
		const struct doc *name = list ? from->items[i] : from;
		if (doc_expect(reader, name, DOC_SCALAR, "a journey's name"))
			journey_face_of(build, name);
	}
}

static bool same_fields(const struct doc *a, const struct doc *b)
{
	struct buf texts[2] = {{0}, {0}};
	if (!a || !b)
		return a == b;
	doc_print_canonical(a, &texts[0]);
	doc_print_canonical(b, &texts[1]);
	bool same = str_eq(buf_view(&texts[0]), buf_view(&texts[1]));
	buf_release(&texts[0]);
	buf_release(&texts[1]);
	return same;
}

/* An older version with the same fields has the same event, so that what is handed over now reaches it too. */
const struct event_type *journey_from_compile(struct journey_build *build, const struct entry_source *source)
{
	build->journey->enters.kind = ENTRY_JOURNEYS;
	if (source->from_journeys)
		from_read(build, source->from_journeys);
	for (size_t i = 0; i < build->shared->face_count; i++) {
		const struct journey_face *face = &build->shared->faces[i];
		bool same = face->kind == ENTRY_JOURNEYS && str_eq(face->name, build->journey->name);
		if (same && same_fields(doc_get(face->entry, STR("fields")), source->fields))
			return face->event;
	}
	return declared(build->compiler, source->fields);
}
