/* SPDX-License-Identifier: Apache-2.0 */
/* Functions on lists and maps, and those that texts share with them. */
#include "core/expr/expr_func.h"
#include "core/expr/points.h"

static struct value string_size(struct run *run, const struct value *args, uint32_t count)
{
	(void)count;
	if (!run_spend(run, (size_t)args[0].size / BYTES_WALKED))
		return run_fault(FAULT_BUDGET);
	return value_int((int64_t)points_count(value_text(args[0])));
}

static struct value reverse_string(struct run *run, const struct value *args, uint32_t count)
{
	struct str text = value_text(args[0]);
	char *copy = run_alloc(run, text.len);
	(void)count;
	if (!copy)
		return run_fault(FAULT_BUDGET);
	for (size_t at = 0; at < text.len;) {
		size_t next = points_next(text, at);
		memcpy(copy + text.len - next, text.ptr + at, next - at);
		at = next;
	}
	return value_str((struct str){copy, text.len});
}

static struct value count_of(struct run *run, const struct value *args, uint32_t count)
{
	(void)run, (void)count;
	return value_int(args[0].size);
}

static struct value join(struct run *run, const struct value *args, uint32_t count)
{
	struct str by = count == 2 ? value_text(args[1]) : STR("");
	size_t len = 0, at = 0;
	for (int32_t i = 0; i < args[0].size; i++) {
		if (args[0].items[i].kind != VALUE_STRING)
			return run_fault(FAULT_TYPE);
		len += (i ? by.len : 0) + (size_t)args[0].items[i].size;
	}
	char *copy = run_alloc(run, len);
	if (!copy || !run_spend(run, (size_t)args[0].size))
		return run_fault(FAULT_BUDGET);
	for (int32_t i = 0; i < args[0].size; i++) {
		struct str parts[] = {i ? by : STR(""), value_text(args[0].items[i])};
		for (size_t j = 0; j < 2; j++) {
			if (parts[j].len)
				memcpy(copy + at, parts[j].ptr, parts[j].len);
			at += parts[j].len;
		}
	}
	return value_str((struct str){copy, len});
}

static struct value reverse_list(struct run *run, const struct value *args, uint32_t count)
{
	size_t size = (size_t)args[0].size;
	struct value *items = run_alloc(run, size * sizeof *items);
	(void)count;
	if (!items)
		return run_fault(FAULT_BUDGET);
	for (size_t i = 0; i < size; i++)
		items[i] = args[0].items[size - 1 - i];
	return (struct value){.kind = VALUE_LIST, .size = args[0].size, .items = items};
}

const struct function LIST_FUNCTIONS[] = {
        {"size", "s", 'i', false, string_size, "Characters in a text."},
        {"size", "s.", 'i', false, string_size, "Characters in a text."},
        {"size", "l", 'i', false, count_of, "Items of a list."},
        {"size", "l.", 'i', false, count_of, "Items of a list."},
        {"size", "m", 'i', false, count_of, "Entries of a map."},
        {"size", "m.", 'i', false, count_of, "Entries of a map."},
        {"join", "l.s?", 's', false, join, "A list of texts as one, with a text between them."},
        {"reverse", "s.", 's', false, reverse_string, "A text back to front."},
        {"reverse", "l.", '1', false, reverse_list, "A list back to front."},
        {0},
};

/* Forms: not functions, since they do not evaluate their parts first; the rows are for names and docs. */
const struct function FORM_FUNCTIONS[] = {
        {"has", "f", 'b', false, NULL, "Whether a field is there; a null is there."},
        {"default", "xx", '*', false, NULL, "The first, or the second where the first is absent or null."},
        {"dyn", "x", '*', false, NULL, "The same value, its type left to evaluation."},
        {"all", "L.vc", 'b', false, NULL, "Whether the condition holds for each item (or key)."},
        {"exists", "L.vc", 'b', false, NULL, "Whether it holds for at least one."},
        {"exists_one", "L.vc", 'b', false, NULL, "Whether it holds for exactly one; also existsOne."},
        {"existsOne", "L.vc", 'b', false, NULL, "The same as exists_one."},
        {"filter", "L.vc", 'l', false, NULL, "The items for which it holds."},
        {"map", "L.vx", 'l', false, NULL, "What the expression makes of each item."},
        {"map", "L.vcx", 'l', false, NULL, "The same, of the items for which the condition holds."},
        {0},
};
