/* SPDX-License-Identifier: Apache-2.0 */
/* Names: a chain of fields is found by its longest declared beginning; the rest are fields of that value. */
#include "core/expr/expr_check.h"
#include "core/expr/expr_func.h"

enum { SEGMENTS_MAX = 64, CANDIDATES_MAX = 512 };

/* The path of plain fields below a name, as far as there are no other operators in it. */
struct path {
	struct ast *nodes[SEGMENTS_MAX]; /* nodes[0] the name, nodes[i] its i-th field */
	size_t count;
	struct str text; /* joined by points */
};

static bool is_quoted(struct checker *checker, const struct ast *ast)
{
	return checker->build->source->text.ptr[ast->at] == '`';
}

static bool find_local(struct checker *checker, struct str name, uint16_t *out)
{
	for (uint16_t i = checker->local_count; i > 0; i--)
		if (str_eq(checker->locals[i - 1].name, name)) {
			*out = i - 1;
			return true;
		}
	return false;
}

/* Whether `path` is `head` or goes on behind it with a point. */
static bool begins(struct str path, struct str head)
{
	return str_starts(path, head) && (path.len == head.len || path.ptr[head.len] == '.');
}

bool check_known(struct checker *checker, struct str name)
{
	uint16_t local;
	if (find_local(checker, name, &local))
		return true;
	for (size_t i = 0; i < checker->build->env->count; i++)
		if (begins(checker->build->env->names[i].path, name))
			return true;
	return false;
}

/* False when the chain does not begin with a name or is too long to be declared. */
static bool collect(struct checker *checker, struct ast *ast, struct path *path)
{
	size_t count = 1, len = 0;
	for (struct ast *at = ast; at->kind != AST_NAME; at = at->kids[0], count++)
		if (at->kind != AST_SELECT || is_quoted(checker, at) || count == SEGMENTS_MAX)
			return false;
	path->count = count;
	for (struct ast *at = ast; count > 0; at = at->kids ? at->kids[0] : NULL) {
		path->nodes[--count] = at;
		len += at->name.len + 1;
	}
	char *text = arena_alloc(checker->build->arena, len);
	len = 0;
	for (size_t i = 0; i < path->count; i++) {
		if (i)
			text[len++] = '.';
		memcpy(text + len, path->nodes[i]->name.ptr, path->nodes[i]->name.len);
		len += path->nodes[i]->name.len;
	}
	path->text = (struct str){text, len};
	return true;
}

static const struct expr_name *find_declared(const struct expr_env *env, struct str path)
{
	const struct expr_name *best = NULL;
	for (size_t i = 0; i < env->count; i++)
		if (begins(path, env->names[i].path) && (!best || env->names[i].path.len > best->path.len))
			best = &env->names[i];
	return best;
}

/* The first segments of all names, or what stands below `root`, each once. */
static size_t list_candidates(const struct expr_env *env, struct str root, struct str out[CANDIDATES_MAX])
{
	size_t count = 0;
	for (size_t i = 0; i < env->count && count < CANDIDATES_MAX; i++) {
		struct str name = env->names[i].path;
		if (root.len) {
			if (name.len > root.len + 1 && begins(name, root))
				out[count++] = str_sub(name, root.len + 1, name.len);
			continue;
		}
		const char *point = memchr(name.ptr, '.', name.len);
		struct str first = point ? (struct str){name.ptr, (size_t)(point - name.ptr)} : name;
		bool seen = false;
		for (size_t j = 0; j < count && !seen; j++)
			seen = str_eq(out[j], first);
		if (!seen)
			out[count++] = first;
	}
	return count;
}

static void suggest(struct checker *checker, struct diag *diag, struct str wrong, struct str root)
{
	struct expr_build *build = checker->build;
	struct str *candidates = arena_alloc(build->arena, CANDIDATES_MAX * sizeof *candidates);
	size_t count = list_candidates(build->env, root, candidates);
	if (diag)
		diag_suggest(build->diags, diag, wrong, candidates, count, root.len ? "fields" : "names");
}

/* The field of another root: trait.income for profile.income. */
static void suggest_root(struct checker *checker, struct diag *diag, struct str field)
{
	const struct expr_env *env = checker->build->env;
	for (size_t i = 0; diag && !diag->hint.len && i < env->count; i++) {
		struct str path = env->names[i].path;
		const char *point = memchr(path.ptr, '.', path.len);
		if (point && str_eq(str_sub(path, (size_t)(point - path.ptr) + 1, path.len), field))
			diag_hint(checker->build->diags, diag, "did you mean %.*s?", STR_ARG(path));
	}
}

/* The shortest beginning of the path that begins no declared name is what is wrong. */
static void fail_field(struct checker *checker, const struct path *path)
{
	const struct expr_env *env = checker->build->env;
	struct str root = path->nodes[0]->name;
	size_t count = 1;
	struct str wrong = str_sub(path->text, 0, root.len);
	while (count < path->count && check_known(checker, wrong))
		wrong.len += 1 + path->nodes[count++]->name.len;
	struct ast *node = path->nodes[count - 1];
	if (check_known(checker, wrong)) { /* the whole is only the beginning of names */
		suggest(checker,
		        check_error(checker, DIAG_EXPR_NAME, node, "\"%.*s\" is a group of fields, not a value",
		                    STR_ARG(wrong)),
		        STR(""), wrong);
		return;
	}
	struct str field = str_sub(wrong, root.len + 1, wrong.len);
	bool named = env->what.len && str_eq(root, STR("event"));
	struct diag *diag = check_error(checker, DIAG_EXPR_NAME, node, "%.*s has no field \"%.*s\"",
	                                STR_ARG(named ? env->what : root), STR_ARG(field));
	suggest(checker, diag, field, root);
	suggest_root(checker, diag, field);
}

static bool is_type_word(struct str name)
{
	static const char *const WORDS[] = {"int",   "uint", "double", "bool", "string",
	                                    "bytes", "list", "map",    "type", "null_type"};
	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (str_eq(name, str_from(WORDS[i])))
			return true;
	return false;
}

/* event_total for event.total. */
static bool underlined(struct str path, struct str name)
{
	for (size_t i = 0; i < path.len && path.len == name.len; i++)
		if (path.ptr[i] != name.ptr[i] && !(path.ptr[i] == '.' && name.ptr[i] == '_'))
			return false;
	return path.len == name.len;
}

/* A field without its root, a word that means something elsewhere, or a text without quotes. */
static void explain_name(struct checker *checker, struct diag *diag, struct str name)
{
	static const char *const ELSEWHERE[] = {"key",   "node",  "segment", "entered", "anchor", "profile",
	                                        "trait", "entry", "journey", "event",   "now",    "run"};
	const struct expr_env *env = checker->build->env;
	for (size_t i = 0; i < env->count; i++) {
		struct str path = env->names[i].path;
		if (underlined(path, name) || (path.len > name.len + 1 && path.ptr[path.len - name.len - 1] == '.' &&
		                               str_eq(str_sub(path, path.len - name.len, path.len), name))) {
			diag_hint(checker->build->diags, diag, "did you mean %.*s?", STR_ARG(path));
			return;
		}
	}
	for (size_t i = 0; i < sizeof ELSEWHERE / sizeof *ELSEWHERE; i++)
		if (str_eq(name, str_from(ELSEWHERE[i]))) {
			diag_hint(checker->build->diags, diag, "`%.*s` has no meaning in this place", STR_ARG(name));
			return;
		}
	static const struct str CONSTANTS[] = {{"true", 4}, {"false", 5}, {"null", 4}};
	const struct str *constant = diag_nearest(name, CONSTANTS, 3);
	if (constant)
		diag_hint(checker->build->diags, diag, "did you mean \"%.*s\"?", STR_ARG(*constant));
	else
		diag_hint(checker->build->diags, diag, "a text needs quotes: \"%.*s\"", STR_ARG(name));
}

/* What was read as a subtraction and is a name or function once its dashes are underlines; empty when it is none. */
static struct str dashed(struct checker *checker, const struct ast *ast)
{
	const struct ast *right = ast->kids[1];
	uint32_t to = right->kind == AST_CALL ? right->at + (uint32_t)right->name.len : right->to;
	struct str text = str_sub(checker->build->source->text, ast->from, to);
	char *joined = arena_alloc(checker->build->arena, text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!letter && c != '_' && c != '.' && c != '-')
			return (struct str){0};
		joined[i] = c == '-' ? '_' : c;
	}
	struct str name = {joined, text.len};
	const struct expr_env *env = checker->build->env;
	for (size_t i = 0; i < env->count; i++)
		if (str_eq(env->names[i].path, name))
			return name;
	return right->kind == AST_CALL && function_find(name, false) ? name : (struct str){0};
}

bool check_dashed(struct checker *checker, struct ast *ast)
{
	const struct ast *right = ast->kids[1];
	if (checker->build->unchecked || ast->op != TOKEN_SUB || (right->kind != AST_NAME && right->kind != AST_CALL))
		return false;
	bool known =
	        right->kind == AST_NAME ? check_known(checker, right->name) : function_find(right->name, false) != NULL;
	struct str meant = known ? (struct str){0} : dashed(checker, ast);
	if (!meant.len)
		return false;
	struct str text = str_sub(checker->build->source->text, ast->from, ast->from + meant.len);
	struct diag *diag =
	        check_error(checker, DIAG_EXPR_NAME, ast, "\"%.*s\" is read as a subtraction", STR_ARG(text));
	if (diag)
		diag_hint(checker->build->diags, diag, "did you mean \"%.*s\"?", STR_ARG(meant));
	ast->kind = AST_FAULT;
	ast->type = TYPE(DYN);
	return true;
}

static void fail_name(struct checker *checker, const struct path *path)
{
	struct ast *node = path->nodes[0];
	if (check_known(checker, node->name)) {
		fail_field(checker, path);
	} else if (is_type_word(node->name)) {
		expr_error(checker->build, DIAG_EXPR_UNSUPPORTED, node->from, node->to,
		           "type values (\"%.*s\" as a value) are not supported", STR_ARG(node->name));
	} else if (function_find(node->name, false)) {
		check_error(checker, DIAG_EXPR_NAME, node, "\"%.*s\" is a function: write %.*s(...)",
		            STR_ARG(node->name), STR_ARG(node->name));
	} else {
		struct diag *diag =
		        check_error(checker, DIAG_EXPR_NAME, node, "unknown name \"%.*s\"", STR_ARG(node->name));
		suggest(checker, diag, node->name, STR(""));
		if (path->count > 1)
			suggest_root(checker, diag, path->nodes[1]->name);
		if (diag && diag->hint.len == 0)
			explain_name(checker, diag, node->name);
	}
}

static void use_slot(struct ast *ast, const struct expr_name *name)
{
	ast->kind = AST_SLOT;
	ast->bank = name->bank;
	ast->slot = name->slot;
	ast->type = name->type;
	ast->certain = name->certain;
	ast->holds = name->constant;
	ast->words = name->words;
	ast->word_count = name->word_count;
	ast->at = ast->from;
	ast->count = 0;
}

/* The field of a value whose type is known by now. */
static void check_field(struct checker *checker, struct ast *ast)
{
	struct type of = ast->kids[0]->type;
	ast->type = TYPE(DYN);
	if (of.kind == TYPE_MAP && of.elem)
		ast->type = *of.elem;
	else if (of.kind != TYPE_MAP && of.kind != TYPE_DYN)
		check_error(checker, DIAG_EXPR_TYPE, ast, "%.*s has no fields, so \"%.*s\" is nothing",
		            STR_ARG(check_a_type(checker, of)), STR_ARG(ast->name));
}

void check_path(struct checker *checker, struct ast *ast)
{
	struct path path;
	uint16_t local = 0;
	if (!collect(checker, ast, &path) || (path.count > 1 && find_local(checker, path.nodes[0]->name, &local))) {
		check_node(checker, ast->kids[0]);
		check_field(checker, ast);
		check_known_field(checker, ast);
		return;
	}
	if (path.count == 1 && find_local(checker, ast->name, &local)) {
		ast->kind = AST_LOCAL;
		ast->slot = local;
		ast->type = checker->locals[local].type;
		return;
	}
	const struct expr_name *name = find_declared(checker->build->env, path.text);
	if (!name) {
		fail_name(checker, &path);
		ast->kind = AST_FAULT;
		ast->type = TYPE(DYN);
		return;
	}
	size_t used = 1;
	for (size_t i = 0; i < name->path.len; i++)
		used += name->path.ptr[i] == '.';
	use_slot(path.nodes[used - 1], name);
	for (; used < path.count; used++) {
		check_field(checker, path.nodes[used]);
		check_known_field(checker, path.nodes[used]);
	}
}
