// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: VF BARs whose size can be chosen
 */
#include "../sriov.h"
#include "soft.h"

#define BAR		2
#define RESNO		(PCI_IOV_RESOURCES + BAR)
#define SIZES		(BIT(0) | BIT(1) | BIT(2) | BIT(4))	/* 1, 2, 4, 16 MiB */

/* Eight VFs of 2 MiB, which may have other sizes, are found. */
static struct soft_fn *rebar_pf(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 8);

	soft_rebar_create(pf, BAR, SIZES, 1);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_TRUE(test, pf->dev->is_physfn);
	KUNIT_ASSERT_EQ(test, pci_resource_len(pf->dev, RESNO), 8 * SZ_2M);

	return pf;
}

static int rebar_size_now(struct soft_fn *pf)
{
	return soft_get32(pf, SOFT_REBAR + PCI_REBAR_CTRL) >>
	       PCI_REBAR_CTRL_BAR_SHIFT;
}

/* The device and the VFs' pci_devs agree with the kernel on where VFs are. */
static void rebar_expect_vfs(struct soft_fn *pf, unsigned int num_vfs, u64 size)
{
	struct kunit *test = pf->host->test;
	struct resource *all = &pf->dev->resource[RESNO];
	unsigned int vf_id;

	soft_expect_vfs(pf, num_vfs);
	KUNIT_EXPECT_EQ(test, pci_iov_resource_size(pf->dev, RESNO), size);
	KUNIT_EXPECT_EQ(test, (u64)SZ_1M << rebar_size_now(pf), size);
	for (vf_id = 0; vf_id < num_vfs; vf_id++) {
		struct pci_dev *vf = sriov_slot_get(pf->dev->sriov, vf_id);

		KUNIT_ASSERT_NOT_NULL(test, vf);
		KUNIT_EXPECT_EQ(test, pci_resource_start(vf, BAR),
				all->start + vf_id * size);
		KUNIT_EXPECT_EQ(test, pci_resource_len(vf, BAR), size);
		pci_dev_put(vf);
	}
}

static void rebar_expect_address(struct soft_fn *pf)
{
	int where = SOFT_SRIOV + PCI_SRIOV_BAR + 4 * BAR;
	struct pci_bus_region region;
	u64 addr;

	pcibios_resource_to_bus(pf->dev->bus, &region, &pf->dev->resource[RESNO]);
	addr = (u64)soft_get32(pf, where + 4) << 32 |
	       (soft_get32(pf, where) & PCI_BASE_ADDRESS_MEM_MASK);
	KUNIT_EXPECT_EQ(pf->host->test, addr, region.start);
}

/* Fewer VFs can have more, in memory that stays where it is. */
static void rebar_test_sizes(struct kunit *test)
{
	struct soft_fn *pf = rebar_pf(test);
	/* the memory is aligned to 2 MiB at least, and maybe by chance to more */
	u64 start = pci_resource_start(pf->dev, RESNO);
	u32 aligned = BIT(0) | BIT(1) | (start % SZ_4M ? 0 : BIT(2)) |
		      (start % SZ_16M ? 0 : BIT(4));

	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_get_sizes(pf->dev, RESNO, 8),
			BIT(0) | BIT(1));
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_get_sizes(pf->dev, RESNO, 5),
			BIT(0) | BIT(1));
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_get_sizes(pf->dev, RESNO, 4),
			aligned & ~BIT(4));
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_get_sizes(pf->dev, RESNO, 1),
			aligned);
}

static void rebar_test_smaller(struct kunit *test)
{
	struct soft_fn *pf = rebar_pf(test);

	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, 0), 0);
	rebar_expect_address(pf);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 8), 0);
	rebar_expect_vfs(pf, 8, SZ_1M);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, 1), -EBUSY);
	soft_disable(pf);
	soft_expect_off(pf);

	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, 1), 0);
	rebar_expect_address(pf);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 8), 0);
	rebar_expect_vfs(pf, 8, SZ_2M);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void rebar_test_larger(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 8);
	u64 start;

	/* 4 MiB at first, so that the memory is aligned to that */
	soft_rebar_create(pf, BAR, SIZES, 2);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, 0), 0);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, 2), 0);
	rebar_expect_address(pf);

	start = pci_resource_start(pf->dev, RESNO);
	if (start % SZ_16M) {
		KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, 4),
				-ENOSPC);
		KUNIT_EXPECT_EQ(test, rebar_size_now(pf), 2);
		return;
	}
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, 4), 0);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 3), -ENOMEM);
	soft_expect_said(host, "VF BAR 2: 3 VFs of 16777216 bytes do not fit the 33554432 bytes");
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 2), 0);
	rebar_expect_vfs(pf, 2, SZ_16M);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void rebar_test_refused(struct kunit *test)
{
	struct soft_fn *pf = rebar_pf(test);
	struct soft_fn *plain = soft_pf_create(pf->host, NULL, PCI_DEVFN(1, 0), 1);
	u32 before[SOFT_CONFIG / 4];

	soft_init32(plain, SOFT_ARI, PCI_EXT_CAP_ID_ARI | 1 << 16);
	soft_host_scan(pf->host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(plain));
	memcpy(before, pf->now, sizeof(before));

	/* 8 MiB, 32 MiB, and numbers that are not sizes */
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, 3), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, 5), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, 32), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, -1), -EINVAL);
	/* BAR 0 of the device itself; a VF BAR of one size; none at all */
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, 0, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO - BAR, 0),
			-EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO + 2, 0),
			-EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(plain->dev, RESNO, 0),
			-ENODEV);

	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_get_sizes(pf->dev, RESNO - BAR, 1), 0);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_get_sizes(pf->dev, 0, 1), 0);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_get_sizes(pf->dev, RESNO, 0), 0);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_get_sizes(plain->dev, RESNO, 1), 0);
	KUNIT_EXPECT_EQ(test, memcmp(before, pf->now, sizeof(before)), 0);
}

static void rebar_test_does_not_stick(struct kunit *test)
{
	struct soft_fn *pf = rebar_pf(test);

	soft_init_rw(pf, SOFT_REBAR + PCI_REBAR_CTRL, 0);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, 0), -EIO);
	soft_expect_said(pf->host, "VF BAR 2: wrote size 0, reads back as 1");
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 8), 0);
	rebar_expect_vfs(pf, 8, SZ_2M);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* A reset of the PF brings the first size back; VFs need the chosen one. */
/* A PF that has six VFs, whose VF BARs were made smaller */
static struct soft_fn *rebar_small(struct kunit *test)
{
	struct soft_fn *pf = rebar_pf(test);

	KUNIT_ASSERT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, 0), 0);
	KUNIT_ASSERT_EQ(test, pci_enable_sriov(pf->dev, 6), 0);
	return pf;
}

/* Resets the PF, and removes its VFs at the end. */
static void rebar_expect_restored(struct soft_fn *pf)
{
	KUNIT_EXPECT_EQ(pf->host->test, pci_reset_function(pf->dev), 0);
	rebar_expect_vfs(pf, 6, SZ_1M);
	rebar_expect_address(pf);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void rebar_test_reset(struct kunit *test)
{
	struct soft_fn *pf = rebar_small(test);

	rebar_expect_restored(pf);
}

/* The capability is invalid: the PF works without it. */
static void rebar_test_nonsense(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 4);

	soft_rebar_create(pf, BAR, SIZES, 1);
	soft_init32(pf, SOFT_REBAR + PCI_REBAR_CTRL, ~0);
	soft_init_rw(pf, SOFT_REBAR + PCI_REBAR_CTRL, 0);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_TRUE(test, pf->dev->is_physfn);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_get_sizes(pf->dev, RESNO, 1), 0);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_bar_set_size(pf->dev, RESNO, 0),
			-EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_expect_vfs(pf, 4);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void rebar_set_registers(struct soft_fn *pf, u32 cap, u32 ctrl, u32 rw)
{
	soft_init32(pf, SOFT_REBAR + PCI_REBAR_CAP, cap);
	soft_init32(pf, SOFT_REBAR + PCI_REBAR_CTRL, ctrl);
	soft_init_rw(pf, SOFT_REBAR + PCI_REBAR_CTRL, rw);
}

/* The registers read as all ones while they are restored, and are ignored. */
static void rebar_test_all_ones(struct kunit *test)
{
	struct soft_fn *pf = rebar_small(test);
	const struct soft_reg *reg = &pf->reg[SOFT_REBAR / 4];
	u32 cap = reg[1].reset, ctrl = reg[2].reset, rw = reg[2].rw;

	KUNIT_ASSERT_EQ(test, pci_save_state(pf->dev), 0);
	soft_fn_reset(pf);
	rebar_set_registers(pf, ~0, ~0, 0);
	pci_restore_state(pf->dev);
	KUNIT_EXPECT_FALSE(test, soft_said(pf->host, "reads back as"));
	KUNIT_EXPECT_EQ(test, pci_iov_resource_size(pf->dev, RESNO), SZ_1M);

	/* the next reset restores everything */
	rebar_set_registers(pf, cap, ctrl, rw);
	rebar_expect_restored(pf);
}

/* The same of the whole PF, which then looks as if VF Enable was set */
static void rebar_test_gone(struct kunit *test)
{
	struct soft_fn *pf = rebar_small(test);

	KUNIT_ASSERT_EQ(test, pci_save_state(pf->dev), 0);
	pf->gone = true;
	pci_restore_state(pf->dev);
	pf->gone = false;
	KUNIT_EXPECT_EQ(test, pci_iov_resource_size(pf->dev, RESNO), SZ_1M);

	rebar_expect_restored(pf);
}

static struct kunit_case rebar_tests[] = {
	KUNIT_CASE(rebar_test_sizes),
	KUNIT_CASE(rebar_test_smaller),
	KUNIT_CASE(rebar_test_larger),
	KUNIT_CASE(rebar_test_refused),
	KUNIT_CASE(rebar_test_does_not_stick),
	KUNIT_CASE(rebar_test_reset),
	KUNIT_CASE(rebar_test_nonsense),
	KUNIT_CASE(rebar_test_all_ones),
	KUNIT_CASE(rebar_test_gone),
	{}
};

static struct kunit_suite rebar_suite = {
	.name = "pci_sriov_rebar",
	.test_cases = rebar_tests,
};

kunit_test_suite(rebar_suite);
