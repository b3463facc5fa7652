// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: what happens to VFs when their PF loses its state
 *
 * Floor: 10
 *
 * A reset of the PF (FLR, or one of the Device) and a power cycle clear VF
 * Enable and everything else that was written to the capability (PCIe r6.0,
 * sec 9.2.2.2).  struct pci_sriov is the saved copy: it is written
 * back, and the VFs' pci_devs remain.
 */
#include "../pci.h"
#include "sriov.h"

/**
 * pci_iov_reset_begin - announce a reset of a single function
 * @dev: any device
 *
 * Not for a reset of the slot or the bus: that has device_lock() of all devices
 * there, of VFs too, and a driver that is to be released waits for it.  (Not so
 * VFs on further buses, and beyond the slot; these are not waited for.)
 *
 * Context: device_lock() of @dev held, sleeps up to 5 s.
 */
void pci_iov_reset_begin(struct pci_dev *dev)
{
	struct pci_sriov *sriov = to_sriov(dev);

	if (sriov)
		sriov_migration_reset_begin(sriov);
}

/**
 * pci_restore_iov_state - put a PF's capability back as it was
 * @pf: any device; one that is not a PF is left alone
 *
 * If VF Enable is still set nothing has been lost, and nothing is written.  If VFs
 * would not be where they were, that is logged and VF Enable stays clear: their
 * pci_devs must not access other functions; see pci_sriov_vfs_lost().
 *
 * Context: process context, sleeps 100 ms if VFs are on; the PF is not used by
 * its driver.
 */
void pci_restore_iov_state(struct pci_dev *pf)
{
	struct pci_sriov *sriov = to_sriov(pf);
	int bar, rc;

	if (!sriov)
		return;

	pci_iov_settle(pf);
	WRITE_ONCE(sriov->vfs_lost, false);
	if (sriov_cap_is_enabled(sriov)) {
		/* but the message of an event may have been */
		sriov_migration_restored(sriov);
		return;
	}

	sriov_live_lose(sriov);
	sriov_migration_restoring(sriov);
	sriov_rebar_restore(sriov);
	for (bar = 0; bar < PCI_SRIOV_NUM_BARS; bar++)
		pci_update_resource(pf, PCI_IOV_RESOURCES + bar);

	rc = sriov_cap_restore(sriov);
	if (!(sriov->ctrl & PCI_SRIOV_CTRL_VFE))
		return;
	if (!rc)
		sriov_ready_delay_restored();
	if (rc || !sriov_outage_vfs_are_back(sriov)) {
		sriov_outage_lost(sriov);
		return;
	}

	sriov_migration_restored(sriov);
}
