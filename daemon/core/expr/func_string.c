/* SPDX-License-Identifier: Apache-2.0 */
/* Functions on text. Places and lengths are counted in code points. */
#include "core/expr/expr_func.h"
#include "core/expr/points.h"

/* Where a text is found at or behind `from`; SIZE_MAX when nowhere. */
static size_t find(struct str text, struct str what, size_t from)
{
	if (from + what.len > text.len)
		return SIZE_MAX;
	if (what.len == 0)
		return from;
	const char *found = memmem(text.ptr + from, text.len - from, what.ptr, what.len);
	return found ? (size_t)(found - text.ptr) : SIZE_MAX;
}

/* The last place at or before `from`. */
static size_t find_last(struct str text, struct str what, size_t from)
{
	if (what.len > text.len)
		return SIZE_MAX;
	if (from > text.len - what.len)
		from = text.len - what.len;
	for (size_t at = from + 1; at > 0; at--)
		if (what.len == 0 || memcmp(text.ptr + at - 1, what.ptr, what.len) == 0)
			return at - 1;
	return SIZE_MAX;
}

/* Down to the code point of that index, which has four bytes at most. */
static bool spend_walk(struct run *run, struct str text, int64_t index)
{
	size_t least = index < 0 ? 0 : text.len;
	if (index >= 0 && (uint64_t)index < text.len / 4)
		least = 4 * (size_t)index;
	return run_spend(run, least / BYTES_WALKED);
}

/* One that goes forward is linear in both, and so is counting up to what it found. */
static bool spend_search(struct run *run, struct str text, struct str what)
{
	return run_spend(run, (text.len + what.len) / BYTES_WALKED);
}

/* One from the end may compare the whole of `what` at each byte. */
static bool spend_last(struct run *run, struct str text, struct str what)
{
	return run_spend(run, text.len / 8 * (1 + what.len / 64));
}

static bool spend_compare(struct run *run, struct str a, struct str b)
{
	return run_spend(run, (a.len < b.len ? a.len : b.len) / BYTES_COMPARED);
}

static struct value contains(struct run *run, const struct value *args, uint32_t count)
{
	(void)count;
	struct str text = value_text(args[0]), what = value_text(args[1]);
	if (!spend_search(run, text, what))
		return run_fault(FAULT_BUDGET);
	return value_bool(find(text, what, 0) != SIZE_MAX);
}

static struct value starts_with(struct run *run, const struct value *args, uint32_t count)
{
	(void)count;
	struct str text = value_text(args[0]), head = value_text(args[1]);
	return spend_compare(run, text, head) ? value_bool(str_starts(text, head)) : run_fault(FAULT_BUDGET);
}

static struct value ends_with(struct run *run, const struct value *args, uint32_t count)
{
	(void)count;
	struct str text = value_text(args[0]), end = value_text(args[1]);
	if (!spend_compare(run, text, end))
		return run_fault(FAULT_BUDGET);
	return value_bool(text.len >= end.len && str_eq(str_sub(text, text.len - end.len, text.len), end));
}

static struct value char_at(struct run *run, const struct value *args, uint32_t count)
{
	(void)count;
	struct str text = value_text(args[0]);
	size_t at;
	if (!spend_walk(run, text, args[1].i))
		return run_fault(FAULT_BUDGET);
	if (!points_offset(text, args[1].i, &at))
		return run_fault(FAULT_RANGE);
	return value_str(at == text.len ? STR("") : str_sub(text, at, points_next(text, at)));
}

static struct value place(struct str text, size_t at)
{
	return value_int(at == SIZE_MAX ? -1 : (int64_t)points_count(str_sub(text, 0, at)));
}

static struct value index_of(struct run *run, const struct value *args, uint32_t count)
{
	struct str text = value_text(args[0]), what = value_text(args[1]);
	size_t from = 0;
	if (!spend_search(run, text, what) || (count == 3 && !spend_walk(run, text, args[2].i)))
		return run_fault(FAULT_BUDGET);
	if (count == 3 && !points_offset(text, args[2].i, &from))
		return run_fault(FAULT_RANGE);
	return place(text, find(text, what, from));
}

static struct value last_index_of(struct run *run, const struct value *args, uint32_t count)
{
	struct str text = value_text(args[0]), what = value_text(args[1]);
	size_t from = text.len;
	if (!spend_last(run, text, what))
		return run_fault(FAULT_BUDGET);
	if (count == 3 && !points_offset(text, args[2].i, &from))
		return run_fault(FAULT_RANGE);
	return place(text, find_last(text, what, from));
}

/* A copy with the letters between low and high turned into the other case. */
static struct value change_case(struct run *run, struct str text, char low, char high)
{
	char *copy = run_alloc(run, text.len);
	if (!copy)
		return run_fault(FAULT_BUDGET);
	for (size_t i = 0; i < text.len; i++)
		copy[i] = text.ptr[i] >= low && text.ptr[i] <= high ? (char)(text.ptr[i] ^ 0x20) : text.ptr[i];
	return value_str((struct str){copy, text.len});
}

static struct value lower_ascii(struct run *run, const struct value *args, uint32_t count)
{
	(void)count;
	return change_case(run, value_text(args[0]), 'A', 'Z');
}

static struct value upper_ascii(struct run *run, const struct value *args, uint32_t count)
{
	(void)count;
	return change_case(run, value_text(args[0]), 'a', 'z');
}

/* The next place where `old` is to be replaced; an empty one stands between all characters. */
static size_t next_match(struct str text, struct str old, size_t from)
{
	if (old.len || from == 0)
		return find(text, old, from);
	return from > text.len ? SIZE_MAX : from;
}

/* Writes to out unless NULL; the length either way. limit: so many at most; below 0: all. */
static size_t replace_into(struct str text, const struct value *args, int64_t limit, char *out)
{
	struct str old = value_text(args[1]), new = value_text(args[2]);
	size_t len = 0, from = 0, at = next_match(text, old, 0);
	while (at != SIZE_MAX && limit != 0) {
		limit -= limit > 0;
		if (out && at > from)
			memcpy(out + len, text.ptr + from, at - from);
		len += at - from;
		if (out && new.len)
			memcpy(out + len, new.ptr, new.len);
		len += new.len;
		from = at + old.len;
		if (old.len == 0 && at == text.len)
			return len;
		at = next_match(text, old, old.len ? from : points_next(text, from));
	}
	if (out && text.len > from)
		memcpy(out + len, text.ptr + from, text.len - from);
	return len + text.len - from;
}

static struct value replace(struct run *run, const struct value *args, uint32_t count)
{
	struct str text = value_text(args[0]);
	int64_t limit = count == 4 ? args[3].i : -1;
	if (!run_spend(run, 1 + text.len / BYTES_CHANGED))
		return run_fault(FAULT_BUDGET);
	size_t len = replace_into(text, args, limit, NULL);
	char *copy = run_alloc(run, len);
	if (!copy)
		return run_fault(FAULT_BUDGET);
	replace_into(text, args, limit, copy);
	return value_str((struct str){copy, len});
}

/* Parts into items unless NULL; their number either way. The last part takes the rest. */
static size_t split_into(struct str text, struct str by, int64_t limit, struct value *items)
{
	size_t count = 0, from = 0;
	while (limit < 0 || (int64_t)count + 1 < limit) {
		size_t at = by.len ? find(text, by, from) : points_next(text, from);
		if (at == SIZE_MAX || (by.len == 0 && at >= text.len))
			break;
		if (items)
			items[count] = value_str(str_sub(text, from, at));
		count++;
		from = at + by.len;
	}
	if (items)
		items[count] = value_str(str_sub(text, from, text.len));
	return count + 1;
}

static struct value split(struct run *run, const struct value *args, uint32_t count)
{
	struct str text = value_text(args[0]), by = value_text(args[1]);
	int64_t limit = count == 3 ? args[2].i : -1;
	if (limit == 0 || (text.len == 0 && by.len == 0))
		return (struct value){.kind = VALUE_LIST};
	if (!run_spend(run, 1 + text.len / BYTES_CHANGED))
		return run_fault(FAULT_BUDGET);
	size_t parts = split_into(text, by, limit, NULL);
	struct value *items = run_alloc(run, parts * sizeof *items);
	if (!items)
		return run_fault(FAULT_BUDGET);
	split_into(text, by, limit, items);
	return (struct value){.kind = VALUE_LIST, .size = (int32_t)parts, .items = items};
}

static struct value substring(struct run *run, const struct value *args, uint32_t count)
{
	struct str text = value_text(args[0]);
	size_t from, to = text.len;
	if (!spend_walk(run, text, args[1].i) || (count == 3 && !spend_walk(run, text, args[2].i)))
		return run_fault(FAULT_BUDGET);
	if (!points_offset(text, args[1].i, &from) || (count == 3 && !points_offset(text, args[2].i, &to)) || to < from)
		return run_fault(FAULT_RANGE);
	return value_str(str_sub(text, from, to));
}

/* Unicode's White_Space. */
static size_t space_at(struct str text, size_t at)
{
	static const char *const SPACES[] = {
	        "\t",           "\n",           "\v",           "\f",           "\r",           " ",
	        "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82",
	        "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88",
	        "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f",
	        "\xe3\x80\x80",
	};
	for (size_t i = 0; i < sizeof SPACES / sizeof *SPACES; i++)
		if (str_starts(str_sub(text, at, text.len), str_from(SPACES[i])))
			return strlen(SPACES[i]);
	return 0;
}

static struct value trim(struct run *run, const struct value *args, uint32_t count)
{
	struct str text = value_text(args[0]);
	size_t from = 0, to = text.len;
	(void)count;
	if (!run_spend(run, text.len / 8))
		return run_fault(FAULT_BUDGET);
	while (from < to && space_at(text, from))
		from += space_at(text, from);
	while (to > from) {
		size_t last = to - 1;
		while (last > from && points_continues(text.ptr[last]))
			last--;
		if (!space_at(text, last))
			break;
		to = last;
	}
	return value_str(str_sub(text, from, to));
}

static struct value quote(struct run *run, const struct value *args, uint32_t count)
{
	static const char meant[] = "\a\b\f\n\r\t\v\\\"", names[] = "abfnrtv\\\"";
	struct str text = value_text(args[0]);
	char *copy = run_alloc(run, 2 * text.len + 2);
	size_t len = 0;
	(void)count;
	if (!copy)
		return run_fault(FAULT_BUDGET);
	copy[len++] = '"';
	for (size_t i = 0; i < text.len; i++) {
		const char *found = text.ptr[i] ? strchr(meant, text.ptr[i]) : NULL;
		if (found)
			copy[len++] = '\\';
		copy[len++] = found ? names[found - meant] : text.ptr[i];
	}
	copy[len++] = '"';
	return value_str((struct str){copy, len});
}

const struct function STRING_FUNCTIONS[] = {
        {"contains", "s.s", 'b', false, contains, "Whether a text stands in another."},
        {"startsWith", "s.s", 'b', false, starts_with, "Whether a text begins with another."},
        {"endsWith", "s.s", 'b', false, ends_with, "Whether a text ends with another."},
        {"charAt", "s.i", 's', false, char_at, "The character at a place, from 0; empty behind the last."},
        {"indexOf", "s.si?", 'i', false, index_of, "The first place of a text, from a place on; -1 when nowhere."},
        {"lastIndexOf", "s.si?", 'i', false, last_index_of, "The last place of a text; -1 when nowhere."},
        {"lowerAscii", "s.", 's', false, lower_ascii, "With A-Z made small; other letters stay."},
        {"upperAscii", "s.", 's', false, upper_ascii, "With a-z made large; other letters stay."},
        {"replace", "s.ssi?", 's', false, replace, "With each (or the first n) of a text replaced by another."},
        {"split", "s.si?", 'l', false, split, "The parts between separators, at most n of them."},
        {"substring", "s.ii?", 's', false, substring, "From a place to the end, or to before another place."},
        {"trim", "s.", 's', false, trim, "Without white space at both ends."},
        {"strings.quote", "s", 's', false, quote, "In double quotes, with escapes."},
        {0},
};
