/* SPDX-License-Identifier: Apache-2.0 */
#include "core/expr/expr_func.h"

#include <string.h>

const struct function *const FUNCTION_TABLES[] = {
        FORM_FUNCTIONS,    STRING_FUNCTIONS, FORMAT_FUNCTIONS, LIST_FUNCTIONS,   DATE_FUNCTIONS,
        CONVERT_FUNCTIONS, TIME_FUNCTIONS,   MATH_FUNCTIONS,   CHANCE_FUNCTIONS, HOURS_FUNCTIONS,
};
const size_t FUNCTION_TABLE_COUNT = sizeof FUNCTION_TABLES / sizeof *FUNCTION_TABLES;

static const struct {
	char letter;
	const char *word;
	enum type_kind type;
} LETTERS[] = {
        {'b', "bool", TYPE_BOOL},         {'i', "int", TYPE_INT},       {'d', "double", TYPE_DOUBLE},
        {'n', "number", TYPE_DYN},        {'s', "string", TYPE_STRING}, {'z', "zone", TYPE_STRING},
        {'h', "place", TYPE_STRING},      {'D', "date", TYPE_DATE},     {'t', "timestamp", TYPE_TIMESTAMP},
        {'u', "duration", TYPE_DURATION}, {'l', "list", TYPE_LIST},     {'m', "map", TYPE_MAP},
        {'*', "any", TYPE_DYN},           {'v', "name", TYPE_DYN},      {'c', "condition", TYPE_DYN},
        {'x', "expression", TYPE_DYN},    {'f', "field", TYPE_DYN},     {'L', "items", TYPE_DYN},
};

static bool is_method(const struct function *row)
{
	return row->args[0] && row->args[1] == '.';
}

const struct function *function_find(struct str name, bool method)
{
	for (size_t i = 0; i < FUNCTION_TABLE_COUNT; i++)
		for (const struct function *row = FUNCTION_TABLES[i]; row->name; row++)
			if (str_eq(name, str_from(row->name)) && is_method(row) == method)
				return row;
	return NULL;
}

const struct function *function_next(const struct function *row)
{
	for (const struct function *next = row + 1; next->name && strcmp(next->name, row->name) == 0; next++)
		if (is_method(next) == is_method(row))
			return next;
	return NULL;
}

char function_letter(const struct function *row, uint32_t index, uint32_t count)
{
	uint32_t least = 0, most = 0;
	char found = 0, letter = 0;
	for (const char *at = row->args; *at; at++) {
		if (*at == '.')
			continue;
		letter = *at;
		if (most == index)
			found = letter;
		most++;
		if (at[1] == '?' || at[1] == '+')
			at++;
		if (*at != '?')
			least++;
		if (*at == '+') {
			most = FUNCTION_ARGS_MAX;
			found = found ? found : letter;
		}
	}
	return count >= least && count <= most ? found : 0;
}

bool function_accepts(char letter, uint8_t value_kind)
{
	static const uint8_t kinds[] = {
	        [TYPE_BOOL] = VALUE_BOOL,           [TYPE_INT] = VALUE_INT,           [TYPE_DOUBLE] = VALUE_DOUBLE,
	        [TYPE_STRING] = VALUE_STRING,       [TYPE_DATE] = VALUE_DATE,         [TYPE_LIST] = VALUE_LIST,
	        [TYPE_TIMESTAMP] = VALUE_TIMESTAMP, [TYPE_DURATION] = VALUE_DURATION, [TYPE_MAP] = VALUE_MAP,
	};
	if (letter == '*')
		return true;
	if (letter == 'n')
		return value_kind == VALUE_INT || value_kind == VALUE_DOUBLE;
	enum type_kind type = function_type(letter);
	return type != TYPE_DYN && kinds[type] == value_kind;
}

enum type_kind function_type(char letter)
{
	for (size_t i = 0; i < sizeof LETTERS / sizeof *LETTERS; i++)
		if (LETTERS[i].letter == letter)
			return LETTERS[i].type;
	return TYPE_DYN;
}

static const char *word_of(char letter)
{
	for (size_t i = 0; i < sizeof LETTERS / sizeof *LETTERS; i++)
		if (LETTERS[i].letter == letter)
			return LETTERS[i].word;
	return "any";
}

void function_print(const struct function *row, struct buf *out)
{
	const char *at = row->args;
	const char *first = word_of(*at);
	if (is_method(row)) {
		buf_printf(out, "%s.", first);
		at += 2;
	}
	buf_printf(out, "%s(", row->name);
	for (bool more = false; *at; at++) {
		if (*at == '?' || *at == '+') {
			buf_str(out, *at == '?' ? STR("?") : STR("..."));
			continue;
		}
		buf_printf(out, "%s%s", more ? ", " : "", word_of(*at));
		more = true;
	}
	buf_printf(out, ") -> %s", row->result == '1' ? first : word_of(row->result));
}

size_t expr_function_count(void)
{
	size_t count = 0;
	for (size_t i = 0; i < FUNCTION_TABLE_COUNT; i++)
		for (const struct function *row = FUNCTION_TABLES[i]; row->name; row++)
			count++;
	return count;
}

static const struct function *row_at(size_t index)
{
	for (size_t i = 0; i < FUNCTION_TABLE_COUNT; i++)
		for (const struct function *row = FUNCTION_TABLES[i]; row->name; row++)
			if (index-- == 0)
				return row;
	return NULL;
}

struct expr_function expr_function_at(size_t index)
{
	const struct function *row = row_at(index);
	return (struct expr_function){row->name, row->about, is_method(row)};
}

void expr_function_print(size_t index, struct buf *out)
{
	function_print(row_at(index), out);
}
