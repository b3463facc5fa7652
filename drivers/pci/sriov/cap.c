// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: the SR-IOV Extended Capability (PCIe r6.0, sec 9.3.3)
 *
 * Floor: 2
 *
 * The only file that reads or writes the capability's registers.  The value of
 * a register that must keep what was written to it is read back.
 *
 * A value that the specification forbids is logged.  If the core cannot work
 * with it (TotalVFs, page sizes, First VF Offset, VF Stride), the device is not
 * used as a PF.  Otherwise the core continues, because such devices are in use.
 */
#include <linux/bitops.h>
#include <linux/log2.h>

#include "../pci.h"
#include "sriov.h"

/* What makes VFs decode their memory; set and cleared together */
#define SRIOV_CTRL_ON	(PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE)

#define SRIOV_CTRL_MIGRATION	(PCI_SRIOV_CTRL_VFM | PCI_SRIOV_CTRL_INTR)

/* The accessors; @reg is the offset from the capability's start. */
static u16 sriov_cap_read16(struct pci_sriov *sriov, int reg)
{
	u16 val;

	pci_read_config_word(sriov->pf, sriov->cap.pos + reg, &val);
	return val;
}

static u32 sriov_cap_read32(struct pci_sriov *sriov, int reg)
{
	u32 val;

	pci_read_config_dword(sriov->pf, sriov->cap.pos + reg, &val);
	return val;
}

static void sriov_cap_write16(struct pci_sriov *sriov, int reg, u16 val)
{
	pci_write_config_word(sriov->pf, sriov->cap.pos + reg, val);
}

static void sriov_cap_write32(struct pci_sriov *sriov, int reg, u32 val)
{
	pci_write_config_dword(sriov->pf, sriov->cap.pos + reg, val);
}

static void sriov_cap_write_ctrl(struct pci_sriov *sriov, u16 ctrl)
{
	sriov->ctrl = ctrl;
	sriov_cap_write16(sriov, PCI_SRIOV_CTRL, ctrl);
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

	*initial = sriov_cap_read16(sriov, PCI_SRIOV_INITIAL_VF);
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
 * A device whose NumVFs does not read back as written may work all the same, so
 * that is only logged.
 *
 * Return: 0; -EIO if First VF Offset or VF Stride is invalid (already logged).
 */
int sriov_cap_set_numvfs(struct pci_sriov *sriov, u16 num_vfs)
{
	u16 got;

	sriov_cap_write16(sriov, PCI_SRIOV_NUM_VF, num_vfs);
	got = sriov_cap_read16(sriov, PCI_SRIOV_NUM_VF);
	if (got != num_vfs && !sriov->cap.numvfs_is_odd) {
		pci_warn(sriov->pf, "wrote NumVFs %u, reads back as %u\n",
			 num_vfs, got);
		sriov->cap.numvfs_is_odd = true;
	}

	WRITE_ONCE(sriov->offset, sriov_cap_read16(sriov, PCI_SRIOV_VF_OFFSET));
	WRITE_ONCE(sriov->stride, sriov_cap_read16(sriov, PCI_SRIOV_VF_STRIDE));
	if (!num_vfs ||
	    sriov_rid_check(0, sriov->offset, sriov->stride, num_vfs) != -EIO)
		return 0;

	pci_err(sriov->pf, "First VF Offset %u and VF Stride %u are invalid for %u VFs\n",
		sriov->offset, sriov->stride, num_vfs);
	return -EIO;
}

static const char *sriov_cap_ctrl_name(u16 bits)
{
	if (bits & PCI_SRIOV_CTRL_VFE)
		return "VF Enable";
	if (bits & PCI_SRIOV_CTRL_MSE)
		return "VF MSE";

	return "VF Migration Enable or its Interrupt Enable";
}

/*
 * Does SR-IOV Control keep what was written to it?  VFs without memory do not
 * need VF MSE.  Whether VF Enable and VF MSE really are clear shows when VFs are
 * accessed, but VF Migration is not used on a device that may not have it.
 */
static int sriov_cap_check_enable(struct pci_sriov *sriov)
{
	u16 ctrl = sriov_cap_read16(sriov, PCI_SRIOV_CTRL);
	u16 missing = sriov->ctrl & ~PCI_SRIOV_CTRL_ARI;

	if (!sriov->cap.nr_bars)
		missing &= ~PCI_SRIOV_CTRL_MSE;
	if (!PCI_POSSIBLE_ERROR(ctrl))
		missing &= ~ctrl;
	if (!missing)
		return 0;

	pci_warn(sriov->pf, "%s does not stick (SR-IOV Control reads %#06x)\n",
		 sriov_cap_ctrl_name(missing), ctrl);
	return missing & SRIOV_CTRL_MIGRATION ? -EIO : 0;
}

/*
 * Clear all of SR-IOV Control but ARI Capable Hierarchy, which must not change
 * while VF Enable is set (sec 9.3.3.3.5), and so not in the write that clears
 * it either.
 *
 * The second in which the capability must not be read is announced before the
 * write, so that no program reads it afterwards, and begins again after the
 * write, which may have been delayed.
 */
static void sriov_cap_write_off(struct pci_sriov *sriov)
{
	sriov_settle_begin(sriov);
	sriov_cap_write_ctrl(sriov, sriov->ctrl & PCI_SRIOV_CTRL_ARI);
	sriov_settle_begin(sriov);
}

/**
 * sriov_cap_set_enable - set VF Enable and VF MSE
 * @sriov: the PF
 * @migration: also set VF Migration Enable and VF Migration Interrupt Enable
 *
 * Return: 0, or -EIO if the bits of VF Migration do not stick; all are clear then.
 */
int sriov_cap_set_enable(struct pci_sriov *sriov, bool migration)
{
	int rc;

	sriov_cap_write_ctrl(sriov, sriov->ctrl | SRIOV_CTRL_ON |
				    (migration ? SRIOV_CTRL_MIGRATION : 0));
	rc = sriov_cap_check_enable(sriov);
	if (rc)
		sriov_cap_write_off(sriov);

	return rc;
}

/**
 * sriov_cap_clear_enable - clear VF Enable and all that goes with it, then NumVFs
 * @sriov: the PF
 *
 * Begins the second in which the capability must not be read (settle.c), so
 * NumVFs is not read back.  It is written again, and checked, before VF Enable
 * is set the next time.
 */
void sriov_cap_clear_enable(struct pci_sriov *sriov)
{
	sriov_cap_write_off(sriov);
	sriov_cap_write16(sriov, PCI_SRIOV_NUM_VF, 0);
}

/**
 * sriov_cap_take_migration_status - clear VF Migration Status
 * @sriov: the PF
 *
 * Sec 9.3.3.4.1: it is cleared by writing 1.
 *
 * Context: any.
 * Return: true if it was set.
 */
bool sriov_cap_take_migration_status(struct pci_sriov *sriov)
{
	u16 status = sriov_cap_read16(sriov, PCI_SRIOV_STATUS);

	if (PCI_POSSIBLE_ERROR(status) || !(status & PCI_SRIOV_STATUS_VFM))
		return false;

	sriov_cap_write16(sriov, PCI_SRIOV_STATUS, PCI_SRIOV_STATUS_VFM);
	return true;
}

/**
 * sriov_cap_is_enabled - read VF Enable from the hardware
 * @sriov: the PF
 *
 * Return: true if it is set; false also if the PF does not answer.
 */
bool sriov_cap_is_enabled(struct pci_sriov *sriov)
{
	u16 ctrl = sriov_cap_read16(sriov, PCI_SRIOV_CTRL);

	return ctrl != U16_MAX && (ctrl & PCI_SRIOV_CTRL_VFE);
}

/**
 * sriov_cap_bars_in_use - do VFs decode the VF BARs?
 * @sriov: the PF
 *
 * Reads the hardware, which may have been reset since the last write.  While the
 * capability must not be read, nothing needs to be read: VF Enable has just been
 * cleared.
 *
 * Return: true if VF Enable and VF MSE are both set.
 */
bool sriov_cap_bars_in_use(struct pci_sriov *sriov)
{
	u16 ctrl;

	if (sriov_settling(sriov))
		return false;

	ctrl = sriov_cap_read16(sriov, PCI_SRIOV_CTRL);
	return ctrl != U16_MAX && (ctrl & SRIOV_CTRL_ON) == SRIOV_CTRL_ON;
}

/**
 * sriov_cap_write_bar - write one dword of a VF BAR
 * @sriov: the PF
 * @bar: which dword, 0 to 5
 * @val: what to write
 */
void sriov_cap_write_bar(struct pci_sriov *sriov, int bar, u32 val)
{
	sriov_cap_write32(sriov, PCI_SRIOV_BAR + 4 * bar, val);
}

static u32 sriov_cap_bar_dword_mask(struct pci_sriov *sriov, int bar)
{
	int reg = PCI_SRIOV_BAR + 4 * bar;
	u32 old = sriov_cap_read32(sriov, reg);
	u32 mask;

	sriov_cap_write_bar(sriov, bar, U32_MAX);
	mask = sriov_cap_read32(sriov, reg);
	sriov_cap_write_bar(sriov, bar, old);
	return mask;
}

/**
 * sriov_cap_bar_is_64 - is a VF BAR a 64-bit one?
 * @sriov: the PF
 * @bar: number of the BAR
 *
 * Return: true if it does.
 */
bool sriov_cap_bar_is_64(struct pci_sriov *sriov, int bar)
{
	u32 val = sriov_cap_read32(sriov, PCI_SRIOV_BAR + 4 * bar);

	return !(val & PCI_BASE_ADDRESS_SPACE_IO) &&
	       (val & PCI_BASE_ADDRESS_MEM_TYPE_64);
}

/**
 * sriov_cap_size_bar - determine the size of a VF BAR
 * @sriov: the PF, VF Enable clear
 * @bar: number of the BAR
 * @res: out: address, size and flags; flags are 0 if there is no such BAR
 *
 * Return: true if the BAR is a 64-bit one.
 */
bool sriov_cap_size_bar(struct pci_sriov *sriov, int bar, struct resource *res)
{
	int reg = sriov->cap.pos + PCI_SRIOV_BAR + 4 * bar;
	int dwords = sriov_cap_bar_is_64(sriov, bar) ? 2 : 1;
	u32 sizes[2] = { };

	__pci_size_stdbars(sriov->pf, dwords, reg, sizes);
	return __pci_read_base(sriov->pf, pci_bar_unknown, res, reg, sizes);
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

/*
 * Sec 9.3.3.3.5: ARI Capable Hierarchy is in the lowest-numbered PF of the device,
 * which may have been reset together with this one, and may be restored later.
 * While its own capability must not be read it has not been reset.
 */
static void sriov_cap_restore_ari(struct pci_sriov *sriov)
{
	struct pci_dev *pf = sriov->pf, *lowest;
	struct pci_sriov *other;
	u16 ctrl;

	if (sriov->cap.ari_pf == pf)
		return;

	/* it may have been removed and found again */
	lowest = pci_get_domain_bus_and_slot(pci_domain_nr(pf->bus),
					     pf->bus->number,
					     sriov->cap.ari_pf->devfn);
	other = lowest ? to_sriov(lowest) : NULL;
	if (other && !sriov_settling(other)) {
		ctrl = sriov_cap_read16(other, PCI_SRIOV_CTRL);
		if (ctrl != U16_MAX && !(ctrl & PCI_SRIOV_CTRL_VFE))
			sriov_cap_write16(other, PCI_SRIOV_CTRL, ctrl |
					  (other->ctrl & PCI_SRIOV_CTRL_ARI));
	}
	pci_dev_put(lowest);
}

/**
 * sriov_cap_restore - write back what a reset of the PF has cleared
 * @sriov: the PF; its VF BARs have been put back but for System Page Size
 *
 * ARI Capable Hierarchy comes before NumVFs, because First VF Offset and VF
 * Stride depend on both; VF Enable comes last, because it makes everything else
 * take effect.
 *
 * Return: 0; -EIO if VFs are not back where they were (already logged).
 */
int sriov_cap_restore(struct pci_sriov *sriov)
{
	u16 ari = sriov->ctrl & PCI_SRIOV_CTRL_ARI;
	u16 offset = sriov->offset, stride = sriov->stride;
	int rc;

	sriov_cap_restore_ari(sriov);
	sriov_cap_write16(sriov, PCI_SRIOV_CTRL, ari);
	sriov_cap_write32(sriov, PCI_SRIOV_SYS_PGSIZE, sriov->cap.pgsz);
	rc = sriov_cap_set_numvfs(sriov, sriov->nr_slots);
	if (rc || !(sriov->ctrl & PCI_SRIOV_CTRL_VFE))
		return rc;

	if (sriov->offset != offset || sriov->stride != stride) {
		pci_err(sriov->pf, "First VF Offset and VF Stride are %u and %u after a reset, were %u and %u\n",
			sriov->offset, sriov->stride, offset, stride);
		/* where the VFs' pci_devs are */
		WRITE_ONCE(sriov->offset, offset);
		WRITE_ONCE(sriov->stride, stride);
		return -EIO;
	}

	sriov_cap_write16(sriov, PCI_SRIOV_CTRL, sriov->ctrl);
	return sriov_cap_check_enable(sriov);
}

/* A kernel before this one, or firmware, may have left VFs enabled. */
static void sriov_cap_quiet(struct pci_sriov *sriov)
{
	u16 ctrl = sriov_cap_read16(sriov, PCI_SRIOV_CTRL);

	if (!(ctrl & PCI_SRIOV_CTRL_VFE))
		return;

	pci_info(sriov->pf, "VFs were left enabled; disabling them\n");
	sriov->ctrl = ctrl;
	sriov_cap_write_off(sriov);
	sriov_settle_finish(sriov);

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
 * Sec 9.2.1.2 and 9.3.3.9: how many buses VFs need depends on NumVFs in a
 * device-specific way.  Trying every NumVFs would take up to 65535
 * writes, so only TotalVFs and the powers of two below it are tried.  Enabling
 * checks the NumVFs in question once more, and fails if bus numbers are missing.
 */
static int sriov_cap_init_buses(struct pci_sriov *sriov)
{
	unsigned int num_vfs = sriov->cap.total_vfs;
	int rc;

	while (true) {
		rc = sriov_cap_sample_buses(sriov, num_vfs);
		if (rc || num_vfs == 1)
			break;
		num_vfs = rounddown_pow_of_two(num_vfs - 1);
	}

	sriov_cap_set_numvfs(sriov, 0);
	return rc;
}

/* Sec 9.3.3.2.1 and 9.3.3.15: VF Migration's part of the capability */
static void sriov_cap_init_migration(struct pci_sriov *sriov)
{
	u32 caps = sriov_cap_read32(sriov, PCI_SRIOV_CAP);
	u32 array;

	if (!(caps & PCI_SRIOV_CAP_VFM))
		return;

	array = sriov_cap_read32(sriov, PCI_SRIOV_VFM);
	sriov->cap.migration = true;
	sriov->cap.migration_vector = PCI_SRIOV_CAP_INTR(caps);
	sriov->cap.migration_bir = PCI_SRIOV_VFM_BIR(array);
	sriov->cap.migration_offset = PCI_SRIOV_VFM_OFFSET(array);
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
	sriov_cap_init_migration(sriov);
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
