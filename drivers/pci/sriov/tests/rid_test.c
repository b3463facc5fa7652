// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: Routing ID arithmetic
 */
#include <linux/prandom.h>

#include "../sriov.h"
#include "soft.h"

struct rid_case {
	const char *name;
	u16 pf;
	u16 offset;
	u16 stride;
	unsigned int num_vfs;
	u32 last;		/* Routing ID of the last VF */
	unsigned int span;	/* buses beyond the PF's */
	int check;		/* may they exist? */
};

static const struct rid_case rid_cases[] = {
	{ "one VF next to the PF", 0x0100, 1, 1, 1, 0x0101, 0, 0 },
	{ "one VF needs no stride", 0x0100, 1, 0, 1, 0x0101, 0, 0 },
	{ "two VFs do", 0x0100, 1, 0, 2, 0x0101, 0, -EIO },
	{ "offset 0 is the PF itself", 0x0100, 0, 1, 1, 0x0100, 0, -EIO },
	{ "last devfn of the bus", 0x0100, 1, 1, 255, 0x01ff, 0, 0 },
	{ "first devfn of the next", 0x0100, 1, 1, 256, 0x0200, 1, 0 },
	{ "offset reaches the next bus", 0x01ff, 1, 1, 1, 0x0200, 1, 0 },
	{ "stride of a bus", 0x0000, 0x100, 0x100, 255, 0xff00, 255, 0 },
	{ "one bus too far", 0x0000, 0x100, 0x100, 256, 0x10000, 256, -ERANGE },
	{ "last Routing ID of all", 0xff00, 0xff, 1, 1, 0xffff, 0, 0 },
	{ "beyond it", 0xff00, 0xff, 1, 2, 0x10000, 1, -ERANGE },
	{ "beyond it by the offset", 0xffff, 1, 1, 1, 0x10000, 1, -ERANGE },
	{ "four buses", 0x0210, 0x80, 3, 300, 0x0611, 4, 0 },
	{ "largest values", 0xffff, 0xffff, 0xffff, 0xffff,
	  0xffff + 0xffff + 0xfffeU * 0xffff, 0, -ERANGE },
	{ "the largest TotalVFs", 0x0000, 1, 1, 0xffff, 0xffff, 255, 0 },
};

static void rid_case_desc(const struct rid_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rid, rid_cases, rid_case_desc);

static void rid_test_case(struct kunit *test)
{
	const struct rid_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, sriov_rid(c->pf, c->offset, c->stride,
					c->num_vfs - 1), c->last);
	KUNIT_EXPECT_EQ(test, sriov_rid_check(c->pf, c->offset, c->stride,
					      c->num_vfs), c->check);
	if (c->last < 0x20000)
		KUNIT_EXPECT_EQ(test,
				sriov_rid_bus_span(c->pf, c->offset, c->stride,
						   c->num_vfs), c->span);
}

/* 65535 * 65534 and two summands of 65535 still fit in 32 bits. */
static void rid_test_no_overflow(struct kunit *test)
{
	u64 largest = 2ULL * U16_MAX + (u64)U16_MAX * (U16_MAX - 1);

	KUNIT_EXPECT_LE(test, largest, (u64)U32_MAX);
	KUNIT_EXPECT_EQ(test, (u64)sriov_rid(U16_MAX, U16_MAX, U16_MAX,
					     U16_MAX - 1), largest);
}

static void rid_test_stride_zero(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sriov_rid_to_vf_id(0x100, 1, 0, 0x101), 0);
}

/* There and back again, for Routing IDs that a device may have */
static void rid_test_inverse(struct kunit *test)
{
	struct rnd_state rnd;
	int i;

	prandom_seed_state(&rnd, 1);
	for (i = 0; i < 100000; i++) {
		u16 pf = prandom_u32_state(&rnd);
		u16 offset = prandom_u32_state(&rnd) >> (i % 16);
		u16 stride = (u16)prandom_u32_state(&rnd) >> (i % 13);
		u16 vf_id = (u16)prandom_u32_state(&rnd) >> (i % 11);
		u64 rid = (u64)pf + offset + (u64)stride * vf_id;
		int want = !offset || (vf_id && !stride) ? -EIO :
			   rid > U16_MAX ? -ERANGE : 0;

		KUNIT_ASSERT_EQ(test, (u64)sriov_rid(pf, offset, stride, vf_id),
				rid);
		KUNIT_ASSERT_EQ(test, sriov_rid_check(pf, offset, stride,
						      vf_id + 1), want);
		if (want)
			continue;
		KUNIT_ASSERT_EQ(test, sriov_rid_to_vf_id(pf, offset, stride,
							 rid), vf_id);
		KUNIT_ASSERT_EQ(test, sriov_rid_bus_span(pf, offset, stride,
							 vf_id + 1),
				(rid >> 8) - (pf >> 8));
	}
}

static struct kunit_case rid_tests[] = {
	KUNIT_CASE_PARAM(rid_test_case, rid_gen_params),
	KUNIT_CASE(rid_test_no_overflow),
	KUNIT_CASE(rid_test_stride_zero),
	KUNIT_CASE(rid_test_inverse),
	{}
};

static struct kunit_suite rid_suite = {
	.name = "pci_sriov_rid",
	.test_cases = rid_tests,
};

kunit_test_suite(rid_suite);
