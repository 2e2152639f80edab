/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/kafka/kafka_source.h"

#include "adapters/kafka/kafka_check.h"
#include "adapters/kafka/kafka_error.h"
#include "adapters/kafka/kafka_lane.h"
#include "adapters/kafka/kafka_reads.h"

#include <stdio.h>
#include <stdlib.h>

enum { CHECK_AGAIN_MS = 1000, CLOSE_MS = 3000 };

enum shard_state {
	SHARD_AWAY,
	SHARD_ASSIGNED, /* ours; app has not said from where to read */
	SHARD_FETCHING,
	SHARD_REVOKED, /* app still has its hands on it */
};

struct kafka_source {
	struct source source;
	struct kafka_client *client;
	const struct source_listener *listener;
	struct kafka_job check_job;
	struct kafka_check check;
	enum shard_state *states;  /* by shard */
	uint32_t *list;            /* shards told to the listener */
	struct kafka_lane *lanes;  /* shard * topics + topic */
	bool revoking;             /* a rebalance waits until app released everything */
	bool joined;               /* subscribed */
	rd_kafka_queue_t *closing; /* the consumer's events while it leaves the group */
	bool checking;
	/* A failure found inside one of app's calls, told at the next turn. */
	struct loop_timer fail_timer;
	enum outcome failure;
	char failure_why[240];
};

static struct kafka_source *self(struct source *source)
{
	return (struct kafka_source *)source;
}

static struct kafka_lane *lane_of(struct kafka_source *source, uint32_t shard, uint32_t topic)
{
	return &source->lanes[(size_t)shard * source->source.topics + topic];
}

/* --- failures --- */

static void tell_failure(struct kafka_source *source, enum outcome outcome, const char *why)
{
	source->listener->failed(source->listener->owner, outcome, why);
}

/* A group that refuses us says so as soon as the client is there, maybe before app listens: start tells it then. */
static void failure_due(struct loop_timer *timer)
{
	struct kafka_source *source = timer->owner;
	if (!source->listener)
		return;
	enum outcome failure = source->failure;
	source->failure = OUTCOME_DONE;
	tell_failure(source, failure, source->failure_why);
}

/* The graver of two that meet within one turn is told; the other is a line of the log. */
static void fail_soon(struct kafka_source *source, enum outcome outcome, const char *why)
{
	if (source->failure == OUTCOME_NEVER || (source->failure == OUTCOME_AGAIN && outcome == OUTCOME_AGAIN)) {
		kafka_client_log(source->client, 3, "%s", why);
		return;
	}
	source->failure = outcome;
	snprintf(source->failure_why, sizeof(source->failure_why), "%s", why);
	loop_timer_start(source->client->loop, &source->fail_timer, (struct duration){0});
}

/* For the listener there is no FENCED: another process with our name means that this one cannot go on. */
static enum outcome outcome_for_listener(rd_kafka_resp_err_t code)
{
	return kafka_error_outcome(code) == OUTCOME_AGAIN ? OUTCOME_AGAIN : OUTCOME_NEVER;
}

/* The consumer tells a fatal error as a message that says only so; its cause is asked for. */
static void fail_code(struct kafka_source *source, const char *doing, rd_kafka_resp_err_t code, const char *detail)
{
	char why[240];
	char text[200];
	if (code == RD_KAFKA_RESP_ERR__FATAL) {
		code = rd_kafka_fatal_error(source->client->member, text, sizeof(text));
		detail = text;
	}
	kafka_error_print(why, sizeof(why), doing, code, detail);
	fail_soon(source, outcome_for_listener(code), why);
}

static void fatal_came(void *owner, rd_kafka_resp_err_t code, const char *text)
{
	fail_code(owner, "the consumer cannot go on", code, text);
}

/* --- the group --- */

static size_t collect(struct kafka_source *source, enum shard_state state)
{
	size_t count = 0;
	for (uint32_t shard = 0; shard < source->source.shards; shard++)
		if (source->states[shard] == state)
			source->list[count++] = shard;
	return count;
}

static bool names_all_topics(struct kafka_source *source, rd_kafka_topic_partition_list_t *partitions, uint32_t shard)
{
	for (uint32_t topic = 0; topic < source->source.topics; topic++)
		if (!rd_kafka_topic_partition_list_find(partitions, source->client->settings->inputs[topic],
		                                        (int32_t)shard))
			return false;
	return true;
}

/* A partition that has no counterpart in another topic belongs to no shard: a topic was enlarged meanwhile. */
static void take_partitions(struct kafka_source *source, rd_kafka_topic_partition_list_t *partitions)
{
	size_t whole = 0;
	for (uint32_t shard = 0; shard < source->source.shards; shard++)
		if (names_all_topics(source, partitions, shard)) {
			source->states[shard] = SHARD_ASSIGNED;
			source->client->held[shard] = 1;
			whole += source->source.topics;
		}
	if (whole != (size_t)partitions->cnt)
		fail_soon(source, OUTCOME_NEVER,
		          "the input topics no longer have equally many partitions, or other members of the group read "
		          "other topics");
}

static void accept_assignment(struct kafka_source *source, rd_kafka_topic_partition_list_t *partitions)
{
	rd_kafka_topic_partition_list_t *nothing = rd_kafka_topic_partition_list_new(0);
	rd_kafka_resp_err_t code = rd_kafka_assign(source->client->member, nothing);
	rd_kafka_topic_partition_list_destroy(nothing);
	if (code) {
		fail_code(source, "accepting shards from the group", code, NULL);
		return;
	}
	take_partitions(source, partitions);
	size_t count = collect(source, SHARD_ASSIGNED);
	if (count > 0)
		source->listener->assigned(source->listener->owner, source->list, count);
}

static void report(struct kafka_source *source, const char *doing, uint32_t shard, rd_kafka_error_t *error)
{
	char text[80];
	if (!error)
		return;
	snprintf(text, sizeof(text), "%s shard %u", doing, shard);
	fail_code(source, text, rd_kafka_error_code(error), rd_kafka_error_string(error));
	rd_kafka_error_destroy(error);
}

/* offsets NULL: none. */
static rd_kafka_topic_partition_list_t *partitions_of(struct kafka_source *source, uint32_t shard,
                                                      const int64_t *offsets)
{
	uint32_t topics = source->source.topics;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)topics);
	for (uint32_t topic = 0; topic < topics; topic++) {
		const char *name = source->client->settings->inputs[topic];
		rd_kafka_topic_partition_t *partition = rd_kafka_topic_partition_list_add(list, name, (int32_t)shard);
		if (offsets)
			partition->offset = offsets[topic];
	}
	return list;
}

/* The lanes are emptied behind the unassignment, when nothing comes any more. */
static void stop_fetching(struct kafka_source *source, uint32_t shard)
{
	if (!lane_of(source, shard, 0)->running)
		return;
	rd_kafka_topic_partition_list_t *list = partitions_of(source, shard, NULL);
	report(source, "ending to read", shard, rd_kafka_incremental_unassign(source->client->reader, list));
	rd_kafka_topic_partition_list_destroy(list);
	for (uint32_t topic = 0; topic < source->source.topics; topic++)
		kafka_lane_stop(lane_of(source, shard, topic));
}

/* App has let go of everything: only now the group may give it to others. */
static void finish_revocation(struct kafka_source *source)
{
	source->revoking = false;
	rd_kafka_resp_err_t code = rd_kafka_assign(source->client->member, NULL);
	if (code)
		kafka_client_log(source->client, 3, "giving shards back to the group: %s", rd_kafka_err2str(code));
}

/* Put out of the group while a rebalance was already waiting for us, we are not told so: but then we have no name in it
 * any more. */
static bool is_lost(rd_kafka_t *member)
{
	char *name = rd_kafka_memberid(member);
	bool lost = rd_kafka_assignment_lost(member) || !name || !*name || rd_kafka_fatal_error(member, NULL, 0);
	if (name)
		rd_kafka_mem_free(member, name);
	return lost;
}

static void begin_revocation(struct kafka_source *source)
{
	bool lost = is_lost(source->client->member);
	for (uint32_t shard = 0; shard < source->source.shards; shard++) {
		if (source->states[shard] == SHARD_AWAY)
			continue;
		source->states[shard] = SHARD_REVOKED;
		if (lost)
			source->client->held[shard] = 0;
	}
	size_t count = collect(source, SHARD_REVOKED);
	source->revoking = true;
	if (count == 0)
		finish_revocation(source);
	else
		source->listener->revoked(source->listener->owner, source->list, count, lost);
}

static void rebalance_came(void *owner, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *partitions)
{
	struct kafka_source *source = owner;
	if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
		accept_assignment(source, partitions);
		return;
	}
	if (code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
		fail_code(source, "sharing out the group's shards", code, NULL);
	begin_revocation(source);
}

static void source_release(struct source *port, const uint32_t *shards, size_t count)
{
	struct kafka_source *source = self(port);
	for (size_t i = 0; i < count; i++) {
		if (shards[i] >= port->shards || source->states[shards[i]] != SHARD_REVOKED)
			continue;
		source->states[shards[i]] = SHARD_AWAY;
		source->client->held[shards[i]] = 0;
		stop_fetching(source, shards[i]);
	}
	if (source->revoking && collect(source, SHARD_REVOKED) == 0)
		finish_revocation(source);
}

/* --- the turn --- */

static void common_message(struct kafka_source *source, rd_kafka_message_t *message)
{
	char doing[160];
	if (message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
		snprintf(doing, sizeof(doing), "reading in the group %.60s%s%.60s", source->client->settings->group,
		         message->rkt ? " the topic " : "", message->rkt ? rd_kafka_topic_name(message->rkt) : "");
		fail_code(source, doing, message->err, rd_kafka_message_errstr(message));
	}
	/* The library does not revoke what a fatal error costs us: somebody else has it. */
	if (message->err == RD_KAFKA_RESP_ERR__FATAL && !source->revoking)
		begin_revocation(source);
	rd_kafka_message_destroy(message);
}

static rd_kafka_message_t *next_common(struct kafka_source *source)
{
	if (source->closing)
		return rd_kafka_consume_queue(source->closing, 0);
	return rd_kafka_consumer_poll(source->client->member, 0);
}

/* Rebalances, errors and the library's sign of our life; records come through the lanes. */
static void poll_group(void *owner)
{
	struct kafka_source *source = owner;
	rd_kafka_message_t *message;
	while ((message = next_common(source)) != NULL)
		common_message(source, message);
	while ((message = rd_kafka_consumer_poll(source->client->reader, 0)) != NULL)
		common_message(source, message);
}

/* --- start --- */

static void check_topics(struct kafka_job *job)
{
	struct kafka_source *source = (struct kafka_source *)((char *)job - offsetof(struct kafka_source, check_job));
	kafka_check_topics(source->client, &source->check);
}

static rd_kafka_resp_err_t subscribe(struct kafka_source *source)
{
	const struct kafka_settings *settings = source->client->settings;
	rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new((int)settings->input_count);
	for (size_t i = 0; i < settings->input_count; i++)
		rd_kafka_topic_partition_list_add(topics, settings->inputs[i], RD_KAFKA_PARTITION_UA);
	rd_kafka_resp_err_t code = rd_kafka_subscribe(source->client->member, topics);
	rd_kafka_topic_partition_list_destroy(topics);
	return code;
}

static void make_shards(struct kafka_source *source, uint32_t shards)
{
	uint32_t topics = source->source.topics;
	source->states = mem_alloc(shards * sizeof(source->states[0]));
	source->list = mem_alloc(shards * sizeof(source->list[0]));
	source->lanes = mem_alloc((size_t)shards * topics * sizeof(source->lanes[0]));
	for (uint32_t shard = 0; shard < shards; shard++) {
		source->states[shard] = SHARD_AWAY;
		for (uint32_t topic = 0; topic < topics; topic++)
			source->lanes[(size_t)shard * topics + topic] =
			        (struct kafka_lane){.origin = {(uint16_t)topic, (int32_t)shard, -1}};
	}
	kafka_client_set_shards(source->client, shards);
	source->source.shards = shards;
}

static void join(struct kafka_source *source)
{
	make_shards(source, source->check.shards);
	rd_kafka_resp_err_t code = subscribe(source);
	source->joined = code == RD_KAFKA_RESP_ERR_NO_ERROR;
	if (code)
		fail_code(source, "subscribing to the input topics", code, NULL);
}

static void topics_checked(struct kafka_job *job)
{
	struct kafka_source *source = (struct kafka_source *)((char *)job - offsetof(struct kafka_source, check_job));
	source->checking = false;
	if (job->cancelled || source->closing)
		return;
	if (source->check.outcome == OUTCOME_DONE) {
		join(source);
		return;
	}
	bool again = source->check.outcome == OUTCOME_AGAIN;
	tell_failure(source, again ? OUTCOME_AGAIN : OUTCOME_NEVER, source->check.why);
	if (again) {
		source->checking = true;
		kafka_thread_add(&source->client->thread, job, CHECK_AGAIN_MS);
	}
}

static void source_start(struct source *port, const struct source_listener *listener)
{
	struct kafka_source *source = self(port);
	source->listener = listener;
	if (source->failure != OUTCOME_DONE)
		loop_timer_start(source->client->loop, &source->fail_timer, (struct duration){0});
	source->checking = true;
	source->check_job = (struct kafka_job){.work = check_topics, .finish = topics_checked};
	kafka_thread_add(&source->client->thread, &source->check_job, 0);
}

/* --- reading --- */

static void source_committed(struct source *port, struct source_committed *request)
{
	kafka_reads_committed(self(port)->client, request);
}

static void source_ends(struct source *port, struct source_ends *request)
{
	kafka_reads_ends(self(port)->client, request);
}

static void source_fetch(struct source *port, uint32_t shard, const int64_t *offsets)
{
	struct kafka_source *source = self(port);
	if (shard >= port->shards ||
	    (source->states[shard] != SHARD_ASSIGNED && source->states[shard] != SHARD_FETCHING))
		return; /* revoked meanwhile */
	stop_fetching(source, shard);
	for (uint32_t topic = 0; topic < port->topics; topic++) {
		struct kafka_lane *lane = lane_of(source, shard, topic);
		kafka_lane_start(lane, source->client->reader, source->client->settings->inputs[topic],
		                 source->client->wake_fd);
		lane->position = offsets[topic];
	}
	rd_kafka_topic_partition_list_t *list = partitions_of(source, shard, offsets);
	report(source, "beginning to read", shard, rd_kafka_incremental_assign(source->client->reader, list));
	source->states[shard] = SHARD_FETCHING;
	rd_kafka_topic_partition_list_destroy(list);
}

static void lane_failed(struct kafka_source *source, const struct kafka_lane *lane, rd_kafka_resp_err_t code)
{
	char doing[160];
	snprintf(doing, sizeof(doing), "reading topic %.80s, shard %d, from offset %lld",
	         source->client->settings->inputs[lane->origin.topic], (int)lane->origin.shard,
	         (long long)lane->position);
	fail_code(source, doing, code, NULL);
}

static const struct record *source_peek(struct source *port, uint32_t shard, uint32_t topic)
{
	struct kafka_lane *lane = lane_of(self(port), shard, topic);
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
	const struct record *record = kafka_lane_peek(lane, &code);
	if (code)
		lane_failed(self(port), lane, code);
	return record;
}

static void source_pop(struct source *port, uint32_t shard, uint32_t topic)
{
	kafka_lane_pop(lane_of(self(port), shard, topic));
}

/* The end of a topic is a message of its queue: looking may move the position. */
static bool source_reached(struct source *port, uint32_t shard, uint32_t topic, int64_t offset)
{
	struct kafka_lane *lane = lane_of(self(port), shard, topic);
	if (lane->position < offset && !lane->message)
		source_peek(port, shard, topic);
	return lane->position >= offset;
}

/* --- the end --- */

static void source_stop(struct source *port)
{
	struct kafka_source *source = self(port);
	if (source->closing)
		return;
	source->closing = rd_kafka_queue_new(source->client->member);
	rd_kafka_queue_io_event_enable(source->closing, source->client->wake_fd, &kafka_client_wake,
	                               sizeof(kafka_client_wake));
	rd_kafka_error_t *error = rd_kafka_consumer_close_queue(source->client->member, source->closing);
	if (!error)
		return;
	fail_code(source, "leaving the group", rd_kafka_error_code(error), rd_kafka_error_string(error));
	rd_kafka_error_destroy(error);
}

/* What app still holds is taken from it here: it is about to end and calls nothing any more. */
static void wait_until_closed(struct kafka_source *source)
{
	int64_t deadline = kafka_thread_now_ms() + CLOSE_MS;
	while (!rd_kafka_consumer_closed(source->client->member) && kafka_thread_now_ms() < deadline) {
		if (source->revoking)
			finish_revocation(source);
		rd_kafka_message_t *message = rd_kafka_consume_queue(source->closing, 20);
		if (message)
			rd_kafka_message_destroy(message);
	}
}

static void quiet_rebalance(void *owner, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *partitions)
{
	struct kafka_source *source = owner;
	(void)code;
	(void)partitions;
	rd_kafka_assign(source->client->member, NULL);
}

static void source_free(struct source *port)
{
	struct kafka_source *source = self(port);
	kafka_client_halt(source->client);
	loop_timer_stop(source->client->loop, &source->fail_timer);
	source->client->hooks = (struct kafka_hooks){.owner = source, .rebalance = quiet_rebalance};
	if (source->closing) {
		wait_until_closed(source);
		rd_kafka_queue_destroy(source->closing);
	}
	source->client->hooks = (struct kafka_hooks){0};
	for (size_t i = 0; i < (size_t)port->shards * port->topics; i++)
		kafka_lane_release(&source->lanes[i]);
	free(source->lanes);
	free(source->list);
	free(source->states);
	free(source);
}

static const struct source_ops ops = {
        .start = source_start,
        .committed = source_committed,
        .ends = source_ends,
        .fetch = source_fetch,
        .peek = source_peek,
        .pop = source_pop,
        .reached = source_reached,
        .release = source_release,
        .stop = source_stop,
        .free = source_free,
};

struct source *kafka_source_new(struct kafka_client *client)
{
	struct kafka_source *source = mem_alloc(sizeof(*source));
	*source = (struct kafka_source){
	        .source = {.ops = &ops,
	                   .topics = (uint32_t)client->settings->input_count,
	                   .topic_names = client->settings->inputs},
	        .client = client,
	};
	source->fail_timer = (struct loop_timer){.fired = failure_due, .owner = source};
	client->hooks = (struct kafka_hooks){
	        .owner = source,
	        .turn = poll_group,
	        .rebalance = rebalance_came,
	        .fatal = fatal_came,
	};
	return &source->source;
}
