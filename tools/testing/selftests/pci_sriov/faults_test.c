// SPDX-License-Identifier: GPL-2.0-only
/*
 * PFs that misbehave (see devices.faulty).  The tests do not depend on the fault of a
 * PF.  They check the same for each PF: that the kernel reports the actual state.  A PF
 * without a fault passes on every kernel.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/pci_regs.h>

#include "harness.h"
#include "config_space.h"
#include "edu.h"
#include "fixture.h"
#include "klog.h"

FIXTURE(faults)
{
	struct pci_fn pf;
	char driver[DRIVER_NAME_LEN];
};

FIXTURE_VARIANT(faults)
{
	int index;
};

FIXTURE_VARIANT_ADD(faults, pf0) { .index = 0, };
FIXTURE_VARIANT_ADD(faults, pf1) { .index = 1, };
FIXTURE_VARIANT_ADD(faults, pf2) { .index = 2, };
FIXTURE_VARIANT_ADD(faults, pf3) { .index = 3, };
FIXTURE_VARIANT_ADD(faults, pf4) { .index = 4, };
FIXTURE_VARIANT_ADD(faults, pf5) { .index = 5, };

FIXTURE_SETUP(faults)
{
	if (pf_take(PF_SRIOV_EDU, variant->index, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
}

/* The kernel tries to write NumVFs also if it is read-only, which the referee counts. */
static bool keeps_no_numvfs(const struct pci_fn *pf)
{
	return klog_has(pf->name, "wrote NumVFs", strcasestr);
}

/* A violation by stock is reported as an expected failure; see take_census(). */
FIXTURE_TEARDOWN(faults)
{
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	if (!core_is_new() || keeps_no_numvfs(&self->pf))
		EXPECT_EQ(0, edu_poke(&self->pf, SRIOV_EDU_REFEREE_CTRL,
				      SRIOV_EDU_REFEREE_CLEAR));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

/* As EXPECT_ON_NEW(), but it may also be true on stock. */
#define EXPECT_OR_XFAIL(expression, ...) do {				\
	bool __so = (expression);					\
									\
	if (!__so || core_is_new())					\
		EXPECT_ON_NEW(__so, __VA_ARGS__);			\
} while (0)

struct census {
	int numvfs;	/* in sriov_numvfs */
	int exist;	/* according to the device */
	int links;
	int silent;	/* do not answer, and have a driver or no message in the log */
	int missing;	/* not in sysfs */
	int breaches;	/* of the specification's rules, by software */
};

static int breaches(const struct pci_fn *pf)
{
	int total = edu_peek(pf, SRIOV_EDU_REFEREE_TOTAL);

	if (keeps_no_numvfs(pf))
		total -= edu_peek(pf, SRIOV_EDU_REFEREE_COUNT(SRIOV_EDU_REF_NUMVFS_RANGE));
	return total;
}

/* It is a device like other VFs, but no driver is bound to it. */
static bool is_known_to_be_silent(const struct pci_fn *pf,
				  const struct pci_fn *vf, int vf_id)
{
	char number[16];

	snprintf(number, sizeof(number), " VF %d ", vf_id);
	return klog_has(pf->name, number, strcasestr) &&
	       !sysfs_exists(vf->dir, "driver");
}

static struct census take_census(const struct pci_fn *pf)
{
	struct census census = {
		.numvfs = pf_num_vfs(pf),
		.exist = edu_peek(pf, SRIOV_EDU_NUM_VFS),
		.links = pf_count_links(pf),
		.breaches = breaches(pf),
	};
	struct pci_fn vf;
	int i;

	for (i = 0; i < census.numvfs; i++) {
		if (pf_vf(pf, i, &vf) || !pci_fn_exists(&vf))
			census.missing++;
		else if (config_read(&vf, PCI_CLASS_REVISION, 4) == 0xffffffff)
			census.silent += !is_known_to_be_silent(pf, &vf, i);
	}
	return census;
}

/* Either all VFs exist or none, but a VF that does not answer may have no driver. */
TEST_F(faults, what_is_said_is_so)
{
	int ret = pf_set_num_vfs(&self->pf, pf_total_vfs(&self->pf));
	struct census vfs = take_census(&self->pf);

	EXPECT_OR_XFAIL(!vfs.silent && !vfs.missing && !vfs.breaches &&
			vfs.links == vfs.numvfs && vfs.exist == vfs.numvfs &&
			(ret ? !vfs.numvfs : vfs.numvfs > 0),
			"write: %s; sriov_numvfs is %d, %d in hardware, %d linked, %d silent, %d missing, %d breaches of rules",
			ret ? strerror(-ret) : "ok", vfs.numvfs, vfs.exist,
			vfs.links, vfs.silent, vfs.missing, vfs.breaches);
}

/* Binding reads the VF again, and is refused while it does not answer. */
TEST_F(faults, silent_vf_gets_no_driver)
{
	int num_vfs = pf_total_vfs(&self->pf), i;
	struct pci_fn vf;

	if (!core_is_new())
		SKIP(return, "stock binds drivers to VFs that do not answer");
	if (pf_set_num_vfs(&self->pf, num_vfs))
		SKIP(return, "no VF");
	for (i = 0; i < num_vfs; i++) {
		ASSERT_EQ(0, pf_vf(&self->pf, i, &vf));
		if (config_read(&vf, PCI_CLASS_REVISION, 4) != 0xffffffff)
			continue;
		EXPECT_EQ(-ENODEV, sysfs_write(PCI_DRIVERS "/sriov_edu_vf",
					       "bind", vf.name));
		EXPECT_TRUE(klog_has(vf.name, "no driver is bound", strcasestr));
		EXPECT_FALSE(sysfs_exists(vf.dir, "driver"));
		return;
	}
	SKIP(return, "all VFs answer");
}

TEST_F(faults, vf_is_no_pf)
{
	struct pci_fn vf;

	if (pf_set_num_vfs(&self->pf, 1) || pf_vf(&self->pf, 0, &vf) ||
	    !pci_fn_exists(&vf))
		SKIP(return, "no VF");
	EXPECT_TRUE(sysfs_exists(vf.dir, "physfn"));
	EXPECT_FALSE(sysfs_exists(vf.dir, "sriov_numvfs"));
}

/* VF Stride is not used, and may be 0, with one VF. */
TEST_F(faults, stride_0_with_one_vf)
{
	struct pci_fn vf;

	if (config_read_sriov(&self->pf, PCI_SRIOV_VF_STRIDE))
		SKIP(return, "VF Stride is not 0");
	if (!core_is_new())
		SKIP(return, "stock divides by zero with the PF locked");

	ASSERT_EQ(0, sysfs_write(self->pf.dir, "sriov_drivers_autoprobe", "0"));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 1));
	ASSERT_EQ(0, pf_vf(&self->pf, 0, &vf));
	EXPECT_EQ(0, sysfs_write(vf.dir, "sriov_vf_msix_count", "2"));
	EXPECT_EQ(2, edu_peek(&vf, SRIOV_EDU_VECTORS));
	EXPECT_EQ(0, sysfs_write(vf.dir, "sriov_vf_msix_count", "0"));
}

/* The fault of a capability, in the specification's terms. */
static bool log_explains(const char *name)
{
	static const char fields[][20] = {
		"First VF Offset", "VF Stride", "Page Size", "TotalVFs",
		"InitialVFs", "NumVFs",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (klog_has(name, fields[i], strcasestr))
			return true;
	return false;
}

/* The kernel logs a capability that cannot be used. */
TEST(unusable_capability_is_explained)
{
	int unusable = 0, explained = 0;
	struct dirent *entry;
	struct pci_fn fn;
	DIR *dir;

	dir = opendir(PCI_DEVICES);
	ASSERT_NE(NULL, dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		pci_fn_init(&fn, entry->d_name);
		if (sysfs_exists(fn.dir, "sriov_totalvfs") ||
		    sysfs_exists(fn.dir, "physfn") ||
		    !config_find_ext_cap(&fn, PCI_EXT_CAP_ID_SRIOV))
			continue;
		unusable++;
		explained += log_explains(fn.name);
	}
	closedir(dir);
	if (!unusable)
		SKIP(return, "no such capability");
	EXPECT_ON_NEW(explained == unusable, "%d of %d explained", explained,
		      unusable);
}

TEST_HARNESS_MAIN
