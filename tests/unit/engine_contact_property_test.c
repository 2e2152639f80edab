/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever customers do and journeys want: no cap is exceeded in any window, nothing goes out after an opt-out, nothing
 * by night, nothing late. Random events over random journeys, judged by the sends alone. */
#include "support/dice.h"
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { EVENTS_EACH = 160, SENDS_MAX = 4096, RUNS = 40 };

static const char RULES[] =
        "event: start\n"
        "fields: { key: string, n: int, on: date }\n"
        "---\n"
        "event: preferences\n"
        "fields: { email: bool, offers: bool, blocked: bool, how_often: string, timezone: string }\n"
        "sets: { email: event.email, offers: event.offers, blocked: event.blocked, how_often: event.how_often, "
        "timezone: event.timezone }\n"
        "---\n"
        "profile: { email: bool, offers: bool, blocked: bool, how_often: string }\n"
        "---\n"
        "templates: [t]\n"
        "---\n"
        "limits: { actions_per_day: 1000 }\n"
        "---\n"
        "contact_policy:\n"
        "  suppressed: profile.blocked\n"
        "  consent: { email: 'default(profile.email, true)', sms: 'default(profile.email, true)' }\n"
        "  topics: { offers: 'default(profile.offers, true)', news: 'true' }\n"
        "  stale_after: 5d\n"
        "  quiet_hours: { from: \"21:00\", to: \"09:00\" }\n"
        "  frequency_caps:\n"
        "    - { name: day, max: 2, within: 24h }\n"
        "    - { name: mails, max: 3, within: 4d, channel: email }\n"
        "    - { name: offers, max: 2, within: 60h, topic: offers }\n"
        "    - { name: loud, max: 1, within: 36h, tag: loud }\n"
        "  how_often: { by: profile.how_often, choices: [ { name: weekly, max: 1, within: 7d } ] }\n"
        "  same_instant: one_per_channel\n";

#define JOURNEY(name, rest, send) \
	"journey: " name "\n" \
	"entry: { event: start, when: '" rest "' }\n" \
	"key: event.key\n" \
	"nodes:\n" \
	"  - send: { " send ", template: t }\n" \
	"  - wait: 31h\n" \
	"  - send: { " send ", template: t }\n" \
	"---\n"

static const char JOURNEYS[] = JOURNEY("aa-mail", "event.n % 2 == 0", "channel: email, topic: news, on_cap: defer")
        JOURNEY("bb-offer", "event.n % 3 == 0", "channel: email, topic: offers, on_cap: defer, stale_after: 30h")
                JOURNEY("cc-text", "event.n % 5 == 0", "channel: sms, topic: offers, tags: loud, on_cap: exit")
                        JOURNEY("dd-loud", "event.n % 7 == 0",
                                "channel: email, topic: news, tags: [loud], on_cap: { fallback: sms }, on_quiet: skip")
                                JOURNEY("ee-bill", "event.n % 11 == 0",
                                        "channel: email, class: service") "journey: ff-dated\n"
                                                                          "entry: { event: start }\n"
                                                                          "key: event.key\n"
                                                                          "anchor: { date: event.on }\n"
                                                                          "nodes:\n"
                                                                          "  - sequence: { at: \"08:00\", before: { "
                                                                          "3d: first, 2d: second, 0d: third } }\n"
                                                                          "    send: { channel: email, topic: offers, "
                                                                          "on_cap: defer, template: t }\n";

struct sent {
	struct instant at;
	bool mail, offer, loud, bill;
};

struct run {
	struct world world;
	uint64_t dice;
	struct sent sends[SENDS_MAX];
	size_t count;
	bool out, blocked, offers_out, weekly; /* as the customer last said */
	const struct zone *zone;
};

static bool starts(struct str name, const char *with)
{
	return str_starts(name, str_from(with));
}

/* How many of the same kind lie in (at - within, at], this one included. */
static size_t within(const struct run *run, int64_t length, bool (*counts)(const struct sent *sent))
{
	size_t count = 0;
	struct instant at = run->sends[run->count - 1].at;
	for (size_t i = 0; i < run->count; i++)
		count += run->sends[i].at.ms > at.ms - length && !run->sends[i].bill && counts(&run->sends[i]);
	return count;
}

static bool any(const struct sent *sent)
{
	return sent != NULL;
}

static bool mails(const struct sent *sent)
{
	return sent->mail;
}

static bool offers(const struct sent *sent)
{
	return sent->offer;
}

static bool loud(const struct sent *sent)
{
	return sent->loud;
}

static void judge(struct run *run, const struct action *action)
{
	struct str name = action->journey->name;
	struct sent sent = {.at = action->time, .mail = str_eq(action->channel, STR("email"))};
	sent.offer = starts(name, "bb") || starts(name, "cc") || starts(name, "ff");
	sent.loud = starts(name, "cc") || starts(name, "dd");
	sent.bill = starts(name, "ee");
	assert_true(run->count < SENDS_MAX);
	run->sends[run->count++] = sent;
	assert_false(run->blocked);
	assert_false(run->out);
	int32_t clock = calendar_daytime(run->zone, sent.at).ms;
	assert_true(clock >= 9 * 3600000 && clock < 21 * 3600000);
	if (sent.bill)
		return;
	assert_false(sent.offer && run->offers_out);
	assert_true(within(run, DAY_MS, any) <= 2);
	assert_true(!sent.mail || within(run, 4 * DAY_MS, mails) <= 3);
	assert_true(!sent.offer || within(run, DAY_MS * 5 / 2, offers) <= 2);
	assert_true(!sent.loud || within(run, DAY_MS * 3 / 2, loud) <= 1);
	assert_true(!run->weekly || within(run, 7 * DAY_MS, any) <= 1);
}

static void judge_all(struct run *run)
{
	for (size_t i = 0; i < run->world.out.action_count; i++)
		judge(run, &run->world.out.actions[i]);
	for (size_t i = 0; i < run->world.out.decision_count; i++)
		assert_int_not_equal(run->world.out.decisions[i].reason, REASON_ERROR);
}

static void choose(struct run *run, const char *at)
{
	static const char *const ZONES[] = {"Europe/Berlin", "America/New_York", "Asia/Shanghai",
	                                    "Australia/Lord_Howe"};
	struct world *world = &run->world;
	uint64_t what = dice_roll(&run->dice, 8), zone = dice_roll(&run->dice, 4);
	const char *word = what == 0   ? "email: false"
	                   : what == 1 ? "blocked: true"
	                   : what == 2 ? "offers: false"
	                   : what == 3 ? "how_often: weekly"
	                   : what == 4 ? "email: true, blocked: false, offers: true, how_often: null"
	                   : what == 5 ? arena_printf(&world->arena, "timezone: %s", ZONES[zone]).ptr
	                               : "email: true, blocked: false";
	world_event(world, arena_printf(&world->arena, "{at: %s, event: preferences, %s}", at, word).ptr);
	run->out = what == 0 || (run->out && what != 4 && what < 6);
	run->blocked = what == 1 || (run->blocked && what != 4 && what < 6);
	run->offers_out = what == 2 || (run->offers_out && what != 4);
	run->weekly = what == 3 || (run->weekly && what != 4);
	if (what == 5) {
		static struct zone fixed;
		run->zone = zone_find(&world->zones, str_from(ZONES[zone]), &fixed);
	}
}

/* Timers that are due before the choice belong to the time before it. */
static void one_event(struct run *run, struct instant at)
{
	struct world *world = &run->world;
	struct buf text = {0};
	struct date on = calendar_date(&ZONE_UTC, at);
	instant_print(&text, at);
	const char *when = arena_printf(&world->arena, "%.*s", STR_ARG(buf_view(&text))).ptr;
	world_advance(world, when);
	judge_all(run);
	if (dice_roll(&run->dice, 5) == 0) {
		choose(run, when);
	} else {
		on.days += (int32_t)dice_roll(&run->dice, 9);
		buf_clear(&text);
		date_print(&text, on);
		world_event(world, arena_printf(&world->arena, "{at: %s, event: start, key: k%d, n: %d, on: %.*s}",
		                                when, (int)dice_roll(&run->dice, 6), (int)dice_roll(&run->dice, 400),
		                                STR_ARG(buf_view(&text)))
		                           .ptr);
		judge_all(run);
	}
	buf_release(&text);
	buf_clear(&world->log);
}

static size_t play(uint64_t seed)
{
	struct run *run = mem_alloc(sizeof *run);
	*run = (struct run){.dice = seed, .zone = &ZONE_UTC};
	world_init(&run->world, RULES, JOURNEYS);
	struct instant at;
	instant_parse(STR("2026-02-20T00:00:00Z"), &at);
	for (int i = 0; i < EVENTS_EACH; i++) {
		at.ms += dice_roll(&run->dice, 3) ? (int64_t)dice_roll(&run->dice, 8) * 3600000
		                                  : (int64_t)dice_roll(&run->dice, 40000000);
		one_event(run, at);
	}
	world_advance(&run->world, "2027-01-01T00:00:00Z");
	judge_all(run);
	assert_int_equal(world_customer(&run->world)->instance_count, 0);
	size_t count = run->count;
	world_release(&run->world);
	free(run);
	return count;
}

static void caps_consent_and_the_night_hold_whatever_happens(void **state)
{
	size_t sends = 0;
	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++)
		sends += play(seed);
	print_message("%zu sends in %d runs\n", sends, RUNS);
	assert_true(sends > RUNS * 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(caps_consent_and_the_night_hold_whatever_happens),
	};
	return cmocka_run_group_tests_name("engine_contact_property", tests, NULL, NULL);
}
