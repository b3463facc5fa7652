// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: what the rest of the PCI core and the architectures call
 *
 * Ownership: struct pci_sriov comes with the PF's enumeration and goes with the
 * last reference to the PF.  Every VF holds such a reference until its own last
 * one is gone.
 */
#include <linux/slab.h>

#include "../pci.h"
#include "sriov.h"

static struct pci_sriov *sriov_alloc(struct pci_dev *pf)
{
	struct pci_sriov *sriov = kzalloc(sizeof(*sriov), GFP_KERNEL);

	if (!sriov)
		return NULL;

	sriov->pf = pf;
	mutex_init(&sriov->op_lock);
	spin_lock_init(&sriov->lock);
	init_waitqueue_head(&sriov->wait);

	return sriov;
}

static int sriov_init(struct pci_dev *pf, u16 pos)
{
	struct pci_sriov *sriov = sriov_alloc(pf);
	int rc;

	if (!sriov) {
		pci_err(pf, "SR-IOV is not available (%d)\n", -ENOMEM);
		return -ENOMEM;
	}

	rc = sriov_cap_init(sriov, pos);
	if (!rc)
		rc = sriov_bar_init(sriov);
	if (rc) {
		if (rc != -ENODEV)
			pci_err(pf, "SR-IOV is not available (%d)\n", rc);
		sriov_bar_forget(pf);
		kfree(sriov);
		return rc;
	}

	sriov_migration_init(sriov);
	sriov->policy.driver_max = sriov->cap.total_vfs;
	sriov->policy.autoprobe = true;
	pf->sriov = sriov;
	pf->is_physfn = 1;

	return 0;
}

/**
 * pci_iov_init - find out whether a device is a PF
 * @dev: a device that is being enumerated
 *
 * Return: 0 if it is; -ENODEV if it has no VFs; -ENOMEM; -EIO if its capability
 * is invalid, which has been said.
 */
int pci_iov_init(struct pci_dev *dev)
{
	int pos;

	if (!pci_is_pcie(dev))
		return -ENODEV;

	pos = pci_find_ext_capability(dev, PCI_EXT_CAP_ID_SRIOV);
	if (!pos)
		return -ENODEV;

	/* the two share a place in struct pci_dev, and sec 9.3.7 forbids it */
	if (dev->is_virtfn) {
		pci_warn(dev, "a VF cannot have VFs; SR-IOV capability ignored\n");
		return -ENODEV;
	}

	return sriov_init(dev, pos);
}

/**
 * pci_iov_release - give up the SR-IOV side of a device
 * @dev: any device, whose last reference is gone
 */
void pci_iov_release(struct pci_dev *dev)
{
	if (dev->is_virtfn) {
		pci_dev_put(dev->physfn);
	} else if (dev->is_physfn) {
		sriov_migration_free(dev->sriov);
		sriov_common_forget(dev->sriov);
		mutex_destroy(&dev->sriov->op_lock);
		kfree(dev->sriov);
		dev->sriov = NULL;
	}
}

/**
 * pci_iov_remove - a driver has left, or has not come
 * @dev: any device, after its driver's remove() or failed probe()
 *
 * A driver may leave VFs on behind it.  They stay, if the PF does.
 *
 * Context: device_lock() of @dev held.
 */
void pci_iov_remove(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (!sriov)
		return;

	WRITE_ONCE(sriov->policy.driver_max, sriov->cap.total_vfs);
	WRITE_ONCE(sriov->vf_total_msix_known, false);
	sriov_forget_vf_ops(sriov);
	sriov_rtr_forget(sriov);
	if (READ_ONCE(sriov->phase) == SRIOV_ON)
		pci_warn(dev, "driver left SR-IOV enabled after remove\n");
}

/**
 * pci_iov_unlink - part a VF that is being destroyed from its PF
 * @dev: any device
 *
 * Context: pci_rescan_remove_lock held; @dev is still in sysfs.
 */
void pci_iov_unlink(struct pci_dev *dev)
{
	if (dev->is_virtfn)
		sriov_vf_unlink(dev);
}

/**
 * pci_iov_bus_range - how many bus numbers to keep free for VFs
 * @bus: a bus
 *
 * Return: the most that any PF on @bus may need beyond @bus itself.
 */
int pci_iov_bus_range(struct pci_bus *bus)
{
	unsigned int span = 0;
	struct pci_dev *dev;

	list_for_each_entry(dev, &bus->devices, bus_list)
		if (dev->is_physfn)
			span = max(span, dev->sriov->cap.bus_span);

	return min(span, 0xffU - bus->number);
}

/**
 * pci_vf_drivers_autoprobe - say whether new VFs are bound to drivers
 * @pf: any device; one that is no PF is left alone
 * @autoprobe: as written to sriov_drivers_autoprobe
 */
void pci_vf_drivers_autoprobe(struct pci_dev *pf, bool autoprobe)
{
	if (pf->is_physfn)
		WRITE_ONCE(pf->sriov->policy.autoprobe, autoprobe);
}

/* Not while its PF takes VFs away, or it leaves by itself. */
static bool sriov_vf_stays(struct pci_sriov *sriov, struct pci_dev *vf)
{
	int vf_id = pci_iov_vf_id(vf);

	return READ_ONCE(sriov->phase) != SRIOV_DISABLING &&
	       sriov_vf_may_bind(sriov, vf_id) &&
	       !sriov_migration_is_leaving(sriov, vf_id);
}

/**
 * pci_iov_vf_can_probe - may a driver be bound to this VF?
 * @vf: a VF
 *
 * Not while its PF takes VFs away, or this one leaves by itself; else as
 * sriov_drivers_autoprobe says, but somebody who asks for a driver by name, in
 * driver_override or by writing to the driver's "bind" file, knows better.
 *
 * Context: device_lock() of @vf held.
 * Return: true if so.
 */
bool pci_iov_vf_can_probe(struct pci_dev *vf)
{
	struct pci_sriov *sriov = vf->physfn->sriov;

	if (!sriov_vf_stays(sriov, vf))
		return false;

	return READ_ONCE(sriov->policy.autoprobe) ||
	       device_has_driver_override(&vf->dev) ||
	       device_attach_asked(&vf->dev);
}

/**
 * pci_iov_set_link - correct a wrong Function Dependency Link
 * @pf: any device; one that is no PF is left alone
 * @devfn: the function that @pf depends on, its own if on none
 */
void pci_iov_set_link(struct pci_dev *pf, u8 devfn)
{
	if (pf->is_physfn)
		pf->sriov->cap.link = devfn;
}

/**
 * pci_iov_sysfs_link - join a PF and a VF that the platform announced
 * @pf: the PF
 * @vf: the VF, added
 * @vf_id: number of the VF, from 0
 *
 * For platforms that set no_vf_scan.  The caller makes @vf a VF of @pf, with a
 * reference to it.
 *
 * Context: pci_rescan_remove_lock held.
 * Return: 0, -ENODEV if @pf is no PF, -EEXIST or -ENOMEM.
 */
int pci_iov_sysfs_link(struct pci_dev *pf, struct pci_dev *vf, int vf_id)
{
	struct pci_sriov *sriov = to_sriov(pf);

	return sriov ? sriov_vf_link(sriov, vf, vf_id) : -ENODEV;
}

/**
 * pci_iov_add_virtfn - add one VF again that pci_iov_remove_virtfn() removed
 * @pf: the PF
 * @vf_id: number of the VF, from 0
 *
 * Context: pci_rescan_remove_lock held.
 * Return: 0; -EINVAL if @pf has no such VF; -EEXIST if it is there; or as
 * sriov_vf_add().
 */
int pci_iov_add_virtfn(struct pci_dev *pf, int vf_id)
{
	struct pci_sriov *sriov = to_sriov(pf);
	struct pci_dev *vf;
	int rc;

	if (!sriov || READ_ONCE(sriov->phase) != SRIOV_ON ||
	    vf_id < 0 || vf_id >= READ_ONCE(sriov->num_vfs))
		return -EINVAL;

	vf = sriov_slot_get(sriov, vf_id);
	if (vf) {
		pci_dev_put(vf);
		return -EEXIST;
	}

	rc = sriov_vf_add(sriov, vf_id);
	if (!rc && READ_ONCE(sriov->policy.autoprobe))
		sriov_vf_bind(sriov, vf_id);

	return rc;
}

/* A platform may announce VFs of a PF that Linux has enabled none of. */
static struct pci_dev *sriov_vf_find(struct pci_sriov *sriov, int vf_id)
{
	struct pci_dev *vf = sriov_slot_get(sriov, vf_id);
	u16 rid = sriov_vf_rid(sriov, vf_id);

	if (vf)
		return vf;

	return pci_get_domain_bus_and_slot(pci_domain_nr(sriov->pf->bus),
					   PCI_BUS_NUM(rid), rid & 0xff);
}

/**
 * pci_iov_remove_virtfn - remove one VF
 * @pf: the PF
 * @vf_id: number of the VF, from 0; nothing happens if it is not there
 *
 * Context: pci_rescan_remove_lock held.
 */
void pci_iov_remove_virtfn(struct pci_dev *pf, int vf_id)
{
	struct pci_sriov *sriov = to_sriov(pf);
	struct pci_dev *vf = sriov ? sriov_vf_find(sriov, vf_id) : NULL;

	if (!vf)
		return;

	sriov_vf_remove(sriov, vf, vf_id);
	sriov_bus_remove_empty(sriov);
	pci_dev_put(vf);
}
