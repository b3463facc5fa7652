// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: VFs that the platform adds and removes
 */
#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

#define NUM_VFS		4

/* As EEH on powerpc, for a VF that does not survive a reset */
static void platform_test_again(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, NUM_VFS);
	struct pci_dev *vf;

	KUNIT_ASSERT_EQ(test, pci_enable_sriov(pf->dev, NUM_VFS), 0);
	pci_lock_rescan_remove();
	pci_iov_remove_virtfn(pf->dev, 2);
	vf = soft_find(pf->host, soft_rid(pf) + 3);
	KUNIT_EXPECT_NULL(test, vf);
	pci_dev_put(vf);
	/* there is nothing to remove now */
	pci_iov_remove_virtfn(pf->dev, 2);

	KUNIT_EXPECT_EQ(test, pci_iov_add_virtfn(pf->dev, 2), 0);
	KUNIT_EXPECT_EQ(test, pci_iov_add_virtfn(pf->dev, 2), -EEXIST);
	KUNIT_EXPECT_EQ(test, pci_iov_add_virtfn(pf->dev, NUM_VFS), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_iov_add_virtfn(pf->dev, -1), -EINVAL);
	pci_unlock_rescan_remove();
	soft_expect_vfs(pf, NUM_VFS);

	soft_disable(pf);
	soft_expect_off(pf);
	pci_lock_rescan_remove();
	KUNIT_EXPECT_EQ(test, pci_iov_add_virtfn(pf->dev, 2), -EINVAL);
	pci_unlock_rescan_remove();
}

/* Each VF is found as any function is, and then joined with its PF, as on s390. */
static struct pci_dev *platform_announce(struct soft_fn *pf, int vf_id)
{
	struct pci_dev *vf;

	vf = pci_scan_single_device(pf->dev->bus, soft_rid(pf) + 1 + vf_id);
	KUNIT_ASSERT_NOT_NULL(pf->host->test, vf);
	vf->physfn = pci_dev_get(pf->dev);
	vf->is_virtfn = 1;
	vf->no_command_memory = 1;
	KUNIT_EXPECT_EQ(pf->host->test, pci_iov_sysfs_link(pf->dev, vf, vf_id), 0);
	pci_bus_add_device(vf);
	return vf;
}

static struct soft_reg platform_vf_regs[SOFT_CONFIG / 4];

static void platform_test_announced(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, NUM_VFS);
	struct pci_dev *vf;

	memcpy(platform_vf_regs, soft_vf_regs, sizeof(platform_vf_regs));
	platform_vf_regs[0].reset = SOFT_VF_DEVICE << 16 | SOFT_VENDOR;
	pf->vf_reg = platform_vf_regs;
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	pf->dev->no_vf_scan = 1;

	KUNIT_ASSERT_EQ(test, pci_enable_sriov(pf->dev, NUM_VFS), 0);
	KUNIT_EXPECT_EQ(test, pci_num_vf(pf->dev), NUM_VFS);
	vf = soft_find(host, soft_rid(pf) + 1);
	KUNIT_EXPECT_NULL(test, vf);
	pci_dev_put(vf);

	pci_lock_rescan_remove();
	vf = platform_announce(pf, 1);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_id(vf), 1);
	KUNIT_EXPECT_EQ(test, pci_iov_sysfs_link(vf, vf, 1), -ENODEV);
	pci_iov_remove_virtfn(pf->dev, 1);
	vf = soft_find(host, soft_rid(pf) + 2);
	KUNIT_EXPECT_NULL(test, vf);
	pci_dev_put(vf);

	/* this one goes when VFs are disabled */
	platform_announce(pf, 2);
	pci_unlock_rescan_remove();
	soft_disable(pf);
	soft_expect_off(pf);
}

static struct kunit_case platform_tests[] = {
	KUNIT_CASE_SLOW(platform_test_again),
	KUNIT_CASE_SLOW(platform_test_announced),
	{}
};

static struct kunit_suite platform_suite = {
	.name = "pci_sriov_platform",
	.test_cases = platform_tests,
};

kunit_test_suite(platform_suite);
