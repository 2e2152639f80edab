/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/text/yaml_error.h"

#include "adapters/text/yaml_slip.h"
#include "core/base/utf8.h"

enum { FILE_LIMIT = 8 << 20 };

/* Where the finding points: at the problem, or at where the thing began that went wrong. */
enum pointing { AT_PROBLEM, AT_CONTEXT };

struct wording {
	const char *problem, *context; /* parts of the parser's words; NULL: any */
	enum pointing pointing;
	const char *message, *hint;
	const char *opened; /* message for the other place, shown as related; NULL: not shown */
};

/* The first row that fits is used. */
static const struct wording WORDINGS[] = {
        {"found character that cannot start any token", NULL, AT_PROBLEM, "a value cannot begin with this character",
         "put the value in quotes", NULL},
        {"could not find expected ':'", NULL, AT_CONTEXT, "a \":\" is missing behind this key",
         "write \"key: value\"; a text over several lines needs quotes or |", NULL},
        {"mapping values are not allowed", NULL, AT_PROBLEM, "a second \": \" cannot stand here",
         "quote the value if it contains \": \"; if this is a key, check the indentation", NULL},
        {"block sequence entries are not allowed", NULL, AT_PROBLEM, "a \"- \" cannot stand here",
         "put the list on lines of its own below the key, or write [a, b]", NULL},
        {"mapping keys are not allowed", NULL, AT_PROBLEM, "a \"? \" cannot stand here", "quote the value", NULL},
        {NULL, "while scanning an alias", AT_CONTEXT, "\"*\" begins an alias, and no name follows",
         "quote the value if it begins with *", NULL},
        {NULL, "while scanning an anchor", AT_CONTEXT, "\"&\" begins an anchor, and no name follows",
         "quote the value if it begins with &", NULL},
        {"directive", NULL, AT_PROBLEM, "a line cannot begin with %", "put the value in quotes", NULL},
        {NULL, "directive", AT_CONTEXT, "a line cannot begin with %", "put the value in quotes", NULL},
        {NULL, "tag", AT_CONTEXT, "\"!\" begins a tag, which is not used here", "quote the value if it begins with !",
         NULL},
        {"undefined tag handle", NULL, AT_CONTEXT, "\"!\" begins a tag, which is not used here",
         "quote the value if it begins with !", NULL},
        {"indentation indicator equal to 0", NULL, AT_PROBLEM, "the indentation of a block of text cannot be 0",
         "write | or > alone", NULL},
        {"found a tab character where an indentation", NULL, AT_PROBLEM, "a tab is used for indentation", "use spaces",
         NULL},
        {"found a tab character that violates", NULL, AT_PROBLEM, "a tab is used for indentation", "use spaces", NULL},
        {NULL, "while scanning a block scalar", AT_CONTEXT, "| and > begin a block of text on the next line",
         "quote the value if it begins with | or >", NULL},
        {"found unexpected end of stream", NULL, AT_CONTEXT, "this quote is never closed",
         "add the closing quote at the end of the text", NULL},
        {"found unexpected document indicator", NULL, AT_CONTEXT, "this quote is not closed before \"---\" or \"...\"",
         "add the closing quote at the end of the text", NULL},
        {"unknown escape character", NULL, AT_PROBLEM, "no such escape in double quotes",
         "write \\\\ for a backslash, or use single quotes", NULL},
        {"hexdecimal number", NULL, AT_PROBLEM, "a hexadecimal digit is missing in this escape",
         "\\x has 2 digits, \\u has 4, \\U has 8", NULL},
        {"invalid Unicode character escape", NULL, AT_PROBLEM, "this escape is no character", NULL, NULL},
        {"',' or ']'", NULL, AT_PROBLEM, "a \",\" or \"]\" is missing before this", NULL, "the list is opened here"},
        {"',' or '}'", NULL, AT_PROBLEM, "a \",\" or \"}\" is missing before this", NULL, "the map is opened here"},
        {"expected '-' indicator", NULL, AT_PROBLEM, "this line does not belong to the list above it",
         "begin it with \"- \", or check the indentation", "the list begins here"},
        {"did not find expected key", NULL, AT_PROBLEM, "this line does not fit its neighbours",
         "check the indentation: all keys of a map begin in the same column", "the map begins here"},
        {"expected node content", NULL, AT_PROBLEM, "a value is missing before this", "quote the value if it is a text",
         NULL},
        {"expected <document start>", NULL, AT_PROBLEM, "something stands behind the end of the document", NULL, NULL},
        {NULL, NULL, AT_PROBLEM, "this is not YAML", NULL, NULL},
};

static bool contains(const char *words, const char *part)
{
	return !part || (words && strstr(words, part));
}

static const struct wording *find_wording(const struct yaml_complaint *complaint)
{
	const struct wording *row = WORDINGS;
	while (!contains(complaint->problem, row->problem) || !contains(complaint->context, row->context))
		row++;
	return row;
}

static char byte_at(const struct diag_file *file, uint32_t at)
{
	return at < file->text.len ? file->text.ptr[at] : '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A place at the end of the text, or at a line's beginning, says more on the last line that holds something. */
static uint32_t back_to_text(const struct diag_file *file, uint32_t at)
{
	struct str text = file->text;
	uint32_t end = at < text.len ? at : (uint32_t)text.len;
	while (end > 0 && (is_blank(text.ptr[end - 1]) || text.ptr[end - 1] == '\n' || text.ptr[end - 1] == '\r'))
		end--;
	return end;
}

/* A bracket, the run of letters at a place, or one character. */
static struct diag_range word_at(const struct diag_file *file, uint32_t at)
{
	struct str text = file->text;
	uint32_t to = at;
	bool bracket = byte_at(file, at) == '[' || byte_at(file, at) == '{';
	while (to < text.len && !bracket && !strchr(" \t\r\n,:]}", text.ptr[to]) &&
	       !(to > at && (text.ptr[to] == '"' || text.ptr[to] == '\'')))
		to++;
	if (to == at && at < text.len && text.ptr[at] != '\n' && text.ptr[at] != '\r')
		to += (uint32_t)utf8_len(text.ptr + at, text.len - at);
	return (struct diag_range){file, at, to};
}

/* The quote of a value that ends right before `at` on the same line, as in  when: "a" == b. */
static bool behind_quote(const struct diag_file *file, uint32_t at)
{
	while (at > 0 && is_blank(file->text.ptr[at - 1]))
		at--;
	char last = at > 0 ? file->text.ptr[at - 1] : '\0';
	return last == '"' || last == '\'' || last == ']' || last == '}';
}

/* The bracket of an expression inside { }, as in  { when: x in ["a"] }. */
static bool behind_bracket(const struct diag_file *file, uint32_t at)
{
	return byte_at(file, at) == '[' || (at > 1 && byte_at(file, at) && file->text.ptr[at - 1] == '[');
}

/* A tab in front of the first text of a line. */
static bool tab_indents(const struct diag_file *file, uint32_t at, uint32_t *tab)
{
	uint32_t line = at;
	while (line > 0 && file->text.ptr[line - 1] != '\n')
		line--;
	for (*tab = line; is_blank(byte_at(file, *tab)); ++*tab)
		if (byte_at(file, *tab) == '\t')
			return true;
	return false;
}

static void report_tab(const struct diag_file *file, uint32_t tab, struct diag_list *diags)
{
	uint32_t to = tab;
	while (byte_at(file, to) == '\t')
		to++;
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_TAB, (struct diag_range){file, tab, to},
	                             "a tab is used for indentation");
	diag_hint(diags, diag, "use spaces");
}

static void report_behind_quote(const struct diag_file *file, uint32_t at, struct diag_list *diags)
{
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_SYNTAX, word_at(file, at),
	                             "nothing can follow on the line behind a closing quote or bracket");
	if (byte_at(file, at) == ',' || byte_at(file, at) == ';')
		diag_hint(diags, diag, "remove it: the end of the line ends the value");
	else
		diag_hint(diags, diag, "put the whole value in quotes: '...'; inside it use the other kind");
}

/* The first ":" of a line cannot be the second of its value: what is wrong is the line above. */
static bool lone_key(const struct diag_file *file, uint32_t at, struct diag_range *key)
{
	uint32_t line = at;
	while (line > 0 && file->text.ptr[line - 1] != '\n')
		line--;
	while (is_blank(byte_at(file, line)))
		line++;
	*key = (struct diag_range){file, line, at};
	for (uint32_t i = line; i < at; i++)
		if (file->text.ptr[i] == ':' && is_blank(file->text.ptr[i + 1]))
			return false;
	return line > 0 && line < at && byte_at(file, line) != '-';
}

/* Two lines that do not begin in the same column, which may both be the one that is wrong. */
static void relate_neighbour(struct diag *diag, const struct diag_file *file, uint32_t at)
{
	struct diag_range neighbour = yaml_slip_neighbour(file, at);
	if (!neighbour.file)
		return;
	diag->related = neighbour;
	diag->related_message = STR("this line begins in another column");
}

static void report_lone_key(struct diag_range key, struct diag_list *diags)
{
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_SYNTAX, key, "this key cannot stand here");
	relate_neighbour(diag, key.file, key.from);
	diag_hint(diags, diag, "the line above lacks its \": \" or has a value already; or check the indentation");
}

/* A list that was opened on a line above, and a line that cannot stand in it. */
static void relate_bracket(struct diag_list *diags, struct diag *diag, const struct diag_file *file, uint32_t at)
{
	struct diag_range bracket = yaml_slip_bracket(file, at);
	if (!bracket.file || !memchr(file->text.ptr + bracket.from, '\n', at - bracket.from))
		return;
	diag->related = bracket;
	diag->related_message = STR("this is opened and never closed");
	diag_hint(diags, diag, "close the bracket above, or quote the value if it is a text");
}

static void report_worded(const struct diag_file *file, const struct yaml_complaint *complaint,
                          const struct wording *row, struct diag_list *diags)
{
	uint32_t at = row->pointing == AT_CONTEXT ? complaint->context_at : complaint->at;
	bool at_end =
	        back_to_text(file, at) == back_to_text(file, (uint32_t)file->text.len) && at >= back_to_text(file, at);
	struct diag_range range = word_at(file, at);
	if (row->pointing == AT_PROBLEM && at_end)
		range = (struct diag_range){file, back_to_text(file, at), back_to_text(file, at)};
	struct diag *diag = diag_add(diags, DIAG_ERROR, DIAG_SYNTAX, range, "%s", row->message);
	if (row->hint)
		diag_hint(diags, diag, "%s", row->hint);
	else if (row->opened && (behind_quote(file, at) || behind_bracket(file, at)))
		diag_hint(diags, diag, "or put the whole value in quotes: '...'");
	if (row->opened && complaint->context_at != at) {
		diag->related = word_at(file, complaint->context_at);
		diag->related_message = str_from(row->opened);
	}
	if (row->problem && strstr(row->problem, "node content"))
		relate_bracket(diags, diag, file, at);
	if (row->problem && (strstr(row->problem, "expected key") || strstr(row->problem, "'-' indicator")))
		relate_neighbour(diag, file, at);
}

/* A value on the problem's line that begins with "!": an expression that was taken for a tag. */
static bool find_negation(const struct diag_file *file, uint32_t at, struct diag_range *value)
{
	struct str text = file->text;
	uint32_t line = at < text.len ? at : (uint32_t)text.len;
	while (line > 0 && text.ptr[line - 1] != '\n')
		line--;
	for (uint32_t i = line; i + 2 < at; i++)
		if ((text.ptr[i] == ':' || text.ptr[i] == '-') && text.ptr[i + 1] == ' ' && text.ptr[i + 2] == '!') {
			*value = word_at(file, i + 2);
			return true;
		}
	return false;
}

static void report_negation(struct diag_range value, struct diag_list *diags)
{
	struct diag *diag =
	        diag_add(diags, DIAG_ERROR, DIAG_SYNTAX, value, "\"!\" begins a tag, which is not used here");
	diag_hint(diags, diag, "quote the value if it begins with !");
}

void yaml_error_report(const struct diag_file *file, const struct yaml_complaint *complaint, struct diag_list *diags)
{
	const struct wording *row = find_wording(complaint);
	struct diag_range key;
	uint32_t tab;
	bool indentation = row->problem && (strstr(row->problem, "tab") || strstr(row->problem, "token") ||
	                                    strstr(row->problem, "expected key"));
	if (indentation && tab_indents(file, complaint->at, &tab))
		report_tab(file, tab, diags);
	else if (yaml_slip_report(file, complaint, diags))
		return;
	else if (find_negation(file, complaint->at, &key))
		report_negation(key, diags);
	else if (row->problem && (strstr(row->problem, "expected key") || strstr(row->problem, "'-' indicator")) &&
	         behind_quote(file, complaint->at))
		report_behind_quote(file, complaint->at, diags);
	else if (row->problem && strstr(row->problem, "mapping values") && lone_key(file, complaint->at, &key))
		report_lone_key(key, diags);
	else
		report_worded(file, complaint, row, diags);
}

/* ---- bytes ------------------------------------------------------------------------------------------------------ */

static bool forbidden(uint32_t point, size_t at)
{
	if (point == 0xfeff)
		return at != 0;
	return (point < 0x20 && point != '\t' && point != '\n' && point != '\r') ||
	       (point >= 0x7f && point < 0xa0 && point != 0x85) || point == 0xfffe || point == 0xffff;
}

static void report_byte(const struct diag_file *file, size_t at, size_t len, struct diag_list *diags)
{
	struct diag_range range = {file, (uint32_t)at, (uint32_t)(at + (len ? len : 1))};
	unsigned byte = (unsigned char)file->text.ptr[at];
	bool utf16 = at == 0 && (byte == 0xff || byte == 0xfe);
	struct diag *diag;
	if (len)
		diag = diag_add(diags, DIAG_ERROR, DIAG_ENCODING, range,
		                "a text file cannot hold the control character U+%04X",
		                (unsigned)utf8_decode(file->text.ptr + at, len));
	else
		diag = diag_add(diags, DIAG_ERROR, DIAG_ENCODING, range, "this is not UTF-8: byte 0x%02X", byte);
	diag_hint(diags, diag,
	          len     ? "remove it"
	          : utf16 ? "save the file as UTF-8, not UTF-16"
	                  : "save the file as UTF-8");
}

bool yaml_error_check_bytes(const struct diag_file *file, struct diag_list *diags)
{
	struct str text = file->text;
	if (text.len > FILE_LIMIT) {
		diag_add(diags, DIAG_ERROR, DIAG_TOO_LARGE, (struct diag_range){file, 0, 0},
		         "the file is larger than 8 MB");
		return false;
	}
	for (size_t at = 0; at < text.len;) {
		size_t len = utf8_len(text.ptr + at, text.len - at);
		if (!len || forbidden(utf8_decode(text.ptr + at, len), at)) {
			report_byte(file, at, len, diags);
			return false;
		}
		at += len;
	}
	return true;
}
