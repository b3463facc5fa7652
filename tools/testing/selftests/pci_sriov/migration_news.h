/* SPDX-License-Identifier: GPL-2.0-only */
/* VF Migration: uevents of VFs that arrive and leave */
#ifndef PCI_SRIOV_MIGRATION_NEWS_H
#define PCI_SRIOV_MIGRATION_NEWS_H

#include "migration.h"

/**
 * struct news - what uevents reported
 * @added: number of VFs that were added
 * @removed: number of VFs that were removed
 * @vf_id: the last VF that was added or removed
 * @pf_changes: change events of the PF, which must be 0
 */
struct news {
	long long added;
	long long removed;
	int vf_id;
	long long pf_changes;
};

/* Adds the events received since, at a socket of uevent_listen(). */
void news_take(const struct migration *m, int sock, struct news *news);

#endif
