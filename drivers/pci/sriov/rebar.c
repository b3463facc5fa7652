// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: VF Resizable BARs
 *
 * Floor: 4
 *
 * PCIe r6.0, sec 7.8.7: the VF Resizable BAR Extended Capability of a PF lists
 * the sizes that a VF BAR can have, and selects one, for all VFs at once.
 * It is laid out as the Resizable BAR capability is, a pair of registers for
 * each BAR that it is about.
 *
 * The memory of all VFs is reserved when the PF is found, for TotalVFs VFs of
 * the size that the BAR has then.  It is not moved later.  Fewer VFs can have
 * larger BARs in the same memory, if the driver selects them.
 */
#include <linux/bitfield.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/sizes.h>

#include "../pci.h"
#include "sriov.h"

#define SRIOV_REBAR_PAIR	8	/* bytes: Capability and Control */
#define SRIOV_REBAR_SIZES	GENMASK(31, 4)
#define SRIOV_REBAR_SIZE	GENMASK(13, 8)
#define SRIOV_REBAR_SHIFT	20	/* size 0 stands for 1 MiB */

static u32 sriov_rebar_read(struct pci_sriov *sriov, int pos)
{
	u32 val;

	pci_read_config_dword(sriov->pf, pos, &val);
	return val;
}

/* Where the pair of a VF BAR is, 0 if its size cannot be selected. */
static int sriov_rebar_find(struct pci_sriov *sriov, int bar)
{
	int pos = sriov->cap.rebar_pos, nr, i;
	u32 ctrl;

	if (!pos || sriov->cap.bar_size[bar] < SZ_1M)
		return 0;

	ctrl = sriov_rebar_read(sriov, pos + PCI_REBAR_CTRL);
	nr = FIELD_GET(PCI_REBAR_CTRL_NBAR_MASK, ctrl);
	for (i = 0; i < min(nr, PCI_SRIOV_NUM_BARS); i++) {
		ctrl = sriov_rebar_read(sriov, pos + PCI_REBAR_CTRL);
		if (FIELD_GET(PCI_REBAR_CTRL_BAR_IDX, ctrl) == bar)
			return pos;
		pos += SRIOV_REBAR_PAIR;
	}

	return 0;
}

/*
 * Of the pair at @pos, none if that is 0.  Sec 7.8.7.2; sizes of 256 TiB and
 * more, in Control, have no place in a u32.
 */
static u32 sriov_rebar_sizes(struct pci_sriov *sriov, int pos)
{
	if (!pos)
		return 0;

	return FIELD_GET(SRIOV_REBAR_SIZES,
			 sriov_rebar_read(sriov, pos + PCI_REBAR_CAP));
}

static int sriov_rebar_write(struct pci_sriov *sriov, int bar, int pos, int size)
{
	int reg = pos + PCI_REBAR_CTRL;
	u32 ctrl = sriov_rebar_read(sriov, reg), got;

	pci_write_config_dword(sriov->pf, reg,
			       u32_replace_bits(ctrl, size, SRIOV_REBAR_SIZE));
	got = FIELD_GET(SRIOV_REBAR_SIZE, sriov_rebar_read(sriov, reg));
	if (got == size)
		return 0;

	pci_err(sriov->pf, "VF BAR %d: wrote size %d, reads back as %u\n", bar,
		size, got);
	return -EIO;
}

static u64 sriov_rebar_bytes(int size)
{
	return 1ULL << (size + SRIOV_REBAR_SHIFT);
}

/* Can @num_vfs VFs have BARs of that size in the memory there is? */
static bool sriov_rebar_fits(struct pci_sriov *sriov, int bar, int size,
			     unsigned int num_vfs)
{
	struct resource *res = sriov_bar_res(sriov->pf, bar);
	u64 room = min_t(u64, S64_MAX, RESOURCE_SIZE_MAX);
	u64 bytes = sriov_rebar_bytes(size), all;

	if (!res->parent)
		num_vfs = sriov->cap.total_vfs;
	else if (IS_ALIGNED((u64)res->start, bytes))
		room = resource_size(res);
	else
		return false;

	return !check_mul_overflow(bytes, (u64)num_vfs, &all) && all <= room;
}

/**
 * sriov_rebar_init - find the capability
 * @sriov: the PF
 */
void sriov_rebar_init(struct pci_sriov *sriov)
{
	struct pci_dev *pf = sriov->pf;

	sriov->cap.rebar_pos =
		pci_find_ext_capability(pf, PCI_EXT_CAP_ID_VF_REBAR);
}

/**
 * pci_iov_vf_rebar_cap - where the capability is, for code that selects sizes
 * @pf: any device
 *
 * Return: its position, or 0.
 */
u16 pci_iov_vf_rebar_cap(struct pci_dev *pf)
{
	struct pci_sriov *sriov = to_sriov(pf);

	return sriov ? sriov->cap.rebar_pos : 0;
}

/**
 * sriov_rebar_check - does the memory suffice for VFs of the selected sizes?
 * @sriov: the PF, memory assigned to its VF BARs
 * @num_vfs: how many VFs
 *
 * Return: 0, or -ENOMEM (the log names the BAR that is too large).
 */
int sriov_rebar_check(struct pci_sriov *sriov, unsigned int num_vfs)
{
	int bar, rc = 0;

	for (bar = 0; bar < PCI_SRIOV_NUM_BARS; bar++) {
		u64 has = pci_resource_len(sriov->pf, PCI_IOV_RESOURCES + bar);
		u64 size = sriov->cap.bar_size[bar];

		if (!size || num_vfs <= div64_u64(has, size))
			continue;

		pci_err(sriov->pf, "VF BAR %d: %u VFs of %llu bytes do not fit the %llu bytes that it has; fewer VFs or a smaller size will\n",
			bar, num_vfs, size, has);
		rc = -ENOMEM;
	}

	return rc;
}

/**
 * sriov_rebar_restore - select the sizes again after a reset of the PF
 * @sriov: the PF, VF Enable clear; its VF BARs have not been put back yet
 */
void sriov_rebar_restore(struct pci_sriov *sriov)
{
	int bar, pos;

	for (bar = 0; bar < PCI_SRIOV_NUM_BARS; bar++) {
		pos = sriov_rebar_find(sriov, bar);
		if (pos)
			sriov_rebar_write(sriov, bar, pos,
					  ilog2(sriov->cap.bar_size[bar]) -
					  SRIOV_REBAR_SHIFT);
	}
}

/* Under the rescan lock, because memory may be assigned to the BAR meanwhile. */
static int sriov_rebar_apply(struct pci_sriov *sriov, int bar, int pos, int size)
{
	struct resource *res = sriov_bar_res(sriov->pf, bar);
	resource_size_t bytes = sriov_rebar_bytes(size);
	int rc;

	if (!sriov_rebar_fits(sriov, bar, size, 1))
		return -ENOSPC;

	rc = sriov_rebar_write(sriov, bar, pos, size);
	if (rc)
		return rc;

	sriov->cap.bar_size[bar] = bytes;
	if (!res->parent)
		resource_set_size(res, bytes * sriov->cap.total_vfs);
	/* the device may have forgotten address bits that were not decoded */
	pci_iov_update_resource(sriov->pf, PCI_IOV_RESOURCES + bar);
	return 0;
}

/**
 * sriov_rebar_set - set the size of a VF BAR
 * @sriov: the PF
 * @bar: number of the BAR
 * @size: 0 for 1 MiB, and 1 more for each doubling
 *
 * Context: within an operation.
 * Return: 0, or as pci_iov_vf_bar_set_size().
 */
int sriov_rebar_set(struct pci_sriov *sriov, int bar, int size)
{
	int pos = sriov_rebar_find(sriov, bar), rc;
	u32 sizes = sriov_rebar_sizes(sriov, pos);

	lockdep_assert_held(&sriov->op_lock);

	if (sriov->phase != SRIOV_OFF)
		return -EBUSY;
	if (!sizes)
		return -EOPNOTSUPP;
	if (size < 0 || size >= BITS_PER_TYPE(sizes) || !(sizes & BIT(size)))
		return -EINVAL;

	rc = sriov_rescan_enter(sriov);
	if (rc)
		return rc;
	rc = sriov_rebar_apply(sriov, bar, pos, size);
	sriov_rescan_exit(sriov);

	return rc;
}

/**
 * sriov_rebar_get_sizes - which sizes can a VF BAR have?
 * @sriov: the PF
 * @bar: number of the BAR
 * @num_vfs: how many VFs, at least 1
 *
 * Return: as pci_iov_vf_bar_get_sizes().
 */
u32 sriov_rebar_get_sizes(struct pci_sriov *sriov, int bar,
			  unsigned int num_vfs)
{
	u32 sizes = sriov_rebar_sizes(sriov, sriov_rebar_find(sriov, bar));
	int size;

	for (size = 0; size < BITS_PER_TYPE(sizes); size++)
		if (!sriov_rebar_fits(sriov, bar, size, num_vfs))
			sizes &= ~BIT(size);

	return sizes;
}
