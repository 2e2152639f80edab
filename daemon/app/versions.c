/* SPDX-License-Identifier: Apache-2.0 */
#include "app/versions.h"

#include "app/shard.h"
#include "core/base/hash.h"

#include <stdlib.h>

enum { CHUNK = 16 << 10 };
#define SAY_EVERY_MS INT64_C(3600000)
/* Whatever the setting says: other processes must have had time to name theirs. */
#define FORGET_LEAST_MS INT64_C(10000)

void versions_init(struct versions *versions, struct shard_env *env)
{
	*versions = (struct versions){.env = env, .retry_at = INSTANT_NONE, .say_at = INSTANT_NEVER};
	arena_init(&versions->put_arena, CHUNK);
	arena_init(&versions->arena, CHUNK);
}

static void book_free(struct rulebook *book)
{
	if (book)
		book->ops->free(book);
}

void versions_release(struct versions *versions)
{
	book_free(versions->book);
	book_free(versions->next);
	arena_release(&versions->put_arena);
	arena_release(&versions->arena);
}

void versions_go_by(struct versions *versions, struct rulebook *book)
{
	book_free(versions->next);
	versions->next = book;
	versions->edition++;
}

/* Journeys that are gone need no text: who is in one is left alone. */
static bool known(const struct journey_set *set, uint32_t journey, uint32_t version)
{
	const struct journey *current = journey_set_find(set, journey);
	return !current || current->version_tag == version || journey_set_find_older(set, journey, version);
}

bool versions_know(struct versions *versions, const struct version_counts *counts, uint64_t *wanted)
{
	const struct journey_set *set = versions->env->program->set;
	bool all = true;
	for (size_t i = 0; i < counts->count && (versions->book || versions->next); i++) {
		const struct version_count *item = &counts->items[i];
		if (known(set, item->journey, item->version))
			continue;
		all = false;
		if (*wanted && versions->read >= *wanted)
			report_log(versions->env->report, REPORT_WARN, "",
			           "the store has no text of version %08x of journey %.*s: %llu people in it go on by "
			           "the current one, at the node of the same name",
			           item->version, STR_ARG(journey_set_find(set, item->journey)->name),
			           (unsigned long long)item->count);
	}
	if (all || (*wanted && versions->read >= *wanted))
		return true;
	if (!*wanted)
		*wanted = versions->readings + 1;
	versions->wanted = true;
	return false;
}

/* ---- the program ---- */

static void say_warnings(struct versions *versions, const struct diag_list *diags)
{
	for (size_t i = 0; i < diags->count; i++)
		if (diags->items[i].code == DIAG_OLD_VERSION)
			report_log(versions->env->report, REPORT_WARN, "", "%.*s; %.*s",
			           STR_ARG(diags->items[i].message), STR_ARG(diags->items[i].hint));
}

static struct journey_set *compile(struct versions *versions, struct rulebook *book,
                                   const struct store_source_list *list)
{
	struct arena arena;
	struct diag_list diags;
	arena_init(&arena, CHUNK);
	diag_init(&diags, &arena);
	struct journey_set *set = book->ops->compile(book, list->sources, list->count, &diags);
	say_warnings(versions, &diags);
	diag_release(&diags);
	arena_release(&arena);
	return set;
}

static bool has_news(const struct versions *versions, const struct store_source_list *list)
{
	const struct journey_set *set = versions->env->program->set;
	for (size_t i = 0; i < list->count; i++) {
		uint32_t version;
		if (journey_version_tag(list->sources[i].version, &version) &&
		    !known(set, hash_tag(list->sources[i].journey), version))
			return true;
	}
	return false;
}

/* From the next batch on. */
static void run_by(struct versions *versions, struct rulebook *book, const struct store_source_list *list)
{
	struct shard_env *env = versions->env;
	struct journey_set *set = compile(versions, book, list);
	if (!set) {
		report_log(env->report, REPORT_ERROR, "",
		           "the rules do not compile with the older versions of journeys; those in use go on");
		return;
	}
	program_drop(env->program);
	env->program = program_new(set);
}

static void say_what_runs(const struct versions *versions, bool reloaded)
{
	const struct journey_set *set = versions->env->program->set;
	report_log(versions->env->report, REPORT_INFO, "", "%s %.*s %s; older versions that people may be in: %zu",
	           reloaded ? "reloaded: rules" : "rules", STR_ARG(set->hash),
	           reloaded ? "run from the next batch on" : "are gone by", set->older_count);
}

static void take_texts(struct versions *versions, const struct store_source_list *list)
{
	bool reloads = versions->next && versions->put_edition == versions->edition;
	bool first = !versions->book;
	if (!reloads && (first || !has_news(versions, list)))
		return;
	run_by(versions, reloads ? versions->next : versions->book, list);
	if (reloads) {
		book_free(versions->book);
		versions->book = versions->next;
		versions->next = NULL;
	}
	versions->settled = true;
	say_what_runs(versions, reloads && !first);
}

/* ---- forgetting ---- */

static int64_t forget_after(const struct versions *versions)
{
	int64_t after = versions->env->settings->forget_after.ms;
	return after < FORGET_LEAST_MS ? FORGET_LEAST_MS : after;
}

/* Who stood still for long, or could not reach the store, names its versions before it goes on. */
bool versions_ready(const struct versions *versions)
{
	if (!versions->book && !versions->next)
		return true;
	return versions->settled && versions->env->now.ms - versions->named_at.ms < forget_after(versions) / 2;
}

static bool may_go(const struct versions *versions, const struct version_kept *kept)
{
	const struct shard_env *env = versions->env;
	const struct journey *current = journey_set_find(env->program->set, kept->journey_tag);
	return env->now.ms - kept->used.ms >= forget_after(versions) &&
	       !(current && current->version_tag == kept->version_tag);
}

/* Answers whether there is anything to look for. */
static bool keep_list(struct versions *versions, const struct store_source_list *list)
{
	struct arena *arena = &versions->arena;
	arena_clear(arena);
	versions->kept = arena_alloc(arena, (list->count + 1) * sizeof *versions->kept);
	versions->kept_count = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct store_source *source = &list->sources[i];
		struct version_kept kept = {.journey_tag = hash_tag(source->journey), .used = source->used};
		if (!journey_version_tag(source->version, &kept.version_tag) || !may_go(versions, &kept))
			continue;
		kept.journey = arena_str(arena, source->journey);
		kept.version = arena_str(arena, source->version);
		versions->kept[versions->kept_count++] = kept;
	}
	return versions->kept_count > 0;
}

/* False when the shard cannot say what it holds. */
static bool mark_needed(struct versions *versions, struct str bytes)
{
	struct shard_meta meta = {0};
	struct version_counts counts = {0};
	bool sure = bytes.len == 0 || (shard_meta_read(&meta, bytes) && !meta.uncounted &&
	                               version_counts_read(&counts, meta.versions) && !counts.unsure);
	for (size_t i = 0; i < versions->kept_count; i++)
		versions->kept[i].needed |=
		        version_counts_of(&counts, versions->kept[i].journey_tag, versions->kept[i].version_tag) > 0;
	version_counts_release(&counts);
	return sure;
}

/* The next one that nobody is in. */
static bool find_unneeded(struct versions *versions)
{
	while (versions->at < versions->kept_count && versions->kept[versions->at].needed)
		versions->at++;
	return versions->at < versions->kept_count;
}

/* ---- asking ---- */

static void rest(struct versions *versions)
{
	const struct shard_env *env = versions->env;
	int64_t every = forget_after(versions) / 4;
	versions->state = VERSIONS_AT_REST;
	versions->say_at.ms = env->now.ms + (every > SAY_EVERY_MS ? SAY_EVERY_MS : every);
}

static void answered(struct versions *versions)
{
	switch (versions->state) {
	case VERSIONS_AT_REST:
		break;
	case VERSIONS_PUTTING:
		versions->named_at = versions->put_at;
		versions->state = VERSIONS_READING;
		break;
	case VERSIONS_READING:
		versions->read = versions->readings;
		take_texts(versions, &versions->ask.list);
		versions->at = 0;
		if (versions->looks && keep_list(versions, &versions->ask.list))
			versions->state = VERSIONS_PEEKING;
		else
			rest(versions);
		break;
	case VERSIONS_PEEKING:
		if (!mark_needed(versions, versions->ask.peek.header.meta)) {
			rest(versions);
		} else if (++versions->at == versions->env->ports->source->shards) {
			versions->at = 0;
			versions->state = VERSIONS_FORGETTING;
		}
		break;
	case VERSIONS_FORGETTING:
		report_log(versions->env->report, REPORT_INFO, "",
		           "nobody is in version %.*s of journey %.*s any more: forgotten",
		           STR_ARG(versions->kept[versions->at].version),
		           STR_ARG(versions->kept[versions->at].journey));
		versions->at++;
		break;
	}
}

static void done(struct request *request)
{
	struct versions *versions = request->owner;
	versions->asked = false;
	if (request->outcome == OUTCOME_DONE) {
		versions->retry_wait.ms = 0;
		answered(versions);
		return;
	}
	versions->retry_wait = shard_backoff(versions->retry_wait);
	versions->retry_at.ms = versions->env->now.ms + versions->retry_wait.ms;
	report_log(versions->env->report, REPORT_WARN, "", "the journeys' texts: %s", request->why);
}

static void copy_texts(struct versions *versions, const struct rulebook *book, struct store_source *out, size_t *count)
{
	for (size_t i = 0; book && i < book->count; i++) {
		struct store_source *to = &out[(*count)++];
		*to = book->texts[i];
		to->journey = arena_str(&versions->put_arena, to->journey);
		to->version = arena_str(&versions->put_arena, to->version);
		to->text = arena_str(&versions->put_arena, to->text);
		to->used = versions->env->now;
	}
}

/* Those entered by until now go with the new ones: people in them are there to the last moment. */
static void ask_put(struct versions *versions)
{
	const struct rulebook *book = versions->book, *next = versions->next;
	size_t most = (book ? book->count : 0) + (next ? next->count : 0), count = 0;
	arena_clear(&versions->put_arena);
	struct store_source *texts = arena_alloc(&versions->put_arena, (most + 1) * sizeof *texts);
	copy_texts(versions, book, texts, &count);
	copy_texts(versions, next, texts, &count);
	versions->put_edition = versions->edition;
	versions->put_at = versions->env->now;
	versions->ask.put = (struct store_source_put){.sources = texts, .count = count};
}

static bool ask_forget(struct versions *versions)
{
	if (!find_unneeded(versions))
		return false;
	const struct version_kept *kept = &versions->kept[versions->at];
	versions->ask.forget =
	        (struct store_source_forget){.journey = kept->journey, .version = kept->version, .used = kept->used};
	return true;
}

static void begin(struct versions *versions)
{
	if (versions->next || versions->env->now.ms >= versions->say_at.ms)
		versions->state = VERSIONS_PUTTING;
	else if (versions->wanted)
		versions->state = VERSIONS_READING;
}

static void send(struct versions *versions)
{
	struct store *store = versions->env->ports->store;
	versions->ask.request.done = done;
	versions->ask.request.owner = versions;
	versions->asked = true;
	switch (versions->state) {
	case VERSIONS_AT_REST:
		versions->asked = false;
		break;
	case VERSIONS_PUTTING:
		store->ops->source_put(store, &versions->ask.put);
		break;
	case VERSIONS_READING:
		store->ops->source_list(store, &versions->ask.list);
		break;
	case VERSIONS_PEEKING:
		store->ops->peek(store, &versions->ask.peek);
		break;
	case VERSIONS_FORGETTING:
		store->ops->source_forget(store, &versions->ask.forget);
		break;
	}
}

/* Fills the request of the state; false when there is nothing to ask. */
static bool prepare(struct versions *versions)
{
	switch (versions->state) {
	case VERSIONS_AT_REST:
		return false;
	case VERSIONS_PUTTING:
		ask_put(versions);
		return true;
	case VERSIONS_READING:
		versions->wanted = false;
		versions->readings++;
		versions->ask.list = (struct store_source_list){0};
		return true;
	case VERSIONS_PEEKING:
		versions->ask.peek = (struct store_peek){.shard = (uint32_t)versions->at};
		return true;
	case VERSIONS_FORGETTING:
		return ask_forget(versions);
	}
	return false;
}

void versions_turn(struct versions *versions, bool looks)
{
	const struct shard_env *env = versions->env;
	versions->looks = looks;
	if ((!versions->book && !versions->next) || versions->asked || env->stopping ||
	    env->now.ms < versions->retry_at.ms)
		return;
	/* New files do not wait for the end of a look. */
	if (versions->next && versions->put_edition != versions->edition)
		versions->state = VERSIONS_AT_REST;
	if (versions->state == VERSIONS_AT_REST)
		begin(versions);
	if (prepare(versions))
		send(versions);
	else if (versions->state != VERSIONS_AT_REST)
		rest(versions);
}

struct instant versions_wake(const struct versions *versions)
{
	if (versions->asked || versions->env->stopping || (!versions->book && !versions->next))
		return INSTANT_NEVER;
	if (versions->env->now.ms < versions->retry_at.ms)
		return versions->retry_at;
	if (versions->next || versions->wanted || versions->state != VERSIONS_AT_REST)
		return versions->env->now;
	return versions->say_at;
}
