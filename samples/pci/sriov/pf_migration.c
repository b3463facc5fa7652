// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFs that come and go while the others work, because an administrator says so
 * or with VF Migration.
 *
 * The PCI core does nearly all of it, see Documentation/PCI/sriov/migration.rst.
 * A PF driver has two things to do: hand the interrupt of VF Migration on, and, if
 * its device wants to know of each VF, say so in a struct pci_sriov_vf_ops.
 *
 * The callbacks come under the PF's device lock, like those in pf.c, mostly from a
 * thread of the PCI core.  They may wait for the lock that the mailbox service
 * takes, because nobody holds that while VFs are enabled or disabled.
 */
#include <linux/interrupt.h>
#include <linux/pci.h>
#include <linux/pci-sriov.h>

#include "pf.h"

/* How long a command may hold up a VF that shall leave, at a time */
#define LEAVE_POLL_MS	20

/*
 * The vector may be one that serves other interrupts, too; each handler says
 * whether it was meant.
 */
static irqreturn_t migration_interrupt(int irq, void *data)
{
	struct sriov_edu_pf *pf = data;

	return pci_sriov_migration(pf->pci);
}

/*
 * arriving - a VF is about to come.  Nothing of it can be seen yet, and when its
 * driver comes it must find the VF allowed to work.  An error here leaves the VF
 * where it is.
 */
static int migration_arriving(struct pci_dev *pci, unsigned int vf_id)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	return sriov_edu_pf_open_vf(pf, vf_id);
}

/* arrived - the VF is a device of this host now. */
static void migration_arrived(struct pci_dev *pci, struct pci_dev *vf,
			      unsigned int vf_id)
{
	pci_info(pci, "VF %u has arrived as %s\n", vf_id, pci_name(vf));
}

/*
 * leaving - the VF shall leave.  Its driver will be released, which would cut off
 * a running command; so let that end.  The PCI core asks again, but not for
 * ever.
 */
static unsigned int migration_leaving(struct pci_dev *pci, struct pci_dev *vf,
				      unsigned int vf_id)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	return sriov_edu_pf_vf_is_busy(pf, vf_id) ? LEAVE_POLL_MS : 0;
}

/* staying - it need not leave after all. */
static void migration_staying(struct pci_dev *pci, struct pci_dev *vf,
			      unsigned int vf_id)
{
	pci_info(pci, "VF %u stays\n", vf_id);
}

/* left - nobody uses the VF any more; take back what it had. */
static void migration_left(struct pci_dev *pci, unsigned int vf_id)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	sriov_edu_pf_close_vf(pf, vf_id);
	pci_info(pci, "VF %u has left\n", vf_id);
}

static const struct pci_sriov_vf_ops migration_ops = {
	.migration	= true,
	.arriving	= migration_arriving,
	.arrived	= migration_arrived,
	.leaving	= migration_leaving,
	.staying	= migration_staying,
	.left		= migration_left,
};

/**
 * sriov_edu_pf_want_migration - have a vector for VF Migration
 * @pf: the PF, before sriov_edu_fn_setup()
 */
void sriov_edu_pf_want_migration(struct sriov_edu_pf *pf)
{
	pf->fn->own_vector = pci_sriov_migration_vector(pf->pci);
}

static int migration_request_irq(struct sriov_edu_pf *pf)
{
	int vector = pf->fn->own_vector;

	if (vector < 0)
		return 0;

	return request_irq(pci_irq_vector(pf->pci, vector), migration_interrupt,
			   IRQF_SHARED, "sriov-edu-migration", pf);
}

/**
 * sriov_edu_pf_begin_migration - be ready for VFs that come and go
 * @pf: the PF, after sriov_edu_fn_setup() and pci_set_drvdata()
 *
 * That it cannot be is no reason to do without the PF.
 */
void sriov_edu_pf_begin_migration(struct sriov_edu_pf *pf)
{
	int err;

	err = migration_request_irq(pf);
	if (err)
		pf->fn->own_vector = -1;
	else
		err = pci_sriov_set_vf_ops(pf->pci, &migration_ops);

	/* a kernel with another SR-IOV core says that there is no such thing */
	if (err && err != -ENODEV)
		pci_warn(pf->pci, "VFs cannot come and go one by one (%d)\n", err);
}

/**
 * sriov_edu_pf_end_migration - undo sriov_edu_pf_begin_migration()
 * @pf: the PF, without VFs, before sriov_edu_fn_teardown()
 */
void sriov_edu_pf_end_migration(struct sriov_edu_pf *pf)
{
	if (pf->fn->own_vector >= 0)
		free_irq(pci_irq_vector(pf->pci, pf->fn->own_vector), pf);
}
