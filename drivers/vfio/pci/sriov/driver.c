// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-pci-sriov: live migration of any VF whose PF driver supports it
 *
 * Floor: 4
 *
 * Bound by driver_override only.
 */
#include <linux/module.h>
#include <linux/vfio_pci_sriov.h>

static const struct pci_device_id sriov_live_ids[] = {
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(PCI_ANY_ID, PCI_ANY_ID) },
	{ }
};
MODULE_DEVICE_TABLE(pci, sriov_live_ids);

static struct pci_driver sriov_live_driver = {
	.name			= "vfio-pci-sriov",
	.id_table		= sriov_live_ids,
	.probe			= vfio_pci_sriov_probe,
	.remove			= vfio_pci_sriov_remove,
	.err_handler		= &vfio_pci_sriov_err_handler,
	.driver_managed_dma	= true,
};
module_pci_driver(sriov_live_driver);

MODULE_DESCRIPTION("Live migration of any VF whose PF driver supports it");
MODULE_LICENSE("GPL");
