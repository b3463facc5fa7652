// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: 10,000 random capabilities
 *
 * Each is either a PF that works or is refused with a message, and never makes
 * the kernel report a bug.  Which of the two is not left to the core: the rules
 * are here once more, stated from the specification.
 *
 * The seed is printed; sriov_fuzz_seed=N on the kernel's command line repeats a
 * run.
 */
#include <linux/moduleparam.h>
#include <linux/overflow.h>
#include <linux/prandom.h>
#include <linux/random.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

/* Fewer where KASAN checks every access to memory, so that it ends in time */
#define FUZZ_ROUNDS	(IS_ENABLED(CONFIG_KASAN) ? 1000 : 10000)
#define FUZZ_ENABLES	50	/* each takes 100 ms at least */
#define FUZZ_SILENT	5	/* each takes 1 s */
#define FUZZ_MAX_VFS	8

static u64 fuzz_seed;

static int __init fuzz_seed_setup(char *arg)
{
	return kstrtou64(arg, 0, &fuzz_seed);
}
early_param("sriov_fuzz_seed", fuzz_seed_setup);

struct fuzz {
	struct rnd_state rnd;
	struct soft_fn *pf;
	unsigned int working;
	unsigned int refused;
	unsigned int enabled;
	unsigned int enable_refused;
	unsigned int silent;
	int loglevel;
};

static u32 fuzz_below(struct fuzz *fuzz, u32 limit)
{
	return prandom_u32_state(&fuzz->rnd) % limit;
}

static bool fuzz_one_in(struct fuzz *fuzz, u32 n)
{
	return !fuzz_below(fuzz, n);
}

/* A 16-bit field: one that it should be, one at the edge, or any */
static u16 fuzz_field(struct fuzz *fuzz, const u16 *values, unsigned int count)
{
	u32 which = fuzz_below(fuzz, count + 1);

	return which < count ? values[which] : prandom_u32_state(&fuzz->rnd);
}

static void fuzz_routes(struct fuzz *fuzz)
{
	static const u16 totals[] = {
		1, 1, 2, 2, 3, 4, 7, 8, 8, 12, 16, 64, 256, 257, 65535, 0,
	};
	static const u16 offsets[] = {
		1, 1, 2, 8, 0x80, 0xff, 0x100, 0x101, 0xff00, 0xffff, 0,
	};
	static const u16 strides[] = {
		1, 1, 2, 3, 8, 0x100, 0x1000, 0xffff, 0,
	};
	struct soft_fn *pf = fuzz->pf;

	soft_vf_total(pf, fuzz_field(fuzz, totals, ARRAY_SIZE(totals)));
	if (fuzz_one_in(fuzz, 4))
		soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_INITIAL_VF,
			    fuzz_field(fuzz, totals, ARRAY_SIZE(totals)));
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET,
		    fuzz_field(fuzz, offsets, ARRAY_SIZE(offsets)));
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_STRIDE,
		    fuzz_field(fuzz, strides, ARRAY_SIZE(strides)));
	if (fuzz_one_in(fuzz, 16))
		soft_init_rw(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF,
			     (u16)~BIT(fuzz_below(fuzz, 16)));
}

/* VF BAR n; returns how many BARs it takes. */
static int fuzz_bar(struct fuzz *fuzz, int bar)
{
	u32 type = fuzz_one_in(fuzz, 2) ? PCI_BASE_ADDRESS_MEM_PREFETCH : 0;
	struct soft_fn *pf = fuzz->pf;
	int where = SOFT_SRIOV + PCI_SRIOV_BAR + 4 * bar;

	if (!fuzz_one_in(fuzz, 3))
		return 1;

	if (fuzz_one_in(fuzz, 2) && bar < 5)
		type |= PCI_BASE_ADDRESS_MEM_TYPE_64;
	soft_vf_bar(pf, bar, SZ_4K << fuzz_below(fuzz, 10), type);

	if (fuzz_one_in(fuzz, 16))
		soft_vf_bar(pf, bar, 16ULL << fuzz_below(fuzz, bar < 5 ? 59 : 28),
			    type | PCI_BASE_ADDRESS_MEM_TYPE_64);
	if (fuzz_one_in(fuzz, 16))
		soft_init_rw(pf, where, pf->reg[where / 4].rw &
			     ~BIT(4 + fuzz_below(fuzz, 28)));
	if (fuzz_one_in(fuzz, 32)) {
		if (bar < 5)
			soft_init_rw(pf, where + 4, 0);
		soft_vf_bar(pf, bar, SZ_4K, PCI_BASE_ADDRESS_SPACE_IO);
	}

	return pf->reg[where / 4].reset & PCI_BASE_ADDRESS_MEM_TYPE_64 ? 2 : 1;
}

static void fuzz_rest(struct fuzz *fuzz)
{
	struct soft_fn *pf = fuzz->pf;
	u32 any = prandom_u32_state(&fuzz->rnd);

	soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_CAP, any);
	if (fuzz_one_in(fuzz, 4))
		soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_CTRL,
			    any & ~PCI_SRIOV_CTRL_VFE);
	if (fuzz_one_in(fuzz, 8))
		soft_init8(pf, SOFT_SRIOV + PCI_SRIOV_FUNC_LINK, any);
	if (fuzz_one_in(fuzz, 8))
		soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_SUP_PGSIZE,
			    fuzz_one_in(fuzz, 2) ? 0 : any);
	if (fuzz_one_in(fuzz, 16))
		soft_init_rw(pf, SOFT_SRIOV + PCI_SRIOV_CTRL,
			     PCI_SRIOV_CTRL_MSE);
	if (fuzz_one_in(fuzz, 2))
		soft_init32(pf, SOFT_SRIOV + PCI_SRIOV_VFM, any);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_VF_DID - 2, any);
}

static void fuzz_make(struct fuzz *fuzz)
{
	struct soft_fn *pf = fuzz->pf;
	int bar;

	memcpy(pf->reg, soft_pf_regs, sizeof(pf->reg));
	fuzz_routes(fuzz);
	for (bar = 0; bar < PCI_SRIOV_NUM_BARS;)
		bar += fuzz_bar(fuzz, bar);
	fuzz_rest(fuzz);
	soft_fn_reset(pf);
}

static u16 fuzz_get(struct soft_fn *pf, int reg)
{
	return pf->reg[(SOFT_SRIOV + reg) / 4].reset >> 8 * (reg & 3);
}

/* How many VFs there are after this was written to NumVFs */
static u16 fuzz_num_vfs_kept(struct soft_fn *pf, u16 num_vfs)
{
	return num_vfs & pf->reg[(SOFT_SRIOV + PCI_SRIOV_NUM_VF) / 4].rw;
}

/* Sec 9.3.3.7, 9.3.3.9 and 9.3.3.10 for this many VFs */
static bool fuzz_num_vfs_valid(struct soft_fn *pf, u16 num_vfs)
{
	return fuzz_get(pf, PCI_SRIOV_VF_OFFSET) &&
	       (num_vfs == 1 || fuzz_get(pf, PCI_SRIOV_VF_STRIDE));
}

/* What is tried when the PF is found: TotalVFs and all powers of two below */
static bool fuzz_routes_valid(struct soft_fn *pf, u16 total)
{
	u32 num_vfs;

	for (num_vfs = 1; num_vfs < total; num_vfs *= 2)
		if (!fuzz_num_vfs_valid(pf, num_vfs))
			return false;

	return fuzz_num_vfs_valid(pf, total);
}

/*
 * Sec 9.3.3.14; *bar goes on to the next BAR.  I/O, a size that is not a power of
 * two and a last BAR of 64 bits are against the rules, but not refused.
 */
static bool fuzz_bar_valid(struct soft_fn *pf, u16 total, int *bar)
{
	const struct soft_reg *reg = &pf->reg[(SOFT_SRIOV + PCI_SRIOV_BAR) / 4];
	bool is_64 = reg[*bar].reset & PCI_BASE_ADDRESS_MEM_TYPE_64;
	u64 mask = reg[*bar].rw, size, all;

	if (is_64 && *bar == 5)
		mask = 0;
	else if (is_64)
		mask |= (u64)reg[*bar + 1].rw << 32;
	else if (mask)
		mask |= GENMASK_ULL(63, 32);
	*bar += 1 + is_64;
	if (!mask)
		return true;

	size = mask & -mask;
	return size >= SZ_4K &&
	       !check_mul_overflow(size, (u64)total, &all) && all <= S64_MAX;
}

static bool fuzz_bars_valid(struct soft_fn *pf, u16 total)
{
	int bar = 0;

	while (bar < PCI_SRIOV_NUM_BARS)
		if (!fuzz_bar_valid(pf, total, &bar))
			return false;

	return true;
}

static bool fuzz_is_valid(struct soft_fn *pf)
{
	u16 total = fuzz_get(pf, PCI_SRIOV_TOTAL_VF);

	return total &&
	       pf->reg[(SOFT_SRIOV + PCI_SRIOV_SUP_PGSIZE) / 4].reset &&
	       fuzz_routes_valid(pf, total) && fuzz_bars_valid(pf, total);
}

/* The result of enabling VFs */
struct fuzz_verdict {
	int rc;
	u16 num_vfs;		/* if @rc is 0 */
	const char *why;	/* logged, if not */
	bool silent;		/* VFs do not answer, for 1 s */
};

static bool fuzz_bars_placed(struct soft_fn *pf)
{
	int resno;

	for (resno = PCI_IOV_RESOURCES; resno <= PCI_IOV_RESOURCE_END; resno++)
		if (pci_iov_resource_size(pf->dev, resno) &&
		    !pf->dev->resource[resno].parent)
			return false;

	return true;
}

static struct fuzz_verdict fuzz_judge(struct soft_fn *pf, int wanted)
{
	u32 ctrl_rw = pf->reg[(SOFT_SRIOV + PCI_SRIOV_CTRL) / 4].rw;
	u16 offset = fuzz_get(pf, PCI_SRIOV_VF_OFFSET);
	u16 stride = fuzz_get(pf, PCI_SRIOV_VF_STRIDE);
	u16 initial = fuzz_get(pf, PCI_SRIOV_INITIAL_VF);
	u16 total = fuzz_get(pf, PCI_SRIOV_TOTAL_VF);
	bool migration = fuzz_get(pf, PCI_SRIOV_CAP) & PCI_SRIOV_CAP_VFM;
	u16 num_vfs = min_t(int, wanted, initial);

	if (initial > total || (initial < total && !migration))
		return (struct fuzz_verdict){ -EIO, 0, "does not fit TotalVFs" };
	if (!initial)
		return (struct fuzz_verdict){ -EINVAL };
	if (!fuzz_bars_placed(pf))
		return (struct fuzz_verdict){ -ENOMEM, 0, "not enough MMIO" };
	if (PCI_FUNC(fuzz_get(pf, PCI_SRIOV_FUNC_LINK)))
		return (struct fuzz_verdict){ -ENODEV };
	if (!fuzz_num_vfs_valid(pf, num_vfs))
		return (struct fuzz_verdict){ -EIO, 0, "First VF Offset" };
	if (offset + (num_vfs - 1) * stride > U16_MAX)
		return (struct fuzz_verdict){ -ENOMEM, 0, "out of range of" };
	if (!(ctrl_rw & PCI_SRIOV_CTRL_VFE))
		return (struct fuzz_verdict){ -EIO, 0, "VF Enable does not", true };
	if (!fuzz_num_vfs_kept(pf, num_vfs))
		return (struct fuzz_verdict){ -EIO, 0, "does not answer", true };
	if (fuzz_num_vfs_kept(pf, num_vfs) != num_vfs)
		return (struct fuzz_verdict){ 0, num_vfs, NULL, true };

	return (struct fuzz_verdict){ 0, num_vfs };
}

static void fuzz_enable(struct fuzz *fuzz)
{
	struct soft_fn *pf = fuzz->pf;
	struct soft_host *host = pf->host;
	u16 total = fuzz_get(pf, PCI_SRIOV_TOTAL_VF);
	int wanted = 1 + fuzz_below(fuzz, min_t(u32, total, FUZZ_MAX_VFS));
	struct fuzz_verdict verdict = fuzz_judge(pf, wanted);
	int rc;

	if (verdict.silent ? fuzz->silent++ >= FUZZ_SILENT :
			     !verdict.rc && fuzz->enabled >= FUZZ_ENABLES)
		return;

	soft_log_clear(host);
	rc = pci_enable_sriov(pf->dev, wanted);
	KUNIT_EXPECT_EQ(host->test, rc, verdict.rc);
	if (!verdict.rc && verdict.silent) {
		KUNIT_EXPECT_EQ(host->test, pci_num_vf(pf->dev),
				verdict.num_vfs);
		soft_expect_said(host, "does not answer");
		soft_disable(pf);
	} else if (!verdict.rc) {
		fuzz->enabled++;
		soft_expect_vfs(pf, verdict.num_vfs);
		soft_disable(pf);
	} else {
		fuzz->enable_refused++;
		if (verdict.why)
			soft_expect_said(host, verdict.why);
		KUNIT_EXPECT_EQ(host->test,
				soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF), 0);
	}
	soft_expect_off(pf);
}

static void fuzz_round(struct fuzz *fuzz)
{
	struct soft_fn *pf = fuzz->pf;
	struct soft_host *host = pf->host;
	bool valid;

	fuzz_make(fuzz);
	valid = fuzz_is_valid(pf);
	soft_log_clear(host);
	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(host->test, soft_dev(pf));
	KUNIT_EXPECT_EQ(host->test, !!pf->dev->is_physfn, valid);

	if (pf->dev->is_physfn) {
		fuzz->working++;
		fuzz_enable(fuzz);
	} else {
		fuzz->refused++;
		soft_expect_refused(pf, fuzz_get(pf, PCI_SRIOV_TOTAL_VF) ?
				    "SR-IOV is not available" : NULL);
	}
	soft_forget(pf);
	soft_remove(pf);
}

static bool fuzz_failed(const struct fuzz *fuzz)
{
	const struct soft_host *host = fuzz->pf->host;

	return host->test->status == KUNIT_FAILURE || host->splat ||
	       host->broken_rule;
}

/* What the capability was, for a failure to be understood */
static void fuzz_tell(struct fuzz *fuzz, int round)
{
	struct soft_fn *pf = fuzz->pf;
	int where;

	kunit_err(pf->host->test, "round %d: %s; %s; register: after reset, writable\n",
		  round, fuzz_is_valid(pf) ? "valid" : "invalid",
		  pf->host->broken_rule ?: "no rule broken");
	for (where = SOFT_SRIOV; where < SOFT_REBAR; where += 4)
		kunit_err(pf->host->test, "%02x: %08x %08x\n",
			  where - SOFT_SRIOV, pf->reg[where / 4].reset,
			  pf->reg[where / 4].rw);
	kunit_err(pf->host->test, "%s", pf->host->log);
}

static void fuzz_unhush(void *data)
{
	struct fuzz *fuzz = data;

	soft_unhush(fuzz->loglevel);
}

/*
 * For all rounds at once, because each change waits for the console.  A round that
 * fails is repeated aloud.
 */
static int fuzz_hush(struct fuzz *fuzz)
{
	fuzz->loglevel = soft_hush();
	return kunit_add_action_or_reset(fuzz->pf->host->test, fuzz_unhush, fuzz);
}

static void fuzz_test_random(struct kunit *test)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct fuzz *fuzz = kunit_kzalloc(test, sizeof(*fuzz), GFP_KERNEL);
	u64 seed = fuzz_seed ?: get_random_u32();
	struct rnd_state before;
	int round;

	KUNIT_ASSERT_NOT_NULL(test, fuzz);
	kunit_info(test, "sriov_fuzz_seed=%llu\n", seed);
	prandom_seed_state(&fuzz->rnd, seed);
	fuzz->pf = soft_pf_create(host, NULL, 0, FUZZ_MAX_VFS);

	KUNIT_ASSERT_EQ(test, fuzz_hush(fuzz), 0);
	for (round = 0; round < FUZZ_ROUNDS && !fuzz_failed(fuzz); round++) {
		before = fuzz->rnd;
		fuzz_round(fuzz);
	}
	kunit_release_action(test, fuzz_unhush, fuzz);
	if (round && fuzz_failed(fuzz)) {
		fuzz->rnd = before;
		fuzz_round(fuzz);
		fuzz_tell(fuzz, round - 1);
	}

	kunit_info(test, "%u work, %u refused; of those that work %u enabled, %u refused to\n",
		   fuzz->working, fuzz->refused, fuzz->enabled,
		   fuzz->enable_refused);
	KUNIT_EXPECT_GT(test, fuzz->working, 100);
	KUNIT_EXPECT_GT(test, fuzz->refused, 100);
	KUNIT_EXPECT_EQ(test, fuzz->enabled, FUZZ_ENABLES);
	KUNIT_EXPECT_GE(test, fuzz->silent, FUZZ_SILENT);
	KUNIT_EXPECT_GT(test, fuzz->enable_refused, 100);
}

static struct kunit_case fuzz_tests[] = {
	KUNIT_CASE_SLOW(fuzz_test_random),
	{}
};

static struct kunit_suite fuzz_suite = {
	.name = "pci_sriov_fuzz",
	.test_cases = fuzz_tests,
};

kunit_test_suite(fuzz_suite);
