/* SPDX-License-Identifier: Apache-2.0 */
#include "core/calendar_rule.h"

enum { HOUR = 3600, DAY = 86400 };

struct reader {
	const char *at, *end;
};

static bool take(struct reader *in, char c)
{
	return in->at < in->end && *in->at == c && ++in->at;
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool read_number(struct reader *in, int most, int *out)
{
	int number = 0;
	const char *from = in->at;
	for (; in->at < in->end && digit(*in->at) && number <= most; in->at++)
		number = number * 10 + (*in->at - '0');
	*out = number;
	return in->at > from && number <= most;
}

/* CET or <+03>: at least three characters, whose meaning is for people. */
static bool read_name(struct reader *in)
{
	bool quoted = take(in, '<');
	const char *from = in->at;
	while (in->at < in->end && (letter(*in->at) || (quoted && (digit(*in->at) || strchr("+-", *in->at)))))
		in->at++;
	return in->at - from >= 3 && (!quoted || take(in, '>'));
}

/* [+-]h[:m[:s]] in seconds. */
static bool read_time(struct reader *in, int most_hours, int32_t *out)
{
	int sign = take(in, '-') ? -1 : 1, hour, minute = 0, second = 0;
	if (sign > 0)
		take(in, '+');
	if (!read_number(in, most_hours, &hour) || (take(in, ':') && !read_number(in, 59, &minute)) ||
	    (take(in, ':') && !read_number(in, 59, &second)))
		return false;
	*out = sign * (hour * HOUR + minute * 60 + second);
	return true;
}

static bool read_day(struct reader *in, struct rule_change *out)
{
	if (take(in, 'J')) {
		out->form = RULE_JULIAN;
		return read_number(in, 365, &out->day) && out->day > 0;
	}
	if (!take(in, 'M')) {
		out->form = RULE_DAY;
		return read_number(in, 365, &out->day);
	}
	out->form = RULE_MONTH;
	return read_number(in, 12, &out->month) && out->month > 0 && take(in, '.') && read_number(in, 5, &out->week) &&
	       out->week > 0 && take(in, '.') && read_number(in, 6, &out->day);
}

static bool read_change(struct reader *in, struct rule_change *out)
{
	out->time = 2 * HOUR;
	return take(in, ',') && read_day(in, out) && (!take(in, '/') || read_time(in, 167, &out->time));
}

/* POSIX counts offsets west of Greenwich, so their sign turns. */
static bool read_rule(struct reader *in, struct zone_rule *out)
{
	int32_t west;
	if (!read_name(in) || !read_time(in, 24, &west))
		return false;
	out->standard = out->daylight = -west;
	if (in->at == in->end)
		return true;
	if (!read_name(in))
		return false;
	out->daylight = out->standard + HOUR;
	if (in->at < in->end && *in->at != ',') {
		if (!read_time(in, 24, &west))
			return false;
		out->daylight = -west;
	}
	return read_change(in, &out->start) && read_change(in, &out->end) && in->at == in->end;
}

const struct zone_rule *zone_rule_parse(struct str text, struct arena *arena)
{
	struct zone_rule rule = {0}, *kept;
	struct reader in = {text.ptr, text.ptr + text.len};
	if (!text.len || !read_rule(&in, &rule))
		return NULL;
	kept = arena_alloc(arena, sizeof *kept);
	*kept = rule;
	return kept;
}

static struct date month_day(const struct rule_change *change, int year)
{
	struct date first = date_from((struct civil){year, change->month, 1});
	int next_month = change->month % 12 + 1, ahead = (change->day - date_weekday(first) + 7) % 7;
	struct date next = date_from((struct civil){year + (next_month == 1), next_month, 1});
	struct date day = {first.days + ahead + 7 * (change->week - 1)};
	while (day.days >= next.days)
		day.days -= 7;
	return day;
}

static struct date change_day(const struct rule_change *change, int year)
{
	if (change->form == RULE_MONTH)
		return month_day(change, year);
	struct date first = date_from((struct civil){year, 1, 1}), march = date_from((struct civil){year, 3, 1});
	if (change->form == RULE_DAY)
		return (struct date){first.days + change->day};
	bool leap = march.days - first.days == 60;
	return (struct date){first.days + change->day - 1 + (leap && change->day >= 60)};
}

static int64_t change_at(const struct rule_change *change, int year, int32_t offset_before)
{
	return (int64_t)change_day(change, year).days * DAY + change->time - offset_before;
}

/* A change may lie up to 167 hours and an offset before or after the year it is written for, and daylight time may last
 * the whole year (an end that falls on the next start): so the years are gone through from the latest that may have a
 * change by then, and a start wins over an end at the same second. */
int32_t zone_rule_offset(const struct zone_rule *rule, int64_t at)
{
	int32_t offset = rule->standard;
	int64_t latest = INT64_MIN, local = at + rule->standard;
	if (rule->standard == rule->daylight)
		return offset;
	struct civil civil = civil_from((struct date){(int32_t)(local / DAY - (local % DAY < 0))});
	for (int y = civil.year + (civil.month == 12); y >= civil.year - 1 && latest == INT64_MIN; y--) {
		int64_t end = change_at(&rule->end, y, rule->daylight);
		int64_t start = change_at(&rule->start, y, rule->standard);
		if (end <= at) {
			latest = end;
			offset = rule->standard;
		}
		if (start <= at && start >= latest) {
			latest = start;
			offset = rule->daylight;
		}
	}
	return offset;
}
