/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a value before anything runs: the rows of a table, the few words that a tier or a segment can be.
 * What is not among them can only be a mistake, but evaluation gets along with it, so these are warnings. */
#include "core/expr/expr_check.h"

static const struct str WEEKDAYS[] = {{"mon", 3}, {"tue", 3}, {"wed", 3}, {"thu", 3},
                                      {"fri", 3}, {"sat", 3}, {"sun", 3}};

static struct str text_of(const struct checker *checker, const struct ast *ast)
{
	return str_sub(checker->build->source->text, ast->from, ast->to);
}

static const struct value *entry_of(const struct value *map, struct str key)
{
	for (int32_t i = 0; map->kind == VALUE_MAP && i < map->size; i++)
		if (map->entries[i].key.kind == VALUE_STRING && str_eq(value_text(map->entries[i].key), key))
			return &map->entries[i].value;
	return NULL;
}

/* The keys of a map, or of all maps that are its values; a list's items likewise. */
static size_t list_keys(const struct value *map, bool below, struct str *out, size_t room)
{
	size_t count = 0;
	for (int32_t i = 0; i < map->size && count < room; i++) {
		if (below)
			count += list_keys(map->kind == VALUE_LIST ? &map->items[i] : &map->entries[i].value, false,
			                   out + count, room - count);
		else if (map->kind == VALUE_MAP && map->entries[i].key.kind == VALUE_STRING)
			out[count++] = value_text(map->entries[i].key);
	}
	return map->kind == VALUE_MAP || below ? count : 0;
}

static size_t each_once(struct str *names, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		size_t same = 0;
		while (same < kept && !str_eq(names[same], names[i]))
			same++;
		if (same == kept)
			names[kept++] = names[i];
	}
	return kept;
}

/* of: the map that is asked, or, when `below`, one of those that are its values. */
static void warn_entry(struct checker *checker, const struct ast *ast, struct str key, const struct value *map,
                       bool below)
{
	enum { KEYS_MOST = 256 };
	struct expr_build *build = checker->build;
	struct str *names = arena_alloc(build->arena, KEYS_MOST * sizeof(*names));
	if (build->unchecked || checker->asking)
		return;
	size_t count = each_once(names, list_keys(map, below, names, KEYS_MOST));
	struct diag *diag =
	        diag_add(build->diags, DIAG_WARNING, DIAG_EXPR_NEVER, doc_range(build->source, ast->from, ast->to),
	                 "%.*s has no entry \"%.*s\"", STR_ARG(text_of(checker, ast->kids[0])), STR_ARG(key));
	diag_suggest(build->diags, diag, key, names, count, "entries");
}

static bool any_has(const struct value *rows, struct str key)
{
	for (int32_t i = 0; i < rows->size; i++)
		if (entry_of(rows->kind == VALUE_LIST ? &rows->items[i] : &rows->entries[i].value, key))
			return true;
	return false;
}

static void check_entry(struct checker *checker, struct ast *ast, struct str key)
{
	const struct ast *of = ast->kids[0];
	if (of->holds && of->holds->kind == VALUE_MAP) {
		ast->holds = entry_of(of->holds, key);
		if (!ast->holds)
			warn_entry(checker, ast, key, of->holds, false);
	} else if (of->among && !any_has(of->among, key)) {
		warn_entry(checker, ast, key, of->among, true);
	}
}

void check_known_field(struct checker *checker, struct ast *ast)
{
	check_entry(checker, ast, ast->name);
}

void check_known_index(struct checker *checker, struct ast *ast)
{
	const struct ast *of = ast->kids[0], *by = ast->kids[1];
	bool rows = of->holds && (of->holds->kind == VALUE_MAP || of->holds->kind == VALUE_LIST);
	if (by->kind == AST_CONSTANT && by->constant.kind == VALUE_STRING)
		check_entry(checker, ast, value_text(by->constant));
	else if (rows)
		ast->among = of->holds;
}

static const struct str CHANCE[] = {{"r", 1}, {"alpha", 5}, {"a", 1}, {"b", 1}, {"unit_days", 9}};
enum { CHANCE_COUNT = sizeof CHANCE / sizeof *CHANCE };

/* The figures of a chance that a table does not have, and that it most likely has under a misspelt name. */
static void check_figures(struct checker *checker, const struct ast *ast)
{
	struct expr_build *build = checker->build;
	const struct ast *of = ast->count ? ast->kids[0] : NULL;
	struct str keys[CHANCE_COUNT * 2];
	if (!of || !of->holds || of->holds->kind != VALUE_MAP || build->unchecked)
		return;
	size_t count = list_keys(of->holds, false, keys, CHANCE_COUNT * 2);
	for (size_t i = 0; i < CHANCE_COUNT; i++) {
		const struct str *near = diag_nearest(CHANCE[i], keys, count);
		bool needed = CHANCE[i].len != 9;
		if (entry_of(of->holds, CHANCE[i]) || (!needed && !near))
			continue;
		struct diag *diag = diag_add(build->diags, DIAG_WARNING, DIAG_EXPR_NEVER,
		                             doc_range(build->source, of->from, of->to), "%.*s has no entry \"%.*s\"%s",
		                             STR_ARG(text_of(checker, of)), STR_ARG(CHANCE[i]),
		                             needed ? ", without which there is no chance" : "");
		if (near && near->len > 1)
			diag_hint(build->diags, diag, "in the table, did you mean \"%.*s\" by \"%.*s\"?",
			          STR_ARG(CHANCE[i]), STR_ARG(*near));
	}
}

void check_known_call(struct checker *checker, struct ast *ast)
{
	if (str_eq(ast->name, STR("p_alive")) || str_eq(ast->name, STR("expected_purchases")))
		check_figures(checker, ast);
	if (!str_eq(ast->name, STR("weekday")))
		return;
	ast->words = WEEKDAYS;
	ast->word_count = sizeof WEEKDAYS / sizeof *WEEKDAYS;
}

static void check_word(struct checker *checker, const struct ast *of, const struct ast *word)
{
	struct expr_build *build = checker->build;
	if (word->kind != AST_CONSTANT || word->constant.kind != VALUE_STRING || build->unchecked)
		return;
	struct str text = value_text(word->constant);
	for (size_t i = 0; i < of->word_count; i++)
		if (str_eq(of->words[i], text))
			return;
	struct diag *diag =
	        diag_add(build->diags, DIAG_WARNING, DIAG_EXPR_NEVER, doc_range(build->source, word->from, word->to),
	                 "%.*s is never \"%.*s\"", STR_ARG(text_of(checker, of)), STR_ARG(text));
	diag_suggest(build->diags, diag, text, of->words, of->word_count, "values");
}

void check_known_words(struct checker *checker, const struct ast *ast)
{
	const struct ast *a = ast->kids[0], *b = ast->kids[1];
	if (ast->op == TOKEN_IN && a->words && b->kind == AST_LIST)
		for (uint32_t i = 0; i < b->count; i++)
			check_word(checker, a, b->kids[i]);
	if (ast->op != TOKEN_EQ && ast->op != TOKEN_NE)
		return;
	if (a->words)
		check_word(checker, a, b);
	if (b->words)
		check_word(checker, b, a);
}
