// SPDX-License-Identifier: GPL-2.0-only
/*
 * Live migration of VFs: the driver of a VF
 *
 * Floor: 3
 *
 * What VFIO wants of a device that can migrate, for any VF whose PF driver has
 * registered struct pci_sriov_live_ops.  vfio-pci-sriov binds it to such VFs; a
 * vendor's own module is a struct pci_driver with a table of IDs and these callbacks.
 */
#include <linux/export.h>
#include <linux/module.h>
#include <linux/vfio_pci_sriov.h>

#include "live.h"

static struct sriov_live_vf *to_live_vf(struct vfio_device *vdev)
{
	return container_of(vdev, struct sriov_live_vf, core.vdev);
}

static struct file *sriov_live_migration_set_state(struct vfio_device *vdev,
						   enum vfio_device_mig_state s)
{
	struct sriov_live_vf *v = to_live_vf(vdev);

	guard(sriov_live)(v);
	return sriov_live_set_state(v, s);
}

static int sriov_live_migration_get_state(struct vfio_device *vdev,
					  enum vfio_device_mig_state *s)
{
	struct sriov_live_vf *v = to_live_vf(vdev);

	guard(sriov_live)(v);
	*s = v->state;
	return 0;
}

static int sriov_live_migration_get_size(struct vfio_device *vdev,
					 unsigned long *size)
{
	struct sriov_live_vf *v = to_live_vf(vdev);
	ssize_t rc;

	guard(sriov_live)(v);
	rc = sriov_live_save_size(v);
	if (rc < 0)
		return rc;

	*size = rc;
	return 0;
}

static const struct vfio_migration_ops sriov_live_migration_ops = {
	.migration_set_state	 = sriov_live_migration_set_state,
	.migration_get_state	 = sriov_live_migration_get_state,
	.migration_get_data_size = sriov_live_migration_get_size,
};

static int sriov_live_device_log_start(struct vfio_device *vdev,
				       struct rb_root_cached *ranges, u32 nodes,
				       u64 *page_size)
{
	struct sriov_live_vf *v = to_live_vf(vdev);

	guard(sriov_live)(v);
	return sriov_live_log_start(v, ranges, nodes, page_size);
}

static int sriov_live_device_log_stop(struct vfio_device *vdev)
{
	struct sriov_live_vf *v = to_live_vf(vdev);

	guard(sriov_live)(v);
	sriov_live_log_stop(v);
	return 0;
}

static int sriov_live_device_log_read(struct vfio_device *vdev,
				      unsigned long iova, unsigned long length,
				      struct iova_bitmap *dirty)
{
	struct sriov_live_vf *v = to_live_vf(vdev);

	guard(sriov_live)(v);
	return sriov_live_log_read(v, iova, length, dirty);
}

static const struct vfio_log_ops sriov_live_log_ops = {
	.log_start		= sriov_live_device_log_start,
	.log_stop		= sriov_live_device_log_stop,
	.log_read_and_clear	= sriov_live_device_log_read,
};

/* What the PF driver supports is constant as long as the VF exists. */
static int sriov_live_init_migration(struct sriov_live_vf *v)
{
	const struct pci_sriov_live_ops *ops;
	struct vfio_device *vdev = &v->core.vdev;

	ops = pci_sriov_live_begin(v->vf);
	if (IS_ERR(ops))
		return PTR_ERR(ops);

	vdev->migration_flags = VFIO_MIGRATION_STOP_COPY;
	if (ops->quiet)
		vdev->migration_flags |= VFIO_MIGRATION_P2P;
	if (ops->changed)
		vdev->migration_flags |= VFIO_MIGRATION_PRE_COPY;
	vdev->mig_ops = &sriov_live_migration_ops;
	if (ops->log_start)
		vdev->log_ops = &sriov_live_log_ops;
	pci_sriov_live_end(v->vf);

	return 0;
}

static int sriov_live_init_device(struct vfio_device *vdev)
{
	struct sriov_live_vf *v = to_live_vf(vdev);
	int rc;

	v->vf = to_pci_dev(vdev->dev);
	v->pf = pci_physfn(v->vf);
	v->vf_id = pci_iov_vf_id(v->vf);
	v->state = VFIO_DEVICE_STATE_RUNNING;
	mutex_init(&v->state_lock);
	v->seen_lost = pci_sriov_live_lost(v->vf);

	rc = sriov_live_init_migration(v);
	if (!rc)
		rc = vfio_pci_core_init_dev(vdev);
	if (rc)
		mutex_destroy(&v->state_lock);
	return rc;
}

static void sriov_live_release_device(struct vfio_device *vdev)
{
	mutex_destroy(&to_live_vf(vdev)->state_lock);
	vfio_pci_core_release_dev(vdev);
}

static int sriov_live_open_device(struct vfio_device *vdev)
{
	struct sriov_live_vf *v = to_live_vf(vdev);
	int rc;

	rc = vfio_pci_core_enable(&v->core);
	if (rc)
		return rc;

	rc = sriov_live_open(v);
	if (rc) {
		vfio_pci_core_disable(&v->core);
		return rc;
	}

	vfio_pci_core_finish_enable(&v->core);
	return 0;
}

static void sriov_live_close_device(struct vfio_device *vdev)
{
	sriov_live_close(to_live_vf(vdev));
	vfio_pci_core_close_device(vdev);
}

static const struct vfio_device_ops sriov_live_device_ops = {
	VFIO_PCI_CORE_OPS,
	.name		= "vfio-pci-sriov",
	.init		= sriov_live_init_device,
	.release	= sriov_live_release_device,
	.open_device	= sriov_live_open_device,
	.close_device	= sriov_live_close_device,
};

/**
 * vfio_pci_sriov_probe - &pci_driver.probe of a VF that can migrate
 * @vf: the device
 * @id: unused
 *
 * Return: 0; -ENODEV if @vf is not a VF, or its PF driver does not support it (already
 * logged); -EBUSY while the PF is being reset; an error of VFIO.
 */
int vfio_pci_sriov_probe(struct pci_dev *vf, const struct pci_device_id *id)
{
	struct sriov_live_vf *v;
	int rc;

	if (!vf->is_virtfn) {
		pci_err(vf, "not a VF\n");
		return -ENODEV;
	}

	v = vfio_alloc_device(sriov_live_vf, core.vdev, &vf->dev,
			      &sriov_live_device_ops);
	if (IS_ERR(v)) {
		if (PTR_ERR(v) == -ENODEV)
			pci_err(vf, "the driver of PF %s does not support live migration\n",
				pci_name(pci_physfn(vf)));
		return PTR_ERR(v);
	}

	pci_set_drvdata(vf, &v->core);
	rc = vfio_pci_core_register_device(&v->core);
	if (rc)
		vfio_put_device(&v->core.vdev);
	return rc;
}
EXPORT_SYMBOL_GPL(vfio_pci_sriov_probe);

static struct sriov_live_vf *sriov_live_drvdata(struct pci_dev *vf)
{
	struct vfio_pci_core_device *core = pci_get_drvdata(vf);

	return container_of(core, struct sriov_live_vf, core);
}

/**
 * vfio_pci_sriov_remove - &pci_driver.remove of a VF that can migrate
 * @vf: the VF
 *
 * Waits for user space to close the VF.
 */
void vfio_pci_sriov_remove(struct pci_dev *vf)
{
	struct sriov_live_vf *v = sriov_live_drvdata(vf);

	vfio_pci_core_unregister_device(&v->core);
	vfio_put_device(&v->core.vdev);
}
EXPORT_SYMBOL_GPL(vfio_pci_sriov_remove);

static void sriov_live_reset_done(struct pci_dev *vf)
{
	sriov_live_was_reset(sriov_live_drvdata(vf));
}

/* &pci_driver.err_handler of a VF that can migrate */
const struct pci_error_handlers vfio_pci_sriov_err_handler = {
	.error_detected	= vfio_pci_core_aer_err_detected,
	.reset_done	= sriov_live_reset_done,
};
EXPORT_SYMBOL_GPL(vfio_pci_sriov_err_handler);

MODULE_DESCRIPTION("Live migration of VFs, shared by the drivers of VFs");
MODULE_LICENSE("GPL");
/* as MODULE_IMPORT_NS(), whose argument was not always a string */
MODULE_INFO(import_ns, "IOMMUFD");
