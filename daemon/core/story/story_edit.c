/* SPDX-License-Identifier: Apache-2.0 */
/* `edit:`, a journey that becomes what it is now in the middle of a story. */
#include "core/story/story_parts.h"

struct raw_edit {
	const struct doc *at, *from;
};

static const struct field EDIT[] = {
        {.key = "at",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_edit, at),
         .required = true,
         .about = "From when on the journey is what its file says.",
         .note = "moment"},
        {.key = "from",
         .kind = FIELD_DOC,
         .offset = offsetof(struct raw_edit, from),
         .required = true,
         .about = "The file with the journey as it was before.",
         .note = "file name"},
        {0},
};

bool story_edit_read(struct story_reading *reading, const struct doc *doc)
{
	struct story *story = reading->story;
	const struct story_context *context = reading->context;
	struct raw_edit raw = {0};
	if (!doc_expect(reading->reader, doc, DOC_MAP, "edit") || !doc_read(reading->reader, doc, EDIT, &raw))
		return false;
	if (!context->edition) {
		diag_add(reading->reader->diags, DIAG_ERROR, DIAG_STORY, doc->range, "no journey can be edited here");
		return false;
	}
	return story_time_read(reading, raw.at, &story->start, &story->edited_at) &&
	       doc_expect(reading->reader, raw.from, DOC_SCALAR, "a file's name") &&
	       context->edition(context->owner, raw.from, reading->journey, &story->edition);
}
