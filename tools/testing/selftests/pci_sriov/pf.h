/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Physical Functions and their VFs in sysfs.
 *
 * A PF is a PCI device whose sriov_totalvfs is not 0.  The tests distinguish two
 * kinds: sriov-edu, whose registers show its full state, and any other one (foreign)
 * that has a driver.  PCI_SRIOV_PFS in the environment, a list of PCI names,
 * restricts the tests to these PFs.
 *
 * vf_id is 0-based: the specification's VF n has vf_id n - 1.
 */
#ifndef PCI_SRIOV_PF_H
#define PCI_SRIOV_PF_H

#include <stdbool.h>
#include <stdint.h>

#include "sysfs.h"

#define PCI_DEVICES	"/sys/bus/pci/devices"
#define PCI_DRIVERS	"/sys/bus/pci/drivers"
#define PCI_NAME_LEN	16

enum pf_kind {
	PF_SRIOV_EDU,
	PF_FOREIGN,
};

/**
 * struct pci_fn - a function, PF or VF
 * @name: "0000:01:00.0"
 * @dir: its directory in sysfs, by way of the bus
 */
struct pci_fn {
	char name[PCI_NAME_LEN];
	char dir[SYSFS_PATH_LEN];
};

void pci_fn_init(struct pci_fn *fn, const char *name);
bool pci_fn_exists(const struct pci_fn *fn);

/* The name of the driver that is bound, "" if there is none. */
void pci_fn_driver(const struct pci_fn *fn, char *driver, size_t size);
int pci_fn_bind(const struct pci_fn *fn, const char *driver);
int pci_fn_unbind(const struct pci_fn *fn);
int pci_fn_reset(const struct pci_fn *fn);

/* The Routing ID, or negative errno; @domain is set with it. */
int pci_fn_routing_id(const struct pci_fn *fn, unsigned int *domain);

/* The port above; negative errno for a function on a root bus. */
int pci_fn_port(const struct pci_fn *fn, struct pci_fn *port);

/* The index-th PF of this kind, in the order of their names; -ENODEV. */
int pf_find_any(enum pf_kind kind, int index, struct pci_fn *pf);

/* The same among PFs that have a driver and that PCI_SRIOV_PFS allows. */
int pf_find(enum pf_kind kind, int index, struct pci_fn *pf);

int pf_total_vfs(const struct pci_fn *pf);
int pf_num_vfs(const struct pci_fn *pf);
int pf_set_num_vfs(const struct pci_fn *pf, int num_vfs);

/* Disables VFs and enables @num_vfs, unless that many are enabled already. */
int pf_want_num_vfs(const struct pci_fn *pf, int num_vfs);

/* The Routing ID of a VF by First VF Offset and VF Stride, whether it exists or not. */
int pf_vf(const struct pci_fn *pf, int vf_id, struct pci_fn *vf);

/* The number of virtfn links of the PF. */
int pf_count_links(const struct pci_fn *pf);

#endif
