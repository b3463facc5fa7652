// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: a bridge's window that is too small for VF BARs
 *
 * VFs are optional: where the window has no room for all, the BARs of PFs have
 * precedence, for a PF that is found at boot, plugged in, or found beside another one.
 */
#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

/* The host has 512 MiB for BARs of this kind. */
#define FITS		SZ_16M
#define TOO_LARGE	SZ_256M
#define TOTAL_VFS	8

#define ROM_SIZE	SZ_1M

struct window_case {
	const char *name;
	u64 vf_bar;
	bool rom;
	bool plugged;		/* the PF is found below a port that had nothing */
};

static const struct window_case window_cases[] = {
	{ "boot, fits", FITS },
	{ "boot, too large", TOO_LARGE },
	{ "boot with a ROM, fits", FITS, true },
	{ "boot with a ROM, too large", TOO_LARGE, true },
	{ "plugged in, fits", FITS, false, true },
	{ "plugged in, too large", TOO_LARGE, false, true },
	{ "plugged in with a ROM, too large", TOO_LARGE, true, true },
};

static void window_case_desc(const struct window_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(window, window_cases, window_case_desc);

static struct soft_fn *window_add_pf(struct soft_fn *port, u8 devfn, u64 vf_bar,
				     bool rom)
{
	struct soft_fn *pf = soft_pf_create(port->host, port, devfn, TOTAL_VFS);

	soft_init8(pf, PCI_HEADER_TYPE, PCI_HEADER_TYPE_MFD);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET, 16);
	soft_vf_bar(pf, 0, vf_bar, 0);
	if (rom)
		soft_init_rw(pf, PCI_ROM_ADDRESS,
			     ~(ROM_SIZE - 1U) | PCI_ROM_ADDRESS_ENABLE);
	return pf;
}

/* As pciehp does */
static void window_plug(struct soft_fn *port)
{
	struct pci_bus *bus = soft_dev(port)->subordinate;

	KUNIT_ASSERT_NOT_NULL(port->host->test, bus);
	pci_lock_rescan_remove();
	pci_scan_child_bus(bus);
	pci_assign_unassigned_bridge_resources(port->dev);
	pci_bus_add_devices(bus);
	pci_unlock_rescan_remove();
}

static void window_expect_pf(struct soft_fn *pf, bool rom)
{
	struct kunit *test = pf->host->test;

	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_TRUE(test, pf->dev->is_physfn);
	KUNIT_EXPECT_NOT_NULL(test, pf->dev->resource[0].parent);
	KUNIT_EXPECT_EQ(test, resource_size(&pf->dev->resource[0]), SZ_4K);
	KUNIT_EXPECT_EQ(test, soft_get32(pf, PCI_BASE_ADDRESS_0),
			pci_bus_address(pf->dev, 0));
	if (rom)
		KUNIT_EXPECT_NOT_NULL(test,
				      pf->dev->resource[PCI_ROM_RESOURCE].parent);
}

static void window_expect_vfs(struct soft_fn *pf, bool fit)
{
	struct kunit *test = pf->host->test;

	KUNIT_EXPECT_EQ(test, !!sriov_bar_res(pf->dev, 0)->parent, fit);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, TOTAL_VFS), fit ? 0 : -ENOMEM);
	if (fit)
		soft_expect_vfs(pf, TOTAL_VFS);
	else
		soft_expect_said(pf->host, "VF BAR 0");
	soft_disable(pf);
	soft_expect_off(pf);
}

static void window_test_pf_first(struct kunit *test)
{
	const struct window_case *c = test->param_value;
	bool fits = c->vf_bar == FITS;
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *port = soft_port_create(host, PCI_DEVFN(1, 0));
	struct soft_fn *pf;

	host->optional = true;
	if (c->plugged)
		soft_host_scan(host);
	pf = window_add_pf(port, 0, c->vf_bar, c->rom);
	if (c->plugged)
		window_plug(port);
	else
		soft_host_scan(host);

	/* 7.3 takes a ROM for as optional as VFs */
	window_expect_pf(pf, c->rom && fits);
	window_expect_vfs(pf, fits);
}

/* As the "rescan" file does */
static void window_rescan(struct soft_host *host)
{
	pci_lock_rescan_remove();
	pci_rescan_bus(host->bus);
	pci_unlock_rescan_remove();
}

/* A PF that is found beside another takes nothing from it. */
static void window_test_beside(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *port = soft_port_create(host, PCI_DEVFN(1, 0));
	struct soft_fn *one = window_add_pf(port, 0, FITS, true);
	struct soft_fn *other;

	/* the next function, for ARI and for a plain scan */
	soft_init16(one, SOFT_ARI + PCI_ARI_CAP, 1 << 8);
	host->optional = true;
	soft_host_scan(host);
	window_expect_pf(one, true);

	other = window_add_pf(port, 1, TOO_LARGE, false);
	window_rescan(host);
	window_expect_pf(one, true);
	window_expect_pf(other, false);
	window_expect_vfs(other, false);
	window_expect_vfs(one, true);
}

static struct kunit_case window_tests[] = {
	KUNIT_CASE_PARAM(window_test_pf_first, window_gen_params),
	KUNIT_CASE(window_test_beside),
	{}
};

static struct kunit_suite window_suite = {
	.name = "pci_sriov_window",
	.test_cases = window_tests,
};

kunit_test_suite(window_suite);
