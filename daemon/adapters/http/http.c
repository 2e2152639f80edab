/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/http/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

struct http {
	struct MHD_Daemon *daemon;
	struct loop *loop;
	struct loop_watch watch;
	struct loop_timer timer; /* libmicrohttpd's own time-outs */
	http_handler handler;
	void *owner;
};

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state)
{
	struct http *http = cls;
	struct buf body = {0};
	struct http_reply reply = {MHD_HTTP_NOT_FOUND, "text/plain; charset=utf-8", &body};
	(void)version;
	(void)upload;
	(void)state;
	*upload_size = 0;
	if (strcmp(method, MHD_HTTP_METHOD_GET) == 0)
		http->handler(http->owner, url, &reply);
	else
		reply.status = MHD_HTTP_METHOD_NOT_ALLOWED;
	struct MHD_Response *response = MHD_create_response_from_buffer(body.len, body.ptr, MHD_RESPMEM_MUST_COPY);
	buf_release(&body);
	if (!response)
		return MHD_NO; /* no memory: the connection is closed */
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply.type);
	enum MHD_Result queued = MHD_queue_response(connection, (unsigned)reply.status, response);
	MHD_destroy_response(response);
	return queued;
}

static void turn(struct http *http)
{
	MHD_UNSIGNED_LONG_LONG wait;
	MHD_run(http->daemon);
	if (MHD_get_timeout(http->daemon, &wait) == MHD_YES)
		loop_timer_start(http->loop, &http->timer, (struct duration){(int64_t)wait});
	else
		loop_timer_stop(http->loop, &http->timer);
}

static void on_ready(struct loop_watch *watch, int events)
{
	(void)events;
	turn(watch->owner);
}

static void on_timer(struct loop_timer *timer)
{
	turn(timer->owner);
}

static struct addrinfo *resolve(struct str listen, char why[240])
{
	char host[200] = "", port[16] = "";
	struct addrinfo hints = {.ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM}, *address = NULL;
	size_t colon = listen.len;
	while (colon && listen.ptr[colon - 1] != ':')
		colon--;
	if (colon == 0 || colon > sizeof host || listen.len - colon >= sizeof port) {
		snprintf(why, 240, "http.listen: \"%.*s\" is not HOST:PORT", STR_ARG(listen));
		return NULL;
	}
	snprintf(host, sizeof host, "%.*s", (int)(colon - 1), listen.ptr);
	snprintf(port, sizeof port, "%.*s", (int)(listen.len - colon), listen.ptr + colon);
	int error = getaddrinfo(*host ? host : NULL, port, &hints, &address);
	if (error)
		snprintf(why, 240, "http.listen: %.*s: %s", STR_ARG(listen), gai_strerror(error));
	return error ? NULL : address;
}

static struct MHD_Daemon *start(struct http *http, struct str listen, char why[240])
{
	struct addrinfo *address = resolve(listen, why);
	if (!address)
		return NULL;
	unsigned flags = MHD_USE_EPOLL | (address->ai_family == AF_INET6 ? MHD_USE_IPv6 : 0);
	struct MHD_Daemon *daemon =
	        MHD_start_daemon(flags, 0, NULL, NULL, answer, http, MHD_OPTION_SOCK_ADDR, address->ai_addr,
	                         MHD_OPTION_CONNECTION_TIMEOUT, 30u, MHD_OPTION_CONNECTION_LIMIT, 64u, MHD_OPTION_END);
	if (!daemon)
		snprintf(why, 240, "http.listen: cannot listen on %.*s: %s; choose another address or set it empty",
		         STR_ARG(listen), strerror(errno));
	freeaddrinfo(address);
	return daemon;
}

struct http *http_new(struct loop *loop, struct str listen, http_handler handler, void *owner, char why[240])
{
	struct http *http = mem_alloc(sizeof *http);
	*http = (struct http){.loop = loop, .handler = handler, .owner = owner};
	http->daemon = start(http, listen, why);
	if (!http->daemon) {
		free(http);
		return NULL;
	}
	http->watch = (struct loop_watch){.ready = on_ready, .owner = http};
	http->watch.fd = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	http->timer = (struct loop_timer){.fired = on_timer, .owner = http};
	loop_watch_start(loop, &http->watch, LOOP_READ);
	return http;
}

int http_port(const struct http *http)
{
	return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	loop_watch_stop(http->loop, &http->watch);
	loop_timer_stop(http->loop, &http->timer);
	MHD_stop_daemon(http->daemon);
	free(http);
}
