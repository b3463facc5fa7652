/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SR-IOV beyond linux/pci.h: VFs that are added and removed while VF Enable is set
 */
#ifndef _LINUX_PCI_SRIOV_H
#define _LINUX_PCI_SRIOV_H

#include <linux/errno.h>
#include <linux/irqreturn.h>
#include <linux/types.h>

struct pci_dev;

/* The most time that &pci_sriov_vf_ops.leaving can request in all */
#define PCI_SRIOV_LEAVE_MS	10000

/**
 * struct pci_sriov_vf_ops - a PF driver's callbacks about single VFs
 * @migration: the driver calls pci_sriov_migration() from its interrupt
 *	handler, so VF Migration may be enabled where the PF is capable of it
 * @ready_ms: VFs can be accessed so many milliseconds after VF Enable was set; 0 for
 *	what the specification and the device state
 * @arriving: VF @vf_id is about to be added: the device's other master has offered
 *	it, or an administrator requested it.  Prepare for it; an error (any
 *	errno) refuses it.  For a VF that was offered there is no other call
 *	until the device changes its state.
 * @arrived: the VF was added with its links, and probed if a driver matches
 * @leaving: the VF is about to be removed.  Return 0 to permit it, or after how many
 *	milliseconds to call again; it is removed after PCI_SRIOV_LEAVE_MS in
 *	any case.  Its driver is released next.
 * @staying: the VF is not removed after @leaving
 * @left: VF @vf_id was removed, or was not added after @arriving.  One that
 *	migrated was reset; after a reset of the PF, VFs may be removed without
 *	a call of @leaving.
 *
 * Each may be NULL.  They are for single VFs that are added and removed while VFs
 * are enabled, not for what pci_enable_sriov() and pci_disable_sriov() do.  A
 * driver that registers them declares the same as with
 * &pci_driver.sriov_sparse_vfs: it copes with VFs that have no pci_dev.
 *
 * Context: process context, may sleep; one at a time for a PF, never before
 * pci_enable_sriov() was called nor after pci_disable_sriov() returned.
 * device_lock() of the PF is held, as for other callbacks.
 * pci_enable_sriov() and pci_disable_sriov() must not be called.
 */
struct pci_sriov_vf_ops {
	bool migration;
	unsigned int ready_ms;
	int (*arriving)(struct pci_dev *pf, unsigned int vf_id);
	void (*arrived)(struct pci_dev *pf, struct pci_dev *vf,
			unsigned int vf_id);
	unsigned int (*leaving)(struct pci_dev *pf, struct pci_dev *vf,
				unsigned int vf_id);
	void (*staying)(struct pci_dev *pf, struct pci_dev *vf,
			unsigned int vf_id);
	void (*left)(struct pci_dev *pf, unsigned int vf_id);
};

#ifdef CONFIG_PCI_IOV
int pci_sriov_set_vf_ops(struct pci_dev *pf,
			 const struct pci_sriov_vf_ops *ops);
#else
static inline int pci_sriov_set_vf_ops(struct pci_dev *pf,
				       const struct pci_sriov_vf_ops *ops)
{
	return -ENODEV;
}
#endif

#ifdef CONFIG_PCI_IOV_MIGRATION
irqreturn_t pci_sriov_migration(struct pci_dev *pf);
int pci_sriov_migration_vector(struct pci_dev *pf);
#else
static inline irqreturn_t pci_sriov_migration(struct pci_dev *pf)
{
	return IRQ_NONE;
}

static inline int pci_sriov_migration_vector(struct pci_dev *pf)
{
	return -EOPNOTSUPP;
}
#endif

#endif /* _LINUX_PCI_SRIOV_H */
