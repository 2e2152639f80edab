/* SPDX-License-Identifier: Apache-2.0 */
/* Event declarations and the profile: names with types, and what an event sets. */
#include "core/base/hash.h"
#include "core/event_paths.h"
#include "core/rules/rules_compile.h"
#include "core/rules/rules_fields.h"

enum { MAX_FIELDS = 4096 }; /* slots are 16 bits wide, and nobody reads a longer list */

bool rules_identifier(struct rules_build *build, const struct doc *key, const char *what)
{
	struct str text = key->text;
	bool good = text.len > 0 && text.len <= 128 && !(text.ptr[0] >= '0' && text.ptr[0] <= '9');
	for (size_t i = 0; good && i < text.len; i++) {
		char c = text.ptr[i];
		good = c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	}
	if (good)
		return true;
	struct diag_list *diags = build->compiler->reader.diags;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, key->range, "\"%.*s\" cannot be the name of %s",
	                             STR_ARG(text), what);
	diag_hint(diags, diag, "letters, digits and _, so that expressions can say it");
	return false;
}

/* What other systems call a type, as it is called here; NULL when it is no such word. */
static const char *type_elsewhere(struct str word)
{
	static const char *const WORDS[][2] = {
	        {"float", "double"}, {"decimal", "double"}, {"money", "double"},       {"real", "double"},
	        {"integer", "int"},  {"long", "int"},       {"boolean", "bool"},       {"text", "string"},
	        {"str", "string"},   {"varchar", "string"}, {"datetime", "timestamp"}, {"time", "timestamp"},
	        {"object", "any"},   {"json", "any"},
	};
	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++)
		if (str_eq(word, str_from(WORDS[i][0])))
			return WORDS[i][1];
	return NULL;
}

static struct type type_read(struct rules_build *build, const struct doc *doc)
{
	static const struct field text = {.key = "type", .kind = FIELD_STR};
	struct doc_reader *reader = &build->compiler->reader;
	struct type type = {TYPE_DYN, NULL};
	struct str word;
	if (!doc || !doc_read_value(reader, doc, &text, &word) || type_parse(word, build->arena, &type))
		return type;
	static const struct str WORDS[] = {{"bool", 4},   {"int", 3},           {"double", 6},      {"number", 6},
	                                   {"string", 6}, {"date", 4},          {"timestamp", 9},   {"duration", 8},
	                                   {"any", 3},    {"list<string>", 12}, {"map<string>", 11}};
	struct diag *diag = diag_add(reader->diags, DIAG_ERROR, DIAG_BAD_TYPE, doc->range, "there is no type \"%.*s\"",
	                             STR_ARG(word));
	diag_suggest(reader->diags, diag, word, WORDS, sizeof(WORDS) / sizeof(WORDS[0]), "types");
	const char *ours = type_elsewhere(word);
	if (ours)
		diag_hint(reader->diags, diag, "write %s", ours);
	return (struct type){TYPE_DYN, NULL};
}

struct declaration {
	struct event_field_source source;
	struct type type;
};

/* `name: type` or `name: { type, required, about }`, the long form read by `fields`. */
static struct declaration declaration_read(struct rules_build *build, const struct doc *doc, const struct field *fields)
{
	struct declaration found = {0};
	if (doc->kind == DOC_SCALAR || doc->kind == DOC_LIST)
		found.source.type = doc; /* a list is reported as no text */
	else
		doc_read(&build->compiler->reader, doc, fields, &found.source);
	found.type = type_read(build, found.source.type);
	return found;
}

struct field_walk {
	struct rules_build *build;
	struct arena_list fields, names; /* struct event_field, and where it was named */
};

/* { tpye: int, required: true } */
static bool type_misspelt(const struct doc *map)
{
	static const struct str TYPE = {"type", 4};
	bool misspelt = false, others = doc_get(map, STR("required")) || doc_get(map, STR("about"));
	for (size_t i = 0; i < map->count; i++)
		misspelt |= diag_nearest(map->pairs[i].key->text, &TYPE, 1) != NULL;
	return misspelt && others;
}

/* A map nests unless it says `type: WORD`: the field `address.type` is declared as `type: { type: string }`. */
static bool nests(const struct doc *doc)
{
	const struct doc *type = doc->kind == DOC_MAP ? doc_get(doc, STR("type")) : NULL;
	if (doc->kind == DOC_MAP && !type && type_misspelt(doc))
		return false;
	return doc->kind == DOC_MAP && !(type && type->kind == DOC_SCALAR);
}

static void fields_read(struct field_walk *walk, const struct doc *map, struct str prefix)
{
	struct rules_build *build = walk->build;
	for (size_t i = 0; i < map->count; i++) {
		const struct doc *key = map->pairs[i].key, *value = map->pairs[i].value;
		if (!rules_identifier(build, key, "a field"))
			continue;
		struct str name = prefix.len
		                          ? arena_printf(build->arena, "%.*s.%.*s", STR_ARG(prefix), STR_ARG(key->text))
		                          : key->text;
		if (nests(value)) {
			fields_read(walk, value, name);
			continue;
		}
		struct declaration found = declaration_read(build, value, EVENT_FIELD_FIELDS);
		rules_name(build, &walk->names, name, key->range);
		struct event_field *field = arena_list_add(&walk->fields, build->arena, sizeof(*field));
		*field = (struct event_field){name, hash_tag(name), found.type, found.source.required,
		                              found.source.about};
	}
}

static void event_fields(struct rules_build *build, const struct doc *doc, struct event_type *type)
{
	struct field_walk walk = {.build = build};
	struct doc_reader *reader = &build->compiler->reader;
	if (!doc || !doc_expect(reader, doc, DOC_MAP, "fields"))
		return;
	fields_read(&walk, doc, (struct str){0});
	rules_check_names(build, &walk.names, "field", true);
	type->fields = walk.fields.items;
	type->field_count = walk.fields.count;
	if (type->field_count > MAX_FIELDS) {
		diag_add(reader->diags, DIAG_ERROR, DIAG_TOO_LARGE, doc->range, "an event may have %d fields at most",
		         MAX_FIELDS);
		type->field_count = MAX_FIELDS;
	}
}

void rules_fields_compile(struct compiler *compiler, const struct doc *map, struct event_type *type)
{
	struct rules_build build = {.compiler = compiler, .rules = compiler->rules, .arena = compiler->reader.arena};
	event_fields(&build, map, type);
}

static const struct profile_field *attribute(struct rules_build *build, const struct doc *key)
{
	const struct rules *rules = build->rules;
	for (size_t i = 0; i < rules->profile_count; i++)
		if (str_eq(rules->profile[i].name, key->text))
			return &rules->profile[i];
	if (build->compiler->incomplete)
		return NULL;
	struct diag_list *diags = build->compiler->reader.diags;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_UNKNOWN_KEY, key->range,
	                             "the profile has no attribute \"%.*s\"", STR_ARG(key->text));
	struct str *names = arena_alloc(diags->arena, (rules->profile_count + 1) * sizeof(*names));
	for (size_t i = 0; i < rules->profile_count; i++)
		names[i] = rules->profile[i].name;
	diag_suggest(diags, diag, key->text, names, rules->profile_count, "attributes");
	return NULL;
}

static void event_sets(struct rules_build *build, const struct event_draft *draft, struct event_effects *effects)
{
	struct compiler *compiler = build->compiler;
	const struct doc *doc = draft->sets;
	if (!doc || !doc_expect(&compiler->reader, doc, DOC_MAP, "sets"))
		return;
	struct expr_env env = compiler_rules_env(compiler, &draft->type);
	struct profile_setter *setters = arena_zalloc(build->arena, (doc->count + 1) * sizeof(*setters));
	size_t count = 0;
	for (size_t i = 0; i < doc->count; i++) {
		if (compiler_cut_expression(compiler, &doc->pairs[i]))
			continue;
		const struct profile_field *field = attribute(build, doc->pairs[i].key);
		const struct expr *value = expr_compile(doc->pairs[i].value, &env, field ? &field->type : NULL,
		                                        build->arena, compiler->reader.diags);
		if (field && value)
			setters[count++] = (struct profile_setter){(uint32_t)(field - build->rules->profile), value};
	}
	effects->setters = setters;
	effects->setter_count = count;
}

void rules_end_sets(struct rules_build *build)
{
	const struct event_draft *drafts = build->events.items;
	struct event_effects *effects = (struct event_effects *)build->rules->effects; /* nobody has seen them yet */
	for (size_t i = 0; i < build->events.count; i++)
		event_sets(build, &drafts[i], &effects[i]);
}

/* Nothing is left of the customer that could be set. */
static bool event_erases(struct rules_build *build, const struct doc *doc, const struct event_source *source)
{
	const struct doc *sets = doc_get(doc, STR("sets"));
	if (source->has_erases && sets) {
		struct diag_list *diags = build->compiler->reader.diags;
		struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_CONFLICT, sets->range,
		                             "the event erases its customer, so it cannot set anything");
		diag_hint(diags, diag, "take `sets` or `erases` away");
	}
	return source->has_erases;
}

void rules_read_event(struct rules_build *build, const struct doc *doc)
{
	struct event_source source = {0};
	doc_read(&build->compiler->reader, doc, EVENT_FIELDS, &source);
	const struct doc *name = doc_get(doc, STR("event"));
	struct event_draft draft = {.type.name = source.name, .place = name->range};
	event_fields(build, source.fields, &draft.type);
	draft.sets = source.sets; /* compiled when the traits are known */
	draft.effects.erases = event_erases(build, doc, &source);
	if (source.name.len == 0) {
		build->compiler->incomplete = true;
		return;
	}
	rules_name(build, &build->event_names, source.name, name->range);
	struct event_draft *slot = arena_list_add(&build->events, build->arena, sizeof(*slot));
	*slot = draft;
}

static int draft_cmp(const void *a, const void *b)
{
	return str_cmp(((const struct event_draft *)a)->type.name, ((const struct event_draft *)b)->type.name);
}

void rules_end_events(struct rules_build *build)
{
	size_t count = build->events.count;
	rules_check_names(build, &build->event_names, "event", false);
	if (count)
		qsort(build->events.items, count, sizeof(struct event_draft), draft_cmp);
	const struct event_draft *drafts = build->events.items;
	struct event_type *types = arena_alloc(build->arena, (count + 1) * sizeof(*types));
	struct event_effects *effects = arena_alloc(build->arena, (count + 1) * sizeof(*effects));
	struct diag_range *places = arena_alloc(build->arena, (count + 1) * sizeof(*places));
	for (size_t i = 0; i < count; i++) {
		types[i] = drafts[i].type;
		types[i].index = (uint32_t)i;
		types[i].paths = event_paths_of(types[i].fields, types[i].field_count, build->arena);
		effects[i] = drafts[i].effects;
		places[i] = drafts[i].place;
	}
	build->rules->events = types;
	build->rules->effects = effects;
	build->rules->event_count = count;
	build->compiler->event_places = places;
}

static void profile_add(struct rules_build *build, struct str name, struct diag_range range, struct profile_field field)
{
	rules_name(build, &build->profile_names, name, range);
	struct profile_field *slot = arena_list_add(&build->profile, build->arena, sizeof(*slot));
	*slot = field;
}

static const struct profile_field TIMEZONE = {
        .name = {"timezone", 8},
        .type = {TYPE_STRING, NULL},
        .about = {"The customer's time zone, such as Europe/Berlin.", 48},
};

/* The customer's zone is always slot 0, whether files declare it or not. */
static void profile_builtin(struct rules_build *build)
{
	struct profile_field field = TIMEZONE;
	field.tag = hash_tag(field.name);
	if (build->profile.count == 0)
		profile_add(build, field.name, (struct diag_range){0}, field);
}

static void timezone_declared(struct rules_build *build, const struct doc *doc, struct type type)
{
	struct diag_list *diags = build->compiler->reader.diags;
	if (type.kind != TYPE_STRING)
		diag_hint(diags, diag_add(diags, DIAG_ERROR, DIAG_BAD_TYPE, doc->range, "profile.timezone is a string"),
		          "it is built in and need not be declared");
}

void rules_read_profile(struct rules_build *build, const struct doc *doc)
{
	struct profile_source source = {0};
	struct doc_reader *reader = &build->compiler->reader;
	profile_builtin(build);
	doc_read(reader, doc, PROFILE_FIELDS, &source);
	if (!source.profile || !doc_expect(reader, source.profile, DOC_MAP, "profile"))
		return;
	for (size_t i = 0; i < source.profile->count; i++) {
		const struct doc *key = source.profile->pairs[i].key;
		if (!rules_identifier(build, key, "an attribute"))
			continue;
		const struct doc *value = source.profile->pairs[i].value;
		struct declaration found = declaration_read(build, value, ATTRIBUTE_FIELDS);
		if (str_eq(key->text, TIMEZONE.name))
			timezone_declared(build, value, found.type);
		else
			profile_add(
			        build, key->text, key->range,
			        (struct profile_field){key->text, hash_tag(key->text), found.type, found.source.about});
	}
}

void rules_end_profile(struct rules_build *build)
{
	profile_builtin(build);
	rules_check_names(build, &build->profile_names, "attribute", true);
	build->rules->profile = build->profile.items;
	build->rules->profile_count = build->profile.count;
}
