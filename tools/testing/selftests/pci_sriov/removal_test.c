// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PF's driver is unbound, its module is unloaded, and the PF itself is removed and
 * added again: with VFs disabled, and with VFs enabled.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include <linux/pci_regs.h>

#include "harness.h"
#include "config_space.h"
#include "fixture.h"

#define NUM_VFS	2

FIXTURE(removal)
{
	struct pci_fn pf;
	struct pci_fn vf[NUM_VFS];
	char driver[DRIVER_NAME_LEN];
};

FIXTURE_VARIANT(removal)
{
	enum pf_kind kind;
	bool driver_disables;	/* Its remove() disables the VFs */
};

FIXTURE_VARIANT_ADD(removal, sriov_edu) {
	.kind = PF_SRIOV_EDU,
	.driver_disables = true,
};

FIXTURE_VARIANT_ADD(removal, foreign) {
	.kind = PF_FOREIGN,
	.driver_disables = false,
};

FIXTURE_SETUP(removal)
{
	int i;

	if (pf_take(variant->kind, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	if (variant->kind == PF_FOREIGN && strcmp(self->driver, "nvme"))
		SKIP(return, "what %s does with VFs is not known", self->driver);
	if (pf_total_vfs(&self->pf) < NUM_VFS)
		SKIP(return, "%s has too few VFs", self->pf.name);

	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, NUM_VFS));
	for (i = 0; i < NUM_VFS; i++)
		ASSERT_EQ(0, pf_vf(&self->pf, i, &self->vf[i]));
}

FIXTURE_TEARDOWN(removal)
{
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

static int count_existing(const struct pci_fn vf[NUM_VFS])
{
	return pci_fn_exists(&vf[0]) + pci_fn_exists(&vf[1]);
}

/* All three ways to read the number of VFs agree. */
static bool num_vfs_is(const struct pci_fn *pf, const struct pci_fn *vf,
		       int num_vfs)
{
	return pf_num_vfs(pf) == num_vfs && pf_count_links(pf) == num_vfs &&
	       count_existing(vf) == num_vfs;
}

static bool can_enable_again(const struct pci_fn *pf, const struct pci_fn *vf)
{
	return !pf_want_num_vfs(pf, 0) && num_vfs_is(pf, vf, 0) &&
	       !pf_set_num_vfs(pf, NUM_VFS) && num_vfs_is(pf, vf, NUM_VFS);
}

TEST_F(removal, unbind_pf_driver)
{
	int left = variant->driver_disables ? 0 : NUM_VFS;

	ASSERT_EQ(0, pci_fn_unbind(&self->pf));
	EXPECT_TRUE(num_vfs_is(&self->pf, self->vf, left));
	if (left)
		EXPECT_EQ(-ENOENT, pf_set_num_vfs(&self->pf, 0));

	ASSERT_EQ(0, pci_fn_bind(&self->pf, self->driver));
	EXPECT_TRUE(num_vfs_is(&self->pf, self->vf, left));
	EXPECT_TRUE(can_enable_again(&self->pf, self->vf));
}

static int remove_module(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

static int load_module(const char *name)
{
	char command[DRIVER_NAME_LEN + 16];

	snprintf(command, sizeof(command), "modprobe %s", name);
	return system(command);
}

TEST_F(removal, remove_pf_driver_module)
{
	int left = variant->driver_disables ? 0 : NUM_VFS;
	char module[DRIVER_NAME_LEN];
	char dir[SYSFS_PATH_LEN];
	int ret;

	snprintf(dir, sizeof(dir), "%s/%s", PCI_DRIVERS, self->driver);
	if (sysfs_link(dir, "module", module, sizeof(module)) < 0)
		SKIP(return, "%s is built in", self->driver);

	ret = remove_module(module);
	if (ret == -ENOENT)
		SKIP(return, "%s is built in", module);
	ASSERT_EQ(0, ret);
	EXPECT_FALSE(sysfs_exists(PCI_DRIVERS, self->driver));
	EXPECT_TRUE(num_vfs_is(&self->pf, self->vf, left));

	ASSERT_EQ(0, load_module(module));
	EXPECT_TRUE(num_vfs_is(&self->pf, self->vf, left));
	EXPECT_TRUE(can_enable_again(&self->pf, self->vf));
}

static int rescan(void)
{
	return sysfs_write("/sys/bus/pci", "rescan", "1");
}

TEST_F(removal, remove_pf_and_rescan_with_vfs_off)
{
	ino_t before = sysfs_identity(self->pf.dir);
	char driver[DRIVER_NAME_LEN];

	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	ASSERT_EQ(0, sysfs_write(self->pf.dir, "remove", "1"));
	EXPECT_FALSE(pci_fn_exists(&self->pf));

	ASSERT_EQ(0, rescan());
	ASSERT_TRUE(pci_fn_exists(&self->pf));
	EXPECT_NE(before, sysfs_identity(self->pf.dir));
	pci_fn_driver(&self->pf, driver, sizeof(driver));
	EXPECT_STREQ(self->driver, driver);

	EXPECT_EQ(0, sysfs_write(self->pf.dir, "sriov_drivers_autoprobe",
				 variant->kind == PF_FOREIGN ? "0" : "1"));
	EXPECT_TRUE(can_enable_again(&self->pf, self->vf));
}

/*
 * If a driver leaves VFs enabled, the core disables them.  On stock they outlive the
 * PF, cannot be removed one by one, and collide with later ones, so there everything
 * below the port must be removed.
 */
TEST_F(removal, remove_pf_and_rescan_with_vfs_on)
{
	struct pci_fn port;
	int left;

	if (pci_fn_port(&self->pf, &port))
		SKIP(return, "%s is below no port", self->pf.name);

	ASSERT_EQ(0, sysfs_write(self->pf.dir, "remove", "1"));
	EXPECT_FALSE(pci_fn_exists(&self->pf));
	left = count_existing(self->vf);
	if (left)
		EXPECT_EQ(0, sysfs_write(port.dir, "remove", "1"));

	ASSERT_EQ(0, rescan());
	ASSERT_TRUE(pci_fn_exists(&self->pf));
	EXPECT_EQ(0, count_existing(self->vf));
	EXPECT_EQ(0, sysfs_write(self->pf.dir, "sriov_drivers_autoprobe",
				 variant->kind == PF_FOREIGN ? "0" : "1"));
	EXPECT_TRUE(can_enable_again(&self->pf, self->vf));

	if (!variant->driver_disables) {
		EXPECT_ON_NEW(!left, "%d VFs without a PF", left);
		return;
	}
	EXPECT_EQ(0, left);
}

TEST_HARNESS_MAIN
