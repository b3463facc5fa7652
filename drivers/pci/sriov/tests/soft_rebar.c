// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: VF BARs of software functions whose size can be chosen
 *
 * Sec 7.8.7; there is one pair of registers, for one VF BAR of 64 bits.
 */
#include <linux/bitfield.h>

#include "soft.h"

#define REBAR_SIZE	GENMASK(13, 8)

static u32 soft_rebar_ctrl(struct soft_fn *fn)
{
	return soft_get32(fn, SOFT_REBAR + PCI_REBAR_CTRL);
}

/* Sec 7.8.7.3: the size shows in which bits of the VF BAR can be written. */
static void soft_rebar_apply(struct soft_fn *fn)
{
	int bar = FIELD_GET(PCI_REBAR_CTRL_BAR_IDX, soft_rebar_ctrl(fn));
	u64 size = (u64)SZ_1M << FIELD_GET(REBAR_SIZE, soft_rebar_ctrl(fn));
	int i = (SOFT_SRIOV + PCI_SRIOV_BAR) / 4 + bar;

	fn->reg[i].rw = lower_32_bits(~(size - 1));
	fn->reg[i + 1].rw = upper_32_bits(~(size - 1));
	fn->now[i] &= fn->reg[i].rw | 0xf;
	fn->now[i + 1] &= fn->reg[i + 1].rw;
}

/**
 * soft_rebar_create - let the size of a VF BAR be chosen
 * @pf: a PF, before the scan
 * @bar: number of the BAR, which is a 64-bit one
 * @sizes: which sizes, bit 0 for 1 MiB
 * @size: the one after reset, 0 for 1 MiB
 */
void soft_rebar_create(struct soft_fn *pf, int bar, u32 sizes, int size)
{
	soft_vf_bar(pf, bar, (u64)SZ_1M << size, PCI_BASE_ADDRESS_MEM_TYPE_64 |
						 PCI_BASE_ADDRESS_MEM_PREFETCH);
	soft_init32(pf, SOFT_SRIOV, soft_get32(pf, SOFT_SRIOV) |
				    (u32)SOFT_REBAR << 20);
	soft_init32(pf, SOFT_REBAR, PCI_EXT_CAP_ID_VF_REBAR | 1 << 16);
	soft_init32(pf, SOFT_REBAR + PCI_REBAR_CAP, sizes << 4);
	soft_init32(pf, SOFT_REBAR + PCI_REBAR_CTRL,
		    size << PCI_REBAR_CTRL_BAR_SHIFT |
		    1 << PCI_REBAR_CTRL_NBAR_SHIFT | bar);
	soft_init_rw(pf, SOFT_REBAR + PCI_REBAR_CTRL, REBAR_SIZE);
}

/**
 * soft_rebar_written - a register of the capability has been written
 * @fn: the function
 * @where: the register
 */
void soft_rebar_written(struct soft_fn *fn, int where)
{
	if (where != SOFT_REBAR + PCI_REBAR_CTRL)
		return;

	if (soft_get16(fn, SOFT_SRIOV + PCI_SRIOV_CTRL) & PCI_SRIOV_CTRL_MSE)
		soft_break_rule(fn, "VF BAR Size was written with VF MSE set");
	soft_rebar_apply(fn);
}

/**
 * soft_rebar_reset - the function has been reset
 * @fn: the function
 */
void soft_rebar_reset(struct soft_fn *fn)
{
	if (soft_get32(fn, SOFT_REBAR))
		soft_rebar_apply(fn);
}
