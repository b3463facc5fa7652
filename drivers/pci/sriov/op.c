// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: one operation at a time, and how it gets along with removal
 *
 * An operation (enable or disable) runs under op_lock, mostly called by the PF
 * driver under device_lock(pf), and needs pci_rescan_remove_lock to add and
 * remove devices.  Removal of the PF holds pci_rescan_remove_lock and waits for
 * device_lock(pf), and the driver's remove() then wants op_lock.  One of the two
 * must give way, and it is the operation: see struct pci_sriov.
 */
#include "../pci.h"
#include "sriov.h"

static void sriov_preempt_begin(struct pci_sriov *sriov)
{
	atomic_inc(&sriov->preempt);
	wake_up_all(&sriov->wait);
	pci_rescan_remove_kick();
}

static void sriov_preempt_end(struct pci_sriov *sriov)
{
	atomic_dec(&sriov->preempt);
}

/**
 * sriov_op_begin - begin an operation on a PF
 * @sriov: the PF
 *
 * Waits until no other operation runs; if the caller holds
 * pci_rescan_remove_lock, the other one is made to give up first.
 */
void sriov_op_begin(struct pci_sriov *sriov)
{
	bool nested = pci_rescan_remove_held();

	if (nested)
		sriov_preempt_begin(sriov);
	/*
	 * A PF's probe may run in a work that its caller waits for, and so may
	 * a VF's probe, but not both at once, see pci_call_probe().
	 */
	mutex_lock_nested(&sriov->op_lock, sriov->pf->is_probed);
	if (nested)
		sriov_preempt_end(sriov);
	sriov->nested = nested;
}

/**
 * sriov_op_end - end an operation
 * @sriov: the PF
 */
void sriov_op_end(struct pci_sriov *sriov)
{
	mutex_unlock(&sriov->op_lock);
}

/**
 * sriov_rescan_enter - be allowed to add and remove devices
 * @sriov: the PF
 *
 * Context: within an operation.
 * Return: true if so, until sriov_rescan_exit(); false if somebody who holds
 * the lock is waiting for this operation to end.
 */
bool sriov_rescan_enter(struct pci_sriov *sriov)
{
	lockdep_assert_held(&sriov->op_lock);

	return sriov->nested || pci_lock_rescan_remove_unless(&sriov->preempt);
}

/**
 * sriov_rescan_exit - end what sriov_rescan_enter() began
 * @sriov: the PF
 */
void sriov_rescan_exit(struct pci_sriov *sriov)
{
	if (!sriov->nested)
		pci_unlock_rescan_remove();
}

/**
 * sriov_preempted - must this operation give up?
 * @sriov: the PF
 *
 * An operation whose caller holds pci_rescan_remove_lock never has to: nobody
 * else can hold it.
 *
 * Return: 0 if not, -ENODEV if the PF is being removed, else -EBUSY.
 */
int sriov_preempted(struct pci_sriov *sriov)
{
	if (sriov->nested || !atomic_read(&sriov->preempt))
		return 0;

	return READ_ONCE(sriov->stopping) ? -ENODEV : -EBUSY;
}

/**
 * sriov_wait_until - sleep, but not longer than the operation may
 * @sriov: the PF
 * @when: when to wake up, ktime_get()
 *
 * Context: within an operation.  Holds no global lock unless the caller does.
 * Return: 0 if that time has come, or as sriov_preempted().
 */
int sriov_wait_until(struct pci_sriov *sriov, ktime_t when)
{
	s64 left;

	while ((left = ktime_us_delta(when, ktime_get())) > 0) {
		int rc = sriov_preempted(sriov);

		if (rc)
			return rc;
		wait_event_timeout(sriov->wait, sriov_preempted(sriov),
				   usecs_to_jiffies(left) + 1);
	}

	return 0;
}

/**
 * pci_iov_stop - say that a device is going to be removed
 * @dev: any device, before its driver is released
 *
 * Makes operations on a PF give up, so that device_lock() of it comes free.
 *
 * Context: pci_rescan_remove_lock held.
 */
void pci_iov_stop(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (!sriov || sriov->stopping)
		return;

	WRITE_ONCE(sriov->stopping, true);
	sriov_preempt_begin(sriov);
}

/**
 * pci_iov_stopped - take the VFs of a PF whose driver has gone
 * @dev: any device that is being removed, after its driver was released
 *
 * A driver may have left VFs enabled, and an operation may have given up when
 * pci_iov_stop() told it to.  VFs never outlive their PF.
 *
 * Context: takes device_lock() of @dev, so that no reset runs meanwhile; takes
 * pci_rescan_remove_lock, too, for those few callers that came without it.
 */
void pci_iov_stopped(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);
	bool held = pci_rescan_remove_held();

	if (!sriov)
		return;

	if (!held)
		pci_lock_rescan_remove();
	device_lock(&dev->dev);
	sriov_pf_disable(sriov);
	device_unlock(&dev->dev);
	if (!held)
		pci_unlock_rescan_remove();

	sriov_migration_cancel(sriov);
	sriov_settle_removed(sriov);
}

/**
 * pci_iov_attach_begin - say that a driver will be looked for
 * @dev: any device that is being added
 *
 * A driver that is being loaded may have found @dev first.  The caller then
 * waits for device_lock() of it, under pci_rescan_remove_lock, while the probe
 * may want to enable VFs; that fails with -EBUSY.
 *
 * Context: pci_rescan_remove_lock held until pci_iov_attach_end().
 */
void pci_iov_attach_begin(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (sriov)
		sriov_preempt_begin(sriov);
}

/**
 * pci_iov_attach_end - say that a driver has been looked for
 * @dev: the device of pci_iov_attach_begin()
 */
void pci_iov_attach_end(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (sriov)
		sriov_preempt_end(sriov);
}
