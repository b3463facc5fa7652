/* SPDX-License-Identifier: GPL-2.0-only */
/* The programs that have VFs through VFIO */
#ifndef SRIOVCTL_HOLDER_H
#define SRIOVCTL_HOLDER_H

#include "snapshot.h"

/*
 * holder_of - write into vf->holder what has opened the VFIO group or device of a
 * VF, as "program (pid)".  Only root sees this of other users' programs.
 */
void holder_of(struct vf *vf);

/* holder_forget - look again at what programs have opened, at the next holder_of() */
void holder_forget(void);

#endif
