/* SPDX-License-Identifier: GPL-2.0-only */
/* One sriovctl at a time changes a PF.  The lock ends with the process. */
#ifndef SRIOVCTL_LOCK_H
#define SRIOVCTL_LOCK_H

#include "bdf.h"
#include "deadline.h"
#include "err.h"

/* lock_pf - a descriptor to close, or -1 if another process has it until the deadline */
int lock_pf(const struct bdf *pf, const struct deadline *deadline, struct err *err);

#endif
