/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the administrator wants of one PF, from the command line or a file.  What is
 * not set stays as it is.
 */
#ifndef SRIOVCTL_WISH_H
#define SRIOVCTL_WISH_H

#include "compiler.h"

#include <stdbool.h>
#include <stddef.h>

#define UNSET		-1L
#define VFS_MOST	65535	/* NumVFs has 16 bits */
#define WHY		256	/* a reason why a value is refused */
#define DRIVER_NAME	64
#define MAC_BYTES	6

enum wanted {
	WANT_DRIVER = BIT(0),
	WANT_MSIX = BIT(1),
	WANT_MAC = BIT(2),
	WANT_VLAN = BIT(3),
	WANT_QOS = BIT(4),
	WANT_TRUST = BIT(5),
	WANT_SPOOFCHK = BIT(6),
	WANT_LINK = BIT(7),
};

/* These are set through the PF's network interface. */
#define WANT_NET	(WANT_MAC | WANT_VLAN | WANT_QOS | WANT_TRUST | WANT_SPOOFCHK | \
			 WANT_LINK)

/* The values of IFLA_VF_LINK_STATE */
enum link_state {
	LINK_AUTO,
	LINK_ENABLE,
	LINK_DISABLE,
};

struct vf_net {
	unsigned char mac[MAC_BYTES];
	unsigned int vlan;	/* 0: none */
	unsigned int qos;
	bool trust;
	bool spoofchk;
	enum link_state link;
};

struct vf_wish {
	unsigned int wanted;	/* bits of enum wanted: which of these are set */
	char driver[DRIVER_NAME];
	unsigned int msix;
	struct vf_net net;
};

struct wish {
	long num_vfs, hw_num_vfs;
	long autoprobe, parallel_probe;
	struct vf_wish *vf;	/* VFs from @vfs on have no settings */
	unsigned int vfs;
};

void wish_init(struct wish *wish);
void wish_free(struct wish *wish);

/* wish_vf - the wish for VF @id, which is made if necessary */
struct vf_wish *wish_vf(struct wish *wish, unsigned int id);

/* wish_range - parse "3" or "0-7"; false if it is neither */
bool wish_range(const char *text, unsigned int *first, unsigned int *last);

/* wish_check - whether the parts fit together; if not, why */
bool wish_check(const struct wish *wish, char why[WHY]);

#endif
