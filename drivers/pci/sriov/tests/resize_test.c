// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: more and fewer VFs, and the PF driver's callbacks
 */
#include <linux/delay.h>
#include <linux/pci-sriov.h>
#include <linux/workqueue.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

#define HW	8

/* The callbacks for each VF, a letter for each */
static char told[HW][16];
static int refused, refusal, delays;
static unsigned int delay_ms;

static void tell(unsigned int vf_id, char what)
{
	size_t len = strlen(told[vf_id]);

	if (len < sizeof(told[vf_id]) - 1)
		told[vf_id][len] = what;
}

static int resize_arriving(struct pci_dev *pf, unsigned int vf_id)
{
	tell(vf_id, '?');
	if (vf_id != refused)
		return 0;

	tell(vf_id, '!');
	return refusal;
}

static void resize_arrived(struct pci_dev *pf, struct pci_dev *vf,
			   unsigned int vf_id)
{
	tell(vf_id, pci_iov_vf_id(vf) == vf_id ? '+' : 'X');
}

static unsigned int resize_leaving(struct pci_dev *pf, struct pci_dev *vf,
				   unsigned int vf_id)
{
	tell(vf_id, '~');
	return delays-- > 0 ? delay_ms : 0;
}

static void resize_left(struct pci_dev *pf, unsigned int vf_id)
{
	tell(vf_id, '-');
}

static const struct pci_sriov_vf_ops resize_ops = {
	.arriving = resize_arriving,
	.arrived = resize_arrived,
	.leaving = resize_leaving,
	.left = resize_left,
};

/* Hardware is given @hw VFs, of which there are @num_vfs. */
static void resize_enable(struct soft_fn *pf, const struct pci_sriov_vf_ops *ops,
			  unsigned int hw, unsigned int num_vfs)
{
	struct kunit *test = pf->host->test;

	device_lock(&pf->dev->dev);
	KUNIT_EXPECT_EQ(test, pci_sriov_set_vf_ops(pf->dev, ops), 0);
	pf->dev->sriov->limit = num_vfs;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, hw), 0);
	pf->dev->sriov->limit = 0;
	device_unlock(&pf->dev->dev);
}

/* A PF that has been given HW VFs, of which there are @num_vfs */
static struct soft_fn *resize_pf(struct kunit *test, unsigned int num_vfs)
{
	struct soft_fn *pf = soft_pf_only(test, HW);

	memset(told, 0, sizeof(told));
	refused = -1;
	refusal = -ENOSPC;
	delays = 0;
	delay_ms = 1;

	resize_enable(pf, &resize_ops, HW, num_vfs);
	return pf;
}

static int resize(struct soft_fn *pf, unsigned int num_vfs)
{
	int rc;

	device_lock(&pf->dev->dev);
	rc = sriov_resize(pf->dev->sriov, num_vfs);
	device_unlock(&pf->dev->dev);
	return rc;
}

/* @there: a bit for each VF */
static void resize_expect(struct soft_fn *pf, unsigned int published,
			  unsigned long there)
{
	struct pci_sriov *sriov = pf->dev->sriov;
	struct kunit *test = pf->host->test;
	struct pci_dev *vf;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, sriov->published, published);
	KUNIT_EXPECT_EQ(test, pci_num_vf(pf->dev), HW);
	for (i = 0; i < HW; i++) {
		vf = soft_find(pf->host, soft_rid(pf) + 1 + i);
		KUNIT_EXPECT_EQ_MSG(test, !!vf, test_bit(i, &there), "VF %u", i);
		pci_dev_put(vf);
	}
}

static void resize_off(struct soft_fn *pf)
{
	soft_disable(pf);
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(pf->host->test, pci_sriov_set_vf_ops(pf->dev, NULL), 0);
}

/* A number of five digits has room in the name of its link. */
static void resize_test_long_number(struct kunit *test)
{
	static const struct pci_sriov_vf_ops ops;
	struct soft_fn *pf = soft_pf_only(test, 20000);
	struct kernfs_node *link;
	struct pci_dev *vf;

	resize_enable(pf, &ops, 20000, 1);
	pci_lock_rescan_remove();
	KUNIT_EXPECT_EQ(test, pci_iov_add_virtfn(pf->dev, 19999), 0);
	pci_unlock_rescan_remove();
	vf = soft_find(pf->host, 20000);
	KUNIT_ASSERT_NOT_NULL(test, vf);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_id(vf), 19999);
	pci_dev_put(vf);
	link = kernfs_find_and_get(pf->dev->dev.kobj.sd, "virtfn19999");
	KUNIT_EXPECT_NOT_NULL(test, link);
	kernfs_put(link);
	resize_off(pf);
}

static void resize_test_tail(struct kunit *test)
{
	struct soft_fn *pf = resize_pf(test, 4);
	struct pci_dev *stays;

	resize_expect(pf, 4, 0x0f);
	stays = soft_find(pf->host, soft_rid(pf) + 1);
	KUNIT_EXPECT_EQ(test, resize(pf, 6), 0);
	resize_expect(pf, 6, 0x3f);
	KUNIT_EXPECT_EQ(test, resize(pf, 2), 0);
	resize_expect(pf, 2, 0x03);
	KUNIT_EXPECT_EQ(test, resize(pf, HW), 0);
	resize_expect(pf, HW, 0xff);
	KUNIT_EXPECT_EQ(test, resize(pf, HW), 0);
	KUNIT_EXPECT_EQ(test, resize(pf, HW + 1), -EINVAL);
	resize_expect(pf, HW, 0xff);

	/* those that stay are not touched; the others are reset when they leave */
	KUNIT_EXPECT_EQ(test, pf->vf[0].flrs, 0);
	KUNIT_EXPECT_EQ(test, pf->vf[1].flrs, 0);
	KUNIT_EXPECT_EQ(test, pf->vf[3].flrs, 1);
	KUNIT_EXPECT_EQ(test, pf->vf[5].flrs, 1);
	KUNIT_EXPECT_EQ(test, pf->vf[7].flrs, 0);
	KUNIT_EXPECT_STREQ(test, told[0], "");
	KUNIT_EXPECT_STREQ(test, told[3], "~-?+");
	KUNIT_EXPECT_STREQ(test, told[5], "?+~-?+");
	KUNIT_EXPECT_STREQ(test, told[7], "?+");
	KUNIT_EXPECT_TRUE(test, stays && pci_dev_is_added(stays));
	pci_dev_put(stays);
	resize_off(pf);
	KUNIT_EXPECT_EQ(test, resize(pf, 2), -EINVAL);
}

static void resize_test_by_number(struct kunit *test)
{
	struct soft_fn *pf = resize_pf(test, 6);

	KUNIT_EXPECT_EQ(test, soft_set_online(pf, 2, false), 0);
	resize_expect(pf, 6, 0x3b);
	KUNIT_EXPECT_EQ(test, soft_set_online(pf, 2, false), 0);
	KUNIT_EXPECT_EQ(test, soft_set_online(pf, 6, false), -EINVAL);
	KUNIT_EXPECT_EQ(test, soft_set_online(pf, 6, true), -EINVAL);
	KUNIT_EXPECT_STREQ(test, told[2], "~-");

	/* what is offline stays so while other VFs are removed and added */
	KUNIT_EXPECT_EQ(test, resize(pf, 5), 0);
	KUNIT_EXPECT_EQ(test, resize(pf, HW), 0);
	resize_expect(pf, HW, 0xfb);
	KUNIT_EXPECT_EQ(test, soft_set_online(pf, 2, true), 0);
	KUNIT_EXPECT_EQ(test, soft_set_online(pf, 2, true), 0);
	resize_expect(pf, HW, 0xff);
	KUNIT_EXPECT_STREQ(test, told[2], "~-?+");
	resize_off(pf);
}

/* All or none, and each query is followed by a notification. */
static void resize_test_refused(struct kunit *test)
{
	struct soft_fn *pf = resize_pf(test, 2);

	refused = 6;
	KUNIT_EXPECT_EQ(test, resize(pf, HW), -ENOSPC);
	resize_expect(pf, 2, 0x03);
	KUNIT_EXPECT_STREQ(test, told[4], "?-");
	KUNIT_EXPECT_STREQ(test, told[6], "?!");
	KUNIT_EXPECT_STREQ(test, told[7], "");
	KUNIT_EXPECT_EQ(test, pf->vf[4].flrs, 0);
	KUNIT_EXPECT_EQ(test, resize(pf, 6), 0);
	resize_expect(pf, 6, 0x3f);
	resize_off(pf);
}

/* What is not an errno must not be taken for a number of bytes written. */
static void resize_test_refused_oddly(struct kunit *test)
{
	struct soft_fn *pf = resize_pf(test, 2);

	refused = 2;
	refusal = 1;
	KUNIT_EXPECT_EQ(test, resize(pf, 3), -EINVAL);
	soft_expect_said(pf->host, "VF 2 was refused by the driver (1)");
	resize_expect(pf, 2, 0x03);
	resize_off(pf);
}

static void resize_test_delayed(struct kunit *test)
{
	struct soft_fn *pf = resize_pf(test, 3);

	delays = 2;
	KUNIT_EXPECT_EQ(test, resize(pf, 2), 0);
	resize_expect(pf, 2, 0x03);
	KUNIT_EXPECT_STREQ(test, told[2], "~~~-");
	resize_off(pf);
}

struct resize_task {
	struct work_struct work;
	struct soft_fn *pf;
	int rc;
};

static void resize_task_work(struct work_struct *work)
{
	struct resize_task *task = container_of(work, struct resize_task, work);

	task->rc = resize(task->pf, 2);
}

/* A driver that requests more time than the limit gets the limit. */
static void resize_test_long_delay(struct kunit *test)
{
	struct soft_fn *pf = resize_pf(test, 3);
	struct resize_task task = { .pf = pf };

	delays = 1;
	delay_ms = PCI_SRIOV_LEAVE_MS + 5000;
	INIT_WORK_ONSTACK(&task.work, resize_task_work);
	schedule_work(&task.work);
	msleep(200);
	KUNIT_EXPECT_TRUE(test, work_busy(&task.work));
	resize_expect(pf, 2, 0x07);
	KUNIT_EXPECT_STREQ(test, told[2], "~");

	/* and it can be cut short */
	pci_lock_rescan_remove();
	sriov_preempt_begin(pf->dev->sriov);
	flush_work(&task.work);
	sriov_preempt_end(pf->dev->sriov);
	pci_unlock_rescan_remove();
	destroy_work_on_stack(&task.work);
	KUNIT_EXPECT_EQ(test, task.rc, -EBUSY);
	resize_expect(pf, 3, 0x07);
	resize_off(pf);
}

/* The PCI core chooses how a VF is reset. */
static void resize_test_quirk(struct kunit *test)
{
	struct soft_fn *pf = resize_pf(test, 3);
	struct pci_dev *vf = soft_find(pf->host, soft_rid(pf) + 3);

	KUNIT_ASSERT_NOT_NULL(test, vf);
	vf->dev_flags |= PCI_DEV_FLAGS_NO_FLR_RESET;
	pci_dev_put(vf);
	KUNIT_EXPECT_EQ(test, resize(pf, 2), 0);
	resize_expect(pf, 2, 0x03);
	KUNIT_EXPECT_EQ(test, pf->vf[2].flrs, 0);
	soft_expect_said(pf->host, "VF 2 cannot be reset");
	resize_off(pf);
}

static void resize_bus_master(struct soft_fn *pf, unsigned int vf_id)
{
	struct pci_dev *vf = soft_find(pf->host, soft_rid(pf) + 1 + vf_id);

	KUNIT_ASSERT_NOT_NULL(pf->host->test, vf);
	pci_write_config_word(vf, PCI_COMMAND, PCI_COMMAND_MASTER);
	pci_dev_put(vf);
}

/* DMA that a driver left running ends, whether a VF can be reset or not. */
static void resize_test_quiet(struct kunit *test)
{
	struct soft_fn *pf = resize_pf(test, 6);
	struct soft_reg *reg = soft_alloc(pf->host, sizeof(soft_vf_regs));

	memcpy(reg, soft_vf_regs, sizeof(soft_vf_regs));
	reg[(SOFT_EXP + PCI_EXP_DEVCAP) / 4].reset = PCI_EXP_DEVCAP_RBER;
	resize_off(pf);
	pf->vf[4].reg = reg;
	device_lock(&pf->dev->dev);
	KUNIT_EXPECT_EQ(test, pci_sriov_set_vf_ops(pf->dev, &resize_ops), 0);
	pf->dev->sriov->limit = 6;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, HW), 0);
	pf->dev->sriov->limit = 0;
	device_unlock(&pf->dev->dev);
	resize_bus_master(pf, 3);
	resize_bus_master(pf, 4);
	KUNIT_EXPECT_TRUE(test, pf->vf[4].command & PCI_COMMAND_MASTER);

	KUNIT_EXPECT_EQ(test, resize(pf, 2), 0);
	resize_expect(pf, 2, 0x03);
	KUNIT_EXPECT_EQ(test, pf->vf[3].flrs, 1);
	KUNIT_EXPECT_EQ(test, pf->vf[4].flrs, 0);
	KUNIT_EXPECT_FALSE(test, pf->vf[3].command & PCI_COMMAND_MASTER);
	KUNIT_EXPECT_FALSE(test, pf->vf[4].command & PCI_COMMAND_MASTER);
	soft_expect_said(pf->host, "VF 4 cannot be reset");

	/* what is left in VF 4 is not for its next user, so it stays away */
	KUNIT_EXPECT_EQ(test, resize(pf, 6), 0);
	resize_expect(pf, 6, 0x2f);
	KUNIT_EXPECT_STREQ(test, told[3], "~-?+");
	KUNIT_EXPECT_STREQ(test, told[4], "~-?-");
	KUNIT_EXPECT_STREQ(test, told[5], "~-?+");
	KUNIT_EXPECT_EQ(test, soft_set_online(pf, 4, true), -EIO);

	/* and the driver is not notified again */
	KUNIT_EXPECT_EQ(test, resize(pf, 2), 0);
	KUNIT_EXPECT_STREQ(test, told[4], "~-?-?-");
	KUNIT_EXPECT_STREQ(test, told[5], "~-?+~-");
	resize_off(pf);
}

static struct kunit_case resize_tests[] = {
	KUNIT_CASE_SLOW(resize_test_tail),
	KUNIT_CASE(resize_test_long_number),
	KUNIT_CASE_SLOW(resize_test_by_number),
	KUNIT_CASE_SLOW(resize_test_refused),
	KUNIT_CASE_SLOW(resize_test_refused_oddly),
	KUNIT_CASE_SLOW(resize_test_delayed),
	KUNIT_CASE_SLOW(resize_test_long_delay),
	KUNIT_CASE_SLOW(resize_test_quirk),
	KUNIT_CASE_SLOW(resize_test_quiet),
	{}
};

static struct kunit_suite resize_suite = {
	.name = "pci_sriov_resize",
	.test_cases = resize_tests,
};

kunit_test_suite(resize_suite);
