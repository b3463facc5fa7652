// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: MSI-X vectors of VFs, which the PF driver distributes
 *
 * Floor: 0
 */
#include "../pci.h"
#include "sriov.h"

/**
 * sriov_msix_refresh_total - query the driver for the vectors that its VFs share
 * @sriov: the PF
 *
 * Context: device_lock() of the PF held, so that the driver stays bound.
 */
void sriov_msix_refresh_total(struct pci_sriov *sriov)
{
	struct pci_dev *pf = sriov->pf;
	u32 total = 0;

	device_lock_assert(&pf->dev);

	if (pf->driver && pf->driver->sriov_get_vf_total_msix)
		total = pf->driver->sriov_get_vf_total_msix(pf);

	WRITE_ONCE(sriov->vf_total_msix, total);
	/* pairs with the load in sriov_msix_get_total(): the number first */
	smp_store_release(&sriov->vf_total_msix_known, !!pf->driver);
}

/**
 * sriov_msix_get_total - return how many vectors the VFs share
 * @sriov: the PF
 * @total: out: the number, 0 without a driver
 *
 * The number does not change while the driver stays bound.  Once it is known, a
 * reader does not wait for an operation that holds the PF's lock.
 *
 * Context: process context; may take device_lock() of the PF.
 * Return: 0 or -ERESTARTSYS.
 */
int sriov_msix_get_total(struct pci_sriov *sriov, u32 *total)
{
	/* pairs with the store in sriov_msix_refresh_total() */
	if (!smp_load_acquire(&sriov->vf_total_msix_known)) {
		if (device_lock_interruptible(&sriov->pf->dev))
			return -ERESTARTSYS;
		sriov_msix_refresh_total(sriov);
		device_unlock(&sriov->pf->dev);
	}

	*total = READ_ONCE(sriov->vf_total_msix);
	return 0;
}

/**
 * sriov_msix_set_vf_count - set how many vectors a VF has
 * @sriov: the PF
 * @vf: the VF, which must not have a driver: that sets itself up for the vectors
 *	that it finds
 * @vectors: how many
 *
 * Context: device_lock() of the PF held; takes that of @vf.
 * Return: 0; -EOPNOTSUPP if the PF driver does not support it; -EBUSY if @vf has a
 * driver; or an error of the PF driver.
 */
int sriov_msix_set_vf_count(struct pci_sriov *sriov, struct pci_dev *vf,
			    int vectors)
{
	struct pci_dev *pf = sriov->pf;
	int rc;

	device_lock_assert(&pf->dev);

	if (!pf->driver || !pf->driver->sriov_set_msix_vec_count)
		return -EOPNOTSUPP;

	device_lock(&vf->dev);
	rc = vf->driver ? -EBUSY :
			  pf->driver->sriov_set_msix_vec_count(vf, vectors);
	device_unlock(&vf->dev);

	return rc;
}
