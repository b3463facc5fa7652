// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: adding and removing single VFs for an administrator
 *
 * Floor: 10
 *
 * NumVFs can change only while VF Enable is clear (PCIe r6.0, sec 9.3.3.7), so
 * the hardware is given as many VFs as will be needed, and some of them have no
 * pci_dev.  A VF that stays is not touched.
 *
 * A VF that leaves is reset while it still is a pci_dev: that ends its DMA, which
 * VF Enable does not end here, and leaves nothing for its next user.  One that
 * arrives has been reset so, or not been used since VF Enable; otherwise it is
 * reset before a driver may be bound.
 *
 * Absent are the VFs from pci_sriov.published on, and those that were taken
 * offline by number.
 */
#include <linux/bitmap.h>
#include <linux/pci-sriov.h>

#include "../pci.h"
#include "sriov.h"

static bool sriov_vf_exists(struct pci_sriov *sriov, unsigned int vf_id)
{
	return READ_ONCE(sriov->slots[vf_id].vf);
}

/*
 * Xen marks a VF that is assigned.  VFIO and the like are drivers that leave DMA
 * to their user, and enable a device while a user has it.
 */
static bool sriov_vf_is_used(struct pci_dev *vf)
{
	bool used;

	if (pci_is_dev_assigned(vf))
		return true;

	device_lock(&vf->dev);
	used = vf->driver && vf->driver->driver_managed_dma &&
	       pci_is_enabled(vf);
	device_unlock(&vf->dev);

	return used;
}

static int sriov_vf_check_unused(struct pci_sriov *sriov, unsigned int vf_id)
{
	struct pci_dev *vf = sriov_slot_get(sriov, vf_id);
	bool used = vf && sriov_vf_is_used(vf);

	if (used)
		pci_err(sriov->pf, "VF %u (%s) is in use\n", vf_id,
			pci_name(vf));
	pci_dev_put(vf);

	return used ? -EBUSY : 0;
}

static void sriov_vf_set_offline(struct pci_sriov *sriov, unsigned int vf_id,
				 bool offline)
{
	sriov_slot_set_offline(sriov, vf_id, offline);
	sysfs_notify(&sriov->pf->dev.kobj, NULL, "sriov_vf_offline");
}

/*
 * Sleep until @when, unless there is a signal, or the system is about to sleep:
 * nothing has been done yet, and the system call is made again.
 */
static int sriov_vf_delay(struct pci_sriov *sriov, ktime_t when)
{
	s64 left;
	int rc;

	while ((left = ktime_us_delta(when, ktime_get())) > 0) {
		rc = sriov_preempted(sriov);
		if (rc)
			return rc;
		rc = wait_event_interruptible_timeout(sriov->wait,
						      sriov_preempted(sriov),
						      usecs_to_jiffies(left) + 1);
		if (rc < 0)
			return rc;
	}

	return 0;
}

/* Let the PF driver delay, within bounds.  Return: 0 or as sriov_vf_delay(). */
static int sriov_vf_query(struct pci_sriov *sriov, unsigned int vf_id)
{
	ktime_t limit = ktime_add_ms(ktime_get(), PCI_SRIOV_LEAVE_MS);
	ktime_t again;
	unsigned int ms;
	int rc = 0;

	while (!rc) {
		ms = sriov_notify_leaving(sriov, vf_id);
		if (!ms || !ktime_before(ktime_get(), limit))
			return 0;
		again = ktime_add_ms(ktime_get(), ms);
		rc = sriov_vf_delay(sriov, min(again, limit));
	}

	sriov_notify_staying(sriov, vf_id);
	return rc;
}

/* Return: 0, or as sriov_preempted(); the VF stays, without a driver, then. */
static int sriov_vf_depart(struct pci_sriov *sriov, unsigned int vf_id)
{
	bool was_there = sriov_vf_exists(sriov, vf_id);
	int rc;

	rc = sriov_vf_query(sriov, vf_id);
	if (rc)
		return rc;

	/* no driver is bound from here on */
	sriov_vf_set_offline(sriov, vf_id, true);
	sriov_vf_unbind(sriov, vf_id);
	sriov_vf_reset(sriov, vf_id);
	rc = sriov_unpopulate_one(sriov, vf_id, true);
	if (rc) {
		sriov_vf_set_offline(sriov, vf_id, false);
		return rc;
	}

	if (was_there)
		sriov_notify_left(sriov, vf_id);
	return 0;
}

/* Query the PF driver about all; if it refuses one, undo the others. */
static int sriov_vfs_query(struct pci_sriov *sriov, unsigned int first,
			   unsigned int end)
{
	unsigned int vf_id, queried;
	int rc;

	for (vf_id = first; vf_id < end; vf_id++) {
		rc = sriov_notify_arriving(sriov, vf_id);
		if (!rc)
			continue;
		for (queried = first; queried < vf_id; queried++)
			sriov_notify_left(sriov, queried);
		return rc;
	}

	return 0;
}

/*
 * Prepare VFs for use: without drivers, and reset if they are dirty.  A VF that
 * still exists, because it could not be removed, may have been bound since.  VFs
 * that do not answer are prepared like the others.
 */
static int sriov_vfs_prepare(struct pci_sriov *sriov, unsigned int first,
			     unsigned int end, unsigned long *reset)
{
	unsigned int vf_id;
	int rc;

	for (vf_id = first; vf_id < end; vf_id++) {
		sriov_vf_unbind(sriov, vf_id);
		if (sriov->slots[vf_id].dirty)
			__set_bit(vf_id, reset);
	}

	rc = sriov_buses_get(sriov, first, end);
	if (!rc)
		rc = sriov_ready_wait(sriov, first, end, ktime_get());
	sriov_buses_put(sriov);
	if (rc && rc != -EIO)
		return rc;

	for (vf_id = first; vf_id < end; vf_id++) {
		if (sriov_vf_exists(sriov, vf_id))
			continue;
		rc = sriov_populate_one(sriov, vf_id);
		if (rc)
			return rc;
	}

	return bitmap_empty(reset, sriov->nr_slots) ?
		       0 : sriov_vfs_reset(sriov, reset);
}

/*
 * Roll back.  If that is preempted, too, VFs without a driver remain; the next
 * grow reuses them.
 */
static void sriov_vfs_take_back(struct pci_sriov *sriov, unsigned int first,
				unsigned int end)
{
	unsigned int vf_id;

	for (vf_id = first; vf_id < end; vf_id++) {
		sriov_unpopulate_one(sriov, vf_id, true);
		sriov_notify_left(sriov, vf_id);
	}
}

/* Return: 0, or -EIO if none of the VFs can be used. */
static int sriov_vfs_put_online(struct pci_sriov *sriov, unsigned int first,
				unsigned int end, const unsigned long *reset)
{
	unsigned int vf_id, arrived = 0;

	for (vf_id = first; vf_id < end; vf_id++) {
		if (test_bit(vf_id, reset) && sriov->slots[vf_id].dirty) {
			sriov_vfs_take_back(sriov, vf_id, vf_id + 1);
			continue;
		}
		sriov_slot_set_dirty(sriov, vf_id, true);
		sriov_vf_set_offline(sriov, vf_id, false);
		if (READ_ONCE(sriov->policy.autoprobe))
			sriov_vf_bind(sriov, vf_id);
		sriov_notify_arrived(sriov, vf_id);
		arrived++;
	}

	return arrived ? 0 : -EIO;
}

/*
 * Bring VFs from @first to before @end: all, or none; but those that have to be
 * reset and cannot be are named, and stay offline.
 */
static int sriov_vfs_arrive(struct pci_sriov *sriov, unsigned int first,
			    unsigned int end)
{
	unsigned long *reset;
	unsigned int vf_id;
	int rc;

	reset = bitmap_zalloc(sriov->nr_slots, GFP_KERNEL);
	if (!reset)
		return -ENOMEM;

	rc = sriov_vfs_query(sriov, first, end);
	if (rc)
		goto free;

	for (vf_id = first; vf_id < end; vf_id++)
		sriov_vf_set_offline(sriov, vf_id, true);

	rc = sriov_vfs_prepare(sriov, first, end, reset);
	if (rc)
		sriov_vfs_take_back(sriov, first, end);
	else
		rc = sriov_vfs_put_online(sriov, first, end, reset);
free:
	bitmap_free(reset);
	return rc;
}

static int sriov_grow(struct pci_sriov *sriov, unsigned int num_vfs)
{
	unsigned int before = sriov->published;
	int rc;

	sriov_publish(sriov, num_vfs);
	rc = sriov_vfs_arrive(sriov, before, num_vfs);
	if (rc)
		sriov_publish(sriov, before);

	return rc;
}

/* The last one first, so that the number is right if it has to give up. */
static int sriov_shrink(struct pci_sriov *sriov, unsigned int num_vfs)
{
	unsigned int left = sriov->published, vf_id;
	int rc = 0;

	if (num_vfs == left)
		return 0;

	for (vf_id = num_vfs; vf_id < left; vf_id++) {
		rc = sriov_vf_check_unused(sriov, vf_id);
		if (rc)
			return rc;
	}

	sriov_publish(sriov, num_vfs);
	while (left > num_vfs && !rc) {
		rc = sriov_vf_depart(sriov, left - 1);
		if (!rc)
			left--;
	}
	if (rc)
		sriov_publish(sriov, left);

	return rc;
}

/**
 * sriov_may_lack_vfs - may VFs be absent while VF Enable is set?
 * @sriov: the PF
 *
 * Most PF drivers take it that all VFs that they enabled have a pci_dev, in order.
 * One that does not sets sriov_sparse_vfs, or has called pci_sriov_set_vf_ops().
 *
 * Context: device_lock() of the PF held.
 * Return: true if they may, else the reason is logged.
 */
bool sriov_may_lack_vfs(struct pci_sriov *sriov)
{
	struct pci_dev *pf = sriov->pf;

	device_lock_assert(&pf->dev);

	if (pf->no_vf_scan) {
		pci_warn(pf, "the platform decides which VFs there are\n");
		return false;
	}

	if (sriov->policy.vf_ops)
		return true;

	if (!pf->driver) {
		pci_warn(pf, "no driver bound to device; VFs cannot be absent\n");
		return false;
	}

	if (pf->driver->sriov_sparse_vfs)
		return true;

	pci_warn(pf, "driver %s does not support absent VFs (sriov_hw_numvfs, sriov_vf_offline)\n",
		 pf->driver->name);
	return false;
}

/**
 * sriov_resize - add or remove VFs at the end
 * @sriov: the PF
 * @num_vfs: how many, at least 1 and at most pci_num_vf()
 *
 * Context: not within an operation.
 * Return: 0; -EBUSY if a VF that would be removed is in use (already logged), or
 * as sriov_preempted(); -EINVAL if VFs have been disabled meanwhile; -ENOMEM; -EIO
 * if none of the VFs that would be added can be used; -ERESTARTSYS; an error of
 * the PF driver; or as sriov_vf_add().  VFs that stay are not touched in any case.
 */
int sriov_resize(struct pci_sriov *sriov, unsigned int num_vfs)
{
	int rc = 0;

	sriov_pf_begin(sriov);
	if (sriov->phase != SRIOV_ON || num_vfs > sriov->nr_slots)
		rc = -EINVAL;
	else if (num_vfs > sriov->published)
		rc = sriov_grow(sriov, num_vfs);
	else
		rc = sriov_shrink(sriov, num_vfs);
	sriov_op_end(sriov);

	return rc;
}

static int sriov_one_online(struct pci_sriov *sriov, unsigned int vf_id)
{
	if (!sriov->slots[vf_id].offline)
		return 0;

	return sriov_vfs_arrive(sriov, vf_id, vf_id + 1);
}

static int sriov_one_offline(struct pci_sriov *sriov, unsigned int vf_id)
{
	int rc;

	if (sriov->slots[vf_id].offline)
		return 0;

	rc = sriov_vf_check_unused(sriov, vf_id);
	return rc ?: sriov_vf_depart(sriov, vf_id);
}

/**
 * sriov_set_online - take one VF offline or bring it online again
 * @sriov: the PF
 * @vf_id: number of the VF
 * @online: which of them
 *
 * Context: device_lock() of the PF held, not within an operation.
 * Return: 0, also if it is so already; -EINVAL if there is no such VF, or VFs
 * migrate; -EOPNOTSUPP if VFs may not be absent (already logged); or as
 * sriov_resize().
 */
int sriov_set_online(struct pci_sriov *sriov, unsigned int vf_id, bool online)
{
	int rc;

	device_lock_assert(&sriov->pf->dev);

	sriov_pf_begin(sriov);
	if (sriov->phase != SRIOV_ON || vf_id >= sriov->published ||
	    sriov_migration_is_used(sriov))
		rc = -EINVAL;
	else if (online)
		rc = sriov_one_online(sriov, vf_id);
	else if (!sriov_may_lack_vfs(sriov))
		rc = -EOPNOTSUPP;
	else
		rc = sriov_one_offline(sriov, vf_id);
	sriov_op_end(sriov);

	return rc;
}
