// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: what is made of a capability when a PF is found
 */
#include "../sriov.h"
#include "soft.h"

static void cap_setup_none(struct soft_fn *pf) { }

static void cap_total_0(struct soft_fn *pf)
{
	soft_vf_total(pf, 0);
}

static void cap_no_page_size(struct soft_fn *pf)
{
	soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_SUP_PGSIZE, 0);
}

static void cap_any_page_size(struct soft_fn *pf)
{
	soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_SUP_PGSIZE, ~0);
}

static void cap_largest_page_size(struct soft_fn *pf)
{
	soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_SUP_PGSIZE, BIT(31));
}

static void cap_offset_0(struct soft_fn *pf)
{
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET, 0);
}

static void cap_offset_max(struct soft_fn *pf)
{
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET, U16_MAX);
}

static void cap_stride_0(struct soft_fn *pf)
{
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_STRIDE, 0);
}

static void cap_stride_max(struct soft_fn *pf)
{
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_STRIDE, U16_MAX);
}

static void cap_stride_0_one_vf(struct soft_fn *pf)
{
	soft_vf_total(pf, 1);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_STRIDE, 0);
}

static void cap_numvfs_stuck_0(struct soft_fn *pf)
{
	soft_init_rw(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF, 0);
}

static void cap_numvfs_short(struct soft_fn *pf)
{
	soft_init_rw(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF, 7);
}

static void cap_vf_device_0(struct soft_fn *pf)
{
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_DID, 0);
}

static void cap_link_max(struct soft_fn *pf)
{
	soft_init8(pf, SOFT_SRIOV + PCI_SRIOV_FUNC_LINK, U8_MAX);
}

static void cap_all_ones(struct soft_fn *pf)
{
	int where;

	for (where = SOFT_SRIOV + PCI_SRIOV_CAP; where < SOFT_REBAR;
	     where += 4) {
		soft_init32(pf, where, ~0);
		soft_init_rw(pf, where, 0);
	}
}

static void cap_all_zeros(struct soft_fn *pf)
{
	int where;

	for (where = SOFT_SRIOV + PCI_SRIOV_CAP; where < SOFT_REBAR;
	     where += 4) {
		soft_init32(pf, where, 0);
		soft_init_rw(pf, where, 0);
	}
}

struct cap_case {
	const char *name;
	void (*setup)(struct soft_fn *pf);
	bool ok;
	const char *why;	/* logged, or NULL */
};

static const struct cap_case cap_cases[] = {
	{ "as it should be", cap_setup_none, true },
	{ "TotalVFs 0", cap_total_0, false },
	{ "no page size", cap_no_page_size, false,
	  "no page size of 4096 bytes or more" },
	{ "every page size", cap_any_page_size, true },
	{ "page size 8 TiB only", cap_largest_page_size, true },
	{ "First VF Offset 0", cap_offset_0, false,
	  "First VF Offset 0 and VF Stride 1 are invalid for 8 VFs" },
	{ "First VF Offset 65535", cap_offset_max, true },
	{ "VF Stride 0", cap_stride_0, false,
	  "First VF Offset 1 and VF Stride 0 are invalid for 8 VFs" },
	{ "VF Stride 65535", cap_stride_max, true },
	{ "VF Stride 0, one VF", cap_stride_0_one_vf, true },
	{ "NumVFs stays 0", cap_numvfs_stuck_0, true,
	  "wrote NumVFs 8, reads back as 0" },
	{ "NumVFs has three bits", cap_numvfs_short, true,
	  "wrote NumVFs 8, reads back as 0" },
	{ "VF Device ID 0", cap_vf_device_0, true },
	{ "Function Dependency Link 255", cap_link_max, true },
	{ "all ones", cap_all_ones, true,
	  "wrote NumVFs 32768, reads back as 65535" },
	{ "all zeros", cap_all_zeros, false },
};

static void cap_case_desc(const struct cap_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cap, cap_cases, cap_case_desc);

static void cap_test_found(struct kunit *test)
{
	const struct cap_case *c = test->param_value;
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 8);

	c->setup(pf);
	soft_host_scan(host);
	if (!c->ok) {
		soft_expect_refused(pf, c->why);
		return;
	}

	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_TRUE(test, pf->dev->is_physfn);
	KUNIT_EXPECT_EQ(test, pci_sriov_get_totalvfs(pf->dev),
			soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_TOTAL_VF));
	if (c->why)
		soft_expect_said(host, c->why);
	soft_expect_off(pf);
}

static void cap_test_facts(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, PCI_DEVFN(3, 2), 37);
	struct soft_fn *first = soft_pf_create(host, NULL, PCI_DEVFN(3, 0), 1);
	struct sriov_cap *cap;

	soft_init8(first, PCI_HEADER_TYPE, PCI_HEADER_TYPE_MFD);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET, 0x100);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_STRIDE, 16);
	soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_CAP, PCI_SRIOV_CAP_VFM);
	soft_vf_bar(pf, 2, SZ_1M, PCI_BASE_ADDRESS_MEM_TYPE_64 |
				  PCI_BASE_ADDRESS_MEM_PREFETCH);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_TRUE(test, pf->dev->is_physfn);

	cap = &pf->dev->sriov->cap;
	KUNIT_EXPECT_EQ(test, cap->pos, SOFT_SRIOV);
	KUNIT_EXPECT_EQ(test, cap->total_vfs, 37);
	KUNIT_EXPECT_EQ(test, cap->vf_device, SOFT_VF_DEVICE);
	/* an integrated endpoint's link is a function number */
	KUNIT_EXPECT_EQ(test, cap->link, PCI_DEVFN(3, 2));
	KUNIT_EXPECT_TRUE(test, cap->migration);
	KUNIT_EXPECT_PTR_EQ(test, cap->ari_pf, soft_dev(first));
	KUNIT_EXPECT_EQ(test, cap->pgsz, 1);
	/* 0x001a + 0x100 + 36 * 16 is 0x035a */
	KUNIT_EXPECT_EQ(test, cap->bus_span, 3);
	KUNIT_EXPECT_EQ(test, cap->nr_bars, 2);
	KUNIT_EXPECT_EQ(test, cap->bar_size[0], SZ_4K);
	KUNIT_EXPECT_EQ(test, cap->bar_size[1], 0);
	KUNIT_EXPECT_EQ(test, cap->bar_size[2], SZ_1M);
}

/* The smallest usable size is chosen and written, 4 KiB or more. */
static void cap_test_page_size(struct kunit *test)
{
	static const struct { u32 supported, chosen; } cases[] = {
		{ 0x553, 0x1 }, { 0x552, 0x2 }, { 0x550, 0x10 },
		{ BIT(31), BIT(31) }, { ~0, 1 },
	};
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf[ARRAY_SIZE(cases)];
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		pf[i] = soft_pf_create(host, NULL, PCI_DEVFN(i, 0), 4);
		soft_init32(pf[i], SOFT_SRIOV + PCI_SRIOV_SUP_PGSIZE,
			    cases[i].supported);
	}
	soft_host_scan(host);
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ(test,
				soft_get32(pf[i], SOFT_SRIOV + PCI_SRIOV_SYS_PGSIZE),
				cases[i].chosen);
}

/* A kernel before this one has left VFs on. */
static void cap_test_left_enabled(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 8);

	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF, 3);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_CTRL,
		    PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE | PCI_SRIOV_CTRL_ARI);
	pf->vfe = true;
	soft_host_scan(host);

	soft_expect_said(host, "VFs were left enabled");
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_TRUE(test, pf->dev->is_physfn);
	KUNIT_EXPECT_EQ(test, soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF), 0);
	soft_expect_off(pf);
}

/*
 * To write NumVFs and VF BARs under VFs that are on is forbidden, but the stock
 * core does not look whether they are off, and devices may only not show it.
 */
static void cap_test_stays_enabled(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 8);

	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_CTRL,
		    PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE);
	soft_init_rw(pf, SOFT_SRIOV + PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_MSE);
	pf->vfe = true;
	soft_host_scan(host);
	soft_expect_said(host, "VF Enable cannot be cleared");
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_TRUE(test, pf->dev->is_physfn);
	pf->vfe = false;
	host->broken_rule = NULL;
}

/* Config accesses for the enumeration of a PF with so many VFs */
static unsigned long cap_accesses(struct kunit *test, u16 total_vfs)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, total_vfs);

	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, pci_sriov_get_totalvfs(pf->dev), total_vfs);
	if (total_vfs == 65535)
		KUNIT_EXPECT_EQ(test, pf->dev->sriov->cap.bus_span, 255);

	return host->reads + host->writes;
}

/* The number of VFs must not decide how long the system takes to boot. */
static void cap_test_access_count(struct kunit *test)
{
	static const u16 totals[] = { 2, 3, 255, 256, 257, 32768, 65535 };
	unsigned long one = cap_accesses(test, 1), many;
	int i;

	for (i = 0; i < ARRAY_SIZE(totals); i++) {
		many = cap_accesses(test, totals[i]);
		kunit_info(test, "TotalVFs %u: %lu config accesses, %lu for one VF",
			   totals[i], many, one);
		KUNIT_EXPECT_LE(test, many, one + 64);
	}
}

/* Sec 9.3.3.3.5: ARI Capable Hierarchy is for the lowest-numbered PF. */
static void cap_test_ari(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *port = soft_port_create(host, PCI_DEVFN(1, 0));
	struct soft_fn *low = soft_pf_create(host, port, 0, 4);
	struct soft_fn *high = soft_pf_create(host, port, 1, 4);

	soft_init16(low, SOFT_ARI + PCI_ARI_CAP, 1 << 8);
	soft_init16(low, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET, 8);
	soft_init16(high, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET, 16);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(low));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(high));
	KUNIT_EXPECT_TRUE(test, pci_ari_enabled(low->dev->bus));
	KUNIT_EXPECT_TRUE(test, low->dev->sriov->ctrl & PCI_SRIOV_CTRL_ARI);
	KUNIT_EXPECT_FALSE(test, high->dev->sriov->ctrl & PCI_SRIOV_CTRL_ARI);
	KUNIT_EXPECT_EQ(test, soft_get16(low, SOFT_SRIOV + PCI_SRIOV_CTRL),
			PCI_SRIOV_CTRL_ARI);
	KUNIT_EXPECT_EQ(test, soft_get16(high, SOFT_SRIOV + PCI_SRIOV_CTRL), 0);
}

static struct kunit_case cap_tests[] = {
	KUNIT_CASE_PARAM(cap_test_found, cap_gen_params),
	KUNIT_CASE(cap_test_facts),
	KUNIT_CASE(cap_test_page_size),
	KUNIT_CASE_SLOW(cap_test_left_enabled),
	KUNIT_CASE_SLOW(cap_test_stays_enabled),
	KUNIT_CASE(cap_test_access_count),
	KUNIT_CASE(cap_test_ari),
	{}
};

static struct kunit_suite cap_suite = {
	.name = "pci_sriov_cap",
	.test_cases = cap_tests,
};

kunit_test_suite(cap_suite);
