/* SPDX-License-Identifier: Apache-2.0 */
/* An expression's text as tokens. Literals keep their source text; expr_literal.c turns it into values. */
#ifndef JD_EXPR_LEX_H
#define JD_EXPR_LEX_H

#include "core/base/str.h"

#include <stdint.h>

enum token_kind {
	TOKEN_END,
	TOKEN_BAD, /* a byte that begins nothing, or a literal without end; `error` says which */
	TOKEN_NAME,
	TOKEN_QUOTED_NAME, /* `content-type`, only behind a point; text is without the quotes */
	TOKEN_INT,
	TOKEN_UINT,
	TOKEN_DOUBLE,
	TOKEN_STRING, /* with its prefix and quotes */
	TOKEN_BYTES,
	TOKEN_OR,
	TOKEN_AND,
	TOKEN_EQ,
	TOKEN_NE,
	TOKEN_LT,
	TOKEN_LE,
	TOKEN_GT,
	TOKEN_GE,
	TOKEN_IN,
	TOKEN_ADD,
	TOKEN_SUB,
	TOKEN_MUL,
	TOKEN_DIV,
	TOKEN_MOD,
	TOKEN_NOT,
	TOKEN_QUESTION,
	TOKEN_COLON,
	TOKEN_DOT,
	TOKEN_COMMA,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_OPEN_LIST,
	TOKEN_CLOSE_LIST,
	TOKEN_OPEN_MAP,
	TOKEN_CLOSE_MAP,
	TOKEN_ASSIGN, /* `=` alone: never right, but worth a hint */
};

struct token {
	enum token_kind kind;
	uint32_t from, to;
	struct str text;
	const char *error;
};

/* The token at or behind `at`, past white space and comments. */
struct token token_next(struct str source, uint32_t at);

#endif
