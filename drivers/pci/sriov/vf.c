// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: making and unmaking one VF
 *
 * Floor: 4
 *
 * A VF is a struct pci_dev like any other.  What is special about it:
 *
 *  - It cannot be found by scanning (its Vendor ID reads as all ones), so it is
 *    built from what is in the PF's capability and in the first VF that answers.
 *  - It holds a reference to its PF until its own last reference is dropped, see
 *    pci_iov_release().
 *  - Its slot holds a reference to it from sriov_vf_link() to sriov_vf_unlink(),
 *    which the PCI core calls whenever a VF is destroyed.
 *  - One that does not answer is added like the others, because PF drivers count
 *    on that, but gets no driver until it does.
 *
 * A VF is added under pci_rescan_remove_lock, but its driver is bound after
 * that lock was released: a probe may take long.
 */
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "../pci.h"
#include "sriov.h"
#include "trace.h"

/* Long enough for "virtfn65535" */
#define SRIOV_LINK_LEN	12

/*
 * Query a VF again that did not answer when it was added.  What the PCI core did
 * not find then is set up when it answers.
 */
static bool sriov_vf_wakes_up(struct pci_sriov *sriov, struct pci_dev *vf,
			      unsigned int vf_id)
{
	if (!sriov_vf_answers(sriov, vf->bus, vf->devfn)) {
		pci_info(vf, "does not answer, so no driver is bound\n");
		return false;
	}

	pci_device_setup_late(vf);
	pci_info(vf, "answers now\n");
	sriov_slot_set_silent(sriov, vf_id, false);
	return true;
}

/**
 * sriov_vf_may_bind - may a driver be bound to a VF?
 * @sriov: the PF
 * @vf: the VF
 *
 * Context: device_lock() of @vf held.
 * Return: true unless VFs are being disabled, this one is leaving or has yet to be
 * reset, or it does not answer.
 */
bool sriov_vf_may_bind(struct pci_sriov *sriov, struct pci_dev *vf)
{
	unsigned int vf_id = sriov_vf_id(sriov, vf);

	device_lock_assert(&vf->dev);

	if (!sriov_slot_allows_driver(sriov, vf_id))
		return false;

	return !sriov_slot_is_silent(sriov, vf_id) ||
	       sriov_vf_wakes_up(sriov, vf, vf_id);
}

/* Give back a VF that pci_device_add() has not seen. */
static void sriov_vf_discard(struct pci_dev *vf)
{
	pci_release_of_node(vf);
	bitmap_free(vf->dma_alias_mask);
	pci_bus_put(vf->bus);
	pci_dev_put(vf->physfn);
	kfree_const(vf->dev.kobj.name);
	kfree(vf);
}

/*
 * Sec 9.3.4.1.1 and 9.3.4.1.3: Vendor ID and Device ID come from the PF, and a
 * VF has no Memory Space Enable: VF MSE in the PF's capability replaces it.
 */
static struct pci_dev *sriov_vf_build(struct pci_sriov *sriov,
				      unsigned int vf_id)
{
	u16 rid = sriov_vf_rid(sriov, vf_id);
	struct pci_bus *bus = sriov_bus_find_or_add(sriov, rid);
	struct pci_dev *vf = bus ? pci_alloc_dev(bus) : NULL;
	int rc;

	if (!vf)
		return ERR_PTR(-ENOMEM);

	vf->devfn = rid & 0xff;
	vf->vendor = sriov->pf->vendor;
	vf->device = sriov->cap.vf_device;
	vf->is_virtfn = 1;
	vf->physfn = pci_dev_get(sriov->pf);
	vf->no_command_memory = 1;

	if (!sriov_slot_is_silent(sriov, vf_id))
		sriov_common_begin(sriov, vf);
	rc = pci_setup_device(vf);
	if (rc)
		goto discard;

	/* a VF on a bus of its own has no bridge above, but the PF's */
	vf->dev.parent = sriov->pf->dev.parent;
	vf->multifunction = 0;

	rc = sriov_bar_claim(sriov, vf, vf_id);
	if (rc)
		goto discard;

	return vf;

discard:
	sriov_vf_discard(vf);
	return ERR_PTR(rc);
}

/**
 * sriov_vf_add - add a VF, without a driver
 * @sriov: the PF, VF Enable set, @vf_id's slot empty
 * @vf_id: number of the VF
 *
 * Context: pci_rescan_remove_lock held.
 * Return: 0; -ENOMEM; -EBUSY if its memory is taken; -EIO if the VFs' header
 * is invalid; or an error of the driver core.  Nothing is left of the VF then.
 */
int sriov_vf_add(struct pci_sriov *sriov, unsigned int vf_id)
{
	ktime_t start = ktime_get();
	struct pci_dev *vf;
	int rc;

	sriov_assert_rescan_lock();

	vf = sriov_vf_build(sriov, vf_id);
	if (IS_ERR(vf)) {
		rc = PTR_ERR(vf);
		goto out;
	}

	/* until its links exist */
	dev_set_uevent_suppress(&vf->dev, true);
	rc = pci_device_add(vf, vf->bus);
	if (rc) {
		put_device(&vf->dev);
		goto out;
	}

	rc = sriov_vf_link(sriov, vf, vf_id);
	if (rc)
		pci_stop_and_remove_bus_device(vf);
	else
		pci_bus_add_device_unbound(vf);
out:
	if (rc) {
		pci_err(sriov->pf, "VF %u could not be added (%d)\n", vf_id, rc);
		sriov_bus_remove_empty(sriov);
	}

	trace_sriov_vf_add(sriov->pf, vf_id, sriov_vf_rid(sriov, vf_id), rc,
			   start);
	return rc;
}

/**
 * sriov_vf_bind - look for a driver for a VF
 * @sriov: the PF
 * @vf_id: number of the VF; an empty slot is left alone
 *
 * That there is none, or that it fails, is not an error of the PF.
 *
 * Context: takes device_lock() of the VF.
 */
void sriov_vf_bind(struct pci_sriov *sriov, unsigned int vf_id)
{
	struct pci_dev *vf = sriov_slot_get(sriov, vf_id);
	int rc;

	if (!vf)
		return;

	rc = device_attach(&vf->dev);
	if (rc < 0 && rc != -EPROBE_DEFER)
		pci_warn(vf, "device attach failed (%d)\n", rc);
	pci_dev_put(vf);
}

/**
 * sriov_vf_unbind - take a VF from its driver
 * @sriov: the PF; &sriov_slot.no_driver of the VF is set, so that no driver is
 *	bound after this
 * @vf_id: number of the VF; an empty slot is left alone
 *
 * Context: takes device_lock() of the VF; sleeps as long as the driver does.
 */
void sriov_vf_unbind(struct pci_sriov *sriov, unsigned int vf_id)
{
	struct pci_dev *vf = sriov_slot_get(sriov, vf_id);

	if (!vf)
		return;

	device_release_driver(&vf->dev);
	pci_dev_put(vf);
}

/**
 * sriov_vf_reset - stop a VF, and put it back as it was after VF Enable
 * @sriov: the PF
 * @vf_id: number of the VF, which has no driver, and gets none; an empty slot is
 *	left alone
 *
 * Uses the PCI core's own reset, with its quirks for devices that need something
 * other than a Function Level Reset.  A VF that cannot be reset has at least no Bus
 * Master Enable afterwards.
 *
 * Context: takes device_lock() of the VF; sleeps as long as the reset takes.
 * Return: 0, and the VF is not dirty; or as __pci_reset_function_locked()
 * (already logged).
 */
int sriov_vf_reset(struct pci_sriov *sriov, unsigned int vf_id)
{
	struct pci_dev *vf = sriov_slot_get(sriov, vf_id);
	int rc;

	if (!vf)
		return 0;

	device_lock(&vf->dev);
	pci_set_power_state(vf, PCI_D0);
	pci_write_config_word(vf, PCI_COMMAND, PCI_COMMAND_INTX_DISABLE);
	rc = __pci_reset_function_locked(vf);
	if (!rc)
		pci_save_state(vf);
	device_unlock(&vf->dev);

	if (rc)
		pci_err(sriov->pf, "VF %u cannot be reset (%d)\n", vf_id, rc);
	else
		sriov_slot_set_dirty(sriov, vf_id, false);
	pci_dev_put(vf);
	return rc;
}

static void sriov_vf_reset_void(struct pci_sriov *sriov, unsigned int vf_id)
{
	sriov_vf_reset(sriov, vf_id);
}

/**
 * sriov_vfs_reset - reset VFs, together, because each takes 100 ms
 * @sriov: the PF
 * @vfs: which VFs, a bit for each slot; without drivers, and they get none
 *
 * Context: within an operation.
 * Return: 0, and &sriov_slot.dirty is clear for those that were reset; or as
 * sriov_preempted().
 */
int sriov_vfs_reset(struct pci_sriov *sriov, const unsigned long *vfs)
{
	struct sriov_many *many;
	unsigned int vf_id;

	lockdep_assert_held(&sriov->op_lock);

	many = sriov_many_begin(sriov, vfs, sriov_vf_reset_void);
	if (many) {
		sriov_many_end(many);
		return sriov_preempted(sriov);
	}

	for_each_set_bit(vf_id, vfs, sriov->nr_slots) {
		if (sriov_preempted(sriov))
			break;
		sriov_vf_reset(sriov, vf_id);
	}

	return sriov_preempted(sriov);
}

/**
 * sriov_vf_remove - remove a VF
 * @sriov: the PF
 * @vf: the VF; the caller has a reference
 * @vf_id: its number
 *
 * Context: pci_rescan_remove_lock held.
 */
void sriov_vf_remove(struct pci_sriov *sriov, struct pci_dev *vf,
		     unsigned int vf_id)
{
	ktime_t start = ktime_get();

	sriov_assert_rescan_lock();

	pci_stop_and_remove_bus_device(vf);
	trace_sriov_vf_remove(sriov->pf, vf_id, pci_dev_id(vf), start);
}

/* A VF that the platform adds has been announced without its links. */
static void sriov_vf_announce(struct pci_dev *vf)
{
	if (dev_get_uevent_suppress(&vf->dev)) {
		dev_set_uevent_suppress(&vf->dev, false);
		kobject_uevent(&vf->dev.kobj, KOBJ_ADD);
	}
	kobject_uevent(&vf->dev.kobj, KOBJ_CHANGE);
}

/**
 * sriov_vf_link - join a VF and its PF, in the slot and in sysfs
 * @sriov: the PF
 * @vf: the VF, added
 * @vf_id: number of the VF
 *
 * Return: 0; -EEXIST if there is such a VF already; -EINVAL if there can be no
 * such VF; or -ENOMEM.  Nothing is joined then.
 */
int sriov_vf_link(struct pci_sriov *sriov, struct pci_dev *vf,
		  unsigned int vf_id)
{
	struct kobject *pf_kobj = &sriov->pf->dev.kobj;
	char name[SRIOV_LINK_LEN];
	int rc;

	snprintf(name, sizeof(name), "virtfn%u", vf_id);
	rc = sysfs_create_link(pf_kobj, &vf->dev.kobj, name);
	if (rc)
		return rc;

	rc = sysfs_create_link(&vf->dev.kobj, pf_kobj, "physfn");
	if (rc)
		goto unlink_pf;

	rc = sriov_slot_fill(sriov, vf_id, vf);
	if (rc)
		goto unlink_vf;

	set_bit(PCI_VF_LINKED, &vf->priv_flags);
	sriov_vf_announce(vf);
	return 0;

unlink_vf:
	sysfs_remove_link(&vf->dev.kobj, "physfn");
unlink_pf:
	sysfs_remove_link(pf_kobj, name);
	return rc;
}

/**
 * sriov_vf_unlink - undo sriov_vf_link(), if it was done
 * @vf: a VF that is being destroyed
 */
void sriov_vf_unlink(struct pci_dev *vf)
{
	struct pci_sriov *sriov = to_sriov(vf->physfn);
	unsigned int vf_id = sriov_vf_id(sriov, vf);
	char name[SRIOV_LINK_LEN];

	if (!test_and_clear_bit(PCI_VF_LINKED, &vf->priv_flags))
		return;

	sysfs_remove_link(&vf->dev.kobj, "physfn");
	snprintf(name, sizeof(name), "virtfn%u", vf_id);
	if (vf->physfn->dev.kobj.sd)
		sysfs_remove_link(&vf->physfn->dev.kobj, name);
	sriov_slot_clear(sriov, vf_id, vf);
}
