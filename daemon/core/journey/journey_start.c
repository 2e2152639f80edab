/* SPDX-License-Identifier: Apache-2.0 */
/* `start_journey`: the customer enters another journey, by fields of its entry. */
#include "core/base/hash.h"
#include "core/journey/journey_compile.h"

/* What a node hands over, against what the other journey's entry says. */
struct handover {
	struct journey_build *build;
	const struct journey_face *to;
	const struct event_type *event; /* NULL: the fields cannot be told */
	struct setting *fields;
	size_t count;
};

static const struct event_field *field_find(const struct handover *handover, const struct doc *key)
{
	const struct event_type *event = handover->event;
	struct diag_list *diags = handover->build->compiler->reader.diags;
	struct str *names = arena_alloc(diags->arena, (event->field_count + 1) * sizeof(*names));
	for (size_t i = 0; i < event->field_count; i++) {
		names[i] = event->fields[i].name;
		if (str_eq(names[i], key->text))
			return &event->fields[i];
	}
	struct diag *diag =
	        diag_add(diags, DIAG_ERROR, DIAG_EXPR_NAME, key->range, "the entry of \"%.*s\" has no field \"%.*s\"",
	                 STR_ARG(handover->to->name), STR_ARG(key->text));
	diag_suggest(diags, diag, key->text, names, event->field_count, "fields");
	return NULL;
}

static void with_compile(struct handover *handover, const struct doc *with)
{
	struct journey_build *build = handover->build;
	for (size_t i = 0; i < with->count; i++) {
		const struct doc_pair *pair = &with->pairs[i];
		if (compiler_cut_expression(build->compiler, pair))
			continue;
		const struct event_field *field = field_find(handover, pair->key);
		struct setting *setting = &handover->fields[handover->count];
		journey_given_compile(build, field, pair->value, setting);
		if (!field)
			continue;
		setting->slot = (uint16_t)(field - handover->event->fields);
		handover->count++;
	}
}

static void check_required(const struct handover *handover, struct diag_range range)
{
	const struct event_type *event = handover->event;
	struct diag_list *diags = handover->build->compiler->reader.diags;
	for (size_t i = 0; i < event->field_count; i++) {
		size_t k = 0;
		while (k < handover->count && handover->fields[k].slot != i)
			k++;
		if (event->fields[i].required && k == handover->count)
			diag_hint(diags,
			          diag_add(diags, DIAG_ERROR, DIAG_MISSING_KEY, range,
			                   "the entry of \"%.*s\" needs the field \"%.*s\"",
			                   STR_ARG(handover->to->name), STR_ARG(event->fields[i].name)),
			          "give it below `with:`");
	}
}

/* Nobody's event lets in there, so there is nothing to be given. */
static void check_none(const struct handover *handover, const struct doc *with)
{
	struct diag_list *diags = handover->build->compiler->reader.diags;
	if (with->count)
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_CONFLICT, with->pairs[0].key->range,
		                   "\"%.*s\" is entered by no event, so it takes no fields",
		                   STR_ARG(handover->to->name)),
		          "take `with` away");
}

static void check_allowed(const struct handover *handover, const struct doc *name)
{
	const struct journey_face *to = handover->to;
	struct diag_list *diags = handover->build->compiler->reader.diags;
	struct str self = handover->build->journey->name;
	if (journey_from_allows(to, self))
		return;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_NOT_STARTED, name->range,
	                             "\"%.*s\" does not let \"%.*s\" start it", STR_ARG(to->name), STR_ARG(self));
	diag_hint(diags, diag, "add \"%.*s\" to its `from_journeys`", STR_ARG(self));
	diag->related = doc_get(to->entry, STR("from_journeys"))->range;
	diag->related_message = STR("these may start it");
}

static void handover_compile(struct handover *handover, const struct doc *with, struct diag_range range)
{
	enum entry_kind kind = handover->to->kind;
	bool fields = kind == ENTRY_EVENT || kind == ENTRY_JOURNEYS;
	if (with && !doc_expect(&handover->build->compiler->reader, with, DOC_MAP, "with"))
		return;
	if (!fields && with)
		check_none(handover, with);
	if (!fields || !handover->event)
		return;
	size_t count = with ? with->count : 0;
	handover->fields = arena_zalloc(handover->build->compiler->reader.arena, (count + 1) * sizeof(struct setting));
	if (with)
		with_compile(handover, with);
	check_required(handover, range);
}

void journey_start_compile(struct journey_build *build, const struct doc *doc, struct node *node)
{
	struct start_source source = {0};
	struct str name;
	if (doc->kind == DOC_MAP)
		doc_read(&build->compiler->reader, doc, START_FIELDS, &source);
	else
		source.journey = doc;
	if (!source.journey || !compiler_name(build->compiler, source.journey, &name))
		return;
	struct handover handover = {.build = build, .to = journey_face_of(build, source.journey)};
	if (!handover.to)
		return;
	handover.event = handover.to->event;
	check_allowed(&handover, source.journey);
	handover_compile(&handover, source.with, source.journey->range);
	node->start = (struct start){name, hash_tag(name), handover.event, handover.fields, handover.count};
}
