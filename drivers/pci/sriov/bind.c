// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: finding drivers for many VFs
 *
 * In the order of their numbers, because names of what drivers make of them
 * follow from it and somebody may rely on that.  But a driver that prefers
 * asynchronous probing does not, and an administrator can say that he does not
 * (sriov_drivers_parallel_probe): such VFs are probed at the same time, and the
 * operation goes on when all are done.
 */
#include <linux/bitmap.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "../pci.h"
#include "sriov.h"

/* A probe mostly sleeps, so there may be many more of them than processors. */
#define SRIOV_BINDERS	64

/**
 * struct sriov_bind - VFs that are to be bound at the same time
 * @sriov: their PF
 * @vfs: which, a bit for each slot
 * @next: the slot that is next
 */
struct sriov_bind {
	struct pci_sriov *sriov;
	unsigned long *vfs;
	atomic_t next;
};

struct sriov_binder {
	struct work_struct work;
	struct sriov_bind *bind;
};

static void sriov_bind_some(struct sriov_bind *bind)
{
	struct pci_sriov *sriov = bind->sriov;
	unsigned int vf_id;

	while (!sriov_preempted(sriov)) {
		vf_id = atomic_fetch_inc(&bind->next);
		if (vf_id >= sriov->nr_slots)
			return;
		if (test_bit(vf_id, bind->vfs))
			sriov_vf_bind(sriov, vf_id);
	}
}

static void sriov_binder_work(struct work_struct *work)
{
	struct sriov_binder *binder =
		container_of(work, struct sriov_binder, work);

	sriov_bind_some(binder->bind);
}

/* What drivers/base calls so: the driver's own wish, or that of who loaded it */
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
 * Who came with pci_rescan_remove_lock has lent it to nobody but one probe at a
 * time, so that one binds in order.
 */
static void sriov_bind_choose(struct pci_sriov *sriov, unsigned long *in_order,
			      unsigned long *at_once)
{
	enum sriov_bind_how how;
	unsigned int vf_id;

	for (vf_id = 0; vf_id < sriov->nr_slots; vf_id++) {
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

/* Those that may be probed at once are, while this task does the others. */
static void sriov_bind_chosen(struct sriov_bind *bind,
			      const unsigned long *in_order,
			      struct sriov_binder *binders)
{
	unsigned int nr = bitmap_weight(bind->vfs, bind->sriov->nr_slots), i;

	nr = min(nr, SRIOV_BINDERS);
	for (i = 0; i < nr; i++) {
		binders[i].bind = bind;
		INIT_WORK(&binders[i].work, sriov_binder_work);
		queue_work(system_unbound_wq, &binders[i].work);
	}

	sriov_bind_in_order(bind->sriov, in_order);
	for (i = 0; i < nr; i++)
		flush_work(&binders[i].work);
}

/**
 * sriov_bind_all - look for drivers for all VFs
 * @sriov: the PF
 *
 * Return: 0, or as sriov_preempted(); some VFs may have been bound then.
 */
int sriov_bind_all(struct pci_sriov *sriov)
{
	struct sriov_binder *binders = kcalloc(SRIOV_BINDERS, sizeof(*binders),
					       GFP_KERNEL);
	unsigned long *vfs = bitmap_zalloc(2 * BITS_TO_LONGS(sriov->nr_slots) *
					   BITS_PER_LONG, GFP_KERNEL);
	struct sriov_bind bind = { .sriov = sriov, .vfs = vfs };
	int rc = -ENOMEM;

	if (binders && vfs) {
		unsigned long *in_order = vfs + BITS_TO_LONGS(sriov->nr_slots);

		sriov_bind_choose(sriov, in_order, vfs);
		sriov_bind_chosen(&bind, in_order, binders);
		rc = sriov_preempted(sriov);
	}

	bitmap_free(vfs);
	kfree(binders);
	return rc;
}
