/* SPDX-License-Identifier: Apache-2.0 */
/* One table: the first row whose beginning fits decides. */
#include "adapters/redis/redis_error.h"

#include <stdio.h>

static const struct {
	const char *begins;
	enum outcome outcome;
	const char *sentence;
} ERRORS[] = {
        {"OOM", OUTCOME_AGAIN,
         "Redis is full (maxmemory): give it more memory; nothing is lost, intake stops until then"},
        {"MISCONF", OUTCOME_AGAIN,
         "Redis cannot write to its disk: free or mend the disk; nothing is lost, intake stops until then"},
        {"READONLY", OUTCOME_AGAIN,
         "Redis became a replica: connecting anew; if it stays so, point redis.host at the master"},
        {"LOADING", OUTCOME_AGAIN, "Redis is still reading its data from disk: it will be there soon"},
        {"BUSY", OUTCOME_AGAIN, "Redis is held up by somebody's script: SCRIPT KILL ends it"},
        {"TRYAGAIN", OUTCOME_AGAIN, "Redis Cluster is moving this shard: waiting until it is done"},
        {"CLUSTERDOWN", OUTCOME_AGAIN, "Redis Cluster is down: mend the cluster; intake stops until then"},
        {"MASTERDOWN", OUTCOME_AGAIN, "Redis lost its master: mend the replication; intake stops until then"},
        {"NOREPLICAS", OUTCOME_AGAIN,
         "Redis has fewer replicas than min-replicas-to-write: bring them back; intake stops until then"},
        {"EXECABORT", OUTCOME_AGAIN, "Redis refused a transaction: trying again"},
        {"NOSCRIPT", OUTCOME_AGAIN, "Redis forgot its scripts: trying again"},
        {"UNBLOCKED", OUTCOME_AGAIN, "Redis changed its role while waiting for a replica: trying again"},
        {"ERR max number of clients", OUTCOME_AGAIN, "Redis takes no more connections: raise maxclients or close some"},
        {"MOVED", OUTCOME_NEVER,
         "this Redis is part of a cluster and keeps the shard elsewhere: use a Redis that holds all shards"},
        {"ASK", OUTCOME_AGAIN, "Redis Cluster is moving this shard: waiting until it is done"},
        {"CROSSSLOT", OUTCOME_NEVER, "redis.prefix must not hold braces: Redis Cluster would tear a shard apart"},
        {"NOAUTH", OUTCOME_NEVER, "Redis asks for a password: set redis.password_file, and redis.user if it has users"},
        {"WRONGPASS", OUTCOME_NEVER,
         "Redis refuses the user or the password: check redis.user and redis.password_file"},
        {"NOPERM", OUTCOME_NEVER,
         "the Redis user lacks a right: allow it +@all -@dangerous +config|get +info on the prefix's keys"},
        {"WRONGTYPE", OUTCOME_NEVER, "a key of another program is in the way: choose another redis.prefix or redis.db"},
        {"ERR AUTH", OUTCOME_NEVER,
         "Redis has no password but one is given: remove redis.password_file or set it there"},
        {"ERR DB index", OUTCOME_NEVER, "Redis has no database of that number: check redis.db"},
        {"ERR unknown command", OUTCOME_NEVER, "Redis lacks a command: version 7.0 or newer is needed, unrenamed"},
        {"", OUTCOME_NEVER, "Redis refuses a request"},
};

enum outcome redis_error_read(const char *error, char *why)
{
	size_t i = 0;
	while (strncmp(error, ERRORS[i].begins, strlen(ERRORS[i].begins)) != 0)
		i++;
	snprintf(why, REDIS_WHY, "%s (%.*s)", ERRORS[i].sentence, 100, error);
	return ERRORS[i].outcome;
}
