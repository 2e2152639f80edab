/* SPDX-License-Identifier: Apache-2.0 */
/* A Redis of a test's own (tests/servers/redis), and a store on it. */
#ifndef JD_TEST_REDIS_SERVER_H
#define JD_TEST_REDIS_SERVER_H

#include "adapters/redis/redis_store.h"
#include "store_contract.h"

struct redis_server {
	char dir[256];
	int port;
};

/* lines: more of redis.conf, each in single quotes; "" for none. Asserts that it runs. */
void redis_server_start(struct redis_server *server, const char *lines);
void redis_server_stop(struct redis_server *server); /* removes its folder, too */
void redis_server_kill(struct redis_server *server); /* -9 */
void redis_server_restart(struct redis_server *server);
void redis_server_signal(struct redis_server *server, int number);
/* redis-cli's answer to a command, as shell words; static. */
const char *redis_server_say(struct redis_server *server, const char *words);

/* A rig on the server with these settings, of which host and port are filled in. Everything that the store logs is
 * added to log. Freed by redis_rig_release. */
struct redis_rig {
	struct store_rig rig;
	struct loop *loop;
	struct redis_settings settings;
	struct buf log;
};
void redis_rig_init(struct redis_rig *rig, const struct redis_server *server, const struct redis_settings *settings);
void redis_rig_release(struct redis_rig *rig);

#endif
