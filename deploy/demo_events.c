/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demo's input: some thousand insurance customers over a hundred days, as NDJSON in order of time. Policies become
 * known, incomes are learned, end dates move, people click, renew, cancel, and now and then a record comes twice.
 * The same seed gives the same bytes.
 *
 *   demo_events [CUSTOMERS [SEED]]
 */
#include "core/base/hash.h"
#include "core/base/json_write.h"

#include <stdio.h>
#include <stdlib.h>

#define START INT64_C(1772323200000) /* 2026-03-01T00:00:00Z */
#define MINUTE INT64_C(60000)
enum { DAYS = 100, CUSTOMERS = 5000 };

struct dice {
	uint64_t state;
};

/* splitmix64 (Vigna, 2015) */
static uint64_t dice_roll(struct dice *dice)
{
	uint64_t z = dice->state += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static int64_t below(struct dice *dice, int64_t n)
{
	return (int64_t)(dice_roll(dice) % (uint64_t)n);
}

struct line {
	int64_t at;      /* ms; the order of the output */
	size_t from, to; /* in the text */
};

struct stream {
	struct buf text;
	struct line *lines;
	size_t count, cap;
};

struct person {
	int number;
	int64_t income; /* 0: not known yet */
	const char *zone;
};

static struct line *stream_open(struct stream *stream, int64_t at, const struct person *person, const char *type)
{
	if (stream->count == stream->cap) {
		stream->cap = stream->cap ? 2 * stream->cap : 1024;
		stream->lines = mem_realloc(stream->lines, stream->cap * sizeof *stream->lines);
	}
	struct line *line = &stream->lines[stream->count++];
	*line = (struct line){at, stream->text.len, 0};
	buf_printf(&stream->text, "{\"id\":\"e%07zu\",\"type\":\"%s\",\"time\":", stream->count, type);
	json_instant(&stream->text, (struct instant){at});
	buf_printf(&stream->text, ",\"customer\":\"c%05d\"", person->number);
	return line;
}

static void stream_close(struct stream *stream, struct line *line)
{
	buf_str(&stream->text, STR("}\n"));
	line->to = stream->text.len;
}

struct policy {
	int number, price, expires; /* expires: days after START */
};

static void add_policy(struct stream *stream, int64_t at, const struct person *person, const struct policy *policy)
{
	struct line *line = stream_open(stream, at, person, "policy_updated");
	buf_printf(&stream->text, ",\"policy_id\":\"p%05d-%d\",\"line\":\"motor\",\"car_price\":%d,\"expires_on\":\"",
	           person->number, policy->number, policy->price);
	date_print(&stream->text, (struct date){(int32_t)(START / DAY_MS) + policy->expires});
	buf_printf(&stream->text, "\",\"timezone\":\"%s\"", person->zone);
	if (person->income)
		buf_printf(&stream->text, ",\"income\":%lld", (long long)person->income);
	stream_close(stream, line);
}

static void add_simple(struct stream *stream, int64_t at, const struct person *person, const char *type,
                       const char *rest)
{
	struct line *line = stream_open(stream, at, person, type);
	buf_str(&stream->text, str_from(rest));
	stream_close(stream, line);
}

static void add_ending(struct stream *stream, struct dice *dice, const struct person *person,
                       const struct policy *policy, int64_t learned)
{
	char rest[160];
	int64_t until = START + policy->expires * DAY_MS, at = learned + 1 + below(dice, until - learned);
	int kind = (int)below(dice, 100);
	if (kind < 35) {
		snprintf(rest, sizeof rest, ",\"sku\":\"motor-renewal\",\"policy_id\":\"p%05d-%d\",\"total\":%d.50",
		         person->number, policy->number, 200 + (int)below(dice, 800));
		add_simple(stream, at, person, "purchase", rest);
	} else if (kind < 41) {
		snprintf(rest, sizeof rest, ",\"policy_id\":\"p%05d-%d\"", person->number, policy->number);
		add_simple(stream, at, person, "return", rest);
	} else if (kind < 46) {
		struct policy moved = *policy;
		moved.expires += 10 + (int)below(dice, 40);
		add_policy(stream, at, person, &moved);
	}
}

static void add_clicks(struct stream *stream, struct dice *dice, const struct person *person)
{
	for (int64_t i = below(dice, 6); i > 0; i--)
		add_simple(stream, START + below(dice, DAYS * DAY_MS), person, "click", ",\"url\":\"/motor\"");
}

static void add_person(struct stream *stream, struct dice *dice, int number)
{
	static const char *const zones[] = {"Europe/Berlin", "Asia/Shanghai", "America/New_York", "Europe/London"};
	struct person person = {number, 0, zones[below(dice, 4)]};
	int64_t learned = START + below(dice, 30 * DAY_MS);
	int policies = below(dice, 50) == 0 ? 3 : 1;
	if (below(dice, 3))
		person.income = 40000 + 1000 * below(dice, 360);
	for (int i = 0; i < policies; i++) {
		struct policy policy = {i + 1, 1000 * (int)(80 + below(dice, 700)), 35 + (int)below(dice, 100)};
		add_policy(stream, learned, &person, &policy);
		add_ending(stream, dice, &person, &policy, learned);
		learned += MINUTE;
	}
	add_clicks(stream, dice, &person);
}

/* One line in a hundred comes a second time, up to an hour later. */
static void add_repeats(struct stream *stream, struct dice *dice)
{
	for (size_t i = 0, count = stream->count; i < count; i++) {
		if (below(dice, 100))
			continue;
		struct line again = stream->lines[i];
		again.at += below(dice, 60 * MINUTE);
		if (stream->count == stream->cap) {
			stream->cap *= 2;
			stream->lines = mem_realloc(stream->lines, stream->cap * sizeof *stream->lines);
		}
		stream->lines[stream->count++] = again;
	}
}

static int by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

int main(int argc, char **argv)
{
	int customers = argc > 1 ? atoi(argv[1]) : CUSTOMERS;
	struct dice dice = {argc > 2 ? (uint64_t)atoll(argv[2]) : 1};
	struct stream stream = {0};
	for (int i = 1; i <= customers; i++)
		add_person(&stream, &dice, i);
	if (stream.count)
		add_repeats(&stream, &dice);
	qsort(stream.lines, stream.count, sizeof *stream.lines, by_time);
	for (size_t i = 0; i < stream.count; i++)
		fwrite(stream.text.ptr + stream.lines[i].from, 1, stream.lines[i].to - stream.lines[i].from, stdout);
	free(stream.lines);
	buf_release(&stream.text);
	return ferror(stdout) ? 3 : 0;
}
