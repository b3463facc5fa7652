// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: finding out what a PF can do (PCIe r6.0, sec 9.3.3)
 *
 * A value that the specification forbids is logged.  Where the core cannot work
 * with it (TotalVFs, page sizes, First VF Offset, VF Stride), the device is not a
 * PF; otherwise it goes on, because such devices are in use.
 */
#include <linux/bitops.h>
#include <linux/delay.h>
#include <linux/log2.h>

#include "../pci.h"
#include "sriov.h"

/* To try every NumVFs up to here costs no more than a moment at boot */
#define SRIOV_SAMPLES		256

/* A kernel before this one, or firmware, may have left VFs enabled. */
static void sriov_cap_quiet(struct pci_sriov *sriov)
{
	u16 ctrl = sriov_cap_read16(sriov, PCI_SRIOV_CTRL);

	if (!(ctrl & PCI_SRIOV_CTRL_VFE))
		return;

	pci_info(sriov->pf, "VFs were left enabled; disabling them\n");
	sriov_settle_begin(sriov);
	sriov->ctrl = ctrl;
	sriov_cap_write_off(sriov);
	sriov_settle_begin(sriov);
	while (sriov_settling(sriov))
		msleep(20);

	ctrl = sriov_cap_read16(sriov, PCI_SRIOV_CTRL);
	if (ctrl & PCI_SRIOV_CTRL_VFE)
		pci_warn(sriov->pf, "VF Enable cannot be cleared (SR-IOV Control reads %#06x)\n",
			 ctrl);
}

/*
 * Sec 9.3.3.3.5: ARI Capable Hierarchy is implemented in the lowest-numbered PF
 * of a Device only, for all of them.  First VF Offset and VF Stride depend on
 * it, so it is written before anything that depends on those is read.
 */
static void sriov_cap_init_ari(struct pci_sriov *sriov)
{
	struct pci_dev *pf = sriov->pf, *lowest = pf, *other;
	bool ari;

	down_read(&pci_bus_sem);
	list_for_each_entry(other, &pf->bus->devices, bus_list)
		if (other->is_physfn && other->devfn < lowest->devfn)
			lowest = other;
	if (lowest != pf)
		pci_dev_get(lowest);
	up_read(&pci_bus_sem);

	sriov->cap.ari_pf = lowest;
	ari = lowest == pf && pci_ari_enabled(pf->bus);
	sriov_cap_write_ctrl(sriov, ari ? PCI_SRIOV_CTRL_ARI : 0);
}

/*
 * Sec 9.3.3.12 and 9.3.3.13: bit n of Supported Page Sizes stands for pages of
 * 2^(n + 12) bytes.  A VF's BAR must be mappable alone, so take the smallest
 * size that is at least one page of ours.
 */
static int sriov_cap_init_page_size(struct pci_sriov *sriov)
{
	u32 supported = sriov_cap_read32(sriov, PCI_SRIOV_SUP_PGSIZE);
	u32 usable = supported & GENMASK(31, PAGE_SHIFT - 12);

	if (!usable) {
		pci_err(sriov->pf, "SR-IOV: no page size of %lu bytes or more (Supported Page Sizes %#x)\n",
			PAGE_SIZE, supported);
		return -EIO;
	}

	sriov->cap.pgsz = BIT(__ffs(usable));
	sriov_cap_write32(sriov, PCI_SRIOV_SYS_PGSIZE, sriov->cap.pgsz);
	return 0;
}

/*
 * Sec 9.3.3.8: the link names a function of the same device, a PF by itself if
 * it depends on none.  An RCiEP's link has the function number alone.
 */
static void sriov_cap_init_link(struct pci_sriov *sriov)
{
	struct pci_dev *pf = sriov->pf;
	u8 link;

	pci_read_config_byte(pf, sriov->cap.pos + PCI_SRIOV_FUNC_LINK, &link);
	if (pci_pcie_type(pf) == PCI_EXP_TYPE_RC_END)
		link = PCI_DEVFN(PCI_SLOT(pf->devfn), link);
	sriov->cap.link = link;
}

static int sriov_cap_sample_buses(struct pci_sriov *sriov, unsigned int num_vfs)
{
	unsigned int span;
	int rc;

	rc = sriov_cap_set_numvfs(sriov, num_vfs);
	if (rc)
		return rc;

	span = sriov_rid_bus_span(sriov->pf->devfn, sriov->offset,
				  sriov->stride, num_vfs);
	sriov->cap.bus_span = max(sriov->cap.bus_span, span);
	return 0;
}

/*
 * Sec 9.2.1.2 and 9.3.3.9: how many buses VFs need depends on NumVFs in a way
 * that only the device knows.  To try every NumVFs would take up to 65535
 * writes, so of large ones TotalVFs and the powers of two below are taken.
 * Enabling checks the NumVFs in question once more, and refuses if bus numbers
 * are missing.
 */
static unsigned int sriov_cap_next_sample(unsigned int num_vfs)
{
	return num_vfs <= SRIOV_SAMPLES ? num_vfs - 1 :
					  rounddown_pow_of_two(num_vfs - 1);
}

static int sriov_cap_init_buses(struct pci_sriov *sriov)
{
	unsigned int num_vfs = sriov->cap.total_vfs;
	int rc;

	do {
		rc = sriov_cap_sample_buses(sriov, num_vfs);
		if (rc)
			break;
		num_vfs = sriov_cap_next_sample(num_vfs);
	} while (num_vfs);

	/* whatever is wrong has been logged above */
	sriov_cap_set_numvfs(sriov, 0);
	return rc;
}

/**
 * sriov_cap_init - read and check the capability, put it in order
 * @sriov: the PF; its @pf is set
 * @pos: where the capability is
 *
 * Leaves VF Enable clear and NumVFs 0.
 *
 * Context: process context, may sleep; enumeration of the PF.
 * Return: 0; -ENODEV if TotalVFs is 0, which is not an error: there are no VFs;
 * -EIO if a register is invalid (already logged).
 */
int sriov_cap_init(struct pci_sriov *sriov, u16 pos)
{
	struct sriov_cap *cap = &sriov->cap;
	int rc;

	cap->pos = pos;
	sriov_cap_quiet(sriov);
	sriov_cap_init_ari(sriov);

	cap->total_vfs = sriov_cap_read16(sriov, PCI_SRIOV_TOTAL_VF);
	if (!cap->total_vfs)
		return -ENODEV;

	cap->vf_device = sriov_cap_read16(sriov, PCI_SRIOV_VF_DID);
	cap->migration = sriov_cap_read32(sriov, PCI_SRIOV_CAP) & PCI_SRIOV_CAP_VFM;
	sriov_cap_init_link(sriov);

	rc = sriov_cap_init_page_size(sriov);
	if (rc)
		return rc;

	return sriov_cap_init_buses(sriov);
}

/**
 * sriov_cap_free - undo sriov_cap_init(), also if that failed
 * @sriov: the PF
 */
void sriov_cap_free(struct pci_sriov *sriov)
{
	if (sriov->cap.ari_pf != sriov->pf)
		pci_dev_put(sriov->cap.ari_pf);
}
