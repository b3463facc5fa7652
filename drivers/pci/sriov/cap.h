/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SR-IOV core: the PF's hardware
 *
 * Included by sriov.h only.
 */
#ifndef _PCI_SRIOV_CAP_H
#define _PCI_SRIOV_CAP_H

#include <linux/pci.h>

struct pci_sriov;

/**
 * struct sriov_cap - what hardware reports; constant after sriov_cap_init()
 * @pos: where the SR-IOV Extended Capability is in config space
 * @rebar_pos: where the VF Resizable BAR Extended Capability is, or 0
 * @total_vfs: TotalVFs
 * @vf_device: VF Device ID
 * @link: devfn of the PF that this one depends on, its own if on none
 * @ari_pf: the PF that holds ARI Capable Hierarchy for the device, with a
 *	reference; the lowest-numbered one, maybe this one
 * @migration: VF Migration Capable
 * @migration_vector: VF Migration Interrupt Message Number
 * @migration_bir: VF Migration State BIR
 * @migration_offset: VF Migration State Offset
 * @numvfs_is_odd: NumVFs did not keep a value (already logged)
 * @pgsz: System Page Size, one bit, in units of 4 KiB
 * @bus_span: most buses beyond the PF's own that its VFs can occupy
 * @nr_bars: how many VF BARs there are (a 64-bit one counts once)
 * @bar_size: bytes of each VF BAR for one VF, 0 where there is none; changed by
 *	pci_iov_vf_bar_set_size(), under &pci_sriov.op_lock, and pci_resize_resource()
 */
struct sriov_cap {
	u16 pos;
	u16 rebar_pos;
	u16 total_vfs;
	u16 vf_device;
	u8 link;
	struct pci_dev *ari_pf;
	bool migration;
	u16 migration_vector;
	u8 migration_bir;
	u32 migration_offset;
	bool numvfs_is_odd;
	u32 pgsz;
	unsigned int bus_span;
	unsigned int nr_bars;
	resource_size_t bar_size[PCI_SRIOV_NUM_BARS];
};

/* cap.c, floor 2: the only file that accesses the capability's registers */
int sriov_cap_initial_vfs(struct pci_sriov *sriov, u16 *initial);
int sriov_cap_set_numvfs(struct pci_sriov *sriov, u16 num_vfs);
int sriov_cap_set_enable(struct pci_sriov *sriov, bool migration);
void sriov_cap_clear_enable(struct pci_sriov *sriov);
bool sriov_cap_take_migration_status(struct pci_sriov *sriov);
bool sriov_cap_is_enabled(struct pci_sriov *sriov);
bool sriov_cap_bars_in_use(struct pci_sriov *sriov);
bool sriov_cap_size_bar(struct pci_sriov *sriov, int bar, struct resource *res);
void sriov_cap_write_bar(struct pci_sriov *sriov, int bar, u32 val);
bool sriov_cap_bar_is_64(struct pci_sriov *sriov, int bar);
u64 sriov_cap_bar_mask(struct pci_sriov *sriov, int bar, bool is_64);
int sriov_cap_restore(struct pci_sriov *sriov);
int sriov_cap_init(struct pci_sriov *sriov, u16 pos);
void sriov_cap_free(struct pci_sriov *sriov);

/* rid.c, floor 0: Routing ID arithmetic, no device access */
u32 sriov_rid(u16 pf_rid, u16 offset, u16 stride, unsigned int vf_id);
int sriov_rid_check(u16 pf_rid, u16 offset, u16 stride, unsigned int num_vfs);
int sriov_rid_to_vf_id(u16 pf_rid, u16 offset, u16 stride, u16 vf_rid);
unsigned int sriov_rid_bus_span(u16 pf_rid, u16 offset, u16 stride,
				unsigned int num_vfs);
u16 sriov_vf_rid(struct pci_sriov *sriov, unsigned int vf_id);
unsigned int sriov_vf_id(struct pci_sriov *sriov, struct pci_dev *vf);

/* bar.c, floor 3 */
int sriov_bar_init(struct pci_sriov *sriov);
void sriov_bar_forget(struct pci_dev *pf);
int sriov_bar_check(struct pci_sriov *sriov);
int sriov_bar_claim(struct pci_sriov *sriov, struct pci_dev *vf,
		    unsigned int vf_id);

/* rebar.c, floor 4: VF BARs whose size can be chosen */
void sriov_rebar_init(struct pci_sriov *sriov);
int sriov_rebar_check(struct pci_sriov *sriov, unsigned int num_vfs);
void sriov_rebar_restore(struct pci_sriov *sriov);
int sriov_rebar_set(struct pci_sriov *sriov, int bar, int size);
u32 sriov_rebar_get_sizes(struct pci_sriov *sriov, int bar,
			  unsigned int num_vfs);

#endif /* _PCI_SRIOV_CAP_H */
