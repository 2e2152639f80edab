/* SPDX-License-Identifier: Apache-2.0 */
#include "main/settings.h"
#include "main/settings_check.h"

#include "adapters/text/event_json.h"
#include "adapters/text/files.h"
#include "adapters/text/yaml.h"

#include <errno.h>
#include <unistd.h>

#define AT(member) offsetof(struct settings, member)
#define INPUT(member) offsetof(struct settings_input, member)
#define TLS(member) offsetof(struct settings_tls, member)
#define LOGIN(member) offsetof(struct settings_login, member)

static const char *const MECHANISMS[] = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI", NULL};
static const char *const FORMATS[] = {"auto", "plain", "cloudevents", "segment", NULL};
static const char *const CLOCKS[] = {"wall", "stream", NULL};
static const char *const DELIVERIES[] = {"exactly_once", "at_least_once", NULL};
static const char *const DURABILITIES[] = {"fsync", "replica", "none", NULL};
static const char *const LOG_FORMATS[] = {"logfmt", "json", NULL};
static const char *const LOG_LEVELS[] = {"error", "warn", "info", "debug", NULL};

static const struct field INPUT_FIELDS[] = {
        {.key = "topic", .kind = FIELD_STR, .offset = INPUT(topic), .required = true, .about = "The Kafka topic."},
        {.key = "format",
         .kind = FIELD_CHOICE,
         .offset = INPUT(format),
         .choices = FORMATS,
         .fallback = "auto",
         .about = "How a record is an event; auto tells CloudEvents from plain JSON."},
        {.key = "id", .kind = FIELD_STR, .offset = INPUT(id), .about = "Path of the event's id (plain JSON)."},
        {.key = "type", .kind = FIELD_STR, .offset = INPUT(type), .about = "Path of the event's type."},
        {.key = "time", .kind = FIELD_STR, .offset = INPUT(time), .about = "Path of the event's time."},
        {.key = "customer",
         .kind = FIELD_STR,
         .offset = INPUT(customer),
         .about = "Path of the customer's id; $key means the record's key."},
        {.key = "data",
         .kind = FIELD_STR,
         .offset = INPUT(data),
         .about = "Path below which the fields stand; by default the top."},
        {.key = "aliases",
         .kind = FIELD_DOC,
         .offset = INPUT(aliases),
         .note = "map of names",
         .about = "Types as they come, and the declared event each means."},
        {0},
};

static const struct field OUTPUT_FIELDS[] = {
        {.key = "actions",
         .kind = FIELD_STR,
         .offset = AT(kafka.outputs.actions) - AT(kafka.outputs),
         .required = true,
         .about = "Topic of the send-actions."},
        {.key = "decisions",
         .kind = FIELD_STR,
         .offset = AT(kafka.outputs.decisions) - AT(kafka.outputs),
         .about = "Topic of the decisions; without it they are only counted."},
        {.key = "dead_letters",
         .kind = FIELD_STR,
         .offset = AT(kafka.outputs.dead_letters) - AT(kafka.outputs),
         .about = "Topic of the records that could not be read; without it they are counted and logged."},
        {.key = "records",
         .kind = FIELD_STR,
         .offset = AT(kafka.outputs.records) - AT(kafka.outputs),
         .about = "Topic of what journeys tell other systems; needed once a journey does (`emit` with `to: out`)."},
        {0},
};

static const struct field TLS_FIELDS[] = {
        {.key = "enabled", .kind = FIELD_BOOL, .offset = TLS(enabled), .fallback = "true", .about = "Use TLS."},
        {.key = "ca", .kind = FIELD_STR, .offset = TLS(ca), .about = "File of the authorities to trust."},
        {.key = "certificate", .kind = FIELD_STR, .offset = TLS(certificate), .about = "File of our certificate."},
        {.key = "key", .kind = FIELD_STR, .offset = TLS(key), .about = "File of its private key."},
        {0},
};

#define LOGIN_ROWS(base) \
	{.key = "user", .kind = FIELD_STR, .offset = (base) + LOGIN(user), .about = "User name."}, \
	        {.key = "password", .kind = FIELD_STR, .offset = (base) + LOGIN(password), .about = "Password."}, \
	{ \
		.key = "password_file", .kind = FIELD_STR, .offset = (base) + LOGIN(password_file), \
		.about = "File that holds the password; its last newline does not count." \
	}

static const struct field SASL_FIELDS[] = {
        {.key = "mechanism",
         .kind = FIELD_CHOICE,
         .offset = AT(kafka.sasl.mechanism) - AT(kafka.sasl),
         .required = true,
         .choices = MECHANISMS,
         .about = "How to log in; what the last two need stands in `properties`."},
        LOGIN_ROWS(AT(kafka.sasl.login) - AT(kafka.sasl)),
        {0},
};

#define KAFKA(member) (AT(kafka.member) - AT(kafka))
static const struct field KAFKA_FIELDS[] = {
        {.key = "brokers",
         .kind = FIELD_STR,
         .offset = KAFKA(brokers),
         .required = true,
         .about = "Brokers to begin with: HOST:PORT,HOST:PORT."},
        {.key = "group",
         .kind = FIELD_STR,
         .offset = KAFKA(group),
         .fallback = "journeyd",
         .about = "Consumer group; every process of one installation has the same."},
        {.key = "instance",
         .kind = FIELD_STR,
         .offset = KAFKA(instance),
         .about = "This process's stable name within the group (default: the host's name); it gets its shards back "
                  "at once after a restart."},
        {.key = "inputs",
         .kind = FIELD_STRUCTS,
         .offset = KAFKA(inputs),
         .required = true,
         .fields = INPUT_FIELDS,
         .size = sizeof(struct settings_input),
         .about = "Topics of events, all with the same number of partitions."},
        {.key = "outputs",
         .kind = FIELD_STRUCT,
         .offset = KAFKA(outputs),
         .required = true,
         .fields = OUTPUT_FIELDS,
         .about = "Topics that are written."},
        {.key = "tls",
         .kind = FIELD_STRUCT,
         .offset = KAFKA(tls),
         .seen = KAFKA(tls.given) + 1,
         .fields = TLS_FIELDS,
         .about = "TLS to the brokers."},
        {.key = "sasl",
         .kind = FIELD_STRUCT,
         .offset = KAFKA(sasl),
         .seen = KAFKA(sasl.given) + 1,
         .fields = SASL_FIELDS,
         .about = "Login at the brokers."},
        {.key = "transaction_timeout",
         .kind = FIELD_DURATION,
         .offset = KAFKA(transaction_timeout),
         .fallback = "10s",
         .about = "When the broker gives up a transaction of a dead process."},
        {.key = "read_ahead",
         .kind = FIELD_SIZE,
         .offset = KAFKA(read_ahead),
         .fallback = "16MB",
         .about = "How much is fetched ahead, for each partition of each input topic."},
        {.key = "properties",
         .kind = FIELD_DOC,
         .offset = KAFKA(properties),
         .note = "map of librdkafka properties",
         .about = "Any librdkafka property but those that journeyd owns."},
        {0},
};

#define REDIS(member) (AT(redis.member) - AT(redis))
static const struct field REDIS_FIELDS[] = {
        {.key = "host", .kind = FIELD_STR, .offset = REDIS(host), .fallback = "127.0.0.1", .about = "Redis' host."},
        {.key = "port",
         .kind = FIELD_INT,
         .offset = REDIS(port),
         .fallback = "6379",
         .min = 1,
         .max = 65535,
         .about = "Its port."},
        {.key = "path", .kind = FIELD_STR, .offset = REDIS(path), .about = "Unix socket, instead of host and port."},
        {.key = "db",
         .kind = FIELD_INT,
         .offset = REDIS(db),
         .fallback = "0",
         .min = 0,
         .max = 1023,
         .about = "Number of the database."},
        {.key = "prefix",
         .kind = FIELD_STR,
         .offset = REDIS(prefix),
         .fallback = "journeyd",
         .about = "What every key begins with."},
        {.key = "customers",
         .kind = FIELD_INT,
         .offset = REDIS(customers),
         .fallback = "1000000",
         .min = 1,
         .max = INT64_C(10000000000),
         .about = "About how many customers there will be; fixed at the first start."},
        LOGIN_ROWS(REDIS(login)),
        {.key = "tls",
         .kind = FIELD_STRUCT,
         .offset = REDIS(tls),
         .seen = REDIS(tls.given) + 1,
         .fields = TLS_FIELDS,
         .about = "TLS to Redis."},
        {.key = "timeout",
         .kind = FIELD_DURATION,
         .offset = REDIS(timeout),
         .fallback = "5s",
         .about = "How long an answer may take before the connection is given up."},
        {0},
};

static const struct field HTTP_FIELDS[] = {
        {.key = "listen",
         .kind = FIELD_STR,
         .offset = 0,
         .fallback = "127.0.0.1:9464",
         .about = "HOST:PORT of /healthz, /readyz and /metrics."},
        {0},
};

static const struct field LOG_FIELDS[] = {
        {.key = "format",
         .kind = FIELD_CHOICE,
         .offset = AT(log.format) - AT(log),
         .choices = LOG_FORMATS,
         .fallback = "logfmt",
         .about = "How a log line is written."},
        {.key = "level",
         .kind = FIELD_CHOICE,
         .offset = AT(log.level) - AT(log),
         .choices = LOG_LEVELS,
         .fallback = "info",
         .about = "The least important lines that are written."},
        {0},
};

#define ENGINE(member) (AT(worker.member) - AT(worker))
static const struct field ENGINE_FIELDS[] = {
        {.key = "disorder",
         .kind = FIELD_DURATION,
         .offset = ENGINE(disorder),
         .fallback = "1m",
         .about = "How far timers stay behind the events read while catching up."},
        {.key = "batch_events",
         .kind = FIELD_INT,
         .offset = ENGINE(batch_events),
         .fallback = "500",
         .min = 1,
         .max = 100000,
         .about = "A batch is closed at so many events ..."},
        {.key = "batch_wait",
         .kind = FIELD_DURATION,
         .offset = ENGINE(batch_wait),
         .fallback = "5ms",
         .about = "... or after so long; at once when idle."},
        {.key = "due_per_batch",
         .kind = FIELD_INT,
         .offset = ENGINE(due_per_batch),
         .fallback = "500",
         .min = 1,
         .max = 100000,
         .about = "Due timers taken into one batch, so that events are not starved."},
        {.key = "flush_every",
         .kind = FIELD_DURATION,
         .offset = ENGINE(flush_every),
         .fallback = "5s",
         .about = "Records at rest are written this often ..."},
        {.key = "flush_bytes",
         .kind = FIELD_SIZE,
         .offset = ENGINE(flush_bytes),
         .fallback = "4MB",
         .about = "... or when a shard's log has grown so much."},
        {.key = "log_bytes",
         .kind = FIELD_SIZE,
         .offset = ENGINE(log_bytes),
         .fallback = "64MB",
         .about = "A shard whose log is longer takes no input until it is shorter."},
        {.key = "outbox_entries",
         .kind = FIELD_INT,
         .offset = ENGINE(outbox_entries),
         .fallback = "50000",
         .min = 1,
         .max = INT64_C(100000000),
         .about = "A shard with more messages not yet in Kafka takes no input."},
        {.key = "cache_bytes",
         .kind = FIELD_SIZE,
         .offset = ENGINE(cache_bytes),
         .fallback = "512MB",
         .about = "Customers kept in memory beyond those not yet at rest."},
        {.key = "emit_every",
         .kind = FIELD_DURATION,
         .offset = ENGINE(emit_every),
         .fallback = "50ms",
         .about = "At most one transaction in so long."},
        {.key = "commit_idle",
         .kind = FIELD_DURATION,
         .offset = ENGINE(commit_idle),
         .fallback = "5s",
         .about = "Moved positions are committed at least this often."},
        {.key = "record_bytes",
         .kind = FIELD_SIZE,
         .offset = ENGINE(record_bytes),
         .fallback = "1MB",
         .about = "Larger records are dead letters."},
        {.key = "forget_versions_after",
         .kind = FIELD_DURATION,
         .offset = ENGINE(forget_after),
         .fallback = "7d",
         .about = "A journey's older version is forgotten so long after anybody entered by it, when nobody is in it."},
        {.key = "adopt_missing_metadata",
         .kind = FIELD_BOOL,
         .offset = ENGINE(adopt_missing_metadata),
         .fallback = "false",
         .about = "Go on although the committed position's metadata was wiped; you checked why."},
        {.key = "decide_not_entered",
         .kind = FIELD_BOOL,
         .offset = ENGINE(decide_not_entered),
         .fallback = "false",
         .about = "Also write a decision for everybody who did not enter a journey."},
        {.key = "source",
         .kind = FIELD_STR,
         .offset = ENGINE(source),
         .fallback = "journeyd",
         .about = "The `source` of the CloudEvents that are written."},
        {0},
};

static const struct field FIELDS[] = {
        {.key = "journeys",
         .kind = FIELD_STR,
         .offset = AT(journeys),
         .fallback = "journeys",
         .about = "Folder of the journeys, relative to this file."},
        {.key = "rules",
         .kind = FIELD_STR,
         .offset = AT(rules),
         .fallback = "rules",
         .about = "Folder of the rules, relative to this file."},
        {.key = "timezone",
         .kind = FIELD_STR,
         .offset = AT(timezone),
         .fallback = "UTC",
         .about = "Zone of customers, journeys and rules that name none."},
        {.key = "clock",
         .kind = FIELD_CHOICE,
         .offset = AT(clock),
         .choices = CLOCKS,
         .fallback = "wall",
         .about = "wall: now is now. stream: time is what the events say, for replays and measurements."},
        {.key = "delivery",
         .kind = FIELD_CHOICE,
         .offset = AT(delivery),
         .choices = DELIVERIES,
         .fallback = "exactly_once",
         .about = "exactly_once uses Kafka transactions; at_least_once may repeat an id."},
        {.key = "durability",
         .kind = FIELD_CHOICE,
         .offset = AT(durability),
         .choices = DURABILITIES,
         .fallback = "fsync",
         .about = "What Redis must promise before a message leaves."},
        {.key = "kafka",
         .kind = FIELD_STRUCT,
         .offset = AT(kafka),
         .required = true,
         .fields = KAFKA_FIELDS,
         .about = "Where events come from and messages go."},
        {.key = "redis",
         .kind = FIELD_STRUCT,
         .offset = AT(redis),
         .fields = REDIS_FIELDS,
         .about = "Where customers are kept."},
        {.key = "http",
         .kind = FIELD_STRUCT,
         .offset = AT(http),
         .fields = HTTP_FIELDS,
         .about = "Health and metrics."},
        {.key = "log", .kind = FIELD_STRUCT, .offset = AT(log), .fields = LOG_FIELDS, .about = "Log lines."},
        {.key = "engine",
         .kind = FIELD_STRUCT,
         .offset = AT(worker),
         .fields = ENGINE_FIELDS,
         .about = "Batches, flushes and limits; the defaults suit."},
        {0},
};

const struct field *settings_fields(void)
{
	return FIELDS;
}

const char *settings_mechanism(const struct settings_kafka *kafka)
{
	return MECHANISMS[kafka->sasl.mechanism];
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

/* The path as seen from where the daemon runs. */
static struct str beside(const char *file, struct str path, struct arena *arena)
{
	struct str name = str_from(file);
	size_t folder = name.len;
	while (folder && name.ptr[folder - 1] != '/')
		folder--;
	if (path.len == 0 || path.ptr[0] == '/' || folder == 0)
		return arena_str(arena, path);
	return arena_printf(arena, "%.*s%.*s", (int)folder, name.ptr, STR_ARG(path));
}

/* value: where the file is named. */
static bool readable(struct str path, const struct doc *value, struct doc_reader *reader)
{
	if (access(path.ptr, R_OK) == 0)
		return true;
	diag_add(reader->diags, DIAG_ERROR, DIAG_FILE, value->range, "\"%.*s\" cannot be read: %s", STR_ARG(path),
	         strerror(errno));
	return false;
}

/* doc: the map that the login stands in. */
static void read_password(const char *file, const struct doc *doc, struct settings_login *login,
                          struct doc_reader *reader)
{
	const struct doc *value = doc_get(doc, STR("password_file"));
	if (login->password_file.len == 0)
		return;
	if (login->password.len) {
		diag_add(reader->diags, DIAG_ERROR, DIAG_CONFLICT, value->range,
		         "password and password_file exclude each other");
		return;
	}
	struct str path = beside(file, login->password_file, reader->arena);
	const struct diag_file *text =
	        readable(path, value, reader) ? files_read(path, 4096, reader->arena, reader->diags) : NULL;
	if (!text)
		return;
	login->password = text->text;
	if (login->password.len && login->password.ptr[login->password.len - 1] == '\n')
		login->password.len--;
}

static const struct {
	const char *key;
	size_t offset;
} TLS_FILES[] = {
        {"ca", TLS(ca)},
        {"certificate", TLS(certificate)},
        {"key", TLS(key)},
};

/* librdkafka reads them, and says no more than that it failed. */
static void find_tls_files(const char *file, const struct doc *doc, struct settings_tls *tls, struct doc_reader *reader)
{
	for (size_t i = 0; doc && i < sizeof TLS_FILES / sizeof TLS_FILES[0]; i++) {
		struct str *path = (struct str *)((char *)tls + TLS_FILES[i].offset);
		if (path->len == 0)
			continue;
		*path = beside(file, *path, reader->arena);
		readable(*path, doc_get(doc, str_from(TLS_FILES[i].key)), reader);
	}
}

static void check_map(struct doc_reader *reader, const struct doc *map, const char *what)
{
	if (!map || !doc_expect(reader, map, DOC_MAP, what))
		return;
	for (size_t i = 0; i < map->count; i++)
		doc_expect(reader, map->pairs[i].value, DOC_SCALAR, "a value");
}

bool settings_read(const char *path, struct doc_reader *reader, struct settings *out)
{
	size_t errors = reader->diags->errors;
	*out = (struct settings){0};
	const struct diag_file *file = files_read(str_from(path), 1 << 20, reader->arena, reader->diags);
	const struct doc *doc = file ? yaml_read(file, reader) : NULL;
	if (!doc)
		return false;
	bool whole = doc_read(reader, doc, FIELDS, out);
	out->doc = doc;
	settings_check_addresses(reader, doc);
	out->journeys = beside(path, out->journeys, reader->arena);
	out->rules = beside(path, out->rules, reader->arena);
	const struct doc *kafka = doc_get(doc, STR("kafka"));
	out->kafka.tls.enabled &= out->kafka.tls.given;
	out->redis.tls.enabled &= out->redis.tls.given;
	find_tls_files(path, doc_get(kafka, STR("tls")), &out->kafka.tls, reader);
	read_password(path, doc_get(kafka, STR("sasl")), &out->kafka.sasl.login, reader);
	read_password(path, doc_get(doc, STR("redis")), &out->redis.login, reader);
	check_map(reader, out->kafka.properties, "properties");
	const struct settings_input *inputs = out->kafka.inputs.items;
	for (size_t i = 0; i < out->kafka.inputs.count; i++)
		check_map(reader, inputs[i].aliases, "aliases");
	const struct doc *list = doc_get(kafka, STR("inputs"));
	if (whole && list && (out->kafka.inputs.count == 0 || out->kafka.inputs.count > TOPICS_MAX))
		diag_add(reader->diags, DIAG_ERROR, DIAG_SETTING, list->range,
		         "between 1 and %d input topics are needed", TOPICS_MAX);
	out->worker.clock = out->clock ? CLOCK_STREAM : CLOCK_WALL;
	return reader->diags->errors == errors;
}
