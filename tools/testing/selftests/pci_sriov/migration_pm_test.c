// SPDX-License-Identifier: GPL-2.0-only
/*
 * VF Migration: suspend and resume.
 */
#include <pthread.h>

#include "config_space.h"
#include "engine.h"
#include "migration_fixture.h"
#include "migration_load.h"
#include "suspend.h"

TEST_F(migration, suspend_with_migrated_vfs)
{
	struct migration *m = &self->m;
	int i;

	if (!can_suspend())
		SKIP(return, NO_PM_TEST);
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 0));
	ASSERT_STREQ("", migration_settle(m));
	take_ids(m, self->id);
	ASSERT_EQ(0, suspend_and_resume(1));
	EXPECT_STREQ("", migration_settle(m));
	for (i = 1; i <= NEW; i++) {
		EXPECT_EQ(self->id[i], id_of(m, i));
		EXPECT_EQ(0, engine_works(&m->vf[i]));
	}
	ASSERT_EQ(DONE, migration_event(m, OFFER, 0));
	EXPECT_STREQ("", migration_settle(m));
}

static int disable_msix(const struct pci_fn *pf)
{
	unsigned int flags = config_find_cap(pf, PCI_CAP_ID_MSIX) +
			     PCI_MSIX_FLAGS;
	int64_t value = config_read(pf, flags, 2);

	if (value < 0)
		return value;
	return config_write_word(pf, flags, value & ~PCI_MSIX_FLAGS_ENABLE);
}

/*
 * A suspended PF sends no message.  It does not here either, because MSI-X is
 * disabled; VF Migration Status is set, so the core must read the states on resume.
 */
TEST_F(migration, event_while_asleep)
{
	struct migration *m = &self->m;
	uint32_t messages = edu_read(&m->map, SRIOV_EDU_MIGRATION_MESSAGES);

	if (!can_suspend())
		SKIP(return, NO_PM_TEST);
	ASSERT_EQ(0, disable_msix(&m->pf));
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	ASSERT_EQ(messages, edu_read(&m->map, SRIOV_EDU_MIGRATION_MESSAGES));
	ASSERT_EQ(0, suspend_and_resume(1));
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(0, engine_works(&m->vf[NEW]));
}

struct events {
	struct migration *m;
	unsigned int seed;
	atomic_bool stop;
};

static void *make_events(void *argument)
{
	struct events *events = argument;

	while (!events->stop) {
		random_event(events->m, 2, &events->seed);
		random_pause(&events->seed);
	}
	return NULL;
}

/* Suspend freezes the process that makes events, and the core during an event. */
TEST_F(migration, suspend_in_the_midst_of_events)
{
	struct events events = { .m = &self->m, .seed = 1 };
	struct migration *m = &self->m;
	pthread_t thread;
	int ret, round;

	if (!can_suspend())
		SKIP(return, NO_PM_TEST);
	ASSERT_EQ(0, pthread_create(&thread, NULL, make_events, &events));
	for (ret = round = 0; !ret && round < 3; round++)
		ret = suspend_and_resume(1);
	events.stop = true;
	pthread_join(thread, NULL);
	EXPECT_EQ(0, ret);
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(self->id[0], id_of(m, 0));
	EXPECT_EQ(0, engine_works(&m->vf[0]));
}

TEST_HARNESS_MAIN
