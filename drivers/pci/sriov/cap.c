// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: the SR-IOV Extended Capability (PCIe r6.0, sec 9.3.3)
 *
 * The only file that reads or writes the capability's registers.  It believes
 * nothing: a value that the specification forbids is refused with a message
 * that names it, and what must stick after a write is read back.
 */
#include <linux/bitops.h>
#include <linux/delay.h>
#include <linux/log2.h>

#include "../pci.h"
#include "sriov.h"

/* To try every NumVFs up to here costs no more than a moment at boot */
#define SRIOV_SAMPLES		256

static u16 sriov_read16(struct pci_sriov *sriov, int reg)
{
	u16 val;

	pci_read_config_word(sriov->pf, sriov->cap.pos + reg, &val);
	return val;
}

static u32 sriov_read32(struct pci_sriov *sriov, int reg)
{
	u32 val;

	pci_read_config_dword(sriov->pf, sriov->cap.pos + reg, &val);
	return val;
}

static void sriov_write16(struct pci_sriov *sriov, int reg, u16 val)
{
	pci_write_config_word(sriov->pf, sriov->cap.pos + reg, val);
}

static void sriov_write_ctrl(struct pci_sriov *sriov, u16 ctrl)
{
	sriov->ctrl = ctrl;
	sriov_write16(sriov, PCI_SRIOV_CTRL, ctrl);
}

/* A kernel before this one, or firmware, may have left VFs enabled. */
static void sriov_cap_quiet(struct pci_sriov *sriov)
{
	u16 ctrl = sriov_read16(sriov, PCI_SRIOV_CTRL);

	if (!(ctrl & PCI_SRIOV_CTRL_VFE))
		return;

	pci_info(sriov->pf, "VFs were left enabled; disabling them\n");
	sriov_settle_begin(sriov);
	sriov_write_ctrl(sriov, 0);
	while (sriov_settling(sriov))
		msleep(20);
}

/*
 * Sec 9.3.3.3.5: ARI Capable Hierarchy is implemented in the lowest-numbered PF
 * of a Device only, for all of them.  First VF Offset and VF Stride depend on
 * it, so it is written before anything that depends on those is read.
 */
static void sriov_cap_init_ari(struct pci_sriov *sriov)
{
	struct pci_dev *pf = sriov->pf, *other;
	bool lowest = true;

	down_read(&pci_bus_sem);
	list_for_each_entry(other, &pf->bus->devices, bus_list)
		if (other->is_physfn && other->devfn < pf->devfn)
			lowest = false;
	up_read(&pci_bus_sem);

	sriov->cap.ari = lowest && pci_ari_enabled(pf->bus);
	sriov_write_ctrl(sriov, sriov->cap.ari ? PCI_SRIOV_CTRL_ARI : 0);
}

/*
 * Sec 9.3.3.12 and 9.3.3.13: bit n of Supported Page Sizes stands for pages of
 * 2^(n + 12) bytes.  A VF's BAR must be mappable alone, so take the smallest
 * size that is at least one page of ours.
 */
static int sriov_cap_init_page_size(struct pci_sriov *sriov)
{
	u32 supported = sriov_read32(sriov, PCI_SRIOV_SUP_PGSIZE);
	u32 usable = supported & GENMASK(31, PAGE_SHIFT - 12);

	if (!usable) {
		pci_err(sriov->pf, "SR-IOV: no page size of %lu bytes or more (Supported Page Sizes %#x)\n",
			PAGE_SIZE, supported);
		return -EIO;
	}

	sriov->cap.pgsz = BIT(__ffs(usable));
	pci_write_config_dword(sriov->pf,
			       sriov->cap.pos + PCI_SRIOV_SYS_PGSIZE,
			       sriov->cap.pgsz);
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

	/* an error here says nothing that the loop has not said */
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
 * Return: 0; -ENODEV if TotalVFs is 0: no VFs, and nothing wrong with that;
 * -EIO if a register is invalid, which has been said.
 */
int sriov_cap_init(struct pci_sriov *sriov, u16 pos)
{
	struct sriov_cap *cap = &sriov->cap;
	int rc;

	cap->pos = pos;
	sriov_cap_quiet(sriov);
	sriov_cap_init_ari(sriov);

	cap->total_vfs = sriov_read16(sriov, PCI_SRIOV_TOTAL_VF);
	if (!cap->total_vfs)
		return -ENODEV;

	cap->vf_device = sriov_read16(sriov, PCI_SRIOV_VF_DID);
	cap->migration = sriov_read32(sriov, PCI_SRIOV_CAP) & PCI_SRIOV_CAP_VFM;
	sriov_cap_init_link(sriov);

	rc = sriov_cap_init_page_size(sriov);
	if (rc)
		return rc;

	return sriov_cap_init_buses(sriov);
}

/**
 * sriov_cap_initial_vfs - read and check InitialVFs
 * @sriov: the PF
 * @initial: out: InitialVFs, at most TotalVFs
 *
 * Sec 9.3.3.5: not VF Migration Capable, InitialVFs and TotalVFs are the same.
 *
 * Return: 0, or -EIO if the device breaks that rule.
 */
int sriov_cap_initial_vfs(struct pci_sriov *sriov, u16 *initial)
{
	struct sriov_cap *cap = &sriov->cap;

	*initial = sriov_read16(sriov, PCI_SRIOV_INITIAL_VF);
	if (*initial == cap->total_vfs ||
	    (cap->migration && *initial < cap->total_vfs))
		return 0;

	pci_err(sriov->pf, "InitialVFs %u does not fit TotalVFs %u\n",
		*initial, cap->total_vfs);
	return -EIO;
}

/**
 * sriov_cap_set_numvfs - write NumVFs, read what depends on it
 * @sriov: the PF
 * @num_vfs: NumVFs
 *
 * Context: VF Enable is clear and the capability may be read.
 * Return: 0; -EIO if NumVFs does not stick, or First VF Offset or VF Stride is
 * invalid, which has been said.
 */
int sriov_cap_set_numvfs(struct pci_sriov *sriov, u16 num_vfs)
{
	u16 got;

	sriov_write16(sriov, PCI_SRIOV_NUM_VF, num_vfs);
	got = sriov_read16(sriov, PCI_SRIOV_NUM_VF);
	if (got != num_vfs) {
		pci_err(sriov->pf, "wrote NumVFs %u, reads back as %u\n",
			num_vfs, got);
		return -EIO;
	}

	WRITE_ONCE(sriov->offset, sriov_read16(sriov, PCI_SRIOV_VF_OFFSET));
	WRITE_ONCE(sriov->stride, sriov_read16(sriov, PCI_SRIOV_VF_STRIDE));
	if (!num_vfs ||
	    sriov_rid_check(0, sriov->offset, sriov->stride, num_vfs) != -EIO)
		return 0;

	pci_err(sriov->pf, "First VF Offset %u and VF Stride %u are invalid for %u VFs\n",
		sriov->offset, sriov->stride, num_vfs);
	return -EIO;
}

/**
 * sriov_cap_set_enable - set VF Enable and VF MSE
 * @sriov: the PF
 *
 * Return: 0, or -EIO if VF Enable does not stick; it is clear then.
 */
int sriov_cap_set_enable(struct pci_sriov *sriov)
{
	u16 on = PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE;

	sriov_write_ctrl(sriov, sriov->ctrl | on);
	if (sriov_cap_is_enabled(sriov))
		return 0;

	sriov_write_ctrl(sriov, sriov->ctrl & ~on);
	pci_err(sriov->pf, "VF Enable does not stick\n");
	return -EIO;
}

/**
 * sriov_cap_clear_enable - clear VF Enable and VF MSE, and then NumVFs
 * @sriov: the PF, after sriov_settle_begin()
 *
 * NumVFs cannot be read back now.  That does not matter: it is written again,
 * and checked, before VF Enable is set the next time.
 */
void sriov_cap_clear_enable(struct pci_sriov *sriov)
{
	u16 on = PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE;

	sriov_write_ctrl(sriov, sriov->ctrl & ~on);
	sriov_write16(sriov, PCI_SRIOV_NUM_VF, 0);
}

/**
 * sriov_cap_is_enabled - ask the hardware for VF Enable
 * @sriov: the PF
 *
 * Return: false also if the PF does not answer.
 */
bool sriov_cap_is_enabled(struct pci_sriov *sriov)
{
	u16 ctrl = sriov_read16(sriov, PCI_SRIOV_CTRL);

	return ctrl != U16_MAX && (ctrl & PCI_SRIOV_CTRL_VFE);
}

/**
 * sriov_cap_bars_in_use - do VFs decode the VF BARs?
 * @sriov: the PF
 *
 * Asks the hardware, which may have been reset since it was told.  While the
 * capability may not be read the answer is known: VF Enable has just been
 * cleared.
 *
 * Return: true if VF Enable and VF MSE are both set.
 */
bool sriov_cap_bars_in_use(struct pci_sriov *sriov)
{
	u16 on = PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE;
	u16 ctrl;

	if (sriov_settling(sriov))
		return false;

	ctrl = sriov_read16(sriov, PCI_SRIOV_CTRL);
	return ctrl != U16_MAX && (ctrl & on) == on;
}

/**
 * sriov_cap_write_bar - write one dword of a VF BAR
 * @sriov: the PF
 * @bar: which dword, 0 to 5
 * @val: what to write
 */
void sriov_cap_write_bar(struct pci_sriov *sriov, int bar, u32 val)
{
	pci_write_config_dword(sriov->pf,
			       sriov->cap.pos + PCI_SRIOV_BAR + 4 * bar, val);
}

static u32 sriov_cap_bar_dword_mask(struct pci_sriov *sriov, int bar)
{
	int reg = PCI_SRIOV_BAR + 4 * bar;
	u32 old = sriov_read32(sriov, reg);
	u32 mask;

	sriov_cap_write_bar(sriov, bar, U32_MAX);
	mask = sriov_read32(sriov, reg);
	sriov_cap_write_bar(sriov, bar, old);
	return mask;
}

/**
 * sriov_cap_bar_mask - which address bits of a VF BAR can be written?
 * @sriov: the PF, VF Enable clear
 * @bar: number of the BAR
 * @is_64: it is a 64-bit BAR
 *
 * Return: the mask; the upper half is all ones for a 32-bit BAR.
 */
u64 sriov_cap_bar_mask(struct pci_sriov *sriov, int bar, bool is_64)
{
	u32 lo = sriov_cap_bar_dword_mask(sriov, bar);
	u32 hi = is_64 ? sriov_cap_bar_dword_mask(sriov, bar + 1) : U32_MAX;

	return (u64)hi << 32 | (lo & PCI_BASE_ADDRESS_MEM_MASK);
}

/**
 * sriov_cap_restore - write back what a reset of the PF has cleared
 * @sriov: the PF; its VF BARs have been put back but for System Page Size
 *
 * ARI Capable Hierarchy comes before NumVFs, because First VF Offset and VF
 * Stride depend on both; VF Enable comes last, when all that it makes valid is
 * there.
 */
void sriov_cap_restore(struct pci_sriov *sriov)
{
	sriov_write16(sriov, PCI_SRIOV_CTRL, sriov->ctrl & PCI_SRIOV_CTRL_ARI);
	pci_write_config_dword(sriov->pf,
			       sriov->cap.pos + PCI_SRIOV_SYS_PGSIZE,
			       sriov->cap.pgsz);
	sriov_cap_set_numvfs(sriov, sriov->nr_slots);
	sriov_write16(sriov, PCI_SRIOV_CTRL, sriov->ctrl);
}
