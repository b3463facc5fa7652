// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: the buses that VFs are on
 *
 * PCIe r6.0, sec 9.2.1.2: VFs may have Routing IDs on buses after the PF's.
 * There is no bridge to these buses; the PF's Device answers for them.  They
 * are made when the first VF needs them, and removed with the last one.
 */
#include <linux/slab.h>

#include "../pci.h"
#include "sriov.h"

static bool sriov_bus_is_ours(struct pci_sriov *sriov, struct pci_bus *bus)
{
	return bus->parent == sriov->pf->bus && !bus->self;
}

static struct pci_bus *sriov_bus_add(struct pci_sriov *sriov, int busnr)
{
	struct pci_bus *bus;

	bus = pci_add_new_bus(sriov->pf->bus, NULL, busnr);
	if (bus)
		pci_bus_insert_busn_res(bus, busnr, busnr);

	return bus;
}

/**
 * sriov_bus_find_or_add - the bus of a VF
 * @sriov: the PF
 * @rid: the VF's Routing ID
 *
 * Context: pci_rescan_remove_lock held.
 * Return: the bus, or NULL if there is no memory or another bridge has taken
 * the number, which has been said.
 */
struct pci_bus *sriov_bus_find_or_add(struct pci_sriov *sriov, u16 rid)
{
	struct pci_dev *pf = sriov->pf;
	int busnr = PCI_BUS_NUM(rid);
	struct pci_bus *bus;

	if (busnr == pf->bus->number)
		return pf->bus;

	bus = pci_find_bus(pci_domain_nr(pf->bus), busnr);
	if (!bus)
		return sriov_bus_add(sriov, busnr);

	if (!sriov_bus_is_ours(sriov, bus)) {
		pci_err(pf, "bus %02x, which VFs need, is in use by another bridge\n",
			busnr);
		return NULL;
	}

	return bus;
}

/**
 * sriov_bus_remove_empty - remove the buses that no VF is on any more
 * @sriov: the PF
 *
 * Another PF on this one's bus may share them.
 *
 * Context: pci_rescan_remove_lock held.
 */
void sriov_bus_remove_empty(struct pci_sriov *sriov)
{
	struct pci_bus *bus, *tmp;

	list_for_each_entry_safe(bus, tmp, &sriov->pf->bus->children, node)
		if (sriov_bus_is_ours(sriov, bus) && list_empty(&bus->devices))
			pci_remove_bus(bus);
}

/*
 * Without ARI Forwarding a Downstream Port passes on requests for Device 0 of
 * its secondary bus alone (sec 6.13 and 7.3.1).  Some do not keep to that, and
 * their users say so (pci=pcie_scan_all).
 */
static bool sriov_bus_reaches(struct pci_bus *bus, u16 rid)
{
	if (!bus->self || !pcie_downstream_port(bus->self) ||
	    pci_ari_enabled(bus) || pci_has_flag(PCI_SCAN_ALL_PCIE_DEVS))
		return true;

	return PCI_BUS_NUM(rid) != bus->number || !PCI_SLOT(rid & 0xff);
}

/**
 * sriov_bus_check - can all VFs be reached where their Routing IDs put them?
 * @sriov: the PF; NumVFs has been written
 * @num_vfs: how many VFs, at least 1
 *
 * Return: 0; -ENOMEM if bus numbers are missing; -EINVAL if a VF would be where
 * no request can reach it.  Both have been said.
 */
int sriov_bus_check(struct pci_sriov *sriov, unsigned int num_vfs)
{
	struct pci_dev *pf = sriov->pf;
	u32 last = sriov_rid(pci_dev_id(pf), sriov->offset, sriov->stride,
			     num_vfs - 1);
	unsigned int vf_id;

	if (last >> 8 > pf->bus->busn_res.end) {
		pci_err(pf, "can't enable %u VFs (bus %02x out of range of %pR): %llu more bus numbers are needed behind %s; try pci=assign-busses or hpbussize\n",
			num_vfs, last >> 8, &pf->bus->busn_res,
			(last >> 8) - (u64)pf->bus->busn_res.end,
			pf->bus->self ? pci_name(pf->bus->self) : "the host bridge");
		return -ENOMEM;
	}

	for (vf_id = 0; vf_id < num_vfs; vf_id++) {
		u16 rid = sriov_vf_rid(sriov, vf_id);

		if (sriov_bus_reaches(pf->bus, rid))
			continue;
		pci_err(pf, "can't enable %u VFs: VF %u would be %02x:%02x.%u, which needs ARI Forwarding in %s\n",
			num_vfs, vf_id, PCI_BUS_NUM(rid), PCI_SLOT(rid & 0xff),
			PCI_FUNC(rid & 0xff), pci_name(pf->bus->self));
		return -EINVAL;
	}

	return 0;
}

static struct pci_bus **sriov_vf_bus_at(struct pci_sriov *sriov,
					unsigned int vf_id)
{
	u16 rid = sriov_vf_rid(sriov, vf_id);

	return &sriov->buses[PCI_BUS_NUM(rid) - sriov->pf->bus->number];
}

/**
 * sriov_vf_bus - the bus of a VF
 * @sriov: the PF, between sriov_buses_get() and sriov_buses_put()
 * @vf_id: number of the VF
 *
 * Return: the bus.
 */
struct pci_bus *sriov_vf_bus(struct pci_sriov *sriov, unsigned int vf_id)
{
	return *sriov_vf_bus_at(sriov, vf_id);
}

static int sriov_bus_get(struct pci_sriov *sriov, unsigned int vf_id)
{
	struct pci_bus **at = sriov_vf_bus_at(sriov, vf_id);

	if (*at)
		return 0;

	*at = pci_bus_get(sriov_bus_find_or_add(sriov,
						sriov_vf_rid(sriov, vf_id)));
	return *at ? 0 : -ENOMEM;
}

/**
 * sriov_buses_get - have the buses on which VFs can be accessed
 * @sriov: the PF, with slots
 * @vfs: which VFs, a bit for each slot, or NULL for all
 *
 * Context: within an operation.
 * Return: 0, -ENOMEM, or as sriov_preempted(); sriov_buses_put() is to be called
 * in any case.
 */
int sriov_buses_get(struct pci_sriov *sriov, const unsigned long *vfs)
{
	unsigned int span = sriov_rid_bus_span(pci_dev_id(sriov->pf),
					       sriov->offset, sriov->stride,
					       sriov->nr_slots);
	unsigned int vf_id;
	int rc = 0;

	sriov->buses = kcalloc(span + 1, sizeof(*sriov->buses), GFP_KERNEL);
	if (!sriov->buses)
		return -ENOMEM;

	sriov->nr_buses = span + 1;
	if (!sriov_rescan_enter(sriov))
		return sriov_preempted(sriov);

	for (vf_id = 0; vf_id < sriov->nr_slots && !rc; vf_id++)
		if (!vfs || test_bit(vf_id, vfs))
			rc = sriov_bus_get(sriov, vf_id);

	sriov_rescan_exit(sriov);
	return rc;
}

/**
 * sriov_buses_put - undo sriov_buses_get()
 * @sriov: the PF
 */
void sriov_buses_put(struct pci_sriov *sriov)
{
	unsigned int i;

	for (i = 0; i < sriov->nr_buses; i++)
		pci_bus_put(sriov->buses[i]);

	kfree(sriov->buses);
	sriov->buses = NULL;
	sriov->nr_buses = 0;
}
