/* SPDX-License-Identifier: Apache-2.0 */
#include "core/journey/condition_text.h"

#include <stdlib.h>

enum { PARTS_MAX = 16, NUMBER_MAX = 32 };

struct parts {
	struct str items[PARTS_MAX];
	size_t count;
};

static struct str trim(struct str text)
{
	size_t from = 0, to = text.len;
	while (from < to && strchr(" \n", text.ptr[from]))
		from++;
	while (to > from && strchr(" \n", text.ptr[to - 1]))
		to--;
	return str_sub(text, from, to);
}

/* Follows quotes and brackets; true at a character that stands outside both. */
struct depth {
	char quote;
	bool escaped;
	int brackets;
};

static bool outside(struct depth *depth, char c)
{
	if (depth->quote) {
		bool ends = c == depth->quote && !depth->escaped;
		depth->escaped = c == '\\' && !depth->escaped;
		depth->quote = ends ? 0 : depth->quote;
		return false;
	}
	if (c == '"' || c == '\'')
		depth->quote = c;
	if (strchr("([{", c))
		depth->brackets++;
	if (strchr(")]}", c))
		depth->brackets--;
	return depth->brackets == 0 && depth->quote == 0;
}

/* The parts that must all hold; a condition with `||` or `? :` is one part. False when there are too many. */
static bool split(struct str text, struct parts *out)
{
	struct depth depth = {0};
	size_t from = 0;
	out->count = 0;
	for (size_t i = 0; i + 1 < text.len; i++) {
		if (!outside(&depth, text.ptr[i]))
			continue;
		if (text.ptr[i] == '?' || (text.ptr[i] == '|' && text.ptr[i + 1] == '|')) {
			out->items[0] = trim(text);
			out->count = 1;
			return true;
		}
		if (text.ptr[i] != '&' || text.ptr[i + 1] != '&')
			continue;
		if (out->count + 1 == PARTS_MAX)
			return false;
		out->items[out->count++] = trim(str_sub(text, from, i));
		from = i + 2;
		i++;
	}
	out->items[out->count++] = trim(str_sub(text, from, text.len));
	return true;
}

/* `profile.points >= 1000`: a range of numbers. */
struct range {
	struct str value;
	double low, high;
	bool has_low, has_high, open; /* open: the ends do not belong to it */
};

static bool number_parse(struct str text, double *out)
{
	char digits[NUMBER_MAX];
	if (text.len == 0 || text.len >= NUMBER_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (!strchr("0123456789.-", text.ptr[i]) || text.ptr[i] == '\0')
			return false;
	memcpy(digits, text.ptr, text.len);
	digits[text.len] = '\0';
	char *end;
	*out = strtod(digits, &end);
	return *end == '\0';
}

static bool range_parse(struct str text, struct range *out)
{
	struct depth depth = {0};
	size_t at = 0;
	while (at + 1 < text.len && !(outside(&depth, text.ptr[at]) && strchr("<>=!", text.ptr[at])))
		at++;
	if (at + 1 >= text.len || text.ptr[at] == '!')
		return false;
	char sign = text.ptr[at];
	bool equal = text.ptr[at + 1] == '=';
	double number;
	if (sign == '=' && !equal)
		return false;
	if (!number_parse(trim(str_sub(text, at + 1 + equal, text.len)), &number))
		return false;
	*out = (struct range){.value = trim(str_sub(text, 0, at)),
	                      .low = number,
	                      .high = number,
	                      .has_low = sign != '<',
	                      .has_high = sign != '>',
	                      .open = !equal};
	return out->value.len > 0;
}

static bool within(const struct range *narrow, const struct range *wide)
{
	bool strict = wide->open && !narrow->open;
	bool low = !wide->has_low || (narrow->has_low && (strict ? narrow->low > wide->low : narrow->low >= wide->low));
	bool high = !wide->has_high ||
	            (narrow->has_high && (strict ? narrow->high < wide->high : narrow->high <= wide->high));
	return low && high;
}

static bool part_implies(struct str narrow, struct str wide)
{
	struct range inner, outer;
	if (str_eq(narrow, wide) || str_eq(wide, STR("true")))
		return true;
	return range_parse(narrow, &inner) && range_parse(wide, &outer) && str_eq(inner.value, outer.value) &&
	       within(&inner, &outer);
}

bool condition_text_implies(struct str narrow, struct str wide)
{
	struct parts inner, outer;
	if (!split(narrow, &inner) || !split(wide, &outer))
		return false;
	for (size_t i = 0; i < outer.count; i++) {
		bool implied = false;
		for (size_t k = 0; k < inner.count; k++)
			implied = implied || part_implies(inner.items[k], outer.items[i]);
		if (!implied)
			return false;
	}
	return true;
}
