// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floor: 4
 *
 * Sample driver for an SR-IOV Virtual Function.
 *
 * It is an ordinary PCI driver.  A VF has registers, interrupts and DMA like any
 * function, and the driver runs in the host as in a guest, where the VF looks like
 * a device of its own and the PF is not visible.  Three things are specific to
 * SR-IOV: the driver contacts the PF's driver, but works without an answer; in the
 * host the VF must not resume before the PF; and a reset of the PF resets the VF
 * without any callback of this driver.
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "vf.h"

static const struct sriov_edu_fn_ops sriov_edu_vf_ops = {
	.interrupts	= SRIOV_EDU_INT_MAILBOX,
	.event		= sriov_edu_vf_event,
};

/*
 * The driver core treats VF and PF as siblings, so both might suspend and resume at
 * the same time.  But a VF does not exist until the PF's VF Enable is restored, so a
 * device link orders them.  The link is stateless because it is about order only:
 * PF driver and PCI core control which drivers are bound.
 */
static int vf_link_to_pf(struct sriov_edu_vf *vf)
{
	if (!vf->pci->is_virtfn)
		return 0;

	vf->link = device_link_add(&vf->pci->dev, &pci_physfn(vf->pci)->dev,
				   DL_FLAG_STATELESS);
	return vf->link ? 0 : -ENOMEM;
}

static void vf_unlink_from_pf(struct sriov_edu_vf *vf)
{
	if (vf->link)
		device_link_del(vf->link);
}

/*
 * The interrupt thread starts the work, and the work uses the registers: stop them
 * in this order, then unmap the registers.
 */
static void vf_teardown(struct sriov_edu_vf *vf)
{
	sriov_edu_fn_quiesce(vf->fn, SRIOV_EDU_STOP_GONE);
	cancel_delayed_work_sync(&vf->comeback);
	sriov_edu_fn_teardown(vf->fn);
}

/*
 * In the host the PF driver waits for this in pci_enable_sriov(), so it must not
 * wait for the PF driver except through the mailbox.
 */
static int sriov_edu_vf_probe(struct pci_dev *pci,
			      const struct pci_device_id *id)
{
	struct sriov_edu_vf *vf;
	int rc;

	vf = kzalloc(sizeof(*vf), GFP_KERNEL);
	if (!vf)
		return -ENOMEM;
	vf->pci = pci;
	mutex_init(&vf->mbx_lock);
	INIT_DELAYED_WORK(&vf->comeback, sriov_edu_vf_comeback);

	rc = vf_link_to_pf(vf);
	if (rc)
		goto free;

	rc = -ENOMEM;
	vf->fn = sriov_edu_fn_alloc(pci, &sriov_edu_vf_ops, vf);
	if (!vf->fn)
		goto unlink;

	rc = sriov_edu_fn_setup(vf->fn);
	if (rc)
		goto put;

	sriov_edu_vf_greet_pf(vf);

	pci_set_drvdata(pci, vf);
	rc = sriov_edu_fn_publish(vf->fn);
	if (rc)
		goto teardown;
	return 0;
teardown:
	vf_teardown(vf);
put:
	sriov_edu_fn_put(vf->fn);
unlink:
	vf_unlink_from_pf(vf);
free:
	kfree(vf);
	return rc;
}

static void sriov_edu_vf_remove(struct pci_dev *pci)
{
	struct sriov_edu_vf *vf = pci_get_drvdata(pci);

	sriov_edu_fn_unpublish(vf->fn);
	vf_teardown(vf);
	sriov_edu_fn_put(vf->fn);
	vf_unlink_from_pf(vf);
	kfree(vf);
}

/* The device must not write to memory that the next kernel or firmware uses */
static void sriov_edu_vf_shutdown(struct pci_dev *pci)
{
	struct sriov_edu_vf *vf = pci_get_drvdata(pci);

	sriov_edu_fn_quiesce(vf->fn, SRIOV_EDU_STOP_PM);
}

static int sriov_edu_vf_suspend(struct device *dev)
{
	struct sriov_edu_vf *vf = dev_get_drvdata(dev);

	sriov_edu_fn_quiesce(vf->fn, SRIOV_EDU_STOP_PM);
	return 0;
}

/* The PF's state about this driver is lost too, so contact it again */
static int sriov_edu_vf_resume(struct device *dev)
{
	struct sriov_edu_vf *vf = dev_get_drvdata(dev);
	int rc;

	rc = sriov_edu_engine_start(vf->fn, SRIOV_EDU_STOP_PM);
	if (!rc)
		sriov_edu_vf_greet_pf(vf);
	return rc;
}

static DEFINE_SIMPLE_DEV_PM_OPS(sriov_edu_vf_pm_ops, sriov_edu_vf_suspend,
				sriov_edu_vf_resume);

static pci_ers_result_t sriov_edu_vf_error_detected(struct pci_dev *pci,
						    pci_channel_state_t state)
{
	struct sriov_edu_vf *vf = pci_get_drvdata(pci);

	return sriov_edu_fn_error(vf->fn, state);
}

/* The PF's slot_reset was called before, so the VF exists again */
static pci_ers_result_t sriov_edu_vf_slot_reset(struct pci_dev *pci)
{
	struct sriov_edu_vf *vf = pci_get_drvdata(pci);

	return sriov_edu_fn_slot_reset(vf->fn);
}

static void sriov_edu_vf_error_resume(struct pci_dev *pci)
{
	struct sriov_edu_vf *vf = pci_get_drvdata(pci);

	if (!sriov_edu_engine_start(vf->fn, SRIOV_EDU_STOP_ERROR))
		sriov_edu_vf_greet_pf(vf);
}

/* A Function Level Reset of this VF alone does not affect PF and other VFs */
static void sriov_edu_vf_reset_prepare(struct pci_dev *pci)
{
	struct sriov_edu_vf *vf = pci_get_drvdata(pci);

	sriov_edu_fn_quiesce(vf->fn, SRIOV_EDU_STOP_RESET);
}

static void sriov_edu_vf_reset_done(struct pci_dev *pci)
{
	struct sriov_edu_vf *vf = pci_get_drvdata(pci);

	if (!sriov_edu_engine_start(vf->fn, SRIOV_EDU_STOP_RESET))
		sriov_edu_vf_greet_pf(vf);
}

static const struct pci_error_handlers sriov_edu_vf_err_handler = {
	.error_detected	= sriov_edu_vf_error_detected,
	.slot_reset	= sriov_edu_vf_slot_reset,
	.resume		= sriov_edu_vf_error_resume,
	.reset_prepare	= sriov_edu_vf_reset_prepare,
	.reset_done	= sriov_edu_vf_reset_done,
};

static const struct pci_device_id sriov_edu_vf_ids[] = {
	{ PCI_DEVICE(SRIOV_EDU_VENDOR_ID, SRIOV_EDU_VF_DEVICE_ID) },
	{ }
};
MODULE_DEVICE_TABLE(pci, sriov_edu_vf_ids);

/*
 * Probing is asynchronous, so that VFs that exist when the module is loaded are
 * probed in parallel.
 */
static struct pci_driver sriov_edu_vf_driver = {
	.name			= "sriov_edu_vf",
	.id_table		= sriov_edu_vf_ids,
	.probe			= sriov_edu_vf_probe,
	.remove			= sriov_edu_vf_remove,
	.shutdown		= sriov_edu_vf_shutdown,
	.driver.pm		= pm_sleep_ptr(&sriov_edu_vf_pm_ops),
	.driver.probe_type	= PROBE_PREFER_ASYNCHRONOUS,
	.err_handler		= &sriov_edu_vf_err_handler,
};
module_pci_driver(sriov_edu_vf_driver);

MODULE_DESCRIPTION("Sample driver for an SR-IOV Virtual Function (sriov-edu)");
MODULE_LICENSE("GPL");
