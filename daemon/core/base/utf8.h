/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as far as journeyd needs it: is it well formed, and which character stands here. */
#ifndef JD_BASE_UTF8_H
#define JD_BASE_UTF8_H

#include "core/base/str.h"

#include <stdint.h>

/* The length of the well-formed sequence at `at` (Unicode table 3-7), or 0. left must not be 0. */
size_t utf8_len(const char *at, size_t left);
/* The code point of a well-formed sequence of this length. */
uint32_t utf8_decode(const char *at, size_t len);
/* Writes the sequence of a code point below 0x110000 and answers its length. */
size_t utf8_encode(uint32_t point, char out[4]);

#endif
