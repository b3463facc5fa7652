// SPDX-License-Identifier: GPL-2.0-only
/*
 * Function Level Resets through sysfs: of one VF, which affects no other function, and
 * of the PF, after which its VFs must exist again.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/pci_regs.h>

#include "harness.h"
#include "config_space.h"
#include "core.h"
#include "edu.h"
#include "engine.h"
#include "fixture.h"

#define NUM_VFS	2
#define RESET	0		/* vf_id of the VF that is reset */
#define OTHER	1
#define FLRS	10
#define MARK	0x5ca1ab1e
#define VF_DRIVER	"sriov_edu_vf"

FIXTURE(reset)
{
	struct pci_fn pf;
	struct pci_fn vf[NUM_VFS];
	char driver[DRIVER_NAME_LEN];
};

FIXTURE_VARIANT(reset)
{
	bool vf_drivers;
};

FIXTURE_VARIANT_ADD(reset, bound) {
	.vf_drivers = true,
};

FIXTURE_VARIANT_ADD(reset, unbound) {
	.vf_drivers = false,
};

FIXTURE_SETUP(reset)
{
	int i;

	if (pf_take(PF_SRIOV_EDU, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	if (pf_total_vfs(&self->pf) < NUM_VFS)
		SKIP(return, "%s has too few VFs", self->pf.name);
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	ASSERT_EQ(0, sysfs_write_number(self->pf.dir, "sriov_drivers_autoprobe",
					variant->vf_drivers));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, NUM_VFS));
	for (i = 0; i < NUM_VFS; i++)
		ASSERT_EQ(0, pf_vf(&self->pf, i, &self->vf[i]));
}

FIXTURE_TEARDOWN(reset)
{
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

TEST_F(reset, vf_alone)
{
	int64_t resets[NUM_VFS];
	int64_t pf_resets = edu_peek(&self->pf, SRIOV_EDU_RESETS);
	ino_t before = sysfs_identity(self->vf[RESET].dir);
	int i;

	for (i = 0; i < NUM_VFS; i++) {
		resets[i] = edu_peek(&self->vf[i], SRIOV_EDU_RESETS);
		ASSERT_EQ(0, edu_poke(&self->vf[i], SRIOV_EDU_SCRATCH, MARK));
	}
	ASSERT_EQ(0, pci_fn_reset(&self->vf[RESET]));

	EXPECT_EQ(resets[RESET] + 1, edu_peek(&self->vf[RESET], SRIOV_EDU_RESETS));
	EXPECT_EQ(0, edu_peek(&self->vf[RESET], SRIOV_EDU_SCRATCH));
	EXPECT_EQ(resets[OTHER], edu_peek(&self->vf[OTHER], SRIOV_EDU_RESETS));
	EXPECT_EQ(MARK, edu_peek(&self->vf[OTHER], SRIOV_EDU_SCRATCH));
	EXPECT_EQ(pf_resets, edu_peek(&self->pf, SRIOV_EDU_RESETS));
	EXPECT_EQ(before, sysfs_identity(self->vf[RESET].dir));

	for (i = 0; variant->vf_drivers && i < NUM_VFS; i++)
		EXPECT_EQ(0, engine_works(&self->vf[i]))
			TH_LOG("VF %d after the reset of VF %d", i, RESET);
}

/* An FLR of the PF clears VF Enable; the core sets it again, with NumVFs. */
TEST_F(reset, pf_with_vfs)
{
	int64_t resets = edu_peek(&self->pf, SRIOV_EDU_RESETS);
	ino_t before[NUM_VFS];
	int i;

	for (i = 0; i < NUM_VFS; i++)
		before[i] = sysfs_identity(self->vf[i].dir);
	ASSERT_EQ(0, pci_fn_reset(&self->pf));

	EXPECT_EQ(resets + 1, edu_peek(&self->pf, SRIOV_EDU_RESETS));
	EXPECT_EQ(NUM_VFS, pf_num_vfs(&self->pf));
	EXPECT_EQ(NUM_VFS, pf_count_links(&self->pf));
	EXPECT_EQ(NUM_VFS, config_read_sriov(&self->pf, PCI_SRIOV_NUM_VF));
	EXPECT_EQ(PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE,
		  config_read_sriov(&self->pf, PCI_SRIOV_CTRL) &
		  (PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE));
	for (i = 0; i < NUM_VFS; i++) {
		EXPECT_EQ(before[i], sysfs_identity(self->vf[i].dir));
		EXPECT_EQ(SRIOV_EDU_FUNCTION_VF | i,
			  edu_peek(&self->vf[i], SRIOV_EDU_FUNCTION));
	}
	EXPECT_EQ(0, engine_works(&self->pf));
}

/*
 * The sample PF driver stops VFs for a second.  The PF is reset once more at the end
 * of that time, before, while or after they start again.
 */
TEST_F_TIMEOUT(reset, pf_again_when_vfs_come_back, 120)
{
	static const unsigned int after_ms[] = { 550, 600, 650, 700, 750, 800 };
	unsigned int i, vf_id;

	if (!variant->vf_drivers)
		SKIP(return, "no VF has a driver");

	for (i = 0; i < ARRAY_SIZE(after_ms); i++) {
		ASSERT_EQ(0, pci_fn_reset(&self->pf));
		usleep(after_ms[i] * 1000);
		ASSERT_EQ(0, pci_fn_reset(&self->pf));
		for (vf_id = 0; vf_id < NUM_VFS; vf_id++)
			EXPECT_EQ(0, engine_works(&self->vf[vf_id]))
				TH_LOG("VF %u, reset again after %u ms", vf_id,
				       after_ms[i]);
		/* a VF driver may start again before it has contacted the PF driver */
		usleep(200000);
	}
}

static void *reset_pf(void *pf)
{
	return (void *)(intptr_t)pci_fn_reset(pf);
}

/* Binds a VF so many milliseconds after a reset of the PF was begun. */
static int bind_in_reset(struct pci_fn *pf, const struct pci_fn *vf, int after_ms)
{
	pthread_t thread;
	void *ret;

	if (pthread_create(&thread, NULL, reset_pf, pf))
		return -EAGAIN;
	usleep(after_ms * 1000);
	pci_fn_bind(vf, VF_DRIVER);	/* as if it failed, but it is repeated */
	pthread_join(thread, &ret);
	return (intptr_t)ret;
}

static bool gets_its_driver(const struct pci_fn *vf)
{
	char driver[DRIVER_NAME_LEN];
	int tries;

	for (tries = 0; tries < 400; tries++) {
		pci_fn_driver(vf, driver, sizeof(driver));
		if (!strcmp(driver, VF_DRIVER))
			return true;
		usleep(5000);
	}
	return false;
}

/*
 * While the PF is being reset VFs cannot be accessed: programs that read config space
 * wait, and a driver that is to be bound is bound afterwards.
 */
TEST_F_TIMEOUT(reset, pf_while_vfs_are_used, 120)
{
	static const unsigned int after_ms[] = { 20, 50, 80, 110, 140 };
	struct config_reader reader;
	int breaches, bound = 0, tries = ARRAY_SIZE(after_ms);
	int i;

	if (!variant->vf_drivers)
		SKIP(return, "no VF has a driver");

	ASSERT_EQ(0, edu_take_breaches(&self->pf));
	ASSERT_EQ(0, config_reader_start(&reader, &self->vf[OTHER]));
	for (i = 0; i < tries; i++) {
		pci_fn_unbind(&self->vf[RESET]);
		EXPECT_EQ(0, bind_in_reset(&self->pf, &self->vf[RESET], after_ms[i]));
		bound += gets_its_driver(&self->vf[RESET]);
	}

	EXPECT_LT(0, config_reader_stop(&reader));
	breaches = edu_take_breaches(&self->pf);
	EXPECT_ON_NEW(bound == tries && !breaches,
		      "%d of %d VFs were bound, %s forbidden accesses",
		      bound, tries, breaches ? "with" : "without");
}

/**
 * struct load - a program that copies by a VF's engine again and again
 * @vf: the VF
 * @stop: set to end the thread
 * @copies: how many were right
 * @refused: how many ended with an error
 * @wrong: how many had wrong data or a wrong CRC
 */
struct load {
	pthread_t thread;
	const struct pci_fn *vf;
	atomic_bool stop;
	int copies;
	int refused;
	int wrong;
};

static void *copy_all_the_time(void *arg)
{
	struct load *load = arg;

	while (!load->stop) {
		int ret = engine_works(load->vf);

		load->copies += !ret;
		load->wrong += ret == -EBADMSG;
		load->refused += ret && ret != -EBADMSG;
	}
	return NULL;
}

static void end_load(struct load *load)
{
	load->stop = true;
	pthread_join(load->thread, NULL);
}

/* A VF notices nothing of the resets of another. */
TEST_F_TIMEOUT(reset, vf_again_and_again_under_load, 120)
{
	struct load load = { .vf = &self->vf[OTHER] };
	int64_t resets;
	int i;

	if (!variant->vf_drivers)
		SKIP(return, "no VF has a driver");

	resets = edu_peek(&self->vf[RESET], SRIOV_EDU_RESETS);
	ASSERT_EQ(0, pthread_create(&load.thread, NULL, copy_all_the_time, &load));
	for (i = 0; i < FLRS; i++) {
		EXPECT_EQ(0, pci_fn_reset(&self->vf[RESET]));
		EXPECT_EQ(0, engine_works(&self->vf[RESET]))
			TH_LOG("after reset %d", i);
	}
	end_load(&load);

	EXPECT_EQ(resets + FLRS, edu_peek(&self->vf[RESET], SRIOV_EDU_RESETS));
	EXPECT_LT(0, load.copies);
	EXPECT_EQ(0, load.refused);
	EXPECT_EQ(0, load.wrong);
}

/* A copy that a reset of the PF meets may fail, but never has wrong data. */
TEST_F_TIMEOUT(reset, pf_again_and_again_under_load, 240)
{
	struct load load[NUM_VFS] = {};
	int i, vf_id;

	if (!variant->vf_drivers)
		SKIP(return, "no VF has a driver");

	for (i = 0; i < NUM_VFS; i++) {
		load[i].vf = &self->vf[i];
		ASSERT_EQ(0, pthread_create(&load[i].thread, NULL,
					    copy_all_the_time, &load[i]));
	}
	for (i = 0; i < FLRS; i++) {
		EXPECT_EQ(0, pci_fn_reset(&self->pf));
		for (vf_id = 0; vf_id < NUM_VFS; vf_id++)
			EXPECT_EQ(0, engine_works(&self->vf[vf_id]))
				TH_LOG("VF %d after reset %d", vf_id, i);
	}
	for (i = 0; i < NUM_VFS; i++) {
		end_load(&load[i]);
		EXPECT_LT(0, load[i].copies);
		EXPECT_EQ(0, load[i].wrong);
		TH_LOG("VF %d: %d copies, %d refused", i, load[i].copies,
		       load[i].refused);
	}
	EXPECT_EQ(NUM_VFS, pf_num_vfs(&self->pf));
	EXPECT_EQ(NUM_VFS, pf_count_links(&self->pf));
}

TEST_HARNESS_MAIN
