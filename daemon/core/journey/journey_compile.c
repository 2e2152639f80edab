/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journey from top to bottom. The order matters in three places: the entry event is known before anything is
 * compiled over its fields, the anchor's type before `anchor` is used, and the segment before templates are expanded.
 * Every part is tried whatever was wrong before it, so that one run shows everything.
 */
#include "core/journey/journey_compile.h"

#include "core/base/hash.h"

struct expr_env journey_build_env(struct journey_build *build, enum journey_scope scope, const struct event_type *event)
{
	struct journey_place place = build->place;
	place.scope = scope;
	place.event = event;
	place.values = build->values.items;
	place.value_count = build->values.count;
	return journey_env(build->compiler, &place);
}

static void check_file_name(struct compiler *compiler, const struct source_doc *source, struct str name)
{
	static const struct str SUFFIX = {".journey.yaml", 13};
	struct str path = source->file->path;
	const struct doc *key = doc_get(source->doc, STR("journey"));
	if (name.len == 0 || path.len < SUFFIX.len || !str_eq(str_sub(path, path.len - SUFFIX.len, path.len), SUFFIX))
		return;
	size_t from = path.len;
	while (from > 0 && path.ptr[from - 1] != '/')
		from--;
	struct str base = str_sub(path, from, path.len - SUFFIX.len);
	if (str_eq(base, name))
		return;
	struct diag *diag = diag_add(compiler->reader.diags, DIAG_ERROR, DIAG_FILE_NAME, key->range,
	                             "journey \"%.*s\" stands in a file of another name", STR_ARG(name));
	diag_hint(compiler->reader.diags, diag, "name the file %.*s.journey.yaml, or the journey \"%.*s\"",
	          STR_ARG(name), STR_ARG(base));
}

/* What an expression may give; `what` says it to the author. */
struct wanted {
	enum type_kind kinds[2];
	const char *what;
};

/* Reports and answers false unless the expression gives one of them, or something known only at run time. */
static bool check_type(struct journey_build *build, const struct doc *doc, const struct expr *expr,
                       const struct wanted *wanted)
{
	enum type_kind kind = expr_type(expr).kind;
	if (kind == TYPE_DYN || kind == wanted->kinds[0] || kind == wanted->kinds[1])
		return true;
	struct buf word = {0};
	type_print(expr_type(expr), &word);
	diag_add(build->compiler->reader.diags, DIAG_ERROR, DIAG_EXPR_RESULT, doc->range,
	         "this is %s %.*s, but %s is needed here", kind == TYPE_INT ? "an" : "a", STR_ARG(buf_view(&word)),
	         wanted->what);
	buf_release(&word);
	return false;
}

static void key_compile(struct journey_build *build, const struct doc *doc)
{
	static const struct wanted WANTED = {{TYPE_STRING, TYPE_INT}, "a string or an int"};
	if (!doc)
		return;
	struct expr_env env = journey_build_env(build, SCOPE_ENTRY, NULL);
	const struct doc_reader *reader = &build->compiler->reader;
	build->journey->key = expr_compile(doc, &env, NULL, reader->arena, reader->diags);
	if (build->journey->key)
		check_type(build, doc, build->journey->key, &WANTED);
}

const struct expr *journey_date_compile(struct journey_build *build, const struct doc *doc, enum journey_scope scope)
{
	static const struct wanted WANTED = {{TYPE_DATE, TYPE_TIMESTAMP}, "a date or a timestamp"};
	struct expr_env env = journey_build_env(build, scope, NULL);
	const struct doc_reader *reader = &build->compiler->reader;
	const struct expr *date = expr_compile(doc, &env, NULL, reader->arena, reader->diags);
	return date && check_type(build, doc, date, &WANTED) ? date : NULL;
}

const struct expr *journey_place_compile(struct journey_build *build, const struct doc *doc)
{
	static const struct wanted WANTED = {{TYPE_STRING, TYPE_STRING}, "a string"};
	struct expr_env env = journey_build_env(build, SCOPE_NODE, NULL);
	const struct doc_reader *reader = &build->compiler->reader;
	const struct expr *place = expr_compile(doc, &env, NULL, reader->arena, reader->diags);
	return place && check_type(build, doc, place, &WANTED) ? place : NULL;
}

static void anchor_compile(struct journey_build *build, const struct journey_source *source)
{
	static const struct wanted WANTED = {{TYPE_DATE, TYPE_TIMESTAMP}, "a date or a timestamp"};
	struct anchor *anchor = &build->journey->anchor;
	build->place.anchor = (struct type){source->has_anchor ? TYPE_DYN : TYPE_NULL, NULL};
	anchor->if_missing = (enum if_missing)source->anchor.if_missing;
	anchor->on_change = (enum on_change)source->anchor.on_change;
	const struct doc *date = source->anchor.date;
	if (!date)
		return;
	struct expr_env env = journey_build_env(build, SCOPE_ANCHOR, NULL);
	const struct doc_reader *reader = &build->compiler->reader;
	anchor->date = expr_compile(date, &env, NULL, reader->arena, reader->diags);
	if (anchor->date && check_type(build, date, anchor->date, &WANTED))
		build->place.anchor = expr_type(anchor->date);
}

/* Then the journey has one, and that it is misspelt is told already. */
static bool key_misspelt(const struct doc *root)
{
	static const struct str KEY = {"key", 3};
	for (size_t i = 0; i < root->count; i++)
		if (diag_nearest(root->pairs[i].key->text, &KEY, 1))
			return true;
	return false;
}

const struct expr *journey_own_key_compile(struct journey_build *build, const struct doc *doc,
                                           const struct expr_env *env)
{
	static const struct wanted WANTED = {{TYPE_STRING, TYPE_INT}, "a string or an int"};
	const struct doc_reader *reader = &build->compiler->reader;
	if (!doc)
		return NULL;
	const struct expr *key = expr_compile(doc, env, NULL, reader->arena, reader->diags);
	if (key)
		check_type(build, doc, key, &WANTED);
	if (!doc_get(build->doc, STR("key")) && !key_misspelt(build->doc))
		diag_hint(reader->diags,
		          diag_add(reader->diags, DIAG_ERROR, DIAG_CONFLICT, doc->range,
		                   "this compares with the run's key, but the journey has none"),
		          "add `key:` to the journey, or say it with `when:`");
	return key;
}

static void within_compile(struct journey_build *build, const struct ending_source *source, struct ending *out)
{
	struct diag_list *diags = build->compiler->reader.diags;
	out->within = source->within;
	if (!source->has_within || source->within.ms > 0)
		return;
	const struct doc *doc = doc_get(doc_get(build->doc, STR("goal")), STR("within"));
	struct duration none;
	if (!duration_parse(doc->text, &none)) /* reported */
		return;
	diag_hint(
	        diags,
	        diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, doc->range, "a goal with no time at all is never reached"),
	        "write how long after the entry it counts, such as 30d");
}

static void ending_compile(struct journey_build *build, const struct ending_source *source, struct ending *out)
{
	const struct event_type *event = compiler_event(build->compiler, source->event);
	journey_life_event(build, source->event, event);
	struct expr_env env = journey_build_env(build, SCOPE_ENDING, event);
	out->event = event ? event->index : 0;
	out->when = compiler_condition(build->compiler, source->when, &env);
	out->as = source->as;
	out->key = journey_own_key_compile(build, source->key, &env);
	within_compile(build, source, out);
}

static void endings_compile(struct journey_build *build, const struct journey_source *source)
{
	const struct ending_source *exits = source->exit_when.items;
	size_t count = source->exit_when.count + source->has_goal, i = 0;
	struct ending *endings = arena_zalloc(build->compiler->reader.arena, (count + 1) * sizeof(*endings));
	if (source->has_goal) {
		ending_compile(build, &source->goal, &endings[i]);
		endings[i].as = STR("goal");
		endings[i++].goal = true;
	}
	for (size_t k = 0; k < source->exit_when.count; k++)
		ending_compile(build, &exits[k], &endings[i++]);
	build->journey->endings = endings;
	build->journey->ending_count = count;
}

static void reentry_compile(struct journey_build *build, const struct journey_source *source)
{
	build->journey->reentry = (enum reentry)source->reentry;
	build->journey->reentry_after = source->reentry_after;
	build->journey->exempt = source->exempt;
	if (source->reentry == REENTRY_ALWAYS && !source->has_reentry_after && !build->journey->entries_most)
		diag_hint(build->compiler->reader.diags,
		          diag_add(build->compiler->reader.diags, DIAG_WARNING, DIAG_REENTRY_UNBOUNDED,
		                   doc_get(build->doc, STR("reentry"))->range,
		                   "each entry event starts this journey again, however soon it comes"),
		          "add `reentry_after: 1d` to leave some time between, or `at_most: { times: 3, within: 1d }` "
		          "to `entry`");
	if (!source->has_reentry_after || source->reentry != REENTRY_NEVER)
		return;
	struct diag_list *diags = build->compiler->reader.diags;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_CONFLICT, doc_get(build->doc, STR("reentry_after"))->range,
	                             "`reentry_after` says when to let in again, but `reentry` is never");
	diag_hint(diags, diag, "take one of the two away");
}

static void entry_compile(struct journey_build *build, const struct journey_source *source)
{
	struct entry_source entry = {0};
	struct journey *journey = build->journey;
	struct diag_list *diags = build->compiler->reader.diags;
	journey_entry_compile(build, source->entry, &entry);
	struct expr_env env = journey_build_env(build, SCOPE_ENTRY, NULL);
	journey->entry_when = compiler_condition(build->compiler, entry.when, &env);
	journey_where_compile(build, entry.where);
	journey_cap_compile(build, source->entry, &entry);
	if (journey->enters.kind == ENTRY_YEARLY && source->has_anchor)
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_CONFLICT, doc_get(build->doc, STR("anchor"))->range,
		                   "who enters every year counts from the day of that year"),
		          "take `anchor` away; `anchor` in expressions is that day");
}

/* Who enters by the calendar counts from the day that let in. */
static void anchor_default(struct journey_build *build)
{
	if (build->journey->enters.kind == ENTRY_YEARLY)
		build->place.anchor = (struct type){TYPE_DATE, NULL};
}

static void journey_parts(struct journey_build *build, const struct journey_source *source)
{
	struct journey *journey = build->journey;
	struct compiler *compiler = build->compiler;
	journey->timezone = compiler_zone(compiler, source->timezone);
	build->once = source->reentry == REENTRY_NEVER && !source->key;
	if (source->entry)
		entry_compile(build, source);
	key_compile(build, source->key);
	anchor_compile(build, source);
	anchor_default(build);
	if (source->segment)
		journey->segment = journey_segment_compile(build, source->segment, &journey->segment_at_entry);
	build->place.segment = source->segment != NULL;
	build->place.cases_of = journey->segment;
	if (source->nodes)
		journey_values_compile(build, source->nodes);
	endings_compile(build, source);
	journey_dates_compile(build, source);
	build->journey->holdout = compiler_share(build->compiler, source->holdout, "holdout");
	reentry_compile(build, source);
	if (source->nodes)
		journey_nodes_compile(build, source->nodes);
	journey_life_compile(build, source);
}

bool journey_compile(struct compiler *compiler, struct journey_shared *shared, const struct source_doc *source,
                     struct journey *journey)
{
	struct journey_source read = {0};
	struct journey_build build = {.compiler = compiler, .shared = shared, .journey = journey, .doc = source->doc};
	size_t errors = compiler->reader.diags->errors;
	doc_read(&compiler->reader, source->doc, JOURNEY_FIELDS, &read);
	journey->name = read.name;
	journey->about = read.about;
	journey->tag = hash_tag(read.name);
	journey->priority = read.priority;
	journey->doc = source->doc;
	check_file_name(compiler, source, read.name);
	journey_parts(&build, &read);
	if (compiler->reader.diags->errors > errors || !journey->entry)
		return false;
	journey_kept_compile(journey, compiler->reader.arena);
	journey_version_compile(compiler->rules, compiler->reader.arena, journey);
	return true;
}
