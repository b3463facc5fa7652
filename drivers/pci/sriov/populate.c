// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: from a PF with VF Enable set to VFs with drivers, and back
 *
 * In both directions the rescan lock is taken for one VF at a time, and VF
 * drivers come and go without it.
 */
#include <linux/slab.h>

#include "../pci.h"
#include "sriov.h"

/**
 * sriov_slots_alloc - make a slot for each VF
 * @sriov: the PF
 * @num_vfs: how many VFs
 *
 * Return: 0 or -ENOMEM.
 */
int sriov_slots_alloc(struct pci_sriov *sriov, unsigned int num_vfs)
{
	struct sriov_slot *slots = kvcalloc(num_vfs, sizeof(*slots), GFP_KERNEL);

	if (!slots)
		return -ENOMEM;

	spin_lock(&sriov->lock);
	sriov->slots = slots;
	sriov->nr_slots = num_vfs;
	spin_unlock(&sriov->lock);

	return 0;
}

/**
 * sriov_slots_free - undo sriov_slots_alloc()
 * @sriov: the PF; all slots are empty
 */
void sriov_slots_free(struct pci_sriov *sriov)
{
	struct sriov_slot *slots;

	spin_lock(&sriov->lock);
	slots = sriov->slots;
	sriov->slots = NULL;
	sriov->nr_slots = 0;
	spin_unlock(&sriov->lock);

	kvfree(slots);
}

/* From the first VF that answers */
static void sriov_populate_learn(struct pci_sriov *sriov, unsigned int num_vfs)
{
	unsigned int vf_id;

	for (vf_id = 0; vf_id < num_vfs; vf_id++) {
		if (sriov->slots[vf_id].silent ||
		    !sriov_migration_is_active(sriov, vf_id))
			continue;
		sriov_common_read(sriov, sriov_vf_bus(sriov, vf_id),
				  sriov_vf_rid(sriov, vf_id) & 0xff);
		return;
	}
}

/**
 * sriov_populate_wait - wait until VFs are ready
 * @sriov: the PF, VF Enable set, VFs may be accessed
 * @num_vfs: how many of them
 *
 * Reads what they have in common, too.
 *
 * Return: 0, -ENOMEM, or as sriov_settle_vfs().
 */
int sriov_populate_wait(struct pci_sriov *sriov, unsigned int num_vfs)
{
	int rc;

	sriov_common_forget(sriov);

	rc = sriov_buses_get(sriov, 0, num_vfs);
	if (rc)
		goto put;

	rc = sriov_settle_vfs(sriov, 0, num_vfs, sriov->enabled_at);
	if (rc)
		goto put;

	sriov_populate_learn(sriov, num_vfs);
	sriov_rtr_learn(sriov, num_vfs);
put:
	sriov_buses_put(sriov);
	return rc;
}

/**
 * sriov_populate_one - add a VF
 * @sriov: the PF
 * @vf_id: number of the VF
 *
 * Return: 0, or as sriov_vf_add() or sriov_rescan_enter().
 */
int sriov_populate_one(struct pci_sriov *sriov, unsigned int vf_id)
{
	int rc;

	rc = sriov_rescan_enter(sriov);
	if (rc)
		return rc;
	rc = sriov_vf_add(sriov, vf_id);
	sriov_rescan_exit(sriov);

	return rc;
}

/**
 * sriov_populate - add VFs, and look for their drivers
 * @sriov: the PF
 * @num_vfs: how many; 0 on a platform that announces VFs itself (no_vf_scan) and
 *	fills the slots through pci_iov_sysfs_link()
 *
 * VFs that VF Migration has yet to bring are left out.
 *
 * Return: 0, or as sriov_vf_add() or sriov_preempted(); VFs may have been added
 * then.
 */
int sriov_populate(struct pci_sriov *sriov, unsigned int num_vfs)
{
	unsigned int vf_id;
	int rc;

	for (vf_id = 0; vf_id < num_vfs; vf_id++) {
		if (!sriov_migration_is_active(sriov, vf_id))
			continue;
		rc = sriov_populate_one(sriov, vf_id);
		if (rc)
			return rc;
	}

	return READ_ONCE(sriov->policy.autoprobe) ? sriov_bind_all(sriov) : 0;
}

/**
 * sriov_unpopulate_one - remove a VF
 * @sriov: the PF
 * @vf_id: number of the VF, which has no driver; an empty slot is left alone
 * @bus: if its bus is empty then, remove that, too
 *
 * Return: 0, or as sriov_rescan_enter(); the VF is still there then.
 */
int sriov_unpopulate_one(struct pci_sriov *sriov, unsigned int vf_id, bool bus)
{
	struct pci_dev *vf = sriov_slot_get(sriov, vf_id);
	int rc;

	if (!vf)
		return 0;

	rc = sriov_rescan_enter(sriov);
	if (!rc) {
		sriov_vf_remove(sriov, vf, vf_id);
		if (bus)
			sriov_bus_remove_empty(sriov);
		sriov_rescan_exit(sriov);
	}
	pci_dev_put(vf);
	return rc;
}

/* VFs that pci_iov_add_virtfn() has added to slots that had been empty */
static void sriov_unpopulate_rest(struct pci_sriov *sriov)
{
	struct pci_dev *vf;
	unsigned int vf_id;

	for (vf_id = 0; vf_id < sriov->nr_slots; vf_id++) {
		vf = sriov_slot_get(sriov, vf_id);
		if (!vf)
			continue;
		sriov_vf_remove(sriov, vf, vf_id);
		pci_dev_put(vf);
	}

	sriov_bus_remove_empty(sriov);
}

/**
 * sriov_unpopulate - release the VFs' drivers and remove the VFs
 * @sriov: the PF, in SRIOV_DISABLING
 *
 * Return: 0, or as sriov_rescan_enter(); VFs may be left then, without drivers.
 */
int sriov_unpopulate(struct pci_sriov *sriov)
{
	unsigned int vf_id;
	int rc;

	for (vf_id = 0; vf_id < sriov->nr_slots; vf_id++)
		sriov_vf_unbind(sriov, vf_id);

	for (vf_id = 0; vf_id < sriov->nr_slots; vf_id++) {
		rc = sriov_unpopulate_one(sriov, vf_id, false);
		if (rc)
			return rc;
	}

	rc = sriov_rescan_enter(sriov);
	if (rc)
		return rc;
	sriov_unpopulate_rest(sriov);
	sriov_rescan_exit(sriov);
	return 0;
}
