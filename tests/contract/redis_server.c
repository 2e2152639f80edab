/* SPDX-License-Identifier: Apache-2.0 */
/* Servers through the script, stores through the loop. */
#include "redis_server.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SCRIPT SOURCE_DIR "/tests/servers/redis"

static char *shell(const char *command)
{
	static char answer[65536];
	char owner[32];
	snprintf(owner, sizeof owner, "%d", (int)getpid());
	setenv("OWNER_PID", owner, 1);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	size_t len = fread(answer, 1, sizeof answer - 1, pipe);
	while (len && answer[len - 1] == '\n')
		len--;
	answer[len] = '\0';
	if (pclose(pipe) != 0)
		fail_msg("failed: %s", command);
	return answer;
}

void redis_server_start(struct redis_server *server, const char *lines)
{
	char command[1024];
	snprintf(server->dir, sizeof server->dir, "/tmp/journeyd-redis-XXXXXX");
	assert_non_null(mkdtemp(server->dir));
	snprintf(command, sizeof command, SCRIPT " start %s %s", server->dir, lines);
	server->port = atoi(shell(command));
	assert_true(server->port > 0);
}

static void script(struct redis_server *server, const char *verb)
{
	char command[1024];
	snprintf(command, sizeof command, SCRIPT " %s %s", verb, server->dir);
	shell(command);
}

void redis_server_stop(struct redis_server *server)
{
	char command[1024];
	script(server, "stop");
	snprintf(command, sizeof command, "rm -r %s", server->dir);
	shell(command);
}

void redis_server_kill(struct redis_server *server)
{
	script(server, "kill");
}

void redis_server_restart(struct redis_server *server)
{
	script(server, "restart");
}

void redis_server_signal(struct redis_server *server, int number)
{
	char command[512];
	snprintf(command, sizeof command, "kill -%d $(cat %s/pid)", number, server->dir);
	shell(command);
}

const char *redis_server_say(struct redis_server *server, const char *words)
{
	char command[1024];
	snprintf(command, sizeof command, "redis-cli -p %d %s", server->port, words);
	return shell(command);
}

static void rig_turn(struct store_rig *rig)
{
	struct redis_rig *redis = rig->owner;
	loop_turn(redis->loop, (struct duration){20});
}

static void rig_reopen(struct store_rig *rig)
{
	struct redis_rig *redis = rig->owner;
	rig->store->ops->free(rig->store);
	rig->store = redis_store_new(redis->loop, &redis->settings);
}

static void rig_log(void *owner, enum redis_log_level level, const char *text)
{
	struct redis_rig *redis = owner;
	buf_printf(&redis->log, "%s%s\n", level == REDIS_LOG_WARNING ? "warning: " : "", text);
}

void redis_rig_init(struct redis_rig *rig, const struct redis_server *server, const struct redis_settings *settings)
{
	*rig = (struct redis_rig){.loop = loop_new(), .settings = *settings};
	rig->settings.port = server->port;
	rig->settings.log = rig_log;
	rig->settings.log_owner = rig;
	rig->rig = (struct store_rig){.turn = rig_turn, .reopen = rig_reopen, .owner = rig};
	rig->rig.store = redis_store_new(rig->loop, &rig->settings);
}

void redis_rig_release(struct redis_rig *rig)
{
	rig->rig.store->ops->free(rig->rig.store);
	loop_free(rig->loop);
	buf_release(&rig->log);
}
