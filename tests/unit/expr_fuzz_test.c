/* SPDX-License-Identifier: Apache-2.0 */
/* Mutated expressions: whatever is written, compiling tells or evaluating ends, inside the text and the budget. */
#include "expr_fixture.h"

#include "core/expr/expr_compile.h"
#include "support/dice.h"

enum { RUNS = 30000, TEXT_MAX = 600 };

static const char *const SEEDS[] = {
        "event.line == \"motor\" && has(event.coupon)",
        "default(event.coupon, 'x') in event.tags || event.count % 3 == 1",
        "event.expires_on - days(3) > today() ? weekday(now) : string(event.total)",
        "event.tags.map(t, t + key).filter(x, x.contains(\"v\")).join(\",\")",
        "event.extra.sku.substring(1, 2).replace('a', '\\u00e9', 3).split('')",
        "{'a': [1, 2.5, null], 1: -9223372036854775808}[\"a\"][1] * 0x10",
        "hour(now, \"+02:00\") >= 9 && timestamp(event.expires_on).getDayOfWeek('UTC') != 0",
        "\"%s %d %.2f %x\".format([event.line, event.count, event.total, 255])",
        "[1, 2, 3].exists_one(a, [a].all(b, b / 0 > 1) || !true)",
        "duration('1h30m') + (now - timestamp(\"2026-01-01T00:00:00.5Z\")) < weeks(2)",
        "math.greatest(1, -2.5, [3][0]) // why",
        "r'''raw''' + \"\"\"long\"\"\"",
};

/* Puts a piece of a seed, drops a byte, writes a sign or turns a bit. */
static size_t mutate(uint64_t *state, char *text, size_t len)
{
	static const char signs[] = "()[]{}.,?:+-*/%!<>=&|'\"\\ 019aeu`";
	size_t at = len ? dice_roll(state, len) : 0;
	struct str seed = str_from(SEEDS[dice_roll(state, sizeof SEEDS / sizeof *SEEDS)]);
	size_t from = dice_roll(state, seed.len), piece = 1 + dice_roll(state, 30);
	switch (len ? dice_roll(state, 4) : 3) {
	case 0:
		text[at] = signs[dice_roll(state, sizeof signs - 1)];
		return len;
	case 1:
		memmove(text + at, text + at + 1, len - at - 1);
		return len - 1;
	case 2:
		text[at] = (char)(text[at] ^ (1 << dice_roll(state, 8)));
		return len;
	default:
		piece = piece > seed.len - from ? seed.len - from : piece;
		if (len + piece > TEXT_MAX)
			return len;
		memmove(text + at + piece, text + at, len - at);
		memcpy(text + at, seed.ptr + from, piece);
		return len + piece;
	}
}

static void check_findings(const struct diag_list *diags, struct str text)
{
	for (size_t i = 0; i < diags->count; i++) {
		assert_true(diags->items[i].range.from <= diags->items[i].range.to);
		assert_true(diags->items[i].range.to <= text.len);
	}
}

static void run_text(struct fixture *fx, struct str text, bool unchecked)
{
	struct expr_env env = {FIXTURE_NAMES, sizeof FIXTURE_NAMES / sizeof *FIXTURE_NAMES, STR("event"), NULL, NULL};
	struct doc doc = {.kind = DOC_SCALAR, .text = text};
	fx->file = (struct diag_file){STR("fuzz"), text};
	doc.range = (struct diag_range){&fx->file, 0, (uint32_t)text.len};
	arena_clear(&fx->arena);
	diag_release(&fx->diags);
	diag_init(&fx->diags, &fx->arena);
	const struct expr *expr = unchecked ? expr_compile_unchecked(&doc, &env, &fx->arena, &fx->diags)
	                                    : expr_compile(&doc, &env, NULL, &fx->arena, &fx->diags);
	check_findings(&fx->diags, text);
	assert_true(expr || fx->diags.errors);
	if (!expr)
		return;
	struct value v = expr_eval(expr, &fx->frame);
	if (v.kind == VALUE_ERROR)
		assert_in_range(v.i, 0, text.len);
	buf_clear(&fx->text);
	value_print_json(v, &fx->text);
}

static void no_text_breaks_the_compiler_or_the_evaluator(void **unused)
{
	struct fixture fx;
	uint64_t state = 1;
	size_t compiled = 0;
	(void)unused;
	fixture_init(&fx);
	for (size_t run = 0; run < RUNS; run++) {
		struct str seed = str_from(SEEDS[dice_roll(&state, sizeof SEEDS / sizeof *SEEDS)]);
		char text[TEXT_MAX + 64];
		size_t len = seed.len;
		memcpy(text, seed.ptr, len);
		for (uint32_t edits = dice_roll(&state, 5); edits > 0; edits--)
			len = mutate(&state, text, len);
		char *exact = mem_alloc(len); /* so that a byte read behind the text is seen */
		memcpy(exact, text, len);
		run_text(&fx, (struct str){exact, len}, run % 2);
		compiled += fx.diags.errors == 0;
		free(exact);
	}
	assert_true(compiled > RUNS / 5); /* else it tests the error paths alone */
	fixture_release(&fx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(no_text_breaks_the_compiler_or_the_evaluator),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
