/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scalar is decoded a second time, now with a place for each byte, and the result compared with what the parser
 * made of it. Only when both agree byte by byte are the places believed.
 */
#include "adapters/text/yaml_origins.h"

#include "core/base/buf.h"
#include "core/base/utf8.h"

struct decoder {
	struct str file;
	uint32_t at, end;
	struct buf text;
	struct buf places; /* uint32_t for each byte of text */
};

static void emit(struct decoder *decoder, const char *bytes, size_t len, uint32_t place)
{
	buf_append(&decoder->text, bytes, len);
	for (size_t i = 0; i < len; i++)
		buf_append(&decoder->places, &place, sizeof place);
}

static char peek(const struct decoder *decoder)
{
	return decoder->at < decoder->end ? decoder->file.ptr[decoder->at] : '\0';
}

static bool at_blank(const struct decoder *decoder)
{
	return peek(decoder) == ' ' || peek(decoder) == '\t';
}

static bool at_break(const struct decoder *decoder)
{
	return peek(decoder) == '\n' || peek(decoder) == '\r';
}

static void skip_blanks(struct decoder *decoder)
{
	while (at_blank(decoder))
		decoder->at++;
}

static void skip_break(struct decoder *decoder)
{
	if (peek(decoder) == '\r' && decoder->at + 1 < decoder->end && decoder->file.ptr[decoder->at + 1] == '\n')
		decoder->at++;
	decoder->at++;
}

static void emit_here(struct decoder *decoder)
{
	emit(decoder, decoder->file.ptr + decoder->at, 1, decoder->at);
	decoder->at++;
}

/* ---- plain and quoted ------------------------------------------------------------------------------------------- */

/* Empty lines stay as line breaks. Answers whether there were any. */
static bool keep_empty_lines(struct decoder *decoder)
{
	bool any = false;
	for (skip_blanks(decoder); at_break(decoder); skip_blanks(decoder)) {
		emit(decoder, "\n", 1, decoder->at);
		skip_break(decoder);
		any = true;
	}
	return any;
}

/* One line break between two lines is a space, for which the blanks in front of it stand. */
static void decode_space(struct decoder *decoder)
{
	uint32_t from = decoder->at;
	skip_blanks(decoder);
	if (!at_break(decoder)) {
		decoder->at = from;
		while (at_blank(decoder))
			emit_here(decoder);
		return;
	}
	skip_break(decoder);
	if (!keep_empty_lines(decoder))
		emit(decoder, " ", 1, from);
}

static uint32_t read_hex(struct decoder *decoder, unsigned digits)
{
	uint32_t point = 0;
	for (; digits && decoder->at < decoder->end; digits--, decoder->at++) {
		char c = peek(decoder);
		point = point * 16 + (uint32_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	return point < 0x110000 ? point : 0xfffd;
}

/* What stands behind a backslash in double quotes. */
static void decode_escape(struct decoder *decoder)
{
	static const char names[] = "0abt\tnvfre \"/\\N_LPxuU";
	static const uint32_t points[] = {0,   7,   8,    9,    9,    10,     11,     12, 13, 27, ' ',
	                                  '"', '/', '\\', 0x85, 0xa0, 0x2028, 0x2029, 0,  0,  0};
	uint32_t from = decoder->at++;
	if (at_break(decoder)) {
		skip_break(decoder);
		keep_empty_lines(decoder);
		return;
	}
	char name = peek(decoder), bytes[4];
	const char *found = name ? strchr(names, name) : NULL;
	decoder->at++;
	if (!found)
		return;
	uint32_t point = points[found - names];
	if (name == 'x' || name == 'u' || name == 'U')
		point = read_hex(decoder, name == 'x' ? 2 : name == 'u' ? 4 : 8);
	emit(decoder, bytes, utf8_encode(point, bytes), from);
}

static void decode_flow(struct decoder *decoder, enum yaml_style style)
{
	while (decoder->at < decoder->end) {
		char c = peek(decoder);
		if (at_blank(decoder) || at_break(decoder)) {
			decode_space(decoder);
		} else if (style == YAML_DOUBLE && c == '\\') {
			decode_escape(decoder);
		} else {
			emit_here(decoder);
			if (style == YAML_SINGLE && c == '\'')
				decoder->at++;
		}
	}
}

/* ---- block scalars ---------------------------------------------------------------------------------------------- */

static bool blank_line(const char *from, const char *to)
{
	while (from < to && *from == ' ')
		from++;
	return from == to || *from == '\n' || *from == '\r';
}

/* Spaces in front of the first line of a text that holds more than spaces. */
static uint32_t first_indent(const char *from, const char *to)
{
	while (from < to && blank_line(from, to)) {
		while (from < to && *from != '\n')
			from++;
		from += from < to;
	}
	const char *first = from;
	while (from < to && *from == ' ')
		from++;
	return (uint32_t)(from - first);
}

/* At a line's beginning: up to `indent` spaces. True when what follows belongs to the text. */
static bool skip_indent(struct decoder *decoder, uint32_t indent)
{
	uint32_t had = 0;
	for (; had < indent && peek(decoder) == ' '; had++)
		decoder->at++;
	return had == indent;
}

struct breaks {
	uint32_t first, rest_from; /* places of the break that ends a line, and of the empty lines behind it */
	uint32_t rest;
	bool any;
};

static void empty_lines(struct decoder *decoder, uint32_t indent, struct breaks *breaks)
{
	breaks->rest = 0;
	breaks->rest_from = decoder->at;
	while (decoder->at < decoder->end) {
		uint32_t line = decoder->at;
		skip_indent(decoder, indent);
		if (!at_break(decoder)) {
			decoder->at = line;
			return;
		}
		if (!breaks->rest)
			breaks->rest_from = decoder->at;
		skip_break(decoder);
		breaks->rest++;
	}
}

static void emit_breaks(struct decoder *decoder, const struct breaks *breaks)
{
	for (uint32_t i = 0; i < breaks->rest; i++)
		emit(decoder, "\n", 1, breaks->rest_from);
}

static void block_line(struct decoder *decoder)
{
	while (decoder->at < decoder->end && !at_break(decoder))
		emit_here(decoder);
}

/* keep: '+', '-' or 0. The same order as the standard's: what ends a line is known only when the next one is seen. */
static void decode_lines(struct decoder *decoder, uint32_t indent, bool folded, char keep)
{
	struct breaks breaks = {0};
	bool indented_before = false;
	empty_lines(decoder, indent, &breaks);
	while (decoder->at < decoder->end && skip_indent(decoder, indent) && decoder->at < decoder->end) {
		bool indented = at_blank(decoder);
		if (breaks.any && !(folded && !indented_before && !indented))
			emit(decoder, "\n", 1, breaks.first);
		else if (breaks.any && breaks.rest == 0)
			emit(decoder, " ", 1, breaks.first);
		emit_breaks(decoder, &breaks);
		indented_before = indented;
		block_line(decoder);
		breaks = (struct breaks){.first = decoder->at, .any = at_break(decoder)};
		if (breaks.any)
			skip_break(decoder);
		empty_lines(decoder, indent, &breaks);
	}
	if (keep != '-' && breaks.any)
		emit(decoder, "\n", 1, breaks.first);
	if (keep == '+')
		emit_breaks(decoder, &breaks);
}

static void decode_block(struct decoder *decoder, bool folded, struct str value)
{
	char keep = 0;
	for (decoder->at++; decoder->at < decoder->end && !at_blank(decoder) && !at_break(decoder); decoder->at++)
		if (peek(decoder) == '+' || peek(decoder) == '-')
			keep = peek(decoder);
	while (decoder->at < decoder->end && !at_break(decoder))
		decoder->at++;
	skip_break(decoder);
	if (decoder->at >= decoder->end)
		return;
	const char *from = decoder->file.ptr + decoder->at, *to = decoder->file.ptr + decoder->end;
	uint32_t there = first_indent(from, to), kept = first_indent(value.ptr, value.ptr + value.len);
	decode_lines(decoder, there > kept ? there - kept : 0, folded, keep);
}

/* ---- both decodings compared ------------------------------------------------------------------------------------ */

static bool verbatim(const struct yaml_source *source, struct str value, uint32_t *text_from)
{
	uint32_t quote = source->style == YAML_SINGLE || source->style == YAML_DOUBLE;
	if (source->style > YAML_DOUBLE || source->to - source->from != value.len + 2 * quote)
		return false;
	*text_from = source->from + quote;
	return value.len == 0 || memcmp(source->file.ptr + *text_from, value.ptr, value.len) == 0;
}

static uint32_t *fill_places(const struct decoder *decoder, const struct yaml_source *source, struct str value,
                             struct arena *arena)
{
	uint32_t *places = arena_alloc(arena, (value.len + 1) * sizeof *places);
	bool agree = str_eq(buf_view(&decoder->text), value);
	for (size_t i = 0; i < value.len; i++)
		places[i] = source->from;
	if (agree && value.len)
		memcpy(places, decoder->places.ptr, value.len * sizeof *places);
	places[value.len] = agree ? decoder->end : source->to;
	return places;
}

/* The places behind a block scalar's last line break, not behind the lines that chomping took. */
static void close_block(uint32_t *places, const struct yaml_source *source, struct str value)
{
	size_t len = value.len;
	if (source->style < YAML_LITERAL || len == 0)
		return;
	uint32_t last = places[len - 1];
	places[len] =
	        last < source->to && source->file.ptr[last] != '\n' && source->file.ptr[last] != '\r' ? last + 1 : last;
}

const uint32_t *yaml_origins(const struct yaml_source *source, struct str value, struct arena *arena,
                             uint32_t *text_from)
{
	struct decoder decoder = {.file = source->file, .at = source->from, .end = source->to};
	*text_from = source->from;
	if (verbatim(source, value, text_from))
		return NULL;
	if (source->style == YAML_SINGLE || source->style == YAML_DOUBLE) {
		decoder.at++;
		decoder.end--;
	}
	if (source->style >= YAML_LITERAL)
		decode_block(&decoder, source->style == YAML_FOLDED, value);
	else
		decode_flow(&decoder, source->style);
	uint32_t *places = fill_places(&decoder, source, value, arena);
	close_block(places, source, value);
	buf_release(&decoder.text);
	buf_release(&decoder.places);
	return places;
}
