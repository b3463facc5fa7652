/* SPDX-License-Identifier: GPL-2.0-only */
/* VF Migration: what uevents say of VFs that come and go */
#ifndef PCI_SRIOV_MIGRATION_NEWS_H
#define PCI_SRIOV_MIGRATION_NEWS_H

#include "migration.h"

/**
 * struct news - what events said
 * @arrived: how many VFs came, by the PF's change events
 * @left: how many left
 * @added: how many VFs were added, by their own
 * @removed: how many were removed
 * @vf_id: the last of those that came or left
 * @num_vfs: how many VFs there are then
 */
struct news {
	long long arrived;
	long long left;
	long long added;
	long long removed;
	int vf_id;
	int num_vfs;
};

/* Adds what has been said since, on a socket of uevent_listen(). */
void news_take(const struct migration *m, int sock, struct news *news);

#endif
