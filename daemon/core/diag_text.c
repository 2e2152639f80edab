/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings as people read them: one line that editors understand, then the line of the file with the place marked.
 *
 * A source line is made printable cell by cell: a tab is one space, what would steer the terminal (control characters,
 * bidirectional marks, broken UTF-8) is U+FFFD. The marks below count display columns, two for wide characters, so
 * that they stand right under Chinese text too; the column in the first line counts characters, as editors do.
 */
#include "core/diag.h"

#include "core/base/utf8.h"

enum { LINE_SHOWN = 120, SHOWN_BEFORE = 40, PER_FILE = 50, ALIKE_SHOWN = 3, ALIKE_KNOWN = 32 };

struct style {
	const char *bold, *error, *warning, *mark, *dim, *off;
};

static const struct style PLAIN = {"", "", "", "", "", ""};
static const struct style COLOUR = {"\x1b[1m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m", "\x1b[34m", "\x1b[0m"};

struct printer {
	const struct style *style;
	struct buf *out;
	int gutter;                           /* digits of the greatest line number of this finding */
	const struct diag *told[ALIKE_KNOWN]; /* findings of different words */
	size_t times[ALIKE_KNOWN], told_count;
};

/* The part of one line that is shown, in bytes of the file's text. */
struct excerpt {
	uint32_t line;           /* its number */
	size_t from, to;         /* the line without its break */
	size_t mark, mark_end;   /* what is marked, within it */
	size_t shown, shown_end; /* within it */
};

static bool in_ranges(uint32_t point, const uint32_t (*ranges)[2], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (point >= ranges[i][0] && point <= ranges[i][1])
			return true;
	return false;
}

/* Columns a terminal uses (East Asian Width W and F, emoji; combining marks none). */
static unsigned width(uint32_t point)
{
	static const uint32_t wide[][2] = {
	        {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x4dbf},  {0x4e00, 0xa4cf}, {0xac00, 0xd7a3},
	        {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},  {0xffe0, 0xffe6}, {0x1f300, 0x1f64f},
	        {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
	static const uint32_t none[][2] = {{0x300, 0x36f}, {0x200b, 0x200d}, {0xfe00, 0xfe0f}};
	if (point < 0x300)
		return 1;
	if (in_ranges(point, none, sizeof none / sizeof none[0]))
		return 0;
	return in_ranges(point, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
}

static bool steers_terminal(uint32_t point)
{
	static const uint32_t ranges[][2] = {{0, 0x1f},        {0x7f, 0x9f},     {0x200e, 0x200f},
	                                     {0x2028, 0x202e}, {0x2066, 0x2069}, {0xfeff, 0xfeff}};
	return in_ranges(point, ranges, sizeof ranges / sizeof ranges[0]);
}

/* Prints one character of the text, answers its length in bytes and adds its columns. out may be NULL. */
static size_t print_cell(struct buf *out, struct str text, size_t at, unsigned *columns)
{
	size_t len = utf8_len(text.ptr + at, text.len - at);
	uint32_t point = len ? utf8_decode(text.ptr + at, len) : 0xfffd;
	bool tab = point == '\t', strange = !len || steers_terminal(point);
	*columns += strange ? 1 : width(point);
	if (!out)
		return len ? len : 1;
	if (tab)
		buf_char(out, ' ');
	else if (strange)
		buf_str(out, STR("\xef\xbf\xbd"));
	else
		buf_append(out, text.ptr + at, len);
	return len ? len : 1;
}

static unsigned print_cells(struct buf *out, struct str text, size_t from, size_t to)
{
	unsigned columns = 0;
	while (from < to)
		from += print_cell(out, text, from, &columns);
	return columns;
}

/* Messages quote what people wrote, so they are made printable too. */
static void print_text(struct buf *out, struct str text)
{
	print_cells(out, text, 0, text.len);
}

static size_t step_back(struct str text, size_t at, size_t floor)
{
	for (at--; at > floor && ((unsigned char)text.ptr[at] & 0xc0) == 0x80;)
		at--;
	return at;
}

/* Cuts a long line to LINE_SHOWN characters, of which SHOWN_BEFORE at most stand before the mark. */
static void excerpt_cut(struct excerpt *cut, struct str text)
{
	size_t shown = cut->mark, count = 0;
	while (shown > cut->from && count < SHOWN_BEFORE) {
		shown = step_back(text, shown, cut->from);
		count++;
	}
	unsigned ignored = 0;
	for (count = 0, cut->shown_end = shown; cut->shown_end < cut->to && count < LINE_SHOWN; count++)
		cut->shown_end += print_cell(NULL, text, cut->shown_end, &ignored);
	while (cut->shown_end == cut->to && shown > cut->from && count < LINE_SHOWN) {
		shown = step_back(text, shown, cut->from);
		count++;
	}
	cut->shown = shown;
	if (cut->mark_end > cut->shown_end)
		cut->mark_end = cut->shown_end;
}

static size_t line_length(struct str text, size_t from, size_t to)
{
	size_t count = 0;
	unsigned ignored = 0;
	while (from < to) {
		from += print_cell(NULL, text, from, &ignored);
		count++;
	}
	return count;
}

static struct excerpt excerpt_of(struct diag_range range)
{
	struct str text = range.file->text;
	struct excerpt cut = {.line = diag_place(range.file, range.from).line};
	size_t at = range.from < text.len ? range.from : text.len, end = range.to < text.len ? range.to : text.len;
	for (cut.from = at; cut.from > 0 && text.ptr[cut.from - 1] != '\n';)
		cut.from--;
	if (cut.from == 0 && str_starts(text, STR("\xef\xbb\xbf")))
		cut.from = 3;
	for (cut.to = at; cut.to < text.len && text.ptr[cut.to] != '\n';)
		cut.to++;
	if (cut.to > cut.from && text.ptr[cut.to - 1] == '\r')
		cut.to--;
	cut.mark = at < cut.from ? cut.from : at < cut.to ? at : cut.to;
	cut.mark_end = end < cut.mark ? cut.mark : end < cut.to ? end : cut.to;
	cut.shown = cut.from;
	cut.shown_end = cut.to;
	if (line_length(text, cut.from, cut.to) > LINE_SHOWN)
		excerpt_cut(&cut, text);
	return cut;
}

static void print_gutter(struct printer *printer, uint32_t line)
{
	const struct style *style = printer->style;
	if (line)
		buf_printf(printer->out, "%s%*u |%s", style->dim, printer->gutter, line, style->off);
	else
		buf_printf(printer->out, "%s%*s |%s", style->dim, printer->gutter, "", style->off);
}

static void print_line(struct printer *printer, const struct excerpt *cut, struct str text)
{
	struct buf *out = printer->out;
	print_gutter(printer, cut->line);
	if (cut->shown < cut->shown_end)
		buf_char(out, ' ');
	if (cut->shown > cut->from)
		buf_str(out, STR("..."));
	print_cells(out, text, cut->shown, cut->shown_end);
	if (cut->shown_end < cut->to)
		buf_str(out, STR("..."));
	buf_char(out, '\n');
}

static void print_marks(struct printer *printer, const struct excerpt *cut, struct diag_range range, struct str hint)
{
	struct buf *out = printer->out;
	struct str text = range.file->text;
	unsigned before = print_cells(NULL, text, cut->shown, cut->mark) + (cut->shown > cut->from ? 3 : 0);
	unsigned marked = print_cells(NULL, text, cut->mark, cut->mark_end);
	print_gutter(printer, 0);
	buf_printf(out, " %*s%s^", (int)before, "", printer->style->mark);
	for (unsigned i = 1; i < marked; i++)
		buf_char(out, '~');
	if (hint.len) {
		buf_char(out, ' ');
		print_text(out, hint);
	}
	buf_printf(out, "%s\n", printer->style->off);
}

static void print_excerpt(struct printer *printer, struct diag_range range, struct str hint)
{
	struct excerpt cut = excerpt_of(range);
	print_gutter(printer, 0);
	buf_char(printer->out, '\n');
	print_line(printer, &cut, range.file->text);
	print_marks(printer, &cut, range, hint);
}

static void print_note(struct printer *printer, struct str note)
{
	if (!note.len)
		return;
	buf_printf(printer->out, "%*s %s=%s ", printer->gutter, "", printer->style->dim, printer->style->off);
	print_text(printer->out, note);
	buf_char(printer->out, '\n');
}

static bool has_text(struct diag_range range)
{
	return range.file && range.file->text.ptr;
}

static void print_place(struct printer *printer, struct diag_range range)
{
	struct buf *out = printer->out;
	buf_str(out, str_from(printer->style->bold));
	print_text(out, range.file ? range.file->path : STR("journeyd"));
	if (has_text(range)) {
		struct diag_place place = diag_place(range.file, range.from);
		buf_printf(out, ":%u:%u", place.line, place.column);
	}
	buf_printf(out, ":%s ", printer->style->off);
}

static int digits_of(struct diag_range range)
{
	int digits = 1;
	if (has_text(range))
		for (uint32_t line = diag_place(range.file, range.from).line; line >= 10; line /= 10)
			digits++;
	return digits;
}

static void print_related(struct printer *printer, const struct diag *diag)
{
	if (!diag->related.file)
		return;
	print_place(printer, diag->related);
	buf_printf(printer->out, "%snote:%s ", printer->style->mark, printer->style->off);
	print_text(printer->out, diag->related_message);
	buf_char(printer->out, '\n');
	if (has_text(diag->related))
		print_excerpt(printer, diag->related, (struct str){0});
}

static bool same_words(const struct diag *a, const struct diag *b)
{
	return a->code == b->code && str_eq(a->message, b->message) && str_eq(a->hint, b->hint);
}

/* Whether the same words have been shown with all that belongs to them a few times: then the place is enough. */
static bool told_often(struct printer *printer, const struct diag *diag)
{
	size_t i = 0;
	while (i < printer->told_count && !same_words(printer->told[i], diag))
		i++;
	if (i < printer->told_count)
		return printer->times[i]++ >= ALIKE_SHOWN;
	if (i < ALIKE_KNOWN) {
		printer->told[i] = diag;
		printer->times[i] = 1;
		printer->told_count++;
	}
	return false;
}

static void print_diag(const struct diag *diag, struct printer *printer)
{
	const struct style *style = printer->style;
	bool error = diag->level == DIAG_ERROR;
	int digits = digits_of(diag->range), related = digits_of(diag->related);
	printer->gutter = digits > related ? digits : related;
	print_place(printer, diag->range);
	buf_printf(printer->out, "%s%s:%s ", error ? style->error : style->warning, error ? "error" : "warning",
	           style->off);
	print_text(printer->out, diag->message);
	buf_printf(printer->out, " [JRN%03d]\n", (int)diag->code);
	if (told_often(printer, diag))
		return;
	if (has_text(diag->range))
		print_excerpt(printer, diag->range, diag->hint);
	else
		print_note(printer, diag->hint);
	print_note(printer, diag->known);
	print_related(printer, diag);
}

static void print_more(const struct diag_file *file, size_t hidden, struct buf *out)
{
	if (!hidden)
		return;
	if (file) {
		print_text(out, file->path);
		buf_str(out, STR(": "));
	}
	buf_printf(out, "... and %zu more\n", hidden);
}

void diag_print(const struct diag_list *list, bool colour, struct buf *out)
{
	struct printer printer = {.style = colour ? &COLOUR : &PLAIN, .out = out};
	const struct diag_file *file = NULL;
	size_t of_file = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct diag *diag = &list->items[i];
		if (i && diag->range.file != file) {
			print_more(file, of_file > PER_FILE ? of_file - PER_FILE : 0, out);
			of_file = 0;
		}
		file = diag->range.file;
		if (of_file++ < PER_FILE)
			print_diag(diag, &printer);
	}
	print_more(file, of_file > PER_FILE ? of_file - PER_FILE : 0, out);
}
