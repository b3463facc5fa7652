// SPDX-License-Identifier: GPL-2.0-only
/*
 * softpf: config space
 *
 * Section numbers are those of PCIe r6.0.  The capabilities are those that VFs
 * of network and storage adapters usually have, because their number determines
 * how long a search for one takes.
 */
#include <linux/ktime.h>
#include <linux/sizes.h>

#include "softpf.h"

#define EXP		0x40
#define MSIX		0x80
#define AER		0x100
#define ARI		0x148
#define SRIOV		0x160	/* of a PF */
#define RTR		0x160	/* of a VF */

#define EXP_FLAGS	(2 | PCI_EXP_TYPE_RC_END << 4)
#define EXT_CAP(id, ver, next)	((id) | (ver) << 16 | (u32)(next) << 20)

/* Sec 7.9.17: Readiness Time Reporting */
#define RTR_ID		0x22
#define RTR_REG1	0x4
#define RTR_REG2	0x8
#define RTR_VALID	BIT(31)
#define RTR_SCALE_32768NS (3 << 9)

/* Sec 9.3.3.3.1: the capability is not read so long after VF Enable is cleared */
#define RULE_DISABLE_MS	1000

#define COMMAND_RW	(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | \
			 PCI_COMMAND_PARITY | PCI_COMMAND_SERR | \
			 PCI_COMMAND_INTX_DISABLE)

static const u32 pf_reset[SOFTPF_REGS] = {
	[PCI_VENDOR_ID / 4] = SOFTPF_PF_DEVICE << 16 | SOFTPF_VENDOR,
	[PCI_COMMAND / 4] = PCI_STATUS_CAP_LIST << 16,
	[PCI_CLASS_REVISION / 4] = (u32)PCI_CLASS_OTHERS << 24 | 1,
	[PCI_SUBSYSTEM_VENDOR_ID / 4] = SOFTPF_PF_DEVICE << 16 | SOFTPF_VENDOR,
	[PCI_CAPABILITY_LIST / 4] = EXP,
	[EXP / 4] = EXP_FLAGS << 16 | PCI_CAP_ID_EXP,
	[(EXP + PCI_EXP_DEVCAP) / 4] = PCI_EXP_DEVCAP_RBER,
	[AER / 4] = EXT_CAP(PCI_EXT_CAP_ID_ERR, 2, ARI),
	[ARI / 4] = EXT_CAP(PCI_EXT_CAP_ID_ARI, 1, SRIOV),
	[SRIOV / 4] = EXT_CAP(PCI_EXT_CAP_ID_SRIOV, 1, 0),
	[(SRIOV + PCI_SRIOV_VF_DID - 2) / 4] = SOFTPF_VF_DEVICE << 16,
	/* the page sizes that must be supported */
	[(SRIOV + PCI_SRIOV_SUP_PGSIZE) / 4] = 0x553,
	[(SRIOV + PCI_SRIOV_SYS_PGSIZE) / 4] = 1,
	[(SRIOV + PCI_SRIOV_BAR) / 4] = PCI_BASE_ADDRESS_MEM_TYPE_64 |
					PCI_BASE_ADDRESS_MEM_PREFETCH,
};

/* What can be written; VF BAR 0 is one page, whatever size that has */
static const u32 pf_rw[SOFTPF_REGS] = {
	[PCI_COMMAND / 4] = COMMAND_RW,
	[PCI_CACHE_LINE_SIZE / 4] = 0xff,
	[PCI_INTERRUPT_LINE / 4] = 0xff,
	[(EXP + PCI_EXP_DEVCTL) / 4] = 0x7fff,
	[(SRIOV + PCI_SRIOV_CTRL) / 4] = PCI_SRIOV_CTRL_VFE |
					 PCI_SRIOV_CTRL_MSE,
	[(SRIOV + PCI_SRIOV_NUM_VF) / 4] = 0xffff,
	[(SRIOV + PCI_SRIOV_SYS_PGSIZE) / 4] = ~0,
	[(SRIOV + PCI_SRIOV_BAR) / 4] = ~(SZ_4K - 1U),
	[(SRIOV + PCI_SRIOV_BAR) / 4 + 1] = ~0,
};

/* Vendor ID and Device ID of a VF read as all ones (sec 9.3.4.1.1). */
static u32 vf_regs[SOFTPF_REGS] = {
	[PCI_VENDOR_ID / 4] = ~0,
	[PCI_COMMAND / 4] = PCI_STATUS_CAP_LIST << 16,
	[PCI_CLASS_REVISION / 4] = (u32)PCI_CLASS_OTHERS << 24 | 1,
	[PCI_SUBSYSTEM_VENDOR_ID / 4] = SOFTPF_VF_DEVICE << 16 | SOFTPF_VENDOR,
	[PCI_CAPABILITY_LIST / 4] = EXP,
	[EXP / 4] = EXP_FLAGS << 16 | MSIX << 8 | PCI_CAP_ID_EXP,
	[(EXP + PCI_EXP_DEVCAP) / 4] = PCI_EXP_DEVCAP_FLR | PCI_EXP_DEVCAP_RBER,
	/* four vectors; the table at the start of BAR 0, the PBA behind it */
	[MSIX / 4] = 3 << 16 | PCI_CAP_ID_MSIX,
	[(MSIX + PCI_MSIX_PBA) / 4] = SZ_2K,
	[AER / 4] = EXT_CAP(PCI_EXT_CAP_ID_ERR, 2, ARI),
	[ARI / 4] = EXT_CAP(PCI_EXT_CAP_ID_ARI, 1, 0),
};

static u32 lanes_of(int where, int size)
{
	return GENMASK(8 * size - 1, 0) << 8 * (where & 3);
}

/* Ever since VF Enable changed, for so long? */
static bool within(struct softpf_host *host, struct softpf *pf, unsigned int ms)
{
	s64 us = (s64)ms * USEC_PER_MSEC - host->slack_us;

	return pf->changed_at && ktime_us_delta(ktime_get(), pf->changed_at) < us;
}

/* Whose is a Routing ID?  @vf_id is -1 for the PF itself. */
static struct softpf *find(struct softpf_host *host, u16 rid, int *vf_id)
{
	unsigned int bus = PCI_BUS_NUM(rid);
	struct softpf *pf;
	unsigned int i;

	*vf_id = -1;
	i = bus ? (bus - 1) / host->vf_buses : PCI_SLOT(rid & 0xff);
	if (i >= host->nr_pfs)
		return NULL;

	pf = &host->pf[i];
	if (!bus)
		return rid == pf->devfn ? pf : NULL;

	*vf_id = rid - pf->first_vf;
	return pf->vfe && *vf_id < pf->num_vfs ? pf : NULL;
}

static u32 vf_read(struct softpf_host *host, struct softpf *pf, int where)
{
	host->stats.vf_reads++;
	host->stats.vf_reg[where / 4]++;
	host->stats.broken += within(host, pf, host->ready_ms);

	return where < SOFTPF_CONFIG ? vf_regs[where / 4] : 0;
}

static u32 pf_read(struct softpf_host *host, struct softpf *pf, int where)
{
	if (where > SRIOV && where < SRIOV + PCI_EXT_CAP_SRIOV_SIZEOF)
		host->stats.broken += !pf->vfe && within(host, pf,
							 RULE_DISABLE_MS);

	return where < SOFTPF_CONFIG ? pf->now[where / 4] : 0;
}

/* The capability's registers that matter here, once one was written */
static void sriov_written(struct softpf *pf)
{
	bool vfe = pf->now[(SRIOV + PCI_SRIOV_CTRL) / 4] & PCI_SRIOV_CTRL_VFE;

	pf->num_vfs = pf->now[(SRIOV + PCI_SRIOV_NUM_VF) / 4];
	if (vfe == pf->vfe)
		return;

	pf->vfe = vfe;
	pf->changed_at = ktime_get();
}

static void pf_write(struct softpf_host *host, struct softpf *pf, int where,
		     u32 val, u32 lanes)
{
	u32 *now = &pf->now[where / 4], rw;

	host->stats.pf_writes++;
	if (where >= SOFTPF_CONFIG)
		return;

	/* sec 9.3.3.7: NumVFs may change only while VF Enable is clear */
	if (where == SRIOV + PCI_SRIOV_NUM_VF && pf->vfe)
		host->stats.broken++;
	rw = pf_rw[where / 4] & lanes;
	*now = (*now & ~rw) | (val & rw);
	if (where >= SRIOV)
		sriov_written(pf);
}

/* VFs drop what is written: nothing here reads it back. */
static void vf_write(struct softpf_host *host, struct softpf *pf)
{
	host->stats.vf_writes++;
	host->stats.broken += within(host, pf, host->ready_ms);
}

static struct softpf_host *host_of(struct pci_bus *bus)
{
	return container_of(bus->sysdata, struct softpf_host, sysdata);
}

static int softpf_read(struct pci_bus *bus, unsigned int devfn, int where,
		       int size, u32 *val)
{
	struct softpf_host *host = host_of(bus);
	u32 dword = ~0;
	struct softpf *pf;
	int vf_id;

	scoped_guard(raw_spinlock_irqsave, &host->lock) {
		pf = find(host, PCI_DEVID(bus->number, devfn), &vf_id);
		if (pf && vf_id >= 0) {
			dword = vf_read(host, pf, where & ~3);
		} else {
			host->stats.pf_reads++;
			if (pf)
				dword = pf_read(host, pf, where & ~3);
		}
	}

	*val = (dword & lanes_of(where, size)) >> 8 * (where & 3);
	return PCIBIOS_SUCCESSFUL;
}

static int softpf_write(struct pci_bus *bus, unsigned int devfn, int where,
			int size, u32 val)
{
	struct softpf_host *host = host_of(bus);
	struct softpf *pf;
	int vf_id;

	guard(raw_spinlock_irqsave)(&host->lock);
	pf = find(host, PCI_DEVID(bus->number, devfn), &vf_id);
	if (pf && vf_id >= 0)
		vf_write(host, pf);
	else if (pf)
		pf_write(host, pf, where & ~3, val << 8 * (where & 3),
			 lanes_of(where, size));

	return PCIBIOS_SUCCESSFUL;
}

struct pci_ops softpf_ops = {
	.read = softpf_read,
	.write = softpf_write,
};

/**
 * softpf_init_vfs - fill in the config space of VFs
 * @rtr_ms: the time that they state by Readiness Time Reporting, or 0
 */
void softpf_init_vfs(unsigned int rtr_ms)
{
	u32 time = DIV_ROUND_UP(rtr_ms * NSEC_PER_MSEC, 32768);

	if (!rtr_ms)
		return;

	/* Reset Time of a VF is the time after VF Enable; and FLR Time */
	time |= RTR_SCALE_32768NS;
	vf_regs[ARI / 4] |= (u32)RTR << 20;
	vf_regs[RTR / 4] = EXT_CAP(RTR_ID, 1, 0);
	vf_regs[(RTR + RTR_REG1) / 4] = RTR_VALID | time;
	vf_regs[(RTR + RTR_REG2) / 4] = time;
}

/**
 * softpf_init_pf - fill in the config space of a PF
 * @host: the host
 * @i: number of the PF
 * @total_vfs: TotalVFs, and InitialVFs
 */
void softpf_init_pf(struct softpf_host *host, unsigned int i, u16 total_vfs)
{
	struct softpf *pf = &host->pf[i];
	u16 offset;

	pf->devfn = PCI_DEVFN(i, 0);
	pf->first_vf = PCI_DEVID(1 + i * host->vf_buses, 0);
	offset = pf->first_vf - pf->devfn;

	memcpy(pf->now, pf_reset, sizeof(pf->now));
	pf->now[(SRIOV + PCI_SRIOV_INITIAL_VF) / 4] = total_vfs << 16 | total_vfs;
	/* VF Stride 1 */
	pf->now[(SRIOV + PCI_SRIOV_VF_OFFSET) / 4] = 1 << 16 | offset;
}
