// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: what must be waited for after VF Enable changes
 *
 * PCIe r6.0, sec 9.3.3.3.1:
 *
 *  - After VF Enable is set, no request goes to a VF for 100 ms.  From then on
 *    a VF may still ask for patience (Request Retry Status), until 1 s after
 *    VF Enable was set.
 *  - After VF Enable is cleared, no field of the capability is read for 1 s.
 *    Nothing else is forbidden, so nobody sleeps for that second: config access
 *    by programs is blocked until it is over, and whoever needs the capability
 *    before waits for what is left of it.
 */
#include <linux/delay.h>

#include "../pci.h"
#include "sriov.h"

#define SRIOV_ENABLE_MS		100
#define SRIOV_READY_MS		1000
#define SRIOV_POLL_MIN_MS	1
#define SRIOV_POLL_MAX_MS	64

/* When the capability of the last PF removed too early may be read again */
static DEFINE_SPINLOCK(sriov_removed_lock);
static ktime_t sriov_removed_settled_at;

/*
 * NumVFs of a PF without VFs reads as 0; only now may that be seen to.  A PF
 * without power has forgotten the number by itself.
 */
static void sriov_settle_work(struct work_struct *work)
{
	struct pci_sriov *sriov = container_of(to_delayed_work(work),
					       struct pci_sriov, settle_work);

	if (sriov->pf->current_state != PCI_D3cold)
		sriov_cap_set_numvfs(sriov, 0);
	pci_cfg_access_unlock(sriov->pf);
}

/**
 * sriov_settle_init - set up a PF's settling
 * @sriov: the PF
 */
void sriov_settle_init(struct pci_sriov *sriov)
{
	INIT_DELAYED_WORK(&sriov->settle_work, sriov_settle_work);
}

/**
 * sriov_settle_enabled - wait until VFs may be accessed
 * @sriov: the PF, whose VF Enable has just been set
 *
 * Programs cannot reach the PF's config space meanwhile.
 *
 * Return: 0, or as sriov_preempted().
 */
int sriov_settle_enabled(struct pci_sriov *sriov)
{
	int rc;

	pci_cfg_access_lock(sriov->pf);
	rc = sriov_wait_until(sriov, ktime_add_ms(sriov->enabled_at,
						  SRIOV_ENABLE_MS));
	pci_cfg_access_unlock(sriov->pf);

	return rc;
}

/*
 * Sec 2.3.1 and 2.3.2: a VF's Vendor ID reads as all ones, but as 0001h while
 * the Root Port makes Request Retry Status visible; without that, and for a VF
 * that does not answer at all, every register reads as all ones.  Command and
 * Status of a VF that is there never do.
 */
static bool sriov_vf_answers(struct pci_sriov *sriov, unsigned int vf_id,
			     bool rrs_visible)
{
	struct pci_bus *bus = sriov->slots[vf_id].bus;
	int devfn = sriov_vf_rid(sriov, vf_id) & 0xff;
	u32 val;

	if (rrs_visible) {
		pci_bus_read_config_dword(bus, devfn, PCI_VENDOR_ID, &val);
		if (pci_bus_rrs_vendor_id(val))
			return false;
	}

	pci_bus_read_config_dword(bus, devfn, PCI_COMMAND, &val);
	return !PCI_POSSIBLE_ERROR(val);
}

static int sriov_vf_wait(struct pci_sriov *sriov, unsigned int vf_id,
			 bool rrs_visible)
{
	ktime_t limit = ktime_add_ms(sriov->enabled_at, SRIOV_READY_MS);
	int delay = SRIOV_POLL_MIN_MS;
	ktime_t now;
	int rc;

	while (!sriov_vf_answers(sriov, vf_id, rrs_visible)) {
		now = ktime_get();
		if (ktime_after(now, limit)) {
			pci_err(sriov->pf, "VF %u does not answer %d ms after VF Enable was set; not added\n",
				vf_id, SRIOV_READY_MS);
			return 0;
		}

		rc = sriov_wait_until(sriov, ktime_add_ms(now, delay));
		if (rc)
			return rc;
		delay = min(2 * delay, SRIOV_POLL_MAX_MS);
	}

	sriov->slots[vf_id].ready = true;
	return 0;
}

/**
 * sriov_settle_vfs - wait until VFs are ready
 * @sriov: the PF; the slots have their buses
 * @num_vfs: how many VFs to wait for
 *
 * The limit is one for all, so VFs that never answer cost 1 s together.  They
 * are named in the log and left out; the others are used.
 *
 * Return: 0 if at least one VF is ready; -EIO if none is; or as
 * sriov_preempted().
 */
int sriov_settle_vfs(struct pci_sriov *sriov, unsigned int num_vfs)
{
	struct pci_dev *root = pcie_find_root_port(sriov->pf);
	bool rrs_visible = root && root->config_rrs_sv;
	unsigned int vf_id, ready = 0;
	int rc;

	for (vf_id = 0; vf_id < num_vfs; vf_id++) {
		rc = sriov_vf_wait(sriov, vf_id, rrs_visible);
		if (rc)
			return rc;
		ready += sriov->slots[vf_id].ready;
	}

	return ready ? 0 : -EIO;
}

/**
 * sriov_settle_disabled - begin the second after VF Enable was cleared
 * @sriov: the PF
 *
 * The work is freezable: a system that suspends within the second finds the
 * PF's config space still blocked when it resumes, and opens it then.
 */
void sriov_settle_disabled(struct pci_sriov *sriov)
{
	s64 left = ktime_ms_delta(sriov->settled_at, ktime_get());

	if (pci_dev_is_disconnected(sriov->pf))
		return;

	pci_cfg_access_lock(sriov->pf);
	sriov->settling = true;
	queue_delayed_work(system_freezable_wq, &sriov->settle_work,
			   msecs_to_jiffies(max(left, 0)) + 1);
}

/**
 * sriov_settle_wait - wait until the capability may be read
 * @sriov: the PF
 *
 * Return: 0, or as sriov_preempted().
 */
int sriov_settle_wait(struct pci_sriov *sriov)
{
	int rc;

	lockdep_assert_held(&sriov->op_lock);

	if (!sriov->settling)
		return 0;

	rc = sriov_wait_until(sriov, sriov->settled_at);
	if (rc)
		return rc;

	flush_delayed_work(&sriov->settle_work);
	sriov->settling = false;
	return 0;
}

/**
 * sriov_settle_restored - wait like sriov_settle_enabled(), come what may
 *
 * For the restoration of a PF, which is no operation and is not stopped.
 */
void sriov_settle_restored(void)
{
	msleep(SRIOV_ENABLE_MS);
}

/**
 * sriov_settle_left - sleep until the capability may be read, come what may
 * @sriov: the PF
 *
 * Context: process context, may sleep; no operation runs.
 */
void sriov_settle_left(struct pci_sriov *sriov)
{
	s64 left = ktime_ms_delta(sriov->settled_at, ktime_get());

	if (left >= 0)
		msleep(left + 1);
}

/**
 * sriov_settle_abandon - end settling early, because the PF is going
 * @sriov: the PF, being removed
 *
 * Removal does not wait, for it holds pci_rescan_remove_lock.  The time is
 * noted for pci_iov_wait_removed() instead.
 */
void sriov_settle_abandon(struct pci_sriov *sriov)
{
	mutex_lock(&sriov->op_lock);
	if (sriov->settling) {
		if (cancel_delayed_work_sync(&sriov->settle_work))
			pci_cfg_access_unlock(sriov->pf);
		sriov->settling = false;

		spin_lock(&sriov_removed_lock);
		if (ktime_after(sriov->settled_at, sriov_removed_settled_at))
			sriov_removed_settled_at = sriov->settled_at;
		spin_unlock(&sriov_removed_lock);
	}
	mutex_unlock(&sriov->op_lock);
}

/**
 * pci_iov_wait_removed - wait before a rescan can find a removed PF again
 *
 * Enumeration reads the capability, which must not happen within 1 s after VF
 * Enable was cleared.  Returns at once unless a PF was removed within that
 * time.
 *
 * Context: process context, may sleep; pci_rescan_remove_lock not held.
 */
void pci_iov_wait_removed(void)
{
	s64 left;

	spin_lock(&sriov_removed_lock);
	left = ktime_ms_delta(sriov_removed_settled_at, ktime_get());
	spin_unlock(&sriov_removed_lock);

	if (left >= 0)
		msleep(left + 1);
}
