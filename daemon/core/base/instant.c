/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/instant.h"

struct date date_from(struct civil c)
{
	int64_t y = c.year - (c.month <= 2), era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
	int64_t doy = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
	return (struct date){(int32_t)(era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468)};
}

struct civil civil_from(struct date date)
{
	int64_t z = (int64_t)date.days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365,
	        doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);
	return (struct civil){(int)(yoe + era * 400 + (month <= 2)), month, (int)(doy - (153 * mp + 2) / 5 + 1)};
}

static bool leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool civil_valid(struct civil c)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (c.year < 1 || c.year > 9999 || c.month < 1 || c.month > 12 || c.day < 1)
		return false;
	return c.day <= days[c.month - 1] + (c.month == 2 && leap(c.year));
}

int date_weekday(struct date date)
{
	int day = (date.days + 4) % 7;
	return day < 0 ? day + 7 : day;
}

struct date date_add(struct date date, int32_t days)
{
	int64_t sum = (int64_t)date.days + days;
	return sum < DATE_MIN.days ? DATE_MIN : sum > DATE_MAX.days ? DATE_MAX : (struct date){(int32_t)sum};
}

/* Exactly `count` digits at *at, which moves behind them; -1 when there are fewer. */
static int digits(struct str text, size_t *at, int count)
{
	int number = 0;
	if (text.len - *at < (size_t)count)
		return -1;
	for (int i = 0; i < count; i++) {
		char c = text.ptr[(*at)++];
		if (c < '0' || c > '9')
			return -1;
		number = number * 10 + (c - '0');
	}
	return number;
}

static bool skip(struct str text, size_t *at, char c)
{
	return *at < text.len && text.ptr[*at] == c && ++*at;
}

static bool read_date(struct str text, size_t *at, struct date *out)
{
	struct civil c;
	c.year = digits(text, at, 4);
	if (!skip(text, at, '-'))
		return false;
	c.month = digits(text, at, 2);
	if (!skip(text, at, '-'))
		return false;
	c.day = digits(text, at, 2);
	if (!civil_valid(c))
		return false;
	*out = date_from(c);
	return true;
}

bool date_parse(struct str text, struct date *out)
{
	size_t at = 0;
	struct date date;
	if (!read_date(text, &at, &date) || at != text.len)
		return false;
	*out = date;
	return true;
}

bool daytime_parse(struct str text, struct daytime *out)
{
	size_t at = 0;
	int hour = digits(text, &at, text.len > 1 && text.ptr[1] == ':' ? 1 : 2), minute = 0, second = 0;
	if (hour < 0 || !skip(text, &at, ':') || (minute = digits(text, &at, 2)) < 0)
		return false;
	if (skip(text, &at, ':') && (second = digits(text, &at, 2)) < 0)
		return false;
	int ms = ((hour * 60 + minute) * 60 + second) * 1000;
	if (at != text.len || minute > 59 || second > 59 || ms > DAY_MS)
		return false;
	out->ms = ms;
	return true;
}

/* The fraction behind the seconds, if any: 0..999, cut; -1 when a point has no digit behind it. */
static int read_fraction(struct str text, size_t *at)
{
	int ms = 0, scale = 100;
	if (!skip(text, at, '.'))
		return 0;
	size_t first = *at;
	for (; *at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9'; ++*at, scale /= 10)
		ms += scale * (text.ptr[*at] - '0');
	return *at > first ? ms : -1;
}

static bool read_offset(struct str text, size_t *at, int64_t *ms)
{
	*ms = 0;
	if (skip(text, at, 'Z') || skip(text, at, 'z'))
		return true;
	int sign = skip(text, at, '+') ? 1 : skip(text, at, '-') ? -1 : 0;
	int hour = digits(text, at, 2);
	if (!sign || hour < 0 || hour > 23 || !skip(text, at, ':'))
		return false;
	int minute = digits(text, at, 2);
	*ms = sign * (hour * 60 + minute) * INT64_C(60000);
	return minute >= 0 && minute < 60;
}

bool instant_parse(struct str text, struct instant *out)
{
	size_t at = 0;
	struct date date;
	int64_t offset;
	if (!read_date(text, &at, &date) || !(skip(text, &at, 'T') || skip(text, &at, 't') || skip(text, &at, ' ')))
		return false;
	int hour = digits(text, &at, 2), minute = skip(text, &at, ':') ? digits(text, &at, 2) : -1;
	int second = skip(text, &at, ':') ? digits(text, &at, 2) : -1, ms = read_fraction(text, &at);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 || ms < 0)
		return false;
	if (second == 60) {
		second = 59;
		ms = 999;
	}
	if (!read_offset(text, &at, &offset) || at != text.len)
		return false;
	int64_t of_day = ((hour * 60 + minute) * 60 + second) * INT64_C(1000) + ms;
	int64_t moment = date.days * DAY_MS + of_day - offset;
	if (moment < INSTANT_MIN.ms || moment > INSTANT_MAX.ms)
		return false; /* an offset can lead out of the years that can be printed */
	out->ms = moment;
	return true;
}

static const struct {
	const char *name;
	int64_t ms;
} UNITS[] = {{"w", 7 * DAY_MS}, {"d", DAY_MS}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
enum { UNIT_COUNT = sizeof UNITS / sizeof UNITS[0] };

static int find_unit(struct str name)
{
	for (int i = 0; i < UNIT_COUNT; i++)
		if (str_eq(name, str_from(UNITS[i].name)))
			return i;
	return -1;
}

/* One "12h" at *at; the unit must be smaller than `above`. */
static bool read_part(struct str text, size_t *at, int *above, int64_t *total)
{
	int64_t number = 0;
	size_t first = *at;
	for (; *at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9'; ++*at)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, text.ptr[*at] - '0', &number))
			return false;
	size_t unit_at = *at;
	while (*at < text.len && text.ptr[*at] >= 'a' && text.ptr[*at] <= 'z')
		++*at;
	int unit = find_unit(str_sub(text, unit_at, *at));
	if (unit_at == first || unit <= *above)
		return false;
	*above = unit;
	return !__builtin_mul_overflow(number, UNITS[unit].ms, &number) &&
	       !__builtin_add_overflow(*total, number, total);
}

/* P3DT12H as 3d12h; months and years are not lengths of time. Weeks and days stand before the T, the rest behind it. */
static bool from_iso(struct str text, char out[64], struct str *plain)
{
	size_t len = 0;
	bool time = false;
	for (size_t i = 1; i < text.len; i++) {
		char c = text.ptr[i];
		bool digit = c >= '0' && c <= '9';
		if (c == 'T' && !time) {
			time = true;
			continue;
		}
		if (len == 64 || (!digit && (c == '\0' || !strchr(time ? "HMS" : "WD", c))))
			return false;
		if (!digit && (len == 0 || out[len - 1] > '9'))
			return false;
		out[len++] = digit ? c : (char)(c + 32);
	}
	*plain = (struct str){out, len};
	return text.ptr[text.len - 1] != 'T';
}

bool duration_parse(struct str text, struct duration *out)
{
	char iso[64];
	size_t at = 0;
	int unit = -1;
	int64_t total = 0;
	if (text.len && text.ptr[0] == 'P' && !from_iso(text, iso, &text))
		return false;
	if (text.len == 0)
		return false;
	while (at < text.len)
		if (!read_part(text, &at, &unit, &total))
			return false;
	out->ms = total;
	return true;
}

static void print_digits(struct buf *buf, int number, int count)
{
	char text[8];
	for (int i = count; i-- > 0; number /= 10)
		text[i] = (char)('0' + number % 10);
	buf_append(buf, text, (size_t)count);
}

void date_print(struct buf *buf, struct date date)
{
	struct civil c = civil_from(date);
	print_digits(buf, c.year, 4);
	buf_char(buf, '-');
	print_digits(buf, c.month, 2);
	buf_char(buf, '-');
	print_digits(buf, c.day, 2);
}

void instant_print(struct buf *buf, struct instant instant)
{
	int64_t days = instant.ms / DAY_MS, ms = instant.ms % DAY_MS;
	if (ms < 0) {
		ms += DAY_MS;
		days--;
	}
	date_print(buf, (struct date){(int32_t)days});
	buf_char(buf, 'T');
	print_digits(buf, (int)(ms / 3600000), 2);
	buf_char(buf, ':');
	print_digits(buf, (int)(ms / 60000 % 60), 2);
	buf_char(buf, ':');
	print_digits(buf, (int)(ms / 1000 % 60), 2);
	if (ms % 1000) {
		buf_char(buf, '.');
		print_digits(buf, (int)(ms % 1000), 3);
	}
	buf_char(buf, 'Z');
}

void daytime_print(struct buf *buf, struct daytime time)
{
	print_digits(buf, time.ms / 3600000, 2);
	buf_char(buf, ':');
	print_digits(buf, time.ms / 60000 % 60, 2);
	if (time.ms % 60000) {
		buf_char(buf, ':');
		print_digits(buf, time.ms / 1000 % 60, 2);
	}
}

void duration_print(struct buf *buf, struct duration duration)
{
	uint64_t left = duration.ms < 0 ? 0 - (uint64_t)duration.ms : (uint64_t)duration.ms;
	if (duration.ms < 0)
		buf_char(buf, '-');
	if (left == 0)
		buf_str(buf, STR("0s"));
	for (int i = 1; i < UNIT_COUNT; i++) {
		uint64_t unit = (uint64_t)UNITS[i].ms;
		if (left >= unit)
			buf_printf(buf, "%llu%s", (unsigned long long)(left / unit), UNITS[i].name);
		left %= unit;
	}
}
