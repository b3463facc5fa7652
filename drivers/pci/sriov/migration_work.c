// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: VF Migration (PCIe r6.0, sec 9.2.4)
 *
 * Floor: 8
 *
 * VFs are added and removed while VF Enable stays set.  The interrupt only
 * signals that some state has changed.  A work then reads the states of all VFs and
 * makes the next step of migration_step.c for each; what results is left to the
 * next run.  It runs as an operation of the PF (see op.c), and once more whenever it
 * has done anything, after VFs were enabled, and after the capability was
 * restored.  So no event is lost, whenever it occurs.
 *
 * A run:	look		read the array
 *		steps		all that needs no reset
 *		reset		of all VFs that need one, together
 *		settle		complete those that leave, add those that come
 */
#include <linux/bitmap.h>
#include <linux/pci-sriov.h>

#include "../pci.h"
#include "sriov.h"
#include "trace.h"

/* After memory was short, or an operation had to give way */
#define SRIOV_MIGRATION_RETRY_MS	100
/* While a driver is bound, VFs are enabled or disabled, or the PF is reset */
#define SRIOV_MIGRATION_LOCKED_MS	10
/* How long a reset of the PF waits for VF drivers that are being released */
#define SRIOV_MIGRATION_RELEASE_MS	5000

/**
 * sriov_migration_kick - have the work run
 * @m: the PF's
 * @ms: in how many milliseconds at the latest
 *
 * Not while the system sleeps, or is about to.
 */
void sriov_migration_kick(struct sriov_migration *m, unsigned int ms)
{
	mod_delayed_work(system_freezable_wq, &m->work, msecs_to_jiffies(ms));
}

/*
 * If this is preempted, VFs that have been made pci_devs for it are there still
 * when the next run comes to them.
 */
static int sriov_migration_reset(struct sriov_migration *m)
{
	unsigned int vf_id;
	int rc;

	if (bitmap_empty(m->reset, m->nr_vfs))
		return 0;

	rc = sriov_vfs_reset(m->sriov, m->reset);
	if (rc)
		return rc;

	for_each_set_bit(vf_id, m->reset, m->nr_vfs) {
		rc = sriov_vf_step_reset(&m->vfs[vf_id]);
		if (rc)
			return rc;
	}

	return 0;
}

/* A VF may have been removed in other ways, through its file for example. */
static void sriov_migration_see(struct sriov_migration_vf *v)
{
	struct sriov_migration *m = v->sriov->migration;

	if (!v->added || READ_ONCE(v->place) == SRIOV_VF_RELEASING ||
	    READ_ONCE(v->sriov->slots[v->vf_id].vf))
		return;

	v->added = false;
	sriov_migration_publish(m, -1);
	if (v->place == SRIOV_VF_THERE || v->place == SRIOV_VF_ASKED)
		v->place = SRIOV_VF_NONE;
}

/*
 * It was removed, and there is nothing to complete: the request was cancelled, or
 * the PF has been reset, or the VF was removed through its file.
 */
static void sriov_migration_see_gone(struct sriov_migration_vf *v, u8 state)
{
	if ((v->place != SRIOV_VF_NONE && v->place != SRIOV_VF_FAILED) ||
	    !v->was_there || state == PCI_SRIOV_VFM_MO)
		return;

	if (state == PCI_SRIOV_VFM_AV && v->state == PCI_SRIOV_VFM_MO)
		sriov_migration_count_event(v->sriov->migration,
					    SRIOV_COUNT_CANCELLED);
	sriov_vf_gone(v);
}

/* Return: 1 if something was done, 0 if not, or an error that ends the run. */
static int sriov_migration_one(struct sriov_migration_vf *v, u8 state)
{
	enum sriov_place place;
	enum sriov_step step;
	u8 was = v->state;
	int rc;

	sriov_migration_see(v);
	sriov_migration_see_gone(v, state);
	place = READ_ONCE(v->place);
	step = sriov_migration_step(place, state, was);
	if (state != was) {
		if (place == SRIOV_VF_FAILED)
			v->place = SRIOV_VF_NONE;
		WRITE_ONCE(v->state, state);
		trace_sriov_migration(v->sriov->pf, v->vf_id, was, state);
		sriov_migration_notify(v->sriov->migration, v->vf_id);
	}

	rc = sriov_vf_step(v, step);
	return rc ?: step != SRIOV_STEP_NONE && v->place != SRIOV_VF_ASKED;
}

/* When to query the PF driver again; U32_MAX for never */
static unsigned int sriov_migration_next_ms(struct sriov_migration *m)
{
	unsigned int vf_id, next = U32_MAX;
	ktime_t now = ktime_get();
	s64 ms;

	for (vf_id = 0; vf_id < m->nr_vfs; vf_id++) {
		if (m->vfs[vf_id].place != SRIOV_VF_ASKED)
			continue;
		ms = ktime_ms_delta(m->vfs[vf_id].ask_at, now);
		next = min_t(unsigned int, next, max_t(s64, ms, 0) + 1);
	}

	return next;
}

/* Return: as sriov_migration_one(). */
static int sriov_migration_run(struct sriov_migration *m)
{
	unsigned int vf_id;
	int rc, did = 0;

	rc = sriov_array_read(m, m->states);
	if (rc)
		return rc;

	bitmap_zero(m->reset, m->nr_vfs);
	for (vf_id = 0; vf_id < m->nr_vfs; vf_id++) {
		rc = sriov_migration_one(&m->vfs[vf_id], m->states[vf_id]);
		if (rc < 0)
			return rc;
		did |= rc;
	}

	return sriov_migration_reset(m) ?: did;
}

/**
 * sriov_migration_work - look at all VFs, do what is next for each
 * @work: the PF's &sriov_migration.work
 *
 * It holds device_lock() of the PF like other operations, so that no reset begins
 * while it uses the VFs.  A PF that does not answer is being recovered from an
 * error, and the work runs again when that is over, or has been pulled out, and
 * is then removed by hotplug.
 */
void sriov_migration_work(struct work_struct *work)
{
	struct sriov_migration *m =
		container_of(work, struct sriov_migration, work.work);
	struct pci_sriov *sriov = m->sriov;
	unsigned int next = U32_MAX;
	int rc = -ENODEV;

	/* not blocking: its holder may wait for this work to end */
	if (!device_trylock(&sriov->pf->dev)) {
		sriov_migration_kick(m, SRIOV_MIGRATION_LOCKED_MS);
		return;
	}

	sriov_op_begin(sriov);
	if (sriov->phase == SRIOV_ON && m->on) {
		rc = sriov_migration_run(m);
		next = sriov_migration_next_ms(m);
	}
	sriov_op_end(sriov);
	device_unlock(&sriov->pf->dev);

	if (rc > 0)
		next = 0;
	else if (rc == -EBUSY || rc == -ENOMEM || rc == -EAGAIN)
		next = SRIOV_MIGRATION_RETRY_MS;
	if (next != U32_MAX)
		sriov_migration_kick(m, next);
}

/**
 * sriov_migration_unbind_work - release a VF's driver
 * @work: its &sriov_migration_vf.release
 *
 * This is the only step without a bound: with VFIO it takes as long as a guest
 * permits.  So it has a work of its own, and other VFs do not wait for it.
 */
void sriov_migration_unbind_work(struct work_struct *work)
{
	struct sriov_migration_vf *v =
		container_of(work, struct sriov_migration_vf, release);
	struct sriov_task task;

	/* an operation that disables VFs waits for this work */
	sriov_task_begin(v->sriov, &task);
	sriov_vf_unbind(v->sriov, v->vf_id);
	sriov_task_end(v->sriov, &task);
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
 * A driver that is unbound uses its VF, which the reset disables for a while
 * (see pci_restore_iov_state()), and so it comes first.  None is released later:
 * that is begun under device_lock() of the PF.
 *
 * The wait is limited, because a guest must not be able to prevent a reset of the
 * PF.  Removal of the PF does not wait for a reset.
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

/**
 * sriov_migration_interrupt - serve a VF Migration interrupt
 * @m: the PF's
 *
 * Context: any.
 * Return: IRQ_HANDLED if VF Migration Status was set, else IRQ_NONE.
 */
irqreturn_t sriov_migration_interrupt(struct sriov_migration *m)
{
	scoped_guard(spinlock_irqsave, &m->irq_lock) {
		/* cleared before the array is read, so that no event is lost */
		if (!m->on || !sriov_cap_take_migration_status(m->sriov))
			return IRQ_NONE;
	}

	sriov_migration_kick(m, 0);
	return IRQ_HANDLED;
}
