// SPDX-License-Identifier: GPL-2.0-only
/*
 * More and fewer VFs while VFs are enabled: sriov_hw_numvfs, sriov_vf_offline,
 * sriov_vf_online.  VFs that stay must not be affected.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "engine.h"
#include "environment.h"
#include "fixture.h"

#define HW		8
#define HW_FILE		"sriov_hw_numvfs"
#define OFFLINE_FILE	"sriov_vf_offline"
#define ONLINE_FILE	"sriov_vf_online"
#define RANDOM_OPS	1000

/**
 * struct model - the expected state
 * @num_vfs: sriov_numvfs
 * @offline: VFs that were taken offline by number
 * @identity: identity of each VF that exists, else 0
 */
struct model {
	int num_vfs;
	bool offline[HW];
	ino_t identity[HW];
};

FIXTURE(resize)
{
	struct pci_fn pf;
	char driver[DRIVER_NAME_LEN];
	struct model model;
};

FIXTURE_VARIANT(resize)
{
	enum pf_kind kind;
};

FIXTURE_VARIANT_ADD(resize, sriov_edu) { .kind = PF_SRIOV_EDU };
FIXTURE_VARIANT_ADD(resize, foreign) { .kind = PF_FOREIGN };

FIXTURE_SETUP(resize)
{
	if (pf_take(variant->kind, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	if (!sysfs_exists(self->pf.dir, HW_FILE))
		SKIP(return, "this core has no " HW_FILE);
	if (pf_total_vfs(&self->pf) < HW)
		SKIP(return, "%s has fewer than %d VFs", self->pf.name, HW);
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	ASSERT_EQ(0, sysfs_write_number(self->pf.dir, HW_FILE, HW));
}

FIXTURE_TEARDOWN(resize)
{
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, sysfs_write_number(self->pf.dir, HW_FILE, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

static ino_t vf_identity(const struct pci_fn *pf, int vf_id)
{
	struct pci_fn vf;

	return pf_vf(pf, vf_id, &vf) ? 0 : sysfs_identity(vf.dir);
}

static bool model_has(const struct model *model, int vf_id)
{
	return vf_id < model->num_vfs && !model->offline[vf_id];
}

static bool vf_is_bound(const struct pci_fn *pf, int vf_id)
{
	char driver[DRIVER_NAME_LEN];
	struct pci_fn vf;

	if (pf_vf(pf, vf_id, &vf))
		return false;
	pci_fn_driver(&vf, driver, sizeof(driver));
	return !strcmp(driver, "sriov_edu_vf");
}

/* A description of a difference from the model, or "" */
static void model_check(struct model *model, const struct pci_fn *pf,
			enum pf_kind kind, char *wrong, size_t size)
{
	ino_t identity;
	int vf_id;

	wrong[0] = '\0';
	if (pf_num_vfs(pf) != model->num_vfs)
		snprintf(wrong, size, "sriov_numvfs is %d, not %d",
			 pf_num_vfs(pf), model->num_vfs);

	for (vf_id = 0; vf_id < HW; vf_id++) {
		identity = vf_identity(pf, vf_id);
		if (!identity != !model_has(model, vf_id))
			snprintf(wrong, size, "VF %d is %sthere", vf_id,
				 identity ? "" : "not ");
		else if (identity && model->identity[vf_id] &&
			 identity != model->identity[vf_id])
			snprintf(wrong, size, "VF %d is another one", vf_id);
		else if (identity && kind == PF_SRIOV_EDU &&
			 !vf_is_bound(pf, vf_id))
			snprintf(wrong, size, "VF %d has no driver", vf_id);
		model->identity[vf_id] = identity;
	}
}

#define EXPECT_MODEL() do {						\
	char __wrong[80];						\
									\
	model_check(&self->model, &self->pf, variant->kind, __wrong,	\
		    sizeof(__wrong));					\
	EXPECT_STREQ("", __wrong);					\
} while (0)

static int resize(struct model *model, const struct pci_fn *pf, int num_vfs)
{
	int ret = pf_set_num_vfs(pf, num_vfs);
	int vf_id;

	if (ret)
		return ret;

	/* VFs removed or added at the end are not offline by number */
	for (vf_id = 0; vf_id < HW; vf_id++)
		if (vf_id >= num_vfs || vf_id >= model->num_vfs)
			model->offline[vf_id] = false;
	model->num_vfs = num_vfs;
	return 0;
}

static int set_online(struct model *model, const struct pci_fn *pf, int vf_id,
		      bool online)
{
	int ret = sysfs_write_number(pf->dir,
				     online ? ONLINE_FILE : OFFLINE_FILE, vf_id);

	if (!ret)
		model->offline[vf_id] = !online;
	return ret;
}

TEST_F(resize, up_and_down)
{
	static const int sizes[] = { 4, 8, 3, 5, 1, 8, 8, 7, 2 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ASSERT_EQ(0, resize(&self->model, &self->pf, sizes[i]));
		EXPECT_MODEL();
	}
}

TEST_F(resize, what_cannot_be)
{
	ASSERT_EQ(0, resize(&self->model, &self->pf, 3));
	EXPECT_MODEL();
	EXPECT_EQ(-ERANGE, pf_set_num_vfs(&self->pf, HW + 1));
	EXPECT_EQ(-EBUSY, sysfs_write_number(self->pf.dir, HW_FILE, 4));
	EXPECT_EQ(-EBUSY, sysfs_write_number(self->pf.dir, HW_FILE, 0));
	EXPECT_EQ(-EINVAL, sysfs_write(self->pf.dir, HW_FILE, "many"));
	EXPECT_EQ(-EINVAL, sysfs_write(self->pf.dir, "sriov_numvfs", "-1"));
	EXPECT_MODEL();
}

TEST_F(resize, hw_numvfs_beyond_total)
{
	int total = pf_total_vfs(&self->pf);

	EXPECT_EQ(-ERANGE, sysfs_write_number(self->pf.dir, HW_FILE, total + 1));
	EXPECT_EQ(HW, sysfs_read_number(self->pf.dir, HW_FILE));
	EXPECT_EQ(0, sysfs_write_number(self->pf.dir, HW_FILE, total));
	EXPECT_EQ(total, sysfs_read_number(self->pf.dir, HW_FILE));
}

/* More than sriov_hw_numvfs: refused before anything changes */
TEST_F(resize, first_number_beyond_hw_numvfs)
{
	EXPECT_EQ(0, sysfs_write_number(self->pf.dir, HW_FILE, 2));
	EXPECT_EQ(-ERANGE, pf_set_num_vfs(&self->pf, 3));
	EXPECT_MODEL();
	EXPECT_EQ(0, resize(&self->model, &self->pf, 2));
	EXPECT_MODEL();
}

TEST_F(resize, without_hw_numvfs_as_ever)
{
	ASSERT_EQ(0, sysfs_write_number(self->pf.dir, HW_FILE, 0));
	ASSERT_EQ(0, resize(&self->model, &self->pf, 3));
	EXPECT_EQ(-EBUSY, pf_set_num_vfs(&self->pf, 4));
	EXPECT_EQ(-EBUSY, pf_set_num_vfs(&self->pf, 2));
	EXPECT_MODEL();
}

TEST_F(resize, single_vfs)
{
	char list[64];

	ASSERT_EQ(0, resize(&self->model, &self->pf, 5));
	EXPECT_MODEL();
	EXPECT_EQ(0, set_online(&self->model, &self->pf, 1, false));
	EXPECT_EQ(0, set_online(&self->model, &self->pf, 3, false));
	EXPECT_EQ(0, set_online(&self->model, &self->pf, 3, false));
	EXPECT_MODEL();
	EXPECT_LE(0, sysfs_read(self->pf.dir, OFFLINE_FILE, list, sizeof(list)));
	EXPECT_STREQ("1,3", list);
	EXPECT_LE(0, sysfs_read(self->pf.dir, ONLINE_FILE, list, sizeof(list)));
	EXPECT_STREQ("0,2,4", list);

	EXPECT_EQ(0, set_online(&self->model, &self->pf, 1, true));
	EXPECT_EQ(0, set_online(&self->model, &self->pf, 0, true));
	EXPECT_MODEL();
	EXPECT_EQ(-EINVAL, set_online(&self->model, &self->pf, 5, false));
	EXPECT_EQ(-EINVAL, set_online(&self->model, &self->pf, 5, true));
	EXPECT_EQ(-EINVAL, sysfs_write(self->pf.dir, OFFLINE_FILE, "0-2"));
	EXPECT_MODEL();
}

TEST_F(resize, single_vfs_without_hw_numvfs)
{
	ASSERT_EQ(0, sysfs_write_number(self->pf.dir, HW_FILE, 0));
	ASSERT_EQ(0, resize(&self->model, &self->pf, 3));
	EXPECT_EQ(0, set_online(&self->model, &self->pf, 2, false));
	EXPECT_MODEL();
	EXPECT_EQ(0, set_online(&self->model, &self->pf, 2, true));
	EXPECT_MODEL();
}

TEST_F(resize, an_offline_vf_is_gone_with_the_others)
{
	ASSERT_EQ(0, resize(&self->model, &self->pf, 4));
	EXPECT_EQ(0, set_online(&self->model, &self->pf, 2, false));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_count_links(&self->pf));
	memset(&self->model, 0, sizeof(self->model));
	ASSERT_EQ(0, resize(&self->model, &self->pf, 4));
	EXPECT_MODEL();
}

/* The former user's data and settings were cleared. */
TEST_F(resize, a_vf_comes_back_reset)
{
	struct sriov_edu_info info;
	uint32_t before;
	struct pci_fn vf;
	int fd;

	if (variant->kind != PF_SRIOV_EDU)
		SKIP(return, "only sriov-edu counts resets");
	ASSERT_EQ(0, resize(&self->model, &self->pf, 2));
	ASSERT_EQ(0, pf_vf(&self->pf, 1, &vf));
	fd = engine_open(&vf);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, engine_info(fd, &info));
	close(fd);
	before = info.resets;

	ASSERT_EQ(0, resize(&self->model, &self->pf, 1));
	ASSERT_EQ(0, resize(&self->model, &self->pf, 2));
	fd = engine_open(&vf);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, engine_info(fd, &info));
	EXPECT_LT(before, info.resets);
	EXPECT_EQ(0, engine_check(fd, 4096, 1));
	close(fd);
}

/*
 * 1,000 random operations while VF 0 copies
 */

struct worker {
	pthread_t thread;
	bool stop;
	int fd;
	int error;
	unsigned int copies;
};

static void *work(void *argument)
{
	struct worker *worker = argument;

	while (!worker->error && !__atomic_load_n(&worker->stop, __ATOMIC_RELAXED)) {
		worker->error = engine_check(worker->fd, 4096, worker->copies);
		worker->copies += !worker->error;
	}
	return NULL;
}

static int random_op(struct model *model, const struct pci_fn *pf)
{
	int n = rand() % HW;

	if (rand() % 3)
		return resize(model, pf, n + 1);
	if (n == 0 || n >= model->num_vfs)
		return 0;
	return set_online(model, pf, n, rand() % 2);
}

TEST_F_TIMEOUT(resize, random, 900)
{
	unsigned int seed = environment("RESIZE_SEED", time(NULL));
	unsigned int ops = environment("RESIZE_OPS", RANDOM_OPS), op;
	bool works = variant->kind == PF_SRIOV_EDU;
	struct sriov_edu_info before, after;
	struct worker worker = { };
	struct pci_fn vf;

	TH_LOG("RESIZE_SEED=%u RESIZE_OPS=%u repeats this", seed, ops);
	srand(seed);
	ASSERT_EQ(0, resize(&self->model, &self->pf, 1));
	EXPECT_MODEL();
	if (works) {
		ASSERT_EQ(0, pf_vf(&self->pf, 0, &vf));
		worker.fd = engine_open(&vf);
		ASSERT_LE(0, worker.fd);
		ASSERT_EQ(0, engine_info(worker.fd, &before));
		ASSERT_EQ(0, pthread_create(&worker.thread, NULL, work, &worker));
	}

	for (op = 0; op < ops && !_metadata->exit_code; op++) {
		EXPECT_EQ(0, random_op(&self->model, &self->pf))
			TH_LOG("operation %u", op);
		EXPECT_MODEL();
	}

	if (!works)
		return;
	__atomic_store_n(&worker.stop, true, __ATOMIC_RELAXED);
	pthread_join(worker.thread, NULL);
	EXPECT_EQ(0, worker.error);
	EXPECT_EQ(0, engine_info(worker.fd, &after));
	EXPECT_LT(0, worker.copies);
	EXPECT_EQ(worker.copies, after.interrupts - before.interrupts);
	EXPECT_EQ(before.resets, after.resets);
	close(worker.fd);
}

TEST_HARNESS_MAIN
