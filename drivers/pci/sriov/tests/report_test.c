// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: what users and authors of PF drivers have reported
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

/* What the PF driver's sriov_configure() does */
static struct {
	int enables;
	int answer;
	bool blocks;
	struct completion begun, go;
} report;

static int report_probe(struct pci_dev *pf, const struct pci_device_id *id)
{
	return 0;
}

static int report_configure(struct pci_dev *pf, int num_vfs)
{
	if (report.blocks) {
		complete(&report.begun);
		wait_for_completion(&report.go);
	}
	if (!num_vfs)
		pci_disable_sriov(pf);
	else if (report.enables && pci_enable_sriov(pf, report.enables))
		return -EIO;

	return report.answer;
}

static struct pci_driver report_driver = {
	.name = "sriov_report",
	.id_table = soft_pf_ids,
	.probe = report_probe,
	.sriov_configure = report_configure,
};

struct answer_case {
	const char *name;
	int enables;		/* of the 4 that are requested */
	int answer;
	const char *said;	/* NULL if nothing is logged */
};

static const struct answer_case answer_cases[] = {
	{ "0, no VF", 0, 0, "4 VFs requested; only 0 enabled" },
	{ "as many, no VF", 0, 4,
	  "sriov_configure(4) returned 4; 0 VFs are enabled" },
	{ "0, all VFs", 4, 0,
	  "sriov_configure(4) returned 0; 4 VFs are enabled" },
	{ "more, all VFs", 4, 7,
	  "sriov_configure(4) returned 7; 4 VFs are enabled" },
	{ "fewer, so many VFs", 2, 2, "4 VFs requested; only 2 enabled" },
	{ "as many, fewer VFs", 2, 4,
	  "sriov_configure(4) returned 4; 2 VFs are enabled" },
	{ "ENOSPC, no VF", 0, -ENOSPC, NULL },
	{ "ENOSPC, some VFs", 3, -ENOSPC,
	  "sriov_configure(4) returned -28; 3 VFs are enabled" },
};

static void answer_case_desc(const struct answer_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(answer, answer_cases, answer_case_desc);

/* What counts is what was enabled, whatever the driver returns. */
static void report_test_answer(struct kunit *test)
{
	const struct answer_case *c = test->param_value;
	struct soft_fn *pf = soft_pf_only(test, 8);

	memset(&report, 0, sizeof(report));
	report.enables = c->enables;
	report.answer = c->answer;
	KUNIT_ASSERT_EQ(test, pci_register_driver(&report_driver), 0);

	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 4), c->answer);
	if (c->said)
		soft_expect_said(pf->host, c->said);
	else
		KUNIT_EXPECT_FALSE(test, soft_said(pf->host, "sriov_configure"));
	if (c->enables)
		soft_expect_vfs(pf, c->enables);
	else
		soft_expect_off(pf);
	KUNIT_EXPECT_EQ(test, pf->dev->sriov->published, c->enables);

	/* and it can be mended */
	report.answer = 0;
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 0), 0);
	soft_expect_off(pf);
	pci_unregister_driver(&report_driver);
}

/* One of the PF's attributes, by its functions: sysfs is not mounted yet. */
static struct device_attribute *report_attr(struct kunit *test, const char *name)
{
	struct attribute **attr = sriov_pf_dev_attr_group.attrs;

	while (*attr && strcmp((*attr)->name, name))
		attr++;
	KUNIT_ASSERT_NOT_NULL(test, *attr);
	return container_of(*attr, struct device_attribute, attr);
}

struct report_writer {
	struct soft_fn *pf;
	struct device_attribute *attr;
	struct completion ready;
	ssize_t rc;
};

static int report_write(void *data)
{
	struct report_writer *writer = data;
	struct device *dev = &writer->pf->dev->dev;

	allow_signal(SIGKILL);
	complete(&writer->ready);
	writer->rc = writer->attr->store(dev, writer->attr, "3", 1);
	return 0;
}

static struct task_struct *report_begin_write(struct kunit *test, struct soft_fn *pf,
					      struct report_writer *writer)
{
	struct task_struct *task;

	writer->pf = pf;
	writer->attr = report_attr(test, "sriov_numvfs");
	init_completion(&writer->ready);
	task = kthread_create(report_write, writer, "sriov_kunit_write");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	get_task_struct(task);
	wake_up_process(task);
	wait_for_completion(&writer->ready);
	return task;
}

static void report_end_write(struct task_struct *task)
{
	kthread_stop(task);
	put_task_struct(task);
}

/* A PF driver that never returns: readers do not wait, a second writer can be killed. */
static void report_test_blocks(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 8);
	struct report_writer first = {}, second = {};
	struct device_attribute *attr = report_attr(test, "sriov_numvfs");
	struct task_struct *first_task, *second_task;
	char *page = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	memset(&report, 0, sizeof(report));
	report.enables = 3;
	report.answer = 3;
	report.blocks = true;
	init_completion(&report.begun);
	init_completion(&report.go);
	KUNIT_ASSERT_EQ(test, pci_register_driver(&report_driver), 0);

	first_task = report_begin_write(test, pf, &first);
	wait_for_completion(&report.begun);
	KUNIT_EXPECT_GT(test, attr->show(&pf->dev->dev, attr, page), 0);
	KUNIT_EXPECT_STREQ(test, page, "0\n");

	second_task = report_begin_write(test, pf, &second);
	send_sig(SIGKILL, second_task, 1);
	report_end_write(second_task);
	KUNIT_EXPECT_LT(test, second.rc, 0);

	complete(&report.go);
	report_end_write(first_task);
	KUNIT_EXPECT_EQ(test, first.rc, 1);
	soft_expect_vfs(pf, 3);

	report.blocks = false;
	report.answer = 0;
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 0), 0);
	pci_unregister_driver(&report_driver);
}

static int report_probe_fails(struct pci_dev *pf, const struct pci_device_id *id)
{
	return pci_enable_sriov(pf, 2) ? : -ENXIO;
}

static struct pci_driver report_failing_driver = {
	.name = "sriov_failing",
	.id_table = soft_pf_ids,
	.probe = report_probe_fails,
};

/*
 * A driver that enables VFs and then fails its probe leaves them, as one does that leaves
 * them in its remove(); the next one can disable them.
 */
static void report_test_probe_fails(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 8);

	KUNIT_ASSERT_EQ(test, pci_register_driver(&report_failing_driver), 0);
	KUNIT_EXPECT_NULL(test, pf->dev->driver);
	pci_unregister_driver(&report_failing_driver);
	soft_expect_vfs(pf, 2);
	KUNIT_EXPECT_FALSE(test, soft_said(pf->host, "after remove"));

	memset(&report, 0, sizeof(report));
	KUNIT_ASSERT_EQ(test, pci_register_driver(&report_driver), 0);
	KUNIT_EXPECT_EQ(test, soft_set_numvfs(pf, 0), 0);
	soft_expect_off(pf);
	pci_unregister_driver(&report_driver);
}

/* Function 0 of a device is removed and found again while function 1 has VFs. */
static void report_test_function_0(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *first = soft_pf_create(host, NULL, 0, 4);
	struct soft_fn *pf = soft_pf_create(host, NULL, 1, 4);
	struct pci_dev *vf, *again;

	soft_init8(first, PCI_HEADER_TYPE, PCI_HEADER_TYPE_MFD);
	soft_init8(pf, PCI_HEADER_TYPE, PCI_HEADER_TYPE_MFD);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET, 7);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(first));
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_expect_vfs(pf, 4);
	vf = soft_find(host, 8);
	KUNIT_ASSERT_NOT_NULL(test, vf);

	soft_remove(first);
	soft_expect_vfs(pf, 4);
	pci_lock_rescan_remove();
	pci_rescan_bus(host->bus);
	pci_unlock_rescan_remove();
	KUNIT_EXPECT_NOT_NULL(test, soft_dev(first));
	soft_expect_vfs(pf, 4);
	again = soft_find(host, 8);
	KUNIT_EXPECT_PTR_EQ(test, again, vf);
	pci_dev_put(again);
	pci_dev_put(vf);

	soft_disable(pf);
	soft_expect_off(pf);
}

/* VFs on buses without a bridge: what the PCI core does for a bus finds none. */
static void report_test_bus_without_bridge(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 4);
	struct pci_bus *bus;
	struct pci_dev *vf;

	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET, 0x100);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 4), 0);
	soft_expect_vfs(pf, 4);
	vf = soft_find(host, 0x100);
	KUNIT_ASSERT_NOT_NULL(test, vf);
	bus = vf->bus;
	KUNIT_ASSERT_NULL(test, bus->self);

	pci_read_bridge_bases(bus);
	pci_lock_rescan_remove();
	pci_rescan_bus(bus);
	pci_unlock_rescan_remove();
	soft_expect_vfs(pf, 4);

	/* memory that the bus does not have, but the bus of the PF has */
	KUNIT_EXPECT_EQ(test, release_resource(&vf->resource[0]), 0);
	KUNIT_EXPECT_EQ(test, pci_assign_resource(vf, 0), 0);
	KUNIT_EXPECT_NOT_NULL(test, vf->resource[0].parent);
	pci_dev_put(vf);

	soft_disable(pf);
	soft_expect_off(pf);
}

/* A Function Level Reset that does not clear VF Enable: nothing to restore, or to move. */
static void report_test_reset_keeps_vfs(struct kunit *test)
{
	struct soft_fn *pf = soft_pf_only(test, 4);

	pf->keeps = true;
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 3), 0);
	KUNIT_EXPECT_EQ(test, pci_reset_function(pf->dev), 0);
	KUNIT_EXPECT_FALSE(test, pci_sriov_vfs_lost(pf->dev));
	KUNIT_EXPECT_NULL(test, pf->host->broken_rule);
	soft_expect_vfs(pf, 3);
	soft_disable(pf);
	soft_expect_off(pf);
}

static struct kunit_case report_tests[] = {
	KUNIT_CASE_PARAM(report_test_answer, answer_gen_params),
	KUNIT_CASE(report_test_blocks),
	KUNIT_CASE(report_test_probe_fails),
	KUNIT_CASE(report_test_function_0),
	KUNIT_CASE(report_test_bus_without_bridge),
	KUNIT_CASE(report_test_reset_keeps_vfs),
	{}
};

static struct kunit_suite report_suite = {
	.name = "pci_sriov_report",
	.test_cases = report_tests,
};

kunit_test_suite(report_suite);
