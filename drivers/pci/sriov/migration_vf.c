// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: VF Migration of one VF, step by step (PCIe r6.0, sec 9.2.4.2)
 *
 * Floor: 7
 *
 * Each step returns 0, also when it failed for good, which is logged and recorded
 * as SRIOV_VF_FAILED; or an error that ends the run, and the step is
 * made again by the next one.
 */
#include <linux/pci-sriov.h>

#include "../pci.h"
#include "sriov.h"
#include "trace.h"

#define SRIOV_MIGRATION_TRIES	8

/**
 * sriov_migration_count_event - count an event
 * @m: the PF's
 * @what: which kind
 */
void sriov_migration_count_event(struct sriov_migration *m,
				 enum sriov_migration_count what)
{
	WRITE_ONCE(m->count[what], m->count[what] + 1);
	WRITE_ONCE(m->last_event, ktime_get_real());
}

/**
 * sriov_migration_publish - set how many VFs users see
 * @m: the PF's
 * @change: how many will be added, below 0 if they will be removed
 *
 * Context: within an operation, before the first event of such a VF.
 */
void sriov_migration_publish(struct sriov_migration *m, int change)
{
	lockdep_assert_held(&m->sriov->op_lock);

	m->present += change;
	sriov_publish(m->sriov, m->present);
}

/* Leave a VF alone until the hardware changes its state (already logged). */
static void sriov_vf_fail(struct sriov_migration_vf *v)
{
	v->place = SRIOV_VF_FAILED;
	sriov_migration_count_event(v->sriov->migration, SRIOV_COUNT_FAILED);
}

/* Return: 0, or as sriov_array_set(). */
static int sriov_migration_set(struct sriov_migration_vf *v, u8 state)
{
	struct sriov_migration *m = v->sriov->migration;
	u8 was = v->state;
	int rc;

	rc = sriov_array_set(m, v->vf_id, state, &v->state);
	if (rc)
		return rc;

	trace_sriov_migration(v->sriov->pf, v->vf_id, was, v->state);
	sriov_migration_notify(m, v->vf_id);
	return 0;
}

static void sriov_vf_stays(struct sriov_migration_vf *v)
{
	pci_err(v->sriov->pf, "VF %u stays %s\n", v->vf_id,
		sriov_migration_state_name(v->state));
	v->tries = 0;
	sriov_vf_fail(v);
}

/*
 * A transition that the device ignores, because the other master has made two in
 * that moment, is tried again, but not forever: it may be the device's fault.
 */
static void sriov_vf_try_again(struct sriov_migration_vf *v)
{
	v->place = SRIOV_VF_NONE;
	if (++v->tries >= SRIOV_MIGRATION_TRIES)
		sriov_vf_stays(v);
}

static int sriov_step_activate(struct sriov_migration_vf *v)
{
	struct sriov_migration *m = v->sriov->migration;
	int rc;

	if (sriov_notify_arriving(v->sriov, v->vf_id)) {
		sriov_vf_fail(v);
		return 0;
	}

	rc = sriov_migration_set(v, PCI_SRIOV_VFM_AV);
	if (rc) {
		sriov_notify_left(v->sriov, v->vf_id);
		return rc;
	}

	if (v->state == PCI_SRIOV_VFM_AV || v->state == PCI_SRIOV_VFM_MO) {
		v->place = SRIOV_VF_CLAIMED;
		return 0;
	}

	sriov_migration_count_event(m, SRIOV_COUNT_RETRACTED);
	sriov_notify_left(v->sriov, v->vf_id);
	if (v->state == PCI_SRIOV_VFM_MI)
		sriov_vf_try_again(v);
	return 0;
}

/* It is Active, but has not been offered; for the PF driver that is the same. */
static int sriov_step_claim(struct sriov_migration_vf *v)
{
	if (sriov_notify_arriving(v->sriov, v->vf_id))
		sriov_vf_fail(v);
	else
		v->place = SRIOV_VF_CLAIMED;

	return 0;
}

static int sriov_migration_remove(struct sriov_migration_vf *v)
{
	struct pci_sriov *sriov = v->sriov;
	int rc;

	if (v->added)
		sriov_migration_publish(sriov->migration, -1);
	rc = sriov_unpopulate_one(sriov, v->vf_id, true);
	if (!rc) {
		v->added = false;
		v->place = SRIOV_VF_NONE;
	} else if (v->added) {
		sriov_migration_publish(sriov->migration, 1);
	}

	return rc;
}

/* The offer was withdrawn before the VF arrived. */
static int sriov_step_forget(struct sriov_migration_vf *v)
{
	int rc;

	rc = sriov_migration_remove(v);
	if (rc)
		return rc;

	v->place = SRIOV_VF_NONE;
	sriov_notify_left(v->sriov, v->vf_id);
	return 0;
}

static int sriov_step_release(struct sriov_migration_vf *v)
{
	pci_info(v->sriov->pf, "VF %u (%s) is taken from its driver\n",
		 v->vf_id, sriov_migration_state_name(v->state));
	WRITE_ONCE(v->place, SRIOV_VF_RELEASING);
	sriov_slot_set_no_driver(v->sriov, v->vf_id, true);
	/* not while the system sleeps: the driver uses the VF */
	queue_work(system_freezable_wq, &v->release);
	return 0;
}

/* Return: in how many ms the VF may go; 0 for at once. */
static unsigned int sriov_migration_ask(struct sriov_migration_vf *v)
{
	s64 left = ktime_ms_delta(v->leave_at, ktime_get());

	if (left <= 0)
		return 0;

	v->notified = true;
	return min_t(s64, sriov_notify_leaving(v->sriov, v->vf_id), left);
}

static int sriov_step_ask(struct sriov_migration_vf *v)
{
	ktime_t now = ktime_get();
	unsigned int ms;

	if (v->place == SRIOV_VF_THERE)
		v->leave_at = ktime_add_ms(now, PCI_SRIOV_LEAVE_MS);
	else if (ktime_before(now, v->ask_at))
		return 0;

	ms = sriov_migration_ask(v);
	if (!ms)
		return sriov_step_release(v);

	v->place = SRIOV_VF_ASKED;
	v->ask_at = ktime_add_ms(now, ms);
	return 0;
}

static int sriov_step_stay(struct sriov_migration_vf *v)
{
	struct sriov_migration *m = v->sriov->migration;
	bool released = v->place == SRIOV_VF_RELEASED;

	v->place = SRIOV_VF_THERE;
	sriov_migration_count_event(m, SRIOV_COUNT_CANCELLED);
	sriov_slot_set_no_driver(v->sriov, v->vf_id, false);
	if (released && READ_ONCE(v->sriov->policy.autoprobe))
		sriov_vf_bind(v->sriov, v->vf_id);

	if (v->notified)
		sriov_notify_staying(v->sriov, v->vf_id);
	v->notified = false;
	return 0;
}

/**
 * sriov_vf_gone - record that a VF is out of use, and notify the PF driver
 * @v: the VF; for one that has to be completed, after that
 *
 * A VF that users have never seen is not counted as having left.
 */
void sriov_vf_gone(struct sriov_migration_vf *v)
{
	struct sriov_migration *m = v->sriov->migration;

	v->place = SRIOV_VF_NONE;
	v->notified = false;
	v->tries = 0;
	sriov_notify_left(v->sriov, v->vf_id);
	if (!v->was_there)
		return;

	v->was_there = false;
	sriov_migration_count_event(m, SRIOV_COUNT_LEFT);
}

/* One that still exists for the device is reset and completed before. */
static int sriov_step_remove(struct sriov_migration_vf *v)
{
	if (v->state != PCI_SRIOV_VFM_MO)
		return sriov_migration_remove(v);

	set_bit(v->vf_id, v->sriov->migration->reset);
	return 0;
}

static int sriov_migration_add(struct sriov_migration_vf *v)
{
	struct pci_sriov *sriov = v->sriov;
	int rc;

	rc = sriov_rescan_enter(sriov);
	if (rc)
		return rc;
	rc = sriov_vf_add(sriov, v->vf_id);
	sriov_rescan_exit(sriov);
	if (rc)
		sriov_vf_fail(v);

	return 0;
}

/*
 * Make a VF a pci_dev, so that it can be reset as its kind is reset.  No driver is
 * bound before that.  A run before this one may have come as far.
 */
static int sriov_migration_add_unbound(struct sriov_migration_vf *v)
{
	struct sriov_migration *m = v->sriov->migration;
	int rc = 0;

	sriov_slot_set_no_driver(v->sriov, v->vf_id, true);
	if (!v->added) {
		sriov_migration_publish(m, 1);
		rc = sriov_migration_add(v);
		v->added = !rc && v->place != SRIOV_VF_FAILED;
		if (!v->added)
			sriov_migration_publish(m, -1);
	}
	if (v->added)
		set_bit(v->vf_id, m->reset);

	return rc;
}

/**
 * sriov_vf_step - make a step
 * @v: the VF
 * @step: which; for those that need a reset, the rest is for
 *	sriov_vf_step_reset()
 *
 * Return: 0 or an error that ends the run.
 */
int sriov_vf_step(struct sriov_migration_vf *v, enum sriov_step step)
{
	lockdep_assert_held(&v->sriov->op_lock);

	switch (step) {
	case SRIOV_STEP_NONE:
		return 0;
	case SRIOV_STEP_FORGET:
		return sriov_step_forget(v);
	case SRIOV_STEP_ACTIVATE:
		return sriov_step_activate(v);
	case SRIOV_STEP_CLAIM:
		return sriov_step_claim(v);
	case SRIOV_STEP_ASK:
		return sriov_step_ask(v);
	case SRIOV_STEP_STAY:
		return sriov_step_stay(v);
	case SRIOV_STEP_RELEASE:
		return sriov_step_release(v);
	case SRIOV_STEP_REMOVE:
		return sriov_step_remove(v);
	case SRIOV_STEP_ADD:
	case SRIOV_STEP_COMPLETE:
		return sriov_migration_add_unbound(v);
	}

	return 0;
}

static void sriov_migration_arrived(struct sriov_migration_vf *v)
{
	struct pci_sriov *sriov = v->sriov;
	struct sriov_migration *m = sriov->migration;

	v->place = SRIOV_VF_THERE;
	v->was_there = true;
	v->tries = 0;
	sriov_slot_set_dirty(sriov, v->vf_id, true);
	sriov_slot_set_no_driver(sriov, v->vf_id, false);
	if (READ_ONCE(sriov->policy.autoprobe))
		sriov_vf_bind(sriov, v->vf_id);

	sriov_notify_arrived(sriov, v->vf_id);
	sriov_migration_count_event(m, SRIOV_COUNT_ARRIVED);
}

/*
 * The request was withdrawn in this very moment.  A VF that had arrived stays, one
 * that had been accepted arrives, and the PF driver was not notified of any other.
 */
static int sriov_migration_cancelled(struct sriov_migration_vf *v)
{
	int rc;

	if (v->place == SRIOV_VF_RELEASED)
		return sriov_step_stay(v);

	sriov_migration_count_event(v->sriov->migration, SRIOV_COUNT_CANCELLED);
	if (v->place == SRIOV_VF_CLAIMED) {
		sriov_migration_arrived(v);
		return 0;
	}

	rc = sriov_migration_remove(v);
	if (rc)
		return rc;
	sriov_vf_gone(v);
	return sriov_step_claim(v);
}

/* The device ignored it, see sriov_vf_try_again(). */
static int sriov_migration_ignored(struct sriov_migration_vf *v)
{
	int rc;

	if (++v->tries < SRIOV_MIGRATION_TRIES)
		return 0;

	rc = sriov_migration_remove(v);
	if (!rc)
		sriov_vf_stays(v);

	return rc;
}

/*
 * Nothing is written to the VF between its reset and this, and it is removed after
 * it: removal writes to it.
 */
static int sriov_migration_complete(struct sriov_migration_vf *v)
{
	int rc;

	rc = sriov_migration_set(v, PCI_SRIOV_VFM_UA);
	if (rc)
		return rc;

	if (v->state == PCI_SRIOV_VFM_AV)
		return sriov_migration_cancelled(v);
	if (v->state == PCI_SRIOV_VFM_MO)
		return sriov_migration_ignored(v);

	/* it may have been offered again since */
	rc = sriov_migration_remove(v);
	if (!rc)
		sriov_vf_gone(v);

	return rc;
}

/**
 * sriov_vf_step_reset - make the step that the reset was for
 * @v: the VF, a pci_dev without a driver, reset unless it is dirty
 *
 * Return: 0 or an error that ends the run.
 */
int sriov_vf_step_reset(struct sriov_migration_vf *v)
{
	int rc;

	lockdep_assert_held(&v->sriov->op_lock);

	if (v->sriov->slots[v->vf_id].dirty) {
		rc = sriov_migration_remove(v);
		if (!rc)
			sriov_vf_fail(v);
		return rc;
	}

	if (v->state == PCI_SRIOV_VFM_MO)
		return sriov_migration_complete(v);

	sriov_migration_arrived(v);
	return 0;
}
