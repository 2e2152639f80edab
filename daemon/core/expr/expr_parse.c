/* SPDX-License-Identifier: Apache-2.0 */
/* Text to tree. It stops at the first error of an expression: what follows one would be guesses. */
#include "core/expr/expr_ast.h"
#include "core/expr/expr_literal.h"

struct parser {
	struct expr_build *build;
	struct str source;
	struct token token; /* the next one, not yet taken */
	uint32_t end;       /* of the last one taken */
	int nesting;
};

static struct ast *parse_expr(struct parser *parser);

static void advance(struct parser *parser)
{
	parser->end = parser->token.to;
	parser->token = token_next(parser->source, parser->token.to);
}

static bool accept(struct parser *parser, enum token_kind kind)
{
	if (parser->token.kind != kind)
		return false;
	advance(parser);
	return true;
}

#define CURVED "this is a word processor's quote: write \" or '"
/* Words and signs of other languages, with what CEL writes. */
static const char *foreign(struct str text)
{
	static const char *const WORDS[][2] = {
	        {"and", "write && for and"},
	        {"or", "write || for or"},
	        {"not", "write ! for not"},
	        {"&", "write && for and"},
	        {"|", "write || for or"},
	        {"=", "write == to compare"},
	        {"is", "write == to compare"},
	        {"AND", "write && for and"},
	        {"OR", "write || for or"},
	        {"NOT", "write ! for not"},
	        {"<>", "write != for not equal"},
	        {"=>", "write >="},
	        {"=<", "write <="},
	        {"\xe2\x89\xa5", "write >="},
	        {"\xe2\x89\xa4", "write <="},
	        {"\xe2\x89\xa0", "write !="},
	        {"\xe2\x80\x93", "write - for minus"},
	        {"\xe2\x80\x9c", CURVED},
	        {"\xe2\x80\x9d", CURVED},
	        {"\xe2\x80\x9e", CURVED},
	        {"\xe2\x80\x98", CURVED},
	        {"\xe2\x80\x99", CURVED},
	        {"\xe2\x80\x9a", CURVED},
	        {"\xc2\xa0", "this is a no-break space: write a plain one"},
	};
	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (str_eq(text, str_from(WORDS[i][0])))
			return WORDS[i][1];
	return NULL;
}

/* The hint for the place of an error: the word there, or `not` and `<` right before it. */
static const char *foreign_at(const struct parser *parser)
{
	struct str source = parser->source;
	uint32_t from = parser->token.from, end = parser->end;
	const char *hint = foreign(str_sub(source, from, from + 2 < source.len ? from + 2 : source.len)); /* => */
	hint = hint ? hint : foreign(parser->token.text);
	if (!hint && end >= 3 && from > end && (end == 3 || source.ptr[end - 4] == ' '))
		hint = foreign(str_sub(source, end - 3, end));
	if (!hint && end >= 1 && from == end && from < source.len)
		hint = foreign(str_sub(source, end - 1, end + 1));
	if (!hint && (str_starts(source, STR("{{")) || str_starts(source, STR("${"))))
		hint = "write the expression alone, without braces";
	if (!hint && str_eq(parser->token.text, STR("$")))
		hint = "write the name without $";
	return hint;
}

/* The rest of a text that a comma inside { } has cut has no meaning as a key: whoever reads the map says it better. */
static bool told_as_cut(const struct doc *doc)
{
	const struct diag_file *file = doc->range.file;
	if (!doc->plain || !file || !file->text.ptr)
		return false;
	size_t at = doc->range.to;
	while (at < file->text.len && file->text.ptr[at] == ' ')
		at++;
	if (at >= file->text.len || file->text.ptr[at] != ',')
		return false;
	for (at++; at < file->text.len && file->text.ptr[at] == ' '; at++)
		;
	if (at < file->text.len && strchr("\"'#,}\n", file->text.ptr[at]))
		return false; /* nothing is left over */
	while (at < file->text.len && !strchr(",:}\n", file->text.ptr[at]))
		at++;
	return at < file->text.len && strchr(",}", file->text.ptr[at]);
}

static struct ast *fail_syntax(struct parser *parser, const char *wanted)
{
	struct token *token = &parser->token;
	struct expr_build *build = parser->build;
	struct diag *diag;
	if (token->error)
		diag = expr_error(build, DIAG_EXPR_SYNTAX, token->from, token->to, "%s", token->error);
	else if (token->kind == TOKEN_END && told_as_cut(build->source))
		return NULL;
	else if (token->kind == TOKEN_END)
		diag = expr_error(build, DIAG_EXPR_SYNTAX, token->from, token->to,
		                  "the expression ends where %s is expected", wanted);
	else
		diag = expr_error(build, DIAG_EXPR_SYNTAX, token->from, token->to, "%s is expected before \"%.*s\"",
		                  wanted, STR_ARG(token->text));
	const char *hint = foreign_at(parser);
	if (hint)
		diag_hint(build->diags, diag, "%s", hint);
	return NULL;
}

static struct ast *fail_unsupported(struct parser *parser, struct token token, const char *what)
{
	expr_error(parser->build, DIAG_EXPR_UNSUPPORTED, token.from, token.to, "%s are not supported", what);
	return NULL;
}

/* NULL when a kid is missing (its error is reported) or the tree grows too high. */
static struct ast *node(struct parser *parser, struct ast shape)
{
	uint32_t height = 0;
	for (uint32_t i = 0; i < shape.count; i++) {
		if (!shape.kids[i])
			return NULL;
		if (shape.kids[i]->height > height)
			height = shape.kids[i]->height;
	}
	if (height >= EXPR_HEIGHT_MAX) {
		expr_error(parser->build, DIAG_EXPR_LIMIT, shape.from, parser->end,
		           "the expression chains more than %d operators", EXPR_HEIGHT_MAX);
		return NULL;
	}
	struct ast *ast = arena_alloc(parser->build->arena, sizeof *ast);
	*ast = shape;
	ast->height = height + 1;
	ast->to = parser->end;
	return ast;
}

static struct ast *node_with(struct parser *parser, struct ast shape, struct ast *one, struct ast *two)
{
	shape.kids = arena_alloc(parser->build->arena, 2 * sizeof(struct ast *));
	shape.kids[0] = one;
	shape.kids[1] = two;
	shape.count = two ? 2 : 1;
	return one ? node(parser, shape) : NULL;
}

/* A growing array of kids; NULL kids are kept, node() sees them. */
static void push(struct parser *parser, struct ast *parent, struct ast *kid)
{
	uint32_t count = parent->count;
	if ((count & (count - 1)) == 0) {
		struct ast **kids = arena_alloc(parser->build->arena, (count ? 2 * count : 1) * sizeof *kids);
		if (count)
			memcpy(kids, parent->kids, count * sizeof *kids);
		parent->kids = kids;
	}
	parent->kids[parent->count++] = kid;
}

static struct ast *constant(struct parser *parser, uint32_t from, struct value value)
{
	return node(parser, (struct ast){.kind = AST_CONSTANT, .from = from, .at = from, .constant = value});
}

static struct ast *parse_number(struct parser *parser, uint32_t from, bool minus)
{
	struct token token = parser->token;
	struct value value = {.kind = token.kind == TOKEN_INT ? VALUE_INT : VALUE_DOUBLE};
	bool good = token.kind == TOKEN_INT ? literal_int(token.text, minus, &value.i)
	                                    : literal_double(token.text, minus, &value.d);
	advance(parser);
	if (good)
		return constant(parser, from, value);
	expr_error(parser->build, DIAG_EXPR_CONSTANT, from, token.to, "the number %s%.*s is too large",
	           minus ? "-" : "", STR_ARG(token.text));
	return NULL;
}

static struct ast *parse_string(struct parser *parser)
{
	struct token token = parser->token;
	struct str text;
	size_t at = 0;
	advance(parser);
	if (literal_string(token.text, parser->build->arena, &text, &at))
		return constant(parser, token.from, value_str(text));
	uint32_t from = token.from + (uint32_t)at;
	expr_error(parser->build, DIAG_EXPR_SYNTAX, from, from + 2, "\"%.*s\" is no escape", 2, token.text.ptr + at);
	return NULL;
}

/* Expressions up to the closing bracket, pushed to the parent. */
static bool parse_items(struct parser *parser, struct ast *parent, enum token_kind close, const char *wanted)
{
	while (!accept(parser, close)) {
		if (parser->token.kind == TOKEN_QUESTION) {
			fail_unsupported(parser, parser->token, "optionals");
			return false;
		}
		struct ast *kid = parse_expr(parser);
		if (!kid)
			return false;
		push(parser, parent, kid);
		if (accept(parser, TOKEN_COMMA))
			continue;
		if (parser->token.kind != close) {
			fail_syntax(parser, wanted);
			return false;
		}
	}
	return true;
}

static struct ast *parse_list(struct parser *parser)
{
	struct ast shape = {.kind = AST_LIST, .from = parser->token.from, .at = parser->token.from};
	advance(parser);
	return parse_items(parser, &shape, TOKEN_CLOSE_LIST, "\",\" or \"]\"") ? node(parser, shape) : NULL;
}

static struct ast *parse_map(struct parser *parser)
{
	struct ast shape = {.kind = AST_MAP, .from = parser->token.from, .at = parser->token.from};
	advance(parser);
	while (!accept(parser, TOKEN_CLOSE_MAP)) {
		if (parser->token.kind == TOKEN_QUESTION)
			return fail_unsupported(parser, parser->token, "optionals");
		struct ast *key = parse_expr(parser);
		if (!key)
			return NULL;
		if (!accept(parser, TOKEN_COLON))
			return fail_syntax(parser, "\":\" and the value");
		struct ast *value = parse_expr(parser);
		if (!value)
			return NULL;
		push(parser, &shape, key);
		push(parser, &shape, value);
		if (!accept(parser, TOKEN_COMMA) && parser->token.kind != TOKEN_CLOSE_MAP)
			return fail_syntax(parser, "\",\" or \"}\"");
	}
	return node(parser, shape);
}

static struct ast *parse_name(struct parser *parser)
{
	static const struct {
		const char *word;
		struct value value;
	} WORDS[] = {{"true", {.kind = VALUE_BOOL, .b = true}},
	             {"false", {.kind = VALUE_BOOL}},
	             {"null", {.kind = VALUE_NULL}}};
	struct token token = parser->token;
	advance(parser);
	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (str_eq(token.text, str_from(WORDS[i].word)))
			return constant(parser, token.from, WORDS[i].value);
	struct ast shape = {.kind = AST_NAME, .from = token.from, .at = token.from, .name = token.text};
	if (parser->token.kind == TOKEN_OPEN_MAP)
		return fail_unsupported(parser, token, "protobuf messages");
	if (!accept(parser, TOKEN_OPEN))
		return node(parser, shape);
	shape.kind = AST_CALL;
	return parse_items(parser, &shape, TOKEN_CLOSE, "\",\" or \")\"") ? node(parser, shape) : NULL;
}

static struct ast *parse_group(struct parser *parser)
{
	uint32_t from = parser->token.from;
	advance(parser);
	struct ast *inner = parse_expr(parser);
	if (!inner)
		return NULL;
	if (!accept(parser, TOKEN_CLOSE))
		return fail_syntax(parser, "\")\"");
	inner->from = from;
	inner->to = parser->end;
	return inner;
}

static struct ast *parse_primary(struct parser *parser)
{
	switch (parser->token.kind) {
	case TOKEN_INT:
	case TOKEN_DOUBLE:
		return parse_number(parser, parser->token.from, false);
	case TOKEN_UINT:
		return fail_unsupported(parser, parser->token, "unsigned integers");
	case TOKEN_BYTES:
		return fail_unsupported(parser, parser->token, "bytes");
	case TOKEN_STRING:
		return parse_string(parser);
	case TOKEN_NAME:
		return parse_name(parser);
	case TOKEN_OPEN:
		return parse_group(parser);
	case TOKEN_OPEN_LIST:
		return parse_list(parser);
	case TOKEN_OPEN_MAP:
		return parse_map(parser);
	case TOKEN_DOT:
		return fail_unsupported(parser, parser->token, "namespaces");
	default:
		return fail_syntax(parser, "a value");
	}
}

/* Behind the point: a field or a method. */
static struct ast *parse_select(struct parser *parser, struct ast *left)
{
	struct token name = parser->token;
	struct ast shape = {.kind = AST_SELECT, .from = left->from, .at = name.from, .name = name.text};
	if (name.kind == TOKEN_QUESTION)
		return fail_unsupported(parser, name, "optionals");
	if (name.kind != TOKEN_NAME && name.kind != TOKEN_QUOTED_NAME && name.kind != TOKEN_IN)
		return fail_syntax(parser, "a field's name");
	advance(parser);
	if (parser->token.kind == TOKEN_OPEN_MAP)
		return fail_unsupported(parser, name, "protobuf messages");
	if (name.kind == TOKEN_QUOTED_NAME || !accept(parser, TOKEN_OPEN))
		return node_with(parser, shape, left, NULL);
	shape.kind = AST_METHOD;
	push(parser, &shape, left);
	return parse_items(parser, &shape, TOKEN_CLOSE, "\",\" or \")\"") ? node(parser, shape) : NULL;
}

static struct ast *parse_index(struct parser *parser, struct ast *left, uint32_t at)
{
	if (parser->token.kind == TOKEN_QUESTION)
		return fail_unsupported(parser, parser->token, "optionals");
	struct ast *index = parse_expr(parser);
	if (!index)
		return NULL;
	if (!accept(parser, TOKEN_CLOSE_LIST))
		return fail_syntax(parser, "\"]\"");
	return node_with(parser, (struct ast){.kind = AST_INDEX, .from = left->from, .at = at}, left, index);
}

static struct ast *parse_member(struct parser *parser)
{
	struct ast *left = parse_primary(parser);
	while (left) {
		uint32_t at = parser->token.from;
		if (accept(parser, TOKEN_DOT))
			left = parse_select(parser, left);
		else if (accept(parser, TOKEN_OPEN_LIST))
			left = parse_index(parser, left, at);
		else
			break;
	}
	return left;
}

/* The signs in front, taken without recursion; the last minus belongs to a number behind it. */
static struct ast *parse_unary(struct parser *parser)
{
	uint32_t first = parser->token.from, count = 0;
	uint32_t last = first;
	enum token_kind sign = parser->token.kind;
	while (parser->token.kind == sign && (sign == TOKEN_SUB || sign == TOKEN_NOT)) {
		last = parser->token.from;
		count++;
		advance(parser);
	}
	if (parser->token.kind == TOKEN_SUB || parser->token.kind == TOKEN_NOT)
		if (count)
			return fail_syntax(parser, "a value in brackets");
	bool number = parser->token.kind == TOKEN_INT || parser->token.kind == TOKEN_DOUBLE;
	struct ast *ast;
	if (count && sign == TOKEN_SUB && number) {
		ast = parse_number(parser, last, true);
		count--;
	} else {
		ast = parse_member(parser);
	}
	struct ast shape = {.kind = sign == TOKEN_SUB ? AST_NEGATE : AST_NOT, .from = first, .at = first};
	for (count = count > 1 ? 2 - (count & 1) : count; ast && count; count--) /* pairs cancel, but the type stays */
		ast = node_with(parser, shape, ast, NULL);
	return ast;
}

static int precedence(enum token_kind kind)
{
	switch (kind) {
	case TOKEN_EQ:
	case TOKEN_NE:
	case TOKEN_LT:
	case TOKEN_LE:
	case TOKEN_GT:
	case TOKEN_GE:
	case TOKEN_IN:
		return 1;
	case TOKEN_ADD:
	case TOKEN_SUB:
		return 2;
	case TOKEN_MUL:
	case TOKEN_DIV:
	case TOKEN_MOD:
		return 3;
	default:
		return 0;
	}
}

static struct ast *parse_binary(struct parser *parser, int least)
{
	struct ast *left = parse_unary(parser);
	while (left && precedence(parser->token.kind) >= least) {
		struct token op = parser->token;
		advance(parser);
		struct ast *right = parse_binary(parser, precedence(op.kind) + 1);
		if (!right)
			return NULL;
		left = node_with(parser,
		                 (struct ast){.kind = AST_BINARY, .op = op.kind, .from = left->from, .at = op.from},
		                 left, right);
	}
	return left;
}

/* a && b && c is one node, so that a long list of conditions is not a high tree. */
static struct ast *parse_chain(struct parser *parser, enum token_kind op)
{
	bool is_or = op == TOKEN_OR;
	struct ast *first = is_or ? parse_chain(parser, TOKEN_AND) : parse_binary(parser, 1);
	if (!first || parser->token.kind != op)
		return first;
	struct ast shape = {.kind = is_or ? AST_OR : AST_AND, .from = first->from, .at = parser->token.from};
	push(parser, &shape, first);
	while (accept(parser, op)) {
		struct ast *next = is_or ? parse_chain(parser, TOKEN_AND) : parse_binary(parser, 1);
		if (!next)
			return NULL;
		push(parser, &shape, next);
	}
	return node(parser, shape);
}

static struct ast *parse_ternary(struct parser *parser)
{
	struct ast *when = parse_chain(parser, TOKEN_OR);
	if (!when || parser->token.kind != TOKEN_QUESTION)
		return when;
	struct ast shape = {.kind = AST_TERNARY, .from = when->from, .at = parser->token.from};
	struct token question = parser->token;
	advance(parser);
	if (parser->token.kind == TOKEN_DOT)
		return fail_unsupported(parser, question, "optionals");
	push(parser, &shape, when);
	push(parser, &shape, parse_expr(parser));
	if (!shape.kids[1])
		return NULL;
	if (!accept(parser, TOKEN_COLON))
		return fail_syntax(parser, "\":\" and the other value");
	push(parser, &shape, parse_expr(parser));
	return node(parser, shape);
}

static struct ast *parse_expr(struct parser *parser)
{
	if (parser->nesting >= EXPR_NESTING_MAX) {
		expr_error(parser->build, DIAG_EXPR_LIMIT, parser->token.from, parser->token.to,
		           "the expression is nested deeper than %d levels", EXPR_NESTING_MAX);
		return NULL;
	}
	parser->nesting++;
	struct ast *ast = parse_ternary(parser);
	parser->nesting--;
	return ast;
}

struct ast *expr_parse(struct expr_build *build)
{
	struct parser parser = {.build = build, .source = build->source->text};
	if (parser.source.len > EXPR_SOURCE_MAX) {
		expr_error(build, DIAG_EXPR_LIMIT, 0, (uint32_t)parser.source.len,
		           "the expression is longer than %d bytes", EXPR_SOURCE_MAX);
		return NULL;
	}
	parser.token = token_next(parser.source, 0);
	if (parser.token.kind == TOKEN_END)
		return fail_syntax(&parser, "a value");
	struct ast *ast = parse_expr(&parser);
	if (ast && parser.token.kind != TOKEN_END)
		return fail_syntax(&parser, "an operator");
	return ast;
}
