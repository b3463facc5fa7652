// SPDX-License-Identifier: GPL-2.0-only
/*
 * The events that are sent when VFs are added and removed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "core.h"
#include "fixture.h"
#include "uevent.h"

#define MAX_VFS	8

FIXTURE(uevent)
{
	struct pci_fn pf;
	char driver[DRIVER_NAME_LEN];
	int num_vfs;
	int sock;
};

FIXTURE_VARIANT(uevent)
{
	enum pf_kind kind;
};

FIXTURE_VARIANT_ADD(uevent, sriov_edu) {
	.kind = PF_SRIOV_EDU,
};

FIXTURE_VARIANT_ADD(uevent, foreign) {
	.kind = PF_FOREIGN,
};

FIXTURE_SETUP(uevent)
{
	int total;

	if (pf_take(variant->kind, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	total = pf_total_vfs(&self->pf);
	self->num_vfs = total < MAX_VFS ? total : MAX_VFS;
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	self->sock = uevent_listen();
	ASSERT_LE(0, self->sock);
}

FIXTURE_TEARDOWN(uevent)
{
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
	close(self->sock);
}

static bool is_about(const struct uevent *event, const char *action,
		     const struct pci_fn *fn)
{
	const char *subsystem = uevent_get(event, "SUBSYSTEM");
	const char *its_action = uevent_get(event, "ACTION");
	const char *slot = uevent_get(event, "PCI_SLOT_NAME");

	return subsystem && !strcmp(subsystem, "pci") &&
	       its_action && !strcmp(its_action, action) &&
	       slot && !strcmp(slot, fn->name);
}

/* The number of these events of each VF, or of the PF (-1); consumes all events. */
static void count_events(int sock, const struct pci_fn *pf, const char *action,
			 int counts[MAX_VFS])
{
	struct uevent event;
	struct pci_fn vf;
	int i;

	memset(counts, 0, MAX_VFS * sizeof(counts[0]));
	while (!uevent_next(sock, &event)) {
		for (i = 0; i < MAX_VFS; i++)
			if (!pf_vf(pf, i, &vf) && is_about(&event, action, &vf))
				counts[i]++;
	}
}

static int count_pf_changes(int sock, const struct pci_fn *pf)
{
	struct uevent event;
	int count = 0;

	while (!uevent_next(sock, &event))
		count += is_about(&event, "change", pf);
	return count;
}

TEST_F(uevent, one_add_per_vf)
{
	int counts[MAX_VFS];
	int i;

	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, self->num_vfs));
	count_events(self->sock, &self->pf, "add", counts);
	for (i = 0; i < self->num_vfs; i++)
		EXPECT_EQ(1, counts[i])
			TH_LOG("add of VF %d", i);
}

TEST_F(uevent, one_remove_per_vf)
{
	int counts[MAX_VFS];
	int i;

	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, self->num_vfs));
	uevent_drain(self->sock);
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	count_events(self->sock, &self->pf, "remove", counts);
	for (i = 0; i < self->num_vfs; i++)
		EXPECT_EQ(1, counts[i])
			TH_LOG("remove of VF %d", i);
}

/* KOBJ_CHANGE is sent after the links were created, so a receiver finds them. */
TEST_F(uevent, one_change_per_vf_after_its_links)
{
	int counts[MAX_VFS];
	int i;

	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, self->num_vfs));
	count_events(self->sock, &self->pf, "change", counts);
	for (i = 0; i < self->num_vfs; i++)
		EXPECT_EQ(1, counts[i])
			TH_LOG("change of VF %d", i);
}

/**
 * struct watcher - a program that looks for a VF's link when the VF is added
 * @sock: where it receives events
 * @stop: no further events will be sent
 * @adds: VFs that were added
 * @links: how many of them had their link to the PF then
 */
struct watcher {
	pthread_t thread;
	int sock;
	atomic_bool stop;
	int adds;
	int links;
};

static void watch_event(struct watcher *watcher, const struct uevent *event)
{
	const char *path = uevent_get(event, "DEVPATH");
	char link[UEVENT_LEN + 16];

	if (!path || strcmp(uevent_get(event, "ACTION"), "add") ||
	    strcmp(uevent_get(event, "SUBSYSTEM"), "pci"))
		return;

	snprintf(link, sizeof(link), "/sys%s/physfn", path);
	watcher->adds++;
	watcher->links += !access(link, F_OK);
}

static void *watch(void *arg)
{
	struct watcher *watcher = arg;
	struct uevent event;
	bool last;

	do {
		last = watcher->stop;
		while (!uevent_next(watcher->sock, &event))
			watch_event(watcher, &event);
	} while (!last);
	return NULL;
}

/* udev names devices by what they belong to, so it needs the links at once. */
TEST_F(uevent, links_exist_when_vfs_are_added)
{
	struct watcher watcher = { .sock = self->sock };

	ASSERT_EQ(0, pthread_create(&watcher.thread, NULL, watch, &watcher));
	EXPECT_EQ(0, pf_set_num_vfs(&self->pf, self->num_vfs));
	watcher.stop = true;
	pthread_join(watcher.thread, NULL);

	EXPECT_EQ(self->num_vfs, watcher.adds);
	EXPECT_ON_NEW(watcher.links == watcher.adds, "%d of %d VFs have their link",
		      watcher.links, watcher.adds);
}

TEST_F(uevent, change_of_the_pf_on_enable)
{
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 1));
	EXPECT_EQ(1, count_pf_changes(self->sock, &self->pf));
}

TEST_F(uevent, nothing_on_a_refused_write)
{
	struct uevent event;

	EXPECT_EQ(-ERANGE, pf_set_num_vfs(&self->pf, 65535));
	EXPECT_EQ(-EINVAL, sysfs_write(self->pf.dir, "sriov_numvfs", "garbage"));
	EXPECT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	EXPECT_EQ(-EAGAIN, uevent_next(self->sock, &event))
		TH_LOG("%s", event.text);

	/* a write that the core itself refuses */
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 1));
	uevent_drain(self->sock);
	EXPECT_EQ(-EBUSY, pf_set_num_vfs(&self->pf, 2));
	EXPECT_EQ(0, count_pf_changes(self->sock, &self->pf));
}

/*
 * A rule for ACTION=="add|change" that writes sriov_numvfs must not enable VFs again
 * while they are being disabled.
 */
TEST_F(uevent, no_change_of_the_pf_on_disable)
{
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 1));
	uevent_drain(self->sock);
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, count_pf_changes(self->sock, &self->pf));
}

/* Writes the number in a process of its own; returns its PID. */
static pid_t write_num_vfs(const struct pci_fn *pf, int num_vfs)
{
	pid_t pid = fork();

	if (!pid)
		_exit(pf_set_num_vfs(pf, num_vfs) ? 1 : 0);
	return pid;
}

/* Waits for the first such event of a VF; returns the number read then. */
static int num_vfs_at_event(int sock, const struct pci_fn *pf,
			    const struct pci_fn *vf, const char *action)
{
	struct uevent event;
	int tries;

	for (tries = 0; tries < 20000; tries++) {
		while (!uevent_next(sock, &event))
			if (is_about(&event, action, vf))
				return pf_num_vfs(pf);
		usleep(200);
	}
	return -ETIMEDOUT;
}

static bool ended_well(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && !status;
}

/* A program that a VF's event starts never reads the former number. */
TEST_F(uevent, new_number_from_the_first_event_on)
{
	struct pci_fn vf;
	pid_t pid;

	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, self->num_vfs));
	ASSERT_EQ(0, pf_vf(&self->pf, 0, &vf));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	uevent_drain(self->sock);

	pid = write_num_vfs(&self->pf, self->num_vfs);
	ASSERT_LT(0, pid);
	EXPECT_EQ(self->num_vfs,
		  num_vfs_at_event(self->sock, &self->pf, &vf, "add"));
	EXPECT_TRUE(ended_well(pid));
	uevent_drain(self->sock);

	pid = write_num_vfs(&self->pf, 0);
	ASSERT_LT(0, pid);
	EXPECT_EQ(0, num_vfs_at_event(self->sock, &self->pf, &vf, "remove"));
	EXPECT_TRUE(ended_well(pid));
}

/* Whether there was a notification of the file since it was last read. */
static bool notified(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLPRI };
	char text[32];
	bool is;

	is = poll(&poll_fd, 1, 0) == 1 && poll_fd.revents & POLLPRI;
	pread(fd, text, sizeof(text), 0);
	return is;
}

/* The last number in the PF's change events, or -1. */
static int said_num_vfs(int sock, const struct pci_fn *pf)
{
	struct uevent event;
	const char *number;
	int said = -1;

	while (!uevent_next(sock, &event)) {
		if (!is_about(&event, "change", pf))
			continue;
		number = uevent_get(&event, "SRIOV_NUMVFS");
		said = number ? atoi(number) : -1;
	}
	return said;
}

TEST_F(uevent, change_of_the_pf_says_how_many)
{
	int on;

	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, self->num_vfs));
	on = said_num_vfs(self->sock, &self->pf);
	EXPECT_ON_NEW(on == self->num_vfs, "%d VFs enabled, the event had %d",
		      self->num_vfs, on);
}

TEST_F(uevent, num_vfs_can_be_polled)
{
	char path[SYSFS_PATH_LEN + 16];
	bool on, again, off;
	int fd;

	snprintf(path, sizeof(path), "%s/sriov_numvfs", self->pf.dir);
	fd = open(path, O_RDONLY);
	ASSERT_LE(0, fd);
	notified(fd);

	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 1));
	on = notified(fd);
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 1));
	again = notified(fd);
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	off = notified(fd);
	close(fd);

	EXPECT_ON_NEW(on && off && !again,
		      "notified on enable %d, the same again %d, disable %d",
		      on, again, off);
}

TEST_HARNESS_MAIN
