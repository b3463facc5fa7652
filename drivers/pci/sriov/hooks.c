// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: hooks for the PCI core, from a PF's enumeration to its removal
 *
 * Floor: 11
 *
 * Hooks on one subject are in the file on that subject: bar.c, common.c,
 * platform.c, reset.c and settle.c.
 *
 * Ownership: struct pci_sriov is allocated when the PF is enumerated, and freed
 * with the last reference to the PF.  Every VF holds a reference to its PF until
 * its own last reference is dropped.
 */
#include <linux/slab.h>

#include "../pci.h"
#include "sriov.h"

/* Finishes what pci_iov_wait_over() had to leave; has a reference to the PF. */
static void sriov_finish_work(struct work_struct *work)
{
	struct pci_sriov *sriov = container_of(work, struct pci_sriov, finish);
	struct pci_dev *pf = sriov->pf;

	pci_lock_rescan_remove();
	pci_iov_wait_begin(pf);
	pci_iov_wait_end(pf);
	pci_unlock_rescan_remove();
	pci_dev_put(pf);
}

static struct pci_sriov *sriov_alloc(struct pci_dev *pf)
{
	struct pci_sriov *sriov = kzalloc(sizeof(*sriov), GFP_KERNEL);

	if (!sriov)
		return NULL;

	sriov->pf = pf;
	mutex_init(&sriov->op_lock);
	spin_lock_init(&sriov->lock);
	INIT_LIST_HEAD(&sriov->tasks);
	init_waitqueue_head(&sriov->wait);
	INIT_WORK(&sriov->finish, sriov_finish_work);
	sriov_outage_init(sriov);
	sriov_live_init(sriov);
	if (sriov_settle_init(sriov)) {
		kfree(sriov);
		return NULL;
	}

	return sriov;
}

static void sriov_free(struct pci_sriov *sriov)
{
	sriov_migration_free(sriov);
	sriov_common_free(sriov);
	sriov_cap_free(sriov);
	sriov_settle_free(sriov);
	mutex_destroy(&sriov->op_lock);
	kfree(sriov);
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
	if (!rc) {
		sriov_rebar_init(sriov);
		rc = sriov_bar_init(sriov);
	}
	if (rc) {
		if (rc != -ENODEV)
			pci_err(pf, "SR-IOV is not available (%d)\n", rc);
		sriov_bar_forget(pf);
		sriov_free(sriov);
		return rc;
	}

	sriov_common_init(sriov);
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
 * is invalid (already logged).
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
 * @dev: any device, whose last reference was dropped
 */
void pci_iov_release(struct pci_dev *dev)
{
	if (dev->is_virtfn) {
		pci_dev_put(dev->physfn);
	} else if (dev->is_physfn) {
		sriov_free(dev->sriov);
		dev->sriov = NULL;
	}
}

/*
 * VFs that the driver left enabled do not migrate any more: the interrupt has no
 * handler, and no driver can accept or release them.
 */
static void sriov_forget_vf_ops(struct pci_sriov *sriov)
{
	/* only the driver sets them */
	if (!sriov->policy.vf_ops)
		return;

	sriov_pf_begin(sriov);
	sriov_migration_stop(sriov);
	sriov->policy.vf_ops = NULL;
	sriov_op_end(sriov);
}

/**
 * pci_iov_forget_driver - forget what a driver has set
 * @dev: any device, after its driver's remove() or failed probe()
 *
 * Context: device_lock() of @dev held.
 */
void pci_iov_forget_driver(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (!sriov)
		return;

	WRITE_ONCE(sriov->policy.driver_max, sriov->cap.total_vfs);
	WRITE_ONCE(sriov->vf_total_msix_known, false);
	sriov_forget_vf_ops(sriov);
	sriov_live_forget(sriov);
	sriov_ready_forget(sriov);
}

/**
 * pci_iov_remove - a driver has been unbound
 * @dev: any device, after its driver's remove()
 *
 * A driver may leave VFs enabled.  They stay as long as the PF does.
 *
 * Context: device_lock() of @dev held.
 */
void pci_iov_remove(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	device_lock_assert(&dev->dev);

	pci_iov_forget_driver(dev);
	if (sriov && READ_ONCE(sriov->phase) == SRIOV_ON)
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

/* The PFs of VFs on a bus without a bridge are on the bus above. */
static struct pci_bus *sriov_pf_bus(struct pci_bus *bus)
{
	return bus->self || !bus->parent ? bus : bus->parent;
}

static bool sriov_has_rid(struct pci_sriov *sriov, u16 rid)
{
	unsigned int vf_id;
	bool has;

	if (READ_ONCE(sriov->phase) == SRIOV_OFF)
		return false;

	vf_id = sriov_rid_to_vf_id(pci_dev_id(sriov->pf),
				   READ_ONCE(sriov->offset),
				   READ_ONCE(sriov->stride), rid);
	spin_lock(&sriov->lock);
	has = vf_id < sriov->nr_slots && sriov_vf_rid(sriov, vf_id) == rid;
	spin_unlock(&sriov->lock);

	return has;
}

/**
 * pci_iov_owns_rid - is a Routing ID that of an enabled VF?
 * @bus: a bus that is being scanned
 * @devfn: device and function number, where no pci_dev is
 *
 * Such a function is not found by scanning: it may not be accessed for 100 ms after
 * VF Enable was set, may answer with Request Retry Status for longer, and its
 * Vendor ID reads as all ones after that (PCIe r6.0, sec 9.3.3.3.1 and
 * 9.3.4.1.1).  VFs that the platform announces are found and added by scanning.
 *
 * Context: pci_rescan_remove_lock held, except while the system boots.
 * Return: true if it is.
 */
bool pci_iov_owns_rid(struct pci_bus *bus, int devfn)
{
	u16 rid = PCI_DEVID(bus->number, devfn);
	struct pci_dev *pf;
	bool owns = false;

	down_read(&pci_bus_sem);
	list_for_each_entry(pf, &sriov_pf_bus(bus)->devices, bus_list) {
		owns = to_sriov(pf) && !pf->no_vf_scan &&
		       sriov_has_rid(to_sriov(pf), rid);
		if (owns)
			break;
	}
	up_read(&pci_bus_sem);

	return owns;
}

/**
 * pci_iov_resumes_after - which PF a function needs before it is resumed
 * @dev: any device
 *
 * A VF exists when VF Enable has been restored in its PF; where the VFs of a PF
 * are depends on ARI Capable Hierarchy in the lowest-numbered PF of the device.
 *
 * Return: that PF, which was added before @dev, or NULL.
 */
struct pci_dev *pci_iov_resumes_after(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (dev->is_virtfn)
		return dev->physfn;

	return sriov && sriov->cap.ari_pf != dev ? sriov->cap.ari_pf : NULL;
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
 * pci_vf_drivers_autoprobe - set whether new VFs are bound to drivers
 * @pf: any device; one that is not a PF is left alone
 * @autoprobe: as written to sriov_drivers_autoprobe
 */
void pci_vf_drivers_autoprobe(struct pci_dev *pf, bool autoprobe)
{
	if (pf->is_physfn)
		WRITE_ONCE(pf->sriov->policy.autoprobe, autoprobe);
}

/**
 * pci_iov_vf_can_probe - may a driver be bound to this VF?
 * @vf: a VF
 * @requested: this very driver was requested, so sriov_drivers_autoprobe does not
 *	apply
 *
 * Not while VFs are being disabled, this one is leaving, or it does not answer.
 *
 * Context: device_lock() of @vf held.
 * Return: true if so.
 */
bool pci_iov_vf_can_probe(struct pci_dev *vf, bool requested)
{
	struct pci_sriov *sriov = vf->physfn->sriov;

	if (!requested && !READ_ONCE(sriov->policy.autoprobe))
		return false;

	return sriov_vf_may_bind(sriov, vf);
}

/**
 * pci_iov_set_link - correct a wrong Function Dependency Link
 * @pf: any device; one that is not a PF is left alone
 * @devfn: the function that @pf depends on, its own if on none
 */
void pci_iov_set_link(struct pci_dev *pf, u8 devfn)
{
	if (pf->is_physfn)
		pf->sriov->cap.link = devfn;
}

/**
 * pci_iov_stop - make operations on a PF give up, because it will be removed
 * @dev: any device, before its driver is released
 *
 * device_lock() of a PF is then released.
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
 * pci_iov_stopped - remove the VFs of a PF that has no driver any more
 * @dev: any device that is being removed, after its driver was released
 *
 * A driver may have left VFs enabled, and an operation may have given up because
 * of pci_iov_stop().  VFs never outlive their PF.
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
 * pci_iov_wait_begin - before a wait for device_lock() under the rescan lock
 * @dev: any device
 *
 * The holder of device_lock() of a PF may run an operation that needs
 * pci_rescan_remove_lock.  If the caller holds that, the operation gives up, and
 * fails with -EBUSY.  A caller without it, as there are some that add devices,
 * keeps no operation waiting.
 *
 * Context: pci_rescan_remove_lock held, or not, until pci_iov_wait_end().
 */
void pci_iov_wait_begin(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (sriov && pci_rescan_remove_held())
		sriov_preempt_begin(sriov);
}

/**
 * pci_iov_wait_end - after the wait that pci_iov_wait_begin() announced
 * @dev: the device
 *
 * Finishes an operation that was cut short while it disabled VFs.
 *
 * Context: as pci_iov_wait_begin(); takes device_lock() of @dev if there is
 * something to finish, so that no reset runs meanwhile.
 */
void pci_iov_wait_end(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (!sriov || !pci_rescan_remove_held())
		return;

	while (sriov_preempt_end(sriov)) {
		sriov_preempt_begin(sriov);
		device_lock(&dev->dev);
		sriov_pf_begin(sriov);
		sriov_op_end(sriov);
		device_unlock(&dev->dev);
	}
}

/**
 * pci_iov_wait_over - pci_iov_wait_end() where VFs must not be removed
 * @dev: the device
 *
 * An operation that was cut short is finished by a work, when the caller has
 * released pci_rescan_remove_lock.
 *
 * Context: as pci_iov_wait_begin().
 */
void pci_iov_wait_over(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (!sriov || !pci_rescan_remove_held() || !sriov_preempt_end(sriov))
		return;

	pci_dev_get(dev);
	if (!schedule_work(&sriov->finish))
		pci_dev_put(dev);
}
