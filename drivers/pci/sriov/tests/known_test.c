// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: capabilities of devices that exist
 *
 * The registers are those that lspci shows of real devices, with what firmware or a
 * kernel before left in them; sizes of VF BARs that it does not show are made up.
 */
#include <linux/pci-sriov.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

#define MEM32		0
#define MEM64		PCI_BASE_ADDRESS_MEM_TYPE_64
#define PREF64		(MEM64 | PCI_BASE_ADDRESS_MEM_PREFETCH)
/* PCI_SRIOV_CAP, sec 9.3.3.2 */
#define VF_10_BIT_TAG	BIT(2)

#define ENABLED		(PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE)

/* An Enhanced Allocation capability, behind the PCI Express one */
#define KNOWN_EA	0x80
#define EA_ENTRY(bei)	(3 | (bei) << 4 | PCI_EA_P_VF_MEM_PREFETCH << 8 | \
			 0xff << 16 | PCI_EA_ENABLE)

/**
 * struct known_bar - a VF BAR
 * @bar: its number
 * @type: of which type
 * @size: bytes for one VF
 */
struct known_bar {
	u8 bar;
	u8 type;
	u64 size;
};

/**
 * struct known_row - the SR-IOV capability of a device
 * @name: which device
 * @total: InitialVFs and TotalVFs
 * @offset: First VF Offset without ARI Capable Hierarchy
 * @ari_offset: with it, if that is another one
 * @stride: VF Stride
 * @vf_device: VF Device ID
 * @supported: Supported Page Sizes
 * @page_size: System Page Size as it was left
 * @num_vfs: NumVFs as it was left
 * @ctrl: SR-IOV Control as it was left
 * @function: the number of the function; function 0 is such a PF, too
 * @root: it is a Root Complex Integrated Endpoint
 * @ari: the port above can forward by ARI
 * @ea: VF BARs are described by Enhanced Allocation
 * @keeps: an FLR leaves VFs enabled
 * @cap: bits of SR-IOV Capabilities
 * @rebar: sizes that VF BAR 2 can have, bit 0 for 1 MiB
 * @bar: VF BARs, up to the one with size 0
 * @window: bytes of the host's window for prefetchable BARs; 64 GiB if 0
 * @error: of enabling VFs
 */
struct known_row {
	const char *name;
	u16 total;
	u16 offset;
	u16 ari_offset;
	u16 stride;
	u16 vf_device;
	u32 supported;
	u32 page_size;
	u16 num_vfs;
	u16 ctrl;
	u8 function;
	bool root;
	bool ari;
	bool ea;
	bool keeps;
	u32 cap;
	u32 rebar;
	struct known_bar bar[4];
	u64 window;
	int error;
};

static const struct known_row known_rows[] = {
	{
		.name = "I350", .total = 8, .offset = 384, .stride = 4,
		.vf_device = 0x1520, .num_vfs = 1, .ctrl = ENABLED,
		.bar = { { 0, PREF64, SZ_16K }, { 3, PREF64, SZ_16K } },
	}, {
		.name = "82576, NumVFs left", .total = 8, .offset = 384,
		.stride = 2, .vf_device = 0x10ca, .num_vfs = 7,
		.bar = { { 0, MEM64, SZ_16K }, { 3, MEM64, SZ_16K } },
	}, {
		.name = "82576, older stepping", .total = 8, .offset = 384,
		.stride = 2, .vf_device = 0x10ca, .num_vfs = 8,
	}, {
		.name = "82599 without ARI, function 1", .total = 64,
		.offset = 384, .stride = 2, .vf_device = 0x10ed, .function = 1,
		.bar = { { 0, MEM64, SZ_16K }, { 3, MEM64, SZ_16K } },
	}, {
		.name = "82599 with ARI", .total = 64, .offset = 128, .stride = 2,
		.vf_device = 0x10ed, .ari = true,
		.bar = { { 0, PREF64, SZ_16K }, { 3, PREF64, SZ_16K } },
	}, {
		.name = "X550 without ARI", .total = 64, .offset = 384,
		.ari_offset = 128, .stride = 2, .vf_device = 0x1565,
		.bar = { { 0, MEM64, SZ_16K }, { 3, MEM64, SZ_16K } },
	}, {
		.name = "X550 with ARI", .total = 64, .offset = 384,
		.ari_offset = 128, .stride = 2, .vf_device = 0x1565, .ari = true,
		.bar = { { 0, MEM64, SZ_16K }, { 3, MEM64, SZ_16K } },
	}, {
		.name = "X550, function 1", .total = 64, .offset = 384,
		.ari_offset = 128, .stride = 2, .vf_device = 0x1565,
		.num_vfs = 8, .ctrl = ENABLED, .function = 1, .ari = true,
		.bar = { { 0, MEM64, SZ_16K }, { 3, MEM64, SZ_16K } },
	}, {
		.name = "X553", .total = 64, .offset = 128, .stride = 2,
		.vf_device = 0x15c5, .ari = true,
		.bar = { { 0, MEM64, SZ_16K }, { 3, MEM64, SZ_16K } },
	}, {
		.name = "edda, 32-bit VF BARs", .total = 8, .offset = 256, .stride = 1,
		.vf_device = 0xedda, .num_vfs = 1, .ctrl = ENABLED,
		.bar = { { 0, MEM32, SZ_4K }, { 2, MEM32, SZ_1M }, { 4, MEM32, SZ_64K } },
	}, {
		.name = "ENETC, function 0", .total = 2, .offset = 8, .stride = 1,
		.vf_device = 0xef00, .supported = 0x13, .page_size = 0x10,
		.root = true,
	}, {
		.name = "ENETC, function 1", .total = 2, .offset = 9, .stride = 1,
		.vf_device = 0xef00, .supported = 0x13, .page_size = 0x10,
		.function = 1, .root = true,
	}, {
		.name = "57840", .total = 64, .offset = 8, .stride = 1,
		.vf_device = 0x16ad, .supported = 0x5ff, .ari = true,
		.bar = { { 0, PREF64, SZ_32K }, { 4, PREF64, SZ_8K } },
	}, {
		.name = "HNS3", .total = 127, .offset = 8, .stride = 1,
		.vf_device = 0xa22f, .page_size = 0x10, .num_vfs = 127,
		.ctrl = ENABLED, .ari = true,
		.bar = { { 0, PREF64, SZ_64K }, { 2, PREF64, SZ_1M } },
	}, {
		.name = "HiNIC", .total = 120, .offset = 1, .stride = 1,
		.vf_device = 0x375e, .page_size = 0x10, .ari = true,
		.bar = { { 0, PREF64, SZ_64K }, { 2, PREF64, SZ_64K }, { 4, PREF64, SZ_1M } },
	}, {
		.name = "CXL 0d93", .total = 6, .offset = 2, .stride = 2,
		.vf_device = 0x0d52, .supported = 0x3f, .root = true,
		.bar = { { 0, MEM32, SZ_4K }, { 1, MEM32, SZ_4K }, { 2, MEM32, SZ_64K } },
	}, {
		.name = "CXL 0d93, other offset", .total = 6, .offset = 16, .stride = 2,
		.vf_device = 0x0d52, .supported = 0x3f, .root = true,
		.bar = { { 0, MEM32, SZ_4K }, { 1, MEM32, SZ_4K }, { 2, MEM32, SZ_64K } },
	}, {
		.name = "ThunderX, Enhanced Allocation", .total = 128, .offset = 1,
		.stride = 1, .vf_device = 0xa034, .page_size = 0x100,
		.num_vfs = 128, .ctrl = ENABLED, .root = true, .ea = true,
		.bar = { { 0, PREF64, SZ_2M }, { 4, PREF64, SZ_2M } },
	}, {
		.name = "26ba", .total = 32, .offset = 4, .stride = 1,
		.vf_device = 0x26ba, .supported = 0x573, .ari = true,
		.cap = VF_10_BIT_TAG,
		.bar = { { 0, MEM32, SZ_256K }, { 1, PREF64, SZ_1G }, { 3, PREF64, SZ_32M } },
	}, {
		.name = "CM7", .total = 32, .offset = 1, .stride = 1,
		.vf_device = 0x0013, .ari = true,
		.bar = { { 0, MEM64, SZ_32K } },
	}, {
		.name = "Flex, no room", .total = 31, .offset = 1, .stride = 1,
		.vf_device = 0x56c0, .ari = true, .error = -ENOMEM,
		.bar = { { 0, PREF64, SZ_16M }, { 2, PREF64, 8ULL * SZ_1G } },
	}, {
		.name = "Flex, 248 GiB of VF BARs", .total = 31, .offset = 1, .stride = 1,
		.vf_device = 0x56c0, .ari = true, .window = 256ULL * SZ_1G,
		.bar = { { 0, PREF64, SZ_16M }, { 2, PREF64, 8ULL * SZ_1G } },
	}, {
		.name = "BMG", .total = 12, .offset = 1, .stride = 1,
		.vf_device = 0xe20b, .ari = true, .cap = VF_10_BIT_TAG,
		.rebar = 0x7f00,	/* 256 MiB to 16 GiB */
		.bar = { { 0, PREF64, SZ_16M }, { 2, PREF64, SZ_256M } },
	}, {
		.name = "d802", .total = 12, .offset = 4, .stride = 1,
		.vf_device = 0xd802, .ari = true,
		.bar = { { 0, PREF64, SZ_64K }, { 2, PREF64, SZ_16M }, { 4, PREF64, SZ_1G } },
	}, {
		.name = "iGPU", .total = 7, .offset = 1, .stride = 1,
		.vf_device = SOFT_PF_DEVICE, .root = true,
		.bar = { { 0, MEM64, SZ_16M }, { 2, PREF64, SZ_512M } },
	}, {
		.name = "ConnectX-4, function 0", .total = 8, .offset = 2, .stride = 1,
		.vf_device = 0x1016, .supported = 0x7ff, .ari = true,
		.bar = { { 0, PREF64, SZ_1M } },
	}, {
		.name = "ConnectX-4, function 1", .total = 8, .offset = 9, .stride = 1,
		.vf_device = 0x1016, .supported = 0x7ff, .page_size = 0x10,
		.function = 1, .ari = true,
		.bar = { { 0, PREF64, SZ_1M } },
	}, {
		.name = "ConnectX-5", .total = 16, .offset = 2, .stride = 1,
		.vf_device = 0x101a, .supported = 0x7ff, .ari = true, .keeps = true,
		.bar = { { 0, PREF64, SZ_32M } },
	}, {
		.name = "ConnectX-6", .total = 16, .offset = 1, .stride = 1,
		.vf_device = 0x101e, .supported = 0x7ff, .ari = true,
		.bar = { { 0, PREF64, SZ_2M } },
	}, {
		.name = "X710", .total = 128, .offset = 16, .stride = 1,
		.vf_device = 0x154c, .ari = true,
		.bar = { { 0, PREF64, SZ_64K }, { 3, PREF64, SZ_16K } },
	}, {
		.name = "X722", .total = 32, .offset = 16, .stride = 1,
		.vf_device = 0x37cd, .ari = true,
		.bar = { { 0, PREF64, SZ_64K }, { 3, PREF64, SZ_16K } },
	}, {
		.name = "E810", .total = 64, .offset = 8, .stride = 1,
		.vf_device = 0x1889, .ari = true,
		.bar = { { 0, PREF64, SZ_128K }, { 3, PREF64, SZ_16K } },
	}, {
		.name = "MI210, no room", .total = 1, .offset = 1, .stride = 1,
		.vf_device = 0x7410, .ari = true, .error = -ENOMEM,
		.bar = { { 0, PREF64, 64ULL * SZ_1G }, { 2, PREF64, SZ_2M },
			 { 5, MEM32, SZ_512K } },
	}, {
		.name = "MI210, 64 GiB VF BAR", .total = 1, .offset = 1, .stride = 1,
		.vf_device = 0x7410, .ari = true, .window = 128ULL * SZ_1G,
		.bar = { { 0, PREF64, 64ULL * SZ_1G }, { 2, PREF64, SZ_2M },
			 { 5, MEM32, SZ_512K } },
	}, {
		.name = "VF Device ID 0", .total = 4, .offset = 1, .stride = 1,
		.vf_device = 0, .root = true,
		.bar = { { 0, MEM32, SZ_4K } },
	},
};

static void known_desc(const struct known_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(known, known_rows, known_desc);

/* The row under test, and the PF that has ARI Capable Hierarchy */
static const struct known_row *known_row;
static struct soft_fn *known_lowest;

static bool known_has_ari(void)
{
	return soft_get16(known_lowest, SOFT_SRIOV + PCI_SRIOV_CTRL) &
	       PCI_SRIOV_CTRL_ARI;
}

static u16 known_offset(void)
{
	return known_row->ari_offset && known_has_ari() ?
		       known_row->ari_offset : known_row->offset;
}

static void known_route(u16 num_vfs, u16 *offset, u16 *stride)
{
	*offset = known_offset();
	*stride = known_row->stride;
}

/* 64-bit entries at the beginning of the host's window, one behind the other */
static void known_add_ea(struct soft_fn *pf, const struct known_row *row)
{
	int where = KNOWN_EA + 4, entries = 0;
	u64 base = pf->host->pref.start;
	const struct known_bar *bar;

	soft_init8(pf, SOFT_EXP + PCI_CAP_LIST_NEXT, KNOWN_EA);
	for (bar = row->bar; bar->size; bar++, where += 16, entries++) {
		soft_init32(pf, where, EA_ENTRY(PCI_EA_BEI_VF_BAR0 + bar->bar));
		soft_init32(pf, where + 4, lower_32_bits(base) | PCI_EA_IS_64);
		soft_init32(pf, where + 8, (bar->size - 1) & PCI_EA_FIELD_MASK);
		soft_init32(pf, where + 12, upper_32_bits(base));
		base += bar->size * row->total;
	}
	soft_init32(pf, KNOWN_EA, PCI_CAP_ID_EA | entries << 16);
}

static struct soft_fn *known_add_pf(struct soft_host *host, struct soft_fn *port,
				    const struct known_row *row, u8 function)
{
	struct soft_fn *pf = soft_pf_create(host, port, function, row->total);
	const struct known_bar *bar;

	soft_vf_bar(pf, 0, 0, 0);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_DID, row->vf_device);
	soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_CAP, row->cap);
	if (row->supported)
		soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_SUP_PGSIZE, row->supported);
	if (row->page_size)
		soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_SYS_PGSIZE, row->page_size);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET, row->offset);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_STRIDE, row->stride);
	if (row->ea)
		known_add_ea(pf, row);
	else
		for (bar = row->bar; bar->size; bar++)
			soft_vf_bar(pf, bar->bar, bar->size, bar->type);
	if (row->rebar)
		soft_rebar_create(pf, 2, row->rebar, __ffs(row->rebar));

	return pf;
}

/* What was left in the registers of the PF under test, and not of function 0 */
static void known_leave(struct soft_fn *pf, const struct known_row *row)
{
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF, row->num_vfs);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_CTRL, row->ctrl);
	pf->vfe = row->ctrl & PCI_SRIOV_CTRL_VFE;
	pf->keeps = row->keeps;
}

static struct soft_fn *known_create(struct kunit *test,
				    const struct known_row *row)
{
	struct soft_host *host = row->window ?
		soft_host_create_large(test, row->window) :
		soft_host_create(test, 255);
	struct soft_fn *port = NULL, *pf;

	if (!row->root) {
		port = soft_port_create(host, PCI_DEVFN(1, 0));
		if (!row->ari)
			soft_init32(port, SOFT_EXP + PCI_EXP_DEVCAP2, 0);
	}

	known_row = row;
	pf = known_add_pf(host, port, row, 0);
	known_lowest = pf;
	if (row->function) {
		/* the next function, for ARI and for a plain scan */
		soft_init16(pf, SOFT_ARI + PCI_ARI_CAP, row->function << 8);
		soft_init8(pf, PCI_HEADER_TYPE, PCI_HEADER_TYPE_MFD);
		pf = known_add_pf(host, port, row, row->function);
		soft_init8(pf, PCI_HEADER_TYPE, PCI_HEADER_TYPE_MFD);
	}
	pf->route = known_route;
	known_leave(pf, row);

	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(known_lowest));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_TRUE(test, pf->dev->is_physfn);
	return pf;
}

static void known_expect_vf_at(struct soft_fn *pf, unsigned int vf_id)
{
	u16 rid = soft_rid(pf) + known_offset() + vf_id * known_row->stride;
	struct pci_dev *vf = soft_find(pf->host, rid);

	KUNIT_EXPECT_NOT_NULL_MSG(pf->host->test, vf, "no VF %u at %04x", vf_id, rid);
	pci_dev_put(vf);
}

/* Leaves VFs enabled, because disabling them takes a second until the next enable. */
static void known_enable(struct soft_fn *pf, unsigned int num_vfs)
{
	struct kunit *test = pf->host->test;

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, num_vfs), known_row->error);
	if (known_row->error) {
		soft_expect_off(pf);
		return;
	}
	soft_expect_vfs(pf, num_vfs);
	known_expect_vf_at(pf, 0);
	known_expect_vf_at(pf, num_vfs - 1);
}

/* For a PF whose VFs may be absent */
static const struct pci_sriov_vf_ops known_vf_ops;

/* The administrator takes the last VF away and brings it back. */
static void known_online(struct soft_fn *pf, unsigned int num_vfs)
{
	struct kunit *test = pf->host->test;

	if (known_row->error || num_vfs == 1)
		return;

	pf->dev->sriov->policy.vf_ops = &known_vf_ops;
	KUNIT_EXPECT_EQ(test, soft_set_online(pf, num_vfs - 1, false), 0);
	KUNIT_EXPECT_EQ(test, soft_set_online(pf, num_vfs - 1, true), 0);
	soft_expect_vfs(pf, num_vfs);
}

static void known_expect_bars(struct soft_fn *pf)
{
	const struct known_bar *bar;

	for (bar = known_row->bar; bar->size; bar++)
		KUNIT_EXPECT_EQ_MSG(pf->host->test,
				    (u64)resource_size(sriov_bar_res(pf->dev, bar->bar)),
				    bar->size * known_row->total,
				    "VF BAR %u", bar->bar);
}

/* An FLR of the PF clears what had been left in its registers, too. */
static void known_reset(struct soft_fn *pf, unsigned int num_vfs)
{
	if (known_row->error)
		return;

	pf->reg[(SOFT_SRIOV + PCI_SRIOV_CTRL) / 4].reset &= ~0xffff;
	pf->reg[(SOFT_SRIOV + PCI_SRIOV_NUM_VF) / 4].reset &= ~0xffff;
	KUNIT_EXPECT_EQ(pf->host->test, pci_reset_function(pf->dev), 0);
	soft_expect_vfs(pf, num_vfs);
}

static void known_run(struct kunit *test, const struct known_row *row,
		      unsigned int num_vfs,
		      void (*then)(struct soft_fn *pf, unsigned int num_vfs))
{
	struct soft_fn *pf = known_create(test, row);

	/* what was left enabled has been disabled */
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, pci_sriov_get_totalvfs(pf->dev), row->total);
	KUNIT_EXPECT_EQ(test, known_has_ari(), row->ari);
	KUNIT_EXPECT_EQ(test, soft_get32(pf, SOFT_SRIOV + PCI_SRIOV_SYS_PGSIZE), 1);

	/* the PCI core clears a resource for which there is no room */
	if (!row->error)
		known_expect_bars(pf);
	known_enable(pf, num_vfs);
	if (then)
		then(pf, num_vfs);
	soft_disable(pf);
	soft_expect_off(pf);
	KUNIT_EXPECT_NULL(test, pf->host->broken_rule);

	/* the next test's PF is another one, and need not wait */
	atomic64_set(&pf->dev->sriov->settled_at, 0);
	soft_remove(pf);
}

static void known_test_one(struct kunit *test)
{
	if (IS_ENABLED(CONFIG_KASAN))
		kunit_skip(test, "slow here, and the other cases do the same and more");
	known_run(test, test->param_value, 1, NULL);
}

static void known_test_all(struct kunit *test)
{
	const struct known_row *row = test->param_value;

	known_run(test, row, row->total, known_online);
}

/* Neither one nor all, as users mostly have it */
static void known_test_half(struct kunit *test)
{
	const struct known_row *row = test->param_value;

	known_run(test, row, (row->total + 1) / 2, known_reset);
}

static struct kunit_case known_tests[] = {
	KUNIT_CASE_PARAM(known_test_one, known_gen_params),
	KUNIT_CASE_PARAM(known_test_half, known_gen_params),
	KUNIT_CASE_PARAM(known_test_all, known_gen_params),
	{}
};

static struct kunit_suite known_suite = {
	.name = "pci_sriov_known",
	.test_cases = known_tests,
};

kunit_test_suite(known_suite);
