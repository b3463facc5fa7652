// SPDX-License-Identifier: GPL-2.0-only
/*
 * VF drivers: which are bound, and when.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "fixture.h"

#define VF_DRIVER	"sriov_edu_vf"
#define STUB_DRIVER	"pci-stub"

FIXTURE(driver)
{
	struct pci_fn pf;
	char driver[DRIVER_NAME_LEN];
	int num_vfs;
};

FIXTURE_VARIANT(driver)
{
	enum pf_kind kind;
};

FIXTURE_VARIANT_ADD(driver, sriov_edu) {
	.kind = PF_SRIOV_EDU,
};

FIXTURE_VARIANT_ADD(driver, foreign) {
	.kind = PF_FOREIGN,
};

FIXTURE_SETUP(driver)
{
	if (pf_take(variant->kind, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	self->num_vfs = pf_total_vfs(&self->pf) < 2 ? 1 : 2;
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
}

FIXTURE_TEARDOWN(driver)
{
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

/* True if the VF has this driver, or none if it is "". */
static bool has_driver(const struct pci_fn *pf, int vf_id, const char *driver)
{
	char seen[DRIVER_NAME_LEN];
	struct pci_fn vf;

	if (pf_vf(pf, vf_id, &vf) || !pci_fn_exists(&vf))
		return false;

	pci_fn_driver(&vf, seen, sizeof(seen));
	return !strcmp(seen, driver);
}

static int autoprobe(const struct pci_fn *pf, const char *text)
{
	return sysfs_write(pf->dir, "sriov_drivers_autoprobe", text);
}

TEST_F(driver, autoprobe_off_leaves_vfs_without_driver)
{
	int i;

	ASSERT_EQ(0, autoprobe(&self->pf, "0"));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, self->num_vfs));
	for (i = 0; i < self->num_vfs; i++)
		EXPECT_TRUE(has_driver(&self->pf, i, ""))
			TH_LOG("VF %d", i);
}

TEST_F(driver, autoprobe_values)
{
	static const struct {
		char text[8];
		int error;
		int value;
	} writes[] = {
		{ "0", 0, 0 }, { "1\n", 0, 1 }, { "n", 0, 0 }, { "Y", 0, 1 },
		{ "off\n", 0, 0 }, { "on", 0, 1 }, { "2", -EINVAL, 1 },
		{ "", 0, 1 }, { "\n", -EINVAL, 1 }, { "maybe", -EINVAL, 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(writes); i++) {
		EXPECT_EQ(writes[i].error, autoprobe(&self->pf, writes[i].text))
			TH_LOG("wrote \"%s\"", writes[i].text);
		EXPECT_EQ(writes[i].value,
			  sysfs_read_number(self->pf.dir,
					    "sriov_drivers_autoprobe"))
			TH_LOG("wrote \"%s\"", writes[i].text);
	}
}

TEST_F(driver, override_binds_with_autoprobe_off)
{
	struct pci_fn vf;

	if (!sysfs_exists(PCI_DRIVERS, STUB_DRIVER))
		SKIP(return, "no " STUB_DRIVER " driver");

	ASSERT_EQ(0, autoprobe(&self->pf, "0"));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, self->num_vfs));
	ASSERT_EQ(0, pf_vf(&self->pf, 0, &vf));

	EXPECT_EQ(0, sysfs_write(vf.dir, "driver_override", STUB_DRIVER));
	EXPECT_TRUE(has_driver(&self->pf, 0, ""));
	EXPECT_EQ(0, sysfs_write("/sys/bus/pci", "drivers_probe", vf.name));
	EXPECT_TRUE(has_driver(&self->pf, 0, STUB_DRIVER));
	if (self->num_vfs > 1)
		EXPECT_TRUE(has_driver(&self->pf, 1, ""));

	EXPECT_EQ(0, pci_fn_unbind(&vf));
	EXPECT_TRUE(has_driver(&self->pf, 0, ""));
}

/* The same with a VF driver, which only sriov-edu has. */
FIXTURE(vf_driver)
{
	struct pci_fn pf;
	char driver[DRIVER_NAME_LEN];
	int num_vfs;
};

FIXTURE_SETUP(vf_driver)
{
	if (pf_take(PF_SRIOV_EDU, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	if (!sysfs_exists(PCI_DRIVERS, VF_DRIVER))
		SKIP(return, "no driver " VF_DRIVER);
	self->num_vfs = pf_total_vfs(&self->pf) < 2 ? 1 : 2;
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
}

FIXTURE_TEARDOWN(vf_driver)
{
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

TEST_F(vf_driver, autoprobe_binds_before_the_write_returns)
{
	int i;

	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, self->num_vfs));
	for (i = 0; i < self->num_vfs; i++)
		EXPECT_TRUE(has_driver(&self->pf, i, VF_DRIVER))
			TH_LOG("VF %d", i);
}

TEST_F(vf_driver, unbind_and_bind_a_vf)
{
	int last = self->num_vfs - 1;
	struct pci_fn vf;

	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, self->num_vfs));
	ASSERT_EQ(0, pf_vf(&self->pf, last, &vf));
	EXPECT_EQ(0, pci_fn_unbind(&vf));
	EXPECT_TRUE(has_driver(&self->pf, last, ""));
	EXPECT_EQ(0, pci_fn_bind(&vf, VF_DRIVER));
	EXPECT_TRUE(has_driver(&self->pf, last, VF_DRIVER));
}

TEST_F(vf_driver, manual_bind_with_autoprobe_off)
{
	struct pci_fn vf;
	int ret;

	ASSERT_EQ(0, autoprobe(&self->pf, "0"));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, self->num_vfs));
	ASSERT_EQ(0, pf_vf(&self->pf, 0, &vf));

	ret = pci_fn_bind(&vf, VF_DRIVER);
	EXPECT_ON_NEW(!ret && has_driver(&self->pf, 0, VF_DRIVER),
		      "bind with sriov_drivers_autoprobe 0: %s",
		      ret ? strerror(-ret) : "bound");
}

TEST_HARNESS_MAIN
