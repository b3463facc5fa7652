// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: VF BARs
 */
#include "../sriov.h"
#include "soft.h"

#define MEM_64		PCI_BASE_ADDRESS_MEM_TYPE_64
#define PREF_64		(MEM_64 | PCI_BASE_ADDRESS_MEM_PREFETCH)

struct bar_case {
	const char *name;
	int bar;
	u64 size;
	u32 type;
	const char *why;	/* logged if it is refused */
	const char *odd;	/* logged if it is not, and does not work */
	int rc;			/* of enabling VFs then */
};

static const struct bar_case bar_cases[] = {
	{ "4 KiB", 0, SZ_4K, 0 },
	{ "8 KiB in the last BAR", 5, SZ_8K, 0 },
	{ "4 KiB prefetchable", 1, SZ_4K, PCI_BASE_ADDRESS_MEM_PREFETCH },
	{ "16 MiB", 2, SZ_16M, 0 },
	{ "16 KiB 64-bit", 2, SZ_16K, PREF_64 },
	{ "64-bit in BAR 4", 4, SZ_64K, PREF_64 },
	{ "4 GiB", 0, SZ_4G, PREF_64 },
	{ "2 KiB", 0, SZ_2K, 0, "VF BAR 0: 2048 bytes are not a multiple of the page size" },
	{ "16 bytes", 3, 16, 0, "VF BAR 3: 16 bytes are not a multiple of the page size" },
	{ "2 KiB 64-bit", 2, SZ_2K, PREF_64,
	  "VF BAR 2: 2048 bytes are not a multiple of the page size" },
	{ "64-bit in the last BAR", 5, SZ_4K, PREF_64, NULL,
	  "VF BAR 5: the last one cannot be" },
	{ "I/O", 0, SZ_4K, PCI_BASE_ADDRESS_SPACE_IO, NULL,
	  "VF BAR 0 is not memory", -ENOMEM },
	{ "too large to multiply", 0, 1ULL << 62, PREF_64, "VF BAR 0: " },
};

static void bar_case_desc(const struct bar_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(bar, bar_cases, bar_case_desc);

static void bar_test_size(struct kunit *test)
{
	const struct bar_case *c = test->param_value;
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 6);
	int resno = PCI_IOV_RESOURCES + c->bar;
	struct resource *res;

	soft_vf_bar(pf, 0, 0, 0);
	soft_vf_bar(pf, c->bar, c->size, c->type);
	soft_host_scan(host);
	if (c->why) {
		soft_expect_refused(pf, c->why);
		return;
	}

	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_TRUE(test, pf->dev->is_physfn);
	if (c->odd) {
		soft_expect_said(host, c->odd);
		KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 6), c->rc);
		soft_disable(pf);
		soft_expect_off(pf);
		return;
	}

	res = &pf->dev->resource[resno];
	KUNIT_EXPECT_EQ(test, pci_iov_resource_size(pf->dev, resno), c->size);
	KUNIT_EXPECT_EQ(test, resource_size(res), 6 * c->size);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(res->start, c->size));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 6), 0);
	soft_expect_vfs(pf, 6);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* The addresses in the registers are those of the resources. */
static void bar_test_registers(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 4);
	struct pci_bus_region region;

	soft_vf_bar(pf, 2, SZ_64K, PREF_64);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));

	pcibios_resource_to_bus(pf->dev->bus, &region,
				&pf->dev->resource[PCI_IOV_RESOURCES]);
	KUNIT_EXPECT_NE(test, region.start, 0);
	KUNIT_EXPECT_EQ(test, soft_get32(pf, SOFT_SRIOV + PCI_SRIOV_BAR),
			region.start);
	pcibios_resource_to_bus(pf->dev->bus, &region,
				&pf->dev->resource[PCI_IOV_RESOURCES + 2]);
	KUNIT_EXPECT_GE(test, region.start, (u64)SZ_4G);
	KUNIT_EXPECT_EQ(test, soft_get32(pf, SOFT_SRIOV + PCI_SRIOV_BAR + 8),
			lower_32_bits(region.start) | PREF_64);
	KUNIT_EXPECT_EQ(test, soft_get32(pf, SOFT_SRIOV + PCI_SRIOV_BAR + 12),
			upper_32_bits(region.start));
}

/* A hole in the size mask is logged; the lowest bit is the size, as on stock. */
static void bar_expect_hole(struct soft_fn *pf)
{
	struct kunit *test = pf->host->test;

	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	soft_expect_said(pf->host, "VF BAR 0: size mask");
	soft_expect_said(pf->host, "not a power of two; taking 4096 bytes");
	KUNIT_ASSERT_TRUE(test, pf->dev->is_physfn);
	KUNIT_EXPECT_EQ(test, pci_iov_resource_size(pf->dev, PCI_IOV_RESOURCES),
			SZ_4K);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_expect_vfs(pf, 4);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void bar_test_no_power_of_two(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 4);

	soft_init_rw(pf, SOFT_SRIOV + PCI_SRIOV_BAR, 0xffff5000);
	soft_host_scan(host);
	bar_expect_hole(pf);
}

/* The upper half belongs to the size, too. */
static void bar_test_hole_in_upper_half(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 4);

	soft_vf_bar(pf, 0, SZ_4K, PREF_64);
	soft_init_rw(pf, SOFT_SRIOV + PCI_SRIOV_BAR + 4, 0xfffffffb);
	soft_host_scan(host);
	bar_expect_hole(pf);
}

static struct soft_fn *bar_growing;

/* Each VF decodes more when there are more of them. */
static void bar_grow(u16 num_vfs, u16 *offset, u16 *stride)
{
	soft_init_rw(bar_growing, SOFT_SRIOV + PCI_SRIOV_BAR,
		     ~((num_vfs > 2 ? SZ_16K : SZ_4K) - 1U));
}

/* Sec 9.3.3.14 has no such device; VFs get what enumeration found, as on stock. */
static void bar_test_grows_with_numvfs(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 4);
	int resno = PCI_IOV_RESOURCES, vf_id;
	struct pci_dev *vf;

	bar_growing = pf;
	pf->route = bar_grow;
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, resource_size(&pf->dev->resource[resno]), 4 * SZ_4K);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	for (vf_id = 0; vf_id < 4; vf_id++) {
		vf = soft_find(host, soft_rid(pf) + 1 + vf_id);
		KUNIT_ASSERT_NOT_NULL(test, vf);
		KUNIT_EXPECT_EQ(test, resource_size(&vf->resource[0]), SZ_4K);
		KUNIT_EXPECT_EQ(test, vf->resource[0].start,
				pf->dev->resource[resno].start + vf_id * SZ_4K);
		pci_dev_put(vf);
	}
	soft_disable(pf);
	soft_expect_off(pf);
}

/* The memory of VF 2 has been claimed by another driver: no VF is left. */
static void bar_test_taken(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct resource *all = &pf->dev->resource[PCI_IOV_RESOURCES];
	struct resource taken = {
		.name = "taken",
		.start = all->start + 2 * SZ_4K,
		.end = all->start + 3 * SZ_4K - 1,
		.flags = IORESOURCE_MEM,
	};

	KUNIT_ASSERT_EQ(test, request_resource(all, &taken), 0);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), -EBUSY);
	soft_expect_said(pf->host, "already taken in");
	soft_expect_said(pf->host, "VF 2 could not be added");
	KUNIT_EXPECT_EQ(test, release_resource(&taken), 0);
	soft_expect_off(pf);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 2), 0);
	soft_expect_vfs(pf, 2);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* All six at once, and no BAR at all */
static void bar_test_number(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *six = soft_pf_create(host, NULL, PCI_DEVFN(0, 0), 3);
	struct soft_fn *none = soft_pf_create(host, NULL, PCI_DEVFN(1, 0), 3);
	int bar;

	for (bar = 0; bar < PCI_SRIOV_NUM_BARS; bar++)
		soft_vf_bar(six, bar, SZ_4K << bar, 0);
	soft_vf_bar(none, 0, 0, 0);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(six));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(none));

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(six->dev, 3), 0);
	soft_expect_vfs(six, 3);
	soft_disable(six);
	soft_expect_off(six);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(none->dev, 3), 0);
	soft_expect_vfs(none, 3);
	soft_disable(none);
	soft_expect_off(none);
}

/* More than the host bridge has: logged, with the number, and nothing changed */
static void bar_test_no_room(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 64);

	soft_vf_bar(pf, 0, SZ_16M, 0);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_TRUE(test, pf->dev->is_physfn);
	soft_log_clear(host);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 1), -ENOMEM);
	soft_expect_said(host,
			 "VF BAR 0 needs 1073741824 bytes (64 VFs of 16777216) behind the host bridge");
	soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF), 0);
}

/* One that firmware left at 0 does not look like memory there. */
static void bar_test_unset(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct resource *res = &pf->dev->resource[PCI_IOV_RESOURCES];

	soft_expect_said(pf->host, "VF BAR 0 [mem size 0x00004000]: contains");
	KUNIT_EXPECT_FALSE(test, res->flags & IORESOURCE_UNSET);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_disable(pf);
}

static struct kunit_case bar_tests[] = {
	KUNIT_CASE_PARAM(bar_test_size, bar_gen_params),
	KUNIT_CASE(bar_test_registers),
	KUNIT_CASE(bar_test_no_power_of_two),
	KUNIT_CASE(bar_test_hole_in_upper_half),
	KUNIT_CASE(bar_test_grows_with_numvfs),
	KUNIT_CASE_SLOW(bar_test_taken),
	KUNIT_CASE(bar_test_number),
	KUNIT_CASE(bar_test_no_room),
	KUNIT_CASE(bar_test_unset),
	{}
};

static struct kunit_suite bar_suite = {
	.name = "pci_sriov_bar",
	.test_cases = bar_tests,
};

kunit_test_suite(bar_suite);
