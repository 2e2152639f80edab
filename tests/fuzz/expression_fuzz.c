/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions out of bad texts: compiling tells what is wrong, inside the text; evaluating on random values ends within
 * the budget, gives the same twice, and a value of the type that the checker promised.
 */
#include "core/expr/expr_ast.h"
#include "core/expr/expr_compile.h"
#include "support/fuzz_set.h"
#include "support/fuzz_value.h"

enum { CHUNK = 16384, FRAMES = 4, BANK_MAX = 8 };

static const struct type TEXT = {.kind = TYPE_STRING}, NUMBER = {.kind = TYPE_INT};

static const struct expr_name NAMES[] = {
        {STR("event.line"), {.kind = TYPE_STRING}, BANK_EVENT, 0, .certain = false},
        {STR("event.total"), {.kind = TYPE_DOUBLE}, BANK_EVENT, 1, .certain = false},
        {STR("event.count"), {.kind = TYPE_INT}, BANK_EVENT, 2, .certain = false},
        {STR("event.expires_on"), {.kind = TYPE_DATE}, BANK_EVENT, 3, .certain = false},
        {STR("event.tags"), {.kind = TYPE_LIST, .elem = &TEXT}, BANK_EVENT, 4, .certain = false},
        {STR("event.extra"), {.kind = TYPE_DYN}, BANK_EVENT, 5, .certain = false},
        {STR("event.counts"), {.kind = TYPE_MAP, .elem = &NUMBER}, BANK_EVENT, 6, .certain = false},
        {STR("event.paid"), {.kind = TYPE_BOOL}, BANK_EVENT, 7, .certain = false},
        {STR("profile.income"), {.kind = TYPE_DOUBLE}, BANK_PROFILE, 0, .certain = false},
        {STR("profile.length"), {.kind = TYPE_DURATION}, BANK_PROFILE, 1, .certain = false},
        {STR("trait.clicks"), {.kind = TYPE_INT}, BANK_TRAIT, 0, .certain = false},
        {STR("trait.last_click"), {.kind = TYPE_TIMESTAMP}, BANK_TRAIT, 1, .certain = false},
        {STR("key"), {.kind = TYPE_STRING}, BANK_LOCAL, 0, .certain = false},
        {STR("now"), {.kind = TYPE_TIMESTAMP}, BANK_LOCAL, 1, .certain = false},
};
enum { NAME_COUNT = sizeof NAMES / sizeof *NAMES };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_language();
	return 0;
}

struct trial {
	struct arena arena, scratch, other;
	struct fuzz_dice dice;
	struct str text;
	struct value banks[BANK_COUNT][BANK_MAX];
	struct buf first, second;
};

static struct expr_frame frame_of(struct trial *trial, struct arena *scratch)
{
	const struct fuzz_language *language = fuzz_language();
	struct expr_frame frame = {.zone = &ZONE_UTC,
	                           .zones = &language->zones,
	                           .now = value_to_instant(trial->banks[BANK_LOCAL][1]),
	                           .scratch = scratch,
	                           .hours = &language->set->rules.hours};
	for (size_t bank = 0; bank < BANK_COUNT; bank++)
		frame.banks[bank] = trial->banks[bank];
	return frame;
}

static void fill(struct trial *trial)
{
	struct instant near = {INT64_C(1772323200000)}; /* 2026-03-01 */
	struct fuzz_values values = {&trial->dice, &trial->arena, trial->text, near};
	for (size_t i = 0; i < NAME_COUNT; i++)
		trial->banks[NAMES[i].bank][NAMES[i].slot] = fuzz_value(&values, NAMES[i].type);
	trial->banks[BANK_LOCAL][1] = value_instant(near);
}

static void evaluate(struct trial *trial, const struct expr *expr, bool checked)
{
	struct expr_frame frame = frame_of(trial, &trial->scratch), again = frame_of(trial, &trial->other);
	struct value v = expr_eval(expr, &frame), same = expr_eval(expr, &again);
	buf_clear(&trial->first);
	buf_clear(&trial->second);
	value_print_json(v, &trial->first);
	value_print_json(same, &trial->second);
	fuzz_insist(v.kind == same.kind && str_eq(buf_view(&trial->first), buf_view(&trial->second)),
	            "not the same twice");
	fuzz_insist(v.kind != VALUE_ABSENT, "a result is absent");
	if (v.kind == VALUE_ERROR)
		fuzz_insist(v.i >= 0 && (size_t)v.i <= trial->text.len && v.size > FAULT_NONE && v.size <= FAULT_ZONE,
		            "a fault without a place or a reason");
	else if (checked)
		fuzz_insist(type_fits(expr_type(expr), v), "a value of another type than promised");
	arena_clear(&trial->scratch);
	arena_clear(&trial->other);
}

static void compile(struct trial *trial, bool checked)
{
	struct expr_env env = {NAMES, NAME_COUNT, STR("event"), &fuzz_language()->zones, NULL};
	struct diag_file file = {STR("expression"), trial->text};
	struct doc doc = {.kind = DOC_SCALAR, .text = trial->text};
	struct diag_list diags;
	doc.range = (struct diag_range){&file, 0, (uint32_t)trial->text.len};
	diag_init(&diags, &trial->arena);
	const struct expr *expr = checked ? expr_compile(&doc, &env, NULL, &trial->arena, &diags)
	                                  : expr_compile_unchecked(&doc, &env, &trial->arena, &diags);
	fuzz_check_findings(&diags);
	fuzz_insist((expr == NULL) == (diags.errors > 0), "an expression with errors, or none without");
	for (int i = 0; expr && i < FRAMES; i++) {
		fill(trial);
		evaluate(trial, expr, checked);
	}
	diag_release(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct str text = {(const char *)bytes, size};
	struct trial trial = {.dice = fuzz_dice(text), .text = text};
	arena_init(&trial.arena, CHUNK);
	arena_init(&trial.scratch, CHUNK);
	arena_init(&trial.other, CHUNK);
	compile(&trial, true);
	compile(&trial, false);
	buf_release(&trial.second);
	buf_release(&trial.first);
	arena_release(&trial.other);
	arena_release(&trial.scratch);
	arena_release(&trial.arena);
	return 0;
}
