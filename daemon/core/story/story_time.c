/* SPDX-License-Identifier: Apache-2.0 */
/* Times as stories write them: mostly local ones. */
#include "core/story/story_parts.h"

enum { DATE_LEN = 10, LOCAL_MIN = 16 };

static bool local_parse(struct str text, const struct zone *zone, struct instant *out)
{
	struct buf utc = {0};
	struct instant wall;
	if (text.len < LOCAL_MIN || text.ptr[DATE_LEN] != 'T')
		return false;
	buf_str(&utc, text);
	if (text.len == LOCAL_MIN)
		buf_str(&utc, STR(":00"));
	buf_char(&utc, 'Z');
	bool right = instant_parse(buf_view(&utc), &wall);
	buf_release(&utc);
	if (!right)
		return false;
	struct date date = calendar_date(&ZONE_UTC, wall);
	*out = calendar_instant(zone, date, calendar_daytime(&ZONE_UTC, wall));
	return true;
}

/* 2026-03-11T10:00[:00[.000]] of that zone, or RFC 3339 with its own. */
static bool time_parse(struct str text, const struct zone *zone, struct instant *out)
{
	return instant_parse(text, out) || local_parse(text, zone, out);
}

bool story_prefix_parse(struct str text, const struct zone *zone, struct instant *out)
{
	static const char earliest[] = "0001-01-01T00:00:00";
	char whole[sizeof earliest];
	if (text.len >= sizeof earliest)
		return false;
	memcpy(whole, earliest, sizeof earliest);
	if (text.len)
		memcpy(whole, text.ptr, text.len);
	return local_parse(str_from(whole), zone, out);
}

void story_time_print(struct buf *out, struct instant at, const struct zone *zone)
{
	int32_t ms = calendar_daytime(zone, at).ms;
	date_print(out, calendar_date(zone, at));
	buf_printf(out, "T%02d:%02d", ms / 3600000, ms / 60000 % 60);
	if (ms % 60000)
		buf_printf(out, ":%02d", ms / 1000 % 60);
	if (ms % 1000)
		buf_printf(out, ".%03d", ms % 1000);
}

static bool after_parse(struct str text, struct instant after, struct instant *out)
{
	struct duration away = {0};
	text = str_sub(text, 1, text.len);
	if (!str_eq(text, STR("0")) && !duration_parse(text, &away))
		return false;
	if (away.ms > INSTANT_MAX.ms - after.ms)
		return false;
	out->ms = after.ms + away.ms;
	return true;
}

bool story_time_read(struct story_reading *reading, const struct doc *doc, const struct instant *after,
                     struct instant *out)
{
	if (!doc_expect(reading->reader, doc, DOC_SCALAR, "a time"))
		return false;
	bool relative = after && doc->text.len && doc->text.ptr[0] == '+';
	if (relative ? after_parse(doc->text, *after, out) : time_parse(doc->text, reading->story->customer.zone, out))
		return true;
	struct diag *diag = diag_add(reading->reader->diags, DIAG_ERROR, DIAG_BAD_VALUE, doc->range,
	                             "\"%.*s\" is not a time", STR_ARG(doc->text));
	diag_hint(reading->reader->diags, diag, "2026-03-11T10:00 (the customer's time), 2026-03-11T10:00:00Z%s",
	          after ? " or +40d" : "");
	return false;
}
