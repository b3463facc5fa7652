// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: VFs that are silent, late or strange, and their drivers
 */
#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

static void vf_test_silent(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct pci_dev *vf;
	int vf_id;

	pf->vf[2].deaf = SOFT_NEVER;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_expect_said(pf->host, "VF 2 does not answer");
	KUNIT_EXPECT_FALSE(test, soft_said(pf->host, "VF 1 does not"));
	KUNIT_EXPECT_FALSE(test, soft_said(pf->host, "VF 3 does not"));
	for (vf_id = 0; vf_id < 4; vf_id++) {
		vf = soft_find(pf->host, 1 + vf_id);
		KUNIT_EXPECT_NOT_NULL(test, vf);
		pci_dev_put(vf);
	}
	soft_disable(pf);
	soft_expect_off(pf);

	/* the next time it works */
	pf->vf[2].deaf = 0;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_expect_vfs(pf, 4);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* What VFs have in common is then read from the next one. */
static void vf_test_first_silent(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 2);
	struct pci_dev *vf;

	pf->vf[0].deaf = SOFT_NEVER;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 2), 0);
	vf = soft_find(pf->host, 1);
	KUNIT_ASSERT_NOT_NULL(test, vf);
	KUNIT_EXPECT_EQ(test, vf->class, PCI_CLASS_OTHERS << 16);
	KUNIT_EXPECT_FALSE(test, pci_is_pcie(vf));
	pci_dev_put(vf);
	vf = soft_find(pf->host, 2);
	KUNIT_ASSERT_NOT_NULL(test, vf);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_id(vf), 1);
	KUNIT_EXPECT_EQ(test, vf->subsystem_device, 0x3333);
	KUNIT_EXPECT_EQ(test, vf->subsystem_vendor, 0x4444);
	KUNIT_EXPECT_EQ(test, vf->class, PCI_CLASS_OTHERS << 16);
	pci_dev_put(vf);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void vf_test_all_silent(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 300);
	int vf_id;

	for (vf_id = 0; vf_id < 300; vf_id++)
		pf->vf[vf_id].deaf = SOFT_NEVER;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 300), -EIO);
	soft_expect_said(pf->host, "VF 0 does not answer");
	soft_expect_said(pf->host, "VF 299 does not answer");
	soft_expect_off(pf);
}

static void vf_test_late(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);

	pf->vf[1].deaf = 1;
	pf->vf[3].deaf = 4;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	KUNIT_EXPECT_EQ(test, pf->vf[3].left, 0);
	soft_expect_vfs(pf, 4);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* The port shows Request Retry Status: Vendor ID 0001h. */
static void vf_test_late_behind_port(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *port = soft_port_create(host, PCI_DEVFN(1, 0));
	struct soft_fn *pf = soft_pf_create(host, port, 0, 4);

	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(port));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_TRUE(test, port->dev->config_rrs_sv);

	pf->vf[0].deaf = 3;
	pf->vf[2].deaf = 5;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	KUNIT_EXPECT_EQ(test, pf->vf[2].left, 0);
	soft_expect_vfs(pf, 4);
	soft_disable(pf);
	soft_expect_off(pf);
}

static struct soft_reg *vf_regs_copy(struct soft_host *host,
				     const struct soft_reg *from)
{
	size_t size = sizeof(soft_vf_regs);

	return memcpy(soft_alloc(host, size), from, size);
}

/* Sec 9.3.7 forbids it, and struct pci_dev has no room for both. */
static void vf_test_claims_sriov(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct soft_reg *reg;
	struct pci_dev *vf;

	reg = vf_regs_copy(pf->host, soft_pf_regs);
	memcpy(reg, soft_vf_regs, SOFT_ARI);
	reg[(SOFT_SRIOV + PCI_SRIOV_INITIAL_VF) / 4].reset = 8 << 16 | 8;
	pf->vf_reg = reg;

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_expect_said(pf->host, "a VF cannot have VFs");
	soft_expect_vfs(pf, 4);
	vf = soft_find(pf->host, 1);
	KUNIT_ASSERT_NOT_NULL(test, vf);
	KUNIT_EXPECT_FALSE(test, vf->is_physfn);
	KUNIT_EXPECT_EQ(test, pci_sriov_get_totalvfs(vf), 0);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(vf, 1), SOFT_NO_PF);
	pci_dev_put(vf);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* A header that no VF may have: the enable fails, and nothing is left. */
static void vf_test_wrong_header(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct soft_reg *reg;

	reg = vf_regs_copy(pf->host, soft_vf_regs);
	reg[PCI_CACHE_LINE_SIZE / 4].reset = 0x7f << 16;
	pf->vf_reg = reg;

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), -EIO);
	soft_expect_said(pf->host, "VF 0 could not be added");
	soft_expect_off(pf);
}

/*
 * Readiness Time Reporting (sec 7.9.17): five times 2^20 ns after VF Enable.  The
 * core has read that after the first enable; the model applies it from the start,
 * and reports a VF that is accessed earlier.
 */
#define RTR_MS(ms)	(4 << 9 | (ms))

static struct soft_fn *vf_rtr_pf(struct kunit *test, u32 reset_time)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct soft_reg *reg = vf_regs_copy(pf->host, soft_vf_regs);

	reg[PCI_CFG_SPACE_SIZE / 4].reset = 0x00010022;
	reg[PCI_CFG_SPACE_SIZE / 4 + 1].reset = reset_time;
	pf->vf_reg = reg;
	return pf;
}

static void vf_rtr_on_off(struct soft_fn *pf, int num_vfs)
{
	struct kunit *test = pf->host->test;

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, num_vfs), 0);
	soft_expect_vfs(pf, num_vfs);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void vf_test_states_its_time(struct kunit *test)
{
	struct soft_fn *pf = vf_rtr_pf(test, PCI_RTR_VALID | RTR_MS(5));
	struct pci_sriov *sriov = pf->dev->sriov;

	KUNIT_EXPECT_EQ(test, sriov_ready_us(sriov), 100000);
	vf_rtr_on_off(pf, 3);
	KUNIT_EXPECT_EQ(test, sriov_ready_us(sriov), 5243);
	pf->enable_us = 5242;
	vf_rtr_on_off(pf, 3);
	/* nothing was read from VF 3 yet */
	pf->enable_us = 100000;
	vf_rtr_on_off(pf, 4);

	sriov_ready_forget(sriov);
	vf_rtr_on_off(pf, 3);
}

static void vf_test_states_no_time(struct kunit *test)
{
	static const u32 reset_time[] = {
		RTR_MS(5),			/* not valid */
		PCI_RTR_VALID | RTR_MS(511),	/* more than must be waited */
		PCI_RTR_VALID | 6 << 9 | 1,	/* a reserved scale */
		PCI_RTR_VALID | 7 << 9 | 1,
		U32_MAX,
	};
	struct soft_fn *pf;
	int i;

	for (i = 0; i < ARRAY_SIZE(reset_time); i++) {
		pf = vf_rtr_pf(test, reset_time[i]);
		vf_rtr_on_off(pf, 2);
		KUNIT_EXPECT_EQ(test, sriov_ready_us(pf->dev->sriov), 100000);
		vf_rtr_on_off(pf, 2);
	}
}

static int vf_probes, vf_removes;

static int vf_driver_probe(struct pci_dev *vf, const struct pci_device_id *id)
{
	vf_probes++;

	return pci_iov_vf_id(vf) == 1 ? -EINVAL : 0;
}

static void vf_driver_remove(struct pci_dev *vf)
{
	u32 val;

	/* the VF is still there for its driver */
	pci_read_config_dword(vf, PCI_CLASS_REVISION, &val);
	vf_removes += val != ~0;
}

static const struct pci_device_id vf_driver_ids[] = {
	{ PCI_DEVICE(SOFT_VENDOR, SOFT_VF_DEVICE) },
	{}
};

static struct pci_driver vf_driver = {
	.name = "sriov_kunit_vf",
	.id_table = vf_driver_ids,
	.probe = vf_driver_probe,
	.remove = vf_driver_remove,
};

static void vf_driver_unregister(void *data)
{
	pci_unregister_driver(&vf_driver);
}

/* A failed probe of VF 1 does not affect other VFs. */
static void vf_test_driver(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);

	vf_probes = 0;
	vf_removes = 0;
	KUNIT_ASSERT_EQ(test, pci_register_driver(&vf_driver), 0);
	KUNIT_ASSERT_EQ(test,
			kunit_add_action_or_reset(test, vf_driver_unregister,
						  NULL), 0);

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	KUNIT_EXPECT_EQ(test, vf_probes, 4);
	soft_expect_vfs(pf, 4);
	soft_disable(pf);
	KUNIT_EXPECT_EQ(test, vf_removes, 3);
	soft_expect_off(pf);

	pci_vf_drivers_autoprobe(pf->dev, false);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	KUNIT_EXPECT_EQ(test, vf_probes, 4);
	soft_disable(pf);
	KUNIT_EXPECT_EQ(test, vf_removes, 3);
	soft_expect_off(pf);
}

/*
 * A VF that is silent is a pci_dev like the others, because PF drivers count on
 * that.  It has no driver until it answers, and is complete then.
 */
static void vf_test_answers_late(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);
	struct pci_dev *vf;

	vf_probes = 0;
	KUNIT_ASSERT_EQ(test, pci_register_driver(&vf_driver), 0);
	KUNIT_ASSERT_EQ(test,
			kunit_add_action_or_reset(test, vf_driver_unregister,
						  NULL), 0);
	pf->vf[2].deaf = SOFT_NEVER;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	KUNIT_EXPECT_EQ(test, vf_probes, 3);
	vf = soft_find(pf->host, soft_rid(pf) + 3);
	KUNIT_ASSERT_NOT_NULL(test, vf);
	KUNIT_EXPECT_NULL(test, vf->driver);

	KUNIT_EXPECT_EQ(test, device_attach(&vf->dev), 0);
	KUNIT_EXPECT_EQ(test, vf_probes, 3);
	soft_expect_said(pf->host, "does not answer, so no driver is bound");

	pf->vf[2].left = 0;
	KUNIT_EXPECT_EQ(test, device_attach(&vf->dev), 1);
	KUNIT_EXPECT_EQ(test, vf_probes, 4);
	KUNIT_EXPECT_PTR_EQ(test, vf->driver, &vf_driver);
	KUNIT_EXPECT_EQ(test, vf->pcie_cap, SOFT_EXP);
	/* of pm_runtime_enable(), if it was set up twice */
	KUNIT_EXPECT_FALSE(test, soft_said(pf->host, "Unbalanced"));
	KUNIT_EXPECT_EQ(test, pcie_reset_flr(vf, PCI_RESET_PROBE), 0);
	KUNIT_EXPECT_TRUE(test, pci_reset_supported(vf));
	pci_dev_put(vf);

	soft_disable(pf);
	soft_expect_off(pf);
}

/* A port that does not look at the Device lets the PF answer for all: not a VF. */
static void vf_test_alias(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *port = soft_port_create(host, PCI_DEVFN(1, 0));
	struct soft_fn *pf = soft_pf_create(host, port, 0, 12);
	struct soft_reg *reg;

	/* Samsung a824 and Broadcom 57810 are found behind ports without ARI */
	soft_init32(port, SOFT_EXP + PCI_EXP_DEVCAP2, 0);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET, 8);
	reg = vf_regs_copy(host, soft_vf_regs);
	reg[PCI_VENDOR_ID / 4].reset = SOFT_PF_DEVICE << 16 | SOFT_VENDOR;
	pf->vf[0].reg = reg;
	port->lenient = true;
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));

	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 1), -EIO);
	soft_expect_said(host, "VF 0 does not answer");
	soft_expect_off(pf);

	/* a VF that only shows what it should not is one where it is reached */
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_expect_said(host, "VF 0 is 01:01.0, which should need ARI");
	KUNIT_ASSERT_NOT_NULL(test, pf->dev->sriov->slots);
	KUNIT_EXPECT_TRUE(test, pf->dev->sriov->slots[0].silent);
	KUNIT_EXPECT_FALSE(test, pf->dev->sriov->slots[3].silent);
	soft_disable(pf);
	soft_expect_off(pf);
}

static struct kunit_case vf_tests[] = {
	KUNIT_CASE_SLOW(vf_test_silent),
	KUNIT_CASE_SLOW(vf_test_first_silent),
	KUNIT_CASE_SLOW(vf_test_all_silent),
	KUNIT_CASE(vf_test_late),
	KUNIT_CASE(vf_test_late_behind_port),
	KUNIT_CASE(vf_test_claims_sriov),
	KUNIT_CASE(vf_test_wrong_header),
	KUNIT_CASE_SLOW(vf_test_states_its_time),
	KUNIT_CASE_SLOW(vf_test_states_no_time),
	KUNIT_CASE_SLOW(vf_test_driver),
	KUNIT_CASE_SLOW(vf_test_answers_late),
	KUNIT_CASE_SLOW(vf_test_alias),
	{}
};

static struct kunit_suite vf_suite = {
	.name = "pci_sriov_vf",
	.test_cases = vf_tests,
};

kunit_test_suite(vf_suite);
