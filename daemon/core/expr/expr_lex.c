/* SPDX-License-Identifier: Apache-2.0 */
#include "core/expr/expr_lex.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The byte at a place, or NUL behind the end. */
static char peek(struct str source, size_t at)
{
	return at < source.len ? source.ptr[at] : '\0';
}

static struct token make(struct str source, enum token_kind kind, size_t from, size_t to)
{
	return (struct token){kind, (uint32_t)from, (uint32_t)to, str_sub(source, from, to), NULL};
}

static struct token bad(struct str source, size_t from, size_t to, const char *error)
{
	struct token token = make(source, TOKEN_BAD, from, to);
	token.error = error;
	return token;
}

static size_t skip_blank(struct str source, size_t at)
{
	for (;;) {
		char c = peek(source, at);
		if (at < source.len && (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'))
			at++;
		else if (c == '/' && peek(source, at + 1) == '/')
			while (at < source.len && source.ptr[at] != '\n')
				at++;
		else
			return at;
	}
}

static size_t skip_digits(struct str source, size_t at)
{
	while (is_digit(peek(source, at)))
		at++;
	return at;
}

static size_t skip_exponent(struct str source, size_t at)
{
	size_t digits = at + 1;
	if (peek(source, at) != 'e' && peek(source, at) != 'E')
		return at;
	if (peek(source, digits) == '+' || peek(source, digits) == '-')
		digits++;
	return is_digit(peek(source, digits)) ? skip_digits(source, digits) : at;
}

static struct token end_number(struct str source, enum token_kind kind, size_t from, size_t at)
{
	if (kind == TOKEN_INT && (peek(source, at) == 'u' || peek(source, at) == 'U')) {
		kind = TOKEN_UINT;
		at++;
	}
	if (is_letter(peek(source, at))) {
		while (is_letter(peek(source, at)) || is_digit(peek(source, at)))
			at++;
		return bad(source, from, at, "this is not a number");
	}
	return make(source, kind, from, at);
}

/* `1.size()` is a call on 1: a point belongs to the number only before a digit. */
static struct token number(struct str source, size_t from)
{
	size_t at = from;
	enum token_kind kind = TOKEN_INT;
	if (peek(source, at) == '0' && (peek(source, at + 1) == 'x' || peek(source, at + 1) == 'X') &&
	    is_hex(peek(source, at + 2))) {
		for (at += 2; is_hex(peek(source, at));)
			at++;
		return end_number(source, kind, from, at);
	}
	at = skip_digits(source, at);
	if (peek(source, at) == '.' && is_digit(peek(source, at + 1))) {
		kind = TOKEN_DOUBLE;
		at = skip_digits(source, at + 1);
	}
	size_t behind = skip_exponent(source, at);
	if (behind != at)
		kind = TOKEN_DOUBLE;
	return end_number(source, kind, from, behind);
}

static bool at_quotes(struct str source, size_t at, char quote, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (peek(source, at + i) != quote)
			return false;
	return true;
}

/* `at` is the first quote; `from` the prefix, when there is one. */
static struct token quoted(struct str source, size_t from, size_t at, bool raw)
{
	char quote = source.ptr[at];
	size_t quotes = at_quotes(source, at, quote, 3) ? 3 : 1;
	bool bytes = false;
	for (size_t i = from; i < at; i++)
		bytes |= source.ptr[i] == 'b' || source.ptr[i] == 'B';
	for (at += quotes; at < source.len; at++) {
		if (at_quotes(source, at, quote, quotes))
			return make(source, bytes ? TOKEN_BYTES : TOKEN_STRING, from, at + quotes);
		if (quotes == 1 && (source.ptr[at] == '\n' || source.ptr[at] == '\r'))
			break;
		if (source.ptr[at] == '\\' && !raw)
			at++;
	}
	return bad(source, from, at < source.len ? at : source.len, "this text has no closing quote");
}

/* Length of a prefix of r, b in any case and order that stands before a quote. */
static size_t prefix(struct str source, size_t at, bool *raw)
{
	size_t len = 0;
	*raw = false;
	while (len < 2 && peek(source, at + len) && strchr("rRbB", peek(source, at + len))) {
		*raw |= peek(source, at + len) == 'r' || peek(source, at + len) == 'R';
		len++;
	}
	char c = peek(source, at + len);
	return c == '"' || c == '\'' ? len : 0;
}

static struct token name(struct str source, size_t from)
{
	size_t at = from;
	while (is_letter(peek(source, at)) || is_digit(peek(source, at)))
		at++;
	struct token token = make(source, TOKEN_NAME, from, at);
	if (str_eq(token.text, STR("in")))
		token.kind = TOKEN_IN;
	return token;
}

static struct token quoted_name(struct str source, size_t from)
{
	size_t at = from + 1;
	while (at < source.len && source.ptr[at] != '`' && source.ptr[at] != '\n')
		at++;
	if (peek(source, at) != '`' || at == from + 1)
		return bad(source, from, at, "this name has no closing quote");
	struct token token = make(source, TOKEN_QUOTED_NAME, from, at + 1);
	token.text = str_sub(source, from + 1, at);
	return token;
}

/* The longer first where one begins the other. */
static const struct {
	const char *text;
	enum token_kind kind;
} SYMBOLS[] = {
        {"||", TOKEN_OR},       {"&&", TOKEN_AND},       {"==", TOKEN_EQ},      {"!=", TOKEN_NE},
        {"<=", TOKEN_LE},       {">=", TOKEN_GE},        {"<", TOKEN_LT},       {">", TOKEN_GT},
        {"+", TOKEN_ADD},       {"-", TOKEN_SUB},        {"*", TOKEN_MUL},      {"/", TOKEN_DIV},
        {"%", TOKEN_MOD},       {"!", TOKEN_NOT},        {"?", TOKEN_QUESTION}, {":", TOKEN_COLON},
        {".", TOKEN_DOT},       {",", TOKEN_COMMA},      {"(", TOKEN_OPEN},     {")", TOKEN_CLOSE},
        {"[", TOKEN_OPEN_LIST}, {"]", TOKEN_CLOSE_LIST}, {"{", TOKEN_OPEN_MAP}, {"}", TOKEN_CLOSE_MAP},
        {"=", TOKEN_ASSIGN},
};

static struct token symbol(struct str source, size_t from)
{
	for (size_t i = 0; i < sizeof SYMBOLS / sizeof *SYMBOLS; i++) {
		struct str text = str_from(SYMBOLS[i].text);
		if (str_starts(str_sub(source, from, source.len), text))
			return make(source, SYMBOLS[i].kind, from, from + text.len);
	}
	size_t to = from + 1; /* a whole character, so that the span is printable */
	while (to < source.len && (source.ptr[to] & 0xc0) == 0x80)
		to++;
	return bad(source, from, to, "this character has no meaning here");
}

struct token token_next(struct str source, uint32_t start)
{
	bool raw;
	size_t at = skip_blank(source, start);
	if (at >= source.len)
		return make(source, TOKEN_END, source.len, source.len);
	char c = source.ptr[at];
	size_t quote = prefix(source, at, &raw);
	if (quote || c == '"' || c == '\'')
		return quoted(source, at, at + quote, raw);
	if (is_letter(c))
		return name(source, at);
	if (is_digit(c) || (c == '.' && is_digit(peek(source, at + 1))))
		return number(source, at);
	if (c == '`')
		return quoted_name(source, at);
	return symbol(source, at);
}
