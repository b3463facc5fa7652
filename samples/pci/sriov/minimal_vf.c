// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floor: 0
 *
 * A minimal VF driver, for the device sriov-edu.  A VF driver is an ordinary PCI
 * driver; this one lets the VF compute a CRC once, to show that it works.
 */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sriov_edu_regs.h>

#define MINIMAL_TEXT	"123456789"
#define MINIMAL_CRC	0xcbf43926	/* the check value of CRC-32 */
#define MINIMAL_POLL_US	100
#define MINIMAL_LIMIT_US (1000 * USEC_PER_MSEC)

static int minimal_crc(struct pci_dev *vf, void __iomem *regs, u32 *crc)
{
	dma_addr_t addr;
	u32 status;
	void *text;
	int rc;

	text = dmam_alloc_coherent(&vf->dev, sizeof(MINIMAL_TEXT), &addr,
				   GFP_KERNEL);
	if (!text)
		return -ENOMEM;

	strscpy(text, MINIMAL_TEXT, sizeof(MINIMAL_TEXT));
	iowrite32(lower_32_bits(addr), regs + SRIOV_EDU_SRC_LO);
	iowrite32(upper_32_bits(addr), regs + SRIOV_EDU_SRC_HI);
	iowrite32(strlen(MINIMAL_TEXT), regs + SRIOV_EDU_LEN);
	iowrite32(SRIOV_EDU_CMD_CRC, regs + SRIOV_EDU_CMD);
	rc = read_poll_timeout(ioread32, status, status & SRIOV_EDU_STATUS_DONE,
			       MINIMAL_POLL_US, MINIMAL_LIMIT_US, false,
			       regs + SRIOV_EDU_STATUS);
	if (rc)
		return rc;

	*crc = ioread32(regs + SRIOV_EDU_CRC);
	return status & SRIOV_EDU_STATUS_ERROR ? -EIO : 0;
}

static int minimal_probe(struct pci_dev *vf, const struct pci_device_id *id)
{
	void __iomem *regs;
	u32 crc = 0;
	int rc;

	rc = pcim_enable_device(vf);
	if (rc)
		return rc;

	regs = pcim_iomap_region(vf, SRIOV_EDU_BAR_REGS, KBUILD_MODNAME);
	if (IS_ERR(regs))
		return PTR_ERR(regs);

	rc = dma_set_mask_and_coherent(&vf->dev, DMA_BIT_MASK(64));
	if (rc)
		return rc;

	pci_set_master(vf);
	rc = minimal_crc(vf, regs, &crc);
	if (!rc && crc != MINIMAL_CRC)
		rc = -EIO;
	if (rc)
		pci_err(vf, "failed (%d); CRC-32 is %#010x\n", rc, crc);
	else
		pci_info(vf, "works; CRC-32 of \"%s\" is %#010x\n",
			 MINIMAL_TEXT, crc);
	return rc;
}

/* Without MODULE_DEVICE_TABLE(): sriov_edu_vf is the one to be loaded automatically. */
static const struct pci_device_id minimal_ids[] = {
	{ PCI_DEVICE(SRIOV_EDU_VENDOR_ID, SRIOV_EDU_VF_DEVICE_ID) },
	{}
};

static struct pci_driver minimal_driver = {
	.name = KBUILD_MODNAME,
	.id_table = minimal_ids,
	.probe = minimal_probe,
};
module_pci_driver(minimal_driver);

MODULE_DESCRIPTION("Minimal sample driver for an SR-IOV Virtual Function");
MODULE_LICENSE("GPL");
