/* SPDX-License-Identifier: GPL-2.0-only */
/* What drivers have made of a function: network interfaces, block and character devices */
#ifndef SRIOVCTL_NODES_H
#define SRIOVCTL_NODES_H

#include "bdf.h"
#include "names.h"

/* nodes_read - add the names of interfaces to @net, those below /dev to @nodes */
void nodes_read(const struct bdf *bdf, struct names *net, struct names *nodes);

#endif
