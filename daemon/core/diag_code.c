/* SPDX-License-Identifier: Apache-2.0 */
/* What each code means, for `journeyd help JRNnnn`: why it is an error, a wrong example and the right one. */
#include "core/diag.h"

static const struct diag_help HELP[] = {
        {DIAG_FILE, "a file or folder cannot be read",
         "The path does not exist, or the user that journeyd runs as may not read it. Paths are taken from the folder "
         "that the command is started in.",
         "journeyd check jurneys rules\n", "journeyd check journeys rules\n"},
        {DIAG_SYNTAX, "the file is not YAML",
         "A text that contains \": \" or \" #\", or that begins with one of ! & * [ { > | % @ ` or a quote, needs "
         "quotes around the whole of it. Expressions often do.",
         "entry:\n"
         "  event: purchase\n"
         "  when: \"motor\" == event.line\n",
         "entry:\n"
         "  event: purchase\n"
         "  when: '\"motor\" == event.line'\n"},
        {DIAG_TAB, "a tab is used for indentation",
         "YAML allows only spaces in front of a line's text, since a tab has no agreed width.",
         "entry:\n"
         "\tevent: purchase\n",
         "entry:\n"
         "  event: purchase\n"},
        {DIAG_DUPLICATE_KEY, "a key stands twice in one map",
         "Which of the two would be meant? Nothing is dropped silently, so one of them has to go.",
         "entry: { event: purchase }\n"
         "entry: { event: click }\n",
         "entry: { event: purchase }\n"},
        {DIAG_UNKNOWN_KEY, "a key has no meaning here",
         "Keys that journeyd does not know are errors and never ignored: most of them are typing mistakes. Remarks go "
         "into `about:` or behind a #.",
         "entry: { evnt: purchase }\n", "entry: { event: purchase }\n"},
        {DIAG_MISSING_KEY, "a key that must be there is missing",
         "Without it nobody could say what is meant; there is no default.",
         "exit_when:\n"
         "  - { when: event.total > 50.0 }\n",
         "exit_when:\n"
         "  - { event: purchase, when: event.total > 50.0 }\n"},
        {DIAG_WRONG_KIND, "a value has the wrong shape",
         "A list has entries behind \"- \" or stands in [ ], a map has keys with values or stands in { }, everything "
         "else is a text, a number or true and false. Quotes make a number a text.",
         "priority: \"50\"\n", "priority: 50\n"},
        {DIAG_BAD_VALUE, "a value cannot be read",
         "Durations are written 3d, 12h, 90m or 1d12h, dates 2026-05-10, times of day \"10:00\", moments "
         "2026-03-01T09:00:00+08:00, sizes 4MB. A number alone says no unit.",
         "- wait: 3\n", "- wait: 3d\n"},
        {DIAG_BAD_CHOICE, "a word is none of those possible here",
         "The key takes one of a few words; the message lists them.", "reentry: once\n", "reentry: never\n"},
        {DIAG_ALIAS, "an alias cannot be resolved",
         "*name repeats what stands behind &name earlier in the same file. It cannot repeat something it is itself "
         "part of, nor make the file explode. Merge keys (<<) are not supported: write the keys out.",
         "- send: &mail { channel: email, template: ask }\n"
         "- send: { <<: *mail, template: thanks }\n",
         "- send: &mail { channel: email, template: ask }\n"
         "- wait: 3d\n"
         "- send: *mail\n"},
        {DIAG_TOO_LARGE, "something is larger than journeyd reads",
         "A file has at most 8 MB and a million values; lists and maps are nested at most 64 deep. What is larger was "
         "hardly written by a person; split it.",
         "nodes: "
         "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
         "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n",
         "nodes: [ { wait: 3d } ]\n"},
        {DIAG_ENCODING, "the file is not UTF-8",
         "Files are UTF-8 without control characters. Editors call this \"save with encoding\".",
         "about: Grüße zum Geburtstag    # saved as Latin-1\n", "about: Grüße zum Geburtstag    # saved as UTF-8\n"},
        {DIAG_EMPTY, "there is nothing where something must be",
         "An empty file or list says nothing; delete it or fill it.", "nodes: []\n",
         "nodes:\n"
         "  - send: { channel: email, template: thanks }\n"},
        {DIAG_CONFLICT, "two keys exclude each other",
         "Each of the keys makes sense alone, together they contradict. Take one of them away.",
         "reentry: never\n"
         "reentry_after: 30d\n",
         "reentry_after: 30d\n"},
        {DIAG_EXPR_SYNTAX, "an expression is not complete or not correct",
         "Expressions are written in CEL: == to compare, && and || to combine, ! to negate, double or single quotes "
         "around texts.",
         "entry: { event: purchase, when: event.line = \"motor\" }\n",
         "entry: { event: purchase, when: event.line == \"motor\" }\n"},
        {DIAG_EXPR_NAME, "an expression uses an unknown name or field",
         "Fields are declared with the event in rules/, attributes in rules/profile.yaml, traits in rules/traits.yaml. "
         "A name that is declared nowhere would never have a value.",
         "entry: { event: purchase, when: event.totl > 50.0 }\n",
         "entry: { event: purchase, when: event.total > 50.0 }\n"},
        {DIAG_EXPR_TYPE, "an operator or function does not fit these types",
         "Texts are not compared with numbers, nor dates with moments: it would always be false. Convert one side, for "
         "example with int(), string() or date().",
         "entry: { event: purchase, when: event.total > \"50\" }\n",
         "entry: { event: purchase, when: event.total > 50.0 }\n"},
        {DIAG_EXPR_RESULT, "an expression gives another type than is needed here",
         "A condition must be true or false; a key must be a text or a whole number; an anchor must be a date or a "
         "timestamp.",
         "entry: { event: purchase, when: event.total }\n", "entry: { event: purchase, when: event.total > 0.0 }\n"},
        {DIAG_EXPR_LIMIT, "an expression is too long, too deep or too costly",
         "Evaluation is bounded, so that no expression can hold up the events behind it. Nested walks over lists are "
         "what usually costs too much.",
         "entry:\n"
         "  event: purchase\n"
         "  when: event.items.all(a, event.items.all(b, event.items.all(c, event.items.all(d, a + b > c + d))))\n",
         "entry:\n"
         "  event: purchase\n"
         "  when: event.items.all(a, a > 0)\n"},
        {DIAG_EXPR_UNSUPPORTED, "this part of CEL is not supported",
         "journeyd has a subset of CEL: null, bool, int, double, string, list, map, timestamp, duration, the macros "
         "has, all, exists, exists_one, filter, map, and the helpers for dates.",
         "entry: { event: purchase, when: size(event.items) > 3u }\n",
         "entry: { event: purchase, when: size(event.items) > 3 }\n"},
        {DIAG_EXPR_CONSTANT, "a constant in an expression cannot be",
         "A number is too large, or a text that must be a date, a duration or a time zone is none. It is found before "
         "the journey runs, since it would fail each time.",
         "entry: { event: purchase, when: event.expires_on > date(\"2026-02-30\") }\n",
         "entry: { event: purchase, when: event.expires_on > date(\"2026-02-28\") }\n"},
        {DIAG_EXPR_NEVER, "what is asked for or compared with is never there",
         "A table has no such entry, or a tier, a segment or a day of the week is compared with a word that it never "
         "is: "
         "the condition cannot become true. Ask with has() or default() for an entry that is there at times.",
         "entry: { event: purchase, when: weekday(now) == \"monday\" }\n",
         "entry: { event: purchase, when: weekday(now) == \"mon\" }\n"},
        {DIAG_DUPLICATE_NAME, "a name is given twice",
         "Journeys, events, segments, traits and nodes are told apart by their names; the note shows the first one.",
         "# rules/motor.yaml\n"
         "segment: value\n"
         "cases: { high: profile.income > 50000.0 }\n"
         "# rules/home.yaml\n"
         "segment: value\n"
         "cases: { high: profile.points > 1000 }\n",
         "# rules/motor.yaml\n"
         "segment: value\n"
         "cases: { high: profile.income > 50000.0 }\n"
         "# rules/home.yaml\n"
         "segment: loyalty\n"
         "cases: { high: profile.points > 1000 }\n"},
        {DIAG_UNKNOWN_EVENT, "no such event is declared",
         "Each event has a file in rules/ that names its fields. Without it nothing could be checked.",
         "entry: { event: purchas }\n", "entry: { event: purchase }\n"},
        {DIAG_UNKNOWN_SEGMENT, "no such segment is declared",
         "A journey can use the segments that files in rules/ define with `segment: NAME`.", "segment: motor_valu\n",
         "segment: motor_value\n"},
        {DIAG_UNKNOWN_TEMPLATE, "no such template is listed",
         "Templates are listed in rules/, so that a typing mistake is found here and not by the customer. A name with "
         "placeholders must be there for every segment and every node.",
         "- send: { channel: email, template: renewal/notise }\n",
         "- send: { channel: email, template: renewal/notice }\n"},
        {DIAG_UNKNOWN_PLACEHOLDER, "no such placeholder",
         "A template's name may hold {segment}, {node} and the like; the message lists them.",
         "segment: motor_value\n"
         "nodes:\n"
         "  - send: { channel: email, template: \"renewal/{segmnt}\" }\n",
         "segment: motor_value\n"
         "nodes:\n"
         "  - send: { channel: email, template: \"renewal/{segment}\" }\n"},
        {DIAG_BAD_TYPE, "no such type",
         "Fields have one of the types bool, int, double, number, string, date, timestamp, duration, any, list<...> "
         "and map<...>.",
         "event: refund\n"
         "fields: { amount: float }\n",
         "event: refund\n"
         "fields: { amount: double }\n"},
        {DIAG_FILE_KIND, "nothing says what this file is",
         "A file in rules/ has one of the keys event, segment, profile, traits, templates, contact_policy, limits; a "
         "journey begins with journey.",
         "fields: { amount: double }\n",
         "event: refund\n"
         "fields: { amount: double }\n"},
        {DIAG_FILE_NAME, "the file is named otherwise than its journey",
         "The journey NAME lives in NAME.journey.yaml, so that everybody finds it.",
         "# journeys/hello.journey.yaml\n"
         "journey: welcome\n",
         "# journeys/welcome.journey.yaml\n"
         "journey: welcome\n"},
        {DIAG_BAD_SEQUENCE, "a sequence cannot work as written",
         "A sequence counts from the journey's anchor, names each touch once, and has at least one touch before or "
         "after it.",
         "anchor: { date: event.expires_on }\n"
         "nodes:\n"
         "  - sequence: { at: \"10:00\", before: { 36h: notice } }\n"
         "    send: { channel: email, template: \"renewal/{node}\" }\n",
         "anchor: { date: event.expires_on }\n"
         "nodes:\n"
         "  - sequence: { at: \"10:00\", before: { 2d: notice } }\n"
         "    send: { channel: email, template: \"renewal/{node}\" }\n"},
        {DIAG_BAD_CAP, "a frequency cap cannot work as written",
         "A cap lets `max` sends through within a time; 0 would let none through, ever. To stop a channel, pause its "
         "journeys.",
         "contact_policy:\n"
         "  frequency_caps: [ { name: week, max: 0, within: 7d } ]\n",
         "contact_policy:\n"
         "  frequency_caps: [ { name: week, max: 3, within: 7d } ]\n"},
        {DIAG_BAD_POLICY, "a part of the contact policy cannot work as written",
         "Quiet hours need an end that differs from their beginning; a send's topic must be one that the policy lists; "
         "a fallback must be another channel; a message that may wait must have a time left in which it may go.",
         "contact_policy: { quiet_hours: { from: \"21:00\", to: \"21:00\" } }\n",
         "contact_policy: { quiet_hours: { from: \"21:00\", to: \"09:00\" } }\n"},
        {DIAG_UNUSED, "nothing uses this rule",
         "It has no effect. It may be a leftover, or the name that should use it is misspelt elsewhere.",
         "# rules/mails.yaml\n"
         "templates: [farewell]\n",
         "# rules/mails.yaml\n"
         "templates: [farewell]\n"
         "# journeys/farewell.journey.yaml\n"
         "nodes:\n"
         "  - send: { channel: email, template: farewell }\n"},
        {DIAG_UNREACHABLE, "a node can never be reached", "What stands behind an exit is never carried out.",
         "- exit: done\n"
         "- wait: 3d\n",
         "- wait: 3d\n"
         "- exit: done\n"},
        {DIAG_UNKNOWN_TARGET, "no node of this name",
         "`goto`, `then` and the like lead to a node of the same journey, by the `name:` that the node was given.",
         "- { name: ask, wait: 3d }\n"
         "- goto: asks\n",
         "- { name: ask, wait: 3d }\n"
         "- goto: ask\n"},
        {DIAG_RESTLESS_LOOP, "a round that must not be",
         "Nodes may lead back, but each round must hold a wait of some length (a date may be over, a time of day may "
         "be now), and must not lead over a sequence, whose messages go out once.",
         "- name: ask\n"
         "  send: { channel: sms, template: ask }\n"
         "- goto: ask\n",
         "- name: ask\n"
         "  send: { channel: sms, template: ask }\n"
         "- wait: 3d\n"
         "- goto: { node: ask, most: 3 }\n"},
        {DIAG_BAD_WAIT, "a wait cannot work as written",
         "A wait is a length of time, calendar days, a time of day, a date, or opening hours that are open at some "
         "time; with a time of day the offset from a date is whole days.",
         "- wait: { until: event.ends, offset: -36h, at: \"10:00\" }\n",
         "- wait: { until: event.ends, offset: -2d, at: \"10:00\" }\n"},
        {DIAG_BAD_EXPERIMENT, "an experiment cannot work as written",
         "An experiment has two or more variants of different names, and at least one of them has a weight.",
         "- experiment:\n"
         "    variants:\n"
         "      - { name: short, then: [ { send: { channel: email, template: ask } } ] }\n",
         "- experiment:\n"
         "    variants:\n"
         "      - { name: short, then: [ { send: { channel: email, template: ask } } ] }\n"
         "      - { name: long, then: [ { send: { channel: email, template: thanks } } ] }\n"},
        {DIAG_NO_JOURNEYS, "there is no journey",
         "The folder holds no file named NAME.journey.yaml, so journeyd would have nothing to do.",
         "# journeys/welcome.yaml\n"
         "journey: welcome\n",
         "# journeys/welcome.journey.yaml\n"
         "journey: welcome\n"},
        {DIAG_TAG_COLLISION, "two names share one stored number",
         "Stored records name fields by a number made from the name. Two names of one list that get the same number "
         "cannot be told apart; it is very rare, and renaming one of them is enough.",
         "- send: { channel: telegram, template: ask }\n"
         "- send: { channel: wechat_uk, template: thanks }\n",
         "- send: { channel: telegram, template: ask }\n"
         "- send: { channel: wechat-uk, template: thanks }\n"},
        {DIAG_BAD_ZONE, "no such time zone",
         "Zones have the names of the IANA database, such as Europe/Berlin, or are UTC. Abbreviations such as CET or "
         "PST mean different things in different places.",
         "timezone: Berlin\n", "timezone: Europe/Berlin\n"},
        {DIAG_CYCLE, "names refer to each other in a circle", "None of them could be computed first.",
         "traits:\n"
         "  spent: { value: trait.bonus * 2.0 }\n"
         "  bonus: { value: trait.spent + 1.0 }\n",
         "traits:\n"
         "  spent: { sum: purchase, of: event.total }\n"
         "  bonus: { value: trait.spent + 1.0 }\n"},
        {DIAG_UNKNOWN_NODE, "no such node",
         "The name is none of the nodes and touches of this journey, or the key is none of the kinds of node.",
         "- snd: { channel: email, template: thanks }\n", "- send: { channel: email, template: thanks }\n"},
        {DIAG_UNKNOWN_TOPICS, "no such tree of topics",
         "A segment by path takes its names from a tree that a file of rules declares with `topics: NAME`.",
         "segment: interest\n"
         "path: trait.interest\n"
         "tree: crs\n",
         "segment: interest\n"
         "path: trait.interest\n"
         "tree: cars\n"},
        {DIAG_TEMPLATE_DATA, "a message lacks what its template needs",
         "The list of templates says which fields a template shows; the send must give each under `data`.",
         "# rules/coupons.yaml\n"
         "templates: { coupon: { needs: code } }\n"
         "# journeys/coupon.journey.yaml\n"
         "nodes:\n"
         "  - send: { channel: email, template: coupon }\n",
         "# rules/coupons.yaml\n"
         "templates: { coupon: { needs: code } }\n"
         "# journeys/coupon.journey.yaml\n"
         "nodes:\n"
         "  - send: { channel: email, template: coupon, data: { code: event.code } }\n"},
        {DIAG_NEVER_MATCHES, "a case can never match",
         "Cases are tried from top to bottom and the first that is true is taken. One whose condition stands above "
         "already, or is narrower than one above, is never come to: the narrowest goes first.",
         "segment: medals\n"
         "cases:\n"
         "  silver: profile.points > 500\n"
         "  gold: profile.points > 1000\n",
         "segment: medals\n"
         "cases:\n"
         "  gold: profile.points > 1000\n"
         "  silver: profile.points > 500\n"},
        {DIAG_CAP_TOO_TIGHT, "a frequency cap stops a part of a sequence",
         "The sequence alone wants to send more within the cap's window than the cap lets through, so no customer ever "
         "gets all of it. Spread it out, raise the cap, or make service messages exempt.",
         "# journeys/renewal.journey.yaml\n"
         "anchor: { date: event.expires_on }\n"
         "nodes:\n"
         "  - sequence: { before: { 3d: notice, 1d: offer } }\n"
         "    send: { channel: email, template: \"renewal/{node}\" }\n"
         "# rules/policy.yaml\n"
         "contact_policy:\n"
         "  frequency_caps: [ { name: week, max: 1, within: 7d } ]\n",
         "# journeys/renewal.journey.yaml\n"
         "anchor: { date: event.expires_on }\n"
         "nodes:\n"
         "  - sequence: { before: { 10d: notice, 1d: offer } }\n"
         "    send: { channel: email, template: \"renewal/{node}\" }\n"
         "# rules/policy.yaml\n"
         "contact_policy:\n"
         "  frequency_caps: [ { name: week, max: 1, within: 7d } ]\n"},
        {DIAG_REENTRY_UNBOUNDED, "nothing limits how often the journey starts again",
         "With `reentry: always` each entry event starts the journey anew. `reentry_after`, or `at_most` of the "
         "entry, keeps a burst of events from becoming a burst of messages.",
         "reentry: always\n",
         "reentry: always\n"
         "reentry_after: 1d\n"},
        {DIAG_NEVER_SET, "an attribute that nothing sets",
         "Attributes change only by events, by their `sets`, and by `set` nodes. One that is read and never set is "
         "absent for every customer, so whatever asks for it comes to nothing.",
         "# rules/person.yaml\n"
         "profile: { city: string }\n"
         "# journeys/near.journey.yaml\n"
         "entry: { event: purchase, when: profile.city == \"Berlin\" }\n",
         "# rules/person.yaml\n"
         "profile: { city: string }\n"
         "# rules/moved.yaml\n"
         "event: moved\n"
         "fields: { city: string }\n"
         "sets: { city: event.city }\n"
         "# journeys/near.journey.yaml\n"
         "entry: { event: purchase, when: profile.city == \"Berlin\" }\n"},
        {DIAG_STALE_BEFORE_SENT, "a message is held longer than it is good for",
         "In quiet hours it waits for their end, and `stale_after` gives it up before that. So whoever would be "
         "written to at the beginning of the night is never written to. Let it wait longer, or say `on_quiet: skip`.",
         "# rules/policy.yaml\n"
         "contact_policy: { quiet_hours: { from: \"21:00\", to: \"09:00\" } }\n"
         "# journeys/reminder.journey.yaml\n"
         "nodes:\n"
         "  - send: { channel: email, template: thanks, stale_after: 2h }\n",
         "# rules/policy.yaml\n"
         "contact_policy: { quiet_hours: { from: \"21:00\", to: \"09:00\" } }\n"
         "# journeys/reminder.journey.yaml\n"
         "nodes:\n"
         "  - send: { channel: email, template: thanks, stale_after: 1d }\n"},
        {DIAG_UNKNOWN_JOURNEY, "no journey has this name",
         "A node starts another journey by its name, and `from_journeys` names those that may start this one; each is "
         "the name in a file NAME.journey.yaml of the same folder.",
         "- start_journey: winback\n",
         "# journeys/welcome.journey.yaml\n"
         "nodes: [ { start_journey: win-back } ]\n"
         "# journeys/win-back.journey.yaml\n"
         "entry: { from_journeys: [welcome] }\n"},
        {DIAG_NOT_STARTED, "a journey that is not started",
         "A journey with `from_journeys` is entered only from the journeys it names, by their `start_journey`. Both "
         "ends must say so: then whoever reads one of them knows of the other.",
         "# journeys/order.journey.yaml\n"
         "nodes: [ { start_journey: care } ]\n"
         "# journeys/cart.journey.yaml\n"
         "nodes: [ { start_journey: care } ]\n"
         "# journeys/care.journey.yaml\n"
         "entry: { from_journeys: [cart] }\n",
         "# journeys/order.journey.yaml\n"
         "nodes: [ { start_journey: care } ]\n"
         "# journeys/cart.journey.yaml\n"
         "nodes: [ { start_journey: care } ]\n"
         "# journeys/care.journey.yaml\n"
         "entry: { from_journeys: [cart, order] }\n"},
        {DIAG_OLD_VERSION, "an older version of a journey does not compile any more",
         "People are still in a version of the journey that was edited since, and the rules have changed so that it "
         "means nothing now. They go on by the current file, at the node of the same name.",
         "event: purchase\n"
         "fields: { sku: string }                   # the older journey reads event.total\n",
         "event: purchase\n"
         "fields: { sku: string, total: double }    # until nobody is in it any more\n"},
        {DIAG_SETTING, "a setting cannot be used",
         "The value is readable, and yet the daemon could not work with it or with it and another one together.",
         "kafka:\n"
         "  brokers: kafka:9092\n"
         "  inputs: []\n"
         "  outputs: { actions: journeyd.actions }\n",
         "kafka:\n"
         "  brokers: kafka:9092\n"
         "  inputs: [ { topic: shop.events } ]\n"
         "  outputs: { actions: journeyd.actions }\n"},
        {DIAG_NO_TOPIC, "no topic for what a journey tells other systems",
         "A node emits `to: out` or `to: both`, and the settings name no topic for such records. Nothing is dropped "
         "silently, so the daemon does not run these journeys.",
         "# journeyd.yaml\n"
         "kafka:\n"
         "  brokers: kafka:9092\n"
         "  inputs: [ { topic: shop.events } ]\n"
         "  outputs: { actions: journeyd.actions }\n"
         "# journeys/desk.journey.yaml\n"
         "nodes: [ { emit: { event: click, to: out } } ]\n",
         "# journeyd.yaml\n"
         "kafka:\n"
         "  brokers: kafka:9092\n"
         "  inputs: [ { topic: shop.events } ]\n"
         "  outputs: { actions: journeyd.actions, records: journeyd.records }\n"
         "# journeys/desk.journey.yaml\n"
         "nodes: [ { emit: { event: click, to: out } } ]\n"},
        {DIAG_STORY, "a journey test cannot be used",
         "A journey test names its journey, its customer, events in order of time, and what is expected.",
         "tests:\n"
         "  - name: thanks a day later\n"
         "    events: [ { at: +0, event: purchase, totl: 50.0 } ]\n"
         "    expect: [ { at: +1d, send: thanks } ]\n",
         "tests:\n"
         "  - name: thanks a day later\n"
         "    events: [ { at: +0, event: purchase, total: 50.0 } ]\n"
         "    expect: [ { at: +1d, send: thanks } ]\n"},
};

const struct diag_help *diag_help(int code)
{
	for (size_t i = 0; i < sizeof HELP / sizeof HELP[0]; i++)
		if ((int)HELP[i].code == code)
			return &HELP[i];
	return NULL;
}
