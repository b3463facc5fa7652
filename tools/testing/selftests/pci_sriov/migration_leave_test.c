// SPDX-License-Identifier: GPL-2.0-only
/*
 * VF Migration: a VF that copies when it is requested to leave.
 */
#include <errno.h>
#include <unistd.h>

#include "engine.h"
#include "migration_fixture.h"
#include "migration_load.h"

TEST_F(migration, vf_leaves_after_its_command)
{
	struct migration *m = &self->m;
	struct work work;
	int fd = engine_open(&m->vf[2]);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, work_start_slow(&work, m, 2, SECONDS(5)));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 2));
	EXPECT_TRUE(migration_comes(m, 2, MO));

	/* a VF that arrives does not wait for one that leaves */
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	EXPECT_TRUE(migration_comes(m, NEW, AV));
	EXPECT_EQ(0, engine_works(&m->vf[1]));

	/* only completion is possible now, and only the core completes */
	m->array.states[2] = MI;
	m->array.states[2] = AV;
	EXPECT_TRUE(migration_says(m, 2, MO));
	EXPECT_TRUE(work_is_running(m, 2));
	EXPECT_EQ(self->id[2], id_of(m, 2));

	EXPECT_EQ(0, work_end(&work));
	EXPECT_EQ(1, work.done);
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(-ENODEV, engine_check(fd, 4096, 1));
	close(fd);
}

/* The driver of the VF is not affected. */
TEST_F(migration, vf_stays_after_its_command)
{
	struct migration *m = &self->m;
	long long cancelled = migration_counter(m, "cancelled");
	struct work work;
	int fd = engine_open(&m->vf[2]);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, work_start_slow(&work, m, 2, SECONDS(2)));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 2));
	EXPECT_TRUE(migration_comes(m, 2, MO));
	EXPECT_TRUE(work_is_running(m, 2));
	ASSERT_EQ(DONE, migration_event(m, CANCEL, 2));
	EXPECT_TRUE(migration_comes(m, 2, AV));

	EXPECT_EQ(0, work_end(&work));
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(self->id[2], id_of(m, 2));
	EXPECT_EQ(0, edu_poke(&m->vf[2], SRIOV_EDU_LATENCY, 0));
	EXPECT_EQ(0, engine_check(fd, 4096, 1));
	EXPECT_TRUE(migration_counts_to(m, "cancelled", cancelled + 1));
	close(fd);
}

/* The PF driver cannot delay a VF for longer than PCI_SRIOV_LEAVE_MS. */
TEST_F(migration, vf_does_not_stay_for_ever)
{
	struct migration *m = &self->m;
	struct work work[2];
	int ended;

	ASSERT_EQ(0, work_start_slow(&work[0], m, 0, SECONDS(8)));
	ASSERT_EQ(0, work_start_slow(&work[1], m, 0, SECONDS(8)));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 0));
	EXPECT_STREQ("", migration_settle(m));

	ended = work_end(&work[0]);
	EXPECT_EQ(-ENODEV, ended + work_end(&work[1]));
	EXPECT_EQ(1, work[0].done + work[1].done);
}

/*
 * The request is withdrawn while the driver is being released, which takes a while
 * here because the driver resets a busy VF.  Another VF arrives meanwhile.
 */
TEST_F(migration, cancelled_while_its_driver_leaves)
{
	struct migration *m = &self->m;
	uint32_t resets = migration_resets(m, 0);
	struct work work[2];

	ASSERT_EQ(0, work_start_slow(&work[0], m, 0, SECONDS(8)));
	ASSERT_EQ(0, work_start_slow(&work[1], m, 0, SECONDS(8)));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 0));
	while (migration_resets(m, 0) == resets)
		usleep(1000);
	EXPECT_EQ(DONE, migration_event(m, CANCEL, 0));
	EXPECT_EQ(DONE, migration_event(m, OFFER, NEW));

	work_end(&work[0]);
	work_end(&work[1]);
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(self->id[0], id_of(m, 0));
	EXPECT_EQ(0, engine_works(&m->vf[0]));
}

TEST_F(migration, disable_with_a_departure_under_way)
{
	struct migration *m = &self->m;
	struct work work;

	ASSERT_EQ(0, work_start_slow(&work, m, 1, SECONDS(8)));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 1));
	EXPECT_TRUE(migration_comes(m, 1, MO));
	EXPECT_TRUE(work_is_running(m, 1));
	ASSERT_EQ(0, migration_enable(m, ALL));
	EXPECT_EQ(-ENODEV, work_end(&work));
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(0, engine_works(&m->vf[1]));
}

TEST_HARNESS_MAIN
