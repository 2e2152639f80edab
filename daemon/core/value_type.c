/* SPDX-License-Identifier: Apache-2.0 */
/* The words for types, as rules are declared and errors name them. */
#include "core/value.h"

static const struct {
	const char *name;
	enum type_kind kind;
} WORDS[] = {
        {"any", TYPE_DYN},           {"null", TYPE_NULL},     {"bool", TYPE_BOOL}, {"int", TYPE_INT},
        {"double", TYPE_DOUBLE},     {"string", TYPE_STRING}, {"date", TYPE_DATE}, {"timestamp", TYPE_TIMESTAMP},
        {"duration", TYPE_DURATION}, {"list", TYPE_LIST},     {"map", TYPE_MAP},   {"number", TYPE_DOUBLE},
};

enum { NESTING_MAX = 8 };

static struct str trimmed(struct str text)
{
	while (text.len && text.ptr[0] == ' ')
		text = str_sub(text, 1, text.len);
	while (text.len && text.ptr[text.len - 1] == ' ')
		text.len--;
	return text;
}

static bool find_word(struct str text, enum type_kind *out)
{
	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (str_eq(text, str_from(WORDS[i].name)) && WORDS[i].kind != TYPE_NULL) {
			*out = WORDS[i].kind;
			return true;
		}
	return false;
}

static bool parse(struct str text, struct arena *arena, struct type *out, int depth)
{
	struct type type = {.kind = TYPE_DYN};
	text = trimmed(text);
	const char *open = text.len ? memchr(text.ptr, '<', text.len) : NULL;
	size_t head = open ? (size_t)(open - text.ptr) : text.len;
	if (depth > NESTING_MAX || !find_word(trimmed(str_sub(text, 0, head)), &type.kind))
		return false;
	if (open) {
		if ((type.kind != TYPE_LIST && type.kind != TYPE_MAP) || text.ptr[text.len - 1] != '>')
			return false;
		struct type *elem = arena_zalloc(arena, sizeof *elem);
		if (!parse(str_sub(text, head + 1, text.len - 1), arena, elem, depth + 1))
			return false;
		type.elem = elem->kind == TYPE_DYN ? NULL : elem;
	}
	*out = type;
	return true;
}

bool type_parse(struct str text, struct arena *arena, struct type *out)
{
	return parse(text, arena, out, 0);
}

void type_print(struct type type, struct buf *out)
{
	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (WORDS[i].kind == type.kind) {
			buf_str(out, str_from(WORDS[i].name));
			break;
		}
	if ((type.kind == TYPE_LIST || type.kind == TYPE_MAP) && type.elem) {
		buf_char(out, '<');
		type_print(*type.elem, out);
		buf_char(out, '>');
	}
}

static bool children_fit(struct type type, struct value v)
{
	if (!type.elem)
		return true;
	for (int32_t i = 0; i < v.size; i++)
		if (!type_fits(*type.elem, type.kind == TYPE_MAP ? v.entries[i].value : v.items[i]))
			return false;
	return true;
}

enum value_kind type_value(enum type_kind type)
{
	static const uint8_t kinds[] = {
	        [TYPE_NULL] = VALUE_NULL,
	        [TYPE_BOOL] = VALUE_BOOL,
	        [TYPE_INT] = VALUE_INT,
	        [TYPE_DOUBLE] = VALUE_DOUBLE,
	        [TYPE_STRING] = VALUE_STRING,
	        [TYPE_DATE] = VALUE_DATE,
	        [TYPE_TIMESTAMP] = VALUE_TIMESTAMP,
	        [TYPE_DURATION] = VALUE_DURATION,
	        [TYPE_LIST] = VALUE_LIST,
	        [TYPE_MAP] = VALUE_MAP,
	};
	return kinds[type];
}

bool type_fits(struct type type, struct value v)
{
	if (type.kind == TYPE_DYN || v.kind == VALUE_NULL || v.kind == VALUE_ABSENT)
		return true;
	if (type.kind == TYPE_DOUBLE && v.kind == VALUE_INT)
		return true;
	return type_value(type.kind) == v.kind && children_fit(type, v);
}
