// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: when VF Migration begins and ends
 *
 * Floor: 9
 *
 * It is used if the device is capable of it, its VF Migration State Array is at a
 * valid place, and the PF driver handles the interrupt.  Otherwise VFs above
 * InitialVFs are never enabled, as if the PF were not capable.
 */
#include <linux/bitmap.h>
#include <linux/pci-sriov.h>
#include <linux/slab.h>

#include "../pci.h"
#include "sriov.h"

/**
 * sriov_migration_init - check whether a PF can use VF Migration
 * @sriov: the PF, its capability in order
 *
 * If the place of the array is invalid, that is logged, and VF Migration is not
 * used.
 */
void sriov_migration_init(struct pci_sriov *sriov)
{
	struct sriov_migration *m;

	if (!sriov->cap.migration)
		return;

	m = kzalloc(sizeof(*m), GFP_KERNEL);
	if (!m)
		return;

	m->sriov = sriov;
	if (sriov_array_check(m)) {
		kfree(m);
		return;
	}

	spin_lock_init(&m->irq_lock);
	INIT_DELAYED_WORK(&m->work, sriov_migration_work);
	sriov->migration = m;
}

/**
 * sriov_migration_free - undo sriov_migration_init()
 * @sriov: the PF
 */
void sriov_migration_free(struct pci_sriov *sriov)
{
	kfree(sriov->migration);
	sriov->migration = NULL;
}

/**
 * sriov_migration_cancel - wait for the work, and prevent further ones
 * @sriov: the PF, which is being removed and has no VFs
 *
 * Context: not within an operation.
 */
void sriov_migration_cancel(struct pci_sriov *sriov)
{
	if (sriov->migration)
		cancel_delayed_work_sync(&sriov->migration->work);
}

/**
 * sriov_migration_wanted - is VF Migration to be used from the next enable on?
 * @sriov: the PF
 *
 * Not on platforms that announce VFs themselves.
 *
 * Return: true if so.
 */
bool sriov_migration_wanted(struct pci_sriov *sriov)
{
	const struct pci_sriov_vf_ops *ops = sriov->policy.vf_ops;

	return sriov->migration && ops && ops->migration &&
	       !sriov->pf->no_vf_scan;
}

static void sriov_migration_set_on(struct sriov_migration *m, bool on)
{
	unsigned long flags;

	spin_lock_irqsave(&m->irq_lock, flags);
	m->on = on;
	spin_unlock_irqrestore(&m->irq_lock, flags);
}

static int sriov_migration_alloc(struct sriov_migration *m, unsigned int num_vfs)
{
	struct sriov_migration_vf *vfs;
	unsigned int vf_id;

	vfs = kvcalloc(num_vfs, sizeof(*vfs), GFP_KERNEL);
	m->states = kvzalloc(num_vfs, GFP_KERNEL);
	m->reset = bitmap_zalloc(num_vfs, GFP_KERNEL);

	for (vf_id = 0; vfs && vf_id < num_vfs; vf_id++) {
		vfs[vf_id].sriov = m->sriov;
		vfs[vf_id].vf_id = vf_id;
		INIT_WORK(&vfs[vf_id].release, sriov_migration_unbind_work);
	}

	spin_lock(&m->sriov->lock);
	m->vfs = vfs;
	m->nr_vfs = vfs ? num_vfs : 0;
	spin_unlock(&m->sriov->lock);

	return vfs && m->states && m->reset ? 0 : -ENOMEM;
}

static void sriov_migration_dealloc(struct sriov_migration *m)
{
	struct sriov_migration_vf *vfs;

	spin_lock(&m->sriov->lock);
	vfs = m->vfs;
	m->vfs = NULL;
	m->nr_vfs = 0;
	spin_unlock(&m->sriov->lock);

	kvfree(vfs);
	kvfree(m->states);
	bitmap_free(m->reset);
	m->states = NULL;
	m->reset = NULL;
}

/**
 * sriov_migration_prepare - allocate what VF Migration needs
 * @sriov: the PF
 * @num_vfs: how many VFs
 *
 * Return: 0; -ENOMEM; or -EIO if the array cannot be reached (already logged).
 * Nothing is left allocated then.
 */
int sriov_migration_prepare(struct pci_sriov *sriov, unsigned int num_vfs)
{
	struct sriov_migration *m = sriov->migration;
	int rc;

	if (!sriov_migration_wanted(sriov))
		return 0;

	rc = sriov_migration_alloc(m, num_vfs);
	if (rc)
		goto release;
	rc = sriov_array_map(m);
	if (rc)
		goto release;
	rc = sriov_migration_add_files(m);
	if (rc)
		goto release;

	/* an interrupt can come as soon as VF Enable is set */
	sriov_migration_set_on(m, true);
	return 0;

release:
	sriov_migration_release(sriov);
	return rc;
}

/**
 * sriov_migration_release - undo sriov_migration_prepare()
 * @sriov: the PF
 */
void sriov_migration_release(struct pci_sriov *sriov)
{
	struct sriov_migration *m = sriov->migration;

	if (!m)
		return;

	sriov_migration_set_on(m, false);
	sriov_migration_remove_files(m);
	sriov_array_unmap(m);
	sriov_migration_dealloc(m);
	m->present = 0;
}

/**
 * sriov_migration_is_used - is VF Migration used while VF Enable is set?
 * @sriov: the PF, after sriov_migration_prepare()
 *
 * Return: true if so.
 */
bool sriov_migration_is_used(struct pci_sriov *sriov)
{
	return sriov->migration && sriov->migration->array;
}

/**
 * sriov_migration_begin - read which VFs are active
 * @sriov: the PF, VF Enable set, VFs may be accessed
 *
 * Return: 0, or as sriov_array_read().
 */
int sriov_migration_begin(struct pci_sriov *sriov)
{
	struct sriov_migration *m = sriov->migration;
	unsigned int vf_id;
	int rc;

	lockdep_assert_held(&sriov->op_lock);

	if (!sriov_migration_is_used(sriov))
		return 0;

	rc = sriov_array_read(m, m->states);
	if (rc) {
		pci_err(sriov->pf, "VF Migration State Array cannot be read (%d)\n",
			rc);
		return rc;
	}

	for (vf_id = 0; vf_id < m->nr_vfs; vf_id++) {
		WRITE_ONCE(m->vfs[vf_id].state, m->states[vf_id]);
		if (m->states[vf_id] == PCI_SRIOV_VFM_AV)
			m->present++;
		else
			sriov_slot_set_inactive(sriov, vf_id);
	}

	return 0;
}

/**
 * sriov_migration_populated - begin to serve requests of the device
 * @sriov: the PF, VFs added, in SRIOV_ON
 *
 * The first run of the work handles requests that have been made already.
 */
void sriov_migration_populated(struct pci_sriov *sriov)
{
	struct sriov_migration *m = sriov->migration;
	struct sriov_migration_vf *v;
	unsigned int vf_id;

	if (!sriov_migration_is_used(sriov))
		return;

	for (vf_id = 0; vf_id < m->nr_vfs; vf_id++) {
		v = &m->vfs[vf_id];
		if (!sriov->slots[vf_id].vf)
			continue;
		v->place = SRIOV_VF_THERE;
		v->was_there = true;
		v->added = true;
	}

	sriov_migration_kick(m, 0);
}

/**
 * sriov_migration_stop - serve no more requests
 * @sriov: the PF, whose driver has been unbound
 *
 * Context: within an operation.
 */
void sriov_migration_stop(struct pci_sriov *sriov)
{
	lockdep_assert_held(&sriov->op_lock);

	if (sriov->migration)
		sriov_migration_set_on(sriov->migration, false);
}

/**
 * sriov_migration_end - serve no more requests, and wait for VF drivers
 * @sriov: the PF, in SRIOV_DISABLING, VF Enable still set
 *
 * Waits for VF drivers that are being released.  A release that has not begun,
 * for instance because the system sleeps, is left to the caller.
 */
void sriov_migration_end(struct pci_sriov *sriov)
{
	struct sriov_migration *m = sriov->migration;
	unsigned int vf_id;

	lockdep_assert_held(&sriov->op_lock);

	if (!m)
		return;

	sriov_migration_set_on(m, false);
	for (vf_id = 0; vf_id < m->nr_vfs; vf_id++)
		cancel_work_sync(&m->vfs[vf_id].release);
}

/**
 * sriov_migration_restoring - the capability is about to be restored
 * @sriov: the PF
 */
void sriov_migration_restoring(struct pci_sriov *sriov)
{
	struct sriov_migration *m = sriov->migration;

	if (m)
		WRITE_ONCE(m->restores, m->restores + 1);
}

/**
 * sriov_migration_restored - the capability has been restored
 * @sriov: the PF
 *
 * Sec 9.2.4.1: all VFs are as after VF Enable was set, whatever had migrated.
 */
void sriov_migration_restored(struct pci_sriov *sriov)
{
	struct sriov_migration *m = sriov->migration;

	if (m)
		sriov_migration_kick(m, 0);
}

/**
 * sriov_migration_present - how many VFs there are
 * @sriov: the PF
 * @num_vfs: how many if VF Migration is not used
 *
 * Context: within an operation.
 * Return: the number.
 */
u16 sriov_migration_present(struct pci_sriov *sriov, u16 num_vfs)
{
	lockdep_assert_held(&sriov->op_lock);

	return sriov_migration_is_used(sriov) ? sriov->migration->present :
					     num_vfs;
}
