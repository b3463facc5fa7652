/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a PF can have VFs, and the remedy if it cannot */
#ifndef SRIOVCTL_CHECK_H
#define SRIOVCTL_CHECK_H

#include "report.h"
#include "snapshot.h"

/* check_enable - report what prevents that @num_vfs VFs are enabled */
void check_enable(const struct pf *pf, long num_vfs, struct report *report);

/* check_vfio - report what prevents that VFs of the PF are bound to vfio-pci */
void check_vfio(const struct pf *pf, struct report *report);

#endif
