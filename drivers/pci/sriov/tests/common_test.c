// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: what VFs have in common, and VFs that have not
 */
#include <kunit/test-bug.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

#define CAP(id, next)	((id) | (next) << 8)
#define EXT_CAP(id, next) ((id) | 1 << 16 | (u32)(next) << 20)

/* Most config reads for adding a VF */
#define READS_PER_VF	20

/* VFs with a fixup have this Device ID. */
#define FIXED_DEVICE	0xfff8

/* Registers of VFs, for the test to change */
static struct soft_reg *common_regs(struct soft_fn *pf)
{
	struct soft_reg *reg = soft_alloc(pf->host, sizeof(soft_vf_regs));

	return memcpy(reg, soft_vf_regs, sizeof(soft_vf_regs));
}

/* Two of each kind that there can be more of, and Express between them */
static struct soft_reg *common_regs_long(struct soft_fn *pf)
{
	struct soft_reg *reg = common_regs(pf);

	reg[PCI_CAPABILITY_LIST / 4].reset = 0x80;
	reg[0x80 / 4].reset = CAP(PCI_CAP_ID_VNDR, 0xa0);
	reg[0xa0 / 4].reset = CAP(PCI_CAP_ID_EXP, 0x90) | 2 << 16 |
			      PCI_EXP_TYPE_RC_END << 20;
	reg[0x90 / 4].reset = CAP(PCI_CAP_ID_VNDR, 0);

	reg[0x100 / 4].reset = EXT_CAP(PCI_EXT_CAP_ID_VNDR, 0x140);
	reg[0x140 / 4].reset = EXT_CAP(PCI_EXT_CAP_ID_ARI, 0x120);
	reg[0x120 / 4].reset = EXT_CAP(PCI_EXT_CAP_ID_VNDR, 0x130);
	reg[0x130 / 4].reset = EXT_CAP(PCI_EXT_CAP_ID_DSN, 0);
	return reg;
}

/* A PF whose first @num_vfs VFs can each have registers of their own */
static struct soft_fn *common_pf(struct kunit *test, unsigned int num_vfs)
{
	struct soft_fn *pf = soft_pf_only(test, num_vfs);

	KUNIT_ASSERT_GE(test, pf->nr_vf, num_vfs);
	return pf;
}

static struct pci_dev *common_vf(struct soft_fn *pf, unsigned int vf_id)
{
	struct pci_dev *vf = soft_find(pf->host, soft_rid(pf) + 1 + vf_id);

	KUNIT_ASSERT_NOT_NULL(pf->host->test, vf);
	return vf;
}

/* Each search, from the device and from what is known: it must be the same. */
static void common_expect_same(struct soft_fn *pf, struct pci_dev *vf)
{
	struct kunit *test = pf->host->test;
	unsigned long reads;
	u16 found, start;
	int id;

	for (id = 1; id < 0x40; id++) {
		found = pci_find_capability(vf, id);
		set_bit(PCI_VF_COMMON, &vf->priv_flags);
		reads = pf->host->reads;
		KUNIT_EXPECT_EQ(test, pci_find_capability(vf, id), found);
		KUNIT_EXPECT_EQ(test, pf->host->reads, reads);
		clear_bit(PCI_VF_COMMON, &vf->priv_flags);

		for (start = 0; start < SOFT_CONFIG; start = found) {
			found = pci_find_next_ext_capability(vf, start, id);
			set_bit(PCI_VF_COMMON, &vf->priv_flags);
			reads = pf->host->reads;
			KUNIT_EXPECT_EQ(test, found,
					pci_find_next_ext_capability(vf, start,
								     id));
			KUNIT_EXPECT_EQ(test, pf->host->reads, reads);
			clear_bit(PCI_VF_COMMON, &vf->priv_flags);
			if (!found)
				break;
		}
	}
}

static void common_test_search(struct kunit *test)
{
	struct soft_fn *pf = common_pf(test, 3);
	struct pci_dev *vf;

	pf->vf_reg = common_regs_long(pf);
	KUNIT_ASSERT_EQ(test, pci_enable_sriov(pf->dev, 3), 0);
	vf = common_vf(pf, 2);
	KUNIT_EXPECT_EQ(test, vf->pcie_cap, 0xa0);
	KUNIT_EXPECT_EQ(test, pci_find_next_ext_capability(vf, 0x100,
							   PCI_EXT_CAP_ID_VNDR),
			0x120);
	common_expect_same(pf, vf);

	/* from where nothing is, it searches */
	set_bit(PCI_VF_COMMON, &vf->priv_flags);
	KUNIT_EXPECT_EQ(test, pci_iov_next_ext_cap(vf, 0x150,
						   PCI_EXT_CAP_ID_VNDR),
			-ENODATA);
	clear_bit(PCI_VF_COMMON, &vf->priv_flags);
	pci_dev_put(vf);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* That of an enabled VF is no longer taken from another one. */
static void common_test_only_at_first(struct kunit *test)
{
	struct soft_fn *pf = common_pf(test, 2);
	struct pci_dev *vf;

	KUNIT_ASSERT_EQ(test, pci_enable_sriov(pf->dev, 2), 0);
	vf = common_vf(pf, 1);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_cap(vf, PCI_CAP_ID_EXP), -ENODATA);
	KUNIT_EXPECT_EQ(test, pci_iov_next_ext_cap(vf, 0, 1), -ENODATA);
	KUNIT_EXPECT_FALSE(test, pci_iov_vf_is_known(vf));
	KUNIT_EXPECT_EQ(test, pci_iov_vf_cap(pf->dev, PCI_CAP_ID_EXP), -ENODATA);

	/* and nothing is stored after it was removed */
	soft_disable(pf);
	sriov_common_forget(pf->dev->sriov);
	set_bit(PCI_VF_COMMON, &vf->priv_flags);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_cap(vf, PCI_CAP_ID_EXP), -ENODATA);
	pci_dev_put(vf);
	soft_expect_off(pf);
}

/* VF @vf_id has its lists in other places than the others have. */
static void common_one_differs(struct soft_fn *pf, unsigned int vf_id,
			       const struct soft_reg *reg, u8 express)
{
	struct kunit *test = pf->host->test;
	struct pci_dev *vf;
	unsigned int i;

	pf->vf[vf_id].reg = reg;
	KUNIT_ASSERT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	for (i = 0; i < 4; i++) {
		vf = common_vf(pf, i);
		KUNIT_EXPECT_EQ(test, vf->pcie_cap,
				i == vf_id ? express : SOFT_EXP);
		KUNIT_EXPECT_EQ(test, pci_is_pcie(vf), !!vf->pcie_cap);
		pci_dev_put(vf);
	}
	soft_disable(pf);
	pf->vf[vf_id].reg = NULL;
	soft_expect_off(pf);
}

static void common_test_differs(struct kunit *test)
{
	struct soft_fn *pf = common_pf(test, 4);
	const struct soft_reg *reg = common_regs_long(pf);

	common_one_differs(pf, 2, reg, 0xa0);
	common_one_differs(pf, 3, reg, 0xa0);
	common_one_differs(pf, 0, reg, 0xa0);
}

static void common_test_has_none(struct kunit *test)
{
	struct soft_fn *pf = common_pf(test, 4);
	struct soft_reg *reg = common_regs(pf);

	reg[PCI_COMMAND / 4].reset = 0;
	common_one_differs(pf, 1, reg, 0);
	common_one_differs(pf, 0, reg, 0);
}

/* Lists that never end, and one that is too long to be remembered */
static void common_test_endless(struct kunit *test)
{
	struct soft_fn *pf = common_pf(test, 4);
	struct soft_reg *reg = common_regs_long(pf);
	u16 pos;

	reg[0x90 / 4].reset = CAP(PCI_CAP_ID_VNDR, 0x80);
	common_one_differs(pf, 1, reg, 0xa0);
	common_one_differs(pf, 0, reg, 0xa0);

	reg = common_regs_long(pf);
	reg[0x130 / 4].reset = EXT_CAP(PCI_EXT_CAP_ID_DSN, 0x100);
	common_one_differs(pf, 1, reg, 0xa0);

	reg = common_regs_long(pf);
	for (pos = 0x44; pos < 0xa0; pos += 4)
		reg[pos / 4].reset = CAP(PCI_CAP_ID_VNDR, pos + 4);
	reg[PCI_CAPABILITY_LIST / 4].reset = 0x44;
	reg[0xa0 / 4].reset = CAP(PCI_CAP_ID_EXP, 0xa4) | 2 << 16 |
			      PCI_EXP_TYPE_RC_END << 20;
	for (pos = 0xa4; pos < 0xfc; pos += 4)
		reg[pos / 4].reset = CAP(PCI_CAP_ID_VNDR, pos + 4);
	common_one_differs(pf, 1, reg, 0xa0);
	common_one_differs(pf, 0, reg, 0xa0);
}

/* What was saved without reading it is what reading it gives. */
static void common_test_saved(struct kunit *test)
{
	struct soft_fn *pf = common_pf(test, 4);
	struct pci_cap_saved_state *saved;
	struct pci_dev *vf;
	u16 first[7], read[ARRAY_SIZE(first)];
	u32 header[16];
	size_t size;

	KUNIT_ASSERT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	vf = common_vf(pf, 3);
	saved = pci_find_saved_cap(vf, PCI_CAP_ID_EXP);
	KUNIT_ASSERT_NOT_NULL(test, saved);
	/* how many registers are saved is up to the PCI core */
	size = saved->cap.size;
	KUNIT_ASSERT_GT(test, size, 0);
	KUNIT_ASSERT_LE(test, size, sizeof(first));
	KUNIT_EXPECT_TRUE(test, vf->state_saved);
	memcpy(header, vf->saved_config_space, sizeof(header));
	memcpy(first, saved->cap.data, size);

	memset(vf->saved_config_space, 0xa5, sizeof(header));
	memset(saved->cap.data, 0xa5, size);
	KUNIT_ASSERT_EQ(test, pci_save_state(vf), 0);
	memcpy(read, saved->cap.data, size);
	KUNIT_EXPECT_MEMEQ(test, vf->saved_config_space, header, sizeof(header));
	KUNIT_EXPECT_MEMEQ(test, read, first, size);
	pci_dev_put(vf);
	soft_disable(pf);
	soft_expect_off(pf);
}

static unsigned long common_reads(struct soft_fn *pf, int num_vfs)
{
	unsigned long before = pf->host->reads;

	KUNIT_EXPECT_EQ(pf->host->test, pci_enable_sriov(pf->dev, num_vfs), 0);
	before = pf->host->reads - before;
	soft_disable(pf);
	return before;
}

static void common_test_reads(struct kunit *test)
{
	struct soft_fn *pf = common_pf(test, 64);
	unsigned long few;

	few = common_reads(pf, 4);
	KUNIT_EXPECT_LE(test, common_reads(pf, 64) - few, 60 * READS_PER_VF);
	soft_expect_off(pf);
}

static unsigned int fixed_early, fixed_final;

/* Only now does it show what it has, and what it is. */
static void common_fixup(struct pci_dev *dev)
{
	if (!dev->is_virtfn)
		return;

	fixed_early++;
	KUNIT_EXPECT_TRUE(kunit_get_current_test(),
			  test_bit(PCI_VF_COMMON, &dev->priv_flags));
	dev->class = PCI_CLASS_NETWORK_ETHERNET << 8;
}
DECLARE_PCI_FIXUP_EARLY(SOFT_VENDOR, FIXED_DEVICE, common_fixup);

/* This driver is bound for the effect of the first one. */
static void common_fixup_class(struct pci_dev *dev)
{
	fixed_final++;
	KUNIT_EXPECT_FALSE(kunit_get_current_test(),
			   test_bit(PCI_VF_COMMON, &dev->priv_flags));
}
DECLARE_PCI_FIXUP_CLASS_HEADER(SOFT_VENDOR, FIXED_DEVICE,
			       PCI_CLASS_NETWORK_ETHERNET, 8,
			       common_fixup_class);

/* Every VF has the fixups that the first one has, and is read by itself then. */
static void common_test_fixups(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 4);

	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_DID, FIXED_DEVICE);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	fixed_early = 0;
	fixed_final = 0;

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	KUNIT_EXPECT_EQ(test, fixed_early, 4);
	KUNIT_EXPECT_EQ(test, fixed_final, 4);
	soft_disable(pf);
	soft_expect_off(pf);
}

static struct kunit_case common_tests[] = {
	KUNIT_CASE(common_test_search),
	KUNIT_CASE(common_test_only_at_first),
	KUNIT_CASE_SLOW(common_test_differs),
	KUNIT_CASE_SLOW(common_test_has_none),
	KUNIT_CASE_SLOW(common_test_endless),
	KUNIT_CASE(common_test_saved),
	KUNIT_CASE_SLOW(common_test_reads),
	KUNIT_CASE(common_test_fixups),
	{}
};

static struct kunit_suite common_suite = {
	.name = "pci_sriov_common",
	.test_cases = common_tests,
};

kunit_test_suite(common_suite);
