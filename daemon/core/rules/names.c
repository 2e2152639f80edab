/* SPDX-License-Identifier: Apache-2.0 */
/* Duplicates and collisions in one pass: equal names have equal tags, so sorting by tag brings both together. */
#include "core/rules/names.h"

#include "core/base/hash.h"

struct tagged {
	uint32_t tag;
	const struct named *named;
};

static int tagged_cmp(const void *a, const void *b)
{
	const struct tagged *x = a, *y = b;
	if (x->tag != y->tag)
		return x->tag < y->tag ? -1 : 1;
	return (x->named > y->named) - (x->named < y->named); /* the one given first comes first */
}

static void report(struct diag_list *diags, const struct named *first, const struct named *second, const char *what)
{
	bool same = str_eq(first->name, second->name);
	struct diag *diag;
	if (same)
		diag = diag_add(diags, DIAG_ERROR, DIAG_DUPLICATE_NAME, second->range,
		                "there is already %s %s \"%.*s\"", strchr("aeiou", what[0]) ? "an" : "a", what,
		                STR_ARG(second->name));
	else
		diag = diag_add(diags, DIAG_ERROR, DIAG_TAG_COLLISION, second->range,
		                "the %s \"%.*s\" cannot be told from \"%.*s\" in stored records", what,
		                STR_ARG(second->name), STR_ARG(first->name));
	diag->related = first->range;
	diag->related_message = STR("the first one is here");
	if (!same)
		diag_hint(diags, diag, "rename one of the two");
}

void names_check(struct doc_reader *reader, const struct name_list *names)
{
	size_t count = names->count;
	struct tagged *sorted = arena_alloc(reader->arena, (count + 1) * sizeof(*sorted));
	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct tagged){hash_tag(names->items[i].name), &names->items[i]};
	if (count)
		qsort(sorted, count, sizeof(*sorted), tagged_cmp);
	for (size_t i = 1, first = 0; i < count; i++) {
		if (sorted[i].tag != sorted[first].tag)
			first = i;
		else if (names->stored || str_eq(sorted[first].named->name, sorted[i].named->name))
			report(reader->diags, sorted[first].named, sorted[i].named, names->what);
	}
}
