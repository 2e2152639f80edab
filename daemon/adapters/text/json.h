/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading JSON. A parser holds one text at a time, wholly checked (RFC 8259: grammar, UTF-8, surrogate pairs, nothing
 * behind the value) before anything is read from it. Reading is walking: an item tells its kind and, when it is a
 * scalar, its value. json.cpp is the only user of the JSON library.
 *
 * Whole numbers beyond 64 bits signed become doubles; numbers beyond a double are refused. "\u0000" is an ordinary
 * character. Nesting ends at 64. Objects that hold a name twice are readable here; who reads them says what that means.
 */
#ifndef JD_JSON_H
#define JD_JSON_H

#include "core/base/str.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum json_kind {
	JSON_NONE, /* nothing there */
	JSON_NULL,
	JSON_BOOL,
	JSON_INT,
	JSON_DOUBLE,
	JSON_STRING,
	JSON_LIST,
	JSON_OBJECT,
};

struct json_item {
	enum json_kind kind;
	union {
		bool b;
		int64_t i;
		double d;
		struct str text; /* unescaped; borrowed from the parser until its next parse */
		size_t at;       /* of a list or object, for json_walk_init */
	};
};

struct json_parser;

/* One parser reads texts up to `max` bytes, one after another; its memory grows with the longest so far. */
struct json_parser *json_new(size_t max);
void json_free(struct json_parser *parser); /* NULL is welcome */

/* Parses the whole text. False leaves *root alone and sets *why to a static sentence about the text ("it is not valid
 * UTF-8"). Items of the text before become invalid either way. */
bool json_parse(struct json_parser *parser, struct str text, struct json_item *root, const char **why);

/* Walks the entries of a list or object in their order. */
struct json_walk {
	const struct json_parser *parser;
	size_t at, end;
	bool object;
};
void json_walk_init(struct json_walk *walk, const struct json_parser *parser, struct json_item container);
/* The next entry, or false at the end. *name is set in objects alone. */
bool json_next(struct json_walk *walk, struct str *name, struct json_item *item);
/* How many entries a list or object has. */
size_t json_count(const struct json_parser *parser, struct json_item container);

bool json_utf8_valid(struct str text);

#ifdef __cplusplus
}
#endif

#endif
