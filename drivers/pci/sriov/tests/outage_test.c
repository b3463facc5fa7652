// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: drivers and programs keep away from VFs while their PF is reset
 */
#include <linux/delay.h>
#include <linux/workqueue.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

#define OUTAGE_VFS	2

static atomic_t outage_probes;

static int outage_probe_vf(struct pci_dev *vf, const struct pci_device_id *id)
{
	atomic_inc(&outage_probes);
	return 0;
}

static const struct pci_device_id outage_vf_ids[] = {
	{ PCI_DEVICE(SOFT_VENDOR, SOFT_VF_DEVICE) },
	{}
};

static struct pci_driver outage_vf_driver = {
	.name = "sriov_kunit_outage_vf",
	.id_table = outage_vf_ids,
	.probe = outage_probe_vf,
};

/* What the PF driver's callbacks find */
static int outage_in_prepare, outage_in_done, outage_bound;

static int outage_probe_pf(struct pci_dev *pf, const struct pci_device_id *id)
{
	return 0;
}

static void outage_reset_prepare(struct pci_dev *pf)
{
	outage_in_prepare = sriov_in_outage(pf->sriov);
	outage_bound = device_attach(&pf->sriov->slots[0].vf->dev) > 0 ||
		       atomic_read(&outage_probes);
}

static void outage_reset_done(struct pci_dev *pf)
{
	outage_in_done = sriov_in_outage(pf->sriov);
}

static const struct pci_error_handlers outage_handlers = {
	.reset_prepare = outage_reset_prepare,
	.reset_done = outage_reset_done,
};

static struct pci_driver outage_pf_driver = {
	.name = "sriov_kunit_outage_pf",
	.id_table = soft_pf_ids,
	.probe = outage_probe_pf,
	.err_handler = &outage_handlers,
};

static void outage_unregister(void *driver)
{
	pci_unregister_driver(driver);
}

static void outage_register(struct kunit *test, struct pci_driver *driver)
{
	KUNIT_ASSERT_EQ(test, pci_register_driver(driver), 0);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, outage_unregister,
						  driver));
}

/* A PF whose VFs have no driver, though a driver matches */
static struct soft_fn *outage_pf(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, OUTAGE_VFS);

	atomic_set(&outage_probes, 0);
	outage_register(test, &outage_vf_driver);
	pf->dev->sriov->policy.autoprobe = false;
	KUNIT_ASSERT_EQ(test, pci_enable_sriov(pf->dev, OUTAGE_VFS), 0);
	pf->dev->sriov->policy.autoprobe = true;
	KUNIT_EXPECT_EQ(test, atomic_read(&outage_probes), 0);
	return pf;
}

static struct device *outage_vf(struct soft_fn *pf, unsigned int vf_id)
{
	return &pf->dev->sriov->slots[vf_id].vf->dev;
}

static void outage_begin(struct soft_fn *pf)
{
	device_lock(&pf->dev->dev);
	pci_iov_outage_begin(pf->dev);
	device_unlock(&pf->dev->dev);
}

static void outage_end(struct soft_fn *pf)
{
	device_lock(&pf->dev->dev);
	pci_iov_outage_end(pf->dev);
	device_unlock(&pf->dev->dev);
	flush_work(&pf->dev->sriov->rebind);
}

/* The VF whose probe was deferred is bound afterwards, and no other. */
static void outage_test_probe(struct kunit *test)
{
	struct soft_fn *pf = outage_pf(test);

	outage_begin(pf);
	KUNIT_EXPECT_LE(test, device_attach(outage_vf(pf, 1)), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&outage_probes), 0);
	outage_end(pf);
	KUNIT_EXPECT_EQ(test, atomic_read(&outage_probes), 1);
	KUNIT_EXPECT_NULL(test, outage_vf(pf, 0)->driver);
	KUNIT_EXPECT_NOT_NULL(test, outage_vf(pf, 1)->driver);

	/* and once only */
	device_release_driver(outage_vf(pf, 1));
	outage_begin(pf);
	outage_end(pf);
	KUNIT_EXPECT_EQ(test, atomic_read(&outage_probes), 1);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* A reset of the function is an outage from before reset_prepare() to reset_done(). */
static void outage_test_reset(struct kunit *test)
{
	struct soft_fn *pf = outage_pf(test);

	outage_register(test, &outage_pf_driver);
	KUNIT_ASSERT_PTR_EQ(test, pf->dev->driver, &outage_pf_driver);
	outage_in_prepare = -1;
	outage_in_done = -1;
	outage_bound = -1;
	KUNIT_EXPECT_EQ(test, pci_reset_function(pf->dev), 0);
	KUNIT_EXPECT_EQ(test, outage_in_prepare, true);
	KUNIT_EXPECT_EQ(test, outage_in_done, false);
	KUNIT_EXPECT_FALSE(test, outage_bound);
	flush_work(&pf->dev->sriov->rebind);
	KUNIT_EXPECT_EQ(test, atomic_read(&outage_probes), 1);
	KUNIT_EXPECT_NOT_NULL(test, outage_vf(pf, 0)->driver);
	KUNIT_EXPECT_NULL(test, pf->host->broken_rule);
	soft_disable(pf);
	soft_expect_off(pf);
}

/**
 * struct outage_program - a program that accesses config space of a VF
 * @work: the access
 * @vf: the VF
 * @val: what was read
 */
struct outage_program {
	struct work_struct work;
	struct pci_dev *vf;
	u16 val;
};

static void outage_read(struct work_struct *work)
{
	struct outage_program *program =
		container_of(work, struct outage_program, work);

	pci_user_read_config_word(program->vf, PCI_COMMAND, &program->val);
}

static bool outage_program_waits(struct outage_program *program)
{
	msleep(50);
	return work_busy(&program->work);
}

static void outage_program_begin(struct soft_fn *pf,
				 struct outage_program *program)
{
	INIT_WORK_ONSTACK(&program->work, outage_read);
	program->vf = to_pci_dev(outage_vf(pf, 0));
	program->val = 0x5a5a;
	queue_work(system_unbound_wq, &program->work);
	KUNIT_EXPECT_TRUE(pf->host->test, outage_program_waits(program));
}

static void outage_program_end(struct outage_program *program)
{
	flush_work(&program->work);
	destroy_work_on_stack(&program->work);
}

static void outage_test_program(struct kunit *test)
{
	struct soft_fn *pf = outage_pf(test);
	struct outage_program program;

	outage_begin(pf);
	outage_program_begin(pf, &program);
	outage_end(pf);
	outage_program_end(&program);
	KUNIT_EXPECT_EQ(test, program.val, 0);
	soft_disable(pf);
	soft_expect_off(pf);
}

/* The PF driver disables its VFs instead; their removal does not wait for programs. */
static void outage_test_disable(struct kunit *test)
{
	struct soft_fn *pf = outage_pf(test);
	struct outage_program program;

	outage_begin(pf);
	outage_program_begin(pf, &program);
	pci_dev_get(program.vf);
	soft_disable(pf);
	outage_program_end(&program);
	pci_dev_put(program.vf);
	outage_end(pf);
	soft_expect_off(pf);
}

/* One VF is removed through its file. */
static void outage_test_remove(struct kunit *test)
{
	struct soft_fn *pf = outage_pf(test);
	struct outage_program program;

	outage_begin(pf);
	outage_program_begin(pf, &program);
	pci_dev_get(program.vf);
	pci_stop_and_remove_bus_device_locked(program.vf);
	outage_program_end(&program);
	pci_dev_put(program.vf);
	outage_end(pf);
	soft_disable(pf);
	soft_expect_off(pf);
}

static struct kunit_case outage_tests[] = {
	KUNIT_CASE(outage_test_probe),
	KUNIT_CASE(outage_test_reset),
	KUNIT_CASE(outage_test_program),
	KUNIT_CASE(outage_test_disable),
	KUNIT_CASE(outage_test_remove),
	{}
};

static struct kunit_suite outage_suite = {
	.name = "pci_sriov_outage",
	.test_cases = outage_tests,
};

kunit_test_suite(outage_suite);
