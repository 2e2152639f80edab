/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every driver has: libFuzzer's entry points, which clang's driver calls with input that it makes, and replay.c
 * with files that are kept; and dice, so that the same bytes always do the same.
 */
#ifndef JD_FUZZ_H
#define JD_FUZZ_H

#include "core/base/str.h"

#include <stdint.h>

/* Once, before any input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
/* Answers 0; aborts when something is wrong. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Aborts and says what is not so. */
void fuzz_insist(bool truth, const char *what);

struct fuzz_dice {
	uint64_t state;
};
struct fuzz_dice fuzz_dice(struct str seed);
/* 0 to sides - 1. */
uint64_t fuzz_roll(struct fuzz_dice *dice, uint64_t sides);

#endif
