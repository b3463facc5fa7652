// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend and resume with VFs enabled, to RAM and to disk.
 *
 * Whether a PF loses its VFs depends on its No_Soft_Reset (PCIe r6.0, sec 5.3.1.4), so
 * devices.pm has a PF of each kind.
 */
#include <errno.h>
#include <stdio.h>

#include <linux/pci_regs.h>

#include "harness.h"
#include "config_space.h"
#include "core.h"
#include "edu.h"
#include "engine.h"
#include "fixture.h"
#include "suspend.h"

#define NUM_VFS		4

FIXTURE(pm)
{
	struct pci_fn pf;
	struct pci_fn vf[NUM_VFS];
	ino_t before[NUM_VFS];
	char driver[DRIVER_NAME_LEN];
};

FIXTURE_VARIANT(pm)
{
	enum pf_kind kind;
	int index;
};

FIXTURE_VARIANT_ADD(pm, sriov_edu) {
	.kind = PF_SRIOV_EDU,
};

FIXTURE_VARIANT_ADD(pm, another_sriov_edu) {
	.kind = PF_SRIOV_EDU,
	.index = 1,
};

FIXTURE_VARIANT_ADD(pm, foreign) {
	.kind = PF_FOREIGN,
};

FIXTURE_SETUP(pm)
{
	int i;

	if (!can_suspend())
		SKIP(return, NO_PM_TEST);
	if (pf_take(variant->kind, variant->index, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	if (pf_total_vfs(&self->pf) < NUM_VFS)
		SKIP(return, "%s has too few VFs", self->pf.name);
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, NUM_VFS));
	for (i = 0; i < NUM_VFS; i++) {
		ASSERT_EQ(0, pf_vf(&self->pf, i, &self->vf[i]));
		self->before[i] = sysfs_identity(self->vf[i].dir);
	}
}

FIXTURE_TEARDOWN(pm)
{
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

/* A VF or a PF that cannot do what it did before, or NULL */
static const char *who_does_not_work(const struct pci_fn *pf, const struct pci_fn *vfs)
{
	int i;

	for (i = 0; i < NUM_VFS; i++)
		if (engine_works(&vfs[i]))
			return vfs[i].name;

	return engine_works(pf) ? pf->name : NULL;
}

static int count_same(const struct pci_fn *vfs, const ino_t *before)
{
	int i, same = 0;

	for (i = 0; i < NUM_VFS; i++)
		same += sysfs_identity(vfs[i].dir) == before[i];

	return same;
}

#define EXPECT_VFS() do {						\
	int __on = PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE;		\
									\
	EXPECT_EQ(NUM_VFS, pf_num_vfs(&self->pf));			\
	EXPECT_EQ(NUM_VFS, pf_count_links(&self->pf));			\
	EXPECT_EQ(NUM_VFS, config_read_sriov(&self->pf, PCI_SRIOV_NUM_VF)); \
	EXPECT_EQ(__on, config_read_sriov(&self->pf, PCI_SRIOV_CTRL) & __on); \
	EXPECT_EQ(NUM_VFS, count_same(self->vf, self->before));	\
	if (variant->kind == PF_SRIOV_EDU) {				\
		const char *__who = who_does_not_work(&self->pf, self->vf); \
									\
		EXPECT_EQ(NULL, __who)					\
			TH_LOG("%s", __who);				\
	}								\
} while (0)

TEST_F(pm, vfs_are_there_afterwards)
{
	ASSERT_EQ(0, suspend_and_resume(0));
	EXPECT_VFS();
}

/* Memory is restored from an image, and devices with it, which takes a while. */
TEST_F_TIMEOUT(pm, vfs_are_there_after_hibernation, 240)
{
	if (!can_hibernate())
		SKIP(return, NO_HIBERNATION);
	if (variant->kind != PF_SRIOV_EDU || variant->index)
		SKIP(return, "the first sriov-edu stands for all");

	ASSERT_EQ(0, hibernate_and_resume());
	EXPECT_VFS();
}

static bool pf_loses_its_state(const struct pci_fn *pf)
{
	unsigned int pm = config_find_cap(pf, PCI_CAP_ID_PM);

	return pm && !(config_read(pf, pm + PCI_PM_CTRL, 2) &
		       PCI_PM_CTRL_NO_SOFT_RESET);
}

/*
 * Only the core orders a VF without a driver after its PF.  If the VF is restored too
 * early, the writes are lost, and the referee counts them.
 */
TEST_F(pm, vfs_without_driver_are_as_before)
{
	int i, kept = 0, breaches = 0;

	for (i = 0; i < NUM_VFS; i++) {
		if (sysfs_exists(self->vf[i].dir, "driver"))
			ASSERT_EQ(0, pci_fn_unbind(&self->vf[i]));
		ASSERT_EQ(0, config_write_word(&self->vf[i], PCI_COMMAND,
					       PCI_COMMAND_MASTER));
	}

	ASSERT_EQ(0, suspend_and_resume(0));

	for (i = 0; i < NUM_VFS; i++)
		kept += config_read(&self->vf[i], PCI_COMMAND, 2) ==
			PCI_COMMAND_MASTER;
	if (variant->kind == PF_SRIOV_EDU)
		breaches = edu_take_breaches(&self->pf);

	if (pf_loses_its_state(&self->pf))
		EXPECT_ON_NEW(kept == NUM_VFS && !breaches,
			      "%d of %d VFs are as before, %d forbidden accesses",
			      kept, NUM_VFS, breaches);
	else
		EXPECT_TRUE(kept == NUM_VFS && !breaches);
}

TEST_HARNESS_MAIN
