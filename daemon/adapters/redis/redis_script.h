/* SPDX-License-Identifier: Apache-2.0 */
/* The few steps that must be one: Lua texts that Redis keeps and runs by their SHA-1. Their cost never grows with the
 * number of keys. Keys: epoch, header, flush state, log. */
#ifndef JD_REDIS_SCRIPT_H
#define JD_REDIS_SCRIPT_H

#define REDIS_FORMAT "1" /* of the whole layout; another one in Redis is refused */

enum redis_script {
	SCRIPT_CLAIM,  /* lineage, format -> header */
	SCRIPT_PEEK,   /* -> header */
	SCRIPT_APPEND, /* epoch, batch before, batch, entry, meta -> {APPEND_*, epoch, batch before} */
	SCRIPT_LOG,    /* after, limit -> {trimmed up to, entries} */
	SCRIPT_COUNT
};

enum redis_append { APPEND_DONE, APPEND_GAP, APPEND_FENCED };

/* Elements of the header that claim and peek answer. */
enum redis_header {
	HEADER_FORMAT,
	HEADER_LINEAGE,
	HEADER_BATCH,
	HEADER_META,
	HEADER_FLUSHED,
	HEADER_EMITTED,
	HEADER_TRIMMED,
	HEADER_EPOCH,
	HEADER_LOG, /* how many entries the log has */
	HEADER_COUNT
};

const char *redis_script_text(enum redis_script script);

#endif
