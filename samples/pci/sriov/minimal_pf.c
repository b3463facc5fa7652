// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floor: 0
 *
 * The least that a PF driver has to do, for the device sriov-edu.  Documentation/PCI/
 * sriov/first-driver.rst explains it line by line; pf.c is the same for production.
 */
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sriov_edu_regs.h>

struct minimal_pf {
	void __iomem *regs;
};

/* What this device wants before its VFs can work; most devices have such a thing. */
static void minimal_permit(struct pci_dev *pf, u32 ctrl)
{
	struct minimal_pf *minimal = pci_get_drvdata(pf);
	int vf_id;

	for (vf_id = 0; vf_id < pci_sriov_get_totalvfs(pf); vf_id++)
		iowrite32(ctrl, minimal->regs + SRIOV_EDU_VF_BLOCK(vf_id) +
				SRIOV_EDU_VF_CTRL);
}

/* For a write to sriov_numvfs: from no VFs to @num_vfs, or to none. */
static int minimal_sriov_configure(struct pci_dev *pf, int num_vfs)
{
	int rc;

	if (!num_vfs) {
		pci_disable_sriov(pf);
		minimal_permit(pf, 0);
		return 0;
	}

	/* before, because VF drivers probe while VFs are being enabled */
	minimal_permit(pf, SRIOV_EDU_VF_CTRL_ENABLE);
	rc = pci_enable_sriov(pf, num_vfs);
	if (rc) {
		minimal_permit(pf, 0);
		return rc;
	}

	return pci_num_vf(pf);
}

static int minimal_probe(struct pci_dev *pf, const struct pci_device_id *id)
{
	struct minimal_pf *minimal;
	int rc;

	minimal = devm_kzalloc(&pf->dev, sizeof(*minimal), GFP_KERNEL);
	if (!minimal)
		return -ENOMEM;

	rc = pcim_enable_device(pf);
	if (rc)
		return rc;

	minimal->regs = pcim_iomap_region(pf, SRIOV_EDU_BAR_REGS, KBUILD_MODNAME);
	if (IS_ERR(minimal->regs))
		return PTR_ERR(minimal->regs);

	pci_set_drvdata(pf, minimal);
	return 0;
}

/* VFs must not be left enabled without a driver that serves them. */
static void minimal_remove(struct pci_dev *pf)
{
	minimal_sriov_configure(pf, 0);
}

/* Without MODULE_DEVICE_TABLE(): sriov_edu_pf is the one to be loaded automatically. */
static const struct pci_device_id minimal_ids[] = {
	{ PCI_DEVICE(SRIOV_EDU_VENDOR_ID, SRIOV_EDU_PF_DEVICE_ID) },
	{}
};

static struct pci_driver minimal_driver = {
	.name = KBUILD_MODNAME,
	.id_table = minimal_ids,
	.probe = minimal_probe,
	.remove = minimal_remove,
	.sriov_configure = minimal_sriov_configure,
};
module_pci_driver(minimal_driver);

MODULE_DESCRIPTION("Minimal sample driver for an SR-IOV Physical Function");
MODULE_LICENSE("GPL");
