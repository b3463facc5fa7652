// SPDX-License-Identifier: GPL-2.0-only
/*
 * VF Migration: the notifications of VFs that arrive and leave.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"
#include "migration_fixture.h"
#include "migration_news.h"
#include "uevent.h"

/* Waits for an event of a VF, and reads sriov_numvfs then. */
static struct news wait_for_news(const struct migration *m, int sock,
				 int *num_vfs)
{
	struct news news = { .vf_id = -1 };
	int tries;

	for (tries = 0; tries < 20000 && !news.added && !news.removed; tries++) {
		news_take(m, sock, &news);
		usleep(1000);
	}
	*num_vfs = pf_num_vfs(&m->pf);
	return news;
}

/* From a VF's first event on, the number includes or excludes the VF. */
TEST_F(migration, events_of_the_vf_alone)
{
	struct migration *m = &self->m;
	int sock = uevent_listen(), num_vfs;
	struct news news;

	ASSERT_LE(0, sock);
	ASSERT_EQ(DONE, migration_event(m, OFFER, NEW + 1));
	news = wait_for_news(m, sock, &num_vfs);
	EXPECT_EQ(m->initial + 1, num_vfs);
	EXPECT_EQ(NEW + 1, news.vf_id);
	EXPECT_STREQ("", migration_settle(m));
	news_take(m, sock, &news);
	EXPECT_TRUE(pci_fn_exists(&m->vf[NEW + 1]));
	EXPECT_EQ(1, news.added);
	EXPECT_EQ(0, news.removed);
	EXPECT_EQ(0, news.pf_changes);

	ASSERT_EQ(DONE, migration_event(m, REQUEST, 2));
	news = wait_for_news(m, sock, &num_vfs);
	EXPECT_EQ(m->initial, num_vfs);
	EXPECT_EQ(2, news.vf_id);
	EXPECT_STREQ("", migration_settle(m));
	news_take(m, sock, &news);
	EXPECT_FALSE(pci_fn_exists(&m->vf[2]));
	EXPECT_EQ(0, news.added);
	EXPECT_EQ(1, news.removed);
	EXPECT_EQ(0, news.pf_changes);
	close(sock);
}

static int open_state(const struct migration *m, int vf_id)
{
	char path[SYSFS_PATH_LEN + 64];

	snprintf(path, sizeof(path), "%s/" MIGRATION_DIR "/vf%d_state",
		 m->pf.dir, vf_id);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Waits up to a timeout for a notification of a file, and reads it. */
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

/* Each single event causes one message and one interrupt. */
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

TEST_HARNESS_MAIN
