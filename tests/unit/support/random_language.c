/* SPDX-License-Identifier: Apache-2.0 */
#include "support/random_language.h"

#include "support/dice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

void random_add(struct random_text *out, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	out->len += (size_t)vsnprintf(out->text + out->len, sizeof out->text - out->len, format, args);
	va_end(args);
	assert_true(out->len < sizeof out->text);
}

void random_rules(struct random_text *out, enum mutant mutant)
{
	random_add(
	        out,
	        "event: order\nfields: { ref: string, n: int, day: date }\nsets: { n: event.n }\n---\n"
	        "event: paid\nfields: { ref: string }\n---\nevent: stop\nfields: { ref: string }\n---\n"
	        "event: opened\nfields: { ref: string }\n---\n"
	        "event: told\nfields: { ref: string, x: int }\n---\n"
	        "opening_hours:\n  shop: { mon: '09:00-12:00', thu: ['08:00-10:00', '22:00-24:00'] }\n"
	        "  closed: { closed: [2026-01-05], mon: '10:00-11:00' }\n---\n"
	        "event: choice\nfields: { yes: bool }\nsets: { agreed: event.yes }\n---\n"
	        "profile: { n: int, agreed: bool }\n---\ntemplates: [t]\n---\nlimits: { actions_per_day: 1000 }\n---\n"
	        "segment: many\ncases: { yes: profile.n >= 3 }\n---\n");
	random_add(out, "event: erase_me\n%s---\n", mutant == MUTANT_ERASE ? "" : "erases: customer\n");
	const char *consent = mutant == MUTANT_CONSENT ? "\"true\"" : "'default(profile.agreed, true)'";
	random_add(out, "contact_policy:\n  consent: { email: %s, sms: %s }\n", consent, consent);
	if (mutant != MUTANT_NIGHT)
		random_add(out, "  quiet_hours: { from: \"21:00\", to: \"08:00\" }\n");
	random_add(out, "  frequency_caps: [ { name: few, max: %d, within: %dd } ]\n",
	           mutant == MUTANT_CAP ? CAP + 1 : CAP, CAP_DAYS);
}

static void write_send(struct random_text *out)
{
	static const char *const CAPS[] = {"skip", "defer", "exit"};
	random_add(out, "{ name: n%u, send: { channel: %s, template: t, on_cap: %s, on_quiet: %s } }", out->nodes,
	           dice_roll(&out->dice, 2) ? "email" : "sms", CAPS[dice_roll(&out->dice, 3)],
	           dice_roll(&out->dice, 3) ? "defer" : "skip");
	out->nodes++;
}

static void write_wait(struct random_text *out)
{
	unsigned hours = 1 + dice_roll(&out->dice, 90);
	switch (dice_roll(&out->dice, 5)) {
	case 4:
		random_add(out, "{ wait: { window: %s } }", hours % 2 ? "shop" : "closed");
		break;
	case 0:
		random_add(out, "{ wait: { calendar_days: %u, at: \"%02u:30\" } }", 1 + hours % 4, hours % 24);
		break;
	case 1:
		random_add(out, "{ wait: { until_time: \"%02u:00\", days: [mon, wed, sat] } }", hours % 24);
		break;
	case 2:
		random_add(
		        out,
		        "{ wait: { until: event.day, offset: -1d, at: \"09:00\", if_past: skip, if_missing: skip } }");
		break;
	default:
		random_add(out, "{ wait: %uh }", hours);
	}
}

static void write_nodes(struct random_text *out, unsigned depth);

/* A node that takes no time. */
static void write_effect(struct random_text *out)
{
	switch (dice_roll(&out->dice, 4)) {
	case 0:
		random_add(out, "{ set: { run: { x: \"default(run.x, 0) + 1\" } } }");
		break;
	case 1:
		random_add(out, "{ emit: { event: opened, fields: { ref: key } } }");
		break;
	case 2:
		random_add(out, "{ emit: { event: told, to: out, fields: { ref: key, x: event.n } } }");
		break;
	default:
		random_add(out, "{ start_journey: { journey: dd-started, with: { ref: key, x: event.n } } }");
	}
}

/* A node that may hold others. */
static void write_node(struct random_text *out, unsigned depth)
{
	switch (dice_roll(&out->dice, depth ? 8 : 4)) {
	case 0:
	case 1:
		write_send(out);
		break;
	case 2:
		write_wait(out);
		break;
	case 3:
		write_effect(out);
		break;
	case 4:
		random_add(out, "{ split: { cases: [ { when: event.n > %u, then: ", dice_roll(&out->dice, 5));
		write_nodes(out, depth - 1);
		random_add(out, " } ], else: ");
		write_nodes(out, depth - 1);
		random_add(out, " } }");
		break;
	case 5:
		random_add(out, "{ name: x%u, experiment: { variants: [ { name: a, weight: 1, then: ", out->nodes++);
		write_nodes(out, depth - 1);
		random_add(out, " }, { name: b, weight: 2, then: ");
		write_nodes(out, depth - 1);
		random_add(out, " } ] } }");
		break;
	default:
		random_add(out,
		           "{ wait_for: { events: [ { name: w%u, event: opened, key: event.ref, then: ", out->nodes++);
		write_nodes(out, depth - 1);
		random_add(out, " } ], timeout: %uh%s } }", 5 + dice_roll(&out->dice, 80),
		           dice_roll(&out->dice, 2) ? ", restart_on: [ { event: order } ]" : "");
	}
}

static void write_nodes(struct random_text *out, unsigned depth)
{
	random_add(out, "[ ");
	for (unsigned count = 1 + dice_roll(&out->dice, 3); count > 0; count--) {
		write_node(out, depth);
		random_add(out, count > 1 ? ", " : " ]");
	}
}

static void write_ends(struct random_text *out, enum mutant mutant)
{
	if (mutant != MUTANT_GOAL)
		random_add(out, "goal: { event: paid, when: event.ref == key }\n");
	if (mutant != MUTANT_EXIT)
		random_add(out, "exit_when: [ { event: stop, when: event.ref == key, as: stopped } ]\n");
}

static void write_dated(struct random_text *out, enum mutant mutant, const char *state)
{
	static const char *const JOINS[] = {"next", "latest"}, *const CHANGES[] = {"replan", "keep", "exit"},
	                         *const REENTRIES[] = {"never", "after_exit", "always"};
	unsigned first = 8 + dice_roll(&out->dice, 10), second = 2 + dice_roll(&out->dice, 5);
	random_add(out, "journey: aa-dated\n%sentry: { event: order }\nkey: event.ref\nreentry: %s\n", state,
	           REENTRIES[dice_roll(&out->dice, 3)]);
	random_add(out, "anchor: { date: event.day, if_missing: wait, on_change: %s }\n",
	           CHANGES[dice_roll(&out->dice, 3)]);
	write_ends(out, mutant);
	random_add(out, "nodes:\n  - sequence: { at: \"%02u:00\", late_join: %s, before: { %ud: a, %ud: b, 1d: c } }\n",
	           8 + dice_roll(&out->dice, 12), JOINS[dice_roll(&out->dice, 2)], first, second);
	random_add(out, "    send: { channel: email, template: t, data: { anchor: anchor } }\n");
}

/* Started by the other, and starts it in its turn. */
static void write_started(struct random_text *out, enum mutant mutant, const char *state)
{
	random_add(
	        out,
	        "---\njourney: dd-started\n%sentry: { from_journeys: any, fields: { ref: string, x: int }, at_most: { "
	        "times: %d, within: %dd } }\nkey: event.ref\n",
	        state, mutant == MUTANT_STARTS ? STARTS + 1 : STARTS, STARTS_DAYS);
	write_ends(out, mutant);
	random_add(out,
	           "nodes:\n%s  - { name: open, emit: { event: told, to: out, fields: { ref: key, x: event.x } } }\n"
	           "  - wait: 26h\n"
	           "  - { name: hand, start_journey: { journey: bb-flow, with: { ref: key, n: 4 } } }\n",
	           mutant == MUTANT_CLOSED ? "" : "  - wait: { window: shop }\n");
}

void random_journeys(struct random_text *out, enum mutant mutant, bool paused)
{
	static const char *const RESUMES[] = {"skip_stale", "send_late", "replan"};
	static const char *const REENTRIES[] = {"never", "after_exit", "always"};
	char state[64];
	snprintf(state, sizeof state, "state: %s\non_resume: %s\n", paused ? "paused" : "live",
	         RESUMES[dice_roll(&out->dice, 3)]);
	write_dated(out, mutant, state);
	random_add(
	        out,
	        "---\njourney: bb-flow\npriority: 60\n%sentry: { event: order, when: event.n > %u }\nkey: event.ref\n"
	        "reentry: %s\n",
	        state, dice_roll(&out->dice, 3), REENTRIES[dice_roll(&out->dice, 3)]);
	write_ends(out, mutant);
	random_add(out, "nodes:\n");
	for (unsigned count = 2 + dice_roll(&out->dice, 4); count > 0; count--) {
		random_add(out, "  - ");
		write_node(out, 2);
		random_add(out, "\n");
	}
	random_add(out, "  - name: again\n    wait: 30h\n  - { name: more, send: { channel: sms, template: t } }\n"
	                "  - goto: { node: again, most: 2 }\n---\n");
	random_add(out, "journey: cc-segment\nentry: { segment: many, on: enter }\nreentry: always\nnodes:\n"
	                "  - { send: { channel: email, template: t } }\n  - { wait: 20h }\n"
	                "  - { send: { channel: sms, template: t, on_cap: defer } }\n");
	write_started(out, mutant, state);
}
