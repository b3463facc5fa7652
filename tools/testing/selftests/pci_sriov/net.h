/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Network interfaces of PCI functions, and frames between them.  Frames are sent and
 * received by packet sockets, so no network protocol is needed in the kernel.
 */
#ifndef PCI_SRIOV_NET_H
#define PCI_SRIOV_NET_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/if.h>
#include <linux/if_ether.h>

#include "pf.h"

/**
 * struct net_if - a network interface that is up
 * @name: its name
 * @index: its number
 * @mac: its MAC address
 * @fd: a packet socket
 */
struct net_if {
	char name[IFNAMSIZ];
	int index;
	uint8_t mac[ETH_ALEN];
	int fd;
};

/* Waits for the interface of a function, and for its carrier; 0 or negative errno. */
int net_open(struct net_if *net, const struct pci_fn *fn);
void net_close(struct net_if *net);

/* Whether the interface of a function has this MAC address. */
bool net_has_mac(const struct pci_fn *fn, const uint8_t *mac);

/* Whether one of several frames from an interface arrives at another one. */
bool net_reaches(const struct net_if *from, const struct net_if *to);

/* Whether a single frame arrives. */
bool net_frame(const struct net_if *from, const struct net_if *to);

/* What "ip link set PF vf VF_ID mac MAC" does; 0 or negative errno. */
int net_set_vf_mac(const struct net_if *pf, int vf_id, const uint8_t *mac);

/* What "ip link set PF vf VF_ID vlan VLAN" does; 0 for none.  0 or negative errno. */
int net_set_vf_vlan(const struct net_if *pf, int vf_id, int vlan);

#endif
