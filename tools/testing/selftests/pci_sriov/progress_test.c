// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations that do not wait while VFs are being enabled.
 *
 * The test measures no time.  A register of the PF shows that VF Enable was set, long
 * before its VFs are in sysfs: 100 ms must pass in between.  The test starts another
 * operation then.  If all VFs exist when that returns, it has waited for the enabling;
 * if none exists, it has not.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#include "harness.h"
#include "edu.h"
#include "fixture.h"

/* Another process may use the processor for that long: try again. */
#define ROUNDS	3

FIXTURE(progress)
{
	struct pci_fn pf;
	char driver[DRIVER_NAME_LEN];
	struct edu_map map;
	int total;
};

FIXTURE_SETUP(progress)
{
	if (pf_take(PF_SRIOV_EDU, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	ASSERT_EQ(0, edu_map(&self->map, &self->pf));
	self->total = pf_total_vfs(&self->pf);
}

FIXTURE_TEARDOWN(progress)
{
	edu_unmap(&self->map);
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

/**
 * struct query - an operation while VFs are being enabled
 * @run: returns a negative errno or the result
 * @fn: its argument
 * @result: of the last call
 * @links: number of virtfn links of the PF when it returned
 */
struct query {
	long long (*run)(const struct pci_fn *fn);
	struct pci_fn fn;
	long long result;
	int links;
};

struct writer {
	const struct pci_fn *pf;
	int num_vfs;
	int error;
};

static void *enable(void *argument)
{
	struct writer *writer = argument;

	writer->error = pf_set_num_vfs(writer->pf, writer->num_vfs);
	return NULL;
}

/* Enables VFs once, and runs the query as soon as VF Enable is set. */
static int ask_once(const struct edu_map *map, int num_vfs,
		    struct query *query)
{
	struct writer writer = { .pf = map->fn, .num_vfs = num_vfs };
	pthread_t thread;
	int ret;

	ret = pthread_create(&thread, NULL, enable, &writer);
	if (ret)
		return -ret;

	while (!edu_read(map, SRIOV_EDU_NUM_VFS) && !writer.error)
		usleep(1000);
	query->result = query->run(&query->fn);
	query->links = pf_count_links(map->fn);
	pthread_join(thread, NULL);
	return writer.error;
}

/* The minimum number of VFs that existed when a query returned. */
static int run(const struct edu_map *map, int num_vfs, struct query *query)
{
	int fewest = num_vfs;
	int round;

	for (round = 0; round < ROUNDS && fewest == num_vfs; round++) {
		if (ask_once(map, num_vfs, query) ||
		    query->result < 0 || pf_set_num_vfs(map->fn, 0))
			return -1;
		if (query->links < fewest)
			fewest = query->links;
	}
	return fewest;
}

static long long read_num_vfs(const struct pci_fn *pf)
{
	return sysfs_read_number(pf->dir, "sriov_numvfs");
}

static long long read_vf_total_msix(const struct pci_fn *pf)
{
	return sysfs_read_number(pf->dir, "sriov_vf_total_msix");
}

static long long rescan_bus(const struct pci_fn *fn)
{
	return sysfs_write(fn->dir, "rescan", "1");
}

TEST_F(progress, reading_num_vfs_does_not_wait)
{
	struct query query = { .run = read_num_vfs, .fn = self->pf };
	int links = run(&self->map, self->total, &query);

	ASSERT_LE(0, links);
	EXPECT_ON_NEW(links < self->total,
		      "returned when %d of %d VFs existed", links, self->total);
}

TEST_F(progress, reading_vf_total_msix_does_not_wait)
{
	struct query query = { .run = read_vf_total_msix, .fn = self->pf };
	int links = run(&self->map, self->total, &query);

	ASSERT_LE(0, links);
	EXPECT_EQ(edu_read(&self->map, SRIOV_EDU_VF_MSIX_TOTAL), query.result);
	EXPECT_ON_NEW(links < self->total,
		      "returned when %d of %d VFs existed", links, self->total);
}

TEST_F(progress, rescan_of_another_bus_does_not_wait)
{
	struct query query = { .run = rescan_bus };
	int links;

	if (pf_find(PF_SRIOV_EDU, 1, &query.fn) &&
	    pf_find(PF_FOREIGN, 0, &query.fn))
		SKIP(return, "no other PF");

	links = run(&self->map, self->total, &query);
	ASSERT_LE(0, links);
	EXPECT_ON_NEW(links < self->total,
		      "done when %d of %d VFs existed", links, self->total);
}

TEST_HARNESS_MAIN
