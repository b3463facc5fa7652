// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sample drivers' ioctls on one VF: the requests that they refuse, and the errno.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "harness.h"
#include "edu.h"
#include "engine.h"
#include "fixture.h"

#define VF_ID		0
#define LONG_LATENCY	500000	/* us: enough to notice that a command runs */

FIXTURE(vf_engine)
{
	struct pci_fn pf;
	struct pci_fn vf;
	char driver[DRIVER_NAME_LEN];
	int fd;
};

FIXTURE_SETUP(vf_engine)
{
	if (pf_take(PF_SRIOV_EDU, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 1));
	ASSERT_EQ(0, pf_vf(&self->pf, VF_ID, &self->vf));
	self->fd = engine_open(&self->vf);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(vf_engine)
{
	close(self->fd);
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

static unsigned int block(unsigned int reg)
{
	return SRIOV_EDU_VF_BLOCK(VF_ID) + reg;
}

TEST_F(vf_engine, info)
{
	struct sriov_edu_info info;

	ASSERT_EQ(0, engine_info(self->fd, &info));
	EXPECT_EQ(VF_ID, info.vf_id);
	EXPECT_EQ(edu_peek(&self->vf, SRIOV_EDU_QUOTA), info.quota);
	EXPECT_EQ(edu_peek(&self->vf, SRIOV_EDU_RESETS), info.resets);
}

TEST_F(vf_engine, greatest_length)
{
	EXPECT_EQ(0, engine_check(self->fd, SRIOV_EDU_MAX_LEN, 1));
}

TEST_F(vf_engine, bad_length)
{
	char byte = 0;
	struct sriov_edu_copy copy;

	EXPECT_EQ(-EINVAL, engine_copy(self->fd, &byte, &byte, 0, &copy));
	EXPECT_EQ(-EINVAL, engine_copy(self->fd, &byte, &byte,
				       SRIOV_EDU_MAX_LEN + 1, &copy));
}

TEST_F(vf_engine, bad_flags)
{
	char src = 0, dst;
	struct sriov_edu_copy copy = {
		.src = (uintptr_t)&src,
		.dst = (uintptr_t)&dst,
		.len = 1,
		.flags = 1,
	};

	EXPECT_EQ(-1, ioctl(self->fd, SRIOV_EDU_IOC_COPY, &copy));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, ioctl(self->fd, _IO(SRIOV_EDU_IOC_MAGIC, 99)));
	EXPECT_EQ(ENOTTY, errno);
}

TEST_F(vf_engine, bad_address)
{
	void *nothing = mmap(NULL, 4096, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct sriov_edu_copy copy;
	char buf[64] = "";

	ASSERT_NE(MAP_FAILED, nothing);
	EXPECT_EQ(-EFAULT, engine_copy(self->fd, nothing, buf, 64, &copy));
	EXPECT_EQ(-EFAULT, engine_copy(self->fd, buf, nothing, 64, &copy));
	EXPECT_EQ(0, engine_check(self->fd, 64, 1));
}

TEST_F(vf_engine, quota)
{
	ASSERT_EQ(0, edu_poke(&self->pf, block(SRIOV_EDU_VF_QUOTA), 100));
	EXPECT_EQ(0, engine_check(self->fd, 100, 1));
	EXPECT_EQ(-EDQUOT, engine_check(self->fd, 101, 1));
	ASSERT_EQ(0, edu_poke(&self->pf, block(SRIOV_EDU_VF_QUOTA),
			      SRIOV_EDU_MAX_LEN));
	EXPECT_EQ(0, engine_check(self->fd, 101, 1));
}

static void *copy(void *fd)
{
	return (void *)(intptr_t)engine_check(*(int *)fd, 64, 1);
}

/* Waits until the PF reports the VF as busy, or until a timeout. */
static bool is_busy(const struct edu_map *pf)
{
	int patience;

	for (patience = 0; patience < 5000; patience++) {
		if (edu_read(pf, block(SRIOV_EDU_VF_STATUS)) &
		    SRIOV_EDU_VF_STATUS_BUSY)
			return true;
		usleep(1000);
	}
	return false;
}

/*
 * The PF disables the VF while a command runs: the referee counts a command to a VF
 * that is disabled already as a violation.
 */
TEST_F(vf_engine, disabled_by_the_pf)
{
	pthread_t thread;
	struct edu_map pf;
	void *error;

	ASSERT_EQ(0, edu_map(&pf, &self->pf));
	ASSERT_EQ(0, edu_poke(&self->vf, SRIOV_EDU_LATENCY, LONG_LATENCY));
	ASSERT_EQ(0, pthread_create(&thread, NULL, copy, &self->fd));
	EXPECT_TRUE(is_busy(&pf));
	edu_write(&pf, block(SRIOV_EDU_VF_CTRL), 0);
	pthread_join(thread, &error);
	EXPECT_EQ(-EACCES, (int)(intptr_t)error);

	edu_write(&pf, block(SRIOV_EDU_VF_CTRL), SRIOV_EDU_VF_CTRL_ENABLE);
	EXPECT_EQ(0, edu_poke(&self->vf, SRIOV_EDU_LATENCY, 0));
	EXPECT_EQ(0, engine_check(self->fd, 64, 1));
	edu_unmap(&pf);
}

/* This must be the last test, because it removes the VF with the file open. */
TEST_F(vf_engine, vf_gone)
{
	struct sriov_edu_info info;

	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	EXPECT_EQ(-ENODEV, engine_check(self->fd, 64, 1));
	EXPECT_EQ(-ENODEV, engine_info(self->fd, &info));
	EXPECT_EQ(-ENOENT, engine_open(&self->vf));
}

TEST_HARNESS_MAIN
