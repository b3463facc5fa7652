// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: fixups, notifiers and events see a VF as they see any function
 *
 * An IOMMU driver looks at a device when it is added, and drivers when they are bound.
 * Whatever fixups have changed by then (ATS, for instance) must have been changed for a
 * VF, too: for each VF, and again whenever VFs are enabled.  User space may look for the
 * link to the PF as soon as it receives the first event.
 */
#include <linux/notifier.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

/* Devices that only these tests have */
#define FIXUP_PF	0xfffa
#define FIXUP_VF	0xfffb

#define NUM_VFS		3
#define FIXUP_STEPS	8

/**
 * struct fixup_record - what happened to a device, in this order
 * @steps: E, H, F: early, header and final fixups; A: the notifier of its adding
 * @adds: how often its event ACTION=add was sent
 * @links: how often it had its link to the PF by then
 */
struct fixup_record {
	char steps[FIXUP_STEPS];
	int adds;
	int links;
};

static struct fixup_record fixup_pf, fixup_vf[NUM_VFS];

static struct fixup_record *fixup_record_of(struct pci_dev *dev)
{
	int vf_id;

	if (dev->vendor != SOFT_VENDOR)
		return NULL;
	if (dev->device == FIXUP_PF)
		return &fixup_pf;
	if (dev->device != FIXUP_VF)
		return NULL;

	vf_id = pci_iov_vf_id(dev);
	return vf_id < 0 || vf_id >= NUM_VFS ? NULL : &fixup_vf[vf_id];
}

static void fixup_add(struct pci_dev *dev, char step)
{
	struct fixup_record *record = fixup_record_of(dev);
	size_t len;

	if (!record)
		return;

	len = strlen(record->steps);
	if (len < FIXUP_STEPS - 1)
		record->steps[len] = step;
}

static void fixup_early(struct pci_dev *dev)
{
	fixup_add(dev, 'E');
}
DECLARE_PCI_FIXUP_EARLY(SOFT_VENDOR, FIXUP_PF, fixup_early);
DECLARE_PCI_FIXUP_EARLY(SOFT_VENDOR, FIXUP_VF, fixup_early);

/* Called for each event that user space receives */
static int fixup_uevent(const struct device *dev, struct kobj_uevent_env *env)
{
	struct fixup_record *record = fixup_record_of(to_pci_dev(dev));
	struct kernfs_node *link;

	if (!record || strcmp(env->envp[0], "ACTION=add"))
		return 0;

	record->adds++;
	link = kernfs_find_and_get(dev->kobj.sd, "physfn");
	record->links += !!link;
	kernfs_put(link);
	return 0;
}

/* Without the groups of files that a VF usually has */
static const struct device_type fixup_type = {
	.uevent = fixup_uevent,
};

static void fixup_header(struct pci_dev *dev)
{
	fixup_add(dev, 'H');
	if (dev->is_virtfn)
		dev->dev.type = &fixup_type;
}
DECLARE_PCI_FIXUP_HEADER(SOFT_VENDOR, FIXUP_PF, fixup_header);
DECLARE_PCI_FIXUP_HEADER(SOFT_VENDOR, FIXUP_VF, fixup_header);

/* So do the quirks for devices whose ATS does not work. */
static void fixup_final(struct pci_dev *dev)
{
	fixup_add(dev, 'F');
}
DECLARE_PCI_FIXUP_FINAL(SOFT_VENDOR, FIXUP_PF, fixup_final);
DECLARE_PCI_FIXUP_FINAL(SOFT_VENDOR, FIXUP_VF, fixup_final);

static int fixup_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	if (action == BUS_NOTIFY_ADD_DEVICE)
		fixup_add(to_pci_dev(data), 'A');

	return 0;
}

static struct notifier_block fixup_nb = {
	.notifier_call = fixup_notify,
};

static void fixup_enable(struct soft_fn *pf)
{
	struct kunit *test = pf->host->test;
	int vf_id;

	memset(fixup_vf, 0, sizeof(fixup_vf));
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, NUM_VFS), 0);
	for (vf_id = 0; vf_id < NUM_VFS; vf_id++) {
		KUNIT_EXPECT_STREQ_MSG(test, fixup_vf[vf_id].steps, fixup_pf.steps,
				       "VF %d", vf_id);
		KUNIT_EXPECT_EQ_MSG(test, fixup_vf[vf_id].adds, 1, "VF %d", vf_id);
		KUNIT_EXPECT_EQ_MSG(test, fixup_vf[vf_id].links, 1, "VF %d", vf_id);
	}
	soft_expect_vfs(pf, NUM_VFS);
	soft_disable(pf);
	soft_expect_off(pf);
}

static void fixup_test_order(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, NUM_VFS);

	memset(&fixup_pf, 0, sizeof(fixup_pf));
	soft_init16(pf, PCI_DEVICE_ID, FIXUP_PF);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_DID, FIXUP_VF);
	KUNIT_ASSERT_EQ(test, bus_register_notifier(&pci_bus_type, &fixup_nb), 0);
	soft_host_scan(host);
	KUNIT_EXPECT_NOT_NULL(test, soft_dev(pf));
	if (pf->dev) {
		KUNIT_EXPECT_STREQ(test, fixup_pf.steps, "EHAF");
		fixup_enable(pf);
		fixup_enable(pf);
	}
	bus_unregister_notifier(&pci_bus_type, &fixup_nb);
}

static struct kunit_case fixup_tests[] = {
	KUNIT_CASE_SLOW(fixup_test_order),
	{}
};

static struct kunit_suite fixup_suite = {
	.name = "pci_sriov_fixup",
	.test_cases = fixup_tests,
};

kunit_test_suite(fixup_suite);
