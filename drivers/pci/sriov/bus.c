// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: the buses that VFs are on
 *
 * Floor: 1
 *
 * PCIe r6.0, sec 9.2.1.2: VFs may have Routing IDs on buses after the PF's.
 * There is no bridge to these buses; the PF's Device answers for them.  They
 * are made when the first VF needs them, and removed with the last one.
 */
#include <linux/slab.h>

#include "../pci.h"
#include "sriov.h"

/* &pci_sriov.buses of all PFs, against the removal of empty buses */
static DEFINE_SPINLOCK(sriov_buses_lock);

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
 * the number (already logged).
 */
struct pci_bus *sriov_bus_find_or_add(struct pci_sriov *sriov, u16 rid)
{
	struct pci_dev *pf = sriov->pf;
	int busnr = PCI_BUS_NUM(rid);
	struct pci_bus *bus;

	sriov_assert_rescan_lock();

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

static bool sriov_bus_is_held(struct pci_sriov *sriov, struct pci_bus *bus)
{
	unsigned int i;

	for (i = 0; i < sriov->nr_buses; i++)
		if (sriov->buses[i] == bus)
			return true;

	return false;
}

/* A PF waits for VFs there, without pci_rescan_remove_lock. */
static bool sriov_bus_is_waited_on(struct pci_bus *bus)
{
	struct pci_dev *pf;
	bool held = false;

	spin_lock(&sriov_buses_lock);
	list_for_each_entry(pf, &bus->parent->devices, bus_list)
		if (to_sriov(pf) && sriov_bus_is_held(to_sriov(pf), bus))
			held = true;
	spin_unlock(&sriov_buses_lock);

	return held;
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

	sriov_assert_rescan_lock();

	list_for_each_entry_safe(bus, tmp, &sriov->pf->bus->children, node)
		if (sriov_bus_is_ours(sriov, bus) && list_empty(&bus->devices) &&
		    !sriov_bus_is_waited_on(bus))
			pci_remove_bus(bus);
}

/**
 * sriov_bus_reaches - should a request get to a VF?
 * @bus: the VF's bus
 * @devfn: its device and function number
 *
 * Without ARI Forwarding a Downstream Port passes on requests for Device 0 of
 * its secondary bus alone (sec 6.13 and 7.3.1).  Some ports pass on more, which
 * pci=pcie_scan_all states.
 *
 * Return: true if it should.
 */
bool sriov_bus_reaches(struct pci_bus *bus, int devfn)
{
	return !PCI_SLOT(devfn) || !bus->self || pci_ari_enabled(bus) ||
	       !pcie_downstream_port(bus->self) ||
	       pci_has_flag(PCI_SCAN_ALL_PCIE_DEVS);
}

/* A port may be more lenient than it should be, so VFs there are tried. */
static void sriov_bus_warn_unreached(struct pci_sriov *sriov,
				     unsigned int num_vfs)
{
	struct pci_dev *pf = sriov->pf;
	unsigned int vf_id;

	for (vf_id = 0; vf_id < num_vfs; vf_id++) {
		u16 rid = sriov_vf_rid(sriov, vf_id);

		if (PCI_BUS_NUM(rid) != pf->bus->number ||
		    sriov_bus_reaches(pf->bus, rid & 0xff))
			continue;
		pci_warn(pf, "VF %u is %02x:%02x.%u, which should need ARI Forwarding in %s; trying it and those behind\n",
			 vf_id, PCI_BUS_NUM(rid), PCI_SLOT(rid & 0xff),
			 PCI_FUNC(rid & 0xff), pci_name(pf->bus->self));
		return;
	}
}

/**
 * sriov_bus_check - can all VFs be reached where their Routing IDs put them?
 * @sriov: the PF; NumVFs has been written
 * @num_vfs: how many VFs, at least 1
 *
 * Return: 0, or -ENOMEM if bus numbers are missing (already logged).
 */
int sriov_bus_check(struct pci_sriov *sriov, unsigned int num_vfs)
{
	struct pci_dev *pf = sriov->pf;
	u32 last = sriov_rid(pci_dev_id(pf), sriov->offset, sriov->stride,
			     num_vfs - 1);

	if (last >> 8 > pf->bus->busn_res.end) {
		pci_err(pf, "can't enable %u VFs (bus %02x out of range of %pR): %llu more bus numbers are needed behind %s; try pci=assign-busses or hpbussize\n",
			num_vfs, last >> 8, &pf->bus->busn_res,
			(last >> 8) - (u64)pf->bus->busn_res.end,
			pf->bus->self ? pci_name(pf->bus->self) : "the host bridge");
		return -ENOMEM;
	}

	sriov_bus_warn_unreached(sriov, num_vfs);
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
	struct pci_bus **at = sriov_vf_bus_at(sriov, vf_id), *bus;

	if (*at)
		return 0;

	bus = pci_bus_get(sriov_bus_find_or_add(sriov,
						sriov_vf_rid(sriov, vf_id)));
	spin_lock(&sriov_buses_lock);
	*at = bus;
	spin_unlock(&sriov_buses_lock);
	return bus ? 0 : -ENOMEM;
}

/**
 * sriov_buses_get - have the buses on which VFs can be accessed
 * @sriov: the PF, with slots
 * @first: the first VF
 * @end: the one behind the last
 *
 * The buses stay while this PF has them, also without a VF on them.
 *
 * Context: within an operation.
 * Return: 0, -ENOMEM, or as sriov_rescan_enter(); sriov_buses_put() is to be
 * called in any case.
 */
int sriov_buses_get(struct pci_sriov *sriov, unsigned int first,
		    unsigned int end)
{
	unsigned int span = sriov_rid_bus_span(pci_dev_id(sriov->pf),
					       sriov->offset, sriov->stride,
					       sriov->nr_slots);
	struct pci_bus **buses = kcalloc(span + 1, sizeof(*buses), GFP_KERNEL);
	unsigned int vf_id;
	int rc;

	lockdep_assert_held(&sriov->op_lock);

	if (!buses)
		return -ENOMEM;

	spin_lock(&sriov_buses_lock);
	sriov->buses = buses;
	sriov->nr_buses = span + 1;
	spin_unlock(&sriov_buses_lock);

	rc = sriov_rescan_enter(sriov);
	if (rc)
		return rc;

	for (vf_id = first; vf_id < end && !rc; vf_id++)
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
	struct pci_bus **buses = sriov->buses;
	unsigned int nr = sriov->nr_buses, i;

	lockdep_assert_held(&sriov->op_lock);

	spin_lock(&sriov_buses_lock);
	sriov->buses = NULL;
	sriov->nr_buses = 0;
	spin_unlock(&sriov_buses_lock);

	for (i = 0; i < nr; i++)
		pci_bus_put(buses[i]);
	kfree(buses);
}
