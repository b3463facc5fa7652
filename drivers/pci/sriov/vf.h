/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SR-IOV core: VFs, and what they have in common
 *
 * Included by sriov.h only.
 */
#ifndef _PCI_SRIOV_VF_H
#define _PCI_SRIOV_VF_H

#include <linux/pci.h>

struct pci_sriov;
struct sriov_many;

/**
 * struct sriov_slot - the place of one VF
 * @vf: the VF, with one reference, or NULL; written under
 *	pci_rescan_remove_lock and &pci_sriov.lock
 * @silent: the VF did not answer config requests; it is accessed again before
 *	a driver is bound
 * @inactive: VF Migration had not brought the VF when VF Enable was set
 * @offline: it was taken away, alone or with the tail
 * @no_driver: no driver may be bound: the VF is being removed, or has yet to be reset
 * @dirty: it was used, or may have been, since it was reset
 * @deferred: a driver was to be bound while the PF was being reset
 *
 * All but @vf are written under &pci_sriov.lock, and under &pci_sriov.op_lock
 * except for @deferred and where @silent is cleared.
 */
struct sriov_slot {
	struct pci_dev *vf;
	bool silent;
	bool inactive;
	bool offline;
	bool no_driver;
	bool dirty;
	bool deferred;
};

/**
 * struct sriov_layout - where the capabilities of a VF or a PF are
 * @rcu: it is freed when no search uses it any more
 * @nr: how many there are
 * @first_ext: the first of the Extended Capabilities
 * @cap: position and ID of each, in the order of the lists
 */
struct sriov_layout {
	struct rcu_head rcu;
	u8 nr;
	u8 first_ext;
	struct {
		u16 pos;
		u16 id;
	} cap[48];
};

/**
 * struct sriov_vf_common - config space that all VFs of a PF share, see common.c
 * @class: Class Code and Revision ID
 * @subsystem_vendor: Subsystem Vendor ID
 * @subsystem_device: Subsystem ID
 * @hdr_type: Header Type
 * @state: what pci_save_state() has read of the first of them, or NULL
 * @unfixed: which passes of fixups have none for these VFs, a bit for each
 * @layout: where the capabilities are, or NULL
 *
 * Read once, from the first VF that answers (PCIe r6.0, sec 9.3.4.1: VFs have
 * the PF's Class Code; that all VFs have one Revision and Subsystem ID is what
 * Linux has always taken for granted).  Written under pci_rescan_remove_lock.
 */
struct sriov_vf_common {
	u32 class;
	u16 subsystem_vendor;
	u16 subsystem_device;
	u8 hdr_type;
	struct pci_saved_state *state;
	unsigned int unfixed;
	struct sriov_layout __rcu *layout;
};

/* slot.c, floor 0 */
int sriov_slots_alloc(struct pci_sriov *sriov, unsigned int num_vfs);
void sriov_slots_free(struct pci_sriov *sriov);
void sriov_slots_refuse_drivers(struct pci_sriov *sriov);
void sriov_slots_list(struct pci_sriov *sriov, bool offline,
		      unsigned long *vfs);
struct pci_dev *sriov_slot_get(struct pci_sriov *sriov, unsigned int vf_id);
int sriov_slot_fill(struct pci_sriov *sriov, unsigned int vf_id,
		    struct pci_dev *vf);
void sriov_slot_clear(struct pci_sriov *sriov, unsigned int vf_id,
		      struct pci_dev *vf);
void sriov_slot_set_silent(struct pci_sriov *sriov, unsigned int vf_id,
			   bool silent);
void sriov_slot_set_inactive(struct pci_sriov *sriov, unsigned int vf_id);
void sriov_slot_set_offline(struct pci_sriov *sriov, unsigned int vf_id,
			    bool offline);
void sriov_slot_set_no_driver(struct pci_sriov *sriov, unsigned int vf_id,
			      bool no_driver);
void sriov_slot_set_dirty(struct pci_sriov *sriov, unsigned int vf_id,
			  bool dirty);
bool sriov_slot_is_silent(struct pci_sriov *sriov, unsigned int vf_id);
bool sriov_slot_allows_driver(struct pci_sriov *sriov, unsigned int vf_id);

/* common.c, floor 0: the config space that all VFs of a PF share */
void sriov_common_init(struct pci_sriov *sriov);
void sriov_common_free(struct pci_sriov *sriov);
void sriov_common_read(struct pci_sriov *sriov, struct pci_bus *bus, int devfn);
void sriov_common_begin(struct pci_sriov *sriov, struct pci_dev *vf);
void sriov_common_forget(struct pci_sriov *sriov);

/* bus.c, floor 1 */
struct pci_bus *sriov_bus_find_or_add(struct pci_sriov *sriov, u16 rid);
void sriov_bus_remove_empty(struct pci_sriov *sriov);
bool sriov_bus_reaches(struct pci_bus *bus, int devfn);
int sriov_bus_check(struct pci_sriov *sriov, unsigned int num_vfs);
int sriov_buses_get(struct pci_sriov *sriov, unsigned int first,
		    unsigned int end);
void sriov_buses_put(struct pci_sriov *sriov);
struct pci_bus *sriov_vf_bus(struct pci_sriov *sriov, unsigned int vf_id);

/* many.c, floor 1 */
struct sriov_many *sriov_many_begin(struct pci_sriov *sriov,
				    const unsigned long *vfs,
				    void (*fn)(struct pci_sriov *sriov,
					       unsigned int vf_id));
void sriov_many_end(struct sriov_many *many);

/* vf.c, floor 4: one VF */
bool sriov_vf_may_bind(struct pci_sriov *sriov, struct pci_dev *vf);
int sriov_vf_add(struct pci_sriov *sriov, unsigned int vf_id);
void sriov_vf_bind(struct pci_sriov *sriov, unsigned int vf_id);
void sriov_vf_unbind(struct pci_sriov *sriov, unsigned int vf_id);
int sriov_vf_reset(struct pci_sriov *sriov, unsigned int vf_id);
int sriov_vfs_reset(struct pci_sriov *sriov, const unsigned long *vfs);
void sriov_vf_remove(struct pci_sriov *sriov, struct pci_dev *vf,
		     unsigned int vf_id);
int sriov_vf_link(struct pci_sriov *sriov, struct pci_dev *vf,
		  unsigned int vf_id);
void sriov_vf_unlink(struct pci_dev *vf);

/* bind.c, floor 5 */
int sriov_bind_all(struct pci_sriov *sriov);
void sriov_unbind_all(struct pci_sriov *sriov);

/* populate.c, floor 6 */
int sriov_populate_wait(struct pci_sriov *sriov, unsigned int num_vfs);
int sriov_populate_one(struct pci_sriov *sriov, unsigned int vf_id);
int sriov_populate(struct pci_sriov *sriov, unsigned int num_vfs);
int sriov_unpopulate_one(struct pci_sriov *sriov, unsigned int vf_id, bool bus);
int sriov_unpopulate(struct pci_sriov *sriov);

#endif /* _PCI_SRIOV_VF_H */
