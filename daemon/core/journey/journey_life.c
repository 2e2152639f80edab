/* SPDX-License-Identifier: Apache-2.0 */
/* What a journey says about its own life and that of the people in it. */
#include "core/journey/journey_compile.h"

void journey_life_event(struct journey_build *build, const struct doc *name, const struct event_type *event)
{
	if (!event || !build->compiler->rules->effects[event->index].erases)
		return;
	struct diag_list *diags = build->compiler->reader.diags;
	struct diag *diag =
	        diag_add(diags, DIAG_ERROR, DIAG_CONFLICT, name->range,
	                 "\"%.*s\" erases its customer: nobody is left to enter or to leave", STR_ARG(event->name));
	diag_hint(diags, diag, "an erasure ends every journey of the customer by itself");
}
