// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sample driver for an SR-IOV Physical Function: the part that every PF driver
 * has.  What this device's VFs need is in pf_vfs.c, and what VFs that come and go
 * one by one need in pf_migration.c.
 *
 * Who calls what, and under which lock, is what a PF driver author must know:
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
 * So none of them runs at the same time as another on one PF, and the PF driver
 * needs no lock between them.  What it does need locks for are its own threads:
 * interrupts, and programs in its character device.
 *
 * pci_enable_sriov() and pci_disable_sriov() bind and unbind VF drivers before
 * they return.  VF drivers talk to this one while that happens, therefore the
 * mailbox service must run and may need no lock that is held here.
 */
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/pci.h>
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
	pci_disable_sriov(pf->pci);
	sriov_edu_pf_close_vfs(pf);
}

/* Learns about the VFs that can be, and takes over those that are */
static int pf_setup_vfs(struct sriov_edu_pf *pf)
{
	int num_vfs = pci_num_vf(pf->pci);
	int err;

	err = sriov_edu_pf_init_vfs(pf, vf_quota);
	if (err || !num_vfs)
		return err;

	pci_info(pf->pci, "taking over %d VFs\n", num_vfs);
	return sriov_edu_pf_open_vfs(pf, num_vfs);
}

/*
 * probe - take the PF over.
 *
 * No VFs are made here: how many there shall be is for the administrator to
 * say, through sriov_numvfs.  That can happen as soon as probe has returned.
 * But VFs may be there already, if the driver before this one left them.
 *
 * The structure is as large as TotalVFs needs, so nothing must be allocated,
 * and nothing can fail for want of memory, when VFs come and go.
 */
static int sriov_edu_pf_probe(struct pci_dev *pci,
			      const struct pci_device_id *id)
{
	int total_vfs = pci_sriov_get_totalvfs(pci);
	struct sriov_edu_pf *pf;
	int err;

	pf = kzalloc(struct_size(pf, vfs, total_vfs), GFP_KERNEL);
	if (!pf)
		return -ENOMEM;
	pf->total_vfs = total_vfs;
	pf->pci = pci;
	mutex_init(&pf->lock);

	err = -ENOMEM;
	pf->fn = sriov_edu_fn_alloc(pci, &sriov_edu_pf_ops, pf);
	if (!pf->fn)
		goto free;

	sriov_edu_pf_want_migration(pf);
	err = sriov_edu_fn_setup(pf->fn);
	if (err)
		goto put;

	err = pf_setup_vfs(pf);
	if (err)
		goto teardown;

	pci_set_drvdata(pci, pf);
	sriov_edu_pf_begin_migration(pf);
	err = sriov_edu_fn_publish(pf->fn);
	if (err)
		goto end_migration;
	return 0;
end_migration:
	sriov_edu_pf_end_migration(pf);
teardown:
	sriov_edu_fn_teardown(pf->fn);
put:
	sriov_edu_fn_put(pf->fn);
free:
	kfree(pf);
	return err;
}

/*
 * remove - let go of the PF.
 *
 * The VFs go first, while everything that their drivers may ask of this one
 * still works.  They cannot stay: without a PF driver nobody answers them, and
 * a driver that leaves VF Enable set is told off by the PCI core.  There is no
 * way to refuse here, not even for VFs that guests use; VFIO waits for its
 * users, other ways to assign a VF lose it.
 */
static void sriov_edu_pf_remove(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	if (pci_vfs_assigned(pci))
		pci_warn(pci, "removed while guests use its VFs\n");

	pf_disable_sriov(pf);
	sriov_edu_fn_unpublish(pf->fn);
	sriov_edu_pf_end_migration(pf);
	sriov_edu_fn_teardown(pf->fn);
	sriov_edu_fn_put(pf->fn);
	kfree(pf);
}

/*
 * shutdown - the machine goes down, or another kernel takes over.
 *
 * All that matters is that the device does no more DMA.  VFs have had their own
 * shutdown before, as devices go down in the reverse order of their coming, and
 * the next kernel finds VF Enable set and clears it; taking VFs away here would
 * only cost the second that must pass afterwards.
 */
static void sriov_edu_pf_shutdown(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	sriov_edu_fn_quiesce(pf->fn, SRIOV_EDU_STOP_PM);
}

/*
 * suspend - stop everything, remember what the hardware will forget.
 *
 * The PCI core saves config space with the SR-IOV capability afterwards and
 * sets VF Enable again before resume is called.  The VFs are devices of their
 * own and have been suspended by now, in so far as their drivers asked for this
 * order, see vf.c.
 */
static int sriov_edu_pf_suspend(struct device *dev)
{
	struct sriov_edu_pf *pf = dev_get_drvdata(dev);

	sriov_edu_fn_quiesce(pf->fn, SRIOV_EDU_STOP_PM);
	return 0;
}

/*
 * resume_noirq - bring back what the VFs depend on.
 *
 * The PCI core restores a VF's MSI-X table in this phase.  For that the VF must
 * have its vectors again, so this cannot wait for resume.  Registers can be
 * used, interrupts cannot.
 */
static int sriov_edu_pf_resume_noirq(struct device *dev)
{
	sriov_edu_pf_reopen_vfs(dev_get_drvdata(dev));
	return 0;
}

/*
 * resume - go on.  The mailbox service works when this returns, and the VFs'
 * drivers, which resume afterwards, may use it.
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
 * First the device is told about the VFs, while they do not exist yet, for when
 * pci_enable_sriov() returns their drivers are at work.  If it fails, no VF is
 * left, and what was prepared is taken back.
 */
static int pf_enable_sriov(struct sriov_edu_pf *pf, int num_vfs)
{
	int err;

	err = sriov_edu_pf_open_vfs(pf, num_vfs);
	if (err)
		return err;

	err = pci_enable_sriov(pf->pci, num_vfs);
	if (err)
		sriov_edu_pf_close_vfs(pf);
	return err;
}

/*
 * sriov_configure - make @num_vfs VFs, or with 0 take all away.
 *
 * The PCI core has checked that @num_vfs is not above TotalVFs (or what the
 * driver set with pci_sriov_set_totalvfs()), and calls this only from 0 to some
 * or from some to 0.  Return how many VFs there are now; a negative error
 * leaves all as it was.
 *
 * Here the driver may refuse to take VFs away, and does where a guest would
 * lose its device.
 */
static int sriov_edu_pf_sriov_configure(struct pci_dev *pci, int num_vfs)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	if (num_vfs)
		return pf_enable_sriov(pf, num_vfs) ?: num_vfs;

	if (pci_vfs_assigned(pci)) {
		pci_warn(pci, "guests use VFs, not disabling them\n");
		return -EPERM;
	}
	pf_disable_sriov(pf);
	return 0;
}

/*
 * sriov_get_vf_total_msix - how many MSI-X vectors the VFs share.
 *
 * This is the pool, not what is left of it, and must not change.
 */
static u32 sriov_edu_pf_get_vf_total_msix(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	return pf->total_msix;
}

/*
 * sriov_set_msix_vec_count - give a VF this many vectors, 0: as many as at
 * first.
 *
 * The number becomes the Table Size in the VF's MSI-X capability, which its
 * driver reads when it binds; the PCI core makes sure that none is bound now.
 */
static int sriov_edu_pf_set_msix_vec_count(struct pci_dev *vf, int count)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci_physfn(vf));
	int vf_id = pci_iov_vf_id(vf);

	if (vf_id < 0)
		return vf_id;
	return sriov_edu_pf_set_vf_msix(pf, vf_id, count);
}

/*
 * error_detected - the PCI core has seen an error of this function or of one
 * with which it shares its link.
 *
 * Stop using the device without relying on it: it may not answer.  Then say
 * what should be done.  The VFs' drivers are asked too, each for itself.
 */
static pci_ers_result_t sriov_edu_pf_error_detected(struct pci_dev *pci,
						    pci_channel_state_t state)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	return sriov_edu_fn_error(pf->fn, state);
}

/*
 * slot_reset - the link has been reset: config space is as after power-on.
 *
 * Restoring the PF's config space restores the SR-IOV capability, and with that
 * the VFs exist again.  Check that the device is alive; no use of it yet.
 */
static pci_ers_result_t sriov_edu_pf_slot_reset(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	return sriov_edu_fn_slot_reset(pf->fn);
}

/*
 * resume (of error recovery) - everybody on the link has recovered, go on.
 */
static void sriov_edu_pf_error_resume(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	if (!sriov_edu_engine_start(pf->fn, SRIOV_EDU_STOP_ERROR))
		sriov_edu_pf_reopen_vfs(pf);
}

/*
 * reset_prepare - somebody is about to reset this function (a write to its
 * reset file, a reset of its bus).
 *
 * A Function Level Reset of the PF resets its VFs with it and clears VF Enable.
 * Nobody but this driver can tell the VFs' drivers, so it does, and waits for
 * them, but not for long: a guest may not answer.  Then the PF itself stops.
 * The PCI core saves config space after this.
 */
static void sriov_edu_pf_reset_prepare(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	sriov_edu_pf_warn_vfs(pf);
	sriov_edu_fn_quiesce(pf->fn, SRIOV_EDU_STOP_RESET);
}

/*
 * reset_done - the reset is over, successful or not, and config space restored
 * with the SR-IOV capability in it.  Set up what the device forgot.
 */
static void sriov_edu_pf_reset_done(struct pci_dev *pci)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

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
