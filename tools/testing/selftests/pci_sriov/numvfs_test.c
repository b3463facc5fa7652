// SPDX-License-Identifier: GPL-2.0-only
/*
 * sriov_numvfs: the values that may be written, and the errno for others.
 */
#include <errno.h>
#include <stdio.h>

#include "harness.h"
#include "fixture.h"

FIXTURE(numvfs)
{
	struct pci_fn pf;
	char driver[DRIVER_NAME_LEN];
};

FIXTURE_VARIANT(numvfs)
{
	enum pf_kind kind;
};

FIXTURE_VARIANT_ADD(numvfs, sriov_edu) { .kind = PF_SRIOV_EDU };
FIXTURE_VARIANT_ADD(numvfs, foreign) { .kind = PF_FOREIGN };

FIXTURE_SETUP(numvfs)
{
	if (pf_take(variant->kind, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
}

FIXTURE_TEARDOWN(numvfs)
{
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

static int try_write(const struct pci_fn *pf, const char *text)
{
	return sysfs_write(pf->dir, "sriov_numvfs", text);
}

TEST_F(numvfs, rejects_what_is_not_a_number)
{
	static const char texts[][24] = {
		"garbage", "\n", " 1", "1 ", "1 2", "1\n\n", "0x", "1.0", "one",
		"-1", "-0", "65536", "4294967297", "18446744073709551617",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		EXPECT_EQ(-EINVAL, try_write(&self->pf, texts[i]))
			TH_LOG("wrote \"%s\"", texts[i]);

	EXPECT_EQ(0, pf_num_vfs(&self->pf));
	EXPECT_EQ(0, pf_count_links(&self->pf));
}

TEST_F(numvfs, rejects_more_than_total_vfs)
{
	int total = pf_total_vfs(&self->pf);

	EXPECT_EQ(-ERANGE, pf_set_num_vfs(&self->pf, total + 1));
	EXPECT_EQ(-ERANGE, pf_set_num_vfs(&self->pf, 65535));
	EXPECT_EQ(0, pf_num_vfs(&self->pf));
	EXPECT_EQ(0, pf_count_links(&self->pf));
}

TEST_F(numvfs, ignores_an_empty_write)
{
	EXPECT_EQ(0, sysfs_write_bytes(self->pf.dir, "sriov_numvfs", "", 0));
	EXPECT_EQ(0, pf_num_vfs(&self->pf));
}

TEST_F(numvfs, accepts_every_base)
{
	static const struct {
		const char *text;
		int num_vfs;
	} writes[] = {
		{ "0x2\n", 2 }, { "03", 3 }, { "+1\n", 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(writes); i++) {
		if (writes[i].num_vfs > pf_total_vfs(&self->pf))
			continue;
		EXPECT_EQ(0, try_write(&self->pf, writes[i].text))
			TH_LOG("wrote \"%s\"", writes[i].text);
		EXPECT_EQ(writes[i].num_vfs, pf_num_vfs(&self->pf));
		EXPECT_EQ(writes[i].num_vfs, pf_count_links(&self->pf));
		EXPECT_EQ(0, try_write(&self->pf, "0x0"));
		EXPECT_EQ(0, pf_num_vfs(&self->pf));
	}
}

TEST_F(numvfs, same_number_again_changes_nothing)
{
	struct pci_fn vf;
	ino_t before;

	EXPECT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 1));
	ASSERT_EQ(0, pf_vf(&self->pf, 0, &vf));
	before = sysfs_identity(vf.dir);
	ASSERT_NE(0, before);

	EXPECT_EQ(0, pf_set_num_vfs(&self->pf, 1));
	EXPECT_EQ(1, pf_num_vfs(&self->pf));
	EXPECT_EQ(before, sysfs_identity(vf.dir));
}

TEST_F(numvfs, another_number_is_busy_and_changes_nothing)
{
	int total = pf_total_vfs(&self->pf);
	struct pci_fn vf[2];
	ino_t before[2];
	int i;

	if (total < 3)
		SKIP(return, "%s has %d VFs", self->pf.name, total);

	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 2));
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, pf_vf(&self->pf, i, &vf[i]));
		before[i] = sysfs_identity(vf[i].dir);
		ASSERT_NE(0, before[i]);
	}

	EXPECT_EQ(-EBUSY, pf_set_num_vfs(&self->pf, 1));
	EXPECT_EQ(-EBUSY, pf_set_num_vfs(&self->pf, total));
	EXPECT_EQ(-ERANGE, pf_set_num_vfs(&self->pf, total + 1));
	EXPECT_EQ(-EINVAL, try_write(&self->pf, "garbage"));

	EXPECT_EQ(2, pf_num_vfs(&self->pf));
	EXPECT_EQ(2, pf_count_links(&self->pf));
	for (i = 0; i < 2; i++)
		EXPECT_EQ(before[i], sysfs_identity(vf[i].dir));
}

TEST_F(numvfs, needs_a_driver)
{
	ASSERT_EQ(0, pci_fn_unbind(&self->pf));

	EXPECT_EQ(-ENOENT, pf_set_num_vfs(&self->pf, 1));
	EXPECT_EQ(-EINVAL, try_write(&self->pf, "garbage"));
	EXPECT_EQ(-ERANGE, pf_set_num_vfs(&self->pf, 65535));
	EXPECT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_num_vfs(&self->pf));

	EXPECT_EQ(0, pci_fn_bind(&self->pf, self->driver));
}

TEST_F(numvfs, needs_a_driver_that_configures)
{
	if (!sysfs_exists(PCI_DRIVERS, "pci-stub"))
		SKIP(return, "no pci-stub driver");

	ASSERT_EQ(0, pci_fn_unbind(&self->pf));
	EXPECT_EQ(0, sysfs_write(self->pf.dir, "driver_override", "pci-stub"));
	EXPECT_EQ(0, pci_fn_bind(&self->pf, "pci-stub"));

	EXPECT_EQ(-ENOENT, pf_set_num_vfs(&self->pf, 1));
	EXPECT_EQ(0, pf_num_vfs(&self->pf));

	EXPECT_EQ(0, pci_fn_unbind(&self->pf));
	EXPECT_EQ(0, sysfs_write(self->pf.dir, "driver_override", "\n"));
	EXPECT_EQ(0, pci_fn_bind(&self->pf, self->driver));
}

TEST_HARNESS_MAIN
