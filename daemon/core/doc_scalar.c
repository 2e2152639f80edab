/* SPDX-License-Identifier: Apache-2.0 */
#include "core/doc_scalar.h"

#include <math.h>
#include <stdlib.h>

static bool one_of(struct str text, const char *const *words)
{
	for (; *words; words++)
		if (str_eq(text, str_from(*words)))
			return true;
	return false;
}

bool doc_null(const struct doc *doc)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL", NULL};
	return doc->kind == DOC_SCALAR && doc->plain && one_of(doc->text, words);
}

static bool read_bool(struct str text, bool *out)
{
	static const char *const yes[] = {"true", "True", "TRUE", NULL}, *const no[] = {"false", "False", "FALSE",
	                                                                                NULL};
	*out = one_of(text, yes);
	return *out || one_of(text, no);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int digit_of(char c)
{
	if (is_digit(c))
		return c - '0';
	c = (char)(c | 32);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* Digits of a base and nothing else. The value is meaningless when *overflow is set. */
static bool read_digits(struct str text, size_t at, int base, uint64_t *value, bool *overflow)
{
	size_t first = at;
	*value = 0;
	*overflow = false;
	for (; at < text.len && digit_of(text.ptr[at]) < base; at++)
		if (__builtin_mul_overflow(*value, (uint64_t)base, value) ||
		    __builtin_add_overflow(*value, (uint64_t)digit_of(text.ptr[at]), value))
			*overflow = true;
	return at > first && at == text.len;
}

static size_t skip_digits(struct str text, size_t at)
{
	while (at < text.len && is_digit(text.ptr[at]))
		at++;
	return at;
}

/* The shape of a decimal number: -1.5e3, .5, 2. */
static bool number_shaped(struct str text)
{
	size_t at = text.len && (text.ptr[0] == '-' || text.ptr[0] == '+'), first = at, point;
	at = skip_digits(text, at);
	size_t whole = at - first;
	if (at < text.len && text.ptr[at] == '.') {
		point = ++at;
		at = skip_digits(text, at);
		whole += at - point;
	}
	if (whole && at < text.len && (text.ptr[at] | 32) == 'e') {
		at++;
		at += at < text.len && (text.ptr[at] == '-' || text.ptr[at] == '+');
		point = at;
		at = skip_digits(text, at);
		whole = at - point;
	}
	return whole && at == text.len;
}

static double read_decimal(struct str text)
{
	char small[64], *copy = text.len < sizeof small ? small : mem_alloc(text.len + 1);
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	double number = strtod(copy, NULL);
	if (copy != small)
		free(copy);
	return number;
}

static bool read_special(struct str text, double *out)
{
	static const char *const infinite[] = {".inf", ".Inf", ".INF", NULL}, *const none[] = {".nan", ".NaN", ".NAN",
	                                                                                       NULL};
	bool sign = text.len && (text.ptr[0] == '-' || text.ptr[0] == '+');
	if (one_of(text, none)) {
		*out = (double)NAN;
		return true;
	}
	if (!one_of(sign ? str_sub(text, 1, text.len) : text, infinite))
		return false;
	*out = text.ptr[0] == '-' ? -(double)INFINITY : (double)INFINITY;
	return true;
}

static bool read_integer(struct str text, struct scalar *out)
{
	bool minus = text.len && text.ptr[0] == '-', sign = minus || (text.len && text.ptr[0] == '+'), overflow;
	uint64_t value;
	int base = str_starts(text, STR("0x")) ? 16 : str_starts(text, STR("0o")) ? 8 : 10;
	if (!read_digits(text, base == 10 ? sign : 2, base, &value, &overflow))
		return false;
	if (overflow || value > (uint64_t)INT64_MAX + minus) {
		*out = (struct scalar){.type = SCALAR_DOUBLE,
		                       .number = base == 10 ? read_decimal(text) : (double)INFINITY};
		return true;
	}
	*out = (struct scalar){.type = SCALAR_INT, .integer = (int64_t)(minus ? 0 - value : value)};
	return true;
}

struct scalar scalar_resolve(const struct doc *doc)
{
	struct scalar scalar = {.type = SCALAR_TEXT};
	if (!doc->plain)
		return scalar;
	if (doc_null(doc))
		scalar.type = SCALAR_NULL;
	else if (read_bool(doc->text, &scalar.boolean))
		scalar.type = SCALAR_BOOL;
	else if (read_integer(doc->text, &scalar))
		return scalar;
	else if (number_shaped(doc->text))
		scalar = (struct scalar){.type = SCALAR_DOUBLE, .number = read_decimal(doc->text)};
	else if (read_special(doc->text, &scalar.number))
		scalar.type = SCALAR_DOUBLE;
	return scalar;
}
