// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: finding drivers for many VFs
 *
 * Floor: 5
 *
 * In the order of their numbers, because names that drivers choose follow from
 * it and programs may rely on that.  But a driver that prefers asynchronous
 * probing does not, and an administrator can state that nothing does
 * (sriov_drivers_parallel_probe): such VFs are probed at the same time, and the
 * operation goes on when all are done.
 */
#include <linux/bitmap.h>
#include <linux/module.h>

#include "../pci.h"
#include "sriov.h"

/* As in drivers/base: the driver's own wish, or a parameter of its module */
static bool sriov_driver_prefers_async(const struct device_driver *driver)
{
	switch (driver->probe_type) {
	case PROBE_PREFER_ASYNCHRONOUS:
		return true;
	case PROBE_FORCE_SYNCHRONOUS:
		return false;
	default:
		return module_requested_async_probing(driver->owner);
	}
}

enum sriov_bind_how {
	SRIOV_BIND_NOT,
	SRIOV_BIND_IN_ORDER,
	SRIOV_BIND_AT_ONCE,
};

/* The first driver that matches ends the search, as it does in drivers/base. */
static int sriov_driver_how(struct device_driver *driver, void *dev)
{
	if (driver->bus->match(dev, driver) <= 0)
		return SRIOV_BIND_NOT;

	return sriov_driver_prefers_async(driver) ? SRIOV_BIND_AT_ONCE :
						    SRIOV_BIND_IN_ORDER;
}

static enum sriov_bind_how sriov_vf_how(struct pci_sriov *sriov,
					unsigned int vf_id)
{
	struct pci_dev *vf = sriov_slot_get(sriov, vf_id);
	int how = SRIOV_BIND_NOT;

	if (vf)
		how = bus_for_each_drv(vf->dev.bus, NULL, &vf->dev,
				       sriov_driver_how);
	if (how == SRIOV_BIND_IN_ORDER &&
	    READ_ONCE(sriov->policy.parallel_probe))
		how = SRIOV_BIND_AT_ONCE;
	pci_dev_put(vf);

	return how;
}

/*
 * A VF driver that is probed under pci_rescan_remove_lock is probed by the task that
 * holds it, so that binds in order.  VFs that do not answer are not tried.
 */
static void sriov_bind_choose(struct pci_sriov *sriov, unsigned long *in_order,
			      unsigned long *at_once)
{
	enum sriov_bind_how how;
	unsigned int vf_id;

	for (vf_id = 0; vf_id < sriov->nr_slots; vf_id++) {
		if (sriov->slots[vf_id].silent)
			continue;
		how = sriov_vf_how(sriov, vf_id);
		if (how == SRIOV_BIND_AT_ONCE && !sriov->nested)
			__set_bit(vf_id, at_once);
		else if (how != SRIOV_BIND_NOT)
			__set_bit(vf_id, in_order);
	}
}

static void sriov_bind_in_order(struct pci_sriov *sriov,
				const unsigned long *vfs)
{
	unsigned int vf_id;

	for_each_set_bit(vf_id, vfs, sriov->nr_slots) {
		if (sriov_preempted(sriov))
			return;
		sriov_vf_bind(sriov, vf_id);
	}
}

/* Drivers that may probe at once do, while this task binds the others. */
static void sriov_bind_chosen(struct pci_sriov *sriov,
			      const unsigned long *in_order,
			      const unsigned long *at_once)
{
	struct sriov_many *many = NULL;

	if (!bitmap_empty(at_once, sriov->nr_slots))
		many = sriov_many_begin(sriov, at_once, sriov_vf_bind);

	sriov_bind_in_order(sriov, in_order);

	if (many)
		sriov_many_end(many);
	else
		sriov_bind_in_order(sriov, at_once);
}

static void sriov_bind_each(struct pci_sriov *sriov)
{
	unsigned int vf_id;

	for (vf_id = 0; vf_id < sriov->nr_slots && !sriov_preempted(sriov); vf_id++)
		if (!sriov->slots[vf_id].silent)
			sriov_vf_bind(sriov, vf_id);
}

/**
 * sriov_unbind_all - release the drivers of all VFs
 * @sriov: the PF, after sriov_slots_refuse_drivers()
 *
 * Context: within an operation; takes device_lock() of each VF.
 */
void sriov_unbind_all(struct pci_sriov *sriov)
{
	unsigned int vf_id;

	lockdep_assert_held(&sriov->op_lock);

	for (vf_id = 0; vf_id < sriov->nr_slots; vf_id++)
		sriov_vf_unbind(sriov, vf_id);
}

/**
 * sriov_bind_all - look for drivers for all VFs
 * @sriov: the PF
 *
 * Without memory, which only serves to do it at once, one after the other.
 *
 * Return: 0, or as sriov_preempted(); some VFs may have been bound then.
 */
int sriov_bind_all(struct pci_sriov *sriov)
{
	unsigned long *in_order = bitmap_zalloc(sriov->nr_slots, GFP_KERNEL);
	unsigned long *at_once = bitmap_zalloc(sriov->nr_slots, GFP_KERNEL);

	lockdep_assert_held(&sriov->op_lock);

	if (in_order && at_once) {
		sriov_bind_choose(sriov, in_order, at_once);
		sriov_bind_chosen(sriov, in_order, at_once);
	} else {
		sriov_bind_each(sriov);
	}

	bitmap_free(at_once);
	bitmap_free(in_order);
	return sriov_preempted(sriov);
}
