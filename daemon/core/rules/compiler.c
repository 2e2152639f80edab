/* SPDX-License-Identifier: Apache-2.0 */
/* References by name, with suggestions; and the names that expressions may use. */
#include "core/rules/compiler.h"

bool compiler_name(struct compiler *compiler, const struct doc *doc, struct str *out)
{
	static const struct field name = {.key = "name", .kind = FIELD_NAME};
	*out = (struct str){0};
	return doc && doc_read_value(&compiler->reader, doc, &name, out);
}

/* In ten thousand; up to two digits behind the point: 10%, 2.5%. */
static bool percentage_parse(struct str text, uint32_t *out)
{
	uint32_t digits = 0, share = 0;
	bool point = false;
	if (text.len < 2 || text.len > 6 || text.ptr[text.len - 1] != '%' || text.ptr[0] == '.')
		return false;
	for (size_t i = 0; i + 1 < text.len; i++) {
		char c = text.ptr[i];
		if ((c == '.' && point) || (c != '.' && (c < '0' || c > '9')))
			return false;
		digits += point && c != '.';
		point = point || c == '.';
		if (c != '.')
			share = share * 10 + (uint32_t)(c - '0');
	}
	for (uint32_t i = digits; i < 2; i++)
		share *= 10;
	*out = share;
	return digits <= 2 && share <= 10000;
}

uint32_t compiler_share(struct compiler *compiler, const struct doc *doc, const char *what)
{
	struct diag_list *diags = compiler->reader.diags;
	uint32_t share = 0;
	if (!doc || !doc_expect(&compiler->reader, doc, DOC_SCALAR, what))
		return 0;
	if (!percentage_parse(doc->text, &share))
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, doc->range,
		                   "\"%.*s\" is no share of the customers", STR_ARG(doc->text)),
		          "write a percentage such as 10%% or 2.5%%");
	return share;
}

static void report_unknown_event(struct compiler *compiler, const struct doc *doc, struct str name)
{
	if (compiler->incomplete)
		return;
	struct diag_list *diags = compiler->reader.diags;
	const struct rules *rules = compiler->rules;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_EVENT, doc->range,
	                             "no event \"%.*s\" is declared in the rules", STR_ARG(name));
	struct str *names = arena_alloc(diags->arena, (rules->event_count + 1) * sizeof(*names));
	for (size_t i = 0; i < rules->event_count; i++)
		names[i] = rules->events[i].name;
	diag_suggest(diags, diag, name, names, rules->event_count, "events");
}

const struct event_type *compiler_event(struct compiler *compiler, const struct doc *doc)
{
	struct str name;
	if (!compiler_name(compiler, doc, &name))
		return NULL;
	const struct event_type *event = rules_event(compiler->rules, name);
	if (!event)
		report_unknown_event(compiler, doc, name);
	return event;
}

struct str compiler_zone(struct compiler *compiler, const struct doc *doc)
{
	struct str name;
	struct zone fixed;
	static const struct field text = {.key = "timezone", .kind = FIELD_STR};
	if (!doc || !doc_read_value(&compiler->reader, doc, &text, &name))
		return (struct str){0};
	const struct zone_set *zones = compiler->zones;
	if (!zones || zone_find(zones, name, &fixed))
		return name;
	struct diag_list *diags = compiler->reader.diags;
	struct diag *diag =
	        diag_add(diags, DIAG_ERROR, DIAG_BAD_ZONE, doc->range, "there is no time zone \"%.*s\"", STR_ARG(name));
	struct str *names = arena_alloc(diags->arena, (zones->count + 1) * sizeof(*names));
	for (size_t i = 0; i < zones->count; i++)
		names[i] = zones->zones[i].name;
	if (name.len > 4) /* PST is no mistyped EST */
		diag_suggest(diags, diag, name, names, zones->count, NULL);
	if (diag->hint.len == 0)
		diag_hint(diags, diag, "write a name such as Europe/Berlin, UTC, or a fixed offset such as +08:00");
	return (struct str){0};
}

const struct expr *compiler_condition(struct compiler *compiler, const struct doc *doc, const struct expr_env *env)
{
	static const struct type condition = {TYPE_BOOL, NULL};
	if (!doc)
		return NULL;
	return expr_compile(doc, env, &condition, compiler->reader.arena, compiler->reader.diags);
}

bool compiler_cut_expression(struct compiler *compiler, const struct doc_pair *pair)
{
	if (!doc_cut(pair))
		return false;
	doc_cut_report(pair, compiler->reader.diags);
	return true;
}

void env_add(struct env_names *names, struct expr_name name)
{
	if (names->count == names->cap)
		names->items = arena_grow(names->arena, names->items, &names->cap, sizeof *names->items);
	names->items[names->count++] = name;
}

static struct str path(struct env_names *names, const char *root, struct str field)
{
	return arena_printf(names->arena, "%s.%.*s", root, STR_ARG(field));
}

void env_add_event(struct env_names *names, const char *root, enum expr_bank bank, const struct event_type *event)
{
	if (!event) {
		env_add(names, (struct expr_name){.path = str_from(root), .bank = bank});
		return;
	}
	for (size_t i = 0; i < event->field_count; i++)
		env_add(names, (struct expr_name){.path = path(names, root, event->fields[i].name),
		                                  .type = event->fields[i].type,
		                                  .bank = bank,
		                                  .slot = (uint16_t)i});
}

void env_add_profile(struct env_names *names, const struct compiler *compiler)
{
	const struct rules *rules = compiler->rules;
	if (compiler->incomplete)
		env_add(names, (struct expr_name){.path = STR("profile"), .bank = BANK_PROFILE});
	for (size_t i = 0; i < rules->profile_count; i++)
		env_add(names, (struct expr_name){.path = path(names, "profile", rules->profile[i].name),
		                                  .type = rules->profile[i].type,
		                                  .bank = BANK_PROFILE,
		                                  .slot = (uint16_t)i});
}

/* Tables and topics. */
static void add_constants(struct env_names *names, const struct compiler *compiler)
{
	const struct rules *rules = compiler->rules;
	if (compiler->incomplete) {
		env_add(names, (struct expr_name){.path = STR("table"), .bank = BANK_TABLE});
		env_add(names, (struct expr_name){.path = STR("topics"), .bank = BANK_TABLE});
	}
	for (size_t i = 0; i < rules->constant_count; i++)
		env_add(names, (struct expr_name){.path = rules->constants[i].path,
		                                  .type = rules->constants[i].type,
		                                  .bank = BANK_TABLE,
		                                  .slot = (uint16_t)i,
		                                  .certain = true,
		                                  .constant = &rules->constant_values[i]});
}

void env_add_traits(struct env_names *names, const struct compiler *compiler)
{
	const struct rules *rules = compiler->rules;
	if (compiler->incomplete)
		env_add(names, (struct expr_name){.path = STR("trait"), .bank = BANK_TRAIT});
	for (size_t i = 0; i < rules->trait_count; i++) {
		const struct trait *trait = &rules->traits[i];
		env_add(names, (struct expr_name){.path = path(names, "trait", trait->name),
		                                  .type = trait->type,
		                                  .bank = BANK_TRAIT,
		                                  .slot = (uint16_t)i,
		                                  .words = trait->words,
		                                  .word_count = trait->word_count});
	}
	add_constants(names, compiler);
}

struct str env_event_what(const struct event_type *event, struct arena *arena)
{
	return event ? arena_printf(arena, "event \"%.*s\"", STR_ARG(event->name)) : (struct str){0};
}

struct expr_env compiler_rules_env(struct compiler *compiler, const struct event_type *event)
{
	struct env_names names = {.arena = compiler->reader.arena};
	env_add_event(&names, "event", BANK_EVENT, event);
	env_add_profile(&names, compiler);
	env_add_traits(&names, compiler);
	env_add(&names, (struct expr_name){.path = STR("now"),
	                                   .type = {TYPE_TIMESTAMP, NULL},
	                                   .bank = BANK_ENTRY,
	                                   .slot = POLICY_NOW,
	                                   .certain = true});
	return (struct expr_env){names.items, names.count, env_event_what(event, names.arena), compiler->zones,
	                         &compiler->rules->hours};
}
