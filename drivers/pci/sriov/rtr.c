// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: how long VFs take to be ready, if it is reported
 *
 * PCIe r6.0, sec 9.3.3.3.1: no request to a VF for 100 ms after VF Enable is set,
 * unless less will do.  That can be stated by the VF in its Readiness Time
 * Reporting Extended Capability (sec 7.9.17), which is only known from the second
 * time on, or by the PF's driver.
 *
 * Nothing is taken for granted about VFs that were not asked: the time is the
 * longest of all VFs, and for more VFs than were asked it is not used.
 */
#include <linux/bitfield.h>
#include <linux/pci-sriov.h>

#include "../pci.h"
#include "sriov.h"

#define SRIOV_READY_US	(100 * USEC_PER_MSEC)

#define RTR_CAP_ID	0x22
#define RTR_REG1	0x04
#define  RTR_VALID	BIT(31)
#define  RTR_RESET_TIME	GENMASK(11, 0)
#define RTR_SCALE	GENMASK(11, 9)
#define RTR_VALUE	GENMASK(8, 0)

/* Each scale is 32 times the one before, the first is 1 ns; others are reserved */
#define RTR_SCALE_MAX	5

static u32 sriov_rtr_us(u32 time)
{
	u64 ns = FIELD_GET(RTR_VALUE, time);
	u32 scale = FIELD_GET(RTR_SCALE, time);

	if (scale > RTR_SCALE_MAX)
		return SRIOV_READY_US;

	return min_t(u64, DIV_ROUND_UP_ULL(ns << 5 * scale, NSEC_PER_USEC),
		     SRIOV_READY_US);
}

static u32 sriov_rtr_read(struct pci_sriov *sriov, unsigned int vf_id, int where)
{
	u32 val;

	pci_bus_read_config_dword(sriov_vf_bus(sriov, vf_id),
				  sriov_vf_rid(sriov, vf_id) & 0xff, where,
				  &val);
	return val;
}

/* Return: where the capability is, or 0. */
static int sriov_rtr_find(struct pci_sriov *sriov, unsigned int vf_id)
{
	int pos = PCI_CFG_SPACE_SIZE, ttl;
	u32 header;

	for (ttl = (PCI_CFG_SPACE_EXP_SIZE - PCI_CFG_SPACE_SIZE) / 8;
	     ttl && pos >= PCI_CFG_SPACE_SIZE; ttl--) {
		header = sriov_rtr_read(sriov, vf_id, pos);
		if (!header || PCI_POSSIBLE_ERROR(header))
			return 0;
		if (PCI_EXT_CAP_ID(header) == RTR_CAP_ID)
			return pos;
		pos = PCI_EXT_CAP_NEXT(header);
	}

	return 0;
}

static bool sriov_rtr_ask(struct pci_sriov *sriov, unsigned int vf_id, int pos,
			  struct sriov_ready *ready)
{
	u32 reg1;

	if (PCI_EXT_CAP_ID(sriov_rtr_read(sriov, vf_id, pos)) != RTR_CAP_ID)
		return false;

	reg1 = sriov_rtr_read(sriov, vf_id, pos + RTR_REG1);
	if (!(reg1 & RTR_VALID) || PCI_POSSIBLE_ERROR(reg1))
		return false;

	ready->enable_us = max(ready->enable_us,
			       sriov_rtr_us(FIELD_GET(RTR_RESET_TIME, reg1)));
	return true;
}

/**
 * sriov_rtr_learn - ask VFs how long they take
 * @sriov: the PF; the slots have their buses, and VFs have been waited for
 * @num_vfs: how many VFs
 *
 * Context: within an operation.
 */
void sriov_rtr_learn(struct pci_sriov *sriov, unsigned int num_vfs)
{
	struct sriov_ready ready = { .num_vfs = num_vfs };
	unsigned int vf_id;
	int pos = 0;

	lockdep_assert_held(&sriov->op_lock);

	if (num_vfs <= sriov->ready.num_vfs)
		return;

	for (vf_id = 0; vf_id < num_vfs; vf_id++) {
		if (sriov->slots[vf_id].silent)
			return;
		if (!vf_id)
			pos = sriov_rtr_find(sriov, vf_id);
		if (!pos || !sriov_rtr_ask(sriov, vf_id, pos, &ready))
			return;
	}

	sriov->ready = ready;
}

/**
 * sriov_rtr_forget - ask again before the times are used
 * @sriov: the PF, whose driver leaves; the next one may change the device
 */
void sriov_rtr_forget(struct pci_sriov *sriov)
{
	WRITE_ONCE(sriov->ready.num_vfs, 0);
}

/**
 * sriov_enable_us - how long not to access VFs after VF Enable is set
 * @sriov: the PF
 *
 * Return: microseconds, at most 100 ms.
 */
u32 sriov_enable_us(struct pci_sriov *sriov)
{
	const struct pci_sriov_vf_ops *ops = sriov->policy.vf_ops;
	u16 asked = READ_ONCE(sriov->ready.num_vfs);
	u32 us = SRIOV_READY_US;

	if (asked && sriov->nr_slots <= asked)
		us = sriov->ready.enable_us;
	if (ops && ops->ready_ms)
		us = min_t(u64, us, (u64)ops->ready_ms * USEC_PER_MSEC);

	return us;
}
