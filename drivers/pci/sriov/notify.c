// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: notifications about VFs, to users and to the PF driver
 *
 * Floor: 1
 *
 * All are sent within an operation.  So the PF driver gets none after its
 * pci_disable_sriov() has returned, or after it was unbound.
 */
#include <linux/pci-sriov.h>

#include "../pci.h"
#include "sriov.h"

/**
 * sriov_publish - set the number of VFs that users see
 * @sriov: the PF
 * @num_vfs: how many
 *
 * Called before the first event of a VF that is added, and before the first VF is
 * removed: a program that such an event wakes reads the new number at once.
 *
 * Context: within an operation.
 */
void sriov_publish(struct pci_sriov *sriov, u16 num_vfs)
{
	lockdep_assert_held(&sriov->op_lock);

	WRITE_ONCE(sriov->published, num_vfs);
	sysfs_notify(&sriov->pf->dev.kobj, NULL, "sriov_numvfs");
}

/**
 * sriov_notify_enabled - send the PF's event after VFs were enabled
 * @sriov: the PF; all VFs have been added
 *
 * This is the only place that sends it.  A udev rule for "change" may write
 * sriov_numvfs, and must not undo an operation that removes VFs.
 */
void sriov_notify_enabled(struct pci_sriov *sriov)
{
	char count[sizeof("SRIOV_NUMVFS=65535")];
	char *env[2] = { count };

	snprintf(count, sizeof(count), "SRIOV_NUMVFS=%u", sriov->published);
	kobject_uevent_env(&sriov->pf->dev.kobj, KOBJ_CHANGE, env);
	sysfs_notify(&sriov->pf->dev.kobj, NULL, "sriov_numvfs");
}

/**
 * sriov_notify_arriving - query the PF driver before a VF is added
 * @sriov: the PF
 * @vf_id: number of the VF
 *
 * Return: 0 or the driver's error (already logged); -EINVAL for what is not an errno.
 */
int sriov_notify_arriving(struct pci_sriov *sriov, unsigned int vf_id)
{
	const struct pci_sriov_vf_ops *ops = sriov->policy.vf_ops;
	int rc = 0;

	lockdep_assert_held(&sriov->op_lock);

	if (ops && ops->arriving)
		rc = ops->arriving(sriov->pf, vf_id);
	if (rc)
		pci_warn(sriov->pf, "VF %u was refused by the driver (%d)\n",
			 vf_id, rc);
	return rc > 0 ? -EINVAL : rc;
}

/**
 * sriov_notify_arrived - a VF was added
 * @sriov: the PF
 * @vf_id: number of the VF; nothing happens for an empty slot
 */
void sriov_notify_arrived(struct pci_sriov *sriov, unsigned int vf_id)
{
	const struct pci_sriov_vf_ops *ops = sriov->policy.vf_ops;
	struct pci_dev *vf = sriov_slot_get(sriov, vf_id);

	if (vf && ops && ops->arrived)
		ops->arrived(sriov->pf, vf, vf_id);
	pci_dev_put(vf);
}

/**
 * sriov_notify_leaving - query the PF driver before a VF is removed
 * @sriov: the PF
 * @vf_id: number of the VF
 *
 * Return: 0 if it may be removed, also if the slot is empty; else after how many
 * milliseconds to query again.
 */
unsigned int sriov_notify_leaving(struct pci_sriov *sriov, unsigned int vf_id)
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
 * sriov_notify_staying - a VF stays after sriov_notify_leaving()
 * @sriov: the PF
 * @vf_id: number of the VF; nothing happens for an empty slot
 */
void sriov_notify_staying(struct pci_sriov *sriov, unsigned int vf_id)
{
	const struct pci_sriov_vf_ops *ops = sriov->policy.vf_ops;
	struct pci_dev *vf = sriov_slot_get(sriov, vf_id);

	if (vf && ops && ops->staying)
		ops->staying(sriov->pf, vf, vf_id);
	pci_dev_put(vf);
}

/**
 * sriov_notify_left - a VF was removed, or was not added after all
 * @sriov: the PF
 * @vf_id: number of the VF
 */
void sriov_notify_left(struct pci_sriov *sriov, unsigned int vf_id)
{
	const struct pci_sriov_vf_ops *ops = sriov->policy.vf_ops;

	lockdep_assert_held(&sriov->op_lock);

	if (ops && ops->left)
		ops->left(sriov->pf, vf_id);
}
