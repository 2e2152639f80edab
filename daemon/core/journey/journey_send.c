/* SPDX-License-Identifier: Apache-2.0 */
/* A send, and the check that every template name it can make is listed. */
#include "core/base/hash.h"
#include "core/journey/journey_compile.h"

static void data_compile(struct journey_build *build, const struct doc *map, struct send *out)
{
	struct doc_reader *reader = &build->compiler->reader;
	if (!map || !doc_expect(reader, map, DOC_MAP, "data"))
		return;
	struct expr_env env = journey_build_env(build, SCOPE_NODE, NULL);
	struct send_field *fields = arena_zalloc(reader->arena, (map->count + 1) * sizeof(*fields));
	for (size_t i = 0; i < map->count; i++) {
		if (compiler_cut_expression(build->compiler, &map->pairs[i]))
			continue;
		compiler_name(build->compiler, map->pairs[i].key, &fields[i].name);
		fields[i].value = expr_compile(map->pairs[i].value, &env, NULL, reader->arena, reader->diags);
	}
	out->data = fields;
	out->data_count = map->count;
}

static struct str expand(struct journey_build *build, const struct send *send, struct str node, struct str segment)
{
	const struct str words[] = {[HOLE_SEGMENT] = segment, [HOLE_NODE] = node};
	struct buf buf = {0};
	for (size_t i = 0; i < send->part_count; i++)
		buf_str(&buf, send->parts[i].hole == HOLE_NONE ? send->parts[i].text : words[send->parts[i].hole]);
	struct str name = arena_str(build->compiler->reader.diags->arena, buf_view(&buf));
	buf_release(&buf);
	return name;
}

static bool has_field(const struct send *send, struct str name)
{
	for (size_t i = 0; i < send->data_count; i++)
		if (str_eq(send->data[i].name, name))
			return true;
	return false;
}

/* What the template needs and the send has not. */
static void check_needs(struct journey_build *build, const struct doc *doc, const struct send *send,
                        const struct template_need *need)
{
	struct diag_list *diags = build->compiler->reader.diags;
	for (size_t i = 0; i < need->count; i++)
		if (!has_field(send, need->fields[i]))
			diag_hint(diags,
			          diag_add(diags, DIAG_ERROR, DIAG_TEMPLATE_DATA, doc->range,
			                   "the template \"%.*s\" needs \"%.*s\", which this send has not",
			                   STR_ARG(need->name), STR_ARG(need->fields[i])),
			          "add it under `data:`");
}

static void check_name(struct journey_build *build, const struct doc *doc, const struct send *send, struct str name)
{
	const struct rules *rules = build->compiler->rules;
	const struct str *listed = rules_template_at(rules, name);
	if (listed) {
		journey_template_note(build, (size_t)(listed - rules->templates));
		check_needs(build, doc, send, &rules->template_needs[listed - rules->templates]);
		return;
	}
	struct diag_list *diags = build->compiler->reader.diags;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_TEMPLATE, doc->range,
	                             "no template \"%.*s\" is listed in the rules", STR_ARG(name));
	diag_suggest(diags, diag, name, rules->templates, rules->template_count, NULL);
	if (diag->hint.len == 0)
		diag_hint(diags, diag, "add it to the list under `templates:`");
}

static bool has_hole(const struct send *send, enum template_hole hole)
{
	for (size_t i = 0; i < send->part_count; i++)
		if (send->parts[i].hole == hole)
			return true;
	return false;
}

/* Every combination of segment case and node name that the pattern can make, each once. */
static void check_templates(struct journey_build *build, const struct doc *doc, const struct field_list *names,
                            const struct send *send)
{
	static const struct segment_case NO_CASE = {0};
	const struct segment *segment = build->journey->segment;
	bool by_segment = has_hole(send, HOLE_SEGMENT) && segment;
	const struct segment_case *cases = by_segment ? segment->cases : &NO_CASE;
	size_t case_count = by_segment ? segment->case_count : 1;
	size_t name_count = has_hole(send, HOLE_NODE) ? names->count : 1;
	const struct str *nodes = names->items;
	for (size_t c = 0; c < case_count; c++)
		for (size_t n = 0; n < name_count; n++) {
			struct str node = names->count ? nodes[n] : (struct str){0};
			check_name(build, doc, send, expand(build, send, node, cases[c].name));
		}
}

/* A segment that could not be compiled leaves nothing to expand by; it was reported. */
static bool can_check(const struct journey_build *build, const struct send *send)
{
	bool known = build->journey->segment || !has_hole(send, HOLE_SEGMENT);
	return known && send->part_count && !build->compiler->incomplete;
}

void journey_send_template(struct journey_build *build, const struct doc *template, const struct field_list *names,
                           struct send *out)
{
	if (!template)
		return;
	journey_template_compile(build, template, out);
	if (!can_check(build, out))
		return;
	if (build->compiler->templates_listed)
		check_templates(build, template, names, out);
	else if (!build->shared->no_templates.file)
		build->shared->no_templates = template->range;
}

void journey_send_compile(struct journey_build *build, const struct send_source *source, const struct field_list *names,
                          struct send *out)
{
	out->channel = source->channel;
	out->channel_tag = (uint16_t)hash_tag(source->channel);
	out->expires = source->expires_after;
	data_compile(build, source->data, out);
	journey_send_template(build, source->template, names, out);
	journey_contact_compile(build, source, names, out);
}
