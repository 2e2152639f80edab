/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only C++ file: simdjson's DOM parser checks the whole text and leaves its documented tape, which is read here
 * word by word. A word's top byte says what stands there, the rest is a number, a place in the text buffer, or for a
 * container the place behind it (32 bits) and its count (24 bits, cut at the most they hold).
 */
#include "adapters/text/json.h"

#include <new>
#include <simdjson.h>

extern "C" {
#include "core/base/buf.h"
}

namespace
{

constexpr size_t MAX_DEPTH = 64;
constexpr size_t FIRST_CAPACITY = 4096;
constexpr uint64_t PAYLOAD = (uint64_t(1) << 56) - 1;
constexpr uint64_t COUNT_MAX = 0xffffff;

} // namespace

/* `text` is the copy that is parsed, with the padding that vector instructions may read; words and texts are the tape
 * and text buffer of the last parse, which moves when it grows. */
struct json_parser {
	simdjson::dom::parser dom;
	char *text = nullptr;
	size_t room = 0, max = 0;
	const uint64_t *words = nullptr;
	const uint8_t *texts = nullptr;
};

extern "C" struct json_parser *json_new(size_t max)
{
	json_parser *parser = new (std::nothrow) json_parser;
	if (!parser || parser->dom.allocate(FIRST_CAPACITY, MAX_DEPTH))
		abort();
	parser->max = max;
	return parser;
}

extern "C" void json_free(struct json_parser *parser)
{
	if (!parser)
		return;
	free(parser->text);
	delete parser;
}

static void reserve(json_parser *parser, size_t size)
{
	size_t need = size + simdjson::SIMDJSON_PADDING;
	if (parser->room >= need)
		return;
	parser->room = need < 2 * parser->room ? 2 * parser->room : need;
	parser->text = static_cast<char *>(mem_realloc(parser->text, parser->room));
}

static const char *explain(simdjson::error_code error)
{
	static const struct {
		simdjson::error_code error;
		const char *why;
	} words[] = {
	        {simdjson::CAPACITY, "it is longer than is allowed"},
	        {simdjson::DEPTH_ERROR, "it is nested deeper than 64 levels"},
	        {simdjson::STRING_ERROR, "a text holds a wrong escape or half a surrogate pair"},
	        {simdjson::T_ATOM_ERROR, "a word that begins with t is not true"},
	        {simdjson::F_ATOM_ERROR, "a word that begins with f is not false"},
	        {simdjson::N_ATOM_ERROR, "a word that begins with n is not null"},
	        {simdjson::NUMBER_ERROR, "a number is malformed or too large"},
	        {simdjson::UTF8_ERROR, "it is not valid UTF-8"},
	        {simdjson::EMPTY, "it is empty"},
	        {simdjson::UNESCAPED_CHARS, "a text holds a control character"},
	        {simdjson::UNCLOSED_STRING, "a text has no closing quote"},
	        {simdjson::TAPE_ERROR, "a bracket, comma, colon or value is missing or too many"},
	};
	for (const auto &word : words)
		if (word.error == error)
			return word.why;
	return "it is malformed";
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Copies the text with ".0" behind each whole number of 19 digits or more, which makes a double of it. */
static void widen(struct str text, struct buf *out)
{
	bool quoted = false;
	for (size_t i = 0; i < text.len;) {
		size_t from = i;
		char c = text.ptr[i];
		if (quoted && c == '\\') {
			i += i + 1 < text.len ? 2 : 1;
		} else if (!quoted && is_digit(c)) {
			while (i < text.len && is_digit(text.ptr[i]))
				i++;
			if (i < text.len && strchr(".eE", text.ptr[i]))
				while (i < text.len && strchr("0123456789.eE+-", text.ptr[i]))
					i++;
			else if (i - from >= 19) {
				buf_append(out, text.ptr + from, i - from);
				buf_str(out, STR(".0"));
				continue;
			}
		} else {
			quoted ^= c == '"';
			i++;
		}
		buf_append(out, text.ptr + from, i - from);
	}
}

static simdjson::error_code run(json_parser *parser, struct str text)
{
	reserve(parser, text.len);
	if (text.len)
		memcpy(parser->text, text.ptr, text.len);
	memset(parser->text + text.len, 0, simdjson::SIMDJSON_PADDING);
	return parser->dom.parse(parser->text, text.len, false).error();
}

/* The library refuses whole numbers beyond 64 bits, and says no more than that some number is wrong; so the text is
 * tried once more with the long ones made doubles. What was malformed stays so. */
static simdjson::error_code run_widened(json_parser *parser, struct str text)
{
	struct buf wide = {nullptr, 0, 0};
	widen(text, &wide);
	simdjson::error_code error =
	        wide.len > text.len ? run(parser, buf_view(&wide)) : simdjson::error_code(simdjson::NUMBER_ERROR);
	buf_release(&wide);
	return error;
}

static struct str text_at(const json_parser *parser, uint64_t word)
{
	const uint8_t *at = parser->texts + (word & PAYLOAD);
	uint32_t len;
	memcpy(&len, at, sizeof len);
	return {reinterpret_cast<const char *>(at + sizeof len), len};
}

/* Reads the item at *at, which moves behind it and all that it holds. */
static inline void read_item(const json_parser *parser, size_t *at, struct json_item *item)
{
	uint64_t word = parser->words[*at], next;
	size_t here = (*at)++;
	switch (word >> 56) {
	case '"':
		item->kind = JSON_STRING;
		item->text = text_at(parser, word);
		return;
	case 'l':
		item->kind = JSON_INT;
		item->i = int64_t(parser->words[(*at)++]);
		return;
	case 'u':
		item->kind = JSON_DOUBLE;
		item->d = double(parser->words[(*at)++]);
		return;
	case 'd':
		item->kind = JSON_DOUBLE;
		next = parser->words[(*at)++];
		memcpy(&item->d, &next, sizeof next);
		return;
	case 't':
	case 'f':
		item->kind = JSON_BOOL;
		item->b = word >> 56 == 't';
		return;
	case '[':
	case '{':
		item->kind = word >> 56 == '[' ? JSON_LIST : JSON_OBJECT;
		item->at = here;
		*at = uint32_t(word);
		return;
	default:
		item->kind = JSON_NULL;
		return;
	}
}

extern "C" bool json_parse(struct json_parser *parser, struct str text, struct json_item *root, const char **why)
{
	simdjson::error_code error = text.len > parser->max ? simdjson::CAPACITY : run(parser, text);
	if (error == simdjson::NUMBER_ERROR)
		error = run_widened(parser, text);
	if (error) {
		*why = explain(error);
		return false;
	}
	parser->words = parser->dom.doc.tape.get();
	parser->texts = parser->dom.doc.string_buf.get();
	size_t at = 1; /* behind the root's own word */
	read_item(parser, &at, root);
	return true;
}

extern "C" void json_walk_init(struct json_walk *walk, const struct json_parser *parser, struct json_item container)
{
	uint64_t word = parser->words[container.at];
	*walk = {parser, container.at + 1, size_t(uint32_t(word)) - 1, container.kind == JSON_OBJECT};
}

extern "C" bool json_next(struct json_walk *walk, struct str *name, struct json_item *item)
{
	if (walk->at == walk->end)
		return false;
	if (walk->object)
		*name = text_at(walk->parser, walk->parser->words[walk->at++]);
	read_item(walk->parser, &walk->at, item);
	return true;
}

extern "C" size_t json_count(const struct json_parser *parser, struct json_item container)
{
	size_t count = parser->words[container.at] >> 32 & COUNT_MAX;
	if (count < COUNT_MAX)
		return count;
	struct json_walk walk;
	json_walk_init(&walk, parser, container);
	struct json_item item;
	struct str name;
	for (count = 0; json_next(&walk, &name, &item);)
		count++;
	return count;
}

extern "C" bool json_utf8_valid(struct str text)
{
	return text.len == 0 || simdjson::validate_utf8(text.ptr, text.len);
}
