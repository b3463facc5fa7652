/* SPDX-License-Identifier: GPL-2.0-only */
/* VF Migration: uevents of VFs that arrive and leave */
#ifndef PCI_SRIOV_MIGRATION_NEWS_H
#define PCI_SRIOV_MIGRATION_NEWS_H

#include "migration.h"

/**
 * struct news - what uevents reported
 * @added: how many VFs were added
 * @removed: how many were removed
 * @vf_id: the last of those that were added or removed
 * @pf_changes: change events of the PF, of which there are none
 */
struct news {
	long long added;
	long long removed;
	int vf_id;
	long long pf_changes;
};

/* Adds what has been sent since, to a socket of uevent_listen(). */
void news_take(const struct migration *m, int sock, struct news *news);

#endif
