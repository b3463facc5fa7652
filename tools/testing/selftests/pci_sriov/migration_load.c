// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine.h"
#include "migration_load.h"

#define COPY_LEN	6000
#define COPY_PAUSE_US	2000
#define BUSY_TRIES	2000

/* The error that a program gets if its VF does not exist or is being removed */
static bool is_gone(int error)
{
	return error == -ENODEV || error == -ENOENT || error == -ENXIO;
}

static void copy_once(struct work *work)
{
	int fd = engine_open(work->fn);
	int error = fd < 0 ? fd : engine_check(fd, COPY_LEN, work->done);

	if (fd >= 0)
		close(fd);
	if (!error)
		work->done++;
	else if (!work->may_go || !is_gone(error))
		work->error = error;
}

static void *copy_all_the_time(void *argument)
{
	struct work *work = argument;

	while (!work->stop && !work->error) {
		copy_once(work);
		usleep(COPY_PAUSE_US);
	}
	return NULL;
}

int work_start(struct work *work, const struct pci_fn *fn, bool may_go)
{
	*work = (struct work) { .fn = fn, .may_go = may_go };
	return -pthread_create(&work->thread, NULL, copy_all_the_time, work);
}

static void *copy_one(void *argument)
{
	copy_once(argument);
	return NULL;
}

bool work_is_running(const struct migration *m, int vf_id)
{
	return edu_read(&m->map, SRIOV_EDU_VF_BLOCK(vf_id) +
			SRIOV_EDU_VF_STATUS) & SRIOV_EDU_VF_STATUS_BUSY;
}

int work_start_slow(struct work *work, const struct migration *m, int vf_id,
		    unsigned int us)
{
	int ret, tries;

	*work = (struct work) { .fn = &m->vf[vf_id] };
	ret = edu_poke(work->fn, SRIOV_EDU_LATENCY, us);
	if (!ret)
		ret = -pthread_create(&work->thread, NULL, copy_one, work);
	for (tries = 0; !ret && !work_is_running(m, vf_id); tries++) {
		if (tries == BUSY_TRIES)
			ret = -ETIMEDOUT;
		usleep(1000);
	}
	return ret;
}

int work_end(struct work *work)
{
	work->stop = true;
	pthread_join(work->thread, NULL);
	return work->error;
}

/*
 * Choose mostly a possible command, by the device's own register: the VF Migration
 * State Array must not be read because VFs may have been disabled just before.
 */
void random_event(struct migration *m, int first, unsigned int *seed)
{
	int vf_id = first + rand_r(seed) % (MIGRATION_VFS - first);
	unsigned int kind = rand_r(seed) % MIGRATION_CMDS;
	int tries = rand_r(seed) % 8 ? MIGRATION_CMDS : 1;

	while (tries-- && migration_event(m, kind, vf_id) !=
			  SRIOV_EDU_MIGRATION_DONE)
		kind = (kind + 1) % MIGRATION_CMDS;
}

/* A reset takes 100 ms; the pause should let events happen during it. */
void random_pause(unsigned int *seed)
{
	switch (rand_r(seed) % 8) {
	case 0:
		usleep(rand_r(seed) % 150000);
		break;
	case 1 ... 4:
		usleep(rand_r(seed) % 5000);
		break;
	}
}
