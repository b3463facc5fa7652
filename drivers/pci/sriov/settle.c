// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: what must be waited for after VF Enable changes
 *
 * PCIe r6.0, sec 9.3.3.3.1:
 *
 *  - After VF Enable is set, no request goes to a VF for 100 ms, or less if
 *    somebody says so (rtr.c).  From then on
 *    a VF may still ask for patience (Request Retry Status), until 1 s after
 *    VF Enable was set.
 *  - After VF Enable is cleared, no field of the capability is read for 1 s.
 *    Nothing else is forbidden, so nobody sleeps for that second.  It is a
 *    deadline: whoever wants to read before it waits for what is left.  These
 *    are programs that read config space, a driver that is about to probe, the
 *    next operation, the restoration after a reset, and a rescan that may find
 *    the PF again after it was removed.
 */
#include <linux/delay.h>

#include "../pci.h"
#include "sriov.h"

#define SRIOV_ENABLE_MS		100
#define SRIOV_DISABLE_MS	1000
#define SRIOV_READY_MS		1000
#define SRIOV_POLL_MIN_MS	1
#define SRIOV_POLL_MAX_MS	64

/* When the capability of the last PF removed too early may be read again */
static DEFINE_SPINLOCK(sriov_removed_lock);
static ktime_t sriov_removed_settled_at;

/**
 * sriov_settle_enabled - wait until VFs may be accessed
 * @sriov: the PF, whose VF Enable has just been set
 *
 * Return: 0, or as sriov_preempted().
 */
int sriov_settle_enabled(struct pci_sriov *sriov)
{
	return sriov_wait_until(sriov, ktime_add_us(sriov->enabled_at,
						    sriov_enable_us(sriov)));
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
	struct pci_bus *bus = sriov_vf_bus(sriov, vf_id);
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
			 bool rrs_visible, ktime_t since, const char *what)
{
	ktime_t limit = ktime_add_ms(since, SRIOV_READY_MS);
	int delay = SRIOV_POLL_MIN_MS;
	ktime_t now;
	int rc;

	while (!sriov_vf_answers(sriov, vf_id, rrs_visible)) {
		now = ktime_get();
		if (ktime_after(now, limit)) {
			pci_err(sriov->pf, "VF %u does not answer %d ms after %s\n",
				vf_id, SRIOV_READY_MS, what);
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

static bool sriov_rrs_visible(struct pci_sriov *sriov)
{
	struct pci_dev *root = pcie_find_root_port(sriov->pf);

	return root && root->config_rrs_sv;
}

/**
 * sriov_settle_vfs - wait until VFs are ready
 * @sriov: the PF; the slots have their buses
 * @num_vfs: how many VFs to wait for
 *
 * The limit is one for all, so VFs that never answer cost 1 s together.  They
 * are named in the log and left out; the others are used.  VFs that VF Migration
 * has yet to bring are not waited for.
 *
 * Return: 0 if at least one VF is ready, or none is there; -EIO if none of them
 * is ready; or as sriov_preempted().
 */
int sriov_settle_vfs(struct pci_sriov *sriov, unsigned int num_vfs)
{
	bool rrs_visible = sriov_rrs_visible(sriov);
	unsigned int vf_id, there = 0, ready = 0;
	int rc;

	for (vf_id = 0; vf_id < num_vfs; vf_id++) {
		if (!sriov_migration_is_active(sriov, vf_id))
			continue;

		rc = sriov_vf_wait(sriov, vf_id, rrs_visible,
				   sriov->enabled_at,
				   "VF Enable was set; not added");
		if (rc)
			return rc;
		ready += sriov->slots[vf_id].ready;
		there++;
	}

	return ready || !there ? 0 : -EIO;
}

/**
 * sriov_settle_flr - wait until VFs are ready after a Function Level Reset
 * @sriov: the PF; the slots have their buses
 * @vfs: which VFs, all of them reset just now
 *
 * Sec 6.6.2: no access for 100 ms or less (rtr.c); then as after VF Enable.
 *
 * Return: 0, or as sriov_preempted(); VFs that are not ready have been named.
 */
int sriov_settle_flr(struct pci_sriov *sriov, const unsigned long *vfs)
{
	bool rrs_visible = sriov_rrs_visible(sriov);
	ktime_t now = ktime_get();
	unsigned int vf_id;
	int rc;

	rc = sriov_wait_until(sriov, ktime_add_us(now, sriov_flr_us(sriov)));
	if (rc)
		return rc;

	for_each_set_bit(vf_id, vfs, sriov->nr_slots) {
		rc = sriov_vf_wait(sriov, vf_id, rrs_visible, now, "its FLR");
		if (rc)
			return rc;
	}

	return 0;
}

/**
 * sriov_settle_begin - begin the second after VF Enable is cleared
 * @sriov: the PF, whose VF Enable will be cleared next, or just has been
 *
 * Called before, so that programs keep away, and after, because the second
 * counts from a write that may have been held up in between.
 *
 * A program's access to config space runs under pci_lock from where it looks
 * at the deadline to its end, so none is under way when this returns.
 */
void sriov_settle_begin(struct pci_sriov *sriov)
{
	raw_spin_lock_irq(&pci_lock);
	sriov->settled_at = ktime_add_ms(ktime_get(), SRIOV_DISABLE_MS);
	raw_spin_unlock_irq(&pci_lock);
}

/**
 * sriov_settling - is the capability not to be read yet?
 * @sriov: the PF
 *
 * Return: true until the second after VF Enable was cleared is over.
 */
bool sriov_settling(struct pci_sriov *sriov)
{
	return ktime_before(ktime_get(), sriov->settled_at);
}

/**
 * sriov_settle_wait - wait until the capability may be read
 * @sriov: the PF
 *
 * Context: within an operation.
 * Return: 0, or as sriov_preempted().
 */
int sriov_settle_wait(struct pci_sriov *sriov)
{
	lockdep_assert_held(&sriov->op_lock);

	return sriov_wait_until(sriov, sriov->settled_at);
}

/*
 * A sleep is counted in jiffies, and these lag behind the time when the processor
 * that counts them is held up, as those of virtual machines are.
 */
static void sriov_sleep_until(ktime_t when)
{
	s64 left;

	while ((left = ktime_us_delta(when, ktime_get())) > 0)
		fsleep(left);
}

/**
 * sriov_settle_restored - wait like sriov_settle_enabled(), come what may
 *
 * For the restoration of a PF, which is no operation and is not stopped.
 */
void sriov_settle_restored(void)
{
	sriov_sleep_until(ktime_add_ms(ktime_get(), SRIOV_ENABLE_MS));
}

/**
 * sriov_settle_removed - note a PF's deadline before it is forgotten
 * @sriov: the PF, being removed
 *
 * Removal does not wait, for it holds pci_rescan_remove_lock.
 */
void sriov_settle_removed(struct pci_sriov *sriov)
{
	spin_lock(&sriov_removed_lock);
	if (ktime_after(sriov->settled_at, sriov_removed_settled_at))
		sriov_removed_settled_at = sriov->settled_at;
	spin_unlock(&sriov_removed_lock);
}

/**
 * pci_iov_settling - must programs wait before they access config space?
 * @dev: any device
 *
 * Not if it is being removed, which would have to wait for the program.
 *
 * Context: any; exact under pci_lock, see sriov_settle_begin().
 * Return: true if they must.
 */
bool pci_iov_settling(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	return sriov && sriov_settling(sriov) && !READ_ONCE(sriov->stopping);
}

/**
 * pci_iov_settle - sleep until the capability may be read
 * @dev: any device; one that is no PF need not be waited for
 *
 * Context: process context, sleeps up to 1 s, but not if @dev is being removed.
 */
void pci_iov_settle(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);
	s64 left;

	if (!sriov)
		return;

	while (!READ_ONCE(sriov->stopping) &&
	       (left = ktime_us_delta(sriov->settled_at, ktime_get())) > 0)
		wait_event_timeout(sriov->wait, READ_ONCE(sriov->stopping),
				   usecs_to_jiffies(left) + 1);
}

static ktime_t sriov_removed_until(void)
{
	ktime_t until;

	spin_lock(&sriov_removed_lock);
	until = sriov_removed_settled_at;
	spin_unlock(&sriov_removed_lock);

	return until;
}

/**
 * pci_iov_removed_settling - could enumeration find a PF too early?
 *
 * Return: true if a PF has been removed whose capability must not be read yet.
 */
bool pci_iov_removed_settling(void)
{
	return ktime_before(ktime_get(), sriov_removed_until());
}

/**
 * pci_iov_wait_removed - sleep until enumeration cannot find a PF too early
 *
 * For enumeration that did not ask pci_iov_removed_settling() before it took
 * pci_rescan_remove_lock.
 *
 * Context: process context, sleeps up to 1 s.
 */
void pci_iov_wait_removed(void)
{
	sriov_sleep_until(sriov_removed_until());
}
