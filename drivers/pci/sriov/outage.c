// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: VFs while their PF is being reset
 *
 * Floor: 5
 *
 * A reset of a PF resets its VFs, too, and clears VF Enable (PCIe r6.0, sec 9.2.2.2).
 * From before the driver's reset_prepare() until VFs may be accessed again, which is
 * before its reset_done(), there is an outage; so there is from before error_detected()
 * of a fatal error, which resets the link, until before resume():
 *
 *	a VF gets no driver	its probe is deferred, and repeated afterwards; it does
 *				not wait, because it has device_lock() of the VF,
 *				which the PF driver may need for the reset
 *	programs wait		when they access config space of a VF
 *
 * Drivers that VFs have already are the business of the PF driver.
 *
 * An outage ends early when the PF driver begins an operation, because a VF that is
 * removed waits for programs that access it; and after SRIOV_OUTAGE_MS in any case.
 */
#include "../pci.h"
#include "sriov.h"

/* A function may take 60 s to be ready after a reset, see pci_dev_wait(). */
#define SRIOV_OUTAGE_MS		(65 * MSEC_PER_SEC)

/**
 * pci_iov_outage_begin - a function, or the link above it, is about to be reset
 * @dev: any device
 *
 * A program's access to config space runs under pci_lock from where it looks for
 * the outage to its end, so none is under way when this returns.
 *
 * Context: device_lock() of @dev held.
 */
void pci_iov_outage_begin(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (!sriov)
		return;

	raw_spin_lock_irq(&pci_lock);
	atomic64_set(&sriov->outage_until,
		     ktime_add_ms(ktime_get(), SRIOV_OUTAGE_MS));
	raw_spin_unlock_irq(&pci_lock);
	sriov_live_lose(sriov);
}

/**
 * sriov_outage_over - end the outage, if there is one
 * @sriov: the PF
 */
void sriov_outage_over(struct pci_sriov *sriov)
{
	if (!atomic64_read(&sriov->outage_until))
		return;

	spin_lock(&sriov->lock);
	atomic64_set(&sriov->outage_until, 0);
	spin_unlock(&sriov->lock);
	wake_up_all(&sriov->wait);
}

static bool sriov_outage_take_deferred(struct pci_sriov *sriov,
				       unsigned int vf_id)
{
	bool deferred = false;

	spin_lock(&sriov->lock);
	if (vf_id < sriov->nr_slots) {
		deferred = sriov->slots[vf_id].deferred;
		sriov->slots[vf_id].deferred = false;
	}
	spin_unlock(&sriov->lock);

	return deferred;
}

/* Looks for drivers for VFs whose probe was deferred; has a reference to the PF. */
static void sriov_outage_rebind(struct work_struct *work)
{
	struct pci_sriov *sriov = container_of(work, struct pci_sriov, rebind);
	unsigned int vf_id;

	for (vf_id = 0; vf_id < sriov->cap.total_vfs; vf_id++)
		if (sriov_outage_take_deferred(sriov, vf_id))
			sriov_vf_bind(sriov, vf_id);

	pci_dev_put(sriov->pf);
}

/**
 * sriov_outage_init - prepare for resets of a PF
 * @sriov: the PF
 */
void sriov_outage_init(struct pci_sriov *sriov)
{
	INIT_WORK(&sriov->rebind, sriov_outage_rebind);
}

static bool sriov_outage_has_deferred(struct pci_sriov *sriov)
{
	unsigned int vf_id;
	bool has = false;

	spin_lock(&sriov->lock);
	for (vf_id = 0; vf_id < sriov->nr_slots && !has; vf_id++)
		has = sriov->slots[vf_id].deferred;
	spin_unlock(&sriov->lock);

	return has;
}

/**
 * pci_iov_outage_end - a reset is over, successful or not
 * @dev: any device
 *
 * Called after the capability was restored, before the driver's reset_done().
 *
 * Context: device_lock() of @dev held.
 */
void pci_iov_outage_end(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (!sriov)
		return;

	sriov_outage_over(sriov);
	if (!sriov_outage_has_deferred(sriov))
		return;

	pci_dev_get(dev);
	if (!queue_work(system_freezable_wq, &sriov->rebind))
		pci_dev_put(dev);
}

/**
 * sriov_outage_vfs_are_back - do VFs answer after a reset?
 * @sriov: the PF, restored
 *
 * VFs of some devices exist where VF Enable reads as 0, so without it they are
 * accessed.
 *
 * Return: true if so, or if no VF has a pci_dev.
 */
bool sriov_outage_vfs_are_back(struct pci_sriov *sriov)
{
	bool answers = true;
	unsigned int vf_id;
	struct pci_dev *vf;

	if (sriov_cap_is_enabled(sriov))
		return true;

	for (vf_id = 0; vf_id < sriov->nr_slots; vf_id++) {
		vf = sriov_slot_get(sriov, vf_id);
		if (!vf)
			continue;
		answers = sriov_vf_answers(sriov, vf->bus, vf->devfn);
		pci_dev_put(vf);
		if (answers)
			break;
	}

	return answers;
}

/**
 * sriov_outage_lost - VFs did not come back
 * @sriov: the PF
 *
 * They get no driver until they answer.
 */
void sriov_outage_lost(struct pci_sriov *sriov)
{
	unsigned int vf_id;

	pci_err(sriov->pf, "VFs did not come back from a reset; disable them, or reset again\n");
	WRITE_ONCE(sriov->vfs_lost, true);
	for (vf_id = 0; vf_id < sriov->nr_slots; vf_id++)
		sriov_slot_set_silent(sriov, vf_id, true);
}

/**
 * pci_iov_vf_defers - does the probe of a VF have to be deferred?
 * @dev: any device
 *
 * A VF that the platform announced, and Linux has not enabled, is not affected.
 *
 * Context: device_lock() of @dev held.
 * Return: true if it does.
 */
bool pci_iov_vf_defers(struct pci_dev *dev)
{
	struct pci_sriov *sriov;
	unsigned int vf_id;
	bool defers;

	if (!dev->is_virtfn)
		return false;

	sriov = to_sriov(dev->physfn);
	vf_id = sriov_vf_id(sriov, dev);

	spin_lock(&sriov->lock);
	defers = vf_id < sriov->nr_slots && sriov_in_outage(sriov);
	if (defers)
		sriov->slots[vf_id].deferred = true;
	spin_unlock(&sriov->lock);

	return defers;
}
