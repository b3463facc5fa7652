// SPDX-License-Identifier: GPL-2.0-only
/*
 * VF Migration: writes to the VF Migration State Array: impossible transitions,
 * transitions that the core did not make, and events at unfavourable moments.
 */
#include <unistd.h>

#include "engine.h"
#include "migration_fixture.h"

/*
 * The last VF is above NumVFs here, so the core does not use it, and the test can
 * bring it to every state.
 */
static void bring_by_hand(struct migration *m, int vf_id, uint8_t state)
{
	if (state == UA)
		return;

	edu_write(&m->map, SRIOV_EDU_MIGRATION_CMD, vf_id << 16 | OFFER);
	if (state == MI)
		return;

	m->array.states[vf_id] = AV;
	if (state == MO)
		edu_write(&m->map, SRIOV_EDU_MIGRATION_CMD,
			  vf_id << 16 | REQUEST);
}

static void bring_back_by_hand(struct migration *m, int vf_id)
{
	static const unsigned int kind[] = { [MI] = RETRACT, [AV] = REQUEST, };
	uint8_t state = m->array.states[vf_id];

	if (state == MI || state == AV)
		edu_write(&m->map, SRIOV_EDU_MIGRATION_CMD,
			  vf_id << 16 | kind[state]);
	m->array.states[vf_id] = UA;
}

/* Software can make three transitions. */
static uint8_t after_write(uint8_t state, uint8_t value)
{
	uint8_t to = value & 3;
	bool possible = (state == MI && to == AV) || (state == AV && to == MI) ||
			(state == MO && to == UA);

	return possible ? to : state;
}

TEST_F(migration, writes_to_the_array)
{
	struct migration *m = &self->m;
	int vf_id = ALL - 1, state;
	unsigned int value;

	ASSERT_EQ(0, migration_enable(m, ALL - 1));
	for (state = 0; state < 4; state++) {
		for (value = 0; value < 256; value += value < 4 ? 1 : 63) {
			bring_by_hand(m, vf_id, state);
			ASSERT_EQ(state, m->array.states[vf_id]);
			m->array.states[vf_id] = value;
			EXPECT_EQ(after_write(state, value), m->array.states[vf_id])
				TH_LOG("state %d, %#x written", state, value);
			bring_back_by_hand(m, vf_id);
			ASSERT_EQ(UA, m->array.states[vf_id]);
		}
	}
	migration_restart(m);
	EXPECT_STREQ("", migration_settle(m));
}

/* Impossible transitions of VFs that the core uses are ignored, and the core continues. */
TEST_F(migration, writes_behind_the_core)
{
	struct migration *m = &self->m;
	uint32_t ignored = edu_read(&m->map, SRIOV_EDU_MIGRATION_IGNORED);

	m->array.states[0] = UA;
	m->array.states[0] = MO;
	m->array.states[0] = AV;
	m->array.states[NEW] = MI;
	m->array.states[NEW] = MO;
	m->array.states[NEW] = AV;
	m->array.words[NEW / 4] = 0x03020103;
	EXPECT_EQ(ignored + 9,
		  edu_read(&m->map, SRIOV_EDU_MIGRATION_IGNORED));
	EXPECT_STREQ("", migration_settle(m));

	ASSERT_EQ(DONE, migration_event(m, REQUEST, 0));
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(self->id[1], id_of(m, 1));
}

/* A VF that became Dormant was lost; since it is offered, it is added again. */
TEST_F(migration, deactivated_behind_the_core)
{
	long long arrived = migration_counter(&self->m, "arrived");
	struct migration *m = &self->m;
	int tries;

	m->array.states[1] = MI;
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	for (tries = 0; migration_counter(m, "arrived") < arrived + 2; tries++) {
		ASSERT_GT(4000, tries);
		usleep(10000);
	}
	EXPECT_NE(self->id[1], sysfs_identity(m->vf[1].dir));
	migration_restart(m);
	m->model.may[NEW] = 1 << AV;
	ASSERT_STREQ("", migration_settle(m));
	EXPECT_EQ(0, engine_works(&m->vf[1]));
	EXPECT_EQ(self->id[0], id_of(m, 0));
}

/*
 * Events at unfavourable moments.
 */

static bool ambush_is_over(const struct migration *m)
{
	int tries;

	for (tries = 0; tries < 4000; tries++) {
		if (!edu_read(&m->map, SRIOV_EDU_MIGRATION_AMBUSH))
			return true;
		usleep(5000);
	}
	return false;
}

TEST_F(migration, retracted_at_activation)
{
	struct migration *m = &self->m;
	long long retracted = migration_counter(m, "retracted");
	long long arrived = migration_counter(m, "arrived");
	uint32_t ignored = edu_read(&m->map, SRIOV_EDU_MIGRATION_IGNORED);

	migration_ambush(m, RETRACT, NEW, false);
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	ASSERT_TRUE(ambush_is_over(m));
	migration_ambushed(m, RETRACT, NEW);
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_TRUE(migration_counts_to(m, "retracted", retracted + 1));
	EXPECT_TRUE(migration_counts_to(m, "arrived", arrived));
	EXPECT_EQ(ignored + 1,
		  edu_read(&m->map, SRIOV_EDU_MIGRATION_IGNORED));

	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	EXPECT_STREQ("", migration_settle(m));
}

/* A request arrives at the moment of the activation */
TEST_F(migration, requested_at_activation)
{
	struct migration *m = &self->m;

	migration_ambush(m, REQUEST, NEW, true);
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	ASSERT_TRUE(ambush_is_over(m));
	migration_ambushed(m, REQUEST, NEW);
	EXPECT_STREQ("", migration_settle(m));

	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	EXPECT_STREQ("", migration_settle(m));
}

/* The driver has been released, or is about to be; the VF stays. */
TEST_F(migration, cancelled_at_the_first_look)
{
	struct migration *m = &self->m;
	long long cancelled = migration_counter(m, "cancelled");
	long long arrived = migration_counter(m, "arrived");

	migration_ambush(m, CANCEL, 1, false);
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 1));
	ASSERT_TRUE(ambush_is_over(m));
	migration_ambushed(m, CANCEL, 1);
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(self->id[1], id_of(m, 1));
	EXPECT_EQ(0, engine_works(&m->vf[1]));
	EXPECT_TRUE(migration_counts_to(m, "cancelled", cancelled + 1));
	EXPECT_TRUE(migration_counts_to(m, "arrived", arrived));
}

/* The core waits 100 ms between its read and its write, for the VF's reset. */
static uint32_t cancel_when_reset(struct migration *m, int vf_id)
{
	uint32_t resets = migration_resets(m, vf_id);

	if (migration_event(m, REQUEST, vf_id) != DONE)
		return 0;
	while (migration_resets(m, vf_id) == resets)
		usleep(100);
	return migration_event(m, CANCEL, vf_id);
}

/* The VF was reset, but its device was not removed yet, and stays. */
TEST_F(migration, cancelled_at_completion)
{
	struct migration *m = &self->m;
	long long cancelled = migration_counter(m, "cancelled");
	long long arrived = migration_counter(m, "arrived");
	int tries = 0;

	while (cancel_when_reset(m, 2) != DONE) {
		ASSERT_STREQ("", migration_settle(m));
		ASSERT_GT(10, ++tries);
		ASSERT_EQ(DONE, migration_event(m, OFFER, 2));
		ASSERT_STREQ("", migration_settle(m));
		arrived = migration_counter(m, "arrived");
	}
	EXPECT_STREQ("", migration_settle(m));
	if (!tries)
		EXPECT_EQ(self->id[2], sysfs_identity(m->vf[2].dir));
	EXPECT_EQ(0, engine_works(&m->vf[2]));
	EXPECT_TRUE(migration_counts_to(m, "cancelled", cancelled + 1));
	EXPECT_EQ(arrived, migration_counter(m, "arrived"));
}

/* The VF becomes inactive and active again before the core reads the states. */
TEST_F(migration, offered_at_completion)
{
	struct migration *m = &self->m;
	long long arrived = migration_counter(m, "arrived");

	migration_ambush(m, OFFER, 3, true);
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 3));
	ASSERT_TRUE(ambush_is_over(m));
	migration_ambushed(m, OFFER, 3);
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_TRUE(migration_counts_to(m, "arrived", arrived + 1));
	EXPECT_EQ(0, engine_works(&m->vf[3]));
}

/* Right after the first read of the state of a VF by the core */
TEST_F(migration, event_during_enable)
{
	struct migration *m = &self->m;

	ASSERT_EQ(0, pf_set_num_vfs(&m->pf, 0));
	migration_ambush(m, REQUEST, 1, false);
	migration_restart(m);
	ASSERT_EQ(0, pf_set_num_vfs(&m->pf, ALL));
	ASSERT_TRUE(ambush_is_over(m));
	migration_ambushed(m, REQUEST, 1);
	EXPECT_STREQ("", migration_settle(m));
}

TEST_HARNESS_MAIN
