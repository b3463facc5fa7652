// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: a PF driver that walks its VFs
 *
 * Drivers in the tree take it that pci_enable_sriov() leaves a pci_dev for each
 * VF, and that the n-th one that pci_get_device() finds is VF n.  This one does
 * the same, and copes with absent VFs only if it declares that.
 */
#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

#define HW	8

static int walk_vfs;
static unsigned int walk_wrong;

/* As ice, ixgbe, octep_vdpa and others do */
static void walk(struct pci_dev *pf)
{
	struct pci_dev *vf = NULL;

	walk_vfs = 0;
	walk_wrong = 0;
	while ((vf = pci_get_device(SOFT_VENDOR, SOFT_VF_DEVICE, vf))) {
		if (vf->physfn != pf)
			continue;
		walk_wrong += pci_iov_vf_id(vf) != walk_vfs;
		walk_vfs++;
	}
}

static int walk_configure(struct pci_dev *pf, int num_vfs)
{
	int rc;

	if (!num_vfs) {
		pci_disable_sriov(pf);
		return 0;
	}

	rc = pci_enable_sriov(pf, num_vfs);
	if (rc)
		return rc;

	walk(pf);
	return num_vfs;
}

static int walk_probe(struct pci_dev *pf, const struct pci_device_id *id)
{
	return 0;
}

static struct pci_driver walk_driver = {
	.name = "sriov_kunit_walk",
	.id_table = soft_pf_ids,
	.probe = walk_probe,
	.sriov_configure = walk_configure,
};

static void walk_unregister(void *data)
{
	pci_unregister_driver(&walk_driver);
}

static struct soft_fn *walk_pf(struct kunit *test, bool sparse)
{
	struct soft_fn *pf = soft_pf_only(test, HW);

	walk_driver.sriov_sparse_vfs = sparse;
	KUNIT_ASSERT_EQ(test, pci_register_driver(&walk_driver), 0);
	KUNIT_ASSERT_EQ(test,
			kunit_add_action_or_reset(test, walk_unregister, NULL),
			0);
	KUNIT_ASSERT_PTR_EQ(test, pf->dev->driver, &walk_driver);
	return pf;
}

static int set_hw_numvfs(struct soft_fn *pf, u16 num_vfs)
{
	int rc;

	device_lock(&pf->dev->dev);
	rc = sriov_hw_numvfs_set(pf->dev->sriov, num_vfs);
	device_unlock(&pf->dev->dev);
	return rc;
}

/* Also one that does not answer is where the driver looks for it. */
static void sparse_test_silent(struct kunit *test)
{
	struct soft_fn *pf = walk_pf(test, false);

	pf->vf[1].deaf = SOFT_NEVER;
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 4), 4);
	KUNIT_EXPECT_EQ(test, walk_vfs, 4);
	KUNIT_EXPECT_EQ(test, walk_wrong, 0);
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 0), 0);
	soft_expect_off(pf);
}

static void sparse_test_refused(struct kunit *test)
{
	static const char why[] = "driver sriov_kunit_walk does not support absent VFs";
	struct soft_fn *pf = walk_pf(test, false);

	KUNIT_EXPECT_EQ(test, set_hw_numvfs(pf, HW), -EOPNOTSUPP);
	soft_expect_said(pf->host, why);
	KUNIT_EXPECT_EQ(test, pf->dev->sriov->policy.hw_numvfs, 0);
	KUNIT_EXPECT_EQ(test, set_hw_numvfs(pf, 0), 0);

	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 4), 4);
	soft_log_clear(pf->host);
	KUNIT_EXPECT_EQ(test, soft_set_online(pf, 2, false), -EOPNOTSUPP);
	soft_expect_said(pf->host, why);
	soft_expect_vfs(pf, 4);
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 3), -EBUSY);
	soft_expect_vfs(pf, 4);
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 0), 0);

	/* chosen for another driver */
	pf->dev->sriov->policy.hw_numvfs = HW;
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 4), -EOPNOTSUPP);
	soft_expect_off(pf);
}

static void sparse_test_declared(struct kunit *test)
{
	struct soft_fn *pf = walk_pf(test, true);

	KUNIT_EXPECT_EQ(test, set_hw_numvfs(pf, HW), 0);
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 4), HW);
	KUNIT_EXPECT_EQ(test, walk_vfs, 4);
	KUNIT_EXPECT_EQ(test, soft_set_online(pf, 2, false), 0);
	walk(pf->dev);
	KUNIT_EXPECT_EQ(test, walk_vfs, 3);
	KUNIT_EXPECT_EQ(test, walk_wrong, 1);
	KUNIT_EXPECT_EQ(test, soft_set_online(pf, 2, true), 0);
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 2), 0);
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 0), 0);
	soft_expect_off(pf);
}

/* s390: the platform decides which VFs there are. */
static void sparse_test_platform(struct kunit *test)
{
	struct soft_fn *pf = walk_pf(test, true);

	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 4), 4);
	pf->dev->no_vf_scan = 1;
	KUNIT_EXPECT_EQ(test, soft_set_online(pf, 2, false), -EOPNOTSUPP);
	soft_expect_said(pf->host, "the platform decides which VFs there are");
	pf->dev->no_vf_scan = 0;
	soft_expect_vfs(pf, 4);
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 0), 0);
}

/* A driver's answer is compared with what it did. */
static int odd_answer;
static bool odd_enables;

static int odd_configure(struct pci_dev *pf, int num_vfs)
{
	if (odd_enables)
		pci_sriov_configure_simple(pf, num_vfs);
	return odd_answer;
}

static const struct odd_case {
	int num_vfs;
	int answer;
	bool enables;
	const char *said;
} odd_cases[] = {
	{ 4, 4, false, "sriov_configure(4) returned 4; 0 VFs are enabled" },
	{ 4, 7, true, "sriov_configure(4) returned 7; 4 VFs are enabled" },
	{ 4, 0, true, "sriov_configure(4) returned 0; 4 VFs are enabled" },
	{ 4, -EIO, true, "sriov_configure(4) returned -5; 4 VFs are enabled" },
	{ 4, 0, false, "4 VFs requested; only 0 enabled" },
};

static void sparse_test_answers(struct kunit *test)
{
	struct soft_fn *pf = walk_pf(test, false);
	int i;

	walk_driver.sriov_configure = odd_configure;
	for (i = 0; i < ARRAY_SIZE(odd_cases); i++) {
		const struct odd_case *c = &odd_cases[i];

		soft_log_clear(pf->host);
		odd_answer = c->answer;
		odd_enables = c->enables;
		KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, c->num_vfs), c->answer);
		soft_expect_said(pf->host, c->said);
		KUNIT_EXPECT_EQ(test, pci_num_vf(pf->dev), c->enables ? 4 : 0);

		odd_answer = 0;
		odd_enables = true;
		KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 0), 0);
	}
	walk_driver.sriov_configure = walk_configure;
	soft_expect_off(pf);
}

static struct kunit_case sparse_tests[] = {
	KUNIT_CASE_SLOW(sparse_test_silent),
	KUNIT_CASE_SLOW(sparse_test_refused),
	KUNIT_CASE_SLOW(sparse_test_declared),
	KUNIT_CASE_SLOW(sparse_test_platform),
	KUNIT_CASE_SLOW(sparse_test_answers),
	{}
};

static struct kunit_suite sparse_suite = {
	.name = "pci_sriov_sparse",
	.test_cases = sparse_tests,
};

kunit_test_suite(sparse_suite);
