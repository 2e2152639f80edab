/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file as a tree in which every node knows its place, and the tables by which such a tree is read into structs.
 * The tree is untyped: a scalar is text, typed by the field that reads it (YAML 1.2 core schema where the field takes
 * any value). The YAML adapter builds it; a test can build it by hand. Everything lives in the reader's arena.
 */
#ifndef JD_DOC_H
#define JD_DOC_H

#include "core/base/instant.h"
#include "core/diag.h"

enum doc_kind { DOC_SCALAR, DOC_LIST, DOC_MAP };

struct doc;

struct doc_pair {
	struct doc *key; /* a scalar; unique within its map (the YAML adapter reports duplicates and drops them) */
	struct doc *value;
};

struct doc {
	enum doc_kind kind;
	struct diag_range range;
	bool plain;              /* a scalar without quotes or block style: it may be null, a bool, a number */
	struct str text;         /* a scalar's value */
	const uint32_t *origins; /* for each byte of text, and one behind: its byte in the file. NULL: text stands in
	                            the file as it is, from `text_from` on */
	uint32_t text_from;
	size_t count; /* of items or pairs */
	union {
		struct doc **items;
		struct doc_pair *pairs;
	};
};

/* The value of a key, or NULL. */
struct doc *doc_get(const struct doc *map, struct str key);
/* Bytes [from, to) of a scalar's text as a range in the file: how expression errors point into folded YAML. */
struct diag_range doc_range(const struct doc *scalar, size_t from, size_t to);
/* YAML's null: an empty plain scalar, ~, null, Null, NULL. */
bool doc_null(const struct doc *doc);
/* The tree without comments, places, order of keys or the values of keys named `about`: equal for files that mean the
 * same. Versions are hashes of it. */
void doc_print_canonical(const struct doc *doc, struct buf *out);

/* ---- reading by table --------------------------------------------------------------------------------------------
 * A table says a struct's keys once: parsing, unknown-key errors with suggestions, JSON Schema and docs come from it.
 */

enum field_kind {
	FIELD_STR,      /* struct str: any scalar, not null */
	FIELD_NAME,     /* struct str: letters, digits, _ - + . and /, at most 128 bytes */
	FIELD_BOOL,     /* bool: true or false */
	FIELD_INT,      /* int64_t, within min..max */
	FIELD_DOUBLE,   /* double, within min..max */
	FIELD_DURATION, /* struct duration: 3d, 1d12h; a bare number is refused with a hint */
	FIELD_DAYTIME,  /* struct daytime: 10:00 quoted or not */
	FIELD_DATE,     /* struct date */
	FIELD_INSTANT,  /* struct instant: RFC 3339 with a zone */
	FIELD_SIZE,     /* int64_t bytes: 4MB, 512KB, 100 (powers of 1024) */
	FIELD_CHOICE,   /* int: one of `choices`, whose row number is stored */
	FIELD_DOC,      /* const struct doc *: taken as it is; NULL when absent. Expressions, and what needs code */
	FIELD_STRUCT,   /* a struct in place, read by `fields` */
	FIELD_STRUCTS,  /* struct field_list: a list of structs, each of `size` bytes, read by `fields` */
	FIELD_NAMES,    /* struct field_list of struct str: one name or a list of them */
};

struct field_list {
	void *items; /* in the reader's arena */
	size_t count;
};

struct field {
	const char *key;
	enum field_kind kind;
	size_t offset; /* in the struct that is read */
	bool required;
	const char *about;    /* one sentence for hover text and docs */
	const char *fallback; /* the default as the user would write it; NULL: the zero that the struct came with */
	size_t seen;          /* offset of a bool set to true when the key is there, plus 1; 0: not wanted */
	int64_t min, max;     /* for numbers; both 0: no bounds */
	const char *const *choices; /* NULL-terminated */
	const struct field *fields; /* of a struct; NULL-terminated by key */
	size_t size;
	const char *note; /* for schema and docs of FIELD_DOC: "expression", "node", "map of expressions" ... */
};

struct doc_reader {
	struct arena *arena;
	struct diag_list *diags;
};

/* Fills *out by the table. False when anything was wrong (all of it is reported); what was right is filled in. */
bool doc_read(struct doc_reader *reader, const struct doc *map, const struct field *fields, void *out);
/* One scalar by one kind, for code that walks a tree itself. */
bool doc_read_value(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out);
/* Reports and answers false unless doc is of this kind; `what` names it in the message. */
bool doc_expect(struct doc_reader *reader, const struct doc *doc, enum doc_kind kind, const char *what);

#endif
