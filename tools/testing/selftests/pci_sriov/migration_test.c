// SPDX-License-Identifier: GPL-2.0-only
/*
 * VF Migration: VFs that are added and removed while VF Enable stays set.  The tests
 * execute commands of the device's other master and check their effects, also together
 * with other operations on PFs and VFs.
 */
#include <errno.h>
#include <unistd.h>

#include "config_space.h"
#include "engine.h"
#include "migration_fixture.h"
#include "migration_load.h"

#define MARK		0x5ca1ab1e

TEST_F(migration, begins_with_initial_vfs)
{
	int on = PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_VFM | PCI_SRIOV_CTRL_INTR |
		 PCI_SRIOV_CTRL_MSE;
	struct migration *m = &self->m;

	EXPECT_EQ(m->initial, pf_num_vfs(&m->pf));
	EXPECT_EQ(ALL, config_read_sriov(&m->pf, PCI_SRIOV_NUM_VF));
	EXPECT_EQ(on, config_read_sriov(&m->pf, PCI_SRIOV_CTRL) & on);
	EXPECT_TRUE(migration_says(m, ALL - 1, UA));

	ASSERT_EQ(0, pf_set_num_vfs(&m->pf, 0));
	EXPECT_FALSE(migration_says(m, ALL - 1, UA));
	EXPECT_LE(0, migration_counter(m, "arrived"));
}

/* A VF is reset when it arrives and leaves, so no data of its last user is left. */
TEST_F(migration, each_vf_leaves_and_comes)
{
	struct migration *m = &self->m;
	uint32_t resets;
	int i, other;

	for (i = 0; i < ALL; i++) {
		if (i >= m->initial) {
			ASSERT_EQ(DONE, migration_event(m, OFFER, i));
			ASSERT_STREQ("", migration_settle(m));
		}
		take_ids(m, self->id);
		ASSERT_EQ(0, engine_works(&m->vf[i]));
		ASSERT_EQ(0, edu_poke(&m->vf[i], SRIOV_EDU_SCRATCH, MARK));
		resets = migration_resets(m, i);

		ASSERT_EQ(DONE, migration_event(m, REQUEST, i));
		ASSERT_STREQ("", migration_settle(m));
		EXPECT_EQ(resets + 1, migration_resets(m, i));
		ASSERT_EQ(DONE, migration_event(m, OFFER, i));
		ASSERT_STREQ("", migration_settle(m));
		EXPECT_EQ(resets + 2, migration_resets(m, i));
		EXPECT_EQ(0, edu_peek(&m->vf[i], SRIOV_EDU_SCRATCH));
		EXPECT_EQ(0, engine_works(&m->vf[i]));
		for (other = 0; other < i; other++)
			EXPECT_EQ(self->id[other], id_of(m, other));
	}
}

TEST_F(migration, all_vfs_at_once)
{
	struct migration *m = &self->m;
	int i;

	ASSERT_EQ(DONE, migration_event_for_all(m, OFFER, m->initial));
	ASSERT_STREQ("", migration_settle(m));
	EXPECT_EQ(ALL, pf_num_vfs(&m->pf));
	ASSERT_EQ(DONE, migration_event_for_all(m, REQUEST, 0));
	ASSERT_STREQ("", migration_settle(m));
	EXPECT_EQ(0, pf_num_vfs(&m->pf));
	ASSERT_EQ(DONE, migration_event_for_all(m, OFFER, 0));
	ASSERT_STREQ("", migration_settle(m));
	for (i = 0; i < ALL; i++)
		EXPECT_EQ(0, engine_works(&m->vf[i]));
}

TEST_F(migration, no_events_without_vfs)
{
	struct migration *m = &self->m;
	unsigned int kind;

	ASSERT_EQ(0, pf_set_num_vfs(&m->pf, 0));
	for (kind = 0; kind < MIGRATION_CMDS; kind++)
		EXPECT_EQ(NOT_ENABLED, migration_event(m, kind, kind));
	ASSERT_EQ(0, migration_enable(m, ALL));
	EXPECT_STREQ("", migration_settle(m));
}

TEST_F(migration, sriov_numvfs_counts_who_is_there)
{
	struct migration *m = &self->m;

	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	ASSERT_STREQ("", migration_settle(m));
	take_ids(m, self->id);
	EXPECT_EQ(0, pf_set_num_vfs(&m->pf, m->initial + 1));
	EXPECT_EQ(0, pf_set_num_vfs(&m->pf, ALL));
	EXPECT_EQ(-EBUSY, pf_set_num_vfs(&m->pf, m->initial));
	EXPECT_EQ(-ERANGE, pf_set_num_vfs(&m->pf, ALL + 1));
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(self->id[0], id_of(m, 0));
	EXPECT_EQ(self->id[NEW], id_of(m, NEW));
}

TEST_F(migration, enable_begins_anew)
{
	struct migration *m = &self->m;

	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 0));
	ASSERT_STREQ("", migration_settle(m));
	ASSERT_EQ(0, migration_enable(m, ALL));
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(0, engine_works(&m->vf[0]));
}

/* Without any VF, disabling only has to clear VF Enable. */
TEST_F(migration, disable_without_a_vf)
{
	struct migration *m = &self->m;
	int i;

	for (i = 0; i < m->initial; i++)
		ASSERT_EQ(DONE, migration_event(m, REQUEST, i));
	ASSERT_STREQ("", migration_settle(m));
	ASSERT_EQ(0, pf_set_num_vfs(&m->pf, 0));
	EXPECT_EQ(NOT_ENABLED, migration_event(m, OFFER, 0));
	ASSERT_EQ(0, migration_enable(m, ALL));
	EXPECT_STREQ("", migration_settle(m));
}

/* With NumVFs below InitialVFs, and below TotalVFs */
TEST_F(migration, vfs_above_num_vfs_do_not_come)
{
	struct migration *m = &self->m;

	ASSERT_EQ(0, migration_enable(m, 2));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 0));
	EXPECT_STREQ("", migration_settle(m));

	ASSERT_EQ(0, migration_enable(m, ALL - 2));
	ASSERT_EQ(DONE, migration_event(m, OFFER, ALL - 1));
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	EXPECT_TRUE(migration_comes(m, NEW, AV));
	ASSERT_EQ(DONE, migration_event(m, RETRACT, ALL - 1));
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_FALSE(migration_says(m, ALL - 1, UA));
}

/* The number of VFs that start as Active.Available; other VFs do not exist */
static bool waits_for_initial(const struct migration *m)
{
	int tries, i, right;

	for (tries = 0; tries < 4000; tries++) {
		for (i = right = 0; i < ALL; i++)
			right += pci_fn_exists(&m->vf[i]) == (i < m->initial);
		if (right == ALL && pf_num_vfs(&m->pf) == m->initial)
			return true;
		usleep(5000);
	}
	return false;
}

TEST_F(migration, reset_of_the_pf_begins_anew)
{
	struct migration *m = &self->m;
	long long left, arrived;

	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW + 1));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 1));
	ASSERT_STREQ("", migration_settle(m));
	take_ids(m, self->id);
	left = migration_counter(m, "left");
	arrived = migration_counter(m, "arrived");

	ASSERT_EQ(0, pci_fn_reset(&m->pf));
	EXPECT_TRUE(waits_for_initial(m));
	EXPECT_TRUE(migration_counts_to(m, "left", left + 1));
	EXPECT_TRUE(migration_counts_to(m, "arrived", arrived + 1));
	migration_restart(m);
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(self->id[0], id_of(m, 0));
	EXPECT_EQ(self->id[2], id_of(m, 2));
	EXPECT_EQ(0, engine_works(&m->vf[0]));
	EXPECT_EQ(0, engine_works(&m->vf[1]));

	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 0));
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(0, engine_works(&m->vf[NEW]));
}

/* The device drops the request, so the VF does not leave. */
TEST_F(migration, reset_of_the_pf_with_a_departure_under_way)
{
	struct migration *m = &self->m;
	struct work work;

	ASSERT_EQ(0, work_start_slow(&work, m, 1, SECONDS(3)));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 1));
	EXPECT_TRUE(migration_comes(m, 1, MO));
	ASSERT_EQ(0, pci_fn_reset(&m->pf));
	work_end(&work);
	EXPECT_TRUE(migration_comes(m, 1, AV));
	migration_restart(m);
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(0, engine_works(&m->vf[1]));
}

TEST_F(migration, pf_driver_leaves_and_comes)
{
	struct migration *m = &self->m;

	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 0));
	ASSERT_STREQ("", migration_settle(m));
	ASSERT_EQ(0, pci_fn_unbind(&m->pf));
	EXPECT_EQ(0, pf_count_links(&m->pf));
	EXPECT_EQ(NOT_ENABLED, migration_event(m, OFFER, 0));

	ASSERT_EQ(0, pci_fn_bind(&m->pf, self->driver));
	ASSERT_EQ(0, migration_enable(m, ALL));
	ASSERT_STREQ("", migration_settle(m));
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 0));
	EXPECT_STREQ("", migration_settle(m));
}

TEST_F(migration, without_autoprobe)
{
	struct migration *m = &self->m;

	ASSERT_EQ(0, sysfs_write(m->pf.dir, "sriov_drivers_autoprobe", "0"));
	m->vf_driver = "";
	ASSERT_EQ(0, migration_enable(m, ALL));
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 0));
	ASSERT_STREQ("", migration_settle(m));

	ASSERT_EQ(0, pci_fn_bind(&m->vf[NEW], "sriov_edu_vf"));
	EXPECT_EQ(0, engine_works(&m->vf[NEW]));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, NEW));
	EXPECT_STREQ("", migration_settle(m));
}

TEST_HARNESS_MAIN
