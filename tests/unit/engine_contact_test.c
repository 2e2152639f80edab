/* SPDX-License-Identifier: Apache-2.0 */
/* The contact policy: who may be written to, when, how often, and what becomes of the rest. */
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define RULES \
	"event: start\n" \
	"fields: { key: string, sku: string, on: date }\n" \
	"---\n" \
	"event: preferences\n" \
	"fields: { email: bool, sms: bool, offers: bool, how_often: string, blocked: bool, timezone: string }\n" \
	"sets: { email: event.email, sms: event.sms, offers: event.offers, how_often: event.how_often, " \
	"blocked: event.blocked, timezone: event.timezone }\n" \
	"---\n" \
	"event: returned\n" \
	"fields: { sku: string }\n" \
	"sets:\n" \
	"  returns: >\n" \
	"    default(profile.returns, []).filter(r, now - timestamp(r.at) < duration(\"60d\"))\n" \
	"    + [{\"sku\": event.sku, \"at\": now}]\n" \
	"---\n" \
	"profile: { email: bool, sms: bool, offers: bool, how_often: string, blocked: bool, returns: list<any> }\n" \
	"---\n" \
	"templates: [a, b, a-short, s/first, s/second]\n"

#define POLICY(text) RULES "---\ncontact_policy:\n" text

#define MAIL(more) ONE_SEND("mails", "channel: email, template: a" more)

static void world_with(struct world *world, const char *rules, const char *journeys)
{
	world_init(world, rules, journeys);
	world->waits = true;
}

#define CONSENT \
	POLICY("  suppressed: profile.blocked\n" \
	       "  consent: { email: profile.email }\n" \
	       "  channels: { email: 'default(profile.sms, true)' }\n" \
	       "  topics: { offers: profile.offers, bills: 'true' }\n")

static void the_first_that_forbids_is_the_reason(void **state)
{
	struct world world;
	(void)state;
	world_with(&world, CONSENT, MAIL(", topic: offers"));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: preferences, blocked: true, sms: false}");
	world_enter(&world, "2026-01-02T00:00:00Z", "a");
	world_event(&world, "{at: 2026-01-03T00:00:00Z, event: preferences, blocked: false}");
	world_enter(&world, "2026-01-04T00:00:00Z", "b");
	world_event(&world, "{at: 2026-01-05T00:00:00Z, event: preferences, email: true}");
	world_enter(&world, "2026-01-06T00:00:00Z", "c");
	world_event(&world, "{at: 2026-01-07T00:00:00Z, event: preferences, sms: true}");
	world_enter(&world, "2026-01-08T00:00:00Z", "d");
	world_event(&world, "{at: 2026-01-09T00:00:00Z, event: preferences, offers: true}");
	world_enter(&world, "2026-01-10T00:00:00Z", "e");
	world_event(&world, "{at: 2026-01-11T00:00:00Z, event: preferences, email: false}");
	world_enter(&world, "2026-01-11T00:00:00Z", "f");
	world_expect_sends(&world, "2026-01-02T00:00:00Z skipped suppressed node-1\n"
	                           "2026-01-04T00:00:00Z skipped no_consent node-1 (email)\n"
	                           "2026-01-06T00:00:00Z skipped channel_off node-1 (email)\n"
	                           "2026-01-08T00:00:00Z skipped topic_off node-1 (offers)\n"
	                           "2026-01-10T00:00:00Z sent a\n"
	                           "2026-01-11T00:00:00Z skipped no_consent node-1 (email)\n");
	world_release(&world);
}

static void opting_out_holds_for_a_message_that_waits(void **state)
{
	struct world world;
	(void)state;
	world_with(&world,
	           POLICY("  consent: { email: profile.email }\n  quiet_hours: { from: \"21:00\", to: \"09:00\" }\n"),
	           MAIL(""));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: preferences, email: true}");
	world_enter(&world, "2026-01-01T22:00:00Z", "a");
	world_event(&world, "{at: 2026-01-02T08:59:59Z, event: preferences, email: false}");
	world_advance(&world, "2026-01-03T00:00:00Z");
	world_expect_sends(&world, "2026-01-01T22:00:00Z waiting quiet_hours node-1 until 2026-01-02T09:00:00Z\n"
	                           "2026-01-02T09:00:00Z skipped no_consent node-1 (email)\n");
	assert_int_equal(world_customer(&world)->instance_count, 0);
	world_release(&world);
}

static void what_came_back_is_not_promoted_for_sixty_days(void **state)
{
	struct world world;
	(void)state;
	world_with(&world,
	           POLICY("  suppress_when:\n"
	                  "    - name: returned\n"
	                  "      when: >\n"
	                  "        profile.returns.exists(r, r.sku == promotes &&\n"
	                  "          now - timestamp(r.at) < duration(\"60d\"))\n"),
	           "journey: mails\nentry: { event: start }\nkey: event.key\n"
	           "nodes:\n  - wait: 1d\n  - send: { channel: email, template: a, promotes: event.sku }\n");
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: start, key: a, sku: boots}");
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: start, key: b, sku: hat}");
	world_event(&world, "{at: 2026-01-01T12:00:00Z, event: returned, sku: boots}");
	world_event(&world, "{at: 2026-01-31T12:00:00Z, event: returned, sku: shirt}");
	world_event(&world, "{at: 2026-02-27T12:00:00Z, event: start, key: c, sku: boots}");
	world_event(&world, "{at: 2026-03-01T12:00:00Z, event: start, key: d, sku: boots}");
	world_event(&world, "{at: 2026-03-01T12:00:00Z, event: start, key: e, sku: shirt}");
	world_advance(&world, "2026-04-01T00:00:00Z");
	world.waits = false;
	struct buf log = world.log;
	assert_null(memmem(log.ptr, log.len, "error", 5));
	assert_int_equal(world.out.faults, 0);
	assert_non_null(memmem(log.ptr, log.len, "2026-01-02T00:00:00Z skipped suppress_when node-2 (returned)\n", 61));
	assert_non_null(memmem(log.ptr, log.len, "2026-01-02T00:00:00Z sent a\n", 28));
	assert_non_null(memmem(log.ptr, log.len, "2026-02-28T12:00:00Z skipped suppress_when node-2 (returned)\n", 61));
	assert_non_null(memmem(log.ptr, log.len, "2026-03-02T12:00:00Z sent a\n", 28));
	assert_non_null(memmem(log.ptr, log.len, "2026-03-02T12:00:00Z skipped suppress_when node-2 (returned)\n", 61));
	world_release(&world);
}

#define NIGHT POLICY("  quiet_hours: { from: \"21:00\", to: \"09:00\" }\n")

static void quiet_hours_go_by_the_customers_clock_over_midnight(void **state)
{
	struct world world;
	(void)state;
	world_with(&world, NIGHT, MAIL(""));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: preferences, timezone: America/New_York}");
	world_enter(&world, "2026-01-02T01:59:59.999Z", "a");
	world_enter(&world, "2026-01-02T02:00:00Z", "b");
	world_enter(&world, "2026-01-02T13:59:59.999Z", "c");
	world_enter(&world, "2026-01-02T14:00:00Z", "d");
	world_advance(&world, "2026-01-03T00:00:00Z");
	world_expect_sends(&world, "2026-01-02T01:59:59.999Z sent a\n"
	                           "2026-01-02T02:00:00Z waiting quiet_hours node-1 until 2026-01-02T14:00:00Z\n"
	                           "2026-01-02T13:59:59.999Z waiting quiet_hours node-1 until 2026-01-02T14:00:00Z\n"
	                           "2026-01-02T14:00:00Z sent a\n"
	                           "2026-01-02T14:00:00Z sent a\n"
	                           "2026-01-02T14:00:00Z sent a\n");
	world_release(&world);
}

static void quiet_hours_end_right_when_the_clocks_change(void **state)
{
	struct world world;
	(void)state;
	world_with(&world, POLICY("  quiet_hours: { from: \"01:00\", to: \"02:30\" }\n"), MAIL(""));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: preferences, timezone: Europe/Berlin}");
	world_enter(&world, "2026-03-29T00:30:00Z", "a"); /* 01:30; 02:30 is skipped by the clock and comes as 03:30 */
	world_advance(&world, "2026-03-30T00:00:00Z");
	world_enter(&world, "2026-10-25T01:10:00Z", "b"); /* 02:10 for the second time */
	world_advance(&world, "2026-10-26T00:00:00Z");
	world_expect_sends(&world, "2026-03-29T00:30:00Z waiting quiet_hours node-1 until 2026-03-29T01:30:00Z\n"
	                           "2026-03-29T01:30:00Z sent a\n"
	                           "2026-10-25T01:10:00Z waiting quiet_hours node-1 until 2026-10-25T01:30:00Z\n"
	                           "2026-10-25T01:30:00Z sent a\n");
	world_release(&world);
}

static void a_move_to_another_zone_asks_the_night_again(void **state)
{
	struct world world;
	(void)state;
	world_with(&world, NIGHT, MAIL(""));
	world_enter(&world, "2026-01-01T22:00:00Z", "a");
	world_event(&world, "{at: 2026-01-01T23:30:00Z, event: preferences, timezone: Asia/Shanghai}");
	world_advance(&world, "2026-01-03T00:00:00Z");
	world_expect_sends(&world, "2026-01-01T22:00:00Z waiting quiet_hours node-1 until 2026-01-02T09:00:00Z\n"
	                           "2026-01-01T23:30:00Z waiting quiet_hours node-1 until 2026-01-02T01:00:00Z\n"
	                           "2026-01-02T01:00:00Z sent a\n");
	world_release(&world);
}

static void a_send_may_skip_the_night_or_other_channels_may_not_know_it(void **state)
{
	struct world world;
	(void)state;
	world_with(&world, NIGHT, MAIL(", on_quiet: skip"));
	world_enter(&world, "2026-01-01T22:00:00Z", "a");
	world_expect_sends(&world, "2026-01-01T22:00:00Z skipped quiet_hours node-1\n");
	world_release(&world);
	world_with(&world, POLICY("  quiet_hours: { from: \"21:00\", to: \"09:00\", channels: [sms] }\n"),
	           MAIL("") "---\n" ONE_SEND("texts", "channel: sms, template: b"));
	world_enter(&world, "2026-01-01T22:00:00Z", "a");
	world_expect_sends(&world, "2026-01-01T22:00:00Z sent a\n"
	                           "2026-01-01T22:00:00Z waiting quiet_hours node-1 until 2026-01-02T09:00:00Z\n");
	world_release(&world);
}

static void service_messages_pass_caps_but_not_the_night(void **state)
{
	struct world world;
	(void)state;
	world_with(&world,
	           POLICY("  quiet_hours: { from: \"21:00\", to: \"09:00\" }\n"
	                  "  suppress_when: [ { name: case, when: 'true' } ]\n"
	                  "  frequency_caps: [ { name: day, max: 1, within: 24h } ]\n"),
	           MAIL(", class: service"));
	world_enter(&world, "2026-01-01T10:00:00Z", "a");
	world_enter(&world, "2026-01-01T11:00:00Z", "b");
	world_enter(&world, "2026-01-01T22:00:00Z", "c");
	world_expect_sends(&world, "2026-01-01T10:00:00Z sent a\n"
	                           "2026-01-01T11:00:00Z sent a\n"
	                           "2026-01-01T22:00:00Z waiting quiet_hours node-1 until 2026-01-02T09:00:00Z\n");
	world_release(&world);
	world_with(&world,
	           POLICY("  consent: { email: profile.email }\n"
	                  "  quiet_hours: { from: \"21:00\", to: \"09:00\" }\n"
	                  "  service: { exempt_from: [quiet_hours, consent] }\n"),
	           MAIL(", class: service"));
	world_enter(&world, "2026-01-01T22:00:00Z", "c");
	world_expect_sends(&world, "2026-01-01T22:00:00Z sent a\n");
	world_release(&world);
}

#define DAY POLICY("  frequency_caps: [ { name: day, max: 1, within: 24h } ]\n")

static void a_deferred_message_goes_at_the_first_allowed_minute(void **state)
{
	struct world world;
	(void)state;
	world_with(&world,
	           POLICY("  quiet_hours: { from: \"21:00\", to: \"09:00\" }\n"
	                  "  frequency_caps: [ { name: day, max: 1, within: 24h }, { name: week, max: 2, within: 7d } "
	                  "]\n"),
	           MAIL(", on_cap: defer"));
	world_enter(&world, "2026-01-01T20:30:30Z", "a");
	world_enter(&world, "2026-01-01T20:40:00Z", "b"); /* 24 h later it is 20:30:30: a whole minute later */
	world_enter(&world, "2026-01-01T20:50:00Z", "c");
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect_sends(&world,
	                   "2026-01-01T20:30:30Z sent a\n"
	                   "2026-01-01T20:40:00Z waiting frequency_cap node-1 until 2026-01-02T20:31:00Z (day)\n"
	                   "2026-01-01T20:50:00Z waiting frequency_cap node-1 until 2026-01-02T20:31:00Z (day)\n"
	                   "2026-01-02T20:31:00Z sent a\n"
	                   "2026-01-02T20:31:00Z waiting frequency_cap node-1 until 2026-01-08T20:31:00Z (day)\n"
	                   "2026-01-08T20:31:00Z sent a\n");
	world_release(&world);
}

static void nothing_is_deferred_beyond_stale_after(void **state)
{
	struct world world;
	(void)state;
	world_with(&world, DAY, MAIL(", on_cap: defer, stale_after: 12h"));
	world_enter(&world, "2026-01-01T10:00:00Z", "a");
	world_enter(&world, "2026-01-01T21:59:00Z", "b");
	world_enter(&world, "2026-01-01T22:00:00Z", "c");
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect_sends(&world,
	                   "2026-01-01T10:00:00Z sent a\n"
	                   "2026-01-01T21:59:00Z skipped stale node-1 (day)\n"
	                   "2026-01-01T22:00:00Z waiting frequency_cap node-1 until 2026-01-02T10:00:00Z (day)\n"
	                   "2026-01-02T10:00:00Z sent a\n");
	world_release(&world);
}

static void what_is_given_up_names_the_rule_that_forbids_longest_not_the_night_asked_first(void **state)
{
	struct world world;
	(void)state;
	world_with(&world,
	           POLICY("  quiet_hours: { from: \"22:00\", to: \"03:30\" }\n"
	                  "  frequency_caps: [ { name: three, max: 1, within: 72h } ]\n"),
	           MAIL(", on_cap: defer, on_quiet: defer, stale_after: 1d"));
	world_enter(&world, "2026-01-01T12:00:00Z", "a");
	world_enter(&world, "2026-01-02T02:30:00Z", "b");
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect_sends(&world, "2026-01-01T12:00:00Z sent a\n"
	                           "2026-01-02T02:30:00Z skipped stale node-1 (three)\n");
	world_release(&world);
}

static void too_much_may_end_the_run_or_go_by_another_channel(void **state)
{
	struct world world;
	(void)state;
	world_with(&world, DAY, MAIL(", on_cap: exit"));
	world_enter(&world, "2026-01-01T10:00:00Z", "a");
	world_enter(&world, "2026-01-01T11:00:00Z", "b");
	world_expect(&world, "2026-01-01T10:00:00Z entered a\n"
	                     "2026-01-01T10:00:00Z sent a\n"
	                     "2026-01-01T10:00:00Z exited finished\n"
	                     "2026-01-01T11:00:00Z entered b\n"
	                     "2026-01-01T11:00:00Z skipped frequency_cap node-1 (day)\n"
	                     "2026-01-01T11:00:00Z exited frequency_cap (day)\n");
	world_release(&world);
	world_with(&world,
	           POLICY("  consent: { sms: profile.sms }\n"
	                  "  frequency_caps: [ { name: day, max: 1, within: 24h, channel: email } ]\n"),
	           MAIL(", on_cap: { fallback: sms, template: a-short }"));
	world_enter(&world, "2026-01-01T10:00:00Z", "a");
	world_enter(&world, "2026-01-01T11:00:00Z", "b");
	world_event(&world, "{at: 2026-01-01T12:00:00Z, event: preferences, sms: true}");
	world_enter(&world, "2026-01-01T13:00:00Z", "c");
	assert_true(str_eq(world.out.actions[0].channel, STR("sms")));
	world_expect_sends(&world, "2026-01-01T10:00:00Z sent a\n"
	                           "2026-01-01T11:00:00Z skipped frequency_cap node-1 (day)\n"
	                           "2026-01-01T11:00:00Z skipped no_consent node-1 (sms)\n"
	                           "2026-01-01T13:00:00Z skipped frequency_cap node-1 (day)\n"
	                           "2026-01-01T13:00:00Z sent a-short\n");
	world_release(&world);
}

static void caps_count_topics_and_tags_through_the_record(void **state)
{
	struct world world;
	(void)state;
	world_with(
	        &world,
	        POLICY("  frequency_caps:\n"
	               "    - { name: offers, max: 1, within: 7d, topic: offers }\n"
	               "    - { name: loud, max: 2, within: 7d, tag: loud }\n"),
	        ONE_SEND(
	                "b-offers",
	                "channel: email, template: a, topic: offers, tags: [loud, other]") "---\n" ONE_SEND("c-loud",
	                                                                                                    "channel: "
	                                                                                                    "sms, "
	                                                                                                    "template: "
	                                                                                                    "b, tags: "
	                                                                                                    "loud"));
	world_enter(&world, "2026-01-01T10:00:00Z", "a");
	world_enter(&world, "2026-01-02T10:00:00Z", "b");
	world_enter(&world, "2026-01-08T10:00:00Z", "c");
	world_expect_sends(&world, "2026-01-01T10:00:00Z sent a\n"
	                           "2026-01-01T10:00:00Z sent b\n"
	                           "2026-01-02T10:00:00Z skipped frequency_cap node-1 (offers)\n"
	                           "2026-01-02T10:00:00Z skipped frequency_cap node-1 (loud)\n"
	                           "2026-01-08T10:00:00Z sent a\n"
	                           "2026-01-08T10:00:00Z sent b\n");
	world_release(&world);
}

static void customers_choose_how_often(void **state)
{
	struct world world;
	(void)state;
	world_with(&world,
	           POLICY("  how_often:\n"
	                  "    by: profile.how_often\n"
	                  "    choices: [ { name: monthly, max: 1, within: 30d }, { name: weekly, max: 1, within: 7d } "
	                  "]\n"),
	           MAIL(""));
	world_enter(&world, "2026-01-01T10:00:00Z", "a");
	world_enter(&world, "2026-01-01T10:00:00Z", "b");
	world_event(&world, "{at: 2026-01-01T10:00:00Z, event: preferences, how_often: monthly}");
	world_enter(&world, "2026-01-02T10:00:00Z", "c");
	world_enter(&world, "2026-01-31T10:00:00Z", "d");
	world_event(&world, "{at: 2026-02-07T00:00:00Z, event: preferences, how_often: weekly}");
	world_enter(&world, "2026-02-07T10:00:00Z", "e");
	world_event(&world, "{at: 2026-02-07T11:00:00Z, event: preferences, how_often: never-heard-of}");
	world_enter(&world, "2026-02-07T12:00:00Z", "f");
	world_expect_sends(&world, "2026-01-01T10:00:00Z sent a\n"
	                           "2026-01-01T10:00:00Z sent a\n"
	                           "2026-01-02T10:00:00Z skipped how_often node-1 (monthly)\n"
	                           "2026-01-31T10:00:00Z sent a\n"
	                           "2026-02-07T10:00:00Z sent a\n"
	                           "2026-02-07T12:00:00Z sent a\n");
	assert_int_equal(world.out.faults, 0);
	world_release(&world);
}

static void of_two_at_an_instant_the_one_of_higher_priority_goes(void **state)
{
	struct world world;
	(void)state;
	world_with(&world, POLICY("  same_instant: one\n"),
	           "journey: a-low\npriority: 10\nentry: { event: start }\n"
	           "nodes: [ { send: { channel: email, template: a, on_cap: defer } } ]\n---\n"
	           "journey: b-high\npriority: 90\nentry: { event: start }\n"
	           "nodes: [ { send: { channel: sms, template: b } } ]\n---\n"
	           "journey: c-middle\nentry: { event: start }\n"
	           "nodes: [ { send: { channel: email, template: a } } ]\n");
	world_enter(&world, "2026-01-01T10:00:00Z", "k");
	world_advance(&world, "2026-01-02T00:00:00Z");
	world_expect_sends(&world, "2026-01-01T10:00:00Z sent b\n"
	                           "2026-01-01T10:00:00Z skipped priority node-1\n"
	                           "2026-01-01T10:00:00Z waiting priority node-1 until 2026-01-01T10:01:00Z\n"
	                           "2026-01-01T10:01:00Z sent a\n");
	world_edit(&world, POLICY("  same_instant: one_per_channel\n"),
	           "journey: a-low\npriority: 10\nentry: { event: start }\n"
	           "nodes: [ { send: { channel: email, template: a } } ]\n---\n"
	           "journey: b-high\npriority: 90\nentry: { event: start }\n"
	           "nodes: [ { send: { channel: sms, template: b } } ]\n");
	world_enter(&world, "2026-01-03T10:00:00Z", "k");
	world_expect_sends(&world, "2026-01-03T10:00:00Z sent b\n2026-01-03T10:00:00Z sent a\n");
	world_release(&world);
}

#define DATED \
	"journey: dated\n" \
	"entry: { event: start }\n" \
	"key: event.key\n" \
	"anchor: { date: event.on }\n" \
	"nodes:\n" \
	"  - sequence: { at: \"10:00\", before: { 3d: first, 1d: second } }\n" \
	"    send: { channel: email, template: \"s/{node}\", on_cap: defer }\n"

static void a_waiting_touch_is_overtaken_by_the_next_and_replanned_with_its_date(void **state)
{
	struct world world;
	(void)state;
	world_with(&world, POLICY("  frequency_caps: [ { name: two-days, max: 1, within: 48h } ]\n"),
	           "journey: a\nentry: { event: start }\nkey: event.key\nreentry: never\n"
	           "nodes: [ { send: { channel: email, template: a } } ]\n---\n" DATED);
	world_event(&world, "{at: 2026-01-06T23:00:00Z, event: start, key: k, on: 2026-01-10}");
	world_advance(&world, "2026-01-08T00:00:00Z");
	world_expect_sends(&world,
	                   "2026-01-06T23:00:00Z sent a\n"
	                   "2026-01-06T23:00:00Z waiting first until 2026-01-07T10:00:00Z\n"
	                   "2026-01-07T10:00:00Z waiting frequency_cap first until 2026-01-08T23:00:00Z (two-days)\n");
	assert_int_equal(world_customer(&world)->instances[0].deferred, 1);
	world_event(&world, "{at: 2026-01-08T12:00:00Z, event: start, key: k, on: 2026-01-20}");
	world_advance(&world, "2026-01-16T00:00:00Z");
	world_expect_sends(&world, "2026-01-08T12:00:00Z waiting anchor_changed first until 2026-01-17T10:00:00Z\n");
	world_event(&world, "{at: 2026-01-17T09:00:00Z, event: start, key: other}");
	world_advance(&world, "2026-02-16T00:00:00Z");
	world_expect_sends(&world,
	                   "2026-01-17T09:00:00Z sent a\n"
	                   "2026-01-17T10:00:00Z waiting frequency_cap first until 2026-01-19T09:00:00Z (two-days)\n"
	                   "2026-01-19T09:00:00Z sent s/first\n"
	                   "2026-01-19T09:00:00Z waiting second until 2026-01-19T10:00:00Z\n"
	                   "2026-01-19T10:00:00Z waiting frequency_cap second until 2026-01-21T09:00:00Z (two-days)\n"
	                   "2026-01-21T09:00:00Z sent s/second\n");
	world_edit(&world, POLICY("  frequency_caps: [ { name: four-days, max: 1, within: 96h } ]\n"), DATED);
	world_event(&world, "{at: 2026-01-22T00:00:00Z, event: start, key: l, on: 2026-01-26}");
	world_advance(&world, "2026-02-16T00:00:00Z");
	world_expect_sends(&world,
	                   "2026-01-22T00:00:00Z waiting first until 2026-01-23T10:00:00Z\n"
	                   "2026-01-23T10:00:00Z waiting frequency_cap first until 2026-01-25T09:00:00Z (four-days)\n"
	                   "2026-01-25T09:00:00Z sent s/first\n"
	                   "2026-01-25T09:00:00Z waiting second until 2026-01-25T10:00:00Z\n"
	                   "2026-01-25T10:00:00Z waiting frequency_cap second until 2026-01-29T09:00:00Z (four-days)\n"
	                   "2026-01-29T09:00:00Z sent s/second\n");
	world_edit(&world, POLICY("  frequency_caps: [ { name: week, max: 1, within: 7d } ]\n"), DATED);
	world_event(&world, "{at: 2026-01-30T00:00:00Z, event: start, key: m, on: 2026-02-03}");
	world_advance(&world, "2026-02-16T00:00:00Z");
	world_expect_sends(&world,
	                   "2026-01-30T00:00:00Z waiting first until 2026-01-31T10:00:00Z\n"
	                   "2026-01-31T10:00:00Z skipped overtaken first (week)\n"
	                   "2026-01-31T10:00:00Z waiting second until 2026-02-02T10:00:00Z\n"
	                   "2026-02-02T10:00:00Z waiting frequency_cap second until 2026-02-05T09:00:00Z (week)\n"
	                   "2026-02-05T09:00:00Z sent s/second\n");
	world_release(&world);
}

static void where_a_send_says_nothing_the_policy_decides(void **state)
{
	struct world world;
	(void)state;
	world_with(&world,
	           POLICY("  on_cap: defer\n  on_quiet: skip\n  stale_after: 30h\n"
	                  "  quiet_hours: { from: \"21:00\", to: \"09:00\" }\n"
	                  "  frequency_caps: [ { name: day, max: 1, within: 24h } ]\n"),
	           MAIL(""));
	world_enter(&world, "2026-01-01T10:00:00Z", "a");
	world_enter(&world, "2026-01-01T11:00:00Z", "b");
	world_enter(&world, "2026-01-01T12:00:00Z", "c");
	world_enter(&world, "2026-01-01T23:00:00Z", "d");
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect_sends(&world,
	                   "2026-01-01T10:00:00Z sent a\n"
	                   "2026-01-01T11:00:00Z waiting frequency_cap node-1 until 2026-01-02T10:00:00Z (day)\n"
	                   "2026-01-01T12:00:00Z waiting frequency_cap node-1 until 2026-01-02T10:00:00Z (day)\n"
	                   "2026-01-01T23:00:00Z skipped quiet_hours node-1\n"
	                   "2026-01-02T10:00:00Z sent a\n"
	                   "2026-01-02T10:00:00Z skipped stale node-1 (day)\n");
	world_release(&world);
}

static void a_goal_ends_a_run_whose_message_waits(void **state)
{
	struct world world;
	(void)state;
	world_with(&world, NIGHT,
	           "journey: mails\nentry: { event: start }\nkey: event.key\n"
	           "goal: { event: returned, when: event.sku == key }\n"
	           "nodes:\n  - send: { channel: email, template: a }\n  - wait: 1h\n"
	           "  - send: { channel: email, template: b }\n");
	world_enter(&world, "2026-01-01T22:00:00Z", "a");
	world_enter(&world, "2026-01-01T22:00:00Z", "b");
	world_event(&world, "{at: 2026-01-02T09:00:00Z, event: returned, sku: a}");
	world_advance(&world, "2026-02-01T00:00:00Z");
	world_expect_sends(&world, "2026-01-01T22:00:00Z waiting quiet_hours node-1 until 2026-01-02T09:00:00Z\n"
	                           "2026-01-01T22:00:00Z waiting quiet_hours node-1 until 2026-01-02T09:00:00Z\n"
	                           "2026-01-02T09:00:00Z sent a\n"
	                           "2026-01-02T09:00:00Z waiting node-2 until 2026-01-02T10:00:00Z\n"
	                           "2026-01-02T10:00:00Z sent b\n");
	world_release(&world);
}

static void a_policy_that_fails_is_said_and_sends_nothing_wrong(void **state)
{
	struct world world;
	(void)state;
	world_with(&world, POLICY("  consent: { email: 'int(profile.how_often) > 0' }\n"), MAIL(""));
	world_event(&world, "{at: 2026-01-01T00:00:00Z, event: preferences, how_often: many}");
	world_enter(&world, "2026-01-02T00:00:00Z", "a");
	assert_int_equal(world.out.faults, 1);
	world_expect_sends(&world, "2026-01-02T00:00:00Z skipped no_consent node-1 (email)\n");
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_first_that_forbids_is_the_reason),
	        cmocka_unit_test(opting_out_holds_for_a_message_that_waits),
	        cmocka_unit_test(what_came_back_is_not_promoted_for_sixty_days),
	        cmocka_unit_test(quiet_hours_go_by_the_customers_clock_over_midnight),
	        cmocka_unit_test(quiet_hours_end_right_when_the_clocks_change),
	        cmocka_unit_test(a_move_to_another_zone_asks_the_night_again),
	        cmocka_unit_test(a_send_may_skip_the_night_or_other_channels_may_not_know_it),
	        cmocka_unit_test(service_messages_pass_caps_but_not_the_night),
	        cmocka_unit_test(a_deferred_message_goes_at_the_first_allowed_minute),
	        cmocka_unit_test(nothing_is_deferred_beyond_stale_after),
	        cmocka_unit_test(too_much_may_end_the_run_or_go_by_another_channel),
	        cmocka_unit_test(caps_count_topics_and_tags_through_the_record),
	        cmocka_unit_test(customers_choose_how_often),
	        cmocka_unit_test(of_two_at_an_instant_the_one_of_higher_priority_goes),
	        cmocka_unit_test(a_waiting_touch_is_overtaken_by_the_next_and_replanned_with_its_date),
	        cmocka_unit_test(where_a_send_says_nothing_the_policy_decides),
	        cmocka_unit_test(what_is_given_up_names_the_rule_that_forbids_longest_not_the_night_asked_first),
	        cmocka_unit_test(a_goal_ends_a_run_whose_message_waits),
	        cmocka_unit_test(a_policy_that_fails_is_said_and_sends_nothing_wrong),
	};
	return cmocka_run_group_tests_name("engine_contact", tests, NULL, NULL);
}
