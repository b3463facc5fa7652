// SPDX-License-Identifier: GPL-2.0-only
/*
 * The state of the system while VFs are enabled, and that nothing of it is left after
 * they are disabled.
 *
 * Enabling and disabling are slow, so all tests of a variant use the same VFs: the
 * first test enables them, the last, "disable", disables them.  The tests in between
 * change nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/pci_regs.h>

#include "harness.h"
#include "config_space.h"
#include "fixture.h"

#define ALL_VFS	0

FIXTURE(vfs)
{
	struct pci_fn pf;
	char driver[DRIVER_NAME_LEN];
	int num_vfs;
};

FIXTURE_VARIANT(vfs)
{
	enum pf_kind kind;
	int num_vfs;
};

FIXTURE_VARIANT_ADD(vfs, sriov_edu_1) {
	.kind = PF_SRIOV_EDU,
	.num_vfs = 1,
};

FIXTURE_VARIANT_ADD(vfs, sriov_edu_2) {
	.kind = PF_SRIOV_EDU,
	.num_vfs = 2,
};

FIXTURE_VARIANT_ADD(vfs, sriov_edu_8) {
	.kind = PF_SRIOV_EDU,
	.num_vfs = 8,
};

FIXTURE_VARIANT_ADD(vfs, sriov_edu_all) {
	.kind = PF_SRIOV_EDU,
	.num_vfs = ALL_VFS,
};

FIXTURE_VARIANT_ADD(vfs, foreign_1) {
	.kind = PF_FOREIGN,
	.num_vfs = 1,
};

FIXTURE_VARIANT_ADD(vfs, foreign_2) {
	.kind = PF_FOREIGN,
	.num_vfs = 2,
};

FIXTURE_VARIANT_ADD(vfs, foreign_8) {
	.kind = PF_FOREIGN,
	.num_vfs = 8,
};

FIXTURE_VARIANT_ADD(vfs, foreign_all) {
	.kind = PF_FOREIGN,
	.num_vfs = ALL_VFS,
};

FIXTURE_SETUP(vfs)
{
	int total;

	if (pf_take(variant->kind, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	total = pf_total_vfs(&self->pf);
	self->num_vfs = variant->num_vfs == ALL_VFS ? total : variant->num_vfs;
	if (self->num_vfs > total)
		SKIP(return, "%s has %d VFs", self->pf.name, total);
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, self->num_vfs));
}

FIXTURE_TEARDOWN(vfs)
{
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

TEST_F(vfs, num_vfs)
{
	EXPECT_EQ(self->num_vfs, pf_num_vfs(&self->pf));
	EXPECT_EQ(self->num_vfs, pf_count_links(&self->pf));
	EXPECT_EQ(self->num_vfs, config_read_sriov(&self->pf, PCI_SRIOV_NUM_VF));
	EXPECT_EQ(PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE,
		  config_read_sriov(&self->pf, PCI_SRIOV_CTRL) &
		  (PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE));
}

TEST_F(vfs, routing_attributes)
{
	EXPECT_EQ(config_read_sriov(&self->pf, PCI_SRIOV_VF_OFFSET),
		  sysfs_read_number(self->pf.dir, "sriov_offset"));
	EXPECT_EQ(config_read_sriov(&self->pf, PCI_SRIOV_VF_STRIDE),
		  sysfs_read_number(self->pf.dir, "sriov_stride"));
	EXPECT_EQ(config_read_sriov(&self->pf, PCI_SRIOV_VF_DID),
		  sysfs_read_hex(self->pf.dir, "sriov_vf_device"));
}

TEST_F(vfs, routing_ids_and_links)
{
	char target[PCI_NAME_LEN];
	struct pci_fn vf;
	char link[32];
	int i;

	for (i = 0; i < self->num_vfs; i++) {
		ASSERT_EQ(0, pf_vf(&self->pf, i, &vf));
		EXPECT_TRUE(pci_fn_exists(&vf))
			TH_LOG("no VF %d at %s", i, vf.name);

		snprintf(link, sizeof(link), "virtfn%d", i);
		EXPECT_LT(0, sysfs_link(self->pf.dir, link, target, sizeof(target)));
		EXPECT_STREQ(vf.name, target);
		EXPECT_LT(0, sysfs_link(vf.dir, "physfn", target, sizeof(target)));
		EXPECT_STREQ(self->pf.name, target);
	}
}

TEST_F(vfs, identification)
{
	long long device = sysfs_read_hex(self->pf.dir, "sriov_vf_device");
	static const char same[][20] = {
		"vendor", "class", "subsystem_vendor", "numa_node",
	};
	struct pci_fn vf;
	unsigned int k;
	int i;

	for (i = 0; i < self->num_vfs; i++) {
		ASSERT_EQ(0, pf_vf(&self->pf, i, &vf));
		for (k = 0; k < ARRAY_SIZE(same); k++)
			EXPECT_EQ(sysfs_read_number(self->pf.dir, same[k]),
				  sysfs_read_number(vf.dir, same[k]))
				TH_LOG("%s of VF %d", same[k], i);
		EXPECT_EQ(device, sysfs_read_number(vf.dir, "device"));
		EXPECT_EQ(config_read(&vf, PCI_SUBSYSTEM_ID, 2),
			  sysfs_read_number(vf.dir, "subsystem_device"));
	}
}

TEST_F(vfs, config_space_answers)
{
	struct pci_fn vf;
	int64_t class;
	int i;

	for (i = 0; i < self->num_vfs; i++) {
		ASSERT_EQ(0, pf_vf(&self->pf, i, &vf));
		class = config_read(&vf, PCI_CLASS_REVISION, 4);
		EXPECT_EQ(class >> 8, sysfs_read_number(vf.dir, "class"));
		EXPECT_EQ(class & 0xff, sysfs_read_number(vf.dir, "revision"));
		EXPECT_EQ(PCI_HEADER_TYPE_NORMAL,
			  config_read(&vf, PCI_HEADER_TYPE, 1) &
			  PCI_HEADER_TYPE_MASK);
		EXPECT_NE(0u, config_find_cap(&vf, PCI_CAP_ID_EXP))
			TH_LOG("VF %d has no PCI Express capability", i);
		EXPECT_EQ(0u, config_find_ext_cap(&vf, PCI_EXT_CAP_ID_SRIOV));
	}
}

/* VF number i has the i-th of TotalVFs equal parts of the PF's VF BAR. */
static struct pci_range slice(struct pci_range bar, int total, int i)
{
	uint64_t size = bar.flags ? (bar.end - bar.start + 1) / total : 0;
	struct pci_range range = bar;

	if (size) {
		range.start += size * i;
		range.end = range.start + size - 1;
	}
	return range;
}

TEST_F(vfs, resources)
{
	int total = config_read_sriov(&self->pf, PCI_SRIOV_TOTAL_VF);
	struct pci_range bar, expected, seen;
	int bars = 0;
	int k, i;

	ASSERT_LT(0, total);
	for (k = 0; k < PCI_BARS; k++) {
		ASSERT_EQ(0, resource_read(&self->pf, PCI_VF_BAR_FIRST + k, &bar));
		bars += !!bar.flags;
		for (i = 0; i < self->num_vfs; i++) {
			struct pci_fn vf;

			ASSERT_EQ(0, pf_vf(&self->pf, i, &vf));
			ASSERT_EQ(0, resource_read(&vf, k, &seen));
			expected = slice(bar, total, i);
			EXPECT_EQ(expected.start, seen.start);
			EXPECT_EQ(expected.end, seen.end);
			EXPECT_EQ(expected.flags, seen.flags);
		}
	}
	EXPECT_LT(0, bars);
}

/* This must be the last test, because it disables the VFs. */
TEST_F(vfs, disable)
{
	struct pci_fn *vfs = calloc(self->num_vfs, sizeof(*vfs));
	int i;

	ASSERT_NE(NULL, vfs);
	for (i = 0; i < self->num_vfs; i++)
		ASSERT_EQ(0, pf_vf(&self->pf, i, &vfs[i]));

	EXPECT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_num_vfs(&self->pf));
	EXPECT_EQ(0, pf_count_links(&self->pf));
	for (i = 0; i < self->num_vfs; i++)
		EXPECT_FALSE(pci_fn_exists(&vfs[i]))
			TH_LOG("VF %d is still at %s", i, vfs[i].name);

	EXPECT_EQ(0, config_read_sriov(&self->pf, PCI_SRIOV_NUM_VF));
	EXPECT_EQ(0, config_read_sriov(&self->pf, PCI_SRIOV_CTRL) &
		     (PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE));
	free(vfs);
}

TEST_HARNESS_MAIN
