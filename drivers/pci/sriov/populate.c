// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: adding the VFs of a PF with VF Enable set, and removing them
 *
 * Floor: 6
 *
 * In both directions pci_rescan_remove_lock is taken for one VF at a time.  VF
 * drivers are bound and unbound without it, see bind.c.
 */
#include "../pci.h"
#include "sriov.h"

/* From the first VF that answers */
static void sriov_populate_learn(struct pci_sriov *sriov, unsigned int num_vfs)
{
	unsigned int vf_id;

	for (vf_id = 0; vf_id < num_vfs; vf_id++) {
		if (sriov->slots[vf_id].silent || sriov->slots[vf_id].inactive)
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
 * Return: 0, -ENOMEM, or as sriov_ready_wait().
 */
int sriov_populate_wait(struct pci_sriov *sriov, unsigned int num_vfs)
{
	int rc;

	lockdep_assert_held(&sriov->op_lock);

	sriov_common_forget(sriov);

	rc = sriov_buses_get(sriov, 0, num_vfs);
	if (rc)
		goto put;

	rc = sriov_ready_wait(sriov, 0, num_vfs, sriov->enabled_at);
	if (rc)
		goto put;

	sriov_populate_learn(sriov, num_vfs);
	sriov_ready_learn(sriov, num_vfs);
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
 * sriov_populate - add VFs, without drivers
 * @sriov: the PF
 * @num_vfs: how many; 0 on a platform that announces VFs itself (no_vf_scan) and
 *	fills the slots through pci_iov_sysfs_link()
 *
 * VFs that VF Migration has yet to bring are left out.
 *
 * Return: 0, or as sriov_vf_add() or sriov_rescan_enter(); VFs may have been
 * added then.
 */
int sriov_populate(struct pci_sriov *sriov, unsigned int num_vfs)
{
	unsigned int vf_id;
	int rc;

	for (vf_id = 0; vf_id < num_vfs; vf_id++) {
		if (sriov->slots[vf_id].inactive)
			continue;
		rc = sriov_populate_one(sriov, vf_id);
		if (rc)
			return rc;
	}

	return 0;
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

/**
 * sriov_unpopulate - remove the VFs
 * @sriov: the PF; no VF has a driver, and none gets one
 *
 * The second pass, under one hold of the lock, finds VFs that
 * pci_iov_add_virtfn() has meanwhile added to slots that were empty.
 *
 * Return: 0, or as sriov_rescan_enter(); VFs may be left then.
 */
int sriov_unpopulate(struct pci_sriov *sriov)
{
	struct pci_dev *vf;
	unsigned int vf_id;
	int rc;

	lockdep_assert_held(&sriov->op_lock);

	for (vf_id = 0; vf_id < sriov->nr_slots; vf_id++) {
		rc = sriov_unpopulate_one(sriov, vf_id, false);
		if (rc)
			return rc;
	}

	rc = sriov_rescan_enter(sriov);
	if (rc)
		return rc;

	for (vf_id = 0; vf_id < sriov->nr_slots; vf_id++) {
		vf = sriov_slot_get(sriov, vf_id);
		if (!vf)
			continue;
		sriov_vf_remove(sriov, vf, vf_id);
		pci_dev_put(vf);
	}
	sriov_bus_remove_empty(sriov);
	sriov_rescan_exit(sriov);
	return 0;
}
