// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: VF Migration takes VFs from their drivers, and what waits for that
 *
 * The step that begins it is in migration_vf.c, under device_lock() of the PF;
 * the release itself holds no lock of the PF.
 */
#include "../pci.h"
#include "sriov.h"

/* How long a reset of the PF waits for VF drivers that are being released */
#define SRIOV_MIGRATION_RELEASE_MS	5000

/**
 * sriov_vf_released - release a VF's driver
 * @work: its &sriov_migration_vf.release
 *
 * The one step without a bound: with VFIO a guest has a say in how long it takes.
 * So it happens here, and other VFs do not wait for it.
 */
void sriov_vf_released(struct work_struct *work)
{
	struct sriov_migration_vf *v =
		container_of(work, struct sriov_migration_vf, release);

	sriov_vf_unbind(v->sriov, v->vf_id);
	WRITE_ONCE(v->place, SRIOV_VF_RELEASED);
	wake_up_all(&v->sriov->wait);
	sriov_migration_kick(v->sriov->migration, 0);
}

/* Return: which VF's driver is being released, or -1. */
static int sriov_migration_releasing(struct pci_sriov *sriov)
{
	struct sriov_migration *m = sriov->migration;
	int vf_id = -1;
	unsigned int i;

	spin_lock(&sriov->lock);
	for (i = 0; i < m->nr_vfs && vf_id < 0; i++)
		if (READ_ONCE(m->vfs[i].place) == SRIOV_VF_RELEASING)
			vf_id = i;
	spin_unlock(&sriov->lock);

	return vf_id;
}

/**
 * sriov_migration_reset_begin - wait for VF drivers that are being released
 * @sriov: the PF, which is going to be reset
 *
 * A driver that leaves uses its VF, which with the reset is gone for a while
 * (see pci_restore_iov_state()), and so it comes first.  None is released later:
 * that is begun under device_lock() of the PF.
 *
 * But a guest can have a say in how long it takes, and it shall have none in
 * whether the PF can be reset.  And removal of the PF waits for no reset.
 *
 * Context: device_lock() of the PF held, sleeps.
 */
void sriov_migration_reset_begin(struct pci_sriov *sriov)
{
	int vf_id;

	if (!sriov->migration)
		return;

	wait_event_timeout(sriov->wait,
			   (vf_id = sriov_migration_releasing(sriov)) < 0 ||
			   atomic_read(&sriov->preempt),
			   msecs_to_jiffies(SRIOV_MIGRATION_RELEASE_MS));
	if (vf_id >= 0)
		pci_warn(sriov->pf, "VF %d is still being taken from its driver; resetting all the same\n",
			 vf_id);
}
