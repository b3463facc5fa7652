// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: enabling and disabling the VFs of a PF
 *
 * Floor: 10
 *
 *           sriov_pf_reserve()              sriov_pf_enable_locked()
 *   OFF ------------------------> ENABLING -------------------------> ON
 *    ^                               |                                |
 *    |                               | a step failed,                 | disable,
 *    |                               | or was cut short               | removal
 *    |                               v                                |
 *    +--------------------------- DISABLING <-------------------------+
 *        sriov_pf_release()            sriov_pf_tear_down()
 *
 * Enable:   prepare    nothing is visible yet, and all of it is given back if
 *                      a step fails
 *           commit     VF Enable; wait until VFs are ready
 *           populate   publish the number, add the VFs, then look for their
 *                      drivers
 *           announce   the PF's event
 *
 * Disable:  unbind     VF drivers are released; none is bound after that
 *           unpopulate remove the VFs
 *           release    clear VF Enable, give everything back
 *
 * Disable cannot fail.  It may have to stop between its first two steps (see
 * struct pci_sriov); the PF then stays in SRIOV_DISABLING until the task that
 * cut the operation short finishes it, see sriov_pf_begin().
 */
#include "../pci.h"
#include "sriov.h"
#define CREATE_TRACE_POINTS	/* of trace.h only: pci.h includes more headers */
#include "trace.h"

/* Architectures with isolation domains of their own prepare them here. */
int __weak pcibios_sriov_enable(struct pci_dev *pf, u16 num_vfs)
{
	return 0;
}

int __weak pcibios_sriov_disable(struct pci_dev *pf)
{
	return 0;
}

static void sriov_pf_set_phase(struct pci_sriov *sriov, enum sriov_phase phase)
{
	lockdep_assert_held(&sriov->op_lock);

	WRITE_ONCE(sriov->phase, phase);
}

/*
 * Sec 9.3.3.8: VFs of a PF may depend on the VFs of another PF of the device,
 * which must have the capability, too.  Users find it as dep_link.
 */
static int sriov_pf_link(struct pci_sriov *sriov)
{
	struct pci_dev *pf = sriov->pf, *other;
	int rc = -ENOSYS;	/* not a system call's; callers expect it */

	if (sriov->cap.link == pf->devfn)
		return 0;

	other = pci_get_slot(pf->bus, sriov->cap.link);
	if (!other)
		rc = -ENODEV;
	else if (other->is_physfn)
		rc = sysfs_create_link(&pf->dev.kobj, &other->dev.kobj,
				       "dep_link");
	if (rc)
		pci_err(pf, "VFs depend on those of %02x.%u, which %s (%d)\n",
			PCI_SLOT(sriov->cap.link), PCI_FUNC(sriov->cap.link),
			!other ? "does not exist" :
			other->is_physfn ? "cannot be linked" : "is not a PF", rc);
	pci_dev_put(other);
	return rc;
}

static void sriov_pf_unlink(struct pci_sriov *sriov)
{
	if (sriov->cap.link != sriov->pf->devfn)
		sysfs_remove_link(&sriov->pf->dev.kobj, "dep_link");
}

/*
 * VFs above InitialVFs do not exist until VF Migration brings them (sec 9.3.3.5),
 * so without that no more than InitialVFs are enabled.
 */
static int sriov_pf_count(struct pci_sriov *sriov, int wanted, u16 *num_vfs)
{
	u16 total = sriov->cap.total_vfs, initial;
	int rc;

	rc = sriov_cap_initial_vfs(sriov, &initial);
	if (rc)
		return rc;

	if (wanted < 0 || wanted > total) {
		pci_err(sriov->pf, "%d VFs requested; TotalVFs is %u\n",
			wanted, total);
		return -EINVAL;
	}

	if (sriov_migration_wanted(sriov)) {
		*num_vfs = wanted;
		return 0;
	}

	if (wanted > initial)
		pci_info(sriov->pf, "%d VFs requested; InitialVFs is %u\n",
			 wanted, initial);
	*num_vfs = min_t(int, wanted, initial);
	return *num_vfs ? 0 : -EINVAL;
}

/* Prepare: NumVFs is set, and everything that VFs need is allocated. */
static int sriov_pf_prepare(struct pci_sriov *sriov, u16 num_vfs)
{
	struct pci_dev *pf = sriov->pf;
	int rc;

	rc = sriov_bar_check(sriov);
	if (rc)
		return rc;

	rc = sriov_rebar_check(sriov, num_vfs);
	if (rc)
		return rc;

	rc = sriov_pf_link(sriov);
	if (rc)
		return rc;

	rc = sriov_cap_set_numvfs(sriov, num_vfs);
	if (rc)
		goto unset;

	rc = sriov_bus_check(sriov, num_vfs);
	if (rc)
		goto unset;

	rc = sriov_slots_alloc(sriov, num_vfs);
	if (rc)
		goto unset;

	rc = sriov_migration_prepare(sriov, num_vfs);
	if (rc)
		goto free;

	rc = pcibios_sriov_enable(pf, num_vfs);
	if (rc) {
		pci_err(pf, "failure %d from pcibios_sriov_enable()\n", rc);
		goto undo;
	}

	return 0;

undo:
	/* powernv leaves part of its work to this */
	pcibios_sriov_disable(pf);
	sriov_migration_release(sriov);
free:
	sriov_slots_free(sriov);
unset:
	sriov_cap_set_numvfs(sriov, 0);
	sriov_pf_unlink(sriov);
	return rc;
}

/* The reverse of sriov_pf_prepare(), except for NumVFs. */
static void sriov_pf_release(struct pci_sriov *sriov)
{
	pcibios_sriov_disable(sriov->pf);
	sriov_migration_release(sriov);
	sriov_slots_free(sriov);
	sriov_pf_unlink(sriov);
	WRITE_ONCE(sriov->vfs_lost, false);
	sriov_pf_set_phase(sriov, SRIOV_OFF);
}

/* From any phase to SRIOV_OFF.  Return: 0, or as sriov_unpopulate(). */
static int sriov_pf_tear_down(struct pci_sriov *sriov)
{
	int rc;

	lockdep_assert_held(&sriov->op_lock);

	if (sriov->published)
		sriov_publish(sriov, 0);
	sriov_pf_set_phase(sriov, SRIOV_DISABLING);
	sriov_slots_refuse_drivers(sriov);
	sriov_migration_end(sriov);
	sriov_unbind_all(sriov);
	rc = sriov_unpopulate(sriov);
	if (rc)
		return rc;

	sriov_cap_clear_enable(sriov);
	sriov_pf_release(sriov);
	return 0;
}

/*
 * Tear down VFs that the PF driver and users have seen.  For both they no longer
 * exist, even if the task that cut this operation short has yet to remove them.
 */
static void sriov_pf_take_down(struct pci_sriov *sriov)
{
	ktime_t start = ktime_get();
	u16 num_vfs = sriov->num_vfs;
	int rc;

	rc = sriov_pf_tear_down(sriov);
	WRITE_ONCE(sriov->num_vfs, 0);
	trace_sriov_disable(sriov->pf, num_vfs, !rc, start);
}

/**
 * sriov_pf_begin - begin an operation, and finish one that was cut short for it
 * @sriov: the PF
 *
 * A caller that holds pci_rescan_remove_lock makes the operation that runs give
 * up; if that leaves VFs half removed, they are removed here.
 *
 * Context: as sriov_op_begin(); sriov_op_end() ends it.
 */
void sriov_pf_begin(struct pci_sriov *sriov)
{
	sriov_outage_over(sriov);
	sriov_op_begin(sriov);
	if (sriov->nested && sriov->phase == SRIOV_DISABLING)
		sriov_pf_take_down(sriov);
}

/*
 * From here on enumeration keeps away from the VFs' Routing IDs, where nothing
 * may be accessed for a while.  The lock waits for one that has begun before.
 */
static int sriov_pf_reserve(struct pci_sriov *sriov)
{
	int rc;

	rc = sriov_rescan_enter(sriov);
	if (rc)
		return rc;

	sriov_pf_set_phase(sriov, SRIOV_ENABLING);
	sriov_rescan_exit(sriov);
	return 0;
}

/* Commit; programs cannot reach config space before VFs can be accessed. */
static int sriov_pf_commit(struct pci_sriov *sriov)
{
	int rc;

	pci_cfg_access_lock(sriov->pf);
	rc = sriov_cap_set_enable(sriov, sriov_migration_is_used(sriov));
	if (!rc) {
		sriov->enabled_at = ktime_get();
		rc = sriov_ready_delay(sriov);
	}
	pci_cfg_access_unlock(sriov->pf);

	return rc;
}

/* How many of the VFs that hardware has are added at first */
static u16 sriov_pf_limit(struct pci_sriov *sriov)
{
	u16 all = sriov->nr_slots;

	if (sriov->pf->no_vf_scan)
		return 0;

	return sriov->limit ? min(all, sriov->limit) : all;
}

/* What users see: the platform brings those that are not scanned for. */
static u16 sriov_pf_visible(struct pci_sriov *sriov)
{
	if (sriov->pf->no_vf_scan)
		return sriov->nr_slots;

	return sriov_migration_present(sriov, sriov_pf_limit(sriov));
}

/* Commit and populate. */
static int sriov_pf_bring_up(struct pci_sriov *sriov)
{
	int rc;

	rc = sriov_pf_commit(sriov);
	if (rc)
		goto down;

	rc = sriov_migration_begin(sriov);
	if (rc)
		goto down;

	rc = sriov_populate_wait(sriov, sriov_pf_limit(sriov));
	if (rc)
		goto down;

	sriov_publish(sriov, sriov_pf_visible(sriov));
	rc = sriov_populate(sriov, sriov_pf_limit(sriov));
	if (rc)
		goto down;

	if (READ_ONCE(sriov->policy.autoprobe))
		rc = sriov_bind_all(sriov);
	if (rc)
		goto down;

	return 0;

down:
	if (sriov->gave_up)
		pci_info(sriov->pf, "enabling VFs was cut short (%d)\n", rc);
	sriov_pf_tear_down(sriov);
	return rc;
}

static int sriov_pf_enable_locked(struct pci_sriov *sriov, int wanted)
{
	u16 num_vfs;
	int rc;

	if (READ_ONCE(sriov->stopping))
		return -ENODEV;

	/* the task that cut short what was before finishes it */
	if (sriov->phase == SRIOV_DISABLING)
		return -EBUSY;

	if (sriov->phase != SRIOV_OFF) {
		pci_err(sriov->pf, "%u VFs are enabled already\n",
			sriov->num_vfs);
		return -EINVAL;
	}

	rc = sriov_settle_wait(sriov);
	if (rc)
		return rc;

	rc = sriov_pf_count(sriov, wanted, &num_vfs);
	if (rc)
		return rc;

	rc = sriov_pf_prepare(sriov, num_vfs);
	if (rc)
		return rc;

	rc = sriov_pf_reserve(sriov);
	if (rc) {
		sriov_cap_set_numvfs(sriov, 0);
		sriov_pf_release(sriov);
		return rc;
	}

	rc = sriov_pf_bring_up(sriov);
	if (rc)
		return rc;

	sriov_pf_set_phase(sriov, SRIOV_ON);
	sriov_migration_populated(sriov);
	sriov->resizable = sriov->limit;
	WRITE_ONCE(sriov->num_vfs, num_vfs);
	sriov_notify_enabled(sriov);
	return 0;
}

/**
 * sriov_pf_enable - enable VFs and add them
 * @sriov: the PF
 * @num_vfs: how many VFs; 0 does nothing
 *
 * Return: 0, or as pci_enable_sriov(); the PF is as it was before then.
 */
int sriov_pf_enable(struct pci_sriov *sriov, int num_vfs)
{
	ktime_t start = ktime_get();
	int rc;

	if (!num_vfs)
		return 0;

	sriov_pf_begin(sriov);
	rc = sriov_pf_enable_locked(sriov, num_vfs);
	sriov_op_end(sriov);

	trace_sriov_enable(sriov->pf, num_vfs, rc, start);
	return rc;
}

/**
 * sriov_pf_disable - remove all VFs and disable them
 * @sriov: the PF; without VFs, nothing is done
 *
 * When this returns no VF has a driver, and none gets one.  If removal of the
 * PF has made it give up, the VFs themselves remain, without a driver, until
 * that removal reaches them.
 */
void sriov_pf_disable(struct pci_sriov *sriov)
{
	sriov_pf_begin(sriov);
	if (sriov->phase != SRIOV_OFF)
		sriov_pf_take_down(sriov);
	sriov_op_end(sriov);
}
