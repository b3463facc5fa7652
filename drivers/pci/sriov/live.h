/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SR-IOV core: live migration of VFs, see live.c
 */
#ifndef _PCI_SRIOV_LIVE_H
#define _PCI_SRIOV_LIVE_H

#include <linux/atomic.h>
#include <linux/rwsem.h>

struct pci_sriov;
struct pci_sriov_live_ops;

/**
 * struct sriov_live - live migration of a PF's VFs
 * @lock: held for reading while a callback of @ops runs.  A holder does not wait for
 *	device_lock() of the PF, nor for user space; it is taken for writing under
 *	device_lock() of the PF
 * @ops: the PF driver's, or NULL; under @lock
 * @lost: how often the VFs have lost their state
 */
struct sriov_live {
	struct rw_semaphore lock;	/* ops, and callbacks */
	const struct pci_sriov_live_ops *ops;
	atomic_t lost;
};

#ifdef CONFIG_PCI_IOV_LIVE
void sriov_live_init(struct pci_sriov *sriov);
void sriov_live_forget(struct pci_sriov *sriov);
void sriov_live_lose(struct pci_sriov *sriov);
#else
static inline void sriov_live_init(struct pci_sriov *sriov) { }
static inline void sriov_live_forget(struct pci_sriov *sriov) { }
static inline void sriov_live_lose(struct pci_sriov *sriov) { }
#endif

#endif /* _PCI_SRIOV_LIVE_H */
