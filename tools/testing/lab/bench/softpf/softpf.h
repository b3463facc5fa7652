/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * softpf: Physical Functions made of software, for ./lab bench
 *
 * A host bridge in a PCI domain of its own, with PFs as Root Complex Integrated
 * Endpoints on its root bus: PF n is function 0 of device n, and its VFs begin
 * at a bus of their own.  What the SR-IOV core finds there is made up from
 * tables on each access, so a VF costs no memory here, and an access about as
 * little on any kernel.
 *
 * Only symbols that modules may use: this has to run on the stock kernel as it
 * does on the new one.
 */
#ifndef _LAB_SOFTPF_H
#define _LAB_SOFTPF_H

#include <linux/pci.h>
#include <linux/spinlock.h>

#define SOFTPF_VENDOR		PCI_VENDOR_ID_REDHAT_QUMRANET
#define SOFTPF_PF_DEVICE	0x10fe
#define SOFTPF_VF_DEVICE	0x10ff

#define SOFTPF_CONFIG		0x200	/* config space that is not 0 */
#define SOFTPF_REGS		(SOFTPF_CONFIG / 4)
#define SOFTPF_MAX_PFS		32	/* one device number each */

/**
 * struct softpf - one PF
 * @now: its registers
 * @devfn: where it is on the root bus
 * @first_vf: Routing ID of its first VF
 * @num_vfs: NumVFs
 * @vfe: VF Enable is set
 * @changed_at: when it was set or cleared, or 0
 */
struct softpf {
	u32 now[SOFTPF_REGS];
	u8 devfn;
	u16 first_vf;
	u16 num_vfs;
	bool vfe;
	ktime_t changed_at;
};

/**
 * struct softpf_stats - what software did
 * @pf_reads: config reads of PFs, and of functions that are not there
 * @vf_reads: config reads of VFs
 * @pf_writes: config writes of PFs
 * @vf_writes: config writes of VFs
 * @broken: accesses that the specification forbids
 * @vf_reg: config reads of VFs, by register
 */
struct softpf_stats {
	unsigned long pf_reads;
	unsigned long vf_reads;
	unsigned long pf_writes;
	unsigned long vf_writes;
	unsigned long broken;
	u32 vf_reg[PCI_CFG_SPACE_EXP_SIZE / 4];
};

/**
 * struct softpf_host - the host bridge
 * @sysdata: what the architecture needs
 * @bridge: the PCI core's structure for it
 * @bus: its root bus
 * @busn: its bus numbers
 * @mem: where the VFs' BARs are; never accessed
 * @lock: all that follows
 * @pf: its PFs, the first @nr_pfs of them
 * @nr_pfs: how many
 * @vf_buses: how many buses the VFs of a PF take
 * @ready_ms: when VFs answer after VF Enable was set
 * @slack_us: how much too early is not counted
 * @stats: what software did
 */
struct softpf_host {
	struct pci_sysdata sysdata;
	struct pci_host_bridge *bridge;
	struct pci_bus *bus;
	struct resource busn;
	struct resource mem;
	raw_spinlock_t lock;	/* see above */
	struct softpf pf[SOFTPF_MAX_PFS];
	unsigned int nr_pfs;
	unsigned int vf_buses;
	unsigned int ready_ms;
	unsigned int slack_us;
	struct softpf_stats stats;
};

/* config.c */
extern struct pci_ops softpf_ops;
void softpf_init_vfs(unsigned int rtr_ms);
void softpf_init_pf(struct softpf_host *host, unsigned int i, u16 total_vfs);

/* drivers.c */
int softpf_register_drivers(struct dentry *debugfs);
void softpf_unregister_drivers(void);

#endif /* _LAB_SOFTPF_H */
