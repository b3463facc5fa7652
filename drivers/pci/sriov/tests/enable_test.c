// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: enabling and disabling VFs
 */
#include <linux/sysfs.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

static void enable_test_counts(struct kunit *test)
{
	static const int counts[] = { 1, 2, 8 };
	struct soft_fn *pf = soft_pf_only(test, 8);
	int i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, counts[i]), 0);
		soft_expect_vfs(pf, counts[i]);
		soft_disable(pf);
		soft_expect_off(pf);
	}
}

/* With KASAN, on a busy machine, 4096 were not done after eight minutes. */
#define MANY	(IS_ENABLED(CONFIG_KASAN) ? 512 : 4096)

static void enable_test_many(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, MANY);
	int loglevel, rc;

	loglevel = soft_hush();
	rc = pci_enable_sriov(pf->dev, MANY);
	soft_unhush(loglevel);

	KUNIT_EXPECT_EQ(test, rc, 0);
	soft_expect_vfs(pf, MANY);

	loglevel = soft_hush();
	soft_disable(pf);
	soft_unhush(loglevel);
	soft_expect_off(pf);
}

static void enable_test_wrong_counts(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 8);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 0), 0);
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 9), -EINVAL);
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, -1), -EINVAL);
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, INT_MIN), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, INT_MAX), -EINVAL);
	soft_expect_off(pf);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 3), 0);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 3), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), -EINVAL);
	soft_expect_vfs(pf, 3);
	soft_disable(pf);
	soft_expect_off(pf);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void enable_test_simple(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 8);

	KUNIT_EXPECT_EQ(test, pci_sriov_configure_simple(pf->dev, 5), 5);
	soft_expect_vfs(pf, 5);
	KUNIT_EXPECT_EQ(test, pci_sriov_configure_simple(pf->dev, 0), 0);
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, pci_sriov_configure_simple(pf->dev, 9), -EINVAL);
	soft_expect_off(pf);
}

static void enable_test_limit(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 8);

	KUNIT_EXPECT_EQ(test, pci_sriov_set_totalvfs(pf->dev, 9), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_sriov_get_totalvfs(pf->dev), 8);
	KUNIT_EXPECT_EQ(test, pci_sriov_set_totalvfs(pf->dev, 3), 0);
	KUNIT_EXPECT_EQ(test, pci_sriov_get_totalvfs(pf->dev), 3);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 3), 0);
	KUNIT_EXPECT_EQ(test, pci_sriov_set_totalvfs(pf->dev, 8), -EBUSY);
	soft_disable(pf);
	device_lock(&pf->dev->dev);
	pci_iov_remove(pf->dev);
	device_unlock(&pf->dev->dev);
	KUNIT_EXPECT_EQ(test, pci_sriov_get_totalvfs(pf->dev), 8);
}

static int limit_probes;

static int limit_probe(struct pci_dev *pf, const struct pci_device_id *id)
{
	limit_probes++;
	pci_sriov_set_totalvfs(pf, 3);

	return -ENXIO;
}

static struct pci_driver limit_driver = {
	.name = "sriov_kunit_limit",
	.id_table = soft_pf_ids,
	.probe = limit_probe,
};

/* A driver whose probe failed leaves no limit behind. */
static void enable_test_limit_of_failed_probe(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 8);

	limit_probes = 0;
	KUNIT_ASSERT_EQ(test, pci_register_driver(&limit_driver), 0);
	pci_unregister_driver(&limit_driver);
	KUNIT_EXPECT_EQ(test, limit_probes, 1);
	KUNIT_EXPECT_EQ(test, pci_sriov_get_totalvfs(pf->dev), 8);
}

/* One VF needs no VF Stride (sec 9.3.3.10), and has a number all the same. */
static void enable_test_stride_0(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 1);
	struct pci_dev *vf;

	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_STRIDE, 0);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 1), 0);
	soft_expect_vfs(pf, 1);
	vf = soft_find(host, 1);
	KUNIT_ASSERT_NOT_NULL(test, vf);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_id(vf), 0);
	pci_dev_put(vf);
	soft_disable(pf);
	soft_expect_off(pf);
}

struct initial_case {
	const char *name;
	u16 initial;		/* of TotalVFs 8 */
	bool migration;
	int wanted;
	int rc;
	int got;
};

static const struct initial_case initial_cases[] = {
	{ "all", 8, true, 8, 0, 8 },
	{ "fewer than there are", 4, true, 3, 0, 3 },
	{ "more than there are", 4, true, 6, 0, 4 },
	{ "none is there", 0, true, 1, -EINVAL, 0 },
	{ "more than TotalVFs", 9, true, 1, -EIO, 0 },
	{ "not capable, fewer", 4, false, 1, -EIO, 0 },
	{ "not capable, none", 0, false, 1, -EIO, 0 },
	{ "not capable, more", U16_MAX, false, 1, -EIO, 0 },
};

static void initial_case_desc(const struct initial_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(initial, initial_cases, initial_case_desc);

/* Sec 9.3.3.5 */
static void enable_test_initial_vfs(struct kunit *test)
{
	const struct initial_case *c = test->param_value;
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 8);

	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_INITIAL_VF, c->initial);
	soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_CAP,
		    c->migration ? PCI_SRIOV_CAP_VFM : 0);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_TRUE(test, pf->dev->is_physfn);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, c->wanted), c->rc);
	if (c->rc) {
		if (c->rc == -EIO)
			soft_expect_said(host, "does not fit TotalVFs 8");
		soft_expect_off(pf);
		return;
	}
	if (c->got < c->wanted)
		soft_expect_said(host, "6 VFs requested; InitialVFs is 4");
	soft_expect_vfs(pf, c->got);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void enable_test_vfe_does_not_stick(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 8);

	soft_init_rw(pf, SOFT_SRIOV + PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_MSE);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), -EIO);
	soft_expect_said(host, "VF Enable does not stick");
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF), 0);
	KUNIT_EXPECT_EQ(test, soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_CTRL), 0);

	soft_init_rw(pf, SOFT_SRIOV + PCI_SRIOV_CTRL,
		     PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_expect_vfs(pf, 4);
	soft_disable(pf);
}

/* The bit may only not be shown, so VFs are added; those without memory anyway. */
static void enable_test_mse_does_not_stick(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 8);
	struct soft_fn *no_bars = soft_pf_create(host, NULL, PCI_DEVFN(1, 0), 8);

	soft_init_rw(pf, SOFT_SRIOV + PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_VFE);
	soft_init_rw(no_bars, SOFT_SRIOV + PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_VFE);
	soft_vf_bar(no_bars, 0, 0, 0);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(no_bars));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_expect_said(host, "VF MSE does not stick");
	KUNIT_EXPECT_EQ(test, pci_num_vf(pf->dev), 4);
	soft_disable(pf);
	soft_expect_off(pf);
	soft_log_clear(host);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(no_bars->dev, 4), 0);
	KUNIT_EXPECT_FALSE(test, soft_said(host, "does not stick"));
	soft_disable(no_bars);
}

static void enable_test_numvfs_does_not_stick(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 8);

	soft_init_rw(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF, 0xfffe);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 5), 0);
	soft_expect_said(pf->host, "wrote NumVFs 5, reads back as 4");
	soft_expect_said(pf->host, "VF 4 does not answer");
	KUNIT_EXPECT_EQ(test, pci_num_vf(pf->dev), 5);
	soft_disable(pf);
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF), 0);
}

/* Sec 9.3.3.8: without the other PF there are no VFs. */
static void enable_test_link(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, PCI_DEVFN(0, 0), 4);
	struct soft_fn *other = soft_pf_create(host, NULL, PCI_DEVFN(0, 3), 4);
	struct soft_fn *plain = soft_pf_create(host, NULL, PCI_DEVFN(0, 4), 0);
	struct kernfs_node *link;

	soft_init8(pf, PCI_HEADER_TYPE, PCI_HEADER_TYPE_MFD);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET, 16);
	soft_init8(pf, SOFT_SRIOV + PCI_SRIOV_FUNC_LINK, 3);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(other));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(plain));

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_expect_vfs(pf, 4);
	link = kernfs_find_and_get(pf->dev->dev.kobj.sd, "dep_link");
	KUNIT_EXPECT_NOT_NULL(test, link);
	if (link)
		KUNIT_EXPECT_PTR_EQ(test, link->symlink.target_kn,
				    other->dev->dev.kobj.sd);
	kernfs_put(link);
	soft_disable(pf);
	link = kernfs_find_and_get(pf->dev->dev.kobj.sd, "dep_link");
	KUNIT_EXPECT_NULL(test, link);
	kernfs_put(link);
	soft_expect_off(pf);

	pci_iov_set_link(pf->dev, PCI_DEVFN(0, 4));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), SOFT_NO_PF);
	pci_iov_set_link(pf->dev, PCI_DEVFN(0, 5));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), -ENODEV);
	soft_expect_off(pf);
}

/* VFs never outlive their PF. */
static void enable_test_pf_removed(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 8);
	struct pci_dev *vf;

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 8), 0);
	soft_expect_vfs(pf, 8);
	soft_remove(pf);
	KUNIT_EXPECT_FALSE(test, pf->vfe);
	vf = soft_find(pf->host, 1);
	KUNIT_EXPECT_NULL(test, vf);
	pci_dev_put(vf);

	soft_host_scan(pf->host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 8), 0);
	soft_expect_vfs(pf, 8);
	soft_disable(pf);
}

/* A reference to a VF is held after it was removed. */
static void enable_test_vf_held(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct pci_dev *vf;

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	vf = soft_find(pf->host, 2);
	KUNIT_ASSERT_NOT_NULL(test, vf);
	soft_remove(pf);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_id(vf), 1);
	KUNIT_EXPECT_PTR_EQ(test, pci_iov_get_pf_drvdata(vf, NULL), NULL);
	pci_dev_put(vf);
}

/* It was pulled out, and comes back. */
static void enable_test_pf_gone(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 8);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 8), 0);
	pf->gone = true;
	pci_dev_set_disconnected(pf->dev, NULL);
	soft_remove(pf);

	pf->gone = false;
	soft_fn_reset(pf);
	soft_host_scan(pf->host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 8), 0);
	soft_expect_vfs(pf, 8);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* One VF can be removed by hand, and be added again. */
static void enable_test_vf_removed(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct pci_dev *vf;

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	vf = soft_find(pf->host, 3);
	KUNIT_ASSERT_NOT_NULL(test, vf);
	pci_stop_and_remove_bus_device_locked(vf);
	pci_dev_put(vf);
	vf = soft_find(pf->host, 3);
	KUNIT_EXPECT_NULL(test, vf);
	pci_dev_put(vf);
	KUNIT_EXPECT_EQ(test, pci_num_vf(pf->dev), 4);

	pci_lock_rescan_remove();
	KUNIT_EXPECT_EQ(test, pci_iov_add_virtfn(pf->dev, 2), 0);
	KUNIT_EXPECT_EQ(test, pci_iov_add_virtfn(pf->dev, 2), -EEXIST);
	KUNIT_EXPECT_EQ(test, pci_iov_add_virtfn(pf->dev, 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_iov_add_virtfn(pf->dev, -1), -EINVAL);
	pci_unlock_rescan_remove();
	soft_expect_vfs(pf, 4);

	pci_lock_rescan_remove();
	pci_iov_remove_virtfn(pf->dev, 0);
	pci_unlock_rescan_remove();
	vf = soft_find(pf->host, 1);
	KUNIT_EXPECT_NULL(test, vf);
	pci_dev_put(vf);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* What managed_sriov of a driver means */
static int managed_at_remove, managed_probe_rc;

static int managed_probe(struct pci_dev *pf, const struct pci_device_id *id)
{
	int rc = pci_enable_sriov(pf, 2);

	return rc ? rc : managed_probe_rc;
}

static void managed_remove(struct pci_dev *pf)
{
	managed_at_remove = pci_num_vf(pf);
}

static struct pci_driver managed_driver = {
	.name = "sriov_kunit_managed",
	.id_table = soft_pf_ids,
	.probe = managed_probe,
	.remove = managed_remove,
	.managed_sriov = true,
};

/* VFs are disabled before the driver's remove(), and after its failed probe(). */
static void enable_test_managed(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);

	managed_probe_rc = 0;
	managed_at_remove = -1;
	KUNIT_ASSERT_EQ(test, pci_register_driver(&managed_driver), 0);
	KUNIT_EXPECT_PTR_EQ(test, pf->dev->driver, &managed_driver);
	soft_expect_vfs(pf, 2);
	pci_unregister_driver(&managed_driver);
	KUNIT_EXPECT_EQ(test, managed_at_remove, 0);
	soft_expect_off(pf);
	KUNIT_EXPECT_FALSE(test, soft_said(pf->host, "driver left SR-IOV enabled"));

	managed_probe_rc = -ENXIO;
	KUNIT_ASSERT_EQ(test, pci_register_driver(&managed_driver), 0);
	KUNIT_EXPECT_NULL(test, pf->dev->driver);
	pci_unregister_driver(&managed_driver);
	soft_expect_off(pf);
}

/* The bridge above goes, and everything below it. */
static void enable_test_port_removed(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *port = soft_port_create(host, PCI_DEVFN(1, 0));
	struct soft_fn *pf = soft_pf_create(host, port, 0, 300);

	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(port));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 300), 0);
	soft_expect_vfs(pf, 300);
	pci_dev_put(pf->dev);
	pf->dev = NULL;
	soft_remove(port);
	KUNIT_EXPECT_FALSE(test, pf->vfe);
	KUNIT_EXPECT_NULL(test, pci_find_bus(host->sysdata.domain, 1));
	KUNIT_EXPECT_NULL(test, pci_find_bus(host->sysdata.domain, 2));
}

static struct kunit_case enable_tests[] = {
	KUNIT_CASE_SLOW(enable_test_counts),
	KUNIT_CASE_SLOW(enable_test_many),
	KUNIT_CASE_SLOW(enable_test_managed),
	KUNIT_CASE(enable_test_wrong_counts),
	KUNIT_CASE(enable_test_simple),
	KUNIT_CASE(enable_test_limit),
	KUNIT_CASE(enable_test_limit_of_failed_probe),
	KUNIT_CASE(enable_test_stride_0),
	KUNIT_CASE_PARAM(enable_test_initial_vfs, initial_gen_params),
	KUNIT_CASE(enable_test_vfe_does_not_stick),
	KUNIT_CASE(enable_test_mse_does_not_stick),
	KUNIT_CASE(enable_test_numvfs_does_not_stick),
	KUNIT_CASE(enable_test_link),
	KUNIT_CASE_SLOW(enable_test_pf_removed),
	KUNIT_CASE(enable_test_vf_held),
	KUNIT_CASE_SLOW(enable_test_pf_gone),
	KUNIT_CASE(enable_test_vf_removed),
	KUNIT_CASE(enable_test_port_removed),
	{}
};

static struct kunit_suite enable_suite = {
	.name = "pci_sriov_enable",
	.test_cases = enable_tests,
};

kunit_test_suite(enable_suite);
