/* SPDX-License-Identifier: Apache-2.0 */
/* Looking things up in compiled rules. */
#include "core/rules/rules.h"

static int event_cmp(const void *name, const void *event)
{
	return str_cmp(*(const struct str *)name, ((const struct event_type *)event)->name);
}

const struct event_type *rules_event(const struct rules *rules, struct str name)
{
	if (rules->event_count == 0)
		return NULL;
	return bsearch(&name, rules->events, rules->event_count, sizeof(*rules->events), event_cmp);
}

static int template_cmp(const void *name, const void *template)
{
	return str_cmp(*(const struct str *)name, *(const struct str *)template);
}

const struct str *rules_template_at(const struct rules *rules, struct str name)
{
	if (rules->template_count == 0)
		return NULL;
	return bsearch(&name, rules->templates, rules->template_count, sizeof(*rules->templates), template_cmp);
}

bool rules_template(const struct rules *rules, struct str name)
{
	return rules->template_count == 0 || rules_template_at(rules, name);
}
