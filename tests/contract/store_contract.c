/* SPDX-License-Identifier: Apache-2.0 */
/* The store port's contract (daemon/ports/store.h), one test a sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "store_contract.h"

static void assert_str(struct str got, struct str wanted)
{
	assert_int_equal(got.len, wanted.len);
	assert_memory_equal(got.ptr, wanted.ptr, wanted.len);
}

static void a_shard_nobody_claimed_is_empty(void **state)
{
	struct store_rig *rig = *state;
	struct store_header header = rig_peek(rig, rig_shard(rig));
	assert_int_equal(header.epoch, 0);
	assert_int_equal(header.batch, 0);
	assert_int_equal(header.flushed, 0);
	assert_int_equal(header.meta.len, 0);
}

static void a_claim_raises_the_epoch_and_keeps_the_first_lineage(void **state)
{
	struct store_rig *rig = *state;
	uint32_t shard = rig_shard(rig);
	struct store_header first = rig_claim(rig, shard, UINT64_MAX - 1);
	struct store_header second = rig_claim(rig, shard, 77);
	assert_int_equal(first.epoch, 1);
	assert_int_equal(second.epoch, 2);
	assert_true(first.lineage == UINT64_MAX - 1);
	assert_true(second.lineage == UINT64_MAX - 1);
	assert_int_equal(second.batch, 0);
	assert_int_equal(second.meta.len, 0);
}

static void an_append_moves_the_batch_and_the_meta(void **state)
{
	struct store_rig *rig = *state;
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 1).epoch;
	assert_int_equal(rig_append(rig, shard, epoch, 1), OUTCOME_DONE);
	assert_int_equal(rig_append(rig, shard, epoch, 2), OUTCOME_DONE);
	struct store_header header = rig_peek(rig, shard);
	assert_int_equal(header.batch, 2);
	assert_int_equal(header.flushed, 0);
	assert_int_equal(header.epoch, epoch);
	assert_str(header.meta, STR("meta 2"));
	header = rig_claim(rig, shard, 1);
	assert_int_equal(header.batch, 2);
	assert_str(header.meta, STR("meta 2"));
}

static void a_gap_and_a_repeated_batch_are_refused_and_change_nothing(void **state)
{
	struct store_rig *rig = *state;
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 1).epoch;
	assert_int_equal(rig_append(rig, shard, epoch, 2), OUTCOME_AGAIN);
	assert_int_equal(rig_append(rig, shard, epoch, 1), OUTCOME_DONE);
	assert_int_equal(rig_append(rig, shard, epoch, 1), OUTCOME_AGAIN);
	assert_int_equal(rig_append(rig, shard, epoch, 3), OUTCOME_AGAIN);
	assert_int_equal(rig_peek(rig, shard).batch, 1);
	struct store_log log = {.shard = shard, .after = 0, .limit = 10};
	assert_int_equal(RIG_ASK(rig, log, &log), OUTCOME_DONE);
	assert_int_equal(log.count, 1);
	assert_int_equal(rig_append(rig, shard, epoch, 2), OUTCOME_DONE);
}

static void nothing_is_flushed_that_the_log_does_not_hold(void **state)
{
	struct store_rig *rig = *state;
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 1).epoch;
	assert_int_equal(rig_append(rig, shard, epoch, 1), OUTCOME_DONE);
	struct store_record record = {STR("c1"), STR("of the future")};
	struct store_flush flush = {
	        .shard = shard, .epoch = epoch, .records = &record, .record_count = 1, .flushed = 2};
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_FENCED);
	assert_null(rig_load(rig, shard, STR("c1")).ptr);
	assert_int_equal(rig_peek(rig, shard).flushed, 0);
	flush.flushed = 1;
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
}

static void an_older_owner_is_fenced_from_appending_and_flushing(void **state)
{
	struct store_rig *rig = *state;
	uint32_t shard = rig_shard(rig);
	uint64_t old = rig_claim(rig, shard, 1).epoch;
	assert_int_equal(rig_append(rig, shard, old, 1), OUTCOME_DONE);
	uint64_t epoch = rig_claim(rig, shard, 1).epoch;
	assert_int_equal(rig_append(rig, shard, old, 2), OUTCOME_FENCED);
	struct store_record record = {STR("c1"), STR("stale")};
	struct store_flush flush = {.shard = shard, .epoch = old, .records = &record, .record_count = 1, .flushed = 1};
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_FENCED);
	assert_null(rig_load(rig, shard, STR("c1")).ptr);
	assert_int_equal(rig_peek(rig, shard).flushed, 0);
	assert_int_equal(rig_append(rig, shard, epoch, 2), OUTCOME_DONE);
	flush.epoch = epoch;
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	assert_str(rig_load(rig, shard, STR("c1")), STR("stale"));
}

/* Entries are checked while they live. */
static void log_checked(struct request *request)
{
	struct store_log *log = (struct store_log *)request;
	for (size_t i = 0; i < log->count; i++) {
		char entry[64];
		snprintf(entry, sizeof entry, "entry %llu", (unsigned long long)(log->after + 1 + i));
		assert_str(log->entries[i], str_from(entry));
	}
	*(bool *)request->owner = true;
}

static size_t read_log(struct store_rig *rig, uint32_t shard, uint64_t after, size_t limit)
{
	struct store_log log = {.shard = shard, .after = after, .limit = limit};
	rig_begin(&log.request);
	log.request.done = log_checked;
	rig->store->ops->log(rig->store, &log);
	assert_int_equal(rig_end(rig, &log.request), OUTCOME_DONE);
	return log.count;
}

static void the_log_is_read_in_pages(void **state)
{
	struct store_rig *rig = *state;
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 1).epoch;
	for (uint64_t batch = 1; batch <= 25; batch++)
		assert_int_equal(rig_append(rig, shard, epoch, batch), OUTCOME_DONE);
	assert_int_equal(read_log(rig, shard, 0, 10), 10);
	assert_int_equal(read_log(rig, shard, 10, 10), 10);
	assert_int_equal(read_log(rig, shard, 20, 10), 5);
	assert_int_equal(read_log(rig, shard, 25, 10), 0);
	assert_int_equal(read_log(rig, shard, 3, 1), 1);
}

static void a_trim_shortens_the_log_and_the_rest_keeps_its_numbers(void **state)
{
	struct store_rig *rig = *state;
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 1).epoch;
	for (uint64_t batch = 1; batch <= 10; batch++)
		assert_int_equal(rig_append(rig, shard, epoch, batch), OUTCOME_DONE);
	struct store_flush flush = {.shard = shard, .epoch = epoch, .flushed = 8, .emitted = 17, .trim = 6};
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE); /* once more is no second trim */
	struct store_header header = rig_peek(rig, shard);
	assert_int_equal(header.flushed, 8);
	assert_int_equal(header.emitted, 17);
	assert_int_equal(header.batch, 10);
	assert_int_equal(read_log(rig, shard, 6, 100), 4);
	assert_int_equal(read_log(rig, shard, 8, 100), 2);
	assert_int_equal(rig_append(rig, shard, epoch, 11), OUTCOME_DONE);
	flush = (struct store_flush){.shard = shard, .epoch = epoch, .flushed = 11, .emitted = 20, .trim = 11};
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	assert_int_equal(read_log(rig, shard, 11, 100), 0);
	assert_int_equal(rig_append(rig, shard, epoch, 12), OUTCOME_DONE);
	assert_int_equal(read_log(rig, shard, 11, 100), 1);
}

static void records_come_back_as_they_were_flushed(void **state)
{
	struct store_rig *rig = *state;
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 1).epoch;
	struct store_record records[] = {
	        {STR("c1"), STR("one")}, {STR("c2"), STR("two")}, {STR("\0\xff\r\n$-1"), STR("\0\xff\r\n*3\0")}};
	struct store_flush flush = {.shard = shard, .epoch = epoch, .records = records, .record_count = 3};
	assert_int_equal(rig_append(rig, shard, epoch, 1), OUTCOME_DONE);
	flush.flushed = 1;
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	for (size_t i = 0; i < 3; i++)
		assert_str(rig_load(rig, shard, records[i].id), records[i].bytes);
	assert_null(rig_load(rig, shard, STR("unknown")).ptr);
	records[1].bytes = STR("two, changed");
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	assert_str(rig_load(rig, shard, STR("c2")), STR("two, changed"));
}

static void a_record_without_bytes_is_removed(void **state)
{
	struct store_rig *rig = *state;
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 1).epoch;
	struct store_record records[] = {{STR("c1"), STR("one")}, {STR("c2"), STR("two")}};
	struct store_flush flush = {.shard = shard, .epoch = epoch, .records = records, .record_count = 2};
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	records[0].bytes = (struct str){0};
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	assert_null(rig_load(rig, shard, STR("c1")).ptr);
	assert_str(rig_load(rig, shard, STR("c2")), STR("two"));
}

/* Ten thousand records, read back in one load while they live. */
enum { MANY = 10000 };

static void many_loaded(struct request *request)
{
	struct store_load *load = (struct store_load *)request;
	assert_int_equal(request->outcome, OUTCOME_DONE);
	for (size_t i = 0; i < load->count; i++) {
		char bytes[64];
		snprintf(bytes, sizeof bytes, "record of %.*s", STR_ARG(load->ids[i]));
		assert_str(load->records[i], str_from(bytes));
	}
	*(bool *)request->owner = true;
}

static void ten_thousand_records_are_one_flush(void **state)
{
	struct store_rig *rig = *state;
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 1).epoch;
	struct arena arena;
	arena_init(&arena, 65536);
	struct store_record *records = arena_alloc(&arena, MANY * sizeof *records);
	struct store_hint *hints = arena_alloc(&arena, MANY * sizeof *hints);
	struct str *ids = arena_alloc(&arena, MANY * sizeof *ids), *answers = arena_zalloc(&arena, MANY * sizeof *ids);
	for (int i = 0; i < MANY; i++) {
		ids[i] = arena_printf(&arena, "customer-%d", i);
		records[i] = (struct store_record){ids[i], arena_printf(&arena, "record of customer-%d", i)};
		hints[i] = (struct store_hint){i % 7, ids[i]};
	}
	struct store_flush flush = {.shard = shard,
	                            .epoch = epoch,
	                            .records = records,
	                            .record_count = MANY,
	                            .hints = hints,
	                            .hint_count = MANY};
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	struct store_load load = {.shard = shard, .ids = ids, .count = MANY, .records = answers};
	rig_begin(&load.request);
	load.request.done = many_loaded;
	rig->store->ops->load(rig->store, &load);
	assert_int_equal(rig_end(rig, &load.request), OUTCOME_DONE);
	struct store_slot slot = {.shard = shard, .slot = 3};
	assert_int_equal(RIG_ASK(rig, slot, &slot), OUTCOME_DONE);
	assert_int_equal(slot.count, (MANY - 3 + 6) / 7);
	arena_release(&arena);
}

static void a_load_of_nobody_is_answered(void **state)
{
	struct store_rig *rig = *state;
	struct store_load load = {.shard = rig_shard(rig)};
	assert_int_equal(RIG_ASK(rig, load, &load), OUTCOME_DONE);
}

/* Slots and ids are put into text while they live: "-1 5 9" and "c1,c2". */
static struct buf told;

static void slots_told(struct request *request)
{
	struct store_slots *slots = (struct store_slots *)request;
	for (size_t i = 0; i < slots->count; i++)
		buf_printf(&told, "%s%lld", i ? " " : "", (long long)slots->slots[i]);
	*(bool *)request->owner = true;
}

static void ids_told(struct request *request)
{
	struct store_slot *slot = (struct store_slot *)request;
	for (size_t i = 0; i < slot->count; i++)
		buf_printf(&told, "%s%.*s", i ? "," : "", STR_ARG(slot->ids[i]));
	*(bool *)request->owner = true;
}

static void assert_slots(struct store_rig *rig, uint32_t shard, const char *wanted)
{
	struct store_slots slots = {.shard = shard};
	rig_begin(&slots.request);
	slots.request.done = slots_told;
	rig->store->ops->slots(rig->store, &slots);
	assert_int_equal(rig_end(rig, &slots.request), OUTCOME_DONE);
	assert_str(buf_view(&told), str_from(wanted));
	buf_release(&told);
	told = (struct buf){0};
}

static void assert_slot(struct store_rig *rig, uint32_t shard, int64_t number, const char *wanted)
{
	struct store_slot slot = {.shard = shard, .slot = number};
	rig_begin(&slot.request);
	slot.request.done = ids_told;
	rig->store->ops->slot(rig->store, &slot);
	assert_int_equal(rig_end(rig, &slot.request), OUTCOME_DONE);
	assert_str(buf_view(&told), str_from(wanted));
	buf_release(&told);
	told = (struct buf){0};
}

static void hints_are_kept_by_slot_until_the_slot_is_over(void **state)
{
	struct store_rig *rig = *state;
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 1).epoch;
	struct store_hint hints[] = {{494000, STR("c1")}, {-1, STR("c0")}, {5, STR("c2")}, {494000, STR("c3")}};
	struct store_flush flush = {.shard = shard, .epoch = epoch, .hints = hints, .hint_count = 4};
	assert_slots(rig, shard, "");
	assert_slot(rig, shard, 5, "");
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	assert_slots(rig, shard, "-1 5 494000");
	assert_slot(rig, shard, 494000, "c1,c3");
	assert_slot(rig, shard, 5, "c2");
	int64_t over[] = {-1, 5, 6};
	flush = (struct store_flush){.shard = shard, .epoch = epoch, .over = over, .over_count = 3};
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	assert_slots(rig, shard, "494000");
	assert_slot(rig, shard, 5, "");
	assert_slot(rig, shard, 494000, "c1,c3");
}

static void shards_do_not_see_each_other(void **state)
{
	struct store_rig *rig = *state;
	uint32_t one = rig_shard(rig), two = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, one, 1).epoch;
	struct store_record record = {STR("c1"), STR("one")};
	struct store_hint hint = {9, STR("c1")};
	struct store_flush flush = {
	        .shard = one, .epoch = epoch, .records = &record, .record_count = 1, .hints = &hint, .hint_count = 1};
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	assert_int_equal(rig_append(rig, one, epoch, 1), OUTCOME_DONE);
	assert_int_equal(rig_peek(rig, two).epoch, 0);
	assert_null(rig_load(rig, two, STR("c1")).ptr);
	assert_slots(rig, two, "");
}

static void meta_and_entry_may_hold_any_bytes(void **state)
{
	struct store_rig *rig = *state;
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 1).epoch;
	char bytes[256];
	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	struct str all = {bytes, sizeof bytes};
	struct store_append append = {.shard = shard, .epoch = epoch, .batch = 1, .entry = all, .meta = all};
	assert_int_equal(RIG_ASK(rig, append, &append), OUTCOME_DONE);
	assert_str(rig_peek(rig, shard).meta, all);
}

/* Texts are kept for the whole service, so each test has a journey of its own. */
static char listed[1024];

static void list_copied(struct request *request)
{
	const struct store_source_list *list = (const struct store_source_list *)request;
	listed[0] = '\0';
	for (size_t i = 0; request->outcome == OUTCOME_DONE && i < list->count; i++)
		if (str_eq(list->sources[i].journey, STR("renewal")))
			snprintf(listed + strlen(listed), sizeof listed - strlen(listed), "%.*s %lld %.*s|",
			         STR_ARG(list->sources[i].version), (long long)list->sources[i].used.ms,
			         STR_ARG(list->sources[i].text));
	*(bool *)request->owner = true;
}

static const char *read_sources(struct store_rig *rig)
{
	struct store_source_list list = {0};
	rig_begin(&list.request);
	list.request.done = list_copied;
	rig->store->ops->source_list(rig->store, &list);
	rig_given(&list.request);
	assert_int_equal(rig_end(rig, &list.request), OUTCOME_DONE);
	return listed;
}

static void put_source(struct store_rig *rig, const char *version, const char *text, int64_t used)
{
	struct store_source source = {STR("renewal"), str_from(version), str_from(text), {used}};
	struct store_source_put put = {.sources = &source, .count = 1};
	assert_int_equal(RIG_ASK(rig, source_put, &put), OUTCOME_DONE);
}

static void forget_source(struct store_rig *rig, const char *version, int64_t used)
{
	struct store_source_forget forget = {.journey = STR("renewal"), .version = str_from(version), .used = {used}};
	assert_int_equal(RIG_ASK(rig, source_forget, &forget), OUTCOME_DONE);
}

static void a_text_is_kept_until_it_is_forgotten_as_of_its_last_use(void **state)
{
	struct store_rig *rig = *state;
	struct store_source_put nothing = {0};
	assert_string_equal(read_sources(rig), "");
	assert_int_equal(RIG_ASK(rig, source_put, &nothing), OUTCOME_DONE);
	put_source(rig, "aa", "a: 1\nb: \"two\"\n", 1767225600000);
	assert_string_equal(read_sources(rig), "aa 1767225600000 a: 1\nb: \"two\"\n|");
	put_source(rig, "aa", "a: 2", 1767225600010);
	if (rig->reopen) {
		rig->reopen(rig);
		rig_open(rig);
	}
	assert_string_equal(read_sources(rig), "aa 1767225600010 a: 2|");
	forget_source(rig, "aa", 1767225600000);
	forget_source(rig, "aa", 176722560001);
	forget_source(rig, "bb", 1767225600010);
	assert_string_equal(read_sources(rig), "aa 1767225600010 a: 2|");
	put_source(rig, "bb", "", 5);
	forget_source(rig, "aa", 1767225600010);
	assert_string_equal(read_sources(rig), "bb 5 |");
	forget_source(rig, "bb", 5);
	assert_string_equal(read_sources(rig), "");
}

static void a_store_opened_again_sees_everything(void **state)
{
	struct store_rig *rig = *state;
	if (!rig->reopen)
		skip();
	uint32_t shard = rig_shard(rig);
	uint64_t epoch = rig_claim(rig, shard, 99).epoch;
	struct store_record record = {STR("c1"), STR("one")};
	struct store_hint hint = {9, STR("c1")};
	struct store_flush flush = {.shard = shard,
	                            .epoch = epoch,
	                            .records = &record,
	                            .record_count = 1,
	                            .hints = &hint,
	                            .hint_count = 1,
	                            .flushed = 1,
	                            .emitted = 3,
	                            .trim = 1};
	assert_int_equal(rig_append(rig, shard, epoch, 1), OUTCOME_DONE);
	assert_int_equal(rig_append(rig, shard, epoch, 2), OUTCOME_DONE);
	assert_int_equal(rig_flush(rig, &flush), OUTCOME_DONE);
	rig->reopen(rig);
	rig_open(rig);
	struct store_header header = rig_claim(rig, shard, 5);
	assert_int_equal(header.epoch, epoch + 1);
	assert_int_equal(header.lineage, 99);
	assert_int_equal(header.batch, 2);
	assert_int_equal(header.flushed, 1);
	assert_int_equal(header.emitted, 3);
	assert_str(header.meta, STR("meta 2"));
	assert_int_equal(read_log(rig, shard, 1, 10), 1);
	assert_str(rig_load(rig, shard, STR("c1")), STR("one"));
	assert_slot(rig, shard, 9, "c1");
}

static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(a_shard_nobody_claimed_is_empty),
        cmocka_unit_test(a_claim_raises_the_epoch_and_keeps_the_first_lineage),
        cmocka_unit_test(an_append_moves_the_batch_and_the_meta),
        cmocka_unit_test(a_gap_and_a_repeated_batch_are_refused_and_change_nothing),
        cmocka_unit_test(nothing_is_flushed_that_the_log_does_not_hold),
        cmocka_unit_test(an_older_owner_is_fenced_from_appending_and_flushing),
        cmocka_unit_test(the_log_is_read_in_pages),
        cmocka_unit_test(a_trim_shortens_the_log_and_the_rest_keeps_its_numbers),
        cmocka_unit_test(records_come_back_as_they_were_flushed),
        cmocka_unit_test(a_record_without_bytes_is_removed),
        cmocka_unit_test(ten_thousand_records_are_one_flush),
        cmocka_unit_test(a_load_of_nobody_is_answered),
        cmocka_unit_test(hints_are_kept_by_slot_until_the_slot_is_over),
        cmocka_unit_test(shards_do_not_see_each_other),
        cmocka_unit_test(meta_and_entry_may_hold_any_bytes),
        cmocka_unit_test(a_text_is_kept_until_it_is_forgotten_as_of_its_last_use),
        cmocka_unit_test(a_store_opened_again_sees_everything),
};

int store_contract_run(const char *name, int (*setup)(void **state), int (*teardown)(void **state))
{
	return _cmocka_run_group_tests(name, TESTS, sizeof TESTS / sizeof *TESTS, setup, teardown);
}
