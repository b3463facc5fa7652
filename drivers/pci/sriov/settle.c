// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: the second after VF Enable is cleared
 *
 * Floor: 1
 *
 * PCIe r6.0, sec 9.3.3.3.1: no field of the capability, its header included, is
 * read until 1 s after VF Enable was cleared.  iov.c slept for that second, and
 * so also kept resets of the PF and changes of its power state out of it; there
 * may be devices and drivers that rely on this.  Nothing else has to wait, so
 * instead of a sleep there is a deadline that the whole kernel observes:
 *
 *	wait for the remainder	pci_disable_sriov(), unless it is called for a write
 *				to sriov_numvfs; programs that access config space;
 *				the probe of a driver; the next operation; resets
 *				and power transitions, and the restoration after
 *				either; a scan that may find a removed PF again
 *	do not read		searches of the Extended Capabilities, which are
 *				answered from a stored layout (common.c)
 *	call			PF drivers in sriov_configure():
 *				pci_sriov_wait_disabled()
 */
#include <linux/slab.h>

#include "../pci.h"
#include "sriov.h"

/* Sec 9.3.3.3.1 */
#define SRIOV_DISABLE_MS	1000

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

/**
 * sriov_settle_finish - sleep until the capability may be read
 * @sriov: the PF
 *
 * Context: process context, sleeps up to 1 s.
 */
void sriov_settle_finish(struct pci_sriov *sriov)
{
	sriov_sleep_until(sriov_settled_at(sriov));
}

/* A VF cannot be accessed while its PF is being reset, see outage.c. */
static bool sriov_vf_settling(struct pci_dev *vf)
{
	struct pci_sriov *sriov = vf->physfn ? to_sriov(vf->physfn) : NULL;

	return sriov && sriov_in_outage(sriov) && pci_dev_is_added(vf) &&
	       !READ_ONCE(sriov->stopping);
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

	if (dev->is_virtfn)
		return sriov_vf_settling(dev);

	return sriov && sriov_settling(sriov) && !READ_ONCE(sriov->stopping);
}

/* There is no wake-up for the removal of the VF, so that is polled. */
static void sriov_vf_user_settle(struct pci_dev *vf)
{
	while (sriov_vf_settling(vf))
		wait_event_timeout(to_sriov(vf->physfn)->wait,
				   !sriov_vf_settling(vf), HZ / 10);
}

/**
 * pci_iov_user_settle - sleep until programs may access config space
 * @dev: any device
 *
 * Context: process context, sleeps up to 1 s, of a VF as long as a reset of its PF
 * takes, but not if @dev is being removed.
 */
void pci_iov_user_settle(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);
	s64 left;

	if (dev->is_virtfn) {
		sriov_vf_user_settle(dev);
		return;
	}
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
 * Context: process context, sleeps up to 1 s, even if @dev is being removed.
 */
void pci_iov_settle(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (sriov)
		sriov_settle_finish(sriov);
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

static bool sriov_removed_is(struct sriov_removed *removed, struct pci_bus *bus,
			     int devfn)
{
	return removed->rid == PCI_DEVID(bus->number, devfn) &&
	       removed->domain == pci_domain_nr(bus);
}

/**
 * pci_iov_wait_removed - sleep until a function may be enumerated
 * @bus: its bus, or NULL for all functions
 * @devfn: its device and function number
 *
 * It may be a PF that was removed within the second after its VFs were disabled.
 * A scan that is about to take pci_rescan_remove_lock waits for all functions
 * first, so that it does not sleep with the lock held when it finds one.
 *
 * Context: process context, sleeps up to 1 s.
 */
void pci_iov_wait_removed(struct pci_bus *bus, int devfn)
{
	struct sriov_removed *removed;
	ktime_t until = 0;

	spin_lock(&sriov_removed_lock);
	sriov_removed_prune();
	list_for_each_entry(removed, &sriov_removed_pfs, node)
		if (!bus || sriov_removed_is(removed, bus, devfn))
			until = max(until, removed->settled_at);
	spin_unlock(&sriov_removed_lock);

	sriov_sleep_until(until);
}
