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

/**
 * struct sriov_slot - the place of one VF
 * @vf: the VF, with one reference, or NULL; written under
 *	pci_rescan_remove_lock and &pci_sriov.lock
 * @ready: the VF answered config requests; belongs to the operation
 * @offline: it was taken away, alone or with the tail; written under
 *	&pci_sriov.op_lock and &pci_sriov.lock
 */
struct sriov_slot {
	struct pci_dev *vf;
	bool ready;
	bool offline;
};

/**
 * struct sriov_layout - where the capabilities of a VF are
 * @rcu: it is freed when nobody looks at it
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

/* common.c: what the VFs of a PF have in common */
void sriov_common_begin(struct pci_sriov *sriov, struct pci_dev *vf);
void sriov_common_end(struct pci_sriov *sriov, struct pci_dev *vf);
void sriov_common_forget(struct pci_sriov *sriov);

/* vf.c */
struct pci_dev *sriov_slot_get(struct pci_sriov *sriov, unsigned int vf_id);
int sriov_vf_add(struct pci_sriov *sriov, unsigned int vf_id);
void sriov_vf_bind(struct pci_sriov *sriov, unsigned int vf_id);
void sriov_vf_unbind(struct pci_sriov *sriov, unsigned int vf_id);
void sriov_vf_remove(struct pci_sriov *sriov, struct pci_dev *vf,
		     unsigned int vf_id);
int sriov_vf_link(struct pci_sriov *sriov, struct pci_dev *vf,
		  unsigned int vf_id);
void sriov_vf_unlink(struct pci_dev *vf);

/* bus.c */
struct pci_bus *sriov_bus_find_or_add(struct pci_sriov *sriov, u16 rid);
void sriov_bus_remove_empty(struct pci_sriov *sriov);
int sriov_bus_check(struct pci_sriov *sriov, unsigned int num_vfs);
int sriov_buses_get(struct pci_sriov *sriov, const unsigned long *vfs);
void sriov_buses_put(struct pci_sriov *sriov);
struct pci_bus *sriov_vf_bus(struct pci_sriov *sriov, unsigned int vf_id);

/* bind.c */
int sriov_bind_all(struct pci_sriov *sriov);

/* flr.c */
int sriov_flr(struct pci_sriov *sriov, unsigned long *vfs);

/* populate.c */
int sriov_slots_alloc(struct pci_sriov *sriov, unsigned int num_vfs);
void sriov_slots_free(struct pci_sriov *sriov);
int sriov_populate_wait(struct pci_sriov *sriov, unsigned int num_vfs);
int sriov_populate_one(struct pci_sriov *sriov, unsigned int vf_id);
int sriov_populate(struct pci_sriov *sriov);
bool sriov_unpopulate_one(struct pci_sriov *sriov, unsigned int vf_id,
			  bool bus);
bool sriov_unpopulate(struct pci_sriov *sriov);

/* vf_ops.c: what the PF driver is told */
int sriov_ask_arriving(struct pci_sriov *sriov, unsigned int vf_id);
void sriov_tell_arrived(struct pci_sriov *sriov, unsigned int vf_id);
unsigned int sriov_ask_leaving(struct pci_sriov *sriov, unsigned int vf_id);
void sriov_tell_staying(struct pci_sriov *sriov, unsigned int vf_id);
void sriov_tell_left(struct pci_sriov *sriov, unsigned int vf_id);
void sriov_forget_vf_ops(struct pci_sriov *sriov);

#endif /* _PCI_SRIOV_VF_H */
