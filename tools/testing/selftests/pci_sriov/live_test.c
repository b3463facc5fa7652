// SPDX-License-Identifier: GPL-2.0-only
/*
 * Live migration of VFs by vfio-pci-sriov, without a guest: all states of VFIO, the
 * stream with a VF's state, the log of written pages, and what happens when the VF, its
 * PF or the stream fails meanwhile.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>

#include "harness.h"
#include "core.h"
#include "edu.h"
#include "engine.h"
#include "environment.h"
#include "fail_nth.h"
#include "fixture.h"
#include "vfio.h"

#define STATES		(VFIO_DEVICE_STATE_PRE_COPY_P2P + 1)
#define STREAM_MAX	65536
#define PAGE		4096
#define MARK		0x5ca1ab1e

/* The PFs of devices.live, by index */
enum {
	FIRST,
	SECOND,
	OTHER_VECTORS,
	HANGS,
	SAVE_AND_LOAD_FAIL,
	LARGER,
	OVERFLOWS,
};

static const char *const state_name[STATES] = {
	"ERROR", "STOP", "RUNNING", "STOP_COPY", "RESUMING", "RUNNING_P2P",
	"PRE_COPY", "PRE_COPY_P2P",
};

FIXTURE(live)
{
	struct pci_fn pf[2];
	struct vfio_vf vf[2];	/* VF 0 of each PF */
	struct dma_pages pages;
	uint8_t stream[STREAM_MAX];
	size_t len;
};

static int take(struct vfio_vf *v, struct pci_fn *pf, int index)
{
	char driver[DRIVER_NAME_LEN];
	struct pci_fn vf;
	int rc;

	rc = pf_take(PF_SRIOV_EDU, index, pf, driver);
	if (!rc)
		rc = pf_want_num_vfs(pf, 0);
	if (!rc)
		rc = sysfs_write_number(pf->dir, "sriov_drivers_autoprobe", 0);
	if (!rc)
		rc = pf_set_num_vfs(pf, 1);
	if (!rc)
		rc = pf_vf(pf, 0, &vf);
	if (!rc)
		rc = vfio_bind(&vf, VFIO_LIVE_DRIVER);
	return rc ? rc : vfio_open(v, pf, 0);
}

static void give_back(struct vfio_vf *v, struct pci_fn *pf)
{
	vfio_close(v);
	pf_want_num_vfs(pf, 0);
	pf_give_back(pf);
}

FIXTURE_SETUP(live)
{
	struct pci_fn pf;

	if (!vfio_live_supported())
		SKIP(return, "no vfio-pci-sriov");
	if (pf_find_any(PF_SRIOV_EDU, OVERFLOWS, &pf))
		SKIP(return, "not the PFs of devices.live");
	ASSERT_EQ(0, dma_pages_alloc(&self->pages, 64));
	ASSERT_EQ(0, take(&self->vf[0], &self->pf[0], FIRST));
	ASSERT_EQ(0, take(&self->vf[1], &self->pf[1], SECOND));
}

FIXTURE_TEARDOWN(live)
{
	int i;

	for (i = 0; i < 2; i++)
		give_back(&self->vf[i], &self->pf[i]);
	dma_pages_free(&self->pages);
}

static unsigned int level_in_device(const struct vfio_vf *v)
{
	return edu_peek(&v->pf, SRIOV_EDU_LIVE_BLOCK(v->vf_id) + SRIOV_EDU_LIVE_STATUS) &
	       SRIOV_EDU_LIVE_STATUS_LEVEL;
}

static unsigned int level_of(unsigned int state)
{
	switch (state) {
	case VFIO_DEVICE_STATE_RUNNING:
	case VFIO_DEVICE_STATE_PRE_COPY:
		return SRIOV_EDU_LIVE_RUN;
	case VFIO_DEVICE_STATE_RUNNING_P2P:
	case VFIO_DEVICE_STATE_PRE_COPY_P2P:
		return SRIOV_EDU_LIVE_QUIET;
	default:
		return SRIOV_EDU_LIVE_STOP;
	}
}

static bool has_save(unsigned int state)
{
	return state == VFIO_DEVICE_STATE_PRE_COPY ||
	       state == VFIO_DEVICE_STATE_PRE_COPY_P2P ||
	       state == VFIO_DEVICE_STATE_STOP_COPY;
}

/* Changes the state, and closes a file that comes with it. */
static int go_to(const struct vfio_vf *v, unsigned int state)
{
	int fd, rc = vfio_set_state(v, state, &fd);

	if (fd >= 0)
		close(fd);
	return rc;
}

static int read_all(int fd, uint8_t *buf, size_t *len)
{
	ssize_t n;

	for (*len = 0; *len < STREAM_MAX; *len += n) {
		n = read(fd, buf + *len, STREAM_MAX - *len);
		if (n <= 0)
			return n ? -errno : 0;
	}
	return -E2BIG;
}

/* Stops a VF and reads its state; it stays in STOP_COPY. */
static int save(const struct vfio_vf *v, uint8_t *buf, size_t *len)
{
	int fd, rc = vfio_set_state(v, VFIO_DEVICE_STATE_STOP_COPY, &fd);

	if (rc)
		return rc;
	rc = read_all(fd, buf, len);
	close(fd);
	return rc;
}

static int write_all(int fd, const uint8_t *buf, size_t len, size_t step)
{
	size_t n;

	for (; len; buf += n, len -= n) {
		n = len < step ? len : step;
		if (write(fd, buf, n) != (ssize_t)n)
			return -errno;
	}
	return 0;
}

/* Gives a VF a state in writes of @step bytes, and goes to @state. */
static int load(const struct vfio_vf *v, const uint8_t *buf, size_t len,
		size_t step, unsigned int state)
{
	int fd, rc = vfio_set_state(v, VFIO_DEVICE_STATE_RESUMING, &fd);

	if (rc)
		return rc;
	rc = write_all(fd, buf, len, step);
	close(fd);
	return rc ? rc : go_to(v, state);
}

static void set_interrupts(const struct vfio_vf *v)
{
	vfio_write(v, SRIOV_EDU_INT_STATUS, SRIOV_EDU_INT_ALL);
	vfio_write(v, SRIOV_EDU_INT_VECTOR, 0);
	vfio_write(v, SRIOV_EDU_INT_ENABLE, SRIOV_EDU_INT_DMA);
	vfio_interrupts(v, 0);
}

/* Has the engine copy from page @src to page @dst. */
static void start(const struct vfio_vf *v, const struct dma_pages *p,
		  unsigned int src, unsigned int dst, uint32_t len)
{
	vfio_write(v, SRIOV_EDU_SRC_LO, p->address[src]);
	vfio_write(v, SRIOV_EDU_SRC_HI, p->address[src] >> 32);
	vfio_write(v, SRIOV_EDU_DST_LO, p->address[dst]);
	vfio_write(v, SRIOV_EDU_DST_HI, p->address[dst] >> 32);
	vfio_write(v, SRIOV_EDU_LEN, len);
	vfio_write(v, SRIOV_EDU_CMD, SRIOV_EDU_CMD_COPY);
}

static bool is_busy(const struct vfio_vf *v)
{
	return vfio_read(v, SRIOV_EDU_STATUS) & SRIOV_EDU_STATUS_BUSY;
}

/* Was page @src copied to page @dst, with its CRC? */
static bool is_copied(const struct vfio_vf *v, const struct dma_pages *p,
		      unsigned int src, unsigned int dst, uint32_t len)
{
	const uint8_t *from = p->memory + src * PAGE, *to = p->memory + dst * PAGE;
	int tries;

	for (tries = 0; is_busy(v) && tries < 10000; tries++)
		usleep(100);
	return vfio_read(v, SRIOV_EDU_STATUS) == SRIOV_EDU_STATUS_DONE &&
	       vfio_read(v, SRIOV_EDU_CRC) == engine_crc32(from, len) &&
	       !memcmp(from, to, len);
}

static void fill(const struct dma_pages *p, unsigned int page, unsigned int seed)
{
	unsigned int i;

	for (i = 0; i < PAGE; i++)
		p->memory[page * PAGE + i] = seed + i * 7 + i / 251;
}

/* The VF works: a copy, and its interrupt */
static bool works(const struct vfio_vf *v, const struct dma_pages *p)
{
	set_interrupts(v);
	vfio_write(v, SRIOV_EDU_LATENCY, 0);
	fill(p, 62, v->vf_id + 3);
	start(v, p, 62, 63, PAGE);
	return is_copied(v, p, 62, 63, PAGE) && vfio_interrupts(v, 1000) == 1;
}

TEST_F(live, what_is_supported)
{
	struct vfio_vf *v = &self->vf[0];

	EXPECT_EQ(VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P |
		  VFIO_MIGRATION_PRE_COPY, vfio_migration_flags(v));
	EXPECT_EQ(VFIO_DEVICE_STATE_RUNNING, vfio_state(v));
	EXPECT_LT(0, vfio_stop_copy_length(v));
	EXPECT_TRUE(works(v, &self->pages));

	ASSERT_EQ(0, save(v, self->stream, &self->len));
	EXPECT_LE(self->len, vfio_stop_copy_length(v));
}

/*
 * Every pair of states: whether it can be reached, what the device may do then, and
 * whether there is a file
 */
static bool is_allowed(unsigned int from, unsigned int to)
{
	if (to == VFIO_DEVICE_STATE_ERROR)
		return false;
	if (from == VFIO_DEVICE_STATE_RESUMING)	/* nothing was written */
		return to == from;
	return from != VFIO_DEVICE_STATE_STOP_COPY ||
	       (to != VFIO_DEVICE_STATE_PRE_COPY &&
		to != VFIO_DEVICE_STATE_PRE_COPY_P2P);
}

static bool opens_file(unsigned int from, unsigned int to)
{
	if (to == VFIO_DEVICE_STATE_RESUMING)
		return from != to;
	if (!has_save(to))
		return false;
	/* the way from PRE_COPY_P2P to PRE_COPY and on is one of a file */
	return !has_save(from);
}

TEST_F_TIMEOUT(live, all_pairs_of_states, 120)
{
	struct vfio_vf *v = &self->vf[0];
	unsigned int from, to;
	int fd;

	for (from = VFIO_DEVICE_STATE_STOP; from < STATES; from++) {
		for (to = 0; to < STATES; to++) {
			bool allowed = is_allowed(from, to);

			ASSERT_EQ(0, vfio_reset(v));
			ASSERT_EQ(0, go_to(v, from));
			EXPECT_EQ(from, vfio_state(v));
			EXPECT_EQ(level_of(from), level_in_device(v));
			EXPECT_EQ(allowed ? 0 : -EINVAL, vfio_set_state(v, to, &fd))
				TH_LOG("%s to %s", state_name[from], state_name[to]);
			EXPECT_EQ(allowed ? to : from, vfio_state(v));
			EXPECT_EQ(level_of(allowed ? to : from), level_in_device(v));
			EXPECT_EQ(allowed && opens_file(from, to), fd >= 0)
				TH_LOG("%s to %s", state_name[from], state_name[to]);
			if (fd >= 0)
				close(fd);
		}
	}
	EXPECT_EQ(-EINVAL, vfio_set_state(v, STATES, &fd));
	ASSERT_EQ(0, vfio_reset(v));
	EXPECT_TRUE(works(v, &self->pages));
}

/* A command that waits when the VF is stopped ends in the VF of another PF. */
TEST_F(live, command_ends_in_another_vf)
{
	struct vfio_vf *from = &self->vf[0], *to = &self->vf[1];
	struct dma_pages *p = &self->pages;
	static const size_t steps[] = { STREAM_MAX, 1, 7, 100 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		fill(p, 0, i);
		memset(p->memory + PAGE, 0, PAGE);
		set_interrupts(from);
		vfio_write(from, SRIOV_EDU_SCRATCH, MARK + i);
		vfio_write(from, SRIOV_EDU_LATENCY, 1000000);
		start(from, p, 0, 1, PAGE);
		ASSERT_EQ(0, save(from, self->stream, &self->len));
		EXPECT_TRUE(is_busy(from));
		ASSERT_EQ(0, load(to, self->stream, self->len, steps[i],
				  VFIO_DEVICE_STATE_RUNNING));
		EXPECT_EQ(MARK + i, vfio_read(to, SRIOV_EDU_SCRATCH));
		EXPECT_TRUE(is_busy(to));
		EXPECT_TRUE(is_copied(to, p, 0, 1, PAGE));
		EXPECT_EQ(1, vfio_interrupts(to, 1000));
		ASSERT_EQ(0, vfio_reset(from));
		EXPECT_EQ(0, vfio_read(from, SRIOV_EDU_SCRATCH));
	}
	EXPECT_EQ(0, edu_take_breaches(&self->pf[0]));
	EXPECT_EQ(0, edu_take_breaches(&self->pf[1]));
}

/* What was sent before and perhaps lost on the way is sent once more. */
TEST_F(live, interrupt_is_sent_again)
{
	struct vfio_vf *from = &self->vf[0], *to = &self->vf[1];

	set_interrupts(from);
	start(from, &self->pages, 0, 1, 16);
	EXPECT_TRUE(is_copied(from, &self->pages, 0, 1, 16));
	EXPECT_EQ(1, vfio_interrupts(from, 1000));
	ASSERT_EQ(0, save(from, self->stream, &self->len));
	ASSERT_EQ(0, load(to, self->stream, self->len, STREAM_MAX,
			  VFIO_DEVICE_STATE_RUNNING));
	EXPECT_EQ(1, vfio_interrupts(to, 1000));
	EXPECT_EQ(0, vfio_interrupts(to, 50));
}

/* A migration that is cancelled: the source goes on. */
TEST_F(live, source_goes_on)
{
	struct vfio_vf *v = &self->vf[0];
	struct dma_pages *p = &self->pages;
	int fd, none;

	set_interrupts(v);
	fill(p, 0, 5);
	vfio_write(v, SRIOV_EDU_LATENCY, 300000);
	start(v, p, 0, 1, PAGE);
	ASSERT_EQ(0, vfio_set_state(v, VFIO_DEVICE_STATE_PRE_COPY, &fd));
	ASSERT_EQ(0, vfio_set_state(v, VFIO_DEVICE_STATE_STOP_COPY, &none));
	ASSERT_EQ(0, read_all(fd, self->stream, &self->len));
	close(fd);
	usleep(400000);
	EXPECT_TRUE(is_busy(v));
	ASSERT_EQ(0, go_to(v, VFIO_DEVICE_STATE_RUNNING));
	EXPECT_TRUE(is_copied(v, p, 0, 1, PAGE));
	EXPECT_EQ(1, vfio_interrupts(v, 1000));
}

static int precopy_info(int fd, struct vfio_precopy_info *info)
{
	*info = (struct vfio_precopy_info) { .argsz = sizeof(*info) };
	return ioctl(fd, VFIO_MIG_GET_PRECOPY_INFO, info) ? -errno : 0;
}

TEST_F(live, pre_copy_converges)
{
	struct vfio_vf *from = &self->vf[0], *to = &self->vf[1];
	struct vfio_precopy_info info;
	size_t more;
	int fd, none;

	ASSERT_EQ(0, vfio_set_state(from, VFIO_DEVICE_STATE_PRE_COPY, &fd));
	ASSERT_EQ(0, precopy_info(fd, &info));
	EXPECT_LT(0, info.initial_bytes);
	EXPECT_EQ(0, info.dirty_bytes);
	EXPECT_EQ(-ENOMSG, read_all(fd, self->stream, &self->len));
	EXPECT_LT(0, self->len);
	ASSERT_EQ(0, precopy_info(fd, &info));
	EXPECT_EQ(0, info.initial_bytes);
	EXPECT_EQ(0, info.dirty_bytes);

	/* the VF works on, and there is more to read, once */
	EXPECT_TRUE(works(from, &self->pages));
	ASSERT_EQ(0, precopy_info(fd, &info));
	EXPECT_EQ(0, info.initial_bytes);
	EXPECT_LT(0, info.dirty_bytes);
	EXPECT_EQ(-ENOMSG, read_all(fd, self->stream + self->len, &more));
	EXPECT_LT(0, more);
	self->len += more;

	/* an image that is read in part is void */
	vfio_write(from, SRIOV_EDU_SCRATCH, 1);
	ASSERT_EQ(10, read(fd, self->stream + self->len, 10));
	self->len += 10;
	vfio_write(from, SRIOV_EDU_SCRATCH, MARK);
	ASSERT_EQ(0, vfio_set_state(from, VFIO_DEVICE_STATE_STOP_COPY, &none));
	EXPECT_EQ(-1, none);
	EXPECT_EQ(-EINVAL, precopy_info(fd, &info));
	ASSERT_EQ(0, read_all(fd, self->stream + self->len, &more));
	self->len += more;
	close(fd);

	ASSERT_EQ(0, load(to, self->stream, self->len, 33,
			  VFIO_DEVICE_STATE_RUNNING));
	EXPECT_EQ(MARK, vfio_read(to, SRIOV_EDU_SCRATCH));
	EXPECT_EQ(1, vfio_read(to, SRIOV_EDU_COMPLETIONS));
}

/*
 * The log, compared with what the device's referee has listed
 */
static uint32_t listed(const struct edu_map *pf, uint64_t address)
{
	edu_write(pf, SRIOV_EDU_REFEREE_PAGE_LO, address);
	edu_write(pf, SRIOV_EDU_REFEREE_PAGE_HI, address >> 32);
	return edu_read(pf, SRIOV_EDU_REFEREE_PAGE_LISTED);
}

static bool in_log(const struct vfio_vf *v, uint64_t address, int *rc)
{
	uint64_t bitmap = 0;

	*rc = vfio_log_report(v, address, PAGE, &bitmap);
	return bitmap & 1;
}

TEST_F_TIMEOUT(live, log_is_exact, 180)
{
	unsigned int writes = environment("LIVE_WRITES", 2000), i, dst, wrong = 0;
	struct vfio_vf *v = &self->vf[0];
	struct dma_pages *p = &self->pages;
	struct edu_map pf;
	int rc = 0;

	ASSERT_EQ(0, edu_map(&pf, &self->pf[0]));
	edu_write(&pf, SRIOV_EDU_REFEREE_CTRL, SRIOV_EDU_REFEREE_CLEAR_PAGES);
	edu_write(&pf, SRIOV_EDU_REFEREE_PAGES, SRIOV_EDU_REFEREE_PAGES_ON);
	ASSERT_EQ(-EINVAL, vfio_log_report(v, 0, PAGE, (uint64_t[1]) { }));
	ASSERT_EQ(0, vfio_log_start(v, 0, 1ull << 40));
	EXPECT_EQ(-EBUSY, vfio_log_start(v, 0, 1ull << 40));

	srandom(1);
	for (i = 0; i < writes; i++) {
		dst = random() % p->count;
		start(v, p, 0, dst, 1 + random() % 16);
		while (is_busy(v))
			usleep(10);
		if (random() % 16)
			continue;
		/* each page is in the log if and only if the referee has it */
		for (dst = 0; dst < p->count; dst++) {
			bool expected = listed(&pf, p->address[dst]);

			wrong += in_log(v, p->address[dst], &rc) != expected;
			ASSERT_EQ(0, rc);
		}
		edu_write(&pf, SRIOV_EDU_REFEREE_CTRL,
			  SRIOV_EDU_REFEREE_CLEAR_PAGES);
	}
	EXPECT_EQ(0, wrong)
		TH_LOG("%u of %u pages", wrong, p->count);
	EXPECT_EQ(0, vfio_log_stop(v));
	EXPECT_EQ(0, vfio_log_stop(v));
	edu_write(&pf, SRIOV_EDU_REFEREE_PAGES, 0);
	edu_unmap(&pf);
}

/* More addresses than the PF driver can report at once */
TEST_F(live, log_of_a_large_range)
{
	const uint64_t length = 1ull << 30;
	struct vfio_vf *v = &self->vf[0];
	uint64_t first = self->pages.address[1] & ~(length - 1);
	uint64_t page = (self->pages.address[1] - first) / PAGE;
	uint64_t *bitmap = calloc(length / PAGE / 64, sizeof(*bitmap)), bits = 0;
	unsigned int i;

	ASSERT_NE(NULL, bitmap);
	ASSERT_EQ(0, vfio_log_start(v, 0, 1ull << 40));
	start(v, &self->pages, 0, 1, 16);
	EXPECT_TRUE(is_copied(v, &self->pages, 0, 1, 16));
	ASSERT_EQ(0, vfio_log_report(v, first, length, bitmap));
	for (i = 0; i < length / PAGE / 64; i++)
		bits += __builtin_popcountll(bitmap[i]);
	EXPECT_EQ(1, bits);
	EXPECT_EQ(1, bitmap[page / 64] >> page % 64 & 1);
	free(bitmap);
}

/*
 * Streams that are wrong
 */
TEST_F_TIMEOUT(live, truncated_stream, 120)
{
	struct vfio_vf *v = &self->vf[1];
	size_t len;

	ASSERT_EQ(0, save(&self->vf[0], self->stream, &self->len));
	for (len = 0; len < self->len; len += 5) {
		EXPECT_EQ(-EINVAL, load(v, self->stream, len, STREAM_MAX,
					VFIO_DEVICE_STATE_RUNNING))
			TH_LOG("%zu of %zu bytes", len, self->len);
		EXPECT_NE(VFIO_DEVICE_STATE_RUNNING, vfio_state(v));
		ASSERT_EQ(0, vfio_reset(v));
		ASSERT_EQ(VFIO_DEVICE_STATE_RUNNING, vfio_state(v));
	}
	self->stream[self->len] = 0;
	EXPECT_EQ(-EINVAL, load(v, self->stream, self->len + 1, STREAM_MAX,
				VFIO_DEVICE_STATE_RUNNING));
	ASSERT_EQ(0, vfio_reset(v));
	EXPECT_TRUE(works(v, &self->pages));
}

/* One to four bytes are changed; what is accepted is a state of a VF. */
TEST_F_TIMEOUT(live, mutated_streams, 300)
{
	unsigned int streams = environment("LIVE_STREAMS", 200), i, n;
	unsigned int accepted = 0, other = 0;
	struct vfio_vf *v = &self->vf[1];
	uint8_t mutated[4096];
	int rc;

	ASSERT_EQ(0, save(&self->vf[0], self->stream, &self->len));
	ASSERT_GE(sizeof(mutated), self->len);
	srandom(environment("LIVE_SEED", 1));
	for (i = 0; i < streams; i++) {
		memcpy(mutated, self->stream, self->len);
		for (n = 1 + random() % 4; n; n--)
			mutated[random() % self->len] ^= 1 + random() % 255;
		rc = load(v, mutated, self->len, 1 + random() % self->len,
			  VFIO_DEVICE_STATE_RUNNING);
		accepted += !rc;
		other += rc && rc != -EINVAL;
		ASSERT_EQ(0, vfio_reset(v));
	}
	EXPECT_EQ(0, other);
	EXPECT_EQ(0, accepted);	/* the device checks a CRC, the rest is checked here */
	EXPECT_TRUE(works(v, &self->pages));
	EXPECT_EQ(0, edu_take_breaches(&self->pf[1]));
}

/* Refused before the VF has got anything, so that it can be resumed */
TEST_F(live, stream_for_another_kind_of_vf)
{
	struct pci_fn other_pf;
	struct vfio_vf other;

	ASSERT_EQ(0, save(&self->vf[0], self->stream, &self->len));
	ASSERT_EQ(0, take(&other, &other_pf, OTHER_VECTORS));
	vfio_write(&other, SRIOV_EDU_SCRATCH, MARK);
	EXPECT_EQ(-EINVAL, load(&other, self->stream, self->len, STREAM_MAX,
				VFIO_DEVICE_STATE_RUNNING));
	EXPECT_EQ(VFIO_DEVICE_STATE_RESUMING, vfio_state(&other));
	EXPECT_EQ(MARK, vfio_read(&other, SRIOV_EDU_SCRATCH));
	EXPECT_EQ(0, vfio_reset(&other));
	EXPECT_TRUE(works(&other, &self->pages));
	give_back(&other, &other_pf);
}

/*
 * What happens meanwhile
 */
TEST_F_TIMEOUT(live, vf_is_reset_in_each_state, 120)
{
	struct vfio_vf *v = &self->vf[0];
	unsigned int state;
	char byte = 0;
	int fd;

	for (state = VFIO_DEVICE_STATE_STOP; state < STATES; state++) {
		ASSERT_EQ(0, vfio_set_state(v, state, &fd));
		ASSERT_EQ(0, vfio_reset(v));
		EXPECT_EQ(VFIO_DEVICE_STATE_RUNNING, vfio_state(v));
		EXPECT_EQ(SRIOV_EDU_LIVE_RUN, level_in_device(v));
		EXPECT_TRUE(works(v, &self->pages))
			TH_LOG("after a reset in %s", state_name[state]);
		if (fd < 0)
			continue;
		/* the file is of no use any more */
		EXPECT_EQ(-1, state == VFIO_DEVICE_STATE_RESUMING ?
			      write(fd, &byte, 1) : read(fd, &byte, 1));
		EXPECT_EQ(ENODEV, errno);
		close(fd);
	}
}

TEST_F_TIMEOUT(live, pf_is_reset_in_each_state, 240)
{
	struct vfio_vf *v = &self->vf[0];
	uint64_t bitmap = 0;
	unsigned int state;
	int fd;

	for (state = VFIO_DEVICE_STATE_STOP; state < STATES; state++) {
		bool runs = state == VFIO_DEVICE_STATE_RUNNING;

		ASSERT_EQ(0, vfio_log_start(v, 0, 1 << 30));
		ASSERT_EQ(0, vfio_set_state(v, state, &fd));
		ASSERT_EQ(0, pci_fn_reset(&self->pf[0]));
		EXPECT_EQ(runs ? state : VFIO_DEVICE_STATE_ERROR, vfio_state(v))
			TH_LOG("in %s", state_name[state]);
		EXPECT_EQ(-EINVAL, vfio_log_report(v, 0, PAGE, &bitmap));
		if (!runs)
			EXPECT_EQ(-EINVAL, go_to(v, VFIO_DEVICE_STATE_RUNNING));
		if (fd >= 0)
			close(fd);
		ASSERT_EQ(0, vfio_reset(v));
		EXPECT_EQ(VFIO_DEVICE_STATE_RUNNING, vfio_state(v));
	}
}

/* A user that ends in the middle: the next one finds the VF running. */
TEST_F(live, closed_in_each_state)
{
	struct vfio_vf *v = &self->vf[0];
	unsigned int state;
	char byte = 0;
	int fd;

	for (state = VFIO_DEVICE_STATE_STOP; state < STATES; state++) {
		ASSERT_EQ(0, vfio_log_start(v, 0, 1 << 30));
		ASSERT_EQ(0, vfio_set_state(v, state, &fd));
		vfio_close(v);
		if (fd >= 0) {
			EXPECT_EQ(-1, state == VFIO_DEVICE_STATE_RESUMING ?
				      write(fd, &byte, 1) : read(fd, &byte, 1));
			EXPECT_EQ(ENODEV, errno);
			close(fd);
		}
		ASSERT_EQ(0, vfio_open(v, &self->pf[0], 0));
		EXPECT_EQ(VFIO_DEVICE_STATE_RUNNING, vfio_state(v));
		EXPECT_TRUE(works(v, &self->pages))
			TH_LOG("closed in %s", state_name[state]);
	}
}

/* A whole migration, with a log */
static int migrate(struct vfio_vf *from, struct vfio_vf *to, uint8_t *stream,
		   size_t *len)
{
	uint64_t bitmap;
	int rc;

	rc = vfio_log_start(from, 0, 1 << 30);
	if (!rc)
		rc = vfio_log_report(from, 0, PAGE, &bitmap);
	if (!rc)
		rc = vfio_stop_copy_length(from) < 0 ? -EIO : 0;
	if (!rc)
		rc = save(from, stream, len);
	if (!rc)
		rc = load(to, stream, *len, STREAM_MAX, VFIO_DEVICE_STATE_RUNNING);
	return rc;
}

/* Every allocation of a migration fails once; nothing is lost with it. */
TEST_F_TIMEOUT(live, allocations_fail, 300)
{
	struct vfio_vf *from = &self->vf[0], *to = &self->vf[1];
	bool failed = true;
	int n, file, rc = 0;

	if (!fail_nth_on()) {
		fail_nth_off();
		SKIP(return, "the kernel has no failslab");
	}
	for (n = 1; failed && n < 1000; n++) {
		vfio_write(from, SRIOV_EDU_SCRATCH, MARK + n);
		file = fail_nth_begin(n);
		ASSERT_LE(0, file);
		rc = migrate(from, to, self->stream, &self->len);
		failed = fail_nth_end(file);
		EXPECT_TRUE(!rc || (failed && rc == -ENOMEM))
			TH_LOG("allocation %d failed: %d", n, rc);
		if (!rc)
			EXPECT_EQ(MARK + n, vfio_read(to, SRIOV_EDU_SCRATCH));
		EXPECT_EQ(0, vfio_log_stop(from));
		ASSERT_EQ(0, vfio_reset(from));
		ASSERT_EQ(0, vfio_reset(to));
	}
	fail_nth_off();
	EXPECT_FALSE(failed);
	EXPECT_EQ(0, rc);
	EXPECT_LT(5, n);
	EXPECT_TRUE(works(from, &self->pages));
	EXPECT_TRUE(works(to, &self->pages));
	TH_LOG("allocations 1 to %d failed", n - 2);
}

/*
 * PFs that fail
 */
TEST_F(live, vf_that_does_not_stop)
{
	struct vfio_vf v;
	struct pci_fn pf;

	ASSERT_EQ(0, take(&v, &pf, HANGS));
	EXPECT_EQ(-ETIMEDOUT, go_to(&v, VFIO_DEVICE_STATE_STOP));
	EXPECT_EQ(VFIO_DEVICE_STATE_RUNNING, vfio_state(&v));
	EXPECT_TRUE(works(&v, &self->pages));
	give_back(&v, &pf);
}

TEST_F(live, save_and_load_fail)
{
	struct vfio_vf v;
	struct pci_fn pf;

	ASSERT_EQ(0, take(&v, &pf, SAVE_AND_LOAD_FAIL));
	EXPECT_EQ(-EIO, save(&v, self->stream, &self->len));
	EXPECT_EQ(0, go_to(&v, VFIO_DEVICE_STATE_RUNNING));
	EXPECT_TRUE(works(&v, &self->pages));

	ASSERT_EQ(0, save(&self->vf[0], self->stream, &self->len));
	EXPECT_EQ(-EIO, load(&v, self->stream, self->len, STREAM_MAX,
			     VFIO_DEVICE_STATE_RUNNING));
	EXPECT_EQ(-EIO, go_to(&v, VFIO_DEVICE_STATE_RUNNING));
	EXPECT_EQ(VFIO_DEVICE_STATE_ERROR, vfio_state(&v));
	EXPECT_EQ(0, vfio_reset(&v));
	EXPECT_TRUE(works(&v, &self->pages));
	give_back(&v, &pf);
}

TEST_F(live, state_is_larger_than_the_device_says)
{
	struct vfio_vf v;
	struct pci_fn pf;

	ASSERT_EQ(0, take(&v, &pf, LARGER));
	EXPECT_EQ(-EIO, save(&v, self->stream, &self->len));
	give_back(&v, &pf);
}

/* Every page counts as written when the device has lost some. */
TEST_F(live, log_overflows)
{
	struct dma_pages *p = &self->pages;
	struct vfio_vf v;
	struct pci_fn pf;
	unsigned int i;
	int rc;

	ASSERT_EQ(0, take(&v, &pf, OVERFLOWS));
	ASSERT_EQ(0, vfio_log_start(&v, 0, 1ull << 40));
	for (i = 0; i < 8; i++) {
		start(&v, p, 0, i, 16);
		while (is_busy(&v))
			usleep(10);
	}
	for (i = 0; i < p->count; i++) {
		EXPECT_TRUE(in_log(&v, p->address[i], &rc));
		EXPECT_EQ(0, rc);
	}
	give_back(&v, &pf);
}

/* The PF driver has nothing registered. */
TEST_F(live, pf_driver_without_support)
{
	struct pci_fn *pf = &self->pf[0], vf;

	if (system("modprobe -q sriov_minimal_pf"))
		SKIP(return, "no sriov_minimal_pf");
	vfio_close(&self->vf[0]);
	ASSERT_EQ(0, pf_set_num_vfs(pf, 0));
	ASSERT_EQ(0, pci_fn_unbind(pf));
	ASSERT_EQ(0, vfio_bind(pf, "sriov_minimal_pf"));
	EXPECT_EQ(0, pf_set_num_vfs(pf, 1));
	EXPECT_EQ(0, pf_vf(pf, 0, &vf));
	EXPECT_NE(0, vfio_bind(&vf, VFIO_LIVE_DRIVER));
	EXPECT_EQ(0, pf_set_num_vfs(pf, 0));
	EXPECT_EQ(0, pci_fn_unbind(pf));
	EXPECT_EQ(0, sysfs_write(pf->dir, "driver_override", "\n"));
	EXPECT_EQ(0, pci_fn_bind(pf, "sriov_edu_pf"));
}

TEST_HARNESS_MAIN
