// SPDX-License-Identifier: GPL-2.0-only
// Looks for races: the processors must run at once.
/*
 * Two PFs at the same time: neither affects the other.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#include "harness.h"
#include "fixture.h"

#define PFS	2
#define ROUNDS	3

FIXTURE(pfs)
{
	struct pci_fn pf[PFS];
	char driver[DRIVER_NAME_LEN];
};

FIXTURE_VARIANT(pfs)
{
	enum pf_kind kind[PFS];
	int index[PFS];
};

FIXTURE_VARIANT_ADD(pfs, two_sriov_edu) {
	.kind = { PF_SRIOV_EDU, PF_SRIOV_EDU },
	.index = { 0, 1 },
};

FIXTURE_VARIANT_ADD(pfs, sriov_edu_and_foreign) {
	.kind = { PF_SRIOV_EDU, PF_FOREIGN },
	.index = { 0, 0 },
};

FIXTURE_SETUP(pfs)
{
	int i;

	for (i = 0; i < PFS; i++) {
		if (pf_take(variant->kind[i], variant->index[i], &self->pf[i],
			    self->driver))
			SKIP(return, NO_SUCH_PF);
		ASSERT_EQ(0, pf_want_num_vfs(&self->pf[i], 0));
	}
}

FIXTURE_TEARDOWN(pfs)
{
	int i;

	for (i = 0; i < PFS; i++) {
		EXPECT_EQ(0, pf_want_num_vfs(&self->pf[i], 0));
		EXPECT_EQ(0, pf_give_back(&self->pf[i]));
	}
}

/* The VFs exist, and belong to this PF. */
static bool has_vfs(const struct pci_fn *pf, int num_vfs)
{
	char physfn[PCI_NAME_LEN];
	struct pci_fn vf;
	int i;

	for (i = 0; i < num_vfs; i++)
		if (pf_vf(pf, i, &vf) ||
		    sysfs_link(vf.dir, "physfn", physfn, sizeof(physfn)) < 0 ||
		    strcmp(physfn, pf->name))
			return false;
	return pf_num_vfs(pf) == num_vfs && pf_count_links(pf) == num_vfs;
}

TEST_F(pfs, all_vfs_of_both)
{
	int total[PFS];
	struct pci_fn vf;
	ino_t before;
	int i;

	for (i = 0; i < PFS; i++) {
		total[i] = pf_total_vfs(&self->pf[i]);
		ASSERT_EQ(0, pf_set_num_vfs(&self->pf[i], total[i]));
	}
	EXPECT_TRUE(has_vfs(&self->pf[0], total[0]));
	EXPECT_TRUE(has_vfs(&self->pf[1], total[1]));

	ASSERT_EQ(0, pf_vf(&self->pf[1], total[1] - 1, &vf));
	before = sysfs_identity(vf.dir);
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf[0], 0));
	EXPECT_TRUE(has_vfs(&self->pf[0], 0));
	EXPECT_TRUE(has_vfs(&self->pf[1], total[1]));
	EXPECT_EQ(before, sysfs_identity(vf.dir));
}

struct writer {
	pthread_t thread;
	const struct pci_fn *pf;
	int num_vfs;
	int failed;
};

static void *write_in_turn(void *argument)
{
	struct writer *writer = argument;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		writer->failed += !!pf_set_num_vfs(writer->pf, writer->num_vfs);
		writer->failed += !has_vfs(writer->pf, writer->num_vfs);
		writer->failed += !!pf_set_num_vfs(writer->pf, 0);
		writer->failed += !has_vfs(writer->pf, 0);
	}
	return NULL;
}

TEST_F(pfs, two_writers_at_once)
{
	struct writer writer[PFS] = { };
	int i;

	for (i = 0; i < PFS; i++) {
		writer[i].pf = &self->pf[i];
		writer[i].num_vfs = i + 1;
		ASSERT_EQ(0, pthread_create(&writer[i].thread, NULL,
					    write_in_turn, &writer[i]));
	}
	for (i = 0; i < PFS; i++) {
		pthread_join(writer[i].thread, NULL);
		EXPECT_EQ(0, writer[i].failed)
			TH_LOG("%s", writer[i].pf->name);
	}
}

TEST_HARNESS_MAIN
