// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: the second after VF Enable is cleared, and the 100 ms after
 * it is set (PCIe r6.0, sec 9.3.3.3.1)
 *
 * The software PF notes what is read too early, see soft_host.broken_rule.
 */
#include <linux/delay.h>
#include <linux/workqueue.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

/* A PF that can be reset, 1 s at most after its VFs were disabled */
static struct soft_fn *settle_pf(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *port = soft_port_create(host, PCI_DEVFN(1, 0));
	struct soft_fn *pf = soft_pf_create(host, port, 0, 4);

	soft_init32(pf, SOFT_EXP + PCI_EXP_DEVCAP,
		    PCI_EXP_DEVCAP_RBER | PCI_EXP_DEVCAP_FLR);
	/* the capability is passed on the way to this one */
	soft_init16(pf, SOFT_SRIOV + 2, SOFT_REBAR << 4 | 1);
	soft_init32(pf, SOFT_REBAR, 1 << 16 | PCI_EXT_CAP_ID_TPH);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(port));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 2), 0);
	return pf;
}

static void settle_disable(struct soft_fn *pf)
{
	soft_disable(pf);
	KUNIT_EXPECT_TRUE(pf->host->test, sriov_settling(pf->dev->sriov));
}

/* Searches go on, also past the capability, and find what they found before. */
static void settle_test_search(struct kunit *test)
{
	struct soft_fn *pf = settle_pf(test);
	unsigned long reads;

	settle_disable(pf);
	reads = pf->host->reads;
	KUNIT_EXPECT_EQ(test, pci_find_ext_capability(pf->dev, PCI_EXT_CAP_ID_TPH),
			SOFT_REBAR);
	KUNIT_EXPECT_EQ(test, pci_find_ext_capability(pf->dev, PCI_EXT_CAP_ID_SRIOV),
			SOFT_SRIOV);
	KUNIT_EXPECT_EQ(test, pci_find_ext_capability(pf->dev, PCI_EXT_CAP_ID_VC), 0);
	KUNIT_EXPECT_EQ(test, pci_find_next_ext_capability(pf->dev, SOFT_SRIOV,
							   PCI_EXT_CAP_ID_TPH),
			SOFT_REBAR);
	KUNIT_EXPECT_EQ(test, pci_find_next_ext_capability(pf->dev, SOFT_SRIOV,
							   PCI_EXT_CAP_ID_ARI), 0);
	KUNIT_EXPECT_EQ(test, pf->host->reads, reads);
	KUNIT_EXPECT_EQ(test, pci_save_state(pf->dev), 0);
	KUNIT_EXPECT_NULL(test, pf->host->broken_rule);
	KUNIT_EXPECT_TRUE(test, sriov_settling(pf->dev->sriov));
}

/* Once it is over the device is read again. */
static void settle_test_search_after(struct kunit *test)
{
	struct soft_fn *pf = settle_pf(test);
	unsigned long reads;

	settle_disable(pf);
	pci_sriov_wait_disabled(pf->dev);
	KUNIT_EXPECT_FALSE(test, sriov_settling(pf->dev->sriov));
	reads = pf->host->reads;
	KUNIT_EXPECT_EQ(test, pci_find_ext_capability(pf->dev, PCI_EXT_CAP_ID_TPH),
			SOFT_REBAR);
	KUNIT_EXPECT_GT(test, pf->host->reads, reads);
}

static void settle_flr(struct pci_dev *pf)
{
	pcie_flr(pf);
}

static void settle_reset_function(struct pci_dev *pf)
{
	pci_reset_function(pf);
}

static void settle_reset_locked(struct pci_dev *pf)
{
	device_lock(&pf->dev);
	__pci_reset_function_locked(pf);
	device_unlock(&pf->dev);
}

static void settle_power_state(struct pci_dev *pf)
{
	pci_set_power_state(pf, PCI_D3hot);
}

static void settle_power_cold(struct pci_dev *pf)
{
	pci_set_power_state(pf->bus->self, PCI_D3cold);
}

static void settle_bus_reset(struct pci_dev *pf)
{
	pci_bridge_secondary_bus_reset(pf->bus->self);
}

static void settle_probe(struct pci_dev *pf)
{
	pci_iov_settle(pf);
}

struct settle_case {
	const char *name;
	void (*fn)(struct pci_dev *pf);
};

static const struct settle_case settle_cases[] = {
	{ "FLR", settle_flr },
	{ "reset of the function", settle_reset_function },
	{ "reset with the lock held", settle_reset_locked },
	{ "power state", settle_power_state },
	{ "power of the port", settle_power_cold },
	{ "reset of the bus", settle_bus_reset },
	{ "probe", settle_probe },
};

static void settle_case_desc(const struct settle_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(settle, settle_cases, settle_case_desc);

static void settle_test_waits(struct kunit *test)
{
	const struct settle_case *c = test->param_value;
	struct soft_fn *pf = settle_pf(test);

	settle_disable(pf);
	c->fn(pf->dev);
	KUNIT_EXPECT_FALSE(test, sriov_settling(pf->dev->sriov));
}

/* A driver may do what it likes to its device after it has disabled VFs. */
static void settle_test_disable(struct kunit *test)
{
	struct soft_fn *pf = settle_pf(test);

	pci_disable_sriov(pf->dev);
	KUNIT_EXPECT_FALSE(test, sriov_settling(pf->dev->sriov));

	/* also if a write to sriov_numvfs has disabled them */
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 2), 0);
	settle_disable(pf);
	pci_disable_sriov(pf->dev);
	KUNIT_EXPECT_FALSE(test, sriov_settling(pf->dev->sriov));
}

/* Only what was removed too early is waited for. */
static void settle_test_removed(struct kunit *test)
{
	struct soft_fn *pf = settle_pf(test);
	struct pci_bus *bus = pf->dev->bus;
	ktime_t settled_at;

	settle_disable(pf);
	settled_at = sriov_settled_at(pf->dev->sriov);
	soft_remove(pf);
	pci_iov_wait_removed(bus, 1);
	pci_iov_wait_removed(pf->host->bus, 0);
	KUNIT_EXPECT_LT(test, ktime_get(), settled_at);
	pci_iov_wait_removed(bus, 0);
	KUNIT_EXPECT_GE(test, ktime_get(), settled_at);
}

/* A scan may find it anywhere. */
static void settle_test_any_removed(struct kunit *test)
{
	struct soft_fn *pf = settle_pf(test);
	ktime_t settled_at;

	settle_disable(pf);
	settled_at = sriov_settled_at(pf->dev->sriov);
	soft_remove(pf);
	pci_iov_wait_removed(NULL, 0);
	KUNIT_EXPECT_GE(test, ktime_get(), settled_at);
}

struct settle_scan {
	struct work_struct work;
	struct soft_fn *pf;
	int rc;
};

static void settle_scan_enable(struct work_struct *work)
{
	struct settle_scan *scan = container_of(work, struct settle_scan, work);

	scan->rc = pci_enable_sriov(scan->pf->dev, 4);
}

/* Without ARI a scan tries all functions of the PF's device: VFs, soon. */
static void settle_test_scan(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *port = soft_port_create(host, PCI_DEVFN(1, 0));
	struct soft_fn *pf = soft_pf_create(host, port, 0, 4);
	struct settle_scan scan = { .pf = pf };
	int scans = 0;

	soft_init32(port, SOFT_EXP + PCI_EXP_DEVCAP2, 0);
	soft_init8(pf, PCI_HEADER_TYPE, PCI_HEADER_TYPE_MFD);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(port));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_FALSE(test, pci_iov_owns_rid(pf->dev->bus, 1));

	INIT_WORK_ONSTACK(&scan.work, settle_scan_enable);
	schedule_work(&scan.work);
	while (work_busy(&scan.work)) {
		pci_lock_rescan_remove();
		pci_scan_child_bus(pf->dev->bus);
		pci_unlock_rescan_remove();
		usleep_range(500, 1000);
		scans++;
	}
	flush_work(&scan.work);
	destroy_work_on_stack(&scan.work);
	KUNIT_EXPECT_EQ(test, scan.rc, 0);
	KUNIT_EXPECT_GT(test, scans, 3);
	KUNIT_EXPECT_NULL(test, host->broken_rule);
	soft_expect_vfs(pf, 4);

	KUNIT_EXPECT_TRUE(test, pci_iov_owns_rid(pf->dev->bus, 4));
	KUNIT_EXPECT_FALSE(test, pci_iov_owns_rid(pf->dev->bus, 5));
	KUNIT_EXPECT_FALSE(test, pci_iov_owns_rid(host->bus, 1));
	pf->dev->no_vf_scan = 1;
	KUNIT_EXPECT_FALSE(test, pci_iov_owns_rid(pf->dev->bus, 4));
	pf->dev->no_vf_scan = 0;
	soft_disable(pf);
	soft_expect_off(pf);
	KUNIT_EXPECT_FALSE(test, pci_iov_owns_rid(pf->dev->bus, 1));
}

static struct kunit_case settle_tests[] = {
	KUNIT_CASE(settle_test_search),
	KUNIT_CASE_SLOW(settle_test_search_after),
	KUNIT_CASE_PARAM_ATTR(settle_test_waits, settle_gen_params,
			      { .speed = KUNIT_SPEED_SLOW }),
	KUNIT_CASE_SLOW(settle_test_disable),
	KUNIT_CASE_SLOW(settle_test_removed),
	KUNIT_CASE_SLOW(settle_test_any_removed),
	KUNIT_CASE(settle_test_scan),
	{}
};

static struct kunit_suite settle_suite = {
	.name = "pci_sriov_settle",
	.test_cases = settle_tests,
};

kunit_test_suite(settle_suite);
