/* SPDX-License-Identifier: Apache-2.0 */
#include "support/worker_fixture.h"

#include "adapters/memory/memory_sink.h"
#include "adapters/memory/memory_source.h"
#include "adapters/memory/memory_store.h"
#include "adapters/text/yaml.h"
#include "adapters/text/yaml_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { TURNS_MAX = 20000, FILES_MAX = 16, CHUNK = 65536 };

const char WORKER_RULES[] =
        "event: policy\nfields: { policy_id: { type: string, required: true }, expires_on: date }\n---\n"
        "event: purchase\nfields: { policy_id: string }\n---\n"
        "event: click\nfields: { url: string }\n---\n"
        "traits: { clicks: { count: click } }\n---\n"
        "templates: [renewal/offer, renewal/reminder, renewal/last_day]\n";

const char WORKER_JOURNEY[] = "journey: renewal\n"
                              "entry: { event: policy }\n"
                              "key: event.policy_id\n"
                              "anchor: { date: event.expires_on }\n"
                              "goal: { event: purchase, when: event.policy_id == key }\n"
                              "nodes:\n"
                              "  - sequence:\n"
                              "      at: \"10:00\"\n"
                              "      before: { 30d: offer, 7d: reminder, 1d: last_day }\n"
                              "    send:\n"
                              "      channel: email\n"
                              "      template: \"renewal/{node}\"\n"
                              "      data: { clicks: trait.clicks }\n";

static struct str between(struct str text, const char *from, const char *to)
{
	const char *at = memmem(text.ptr, text.len, from, strlen(from));
	if (!at)
		return (struct str){0};
	at += strlen(from);
	const char *end = memmem(at, (size_t)(text.ptr + text.len - at), to, strlen(to));
	return (struct str){at, end ? (size_t)(end - at) : 0};
}

static struct str header(const struct sink_message *message, const char *name)
{
	for (size_t i = 0; i < message->header_count; i++)
		if (str_eq(message->headers[i].name, str_from(name)))
			return message->headers[i].value;
	return (struct str){0};
}

static void take_action(struct daemon *daemon, const struct sink_message *message)
{
	struct str id = header(message, "ce_id");
	assert_int_equal(id.len, 32);
	for (size_t at = 0; at < daemon->ids.len; at += 32)
		daemon->doubles += memcmp(daemon->ids.ptr + at, id.ptr, 32) == 0;
	buf_str(&daemon->ids, id);
	buf_printf(&daemon->actions, "%.*s %.*s %.*s\n", STR_ARG(header(message, "ce_time")), STR_ARG(message->key),
	           STR_ARG(between(message->value, "\"node\":\"", "\"")));
}

static void take_message(void *owner, const struct sink_message *message)
{
	struct daemon *daemon = owner;
	switch (message->topic) {
	case SINK_ACTIONS:
		take_action(daemon, message);
		break;
	case SINK_DECISIONS:
		daemon->decisions++;
		break;
	case SINK_DEAD_LETTERS:
		buf_printf(&daemon->dead, "%.*s | %.*s | %.*s %.*s:%.*s\n", STR_ARG(message->value),
		           STR_ARG(header(message, "__connect.errors.stage")),
		           STR_ARG(header(message, "__connect.errors.topic")),
		           STR_ARG(header(message, "__connect.errors.partition")),
		           STR_ARG(header(message, "__connect.errors.offset")));
		break;
	case SINK_RECORDS:
		buf_printf(&daemon->records, "%.*s %.*s %.*s\n", STR_ARG(header(message, "ce_time")),
		           STR_ARG(message->key), STR_ARG(header(message, "ce_type")));
		break;
	case SINK_TOPIC_COUNT:
		break;
	}
}

static void say(void *owner, enum report_level level, const char *subject, const char *message)
{
	struct daemon *daemon = owner;
	if (level <= REPORT_WARN)
		buf_printf(&daemon->log, "%s: %s\n", subject, message);
}

void daemon_init(struct daemon *daemon, uint32_t topics, uint32_t shards)
{
	*daemon = (struct daemon){.report = {.log = say, .owner = daemon}};
	struct memory_sink_target target = {
	        .message = take_message, .owner = daemon, .has_topic = {true, true, true, true}};
	daemon->source = memory_source_new(&daemon->queue, topics, shards);
	daemon->sink = memory_sink_new(&daemon->queue, daemon->source, &target);
	daemon->store = memory_store_new(&daemon->queue);
	daemon->decoder = event_json_new(daemon->mappings, topics);
	hand_clock_init(&daemon->clock, (struct instant){0});
	worker_settings_init(&daemon->settings);
	daemon->settings.clock = CLOCK_STREAM;
	daemon->settings.disorder.ms = daemon->settings.batch_wait.ms = 0;
	daemon->settings.emit_every.ms = daemon->settings.commit_idle.ms = 0;
	daemon->settings.lineage_seed = 7;
}

void daemon_release(struct daemon *daemon)
{
	if (daemon->worker)
		daemon_kill(daemon);
	daemon->source->ops->free(daemon->source);
	daemon->sink->ops->free(daemon->sink);
	daemon->store->ops->free(daemon->store);
	daemon->decoder->ops->free(daemon->decoder);
	memory_queue_release(&daemon->queue);
	buf_release(&daemon->actions);
	buf_release(&daemon->records);
	buf_release(&daemon->ids);
	buf_release(&daemon->dead);
	buf_release(&daemon->log);
}

/* What a compiled set points into. */
struct texts {
	struct arena arena;
	struct diag_list diags;
};

static void texts_free(void *sources)
{
	struct texts *texts = sources;
	diag_release(&texts->diags);
	arena_release(&texts->arena);
	free(texts);
}

static size_t read_files(struct texts *texts, const char *files, const char *path, struct source_doc *docs)
{
	struct doc_reader reader = {&texts->arena, &texts->diags};
	size_t count = 0;
	while (files) {
		const char *end = strstr(files, "---\n");
		struct diag_file *file = arena_zalloc(&texts->arena, sizeof *file);
		file->path = str_from(path);
		file->text = (struct str){files, end ? (size_t)(end - files) : strlen(files)};
		assert_true(count < FILES_MAX);
		docs[count++] = (struct source_doc){file, yaml_read(file, &reader)};
		files = end ? end + 4 : NULL;
	}
	return count;
}

static const struct zone_set *no_zones(void)
{
	static const struct zone_set zones;
	return &zones;
}

static struct texts *read_texts(const char *rules, const char *path, const char *journey, struct yaml_book_files *files)
{
	struct texts *texts = mem_alloc(sizeof *texts);
	arena_init(&texts->arena, CHUNK);
	diag_init(&texts->diags, &texts->arena);
	struct source_doc *docs = arena_alloc(&texts->arena, 2 * FILES_MAX * sizeof *docs);
	*files = (struct yaml_book_files){.rules = docs,
	                                  .journeys = docs + FILES_MAX,
	                                  .zones = no_zones(),
	                                  .owner = texts,
	                                  .owner_free = texts_free};
	files->rule_count = read_files(texts, rules, "rules/rules.yaml", docs);
	files->journey_count = read_files(texts, journey, path, docs + FILES_MAX);
	return texts;
}

static struct journey_set *compile(const struct yaml_book_files *files, struct diag_list *diags)
{
	struct journey_set *set = journey_set_compile(files->rules, files->rule_count, files->journeys,
	                                              files->journey_count, files->zones, diags);
	if (!set) {
		struct buf text = {0};
		diag_print(diags, false, &text);
		fail_msg("%.*s", STR_ARG(buf_view(&text)));
	}
	return set;
}

struct journey_set *daemon_compile(const char *rules, const char *path, const char *journey)
{
	struct yaml_book_files files;
	struct texts *texts = read_texts(rules, path, journey, &files);
	struct journey_set *set = compile(&files, &texts->diags);
	set->sources = texts;
	set->sources_free = texts_free;
	return set;
}

struct rulebook *daemon_book(const char *rules, const char *path, const char *journey, struct journey_set **set)
{
	struct yaml_book_files files;
	struct texts *texts = read_texts(rules, path, journey, &files);
	struct journey_set *first = compile(&files, &texts->diags);
	struct rulebook *book = yaml_book_new(&files, first);
	journey_set_free(first);
	if (set)
		*set = book->ops->compile(book, NULL, 0, &texts->diags);
	return book;
}

static void start(struct daemon *daemon, struct journey_set *set, struct rulebook *book)
{
	struct ports ports = {daemon->source, daemon->sink, daemon->store, &daemon->clock.clock, daemon->decoder};
	daemon->worker = worker_new(&daemon->settings, &ports, set, no_zones(), &ZONE_UTC, &daemon->report);
	if (book)
		worker_go_by(daemon->worker, book);
	worker_start(daemon->worker);
}

void daemon_start(struct daemon *daemon)
{
	start(daemon, daemon_compile(WORKER_RULES, "journeys/renewal.journey.yaml", WORKER_JOURNEY), NULL);
}

void daemon_start_by(struct daemon *daemon, const char *rules, const char *path, const char *journey)
{
	struct journey_set *set;
	struct rulebook *book = daemon_book(rules, path, journey, &set);
	start(daemon, set, book);
}

bool daemon_half_turn(struct daemon *daemon, bool ports)
{
	if (ports)
		return memory_queue_run(&daemon->queue);
	worker_turn(daemon->worker);
	return daemon->queue.count > 0;
}

void daemon_run(struct daemon *daemon)
{
	for (int turn = 0; turn < TURNS_MAX; turn++) {
		daemon_half_turn(daemon, false);
		if (!daemon_half_turn(daemon, true))
			return;
	}
	fail_msg("the worker never comes to rest");
}

void daemon_kill(struct daemon *daemon)
{
	memory_queue_drop(&daemon->queue);
	worker_free(daemon->worker);
	daemon->worker = NULL;
}

void daemon_stop(struct daemon *daemon)
{
	worker_stop(daemon->worker);
	daemon_run(daemon);
	assert_int_equal(daemon_status(daemon).state, WORKER_STOPPED);
	daemon_kill(daemon);
}

struct worker_status daemon_status(const struct daemon *daemon)
{
	struct worker_status status;
	worker_status(daemon->worker, &status);
	return status;
}

void daemon_event(struct daemon *daemon, const char *time, const char *customer, const char *rest)
{
	static unsigned number; /* ids differ through all tests of a program */
	struct buf value = {0};
	buf_printf(&value, "{\"id\":\"e%u\",\"time\":\"%s\",\"customer\":\"%s\",%s}", ++number, time, customer, rest);
	struct memory_record_new record = {.shard = MEMORY_BY_KEY,
	                                   .key = str_from(customer),
	                                   .value = buf_view(&value),
	                                   .timestamp = INSTANT_NONE};
	memory_source_add(daemon->source, &record);
	buf_release(&value);
}

void daemon_record(struct daemon *daemon, uint32_t shard, uint32_t topic, const char *value)
{
	struct memory_record_new record = {
	        .shard = shard, .topic = topic, .value = str_from(value), .timestamp = INSTANT_NONE};
	memory_source_add(daemon->source, &record);
}

void daemon_tick(struct daemon *daemon, const char *time)
{
	char value[120];
	snprintf(value, sizeof value, "{\"id\":\"tick-%s\",\"type\":\"tick\",\"time\":\"%s\"}", time, time);
	for (uint32_t shard = 0; shard < daemon->source->shards; shard++)
		daemon_record(daemon, shard, 0, value);
}

void daemon_clock(struct daemon *daemon, const char *time)
{
	assert_true(instant_parse(str_from(time), &daemon->clock.now));
}

void daemon_expect_at(struct daemon *daemon, const char *lines, const char *file, int line)
{
	buf_char(&daemon->actions, '\0');
	if (strcmp(daemon->actions.ptr, lines) != 0) {
		fprintf(stderr, "expected:\n%sgot:\n%s", lines, daemon->actions.ptr);
		_fail(file, line);
	}
	buf_clear(&daemon->actions);
}
