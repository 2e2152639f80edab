/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is in a journey finishes under the version begun with, so the texts of all versions that somebody may be in are
 * kept in the store. The order: the texts of new versions are durable before anybody enters by them; then all texts are
 * read, compiled together, and become the program. A shard says when it is taken which versions it holds
 * (version_counts.h), and waits for another reading when the program does not know one of them: another process has
 * been given newer files.
 *
 * Forgetting: every process says hourly which versions people enter by in it, by writing their texts again with the
 * time. Whoever runs shard 0 then looks: a version that nobody has named for `forget_after`, and that no shard's header
 * counts, can gain nobody any more, and is forgotten, unless it is named again in that very moment. So `forget_after`
 * must be far longer than a batch may be under way, its process standing still or the store away: one that was
 * evaluated before and is appended behind that moment would let somebody in by a version that is gone.
 */
#ifndef JD_VERSIONS_H
#define JD_VERSIONS_H

#include "app/version_counts.h"
#include "ports/rulebook.h"

struct shard_env;

enum versions_state {
	VERSIONS_AT_REST,
	VERSIONS_PUTTING,    /* the texts of the versions entered by */
	VERSIONS_READING,    /* all texts */
	VERSIONS_PEEKING,    /* at each shard's counts */
	VERSIONS_FORGETTING, /* what nobody is in */
};

struct version_kept { /* in the store, as of the last reading */
	struct str journey, version;
	uint32_t journey_tag, version_tag;
	struct instant used;
	bool needed;
};

struct versions {
	struct shard_env *env;
	struct rulebook *book; /* gone by; NULL: nothing is kept */
	struct rulebook *next; /* to be gone by when the store has its texts; NULL: none waits */
	uint64_t edition;      /* of next; counts */
	uint64_t put_edition;  /* the one whose texts the store has */
	enum versions_state state;
	union {
		struct request request;
		struct store_source_put put;
		struct store_source_list list;
		struct store_peek peek;
		struct store_source_forget forget;
	} ask;
	bool asked;
	bool settled;            /* once compiled with what the store has */
	bool looks;              /* this process runs shard 0 */
	bool wanted;             /* a shard waits for a reading */
	uint64_t readings, read; /* begun; the last one answered */
	struct instant retry_at, say_at, put_at;
	struct instant named_at; /* the time that the store was given last with the versions entered by */
	struct duration retry_wait;
	struct arena put_arena, arena; /* of what is put; of `kept` */
	struct version_kept *kept;
	size_t kept_count, at; /* the one that is being forgotten; or the shard that is peeked at */
};

void versions_init(struct versions *versions, struct shard_env *env);
/* Nothing may be under way. */
void versions_release(struct versions *versions);
/* Owned from here on; replaces one that waits. */
void versions_go_by(struct versions *versions, struct rulebook *book);
/* Nothing stands against evaluating: it is known by which texts, and the versions entered by have been named lately
 * enough for nobody to forget one meanwhile. */
bool versions_ready(const struct versions *versions);
/* Whether the program knows all that is counted, or the store does not either (said). wanted: the shard's, 0 at first;
 * false: ask again after a later turn. */
bool versions_know(struct versions *versions, const struct version_counts *counts, uint64_t *wanted);
/* Does what can be done now; the store is open. looks: whether this process runs shard 0. */
void versions_turn(struct versions *versions, bool looks);
/* When it wants a turn at the latest. */
struct instant versions_wake(const struct versions *versions);

#endif
