/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/yaml_slip.h"

enum { BRACKETS_MAX = 64 };

static char byte_at(struct str text, uint32_t at)
{
	return at < text.len ? text.ptr[at] : '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_end(char c)
{
	return c == '\n' || c == '\r' || c == '\0';
}

static struct diag_range range_of(const struct diag_file *file, uint32_t from, uint32_t to)
{
	return (struct diag_range){file, from, to};
}

/* ---- lines ------------------------------------------------------------------------------------------------------ */

static uint32_t line_start(struct str text, uint32_t at)
{
	at = at < text.len ? at : (uint32_t)text.len;
	while (at > 0 && text.ptr[at - 1] != '\n')
		at--;
	return at;
}

static uint32_t first_text(struct str text, uint32_t line)
{
	while (byte_at(text, line) == ' ')
		line++;
	return line;
}

static bool holds_text(struct str text, uint32_t line)
{
	char c = byte_at(text, first_text(text, line));
	return !is_end(c) && c != '#';
}

/* The line above that holds more than a remark; false when there is none. */
static bool line_above(struct str text, uint32_t line, uint32_t *above)
{
	while (line > 0) {
		line = line_start(text, line - 1);
		if (holds_text(text, line)) {
			*above = line;
			return true;
		}
	}
	return false;
}

/* Behind the last character of a line that is neither blank nor in a remark. */
static uint32_t code_end(struct str text, uint32_t line)
{
	uint32_t at = line, end = line;
	for (; !is_end(byte_at(text, at)) && !(text.ptr[at] == '#' && at > line && is_blank(text.ptr[at - 1])); at++)
		if (!is_blank(text.ptr[at]))
			end = at + 1;
	return end;
}

struct diag_range yaml_slip_neighbour(const struct diag_file *file, uint32_t at)
{
	struct str text = file->text;
	uint32_t line = line_start(text, at), indent = first_text(text, line) - line, first = line, above = line;
	while (line_above(text, above, &above) && first_text(text, above) - above >= indent)
		first = above;
	/* in line with each other, they are no reason */
	uint32_t from = first_text(text, first), to = from;
	if (first == line || from - first == indent)
		return (struct diag_range){0};
	while (!is_end(byte_at(text, to)) && !is_blank(text.ptr[to]))
		to++;
	return range_of(file, from, to);
}

/* ---- quotes and brackets ---------------------------------------------------------------------------------------- */

struct walk {
	struct str text;
	uint32_t at;
	uint32_t brackets[BRACKETS_MAX];
	uint32_t depth;
	bool fresh; /* a value may begin here, and with it a quote */
};

/* Behind the closing quote, or the end of the text. */
static uint32_t skip_quoted(struct str text, uint32_t at)
{
	char quote = text.ptr[at++];
	for (; at < text.len; at++)
		if (quote == '"' && text.ptr[at] == '\\')
			at++;
		else if (text.ptr[at] == quote && (quote == '"' || byte_at(text, at + 1) != quote))
			return at + 1;
		else if (text.ptr[at] == quote)
			at++;
	return (uint32_t)text.len;
}

static void walk_bracket(struct walk *walk, char c)
{
	if ((c == '[' || c == '{') && walk->fresh && walk->depth < BRACKETS_MAX)
		walk->brackets[walk->depth++] = walk->at;
	if ((c == ']' || c == '}') && walk->depth > 0)
		walk->depth--;
}

/* One step through the text; true when a quoted value stands at the old place, from *from to the new one. */
static bool walk_step(struct walk *walk, uint32_t *from)
{
	char c = walk->text.ptr[walk->at], before = walk->at ? walk->text.ptr[walk->at - 1] : '\n';
	if (c == '#' && (is_blank(before) || before == '\n')) {
		while (walk->at < walk->text.len && walk->text.ptr[walk->at] != '\n')
			walk->at++;
		return false;
	}
	if ((c == '"' || c == '\'') && walk->fresh) {
		*from = walk->at;
		walk->at = skip_quoted(walk->text, walk->at);
		walk->fresh = false;
		return true;
	}
	walk_bracket(walk, c);
	bool opens = c == '[' || c == '{' || c == ',' || c == '\n' ||
	             ((c == ':' || c == '-') && is_blank(byte_at(walk->text, walk->at + 1)));
	walk->fresh = opens || (walk->fresh && is_blank(c));
	walk->at++;
	return false;
}

struct diag_range yaml_slip_bracket(const struct diag_file *file, uint32_t at)
{
	struct walk walk = {.text = file->text, .fresh = true};
	uint32_t from;
	while (walk.at < at && walk.at < file->text.len)
		walk_step(&walk, &from);
	if (!walk.depth)
		return (struct diag_range){0};
	return range_of(file, walk.brackets[walk.depth - 1], walk.brackets[walk.depth - 1] + 1);
}

/* Whether a quoted text goes on over a line that looks like one of its own. */
static bool swallows_a_line(struct str text, uint32_t from, uint32_t to)
{
	while (from < to && text.ptr[from] != '\n')
		from++;
	if (from == to)
		return false;
	uint32_t at = first_text(text, from + 1);
	if (byte_at(text, at) == '-' && byte_at(text, at + 1) == ' ')
		return true;
	for (; at < text.len && !is_end(text.ptr[at]); at++)
		if (text.ptr[at] == ':' && (is_blank(byte_at(text, at + 1)) || is_end(byte_at(text, at + 1))))
			return true;
	return false;
}

static bool open_quote(const struct diag_file *file, uint32_t until, struct diag_list *diags)
{
	struct walk walk = {.text = file->text, .fresh = true};
	uint32_t from;
	while (walk.at < file->text.len && walk.at < until) {
		if (!walk_step(&walk, &from) || !swallows_a_line(file->text, from, walk.at))
			continue;
		if (walk.at == file->text.len)
			return false; /* the parser says it as well */
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_SYNTAX, range_of(file, from, from + 1),
		                   "this quote is not closed on its line"),
		          "add the closing quote at the end of the text");
		return true;
	}
	return false;
}

/* ---- spaces that are none --------------------------------------------------------------------------------------- */

/* Bytes of a no-break or other wide space, or of a mark without width; 0 when there is none. */
static uint32_t odd_space_at(struct str text, uint32_t at)
{
	static const struct str ODD[] = {{"\xc2\xa0", 2},     {"\xe2\x80\xaf", 3}, {"\xe3\x80\x80", 3},
	                                 {"\xe2\x80\x8b", 3}, {"\xe2\x80\x89", 3}, {"\xe2\x80\x82", 3},
	                                 {"\xe2\x80\x83", 3}, {"\xe2\x81\xa0", 3}};
	struct str rest = at < text.len ? str_sub(text, at, text.len) : (struct str){0};
	for (size_t i = 0; i < sizeof ODD / sizeof *ODD; i++)
		if (str_starts(rest, ODD[i]))
			return (uint32_t)ODD[i].len;
	return 0;
}

/* In front of a line's text, or right behind a "-" or ":". */
static bool odd_in_line(struct str text, uint32_t line, uint32_t *odd)
{
	uint32_t at = first_text(text, line);
	if (odd_space_at(text, at)) {
		*odd = at;
		return true;
	}
	for (; !is_end(byte_at(text, at)) && text.ptr[at] != '#'; at++)
		if ((text.ptr[at] == ':' || text.ptr[at] == '-') && odd_space_at(text, at + 1)) {
			*odd = at + 1;
			return true;
		}
	return false;
}

static void report_odd_space(struct diag_range range, struct diag_list *diags)
{
	diag_hint(diags, diag_add(diags, DIAG_ERROR, DIAG_SYNTAX, range, "this is a no-break or other special space"),
	          "write a plain space");
}

static bool odd_space(const struct diag_file *file, uint32_t until, struct diag_list *diags)
{
	uint32_t odd, line = 0;
	while (line < file->text.len && line <= until) {
		if (odd_in_line(file->text, line, &odd)) {
			report_odd_space(range_of(file, odd, odd + odd_space_at(file->text, odd)), diags);
			return true;
		}
		while (line < file->text.len && file->text.ptr[line] != '\n')
			line++;
		line++;
	}
	return false;
}

/* At an end of a plain text, or behind what was to be its ":" or "-". */
static bool odd_in_scalar(const struct doc *scalar, uint32_t *odd)
{
	struct str text = scalar->text;
	for (uint32_t at = 0; at < text.len; at++) {
		uint32_t len = odd_space_at(text, at);
		char before = at ? text.ptr[at - 1] : ':';
		if (!len || (before != ':' && !(before == '-' && at == 1) && at + len != text.len))
			continue;
		*odd = at;
		return true;
	}
	return false;
}

/* Whether a text is wrapped in a pair of a word processor's quotes; what is in them. */
static bool wrapped(struct str text, size_t *from, size_t *to)
{
	static const struct str PAIRS[][2] = {
	        {{"\xe2\x80\x9c", 3}, {"\xe2\x80\x9d", 3}}, {{"\xe2\x80\x9e", 3}, {"\xe2\x80\x9c", 3}},
	        {{"\xe2\x80\x9e", 3}, {"\xe2\x80\x9d", 3}}, {{"\xe2\x80\x9d", 3}, {"\xe2\x80\x9d", 3}},
	        {{"\xe2\x80\x98", 3}, {"\xe2\x80\x99", 3}}, {{"\xe2\x80\x9a", 3}, {"\xe2\x80\x98", 3}},
	        {{"\xc2\xab", 2}, {"\xc2\xbb", 2}},         {{"\xc2\xbb", 2}, {"\xc2\xab", 2}}};
	for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
		*from = PAIRS[i][0].len;
		*to = text.len - PAIRS[i][1].len;
		if (text.len >= *from + PAIRS[i][1].len && str_starts(text, PAIRS[i][0]) &&
		    str_eq(str_sub(text, *to, text.len), PAIRS[i][1]))
			return true;
	}
	return false;
}

bool yaml_slip_check(struct doc *scalar, struct diag_list *diags)
{
	uint32_t odd;
	size_t from, to;
	if (!scalar->plain || scalar->text.len < 2)
		return true;
	if (odd_in_scalar(scalar, &odd)) {
		report_odd_space(doc_range(scalar, odd, odd + odd_space_at(scalar->text, odd)), diags);
		return false;
	}
	if (!wrapped(scalar->text, &from, &to))
		return true;
	struct str inner = str_sub(scalar->text, from, to);
	diag_hint(diags,
	          diag_add(diags, DIAG_ERROR, DIAG_SYNTAX, scalar->range,
	                   "these quotes are a word processor's, and a part of the text"),
	          "write \"%.*s\"", STR_ARG(inner));
	scalar->text = inner;
	scalar->plain = false;
	scalar->text_from += (uint32_t)from;
	if (scalar->origins)
		scalar->origins += from;
	return true;
}

/* ---- "-" and ":" ------------------------------------------------------------------------------------------------ */

struct slip {
	const char *message, *hint;
	uint32_t from, to;
};

/* "-x" and the dashes of a word processor. */
static bool dash_slip(struct str text, uint32_t at, struct slip *slip)
{
	struct str rest = str_sub(text, at, text.len);
	bool en = str_starts(rest, STR("\xe2\x80\x93")) || str_starts(rest, STR("\xe2\x80\x94")) ||
	          str_starts(rest, STR("\xe2\x80\xa2"));
	if (en)
		*slip = (struct slip){"this is not the \"-\" that begins an entry of a list", "write \"- \"", at,
		                      at + 3};
	else if (byte_at(text, at) == '-' && !is_blank(byte_at(text, at + 1)) && !is_end(byte_at(text, at + 1)) &&
	         byte_at(text, at + 1) != '-')
		*slip = (struct slip){"a space is missing behind this \"-\"", "write \"- \"", at, at + 1};
	return slip->message != NULL;
}

/* A line that is nothing but words: its key has no ": ". */
static bool colon_slip(struct str text, uint32_t line, struct slip *slip)
{
	uint32_t from = first_text(text, line), end = code_end(text, line), at;
	if (byte_at(text, from) == '-' && is_blank(byte_at(text, from + 1)))
		from = first_text(text, from + 1);
	if (strchr("\"'[{|>", byte_at(text, from)))
		return false;
	for (at = from; at < end; at++)
		if (text.ptr[at] == ':' && (at + 1 == end || is_blank(text.ptr[at + 1])))
			return false;
	for (at = from; at < end && !strchr(" \t:=;", text.ptr[at]);)
		at++;
	bool close = at < end && text.ptr[at] == ':';
	*slip = (struct slip){close ? "a space is missing behind this key's \":\""
	                            : "a \":\" is missing behind this key",
	                      "write \"key: value\"", from, at + close};
	return true;
}

/* Whether a line of words can be the value of what stands above it: then the key in it was not seen as one. */
static bool may_be_value(struct str text, uint32_t line)
{
	uint32_t above, from = first_text(text, line);
	if (byte_at(text, from) == '-')
		return true;
	if (!line_above(text, line, &above))
		return true;
	uint32_t end = code_end(text, above);
	return end > above && text.ptr[end - 1] == ':';
}

static bool lost_key(const struct diag_file *file, const struct yaml_complaint *complaint, struct diag_list *diags)
{
	const char *problem = complaint->problem ? complaint->problem : "";
	bool second = strstr(problem, "mapping values"), wants_key = strstr(problem, "expected key");
	struct str text = file->text;
	struct slip slip = {0};
	uint32_t line = line_start(text, complaint->at), above;
	if ((!second && !wants_key && !strstr(problem, "'-' indicator")) || !line_above(text, line, &above))
		return false;
	/* an entry of a list may be mere words, unless what stands below is taken for a part of it */
	bool words = second || (wants_key && byte_at(text, first_text(text, above)) != '-');
	if (!dash_slip(text, first_text(text, line), &slip) && !dash_slip(text, first_text(text, above), &slip) &&
	    !(words && may_be_value(text, above) && colon_slip(text, above, &slip)))
		return false;
	diag_hint(diags,
	          diag_add(diags, DIAG_ERROR, DIAG_SYNTAX, range_of(file, slip.from, slip.to), "%s", slip.message),
	          "%s", slip.hint);
	return true;
}

bool yaml_slip_report(const struct diag_file *file, const struct yaml_complaint *complaint, struct diag_list *diags)
{
	return odd_space(file, complaint->at, diags) || open_quote(file, complaint->at, diags) ||
	       lost_key(file, complaint, diags);
}
