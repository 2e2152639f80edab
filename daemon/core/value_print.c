/* SPDX-License-Identifier: Apache-2.0 */
/* Values as text: JSON for records, plain text for template names and keys. */
#include "core/base/json_write.h"
#include "core/value.h"
#include "core/value_time.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static size_t text_of_double(double number, char out[TIME_TEXT_MAX])
{
	int len = 0;
	if (isnan(number))
		return (size_t)snprintf(out, TIME_TEXT_MAX, "NaN");
	if (isinf(number))
		return (size_t)snprintf(out, TIME_TEXT_MAX, number < 0 ? "-Infinity" : "Infinity");
	for (int precision = 15; precision <= 17; precision++) {
		len = snprintf(out, TIME_TEXT_MAX, "%.*g", precision, number);
		if (strtod(out, NULL) == number)
			break;
	}
	return (size_t)len;
}

/* Nothing, or a point and three, six or nine digits. */
static int text_of_nanos(int32_t nanos, char *out, size_t room)
{
	if (nanos == 0)
		return 0;
	if (nanos % 1000000 == 0)
		return snprintf(out, room, ".%03d", nanos / 1000000);
	if (nanos % 1000 == 0)
		return snprintf(out, room, ".%06d", nanos / 1000);
	return snprintf(out, room, ".%09d", nanos);
}

static size_t text_of_timestamp(struct value v, char out[TIME_TEXT_MAX])
{
	int64_t days = v.i / 86400, left = v.i % 86400;
	if (left < 0) {
		left += 86400;
		days--;
	}
	struct civil c = civil_from((struct date){(int32_t)days});
	int len = snprintf(out, TIME_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day,
	                   (int)(left / 3600), (int)(left / 60 % 60), (int)(left % 60));
	len += text_of_nanos(v.size, out + len, TIME_TEXT_MAX - (size_t)len);
	out[len++] = 'Z';
	return (size_t)len;
}

/* Seconds with what is behind the point cut of its zeros: 3600s, 1.5s, -0.25s. */
static size_t text_of_duration(struct value v, char out[TIME_TEXT_MAX])
{
	bool minus = v.i < 0 || v.size < 0;
	uint64_t seconds = v.i < 0 ? 0 - (uint64_t)v.i : (uint64_t)v.i;
	int len = snprintf(out, TIME_TEXT_MAX, "%s%" PRIu64, minus ? "-" : "", seconds);
	if (v.size) {
		len += snprintf(out + len, TIME_TEXT_MAX - (size_t)len, ".%09d", abs(v.size));
		while (out[len - 1] == '0')
			len--;
	}
	out[len++] = 's';
	return (size_t)len;
}

size_t value_scalar_text(struct value v, char out[TIME_TEXT_MAX])
{
	struct civil c;
	switch (v.kind) {
	case VALUE_NULL:
		return (size_t)snprintf(out, TIME_TEXT_MAX, "null");
	case VALUE_BOOL:
		return (size_t)snprintf(out, TIME_TEXT_MAX, v.b ? "true" : "false");
	case VALUE_INT:
		return (size_t)snprintf(out, TIME_TEXT_MAX, "%" PRId64, v.i);
	case VALUE_DOUBLE:
		return text_of_double(v.d, out);
	case VALUE_DATE:
		c = civil_from((struct date){(int32_t)v.i});
		return (size_t)snprintf(out, TIME_TEXT_MAX, "%04d-%02d-%02d", c.year, c.month, c.day);
	case VALUE_TIMESTAMP:
		return text_of_timestamp(v, out);
	case VALUE_DURATION:
		return text_of_duration(v, out);
	default:
		return 0;
	}
}

void value_print(struct value v, struct buf *out)
{
	char text[TIME_TEXT_MAX];
	if (v.kind == VALUE_STRING)
		buf_str(out, value_text(v));
	else if (v.kind == VALUE_LIST || v.kind == VALUE_MAP)
		value_print_json(v, out);
	else
		buf_append(out, text, value_scalar_text(v, text));
}

/* JSON's keys are strings: other keys are written as their text. */
static void print_key(struct value key, struct buf *out)
{
	char text[TIME_TEXT_MAX];
	if (key.kind == VALUE_STRING)
		json_str(out, value_text(key));
	else
		json_str(out, (struct str){text, value_scalar_text(key, text)});
}

static void print_children(struct value v, struct buf *out)
{
	bool map = v.kind == VALUE_MAP;
	buf_char(out, map ? '{' : '[');
	for (int32_t i = 0; i < v.size; i++) {
		if (i)
			buf_char(out, ',');
		if (map) {
			print_key(v.entries[i].key, out);
			buf_char(out, ':');
		}
		value_print_json(map ? v.entries[i].value : v.items[i], out);
	}
	buf_char(out, map ? '}' : ']');
}

void value_print_json(struct value v, struct buf *out)
{
	char text[TIME_TEXT_MAX];
	switch (v.kind) {
	case VALUE_BOOL:
	case VALUE_INT:
		buf_append(out, text, value_scalar_text(v, text));
		break;
	case VALUE_DOUBLE:
		json_double(out, v.d);
		break;
	case VALUE_STRING:
		json_str(out, value_text(v));
		break;
	case VALUE_DATE:
	case VALUE_TIMESTAMP:
	case VALUE_DURATION:
		json_str(out, (struct str){text, value_scalar_text(v, text)});
		break;
	case VALUE_LIST:
	case VALUE_MAP:
		print_children(v, out);
		break;
	default:
		buf_str(out, STR("null"));
	}
}
