/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings about what people wrote: level, code, place, message, hint. Whoever reads a file reports here and goes on,
 * so that one run shows every mistake; one function renders them as text with the quoted line and a caret span, one
 * as JSON. Everything is owned by the list's arena.
 *
 *   journeys/cart.journey.yaml:14:23: error: event "purchase" has no field "totl" [JRN041]
 *      |
 *   14 |     when: event.totl > 50
 *      |           ^~~~~~~~~~ did you mean "total"?
 *      = known fields: currency, sku, total
 */
#ifndef JD_DIAG_H
#define JD_DIAG_H

#include "core/base/buf.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING };

/* A whole text that positions point into. Made by whoever read the file; must outlive every list that names it. */
struct diag_file {
	struct str path; /* as the user would name it */
	struct str text; /* ptr NULL: the file could not be read; findings name its path alone */
};

/* Bytes [from, to) of the file's text; from == to marks a place between two bytes. file is NULL for "no place". */
struct diag_range {
	const struct diag_file *file;
	uint32_t from, to;
};

/* Codes are stable, never reused; the table in diag_code.c gives each its name, explanation, wrong and right example.
 */
enum diag_code {
#define DIAG_CODE(name, number) DIAG_##name = number,
#include "core/diag_codes.inc"
#undef DIAG_CODE
};

struct diag {
	enum diag_level level;
	enum diag_code code;
	struct diag_range range;
	struct str message;        /* one sentence, no full stop, names what is wrong in the user's words */
	struct str hint;           /* shown behind the caret; empty when there is none */
	struct str known;          /* "known fields: a, b, c"; empty when there is none */
	struct diag_range related; /* e.g. the first definition of a duplicate; file NULL when there is none */
	struct str related_message;
};

/* A part of a file that an alias repeats elsewhere in it. */
struct diag_repeat {
	struct diag_range part, alias;
};

struct diag_list {
	struct arena *arena;
	struct diag *items; /* in the order found; diag_sort puts them by file and place */
	size_t count, cap;
	size_t errors, warnings;
	struct diag_repeat *repeats;
	size_t repeat_count, repeat_cap;
};

void diag_init(struct diag_list *list, struct arena *arena);
void diag_release(struct diag_list *list);

/* The new finding, to which hint, known and related may be added; valid until the next diag_add. */
__attribute__((format(printf, 5, 6))) struct diag *diag_add(struct diag_list *list, enum diag_level level,
                                                            enum diag_code code, struct diag_range range,
                                                            const char *format, ...);
__attribute__((format(printf, 3, 4))) void diag_hint(struct diag_list *list, struct diag *diag, const char *format,
                                                     ...);
/* Sets hint `did you mean "..."?` when a candidate is near (Damerau-Levenshtein at most max(1, len/3)), and known
 * `known WHAT: ...` (sorted, cut after 12). Candidates need not be sorted; what may be NULL for no `known`. */
void diag_suggest(struct diag_list *list, struct diag *diag, struct str wrong, const struct str *candidates,
                  size_t count, const char *what);
/* The nearest candidate within the threshold, or NULL. */
const struct str *diag_nearest(struct str wrong, const struct str *candidates, size_t count);

/* From diag_sort on a finding inside of the part, which has no other related place, names the first alias of it. */
void diag_repeat(struct diag_list *list, struct diag_range part, struct diag_range alias);
/* Also drops what was found twice at one place, as under an anchor that several aliases repeat. */
void diag_sort(struct diag_list *list);
/* At most 50 findings a file are shown, then "... and N more". */
void diag_print(const struct diag_list *list, bool colour, struct buf *out);
/* A JSON array of {file,line,col,end_line,end_col,severity,rule,message,hint,known,related}; file, hint and known are
 * null where there is none, related is a list of {file,line,col,end_line,end_col,message}. */
void diag_print_json(const struct diag_list *list, struct buf *out);

/* Line and column of a byte, both from 1, columns counted in characters. */
struct diag_place {
	uint32_t line, column;
};
struct diag_place diag_place(const struct diag_file *file, uint32_t at);

/* The explanation of a code for `journeyd help JRNnnn`; NULL for an unknown number. */
struct diag_help {
	enum diag_code code;
	const char *title, *why, *wrong, *right;
};
const struct diag_help *diag_help(int code);

#endif
