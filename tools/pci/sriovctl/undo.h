/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a PF was before it was changed last, as a configuration in /run/sriovctl, so that undo
 * is apply with this file.
 */
#ifndef SRIOVCTL_UNDO_H
#define SRIOVCTL_UNDO_H

#include "plan.h"
#include "root.h"

/* undo_path - the file of the PF */
void undo_path(char path[ROOT_PATH], const struct bdf *pf);

/* undo_save - write what @plan is about to change; needs the PF's lock */
int undo_save(const struct plan *plan, struct err *err);

#endif
