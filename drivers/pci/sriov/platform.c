// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: VFs that the platform adds and removes (s390, powerpc)
 *
 * Floor: 5
 *
 * On s390 firmware announces each VF (no_vf_scan).  On powerpc EEH removes a VF
 * and adds it again.
 */
#include "../pci.h"
#include "sriov.h"

/**
 * pci_iov_sysfs_link - join a PF and a VF that the platform announced
 * @pf: the PF
 * @vf: the VF, added
 * @vf_id: number of the VF, from 0
 *
 * For platforms that set no_vf_scan.  The caller makes @vf a VF of @pf, with a
 * reference to it.
 *
 * Context: pci_rescan_remove_lock held.
 * Return: 0, -ENODEV if @pf is not a PF, -EEXIST or -ENOMEM.
 */
int pci_iov_sysfs_link(struct pci_dev *pf, struct pci_dev *vf, int vf_id)
{
	struct pci_sriov *sriov = to_sriov(pf);

	return sriov ? sriov_vf_link(sriov, vf, vf_id) : -ENODEV;
}

/**
 * pci_iov_add_virtfn - add one VF again that pci_iov_remove_virtfn() removed
 * @pf: the PF
 * @vf_id: number of the VF, from 0
 *
 * Context: pci_rescan_remove_lock held.
 * Return: 0; -EINVAL if @pf has no such VF; -EEXIST if it exists; or as
 * sriov_vf_add().
 */
int pci_iov_add_virtfn(struct pci_dev *pf, int vf_id)
{
	struct pci_sriov *sriov = to_sriov(pf);
	struct pci_dev *vf;
	int rc;

	if (!sriov || READ_ONCE(sriov->phase) != SRIOV_ON ||
	    vf_id < 0 || vf_id >= READ_ONCE(sriov->num_vfs))
		return -EINVAL;

	vf = sriov_slot_get(sriov, vf_id);
	if (vf) {
		pci_dev_put(vf);
		return -EEXIST;
	}

	rc = sriov_vf_add(sriov, vf_id);
	if (!rc && READ_ONCE(sriov->policy.autoprobe))
		sriov_vf_bind(sriov, vf_id);

	return rc;
}

/* A platform may announce VFs of a PF that Linux has enabled none of. */
static struct pci_dev *sriov_vf_find(struct pci_sriov *sriov, int vf_id)
{
	struct pci_dev *vf = sriov_slot_get(sriov, vf_id);
	u16 rid = sriov_vf_rid(sriov, vf_id);

	if (vf)
		return vf;

	return pci_get_domain_bus_and_slot(pci_domain_nr(sriov->pf->bus),
					   PCI_BUS_NUM(rid), rid & 0xff);
}

/**
 * pci_iov_remove_virtfn - remove one VF
 * @pf: the PF
 * @vf_id: number of the VF, from 0; nothing happens if it does not exist
 *
 * Context: pci_rescan_remove_lock held.
 */
void pci_iov_remove_virtfn(struct pci_dev *pf, int vf_id)
{
	struct pci_sriov *sriov = to_sriov(pf);
	struct pci_dev *vf = sriov ? sriov_vf_find(sriov, vf_id) : NULL;

	if (!vf)
		return;

	sriov_vf_remove(sriov, vf, vf_id);
	sriov_bus_remove_empty(sriov);
	pci_dev_put(vf);
}
