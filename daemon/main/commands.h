/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands; each stands in its own file cmd_NAME.c with its option table. */
#ifndef JD_COMMANDS_H
#define JD_COMMANDS_H

#include "main/options.h"

extern const struct command CMD_RUN, CMD_CHECK, CMD_TEST, CMD_SIMULATE, CMD_CONFIG, CMD_EXPR, CMD_SCHEMA, CMD_HELP;

/* NULL-terminated, in the order help shows them. */
extern const struct command *const COMMANDS[];

/* Dispatches argv[1]; answers the exit code. */
int commands_run(int argc, char **argv);
void commands_help(FILE *out);

#endif
