// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: what the VFs of a PF have in common
 *
 * Floor: 0
 *
 * Most of what the PCI core reads of a VF while it is set up is the same for all
 * VFs of a PF, and much of it is read many times.
 *
 *  - The state that is saved in case the VF has to recover from an error.  VFs
 *    that have just been enabled or reset have the values that registers have
 *    after reset (PCIe r6.0, sec 9.3.4), and all are set up in the same way.
 *  - Where the capabilities are.  The specification does not say that they are
 *    in the same place in all VFs.  So the lists of every VF are walked, but only
 *    once; then each search is answered from what was found, if it is what the
 *    first VF has.  A VF that differs is searched like any other device.
 *  - Which fixups there are: they are chosen by Vendor ID, Device ID and class.
 *
 * All that holds only until the VF is set up.  Programs and its driver read the
 * device itself.
 *
 * Where the Extended Capabilities of the PF are is kept as well: while its SR-IOV
 * capability must not be read, not even the header (see settle.c), searches are
 * answered from that.
 */
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "../pci.h"
#include "sriov.h"

/* The recorded values apply to this VF, too. */
static bool sriov_vf_is_common(struct pci_dev *dev)
{
	return dev->is_virtfn && test_bit(PCI_VF_COMMON, &dev->priv_flags);
}

/* Return: 0, or -E2BIG; a list that never ends is too long, too. */
static int sriov_layout_add(struct sriov_layout *layout, u16 pos, u16 id)
{
	if (layout->nr == ARRAY_SIZE(layout->cap))
		return -E2BIG;

	layout->cap[layout->nr].pos = pos;
	layout->cap[layout->nr].id = id;
	layout->nr++;
	return 0;
}

/* Sec 7.5.1.1.11: PCI-compatible Capabilities, as pci_find_capability() goes */
static int sriov_layout_walk(struct pci_dev *vf, struct sriov_layout *layout)
{
	u16 status, entry;
	int rc = 0;
	u8 pos = 0;

	pci_read_config_word(vf, PCI_STATUS, &status);
	if (status & PCI_STATUS_CAP_LIST)
		pci_read_config_byte(vf, PCI_CAPABILITY_LIST, &pos);

	while (pos >= PCI_STD_HEADER_SIZEOF && !rc) {
		pos &= ~3;
		pci_read_config_word(vf, pos, &entry);
		if ((entry & 0xff) == 0xff)
			break;
		rc = sriov_layout_add(layout, pos, entry & 0xff);
		pos = entry >> 8;
	}

	layout->first_ext = layout->nr;
	return rc;
}

/* Sec 7.6.3: Extended Capabilities, as pci_find_next_ext_capability() goes */
static int sriov_layout_walk_ext(struct pci_dev *dev,
				 struct sriov_layout *layout)
{
	u16 pos = PCI_CFG_SPACE_SIZE;
	u32 header;
	int rc = 0;

	while (pos >= PCI_CFG_SPACE_SIZE && !rc) {
		pci_read_config_dword(dev, pos, &header);
		if (!header || PCI_POSSIBLE_ERROR(header))
			break;
		rc = sriov_layout_add(layout, pos, PCI_EXT_CAP_ID(header));
		pos = PCI_EXT_CAP_NEXT(header);
	}

	return rc;
}

/* Return: true if @layout is that of the first VF, or this is the first one. */
static bool sriov_layout_share(struct pci_sriov *sriov,
			       const struct sriov_layout *layout)
{
	struct sriov_layout *shared =
		rcu_dereference_protected(sriov->common.layout, true);

	if (shared)
		return !memcmp(shared->cap, layout->cap, sizeof(layout->cap)) &&
		       shared->nr == layout->nr &&
		       shared->first_ext == layout->first_ext;

	shared = kmemdup(layout, sizeof(*layout), GFP_KERNEL);
	rcu_assign_pointer(sriov->common.layout, shared);
	return shared;
}

/**
 * sriov_common_init - note where the Extended Capabilities of a PF are
 * @sriov: the PF
 *
 * Without memory, or if there are too many, searches read the device at any time.
 */
void sriov_common_init(struct pci_sriov *sriov)
{
	struct sriov_layout *layout = kzalloc(sizeof(*layout), GFP_KERNEL);

	if (layout && sriov_layout_walk_ext(sriov->pf, layout)) {
		kfree(layout);
		layout = NULL;
	}
	sriov->layout = layout;
}

/**
 * sriov_common_free - undo sriov_common_init()
 * @sriov: the PF, which is not used any more
 */
void sriov_common_free(struct pci_sriov *sriov)
{
	sriov_common_forget(sriov);
	kfree(sriov->layout);
}

/**
 * sriov_common_read - read what is known of all VFs from one
 * @sriov: the PF
 * @bus: the bus of a VF that answers
 * @devfn: its device and function number
 */
void sriov_common_read(struct pci_sriov *sriov, struct pci_bus *bus, int devfn)
{
	struct sriov_vf_common *common = &sriov->common;

	pci_bus_read_config_dword(bus, devfn, PCI_CLASS_REVISION,
				  &common->class);
	pci_bus_read_config_byte(bus, devfn, PCI_HEADER_TYPE,
				 &common->hdr_type);
	pci_bus_read_config_word(bus, devfn, PCI_SUBSYSTEM_VENDOR_ID,
				 &common->subsystem_vendor);
	pci_bus_read_config_word(bus, devfn, PCI_SUBSYSTEM_ID,
				 &common->subsystem_device);
}

/**
 * sriov_common_begin - before a VF is set up
 * @sriov: the PF
 * @vf: the VF, of which its Routing ID is known
 *
 * Context: pci_rescan_remove_lock held.
 */
void sriov_common_begin(struct pci_sriov *sriov, struct pci_dev *vf)
{
	struct sriov_layout layout = {};

	sriov_assert_rescan_lock();

	/* VF Migration may bring the first VF late */
	if (!sriov->common.class)
		sriov_common_read(sriov, vf->bus, vf->devfn);

	/* other headers are laid out otherwise */
	if ((sriov->common.hdr_type & PCI_HEADER_TYPE_MASK) !=
	    PCI_HEADER_TYPE_NORMAL)
		return;

	if (!sriov_layout_walk(vf, &layout) &&
	    !sriov_layout_walk_ext(vf, &layout) &&
	    sriov_layout_share(sriov, &layout))
		set_bit(PCI_VF_COMMON, &vf->priv_flags);
}

/**
 * pci_iov_vf_set_up - a VF has been set up, and its state saved
 * @dev: any device; nothing happens unless it is a VF
 *
 * Before any driver may be bound: what a driver saves and searches is read from
 * the device.
 *
 * Context: pci_rescan_remove_lock held.
 */
void pci_iov_vf_set_up(struct pci_dev *dev)
{
	struct sriov_vf_common *common;

	if (!sriov_vf_is_common(dev))
		return;

	common = &dev->physfn->sriov->common;
	clear_bit(PCI_VF_COMMON, &dev->priv_flags);
	if (!common->state)
		common->state = pci_store_saved_state(dev);
}

/**
 * sriov_common_forget - forget what is known of VFs
 * @sriov: the PF; none of its VFs is being set up
 */
void sriov_common_forget(struct pci_sriov *sriov)
{
	struct sriov_layout *layout =
		rcu_dereference_protected(sriov->common.layout, true);

	RCU_INIT_POINTER(sriov->common.layout, NULL);
	/* a search may be under way for a VF that has been removed */
	kfree_rcu(layout, rcu);
	kfree(sriov->common.state);
	memset(&sriov->common, 0, sizeof(sriov->common));
}

/**
 * pci_iov_vf_class - Class Code and Revision ID of a VF
 * @vf: a VF that is being set up
 *
 * Return: both in one dword, as the register has them.
 */
u32 pci_iov_vf_class(struct pci_dev *vf)
{
	return vf->physfn->sriov->common.class;
}

/**
 * pci_iov_vf_hdr_type - Header Type of a VF
 * @vf: a VF that is being set up
 *
 * Return: the register's value.
 */
u8 pci_iov_vf_hdr_type(struct pci_dev *vf)
{
	return vf->physfn->sriov->common.hdr_type;
}

/**
 * pci_iov_vf_subsystem_ids - Subsystem IDs of a VF
 * @vf: a VF that is being set up
 * @vendor: out: Subsystem Vendor ID
 * @device: out: Subsystem ID
 */
void pci_iov_vf_subsystem_ids(struct pci_dev *vf, u16 *vendor, u16 *device)
{
	*vendor = vf->physfn->sriov->common.subsystem_vendor;
	*device = vf->physfn->sriov->common.subsystem_device;
}

/* Return: where @cap is, among the entries from @i to @end; 0 if it is not. */
static int sriov_layout_find(const struct sriov_layout *layout, unsigned int i,
			     unsigned int end, int cap)
{
	for (; i < end; i++)
		if (layout->cap[i].id == cap)
			return layout->cap[i].pos;

	return 0;
}

/**
 * pci_iov_vf_cap - where a capability of a VF is that is being set up
 * @dev: any device
 * @cap: its ID
 *
 * Return: as pci_find_capability(); -ENODATA if it is to be searched for.
 */
int pci_iov_vf_cap(struct pci_dev *dev, int cap)
{
	struct sriov_layout *layout;
	int pos = -ENODATA;

	if (!sriov_vf_is_common(dev))
		return -ENODATA;

	rcu_read_lock();
	layout = rcu_dereference(dev->physfn->sriov->common.layout);
	if (layout)
		pos = sriov_layout_find(layout, 0, layout->first_ext, cap);
	rcu_read_unlock();

	return pos;
}

/* Return: the entry behind that of @start, or that of the first; 0 for none. */
static unsigned int sriov_layout_behind(const struct sriov_layout *layout,
					u16 start)
{
	unsigned int i;

	if (!start)
		return layout->first_ext;

	for (i = layout->first_ext; i < layout->nr; i++)
		if (layout->cap[i].pos == start)
			return i + 1;

	return 0;
}

/* Return: as pci_iov_next_ext_cap(). */
static int sriov_layout_next(const struct sriov_layout *layout, u16 start,
			     int cap)
{
	unsigned int i = sriov_layout_behind(layout, start);

	if (!i && start)
		return -ENODATA;

	return sriov_layout_find(layout, i, layout->nr, cap);
}

static int sriov_vf_next_ext_cap(struct pci_dev *vf, u16 start, int cap)
{
	struct sriov_layout *layout;
	int pos = -ENODATA;

	rcu_read_lock();
	layout = rcu_dereference(vf->physfn->sriov->common.layout);
	if (layout)
		pos = sriov_layout_next(layout, start, cap);
	rcu_read_unlock();

	return pos;
}

/*
 * Also while VFs are about to be disabled, so that no search is on its way past
 * the capability when the second begins.
 */
static bool sriov_keeps_readers_away(struct pci_sriov *sriov)
{
	return sriov && sriov->layout &&
	       (READ_ONCE(sriov->phase) == SRIOV_DISABLING ||
		sriov_settling(sriov));
}

/**
 * pci_iov_next_ext_cap - where an Extended Capability of a VF or PF is
 * @dev: any device
 * @start: behind which one, or 0
 * @cap: its ID
 *
 * Context: any.
 * Return: as pci_find_next_ext_capability(); -ENODATA if it is to be searched
 * for.
 */
int pci_iov_next_ext_cap(struct pci_dev *dev, u16 start, int cap)
{
	if (sriov_vf_is_common(dev))
		return sriov_vf_next_ext_cap(dev, start, cap);

	if (sriov_keeps_readers_away(to_sriov(dev)))
		return sriov_layout_next(to_sriov(dev)->layout, start, cap);

	return -ENODATA;
}

/**
 * pci_iov_vf_is_known - can a VF's values be copied from another VF?
 * @dev: any device
 *
 * Return: true for a VF that is being set up, but for the first of them.
 */
bool pci_iov_vf_is_known(struct pci_dev *dev)
{
	return sriov_vf_is_common(dev) && dev->physfn->sriov->common.state;
}

/**
 * pci_iov_vf_save_state - save the state of a VF that is being set up
 * @dev: any device
 *
 * Return: false if it is to be read.
 */
bool pci_iov_vf_save_state(struct pci_dev *dev)
{
	return pci_iov_vf_is_known(dev) &&
	       !pci_load_saved_state(dev, dev->physfn->sriov->common.state);
}

/**
 * pci_iov_vf_skips_fixups - can a pass of fixups be skipped for a VF?
 * @dev: any device
 * @pass: which
 *
 * Return: true if it is known that none was made for VFs of its kind.
 */
bool pci_iov_vf_skips_fixups(struct pci_dev *dev, enum pci_fixup_pass pass)
{
	return sriov_vf_is_common(dev) &&
	       (dev->physfn->sriov->common.unfixed & BIT(pass));
}

/**
 * pci_iov_vf_fixed - remember what fixups were made
 * @dev: any device
 * @pass: which
 * @nr: how many
 *
 * A fixup may change the class, by which other fixups are chosen, and it may show
 * or hide capabilities; so a VF that has any is read like any other device.
 */
void pci_iov_vf_fixed(struct pci_dev *dev, enum pci_fixup_pass pass,
		      unsigned int nr)
{
	if (!sriov_vf_is_common(dev))
		return;

	if (nr)
		clear_bit(PCI_VF_COMMON, &dev->priv_flags);
	else
		dev->physfn->sriov->common.unfixed |= BIT(pass);
}
