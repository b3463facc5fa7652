// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: what must be waited for after VF Enable changes
 *
 * PCIe r6.0, sec 9.3.3.3.1:
 *
 *  - After VF Enable is set, no request goes to a VF for 100 ms, or less if the
 *    device or its driver says so (rtr.c).  From then on a VF may still answer
 *    with Request Retry Status, until 1 s after VF Enable was set.
 *  - After VF Enable is cleared, no field of the capability is read for 1 s, its
 *    header included.  iov.c slept for that second, and so kept resets of the PF
 *    and changes of its power state out of it, too; there may be devices and
 *    drivers that rely on it.  Nothing else has to wait, so there is no sleep of
 *    that length, but a deadline that all of the kernel keeps:
 *
 *	wait for what is left	pci_disable_sriov(), unless sriov_numvfs is written;
 *				programs that access config space, a driver that
 *				is about to probe, the next operation, resets and
 *				power transitions, the restoration after either,
 *				and a scan that may find a removed PF again
 *	need not read		searches of the Extended Capabilities, which are
 *				answered from what the PF had (common.c)
 *	ask			PF drivers in sriov_configure(),
 *				pci_sriov_wait_disabled()
 */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/slab.h>

#include "../pci.h"
#include "sriov.h"

#define SRIOV_ENABLE_MS		100
#define SRIOV_DISABLE_MS	1000
#define SRIOV_READY_MS		1000
#define SRIOV_POLL_MIN_MS	1
#define SRIOV_POLL_MAX_MS	64

/**
 * struct sriov_removed - a PF that was removed within the second
 * @node: in sriov_removed_pfs
 * @domain: its PCI domain
 * @rid: its Routing ID
 * @settled_at: when its capability may be read again
 *
 * Allocated with the PF, so that removal cannot fail.
 */
struct sriov_removed {
	struct list_head node;
	int domain;
	u16 rid;
	ktime_t settled_at;
};

static DEFINE_SPINLOCK(sriov_removed_lock);
static LIST_HEAD(sriov_removed_pfs);

/**
 * sriov_settle_init - prepare for the removal of a PF
 * @sriov: the PF
 *
 * Return: 0 or -ENOMEM.
 */
int sriov_settle_init(struct pci_sriov *sriov)
{
	sriov->removed = kzalloc(sizeof(*sriov->removed), GFP_KERNEL);
	return sriov->removed ? 0 : -ENOMEM;
}

/**
 * sriov_settle_free - undo sriov_settle_init()
 * @sriov: the PF
 */
void sriov_settle_free(struct pci_sriov *sriov)
{
	kfree(sriov->removed);
}

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
 * sriov_settle_vfs - wait until VFs are ready
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
int sriov_settle_vfs(struct pci_sriov *sriov, unsigned int first,
		     unsigned int end, ktime_t since)
{
	ktime_t limit = ktime_add_ms(since, SRIOV_READY_MS);
	unsigned int vf_id, there = 0, ready = 0;
	int rc;

	for (vf_id = first; vf_id < end; vf_id++) {
		if (!sriov_migration_is_active(sriov, vf_id))
			continue;

		rc = sriov_vf_wait(sriov, vf_id, limit);
		if (rc < 0)
			return rc;
		if (!rc)
			pci_err(sriov->pf, "VF %u does not answer within %d ms; it gets no driver until it does\n",
				vf_id, SRIOV_READY_MS);
		sriov_slot_set_silent(sriov, vf_id, !rc);
		ready += rc;
		there++;
	}

	return ready || !there ? 0 : -EIO;
}

/**
 * sriov_settle_begin - begin the second after VF Enable is cleared
 * @sriov: the PF, whose VF Enable will be cleared next, or just has been
 *
 * Called before, so that programs keep away, and after, because the second
 * counts from a write that may have been held up in between.
 *
 * A program's access to config space runs under pci_lock from where it compares
 * the deadline to its end, so none is under way when this returns.
 */
void sriov_settle_begin(struct pci_sriov *sriov)
{
	raw_spin_lock_irq(&pci_lock);
	atomic64_set(&sriov->settled_at,
		     ktime_add_ms(ktime_get(), SRIOV_DISABLE_MS));
	raw_spin_unlock_irq(&pci_lock);
}

static ktime_t sriov_settled_at(struct pci_sriov *sriov)
{
	return atomic64_read(&sriov->settled_at);
}

/**
 * sriov_settling - is the capability not to be read yet?
 * @sriov: the PF
 *
 * Return: true until the second after VF Enable was cleared is over.
 */
bool sriov_settling(struct pci_sriov *sriov)
{
	return ktime_before(ktime_get(), sriov_settled_at(sriov));
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

	return sriov_wait_until(sriov, sriov_settled_at(sriov));
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
 * sriov_settle_restored - wait as sriov_settle_enabled() does, to the end
 *
 * For the restoration of a PF, which is not an operation and cannot be cut short.
 */
void sriov_settle_restored(void)
{
	sriov_sleep_until(ktime_add_ms(ktime_get(), SRIOV_ENABLE_MS));
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
 * pci_iov_user_settle - sleep until programs may access config space
 * @dev: any device
 *
 * Context: process context, sleeps up to 1 s, but not if @dev is being removed.
 */
void pci_iov_user_settle(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);
	s64 left;

	if (!sriov)
		return;

	while (!READ_ONCE(sriov->stopping) &&
	       (left = ktime_us_delta(sriov_settled_at(sriov), ktime_get())) > 0)
		wait_event_timeout(sriov->wait, READ_ONCE(sriov->stopping),
				   usecs_to_jiffies(left) + 1);
}

/**
 * pci_iov_settle - sleep until a PF may be reset or change its power state
 * @dev: any device; one that is not a PF is not waited for
 *
 * Also until its capability may be read.
 *
 * Context: process context, sleeps up to 1 s, whoever wants @dev.
 */
void pci_iov_settle(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (sriov)
		sriov_sleep_until(sriov_settled_at(sriov));
}

static int sriov_settle_latest(struct pci_dev *dev, void *until)
{
	struct pci_sriov *sriov = to_sriov(dev);
	ktime_t *latest = until;

	if (sriov)
		*latest = max(*latest, sriov_settled_at(sriov));
	return 0;
}

/**
 * pci_iov_settle_bus - pci_iov_settle() for all PFs on a bus and below it
 * @bus: the bus, or NULL
 *
 * For what resets them, or switches them off, together.
 *
 * Context: process context, sleeps up to 1 s; takes pci_bus_sem.
 */
void pci_iov_settle_bus(struct pci_bus *bus)
{
	ktime_t until = 0;

	if (!bus)
		return;

	pci_walk_bus(bus, sriov_settle_latest, &until);
	sriov_sleep_until(until);
}

/**
 * pci_sriov_wait_disabled - sleep until VF Enable has been clear for 1 s
 * @pf: any device; one that is not a PF, or has not had VFs, is not waited for
 *
 * pci_disable_sriov() returns earlier in sriov_configure().  A driver that reads
 * the SR-IOV capability itself after that, or resets the device or puts it to sleep
 * through registers of its own, calls this first.  The PCI core's resets and power
 * transitions wait by themselves.
 *
 * See PCIe r6.0, sec 9.3.3.3.1.
 *
 * Context: process context, sleeps up to 1 s.
 */
void pci_sriov_wait_disabled(struct pci_dev *pf)
{
	might_sleep();
	pci_iov_settle(pf);
}
EXPORT_SYMBOL_GPL(pci_sriov_wait_disabled);

/**
 * sriov_settle_removed - note a PF's deadline before it is forgotten
 * @sriov: the PF, being removed
 *
 * Removal does not wait, because it holds pci_rescan_remove_lock.
 */
void sriov_settle_removed(struct pci_sriov *sriov)
{
	struct sriov_removed *removed = sriov->removed;

	if (!removed || !sriov_settling(sriov))
		return;

	removed->domain = pci_domain_nr(sriov->pf->bus);
	removed->rid = pci_dev_id(sriov->pf);
	removed->settled_at = sriov_settled_at(sriov);
	sriov->removed = NULL;

	spin_lock(&sriov_removed_lock);
	list_add(&removed->node, &sriov_removed_pfs);
	spin_unlock(&sriov_removed_lock);
}

/* Forget those whose second is over.  Context: sriov_removed_lock held. */
static void sriov_removed_prune(void)
{
	struct sriov_removed *removed, *tmp;
	ktime_t now = ktime_get();

	lockdep_assert_held(&sriov_removed_lock);

	list_for_each_entry_safe(removed, tmp, &sriov_removed_pfs, node) {
		if (ktime_before(now, removed->settled_at))
			continue;
		list_del(&removed->node);
		kfree(removed);
	}
}

/**
 * pci_iov_removed_settling - could enumeration find a PF too early?
 *
 * Return: true if a PF has been removed whose capability must not be read yet.
 */
bool pci_iov_removed_settling(void)
{
	bool settling;

	spin_lock(&sriov_removed_lock);
	sriov_removed_prune();
	settling = !list_empty(&sriov_removed_pfs);
	spin_unlock(&sriov_removed_lock);

	return settling;
}

/**
 * pci_iov_wait_removed - sleep until a function may be enumerated
 * @bus: its bus
 * @devfn: its device and function number
 *
 * It may be a PF that was removed within the second after its VFs were disabled.
 * For enumeration that did not call pci_iov_removed_settling() before it took
 * pci_rescan_remove_lock.
 *
 * Context: process context, sleeps up to 1 s.
 */
void pci_iov_wait_removed(struct pci_bus *bus, int devfn)
{
	u16 rid = PCI_DEVID(bus->number, devfn);
	struct sriov_removed *removed;
	ktime_t until = 0;

	spin_lock(&sriov_removed_lock);
	sriov_removed_prune();
	list_for_each_entry(removed, &sriov_removed_pfs, node)
		if (removed->rid == rid &&
		    removed->domain == pci_domain_nr(bus))
			until = max(until, removed->settled_at);
	spin_unlock(&sriov_removed_lock);

	sriov_sleep_until(until);
}
