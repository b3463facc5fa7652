/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Readiness and misbehaviour: the device is slow or wrong as its properties
 * demand, and not otherwise.
 */

#include "qemu/osdep.h"
#include "machine.h"

#define RTR_ID 0x22

static void enable_without_waiting(Fn *pf, unsigned int num)
{
    enable_vfs(pf, num);
    disable_vfs(pf);
    cfg_writew(pf, pf->sriov + PCI_SRIOV_CTRL,
               PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE);
}

static void expect_absent(Fn *vf)
{
    g_assert_false(is_there(vf));
    g_assert_cmphex(rd(vf, SRIOV_EDU_ID), ==, ~0u);
    g_assert_cmphex(qtest_readl(vf->qts, vf->bar2), ==, ~0u);
}

static void expect_present(Fn *vf)
{
    g_assert_true(is_there(vf));
    g_assert_cmphex(rd(vf, SRIOV_EDU_ID), ==, SRIOV_EDU_ID_MAGIC);
    g_assert_cmphex(qtest_readl(vf->qts, vf->bar2), ==, 0);
}

/* 20 ms: less than the 100 ms of 9.3.3.3.1, so software may wait less. */
static void test_ready(void)
{
    Fn pf = boot("vf-ready-ms=20");
    unsigned int rtr;
    uint32_t reg;
    Fn vf;

    enable_without_waiting(&pf, 2);
    vf = get_vf(&pf, 1);
    qtest_clock_step(pf.qts, 20 * MS - 1);
    expect_absent(&vf);
    cfg_writew(&vf, PCI_COMMAND, PCI_COMMAND_MASTER);
    expect_breaches(&pf, SRIOV_EDU_REF_VF_EARLY, 4);
    qtest_clock_step(pf.qts, 1);
    expect_present(&vf);
    g_assert_cmphex(cfg_readw(&vf, PCI_COMMAND), ==, 0);
    wr(&pf, SRIOV_EDU_REFEREE_CTRL, SRIOV_EDU_REFEREE_CLEAR);

    /* 20 ms, rounded up to a multiple of 2^20 ns: 20 of them */
    rtr = find_ext_cap(&vf, RTR_ID);
    g_assert_cmphex(rtr, !=, 0);
    reg = cfg_readl(&vf, rtr + 4);
    g_assert_cmphex(reg, ==, 0x80000000 | 4 << 9 | 20);
    g_assert_cmphex(cfg_readl(&vf, rtr + 8), ==, 4 << 9 | 20);

    cfg_writew(&vf, find_cap(&vf, PCI_CAP_ID_EXP) + PCI_EXP_DEVCTL,
               PCI_EXP_DEVCTL_BCR_FLR);
    expect_absent(&vf);
    qtest_clock_step(pf.qts, 21 * MS);
    wr(&pf, SRIOV_EDU_REFEREE_CTRL, SRIOV_EDU_REFEREE_CLEAR);
    expect_present(&vf);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* The limit is the stated time, about 21 ms. */
static void test_ready_limit(void)
{
    Fn pf = boot("vf-ready-ms=20");
    Fn vf;

    enable_without_waiting(&pf, 2);
    vf = get_vf(&pf, 1);
    qtest_clock_step(pf.qts, 20 * 1048576 - 1);
    expect_present(&vf);
    expect_breaches(&pf, SRIOV_EDU_REF_VF_EARLY, 3);
    qtest_clock_step(pf.qts, 1);
    expect_present(&vf);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* 300 ms: after 100 ms a VF may be accessed, but need not answer. */
static void test_ready_late(void)
{
    Fn pf = boot("vf-ready-ms=300");
    Fn vf;

    enable_without_waiting(&pf, 1);
    vf = get_vf(&pf, 0);
    qtest_clock_step(pf.qts, 100 * MS - 1);
    expect_absent(&vf);
    expect_breaches(&pf, SRIOV_EDU_REF_VF_EARLY, 3);
    qtest_clock_step(pf.qts, 1);
    expect_absent(&vf);
    qtest_clock_step(pf.qts, 200 * MS);
    expect_present(&vf);
    expect_no_breach(&pf);
    g_assert_cmphex(cfg_readl(&vf, find_ext_cap(&vf, RTR_ID) + 4), ==,
                    0x80000000 | 4 << 9 | 287);
    shut_down(&pf);
}

static void test_no_rtr(void)
{
    Fn pf = boot("vf-ready-ms=20,vf-rtr=off");
    Fn vf;

    enable_without_waiting(&pf, 1);
    vf = get_vf(&pf, 0);
    qtest_clock_step(pf.qts, 50 * MS);
    expect_present(&vf);
    expect_breaches(&pf, SRIOV_EDU_REF_VF_EARLY, 3);
    qtest_clock_step(pf.qts, 50 * MS);
    g_assert_cmphex(find_ext_cap(&vf, RTR_ID), ==, 0);
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void test_silent_vf(void)
{
    Fn pf = boot("misbehave=silent-vf=1:silent-vf=3");
    unsigned int i;

    enable_vfs(&pf, 4);
    for (i = 0; i < 4; i++) {
        Fn vf = get_vf(&pf, i);

        if (i % 2) {
            expect_absent(&vf);
        } else {
            expect_present(&vf);
        }
    }
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void test_stuck(void)
{
    Fn pf = boot("misbehave=vfe-stuck");

    enable_vfs(&pf, 2);
    g_assert_cmphex(cfg_readw(&pf, pf.sriov + PCI_SRIOV_CTRL), ==,
                    PCI_SRIOV_CTRL_MSE);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 0);
    shut_down(&pf);

    pf = boot("misbehave=numvfs-stuck");
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_NUM_VF, 2);
    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_NUM_VF), ==, 0);
    shut_down(&pf);
}

static void test_zeros(void)
{
    Fn pf = boot("misbehave=zero-offset");

    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_VF_OFFSET), ==,
                    0x10000);
    enable_vfs(&pf, 2);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 2);
    shut_down(&pf);

    pf = boot("misbehave=zero-stride:no-page-size");
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_VF_OFFSET), ==, 1);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_SUP_PGSIZE), ==, 0);
    enable_vfs(&pf, 2);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 2);
    cfg_writel(&pf, pf.sriov + PCI_SRIOV_CTRL, 0);
    cfg_writel(&pf, pf.sriov + PCI_SRIOV_SYS_PGSIZE, 1);
    expect_breaches(&pf, SRIOV_EDU_REF_PGSIZE_RANGE, 1);
    shut_down(&pf);
}

static void test_vf_has_sriov(void)
{
    Fn pf = boot("misbehave=vf-has-sriov");
    unsigned int cap;
    Fn vf;

    enable_vfs(&pf, 2);
    vf = get_vf(&pf, 0);
    cap = find_ext_cap(&vf, PCI_EXT_CAP_ID_SRIOV);
    g_assert_cmphex(cap, !=, 0);
    g_assert_cmpint(cfg_readw(&vf, cap + PCI_SRIOV_TOTAL_VF), ==, 1);
    cfg_writew(&vf, cap + PCI_SRIOV_NUM_VF, 1);
    g_assert_cmpint(cfg_readw(&vf, cap + PCI_SRIOV_NUM_VF), ==, 1);
    cfg_writew(&vf, cap + PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_VFE);
    g_assert_cmphex(cfg_readw(&vf, cap + PCI_SRIOV_CTRL), ==, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 2);
    shut_down(&pf);
}

void add_misbehave_tests(void)
{
    qtest_add_func("/sriov-edu/ready/short", test_ready);
    qtest_add_func("/sriov-edu/ready/limit", test_ready_limit);
    qtest_add_func("/sriov-edu/ready/late", test_ready_late);
    qtest_add_func("/sriov-edu/ready/no-rtr", test_no_rtr);
    qtest_add_func("/sriov-edu/misbehave/silent-vf", test_silent_vf);
    qtest_add_func("/sriov-edu/misbehave/stuck", test_stuck);
    qtest_add_func("/sriov-edu/misbehave/zeros", test_zeros);
    qtest_add_func("/sriov-edu/misbehave/vf-has-sriov", test_vf_has_sriov);
}
