// SPDX-License-Identifier: GPL-2.0-only
/*
 * VF Migration: PFs that cannot use it, because of the driver or of the device.
 */
#include <errno.h>
#include <string.h>

#include <linux/pci_regs.h>

#include "harness.h"
#include "config_space.h"
#include "core.h"
#include "edu.h"
#include "engine.h"
#include "fixture.h"
#include "klog.h"
#include "migration.h"

static bool is_incapable(const struct pci_fn *pf)
{
	int64_t features = edu_peek(pf, SRIOV_EDU_FEATURES);

	return features >= 0 && !(features & SRIOV_EDU_FEATURE_MIGRATION);
}

/* The array is at one place, and the capability has another */
static bool is_misleading(const struct pci_fn *pf)
{
	int place = SRIOV_EDU_ARRAY_OFFSET | SRIOV_EDU_BAR_ARRAY;

	return !is_incapable(pf) && config_read_sriov(pf, PCI_SRIOV_VFM) != place;
}

static int find_edu(bool (*is)(const struct pci_fn *pf), int index,
		    struct pci_fn *pf)
{
	int i, ret;

	for (i = 0; !(ret = pf_find(PF_SRIOV_EDU, i, pf)); i++)
		if (is(pf) && !index--)
			break;
	return ret;
}

static bool migration_is_off(const struct pci_fn *pf)
{
	return !(config_read_sriov(pf, PCI_SRIOV_CTRL) &
		 (PCI_SRIOV_CTRL_VFM | PCI_SRIOV_CTRL_INTR));
}

FIXTURE(incapable)
{
	struct pci_fn pf;
};

FIXTURE_SETUP(incapable)
{
	if (find_edu(is_incapable, 0, &self->pf))
		SKIP(return, NO_SUCH_PF);
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	ASSERT_EQ(0, pf_give_back(&self->pf));
}

FIXTURE_TEARDOWN(incapable)
{
	EXPECT_EQ(0, pf_set_num_vfs(&self->pf, 0));
}

/* The PF works as on a kernel without VF Migration. */
TEST_F(incapable, nothing_is_different)
{
	struct pci_fn vf;
	int i;

	EXPECT_FALSE(sysfs_exists(self->pf.dir, MIGRATION_DIR));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 6));
	EXPECT_EQ(6, pf_num_vfs(&self->pf));
	EXPECT_EQ(6, pf_count_links(&self->pf));
	EXPECT_EQ(6, edu_peek(&self->pf, SRIOV_EDU_NUM_VFS));
	EXPECT_EQ(6, config_read_sriov(&self->pf, PCI_SRIOV_NUM_VF));
	EXPECT_TRUE(migration_is_off(&self->pf));
	EXPECT_EQ(-EBUSY, pf_set_num_vfs(&self->pf, 5));
	for (i = 0; i < 6; i++) {
		ASSERT_EQ(0, pf_vf(&self->pf, i, &vf));
		EXPECT_EQ(0, engine_works(&vf));
	}
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_count_links(&self->pf));
}

FIXTURE(unusable)
{
	struct pci_fn pf;
};

FIXTURE_VARIANT(unusable)
{
	int index;
};

FIXTURE_VARIANT_ADD(unusable, pf0) { .index = 0, };
FIXTURE_VARIANT_ADD(unusable, pf1) { .index = 1, };

FIXTURE_SETUP(unusable)
{
	if (!core_is_new())
		SKIP(return, "stock does not support VF Migration");
	if (find_edu(is_misleading, variant->index, &self->pf))
		SKIP(return, "no PF with its array in the wrong place");
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	ASSERT_EQ(0, pf_give_back(&self->pf));
}

FIXTURE_TEARDOWN(unusable)
{
	EXPECT_EQ(0, pf_set_num_vfs(&self->pf, 0));
}

/* The kernel logs the fault, and the PF works without VF Migration. */
TEST_F(unusable, array_in_the_wrong_place)
{
	int initial = config_read_sriov(&self->pf, PCI_SRIOV_INITIAL_VF);
	struct pci_fn vf;
	int i;

	EXPECT_FALSE(sysfs_exists(self->pf.dir, MIGRATION_DIR));
	EXPECT_TRUE(klog_has(self->pf.name, "VF Migration State Array",
			     strstr));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, initial + 2));
	EXPECT_EQ(initial, pf_num_vfs(&self->pf));
	EXPECT_EQ(initial, pf_count_links(&self->pf));
	EXPECT_TRUE(migration_is_off(&self->pf));
	for (i = 0; i < initial; i++) {
		ASSERT_EQ(0, pf_vf(&self->pf, i, &vf));
		EXPECT_EQ(0, engine_works(&vf));
	}
	ASSERT_EQ(0, edu_poke(&self->pf, SRIOV_EDU_MIGRATION_CMD,
			      SRIOV_EDU_MIGRATION_REQUEST));
	EXPECT_EQ(SRIOV_EDU_MIGRATION_NOT_ENABLED,
		  edu_peek(&self->pf, SRIOV_EDU_MIGRATION_RESULT));
	EXPECT_EQ(0, engine_works(&self->pf));
}

TEST_HARNESS_MAIN
