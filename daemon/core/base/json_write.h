/* SPDX-License-Identifier: Apache-2.0 */
/* Writing JSON by appending; whoever calls keeps the brackets and commas in order. */
#ifndef JD_BASE_JSON_WRITE_H
#define JD_BASE_JSON_WRITE_H

#include "core/base/instant.h"

/* Quoted and escaped. Bytes that are not UTF-8 become U+FFFD, so the output is always valid. */
void json_str(struct buf *out, struct str text);
void json_int(struct buf *out, int64_t number);
/* The shortest form that reads back as the same number; null for NaN and infinities. */
void json_double(struct buf *out, double number);
/* "key": with a comma in front unless the last byte is an opening bracket. The key is written as it is. */
void json_key(struct buf *out, const char *key);
void json_instant(struct buf *out, struct instant instant); /* quoted, instant_print's form */

#endif
