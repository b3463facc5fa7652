// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floor: 4
 *
 * VFs that are added and removed while the others work, by the administrator or by
 * VF Migration.
 *
 * The PCI core does most of the work, see Documentation/PCI/sriov/migration.rst.
 * A PF driver passes the interrupt of VF Migration to the core and, if its device
 * must be configured for each VF, registers a struct pci_sriov_vf_ops.
 *
 * The callbacks are called under the PF's device lock, like those in pf.c, mostly
 * from a thread of the PCI core.  They may take the lock of the mailbox service,
 * because that lock is not held while VFs are enabled or disabled.
 */
#include <linux/interrupt.h>
#include <linux/pci.h>
#include <linux/pci-sriov.h>

#include "pf.h"

/* How soon the PCI core calls again for a VF that executes a command */
#define LEAVE_POLL_MS	20

/* The vector can be shared; this returns IRQ_NONE for the other interrupts. */
static irqreturn_t migration_interrupt(int irq, void *data)
{
	struct sriov_edu_pf *pf = data;

	return pci_sriov_migration(pf->pci);
}

/*
 * arriving - a VF is about to be added.  Enable it in the device before its driver
 * is bound.  On an error the VF is not added.
 */
static int migration_arriving(struct pci_dev *pci, unsigned int vf_id)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	return sriov_edu_pf_open_vf(pf, vf_id);
}

/* arrived - the VF has a struct pci_dev, and a driver if one matches. */
static void migration_arrived(struct pci_dev *pci, struct pci_dev *vf,
			      unsigned int vf_id)
{
	pci_info(pci, "VF %u has arrived as %s\n", vf_id, pci_name(vf));
}

/*
 * leaving - the VF is about to be removed.  Releasing its driver would abort a
 * running command, so delay it until the command completes.  The PCI core calls
 * again after the time returned, up to a limit.
 */
static unsigned int migration_leaving(struct pci_dev *pci, struct pci_dev *vf,
				      unsigned int vf_id)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);

	return sriov_edu_pf_vf_is_busy(pf, vf_id) ? LEAVE_POLL_MS : 0;
}

/* staying - the request to remove the VF was withdrawn. */
static void migration_staying(struct pci_dev *pci, struct pci_dev *vf,
			      unsigned int vf_id)
{
	pci_info(pci, "VF %u stays\n", vf_id);
}

/* left - the VF was removed; release its resources. */
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
 * sriov_edu_pf_want_migration - request a vector for VF Migration
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
 * sriov_edu_pf_begin_migration - allow VFs to be added and removed one by one
 * @pf: the PF, after sriov_edu_fn_setup() and pci_set_drvdata()
 *
 * The PF works without this, so a failure is only logged.
 */
void sriov_edu_pf_begin_migration(struct sriov_edu_pf *pf)
{
	int rc;

	rc = migration_request_irq(pf);
	if (rc)
		pf->fn->own_vector = -1;
	else
		rc = pci_sriov_set_vf_ops(pf->pci, &migration_ops);

	/* -ENODEV: the kernel's SR-IOV core does not support this */
	if (rc && rc != -ENODEV)
		pci_warn(pf->pci, "VFs cannot be added and removed one by one (%d)\n", rc);
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
