// SPDX-License-Identifier: GPL-2.0-only
/*
 * VF Migration: VFs that come and go while VF Enable stays set.  The tests do what
 * the device's other master does, and what a PF driver sees must follow.  Where no
 * PF has it (see devices.migration), nearly all of them are skipped.
 *
 * MIGRATION_SEED in the environment repeats a run of random events, and
 * STRESS_SECONDS says how long events race with everything else (10).
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "harness.h"
#include "config_space.h"
#include "engine.h"
#include "environment.h"
#include "fixture.h"
#include "klog.h"
#include "migration_load.h"
#include "suspend.h"
#include "uevent.h"

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
#define WRONG_STATE	SRIOV_EDU_MIGRATION_WRONG_STATE

#define ALL		MIGRATION_VFS
#define NEW		4	/* the first VF above InitialVFs */
#define MARK		0x5ca1ab1e
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

/* Tells a VF from a later one in its place. */
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

FIXTURE_SETUP(migration)
{
	struct migration *m = &self->m;

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

/* A VF was reset on either way, and nothing of its last user is left in it. */
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

static uint32_t event_for_all(struct migration *m, unsigned int kind, int first)
{
	uint32_t result = DONE;
	int i;

	for (i = first; i < ALL && result == DONE; i++)
		result = migration_event(m, kind, i);
	return result;
}

TEST_F(migration, all_vfs_at_once)
{
	struct migration *m = &self->m;
	int i;

	ASSERT_EQ(DONE, event_for_all(m, OFFER, m->initial));
	ASSERT_STREQ("", migration_settle(m));
	EXPECT_EQ(ALL, pf_num_vfs(&m->pf));
	ASSERT_EQ(DONE, event_for_all(m, REQUEST, 0));
	ASSERT_STREQ("", migration_settle(m));
	EXPECT_EQ(0, pf_num_vfs(&m->pf));
	ASSERT_EQ(DONE, event_for_all(m, OFFER, 0));
	ASSERT_STREQ("", migration_settle(m));
	for (i = 0; i < ALL; i++)
		EXPECT_EQ(0, engine_works(&m->vf[i]));
}

/*
 * The last of VFs is above NumVFs here, so the core leaves it alone and it can be
 * brought to every state by hand.
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

/* The transitions that software can make are three. */
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

/* What cannot be is ignored, also where the core follows, and it goes on. */
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

/* A VF that is Dormant was lost; since it is offered it comes again. */
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
 * Events that come when they are least welcome.
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

/* Asked back in the moment in which it is accepted */
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

/* The core waits 100 ms between its look and its write: for the VF's reset. */
static uint32_t cancel_when_reset(struct migration *m, int vf_id)
{
	uint32_t resets = migration_resets(m, vf_id);

	if (migration_event(m, REQUEST, vf_id) != DONE)
		return 0;
	while (migration_resets(m, vf_id) == resets)
		usleep(100);
	return migration_event(m, CANCEL, vf_id);
}

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
	EXPECT_NE(self->id[2], sysfs_identity(m->vf[2].dir));
	EXPECT_EQ(0, engine_works(&m->vf[2]));
	EXPECT_TRUE(migration_counts_to(m, "cancelled", cancelled + 1));
	EXPECT_TRUE(migration_counts_to(m, "arrived", arrived + 1));
}

/* It has left, and is there again before the core has seen that it has left. */
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

/* Right after the core has had its first look at a VF */
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

/*
 * What programs are told.
 */

/**
 * struct news - what events said
 * @arrived: how many VFs came, by the PF's change events
 * @left: how many left
 * @added: how many VFs were added, by their own
 * @removed: how many were removed
 * @vf_id: the last of those that came or left
 * @num_vfs: how many VFs there are then
 */
struct news {
	long long arrived;
	long long left;
	long long added;
	long long removed;
	int vf_id;
	int num_vfs;
};

static bool has(const struct uevent *event, const char *key, const char *value)
{
	const char *its = uevent_get(event, key);

	return its && !strcmp(its, value);
}

static bool is_vf_of(const struct migration *m, const struct uevent *event)
{
	int i;

	for (i = 0; i < ALL; i++)
		if (has(event, "PCI_SLOT_NAME", m->vf[i].name))
			return true;
	return false;
}

static int number_of(const struct uevent *event, const char *key)
{
	const char *number = uevent_get(event, key);

	return number ? atoi(number) : -1;
}

static void take_news(const struct migration *m, int sock, struct news *news)
{
	struct uevent event;

	while (!uevent_next(sock, &event)) {
		if (!has(&event, "SUBSYSTEM", "pci"))
			continue;
		if (is_vf_of(m, &event)) {
			news->added += has(&event, "ACTION", "add");
			news->removed += has(&event, "ACTION", "remove");
		}
		if (!has(&event, "PCI_SLOT_NAME", m->pf.name) ||
		    !has(&event, "ACTION", "change"))
			continue;
		news->arrived += has(&event, "SRIOV_VF_EVENT", "arrived");
		news->left += has(&event, "SRIOV_VF_EVENT", "left");
		news->vf_id = number_of(&event, "SRIOV_VF");
		news->num_vfs = number_of(&event, "SRIOV_NUMVFS");
	}
}

/* The event comes when all else is as it says. */
static struct news wait_for_news(const struct migration *m, int sock)
{
	struct news news = { .vf_id = -1, .num_vfs = -1 };
	int tries;

	for (tries = 0; tries < 4000 && !news.arrived && !news.left; tries++) {
		take_news(m, sock, &news);
		usleep(5000);
	}
	return news;
}

TEST_F(migration, one_change_event_for_each)
{
	struct migration *m = &self->m;
	int sock = uevent_listen();
	struct news news;

	ASSERT_LE(0, sock);
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW + 1));
	news = wait_for_news(m, sock);
	EXPECT_TRUE(pci_fn_exists(&m->vf[NEW + 1]));
	EXPECT_EQ(1, news.arrived);
	EXPECT_EQ(1, news.added);
	EXPECT_EQ(NEW + 1, news.vf_id);
	EXPECT_EQ(m->initial + 1, news.num_vfs);
	EXPECT_STREQ("", migration_settle(m));

	ASSERT_EQ(DONE, migration_event(m, REQUEST, 2));
	news = wait_for_news(m, sock);
	EXPECT_FALSE(pci_fn_exists(&m->vf[2]));
	EXPECT_EQ(1, news.left);
	EXPECT_EQ(1, news.removed);
	EXPECT_EQ(2, news.vf_id);
	EXPECT_EQ(m->initial, news.num_vfs);
	EXPECT_STREQ("", migration_settle(m));

	take_news(m, sock, &news);
	EXPECT_EQ(1, news.left + news.arrived);
	close(sock);
}

static int open_state(const struct migration *m, int vf_id)
{
	char path[SYSFS_PATH_LEN + 64];

	snprintf(path, sizeof(path), "%s/" MIGRATION_DIR "/vf%d_state",
		 m->pf.dir, vf_id);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Waits so long for a file to be notified, and reads it. */
static bool notified(int fd, int ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLPRI };
	bool is = poll(&poll_fd, 1, ms) == 1 && poll_fd.revents & POLLPRI;
	char text[64];

	pread(fd, text, sizeof(text), 0);
	return is;
}

TEST_F(migration, state_can_be_polled)
{
	struct migration *m = &self->m;
	int fd = open_state(m, NEW), other = open_state(m, NEW + 1);
	int tries = 0;

	ASSERT_LE(0, fd);
	ASSERT_LE(0, other);
	notified(fd, 0);
	notified(other, 0);
	EXPECT_FALSE(notified(fd, 0));

	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	while (!migration_says(m, NEW, AV)) {
		ASSERT_TRUE(notified(fd, 20000));
		ASSERT_GT(10, ++tries);
	}
	EXPECT_STREQ("", migration_settle(m));
	notified(fd, 0);
	ASSERT_EQ(DONE, migration_event(m, REQUEST, NEW));
	EXPECT_TRUE(notified(fd, 20000));
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_FALSE(notified(other, 0));
	close(fd);
	close(other);
}

static double date_of_last_event(const struct migration *m)
{
	char text[64];

	if (sysfs_read(m->pf.dir, MIGRATION_DIR "/last_event", text,
		       sizeof(text)) < 0)
		return -1;
	return atof(text);
}

TEST_F(migration, last_event_is_dated)
{
	struct migration *m = &self->m;
	struct timespec before, after;

	clock_gettime(CLOCK_REALTIME, &before);
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	EXPECT_STREQ("", migration_settle(m));
	clock_gettime(CLOCK_REALTIME, &after);
	EXPECT_LE(before.tv_sec, date_of_last_event(m));
	EXPECT_GE(after.tv_sec + 1, date_of_last_event(m));
}

/* Each event that comes alone makes one message, and that one interrupt. */
TEST_F(migration, one_interrupt_for_each)
{
	struct migration *m = &self->m;
	uint32_t messages = edu_read(&m->map, SRIOV_EDU_MIGRATION_MESSAGES);
	long long interrupts = migration_interrupts(m);
	int i;

	ASSERT_LE(0, interrupts);
	for (i = 1; i <= 3; i++) {
		ASSERT_EQ(DONE, migration_event(m, i & 1 ? OFFER : REQUEST,
						NEW));
		ASSERT_STREQ("", migration_settle(m));
		EXPECT_EQ(messages + i,
			  edu_read(&m->map, SRIOV_EDU_MIGRATION_MESSAGES));
		EXPECT_EQ(interrupts + i, migration_interrupts(m));
	}
	EXPECT_EQ(0, engine_works(&m->pf));
}

/*
 * Together with sriov_numvfs.
 */

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

/* All have left: nothing is there to be disabled, but VF Enable. */
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

/*
 * A VF that works when it is asked to leave.
 */

TEST_F(migration, vf_leaves_after_its_command)
{
	struct migration *m = &self->m;
	struct work work;
	int fd = engine_open(&m->vf[2]);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, work_start_slow(&work, m, 2, SECONDS(5)));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 2));
	EXPECT_TRUE(migration_comes(m, 2, MO));

	/* who comes need not wait for who goes */
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	EXPECT_TRUE(migration_comes(m, NEW, AV));
	EXPECT_EQ(0, engine_works(&m->vf[1]));

	/* nothing but its completion is possible, and that is for the core */
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

/* Not even its driver has noticed anything. */
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

/* The PF driver would wait longer than PCI_SRIOV_LEAVE_MS, and may not. */
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
 * The request is withdrawn while the driver is being released, which takes a
 * while here, because it resets a VF that is busy.  Another VF comes meanwhile.
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

/*
 * What else happens to PFs and VFs.
 */

static int reset(const struct pci_fn *fn)
{
	return sysfs_write(fn->dir, "reset", "1");
}

/* How many of the VFs that begin as Active.Available there are, and no others */
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

	ASSERT_EQ(0, reset(&m->pf));
	EXPECT_TRUE(waits_for_initial(m));
	migration_restart(m);
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_TRUE(migration_counts_to(m, "left", left + 1));
	EXPECT_TRUE(migration_counts_to(m, "arrived", arrived + 1));
	EXPECT_EQ(self->id[0], id_of(m, 0));
	EXPECT_EQ(self->id[2], id_of(m, 2));
	EXPECT_EQ(0, engine_works(&m->vf[0]));
	EXPECT_EQ(0, engine_works(&m->vf[1]));

	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 0));
	EXPECT_STREQ("", migration_settle(m));
	EXPECT_EQ(0, engine_works(&m->vf[NEW]));
}

/* The device forgets the request, and the VF need not leave. */
TEST_F(migration, reset_of_the_pf_with_a_departure_under_way)
{
	struct migration *m = &self->m;
	struct work work;

	ASSERT_EQ(0, work_start_slow(&work, m, 1, SECONDS(3)));
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 1));
	EXPECT_TRUE(migration_comes(m, 1, MO));
	ASSERT_EQ(0, reset(&m->pf));
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

/*
 * Suspend and resume.
 */

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
 * A PF that sleeps sends no message.  It does not here either, because MSI-X is
 * off; the VF Migration Status is set, and somebody must look.
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

/* Whoever makes events is frozen at some time, and the core in their midst. */
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

/*
 * Everything in any order.
 */

#define EVENTS		1000
#define QUIET_EVERY	25
#define STEADY		2	/* VFs that work and are left alone */

static int start_all_work(struct work *work, const struct migration *m)
{
	int ret, i;

	ret = work_start(&work[ALL], &m->pf, false);
	for (i = 0; i < ALL && !ret; i++)
		ret = work_start(&work[i], &m->vf[i], i >= STEADY);
	return ret;
}

/* Up to which event all was as it should be */
static unsigned int make_random_events(struct migration *m, int sock,
				       unsigned int seed, unsigned int events,
				       struct news *news)
{
	unsigned int n;

	for (n = 0; n < events; n++) {
		random_event(m, STEADY, &seed);
		random_pause(&seed);
		if (rand_r(&seed) % QUIET_EVERY == 0 && *migration_settle(m))
			break;
		take_news(m, sock, news);
	}
	return n;
}

TEST_F_TIMEOUT(migration, random_events, 600)
{
	struct migration *m = &self->m;
	long long arrived = migration_counter(m, "arrived");
	struct news news = { 0 };
	struct work work[ALL + 1];
	unsigned int seed = environment("MIGRATION_SEED", time(NULL));
	unsigned int events = environment("MIGRATION_EVENTS", EVENTS);
	int sock = uevent_listen(), i;

	TH_LOG("MIGRATION_SEED=%u MIGRATION_EVENTS=%u", seed, events);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, start_all_work(work, m));
	EXPECT_EQ(events, make_random_events(m, sock, seed, events, &news))
		TH_LOG("%s", m->said);
	EXPECT_STREQ("", migration_settle(m));

	for (i = 0; i <= ALL; i++) {
		EXPECT_EQ(0, work_end(&work[i]))
			TH_LOG("VF %d after %d copies", i, work[i].done);
		if (i < STEADY)
			EXPECT_LT(0, work[i].done);
	}
	EXPECT_EQ(self->id[0], id_of(m, 0));
	EXPECT_EQ(self->id[1], id_of(m, 1));

	sleep(1);
	take_news(m, sock, &news);
	arrived = migration_counter(m, "arrived") - arrived;
	TH_LOG("%lld arrived, %lld left, %lld retracted, %lld cancelled so far",
	       arrived, migration_counter(m, "left") - m->left,
	       migration_counter(m, "retracted"),
	       migration_counter(m, "cancelled"));
	EXPECT_EQ(arrived, news.arrived);
	EXPECT_EQ(arrived, news.added);
	EXPECT_EQ(migration_counter(m, "left") - m->left, news.left);
	EXPECT_EQ(m->initial + news.added - news.removed, pf_num_vfs(&m->pf));
	close(sock);
}

#define DEFAULT_SECONDS	10
#define PATIENCE	60

/**
 * struct race - what its processes share
 * @m: the PF
 * @driver: its driver
 * @use: nobody may use the PF's registers while it is being reset
 * @end: when it is over, CLOCK_MONOTONIC
 */
struct race {
	struct migration *m;
	const char *driver;
	pthread_mutex_t use;
	time_t end;
};

static void race_event(struct race *race, unsigned int *seed)
{
	pthread_mutex_lock(&race->use);
	random_event(race->m, 0, seed);
	pthread_mutex_unlock(&race->use);
	random_pause(seed);
}

static void race_num_vfs(struct race *race, unsigned int *seed)
{
	pf_set_num_vfs(&race->m->pf, 1 + rand_r(seed) % ALL);
	usleep(rand_r(seed) % 700000);
	pf_set_num_vfs(&race->m->pf, 0);
}

static void race_driver(struct race *race, unsigned int *seed)
{
	usleep(rand_r(seed) % 3000000);
	pci_fn_unbind(&race->m->pf);
	pci_fn_bind(&race->m->pf, race->driver);
}

static void race_reset(struct race *race, unsigned int *seed)
{
	usleep(rand_r(seed) % 1000000);
	pthread_mutex_lock(&race->use);
	reset(&race->m->pf);
	pthread_mutex_unlock(&race->use);
}

static void (*const racers[])(struct race *race, unsigned int *seed) = {
	race_event, race_num_vfs, race_driver, race_reset,
};

#define RACERS	ARRAY_SIZE(racers)

/* The standard streams are let go: who reads them waits until all have. */
static void run_racer(struct race *race, int i)
{
	int null = open("/dev/null", O_RDWR);
	unsigned int seed = getpid();

	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	while (now() < race->end)
		racers[i](race, &seed);
	_exit(0);
}

static struct race *race_create(struct migration *m, const char *driver)
{
	struct race *race = mmap(NULL, sizeof(*race), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t attr;

	if (race == MAP_FAILED)
		return NULL;

	race->m = m;
	race->driver = driver;
	race->end = now() + stress_seconds(DEFAULT_SECONDS);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&race->use, &attr);
	return race;
}

/* How many have not come back when patience is at its end */
static int run_race(struct race *race, int count)
{
	pid_t pids[RACERS];
	int running, i;

	for (i = 0; i < count; i++) {
		pids[i] = fork();
		if (!pids[i])
			run_racer(race, i);
	}

	do {
		usleep(10000);
		for (i = running = 0; i < count; i++) {
			if (pids[i] && waitpid(pids[i], NULL, WNOHANG))
				pids[i] = 0;
			running += !!pids[i];
		}
	} while (running && now() < race->end + PATIENCE);
	return running;
}

static int bring_back(const struct migration *m, const char *driver)
{
	return sysfs_exists(m->pf.dir, "driver") ? 0 :
	       pci_fn_bind(&m->pf, driver);
}

/* In the end everybody is back, and the PF can do what it could. */
#define EXPECT_SURVIVAL(count) do {					\
	struct migration *m = &self->m;					\
	struct race *race = race_create(m, self->driver);		\
									\
	ASSERT_NE(NULL, race);						\
	ASSERT_EQ(0, run_race(race, count));				\
	ASSERT_EQ(0, bring_back(m, self->driver));			\
	ASSERT_EQ(0, migration_enable(m, ALL));				\
	ASSERT_STREQ("", migration_settle(m));				\
	ASSERT_EQ(DONE, event_for_all(m, OFFER, m->initial));		\
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 0));		\
	EXPECT_STREQ("", migration_settle(m));				\
	EXPECT_EQ(0, engine_works(&m->vf[NEW]));			\
	EXPECT_EQ(0, engine_works(&m->pf));				\
} while (0)

TEST_F_TIMEOUT(migration, races, 600)
{
	EXPECT_SURVIVAL(RACERS - 1);
}

TEST_F_TIMEOUT(migration, races_with_resets, 600)
{
	EXPECT_SURVIVAL(RACERS);
}

/*
 * PFs that cannot use it, for their own reason or for that of their device.
 */

static bool is_incapable(const struct pci_fn *pf)
{
	int64_t features = edu_peek(pf, SRIOV_EDU_FEATURES);

	return features >= 0 && !(features & SRIOV_EDU_FEATURE_MIGRATION);
}

/* What the device has at one place and says to be at another */
static bool is_misleading(const struct pci_fn *pf)
{
	int place = SRIOV_EDU_ARRAY_OFFSET | SRIOV_EDU_BAR_ARRAY;

	return !is_incapable(pf) && config_read_sriov(pf, PCI_SRIOV_VFM) != place;
}

static int find_edu(bool (*is)(const struct pci_fn *pf), int index,
		    struct pci_fn *pf)
{
	int i, ret;

	for (i = 0; !(ret = pf_find(PF_SRIOV_EDU, i, pf)); i++)
		if (is(pf) && !index--)
			break;
	return ret;
}

static bool migration_is_off(const struct pci_fn *pf)
{
	return !(config_read_sriov(pf, PCI_SRIOV_CTRL) &
		 (PCI_SRIOV_CTRL_VFM | PCI_SRIOV_CTRL_INTR));
}

FIXTURE(incapable)
{
	struct pci_fn pf;
};

FIXTURE_SETUP(incapable)
{
	if (find_edu(is_incapable, 0, &self->pf))
		SKIP(return, NO_SUCH_PF);
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	ASSERT_EQ(0, pf_give_back(&self->pf));
}

FIXTURE_TEARDOWN(incapable)
{
	EXPECT_EQ(0, pf_set_num_vfs(&self->pf, 0));
}

/* All is as it is on a kernel that knows nothing of VF Migration. */
TEST_F(incapable, nothing_is_different)
{
	struct pci_fn vf;
	int i;

	EXPECT_FALSE(sysfs_exists(self->pf.dir, MIGRATION_DIR));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 6));
	EXPECT_EQ(6, pf_num_vfs(&self->pf));
	EXPECT_EQ(6, pf_count_links(&self->pf));
	EXPECT_EQ(6, edu_peek(&self->pf, SRIOV_EDU_NUM_VFS));
	EXPECT_EQ(6, config_read_sriov(&self->pf, PCI_SRIOV_NUM_VF));
	EXPECT_TRUE(migration_is_off(&self->pf));
	EXPECT_EQ(-EBUSY, pf_set_num_vfs(&self->pf, 5));
	for (i = 0; i < 6; i++) {
		ASSERT_EQ(0, pf_vf(&self->pf, i, &vf));
		EXPECT_EQ(0, engine_works(&vf));
	}
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_count_links(&self->pf));
}

FIXTURE(unusable)
{
	struct pci_fn pf;
};

FIXTURE_VARIANT(unusable)
{
	int index;
};

FIXTURE_VARIANT_ADD(unusable, pf0) { .index = 0, };
FIXTURE_VARIANT_ADD(unusable, pf1) { .index = 1, };

FIXTURE_SETUP(unusable)
{
	if (!core_is_new())
		SKIP(return, "stock knows nothing of VF Migration");
	if (find_edu(is_misleading, variant->index, &self->pf))
		SKIP(return, "no PF with its array in the wrong place");
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	ASSERT_EQ(0, pf_give_back(&self->pf));
}

FIXTURE_TEARDOWN(unusable)
{
	EXPECT_EQ(0, pf_set_num_vfs(&self->pf, 0));
}

/* It is said, and what is there without VF Migration works. */
TEST_F(unusable, array_in_the_wrong_place)
{
	int initial = config_read_sriov(&self->pf, PCI_SRIOV_INITIAL_VF);
	struct pci_fn vf;
	int i;

	EXPECT_FALSE(sysfs_exists(self->pf.dir, MIGRATION_DIR));
	EXPECT_TRUE(klog_has(self->pf.name, "VF Migration State Array",
			     strstr));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, initial + 2));
	EXPECT_EQ(initial, pf_num_vfs(&self->pf));
	EXPECT_EQ(initial, pf_count_links(&self->pf));
	EXPECT_TRUE(migration_is_off(&self->pf));
	for (i = 0; i < initial; i++) {
		ASSERT_EQ(0, pf_vf(&self->pf, i, &vf));
		EXPECT_EQ(0, engine_works(&vf));
	}
	ASSERT_EQ(0, edu_poke(&self->pf, SRIOV_EDU_MIGRATION_CMD, REQUEST));
	EXPECT_EQ(NOT_ENABLED, edu_peek(&self->pf, SRIOV_EDU_MIGRATION_RESULT));
	EXPECT_EQ(0, engine_works(&self->pf));
}

TEST_HARNESS_MAIN
