// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "migration_news.h"
#include "uevent.h"

static bool has(const struct uevent *event, const char *key, const char *value)
{
	const char *its = uevent_get(event, key);

	return its && !strcmp(its, value);
}

static bool is_vf_of(const struct migration *m, const struct uevent *event)
{
	int i;

	for (i = 0; i < MIGRATION_VFS; i++)
		if (has(event, "PCI_SLOT_NAME", m->vf[i].name))
			return true;
	return false;
}

static int number_of(const struct uevent *event, const char *key)
{
	const char *number = uevent_get(event, key);

	return number ? atoi(number) : -1;
}

void news_take(const struct migration *m, int sock, struct news *news)
{
	struct uevent event;

	while (!uevent_next(sock, &event)) {
		if (!has(&event, "SUBSYSTEM", "pci"))
			continue;
		if (is_vf_of(m, &event)) {
			news->added += has(&event, "ACTION", "add");
			news->removed += has(&event, "ACTION", "remove");
		}
		if (!has(&event, "PCI_SLOT_NAME", m->pf.name) ||
		    !has(&event, "ACTION", "change"))
			continue;
		news->arrived += has(&event, "SRIOV_VF_EVENT", "arrived");
		news->left += has(&event, "SRIOV_VF_EVENT", "left");
		news->vf_id = number_of(&event, "SRIOV_VF");
		news->num_vfs = number_of(&event, "SRIOV_NUMVFS");
	}
}
