// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: VF BARs
 *
 * Floor: 3
 *
 * PCIe r6.0, sec 9.3.3.14: a VF BAR in the PF's capability describes one VF's
 * BAR n; the memory of all VFs lies one after the other, VF by VF.  So the PF's
 * resource for it (PCI_IOV_RESOURCES + n) is TotalVFs times as large, aligned
 * to the size for one VF, and a VF's resource n is a slice of it.
 */
#include <linux/overflow.h>

#include "../pci.h"
#include "sriov.h"

/*
 * __pci_read_base() takes the lowest bit of the mask for the size.  The mask must
 * not have a hole above it; address bits at the top that a device does not
 * implement are not a hole.
 */
static void sriov_bar_check_mask(struct pci_sriov *sriov, int bar, bool is_64)
{
	u64 mask = sriov_cap_bar_mask(sriov, bar, is_64);
	u64 lowest = mask & -mask;

	if (mask & (mask + lowest))
		pci_warn(sriov->pf, "VF BAR %d: size mask %#llx is not a power of two; taking %llu bytes\n",
			 bar, mask, lowest);
}

static int sriov_bar_check_size(struct pci_sriov *sriov, int bar)
{
	struct resource *res = sriov_bar_res(sriov->pf, bar);
	resource_size_t size = resource_size(res);
	resource_size_t all;

	if (!(res->flags & IORESOURCE_MEM))
		pci_warn(sriov->pf, "VF BAR %d is not memory, the only space that VFs have\n",
			 bar);

	/* a signed number holds it in sysfs, where it is the size of a file */
	if (check_mul_overflow(size, (resource_size_t)sriov->cap.total_vfs, &all) ||
	    (u64)all > S64_MAX) {
		pci_err(sriov->pf, "VF BAR %d: %llu bytes for each of %u VFs are more than there are addresses\n",
			bar, (u64)size, sriov->cap.total_vfs);
		return -EIO;
	}

	if (size & (PAGE_SIZE - 1)) {
		pci_err(sriov->pf, "VF BAR %d: %llu bytes are not a multiple of the page size %lu, so VFs could not be kept apart\n",
			bar, (u64)size, PAGE_SIZE);
		return -EIO;
	}

	return 0;
}

/*
 * The upper half of a last BAR of 64 bits would be another register, which must
 * not be written to find its size.
 */
static bool sriov_bar_is_beyond(struct pci_sriov *sriov, int bar)
{
	if (bar != PCI_SRIOV_NUM_BARS - 1 || !sriov_cap_bar_is_64(sriov, bar))
		return false;

	pci_warn(sriov->pf, "VF BAR %d: the last one cannot be 64 bits wide; ignored\n",
		 bar);
	return true;
}

/*
 * Enhanced Allocation or a header fixup may have fixed the resource already
 * (IORESOURCE_PCI_FIXED); then it is taken as it is, and there is no register
 * to be read.
 *
 * Return: 1 if the BAR is a 64-bit one, 0 if not, or -EIO.
 */
static int sriov_bar_size(struct pci_sriov *sriov, int bar)
{
	struct resource *res = sriov_bar_res(sriov->pf, bar);
	bool is_64 = res->flags & IORESOURCE_MEM_64;
	int rc = 0;

	if (!(res->flags & IORESOURCE_PCI_FIXED)) {
		if (sriov_bar_is_beyond(sriov, bar))
			return 0;
		is_64 = sriov_cap_size_bar(sriov, bar, res);
		if (res->flags)
			sriov_bar_check_mask(sriov, bar, is_64);
	}
	if (res->flags)
		rc = sriov_bar_check_size(sriov, bar);

	return rc ? rc : is_64;
}

/*
 * Firmware often leaves VF BARs at 0.  Code that looks for conflicts must not take
 * them for memory there.
 */
static bool sriov_bar_is_unset(struct pci_sriov *sriov, struct resource *res)
{
	struct pci_bus_region region;

	if (res->flags & IORESOURCE_PCI_FIXED)
		return false;

	pcibios_resource_to_bus(sriov->pf->bus, &region, res);
	return !region.start;
}

static void sriov_bar_multiply(struct pci_sriov *sriov, int bar)
{
	struct resource *res = sriov_bar_res(sriov->pf, bar);
	resource_size_t size = resource_size(res);

	if (sriov_bar_is_unset(sriov, res))
		res->flags |= IORESOURCE_UNSET;
	sriov->cap.bar_size[bar] = size;
	sriov->cap.nr_bars++;
	resource_set_size(res, size * sriov->cap.total_vfs);
	pci_info(sriov->pf, "%s %pR: contains BAR %d for %d VFs\n",
		 pci_resource_name(sriov->pf, PCI_IOV_RESOURCES + bar), res,
		 bar, sriov->cap.total_vfs);
}

/**
 * sriov_bar_init - size the VF BARs and set up the PF's resources for them
 * @sriov: the PF, after sriov_cap_init() and sriov_rebar_init()
 *
 * Return: 0, or -EIO if a BAR is invalid (already logged).
 */
int sriov_bar_init(struct pci_sriov *sriov)
{
	int bar, is_64;

	for (bar = 0; bar < PCI_SRIOV_NUM_BARS; bar += 1 + is_64) {
		is_64 = sriov_bar_size(sriov, bar);
		if (is_64 < 0)
			return is_64;
		if (sriov_bar_res(sriov->pf, bar)->flags)
			sriov_bar_multiply(sriov, bar);
	}

	return 0;
}

/**
 * sriov_bar_forget - give up the PF's resources for VF BARs
 * @pf: a device that cannot be used as a PF
 */
void sriov_bar_forget(struct pci_dev *pf)
{
	int bar;

	for (bar = 0; bar < PCI_SRIOV_NUM_BARS; bar++)
		sriov_bar_res(pf, bar)->flags = 0;
}

/**
 * sriov_bar_check - has memory been assigned to all VF BARs, and enabled?
 * @sriov: the PF
 *
 * Return: 0, or -ENOMEM (the log names the BAR, the size and a remedy).
 */
int sriov_bar_check(struct pci_sriov *sriov)
{
	struct pci_dev *pf = sriov->pf;
	int bar, bars = 0, rc = 0;

	for (bar = 0; bar < PCI_SRIOV_NUM_BARS; bar++) {
		bars |= BIT(PCI_IOV_RESOURCES + bar);
		if (!sriov->cap.bar_size[bar] || sriov_bar_res(pf, bar)->parent)
			continue;

		pci_err(pf, "not enough MMIO resources for SR-IOV: VF BAR %d needs %llu bytes (%u VFs of %llu) behind %s; try pci=realloc or a larger bridge window\n",
			bar, (u64)sriov->cap.bar_size[bar] * sriov->cap.total_vfs,
			sriov->cap.total_vfs, (u64)sriov->cap.bar_size[bar],
			pf->bus->self ? pci_name(pf->bus->self) : "the host bridge");
		rc = -ENOMEM;
	}

	if (!rc && pci_enable_resources(pf, bars)) {
		pci_err(pf, "SR-IOV: IOV BARS not allocated\n");
		rc = -ENOMEM;
	}

	return rc;
}

/* Release the slices of a VF that has not been added. */
static void sriov_bar_unclaim(struct pci_dev *vf)
{
	int bar;

	for (bar = 0; bar < PCI_SRIOV_NUM_BARS; bar++)
		if (vf->resource[bar].parent)
			release_resource(&vf->resource[bar]);
}

/**
 * sriov_bar_claim - give a VF its slices of the VF BARs
 * @sriov: the PF
 * @vf: the VF, not added yet
 * @vf_id: its number
 *
 * Return: 0, or -EBUSY if a slice is taken; the VF holds none then.
 */
int sriov_bar_claim(struct pci_sriov *sriov, struct pci_dev *vf,
		    unsigned int vf_id)
{
	struct pci_dev *prev = vf_id ? sriov_slot_get(sriov, vf_id - 1) : NULL;
	int bar, rc = 0;

	for (bar = 0; bar < PCI_SRIOV_NUM_BARS && !rc; bar++) {
		struct resource *all = sriov_bar_res(sriov->pf, bar);
		struct resource *res = &vf->resource[bar];
		resource_size_t size = sriov->cap.bar_size[bar];

		if (!all->parent)
			continue;

		res->name = pci_name(vf);
		res->flags = all->flags;
		resource_set_range(res, all->start + size * vf_id, size);
		rc = request_resource_after(all, res,
					    prev ? &prev->resource[bar] : NULL);
		if (rc)
			pci_err(vf, "BAR %d %pR: already taken in %pR\n", bar,
				res, all);
	}

	if (rc)
		sriov_bar_unclaim(vf);
	pci_dev_put(prev);
	return rc;
}

/**
 * pci_iov_resource_size - bytes that one VF has in a VF BAR
 * @pf: a PF
 * @resno: the PF's resource, PCI_IOV_RESOURCES to PCI_IOV_RESOURCE_END
 *
 * Context: any.
 * Return: the size, 0 if there is no such BAR or @pf is not a PF.
 */
resource_size_t pci_iov_resource_size(const struct pci_dev *pf, int resno)
{
	struct pci_sriov *sriov = to_sriov(pf);

	return sriov ? sriov->cap.bar_size[resno - PCI_IOV_RESOURCES] : 0;
}

/**
 * pci_iov_resource_set_size - note that the size of a VF BAR was selected
 * @pf: any device; one that is not a PF is left alone
 * @resno: the PF's resource, PCI_IOV_RESOURCES to PCI_IOV_RESOURCE_END
 * @size: 0 for 1 MiB, and 1 more for each doubling
 *
 * For pci_resize_resource(), which selects it and moves the resource.  Drivers
 * call pci_iov_vf_bar_set_size().
 *
 * Context: VFs are disabled.
 */
void pci_iov_resource_set_size(struct pci_dev *pf, int resno, int size)
{
	struct pci_sriov *sriov = to_sriov(pf);
	int bar = pci_resource_num_to_vf_bar(resno);

	if (sriov && pci_resource_is_iov(resno))
		sriov->cap.bar_size[bar] = pci_rebar_size_to_bytes(size);
}

/**
 * pci_iov_is_memory_decoding_enabled - do VFs decode their BARs?
 * @pf: any device
 *
 * Return: true if they do; such BARs must not be changed.
 */
bool pci_iov_is_memory_decoding_enabled(struct pci_dev *pf)
{
	struct pci_sriov *sriov = to_sriov(pf);

	return sriov && sriov_cap_bars_in_use(sriov);
}

/* An architecture may need more: powerpc aligns VF BARs to isolation domains. */
resource_size_t __weak pcibios_iov_resource_alignment(const struct pci_dev *pf,
						      int resno)
{
	return pci_iov_resource_size(pf, resno);
}

/**
 * pci_sriov_resource_alignment - alignment of a PF's resource for a VF BAR
 * @pf: a PF
 * @resno: the PF's resource, PCI_IOV_RESOURCES to PCI_IOV_RESOURCE_END
 *
 * Return: the size for one VF, unless the architecture requires more; the
 * resource itself is TotalVFs times that size.
 */
resource_size_t pci_sriov_resource_alignment(const struct pci_dev *pf,
					     int resno)
{
	return pcibios_iov_resource_alignment(pf, resno);
}

static bool sriov_bar_is_placed(struct resource *res)
{
	return res->flags &&
	       !(res->flags & (IORESOURCE_UNSET | IORESOURCE_PCI_FIXED));
}

/**
 * pci_iov_update_resource - write a VF BAR after its resource was placed
 * @pf: any device; one that is not a PF has no VF BARs, and nothing happens
 * @resno: the resource, PCI_IOV_RESOURCES to PCI_IOV_RESOURCE_END
 *
 * Nothing is written for a BAR that does not exist, has no place or cannot be
 * moved.  Sec 9.3.3.3.4: VF BARs must not be changed while VFs decode them.
 */
void pci_iov_update_resource(struct pci_dev *pf, int resno)
{
	struct pci_sriov *sriov = to_sriov(pf);
	struct resource *res = &pf->resource[resno];
	int bar = resno - PCI_IOV_RESOURCES;
	struct pci_bus_region region;

	if (!sriov || !sriov_bar_is_placed(res))
		return;

	if (sriov_cap_bars_in_use(sriov)) {
		dev_WARN(&pf->dev, "can't update enabled VF BAR%d %pR\n", bar,
			 res);
		return;
	}

	pcibios_resource_to_bus(pf->bus, &region, res);
	sriov_cap_write_bar(sriov, bar, lower_32_bits(region.start) |
			    (res->flags & ~PCI_BASE_ADDRESS_MEM_MASK));
	if (res->flags & IORESOURCE_MEM_64)
		sriov_cap_write_bar(sriov, bar + 1, upper_32_bits(region.start));
}
