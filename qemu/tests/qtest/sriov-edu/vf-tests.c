/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VFs are created, work, are reset, and are removed.
 */

#include "qemu/osdep.h"
#include "machine.h"

static void check_identity(Fn *vf, unsigned int vf_id)
{
    g_assert_cmphex(cfg_readl(vf, PCI_VENDOR_ID), ==, ~0u);
    g_assert_cmphex(cfg_readl(vf, PCI_CLASS_REVISION) >> 16, ==,
                    SRIOV_EDU_CLASS);
    g_assert_cmphex(rd(vf, SRIOV_EDU_ID), ==, SRIOV_EDU_ID_MAGIC);
    g_assert_cmphex(rd(vf, SRIOV_EDU_FUNCTION), ==,
                    SRIOV_EDU_FUNCTION_VF | vf_id);
    g_assert_cmphex(rd(vf, SRIOV_EDU_FEATURES), ==, 0);
    g_assert_cmphex(find_ext_cap(vf, PCI_EXT_CAP_ID_SRIOV), ==, 0);
}

static void test_enable(void)
{
    Fn pf = boot(NULL);
    Fn vf;
    unsigned int i;

    enable_vfs(&pf, 5);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 5);
    for (i = 0; i < 8; i++) {
        vf = get_vf(&pf, i);
        g_assert_cmpint(is_there(&vf), ==, i < 5);
        g_assert_cmphex(block_rd(&pf, i, SRIOV_EDU_VF_STATUS), ==, i < 5);
        if (i < 5) {
            check_identity(&vf, i);
        }
    }
    disable_vfs(&pf);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 0);
    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_NUM_VF), ==, 5);
    g_assert_cmphex(block_rd(&pf, 0, SRIOV_EDU_VF_STATUS), ==, 0);
    g_assert_cmphex(cfg_readl(&vf, PCI_CLASS_REVISION), ==, ~0u);
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void test_capability(void)
{
    Fn pf = boot("total-vfs=7,vf-offset=3,vf-stride=2");

    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_INITIAL_VF), ==, 7);
    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_TOTAL_VF), ==, 7);
    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_NUM_VF), ==, 0);
    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_VF_OFFSET), ==, 3);
    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_VF_STRIDE), ==, 2);
    g_assert_cmphex(cfg_readw(&pf, pf.sriov + PCI_SRIOV_VF_DID), ==,
                    SRIOV_EDU_VF_DEVICE_ID);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_SUP_PGSIZE), ==, 0x553);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_SYS_PGSIZE), ==, 1);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_CAP), ==, 0);
    shut_down(&pf);
}

static void test_placement(void)
{
    Fn pf = boot("total-vfs=7,vf-offset=3,vf-stride=2");
    Fn fn = pf;
    unsigned int devfn;

    enable_vfs(&pf, 7);
    for (devfn = 1; devfn < 32; devfn++) {
        fn.devfn = devfn;
        g_assert_cmpint(is_there(&fn), ==,
                        devfn >= 3 && devfn <= 15 && devfn % 2);
    }
    shut_down(&pf);
}

static void test_mse(void)
{
    Fn pf = boot(NULL);
    Fn vf;

    enable_vfs(&pf, 2);
    vf = get_vf(&pf, 1);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_ID), ==, SRIOV_EDU_ID_MAGIC);
    cfg_writew(&vf, PCI_COMMAND, ~0);
    g_assert_cmphex(cfg_readw(&vf, PCI_COMMAND), ==, PCI_COMMAND_MASTER);
    cfg_writew(&vf, PCI_COMMAND, 0);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_ID), ==, SRIOV_EDU_ID_MAGIC);

    cfg_writew(&pf, pf.sriov + PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_VFE);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_ID), !=, SRIOV_EDU_ID_MAGIC);
    g_assert_true(is_there(&vf));
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_CTRL,
               PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_ID), ==, SRIOV_EDU_ID_MAGIC);
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void prepare_vf(Fn *pf, Fn *vf, unsigned int vf_id)
{
    *vf = get_vf(pf, vf_id);
    block_wr(pf, vf_id, SRIOV_EDU_VF_CTRL, SRIOV_EDU_VF_CTRL_ENABLE);
    set_bus_master(vf, true);
}

static void test_all_at_once(void)
{
    Fn pf = boot("total-vfs=255");
    Fn vf[255];
    unsigned int i;

    fill(&pf, SRC_ADDR, 65536 + 255, 7);
    enable_vfs(&pf, 255);
    for (i = 0; i < 255; i++) {
        prepare_vf(&pf, &vf[i], i);
        wr(&vf[i], SRIOV_EDU_LATENCY, 1000);
        start(&vf[i], SRIOV_EDU_CMD_COPY, SRC_ADDR + i,
              DST_ADDR + i * 65536, 65536);
    }
    for (i = 0; i < 255; i++) {
        g_assert_cmphex(rd(&vf[i], SRIOV_EDU_STATUS), ==,
                        SRIOV_EDU_STATUS_BUSY);
    }
    g_assert_cmphex(block_rd(&pf, 254, SRIOV_EDU_VF_STATUS), ==,
                    SRIOV_EDU_VF_STATUS_EXISTS | SRIOV_EDU_VF_STATUS_MASTER |
                    SRIOV_EDU_VF_STATUS_BUSY);
    qtest_clock_step(pf.qts, 2 * MS);
    for (i = 0; i < 255; i++) {
        g_assert_cmphex(wait_done(&vf[i]), ==, STATUS_OF(SRIOV_EDU_OK));
        g_assert_cmphex(rd(&vf[i], SRIOV_EDU_CRC), ==,
                        crc_of(&pf, DST_ADDR + i * 65536, 65536));
        g_assert_cmphex(rd(&vf[i], SRIOV_EDU_CRC), ==,
                        crc_of(&pf, SRC_ADDR + i, 65536));
    }
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void test_disabled(void)
{
    Fn pf = boot(NULL);
    Fn vf;

    enable_vfs(&pf, 1);
    prepare_vf(&pf, &vf, 0);
    check_copy(&vf, 100);
    wr(&vf, SRIOV_EDU_LATENCY, 1000);
    start(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 4);
    block_wr(&pf, 0, SRIOV_EDU_VF_CTRL, 0);     /* while it runs */
    qtest_memset(pf.qts, DST_ADDR, 0x77, 4);
    qtest_clock_step(pf.qts, 2 * MS);
    g_assert_cmphex(wait_done(&vf), ==, STATUS_OF(SRIOV_EDU_ERR_DISABLED));
    g_assert_cmphex(qtest_readl(pf.qts, DST_ADDR), ==, 0x77777777);
    expect_no_breach(&pf);

    g_assert_cmphex(run(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 4), ==,
                    STATUS_OF(SRIOV_EDU_ERR_DISABLED));
    expect_breaches(&pf, SRIOV_EDU_REF_VF_REQUEST, 1);
    shut_down(&pf);
}

static void test_quota(void)
{
    Fn pf = boot(NULL);
    Fn vf;

    block_wr(&pf, 0, SRIOV_EDU_VF_QUOTA, 100);  /* before it exists */
    enable_vfs(&pf, 1);
    prepare_vf(&pf, &vf, 0);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_QUOTA), ==, 100);
    check_copy(&vf, 100);
    g_assert_cmphex(run(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 101), ==,
                    STATUS_OF(SRIOV_EDU_ERR_QUOTA));
    block_wr(&pf, 0, SRIOV_EDU_VF_QUOTA, SRIOV_EDU_MAX_LEN + 1);
    g_assert_cmpint(block_rd(&pf, 0, SRIOV_EDU_VF_QUOTA), ==, 100);
    block_wr(&pf, 0, SRIOV_EDU_VF_QUOTA, 0);
    g_assert_cmphex(run(&vf, SRIOV_EDU_CMD_CRC, SRC_ADDR, 0, 1), ==,
                    STATUS_OF(SRIOV_EDU_ERR_QUOTA));
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void test_vf_flr(void)
{
    Fn pf = boot(NULL);
    Fn vf, other;

    enable_vfs(&pf, 8);
    prepare_vf(&pf, &other, 2);
    prepare_vf(&pf, &vf, 5);
    enable_msix(&pf);
    set_message(&pf, 3, 103);
    wr(&pf, SRIOV_EDU_INT_VECTOR, 3u << ctz32(SRIOV_EDU_INT_VECTOR_VF_RESET));
    wr(&pf, SRIOV_EDU_INT_ENABLE, SRIOV_EDU_INT_VF_RESET);
    take_message(&pf);
    wr(&vf, SRIOV_EDU_SCRATCH, 1);
    wr(&other, SRIOV_EDU_SCRATCH, 2);
    enable_msix(&vf);

    flr(&vf);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_SCRATCH), ==, 0);
    g_assert_cmpint(rd(&other, SRIOV_EDU_SCRATCH), ==, 2);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_RESETS), ==, 1);
    g_assert_cmpint(rd(&other, SRIOV_EDU_RESETS), ==, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_RESETS), ==, 0);
    g_assert_cmpint(block_rd(&pf, 5, SRIOV_EDU_VF_RESETS), ==, 1);
    g_assert_cmphex(cfg_readw(&vf, PCI_COMMAND), ==, 0);
    g_assert_cmphex(cfg_readw(&vf, find_cap(&vf, PCI_CAP_ID_MSIX) +
                              PCI_MSIX_FLAGS), ==, 3);
    g_assert_cmphex(block_rd(&pf, 5, SRIOV_EDU_VF_CTRL), ==,
                    SRIOV_EDU_VF_CTRL_ENABLE);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_VF_RESET(0)), ==, 1 << 5);
    g_assert_cmpint(take_message(&pf), ==, 103);
    wr(&pf, SRIOV_EDU_VF_RESET(0), 1 << 5);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_VF_RESET(0)), ==, 0);

    set_bus_master(&vf, true);
    check_copy(&vf, 1000);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* An FLR while a command runs: no memory is written after it. */
static void test_flr_while_busy(void)
{
    Fn pf = boot(NULL);
    Fn vf;

    enable_vfs(&pf, 1);
    prepare_vf(&pf, &vf, 0);
    wr(&vf, SRIOV_EDU_LATENCY, 50000);
    qtest_memset(pf.qts, DST_ADDR, 0x77, 4);
    start(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 4);
    flr(&vf);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_STATUS), ==, 0);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_COMPLETIONS), ==, 0);
    g_assert_cmphex(qtest_readl(pf.qts, DST_ADDR), ==, 0x77777777);
    g_assert_cmphex(cfg_readw(&vf, find_cap(&vf, PCI_CAP_ID_EXP) +
                              PCI_EXP_DEVSTA) & PCI_EXP_DEVSTA_TRPND, ==, 0);
    shut_down(&pf);
}

/* An FLR of the PF removes VFs and clears settings, but not counters. */
static void test_pf_flr(void)
{
    Fn pf = boot(NULL);
    Fn vf;

    enable_vfs(&pf, 4);
    prepare_vf(&pf, &vf, 3);
    flr(&vf);
    block_wr(&pf, 3, SRIOV_EDU_VF_QUOTA, 5);
    block_wr(&pf, 3, SRIOV_EDU_VF_MSIX, 9);
    wr(&pf, SRIOV_EDU_SCRATCH, 1);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_NUM_VF, 3);    /* a breach */

    flr(&pf);
    g_assert_false(is_there(&vf));
    pf = find_pf(pf.qts, 1, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_SCRATCH), ==, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_RESETS), ==, 1);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 0);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_VF_RESET(0)), ==, 0);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_CTRL), ==, 0);
    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_NUM_VF), ==, 0);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_BAR + 4), ==, 0);
    g_assert_cmphex(block_rd(&pf, 3, SRIOV_EDU_VF_CTRL), ==, 0);
    g_assert_cmpint(block_rd(&pf, 3, SRIOV_EDU_VF_QUOTA), ==,
                    SRIOV_EDU_MAX_LEN);
    g_assert_cmpint(block_rd(&pf, 3, SRIOV_EDU_VF_MSIX), ==, 4);
    g_assert_cmpint(block_rd(&pf, 3, SRIOV_EDU_VF_RESETS), ==, 1);
    expect_breaches(&pf, SRIOV_EDU_REF_NUMVFS_LOCKED, 1);

    enable_vfs(&pf, 4);         /* within 1 s, but after a reset */
    prepare_vf(&pf, &vf, 3);
    check_copy(&vf, 10);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_RESETS), ==, 1);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* What the PF keeps for a VF while VF Enable is clear */
static void test_toggle(void)
{
    Fn pf = boot(NULL);
    Fn vf;

    enable_vfs(&pf, 2);
    prepare_vf(&pf, &vf, 1);
    flr(&vf);
    wr(&vf, SRIOV_EDU_SCRATCH, 1);
    block_wr(&pf, 1, SRIOV_EDU_VF_QUOTA, 50);
    block_wr(&pf, 1, SRIOV_EDU_VF_MSIX, 6);
    wr(&vf, SRIOV_EDU_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
    disable_vfs(&pf);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_MBX_PENDING(0)), ==, 0);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_VF_RESET(0)), ==, 0);
    enable_vfs(&pf, 2);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_SCRATCH), ==, 0);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_QUOTA), ==, 50);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_VECTORS), ==, 6);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_RESETS), ==, 1);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_MBX_TX_CTRL), ==, 0);
    set_bus_master(&vf, true);
    check_copy(&vf, 50);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* 9.3.3.13: a larger System Page Size moves the VFs' BARs apart. */
static void test_page_size(void)
{
    Fn pf = boot(NULL);
    Fn vf;

    cfg_writel(&pf, pf.sriov + PCI_SRIOV_SYS_PGSIZE, 0x10);     /* 64 KiB */
    cfg_writel(&pf, pf.sriov + PCI_SRIOV_BAR, ~0);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_BAR), ==, 0xffff000c);
    enable_vfs(&pf, 3);
    vf = get_vf(&pf, 2);
    g_assert_cmphex(vf.bar0 & 0xffffff, ==, 0x20000);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_FUNCTION), ==, SRIOV_EDU_FUNCTION_VF | 2);
    expect_no_breach(&pf);
    shut_down(&pf);
}

void add_vf_tests(void)
{
    qtest_add_func("/sriov-edu/vf/capability", test_capability);
    qtest_add_func("/sriov-edu/vf/enable", test_enable);
    qtest_add_func("/sriov-edu/vf/placement", test_placement);
    qtest_add_func("/sriov-edu/vf/mse", test_mse);
    qtest_add_func("/sriov-edu/vf/all-at-once", test_all_at_once);
    qtest_add_func("/sriov-edu/vf/disabled", test_disabled);
    qtest_add_func("/sriov-edu/vf/quota", test_quota);
    qtest_add_func("/sriov-edu/vf/flr", test_vf_flr);
    qtest_add_func("/sriov-edu/vf/flr-while-busy", test_flr_while_busy);
    qtest_add_func("/sriov-edu/vf/pf-flr", test_pf_flr);
    qtest_add_func("/sriov-edu/vf/toggle", test_toggle);
    qtest_add_func("/sriov-edu/vf/page-size", test_page_size);
}
