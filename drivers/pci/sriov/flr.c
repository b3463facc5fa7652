// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: Function Level Reset of VFs that have no pci_dev (PCIe r6.0,
 * sec 6.6.2)
 *
 * VFs that come, by VF Migration or because an administrator wants more, are not
 * known to Linux yet, and VFs that leave are not any more.  They are reset
 * together, because each takes 100 ms.
 */
#include <linux/bitops.h>

#include "../pci.h"
#include "sriov.h"

#define SRIOV_FLR_PENDING_MS	1000
#define SRIOV_FLR_POLL_MS	10

struct sriov_flr {
	struct pci_bus *bus;
	int devfn;
	int pos;
};

/* Return: 0, or -ENOTTY if the VF has no such reset, which has been said. */
static int sriov_flr_find(struct pci_sriov *sriov, unsigned int vf_id,
			  struct sriov_flr *flr)
{
	u32 cap = 0;

	flr->bus = sriov_vf_bus(sriov, vf_id);
	flr->devfn = sriov_vf_rid(sriov, vf_id) & 0xff;
	flr->pos = pci_bus_find_capability(flr->bus, flr->devfn,
					   PCI_CAP_ID_EXP);
	if (flr->pos)
		pci_bus_read_config_dword(flr->bus, flr->devfn,
					  flr->pos + PCI_EXP_DEVCAP, &cap);
	if ((cap & PCI_EXP_DEVCAP_FLR) && !PCI_POSSIBLE_ERROR(cap))
		return 0;

	pci_err(sriov->pf, "VF %u cannot be reset: no Function Level Reset\n",
		vf_id);
	return -ENOTTY;
}

static bool sriov_flr_pending(struct sriov_flr *flr)
{
	u16 status;

	pci_bus_read_config_word(flr->bus, flr->devfn,
				 flr->pos + PCI_EXP_DEVSTA, &status);
	return (status & PCI_EXP_DEVSTA_TRPND) && !PCI_POSSIBLE_ERROR(status);
}

/*
 * Sec 6.6.2: completions that arrive after the reset could be taken for those
 * of new requests, so let there be no requests, and wait for what is under way.
 */
static int sriov_flr_drain(struct pci_sriov *sriov, unsigned int vf_id,
			   struct sriov_flr *flr)
{
	ktime_t limit = ktime_add_ms(ktime_get(), SRIOV_FLR_PENDING_MS);
	int rc;

	pci_bus_write_config_word(flr->bus, flr->devfn, PCI_COMMAND, 0);
	while (sriov_flr_pending(flr)) {
		if (ktime_after(ktime_get(), limit)) {
			pci_warn(sriov->pf, "VF %u has requests pending for %d ms; resetting it all the same\n",
				 vf_id, SRIOV_FLR_PENDING_MS);
			return 0;
		}

		rc = sriov_wait_until(sriov, ktime_add_ms(ktime_get(),
							  SRIOV_FLR_POLL_MS));
		if (rc)
			return rc;
	}

	return 0;
}

static int sriov_flr_one(struct pci_sriov *sriov, unsigned int vf_id)
{
	struct sriov_flr flr;
	u16 control;
	int rc;

	rc = sriov_flr_find(sriov, vf_id, &flr);
	if (rc)
		return rc;

	rc = sriov_flr_drain(sriov, vf_id, &flr);
	if (rc)
		return rc;

	pci_bus_read_config_word(flr.bus, flr.devfn, flr.pos + PCI_EXP_DEVCTL,
				 &control);
	pci_bus_write_config_word(flr.bus, flr.devfn, flr.pos + PCI_EXP_DEVCTL,
				  control | PCI_EXP_DEVCTL_BCR_FLR);
	return 0;
}

static int sriov_flr_all(struct pci_sriov *sriov, unsigned long *vfs)
{
	unsigned int vf_id;
	int rc;

	for_each_set_bit(vf_id, vfs, sriov->nr_slots) {
		sriov->slots[vf_id].ready = false;
		rc = sriov_flr_one(sriov, vf_id);
		if (rc == -ENOTTY)
			clear_bit(vf_id, vfs);
		else if (rc)
			return rc;
	}

	return sriov_settle_flr(sriov, vfs);
}

/**
 * sriov_flr - reset VFs and wait until they are ready
 * @sriov: the PF
 * @vfs: which VFs, a bit for each slot; those that cannot be reset are cleared
 *
 * Context: within an operation.
 * Return: 0, &sriov_slot.ready says which of them are; -ENOMEM; or as
 * sriov_preempted().
 */
int sriov_flr(struct pci_sriov *sriov, unsigned long *vfs)
{
	int rc;

	rc = sriov_buses_get(sriov, vfs);
	if (!rc)
		rc = sriov_flr_all(sriov, vfs);
	sriov_buses_put(sriov);

	return rc;
}
