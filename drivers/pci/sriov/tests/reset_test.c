// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: the PF is reset, and its capability with it
 */
#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

#define MEM_64		PCI_BASE_ADDRESS_MEM_TYPE_64

static struct soft_fn *reset_pf(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 8);

	/* one that is not what it is after reset, in each register */
	soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_SUP_PGSIZE, 0x550);
	soft_vf_bar(pf, 2, SZ_64K, MEM_64 | PCI_BASE_ADDRESS_MEM_PREFETCH);
	soft_vf_bar(pf, 5, SZ_8K, 0);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_TRUE(test, pf->dev->is_physfn);

	return pf;
}

static void reset_expect_same(struct soft_fn *pf, const u32 *before)
{
	int where;

	for (where = SOFT_SRIOV; where < SOFT_CONFIG; where += 4)
		KUNIT_EXPECT_EQ_MSG(pf->host->test, soft_get32(pf, where),
				    before[where / 4],
				    "the register at %#x of the capability",
				    where - SOFT_SRIOV);
}

static void reset_test_vfs_on(struct kunit *test)
{
	struct soft_fn *pf = reset_pf(test);
	u32 before[SOFT_CONFIG / 4];

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 5), 0);
	memcpy(before, pf->now, sizeof(before));
	KUNIT_EXPECT_EQ(test, pci_reset_function(pf->dev), 0);
	reset_expect_same(pf, before);
	KUNIT_EXPECT_FALSE(test, pci_sriov_vfs_lost(pf->dev));
	soft_expect_vfs(pf, 5);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void reset_test_vfs_off(struct kunit *test)
{
	struct soft_fn *pf = reset_pf(test);
	u32 before[SOFT_CONFIG / 4];

	memcpy(before, pf->now, sizeof(before));
	KUNIT_EXPECT_EQ(test, before[(SOFT_SRIOV + PCI_SRIOV_SYS_PGSIZE) / 4],
			0x10);
	KUNIT_EXPECT_EQ(test, pci_reset_function(pf->dev), 0);
	reset_expect_same(pf, before);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 8), 0);
	soft_expect_vfs(pf, 8);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* Within the second in which the capability must not be read */
static void reset_test_after_disable(struct kunit *test)
{
	struct soft_fn *pf = reset_pf(test);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 5), 0);
	soft_disable(pf);
	KUNIT_EXPECT_EQ(test, pci_reset_function(pf->dev), 0);
	KUNIT_EXPECT_EQ(test, soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF), 0);
	soft_expect_off(pf);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 8), 0);
	soft_expect_vfs(pf, 8);
	soft_disable(pf);
	soft_expect_off(pf);
}

static u16 reset_writes;

static void reset_route(u16 num_vfs, u16 *offset, u16 *stride)
{
	reset_writes++;
	*offset = num_vfs == 5 ? 0x100 : 1;
}

/* Nothing is lost, nothing is written: that would be forbidden. */
static void reset_test_restore_without_loss(struct kunit *test)
{
	struct soft_fn *pf = reset_pf(test);
	u32 before[SOFT_CONFIG / 4];

	pf->route = reset_route;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 5), 0);
	memcpy(before, pf->now, sizeof(before));
	reset_writes = 0;
	KUNIT_EXPECT_EQ(test, pci_save_state(pf->dev), 0);
	pci_restore_state(pf->dev);
	KUNIT_EXPECT_EQ(test, reset_writes, 0);
	reset_expect_same(pf, before);
	soft_expect_vfs(pf, 5);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* VFs are where they were, which takes NumVFs to be written again. */
static void reset_test_route(struct kunit *test)
{
	struct soft_fn *pf = reset_pf(test);

	pf->route = reset_route;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 5), 0);
	KUNIT_EXPECT_NOT_NULL(test, pci_find_bus(pf->host->sysdata.domain, 1));
	KUNIT_EXPECT_EQ(test, pci_reset_function(pf->dev), 0);
	soft_expect_vfs(pf, 5);
	soft_disable(pf);
	soft_expect_off(pf);
}

static u16 reset_offset;

static void reset_moves(u16 num_vfs, u16 *offset, u16 *stride)
{
	*offset = reset_offset;
}

/* VFs at other Routing IDs after a reset are not the same VFs. */
static void reset_test_moved(struct kunit *test)
{
	struct soft_fn *pf = reset_pf(test);

	reset_offset = 1;
	pf->route = reset_moves;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 5), 0);
	reset_offset = 2;
	pci_reset_function(pf->dev);
	soft_expect_said(pf->host,
			 "First VF Offset and VF Stride are 2 and 1 after a reset, were 1 and 1");
	KUNIT_EXPECT_FALSE(test, pf->vfe);
	KUNIT_EXPECT_TRUE(test, pci_sriov_vfs_lost(pf->dev));
	soft_disable(pf);
	soft_expect_off(pf);
	KUNIT_EXPECT_FALSE(test, pci_sriov_vfs_lost(pf->dev));
}

/* A PF that lost its VFs for good is logged. */
static void reset_test_does_not_enable(struct kunit *test)
{
	struct soft_fn *pf = reset_pf(test);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 5), 0);
	soft_init_rw(pf, SOFT_SRIOV + PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_MSE);
	pci_reset_function(pf->dev);
	soft_expect_said(pf->host, "VF Enable does not stick");
	KUNIT_EXPECT_FALSE(test, pf->vfe);
	KUNIT_EXPECT_TRUE(test, pci_sriov_vfs_lost(pf->dev));

	/* the next reset is more successful */
	soft_init_rw(pf, SOFT_SRIOV + PCI_SRIOV_CTRL,
		     PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE);
	KUNIT_EXPECT_EQ(test, pci_reset_function(pf->dev), 0);
	KUNIT_EXPECT_TRUE(test, pf->vfe);
	KUNIT_EXPECT_FALSE(test, pci_sriov_vfs_lost(pf->dev));
	soft_disable(pf);
	soft_expect_off(pf);
}

/*
 * The PFs of a device are reset together and restored in any order; where VFs are
 * depends on a bit in the lowest PF.
 */
static u16 reset_ari_ctrl(struct soft_fn *pf)
{
	return soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_CTRL) & PCI_SRIOV_CTRL_ARI;
}

static struct soft_fn *reset_ari_low;

static void reset_ari_route(u16 num_vfs, u16 *offset, u16 *stride)
{
	*offset = reset_ari_ctrl(reset_ari_low) ? 16 : 4;
}

static void reset_test_ari_of_lowest(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *port = soft_port_create(host, PCI_DEVFN(1, 0));
	struct soft_fn *low = soft_pf_create(host, port, 0, 4);
	struct soft_fn *high = soft_pf_create(host, port, 1, 4);

	reset_ari_low = low;
	soft_init16(low, SOFT_ARI + PCI_ARI_CAP, 1 << 8);
	soft_init16(low, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET, 8);
	high->route = reset_ari_route;
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(low));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(high));
	KUNIT_EXPECT_PTR_EQ(test, pci_iov_resumes_after(high->dev), low->dev);
	KUNIT_EXPECT_NULL(test, pci_iov_resumes_after(low->dev));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(high->dev, 2), 0);
	KUNIT_EXPECT_EQ(test, high->dev->sriov->offset, 16);

	soft_fn_reset(low);
	soft_fn_reset(high);
	pci_restore_iov_state(high->dev);
	KUNIT_EXPECT_TRUE(test, reset_ari_ctrl(low));
	KUNIT_EXPECT_TRUE(test, high->vfe);
	KUNIT_EXPECT_FALSE(test, soft_said(host, "after a reset"));
	pci_restore_iov_state(low->dev);

	/* with its own VFs enabled it has not been reset, and is left alone */
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(low->dev, 2), 0);
	soft_fn_reset(high);
	pci_restore_iov_state(high->dev);
	KUNIT_EXPECT_TRUE(test, high->vfe);
	soft_disable(low);

	/* nor is it read in the second after they were disabled */
	soft_fn_reset(high);
	pci_restore_iov_state(high->dev);
	KUNIT_EXPECT_TRUE(test, high->vfe);
	KUNIT_EXPECT_NULL(test, host->broken_rule);
	soft_disable(high);
}

static const u16 reset_exp[] = {
	PCI_EXP_DEVCTL, PCI_EXP_LNKCTL, PCI_EXP_DEVCTL2, PCI_EXP_LNKCTL2,
	PCI_EXP_SLTCTL, PCI_EXP_RTCTL,
};

/* Which of these a function has (sec 7.5.3), a bit for each */
#define RESET_PORT	(BIT(ARRAY_SIZE(reset_exp)) - 1)
#define RESET_ENDPOINT	GENMASK(3, 0)
#define RESET_RC_EC	(BIT(0) | BIT(2) | BIT(5))

/* Another value in each of these registers */
static u16 reset_exp_value(int i)
{
	return PCI_EXP_DEVCTL_CERE << i % 3 | i << 4;
}

static void reset_exp_create(struct soft_fn *fn, u16 flags, unsigned long has)
{
	unsigned int i;

	soft_init16(fn, SOFT_EXP + PCI_EXP_FLAGS, 2 | flags);
	for_each_set_bit(i, &has, ARRAY_SIZE(reset_exp))
		soft_init_rw(fn, SOFT_EXP + reset_exp[i], 0x7f);
}

static void reset_exp_write(struct pci_dev *dev, bool values)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(reset_exp); i++)
		pci_write_config_word(dev, SOFT_EXP + reset_exp[i],
				      values ? reset_exp_value(i) : 0);
}

static void reset_exp_expect_restored(struct soft_fn *fn, unsigned long has)
{
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(fn->host->test, soft_dev(fn));
	reset_exp_write(fn->dev, true);
	KUNIT_EXPECT_EQ(fn->host->test, pci_save_state(fn->dev), 0);
	reset_exp_write(fn->dev, false);
	pci_restore_state(fn->dev);

	for_each_set_bit(i, &has, ARRAY_SIZE(reset_exp))
		KUNIT_EXPECT_EQ_MSG(fn->host->test,
				    soft_get16(fn, SOFT_EXP + reset_exp[i]),
				    reset_exp_value(i),
				    "the register at %#x of %s", reset_exp[i],
				    pci_name(fn->dev));
}

/* The PCI Express registers are what they were, as many as there are. */
static void reset_test_pci_express(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *port = soft_port_create(host, 0);
	struct soft_fn *pf = soft_pf_create(host, port, 0, 8);
	struct soft_fn *collector = soft_pf_create(host, NULL, PCI_DEVFN(1, 0), 1);

	reset_exp_create(port, PCI_EXP_TYPE_ROOT_PORT << 4 | PCI_EXP_FLAGS_SLOT,
			 RESET_PORT);
	reset_exp_create(pf, PCI_EXP_TYPE_ENDPOINT << 4, RESET_ENDPOINT);
	reset_exp_create(collector, PCI_EXP_TYPE_RC_EC << 4, RESET_RC_EC);
	soft_host_scan(host);

	reset_exp_expect_restored(port, RESET_PORT);
	reset_exp_expect_restored(pf, RESET_ENDPOINT);
	reset_exp_expect_restored(collector, RESET_RC_EC);
}

static struct kunit_case reset_tests[] = {
	KUNIT_CASE(reset_test_vfs_on),
	KUNIT_CASE(reset_test_vfs_off),
	KUNIT_CASE_SLOW(reset_test_after_disable),
	KUNIT_CASE(reset_test_restore_without_loss),
	KUNIT_CASE(reset_test_route),
	KUNIT_CASE(reset_test_moved),
	KUNIT_CASE(reset_test_does_not_enable),
	KUNIT_CASE(reset_test_ari_of_lowest),
	KUNIT_CASE(reset_test_pci_express),
	{}
};

static struct kunit_suite reset_suite = {
	.name = "pci_sriov_reset",
	.test_cases = reset_tests,
};

kunit_test_suite(reset_suite);
