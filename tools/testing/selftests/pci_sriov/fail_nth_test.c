// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFs are enabled, and disabled, while the n-th allocation fails, for every n up to
 * the number of allocations.  Each time either all VFs exist or none does.
 *
 * This needs a kernel with CONFIG_FAULT_INJECTION, CONFIG_FAILSLAB and
 * CONFIG_FAULT_INJECTION_DEBUG_FS, and about a second for each allocation.  In the
 * environment FAIL_NTH_VFS sets the number of VFs (1), and FAIL_NTH_FROM the first n
 * (1), to continue a run that was interrupted.  KASAN and kmemleak detect leaks and
 * use after free.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "fail_nth.h"
#include "fixture.h"

#define MOST		10000	/* allocations; more means an endless loop */
#define HOURS		(4 * 3600)

FIXTURE(fail_nth)
{
	struct pci_fn pf;
	char driver[DRIVER_NAME_LEN];
	int num_vfs;
	int from;
};

/* The number in an environment variable, 1 by default. */
static int number_of(const char *name)
{
	const char *value = getenv(name);

	return value && atoi(value) > 0 ? atoi(value) : 1;
}

FIXTURE_SETUP(fail_nth)
{
	if (!fail_nth_on())
		SKIP(return, "the kernel has no failslab");
	if (pf_take(PF_SRIOV_EDU, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	self->num_vfs = number_of("FAIL_NTH_VFS");
	self->from = number_of("FAIL_NTH_FROM");
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
}

FIXTURE_TEARDOWN(fail_nth)
{
	fail_nth_off();
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

/**
 * struct attempt - one write to sriov_numvfs
 * @error: error of the write
 * @failed: an allocation failed
 */
struct attempt {
	int error;
	bool failed;
};

/* The files are opened before, so that only allocations of the write itself can fail. */
static int write_while_failing(const struct pci_fn *pf, int num_vfs, int n,
			       struct attempt *attempt)
{
	char path[SYSFS_PATH_LEN + 16], number[16];
	int len, fd, fail_nth;

	snprintf(path, sizeof(path), "%s/sriov_numvfs", pf->dir);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -errno;
	len = snprintf(number, sizeof(number), "%d", num_vfs);

	fail_nth = fail_nth_begin(n);
	if (fail_nth >= 0) {
		attempt->error = write(fd, number, len) < 0 ? -errno : 0;
		attempt->failed = fail_nth_end(fail_nth);
	}
	close(fd);
	return fail_nth < 0 ? fail_nth : 0;
}

/* All ways to read the number of VFs agree. */
static bool num_vfs_is(const struct pci_fn *pf, int num_vfs)
{
	struct pci_fn vf;
	int exist = 0;
	int i;

	for (i = 0; i < num_vfs || i == 0; i++)
		exist += !pf_vf(pf, i, &vf) && pci_fn_exists(&vf);
	return pf_num_vfs(pf) == num_vfs && pf_count_links(pf) == num_vfs &&
	       exist == num_vfs;
}

TEST_F_TIMEOUT(fail_nth, enable, HOURS)
{
	struct attempt attempt = { .failed = true };
	int enabled = 0;
	int n;

	for (n = self->from; attempt.failed && n < MOST; n++) {
		ASSERT_EQ(0, write_while_failing(&self->pf, self->num_vfs, n,
						 &attempt));
		enabled += !attempt.error;
		ASSERT_TRUE(num_vfs_is(&self->pf, attempt.error ? 0 : self->num_vfs))
			TH_LOG("allocation %d failed, write: %d", n, attempt.error);
		ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
		ASSERT_TRUE(num_vfs_is(&self->pf, 0));
	}
	EXPECT_EQ(0, attempt.error);
	EXPECT_FALSE(attempt.failed);
	TH_LOG("allocations %d to %d failed, %d times all VFs were enabled all the same",
	       self->from, n - 2, enabled - 1);
}

TEST_F_TIMEOUT(fail_nth, disable, HOURS)
{
	struct attempt attempt = { .failed = true };
	bool own;
	int n;

	for (n = self->from; attempt.failed && n < MOST; n++) {
		ASSERT_EQ(0, pf_set_num_vfs(&self->pf, self->num_vfs));
		ASSERT_EQ(0, write_while_failing(&self->pf, 0, n, &attempt));
		/* allocation by kernfs for the data written: the core was not called */
		own = n == 1 && attempt.error == -ENOMEM;
		ASSERT_TRUE(own || !attempt.error)
			TH_LOG("allocation %d failed, write: %d", n, attempt.error);
		ASSERT_TRUE(num_vfs_is(&self->pf, own ? self->num_vfs : 0))
			TH_LOG("allocation %d failed", n);
	}
	EXPECT_FALSE(attempt.failed);
	TH_LOG("allocations %d to %d failed", self->from, n - 2);
}

TEST_HARNESS_MAIN
