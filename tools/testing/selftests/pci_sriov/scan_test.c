// SPDX-License-Identifier: GPL-2.0-only
/*
 * A rescan while VFs are being enabled, of a device whose VFs are functions that a
 * scan probes (see devices.scan).  No request may be sent to a VF for 100 ms after VF
 * Enable is set; the device's referee counts such requests.
 */
#include <stdatomic.h>
#include <pthread.h>

#include "harness.h"
#include "edu.h"
#include "fixture.h"

#define TIMES	4

FIXTURE(scan)
{
	struct pci_fn pf;
	char driver[DRIVER_NAME_LEN];
};

FIXTURE_SETUP(scan)
{
	if (pf_take(PF_SRIOV_EDU, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
}

FIXTURE_TEARDOWN(scan)
{
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

static atomic_bool scan_stop;
static atomic_int scans;

static void *scan_again(void *arg)
{
	while (!scan_stop)
		scans += !sysfs_write("/sys/bus/pci", "rescan", "1");
	return NULL;
}

TEST_F(scan, no_request_to_new_vfs)
{
	int num_vfs = pf_total_vfs(&self->pf), i, at_once = 0, before;
	uint32_t early = SRIOV_EDU_REFEREE_COUNT(SRIOV_EDU_REF_VF_EARLY);
	uint32_t count = edu_peek(&self->pf, early);
	pthread_t scanner;

	scan_stop = false;
	ASSERT_EQ(0, pthread_create(&scanner, NULL, scan_again, NULL));
	for (i = 0; i < TIMES; i++) {
		before = scans;
		EXPECT_EQ(0, pf_set_num_vfs(&self->pf, num_vfs));
		at_once += scans - before;
		EXPECT_EQ(num_vfs, pf_count_links(&self->pf));
		EXPECT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	}
	scan_stop = true;
	pthread_join(scanner, NULL);
	TH_LOG("%d scans, %d of them while VFs were enabled", scans, at_once);
	EXPECT_LT(0, scans);
	EXPECT_EQ(count, edu_peek(&self->pf, early));
}

TEST_HARNESS_MAIN
