// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: the functions that drivers call
 *
 * Floor: 11
 *
 * All exports of the core are here.  They check, call and return.  Inside the
 * core "not a PF" cannot happen; the errno values that callers have always been
 * given for it are chosen here.  (checkpatch objects to -ENOSYS, one of them.)
 */
#include <linux/export.h>
#include <linux/pci-sriov.h>

#include "../pci.h"
#include "sriov.h"

/*
 * An operation calls the PF driver's callbacks and VF drivers, and waits for them.
 * None of them can begin another operation on the same PF.
 */
static bool sriov_is_recursive(struct pci_sriov *sriov, const char *function)
{
	if (!sriov_op_waits_for_me(sriov))
		return false;

	pci_err(sriov->pf, "%s() called by a VF driver, or a callback, that an operation on VFs of this PF waits for\n",
		function);
	return true;
}

/**
 * pci_enable_sriov - enable VFs, add them and look for their drivers
 * @pf: a PF
 * @num_vfs: how many VFs; 0 does nothing
 *
 * When this returns, there is a pci_dev for each VF, with its sysfs links, and
 * drivers have been looked for.  A VF that does not answer within 1 s is named in
 * the log and has no driver until it answers.  Of a device that is VF Migration
 * Capable no more than InitialVFs are enabled; pci_num_vf() returns how many.
 *
 * See PCIe r6.0, sec 9.2.1 and 9.3.3.3.1.
 *
 * Context: process context, sleeps at least 100 ms.  Called by the PF's driver,
 * usually from its sriov_configure() or probe().  VF drivers probe before this
 * returns.  pci_rescan_remove_lock need not be held.
 *
 * Return:
 * * 0 - done
 * * -ENOSYS - @pf is not a PF, or depends on a function that is not
 * * -EINVAL - VFs are enabled already, or @num_vfs is negative or above TotalVFs
 * * -ENOMEM - there is not enough memory, MMIO space or bus numbers
 * * -ENODEV - the PF it depends on does not exist, or @pf is being removed
 * * -EBUSY - a VF's memory is taken, or a task that holds
 *   pci_rescan_remove_lock waits for @pf
 * * -EIO - a register is invalid, or no VF answers
 * * -EDEADLK - the caller is a VF's driver, or a callback, that an operation on
 *   VFs of @pf waits for (already logged)
 * * an error of the architecture or the driver core
 *
 * After an error the PF is as before, but -ENODEV and -EBUSY may leave part of
 * the clean-up to the task that waits for @pf.
 */
int pci_enable_sriov(struct pci_dev *pf, int num_vfs)
{
	struct pci_sriov *sriov = to_sriov(pf);

	might_sleep();

	if (!sriov)
		return -ENOSYS;
	if (sriov_is_recursive(sriov, __func__))
		return -EDEADLK;

	return sriov_pf_enable(sriov, num_vfs);
}
EXPORT_SYMBOL_GPL(pci_enable_sriov);

/**
 * pci_disable_sriov - remove all VFs and disable them
 * @pf: a PF; for any other device, and without VFs, nothing is done
 *
 * When this returns no VF has a driver, and 1 s has passed since VF Enable was
 * cleared, in which the SR-IOV capability must not be read (PCIe r6.0, sec
 * 9.3.3.3.1).  Many PF drivers reset their device next, by means of its own.
 *
 * Not so within sriov_configure(): a write to sriov_numvfs does not wait for that
 * second.  A driver that reads the capability there, or resets the device or puts
 * it to sleep through registers of its own, calls pci_sriov_wait_disabled() first.
 * Programs that access config space, probes of drivers, and the PCI core's resets
 * and power transitions wait by themselves.
 *
 * A VF's driver, or a callback, that an operation on VFs of @pf waits for cannot
 * disable them: nothing is done then, but a message is logged.
 *
 * Context: process context, sleeps as long as VF drivers take to let go, and 1 s.
 */
void pci_disable_sriov(struct pci_dev *pf)
{
	struct pci_sriov *sriov = to_sriov(pf);

	might_sleep();

	if (!sriov || sriov_is_recursive(sriov, __func__))
		return;

	sriov_pf_disable(sriov);
	if (READ_ONCE(sriov->configuring) != current)
		pci_iov_settle(pf);
}
EXPORT_SYMBOL_GPL(pci_disable_sriov);

/**
 * pci_num_vf - how many VFs are enabled
 * @pf: any device
 *
 * Context: any.  While VFs are being enabled or disabled, the number before.
 * Return: the number, 0 if @pf is not a PF.
 */
int pci_num_vf(struct pci_dev *pf)
{
	struct pci_sriov *sriov = to_sriov(pf);

	return sriov ? READ_ONCE(sriov->num_vfs) : 0;
}
EXPORT_SYMBOL_GPL(pci_num_vf);

/**
 * pci_vfs_assigned - how many VFs are assigned to guests
 * @pf: any device
 *
 * Context: process context.
 * Return: the number, 0 if @pf is not a PF.
 */
int pci_vfs_assigned(struct pci_dev *pf)
{
	struct pci_sriov *sriov = to_sriov(pf);
	unsigned int vf_id, assigned = 0;
	struct pci_dev *vf;

	if (!sriov)
		return 0;

	spin_lock(&sriov->lock);
	for (vf_id = 0; vf_id < sriov->nr_slots; vf_id++) {
		vf = sriov->slots[vf_id].vf;
		assigned += vf && pci_is_dev_assigned(vf);
	}
	spin_unlock(&sriov->lock);

	return assigned;
}
EXPORT_SYMBOL_GPL(pci_vfs_assigned);

/**
 * pci_sriov_set_totalvfs - reduce the number of VFs that users may enable
 * @pf: a PF
 * @num_vfs: the limit, at most TotalVFs
 *
 * The limit is valid until the driver is unbound, or its probe() fails.
 *
 * Context: any; usually the driver's probe().
 * Return: 0, -ENOSYS if @pf is not a PF, -EINVAL if @num_vfs is above TotalVFs,
 * -EBUSY if VFs are enabled.
 */
int pci_sriov_set_totalvfs(struct pci_dev *pf, u16 num_vfs)
{
	struct pci_sriov *sriov = to_sriov(pf);

	if (!sriov)
		return -ENOSYS;

	if (num_vfs > sriov->cap.total_vfs)
		return -EINVAL;

	if (READ_ONCE(sriov->phase) != SRIOV_OFF)
		return -EBUSY;

	WRITE_ONCE(sriov->policy.driver_max, num_vfs);
	return 0;
}
EXPORT_SYMBOL_GPL(pci_sriov_set_totalvfs);

/**
 * pci_sriov_get_totalvfs - how many VFs users may enable
 * @pf: any device
 *
 * Context: any.
 * Return: TotalVFs, or less if the driver has set a limit; 0 if @pf is not a PF.
 */
unsigned int pci_sriov_get_totalvfs(struct pci_dev *pf)
{
	struct pci_sriov *sriov = to_sriov(pf);

	return sriov ? READ_ONCE(sriov->policy.driver_max) : 0;
}
EXPORT_SYMBOL_GPL(pci_sriov_get_totalvfs);

/**
 * pci_sriov_configure_simple - an sriov_configure() for PFs that need no more
 * @pf: a PF
 * @num_vfs: how many VFs to enable, 0 to disable them
 *
 * Context: as pci_enable_sriov() and pci_disable_sriov().
 * Return: how many VFs are enabled; -ENODEV if @pf is not a PF, -EPERM if VFs are
 * assigned to guests, or as pci_enable_sriov().
 */
int pci_sriov_configure_simple(struct pci_dev *pf, int num_vfs)
{
	int rc;

	might_sleep();

	if (!to_sriov(pf))
		return -ENODEV;

	if (pci_vfs_assigned(pf)) {
		pci_warn(pf, "Cannot modify SR-IOV while VFs are assigned\n");
		return -EPERM;
	}

	if (!num_vfs) {
		pci_disable_sriov(pf);
		return 0;
	}

	rc = pci_enable_sriov(pf, num_vfs);
	return rc < 0 ? rc : pci_num_vf(pf);
}
EXPORT_SYMBOL_GPL(pci_sriov_configure_simple);

/**
 * pci_iov_virtfn_bus - bus number of a VF
 * @pf: a PF
 * @vf_id: number of the VF, from 0
 *
 * Return: the bus number, -EINVAL if @pf is not a PF.
 */
int pci_iov_virtfn_bus(struct pci_dev *pf, int vf_id)
{
	struct pci_sriov *sriov = to_sriov(pf);

	return sriov ? sriov_rid(pci_dev_id(pf), READ_ONCE(sriov->offset),
				 READ_ONCE(sriov->stride), vf_id) >> 8 :
		       -EINVAL;
}
EXPORT_SYMBOL_GPL(pci_iov_virtfn_bus);

/**
 * pci_iov_virtfn_devfn - device and function number of a VF
 * @pf: a PF
 * @vf_id: number of the VF, from 0
 *
 * Return: the devfn, -EINVAL if @pf is not a PF.
 */
int pci_iov_virtfn_devfn(struct pci_dev *pf, int vf_id)
{
	struct pci_sriov *sriov = to_sriov(pf);

	return sriov ? sriov_vf_rid(sriov, vf_id) & 0xff : -EINVAL;
}
EXPORT_SYMBOL_GPL(pci_iov_virtfn_devfn);

/**
 * pci_iov_vf_id - number of a VF among its PF's
 * @vf: a VF
 *
 * Return: the number, from 0; -EINVAL if @vf is not a VF.
 */
int pci_iov_vf_id(struct pci_dev *vf)
{
	if (!vf->is_virtfn)
		return -EINVAL;

	return sriov_vf_id(to_sriov(vf->physfn), vf);
}
EXPORT_SYMBOL_GPL(pci_iov_vf_id);

/**
 * pci_iov_get_pf_drvdata - driver data of a VF's PF, if the driver is the right one
 * @vf: a VF
 * @pf_driver: the driver that the PF must be bound to
 *
 * Context: while a driver is bound to @vf.  It is probed only after the PF's
 * driver has called pci_enable_sriov(), and is unbound before that driver's
 * pci_disable_sriov() returns.  So the value is valid until the VF driver's
 * remove() returns, if the PF driver calls pci_disable_sriov() before it
 * destroys its data.
 * Return: the data, or an ERR_PTR of -EINVAL.
 */
void *pci_iov_get_pf_drvdata(struct pci_dev *vf, struct pci_driver *pf_driver)
{
	if (!vf->is_virtfn || vf->physfn->driver != pf_driver)
		return ERR_PTR(-EINVAL);

	return pci_get_drvdata(vf->physfn);
}
EXPORT_SYMBOL_GPL(pci_iov_get_pf_drvdata);

/**
 * pci_sriov_wait_disabled - sleep until VF Enable has been clear for 1 s
 * @pf: any device; one that is not a PF, or has not had VFs, is not waited for
 *
 * pci_disable_sriov() returns earlier in sriov_configure().  A driver that reads
 * the SR-IOV capability itself after that, or resets the device or puts it to sleep
 * through registers of its own, calls this first.  The PCI core's resets and power
 * transitions wait by themselves.
 *
 * See PCIe r6.0, sec 9.3.3.3.1.
 *
 * Context: process context, sleeps up to 1 s.
 */
void pci_sriov_wait_disabled(struct pci_dev *pf)
{
	might_sleep();
	pci_iov_settle(pf);
}
EXPORT_SYMBOL_GPL(pci_sriov_wait_disabled);

/**
 * pci_sriov_set_vf_ops - register a PF driver's callbacks about single VFs
 * @pf: a PF
 * @ops: its callbacks, or NULL; valid until the driver is unbound
 *
 * The PCI core drops them when the driver is unbound or its probe() fails.  If
 * &pci_sriov_vf_ops.migration is set and the PF is not capable of VF Migration,
 * VFs do not migrate, and everything else is the same.
 *
 * Context: process context; the driver's probe(), or whenever VFs are off.
 * Return: 0; -ENODEV if @pf is not a PF; -EBUSY if VFs are enabled; -EDEADLK as
 * pci_enable_sriov().
 */
int pci_sriov_set_vf_ops(struct pci_dev *pf, const struct pci_sriov_vf_ops *ops)
{
	struct pci_sriov *sriov = to_sriov(pf);
	int rc = 0;

	might_sleep();

	if (!sriov)
		return -ENODEV;
	if (sriov_is_recursive(sriov, __func__))
		return -EDEADLK;

	sriov_pf_begin(sriov);
	if (sriov->phase != SRIOV_OFF)
		rc = -EBUSY;
	else
		sriov->policy.vf_ops = ops;
	sriov_op_end(sriov);

	return rc;
}
EXPORT_SYMBOL_GPL(pci_sriov_set_vf_ops);

/**
 * pci_iov_vf_bar_set_size - set the size of a VF BAR
 * @pf: a PF
 * @resno: the PF's resource, PCI_IOV_RESOURCES to PCI_IOV_RESOURCE_END
 * @size: 0 for 1 MiB, and 1 more for each doubling
 *
 * For all VFs to be enabled from now on, also after a reset of the PF.  Larger
 * BARs leave room for fewer VFs: to enable more than
 * were passed to pci_iov_vf_bar_get_sizes() fails with -ENOMEM.
 *
 * See PCIe r6.0, sec 7.8.7.
 *
 * Context: process context, may sleep; usually the driver's probe() or its
 * sriov_configure() before pci_enable_sriov().
 * Return:
 * * 0 - done
 * * -ENODEV - @pf is not a PF
 * * -EBUSY - VFs are enabled, or a task that holds pci_rescan_remove_lock waits
 *   for @pf
 * * -EOPNOTSUPP - the size of this BAR cannot be set
 * * -EINVAL - @resno is not a VF BAR, or the BAR cannot have that size
 * * -ENOSPC - a BAR of that size does not fit the memory that was assigned
 * * -EIO - the register does not keep what was written to it
 * * -EDEADLK - as pci_enable_sriov()
 */
int pci_iov_vf_bar_set_size(struct pci_dev *pf, int resno, int size)
{
	struct pci_sriov *sriov = to_sriov(pf);
	int rc;

	might_sleep();

	if (resno < PCI_IOV_RESOURCES || resno > PCI_IOV_RESOURCE_END)
		return -EINVAL;
	if (!sriov)
		return -ENODEV;
	if (sriov_is_recursive(sriov, __func__))
		return -EDEADLK;

	sriov_pf_begin(sriov);
	rc = sriov_rebar_set(sriov, resno - PCI_IOV_RESOURCES, size);
	sriov_op_end(sriov);

	return rc;
}
EXPORT_SYMBOL_GPL(pci_iov_vf_bar_set_size);

/**
 * pci_iov_vf_bar_get_sizes - which sizes can a VF BAR have?
 * @pf: any device
 * @resno: the PF's resource, PCI_IOV_RESOURCES to PCI_IOV_RESOURCE_END
 * @num_vfs: how many VFs are to be enabled, at least 1
 *
 * Context: process context.
 * Return: the sizes with which @num_vfs VFs fit the memory that was assigned,
 * bit 0 for 1 MiB to bit 27 for 128 TiB; 0 if the size cannot be set.
 */
u32 pci_iov_vf_bar_get_sizes(struct pci_dev *pf, int resno, int num_vfs)
{
	struct pci_sriov *sriov = to_sriov(pf);
	int bar = resno - PCI_IOV_RESOURCES;

	if (!sriov || bar < 0 || bar >= PCI_SRIOV_NUM_BARS || num_vfs < 1)
		return 0;

	return sriov_rebar_get_sizes(sriov, bar, num_vfs);
}
EXPORT_SYMBOL_GPL(pci_iov_vf_bar_get_sizes);

/**
 * pci_sriov_vfs_lost - did VFs not come back from a reset of their PF?
 * @pf: any device
 *
 * For the PF driver's reset_done(), slot_reset() and resume().  A reset clears VF
 * Enable, and the core writes everything back before these are called (PCIe r6.0,
 * sec 9.2.2.2).  That fails if the PF does not answer, or its VFs would be at other
 * Routing IDs.  The VFs' pci_devs remain, but cannot be accessed, and get no driver,
 * until the PF is reset with more success, or disables its VFs.
 *
 * Context: device_lock() of @pf held.
 * Return: true if VFs are enabled, and they are lost.
 */
bool pci_sriov_vfs_lost(struct pci_dev *pf)
{
	struct pci_sriov *sriov = to_sriov(pf);

	return sriov && READ_ONCE(sriov->num_vfs) && READ_ONCE(sriov->vfs_lost);
}
EXPORT_SYMBOL_GPL(pci_sriov_vfs_lost);

#ifdef CONFIG_PCI_IOV_MIGRATION
/**
 * pci_sriov_migration_vector - VF Migration Interrupt Message Number
 * @pf: any device
 *
 * Context: any.
 * Return: the MSI or MSI-X vector of the PF for VF Migration interrupts (PCIe
 * r6.0, sec 9.3.3.2.3); -EOPNOTSUPP if the PF is not capable of VF Migration.
 */
int pci_sriov_migration_vector(struct pci_dev *pf)
{
	struct pci_sriov *sriov = to_sriov(pf);

	return sriov && sriov->migration ? sriov->cap.migration_vector :
					   -EOPNOTSUPP;
}
EXPORT_SYMBOL_GPL(pci_sriov_migration_vector);

/**
 * pci_sriov_migration - serve a VF Migration interrupt
 * @pf: a PF whose driver has called pci_sriov_set_vf_ops()
 *
 * Called from the handler of the vector that
 * pci_sriov_migration_vector() names, which may serve other things, too.
 * The remaining work is done later, in process context.
 *
 * See PCIe r6.0, sec 9.2.4.3 and 9.3.3.4.1.
 *
 * Context: any.
 * Return: IRQ_HANDLED if VF Migration Status was set, else IRQ_NONE.
 */
irqreturn_t pci_sriov_migration(struct pci_dev *pf)
{
	struct pci_sriov *sriov = to_sriov(pf);

	return sriov && sriov->migration ?
		       sriov_migration_interrupt(sriov->migration) : IRQ_NONE;
}
EXPORT_SYMBOL_GPL(pci_sriov_migration);
#endif
