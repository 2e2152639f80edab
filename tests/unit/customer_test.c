/* SPDX-License-Identifier: Apache-2.0 */
/* The stored form: small, the same both ways, and proof against bad bytes. */
#include "core/customer/record.h"
#include "core/value_time.h"
#include "support/dice.h"
#include "support/engine_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { LIMIT = 160 };

static void a_renewal_in_progress_takes_at_most_160_bytes(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RENEWAL_RULES, RENEWAL_JOURNEY);
	world_event(&world,
	            "{at: 2026-04-18T07:13:21.417Z, event: policy_updated, line: motor, policy_id: P-00002707-0,"
	            " expires_on: 2026-05-10, car_price: 312500, income: 154200}");
	world_advance(&world, "2026-04-20T00:00:00Z");
	for (int i = 0; i < 10; i++)
		world_event(&world,
		            arena_printf(&world.arena, "{at: 2026-05-03T1%d:11:12.%d31Z, event: click}", i, i).ptr);
	/* Three sends in the ledger: within a week, as a fleet has them. */
	struct customer customer = *world_customer(&world);
	while (customer.contact_count < 3) {
		struct contact contact = customer.contacts[0];
		*customer_add_contact(&customer) = contact;
	}
	for (size_t i = 0; i < 3; i++)
		customer.contacts[i].at.ms = customer.instances[0].due.ms - (int64_t)(11 - 2 * i) * DAY_MS;
	buf_clear(&world.record);
	customer_write(&customer, world.set, &world.record);
	assert_int_equal(customer.traits[0].i, 10);
	assert_int_equal(customer.seen_count, 11);
	assert_int_equal(customer.instance_count, 1);
	print_message("a renewal in progress: %zu bytes\n", world.record.len);
	assert_true(world.record.len <= LIMIT);
	world_release(&world);
}

/* ---- random customers ---- */

static struct instant some_time(uint64_t *dice)
{
	int64_t ms = (int64_t)dice_roll(dice, UINT64_C(2000000000)) * (dice_roll(dice, 2) ? 60000 : 977);
	return (struct instant){ms % (INSTANT_MAX.ms / 2)};
}

static struct value some_value(uint64_t *dice, struct arena *arena)
{
	switch (dice_roll(dice, 10)) {
	case 0:
		return value_null();
	case 1:
		return value_bool(dice_roll(dice, 2));
	case 2:
		return value_int((int64_t)dice_roll(dice, UINT64_C(1) << 31) - (INT64_C(1) << 30));
	case 3:
		return value_double((double)dice_roll(dice, 1000) - 500.0);
	case 4:
		return value_double(dice_roll(dice, 2) ? -0.0 : 0.1 * (double)dice_roll(dice, 1000));
	case 5:
		return value_date((struct date){(int32_t)dice_roll(dice, 40000) - 20000});
	case 6:
		return value_instant(some_time(dice));
	case 7:
		return value_duration((struct duration){(int64_t)dice_roll(dice, 1000000)});
	case 8: {
		struct value *items = arena_alloc(arena, 2 * sizeof *items);
		items[0] = value_int((int64_t)dice_roll(dice, 100));
		items[1] = value_str(STR("in a list"));
		return (struct value){.kind = VALUE_LIST, .size = 2, .items = items};
	}
	default: {
		size_t len = dice_roll(dice, 4) ? dice_roll(dice, 20) : dice_roll(dice, 600);
		char *text = arena_alloc(arena, len + 1);
		for (size_t i = 0; i < len; i++)
			text[i] = (char)dice_roll(dice, 256);
		return value_str((struct str){text, len});
	}
	}
}

static void fill_instance(uint64_t *dice, struct instance *instance, const struct journey *journey, struct arena *arena)
{
	instance->journey = journey;
	instance->journey_tag = journey->tag;
	instance->version_tag = (uint32_t)dice_roll(dice, UINT32_MAX);
	instance->key = arena_printf(arena, "key-%d", (int)dice_roll(dice, 1000));
	instance->entered = some_time(dice);
	instance->entry_id = (uint32_t)dice_roll(dice, UINT32_MAX);
	instance->anchor =
	        dice_roll(dice, 2) ? value_date((struct date){(int32_t)dice_roll(dice, 30000)}) : value_absent();
	instance->node = (uint32_t)dice_roll(dice, 5);
	instance->passed = dice_roll(dice, 2) ? UINT64_MAX : dice_roll(dice, 128);
	instance->visits = (uint32_t)dice_roll(dice, 3);
	instance->segment = (int32_t)dice_roll(dice, 5) - 1;
	instance->due = dice_roll(dice, 3) ? some_time(dice) : INSTANT_NEVER;
	instance->deferred = (uint32_t)dice_roll(dice, 3);
	instance->planned = instance->deferred ? some_time(dice) : (struct instant){0};
	instance->event = arena_zalloc(arena, journey->entry->field_count * sizeof(struct value));
	for (size_t i = 0; i < journey->kept_count; i++) {
		struct value *slot = &instance->event[journey->kept[i]];
		switch (dice_roll(dice, 4)) {
		case 0:
			*slot = value_str(instance->key);
			break;
		case 1:
			*slot = instance->anchor;
			break;
		default:
			*slot = some_value(dice, arena);
		}
	}
}

static void fill_contact(uint64_t *dice, struct contact *contact)
{
	static const uint16_t LABELS[] = {1, 77, 65535};
	*contact = (struct contact){.at = some_time(dice),
	                            .channel_tag = (uint16_t)dice_roll(dice, 3),
	                            .exempt = dice_roll(dice, 2),
	                            .label_count = (uint8_t)dice_roll(dice, 4),
	                            .labels = LABELS};
}

static void fill(uint64_t *dice, struct customer *customer, const struct journey_set *set, struct arena *arena)
{
	customer->logical = dice_roll(dice, 8) ? some_time(dice) : INSTANT_NONE;
	for (size_t i = 0; i < set->rules.profile_count; i++)
		if (dice_roll(dice, 2))
			customer->profile[i] = some_value(dice, arena);
	for (size_t i = 0; i < set->rules.trait_count; i++)
		if (set->rules.traits[i].kind == TRAIT_COUNT)
			customer->traits[i] = value_int((int64_t)dice_roll(dice, 1000));
		else if (dice_roll(dice, 2))
			customer->traits[i] = value_instant(some_time(dice));
	customer->seen_count = dice_roll(dice, 17);
	for (size_t i = 0; i < customer->seen_count; i++)
		customer->seen[i] =
		        ((uint64_t)dice_roll(dice, UINT32_MAX) << 8 | dice_roll(dice, 256)) & ((UINT64_C(1) << 40) - 1);
	for (uint64_t i = dice_roll(dice, 5); i > 0; i--)
		fill_contact(dice, customer_add_contact(customer));
	for (uint64_t i = dice_roll(dice, 6); i > 0; i--)
		fill_instance(dice, customer_add_instance(customer), &set->journeys[0], arena);
	for (uint64_t i = dice_roll(dice, 4); i > 0; i--)
		*customer_add_ended(customer) = (struct ended){(uint32_t)dice_roll(dice, UINT32_MAX),
		                                               (uint32_t)dice_roll(dice, UINT32_MAX), some_time(dice)};
}

static bool same(struct value a, struct value b)
{
	if (a.kind == VALUE_ABSENT || b.kind == VALUE_ABSENT || a.kind == VALUE_NULL)
		return a.kind == b.kind;
	return a.kind == b.kind && value_eq(a, b);
}

static void assert_same_instance(const struct instance *a, const struct instance *b)
{
	assert_ptr_equal(a->journey, b->journey);
	assert_int_equal(a->version_tag, b->version_tag);
	assert_true(str_eq(a->key, b->key));
	assert_int_equal(a->entered.ms, b->entered.ms);
	assert_int_equal(a->entry_id, b->entry_id);
	assert_true(same(a->anchor, b->anchor));
	assert_int_equal(a->node, b->node);
	assert_int_equal(a->passed, b->passed);
	assert_int_equal(a->visits, b->visits);
	assert_int_equal(a->segment, b->segment);
	assert_int_equal(a->due.ms, b->due.ms);
	assert_int_equal(a->deferred, b->deferred);
	assert_int_equal(a->planned.ms, b->planned.ms);
	for (size_t i = 0; i < a->journey->entry->field_count; i++)
		assert_true(same(a->event[i], b->event[i]));
}

static void assert_same(const struct customer *a, const struct customer *b, const struct rules *rules)
{
	assert_int_equal(a->logical.ms, b->logical.ms);
	for (size_t i = 0; i < rules->profile_count; i++)
		assert_true(same(a->profile[i], b->profile[i]));
	for (size_t i = 0; i < rules->trait_count; i++)
		assert_true(same(a->traits[i], b->traits[i]));
	assert_int_equal(a->seen_count, b->seen_count);
	assert_memory_equal(a->seen, b->seen, a->seen_count * sizeof *a->seen);
	assert_int_equal(a->contact_count, b->contact_count);
	for (size_t i = 0; i < a->contact_count; i++) {
		assert_int_equal(a->contacts[i].at.ms, b->contacts[i].at.ms);
		assert_int_equal(a->contacts[i].channel_tag, b->contacts[i].channel_tag);
		assert_int_equal(a->contacts[i].exempt, b->contacts[i].exempt);
		assert_int_equal(a->contacts[i].label_count, b->contacts[i].label_count);
		if (a->contacts[i].label_count)
			assert_memory_equal(a->contacts[i].labels, b->contacts[i].labels,
			                    a->contacts[i].label_count * sizeof *a->contacts[i].labels);
	}
	assert_int_equal(a->instance_count, b->instance_count);
	for (size_t i = 0; i < a->instance_count; i++)
		assert_same_instance(&a->instances[i], &b->instances[i]);
	assert_int_equal(a->ended_count, b->ended_count);
	for (size_t i = 0; i < a->ended_count; i++) {
		assert_int_equal(a->ended[i].journey_tag, b->ended[i].journey_tag);
		assert_int_equal(a->ended[i].key_tag, b->ended[i].key_tag);
		assert_int_equal(a->ended[i].at.ms, b->ended[i].at.ms);
	}
}

static void a_section_of_another_release_is_kept(void **state)
{
	static const char section[] = "Z\3\0\0\0abc";
	struct world world;
	struct customer read;
	struct buf again = {0};
	(void)state;
	world_init(&world, RENEWAL_RULES, RENEWAL_JOURNEY);
	customer_init(&read, STR("c"), world.set, &world.step);
	customer_write(&read, world.set, &world.record);
	buf_str(&world.record, (struct str){section, sizeof section - 1});
	buf_str(&world.record, (struct str){section, sizeof section - 1});
	assert_true(customer_read(&read, STR("c"), buf_view(&world.record), world.set, &world.step));
	customer_write(&read, world.set, &again);
	assert_true(str_eq(buf_view(&again), buf_view(&world.record)));
	world.record.len--;
	assert_false(customer_read(&read, STR("c"), buf_view(&world.record), world.set, &world.step));
	buf_release(&again);
	world_release(&world);
}

static void what_is_written_is_read_back(void **state)
{
	struct world world;
	uint64_t dice = 1;
	struct buf again = {0};
	(void)state;
	world_init(&world, RENEWAL_RULES, RENEWAL_JOURNEY);
	for (int i = 0; i < 2000; i++) {
		struct customer written, read;
		arena_clear(&world.step);
		buf_clear(&world.record);
		buf_clear(&again);
		customer_init(&written, STR("c"), world.set, &world.step);
		fill(&dice, &written, world.set, &world.step);
		customer_write(&written, world.set, &world.record);
		assert_true(customer_read(&read, STR("c"), buf_view(&world.record), world.set, &world.step));
		assert_same(&written, &read, &world.set->rules);
		assert_int_equal(customer_peek_due(buf_view(&world.record)).ms, customer_due(&written).ms);
		customer_write(&read, world.set, &again);
		assert_true(str_eq(buf_view(&again), buf_view(&world.record)));
	}
	buf_release(&again);
	world_release(&world);
}

static void without_sections(struct customer *customer)
{
	for (size_t i = 0; i < customer->contact_count; i++)
		customer->contacts[i].label_count = 0;
	for (size_t i = 0; i < customer->instance_count; i++)
		customer->instances[i].deferred = 0;
}

static void every_shortened_record_is_refused(void **state)
{
	struct world world;
	uint64_t dice = 2;
	(void)state;
	world_init(&world, RENEWAL_RULES, RENEWAL_JOURNEY);
	for (int i = 0; i < 20; i++) {
		struct customer customer;
		customer_init(&customer, STR("c"), world.set, &world.step);
		fill(&dice, &customer, world.set, &world.step);
		without_sections(&customer); /* where one begins, the record may end */
		buf_clear(&world.record);
		customer_write(&customer, world.set, &world.record);
		for (size_t len = 0; len < world.record.len; len++) {
			struct str part = arena_str(&world.arena, (struct str){world.record.ptr, len});
			assert_false(customer_read(&customer, STR("c"), part, world.set, &world.step));
		}
		buf_char(&world.record, 0);
		assert_false(customer_read(&customer, STR("c"), buf_view(&world.record), world.set, &world.step));
		world.record.ptr[0] = 9;
		assert_false(customer_read(&customer, STR("c"), buf_view(&world.record), world.set, &world.step));
		assert_int_equal(customer_peek_due(buf_view(&world.record)).ms, INSTANT_NEVER.ms);
		arena_clear(&world.step);
	}
	world_release(&world);
}

static void broken_bytes_are_refused_or_read_but_never_harm(void **state)
{
	struct world world;
	uint64_t dice = 3;
	struct buf again = {0};
	(void)state;
	world_init(&world, RENEWAL_RULES, RENEWAL_JOURNEY);
	for (int i = 0; i < 5000; i++) {
		struct customer customer;
		arena_clear(&world.step);
		customer_init(&customer, STR("c"), world.set, &world.step);
		fill(&dice, &customer, world.set, &world.step);
		buf_clear(&world.record);
		customer_write(&customer, world.set, &world.record);
		for (uint64_t bad = dice_roll(&dice, 4) + 1; bad > 0; bad--)
			world.record.ptr[dice_roll(&dice, world.record.len)] = (char)dice_roll(&dice, 256);
		buf_clear(&again);
		engine_output_clear(&world.out);
		if (!customer_read(&customer, STR("c"), buf_view(&world.record), world.set, &world.step))
			continue;
		engine_advance(&world.engine, &customer, INSTANT_MAX, &world.out);
		customer_write(&customer, world.set, &again);
	}
	buf_release(&again);
	world_release(&world);
}

/* ---- what can be written but is nothing that the engine makes ---- */

static bool accepted(struct world *world, const struct customer *customer)
{
	struct customer read;
	buf_clear(&world->record);
	customer_write(customer, world->set, &world->record);
	return customer_read(&read, STR("c"), buf_view(&world->record), world->set, &world->step);
}

static bool accepts_value(struct world *world, struct value value)
{
	struct customer customer;
	struct value list = {.kind = VALUE_LIST, .size = 1, .items = &value};
	customer_init(&customer, STR("c"), world->set, &world->step);
	customer.logical = INSTANT_MAX;
	customer.profile[1] = value;
	bool alone = accepted(world, &customer);
	customer.profile[1] = list;
	assert_int_equal(accepted(world, &customer), alone);
	return alone;
}

static struct value time_value(enum value_kind kind, int64_t seconds, int32_t nanos)
{
	return (struct value){.kind = (uint8_t)kind, .size = nanos, .i = seconds};
}

static void times_that_cannot_be_reckoned_with_are_refused(void **state)
{
	struct world world;
	(void)state;
	world_init(&world, RENEWAL_RULES, RENEWAL_JOURNEY);
	assert_true(accepts_value(&world, value_date(DATE_MIN)));
	assert_true(accepts_value(&world, value_date(DATE_MAX)));
	assert_false(accepts_value(&world, value_date((struct date){DATE_MIN.days - 1})));
	assert_false(accepts_value(&world, value_date((struct date){DATE_MAX.days + 1})));
	assert_true(accepts_value(&world, value_instant(INSTANT_MIN)));
	assert_true(accepts_value(&world, value_instant(INSTANT_MAX)));
	assert_true(accepts_value(&world, time_value(VALUE_TIMESTAMP, TIMESTAMP_MAX_S, 999999999)));
	assert_false(accepts_value(&world, time_value(VALUE_TIMESTAMP, TIMESTAMP_MAX_S + 1, 1)));
	assert_false(accepts_value(&world, time_value(VALUE_TIMESTAMP, TIMESTAMP_MIN_S - 1, 1)));
	assert_false(accepts_value(&world, time_value(VALUE_TIMESTAMP, INT64_MAX, 1)));
	assert_false(accepts_value(&world, time_value(VALUE_TIMESTAMP, 0, -1)));
	assert_true(accepts_value(&world, time_value(VALUE_DURATION, TIMESTAMP_MAX_S - TIMESTAMP_MIN_S, 0)));
	assert_false(accepts_value(&world, time_value(VALUE_DURATION, INT64_MIN, 0)));
	assert_false(accepts_value(&world, time_value(VALUE_DURATION, INT64_MAX, 0)));
	world_release(&world);
}

static void only_a_date_or_a_moment_is_an_anchor(void **state)
{
	const struct value anchors[] = {value_str(STR("soon")), value_int(7), value_null(), value_date(DATE_MAX),
	                                value_instant(INSTANT_MIN)};
	struct world world;
	(void)state;
	world_init(&world, RENEWAL_RULES, RENEWAL_JOURNEY);
	world_event(&world, "{at: 2026-03-01T00:00:00Z, event: policy_updated, line: motor, policy_id: p1, "
	                    "expires_on: 2026-05-10}");
	for (size_t i = 0; i < sizeof anchors / sizeof *anchors; i++) {
		struct customer customer = *world_customer(&world);
		customer.instances[0].anchor = anchors[i];
		bool time = anchors[i].kind == VALUE_DATE || anchors[i].kind == VALUE_TIMESTAMP;
		assert_int_equal(accepted(&world, &customer), time);
		customer.instances[0].anchor = value_date((struct date){20000});
		accepted(&world, &customer);
	}
	world_release(&world);
}

static void counts_that_one_more_would_overflow_are_refused(void **state)
{
	static const char rules[] =
	        "event: buy\nfields: { n: int }\n---\n"
	        "traits: { buys: { count: buy }, mean: { average: buy, of: event.n, within: 30d } }\n";
	static const char journey[] = "journey: j\nentry: { event: buy, when: event.n == 0 }\n"
	                              "nodes: [ { send: { channel: email, template: x } } ]\n";
	struct world world;
	(void)state;
	world_init(&world, rules, journey);
	world_event(&world, "{at: 2026-03-01T00:00:00Z, event: buy, n: 3}");
	struct customer customer = *world_customer(&world);
	struct trait_moment *moment = customer.states[1].moments;
	assert_int_equal(moment->count, 1);
	moment->count = INT64_C(1) << 53;
	customer.traits[0].i = INT64_C(1) << 53;
	assert_true(accepted(&world, &customer));
	customer.traits[0].i++;
	assert_false(accepted(&world, &customer));
	customer.traits[0].i = 1;
	moment->count = -1;
	assert_false(accepted(&world, &customer));
	world_release(&world);
}

static void a_second_watch_of_a_journey_is_refused(void **state)
{
	struct world world;
	struct customer customer;
	(void)state;
	world_init(&world, RENEWAL_RULES, RENEWAL_JOURNEY);
	customer_init(&customer, STR("c"), world.set, &world.step);
	customer.logical = (struct instant){0};
	for (uint32_t tag = 1; tag <= 2; tag++)
		*customer_add_watch(&customer) = (struct watch){.journey_tag = tag, .due = {DAY_MS}};
	assert_true(accepted(&world, &customer));
	customer.watches[1].journey_tag = 1;
	assert_false(accepted(&world, &customer));
	world_release(&world);
}

static void what_the_rules_no_longer_declare_is_kept(void **state)
{
	static const char fewer[] = "event: click\nfields: { url: string }\n---\nprofile: { other: string }\n---\n"
	                            "templates: [x]\n";
	static const char other[] = "journey: other\nentry: { event: click, when: event.url == \"no\" }\n"
	                            "nodes: [ { send: { channel: email, template: x } } ]\n";
	struct world world;
	(void)state;
	world_init(&world, RENEWAL_RULES, RENEWAL_JOURNEY);
	world_event(&world, "{at: 2026-03-01T00:00:00Z, event: policy_updated, line: motor, policy_id: p1, "
	                    "expires_on: 2026-05-10, car_price: 1, income: 90000.5}");
	world_event(&world, "{at: 2026-03-02T00:00:00Z, event: click}");
	struct buf before = {0};
	buf_str(&before, buf_view(&world.record));
	world_edit(&world, fewer, other);
	world_event(&world, "{at: 2026-03-03T00:00:00Z, event: click}");
	const struct customer *customer = world_customer(&world);
	assert_int_equal(customer->stranger_count, 3);
	assert_null(customer->instances[0].journey);
	world_edit(&world, RENEWAL_RULES, RENEWAL_JOURNEY);
	customer = world_customer(&world);
	assert_int_equal(customer->stranger_count, 0);
	assert_true(customer->profile[1].d == 90000.5);
	assert_int_equal(customer->traits[0].i, 1);
	assert_ptr_equal(customer->instances[0].journey, &world.set->journeys[0]);
	assert_true(str_eq(customer->instances[0].key, STR("p1")));
	assert_int_equal(customer->instances[0].event[3].i, 1);
	assert_int_equal(customer_due(customer).ms, customer_peek_due(buf_view(&before)).ms);
	buf_release(&before);
	world_release(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_renewal_in_progress_takes_at_most_160_bytes),
	        cmocka_unit_test(what_is_written_is_read_back),
	        cmocka_unit_test(a_section_of_another_release_is_kept),
	        cmocka_unit_test(every_shortened_record_is_refused),
	        cmocka_unit_test(broken_bytes_are_refused_or_read_but_never_harm),
	        cmocka_unit_test(times_that_cannot_be_reckoned_with_are_refused),
	        cmocka_unit_test(only_a_date_or_a_moment_is_an_anchor),
	        cmocka_unit_test(counts_that_one_more_would_overflow_are_refused),
	        cmocka_unit_test(a_second_watch_of_a_journey_is_refused),
	        cmocka_unit_test(what_the_rules_no_longer_declare_is_kept),
	};
	return cmocka_run_group_tests_name("customer", tests, NULL, NULL);
}
