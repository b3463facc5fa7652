// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: VFs on buses beyond their PF's
 */
#include "../sriov.h"
#include "soft.h"

static void bus_route(struct soft_fn *pf, u16 offset, u16 stride)
{
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET, offset);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_STRIDE, stride);
}

static struct pci_bus *bus_find(struct soft_host *host, int busnr)
{
	return pci_find_bus(host->sysdata.domain, busnr);
}

static void bus_expect_virtual(struct soft_host *host, int busnr)
{
	struct pci_bus *bus = bus_find(host, busnr);

	KUNIT_ASSERT_NOT_NULL_MSG(host->test, bus, "no bus %02x", busnr);
	KUNIT_EXPECT_NULL(host->test, bus->self);
	KUNIT_EXPECT_PTR_EQ(host->test, bus->parent, host->bus);
	KUNIT_EXPECT_EQ(host->test, bus->busn_res.start, busnr);
	KUNIT_EXPECT_EQ(host->test, bus->busn_res.end, busnr);
}

/* VF 0 is at 00:10.0, VF 223, the last, at 03:1f.4 */
static void bus_test_four(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 224);
	int busnr;

	bus_route(pf, 0x80, 4);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, pf->dev->sriov->cap.bus_span, 3);
	KUNIT_EXPECT_NULL(test, bus_find(host, 1));

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 224), 0);
	soft_expect_vfs(pf, 224);
	for (busnr = 1; busnr <= 3; busnr++)
		bus_expect_virtual(host, busnr);
	KUNIT_EXPECT_NULL(test, bus_find(host, 4));

	soft_disable(pf);
	soft_expect_off(pf);
	for (busnr = 1; busnr <= 4; busnr++)
		KUNIT_EXPECT_NULL(test, bus_find(host, busnr));
}

/* Only the buses that the VFs in question need are made. */
static void bus_test_some(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 8);

	bus_route(pf, 0x100, 0x100);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 3), 0);
	soft_expect_vfs(pf, 3);
	bus_expect_virtual(host, 3);
	KUNIT_EXPECT_NULL(test, bus_find(host, 4));
	soft_disable(pf);
	soft_expect_off(pf);
}

/* Firmware has given bus 2 to a bridge; VF 0 is on bus 1, VF 2 on bus 2. */
static void bus_test_taken(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 4);
	struct soft_fn *port = soft_port_create(host, PCI_DEVFN(1, 0));

	bus_route(pf, 0x1fe, 1);
	soft_init32(port, PCI_PRIMARY_BUS, 0x020200);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(port));
	KUNIT_ASSERT_NOT_NULL(test, bus_find(host, 2));

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 3), -ENOMEM);
	soft_expect_said(host,
			 "bus 02, which VFs need, is in use by another bridge");
	soft_expect_off(pf);
	KUNIT_EXPECT_NULL(test, bus_find(host, 1));
	KUNIT_EXPECT_PTR_EQ(test, bus_find(host, 2), port->dev->subordinate);

	/* what does not need it works */
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 2), 0);
	soft_expect_vfs(pf, 2);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void bus_test_missing(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 1);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 600);

	bus_route(pf, 0x1fe, 1);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 600), -ENOMEM);
	soft_expect_said(host, "can't enable 600 VFs (bus 04 out of range");
	soft_expect_said(host,
			 "3 more bus numbers are needed behind the host bridge");
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 3), -ENOMEM);
	soft_expect_said(host, "1 more bus numbers are needed");
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF), 0);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 2), 0);
	soft_expect_vfs(pf, 2);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* Beyond bus 255 nothing is, whatever the range of the host bridge. */
static void bus_test_beyond(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 300);

	bus_route(pf, 0x100, 0x100);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 256), -ENOMEM);
	soft_expect_said(host, "can't enable 256 VFs (bus 100 out of range");
	soft_expect_off(pf);
}

static void bus_route_by_num(u16 num_vfs, u16 *offset, u16 *stride)
{
	*offset = num_vfs > 8 ? 0x210 : 4;
	*stride = num_vfs > 8 ? 2 : 1;
}

/* Sec 9.3.3.9: First VF Offset and VF Stride may depend on NumVFs. */
static void bus_test_route_changes(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 20);

	pf->route = bus_route_by_num;
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, pf->dev->sriov->cap.bus_span, 2);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 8), 0);
	soft_expect_vfs(pf, 8);
	KUNIT_EXPECT_NULL(test, bus_find(host, 2));
	soft_disable(pf);
	soft_expect_off(pf);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 9), 0);
	soft_expect_vfs(pf, 9);
	bus_expect_virtual(host, 2);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* The port above passes on what is for the VFs' buses. */
static void bus_test_behind_port(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *port = soft_port_create(host, PCI_DEVFN(1, 0));
	struct soft_fn *next = soft_port_create(host, PCI_DEVFN(2, 0));
	struct soft_fn *pf = soft_pf_create(host, port, 0, 16);
	u32 buses;

	bus_route(pf, 0x80, 0x20);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_TRUE(test, pf->dev->is_physfn);
	/* 0x80 + 15 * 0x20 is 0x260 */
	buses = soft_get32(port, PCI_PRIMARY_BUS);
	KUNIT_EXPECT_EQ(test, buses & 0xffffff, 0x030100);
	buses = soft_get32(next, PCI_PRIMARY_BUS);
	KUNIT_EXPECT_EQ(test, buses & 0xffffff, 0x040400);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 16), 0);
	soft_expect_vfs(pf, 16);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void bus_test_without_ari(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *port = soft_port_create(host, PCI_DEVFN(1, 0));
	struct soft_fn *pf = soft_pf_create(host, port, 0, 12);

	soft_init32(port, SOFT_EXP + PCI_EXP_DEVCAP2, 0);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_FALSE(test, pf->dev->sriov->ctrl & PCI_SRIOV_CTRL_ARI);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 7), 0);
	soft_expect_vfs(pf, 7);
	KUNIT_EXPECT_FALSE(test, soft_said(host, "ARI Forwarding"));
	soft_disable(pf);
	soft_expect_off(pf);

	/* a port may pass on more than it should */
	port->lenient = true;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 8), 0);
	soft_expect_said(host,
			 "VF 7 is 01:01.0, which should need ARI Forwarding");
	soft_expect_vfs(pf, 8);
	KUNIT_EXPECT_FALSE(test, soft_said(host, "does not answer"));
	soft_disable(pf);
	soft_expect_off(pf);

	/* or not, and then that VF is silent */
	port->lenient = false;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 8), 0);
	soft_expect_said(host, "VF 7 does not answer");
	KUNIT_EXPECT_EQ(test, pci_num_vf(pf->dev), 8);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* A bus is removed with its last VF, of whichever PF. */
static void bus_test_shared(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *a = soft_pf_create(host, NULL, PCI_DEVFN(0, 0), 4);
	struct soft_fn *b = soft_pf_create(host, NULL, PCI_DEVFN(1, 0), 4);

	bus_route(a, 0x100, 1);
	bus_route(b, 0x100, 1);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(a));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(b));

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(a->dev, 4), 0);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(b->dev, 4), 0);
	soft_disable(a);
	bus_expect_virtual(host, 1);
	soft_expect_vfs(b, 4);
	soft_disable(b);
	soft_expect_off(b);
	KUNIT_EXPECT_NULL(test, bus_find(host, 1));
}

/* A PF that waits for its VFs has no device on their bus yet. */
static void bus_test_waited_on(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *a = soft_pf_create(host, NULL, PCI_DEVFN(0, 0), 4);
	struct soft_fn *b = soft_pf_create(host, NULL, PCI_DEVFN(1, 0), 4);
	struct pci_sriov *sriov;
	struct pci_bus *bus;

	bus_route(a, 0x100, 1);
	bus_route(b, 0x100, 1);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(a));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(b));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(b->dev, 4), 0);

	sriov = a->dev->sriov;
	sriov_op_begin(sriov);
	KUNIT_EXPECT_EQ(test, sriov_cap_set_numvfs(sriov, 4), 0);
	KUNIT_EXPECT_EQ(test, sriov_slots_alloc(sriov, 4), 0);
	KUNIT_EXPECT_EQ(test, sriov_buses_get(sriov, 0, 4), 0);
	bus = sriov_vf_bus(sriov, 0);
	/* it goes on, but lockdep does not tell the PFs' locks apart */
	sriov_op_end(sriov);
	soft_disable(b);
	sriov_op_begin(sriov);
	KUNIT_EXPECT_PTR_EQ(test, bus_find(host, 1), bus);
	sriov_buses_put(sriov);
	KUNIT_EXPECT_EQ(test, sriov_rescan_enter(sriov), 0);
	sriov_bus_remove_empty(sriov);
	sriov_rescan_exit(sriov);
	KUNIT_EXPECT_NULL(test, bus_find(host, 1));
	sriov_slots_free(sriov);
	sriov_cap_set_numvfs(sriov, 0);
	sriov_op_end(sriov);
	soft_expect_off(a);
}

static struct kunit_case bus_tests[] = {
	KUNIT_CASE(bus_test_four),
	KUNIT_CASE(bus_test_some),
	KUNIT_CASE_SLOW(bus_test_taken),
	KUNIT_CASE(bus_test_missing),
	KUNIT_CASE(bus_test_beyond),
	KUNIT_CASE_SLOW(bus_test_route_changes),
	KUNIT_CASE(bus_test_behind_port),
	KUNIT_CASE_SLOW(bus_test_without_ari),
	KUNIT_CASE(bus_test_shared),
	KUNIT_CASE(bus_test_waited_on),
	{}
};

static struct kunit_suite bus_suite = {
	.name = "pci_sriov_bus",
	.test_cases = bus_tests,
};

kunit_test_suite(bus_suite);
