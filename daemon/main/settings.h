/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journeyd.yaml: one struct, read by tables (settings.c), from which `config show`, the schema and the docs come too.
 * Everything is borrowed from the reader's arena.
 */
#ifndef JD_SETTINGS_H
#define JD_SETTINGS_H

#include "app/worker.h"
#include "core/doc.h"

struct settings_input {
	struct str topic;
	int format; /* enum event_format */
	struct str id, type, time, customer, data;
	const struct doc *aliases; /* map: type as it comes -> declared event */
};

struct settings_login {
	struct str user, password, password_file;
};

struct settings_tls {
	bool given; /* there is a `tls:` in the file */
	bool enabled;
	struct str ca, certificate, key;
};

struct settings_kafka {
	struct str brokers, group, instance;
	struct field_list inputs; /* of struct settings_input */
	struct {
		struct str actions, decisions, dead_letters, records;
	} outputs;
	struct settings_tls tls;
	struct {
		bool given; /* there is a `sasl:` in the file */
		int mechanism;
		struct settings_login login;
	} sasl;
	struct duration transaction_timeout;
	int64_t read_ahead;           /* bytes, per partition of each input topic */
	const struct doc *properties; /* map: librdkafka property -> value */
};

struct settings_redis {
	struct str host, path, prefix;
	int64_t port, db, customers;
	struct settings_login login;
	struct settings_tls tls;
	struct duration timeout;
};

struct settings {
	struct str journeys, rules; /* folders, relative to the file's */
	struct str timezone;
	int clock, delivery, durability;
	struct settings_kafka kafka;
	struct settings_redis redis;
	struct {
		struct str listen; /* HOST:PORT; empty: no HTTP */
	} http;
	struct {
		int format, level;
	} log;
	struct worker_settings worker;
	const struct doc *doc; /* the file */
};

enum delivery { DELIVERY_EXACTLY_ONCE, DELIVERY_AT_LEAST_ONCE };
enum durability { DURABILITY_FSYNC, DURABILITY_REPLICA, DURABILITY_NONE };
enum log_format { LOG_LOGFMT, LOG_JSON };

/* The name of kafka.sasl's mechanism. */
const char *settings_mechanism(const struct settings_kafka *kafka);
/* Reads the file. False when anything is wrong: reported. Password files are read here, those for TLS are looked for;
 * relative paths become relative to the file's folder. */
bool settings_read(const char *path, struct doc_reader *reader, struct settings *out);
/* The effective settings, defaults included, passwords as "***". */
void settings_print(const struct settings *settings, bool json, struct buf *out);
/* The table of journeyd.yaml, for schema and docs. */
const struct field *settings_fields(void);

#endif
