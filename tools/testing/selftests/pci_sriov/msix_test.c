// SPDX-License-Identifier: GPL-2.0-only
/*
 * The number of a VF's MSI-X vectors: sriov_vf_total_msix of the PF and
 * sriov_vf_msix_count of the VF.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/pci_regs.h>

#include "harness.h"
#include "config_space.h"
#include "edu.h"
#include "fixture.h"

#define COUNT	"sriov_vf_msix_count"
#define TOTAL	"sriov_vf_total_msix"

/* A PF whose driver has the callbacks. */
FIXTURE(msix)
{
	struct pci_fn pf;
	struct pci_fn vf;
	char driver[DRIVER_NAME_LEN];
};

FIXTURE_SETUP(msix)
{
	if (pf_take(PF_SRIOV_EDU, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	ASSERT_EQ(0, sysfs_write(self->pf.dir, "sriov_drivers_autoprobe", "0"));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 1));
	ASSERT_EQ(0, pf_vf(&self->pf, 0, &self->vf));
}

FIXTURE_TEARDOWN(msix)
{
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

static int table_size(const struct pci_fn *fn)
{
	unsigned int pos = config_find_cap(fn, PCI_CAP_ID_MSIX);
	int flags = pos ? config_read(fn, pos + PCI_MSIX_FLAGS, 2) : 0;

	return pos ? (flags & PCI_MSIX_FLAGS_QSIZE) + 1 : 0;
}

TEST_F(msix, total)
{
	EXPECT_EQ(edu_peek(&self->pf, SRIOV_EDU_VF_MSIX_TOTAL),
		  sysfs_read_number(self->pf.dir, TOTAL));
}

TEST_F(msix, count_becomes_table_size)
{
	int most = edu_peek(&self->pf, SRIOV_EDU_VF_MSIX_MAX);
	int count;

	ASSERT_LT(0, most);
	for (count = 1; count <= most && count <= 3; count++) {
		EXPECT_EQ(0, sysfs_write_number(self->vf.dir, COUNT, count));
		EXPECT_EQ(count, edu_peek(&self->vf, SRIOV_EDU_VECTORS));
		EXPECT_EQ(count, table_size(&self->vf));
	}
	EXPECT_EQ(0, sysfs_write(self->vf.dir, COUNT, "0"));
}

TEST_F(msix, bad_count_changes_nothing)
{
	int64_t before = edu_peek(&self->vf, SRIOV_EDU_VECTORS);
	int most = edu_peek(&self->pf, SRIOV_EDU_VF_MSIX_MAX);

	EXPECT_GT(0, sysfs_write_number(self->vf.dir, COUNT, most + 1));
	EXPECT_EQ(-EINVAL, sysfs_write(self->vf.dir, COUNT, "-1"));
	EXPECT_EQ(-EINVAL, sysfs_write(self->vf.dir, COUNT, "two"));
	EXPECT_EQ(-EINVAL, sysfs_write(self->vf.dir, COUNT, "4294967297"));
	EXPECT_EQ(before, edu_peek(&self->vf, SRIOV_EDU_VECTORS));
}

TEST_F(msix, count_of_a_bound_vf_is_busy)
{
	int64_t before = edu_peek(&self->vf, SRIOV_EDU_VECTORS);

	if (!sysfs_exists(PCI_DRIVERS, "pci-stub"))
		SKIP(return, "no pci-stub driver");

	ASSERT_EQ(0, sysfs_write(self->vf.dir, "driver_override", "pci-stub"));
	ASSERT_EQ(0, pci_fn_bind(&self->vf, "pci-stub"));
	EXPECT_EQ(-EBUSY, sysfs_write(self->vf.dir, COUNT, "1"));
	EXPECT_EQ(before, edu_peek(&self->vf, SRIOV_EDU_VECTORS));

	ASSERT_EQ(0, pci_fn_unbind(&self->vf));
	EXPECT_EQ(0, sysfs_write(self->vf.dir, COUNT, "1"));
	EXPECT_EQ(1, edu_peek(&self->vf, SRIOV_EDU_VECTORS));
	EXPECT_EQ(0, sysfs_write(self->vf.dir, COUNT, "0"));
}

/* A PF whose driver does not have the callbacks. */
FIXTURE(no_msix)
{
	struct pci_fn pf;
	char driver[DRIVER_NAME_LEN];
};

FIXTURE_SETUP(no_msix)
{
	if (pf_take(PF_FOREIGN, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	if (strcmp(self->driver, "nvme"))
		SKIP(return, "%s may have the callbacks", self->driver);
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
}

FIXTURE_TEARDOWN(no_msix)
{
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

TEST_F(no_msix, total_is_0)
{
	EXPECT_EQ(0, sysfs_read_number(self->pf.dir, TOTAL));
}

TEST_F(no_msix, count_is_not_supported)
{
	struct pci_fn vf;

	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 1));
	ASSERT_EQ(0, pf_vf(&self->pf, 0, &vf));
	EXPECT_EQ(-EOPNOTSUPP, sysfs_write(vf.dir, COUNT, "2"));
	EXPECT_EQ(-EINVAL, sysfs_write(vf.dir, COUNT, "-1"));
	EXPECT_EQ(-EINVAL, sysfs_write(vf.dir, COUNT, "two"));
}

TEST_HARNESS_MAIN
