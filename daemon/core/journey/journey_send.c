/* SPDX-License-Identifier: Apache-2.0 */
/* A send, and the check that every template name it can make is listed. */
#include "core/base/hash.h"
#include "core/journey/journey_compile.h"
#include "core/journey/journey_set.h"

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

/* The words by enum template_hole. */
static struct str expand(struct journey_build *build, const struct send *send, const struct str *words)
{
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

static bool needs_field(const struct template_need *need, struct str name)
{
	for (size_t i = 0; i < need->count; i++)
		if (str_eq(need->fields[i], name))
			return true;
	return false;
}

/* A field of the send that the template does not ask for, and that is likely the needed one misspelt; or NULL. */
static const struct str *field_misspelt(struct journey_build *build, const struct send *send,
                                        const struct template_need *need, struct str needed)
{
	struct str *others =
	        arena_alloc(build->compiler->reader.diags->arena, (send->data_count + 1) * sizeof(*others));
	size_t count = 0;
	for (size_t i = 0; i < send->data_count; i++)
		if (!needs_field(need, send->data[i].name))
			others[count++] = send->data[i].name;
	return diag_nearest(needed, others, count);
}

/* What the template needs and the send has not. */
static void check_needs(struct journey_build *build, const struct doc *doc, const struct send *send,
                        const struct template_need *need)
{
	struct diag_list *diags = build->compiler->reader.diags;
	for (size_t i = 0; i < need->count; i++) {
		if (has_field(send, need->fields[i]))
			continue;
		struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_TEMPLATE_DATA, doc->range,
		                             "the template \"%.*s\" needs \"%.*s\", which this send has not",
		                             STR_ARG(need->name), STR_ARG(need->fields[i]));
		const struct str *wrong = field_misspelt(build, send, need, need->fields[i]);
		if (wrong)
			diag_hint(diags, diag, "under `data:`, did you mean \"%.*s\" by \"%.*s\"?",
			          STR_ARG(need->fields[i]), STR_ARG(*wrong));
		else
			diag_hint(diags, diag, "add it under `data:`");
	}
}

static void check_name(struct journey_build *build, const struct doc *doc, const struct send *send, struct str name)
{
	const struct rules *rules = build->compiler->rules;
	struct template_made *made = arena_list_add(&build->shared->made, build->compiler->reader.arena, sizeof(*made));
	*made = (struct template_made){doc->range, doc->text, send->channel, name};
	if (!build->compiler->templates_listed)
		return;
	const struct str *listed = rules_template_at(rules, name);
	if (listed) {
		build->shared->templates_used[listed - rules->templates] = true;
		check_needs(build, doc, send, &rules->template_needs[listed - rules->templates]);
		return;
	}
	*(struct str *)arena_list_add(&build->missing, build->compiler->reader.arena, sizeof(name)) = name;
}

static void suggest_template(struct journey_build *build, struct diag *diag, struct str name)
{
	const struct rules *rules = build->compiler->rules;
	struct diag_list *diags = build->compiler->reader.diags;
	diag_suggest(diags, diag, name, rules->templates, rules->template_count, NULL);
	if (diag->hint.len == 0)
		diag_hint(diags, diag, "add it to the list under `templates:`");
}

/* A list is one finding: a misspelt beginning makes every name wrong. */
static void report_many(struct journey_build *build, const struct doc *doc, size_t possible)
{
	enum { SHOWN = 12 };
	struct diag_list *diags = build->compiler->reader.diags;
	const struct str *names = build->missing.items;
	size_t count = build->missing.count;
	struct buf list = {0};
	struct str which = count == possible ? arena_printf(diags->arena, "none of the %zu", possible)
	                                     : arena_printf(diags->arena, "%zu of the %zu", count, possible);
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_TEMPLATE, doc->range,
	                             "%.*s templates that this can come to %s in the rules", STR_ARG(which),
	                             count == possible ? "is listed" : "are not listed");
	const struct str *near =
	        diag_nearest(names[0], build->compiler->rules->templates, build->compiler->rules->template_count);
	if (near)
		diag_hint(diags, diag, "\"%.*s\" is not listed, \"%.*s\" is", STR_ARG(names[0]), STR_ARG(*near));
	for (size_t i = 0; i < count && i < SHOWN; i++)
		buf_printf(&list, "%s%.*s", i ? ", " : "not listed: ", STR_ARG(names[i]));
	if (count > SHOWN)
		buf_printf(&list, ", ... and %zu more", count - SHOWN);
	diag->known = arena_str(diags->arena, buf_view(&list));
	buf_release(&list);
}

static void report_missing(struct journey_build *build, const struct doc *doc, size_t possible)
{
	enum { TOLD_ALONE = 3 };
	struct diag_list *diags = build->compiler->reader.diags;
	const struct str *names = build->missing.items;
	if (build->missing.count > TOLD_ALONE) {
		report_many(build, doc, possible);
		return;
	}
	for (size_t i = 0; i < build->missing.count; i++)
		suggest_template(build,
		                 diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_TEMPLATE, doc->range,
		                          "no template \"%.*s\" is listed in the rules", STR_ARG(names[i])),
		                 names[i]);
}

static bool has_hole(const struct send *send, enum template_hole hole)
{
	for (size_t i = 0; i < send->part_count; i++)
		if (send->parts[i].hole == hole)
			return true;
	return false;
}

static void check_words(struct journey_build *build, const struct template_pattern *pattern, struct str *words)
{
	static const struct str NOTHING = {0};
	const struct str *nodes = pattern->names.count ? pattern->names.items : &NOTHING;
	const struct str *variants = pattern->variants.count ? pattern->variants.items : &NOTHING;
	size_t name_count = has_hole(pattern->send, HOLE_NODE) ? pattern->names.count : 1;
	size_t variant_count = has_hole(pattern->send, HOLE_VARIANT) ? pattern->variants.count : 1;
	for (size_t n = 0; n < name_count; n++)
		for (size_t v = 0; v < variant_count; v++) {
			words[HOLE_NODE] = nodes[n];
			words[HOLE_VARIANT] = variants[v];
			check_name(build, pattern->doc, pattern->send, expand(build, pattern->send, words));
		}
}

/* Every combination of segment case, node name and variant that the pattern can make, each once. */
static void check_templates(struct journey_build *build, const struct template_pattern *pattern)
{
	static const struct segment_case NO_CASE = {0};
	const struct segment *segment = build->journey->segment;
	bool by_segment = has_hole(pattern->send, HOLE_SEGMENT) && segment;
	const struct segment_case *cases = by_segment ? segment->cases : &NO_CASE;
	size_t case_count = by_segment ? segment->case_count : 1;
	for (size_t c = 0; c < case_count; c++)
		check_words(build, pattern, (struct str[]){[HOLE_SEGMENT] = cases[c].name, [HOLE_VARIANT] = {0}});
}

/* A segment that could not be compiled leaves nothing to expand by; it was reported. */
static bool can_check(const struct journey_build *build, const struct send *send)
{
	bool known = build->journey->segment || !has_hole(send, HOLE_SEGMENT);
	return known && send->part_count && !build->compiler->incomplete;
}

void journey_pattern_check(struct journey_build *build, const struct template_pattern *pattern)
{
	if (!can_check(build, pattern->send))
		return;
	size_t before = build->shared->made.count;
	build->missing.count = 0;
	check_templates(build, pattern);
	report_missing(build, pattern->doc, build->shared->made.count - before);
	if (!build->compiler->templates_listed && !build->shared->no_templates.file)
		build->shared->no_templates = pattern->doc->range;
}

void journey_send_template(struct journey_build *build, const struct doc *template, const struct field_list *names,
                           struct send *out)
{
	if (!template)
		return;
	journey_template_compile(build, template, out);
	struct template_pattern pattern = {.doc = template, .send = out, .names = *names};
	pattern.node = (uint32_t)build->node_count - 1;
	if (!has_hole(out, HOLE_VARIANT)) {
		journey_pattern_check(build, &pattern);
		return;
	}
	struct template_pattern *later =
	        arena_list_add(&build->patterns, build->compiler->reader.arena, sizeof(*later));
	*later = pattern;
}

void journey_send_compile(struct journey_build *build, const struct send_source *source, const struct field_list *names,
                          struct send *out)
{
	out->channel = source->channel;
	out->channel_tag = (uint16_t)hash_tag(source->channel);
	journey_channel_check(build, source->channel);
	out->expires = source->expires_after;
	data_compile(build, source->data, out);
	journey_send_template(build, source->template, names, out);
	journey_contact_compile(build, source, names, out);
}
