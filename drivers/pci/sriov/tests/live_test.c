// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: callbacks for live migration, as long as they may be called
 */
#include <linux/completion.h>
#include <linux/pci-sriov-live.h>
#include <linux/workqueue.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

static int live_set_level(struct pci_dev *pf, unsigned int vf_id,
			  enum pci_sriov_live_level level)
{
	return 0;
}

static ssize_t live_size(struct pci_dev *pf, unsigned int vf_id)
{
	return 1;
}

static ssize_t live_save(struct pci_dev *pf, unsigned int vf_id, u64 pos,
			 void *buf, size_t size)
{
	return 0;
}

static int live_load(struct pci_dev *pf, unsigned int vf_id, u64 pos,
		     const void *buf, size_t size)
{
	return 0;
}

static int live_loaded(struct pci_dev *pf, unsigned int vf_id, u64 size)
{
	return 0;
}

static int live_log_read(struct pci_dev *pf, unsigned int vf_id, u64 iova,
			 unsigned int pages, unsigned long *dirty)
{
	return 0;
}

static const struct pci_sriov_live_ops live_ops = {
	.format		= 2,
	.oldest_format	= 1,
	.set_level	= live_set_level,
	.state_size	= live_size,
	.save		= live_save,
	.load		= live_load,
	.loaded		= live_loaded,
};

static int live_probe_pf(struct pci_dev *pf, const struct pci_device_id *id)
{
	return pci_sriov_set_live_ops(pf, &live_ops);
}

static struct pci_driver live_pf_driver = {
	.name = "sriov_kunit_live_pf",
	.id_table = soft_pf_ids,
	.probe = live_probe_pf,
};

static void live_unregister(void *driver)
{
	pci_unregister_driver(driver);
}

static struct soft_fn *live_pf(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 1);

	KUNIT_ASSERT_EQ(test, pci_register_driver(&live_pf_driver), 0);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, live_unregister,
						  &live_pf_driver));
	KUNIT_ASSERT_PTR_EQ(test, pf->dev->driver, &live_pf_driver);
	return pf;
}

static struct pci_dev *live_vf(struct soft_fn *pf)
{
	return pf->dev->sriov->slots[0].vf;
}

/* Are the callbacks those of @expected, or is it an errno? */
static void live_expect(struct kunit *test, struct pci_dev *vf,
			const void *expected)
{
	const struct pci_sriov_live_ops *ops = pci_sriov_live_begin(vf);

	KUNIT_EXPECT_PTR_EQ(test, ops, expected);
	if (!IS_ERR(ops))
		pci_sriov_live_end(vf);
}

static void live_test_register(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 1);
	struct pci_sriov_live_ops ops = live_ops;
	struct pci_dev *vf;

	KUNIT_ASSERT_EQ(test, pci_enable_sriov(pf->dev, 1), 0);
	vf = live_vf(pf);
	live_expect(test, vf, ERR_PTR(-ENODEV));
	live_expect(test, pf->dev, ERR_PTR(-ENODEV));
	KUNIT_EXPECT_EQ(test, pci_sriov_set_live_ops(vf, &live_ops), -ENODEV);
	KUNIT_EXPECT_EQ(test, pci_sriov_set_live_ops(pf->dev, &live_ops),
			-EBUSY);
	soft_disable(pf);

	ops.loaded = NULL;
	KUNIT_EXPECT_EQ(test, pci_sriov_set_live_ops(pf->dev, &ops), -EINVAL);
	ops = live_ops;
	ops.oldest_format = 3;
	KUNIT_EXPECT_EQ(test, pci_sriov_set_live_ops(pf->dev, &ops), -EINVAL);
	ops = live_ops;
	ops.log_read = live_log_read;
	KUNIT_EXPECT_EQ(test, pci_sriov_set_live_ops(pf->dev, &ops), -EINVAL);

	KUNIT_EXPECT_EQ(test, pci_sriov_set_live_ops(pf->dev, &live_ops), 0);
	KUNIT_ASSERT_EQ(test, pci_enable_sriov(pf->dev, 1), 0);
	live_expect(test, live_vf(pf), &live_ops);
	KUNIT_EXPECT_EQ(test, pci_sriov_set_live_ops(pf->dev, NULL), -EBUSY);
	soft_disable(pf);
	KUNIT_EXPECT_EQ(test, pci_sriov_set_live_ops(pf->dev, NULL), 0);
	soft_expect_off(pf);
}

/* A PF driver that leaves VFs takes the callbacks along. */
static void live_test_unbind(struct kunit *test)
{
	struct soft_fn *pf = live_pf(test);
	unsigned int lost;

	KUNIT_ASSERT_EQ(test, pci_enable_sriov(pf->dev, 1), 0);
	live_expect(test, live_vf(pf), &live_ops);
	lost = pci_sriov_live_lost(live_vf(pf));
	device_release_driver(&pf->dev->dev);
	live_expect(test, live_vf(pf), ERR_PTR(-ENODEV));
	KUNIT_EXPECT_NE(test, pci_sriov_live_lost(live_vf(pf)), lost);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void live_test_reset(struct kunit *test)
{
	struct soft_fn *pf = live_pf(test);
	unsigned int lost;

	KUNIT_ASSERT_EQ(test, pci_enable_sriov(pf->dev, 1), 0);
	lost = pci_sriov_live_lost(live_vf(pf));
	device_lock(&pf->dev->dev);
	pci_iov_outage_begin(pf->dev);
	live_expect(test, live_vf(pf), ERR_PTR(-EBUSY));
	KUNIT_EXPECT_NE(test, pci_sriov_live_lost(live_vf(pf)), lost);
	pci_iov_outage_end(pf->dev);
	device_unlock(&pf->dev->dev);
	live_expect(test, live_vf(pf), &live_ops);
	soft_disable(pf);
	soft_expect_off(pf);
}

/**
 * struct live_waiter - a task that resets the PF, or unbinds its driver
 * @work: of the task
 * @pf: the PF
 * @unbinds: which of the two
 * @done: it has done so
 */
struct live_waiter {
	struct work_struct work;
	struct pci_dev *pf;
	bool unbinds;
	struct completion done;
};

static void live_waiter_work(struct work_struct *work)
{
	struct live_waiter *waiter =
		container_of(work, struct live_waiter, work);

	if (waiter->unbinds) {
		device_release_driver(&waiter->pf->dev);
	} else {
		device_lock(&waiter->pf->dev);
		pci_iov_outage_begin(waiter->pf);
		pci_iov_outage_end(waiter->pf);
		device_unlock(&waiter->pf->dev);
	}
	complete(&waiter->done);
}

/* A reset of the PF and the unbinding of its driver wait for a callback. */
static void live_test_callback(struct kunit *test)
{
	struct soft_fn *pf = live_pf(test);
	struct live_waiter waiter = { .pf = pf->dev };
	int i;

	INIT_WORK_ONSTACK(&waiter.work, live_waiter_work);
	KUNIT_ASSERT_EQ(test, pci_enable_sriov(pf->dev, 1), 0);
	for (i = 0; i < 2; i++) {
		waiter.unbinds = i;
		init_completion(&waiter.done);
		KUNIT_ASSERT_PTR_EQ(test, pci_sriov_live_begin(live_vf(pf)),
				    &live_ops);
		queue_work(system_unbound_wq, &waiter.work);
		KUNIT_EXPECT_EQ(test, 0,
				wait_for_completion_timeout(&waiter.done,
							    HZ / 10));
		pci_sriov_live_end(live_vf(pf));
		wait_for_completion(&waiter.done);
		flush_work(&waiter.work);
	}
	destroy_work_on_stack(&waiter.work);
	live_expect(test, live_vf(pf), ERR_PTR(-ENODEV));
	soft_disable(pf);
	soft_expect_off(pf);
}

static struct kunit_case live_cases[] = {
	KUNIT_CASE(live_test_register),
	KUNIT_CASE(live_test_unbind),
	KUNIT_CASE(live_test_reset),
	KUNIT_CASE(live_test_callback),
	{}
};

static struct kunit_suite live_suite = {
	.name = "pci_sriov_live",
	.test_cases = live_cases,
};

kunit_test_suite(live_suite);
