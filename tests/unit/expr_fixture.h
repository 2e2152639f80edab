/* SPDX-License-Identifier: Apache-2.0 */
/* An event with declared fields, and expressions over it, for the tests of the expression language. */
#ifndef JD_EXPR_FIXTURE_H
#define JD_EXPR_FIXTURE_H

#include "core/expr/expr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct type FIXTURE_STRING = {.kind = TYPE_STRING};

static const struct expr_name FIXTURE_NAMES[] = {
        {STR("event.line"), {.kind = TYPE_STRING}, BANK_EVENT, 0, .certain = false},
        {STR("event.total"), {.kind = TYPE_DOUBLE}, BANK_EVENT, 1, .certain = false},
        {STR("event.count"), {.kind = TYPE_INT}, BANK_EVENT, 2, .certain = false},
        {STR("event.expires_on"), {.kind = TYPE_DATE}, BANK_EVENT, 3, .certain = false},
        {STR("event.tags"), {.kind = TYPE_LIST, .elem = &FIXTURE_STRING}, BANK_EVENT, 4, .certain = false},
        {STR("event.extra"), {.kind = TYPE_DYN}, BANK_EVENT, 5, .certain = false},
        {STR("event.coupon"), {.kind = TYPE_STRING}, BANK_EVENT, 6, .certain = false}, /* absent */
        {STR("event.address.city"), {.kind = TYPE_STRING}, BANK_EVENT, 7, .certain = false},
        {STR("event.note"), {.kind = TYPE_STRING}, BANK_EVENT, 8, .certain = false}, /* null */
        {STR("profile.income"), {.kind = TYPE_DOUBLE}, BANK_PROFILE, 0, .certain = false},
        {STR("profile.bonus"), {.kind = TYPE_DOUBLE}, BANK_PROFILE, 1, .certain = false}, /* absent */
        {STR("trait.clicks"), {.kind = TYPE_INT}, BANK_TRAIT, 0, .certain = true},
        {STR("now"), {.kind = TYPE_TIMESTAMP}, BANK_LOCAL, 0, .certain = true},
        {STR("key"), {.kind = TYPE_STRING}, BANK_LOCAL, 1, .certain = true},
};

struct fixture {
	struct arena arena;
	struct diag_list diags;
	struct diag_file file;
	struct value event[9], profile[2], trait[1], local[2];
	struct expr_frame frame;
	struct buf text;
};

static inline void fixture_init(struct fixture *fx)
{
	static const struct value tags[] = {{.kind = VALUE_STRING, .size = 3, .text = "vip"},
	                                    {.kind = VALUE_STRING, .size = 3, .text = "new"}};
	static const struct value_entry extra[] = {
	        {{.kind = VALUE_STRING, .size = 3, .text = "sku"}, {.kind = VALUE_STRING, .size = 2, .text = "a1"}}};
	struct date day;
	struct instant now;
	memset(fx, 0, sizeof *fx);
	arena_init(&fx->arena, 4096);
	diag_init(&fx->diags, &fx->arena);
	assert_true(date_parse(STR("2026-05-10"), &day));
	assert_true(instant_parse(STR("2026-03-11T22:30:00Z"), &now));
	fx->event[0] = value_str(STR("motor"));
	fx->event[1] = value_int(120); /* declared double, written without a point */
	fx->event[2] = value_int(7);
	fx->event[3] = value_date(day);
	fx->event[4] = (struct value){.kind = VALUE_LIST, .size = 2, .items = tags};
	fx->event[5] = (struct value){.kind = VALUE_MAP, .size = 1, .entries = extra};
	fx->event[7] = value_str(STR("Berlin"));
	fx->event[8] = value_null();
	fx->profile[0] = value_double(90000);
	fx->trait[0] = value_int(3);
	fx->local[0] = value_instant(now);
	fx->local[1] = value_str(STR("p1"));
	fx->frame = (struct expr_frame){
	        .banks = {fx->event, NULL, fx->profile, fx->trait, fx->local},
	        .zone = &ZONE_UTC,
	        .now = now,
	        .scratch = &fx->arena,
	};
}

static inline void fixture_release(struct fixture *fx)
{
	diag_release(&fx->diags);
	arena_release(&fx->arena);
	buf_release(&fx->text);
}

static inline const struct expr *fixture_compile(struct fixture *fx, const char *source, const struct type *want)
{
	struct str text = str_from(source);
	struct doc *doc = arena_zalloc(&fx->arena, sizeof *doc);
	struct expr_env env = {FIXTURE_NAMES, sizeof FIXTURE_NAMES / sizeof *FIXTURE_NAMES, STR("event \"purchase\""),
	                       NULL, NULL};
	fx->file = (struct diag_file){STR("t.yaml"), text};
	*doc = (struct doc){.kind = DOC_SCALAR, .range = {&fx->file, 0, (uint32_t)text.len}, .text = text};
	return expr_compile(doc, &env, want, &fx->arena, &fx->diags);
}

/* The value as JSON, "fault: ..." or "error: MESSAGE"; valid until the next call. */
static inline const char *fixture_eval(struct fixture *fx, const char *source)
{
	buf_clear(&fx->text);
	size_t before = fx->diags.count;
	const struct expr *expr = fixture_compile(fx, source, NULL);
	if (!expr) {
		buf_printf(&fx->text, "error: %.*s", STR_ARG(fx->diags.items[before].message));
	} else {
		struct value v = expr_eval(expr, &fx->frame);
		if (v.kind == VALUE_ERROR)
			buf_printf(&fx->text, "fault at %d: %s", (int)v.i, expr_fault_text((enum expr_fault)v.size));
		else
			value_print_json(v, &fx->text);
	}
	buf_char(&fx->text, '\0');
	return fx->text.ptr;
}

struct expected {
	const char *source, *result;
};

static inline void fixture_expect(const struct expected *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct fixture fx;
		fixture_init(&fx);
		const char *result = fixture_eval(&fx, rows[i].source);
		if (strcmp(result, rows[i].result) != 0)
			fail_msg("%s\n  wanted %s\n  got    %s", rows[i].source, rows[i].result, result);
		fixture_release(&fx);
	}
}

#define EXPECT(rows) fixture_expect(rows, sizeof(rows) / sizeof *(rows))

#endif
