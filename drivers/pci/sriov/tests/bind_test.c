// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: VFs find their drivers in order, or at once
 */
#include <linux/completion.h>

#include "../sriov.h"
#include "soft.h"

#define BIND_VFS	4
/* Long enough for others to come, if they do */
#define BIND_WAIT	(2 * HZ)

/* What the probes of a test have seen */
static atomic_t bind_begun;
static int bind_order[BIND_VFS];
static struct completion bind_all_there;
static bool bind_met[BIND_VFS];

static int bind_probe_in_order(struct pci_dev *vf,
			       const struct pci_device_id *id)
{
	bind_order[atomic_inc_return(&bind_begun) - 1] = pci_iov_vf_id(vf);
	return 0;
}

/* Waits until all VFs are in their probe. */
static int bind_probe_at_once(struct pci_dev *vf,
			      const struct pci_device_id *id)
{
	if (atomic_inc_return(&bind_begun) == BIND_VFS)
		complete_all(&bind_all_there);
	bind_met[pci_iov_vf_id(vf)] =
		wait_for_completion_timeout(&bind_all_there, BIND_WAIT);
	return 0;
}

static const struct pci_device_id bind_ids[] = {
	{ PCI_DEVICE(SOFT_VENDOR, SOFT_VF_DEVICE) },
	{}
};

static struct pci_driver bind_in_order = {
	.name = "sriov_kunit_in_order",
	.id_table = bind_ids,
	.probe = bind_probe_in_order,
};

static struct pci_driver bind_at_once = {
	.name = "sriov_kunit_at_once",
	.id_table = bind_ids,
	.probe = bind_probe_at_once,
	.driver.probe_type = PROBE_PREFER_ASYNCHRONOUS,
};

static struct pci_driver bind_when_asked = {
	.name = "sriov_kunit_when_asked",
	.id_table = bind_ids,
	.probe = bind_probe_at_once,
};

static void bind_unregister(void *driver)
{
	pci_unregister_driver(driver);
}

static void bind_register(struct kunit *test, struct pci_driver *driver)
{
	atomic_set(&bind_begun, 0);
	memset(bind_met, 0, sizeof(bind_met));
	init_completion(&bind_all_there);
	KUNIT_ASSERT_EQ(test, pci_register_driver(driver), 0);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, bind_unregister,
						  driver));
}

static void bind_enable(struct soft_fn *pf)
{
	struct kunit *test = pf->host->test;

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, BIND_VFS), 0);
	/* the write returns only when all are done */
	KUNIT_EXPECT_EQ(test, atomic_read(&bind_begun), BIND_VFS);
	soft_expect_vfs(pf, BIND_VFS);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void bind_test_in_order(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, BIND_VFS);
	int vf_id;

	bind_register(test, &bind_in_order);
	bind_enable(pf);
	for (vf_id = 0; vf_id < BIND_VFS; vf_id++)
		KUNIT_EXPECT_EQ(test, bind_order[vf_id], vf_id);
}

static void bind_test_at_once(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, BIND_VFS);
	int vf_id;

	bind_register(test, &bind_at_once);
	bind_enable(pf);
	for (vf_id = 0; vf_id < BIND_VFS; vf_id++)
		KUNIT_EXPECT_TRUE(test, bind_met[vf_id]);
}

/* Set by the administrator, not by the driver. */
static void bind_test_policy(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, BIND_VFS);
	int vf_id;

	bind_register(test, &bind_when_asked);
	pf->dev->sriov->policy.parallel_probe = true;
	bind_enable(pf);
	for (vf_id = 0; vf_id < BIND_VFS; vf_id++)
		KUNIT_EXPECT_TRUE(test, bind_met[vf_id]);
}

/* Neither prefers it: the first waits in vain. */
static void bind_test_not_unasked(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, BIND_VFS);

	bind_register(test, &bind_when_asked);
	bind_enable(pf);
	KUNIT_EXPECT_FALSE(test, bind_met[0]);
	KUNIT_EXPECT_TRUE(test, bind_met[BIND_VFS - 1]);
}

/* Under the rescan lock, by the task that holds it */
static void bind_test_under_rescan_lock(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, BIND_VFS);

	bind_register(test, &bind_at_once);
	pci_lock_rescan_remove();
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, BIND_VFS), 0);
	pci_unlock_rescan_remove();
	KUNIT_EXPECT_FALSE(test, bind_met[0]);
	soft_expect_vfs(pf, BIND_VFS);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* A VF driver that uses the PF as if no operation waited for it */
static int bind_recursive_rc[BIND_VFS];

static int bind_probe_recursive(struct pci_dev *vf,
				const struct pci_device_id *id)
{
	atomic_inc(&bind_begun);
	pci_disable_sriov(vf->physfn);
	bind_recursive_rc[pci_iov_vf_id(vf)] =
		pci_enable_sriov(vf->physfn, BIND_VFS);
	return 0;
}

static void bind_remove_recursive(struct pci_dev *vf)
{
	pci_disable_sriov(vf->physfn);
}

static struct pci_driver bind_recursive[] = {
	{
		.name = "sriov_kunit_recursive",
		.id_table = bind_ids,
		.probe = bind_probe_recursive,
		.remove = bind_remove_recursive,
	},
	{
		.name = "sriov_kunit_recursive_at_once",
		.id_table = bind_ids,
		.probe = bind_probe_recursive,
		.remove = bind_remove_recursive,
		.driver.probe_type = PROBE_PREFER_ASYNCHRONOUS,
	},
};

static const int bind_which[] = { 0, 1 };
KUNIT_ARRAY_PARAM(bind_which, bind_which, NULL);

static void bind_test_recursive(struct kunit *test)
{
	const int *which = test->param_value;
	struct soft_fn *pf = soft_pf_only(test, BIND_VFS);
	int vf_id;

	memset(bind_recursive_rc, 0, sizeof(bind_recursive_rc));
	bind_register(test, &bind_recursive[*which]);
	bind_enable(pf);
	for (vf_id = 0; vf_id < BIND_VFS; vf_id++)
		KUNIT_EXPECT_EQ(test, bind_recursive_rc[vf_id], -EDEADLK);
	soft_expect_said(pf->host, "pci_enable_sriov() called by a VF driver");
	soft_expect_said(pf->host, "pci_disable_sriov() called by a VF driver");
}

static struct kunit_case bind_cases[] = {
	KUNIT_CASE_SLOW(bind_test_in_order),
	KUNIT_CASE_SLOW(bind_test_at_once),
	KUNIT_CASE_SLOW(bind_test_policy),
	KUNIT_CASE_SLOW(bind_test_not_unasked),
	KUNIT_CASE_SLOW(bind_test_under_rescan_lock),
	KUNIT_CASE_PARAM(bind_test_recursive, bind_which_gen_params),
	{}
};

static struct kunit_suite bind_suite = {
	.name = "pci_sriov_bind",
	.test_cases = bind_cases,
};

kunit_test_suite(bind_suite);
