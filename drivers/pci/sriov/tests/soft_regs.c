// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: registers of software functions
 *
 * A PF is a Root Complex Integrated Endpoint and its VFs have no VF BAR, until
 * soft_pf_create() or a test sets it otherwise.
 */
#include "soft.h"

#define COMMAND_RW	(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | \
			 PCI_COMMAND_PARITY | PCI_COMMAND_SERR | \
			 PCI_COMMAND_INTX_DISABLE)
#define STATUS_W1C	((u32)PCI_STATUS_ERROR_BITS << 16)
#define STATUS_RESET	((u32)PCI_STATUS_CAP_LIST << 16)
#define EXP_RESET(type)	(PCI_CAP_ID_EXP | (2 | (type) << 4) << 16)
#define EXT_CAP(id, next) ((id) | 1 << 16 | (u32)(next) << 20)
#define LNK_2_5GT_X1	(PCI_EXP_LNKCAP_SLS_2_5GB | 1 << 4)

#define EXP(reg)	((SOFT_EXP + (reg)) / 4)
#define SRIOV(reg)	((SOFT_SRIOV + (reg)) / 4)

const struct pci_device_id soft_pf_ids[] = {
	{ PCI_DEVICE(SOFT_VENDOR, SOFT_PF_DEVICE) },
	{}
};

const struct soft_reg soft_pf_regs[SOFT_CONFIG / 4] = {
	[PCI_VENDOR_ID / 4] = { .reset = SOFT_PF_DEVICE << 16 | SOFT_VENDOR },
	[PCI_COMMAND / 4] = {
		.reset = STATUS_RESET, .rw = COMMAND_RW, .w1c = STATUS_W1C,
	},
	[PCI_CLASS_REVISION / 4] = { .reset = (u32)PCI_CLASS_OTHERS << 24 | 3 },
	[PCI_CACHE_LINE_SIZE / 4] = { .rw = 0xff },
	[PCI_BASE_ADDRESS_0 / 4] = { .rw = ~(SZ_4K - 1U) },
	[PCI_SUBSYSTEM_VENDOR_ID / 4] = { .reset = 0x11112222 },
	[PCI_CAPABILITY_LIST / 4] = { .reset = SOFT_EXP },
	[PCI_INTERRUPT_LINE / 4] = { .rw = 0xff },

	[EXP(0)] = { .reset = EXP_RESET(PCI_EXP_TYPE_RC_END) },
	[EXP(PCI_EXP_DEVCAP)] = {
		.reset = PCI_EXP_DEVCAP_FLR | PCI_EXP_DEVCAP_RBER,
	},
	[EXP(PCI_EXP_DEVCTL)] = { .rw = 0x7fff, .w1c = 0xf << 16 },
	[EXP(PCI_EXP_LNKCAP)] = { .reset = LNK_2_5GT_X1 },
	[EXP(PCI_EXP_LNKCTL)] = { .reset = 0x11 << 16, .rw = 0xfff },
	[EXP(PCI_EXP_DEVCTL2)] = { .rw = 0xffdf },

	[SOFT_ARI / 4] = { .reset = EXT_CAP(PCI_EXT_CAP_ID_ARI, SOFT_SRIOV) },

	[SRIOV(0)] = { .reset = EXT_CAP(PCI_EXT_CAP_ID_SRIOV, 0) },
	[SRIOV(PCI_SRIOV_CTRL)] = {
		.rw = PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE |
		      PCI_SRIOV_CTRL_ARI,
	},
	[SRIOV(PCI_SRIOV_NUM_VF)] = { .rw = 0xffff },
	/* First VF Offset 1, VF Stride 1 */
	[SRIOV(PCI_SRIOV_VF_OFFSET)] = { .reset = 1 << 16 | 1 },
	[SRIOV(PCI_SRIOV_VF_DID & ~3)] = { .reset = SOFT_VF_DEVICE << 16 },
	/* 4 KiB, 8 KiB, 64 KiB, 256 KiB, 1 MiB, 4 MiB: what must be supported */
	[SRIOV(PCI_SRIOV_SUP_PGSIZE)] = { .reset = 0x553 },
	[SRIOV(PCI_SRIOV_SYS_PGSIZE)] = { .reset = 1, .rw = ~0 },
};

/* Vendor ID and Device ID of a VF read as all ones (sec 9.3.4.1.1). */
const struct soft_reg soft_vf_regs[SOFT_CONFIG / 4] = {
	[PCI_VENDOR_ID / 4] = { .reset = ~0 },
	[PCI_COMMAND / 4] = { .reset = STATUS_RESET },
	[PCI_CLASS_REVISION / 4] = { .reset = (u32)PCI_CLASS_OTHERS << 24 | 3 },
	[PCI_SUBSYSTEM_VENDOR_ID / 4] = { .reset = 0x33334444 },
	[PCI_CAPABILITY_LIST / 4] = { .reset = SOFT_EXP },
	/* must be 0 (sec 9.3.4.1), but is not everywhere */
	[PCI_INTERRUPT_LINE / 4] = { .reset = 1 << 8 },

	[EXP(0)] = { .reset = EXP_RESET(PCI_EXP_TYPE_ENDPOINT) },
	[EXP(PCI_EXP_DEVCAP)] = {
		.reset = PCI_EXP_DEVCAP_FLR | PCI_EXP_DEVCAP_RBER,
	},
};

const struct soft_reg soft_port_regs[SOFT_CONFIG / 4] = {
	[PCI_VENDOR_ID / 4] = { .reset = SOFT_PORT_DEVICE << 16 | SOFT_VENDOR },
	[PCI_COMMAND / 4] = {
		.reset = STATUS_RESET, .rw = COMMAND_RW, .w1c = STATUS_W1C,
	},
	[PCI_CLASS_REVISION / 4] = { .reset = PCI_CLASS_BRIDGE_PCI_NORMAL << 8 },
	[PCI_CACHE_LINE_SIZE / 4] = {
		.reset = PCI_HEADER_TYPE_BRIDGE << 16, .rw = 0xff,
	},
	[PCI_PRIMARY_BUS / 4] = { .rw = 0xffffff },
	[PCI_IO_BASE / 4] = { .w1c = STATUS_W1C },
	[PCI_MEMORY_BASE / 4] = { .rw = 0xfff0fff0 },
	[PCI_PREF_MEMORY_BASE / 4] = { .reset = 0x10001, .rw = 0xfff0fff0 },
	[PCI_PREF_BASE_UPPER32 / 4] = { .rw = ~0 },
	[PCI_PREF_LIMIT_UPPER32 / 4] = { .rw = ~0 },
	[PCI_CAPABILITY_LIST / 4] = { .reset = SOFT_EXP },
	[PCI_INTERRUPT_LINE / 4] = {
		.rw = 0xff | (PCI_BRIDGE_CTL_PARITY | PCI_BRIDGE_CTL_SERR |
			      PCI_BRIDGE_CTL_BUS_RESET) << 16,
	},

	[EXP(0)] = { .reset = EXP_RESET(PCI_EXP_TYPE_ROOT_PORT) },
	[EXP(PCI_EXP_DEVCAP)] = { .reset = PCI_EXP_DEVCAP_RBER },
	[EXP(PCI_EXP_DEVCTL)] = { .rw = 0x7fff, .w1c = 0xf << 16 },
	[EXP(PCI_EXP_LNKCAP)] = { .reset = LNK_2_5GT_X1 },
	[EXP(PCI_EXP_LNKCTL)] = { .reset = 0x11 << 16, .rw = 0xfff },
	[EXP(PCI_EXP_RTCTL)] = {
		.reset = PCI_EXP_RTCAP_RRS_SV << 16, .rw = 0x1f,
	},
	[EXP(PCI_EXP_DEVCAP2)] = { .reset = PCI_EXP_DEVCAP2_ARI },
	[EXP(PCI_EXP_DEVCTL2)] = { .rw = 0xffff },
};
