// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floor: 5
 *
 * Sample driver for an SR-IOV Physical Function: the part that every PF driver
 * has.  pf_vfs.c has the part that is specific to this device's VFs, and
 * pf_migration.c handles VFs that are added and removed one by one, pf_live.c VFs that
 * move to another host with their guest.
 *
 * The callbacks of a PF driver, and the lock that each is called under:
 *
 *	callback			called for			under
 *	probe, remove			driver binding			PF device lock
 *	sriov_configure			write to sriov_numvfs		PF device lock
 *	sriov_get_vf_total_msix		read of sriov_vf_total_msix	PF device lock
 *	sriov_set_msix_vec_count	write to sriov_vf_msix_count	PF and VF device lock
 *	suspend, resume			system sleep			PF device lock
 *	shutdown			power off, reboot, kexec	PF device lock
 *	reset_prepare, reset_done	function or bus reset		PF device lock
 *	error_detected, slot_reset,	error recovery			PF device lock
 *	  resume
 *
 * probe and remove also run under the rescan lock (pci_lock_rescan_remove()) when the
 * PF itself is added or removed.
 *
 * No two of them run at the same time for one PF, so the PF driver needs no lock
 * between them.  It needs locks against its own threads: interrupts, and programs
 * that use its character device.
 *
 * pci_enable_sriov() and pci_disable_sriov() bind and unbind VF drivers before
 * they return.  VF drivers send mail to this driver meanwhile, so the mailbox
 * service must run and must not need a lock that is held here.
 */
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/pci.h>
#include <linux/pci-sriov.h>
#include <linux/slab.h>

#include "pf.h"

static unsigned int vf_quota = SRIOV_EDU_MAX_LEN;
module_param(vf_quota, uint, 0444);
MODULE_PARM_DESC(vf_quota, "Longest copy that a VF may do, in bytes (default 1 MiB)");

static const struct sriov_edu_fn_ops sriov_edu_pf_ops = {
	.interrupts	= SRIOV_EDU_INT_MAILBOX | SRIOV_EDU_INT_VF_RESET,
	.event		= sriov_edu_pf_event,
};

static void pf_disable_sriov(struct sriov_edu_pf *pf)
{
	device_lock_assert(&pf->pci->dev);

	pci_disable_sriov(pf->pci);
	sriov_edu_pf_close_vfs(pf);
}

/* VFs can exist already, if the driver before this one left them enabled */
static int pf_setup_vfs(struct sriov_edu_pf *pf)
{
	int num_vfs = pci_num_vf(pf->pci);
	int rc;

	rc = sriov_edu_pf_init_vfs(pf, vf_quota);
	if (rc || !num_vfs)
		return rc;

	pci_info(pf->pci, "taking over %d VFs\n", num_vfs);
	return sriov_edu_pf_open_vfs(pf, num_vfs);
}

/*
 * probe - take over the PF.
 *
 * This enables no VFs: the administrator chooses their number by writing to
 * sriov_numvfs, which is possible as soon as probe has returned.
 *
 * The structure has room for TotalVFs, so adding and removing VFs allocates
 * nothing and cannot fail with ENOMEM.
 */
static int sriov_edu_pf_probe(struct pci_dev *pci,
			      const struct pci_device_id *id)
{
	int total_vfs = pci_sriov_get_totalvfs(pci);
	struct sriov_edu_pf *pf;
	int rc;

	pf = kzalloc(struct_size(pf, vfs, total_vfs), GFP_KERNEL);
	if (!pf)
		return -ENOMEM;
	pf->total_vfs = total_vfs;
	pf->pci = pci;
	mutex_init(&pf->lock);

	rc = -ENOMEM;
	pf->fn = sriov_edu_fn_alloc(pci, &sriov_edu_pf_ops, pf);
	if (!pf->fn)
		goto free;

	sriov_edu_pf_want_migration(pf);
	rc = sriov_edu_fn_setup(pf->fn);
	if (rc)
		goto put;

	rc = pf_setup_vfs(pf);
	if (rc)
		goto teardown;

	pci_set_drvdata(pci, pf);
	rc = sriov_edu_pf_init_live(pf);
	if (rc)
		goto teardown;

	sriov_edu_pf_begin_migration(pf);
	rc = sriov_edu_fn_publish(pf->fn);
	if (rc)
		goto end_migration;
	return 0;
end_migration:
	sriov_edu_pf_end_migration(pf);
	sriov_edu_pf_exit_live(pf);
teardown:
	sriov_edu_fn_teardown(pf->fn);
put:
	sriov_edu_fn_put(pf->fn);
free:
	kfree(pf);
	return rc;
}

/*
 * remove - release the PF.
 *
 * VFs are removed first, while the mailbox service that their drivers use still
 * works.  They cannot stay: without a PF driver their mail is not answered, and the
 * PCI core warns about a driver that leaves VF Enable set.  This callback cannot
 * refuse, not even while guests use VFs: VFIO waits for its users, other users of
 * an assigned VF lose it.
 */
static void sriov_edu_pf_remove(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	if (pci_vfs_assigned(pci))
		pci_warn(pci, "removed while guests use its VFs\n");

	pf_disable_sriov(pf);
	sriov_edu_fn_unpublish(pf->fn);
	sriov_edu_pf_end_migration(pf);
	sriov_edu_pf_exit_live(pf);
	sriov_edu_fn_teardown(pf->fn);
	sriov_edu_fn_put(pf->fn);
	kfree(pf);
}

/*
 * shutdown - the system is powered off, rebooted, or starts another kernel.
 *
 * The device must do no more DMA; nothing else matters.  Devices are shut down in
 * the reverse order of their addition, so the VFs' shutdown has run already.  The
 * next kernel finds VF Enable set and clears it.  Disabling VFs here would only
 * cost the second that must pass afterwards.
 */
static void sriov_edu_pf_shutdown(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	sriov_edu_fn_quiesce(pf->fn, SRIOV_EDU_STOP_PM);
}

/*
 * suspend - stop the function.
 *
 * The PCI core saves configuration space with the SR-IOV capability afterwards,
 * and sets VF Enable again before it calls resume.  VFs are devices of their own.
 * They are suspended before the PF only if their drivers request this order, see
 * vf.c.
 */
static int sriov_edu_pf_suspend(struct device *dev)
{
	struct sriov_edu_pf *pf = dev_get_drvdata(dev);

	sriov_edu_fn_quiesce(pf->fn, SRIOV_EDU_STOP_PM);
	return 0;
}

/*
 * resume_noirq - restore what the VFs depend on.
 *
 * The PCI core restores a VF's MSI-X table in this phase.  The VF must have its
 * vectors by then, so this cannot wait for resume.  Registers can be used,
 * interrupts cannot.
 */
static int sriov_edu_pf_resume_noirq(struct device *dev)
{
	sriov_edu_pf_reopen_vfs(dev_get_drvdata(dev));
	return 0;
}

/*
 * resume - start the function again.  The mailbox service works when this returns,
 * so the drivers of VFs, which resume afterwards, can use it.
 */
static int sriov_edu_pf_resume(struct device *dev)
{
	struct sriov_edu_pf *pf = dev_get_drvdata(dev);

	return sriov_edu_engine_start(pf->fn, SRIOV_EDU_STOP_PM);
}

static const struct dev_pm_ops sriov_edu_pf_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(sriov_edu_pf_suspend, sriov_edu_pf_resume)
	NOIRQ_SYSTEM_SLEEP_PM_OPS(NULL, sriov_edu_pf_resume_noirq)
};

/*
 * Configure the device for the VFs before they exist, because VF drivers are bound
 * when pci_enable_sriov() returns.  If it fails, no VF is left, and the
 * configuration is undone.
 */
static int pf_enable_sriov(struct sriov_edu_pf *pf, int num_vfs)
{
	int rc;

	device_lock_assert(&pf->pci->dev);

	rc = sriov_edu_pf_open_vfs(pf, num_vfs);
	if (rc)
		return rc;

	rc = pci_enable_sriov(pf->pci, num_vfs);
	if (rc) {
		sriov_edu_pf_close_vfs(pf);
		return rc;
	}

	/* may be fewer than @num_vfs, see pci_enable_sriov() */
	return pci_num_vf(pf->pci);
}

/*
 * sriov_configure - enable @num_vfs VFs, or disable all if it is 0.
 *
 * The PCI core has checked that @num_vfs is not above TotalVFs (or the limit that
 * the driver set by pci_sriov_set_totalvfs()).  It calls this only to enable VFs
 * while none is enabled, or to disable all of them.  Return the number of VFs that
 * are enabled now; a negative error means that nothing has changed.
 *
 * The driver may refuse to disable VFs, and does if a guest would lose its device.
 */
static int sriov_edu_pf_sriov_configure(struct pci_dev *pci, int num_vfs)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	if (num_vfs)
		return pf_enable_sriov(pf, num_vfs);

	if (pci_vfs_assigned(pci)) {
		pci_warn(pci, "guests use VFs, not disabling them\n");
		return -EPERM;
	}
	pf_disable_sriov(pf);
	return 0;
}

/*
 * sriov_get_vf_total_msix - the number of MSI-X vectors that the VFs share.
 *
 * This is the size of the whole pool, not of its unused part, and must not change.
 */
static u32 sriov_edu_pf_get_vf_total_msix(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	return pf->total_msix;
}

/*
 * sriov_set_msix_vec_count - give a VF @count vectors, or its default number if
 * @count is 0.
 *
 * The number becomes the Table Size in the VF's MSI-X capability, which a driver
 * reads when it is bound.  The PCI core ensures that no driver is bound now.
 */
static int sriov_edu_pf_set_msix_vec_count(struct pci_dev *vf, int count)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci_physfn(vf));
	int vf_id = pci_iov_vf_id(vf);

	device_lock_assert(&pf->pci->dev);
	device_lock_assert(&vf->dev);

	if (vf_id < 0)
		return vf_id;
	return sriov_edu_pf_set_vf_msix(pf, vf_id, count);
}

/*
 * error_detected - the PCI core has detected an error of this function or of
 * another one on the same link.
 *
 * Stop using the device without relying on it, since it may not answer, and return
 * what recovery it needs.  The PCI core calls each VF's driver too.
 */
static pci_ers_result_t sriov_edu_pf_error_detected(struct pci_dev *pci,
						    pci_channel_state_t state)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	return sriov_edu_fn_error(pf->fn, state);
}

/*
 * slot_reset - the link was reset, and configuration space is as after power-on.
 *
 * Restoring the PF's configuration space restores the SR-IOV capability, and so the
 * VFs.  Only check that the device answers; it is used again from resume on.
 */
static pci_ers_result_t sriov_edu_pf_slot_reset(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	return sriov_edu_fn_slot_reset(pf->fn);
}

/* resume (of error recovery) - all functions on the link have recovered. */
static void sriov_edu_pf_error_resume(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	if (!sriov_edu_engine_start(pf->fn, SRIOV_EDU_STOP_ERROR))
		sriov_edu_pf_reopen_vfs(pf);
}

/*
 * reset_prepare - this function is about to be reset, by a write to its reset file
 * or by a reset of its bus.
 *
 * A Function Level Reset of the PF also resets its VFs and clears VF Enable.  Only
 * this driver can notify the VFs' drivers.  It waits for their acknowledgment, but
 * not for long, because a guest may not answer.  Then the PF itself is stopped.
 * The PCI core saves configuration space after this.
 */
static void sriov_edu_pf_reset_prepare(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	sriov_edu_pf_warn_vfs(pf);
	sriov_edu_fn_quiesce(pf->fn, SRIOV_EDU_STOP_RESET);
}

/*
 * reset_done - the reset has ended, successful or not, and configuration space with
 * the SR-IOV capability is restored.  Set up the device's registers again.
 */
static void sriov_edu_pf_reset_done(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	if (pci_sriov_vfs_lost(pci))
		pci_warn(pci, "the VFs are lost until the next reset\n");
	if (!sriov_edu_engine_start(pf->fn, SRIOV_EDU_STOP_RESET))
		sriov_edu_pf_reopen_vfs(pf);
}

static const struct pci_error_handlers sriov_edu_pf_err_handler = {
	.error_detected	= sriov_edu_pf_error_detected,
	.slot_reset	= sriov_edu_pf_slot_reset,
	.resume		= sriov_edu_pf_error_resume,
	.reset_prepare	= sriov_edu_pf_reset_prepare,
	.reset_done	= sriov_edu_pf_reset_done,
};

static const struct pci_device_id sriov_edu_pf_ids[] = {
	{ PCI_DEVICE(SRIOV_EDU_VENDOR_ID, SRIOV_EDU_PF_DEVICE_ID) },
	{ }
};
MODULE_DEVICE_TABLE(pci, sriov_edu_pf_ids);

static struct pci_driver sriov_edu_pf_driver = {
	.name			  = "sriov_edu_pf",
	.id_table		  = sriov_edu_pf_ids,
	.probe			  = sriov_edu_pf_probe,
	.remove			  = sriov_edu_pf_remove,
	.shutdown		  = sriov_edu_pf_shutdown,
	.driver.pm		  = pm_sleep_ptr(&sriov_edu_pf_pm_ops),
	.sriov_configure	  = sriov_edu_pf_sriov_configure,
	.sriov_get_vf_total_msix  = sriov_edu_pf_get_vf_total_msix,
	.sriov_set_msix_vec_count = sriov_edu_pf_set_msix_vec_count,
	.err_handler		  = &sriov_edu_pf_err_handler,
};
module_pci_driver(sriov_edu_pf_driver);

MODULE_DESCRIPTION("Sample driver for an SR-IOV Physical Function (sriov-edu)");
MODULE_LICENSE("GPL");
