// SPDX-License-Identifier: GPL-2.0-only
// Looks for races: the processors must run at once.
/*
 * All operations at the same time: VFs are enabled and disabled while other processes
 * remove the PF and rescan, unbind and bind its driver, set vectors of VFs, reset and
 * read.  Single operations may fail.  At the end all processes have ended, and the PF
 * works as before.
 *
 * STRESS_SECONDS in the environment sets the duration (5).
 *
 * The stock core deadlocks here with the PF and the bus locked: later tests hang, and
 * so does an orderly shutdown.  On stock each test runs only if STRESS_STOCK is set, one
 * (-t) for each boot.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "harness.h"
#include "config_space.h"
#include "edu.h"
#include "environment.h"
#include "fixture.h"

#define DEFAULT_SECONDS	5
#define PATIENCE	60	/* seconds more until a process counts as hung */
#define NUM_VFS		4
#define HW_NUM_VFS	"sriov_hw_numvfs"
#define MAX_WORKERS	15

struct stress {
	struct pci_fn pf[2];
	char driver[DRIVER_NAME_LEN];
	time_t end;
};

static int rescan(void)
{
	return sysfs_write("/sys/bus/pci", "rescan", "1");
}

/* Each of these does one round of an operation on the PF. */

static void write_num_vfs(const struct stress *stress, const struct pci_fn *pf)
{
	bool resizable = rand() % 2;

	/* keep resize() from doing anything, or give it some time */
	sysfs_write_number(pf->dir, HW_NUM_VFS, resizable ? NUM_VFS : 0);
	pf_set_num_vfs(pf, 1 + rand() % NUM_VFS);
	if (resizable)
		usleep(rand() % 400000);
	pf_set_num_vfs(pf, 0);
}

static void resize(const struct stress *stress, const struct pci_fn *pf)
{
	static const char * const files[] = {
		"sriov_numvfs", "sriov_vf_online", "sriov_vf_offline",
	};

	sysfs_write_number(pf->dir, files[rand() % ARRAY_SIZE(files)],
			   1 + rand() % (NUM_VFS - 1));
	usleep(rand() % 5000);
}

static void remove_and_rescan(const struct stress *stress, const struct pci_fn *pf)
{
	sysfs_write(pf->dir, "remove", "1");
	rescan();
	usleep(rand() % 300000);
}

static void unbind_and_bind(const struct stress *stress, const struct pci_fn *pf)
{
	pci_fn_unbind(pf);
	pci_fn_bind(pf, stress->driver);
	usleep(rand() % 300000);
}

static void unbind_and_bind_vf(const struct stress *stress, const struct pci_fn *pf)
{
	struct pci_fn vf;

	if (!pf_vf(pf, rand() % NUM_VFS, &vf)) {
		pci_fn_unbind(&vf);
		sysfs_write("/sys/bus/pci", "drivers_probe", vf.name);
	}
	usleep(rand() % 20000);
}

static void set_vectors(const struct stress *stress, const struct pci_fn *pf)
{
	struct pci_fn vf;

	if (!pf_vf(pf, rand() % NUM_VFS, &vf))
		sysfs_write_number(vf.dir, "sriov_vf_msix_count", 1 + rand() % 3);
	usleep(rand() % 5000);
}

static void reset_vf(const struct stress *stress, const struct pci_fn *pf)
{
	struct pci_fn vf;

	if (!pf_vf(pf, rand() % NUM_VFS, &vf))
		pci_fn_reset(&vf);
	usleep(rand() % 100000);
}

static void reset_pf(const struct stress *stress, const struct pci_fn *pf)
{
	pci_fn_reset(pf);
	usleep(rand() % 300000);
}

static void read_all(const struct stress *stress, const struct pci_fn *pf)
{
	pf_num_vfs(pf);
	sysfs_read_number(pf->dir, "sriov_vf_total_msix");
	pf_count_links(pf);
	usleep(rand() % 1000);
}

/* Reads a VF's MSI-X table, which the kernel lets programs do at any time. */
static void use_registers(const struct stress *stress, const struct pci_fn *pf)
{
	struct edu_map map;
	struct pci_fn vf;
	void *table;
	int i;

	if (pf_vf(pf, 0, &vf) ||
	    resource_map(&vf, SRIOV_EDU_BAR_MSIX, &table, &map.size))
		return;
	map.registers = table;
	for (i = 0; i < 10000; i++)
		edu_read(&map, 0);
	munmap(table, map.size);
}

/**
 * struct worker - a process that repeats an operation
 * @pid: 0 when it has ended
 * @what: one round of the operation
 * @pf: the PF
 *
 * A process and not a thread, so that the test can end although one hangs.
 */
struct worker {
	pid_t pid;
	struct stress *stress;
	void (*what)(const struct stress *stress, const struct pci_fn *pf);
	const struct pci_fn *pf;
};

/* Close the standard streams: a reader of them waits until all processes have. */
static void work(const struct worker *worker)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	srand(getpid());
	while (now() < worker->stress->end)
		worker->what(worker->stress, worker->pf);
	_exit(0);
}

FIXTURE(stress)
{
	struct stress stress;
	struct worker workers[MAX_WORKERS];
	int count;
};

FIXTURE_SETUP(stress)
{
	int i;

	if (!core_is_new() && !getenv("STRESS_STOCK"))
		SKIP(return, "stock deadlocks; set STRESS_STOCK=1 to see it");

	for (i = 0; i < 2; i++) {
		if (pf_take(PF_SRIOV_EDU, i, &self->stress.pf[i],
			    self->stress.driver))
			SKIP(return, NO_SUCH_PF);
		ASSERT_EQ(0, pf_want_num_vfs(&self->stress.pf[i], 0));
	}
}

FIXTURE_TEARDOWN(stress)
{
}

static void add(struct worker *workers, int *count, struct stress *stress, int pf,
		void (*what)(const struct stress *stress, const struct pci_fn *pf))
{
	workers[(*count)++] = (struct worker) {
		.stress = stress,
		.pf = &stress->pf[pf],
		.what = what,
	};
}

static int count_running(struct worker *workers, int count)
{
	int running = 0;
	int i;

	for (i = 0; i < count; i++) {
		if (workers[i].pid && waitpid(workers[i].pid, NULL, WNOHANG))
			workers[i].pid = 0;
		running += !!workers[i].pid;
	}
	return running;
}

/* The number of processes that have not ended at the timeout. */
static int run(struct stress *stress, struct worker *workers, int count)
{
	time_t deadline;
	int running;
	int i;

	stress->end = now() + stress_seconds(DEFAULT_SECONDS);
	deadline = stress->end + PATIENCE;
	for (i = 0; i < count; i++) {
		workers[i].pid = fork();
		if (!workers[i].pid)
			work(&workers[i]);
	}

	do {
		usleep(10000);
		running = count_running(workers, count);
	} while (running && now() < deadline);
	return running;
}

/* Stock does not have this file, which is not an error. */
static int resizes(const struct pci_fn *pf, int hw)
{
	if (!sysfs_exists(pf->dir, HW_NUM_VFS))
		return 0;

	return sysfs_write_number(pf->dir, HW_NUM_VFS, hw);
}

/* The PF may be removed or without a driver now; restore it and its VFs. */
static bool recovers(const struct stress *stress, int pf)
{
	const struct pci_fn *fn = &stress->pf[pf];

	rescan();
	if (!sysfs_exists(fn->dir, "driver"))
		pci_fn_bind(fn, stress->driver);

	return !pf_want_num_vfs(fn, 0) && !pf_count_links(fn) &&
	       !pf_set_num_vfs(fn, NUM_VFS) && pf_count_links(fn) == NUM_VFS &&
	       !pf_set_num_vfs(fn, 0) && !resizes(fn, 0) && !pf_give_back(fn);
}

#define EXPECT_SURVIVAL() do {						\
	int __hung = run(&self->stress, self->workers, self->count);	\
									\
	EXPECT_ON_NEW(!__hung && recovers(&self->stress, 0) &&		\
		      recovers(&self->stress, 1),			\
		      "%d of %d processes hang", __hung, self->count);	\
} while (0)

TEST_F_TIMEOUT(stress, vectors_against_disable, 600)
{
	add(self->workers, &self->count, &self->stress, 0, write_num_vfs);
	add(self->workers, &self->count, &self->stress, 0, set_vectors);
	add(self->workers, &self->count, &self->stress, 0, set_vectors);
	EXPECT_SURVIVAL();
}

TEST_F_TIMEOUT(stress, removal_against_enable, 600)
{
	add(self->workers, &self->count, &self->stress, 0, write_num_vfs);
	add(self->workers, &self->count, &self->stress, 0, remove_and_rescan);
	EXPECT_SURVIVAL();
}

TEST_F_TIMEOUT(stress, resizing_against_removal, 600)
{
	add(self->workers, &self->count, &self->stress, 0, write_num_vfs);
	add(self->workers, &self->count, &self->stress, 0, resize);
	add(self->workers, &self->count, &self->stress, 0, resize);
	add(self->workers, &self->count, &self->stress, 0, unbind_and_bind_vf);
	add(self->workers, &self->count, &self->stress, 0, remove_and_rescan);
	EXPECT_SURVIVAL();
}

static void add_everything(struct worker *workers, int *count,
			   struct stress *stress)
{
	int pf;

	for (pf = 0; pf < 2; pf++) {
		add(workers, count, stress, pf, write_num_vfs);
		add(workers, count, stress, pf, resize);
		add(workers, count, stress, pf, read_all);
		add(workers, count, stress, pf, unbind_and_bind_vf);
	}
	add(workers, count, stress, 0, remove_and_rescan);
	add(workers, count, stress, 1, unbind_and_bind);
	add(workers, count, stress, 1, set_vectors);
}

TEST_F_TIMEOUT(stress, everything_at_once, 600)
{
	add_everything(self->workers, &self->count, &self->stress);
	EXPECT_SURVIVAL();
}

/*
 * Resetting a function while other processes bind, remove or use it, or enable its VFs,
 * violates the rule about the time after a reset.  The kernel cannot prevent this, so
 * violations that the referee counts here are ignored.
 */
static void note_breaches(const struct stress *stress, int64_t *before)
{
	int pf;

	for (pf = 0; pf < 2; pf++)
		before[pf] = edu_peek(&stress->pf[pf], SRIOV_EDU_REFEREE_TOTAL);
}

static void forget_breaches(const struct stress *stress, const int64_t *before)
{
	int pf;

	for (pf = 0; pf < 2; pf++)
		if (!before[pf])
			edu_poke(&stress->pf[pf], SRIOV_EDU_REFEREE_CTRL,
				 SRIOV_EDU_REFEREE_CLEAR);
}

/* VFs are removed while they are used, without notice to the user. */
TEST_F_TIMEOUT(stress, registers_against_resets, 600)
{
	int64_t before[2];

	note_breaches(&self->stress, before);
	ASSERT_EQ(0, pf_set_num_vfs(&self->stress.pf[0], NUM_VFS));
	add(self->workers, &self->count, &self->stress, 0, use_registers);
	add(self->workers, &self->count, &self->stress, 0, reset_pf);
	EXPECT_SURVIVAL();
	forget_breaches(&self->stress, before);
}

TEST_F_TIMEOUT(stress, everything_and_resets, 600)
{
	int64_t before[2];
	int pf;

	note_breaches(&self->stress, before);
	add_everything(self->workers, &self->count, &self->stress);
	for (pf = 0; pf < 2; pf++) {
		add(self->workers, &self->count, &self->stress, pf, reset_pf);
		add(self->workers, &self->count, &self->stress, pf, reset_vf);
	}
	EXPECT_SURVIVAL();
	forget_breaches(&self->stress, before);
}

TEST_HARNESS_MAIN
