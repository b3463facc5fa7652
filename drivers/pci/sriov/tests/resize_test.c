// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: more and fewer VFs, and what a PF driver is told of them
 */
#include <linux/pci-sriov.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

#define HW	8

/* What the PF driver was told of each VF, a letter for each time */
static char told[HW][16];
static int refused, delays;

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
	return -ENOSPC;
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
	return delays-- > 0 ? 1 : 0;
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

/* A PF that has been given HW VFs, of which there are @num_vfs */
static struct soft_fn *resize_pf(struct kunit *test, unsigned int num_vfs)
{
	struct soft_fn *pf = soft_pf_only(test, HW);

	memset(told, 0, sizeof(told));
	refused = -1;
	delays = 0;

	device_lock(&pf->dev->dev);
	KUNIT_EXPECT_EQ(test, pci_sriov_set_vf_ops(pf->dev, &resize_ops), 0);
	pf->dev->sriov->limit = num_vfs;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, HW), 0);
	pf->dev->sriov->limit = 0;
	device_unlock(&pf->dev->dev);
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

static int set_online(struct soft_fn *pf, unsigned int vf_id, bool online)
{
	int rc;

	device_lock(&pf->dev->dev);
	rc = sriov_set_online(pf->dev->sriov, vf_id, online);
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
	pci_disable_sriov(pf->dev);
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(pf->host->test, pci_sriov_set_vf_ops(pf->dev, NULL), 0);
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

	/* nobody has touched those that stay */
	KUNIT_EXPECT_EQ(test, pf->vf[0].flrs, 0);
	KUNIT_EXPECT_EQ(test, pf->vf[1].flrs, 0);
	KUNIT_EXPECT_EQ(test, pf->vf[3].flrs, 1);
	KUNIT_EXPECT_EQ(test, pf->vf[5].flrs, 2);
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

	KUNIT_EXPECT_EQ(test, set_online(pf, 2, false), 0);
	resize_expect(pf, 6, 0x3b);
	KUNIT_EXPECT_EQ(test, set_online(pf, 2, false), 0);
	KUNIT_EXPECT_EQ(test, set_online(pf, 6, false), -EINVAL);
	KUNIT_EXPECT_EQ(test, set_online(pf, 6, true), -EINVAL);
	KUNIT_EXPECT_STREQ(test, told[2], "~-");

	/* what is offline stays so while others go and come */
	KUNIT_EXPECT_EQ(test, resize(pf, 5), 0);
	KUNIT_EXPECT_EQ(test, resize(pf, HW), 0);
	resize_expect(pf, HW, 0xfb);
	KUNIT_EXPECT_EQ(test, set_online(pf, 2, true), 0);
	KUNIT_EXPECT_EQ(test, set_online(pf, 2, true), 0);
	resize_expect(pf, HW, 0xff);
	KUNIT_EXPECT_STREQ(test, told[2], "~-?+");
	resize_off(pf);
}

/* All or none, and each that was asked about hears what became of it. */
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

static void resize_test_delayed(struct kunit *test)
{
	struct soft_fn *pf = resize_pf(test, 3);

	delays = 2;
	KUNIT_EXPECT_EQ(test, resize(pf, 2), 0);
	resize_expect(pf, 2, 0x03);
	KUNIT_EXPECT_STREQ(test, told[2], "~~~-");
	resize_off(pf);
}

/* One is silent after its reset, one cannot be reset: the others come. */
static void resize_test_left_out(struct kunit *test)
{
	struct soft_fn *pf = resize_pf(test, 2);
	struct soft_reg *reg = soft_alloc(pf->host, sizeof(soft_vf_regs));

	memcpy(reg, soft_vf_regs, sizeof(soft_vf_regs));
	reg[SOFT_EXP / 4].reset = soft_get32(pf, SOFT_EXP);
	reg[(SOFT_EXP + PCI_EXP_DEVCAP) / 4].reset = PCI_EXP_DEVCAP_RBER;
	pf->vf[3].deaf_flr = SOFT_NEVER;
	pf->vf[4].reg = reg;

	KUNIT_EXPECT_EQ(test, resize(pf, 6), 0);
	resize_expect(pf, 6, 0x27);
	soft_expect_said(pf->host, "VF 3 does not answer");
	soft_expect_said(pf->host, "VF 4 cannot be reset");
	KUNIT_EXPECT_STREQ(test, told[3], "?-");
	KUNIT_EXPECT_STREQ(test, told[4], "?-");
	KUNIT_EXPECT_STREQ(test, told[5], "?+");

	/* nobody hears of their going */
	KUNIT_EXPECT_EQ(test, resize(pf, 2), 0);
	KUNIT_EXPECT_STREQ(test, told[3], "?-");
	KUNIT_EXPECT_STREQ(test, told[4], "?-");
	KUNIT_EXPECT_STREQ(test, told[5], "?+~-");
	resize_off(pf);
}

static struct kunit_case resize_tests[] = {
	KUNIT_CASE_SLOW(resize_test_tail),
	KUNIT_CASE_SLOW(resize_test_by_number),
	KUNIT_CASE_SLOW(resize_test_refused),
	KUNIT_CASE_SLOW(resize_test_delayed),
	KUNIT_CASE_SLOW(resize_test_left_out),
	{}
};

static struct kunit_suite resize_suite = {
	.name = "pci_sriov_resize",
	.test_cases = resize_tests,
};

kunit_test_suite(resize_suite);
