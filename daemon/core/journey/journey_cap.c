/* SPDX-License-Identifier: Apache-2.0 */
/* How often one customer may enter. */
#include "core/journey/journey_compile.h"

void journey_cap_compile(struct journey_build *build, const struct doc *entry, const struct entry_source *source)
{
	enum { LONGEST_DAYS = 3660 };
	struct duration within;
	const struct doc *doc = doc_get(doc_get(entry, STR("at_most")), STR("within"));
	if (!source->has_at_most || !doc || doc->kind != DOC_SCALAR || !duration_parse(doc->text, &within))
		return;
	struct diag_list *diags = build->compiler->reader.diags;
	if (build->once)
		diag_hint(diags,
		          diag_add(diags, DIAG_ERROR, DIAG_CONFLICT, doc_get(entry, STR("at_most"))->range,
		                   "`reentry` is never and there is no `key`: one customer enters once at most"),
		          "take one of the two away");
	build->journey->entries_most = (uint32_t)source->at_most.times;
	build->journey->entries_within = within;
	if (within.ms >= 1000 && within.ms <= LONGEST_DAYS * DAY_MS)
		return;
	diag_hint(diags,
	          diag_add(diags, DIAG_ERROR, DIAG_BAD_VALUE, doc->range,
	                   "entries are counted over a second at least and ten years at most"),
	          "for once and never again write `reentry: never`");
}
