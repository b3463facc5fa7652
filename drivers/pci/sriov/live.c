// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: live migration of VFs
 *
 * Floor: 1
 *
 * The PF driver registers callbacks, and the driver of a VF, which is VFIO's, uses
 * them: see drivers/vfio/pci/sriov/.  The core keeps the two apart when their
 * lifetimes end: while a callback runs, the PF driver stays bound and the PF is not
 * reset.  What a VF had been given before a reset of its PF is lost with it, and is
 * counted here, because nothing else notifies the driver of a VF.
 */
#include <linux/export.h>
#include <linux/pci-sriov-live.h>

#include "sriov.h"

/**
 * sriov_live_init - prepare for live migration of VFs
 * @sriov: the PF
 */
void sriov_live_init(struct pci_sriov *sriov)
{
	init_rwsem(&sriov->live.lock);
}

static void sriov_live_set(struct pci_sriov *sriov,
			   const struct pci_sriov_live_ops *ops)
{
	down_write(&sriov->live.lock);
	sriov->live.ops = ops;
	up_write(&sriov->live.lock);
}

/**
 * sriov_live_forget - drop the callbacks of a PF driver that is unbound
 * @sriov: the PF
 *
 * None runs when this returns.
 */
void sriov_live_forget(struct pci_sriov *sriov)
{
	if (!READ_ONCE(sriov->live.ops))
		return;

	sriov_live_set(sriov, NULL);
	atomic_inc(&sriov->live.lost);
}

/**
 * sriov_live_lose - the VFs lose their state, or are about to
 * @sriov: the PF; if it is about to be reset, in an outage
 *
 * No callback runs when this returns, and in an outage none begins.
 */
void sriov_live_lose(struct pci_sriov *sriov)
{
	down_write(&sriov->live.lock);
	atomic_inc(&sriov->live.lost);
	up_write(&sriov->live.lock);
}

static bool sriov_live_ops_are_valid(const struct pci_sriov_live_ops *ops)
{
	return ops->set_level && ops->state_size && ops->save && ops->load &&
	       ops->loaded && ops->oldest_format <= ops->format &&
	       !ops->log_start == !ops->log_read &&
	       !ops->log_start == !ops->log_stop;
}

/**
 * pci_sriov_set_live_ops - register a PF driver's callbacks for live migration
 * @pf: a PF
 * @ops: its callbacks, or NULL; valid until the driver is unbound
 *
 * A VF's driver may call them as soon as the VF is probed, so register them before
 * pci_enable_sriov().  The PCI core drops them when the driver is unbound or its
 * probe() fails.  Without CONFIG_PCI_IOV_LIVE this does nothing.
 *
 * Context: process context; the driver's probe(), or whenever VFs are off.
 * Return: 0; -ENODEV if @pf is not a PF; -EINVAL if callbacks are missing; -EBUSY if
 * VFs are enabled.
 */
int pci_sriov_set_live_ops(struct pci_dev *pf,
			   const struct pci_sriov_live_ops *ops)
{
	struct pci_sriov *sriov = to_sriov(pf);

	might_sleep();

	if (!sriov)
		return -ENODEV;
	if (ops && !sriov_live_ops_are_valid(ops))
		return -EINVAL;
	if (READ_ONCE(sriov->num_vfs))
		return -EBUSY;

	sriov_live_set(sriov, ops);
	return 0;
}
EXPORT_SYMBOL_GPL(pci_sriov_set_live_ops);

/**
 * pci_sriov_live_begin - use the callbacks of a VF's PF driver
 * @vf: a VF that the caller is the driver of, or any other device
 *
 * pci_sriov_live_end() must follow if this succeeds.  The caller must neither access
 * user space nor take device_lock() in between.
 *
 * Context: process context, may sleep.
 * Return: the callbacks; or an ERR_PTR: -ENODEV if @vf is not a VF, or its PF has no
 * driver that has registered them; -EBUSY while the PF is being reset.
 */
const struct pci_sriov_live_ops *pci_sriov_live_begin(struct pci_dev *vf)
{
	struct pci_sriov *sriov;
	int rc = -ENODEV;

	if (!vf->is_virtfn)
		return ERR_PTR(-ENODEV);

	sriov = to_sriov(vf->physfn);
	down_read(&sriov->live.lock);
	if (!sriov->live.ops)
		goto fail;
	rc = -EBUSY;
	if (sriov_in_outage(sriov))
		goto fail;

	return sriov->live.ops;
fail:
	up_read(&sriov->live.lock);
	return ERR_PTR(rc);
}
EXPORT_SYMBOL_GPL(pci_sriov_live_begin);

/**
 * pci_sriov_live_end - end what pci_sriov_live_begin() has begun
 * @vf: the VF
 */
void pci_sriov_live_end(struct pci_dev *vf)
{
	up_read(&to_sriov(vf->physfn)->live.lock);
}
EXPORT_SYMBOL_GPL(pci_sriov_live_end);

/**
 * pci_sriov_live_lost - how often a VF has lost its state with its PF
 * @vf: a VF
 *
 * A reset of the PF, or a power cycle, resets its VFs.  The number is another one
 * before such a reset begins.
 *
 * Return: a number to compare with an earlier one.
 */
unsigned int pci_sriov_live_lost(struct pci_dev *vf)
{
	return atomic_read(&to_sriov(vf->physfn)->live.lost);
}
EXPORT_SYMBOL_GPL(pci_sriov_live_lost);
