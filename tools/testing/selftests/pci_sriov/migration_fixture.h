/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A PF with its VFs enabled and a model of them, for each test of VF Migration.  The
 * test is skipped if no PF supports it (see devices.migration).
 *
 * In the environment MIGRATION_PFS=1 leaves out the PF whose events share their interrupt
 * vector with the rest of the device, except in tests that look for races.
 */
#ifndef PCI_SRIOV_MIGRATION_FIXTURE_H
#define PCI_SRIOV_MIGRATION_FIXTURE_H

#include "harness.h"
#include "environment.h"
#include "fixture.h"
#include "migration.h"

#define UA	PCI_SRIOV_VFM_UA
#define MI	PCI_SRIOV_VFM_MI
#define MO	PCI_SRIOV_VFM_MO
#define AV	PCI_SRIOV_VFM_AV

#define OFFER	SRIOV_EDU_MIGRATION_OFFER
#define RETRACT	SRIOV_EDU_MIGRATION_RETRACT
#define REQUEST	SRIOV_EDU_MIGRATION_REQUEST
#define CANCEL	SRIOV_EDU_MIGRATION_CANCEL

#define DONE		SRIOV_EDU_MIGRATION_DONE
#define NOT_ENABLED	SRIOV_EDU_MIGRATION_NOT_ENABLED

#define ALL		MIGRATION_VFS
#define NEW		4	/* the first VF above InitialVFs */
#define SECONDS(s)	((s) * 1000000)

FIXTURE(migration)
{
	struct migration m;
	char driver[DRIVER_NAME_LEN];
	ino_t id[MIGRATION_VFS];
};

FIXTURE_VARIANT(migration)
{
	int index;
};

FIXTURE_VARIANT_ADD(migration, own_vector) { .index = 0, };
FIXTURE_VARIANT_ADD(migration, shared_vector) { .index = 1, };

/* Distinguishes a VF from a later one in its place. */
static ino_t id_of(const struct migration *m, int vf_id)
{
	return sysfs_identity(m->vf[vf_id].dir);
}

static void take_ids(const struct migration *m, ino_t *id)
{
	int i;

	for (i = 0; i < MIGRATION_VFS; i++)
		id[i] = id_of(m, i);
}

static uint32_t breaches(const struct migration *m)
{
	return edu_read(&m->map, SRIOV_EDU_REFEREE_TOTAL);
}

#ifdef LOOKS_FOR_RACES
#define MIGRATION_PFS	2
#else
#define MIGRATION_PFS	((int)environment("MIGRATION_PFS", 2))
#endif

FIXTURE_SETUP(migration)
{
	struct migration *m = &self->m;

	if (variant->index >= MIGRATION_PFS)
		SKIP(return, "MIGRATION_PFS leaves out this PF");
	if (migration_find(variant->index, &m->pf))
		SKIP(return, "no PF that can use VF Migration");
	pci_fn_driver(&m->pf, self->driver, sizeof(self->driver));
	ASSERT_EQ(0, pf_give_back(&m->pf));
	ASSERT_EQ(0, migration_open(m));
	ASSERT_EQ(NEW, m->initial);
	ASSERT_EQ(0, breaches(m));
	ASSERT_EQ(0, migration_enable(m, ALL));
	ASSERT_STREQ("", migration_settle(m));
	take_ids(m, self->id);
}

FIXTURE_TEARDOWN(migration)
{
	struct migration *m = &self->m;

	EXPECT_EQ(0, pf_set_num_vfs(&m->pf, 0));
	EXPECT_EQ(0, breaches(m))
		TH_LOG("%s", migration_breaches(m));
	edu_write(&m->map, SRIOV_EDU_REFEREE_CTRL, SRIOV_EDU_REFEREE_CLEAR);
	EXPECT_EQ(0, pf_give_back(&m->pf));
	migration_close(m);
}

#endif
