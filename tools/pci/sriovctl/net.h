/* SPDX-License-Identifier: GPL-2.0-only */
/* The settings of VFs in the network interface of their PF, through rtnetlink */
#ifndef SRIOVCTL_NET_H
#define SRIOVCTL_NET_H

#include "err.h"
#include "snapshot.h"
#include "wish.h"

/*
 * net_differs - remove from @wanted the settings that the VF has already.  A VF that
 * is still to be made, NULL for @vf, has none.  Fails if the PF has no interface.
 */
int net_differs(const struct pf *pf, const struct vf *vf, unsigned int id,
		const struct vf_wish *wish, unsigned int *wanted, struct err *err);

/* net_read - the settings that the VF has; false if they cannot be read */
bool net_read(const struct pf *pf, unsigned int id, struct vf_net *net);

/* net_set - make the settings @wanted */
int net_set(const struct bdf *pf, unsigned int id, const struct vf_wish *wish,
	    unsigned int wanted, struct err *err);

#endif
