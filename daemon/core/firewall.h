/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forced into every file of core by the build: what core must not do does not compile. The allowed headers come first,
 * so that their own declarations are not touched; after them each forbidden call expands to a name that says why.
 */
#ifndef JD_FIREWALL_H
#define JD_FIREWALL_H

#include <assert.h>
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h> /* for snprintf alone */
#include <stdlib.h>
#include <string.h>

#define time(...) core_must_not_ask_a_clock
#define clock(...) core_must_not_ask_a_clock
#define clock_gettime(...) core_must_not_ask_a_clock
#define gettimeofday(...) core_must_not_ask_a_clock
#define localtime(...) core_must_not_ask_a_clock
#define gmtime(...) core_must_not_ask_a_clock
#define mktime(...) core_must_not_ask_a_clock
#define rand(...) core_must_not_roll_dice
#define random(...) core_must_not_roll_dice
#define srand(...) core_must_not_roll_dice
#define getenv(...) core_must_not_read_the_environment
#define setlocale(...) core_must_not_read_the_environment
#define printf(...) core_must_not_print
#define fprintf(...) core_must_not_print
#define vprintf(...) core_must_not_print
#define vfprintf(...) core_must_not_print
#define puts(...) core_must_not_print
#define fputs(...) core_must_not_print
#define putchar(...) core_must_not_print
#define fwrite(...) core_must_not_print
#define perror(...) core_must_not_print
#define fopen(...) core_must_not_open_files
#define fread(...) core_must_not_open_files
#define open(...) core_must_not_open_files
#define read(...) core_must_not_open_files
#define write(...) core_must_not_open_files
#define socket(...) core_must_not_open_files

#pragma GCC poison rd_kafka_t redisContext redisAsyncContext ev_loop yaml_parser_t pthread_t

#endif
