/* SPDX-License-Identifier: Apache-2.0 */
/* `emit`: an event of our own. */
#include "core/journey/journey_compile.h"

void journey_given_compile(struct journey_build *build, const struct event_field *field, const struct doc *value,
                           struct setting *out)
{
	struct doc_reader *reader = &build->compiler->reader;
	if (!field)
		return;
	struct expr_env env = journey_build_env(build, SCOPE_NODE, NULL);
	bool any = field->type.kind == TYPE_DYN || doc_null(value);
	out->name = field->name;
	out->value = expr_compile(value, &env, any ? NULL : &field->type, reader->arena, reader->diags);
}

static void field_compile(struct journey_build *build, const struct event_type *event, const struct doc_pair *pair,
                          struct setting *out)
{
	if (compiler_cut_expression(build->compiler, pair))
		return;
	const struct event_field *field = journey_field_find(build, event, pair->key);
	journey_given_compile(build, field, pair->value, out);
	out->slot = field ? (uint16_t)(field - event->fields) : 0;
}

/* The receivers take for granted what the declaration requires. */
static void check_required(struct journey_build *build, const struct event_type *event, const struct emit *emit,
                           const struct diag_range range)
{
	for (size_t i = 0; i < event->field_count; i++) {
		size_t k = 0;
		while (k < emit->count && emit->fields[k].slot != i)
			k++;
		if (event->fields[i].required && k == emit->count)
			diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_MISSING_KEY, range,
			         "event \"%.*s\" needs the field \"%.*s\"", STR_ARG(event->name),
			         STR_ARG(event->fields[i].name));
	}
}

/* Who is gone cannot go on; told to other systems, it may well mean something there. */
static void check_erasure(struct journey_build *build, const struct emit *emit, struct diag_range range)
{
	struct diag_list *diags = build->compiler->reader.diags;
	if (!emit->inward || !build->compiler->rules->effects[emit->event->index].erases)
		return;
	diag_hint(diags,
	          diag_add(diags, DIAG_ERROR, DIAG_CONFLICT, range,
	                   "\"%.*s\" erases its customer, which no journey can do", STR_ARG(emit->event->name)),
	          "to tell other systems alone, add `to: out`");
}

void journey_emit_compile(struct journey_build *build, const struct emit_source *source, struct node *node)
{
	struct doc_reader *reader = &build->compiler->reader;
	const struct event_type *event = compiler_event(build->compiler, source->event);
	const struct doc *map = source->fields;
	size_t count = map && map->kind == DOC_MAP ? map->count : 0;
	if (!event || (map && !doc_expect(reader, map, DOC_MAP, "fields")))
		return;
	struct setting *fields = arena_zalloc(reader->arena, (count + 1) * sizeof(*fields));
	for (size_t i = 0; i < count; i++)
		field_compile(build, event, &map->pairs[i], &fields[i]);
	node->emit = (struct emit){event, fields, count, source->to != 1, source->to != 0};
	check_required(build, event, &node->emit, source->event->range);
	check_erasure(build, &node->emit, source->event->range);
}
