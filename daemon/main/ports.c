/* SPDX-License-Identifier: Apache-2.0 */
#include "main/ports.h"

#include "adapters/kafka/kafka_client.h"
#include "adapters/kafka/kafka_sink.h"
#include "adapters/kafka/kafka_source.h"
#include "adapters/redis/redis_store.h"

#include <time.h>
#include <unistd.h>

/* ---- the clock ---- */

struct wall_clock {
	struct clock clock;
	struct instant latest;
};

/* Set back by an administrator, it stands still until the time has come again. */
static struct instant wall_now(struct clock *clock)
{
	struct wall_clock *wall = (struct wall_clock *)clock;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	int64_t ms = now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
	if (ms > wall->latest.ms)
		wall->latest.ms = ms;
	return wall->latest;
}

/* ---- Kafka ---- */

static const char *text_or_null(struct arena *arena, struct str text)
{
	return text.len ? arena_str(arena, text).ptr : NULL;
}

struct properties {
	struct kafka_property *items;
	size_t count;
	struct arena *arena;
};

static void add_property(struct properties *list, const char *name, struct str value)
{
	if (value.len == 0)
		return;
	list->items[list->count++] = (struct kafka_property){name, arena_str(list->arena, value).ptr};
}

static void add_tls(struct properties *list, const struct settings_kafka *kafka)
{
	bool sasl = kafka->sasl.given;
	if (kafka->tls.enabled || sasl)
		add_property(list, "security.protocol",
		             kafka->tls.enabled ? (sasl ? STR("SASL_SSL") : STR("SSL")) : STR("SASL_PLAINTEXT"));
	add_property(list, "ssl.ca.location", kafka->tls.ca);
	add_property(list, "ssl.certificate.location", kafka->tls.certificate);
	add_property(list, "ssl.key.location", kafka->tls.key);
	if (sasl)
		add_property(list, "sasl.mechanisms", str_from(settings_mechanism(kafka)));
	add_property(list, "sasl.username", kafka->sasl.login.user);
	add_property(list, "sasl.password", kafka->sasl.login.password);
}

static void kafka_from(struct real_ports *ports, const struct settings_kafka *from)
{
	enum { OWN = 8 };
	struct arena *arena = &ports->arena;
	size_t given = from->properties ? from->properties->count : 0;
	struct properties list = {arena_alloc(arena, (given + OWN) * sizeof *list.items), 0, arena};
	const struct settings_input *inputs = from->inputs.items;
	add_tls(&list, from);
	for (size_t i = 0; i < given; i++)
		add_property(&list, arena_str(arena, from->properties->pairs[i].key->text).ptr,
		             from->properties->pairs[i].value->text);
	ports->kafka.brokers = text_or_null(arena, from->brokers);
	ports->kafka.group = text_or_null(arena, from->group);
	ports->kafka.instance = text_or_null(arena, from->instance);
	for (size_t i = 0; i < from->inputs.count; i++)
		ports->kafka.inputs[i] = text_or_null(arena, inputs[i].topic);
	ports->kafka.input_count = from->inputs.count;
	ports->kafka.outputs[SINK_ACTIONS] = text_or_null(arena, from->outputs.actions);
	ports->kafka.outputs[SINK_DECISIONS] = text_or_null(arena, from->outputs.decisions);
	ports->kafka.outputs[SINK_DEAD_LETTERS] = text_or_null(arena, from->outputs.dead_letters);
	ports->kafka.outputs[SINK_RECORDS] = text_or_null(arena, from->outputs.records);
	ports->kafka.properties = list.items;
	ports->kafka.property_count = list.count;
	ports->kafka.transaction_timeout = from->transaction_timeout;
	ports->kafka.queue_kbytes = (uint32_t)(from->read_ahead < INT64_C(1) << 40 ? from->read_ahead >> 10 : 1 << 30);
}

static const char *host_name(struct arena *arena)
{
	char name[128] = "journeyd";
	gethostname(name, sizeof name - 1);
	return arena_str(arena, str_from(name)).ptr;
}

static void kafka_log(void *owner, int level, const char *line)
{
	enum report_level mine = level <= 3   ? REPORT_ERROR
	                         : level == 4 ? REPORT_WARN
	                         : level <= 6 ? REPORT_INFO
	                                      : REPORT_DEBUG;
	report_log(owner, mine, "part=kafka", "%s", line);
}

/* ---- Redis ---- */

static void redis_log(void *owner, enum redis_log_level level, const char *text)
{
	report_log(owner, level == REDIS_LOG_WARNING ? REPORT_WARN : REPORT_INFO, "part=redis", "%s", text);
}

static struct store *open_store(struct real_ports *ports, struct loop *loop, const struct settings *settings,
                                struct report *report)
{
	const struct settings_redis *from = &settings->redis;
	struct arena *arena = &ports->arena;
	struct redis_settings redis = {
	        .host = text_or_null(arena, from->host),
	        .port = (int)from->port,
	        .path = text_or_null(arena, from->path),
	        .user = text_or_null(arena, from->login.user),
	        .password = text_or_null(arena, from->login.password),
	        .db = (int)from->db,
	        .prefix = text_or_null(arena, from->prefix),
	        .tls = from->tls.enabled,
	        .durability = (enum redis_durability)settings->durability,
	        .customers = from->customers,
	        .timeout = from->timeout,
	        .log = redis_log,
	        .log_owner = report,
	};
	return redis_store_new(loop, &redis);
}

/* ---- the decoder ---- */

static struct event_mapping mapping_from(const struct settings_input *input, size_t max_bytes, struct arena *arena)
{
	size_t count = input->aliases ? input->aliases->count : 0;
	struct event_alias *aliases = arena_alloc(arena, (count + 1) * sizeof *aliases);
	for (size_t i = 0; i < count; i++)
		aliases[i] =
		        (struct event_alias){input->aliases->pairs[i].key->text, input->aliases->pairs[i].value->text};
	return (struct event_mapping){(enum event_format)input->format,
	                              input->id,
	                              input->type,
	                              input->time,
	                              input->customer,
	                              input->data,
	                              aliases,
	                              count,
	                              max_bytes};
}

static struct decoder *open_decoder(struct real_ports *ports, const struct settings *settings)
{
	const struct settings_input *inputs = settings->kafka.inputs.items;
	size_t count = settings->kafka.inputs.count;
	ports->mappings = arena_alloc(&ports->arena, count * sizeof *ports->mappings);
	for (size_t i = 0; i < count; i++)
		ports->mappings[i] = mapping_from(&inputs[i], (size_t)settings->worker.record_bytes, &ports->arena);
	return event_json_new(ports->mappings, count);
}

/* ---- together ---- */

bool real_ports_init(struct real_ports *ports, struct loop *loop, const struct settings *settings,
                     struct report *report, char why[240])
{
	*ports = (struct real_ports){0};
	arena_init(&ports->arena, 4096);
	kafka_from(ports, &settings->kafka);
	if (!ports->kafka.instance)
		ports->kafka.instance = host_name(&ports->arena);
	ports->kafka.at_least_once = settings->delivery == DELIVERY_AT_LEAST_ONCE;
	ports->kafka.log = kafka_log;
	ports->kafka.log_owner = report;
	ports->client = kafka_client_new(loop, &ports->kafka, why, 240);
	if (!ports->client) {
		arena_release(&ports->arena);
		return false;
	}
	struct wall_clock *clock = arena_zalloc(&ports->arena, sizeof *clock);
	clock->clock.now = wall_now;
	ports->ports =
	        (struct ports){kafka_source_new(ports->client), kafka_sink_new(ports->client),
	                       open_store(ports, loop, settings, report), &clock->clock, open_decoder(ports, settings)};
	return true;
}

/* The sink before the source before the client: each stands on the next. */
void real_ports_release(struct real_ports *ports)
{
	ports->ports.sink->ops->free(ports->ports.sink);
	ports->ports.source->ops->free(ports->ports.source);
	kafka_client_free(ports->client);
	ports->ports.store->ops->free(ports->ports.store);
	ports->ports.decoder->ops->free(ports->ports.decoder);
	arena_release(&ports->arena);
}
