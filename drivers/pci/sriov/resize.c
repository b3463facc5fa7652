// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: VFs that come and go because an administrator says so
 *
 * NumVFs can change only while VF Enable is clear (PCIe r6.0, sec 9.3.3.7), so
 * the hardware is given as many VFs as there shall ever be, and the pci_devs of
 * some of them are left out.  A VF that stays is not touched.  One that comes is
 * reset before it is published, so that nothing is left of who had it before.
 *
 * Which VFs are left out: those from pci_sriov.published on, and those that were
 * taken offline by number.
 */
#include <linux/bitmap.h>
#include <linux/iommu.h>
#include <linux/pci-sriov.h>

#include "../pci.h"
#include "sriov.h"

static bool sriov_vf_is_there(struct pci_sriov *sriov, unsigned int vf_id)
{
	return READ_ONCE(sriov->slots[vf_id].vf);
}

/*
 * Xen says so itself.  For VFIO and its kind: a driver that leaves DMA to
 * somebody else, and somebody who has taken it.
 */
static bool sriov_vf_is_used(struct pci_dev *vf)
{
	struct iommu_group *group;
	bool used = false;

	if (pci_is_dev_assigned(vf))
		return true;

	group = iommu_group_get(&vf->dev);
	if (!group)
		return false;

	device_lock(&vf->dev);
	if (vf->driver && vf->driver->driver_managed_dma)
		used = iommu_group_dma_owner_claimed(group);
	device_unlock(&vf->dev);
	iommu_group_put(group);

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
	spin_lock(&sriov->lock);
	sriov->slots[vf_id].offline = offline;
	spin_unlock(&sriov->lock);
	sysfs_notify(&sriov->pf->dev.kobj, NULL, "sriov_vf_offline");
}

/* Let the PF driver delay, within bounds.  Return: 0 or as sriov_preempted(). */
static int sriov_vf_ask(struct pci_sriov *sriov, unsigned int vf_id)
{
	ktime_t limit = ktime_add_ms(ktime_get(), PCI_SRIOV_LEAVE_MS);
	ktime_t again;
	unsigned int ms;
	int rc = 0;

	while (!rc) {
		ms = sriov_ask_leaving(sriov, vf_id);
		again = ktime_add_ms(ktime_get(), ms);
		if (!ms || ktime_after(again, limit))
			return 0;
		rc = sriov_wait_until(sriov, again);
	}

	sriov_tell_staying(sriov, vf_id);
	return rc;
}

/* Return: 0, or as sriov_preempted(); the VF stays, without a driver, then. */
static int sriov_vf_take(struct pci_sriov *sriov, unsigned int vf_id)
{
	sriov_vf_unbind(sriov, vf_id);
	return sriov_unpopulate_one(sriov, vf_id, true) ?
		       0 : sriov_preempted(sriov);
}

static int sriov_vf_depart(struct pci_sriov *sriov, unsigned int vf_id)
{
	bool was_there = sriov_vf_is_there(sriov, vf_id);
	int rc;

	rc = sriov_vf_ask(sriov, vf_id);
	if (rc)
		return rc;

	/* no driver is bound from here on */
	sriov_vf_set_offline(sriov, vf_id, true);
	rc = sriov_vf_take(sriov, vf_id);
	if (rc) {
		sriov_vf_set_offline(sriov, vf_id, false);
		return rc;
	}

	if (was_there)
		sriov_tell_left(sriov, vf_id);
	return 0;
}

/* Ask the PF driver about all, or about none. */
static int sriov_vfs_ask(struct pci_sriov *sriov, unsigned int first,
			 unsigned int end)
{
	unsigned int vf_id, asked;
	int rc;

	for (vf_id = first; vf_id < end; vf_id++) {
		rc = sriov_ask_arriving(sriov, vf_id);
		if (!rc)
			continue;
		for (asked = first; asked < vf_id; asked++)
			sriov_tell_left(sriov, asked);
		return rc;
	}

	return 0;
}

/* Those that cannot be reset are not ready then, and that has been said. */
static int sriov_vfs_reset(struct pci_sriov *sriov, unsigned int first,
			   unsigned int end)
{
	unsigned long *vfs = bitmap_zalloc(sriov->nr_slots, GFP_KERNEL);
	int rc;

	if (!vfs)
		return -ENOMEM;

	bitmap_set(vfs, first, end - first);
	rc = sriov_flr(sriov, vfs);
	bitmap_free(vfs);
	return rc;
}

static int sriov_vfs_add(struct pci_sriov *sriov, unsigned int first,
			 unsigned int end)
{
	unsigned int vf_id;
	int rc;

	for (vf_id = first; vf_id < end; vf_id++) {
		if (sriov_vf_is_there(sriov, vf_id))
			continue;
		rc = sriov_populate_one(sriov, vf_id);
		if (rc)
			return rc;
	}

	return 0;
}

static void sriov_vf_welcome(struct pci_sriov *sriov, unsigned int vf_id)
{
	sriov_vf_set_offline(sriov, vf_id, false);
	if (!sriov_vf_is_there(sriov, vf_id)) {
		sriov_tell_left(sriov, vf_id);
		return;
	}

	if (READ_ONCE(sriov->policy.autoprobe))
		sriov_vf_bind(sriov, vf_id);
	sriov_tell_arrived(sriov, vf_id);
}

/*
 * Undo what could not be done to its end.  If this cannot be done either, because
 * somebody must not wait, VFs stay without a driver where none should be; the
 * next to come there is the same one.
 */
static void sriov_vfs_take_back(struct pci_sriov *sriov, unsigned int first,
				unsigned int end)
{
	unsigned int vf_id;

	for (vf_id = first; vf_id < end; vf_id++) {
		sriov_vf_set_offline(sriov, vf_id, true);
		sriov_vf_take(sriov, vf_id);
		sriov_tell_left(sriov, vf_id);
	}
}

/*
 * VFs from @first to before @end come: all, or none; but those that cannot be
 * reset or do not answer are named and left out, as when VFs are enabled.
 */
static int sriov_vfs_arrive(struct pci_sriov *sriov, unsigned int first,
			    unsigned int end)
{
	unsigned int vf_id;
	int rc;

	rc = sriov_vfs_ask(sriov, first, end);
	if (rc)
		return rc;

	rc = sriov_vfs_reset(sriov, first, end) ?:
	     sriov_vfs_add(sriov, first, end);
	if (rc) {
		sriov_vfs_take_back(sriov, first, end);
		return rc;
	}

	for (vf_id = first; vf_id < end; vf_id++)
		sriov_vf_welcome(sriov, vf_id);
	return 0;
}

static int sriov_grow(struct pci_sriov *sriov, unsigned int num_vfs)
{
	int rc = sriov_vfs_arrive(sriov, sriov->published, num_vfs);

	if (!rc)
		sriov_pf_announce(sriov, num_vfs, NULL, NULL);

	return rc;
}

/* The last one first, so that what is left is right if it has to give up. */
static int sriov_shrink(struct pci_sriov *sriov, unsigned int num_vfs)
{
	unsigned int left = sriov->published, vf_id;
	int rc = 0;

	for (vf_id = num_vfs; vf_id < left; vf_id++) {
		rc = sriov_vf_check_unused(sriov, vf_id);
		if (rc)
			return rc;
	}

	while (left > num_vfs && !rc) {
		rc = sriov_vf_depart(sriov, left - 1);
		if (!rc)
			left--;
	}
	if (left != sriov->published)
		sriov_pf_announce(sriov, left, NULL, NULL);

	return rc;
}

/**
 * sriov_resize - have more or fewer VFs
 * @sriov: the PF
 * @num_vfs: how many, at least 1 and at most pci_num_vf()
 *
 * Context: not within an operation.
 * Return: 0; -EBUSY if a VF that would go is in use, which has been said, or as
 * sriov_preempted(); -EINVAL if VFs have gone meanwhile; -ENOMEM; what the PF
 * driver says; or as sriov_vf_add().  VFs that stay are not touched in any case.
 */
int sriov_resize(struct pci_sriov *sriov, unsigned int num_vfs)
{
	int rc = 0;

	sriov_op_begin(sriov);
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
 * Context: not within an operation.
 * Return: 0, also if it is so already; -EINVAL if there is no such VF, or VFs
 * migrate; or as sriov_resize().
 */
int sriov_set_online(struct pci_sriov *sriov, unsigned int vf_id, bool online)
{
	int rc;

	sriov_op_begin(sriov);
	if (sriov->phase != SRIOV_ON || vf_id >= sriov->published ||
	    sriov_migration_ctrl(sriov))
		rc = -EINVAL;
	else if (online)
		rc = sriov_one_online(sriov, vf_id);
	else
		rc = sriov_one_offline(sriov, vf_id);
	sriov_op_end(sriov);

	return rc;
}

/**
 * sriov_vf_may_bind - may a driver be bound to a VF?
 * @sriov: the PF
 * @vf_id: number of the VF
 *
 * Return: false if it is being taken offline.
 */
bool sriov_vf_may_bind(struct pci_sriov *sriov, unsigned int vf_id)
{
	bool may;

	spin_lock(&sriov->lock);
	may = vf_id >= sriov->nr_slots || !sriov->slots[vf_id].offline;
	spin_unlock(&sriov->lock);

	return may;
}
