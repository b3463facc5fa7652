// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: the slots of a PF's VFs
 *
 * Floor: 0
 *
 * A slot exists for each VF that hardware was given, from before VF Enable is
 * set until after it is cleared.  It holds the VF's pci_dev, with a reference,
 * while one exists, and what the core has recorded about the VF.
 */
#include <linux/bitops.h>
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

/**
 * sriov_slots_refuse_drivers - permit no new driver for any VF
 * @sriov: the PF, whose VFs will be removed
 *
 * Context: within an operation.
 */
void sriov_slots_refuse_drivers(struct pci_sriov *sriov)
{
	unsigned int vf_id;

	lockdep_assert_held(&sriov->op_lock);

	spin_lock(&sriov->lock);
	for (vf_id = 0; vf_id < sriov->nr_slots; vf_id++)
		sriov->slots[vf_id].no_driver = true;
	spin_unlock(&sriov->lock);
}

/**
 * sriov_slots_list - list the VFs that are offline, or online
 * @sriov: the PF
 * @offline: which of them
 * @vfs: out: a bit for each VF; TotalVFs bits, all clear
 *
 * Only the VFs that users see are listed.
 */
void sriov_slots_list(struct pci_sriov *sriov, bool offline, unsigned long *vfs)
{
	unsigned int vf_id;

	spin_lock(&sriov->lock);
	for (vf_id = 0; vf_id < min(sriov->nr_slots, sriov->published); vf_id++)
		if (sriov->slots[vf_id].offline == offline)
			__set_bit(vf_id, vfs);
	spin_unlock(&sriov->lock);
}

/**
 * sriov_slot_get - the VF in a slot
 * @sriov: the PF
 * @vf_id: number of the VF
 *
 * Context: process context.
 * Return: the VF, with a reference that the caller gives back, or NULL.
 */
struct pci_dev *sriov_slot_get(struct pci_sriov *sriov, unsigned int vf_id)
{
	struct pci_dev *vf = NULL;

	spin_lock(&sriov->lock);
	if (vf_id < sriov->nr_slots)
		vf = pci_dev_get(sriov->slots[vf_id].vf);
	spin_unlock(&sriov->lock);

	return vf;
}

/**
 * sriov_slot_fill - put a VF into its slot
 * @sriov: the PF
 * @vf_id: number of the VF
 * @vf: the VF; the slot takes a reference to it
 *
 * A VF that the platform announced, and Linux has not enabled, has no slot.
 *
 * Context: pci_rescan_remove_lock held.
 * Return: 0, -EEXIST if the slot is not empty, or -EINVAL if there is no slot.
 */
int sriov_slot_fill(struct pci_sriov *sriov, unsigned int vf_id,
		    struct pci_dev *vf)
{
	int rc = 0;

	spin_lock(&sriov->lock);
	if (vf_id >= sriov->nr_slots) {
		rc = sriov->pf->no_vf_scan ? 0 : -EINVAL;
	} else if (sriov->slots[vf_id].vf) {
		rc = -EEXIST;
	} else {
		sriov->slots[vf_id].vf = pci_dev_get(vf);
		sriov->slots[vf_id].dirty = true;
	}
	spin_unlock(&sriov->lock);

	return rc;
}

/**
 * sriov_slot_clear - undo sriov_slot_fill()
 * @sriov: the PF
 * @vf_id: number of the VF
 * @vf: the VF; nothing happens if it is not in the slot
 *
 * Context: pci_rescan_remove_lock held.
 */
void sriov_slot_clear(struct pci_sriov *sriov, unsigned int vf_id,
		      struct pci_dev *vf)
{
	bool was_there = false;

	spin_lock(&sriov->lock);
	if (vf_id < sriov->nr_slots && sriov->slots[vf_id].vf == vf) {
		sriov->slots[vf_id].vf = NULL;
		was_there = true;
	}
	spin_unlock(&sriov->lock);

	if (was_there)
		pci_dev_put(vf);
}

/* The setters of the other fields of struct sriov_slot */
void sriov_slot_set_silent(struct pci_sriov *sriov, unsigned int vf_id,
			   bool silent)
{
	spin_lock(&sriov->lock);
	if (vf_id < sriov->nr_slots)
		sriov->slots[vf_id].silent = silent;
	spin_unlock(&sriov->lock);
}

void sriov_slot_set_inactive(struct pci_sriov *sriov, unsigned int vf_id)
{
	spin_lock(&sriov->lock);
	sriov->slots[vf_id].inactive = true;
	spin_unlock(&sriov->lock);
}

void sriov_slot_set_offline(struct pci_sriov *sriov, unsigned int vf_id,
			    bool offline)
{
	spin_lock(&sriov->lock);
	sriov->slots[vf_id].offline = offline;
	sriov->slots[vf_id].no_driver = offline;
	spin_unlock(&sriov->lock);
}

void sriov_slot_set_no_driver(struct pci_sriov *sriov, unsigned int vf_id,
			      bool no_driver)
{
	spin_lock(&sriov->lock);
	sriov->slots[vf_id].no_driver = no_driver;
	spin_unlock(&sriov->lock);
}

void sriov_slot_set_dirty(struct pci_sriov *sriov, unsigned int vf_id,
			  bool dirty)
{
	spin_lock(&sriov->lock);
	sriov->slots[vf_id].dirty = dirty;
	spin_unlock(&sriov->lock);
}

/**
 * sriov_slot_is_silent - did the VF of a slot not answer when it was added?
 * @sriov: the PF
 * @vf_id: number of the VF
 *
 * Return: true if it did not, and has not answered since.
 */
bool sriov_slot_is_silent(struct pci_sriov *sriov, unsigned int vf_id)
{
	bool silent;

	spin_lock(&sriov->lock);
	silent = vf_id < sriov->nr_slots && sriov->slots[vf_id].silent;
	spin_unlock(&sriov->lock);

	return silent;
}

/**
 * sriov_slot_allows_driver - may a driver be bound to the VF of a slot?
 * @sriov: the PF
 * @vf_id: number of the VF
 *
 * Return: false while the VF is being removed, or has yet to be reset; true for a
 * VF without a slot.
 */
bool sriov_slot_allows_driver(struct pci_sriov *sriov, unsigned int vf_id)
{
	bool allows;

	spin_lock(&sriov->lock);
	allows = vf_id >= sriov->nr_slots || !sriov->slots[vf_id].no_driver;
	spin_unlock(&sriov->lock);

	return allows;
}
