/* SPDX-License-Identifier: Apache-2.0 */
#include "main/simulation.h"

#include "adapters/memory/hand_clock.h"
#include "adapters/memory/memory_sink.h"
#include "adapters/memory/memory_source.h"
#include "adapters/memory/memory_store.h"
#include "adapters/text/event_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { PROGRESS_TURNS = 64 };

struct simulation {
	const struct simulation_settings *settings;
	struct simulation_result *result;
	struct memory_queue queue;
	FILE *file;
	struct source *source;
	struct sink *sink;
	struct store *store;
	struct hand_clock clock;
	struct event_mapping mapping;
	struct decoder *json;
	struct decoder decoder; /* ours, before json */
	int64_t told;           /* the offset of the last event that the listener was told */
	struct worker *worker;
};

/* ---- the decoder in between: cuts at `until`, tells the listener ---- */

static struct simulation *of_decoder(struct decoder *decoder)
{
	return (struct simulation *)((char *)decoder - offsetof(struct simulation, decoder));
}

static enum decode_result decode(struct decoder *decoder, const struct record *record, const struct rules *rules,
                                 struct arena *arena, struct event *event, struct decode_error *error)
{
	struct simulation *simulation = of_decoder(decoder);
	const struct simulation_settings *settings = simulation->settings;
	enum decode_result result = simulation->json->ops->decode(simulation->json, record, rules, arena, event, error);
	bool timed = result == DECODE_EVENT || result == DECODE_TICK;
	if (timed && settings->until.ms != INSTANT_NEVER.ms && event->time.ms > settings->until.ms + 1)
		return DECODE_UNKNOWN;
	/* A record that is left for the next batch is decoded once more. */
	if (result == DECODE_EVENT && settings->event && record->origin.offset > simulation->told) {
		simulation->told = record->origin.offset;
		settings->event(settings->owner, event);
	}
	return result;
}

static void decoder_free(struct decoder *decoder)
{
	(void)decoder;
}

static const struct decoder_ops DECODER_OPS = {decode, decoder_free};

/* ---- messages ---- */

static struct str header_of(const struct sink_message *message, const char *name)
{
	for (size_t i = 0; i < message->header_count; i++)
		if (str_eq(message->headers[i].name, str_from(name)))
			return message->headers[i].value;
	return (struct str){0};
}

/* Said with file and line, as a compiler would. */
static void tell_bad(struct simulation *simulation, const struct sink_message *message)
{
	struct str why = header_of(message, "__connect.errors.exception.message");
	struct str offset = header_of(message, "__connect.errors.offset");
	char number[24];
	snprintf(number, sizeof number, "%.*s", STR_ARG(offset));
	fprintf(stderr, "%s:%llu: error: %.*s\n", simulation->settings->events,
	        (unsigned long long)memory_source_line(simulation->source, atoll(number)), STR_ARG(why));
	simulation->result->bad++;
}

static void on_message(void *owner, const struct sink_message *message)
{
	struct simulation *simulation = owner;
	if (message->topic == SINK_DEAD_LETTERS)
		tell_bad(simulation, message);
	else if (simulation->settings->message)
		simulation->settings->message(simulation->settings->owner, message);
}

/* ---- wiring ---- */

/* Time is what the events say; nothing is written at rest, since the worker's own memory holds every customer. */
static struct worker_settings worker_settings_of(void)
{
	struct worker_settings settings;
	worker_settings_init(&settings);
	settings.clock = CLOCK_STREAM;
	settings.disorder = settings.batch_wait = settings.emit_every = settings.commit_idle = (struct duration){0};
	settings.batch_events = settings.due_per_batch = 1000;
	settings.flush_every = (struct duration){DAY_MS};
	settings.flush_bytes = settings.log_bytes = settings.cache_bytes = INT64_MAX;
	return settings;
}

static bool open_file(struct simulation *simulation)
{
	const char *path = simulation->settings->events;
	simulation->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	if (simulation->file)
		return true;
	snprintf(simulation->result->why, sizeof simulation->result->why, "%s: %s", path, strerror(errno));
	return false;
}

/* Time passes to `until`, the timers due at that very instant included. */
static void add_end(struct simulation *simulation)
{
	struct buf text = {0};
	if (simulation->settings->until.ms == INSTANT_NEVER.ms)
		return;
	buf_str(&text, STR("{\"id\":\"until\",\"type\":\"tick\",\"time\":\""));
	instant_print(&text, (struct instant){simulation->settings->until.ms + 1});
	buf_str(&text, STR("\"}"));
	memory_source_add(simulation->source, &(struct memory_record_new){.value = buf_view(&text)});
	buf_release(&text);
}

static void open_ports(struct simulation *simulation)
{
	struct memory_sink_target target = {.message = on_message,
	                                    .owner = simulation,
	                                    .has_topic = {true, simulation->settings->decisions, true, true}};
	simulation->source = memory_source_lines(&simulation->queue, simulation->file);
	simulation->sink = memory_sink_new(&simulation->queue, simulation->source, &target);
	simulation->store = memory_store_new(&simulation->queue);
	memory_store_forget(simulation->store);
	hand_clock_init(&simulation->clock, INSTANT_MIN);
	simulation->json = event_json_new(&simulation->mapping, 1);
	simulation->decoder.ops = &DECODER_OPS;
}

static void close_ports(struct simulation *simulation)
{
	memory_queue_drop(&simulation->queue);
	simulation->sink->ops->free(simulation->sink);
	simulation->source->ops->free(simulation->source);
	simulation->store->ops->free(simulation->store);
	simulation->json->ops->free(simulation->json);
	worker_free(simulation->worker);
	memory_queue_release(&simulation->queue);
}

static void tell_progress(const struct simulation *simulation, bool last)
{
	const double *metrics = simulation->result->report.metrics;
	if (simulation->settings->progress)
		fprintf(stderr, "\r%.0f events, %.0f sends%s", metrics[METRIC_EVENTS], metrics[METRIC_ACTIONS],
		        last ? "\n" : "");
}

static bool play(struct simulation *simulation)
{
	struct worker_status status;
	worker_start(simulation->worker);
	for (unsigned turn = 1;; turn++) {
		worker_turn(simulation->worker);
		bool more = memory_queue_run(&simulation->queue);
		if (turn % PROGRESS_TURNS == 0)
			tell_progress(simulation, false);
		if (more)
			continue;
		worker_status(simulation->worker, &status);
		if (status.idle || status.shards_held || status.state == WORKER_FAILED)
			break;
	}
	tell_progress(simulation, true);
	bool well = status.idle && !status.shards_held && memory_source_sound(simulation->source);
	if (!well)
		snprintf(simulation->result->why, sizeof simulation->result->why, "%s",
		         status.why[0] ? status.why : "the events could not be read to their end");
	return well;
}

bool simulation_run(const struct simulation_settings *settings, struct simulation_result *result)
{
	struct simulation simulation = {.settings = settings, .result = result, .told = -1};
	*result = (struct simulation_result){0};
	if (!open_file(&simulation)) {
		journey_set_free(settings->set);
		return false;
	}
	open_ports(&simulation);
	add_end(&simulation);
	struct worker_settings worker = worker_settings_of();
	struct ports ports = {simulation.source, simulation.sink, simulation.store, &simulation.clock.clock,
	                      &simulation.decoder};
	simulation.worker =
	        worker_new(&worker, &ports, settings->set, settings->zones, settings->zone, &result->report);
	bool well = play(&simulation);
	close_ports(&simulation);
	if (simulation.file != stdin)
		fclose(simulation.file);
	result->unknown = (uint64_t)result->report.metrics[METRIC_EVENTS_UNKNOWN];
	return well;
}

/* Times written in one form compare as text; anything else is "not seen to be in order". */
static struct str time_of(const char *line, size_t len)
{
	static const char key[] = "\"time\":\"";
	const char *at = memmem(line, len, key, sizeof key - 1);
	if (!at)
		return (struct str){0};
	at += sizeof key - 1;
	const char *end = memchr(at, '"', len - (size_t)(at - line));
	return (struct str){at, end ? (size_t)(end - at) : 0};
}

bool simulation_in_order(const char *events)
{
	char last[40] = "", *line = NULL;
	size_t cap = 0;
	ssize_t len;
	struct stat about;
	bool again = stat(events, &about) == 0 && S_ISREG(about.st_mode); /* a pipe gives its lines only once */
	FILE *file = again ? fopen(events, "r") : NULL;
	bool ordered = file != NULL;
	while (ordered && (len = getline(&line, &cap, file)) > 0) {
		struct str time = time_of(line, (size_t)len), before = str_from(last);
		ordered = time.len >= 20 && time.len < sizeof last && time.ptr[time.len - 1] == 'Z' &&
		          (!before.len || (before.len == time.len && str_cmp(before, time) <= 0));
		if (ordered) {
			memcpy(last, time.ptr, time.len);
			last[time.len] = '\0';
		}
	}
	free(line);
	if (file)
		fclose(file);
	return ordered;
}
