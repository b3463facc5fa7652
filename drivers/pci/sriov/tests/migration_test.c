// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: the state machine of VF Migration
 *
 * What the core does about one VF is a walk through sriov_migration_step().  The
 * device's other master moves whenever it likes, so the tests take every walk
 * that there is: at each point the core may look, act on what it saw a moment
 * ago, or be interrupted by any move.
 */
#include <linux/delay.h>
#include <linux/pci-sriov.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

#define UA	PCI_SRIOV_VFM_UA
#define MI	PCI_SRIOV_VFM_MI
#define MO	PCI_SRIOV_VFM_MO
#define AV	PCI_SRIOV_VFM_AV

/* Runs of the core until it has nothing to do, if the other master is quiet */
#define RUNS_AT_MOST	8

/**
 * struct walk - where a walk is
 * @state: what the hardware has
 * @seen: what the core saw when it looked last
 * @place: where the VF is for Linux
 * @step: what the core has decided to do and has not done
 * @dev: there is a pci_dev
 * @by_hand: it was removed through its file, and the core has seen no step since
 */
struct walk {
	u8 state;
	u8 seen;
	u8 place;
	u8 step;
	bool dev;
	bool by_hand;
};

#define WALKS	(4 * 4 * SRIOV_VF_PLACES * (SRIOV_STEP_COMPLETE + 1) * 4)

struct walks {
	struct kunit *test;
	bool *known;
	struct walk *todo;
	unsigned int nr_todo;
	unsigned long places;
	unsigned long steps;
};

static unsigned int walk_number(const struct walk *w)
{
	unsigned int n = w->step;

	n = n * SRIOV_VF_PLACES + w->place;
	n = n * 4 + w->state;
	n = n * 4 + w->seen;
	return n * 4 + 2 * w->dev + w->by_hand;
}

static void walk_to(struct walks *walks, struct walk w)
{
	unsigned int n = walk_number(&w);

	if (walks->known[n])
		return;

	walks->known[n] = true;
	walks->places |= BIT(w.place);
	walks->steps |= BIT(w.step);
	walks->todo[walks->nr_todo++] = w;
}

static void walk_look(struct walk *w)
{
	w->step = sriov_migration_step(w->place, w->state, w->seen);
	if (w->place == SRIOV_VF_FAILED && w->state != w->seen)
		w->place = SRIOV_VF_NONE;
	if (w->state != w->seen)
		w->by_hand = false;
	w->seen = w->state;
}

static void walk_activate(struct walk *w)
{
	w->by_hand = false;
	if (w->state == MI)
		w->state = AV;
	w->seen = w->state;
	w->place = w->state == AV ? SRIOV_VF_CLAIMED : SRIOV_VF_NONE;
}

static void walk_add(struct kunit *test, struct walk *w)
{
	KUNIT_EXPECT_FALSE_MSG(test, w->dev, "a VF is added twice");
	KUNIT_EXPECT_FALSE_MSG(test, w->by_hand,
			       "a VF is added that was removed through its file");
	w->dev = true;
	w->place = SRIOV_VF_THERE;
}

static void walk_complete(struct kunit *test, struct walk *w)
{
	KUNIT_EXPECT_FALSE_MSG(test, w->dev, "completed while it exists");
	w->by_hand = false;
	if (w->state == MO)
		w->state = UA;
	w->seen = w->state;
	w->place = w->state == UA ? SRIOV_VF_NONE : SRIOV_VF_CLAIMED;
}

static void walk_remove(struct kunit *test, struct walk *w)
{
	KUNIT_EXPECT_TRUE(test, w->dev);
	w->dev = false;
	w->place = SRIOV_VF_NONE;
}

/* The steps as they are made by migration_vf.c */
static void walk_step(struct kunit *test, struct walk *w)
{
	switch (w->step) {
	case SRIOV_STEP_FORGET:
		w->place = SRIOV_VF_NONE;
		break;
	case SRIOV_STEP_ACTIVATE:
		walk_activate(w);
		break;
	case SRIOV_STEP_CLAIM:
		w->place = SRIOV_VF_CLAIMED;
		break;
	case SRIOV_STEP_ADD:
		walk_add(test, w);
		break;
	case SRIOV_STEP_ASK:
		w->place = w->place == SRIOV_VF_THERE ? SRIOV_VF_ASKED :
							SRIOV_VF_RELEASING;
		break;
	case SRIOV_STEP_STAY:
		w->place = SRIOV_VF_THERE;
		break;
	case SRIOV_STEP_RELEASE:
		w->place = SRIOV_VF_RELEASING;
		break;
	case SRIOV_STEP_REMOVE:
		walk_remove(test, w);
		break;
	case SRIOV_STEP_COMPLETE:
		walk_complete(test, w);
		break;
	}
	w->step = SRIOV_STEP_NONE;
}

static void walk_core(struct kunit *test, struct walk *w)
{
	if (w->step != SRIOV_STEP_NONE)
		walk_step(test, w);
	else if (w->place == SRIOV_VF_RELEASING)
		w->place = SRIOV_VF_RELEASED;
	else
		walk_look(w);
}

/* Without further events the core reaches the right final state. */
static void walk_rests(struct kunit *test, struct walk w)
{
	struct walk from = w;
	int run;

	for (run = 0; run < 3 * RUNS_AT_MOST; run++)
		walk_core(test, &w);

	KUNIT_EXPECT_TRUE_MSG(test,
			      (w.state == UA && w.place == SRIOV_VF_NONE && !w.dev) ||
			      (w.state == AV && w.place == SRIOV_VF_THERE && w.dev) ||
			      w.by_hand ||
			      w.place == SRIOV_VF_FAILED,
			      "from state %u seen %u place %u step %u dev %d the core rests at state %u place %u step %u dev %d",
			      from.state, from.seen, from.place, from.step,
			      from.dev, w.state, w.place, w.step, w.dev);
}

static void walk_moves(struct walks *walks, struct walk w)
{
	static const u8 moves[][2] = {
		{ UA, MI }, { MI, UA }, { AV, MO }, { MO, AV },
	};
	struct walk next;
	int i;

	for (i = 0; i < ARRAY_SIZE(moves); i++) {
		if (moves[i][0] != w.state)
			continue;
		next = w;
		next.state = moves[i][1];
		walk_to(walks, next);
	}

	/* a reset of the PF, after which the VF exists or not */
	next = w;
	next.state = UA;
	walk_to(walks, next);
	next.state = AV;
	walk_to(walks, next);
}

static void walk_on(struct walks *walks, struct walk w)
{
	struct walk next = w;

	walk_rests(walks->test, w);
	walk_core(walks->test, &next);
	walk_to(walks, next);
	walk_moves(walks, w);

	/* an attempt fails, and the VF is not affected */
	next = w;
	if (w.step == SRIOV_STEP_ADD || w.step == SRIOV_STEP_COMPLETE ||
	    w.step == SRIOV_STEP_ACTIVATE) {
		next.step = SRIOV_STEP_NONE;
		next.place = SRIOV_VF_FAILED;
		walk_to(walks, next);
	}

	/* the VF is removed through its file; the next run notices that */
	next = w;
	if (w.dev && w.step == SRIOV_STEP_NONE &&
	    (w.place == SRIOV_VF_THERE || w.place == SRIOV_VF_ASKED)) {
		next.dev = false;
		next.by_hand = true;
		next.place = SRIOV_VF_NONE;
		walk_to(walks, next);
	}
}

static void migration_test_every_walk(struct kunit *test)
{
	static const struct walk begin[] = {
		{ .state = UA, .seen = UA },
		{ .state = AV, .seen = AV, .dev = true, .place = SRIOV_VF_THERE },
	};
	struct walks walks = { .test = test };

	walks.known = kunit_kcalloc(test, WALKS, sizeof(*walks.known),
				    GFP_KERNEL);
	walks.todo = kunit_kcalloc(test, WALKS, sizeof(*walks.todo),
				   GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, walks.known);
	KUNIT_ASSERT_NOT_NULL(test, walks.todo);

	walk_to(&walks, begin[0]);
	walk_to(&walks, begin[1]);
	while (walks.nr_todo)
		walk_on(&walks, walks.todo[--walks.nr_todo]);

	/* else the test does not get about */
	KUNIT_EXPECT_EQ(test, walks.places, GENMASK(SRIOV_VF_PLACES - 1, 0));
	KUNIT_EXPECT_EQ(test, walks.steps, GENMASK(SRIOV_STEP_COMPLETE, 0));
}

/* A VF that leaves in order: each step on the way, and no other */
static void migration_test_departure(struct kunit *test)
{
	static const u8 steps[] = {
		SRIOV_STEP_ASK, SRIOV_STEP_ASK, SRIOV_STEP_NONE,
		SRIOV_STEP_REMOVE, SRIOV_STEP_COMPLETE, SRIOV_STEP_NONE,
	};
	struct walk w = { .state = MO, .seen = AV, .dev = true,
			  .place = SRIOV_VF_THERE };
	int i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		walk_look(&w);
		KUNIT_EXPECT_EQ_MSG(test, w.step, steps[i], "step %d", i);
		if (w.place == SRIOV_VF_RELEASING)
			w.place = SRIOV_VF_RELEASED;
		else
			walk_step(test, &w);
	}

	KUNIT_EXPECT_EQ(test, w.state, UA);
}

static void migration_test_arrival(struct kunit *test)
{
	struct walk w = { .state = MI };

	walk_look(&w);
	KUNIT_EXPECT_EQ(test, w.step, SRIOV_STEP_ACTIVATE);
	walk_step(test, &w);
	KUNIT_EXPECT_EQ(test, w.state, AV);
	walk_look(&w);
	KUNIT_EXPECT_EQ(test, w.step, SRIOV_STEP_ADD);
	walk_step(test, &w);
	walk_look(&w);
	KUNIT_EXPECT_EQ(test, w.step, SRIOV_STEP_NONE);
	KUNIT_EXPECT_TRUE(test, w.dev);
}

/* A step that failed is not repeated until the hardware changes the state. */
static void migration_test_failure(struct kunit *test)
{
	u8 state, was;

	for (state = UA; state <= AV; state++) {
		KUNIT_EXPECT_EQ(test, SRIOV_STEP_NONE,
				sriov_migration_step(SRIOV_VF_FAILED, state,
						     state));
		for (was = UA; was <= AV; was++)
			if (was != state)
				KUNIT_EXPECT_EQ(test,
						sriov_migration_step(SRIOV_VF_NONE, state, was),
						sriov_migration_step(SRIOV_VF_FAILED, state, was));
	}
}

/*
 * Where the array is
 */

#define ARRAY_BAR_SIZE	SZ_8K

/* A PF that has BAR 0, and the array at @array */
static struct soft_fn *migration_pf(struct kunit *test, u32 array)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 8);

	soft_init_rw(pf, PCI_BASE_ADDRESS_0, ~(ARRAY_BAR_SIZE - 1));
	soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_CAP,
		    PCI_SRIOV_CAP_VFM | 5 << 21);
	soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_VFM, array);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_INITIAL_VF, 4);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_TRUE(test, pf->dev->is_physfn);
	return pf;
}

/* The PF remains one; only VF Migration is not there. */
static void migration_expect_none(struct soft_fn *pf, const char *why)
{
	struct kunit *test = pf->host->test;

	KUNIT_EXPECT_NULL(test, pf->dev->sriov->migration);
	KUNIT_EXPECT_EQ(test, pci_sriov_migration_vector(pf->dev), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, pci_sriov_migration(pf->dev), IRQ_NONE);
	soft_expect_said(pf->host, why);
}

static void migration_test_array_bir(struct kunit *test)
{
	int bir;

	for (bir = 1; bir < 8; bir++)
		migration_expect_none(migration_pf(test, bir),
				      "which is not memory");
}

static void migration_test_array_beyond(struct kunit *test)
{
	migration_expect_none(migration_pf(test, ARRAY_BAR_SIZE),
			      "is beyond BAR 0");
	migration_expect_none(migration_pf(test, ~7U), "is beyond BAR 0");
}

static void migration_test_array_fits(struct kunit *test)
{
	struct soft_fn *pf = migration_pf(test, ARRAY_BAR_SIZE - 8);

	KUNIT_ASSERT_NOT_NULL(test, pf->dev->sriov->migration);
	KUNIT_EXPECT_EQ(test, pci_sriov_migration_vector(pf->dev), 5);
	/* not requested by a driver */
	KUNIT_EXPECT_EQ(test, pci_sriov_migration(pf->dev), IRQ_NONE);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 8), 0);
	soft_expect_vfs(pf, 4);
	soft_disable(pf);
}

/* The next offset, where the VFs' states are beyond the BAR by one */
static void migration_test_array_one_short(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, 9);

	soft_init_rw(pf, PCI_BASE_ADDRESS_0, ~(ARRAY_BAR_SIZE - 1));
	soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_CAP, PCI_SRIOV_CAP_VFM);
	soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_VFM, ARRAY_BAR_SIZE - 8);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	migration_expect_none(pf, "is beyond BAR 0");
}

/*
 * A reset of the PF while a VF is being taken from its driver
 */

#define RELEASE_POLL_MS	10
#define RELEASE_POLLS	100

/**
 * struct release - a VF that leaves, and what happens while the reset waits
 * @work: waits for the reset to wait, and then calls
 * @what: what happens
 * @pf: the PF that is reset
 * @vf: the VF
 * @awaited: the reset was waiting
 * @resets: how often the PF had been reset by then
 * @woken: and then it went on, before it would have by itself
 */
struct release {
	struct work_struct work;
	void (*what)(struct release *release);
	struct soft_fn *pf;
	struct sriov_migration_vf *vf;
	bool awaited;
	unsigned int resets;
	bool woken;
};

/* First VF Offset is looked at when the PF is reset. */
static unsigned int release_resets;

static void release_route(u16 num_vfs, u16 *offset, u16 *stride)
{
	release_resets++;
}

static void release_done(struct release *release)
{
	sriov_migration_unbind_work(&release->vf->release);
}

static void release_preempted(struct release *release)
{
	pci_lock_rescan_remove();
	pci_iov_wait_begin(release->pf->dev);
	pci_unlock_rescan_remove();
}

static bool release_is_awaited(struct release *release)
{
	struct wait_queue_head *wait = &release->pf->dev->sriov->wait;

	/* no barrier: a waiter not seen yet is seen the next time */
	return waitqueue_active(wait);
}

static void release_work(struct work_struct *work)
{
	struct release *release = container_of(work, struct release, work);
	int i;

	for (i = 0; i < RELEASE_POLLS && !release_is_awaited(release); i++)
		msleep(RELEASE_POLL_MS);

	release->awaited = release_is_awaited(release);
	release->resets = release_resets;
	release->what(release);

	for (i = 0; i < RELEASE_POLLS && !READ_ONCE(release_resets); i++)
		msleep(RELEASE_POLL_MS);
	release->woken = READ_ONCE(release_resets);
}

/* Of two VFs the second one leaves. */
static struct release *release_begin(struct kunit *test)
{
	struct release *release = kunit_kzalloc(test, sizeof(*release),
						GFP_KERNEL);
	struct soft_fn *pf = migration_pf(test, 0);
	struct sriov_migration *m = pf->dev->sriov->migration;
	struct sriov_migration_vf *vfs = kunit_kcalloc(test, 2, sizeof(*vfs),
						       GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, release);
	KUNIT_ASSERT_NOT_NULL(test, vfs);
	KUNIT_ASSERT_NOT_NULL(test, m);
	vfs[0].place = SRIOV_VF_THERE;
	vfs[1].sriov = pf->dev->sriov;
	vfs[1].vf_id = 1;
	vfs[1].place = SRIOV_VF_RELEASING;
	release_resets = 0;
	pf->route = release_route;
	release->pf = pf;
	release->vf = &vfs[1];
	m->vfs = vfs;
	m->nr_vfs = 2;
	return release;
}

static void release_reset(struct release *release)
{
	KUNIT_EXPECT_EQ(release->pf->host->test, 0,
			pci_reset_function(release->pf->dev));
	KUNIT_EXPECT_GT(release->pf->host->test, release_resets, 0);
}

/* The PF is reset, but first it waits until @what happens. */
static void release_reset_until(struct release *release,
				void (*what)(struct release *release))
{
	struct kunit *test = release->pf->host->test;

	release->what = what;
	INIT_WORK(&release->work, release_work);
	schedule_work(&release->work);
	release_reset(release);
	flush_work(&release->work);
	KUNIT_EXPECT_TRUE(test, release->awaited);
	KUNIT_EXPECT_TRUE(test, release->woken);
	KUNIT_EXPECT_EQ(test, release->resets, 0);
}

static void release_end(struct release *release)
{
	struct sriov_migration *m = release->pf->dev->sriov->migration;

	cancel_delayed_work_sync(&m->work);
	m->nr_vfs = 0;
	m->vfs = NULL;
}

static void migration_test_reset_waits(struct kunit *test)
{
	struct release *release = release_begin(test);

	release_reset_until(release, release_done);
	KUNIT_EXPECT_EQ(test, release->vf->place, SRIOV_VF_RELEASED);
	release_end(release);
}

static void migration_test_reset_waits_not_forever(struct kunit *test)
{
	struct release *release = release_begin(test);

	release_reset(release);
	soft_expect_said(release->pf->host,
			 "VF 1 is still being taken from its driver");
	release_end(release);
}

static void migration_test_reset_lets_removal_go_first(struct kunit *test)
{
	struct release *release = release_begin(test);

	release_reset_until(release, release_preempted);
	KUNIT_EXPECT_EQ(test, release->vf->place, SRIOV_VF_RELEASING);
	pci_iov_wait_end(release->pf->dev);
	release_end(release);
}

static struct kunit_case migration_cases[] = {
	KUNIT_CASE(migration_test_every_walk),
	KUNIT_CASE(migration_test_departure),
	KUNIT_CASE(migration_test_arrival),
	KUNIT_CASE(migration_test_failure),
	KUNIT_CASE(migration_test_array_bir),
	KUNIT_CASE(migration_test_array_beyond),
	KUNIT_CASE(migration_test_array_fits),
	KUNIT_CASE(migration_test_array_one_short),
	KUNIT_CASE(migration_test_reset_waits),
	KUNIT_CASE_SLOW(migration_test_reset_waits_not_forever),
	KUNIT_CASE(migration_test_reset_lets_removal_go_first),
	{}
};

static struct kunit_suite migration_suite = {
	.name = "pci_sriov_migration",
	.test_cases = migration_cases,
};

kunit_test_suite(migration_suite);
