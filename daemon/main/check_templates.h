/* SPDX-License-Identifier: Apache-2.0 */
/* `journeyd check --templates`: every name that a send's template can come to. */
#ifndef JD_CHECK_TEMPLATES_H
#define JD_CHECK_TEMPLATES_H

#include "main/load.h"

/* The findings as load_print does, and to standard output the names: below each send those of a computed name. As JSON
 * {"findings":[...],"templates":[{file,line,col,channel,template,names}]}. With an error there are no names. */
void check_templates(struct load *load, bool json);

#endif
