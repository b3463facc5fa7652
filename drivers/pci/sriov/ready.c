// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: how long VFs take to be ready, and the wait for that
 *
 * Floor: 2
 *
 * PCIe r6.0, sec 9.3.3.3.1: after VF Enable is set, no request goes to a VF for
 * 100 ms, unless a shorter time is known: from the VF's Readiness Time Reporting
 * Extended Capability (sec 7.9.17), which can be read only from the second
 * enable on, or from the PF driver.  After that time a VF may still answer with
 * Request Retry Status, until 1 s after VF Enable was set.
 *
 * The reported time is the longest of all VFs.  It is not used for more VFs than
 * it was read from.
 */
#include <linux/bitfield.h>
#include <linux/pci-sriov.h>

#include "../pci.h"
#include "sriov.h"

/* Sec 9.3.3.3.1: no request for the first, Request Retry Status until the second */
#define SRIOV_ENABLE_US		(100 * USEC_PER_MSEC)
#define SRIOV_ANSWER_MS		1000

#define SRIOV_POLL_MIN_MS	1
#define SRIOV_POLL_MAX_MS	64

/* Each scale is 32 times the one before, the first is 1 ns; higher ones are reserved */
#define SRIOV_RTR_SCALE_MAX	5

static u32 sriov_rtr_us(u32 time)
{
	u64 ns = FIELD_GET(PCI_RTR_TIME_VALUE, time);
	u32 scale = FIELD_GET(PCI_RTR_TIME_SCALE, time);

	if (scale > SRIOV_RTR_SCALE_MAX)
		return SRIOV_ENABLE_US;

	return min_t(u64, DIV_ROUND_UP_ULL(ns << 5 * scale, NSEC_PER_USEC),
		     SRIOV_ENABLE_US);
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
		if (PCI_EXT_CAP_ID(header) == PCI_EXT_CAP_ID_RTR)
			return pos;
		pos = PCI_EXT_CAP_NEXT(header);
	}

	return 0;
}

static bool sriov_rtr_query(struct pci_sriov *sriov, unsigned int vf_id, int pos,
			    struct sriov_ready *ready)
{
	u32 reg1;

	if (PCI_EXT_CAP_ID(sriov_rtr_read(sriov, vf_id, pos)) != PCI_EXT_CAP_ID_RTR)
		return false;

	reg1 = sriov_rtr_read(sriov, vf_id, pos + PCI_RTR_REG1);
	if (!(reg1 & PCI_RTR_VALID) || PCI_POSSIBLE_ERROR(reg1))
		return false;

	ready->enable_us = max(ready->enable_us,
			       sriov_rtr_us(FIELD_GET(PCI_RTR_RESET_TIME, reg1)));
	return true;
}

/**
 * sriov_ready_learn - read from VFs how long they take
 * @sriov: the PF; the slots have their buses, and VFs have been waited for
 * @num_vfs: how many VFs
 *
 * Context: within an operation.
 */
void sriov_ready_learn(struct pci_sriov *sriov, unsigned int num_vfs)
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
		if (!pos || !sriov_rtr_query(sriov, vf_id, pos, &ready))
			return;
	}

	sriov->ready = ready;
}

/**
 * sriov_ready_forget - drop the times that were read
 * @sriov: the PF, whose driver is unbound; the next one may change the device
 */
void sriov_ready_forget(struct pci_sriov *sriov)
{
	WRITE_ONCE(sriov->ready.num_vfs, 0);
}

/**
 * sriov_ready_us - how long no request goes to VFs after VF Enable is set
 * @sriov: the PF
 *
 * Return: microseconds, at most 100 ms.
 */
u32 sriov_ready_us(struct pci_sriov *sriov)
{
	const struct pci_sriov_vf_ops *ops = sriov->policy.vf_ops;
	u16 asked = READ_ONCE(sriov->ready.num_vfs);
	u32 us = SRIOV_ENABLE_US;

	if (asked && sriov->nr_slots <= asked)
		us = sriov->ready.enable_us;
	if (ops && ops->ready_ms)
		us = min_t(u64, us, (u64)ops->ready_ms * USEC_PER_MSEC);

	return us;
}

/**
 * sriov_ready_delay - wait until VFs may be accessed
 * @sriov: the PF, whose VF Enable has just been set
 *
 * Return: 0, or as sriov_preempted().
 */
int sriov_ready_delay(struct pci_sriov *sriov)
{
	ktime_t ready_at = ktime_add_us(sriov->enabled_at,
					sriov_ready_us(sriov));

	return sriov_wait_until(sriov, ready_at);
}

/**
 * sriov_ready_delay_restored - sleep until VFs may be accessed after a restore
 *
 * For the restoration of a PF, which is not an operation and cannot be cut short.
 */
void sriov_ready_delay_restored(void)
{
	sriov_sleep_until(ktime_add_us(ktime_get(), SRIOV_ENABLE_US));
}

/*
 * A port without ARI Forwarding that passes on requests for any Device lets the
 * PF answer for all of them.
 */
static bool sriov_vf_is_alias(struct pci_sriov *sriov, struct pci_bus *bus,
			      int devfn, u32 id)
{
	struct pci_dev *pf = sriov->pf;

	return !sriov_bus_reaches(bus, devfn) &&
	       id == ((u32)pf->device << 16 | pf->vendor);
}

/**
 * sriov_vf_answers - does a VF answer config requests?
 * @sriov: the PF, VF Enable set
 * @bus: the VF's bus
 * @devfn: its device and function number
 *
 * Sec 2.3.1 and 2.3.2: a VF's Vendor ID reads as all ones, except as 0001h while
 * the Root Port makes Request Retry Status visible; without that, and for a VF
 * that does not answer at all, every register reads as all ones.  Command and
 * Status of a VF that answers never do.
 *
 * Return: true if it does.
 */
bool sriov_vf_answers(struct pci_sriov *sriov, struct pci_bus *bus, int devfn)
{
	struct pci_dev *root = pcie_find_root_port(sriov->pf);
	bool rrs_visible = root && root->config_rrs_sv;
	u32 val;

	if (rrs_visible || !sriov_bus_reaches(bus, devfn)) {
		pci_bus_read_config_dword(bus, devfn, PCI_VENDOR_ID, &val);
		if (pci_bus_rrs_vendor_id(val) ||
		    sriov_vf_is_alias(sriov, bus, devfn, val))
			return false;
	}

	pci_bus_read_config_dword(bus, devfn, PCI_COMMAND, &val);
	return !PCI_POSSIBLE_ERROR(val);
}

/* Return: 1 if the VF answers, 0 if it does not, or as sriov_preempted(). */
static int sriov_vf_wait(struct pci_sriov *sriov, unsigned int vf_id,
			 ktime_t limit)
{
	struct pci_bus *bus = sriov_vf_bus(sriov, vf_id);
	int devfn = sriov_vf_rid(sriov, vf_id) & 0xff;
	int delay = SRIOV_POLL_MIN_MS;
	ktime_t now;
	int rc;

	while (!sriov_vf_answers(sriov, bus, devfn)) {
		now = ktime_get();
		if (ktime_after(now, limit))
			return 0;

		rc = sriov_wait_until(sriov, ktime_add_ms(now, delay));
		if (rc)
			return rc;
		delay = min(2 * delay, SRIOV_POLL_MAX_MS);
	}

	return 1;
}

/**
 * sriov_ready_wait - wait until VFs are ready
 * @sriov: the PF; the slots have their buses
 * @first: the first VF to wait for
 * @end: the one behind the last
 * @since: when VF Enable was set, or since when else they may be accessed
 *
 * The limit is one for all, so VFs that never answer cost 1 s together.  They
 * are named in the log and marked as silent.  VFs that VF Migration has yet to
 * bring are not waited for.
 *
 * Return: 0 if at least one VF is ready, or none exists; -EIO if none of them
 * is ready; or as sriov_preempted().
 */
int sriov_ready_wait(struct pci_sriov *sriov, unsigned int first,
		     unsigned int end, ktime_t since)
{
	ktime_t limit = ktime_add_ms(since, SRIOV_ANSWER_MS);
	unsigned int vf_id, there = 0, ready = 0;
	int rc;

	lockdep_assert_held(&sriov->op_lock);

	for (vf_id = first; vf_id < end; vf_id++) {
		if (sriov->slots[vf_id].inactive)
			continue;

		rc = sriov_vf_wait(sriov, vf_id, limit);
		if (rc < 0)
			return rc;
		if (!rc)
			pci_err(sriov->pf, "VF %u does not answer within %d ms; it gets no driver until it does\n",
				vf_id, SRIOV_ANSWER_MS);
		sriov_slot_set_silent(sriov, vf_id, !rc);
		ready += rc;
		there++;
	}

	return ready || !there ? 0 : -EIO;
}
