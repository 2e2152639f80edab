/* SPDX-License-Identifier: Apache-2.0 */
#include "core/doc_value.h"

#include "core/doc_scalar.h"
#include "core/doc_time.h"

#include <math.h>

const char *doc_value_called(const struct doc *doc)
{
	static const char *const names[] = {[SCALAR_NULL] = "nothing",
	                                    [SCALAR_BOOL] = "true or false",
	                                    [SCALAR_INT] = "a number",
	                                    [SCALAR_DOUBLE] = "a number",
	                                    [SCALAR_TEXT] = "a text"};
	if (doc->kind == DOC_LIST)
		return "a list";
	return doc->kind == DOC_MAP ? "a map" : names[scalar_resolve(doc).type];
}

static const char *const WANTED[] = {
        [FIELD_STR] = "a text",
        [FIELD_NAME] = "a name",
        [FIELD_BOOL] = "true or false",
        [FIELD_INT] = "a whole number",
        [FIELD_DOUBLE] = "a number",
        [FIELD_DURATION] = "a duration",
        [FIELD_DAYTIME] = "a time of day",
        [FIELD_DATE] = "a date",
        [FIELD_INSTANT] = "a moment",
        [FIELD_SIZE] = "a size",
        [FIELD_CHOICE] = "a word",
        [FIELD_DOC] = "a value",
        [FIELD_STRUCT] = "a map",
        [FIELD_STRUCTS] = "a list of maps",
        [FIELD_NAMES] = "a list of names",
};

const char *doc_value_wanted(enum field_kind kind)
{
	return WANTED[kind];
}

static struct diag *bad(struct doc_reader *reader, const struct doc *doc, const char *why)
{
	return diag_add(reader->diags, DIAG_ERROR, DIAG_BAD_VALUE, doc->range, "\"%.*s\" %s", STR_ARG(doc->text), why);
}

static struct diag *wrong_kind(struct doc_reader *reader, const struct doc *doc, const struct field *field)
{
	return diag_add(reader->diags, DIAG_ERROR, DIAG_WRONG_KIND, doc->range, "%s is needed here, this is %s",
	                WANTED[field->kind], doc_value_called(doc));
}

static bool read_text(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out)
{
	(void)reader;
	(void)field;
	*(struct str *)out = doc->text;
	return true;
}

static bool name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("_-+./", c) != NULL);
}

static bool read_name(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out)
{
	struct str name = doc->text;
	size_t good = 0;
	while (good < name.len && name_byte(name.ptr[good]))
		good++;
	if (name.len && good == name.len && name.len <= 128)
		return read_text(reader, doc, field, out);
	if (name.len > 128 || !name.len) {
		diag_add(reader->diags, DIAG_ERROR, DIAG_BAD_VALUE, doc->range,
		         name.len ? "a name has at most 128 characters, this has %zu" : "a name cannot be empty",
		         name.len);
		return false;
	}
	struct diag *diag = bad(reader, doc, "is not a name");
	diag_hint(reader->diags, diag,
	          name.ptr[good] == ' ' ? "write - or _ instead of the space"
	                                : "a name has letters, digits and _ - + . / only");
	return false;
}

static bool read_bool(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out)
{
	static const struct {
		struct str word;
		const char *meant;
	} old[] = {{{"yes", 3}, "true"}, {{"on", 2}, "true"},   {{"true", 4}, "true"},
	           {{"no", 2}, "false"}, {{"off", 3}, "false"}, {{"false", 5}, "false"}};
	struct scalar scalar = scalar_resolve(doc);
	if (scalar.type == SCALAR_BOOL) {
		*(bool *)out = scalar.boolean;
		return true;
	}
	struct diag *diag = wrong_kind(reader, doc, field);
	for (size_t i = 0; i < sizeof old / sizeof old[0]; i++)
		if (str_eq(doc->text, old[i].word))
			diag_hint(reader->diags, diag, "write %s%s", old[i].meant, doc->plain ? "" : " without quotes");
	return false;
}

static bool quoted_number(const struct doc *doc)
{
	struct doc plain = *doc;
	plain.plain = true;
	enum scalar_type type = scalar_resolve(&plain).type;
	return !doc->plain && (type == SCALAR_INT || type == SCALAR_DOUBLE);
}

static bool not_number(struct doc_reader *reader, const struct doc *doc, const struct field *field)
{
	struct diag *diag = wrong_kind(reader, doc, field);
	if (quoted_number(doc))
		diag_hint(reader->diags, diag, "write %.*s without quotes", STR_ARG(doc->text));
	return false;
}

static bool bounded(const struct field *field)
{
	return field->min || field->max;
}

/* Says the bounds as the user would write them; the upper is left out where there is none. */
static bool out_of_bounds(struct doc_reader *reader, const struct doc *doc, const struct field *field, bool below)
{
	struct buf low = {0}, high = {0};
	if (field->kind == FIELD_DURATION) {
		duration_print(&low, (struct duration){field->min});
		duration_print(&high, (struct duration){field->max});
	} else {
		buf_printf(&low, "%lld", (long long)field->min);
		buf_printf(&high, "%lld", (long long)field->max);
	}
	bool time = field->kind == FIELD_DURATION;
	const char *too = below ? time ? "short" : "small" : time ? "long" : "large";
	if (field->max == INT64_MAX)
		diag_add(reader->diags, DIAG_ERROR, DIAG_BAD_VALUE, doc->range, "%.*s is too small: at least %.*s",
		         STR_ARG(doc->text), STR_ARG(buf_view(&low)));
	else
		diag_add(reader->diags, DIAG_ERROR, DIAG_BAD_VALUE, doc->range,
		         "%.*s is too %s: %.*s to %.*s is possible", STR_ARG(doc->text), too, STR_ARG(buf_view(&low)),
		         STR_ARG(buf_view(&high)));
	buf_release(&low);
	buf_release(&high);
	return false;
}

static bool store_int(struct doc_reader *reader, const struct doc *doc, const struct field *field, int64_t number,
                      int64_t *out)
{
	if (bounded(field) && (number < field->min || number > field->max))
		return out_of_bounds(reader, doc, field, number < field->min);
	*out = number;
	return true;
}

static bool read_int(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out)
{
	struct scalar scalar = scalar_resolve(doc);
	if (scalar.type == SCALAR_DOUBLE && isfinite(scalar.number) && fabs(scalar.number) >= 9.2e18) {
		bad(reader, doc, "is too large for a whole number");
		return false;
	}
	/* 1e3 and 50.0 are whole numbers too */
	if (scalar.type == SCALAR_DOUBLE && isfinite(scalar.number) && scalar.number == floor(scalar.number))
		scalar = (struct scalar){.type = SCALAR_INT, .integer = (int64_t)scalar.number};
	if (scalar.type == SCALAR_DOUBLE) {
		bad(reader, doc, "is not a whole number");
		return false;
	}
	if (scalar.type != SCALAR_INT)
		return not_number(reader, doc, field);
	return store_int(reader, doc, field, scalar.integer, out);
}

static bool read_double(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out)
{
	struct scalar scalar = scalar_resolve(doc);
	double number = scalar.type == SCALAR_INT ? (double)scalar.integer : scalar.number;
	if (scalar.type != SCALAR_INT && scalar.type != SCALAR_DOUBLE)
		return not_number(reader, doc, field);
	if (!isfinite(number)) {
		bad(reader, doc, "is not a finite number");
		return false;
	}
	if (bounded(field) && (number < (double)field->min || number > (double)field->max))
		return out_of_bounds(reader, doc, field, number < (double)field->min);
	*(double *)out = number;
	return true;
}

static bool read_duration(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out)
{
	struct duration duration;
	if (!duration_parse(doc->text, &duration)) {
		struct diag *diag = bad(reader, doc, "is not a duration");
		diag->hint = doc_time_duration_hint(reader->diags->arena, doc->text);
		return false;
	}
	int64_t ms;
	if (!store_int(reader, doc, field, duration.ms, &ms))
		return false;
	*(struct duration *)out = duration;
	return true;
}

static bool read_daytime(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out)
{
	(void)field;
	if (daytime_parse(doc->text, out))
		return true;
	struct diag *diag = bad(reader, doc, "is not a time of day");
	diag->hint = doc_time_daytime_hint(reader->diags->arena, doc->text);
	return false;
}

static bool read_date(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out)
{
	(void)field;
	if (date_parse(doc->text, out))
		return true;
	struct diag *diag = bad(reader, doc, "is not a date");
	diag->hint = doc_time_date_hint(reader->diags->arena, doc->text);
	return false;
}

static bool read_instant(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out)
{
	(void)field;
	if (instant_parse(doc->text, out))
		return true;
	struct diag *diag = bad(reader, doc, "is not a moment");
	diag->hint = doc_time_instant_hint(reader->diags->arena, doc->text);
	return false;
}

/* The shift that a unit means, or -1. */
static int size_shift(struct str unit)
{
	static const struct {
		struct str name;
		int shift;
	} units[] = {{{"", 0}, 0},     {{"B", 1}, 0},   {{"KB", 2}, 10},  {{"KiB", 3}, 10}, {{"MB", 2}, 20},
	             {{"MiB", 3}, 20}, {{"GB", 2}, 30}, {{"GiB", 3}, 30}, {{"TB", 2}, 40},  {{"TiB", 3}, 40}};
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (str_eq(unit, units[i].name))
			return units[i].shift;
	return -1;
}

static bool read_size(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out)
{
	struct str text = doc->text;
	int64_t number = 0;
	size_t at = 0;
	bool overflow = false;
	for (; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9'; at++)
		overflow |= __builtin_mul_overflow(number, 10, &number) ||
		            __builtin_add_overflow(number, text.ptr[at] - '0', &number);
	size_t unit = at;
	while (unit < text.len && text.ptr[unit] == ' ')
		unit++;
	int shift = size_shift(str_sub(text, unit, text.len));
	if (at == 0 || shift < 0) {
		diag_hint(reader->diags, bad(reader, doc, "is not a size"), "write 512KB, 4MB or 1GB");
		return false;
	}
	if (overflow || __builtin_mul_overflow(number, INT64_C(1) << shift, &number)) {
		bad(reader, doc, "is too large");
		return false;
	}
	return store_int(reader, doc, field, number, out);
}

static bool read_choice(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out)
{
	struct str names[64];
	size_t count = 0;
	for (; field->choices[count] && count < 64; count++) {
		names[count] = str_from(field->choices[count]);
		if (str_eq(doc->text, names[count])) {
			*(int *)out = (int)count;
			return true;
		}
	}
	struct diag *diag = diag_add(reader->diags, DIAG_ERROR, DIAG_BAD_CHOICE, doc->range,
	                             "\"%.*s\" is none of the words possible here", STR_ARG(doc->text));
	diag_suggest(reader->diags, diag, doc->text, names, count, "words");
	return false;
}

static bool (*const READERS[])(struct doc_reader *, const struct doc *, const struct field *, void *) = {
        [FIELD_STR] = read_text,        [FIELD_NAME] = read_name,     [FIELD_BOOL] = read_bool,
        [FIELD_INT] = read_int,         [FIELD_DOUBLE] = read_double, [FIELD_DURATION] = read_duration,
        [FIELD_DAYTIME] = read_daytime, [FIELD_DATE] = read_date,     [FIELD_INSTANT] = read_instant,
        [FIELD_SIZE] = read_size,       [FIELD_CHOICE] = read_choice,
};

bool doc_value_read(struct doc_reader *reader, const struct doc *doc, const struct field *field, void *out)
{
	return READERS[field->kind](reader, doc, field, out);
}
