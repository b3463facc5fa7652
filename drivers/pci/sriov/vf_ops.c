// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: what a PF driver is told and asked about single VFs
 *
 * All within an operation, so that none comes after pci_disable_sriov() or the
 * driver's leave.
 */
#include <linux/export.h>
#include <linux/pci-sriov.h>

#include "../pci.h"
#include "sriov.h"

/**
 * sriov_ask_arriving - may a VF come?
 * @sriov: the PF
 * @vf_id: number of the VF
 *
 * Return: 0 or the driver's error (already logged).
 */
int sriov_ask_arriving(struct pci_sriov *sriov, unsigned int vf_id)
{
	const struct pci_sriov_vf_ops *ops = sriov->policy.vf_ops;
	int rc = 0;

	lockdep_assert_held(&sriov->op_lock);

	if (ops && ops->arriving)
		rc = ops->arriving(sriov->pf, vf_id);
	if (rc)
		pci_warn(sriov->pf, "VF %u was refused by the driver (%d)\n",
			 vf_id, rc);
	return rc;
}

/**
 * sriov_tell_arrived - a VF has come
 * @sriov: the PF
 * @vf_id: number of the VF; an empty slot is not told of
 */
void sriov_tell_arrived(struct pci_sriov *sriov, unsigned int vf_id)
{
	const struct pci_sriov_vf_ops *ops = sriov->policy.vf_ops;
	struct pci_dev *vf = sriov_slot_get(sriov, vf_id);

	if (vf && ops && ops->arrived)
		ops->arrived(sriov->pf, vf, vf_id);
	pci_dev_put(vf);
}

/**
 * sriov_ask_leaving - may a VF go?
 * @sriov: the PF
 * @vf_id: number of the VF; an empty slot may
 *
 * Return: 0 if so, else in how many milliseconds to ask again.
 */
unsigned int sriov_ask_leaving(struct pci_sriov *sriov, unsigned int vf_id)
{
	const struct pci_sriov_vf_ops *ops = sriov->policy.vf_ops;
	struct pci_dev *vf = sriov_slot_get(sriov, vf_id);
	unsigned int ms = 0;

	lockdep_assert_held(&sriov->op_lock);

	if (vf && ops && ops->leaving)
		ms = ops->leaving(sriov->pf, vf, vf_id);
	pci_dev_put(vf);

	return ms;
}

/**
 * sriov_tell_staying - a VF of which sriov_ask_leaving() told stays
 * @sriov: the PF
 * @vf_id: number of the VF; an empty slot is not told of
 */
void sriov_tell_staying(struct pci_sriov *sriov, unsigned int vf_id)
{
	const struct pci_sriov_vf_ops *ops = sriov->policy.vf_ops;
	struct pci_dev *vf = sriov_slot_get(sriov, vf_id);

	if (vf && ops && ops->staying)
		ops->staying(sriov->pf, vf, vf_id);
	pci_dev_put(vf);
}

/**
 * sriov_tell_left - a VF has gone, or has not come
 * @sriov: the PF
 * @vf_id: number of the VF
 */
void sriov_tell_left(struct pci_sriov *sriov, unsigned int vf_id)
{
	const struct pci_sriov_vf_ops *ops = sriov->policy.vf_ops;

	lockdep_assert_held(&sriov->op_lock);

	if (ops && ops->left)
		ops->left(sriov->pf, vf_id);
}

/**
 * sriov_forget_vf_ops - the PF's driver has been unbound
 * @sriov: the PF
 *
 * VFs that it left enabled do not migrate any more: the interrupt has no handler,
 * and there is no driver to accept or release them.
 */
void sriov_forget_vf_ops(struct pci_sriov *sriov)
{
	/* only the driver sets them */
	if (!sriov->policy.vf_ops)
		return;

	sriov_pf_begin(sriov);
	sriov_migration_stop(sriov);
	sriov->policy.vf_ops = NULL;
	sriov_op_end(sriov);
}

/**
 * pci_sriov_set_vf_ops - say what a PF driver wants to know about single VFs
 * @pf: a PF
 * @ops: its callbacks, or NULL; good until the driver has left
 *
 * The PCI core forgets them when the driver leaves or its probe() fails.  If
 * they ask for VF Migration and pci_sriov_migration_vector() says that there is
 * none, VFs do not migrate, and all else is the same.
 *
 * Context: process context; the driver's probe(), or whenever VFs are off.
 * Return: 0; -ENODEV if @pf is no PF; -EBUSY if VFs are enabled.
 */
int pci_sriov_set_vf_ops(struct pci_dev *pf, const struct pci_sriov_vf_ops *ops)
{
	struct pci_sriov *sriov = to_sriov(pf);
	int rc = 0;

	might_sleep();

	if (!sriov)
		return -ENODEV;

	sriov_pf_begin(sriov);
	if (sriov->phase != SRIOV_OFF)
		rc = -EBUSY;
	else
		sriov->policy.vf_ops = ops;
	sriov_op_end(sriov);

	return rc;
}
EXPORT_SYMBOL_GPL(pci_sriov_set_vf_ops);
