// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <string.h>

#include "migration_news.h"
#include "uevent.h"

static bool has(const struct uevent *event, const char *key, const char *value)
{
	const char *its = uevent_get(event, key);

	return its && !strcmp(its, value);
}

/* The number of the VF of the event, or -1 */
static int vf_of(const struct migration *m, const struct uevent *event)
{
	int i;

	for (i = 0; i < MIGRATION_VFS; i++)
		if (has(event, "PCI_SLOT_NAME", m->vf[i].name))
			return i;
	return -1;
}

static void news_of_vf(const struct uevent *event, int vf_id, struct news *news)
{
	bool added = has(event, "ACTION", "add");
	bool removed = has(event, "ACTION", "remove");

	news->added += added;
	news->removed += removed;
	if (added || removed)
		news->vf_id = vf_id;
}

void news_take(const struct migration *m, int sock, struct news *news)
{
	struct uevent event;
	int vf_id;

	while (!uevent_next(sock, &event)) {
		if (!has(&event, "SUBSYSTEM", "pci"))
			continue;
		vf_id = vf_of(m, &event);
		if (vf_id >= 0)
			news_of_vf(&event, vf_id, news);
		news->pf_changes += has(&event, "PCI_SLOT_NAME", m->pf.name) &&
				    has(&event, "ACTION", "change");
	}
}
