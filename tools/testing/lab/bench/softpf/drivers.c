// SPDX-License-Identifier: GPL-2.0-only
/*
 * softpf: the PF driver, and a VF driver
 *
 * The PF driver does what most do, and nothing that takes time.  The VF driver
 * is registered only if a parameter sets how long its probe() sleeps.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/module.h>

#include "softpf.h"

static int probe_ms = -1;
module_param(probe_ms, int, 0444);
MODULE_PARM_DESC(probe_ms, "how long probe() of the VF driver sleeps; -1: no VF driver");

static atomic_t bound;

static int softpf_probe(struct pci_dev *pf, const struct pci_device_id *id)
{
	return 0;
}

static int softpf_sriov_configure(struct pci_dev *pf, int num_vfs)
{
	int rc;

	if (!num_vfs) {
		pci_disable_sriov(pf);
		return 0;
	}

	rc = pci_enable_sriov(pf, num_vfs);
	return rc ?: num_vfs;
}

static void softpf_remove(struct pci_dev *pf)
{
	pci_disable_sriov(pf);
}

static const struct pci_device_id softpf_ids[] = {
	{ PCI_DEVICE(SOFTPF_VENDOR, SOFTPF_PF_DEVICE) },
	{ }
};

static struct pci_driver softpf_driver = {
	.name = "softpf",
	.id_table = softpf_ids,
	.probe = softpf_probe,
	.remove = softpf_remove,
	.sriov_configure = softpf_sriov_configure,
};

static int softvf_probe(struct pci_dev *vf, const struct pci_device_id *id)
{
	if (probe_ms)
		msleep(probe_ms);
	atomic_inc(&bound);
	return 0;
}

static void softvf_remove(struct pci_dev *vf)
{
	atomic_dec(&bound);
}

static const struct pci_device_id softvf_ids[] = {
	{ PCI_DEVICE(SOFTPF_VENDOR, SOFTPF_VF_DEVICE) },
	{ }
};

static struct pci_driver softvf_driver = {
	.name = "softvf",
	.id_table = softvf_ids,
	.probe = softvf_probe,
	.remove = softvf_remove,
	.driver.probe_type = PROBE_PREFER_ASYNCHRONOUS,
};

/**
 * softpf_register_drivers - register the drivers that are wanted
 * @debugfs: where the number of bound VFs is shown
 *
 * Return: 0, or an error of the driver core.
 */
int softpf_register_drivers(struct dentry *debugfs)
{
	int rc = pci_register_driver(&softpf_driver);

	if (rc || probe_ms < 0)
		return rc;

	debugfs_create_atomic_t("bound", 0400, debugfs, &bound);
	rc = pci_register_driver(&softvf_driver);
	if (rc)
		pci_unregister_driver(&softpf_driver);

	return rc;
}

/**
 * softpf_unregister_drivers - the opposite
 */
void softpf_unregister_drivers(void)
{
	pci_unregister_driver(&softpf_driver);
	if (probe_ms >= 0)
		pci_unregister_driver(&softvf_driver);
}
