// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: the SR-IOV Extended Capability (PCIe r6.0, sec 9.3.3)
 *
 * The only file that reads or writes the capability's registers.  What must
 * stick after a write is read back.
 */
#include "../pci.h"
#include "sriov.h"

/* What makes VFs decode their memory; set and cleared together */
#define SRIOV_CTRL_ON	(PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE)

/* The accessors; @reg is the offset from the capability's start. */
u16 sriov_cap_read16(struct pci_sriov *sriov, int reg)
{
	u16 val;

	pci_read_config_word(sriov->pf, sriov->cap.pos + reg, &val);
	return val;
}

u32 sriov_cap_read32(struct pci_sriov *sriov, int reg)
{
	u32 val;

	pci_read_config_dword(sriov->pf, sriov->cap.pos + reg, &val);
	return val;
}

void sriov_cap_write16(struct pci_sriov *sriov, int reg, u16 val)
{
	pci_write_config_word(sriov->pf, sriov->cap.pos + reg, val);
}

void sriov_cap_write32(struct pci_sriov *sriov, int reg, u32 val)
{
	pci_write_config_dword(sriov->pf, sriov->cap.pos + reg, val);
}

void sriov_cap_write_ctrl(struct pci_sriov *sriov, u16 ctrl)
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

/* VFs that have no memory can do without VF MSE. */
static u16 sriov_cap_missing(struct pci_sriov *sriov, u16 ctrl)
{
	u16 must = SRIOV_CTRL_ON | sriov_migration_ctrl(sriov);

	if (!sriov->cap.nr_bars)
		must &= ~PCI_SRIOV_CTRL_MSE;

	return PCI_POSSIBLE_ERROR(ctrl) ? must : must & ~ctrl;
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
 * Whether VF Enable and VF MSE are really clear will be seen from the VFs; VF
 * Migration is not used on a device that may not have it.
 */
static int sriov_cap_check_enable(struct pci_sriov *sriov)
{
	u16 ctrl = sriov_cap_read16(sriov, PCI_SRIOV_CTRL);
	u16 missing = sriov_cap_missing(sriov, ctrl);

	if (missing)
		pci_warn(sriov->pf, "%s does not stick (SR-IOV Control reads %#06x)\n",
			 sriov_cap_ctrl_name(missing), ctrl);

	return missing & sriov_migration_ctrl(sriov) ? -EIO : 0;
}

/**
 * sriov_cap_write_off - clear all of SR-IOV Control but ARI Capable Hierarchy
 * @sriov: the PF, &pci_sriov.ctrl as hardware has it
 *
 * Sec 9.3.3.3.5: that may not change while VF Enable is set, and so not in the
 * write that clears it either.
 */
void sriov_cap_write_off(struct pci_sriov *sriov)
{
	sriov_cap_write_ctrl(sriov, sriov->ctrl & PCI_SRIOV_CTRL_ARI);
}

/**
 * sriov_cap_set_enable - set VF Enable, VF MSE, and VF Migration's where wanted
 * @sriov: the PF
 *
 * Return: 0, or -EIO if VF Migration's bits do not stick; all are clear then.
 */
int sriov_cap_set_enable(struct pci_sriov *sriov)
{
	int rc;

	sriov_cap_write_ctrl(sriov, sriov->ctrl | SRIOV_CTRL_ON |
				    sriov_migration_ctrl(sriov));
	rc = sriov_cap_check_enable(sriov);
	if (rc)
		sriov_cap_write_off(sriov);

	return rc;
}

/**
 * sriov_cap_clear_enable - clear what enables VFs, and then NumVFs
 * @sriov: the PF, after sriov_settle_begin()
 *
 * NumVFs cannot be read back now.  That does not matter: it is written again,
 * and checked, before VF Enable is set the next time.
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
 * sriov_cap_is_enabled - ask the hardware for VF Enable
 * @sriov: the PF
 *
 * Return: false also if the PF does not answer.
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
 * Asks the hardware, which may have been reset since it was told.  While the
 * capability may not be read the answer is known: VF Enable has just been
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
 * sriov_cap_bar_is_64 - does a VF BAR say that it takes two dwords?
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
 * sriov_cap_restore_ari - restore ARI Capable Hierarchy for a PF that depends on it
 * @sriov: the PF
 *
 * Sec 9.3.3.3.5: the bit is in the lowest-numbered PF of the device, which may
 * have been reset together with this one, and may be restored later.  That PF has
 * not been reset while its own capability must not be read.
 */
void sriov_cap_restore_ari(struct pci_sriov *sriov)
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
 * Stride depend on both; VF Enable comes last, when all that it makes valid is
 * there.
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
