/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The settings by their names: "numvfs" on the command line is "NumVFs" in files.
 * Both have the same types and ranges.
 */
#ifndef SRIOVCTL_SETTING_H
#define SRIOVCTL_SETTING_H

#include "wish.h"

enum naming { NAMED_AS_OPTION, NAMED_AS_KEY };

/* Both parse @value into the wish; if they cannot, they return false, and why. */
bool setting_pf(struct wish *wish, enum naming naming, const char *name, const char *value,
		char why[WHY]);
bool setting_vf(struct vf_wish *vf, enum naming naming, const char *name, const char *value,
		char why[WHY]);

/* setting_vfs - parse the argument of --vf, "0-3:driver=vfio-pci,msix=8" */
bool setting_vfs(struct wish *wish, const char *text, char why[WHY]);

#endif
