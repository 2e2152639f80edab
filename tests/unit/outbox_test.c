/* SPDX-License-Identifier: Apache-2.0 */
/* What a message looks like to those who read the topics. */
#include "app/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct fixture {
	struct buf out, scratch, text;
	struct arena arena;
	struct unpack in;
};

static void fixture_init(struct fixture *fixture)
{
	*fixture = (struct fixture){0};
	arena_init(&fixture->arena, 4096);
}

static void fixture_release(struct fixture *fixture)
{
	buf_release(&fixture->out);
	buf_release(&fixture->scratch);
	buf_release(&fixture->text);
	arena_release(&fixture->arena);
}

static struct sink_message read_one(struct fixture *fixture)
{
	struct outbox_origin origin = {.shard = 3, .seq = 42, .lineage = 0x9f3a, .epoch = 7, .source = STR("journeyd")};
	struct sink_message message;
	fixture->in = unpack_init(buf_view(&fixture->out));
	assert_true(outbox_read(&fixture->in, &origin, &fixture->arena, &message));
	assert_true(unpack_done(&fixture->in));
	return message;
}

/* The headers as lines, a NUL behind. */
static const char *headers(struct fixture *fixture, const struct sink_message *message)
{
	buf_clear(&fixture->text);
	for (size_t i = 0; i < message->header_count; i++)
		buf_printf(&fixture->text, "%.*s: %.*s\n", STR_ARG(message->headers[i].name),
		           STR_ARG(message->headers[i].value));
	buf_char(&fixture->text, '\0');
	return fixture->text.ptr;
}

static void expect_text(struct str text, const char *expected)
{
	if (!str_eq(text, str_from(expected)))
		fail_msg("expected\n%s\ngot\n%.*s", expected, STR_ARG(text));
}

static const struct journey JOURNEY = {.name = {"motor-renewal", 13}, .version = {"0123456789ab", 12}};

static struct action example(void)
{
	static const struct action_field data[] = {
	        {{"policy_id", 9}, {.kind = VALUE_STRING, .size = 4, .text = "p\"1\""}},
	        {{"last_click", 10}, {.kind = VALUE_NULL}},
	};
	return (struct action){
	        .id = {1, 2},
	        .instance = {3, 4},
	        .customer = STR("c1"),
	        .time = {1773194400000},
	        .expires = {1773367200000},
	        .journey = &JOURNEY,
	        .key = STR("p1"),
	        .node = STR("notice"),
	        .segment = STR("low"),
	        .channel = STR("email"),
	        .template = STR("renewal/low/notice"),
	        .data = data,
	        .data_count = 2,
	};
}

static void an_action_is_a_cloud_event_with_its_attributes_mirrored_in_headers(void **state)
{
	struct fixture fixture;
	struct action action = example();
	(void)state;
	fixture_init(&fixture);
	outbox_action(&fixture.out, &action, STR("journeyd"), &fixture.scratch);
	struct sink_message message = read_one(&fixture);
	assert_int_equal(message.topic, SINK_ACTIONS);
	assert_int_equal(message.timestamp.ms, 1773194400000);
	expect_text(message.key, "c1");
	expect_text(message.value,
	            "{\"specversion\":\"1.0\",\"id\":\"00000000000000010000000000000002\",\"source\":\"journeyd\","
	            "\"type\":\"journeyd.action\",\"subject\":\"c1\",\"time\":\"2026-03-11T02:00:00Z\","
	            "\"datacontenttype\":\"application/json\",\"correlationid\":\"00000000000000030000000000000004\","
	            "\"data\":{\"journey\":\"motor-renewal\",\"version\":\"0123456789ab\",\"key\":\"p1\","
	            "\"node\":\"notice\",\"segment\":\"low\",\"variant\":null,\"channel\":\"email\","
	            "\"template\":\"renewal/low/notice\",\"not_before\":\"2026-03-11T02:00:00Z\","
	            "\"expires_at\":\"2026-03-13T02:00:00Z\","
	            "\"data\":{\"policy_id\":\"p\\\"1\\\"\",\"last_click\":null}}}");
	assert_string_equal(headers(&fixture, &message), "content-type: application/cloudevents+json\n"
	                                                 "ce_specversion: 1.0\n"
	                                                 "ce_id: 00000000000000010000000000000002\n"
	                                                 "ce_source: journeyd\n"
	                                                 "ce_type: journeyd.action\n"
	                                                 "ce_subject: c1\n"
	                                                 "ce_time: 2026-03-11T02:00:00Z\n"
	                                                 "journeyd_shard: 3\n"
	                                                 "journeyd_seq: 42\n"
	                                                 "journeyd_lineage: 0000000000009f3a\n"
	                                                 "journeyd_epoch: 7\n");
	fixture_release(&fixture);
}

static void a_cause_is_named_and_what_does_not_expire_has_no_expiry(void **state)
{
	struct fixture fixture;
	struct action action = example();
	(void)state;
	fixture_init(&fixture);
	action.cause = STR("e1");
	action.expires = INSTANT_NEVER;
	outbox_action(&fixture.out, &action, STR("journeyd"), &fixture.scratch);
	struct sink_message message = read_one(&fixture);
	assert_non_null(memmem(message.value.ptr, message.value.len, "\"causationid\":\"e1\"", 18));
	assert_null(memmem(message.value.ptr, message.value.len, "expires_at", 10));
	fixture_release(&fixture);
}

static struct str decision_value(struct fixture *fixture, const struct decision *decision)
{
	buf_clear(&fixture->out);
	outbox_decision(&fixture->out, decision, STR("journeyd"), &fixture->scratch);
	return read_one(fixture).value;
}

static void a_decision_says_what_and_why_and_the_same_one_has_the_same_id(void **state)
{
	struct fixture fixture;
	struct decision decision = {
	        .kind = DECISION_SKIPPED,
	        .reason = REASON_FREQUENCY_CAP,
	        .instance = {3, 4},
	        .customer = STR("c1"),
	        .journey = STR("motor-renewal"),
	        .version = STR("0123456789ab"),
	        .key = STR("p1"),
	        .node = STR("notice"),
	        .detail = STR("week"),
	        .time = {1773194400000},
	        .due = INSTANT_NONE,
	        .action = {1, 2},
	};
	(void)state;
	fixture_init(&fixture);
	struct str first = arena_str(&fixture.arena, decision_value(&fixture, &decision));
	static const char data[] =
	        "\"data\":{\"decision\":\"skipped\",\"reason\":\"frequency_cap\",\"journey\":\"motor-renewal\","
	        "\"version\":\"0123456789ab\",\"key\":\"p1\",\"node\":\"notice\",\"segment\":null,"
	        "\"instance\":\"00000000000000030000000000000004\",\"action\":\"00000000000000010000000000000002\","
	        "\"detail\":\"week\"}}";
	assert_non_null(memmem(first.ptr, first.len, data, sizeof data - 1));
	assert_true(str_eq(first, decision_value(&fixture, &decision)));
	decision.reason = REASON_BREAKER;
	assert_memory_not_equal(first.ptr, decision_value(&fixture, &decision).ptr, 60);
	fixture_release(&fixture);
}

static void a_dead_letter_is_the_record_as_it_was_with_the_reason_in_headers(void **state)
{
	struct fixture fixture;
	struct record_header own = {STR("trace"), STR("abc")};
	struct record record = {.origin = {.topic = 0, .shard = 5, .offset = 120},
	                        .timestamp = {1773194400000},
	                        .value = STR("{\"id\":"),
	                        .headers = &own,
	                        .header_count = 1};
	struct decode_error error = {.stage = "DECODE", .message = "not JSON"};
	struct dead_letter letter = {&record, &error, "events", STR("journeyd"), 100};
	(void)state;
	fixture_init(&fixture);
	outbox_dead_letter(&fixture.out, &letter);
	struct sink_message message = read_one(&fixture);
	assert_int_equal(message.topic, SINK_DEAD_LETTERS);
	assert_null(message.key.ptr);
	expect_text(message.value, "{\"id\":");
	assert_string_equal(headers(&fixture, &message), "trace: abc\n"
	                                                 "__connect.errors.topic: events\n"
	                                                 "__connect.errors.partition: 5\n"
	                                                 "__connect.errors.offset: 120\n"
	                                                 "__connect.errors.connector.name: journeyd\n"
	                                                 "__connect.errors.task.id: 0\n"
	                                                 "__connect.errors.stage: DECODE\n"
	                                                 "__connect.errors.class.name: journeyd\n"
	                                                 "__connect.errors.exception.class.name: journeyd.BadRecord\n"
	                                                 "__connect.errors.exception.message: not JSON\n"
	                                                 "journeyd_shard: 3\n"
	                                                 "journeyd_seq: 42\n"
	                                                 "journeyd_lineage: 0000000000009f3a\n"
	                                                 "journeyd_epoch: 7\n");
	letter.bytes = 3;
	buf_clear(&fixture.out);
	outbox_dead_letter(&fixture.out, &letter);
	message = read_one(&fixture);
	assert_null(message.value.ptr);
	assert_non_null(strstr(headers(&fixture, &message), "journeyd_value_dropped: "));
	fixture_release(&fixture);
}

static void a_record_is_a_cloud_event_of_its_own_type(void **state)
{
	static const struct event_type event = {.name = {"case_opened", 11}};
	struct action action = example();
	struct emission emission = {.id = {1, 2},
	                            .instance = {3, 4},
	                            .customer = STR("c1"),
	                            .cause = STR("e7"),
	                            .time = {1773194400000},
	                            .journey = &JOURNEY,
	                            .node = STR("tell"),
	                            .event = &event,
	                            .data = action.data,
	                            .data_count = 2,
	                            .outward = true};
	struct fixture fixture;
	(void)state;
	fixture_init(&fixture);
	outbox_emission(&fixture.out, &emission, STR("journeyd"), &fixture.scratch);
	struct sink_message message = read_one(&fixture);
	assert_int_equal(message.topic, SINK_RECORDS);
	assert_int_equal(message.timestamp.ms, 1773194400000);
	expect_text(message.key, "c1");
	expect_text(message.value,
	            "{\"specversion\":\"1.0\",\"id\":\"00000000000000010000000000000002\",\"source\":\"journeyd\","
	            "\"type\":\"case_opened\",\"subject\":\"c1\",\"time\":\"2026-03-11T02:00:00Z\","
	            "\"datacontenttype\":\"application/json\",\"correlationid\":\"00000000000000030000000000000004\","
	            "\"causationid\":\"e7\",\"journey\":\"motor-renewal\",\"node\":\"tell\","
	            "\"data\":{\"policy_id\":\"p\\\"1\\\"\",\"last_click\":null}}");
	assert_string_equal(headers(&fixture, &message), "ce_type: case_opened\n"
	                                                 "content-type: application/cloudevents+json\n"
	                                                 "ce_specversion: 1.0\n"
	                                                 "ce_id: 00000000000000010000000000000002\n"
	                                                 "ce_source: journeyd\n"
	                                                 "ce_subject: c1\n"
	                                                 "ce_time: 2026-03-11T02:00:00Z\n"
	                                                 "journeyd_shard: 3\n"
	                                                 "journeyd_seq: 42\n"
	                                                 "journeyd_lineage: 0000000000009f3a\n"
	                                                 "journeyd_epoch: 7\n");
	fixture_release(&fixture);
}

static void entries_cut_anywhere_are_refused_and_whole_ones_can_be_passed_over(void **state)
{
	struct fixture fixture;
	struct action action = example();
	struct outbox_origin origin = {.source = STR("journeyd")};
	struct sink_message message;
	(void)state;
	fixture_init(&fixture);
	outbox_action(&fixture.out, &action, STR("journeyd"), &fixture.scratch);
	size_t whole = fixture.out.len;
	for (size_t len = 0; len < whole; len++) {
		struct unpack in = unpack_init((struct str){fixture.out.ptr, len});
		assert_false(outbox_read(&in, &origin, &fixture.arena, &message));
		in = unpack_init((struct str){fixture.out.ptr, len});
		assert_false(outbox_skip(&in));
	}
	outbox_action(&fixture.out, &action, STR("journeyd"), &fixture.scratch);
	struct unpack in = unpack_init(buf_view(&fixture.out));
	assert_true(outbox_skip(&in));
	assert_int_equal(in.at - (const unsigned char *)fixture.out.ptr, whole);
	fixture_release(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_action_is_a_cloud_event_with_its_attributes_mirrored_in_headers),
	        cmocka_unit_test(a_cause_is_named_and_what_does_not_expire_has_no_expiry),
	        cmocka_unit_test(a_decision_says_what_and_why_and_the_same_one_has_the_same_id),
	        cmocka_unit_test(a_dead_letter_is_the_record_as_it_was_with_the_reason_in_headers),
	        cmocka_unit_test(a_record_is_a_cloud_event_of_its_own_type),
	        cmocka_unit_test(entries_cut_anywhere_are_refused_and_whole_ones_can_be_passed_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
