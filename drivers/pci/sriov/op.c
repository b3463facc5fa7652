// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: one operation at a time, and how it gets along with removal
 *
 * Floor: 0
 *
 * An operation (enable or disable) runs under op_lock, mostly called by the PF
 * driver under device_lock(pf), and needs pci_rescan_remove_lock to add and
 * remove devices.  Removal of the PF holds pci_rescan_remove_lock and waits for
 * device_lock(pf), and the driver's remove() then needs op_lock.  One of the two
 * must give way, and it is the operation: see struct pci_sriov.
 */
#include "../pci.h"
#include "sriov.h"

/**
 * sriov_preempt_begin - make operations on a PF give up
 * @sriov: the PF, for which the caller is going to wait
 *
 * Context: pci_rescan_remove_lock held, until sriov_preempt_end() and longer.
 */
void sriov_preempt_begin(struct pci_sriov *sriov)
{
	atomic_inc(&sriov->preempt);
	wake_up_all(&sriov->wait);
	pci_rescan_remove_kick();
}

/**
 * sriov_preempt_end - undo sriov_preempt_begin()
 * @sriov: the PF
 *
 * Return: true if an operation has given up meanwhile, or is on its way out, and
 * leaves, or may leave, the PF in SRIOV_DISABLING.
 */
bool sriov_preempt_end(struct pci_sriov *sriov)
{
	bool cut_short;

	spin_lock(&sriov->lock);
	atomic_dec(&sriov->preempt);
	cut_short = sriov->gave_up ||
		    READ_ONCE(sriov->phase) == SRIOV_DISABLING;
	spin_unlock(&sriov->lock);

	return cut_short;
}

/**
 * sriov_task_begin - this task runs for an operation, which waits for it
 * @sriov: the PF
 * @task: where that is recorded until sriov_task_end()
 */
void sriov_task_begin(struct pci_sriov *sriov, struct sriov_task *task)
{
	task->task = current;
	spin_lock(&sriov->lock);
	list_add(&task->node, &sriov->tasks);
	spin_unlock(&sriov->lock);
}

/**
 * sriov_task_end - undo sriov_task_begin()
 * @sriov: the PF
 * @task: as there
 */
void sriov_task_end(struct pci_sriov *sriov, struct sriov_task *task)
{
	spin_lock(&sriov->lock);
	list_del(&task->node);
	spin_unlock(&sriov->lock);
}

/**
 * sriov_op_waits_for_me - does the operation on a PF wait for this task?
 * @sriov: the PF
 *
 * So it is in a callback of the PF driver, or in a VF driver, that the operation has
 * called.  It would wait forever for the end of that operation.
 *
 * Return: true if it does.
 */
bool sriov_op_waits_for_me(struct pci_sriov *sriov)
{
	struct sriov_task *task;
	bool waits = false;

	spin_lock(&sriov->lock);
	list_for_each_entry(task, &sriov->tasks, node)
		waits |= task->task == current;
	spin_unlock(&sriov->lock);

	return waits;
}

/**
 * sriov_op_begin - begin an operation on a PF
 * @sriov: the PF
 *
 * Waits until no other operation runs; if the caller holds
 * pci_rescan_remove_lock, the other one is made to give up first, and the caller
 * finishes what it left, see sriov_pf_begin().
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
	sriov_task_begin(sriov, &sriov->owner);
}

/**
 * sriov_op_end - end an operation
 * @sriov: the PF
 */
void sriov_op_end(struct pci_sriov *sriov)
{
	sriov_task_end(sriov, &sriov->owner);
	/* sriov_preempt_end() sees this, or the phase, as the operation left it */
	spin_lock(&sriov->lock);
	WRITE_ONCE(sriov->gave_up, 0);
	spin_unlock(&sriov->lock);
	mutex_unlock(&sriov->op_lock);
}

/**
 * sriov_preempted - must this operation give up?
 * @sriov: the PF
 *
 * An operation whose caller holds pci_rescan_remove_lock never has to: no other
 * task can hold it.  The decision is final: once it was made, every
 * call returns it until the operation ends, even if the task that waited for the PF
 * has continued by then.
 *
 * Context: within an operation, also in a work that it waits for.
 * Return: 0 if not, -ENODEV if the PF is being removed, else -EBUSY.
 */
int sriov_preempted(struct pci_sriov *sriov)
{
	int rc;

	if (sriov->nested)
		return 0;
	if (!READ_ONCE(sriov->gave_up) && !atomic_read(&sriov->preempt))
		return 0;

	spin_lock(&sriov->lock);
	if (!sriov->gave_up && atomic_read(&sriov->preempt))
		WRITE_ONCE(sriov->gave_up,
			   READ_ONCE(sriov->stopping) ? -ENODEV : -EBUSY);
	rc = sriov->gave_up;
	spin_unlock(&sriov->lock);

	return rc;
}

/**
 * sriov_rescan_enter - be allowed to add and remove devices
 * @sriov: the PF
 *
 * Context: within an operation.
 * Return: 0 with the lock held until sriov_rescan_exit(), or as
 * sriov_preempted() without it; never 0 then.
 */
int sriov_rescan_enter(struct pci_sriov *sriov)
{
	int rc;

	lockdep_assert_held(&sriov->op_lock);

	if (sriov->nested)
		return 0;

	while (!(rc = sriov_preempted(sriov)))
		if (pci_lock_rescan_remove_unless(&sriov->preempt))
			return 0;

	return rc;
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
 * sriov_wait_until - sleep until a time, or until the operation must give up
 * @sriov: the PF
 * @when: when to wake up, ktime_get()
 *
 * High-resolution timers end the sleep: at HZ=250 a sleep of 100 ms that is
 * counted in jiffies takes up to 108 ms.
 *
 * Context: within an operation.  Holds no global lock unless the caller does.
 * Return: 0 if that time has come, or as sriov_preempted().
 */
int sriov_wait_until(struct pci_sriov *sriov, ktime_t when)
{
	ktime_t left;
	int rc;

	while ((left = ktime_sub(when, ktime_get())) > 0) {
		rc = sriov_preempted(sriov);
		if (rc)
			return rc;
		wait_event_hrtimeout(sriov->wait, sriov_preempted(sriov), left);
	}

	return 0;
}

/**
 * sriov_sleep_until - sleep until a time
 * @when: when to wake up, ktime_get()
 *
 * For waits outside of operations, which cannot be cut short.
 *
 * Context: process context.
 */
void sriov_sleep_until(ktime_t when)
{
	while (ktime_before(ktime_get(), when)) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule_hrtimeout(&when, HRTIMER_MODE_ABS);
	}
}
