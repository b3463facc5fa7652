// SPDX-License-Identifier: GPL-2.0-only
// Looks for races: the processors must run at once.
/*
 * VF Migration: random events in sequence, and at the same time as other operations.
 *
 * In the environment MIGRATION_SEED repeats a run of random events, and STRESS_SECONDS
 * sets how long events race with other operations (10).
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOOKS_FOR_RACES

#include "engine.h"
#include "environment.h"
#include "migration_fixture.h"
#include "migration_load.h"
#include "migration_news.h"
#include "uevent.h"

#define EVENTS		1000
#define QUIET_EVERY	25
#define STEADY		2	/* VFs that copy and have no events */

static int start_all_work(struct work *work, const struct migration *m)
{
	int ret, i;

	ret = work_start(&work[ALL], &m->pf, false);
	for (i = 0; i < ALL && !ret; i++)
		ret = work_start(&work[i], &m->vf[i], i >= STEADY);
	return ret;
}

/* The number of events until the first difference */
static unsigned int make_random_events(struct migration *m, int sock,
				       unsigned int seed, unsigned int events,
				       struct news *news)
{
	unsigned int n;

	for (n = 0; n < events; n++) {
		random_event(m, STEADY, &seed);
		random_pause(&seed);
		if (rand_r(&seed) % QUIET_EVERY == 0 && *migration_settle(m))
			break;
		news_take(m, sock, news);
	}
	return n;
}

TEST_F_TIMEOUT(migration, random_events, 600)
{
	struct migration *m = &self->m;
	long long arrived = migration_counter(m, "arrived");
	struct news news = { 0 };
	struct work work[ALL + 1];
	unsigned int seed = environment("MIGRATION_SEED", time(NULL));
	unsigned int events = environment("MIGRATION_EVENTS", EVENTS);
	int sock = uevent_listen(), i;

	TH_LOG("MIGRATION_SEED=%u MIGRATION_EVENTS=%u", seed, events);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, start_all_work(work, m));
	EXPECT_EQ(events, make_random_events(m, sock, seed, events, &news))
		TH_LOG("%s", m->diff);
	EXPECT_STREQ("", migration_settle(m));

	for (i = 0; i <= ALL; i++) {
		EXPECT_EQ(0, work_end(&work[i]))
			TH_LOG("VF %d after %d copies", i, work[i].done);
		if (i < STEADY)
			EXPECT_LT(0, work[i].done);
	}
	EXPECT_EQ(self->id[0], id_of(m, 0));
	EXPECT_EQ(self->id[1], id_of(m, 1));

	sleep(1);
	news_take(m, sock, &news);
	arrived = migration_counter(m, "arrived") - arrived;
	TH_LOG("%lld arrived, %lld left, %lld retracted, %lld cancelled so far",
	       arrived, migration_counter(m, "left") - m->left,
	       migration_counter(m, "retracted"),
	       migration_counter(m, "cancelled"));
	/* a VF that is requested to leave before it arrived is also added, for its reset */
	EXPECT_LE(arrived, news.added);
	EXPECT_LE(migration_counter(m, "left") - m->left, news.removed);
	EXPECT_EQ(0, news.pf_changes);
	EXPECT_EQ(m->initial + news.added - news.removed, pf_num_vfs(&m->pf));
	close(sock);
}

#define DEFAULT_SECONDS	10
#define PATIENCE	60

/**
 * struct race - data that the processes share
 * @m: the PF
 * @driver: its driver
 * @use: keeps processes from using the PF's registers during a reset
 * @end: end of the test, CLOCK_MONOTONIC
 */
struct race {
	struct migration *m;
	const char *driver;
	pthread_mutex_t use;
	time_t end;
};

static void race_event(struct race *race, unsigned int *seed)
{
	pthread_mutex_lock(&race->use);
	random_event(race->m, 0, seed);
	pthread_mutex_unlock(&race->use);
	random_pause(seed);
}

static void race_num_vfs(struct race *race, unsigned int *seed)
{
	pf_set_num_vfs(&race->m->pf, 1 + rand_r(seed) % ALL);
	usleep(rand_r(seed) % 700000);
	pf_set_num_vfs(&race->m->pf, 0);
}

static void race_driver(struct race *race, unsigned int *seed)
{
	usleep(rand_r(seed) % 3000000);
	pci_fn_unbind(&race->m->pf);
	pci_fn_bind(&race->m->pf, race->driver);
}

static void race_reset(struct race *race, unsigned int *seed)
{
	usleep(rand_r(seed) % 1000000);
	pthread_mutex_lock(&race->use);
	pci_fn_reset(&race->m->pf);
	pthread_mutex_unlock(&race->use);
}

static void (*const racers[])(struct race *race, unsigned int *seed) = {
	race_event, race_num_vfs, race_driver, race_reset,
};

#define RACERS	ARRAY_SIZE(racers)

/* Close the standard streams: a reader of them waits until all processes have. */
static void run_racer(struct race *race, int i)
{
	int null = open("/dev/null", O_RDWR);
	unsigned int seed = getpid();

	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	while (now() < race->end)
		racers[i](race, &seed);
	_exit(0);
}

static struct race *race_create(struct migration *m, const char *driver)
{
	struct race *race = mmap(NULL, sizeof(*race), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t attr;

	if (race == MAP_FAILED)
		return NULL;

	race->m = m;
	race->driver = driver;
	race->end = now() + stress_seconds(DEFAULT_SECONDS);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&race->use, &attr);
	return race;
}

/* The number of processes that have not ended at the timeout */
static int run_race(struct race *race, int count)
{
	pid_t pids[RACERS];
	int running, i;

	for (i = 0; i < count; i++) {
		pids[i] = fork();
		if (!pids[i])
			run_racer(race, i);
	}

	do {
		usleep(10000);
		for (i = running = 0; i < count; i++) {
			if (pids[i] && waitpid(pids[i], NULL, WNOHANG))
				pids[i] = 0;
			running += !!pids[i];
		}
	} while (running && now() < race->end + PATIENCE);
	return running;
}

static int bring_back(const struct migration *m, const char *driver)
{
	return sysfs_exists(m->pf.dir, "driver") ? 0 :
	       pci_fn_bind(&m->pf, driver);
}

/* At the end all processes have ended, and the PF works as before. */
#define EXPECT_SURVIVAL(count) do {					\
	struct migration *m = &self->m;					\
	struct race *race = race_create(m, self->driver);		\
									\
	ASSERT_NE(NULL, race);						\
	ASSERT_EQ(0, run_race(race, count));				\
	ASSERT_EQ(0, bring_back(m, self->driver));			\
	ASSERT_EQ(0, migration_enable(m, ALL));				\
	ASSERT_STREQ("", migration_settle(m));				\
	ASSERT_EQ(DONE, migration_event_for_all(m, OFFER, m->initial));	\
	ASSERT_EQ(DONE, migration_event(m, REQUEST, 0));		\
	EXPECT_STREQ("", migration_settle(m));				\
	EXPECT_EQ(0, engine_works(&m->vf[NEW]));			\
	EXPECT_EQ(0, engine_works(&m->pf));				\
} while (0)

TEST_F_TIMEOUT(migration, races, 600)
{
	EXPECT_SURVIVAL(RACERS - 1);
}

TEST_F_TIMEOUT(migration, races_with_resets, 600)
{
	EXPECT_SURVIVAL(RACERS);
}

TEST_HARNESS_MAIN
