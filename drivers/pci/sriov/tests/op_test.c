// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: operations that have to give up, and what finishes them
 */
#include <linux/pci-sriov.h>
#include <linux/workqueue.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

/* A task of its own, which does not hold the rescan lock */
struct op_task {
	struct work_struct work;
	struct soft_fn *pf;
	int (*fn)(struct soft_fn *pf);
	int rc;
};

static void op_task_work(struct work_struct *work)
{
	struct op_task *task = container_of(work, struct op_task, work);

	task->rc = task->fn(task->pf);
}

static void op_task_begin(struct op_task *task, struct soft_fn *pf,
			  int (*fn)(struct soft_fn *pf))
{
	task->pf = pf;
	task->fn = fn;
	INIT_WORK_ONSTACK(&task->work, op_task_work);
	schedule_work(&task->work);
}

static int op_task_end(struct op_task *task)
{
	flush_work(&task->work);
	destroy_work_on_stack(&task->work);
	return task->rc;
}

static int op_enable(struct soft_fn *pf)
{
	return pci_enable_sriov(pf->dev, 4);
}

static int op_disable(struct soft_fn *pf)
{
	soft_disable(pf);
	return 0;
}

/* The first decision of an operation stands until it ends. */
static void op_test_decides_once(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct pci_sriov *sriov = pf->dev->sriov;

	sriov_op_begin(sriov);
	KUNIT_EXPECT_EQ(test, sriov_preempted(sriov), 0);
	sriov_preempt_begin(sriov);
	KUNIT_EXPECT_EQ(test, sriov_rescan_enter(sriov), -EBUSY);
	KUNIT_EXPECT_TRUE(test, sriov_preempt_end(sriov));
	KUNIT_EXPECT_EQ(test, sriov_preempted(sriov), -EBUSY);
	KUNIT_EXPECT_EQ(test, sriov_rescan_enter(sriov), -EBUSY);
	KUNIT_EXPECT_EQ(test, sriov_wait_until(sriov, ktime_add_ms(ktime_get(), 1)),
			-EBUSY);
	sriov_op_end(sriov);

	sriov_op_begin(sriov);
	KUNIT_EXPECT_EQ(test, sriov_preempted(sriov), 0);
	KUNIT_EXPECT_EQ(test, sriov_rescan_enter(sriov), 0);
	sriov_rescan_exit(sriov);
	sriov_preempt_begin(sriov);
	KUNIT_EXPECT_FALSE(test, sriov_preempt_end(sriov));
	sriov_op_end(sriov);
}

/* Some callers of pci_bus_add_device() do not hold the lock: nothing waits. */
static void op_test_wait_without_lock(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);

	pci_iov_wait_begin(pf->dev);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	pci_iov_wait_end(pf->dev);
	soft_expect_vfs(pf, 4);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void op_test_wait_cuts_enable(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct op_task task;

	pci_lock_rescan_remove();
	pci_iov_wait_begin(pf->dev);
	op_task_begin(&task, pf, op_enable);
	KUNIT_EXPECT_EQ(test, op_task_end(&task), -EBUSY);
	pci_iov_wait_end(pf->dev);
	pci_unlock_rescan_remove();
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, pf->dev->sriov->phase, SRIOV_OFF);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_expect_vfs(pf, 4);
	soft_disable(pf);
}

/* VFs are without drivers, and there still, when a disable gives up. */
static void op_cut_disable(struct soft_fn *pf)
{
	struct kunit *test = pf->host->test;
	struct op_task task;

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	pci_lock_rescan_remove();
	pci_iov_wait_begin(pf->dev);
	op_task_begin(&task, pf, op_disable);
	op_task_end(&task);
	KUNIT_EXPECT_EQ(test, pf->dev->sriov->phase, SRIOV_DISABLING);
	KUNIT_EXPECT_EQ(test, pci_num_vf(pf->dev), 0);
	KUNIT_EXPECT_TRUE(test, pf->vfe);
}

static void op_test_wait_finishes_disable(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);

	op_cut_disable(pf);
	pci_iov_wait_end(pf->dev);
	pci_unlock_rescan_remove();
	KUNIT_EXPECT_EQ(test, pf->dev->sriov->phase, SRIOV_OFF);
	soft_expect_off(pf);
}

/* EEH must not remove VFs in the middle of a report. */
static void op_test_wait_over(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);

	op_cut_disable(pf);
	pci_iov_wait_over(pf->dev);
	KUNIT_EXPECT_EQ(test, pf->dev->sriov->phase, SRIOV_DISABLING);
	KUNIT_EXPECT_TRUE(test, pf->vfe);
	pci_unlock_rescan_remove();
	flush_work(&pf->dev->sriov->finish);
	KUNIT_EXPECT_EQ(test, pf->dev->sriov->phase, SRIOV_OFF);
	soft_expect_off(pf);
}

/* An enable that does not hold the rescan lock does not finish it, either. */
static void op_test_enable_while_disabling(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct op_task task;

	op_cut_disable(pf);
	op_task_begin(&task, pf, op_enable);
	KUNIT_EXPECT_EQ(test, op_task_end(&task), -EBUSY);
	pci_iov_wait_end(pf->dev);
	pci_unlock_rescan_remove();
	soft_expect_off(pf);
	KUNIT_EXPECT_FALSE(test, soft_said(pf->host, "enabled already"));
}

static int op_set_vf_ops(struct pci_dev *pf)
{
	return pci_sriov_set_vf_ops(pf, NULL);
}

static int op_bar_size(struct pci_dev *pf)
{
	return pci_iov_vf_bar_set_size(pf, PCI_IOV_RESOURCES, 0);
}

static int op_forget_driver(struct pci_dev *pf)
{
	static const struct pci_sriov_vf_ops ops;

	pf->sriov->policy.vf_ops = &ops;
	device_lock(&pf->dev);
	pci_iov_forget_driver(pf);
	device_unlock(&pf->dev);
	return 0;
}

static int op_sriov_disable(struct pci_dev *pf)
{
	pci_disable_sriov(pf);
	return 0;
}

/* Whatever its caller wants, an operation first finishes what it cut short. */
static void op_test_next_finishes(struct kunit *test)
{
	static const struct {
		int (*fn)(struct pci_dev *pf);
		int rc;
	} next[] = {
		{ op_set_vf_ops, 0 },
		{ op_bar_size, -EOPNOTSUPP },
		{ op_forget_driver, 0 },
		{ op_sriov_disable, 0 },
	};
	struct soft_fn *pf = soft_pf_only(test, 4);
	int i;

	for (i = 0; i < ARRAY_SIZE(next); i++) {
		op_cut_disable(pf);
		KUNIT_EXPECT_EQ(test, next[i].fn(pf->dev), next[i].rc);
		KUNIT_EXPECT_EQ(test, pf->dev->sriov->phase, SRIOV_OFF);
		soft_expect_off(pf);
		pci_iov_wait_end(pf->dev);
		pci_unlock_rescan_remove();
	}
}

/* With VFs half removed, a 0 is not what there is already. */
static void op_test_zero_is_not_off(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);

	op_cut_disable(pf);
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 0), -ENOENT);
	pci_iov_wait_end(pf->dev);
	pci_unlock_rescan_remove();
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 0), 0);
}

/* powerpc adds one VF again while VFs are about to be disabled. */
static void op_test_slot_while_disabling(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct pci_sriov *sriov = pf->dev->sriov;

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	pci_lock_rescan_remove();
	pci_iov_remove_virtfn(pf->dev, 2);
	sriov->phase = SRIOV_DISABLING;
	KUNIT_EXPECT_EQ(test, sriov_vf_add(sriov, 2), 0);
	KUNIT_EXPECT_NOT_NULL(test, sriov->slots[2].vf);
	sriov->phase = SRIOV_ON;
	pci_unlock_rescan_remove();

	soft_disable(pf);
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_expect_vfs(pf, 4);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* A VF that has no slot must not be joined to its PF. */
static void op_test_no_slot(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct pci_sriov *sriov = pf->dev->sriov;
	struct pci_dev *vf;

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	vf = soft_find(pf->host, soft_rid(pf) + 2);
	KUNIT_ASSERT_NOT_NULL(test, vf);
	pci_lock_rescan_remove();
	sriov_vf_unlink(vf);
	KUNIT_EXPECT_NULL(test, sriov->slots[1].vf);
	KUNIT_EXPECT_EQ(test, sriov_vf_link(sriov, vf, 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, sriov_vf_link(sriov, vf, 1), 0);
	KUNIT_EXPECT_PTR_EQ(test, sriov->slots[1].vf, vf);
	pci_unlock_rescan_remove();
	pci_dev_put(vf);
	soft_expect_vfs(pf, 4);
	soft_disable(pf);
	soft_expect_off(pf);
}

static struct kunit_case op_tests[] = {
	KUNIT_CASE(op_test_decides_once),
	KUNIT_CASE(op_test_wait_without_lock),
	KUNIT_CASE_SLOW(op_test_wait_cuts_enable),
	KUNIT_CASE(op_test_wait_finishes_disable),
	KUNIT_CASE(op_test_wait_over),
	KUNIT_CASE(op_test_enable_while_disabling),
	KUNIT_CASE_SLOW(op_test_next_finishes),
	KUNIT_CASE(op_test_zero_is_not_off),
	KUNIT_CASE_SLOW(op_test_slot_while_disabling),
	KUNIT_CASE(op_test_no_slot),
	{}
};

static struct kunit_suite op_suite = {
	.name = "pci_sriov_op",
	.test_cases = op_tests,
};

kunit_test_suite(op_suite);
