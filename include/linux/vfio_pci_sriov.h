/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Live migration of VFs by VFIO: what a driver of VFs is made of.  The PF driver's side is
 * linux/pci-sriov-live.h.
 */
#ifndef _LINUX_VFIO_PCI_SRIOV_H
#define _LINUX_VFIO_PCI_SRIOV_H

#include <linux/pci.h>

extern const struct pci_error_handlers vfio_pci_sriov_err_handler;
int vfio_pci_sriov_probe(struct pci_dev *vf, const struct pci_device_id *id);
void vfio_pci_sriov_remove(struct pci_dev *vf);

#endif /* _LINUX_VFIO_PCI_SRIOV_H */
