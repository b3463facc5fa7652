/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine, tested in the PF.
 */

#include "qemu/osdep.h"
#include "machine.h"

static void test_identity(void)
{
    Fn pf = boot(NULL);

    g_assert_cmphex(cfg_readl(&pf, PCI_CLASS_REVISION) >> 16, ==,
                    SRIOV_EDU_CLASS);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_ID), ==, SRIOV_EDU_ID_MAGIC);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_VERSION), ==, SRIOV_EDU_VERSION_1_0);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_FUNCTION), ==, 0);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_FEATURES), ==,
                    SRIOV_EDU_FEATURE_MGMT | SRIOV_EDU_FEATURE_REFEREE |
                    SRIOV_EDU_FEATURE_LIVE);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_RESETS), ==, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_VECTORS), ==, 8);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_QUOTA), ==, SRIOV_EDU_MAX_LEN);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_TOTAL_VFS), ==, 8);
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void test_capabilities(void)
{
    Fn pf = boot(NULL);
    unsigned int exp = find_cap(&pf, PCI_CAP_ID_EXP);
    unsigned int msix = find_cap(&pf, PCI_CAP_ID_MSIX);
    unsigned int pm = find_cap(&pf, PCI_CAP_ID_PM);

    g_assert_cmphex(exp, !=, 0);
    g_assert_cmphex(pm, !=, 0);
    g_assert_cmphex(cfg_readw(&pf, exp + PCI_EXP_FLAGS) & PCI_EXP_FLAGS_TYPE,
                    ==, PCI_EXP_TYPE_ENDPOINT << 4);
    g_assert_cmpint(cfg_readw(&pf, msix + PCI_MSIX_FLAGS), ==, 7);
    g_assert_cmphex(cfg_readl(&pf, msix + PCI_MSIX_TABLE) & 7, ==, 2);
    g_assert_cmphex(find_ext_cap(&pf, PCI_EXT_CAP_ID_ERR), !=, 0);
    g_assert_cmphex(find_ext_cap(&pf, PCI_EXT_CAP_ID_ARI), !=, 0);
    g_assert_cmphex(find_ext_cap(&pf, PCI_EXT_CAP_ID_ACS), !=, 0);
    shut_down(&pf);
}

static void test_registers(void)
{
    static const unsigned int rw[] = {
        SRIOV_EDU_SCRATCH, SRIOV_EDU_SRC_LO, SRIOV_EDU_SRC_HI,
        SRIOV_EDU_DST_LO, SRIOV_EDU_DST_HI, SRIOV_EDU_LEN,
        SRIOV_EDU_INT_VECTOR,
    };
    static const unsigned int ro[] = {
        SRIOV_EDU_ID, SRIOV_EDU_VERSION, SRIOV_EDU_FUNCTION,
        SRIOV_EDU_FEATURES, SRIOV_EDU_RESETS, SRIOV_EDU_VECTORS,
        SRIOV_EDU_QUOTA, SRIOV_EDU_STATUS, SRIOV_EDU_CRC,
        SRIOV_EDU_COMPLETIONS, SRIOV_EDU_INT_COUNT, SRIOV_EDU_MBX_TX(0),
        SRIOV_EDU_MBX_RX_CTRL, SRIOV_EDU_TOTAL_VFS, SRIOV_EDU_NUM_VFS,
        0x020, 0xffc, 0x1014, 0x3ffc, 0xfffc, SRIOV_EDU_LIVE_BLOCK(8),
        SRIOV_EDU_LIVE_BLOCK(0) + SRIOV_EDU_LIVE_STATUS,
        SRIOV_EDU_LIVE_BLOCK(0) + SRIOV_EDU_LIVE_SIZE,
    };
    Fn pf = boot(NULL);
    int i;

    for (i = 0; i < ARRAY_SIZE(rw); i++) {
        g_assert_cmphex(rd(&pf, rw[i]), ==, 0);
        wr(&pf, rw[i], 0xdeadbe00 + i);
    }
    for (i = 0; i < ARRAY_SIZE(ro); i++) {
        uint32_t val = rd(&pf, ro[i]);

        wr(&pf, ro[i], ~val);
        g_assert_cmphex(rd(&pf, ro[i]), ==, val);
    }
    for (i = 0; i < ARRAY_SIZE(rw); i++) {
        g_assert_cmphex(rd(&pf, rw[i]), ==, 0xdeadbe00 + i);
    }
    wr(&pf, SRIOV_EDU_LATENCY, SRIOV_EDU_LATENCY_MAX);
    wr(&pf, SRIOV_EDU_LATENCY, SRIOV_EDU_LATENCY_MAX + 1);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_LATENCY), ==, SRIOV_EDU_LATENCY_MAX);
    shut_down(&pf);
}

static void test_widths(void)
{
    Fn pf = boot(NULL);
    uint64_t scratch = pf.bar0 + SRIOV_EDU_SCRATCH;

    wr(&pf, SRIOV_EDU_SCRATCH, 0x12345678);
    g_assert_cmphex(qtest_readb(pf.qts, scratch), ==, 0);
    g_assert_cmphex(qtest_readw(pf.qts, scratch), ==, 0);
    g_assert_cmphex(qtest_readq(pf.qts, scratch), ==, 0);
    g_assert_cmphex(qtest_readl(pf.qts, scratch + 1), ==, 0);
    qtest_writeb(pf.qts, scratch, 1);
    qtest_writew(pf.qts, scratch, 1);
    qtest_writeq(pf.qts, scratch, 1);
    qtest_writel(pf.qts, scratch - 2, ~0);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_SCRATCH), ==, 0x12345678);
    shut_down(&pf);
}

static void test_copy(void)
{
    static const uint32_t len[] = {
        1, 2, 3, 4095, 4096, 4097, 65535, 65536, 65537, 500001,
        SRIOV_EDU_MAX_LEN,
    };
    Fn pf = boot(NULL);
    int i;

    for (i = 0; i < ARRAY_SIZE(len); i++) {
        check_copy(&pf, len[i]);
    }
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* The well-known check value of CRC-32: that of "123456789" */
static void test_crc(void)
{
    Fn pf = boot(NULL);

    qtest_memwrite(pf.qts, SRC_ADDR, "123456789", 9);
    qtest_memset(pf.qts, DST_ADDR, 0, 9);
    g_assert_cmphex(run(&pf, SRIOV_EDU_CMD_CRC, SRC_ADDR, DST_ADDR, 9), ==,
                    STATUS_OF(SRIOV_EDU_OK));
    g_assert_cmphex(rd(&pf, SRIOV_EDU_CRC), ==, 0xcbf43926);
    g_assert_cmphex(qtest_readl(pf.qts, DST_ADDR), ==, 0);
    shut_down(&pf);
}

static void expect_error(Fn *fn, uint32_t error, uint32_t cmd, uint64_t src,
                         uint64_t dst, uint32_t len)
{
    uint32_t before = rd(fn, SRIOV_EDU_COMPLETIONS);

    wr(fn, SRIOV_EDU_INT_STATUS, SRIOV_EDU_INT_ALL);
    g_assert_cmphex(run(fn, cmd, src, dst, len), ==, STATUS_OF(error));
    g_assert_cmphex(rd(fn, SRIOV_EDU_CRC), ==, 0);
    g_assert_cmpint(rd(fn, SRIOV_EDU_COMPLETIONS), ==, before + 1);
    g_assert_cmphex(rd(fn, SRIOV_EDU_INT_STATUS), ==, SRIOV_EDU_INT_DMA);
}

static void test_errors(void)
{
    const uint32_t copy = SRIOV_EDU_CMD_COPY, crc = SRIOV_EDU_CMD_CRC;
    Fn pf = boot(NULL);

    expect_error(&pf, SRIOV_EDU_ERR_COMMAND, 0, SRC_ADDR, DST_ADDR, 4);
    expect_error(&pf, SRIOV_EDU_ERR_COMMAND, 3, SRC_ADDR, DST_ADDR, 4);
    expect_error(&pf, SRIOV_EDU_ERR_COMMAND, ~0, 0, 0, 0);
    expect_error(&pf, SRIOV_EDU_ERR_LENGTH, copy, SRC_ADDR, DST_ADDR, 0);
    expect_error(&pf, SRIOV_EDU_ERR_LENGTH, crc, SRC_ADDR, DST_ADDR,
                 SRIOV_EDU_MAX_LEN + 1);
    expect_error(&pf, SRIOV_EDU_ERR_SRC, copy, BAD_ADDR, DST_ADDR, 4);
    expect_error(&pf, SRIOV_EDU_ERR_SRC, crc, -4, DST_ADDR, 5);
    expect_error(&pf, SRIOV_EDU_ERR_SRC, crc, pf.bar0, DST_ADDR, 4);
    expect_error(&pf, SRIOV_EDU_ERR_DST, copy, SRC_ADDR, BAD_ADDR, 4);
    expect_error(&pf, SRIOV_EDU_ERR_DST, copy, SRC_ADDR, -4, 5);
    expect_error(&pf, SRIOV_EDU_ERR_DST, copy, SRC_ADDR, pf.bar0, 4);
    set_bus_master(&pf, false);
    expect_error(&pf, SRIOV_EDU_ERR_MASTER, copy, SRC_ADDR, DST_ADDR, 4);
    expect_error(&pf, SRIOV_EDU_ERR_LENGTH, copy, SRC_ADDR, DST_ADDR, 0);
    set_bus_master(&pf, true);
    check_copy(&pf, 100);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* The range of the command extends beyond the end of RAM. */
static void test_partial(void)
{
    const uint64_t end = RAM_END;
    Fn pf = boot(NULL);

    fill(&pf, end - 4096, 4096, 5);
    expect_error(&pf, SRIOV_EDU_ERR_SRC, SRIOV_EDU_CMD_CRC, end - 4096, 0,
                 8192);
    expect_error(&pf, SRIOV_EDU_ERR_DST, SRIOV_EDU_CMD_COPY, SRC_ADDR,
                 end - 4096, 8192);
    expect_error(&pf, SRIOV_EDU_ERR_SRC, SRIOV_EDU_CMD_CRC, end - 1, 0, 2);
    g_assert_cmphex(run(&pf, SRIOV_EDU_CMD_CRC, end - 1, 0, 1), ==,
                    STATUS_OF(SRIOV_EDU_OK));
    shut_down(&pf);
}

static void test_latency(void)
{
    Fn pf = boot(NULL);
    unsigned int devsta = find_cap(&pf, PCI_CAP_ID_EXP) + PCI_EXP_DEVSTA;

    wr(&pf, SRIOV_EDU_LATENCY, 5000);
    fill(&pf, SRC_ADDR, 16, 1);
    start(&pf, SRIOV_EDU_CMD_CRC, SRC_ADDR, 0, 16);
    qtest_clock_step(pf.qts, 5 * MS - 1);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_STATUS), ==, SRIOV_EDU_STATUS_BUSY);
    g_assert_cmphex(cfg_readw(&pf, devsta) & PCI_EXP_DEVSTA_TRPND, !=, 0);

    /* While the engine is busy, any other command is dropped. */
    start(&pf, SRIOV_EDU_CMD_CRC, BAD_ADDR, 0, 3);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_STATUS), ==,
                    SRIOV_EDU_STATUS_BUSY | SRIOV_EDU_STATUS_OVERRUN);
    qtest_clock_step(pf.qts, 1);
    g_assert_cmphex(wait_done(&pf), ==,
                    STATUS_OF(SRIOV_EDU_OK) | SRIOV_EDU_STATUS_OVERRUN);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_CRC), ==, crc_of(&pf, SRC_ADDR, 16));
    g_assert_cmpint(rd(&pf, SRIOV_EDU_COMPLETIONS), ==, 1);
    g_assert_cmphex(cfg_readw(&pf, devsta) & PCI_EXP_DEVSTA_TRPND, ==, 0);
    wr(&pf, SRIOV_EDU_LATENCY, 0);
    check_copy(&pf, 10);
    shut_down(&pf);
}

static void test_interrupts(void)
{
    Fn pf = boot(NULL);

    enable_msix(&pf);
    set_message(&pf, 0, 100);
    set_message(&pf, 7, 107);
    take_message(&pf);
    wr(&pf, SRIOV_EDU_INT_VECTOR, 7 << ctz32(SRIOV_EDU_INT_VECTOR_SOFT));

    wr(&pf, SRIOV_EDU_INT_RAISE, 0);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_INT_STATUS), ==, SRIOV_EDU_INT_SOFT);
    g_assert_cmpint(take_message(&pf), ==, 0);
    wr(&pf, SRIOV_EDU_INT_ENABLE, ~0);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_INT_ENABLE), ==, SRIOV_EDU_INT_ALL);
    g_assert_cmpint(take_message(&pf), ==, 107);
    wr(&pf, SRIOV_EDU_INT_RAISE, 0);    /* already set: no message */
    g_assert_cmpint(take_message(&pf), ==, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_INT_COUNT), ==, 1);
    wr(&pf, SRIOV_EDU_INT_STATUS, SRIOV_EDU_INT_SOFT);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_INT_STATUS), ==, 0);
    wr(&pf, SRIOV_EDU_INT_RAISE, 0);
    g_assert_cmpint(take_message(&pf), ==, 107);

    check_copy(&pf, 10);
    g_assert_cmpint(take_message(&pf), ==, 100);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_INT_COUNT), ==, 3);
    shut_down(&pf);
}

static void raise_soft(Fn *fn, unsigned int vector)
{
    wr(fn, SRIOV_EDU_INT_VECTOR, vector << ctz32(SRIOV_EDU_INT_VECTOR_SOFT));
    wr(fn, SRIOV_EDU_INT_ENABLE, SRIOV_EDU_INT_SOFT);
    wr(fn, SRIOV_EDU_INT_STATUS, SRIOV_EDU_INT_ALL);
    wr(fn, SRIOV_EDU_INT_RAISE, 1);
}

static void test_no_message(void)
{
    Fn pf = boot("vectors=3");
    unsigned int flags = find_cap(&pf, PCI_CAP_ID_MSIX) + PCI_MSIX_FLAGS;

    set_message(&pf, 0, 100);
    set_message(&pf, 2, 102);
    take_message(&pf);

    raise_soft(&pf, 0);                 /* MSI-X is not enabled */
    enable_msix(&pf);
    g_assert_cmpint(take_message(&pf), ==, 0);
    raise_soft(&pf, 3);                 /* the table has no such vector */
    raise_soft(&pf, 255);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_INT_COUNT), ==, 0);

    cfg_writew(&pf, flags, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
    raise_soft(&pf, 2);                 /* pending */
    g_assert_cmpint(take_message(&pf), ==, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_INT_COUNT), ==, 1);
    enable_msix(&pf);
    g_assert_cmpint(take_message(&pf), ==, 102);
    shut_down(&pf);
}

static void test_d3hot(void)
{
    Fn pf = boot(NULL);
    unsigned int pmcsr = find_cap(&pf, PCI_CAP_ID_PM) + PCI_PM_CTRL;

    wr(&pf, SRIOV_EDU_SCRATCH, 99);
    wr(&pf, SRIOV_EDU_LATENCY, 1000);
    start(&pf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 4);
    cfg_writew(&pf, pmcsr, 3);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_SCRATCH), ==, ~0u);
    g_assert_cmphex(qtest_readl(pf.qts, pf.bar2), ==, ~0u);
    wr(&pf, SRIOV_EDU_SCRATCH, 98);
    qtest_clock_step(pf.qts, 2 * MS);
    cfg_writew(&pf, pmcsr, 0);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_SCRATCH), ==, 99);
    g_assert_cmphex(wait_done(&pf), ==, STATUS_OF(SRIOV_EDU_ERR_MASTER));
    cfg_writew(&pf, pmcsr, 1);          /* D1 does not exist: discarded */
    g_assert_cmphex(cfg_readw(&pf, pmcsr) & PCI_PM_CTRL_STATE_MASK, ==, 0);
    g_assert_cmphex(cfg_readw(&pf, pmcsr) & PCI_PM_CTRL_NO_SOFT_RESET, !=, 0);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_SCRATCH), ==, 99);
    shut_down(&pf);
}

/* A message that waits until the function is in D3hot is lost. */
static void test_d3hot_message(void)
{
    Fn pf = boot(NULL);
    unsigned int pmcsr = find_cap(&pf, PCI_CAP_ID_PM) + PCI_PM_CTRL;
    unsigned int flags = find_cap(&pf, PCI_CAP_ID_MSIX) + PCI_MSIX_FLAGS;

    set_message(&pf, 0, 103);
    wr(&pf, SRIOV_EDU_INT_ENABLE, SRIOV_EDU_INT_SOFT);
    cfg_writew(&pf, flags, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
    wr(&pf, SRIOV_EDU_INT_RAISE, 1);
    cfg_writew(&pf, pmcsr, 3);
    cfg_writew(&pf, flags, PCI_MSIX_FLAGS_ENABLE);
    g_assert_cmpint(take_message(&pf), ==, 0);

    cfg_writew(&pf, pmcsr, 0);
    g_assert_cmpint(take_message(&pf), ==, 0);
    wr(&pf, SRIOV_EDU_INT_STATUS, SRIOV_EDU_INT_SOFT);
    wr(&pf, SRIOV_EDU_INT_RAISE, 1);
    g_assert_cmpint(take_message(&pf), ==, 103);
    shut_down(&pf);
}

/* Without No_Soft_Reset, D3hot to D0 is a reset, and D0 to D3hot is not. */
static void test_soft_reset(void)
{
    Fn pf = boot("no-soft-reset=off");
    unsigned int pmcsr = find_cap(&pf, PCI_CAP_ID_PM) + PCI_PM_CTRL;
    Fn vf;

    enable_vfs(&pf, 2);
    vf = get_vf(&pf, 1);
    g_assert_cmphex(cfg_readw(&pf, pmcsr), ==, 0);
    g_assert_cmphex(cfg_readw(&vf, pmcsr) & PCI_PM_CTRL_NO_SOFT_RESET, !=, 0);
    cfg_writew(&pf, pmcsr, 0);          /* already in D0 */
    g_assert_cmpint(rd(&pf, SRIOV_EDU_RESETS), ==, 0);
    cfg_writew(&pf, pmcsr, 3);
    g_assert_cmphex(cfg_readw(&pf, pf.sriov + PCI_SRIOV_CTRL), !=, 0);
    g_assert_true(is_there(&vf));
    cfg_writew(&pf, pmcsr, 0);
    g_assert_cmphex(cfg_readw(&pf, pmcsr), ==, 0);
    g_assert_cmphex(cfg_readw(&pf, pf.sriov + PCI_SRIOV_CTRL), ==, 0);
    g_assert_cmphex(cfg_readl(&pf, PCI_BASE_ADDRESS_0) &
                    PCI_BASE_ADDRESS_MEM_MASK, ==, 0);
    g_assert_false(is_there(&vf));
    qtest_quit(pf.qts);
}

void add_engine_tests(void)
{
    qtest_add_func("/sriov-edu/engine/identity", test_identity);
    qtest_add_func("/sriov-edu/engine/capabilities", test_capabilities);
    qtest_add_func("/sriov-edu/engine/registers", test_registers);
    qtest_add_func("/sriov-edu/engine/widths", test_widths);
    qtest_add_func("/sriov-edu/engine/copy", test_copy);
    qtest_add_func("/sriov-edu/engine/crc", test_crc);
    qtest_add_func("/sriov-edu/engine/errors", test_errors);
    qtest_add_func("/sriov-edu/engine/partial", test_partial);
    qtest_add_func("/sriov-edu/engine/latency", test_latency);
    qtest_add_func("/sriov-edu/engine/interrupts", test_interrupts);
    qtest_add_func("/sriov-edu/engine/no-message", test_no_message);
    qtest_add_func("/sriov-edu/engine/d3hot", test_d3hot);
    qtest_add_func("/sriov-edu/engine/d3hot-message", test_d3hot_message);
    qtest_add_func("/sriov-edu/engine/soft-reset", test_soft_reset);
}
