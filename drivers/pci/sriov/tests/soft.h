/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SR-IOV KUnit tests: PCI functions made of software
 *
 * A soft_host is a host bridge with a PCI domain of its own.  On its root bus
 * are soft_fns: PFs, which are Root Complex Integrated Endpoints there, and Root
 * Ports with PFs behind them.  What a function is, is a table of registers; the
 * test may change the table before the PCI core finds the function, and the
 * core itself is the real one.
 *
 * The model implements PCIe r6.0, chapter 9, by itself and shares no code with the
 * core: where VFs are, when they answer, and which accesses are forbidden (see
 * soft_host.broken_rule).
 */
#ifndef _PCI_SRIOV_TESTS_SOFT_H
#define _PCI_SRIOV_TESTS_SOFT_H

#include <kunit/test.h>
#include <linux/list.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>

/* Where the capabilities of a software function are */
#define SOFT_EXP	0x40
#define SOFT_ARI	0x100
#define SOFT_SRIOV	0x110
#define SOFT_REBAR	0x150
#define SOFT_CONFIG	0x170

#define SOFT_VENDOR	PCI_VENDOR_ID_REDHAT
#define SOFT_PF_DEVICE	0xfff0
#define SOFT_VF_DEVICE	0xfff1
#define SOFT_PORT_DEVICE 0xfff2

/**
 * struct soft_reg - behaviour of 32 bits of config space
 * @reset: value after reset
 * @rw: bits that can be written
 * @w1c: bits that are cleared by writing 1
 *
 * All other bits are read-only.
 */
struct soft_reg {
	u32 reset;
	u32 rw;
	u32 w1c;
};

extern const struct soft_reg soft_pf_regs[SOFT_CONFIG / 4];
extern const struct soft_reg soft_vf_regs[SOFT_CONFIG / 4];
extern const struct soft_reg soft_port_regs[SOFT_CONFIG / 4];

/* For a driver of software PFs */
extern const struct pci_device_id soft_pf_ids[2];

#define SOFT_NEVER	U32_MAX

/* Not a system call's errno here, but the one that callers of the core expect */
#define SOFT_NO_PF	(-ENOSYS)

/**
 * struct soft_vf - what a VF remembers
 * @reg: its registers, if they are not those of &soft_fn.vf_reg
 * @command: its Command register
 * @deaf: config reads that it leaves unanswered after VF Enable was set, or
 *	SOFT_NEVER
 * @deaf_flr: the same after its Function Level Reset
 * @left: how many of them are to come
 * @flrs: how many such resets it has had
 */
struct soft_vf {
	const struct soft_reg *reg;
	u16 command;
	u32 deaf;
	u32 deaf_flr;
	u32 left;
	unsigned int flrs;
};

/**
 * struct soft_fn - a PF or a Root Port
 * @node: in the host's list
 * @host: where it is
 * @port: the Root Port above it, NULL on the root bus
 * @devfn: where it is on its bus
 * @gone: it was pulled out and no longer responds
 * @lenient: a port that passes on requests for every Device, also without ARI
 *	Forwarding
 * @reg: its registers; a test may change them before the host is scanned
 * @now: their values
 * @keeps: a Function Level Reset leaves its SR-IOV capability as it is
 * @route: if set, called after a write of NumVFs to set First VF Offset and
 *	VF Stride
 * @vf_reg: the registers of its VFs
 * @vf: its VFs, the first @nr_vf of them; further ones remember nothing
 * @nr_vf: how many
 * @enable_us: no request to a VF so long after VF Enable is set (sec 9.3.3.3.1)
 * @vfe: VF Enable is set
 * @changed_at: when it was set or cleared
 * @dev: what the PCI core made of it
 */
struct soft_fn {
	struct list_head node;
	struct soft_host *host;
	struct soft_fn *port;
	u8 devfn;
	bool gone;
	bool lenient;
	bool keeps;
	struct soft_reg reg[SOFT_CONFIG / 4];
	u32 now[SOFT_CONFIG / 4];
	void (*route)(u16 num_vfs, u16 *offset, u16 *stride);
	const struct soft_reg *vf_reg;
	struct soft_vf *vf;
	unsigned int nr_vf;
	unsigned int enable_us;
	bool vfe;
	ktime_t changed_at;
	struct pci_dev *dev;
};

#define SOFT_LOG_SIZE	SZ_32K

/**
 * struct soft_host - a host bridge
 * @test: the test that it is made for
 * @sysdata: data for the architecture
 * @bridge: the host bridge of the PCI core
 * @bus: its root bus, once it has been scanned
 * @busn: its bus numbers
 * @mem: its window for 32-bit BARs
 * @pref: its window for prefetchable 64-bit BARs
 * @optional: resources are assigned as at boot, so those of VFs may stay unassigned
 * @lock: the counters that follow, and the registers of @fns
 * @fns: its functions
 * @mems: what soft_alloc() gave
 * @reads: config reads that it has seen
 * @writes: config writes that it has seen
 * @broken_rule: what software has done against the specification, or NULL
 * @domain: how messages name its devices
 * @log_lock: all that follows
 * @log: the kernel messages about this domain
 * @log_len: how much that is
 * @splat: the kernel has reported a bug, whatever it was about
 */
struct soft_host {
	struct kunit *test;
	struct pci_sysdata sysdata;
	struct pci_host_bridge *bridge;
	struct pci_bus *bus;
	struct resource busn;
	struct resource mem;
	struct resource pref;
	bool optional;
	raw_spinlock_t lock;	/* see above */
	struct list_head fns;
	struct list_head mems;
	unsigned long reads;
	unsigned long writes;
	const char *broken_rule;
	char domain[16];
	raw_spinlock_t log_lock;	/* see above */
	char *log;
	size_t log_len;
	bool splat;
};

/* soft.c */
extern struct pci_ops soft_ops;
void soft_fn_reset(struct soft_fn *fn);
u16 soft_get16(struct soft_fn *fn, int where);
u32 soft_get32(struct soft_fn *fn, int where);
void soft_init8(struct soft_fn *fn, int where, u8 val);
void soft_init16(struct soft_fn *fn, int where, u16 val);
void soft_init32(struct soft_fn *fn, int where, u32 val);
void soft_init_rw(struct soft_fn *fn, int where, u32 mask);
u16 soft_rid(struct soft_fn *fn);
void soft_break_rule(struct soft_fn *fn, const char *rule);

/* soft_host.c */
void *soft_alloc(struct soft_host *host, size_t size);
struct soft_host *soft_host_create(struct kunit *test, u8 last_bus);
struct soft_host *soft_host_create_large(struct kunit *test, u64 pref_size);
void soft_host_scan(struct soft_host *host);
void soft_forget(struct soft_fn *fn);
int soft_hush(void);
void soft_unhush(int loglevel);
struct soft_fn *soft_port_create(struct soft_host *host, u8 devfn);
struct soft_fn *soft_pf_create(struct soft_host *host, struct soft_fn *port,
			       u8 devfn, u16 total_vfs);
struct soft_fn *soft_pf_only(struct kunit *test, u16 total_vfs);
struct pci_dev *soft_dev(struct soft_fn *fn);
void soft_remove(struct soft_fn *fn);
void soft_vf_bar(struct soft_fn *pf, int bar, u64 size, u32 type);
void soft_vf_total(struct soft_fn *pf, u16 total_vfs);
struct pci_dev *soft_find(struct soft_host *host, u16 rid);
void soft_expect_vfs(struct soft_fn *pf, unsigned int num_vfs);
void soft_disable(struct soft_fn *pf);
void soft_expect_off(struct soft_fn *pf);
int soft_set_numvfs(struct soft_fn *pf, u16 num_vfs);
int soft_set_online(struct soft_fn *pf, unsigned int vf_id, bool online);
void soft_expect_refused(struct soft_fn *pf, const char *why);

/* soft_rebar.c */
void soft_rebar_create(struct soft_fn *pf, int bar, u32 sizes, int size);
void soft_rebar_written(struct soft_fn *fn, int where);
void soft_rebar_reset(struct soft_fn *fn);

/* soft_log.c */
int soft_log_begin(struct soft_host *host);
void soft_log_end(struct soft_host *host);
void soft_log_clear(struct soft_host *host);
bool soft_said(struct soft_host *host, const char *what);

void soft_expect_said(struct soft_host *host, const char *what);

#endif /* _PCI_SRIOV_TESTS_SOFT_H */
