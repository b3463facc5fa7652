/* SPDX-License-Identifier: GPL-2.0-only */
/* Snapshots as JSON, for programs.  The man page lists the members. */
#ifndef SRIOVCTL_JSON_H
#define SRIOVCTL_JSON_H

#include "snapshot.h"

/* json_print - print an object whose member "pfs" is an array of PFs */
void json_print(const struct pf *pf, size_t count);

#endif
