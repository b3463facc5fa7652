// SPDX-License-Identifier: GPL-2.0-only
// Looks for races: the processors must run at once.
/*
 * All VFs of a PF copy at the same time, each in a thread of its own.  Every byte and
 * CRC is checked.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "edu.h"
#include "engine.h"
#include "fixture.h"

#define MAX_PFS	2

/* Lengths up to the engine's limit, also ones that are not multiples of a page or of its step */
static const uint32_t lengths[] = {
	1, 64, 4095, 4097, 12345, 65537, 100000, 65536,
};

FIXTURE(datapath)
{
	struct pci_fn pf[MAX_PFS];
	char driver[DRIVER_NAME_LEN];
	int total_vfs[MAX_PFS];
};

FIXTURE_VARIANT(datapath)
{
	int pfs;
};

FIXTURE_VARIANT_ADD(datapath, one_pf) {
	.pfs = 1,
};

FIXTURE_VARIANT_ADD(datapath, two_pfs) {
	.pfs = 2,
};

FIXTURE_SETUP(datapath)
{
	int i;

	for (i = 0; i < variant->pfs; i++) {
		if (pf_take(PF_SRIOV_EDU, i, &self->pf[i], self->driver))
			SKIP(return, NO_SUCH_PF);
		self->total_vfs[i] = pf_total_vfs(&self->pf[i]);
		ASSERT_EQ(0, pf_want_num_vfs(&self->pf[i], self->total_vfs[i]));
	}
}

FIXTURE_TEARDOWN(datapath)
{
	int i;

	for (i = 0; i < variant->pfs; i++) {
		EXPECT_EQ(0, pf_want_num_vfs(&self->pf[i], 0));
		EXPECT_EQ(0, pf_give_back(&self->pf[i]));
	}
}

/**
 * struct worker - one function that copies
 * @vf_id: its number, -1 for the PF
 * @start: makes all start together
 * @stop: number of copies, or 0 to copy until an error
 * @error: error of the last copy
 * @done: number of correct copies
 */
struct worker {
	pthread_t thread;
	pthread_barrier_t *start;
	struct pci_fn fn;
	int vf_id;
	int fd;
	int copies;
	int error;
	int done;
};

static void *work(void *argument)
{
	struct worker *worker = argument;
	uint32_t len;

	pthread_barrier_wait(worker->start);
	while (!worker->error && (!worker->copies || worker->done < worker->copies)) {
		len = lengths[worker->done % ARRAY_SIZE(lengths)];
		worker->error = engine_check(worker->fd, len,
					     worker->vf_id << 16 | worker->done);
		worker->done += !worker->error;
	}
	return NULL;
}

static int employ(struct worker *worker, const struct pci_fn *pf, int vf_id,
		  int copies)
{
	worker->vf_id = vf_id;
	worker->copies = copies;
	if (vf_id < 0)
		worker->fn = *pf;
	else if (pf_vf(pf, vf_id, &worker->fn))
		return -ENODEV;

	worker->fd = engine_open(&worker->fn);
	return worker->fd < 0 ? worker->fd : 0;
}

static int start(struct worker *workers, int count, pthread_barrier_t *barrier)
{
	int ret = 0;
	int i;

	pthread_barrier_init(barrier, NULL, count + 1);
	for (i = 0; i < count && !ret; i++) {
		workers[i].start = barrier;
		ret = pthread_create(&workers[i].thread, NULL, work, &workers[i]);
	}
	if (!ret)
		pthread_barrier_wait(barrier);
	return ret;
}

TEST_F(datapath, every_vf_at_once)
{
	int count = self->total_vfs[0] + self->total_vfs[1];
	struct worker *workers = calloc(count, sizeof(*workers));
	struct sriov_edu_info *before = calloc(count, sizeof(*before));
	struct sriov_edu_info after;
	pthread_barrier_t barrier;
	int i, w;

	ASSERT_NE(NULL, workers);
	ASSERT_NE(NULL, before);
	for (w = i = 0; i < variant->pfs; i++) {
		int vf_id;

		for (vf_id = 0; vf_id < self->total_vfs[i]; vf_id++, w++) {
			ASSERT_EQ(0, employ(&workers[w], &self->pf[i], vf_id,
					    ARRAY_SIZE(lengths)));
			ASSERT_EQ(0, engine_info(workers[w].fd, &before[w]));
			EXPECT_EQ(vf_id, before[w].vf_id);
		}
	}

	ASSERT_EQ(0, start(workers, count, &barrier));
	for (w = 0; w < count; w++) {
		pthread_join(workers[w].thread, NULL);
		EXPECT_EQ(0, workers[w].error)
			TH_LOG("VF %d, copy %d", workers[w].vf_id, workers[w].done);
		ASSERT_EQ(0, engine_info(workers[w].fd, &after));
		EXPECT_EQ(workers[w].copies, after.completions - before[w].completions);
		EXPECT_EQ(workers[w].copies, after.interrupts - before[w].interrupts)
			TH_LOG("interrupts of VF %d", workers[w].vf_id);
		close(workers[w].fd);
	}
	free(workers);
	free(before);
}

/* Each VF's registers have its number, so its BAR is the right slice. */
TEST_F(datapath, every_vf_is_itself)
{
	struct pci_fn vf;
	int i, vf_id;

	for (i = 0; i < variant->pfs; i++) {
		for (vf_id = 0; vf_id < self->total_vfs[i]; vf_id++) {
			ASSERT_EQ(0, pf_vf(&self->pf[i], vf_id, &vf));
			EXPECT_EQ(SRIOV_EDU_ID_MAGIC, edu_peek(&vf, SRIOV_EDU_ID));
			EXPECT_EQ(SRIOV_EDU_FUNCTION_VF | vf_id,
				  edu_peek(&vf, SRIOV_EDU_FUNCTION));
		}
	}
}

/* VFs are removed while they copy: every thread gets ENODEV, no other error. */
TEST_F(datapath, disable_while_working)
{
	int count = self->total_vfs[0];
	struct worker *workers = calloc(count, sizeof(*workers));
	struct sriov_edu_info info;
	pthread_barrier_t barrier;
	int w;

	ASSERT_NE(NULL, workers);
	for (w = 0; w < count; w++)
		ASSERT_EQ(0, employ(&workers[w], &self->pf[0], w, 0));

	ASSERT_EQ(0, start(workers, count, &barrier));
	EXPECT_EQ(0, pf_set_num_vfs(&self->pf[0], 0));
	for (w = 0; w < count; w++) {
		pthread_join(workers[w].thread, NULL);
		EXPECT_EQ(-ENODEV, workers[w].error)
			TH_LOG("VF %d after %d copies", w, workers[w].done);
		EXPECT_EQ(-ENODEV, engine_info(workers[w].fd, &info));
		close(workers[w].fd);
	}
	free(workers);
}

TEST_HARNESS_MAIN
