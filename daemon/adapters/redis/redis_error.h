/* SPDX-License-Identifier: Apache-2.0 */
/* What Redis' error texts mean for a request, and what the person who reads the log should do. */
#ifndef JD_REDIS_ERROR_H
#define JD_REDIS_ERROR_H

#include "ports/port.h"

enum { REDIS_WHY = sizeof((struct request *)0)->why };

/* Writes a sentence into why (REDIS_WHY bytes); never answers DONE. */
enum outcome redis_error_read(const char *error, char *why);

#endif
