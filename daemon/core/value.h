/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an expression can hold, and the types it is checked by. A value borrows its text, items and entries: they live
 * in the record, the arena or the compiled expression they came from.
 */
#ifndef JD_VALUE_H
#define JD_VALUE_H

#include "core/base/instant.h"

enum value_kind {
	VALUE_ABSENT, /* a declared field that the event or profile does not have; never a result */
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_INT,
	VALUE_DOUBLE,
	VALUE_STRING,
	VALUE_DATE,      /* a day: journeyd's addition to CEL; i is the day number */
	VALUE_TIMESTAMP, /* i seconds since 1970, size nanoseconds 0..999999999 */
	VALUE_DURATION,  /* i seconds, size nanoseconds of the same sign */
	VALUE_LIST,
	VALUE_MAP,
	VALUE_ERROR, /* evaluation failed; size is an enum expr_fault, i the byte in the source */
};

struct value {
	uint8_t kind;
	int32_t size; /* bytes of a string, items of a list, entries of a map, nanoseconds of a time */
	union {
		bool b;
		int64_t i;
		double d;
		const char *text;
		const struct value *items;
		const struct value_entry *entries;
	};
};

struct value_entry {
	struct value key, value;
};

static inline struct value value_absent(void)
{
	return (struct value){.kind = VALUE_ABSENT};
}
static inline struct value value_null(void)
{
	return (struct value){.kind = VALUE_NULL};
}
static inline struct value value_bool(bool b)
{
	return (struct value){.kind = VALUE_BOOL, .b = b};
}
static inline struct value value_int(int64_t i)
{
	return (struct value){.kind = VALUE_INT, .i = i};
}
static inline struct value value_double(double d)
{
	return (struct value){.kind = VALUE_DOUBLE, .d = d};
}
static inline struct value value_date(struct date date)
{
	return (struct value){.kind = VALUE_DATE, .i = date.days};
}
static inline struct value value_str(struct str s)
{
	return (struct value){.kind = VALUE_STRING, .size = (int32_t)s.len, .text = s.ptr};
}
static inline struct str value_text(struct value v)
{
	return (struct str){v.text, (size_t)v.size};
}
struct value value_instant(struct instant instant);
struct value value_duration(struct duration duration);
/* Cut to milliseconds. The value must be of that kind. */
struct instant value_to_instant(struct value v);
struct duration value_to_duration(struct value v);

/* CEL equality: numbers by value across kinds, lists and maps by content, NaN equals nothing, other kinds differ. */
bool value_eq(struct value a, struct value b);
/* Of the same kind too: nothing changes where one takes the other's place. */
bool value_same(struct value a, struct value b);
/* -1, 0, 1; 2 when the two have no order. */
int value_cmp(struct value a, struct value b);
/* A map's value under a key, NULL when it has none. */
const struct value *value_find(struct value map, struct value key);
/* As JSON: timestamps and dates as strings, durations as "3600s", NaN and infinities and absent as null. */
void value_print_json(struct value v, struct buf *out);
/* As text in a template name or a key: strings bare, numbers in shortest form, dates and instants in ISO form. */
void value_print(struct value v, struct buf *out);
/* A copy whose text, items and entries live in the arena. */
struct value value_copy(struct value v, struct arena *arena);
/* The stored form; reading borrows text from the bytes and takes lists from the arena. Bad bytes set in->bad. */
struct unpack;
void value_pack(struct value v, struct buf *out);
struct value value_unpack(struct unpack *in, struct arena *arena);

enum type_kind {
	TYPE_DYN, /* known only at run time */
	TYPE_NULL,
	TYPE_BOOL,
	TYPE_INT,
	TYPE_DOUBLE,
	TYPE_STRING,
	TYPE_DATE,
	TYPE_TIMESTAMP,
	TYPE_DURATION,
	TYPE_LIST,
	TYPE_MAP, /* keys are strings in declarations */
};

struct type {
	enum type_kind kind;
	const struct type *elem; /* of a list or map; NULL means dyn */
};

/* bool int double string date timestamp duration any list<T> map<T>, and number as another word for double.
 * The element types are taken from the arena. */
bool type_parse(struct str text, struct arena *arena, struct type *out);
void type_print(struct type type, struct buf *out);
/* The kind of a value of that type, dyn excepted. */
enum value_kind type_value(enum type_kind type);
/* Whether a decoded value fits, an int being welcome where a double is wanted. Null and absent always fit. */
bool type_fits(struct type type, struct value v);

#endif
