/* SPDX-License-Identifier: Apache-2.0 */
/* A small HTTP server on the loop over libmicrohttpd in epoll mode: one descriptor to watch, no thread. Reading only.
 */
#ifndef JD_HTTP_H
#define JD_HTTP_H

#include "adapters/loop/loop.h"

struct http_reply {
	int status;
	const char *type; /* content type */
	struct buf *body; /* to be filled */
};

/* Answers a GET of this path; status is 404 when it knows none. */
typedef void (*http_handler)(void *owner, const char *path, struct http_reply *reply);

struct http;

/* listen is HOST:PORT (port 0: any). NULL when it cannot listen; why then holds a sentence. */
struct http *http_new(struct loop *loop, struct str listen, http_handler handler, void *owner, char why[240]);
/* The port it listens on. */
int http_port(const struct http *http);
void http_free(struct http *http); /* may be NULL */

#endif
