/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Live migration of VFs: levels, states, and the log of written pages.
 */

#include "qemu/osdep.h"
#include <zlib.h>
#include "machine.h"

#define BUF_ADDR  0x0000000004000000ull
#define LEN       0x3000u       /* of a copy */
#define SIZE      152u          /* of a state */
#define STATUS_AT 40u           /* of STATUS in a state: header, SCRATCH .. LEN */

static uint32_t live_rd(Fn *pf, unsigned int vf_id, unsigned int reg)
{
    return rd(pf, SRIOV_EDU_LIVE_BLOCK(vf_id) + reg);
}

static void live_wr(Fn *pf, unsigned int vf_id, unsigned int reg, uint32_t val)
{
    wr(pf, SRIOV_EDU_LIVE_BLOCK(vf_id) + reg, val);
}

static uint32_t level_of(Fn *pf, unsigned int vf_id)
{
    return live_rd(pf, vf_id, SRIOV_EDU_LIVE_STATUS) &
           SRIOV_EDU_LIVE_STATUS_LEVEL;
}

static void set_level(Fn *pf, unsigned int vf_id, uint32_t level)
{
    live_wr(pf, vf_id, SRIOV_EDU_LIVE_LEVEL, level);
    g_assert_cmpint(level_of(pf, vf_id), ==, level);
}

static uint32_t command(Fn *pf, unsigned int vf_id, uint32_t cmd, uint32_t len)
{
    live_wr(pf, vf_id, SRIOV_EDU_LIVE_ADDR_LO, BUF_ADDR);
    live_wr(pf, vf_id, SRIOV_EDU_LIVE_ADDR_HI, BUF_ADDR >> 32);
    live_wr(pf, vf_id, SRIOV_EDU_LIVE_LEN, len);
    live_wr(pf, vf_id, SRIOV_EDU_LIVE_CMD, cmd);
    return live_rd(pf, vf_id, SRIOV_EDU_LIVE_RESULT);
}

static void expect_done(Fn *pf, unsigned int vf_id, uint32_t cmd, uint32_t len)
{
    g_assert_cmpint(command(pf, vf_id, cmd, len), ==, SRIOV_EDU_LIVE_DONE);
    g_assert_cmpint(live_rd(pf, vf_id, SRIOV_EDU_LIVE_COUNT), ==, len);
}

/* A PF that is bus master, and two VFs that are enabled in the device */
static Fn set_up(const char *props, Fn *first, Fn *second)
{
    Fn pf = boot(props);
    unsigned int vf_id;

    set_bus_master(&pf, true);
    for (vf_id = 0; vf_id < 2; vf_id++) {
        block_wr(&pf, vf_id, SRIOV_EDU_VF_CTRL, SRIOV_EDU_VF_CTRL_ENABLE);
    }
    enable_vfs(&pf, 2);
    *first = get_vf(&pf, 0);
    *second = get_vf(&pf, 1);
    set_bus_master(first, true);
    set_bus_master(second, true);
    return pf;
}

static bool is_busy(Fn *vf)
{
    return rd(vf, SRIOV_EDU_STATUS) & SRIOV_EDU_STATUS_BUSY;
}

static void test_levels(void)
{
    Fn vf, other, pf = set_up(NULL, &vf, &other);
    uint32_t crc;

    g_assert_cmphex(rd(&pf, SRIOV_EDU_FEATURES) & SRIOV_EDU_FEATURE_LIVE, !=, 0);
    fill(&vf, SRC_ADDR, LEN, 1);
    crc = crc_of(&vf, SRC_ADDR, LEN);
    qtest_memset(vf.qts, DST_ADDR, 0, LEN);

    /* A command that waits pauses, and waits for the rest of its time. */
    wr(&vf, SRIOV_EDU_LATENCY, 1000);
    start(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, LEN);
    qtest_clock_step(vf.qts, MS * 6 / 10);
    set_level(&pf, 0, SRIOV_EDU_LIVE_QUIET);
    qtest_clock_step(vf.qts, 10 * MS);
    g_assert_true(is_busy(&vf));
    g_assert_cmphex(qtest_readl(vf.qts, DST_ADDR), ==, 0);
    set_level(&pf, 0, SRIOV_EDU_LIVE_RUN);
    qtest_clock_step(vf.qts, MS * 3 / 10);
    g_assert_true(is_busy(&vf));
    qtest_clock_step(vf.qts, MS * 2 / 10);
    g_assert_cmphex(wait_done(&vf), ==, STATUS_OF(SRIOV_EDU_OK));
    g_assert_cmphex(rd(&vf, SRIOV_EDU_CRC), ==, crc);

    /* One that is new waits, and registers work. */
    wr(&vf, SRIOV_EDU_LATENCY, 0);
    set_level(&pf, 0, SRIOV_EDU_LIVE_QUIET);
    start(&vf, SRIOV_EDU_CMD_CRC, SRC_ADDR, 0, LEN);
    wr(&vf, SRIOV_EDU_SCRATCH, 5);
    qtest_clock_step(vf.qts, 10 * MS);
    g_assert_true(is_busy(&vf));
    g_assert_cmpint(rd(&vf, SRIOV_EDU_SCRATCH), ==, 5);
    expect_no_breach(&pf);

    /* At LIVE_STOP they cannot be written; the neighbour works. */
    set_level(&pf, 0, SRIOV_EDU_LIVE_STOP);
    wr(&vf, SRIOV_EDU_SCRATCH, 6);
    expect_breaches(&pf, SRIOV_EDU_REF_LIVE_WRITE, 1);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_SCRATCH), ==, 5);
    check_copy(&other, LEN);
    g_assert_true(is_busy(&vf));

    set_level(&pf, 0, SRIOV_EDU_LIVE_RUN);
    g_assert_cmphex(wait_done(&vf), ==, STATUS_OF(SRIOV_EDU_OK));
    live_wr(&pf, 0, SRIOV_EDU_LIVE_LEVEL, 3);
    g_assert_cmpint(level_of(&pf, 0), ==, SRIOV_EDU_LIVE_RUN);
    shut_down(&pf);
}

static void test_resets(void)
{
    Fn vf, other, pf = set_up(NULL, &vf, &other);

    set_level(&pf, 0, SRIOV_EDU_LIVE_STOP);
    live_wr(&pf, 0, SRIOV_EDU_LIVE_LOG, SRIOV_EDU_LIVE_LOG_ON);
    flr(&vf);
    g_assert_cmpint(level_of(&pf, 0), ==, SRIOV_EDU_LIVE_RUN);
    g_assert_cmphex(live_rd(&pf, 0, SRIOV_EDU_LIVE_LOG), ==,
                    SRIOV_EDU_LIVE_LOG_ON);
    set_level(&pf, 0, SRIOV_EDU_LIVE_STOP);
    disable_vfs(&pf);
    g_assert_cmphex(live_rd(&pf, 0, SRIOV_EDU_LIVE_LOG), ==, 0);
    live_wr(&pf, 0, SRIOV_EDU_LIVE_LEVEL, SRIOV_EDU_LIVE_STOP);
    enable_vfs(&pf, 1);
    g_assert_cmpint(level_of(&pf, 0), ==, SRIOV_EDU_LIVE_RUN);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* A command that waits goes on in another VF, whose own state is replaced. */
static void test_moved(void)
{
    Fn from, to, pf = set_up(NULL, &from, &to);
    uint32_t crc;

    fill(&from, SRC_ADDR, LEN, 7);
    crc = crc_of(&from, SRC_ADDR, LEN);
    qtest_memset(from.qts, DST_ADDR, 0, LEN);
    enable_msix(&from);
    set_message(&from, 2, 111);
    enable_msix(&to);
    set_message(&to, 2, 222);
    wr(&to, SRIOV_EDU_SCRATCH, 1);
    wr(&to, SRIOV_EDU_MBX_TX(0), 1);

    wr(&from, SRIOV_EDU_SCRATCH, 0x12345678);
    wr(&from, SRIOV_EDU_INT_VECTOR, 0x00020002);
    wr(&from, SRIOV_EDU_INT_ENABLE, SRIOV_EDU_INT_DMA | SRIOV_EDU_INT_SOFT);
    wr(&from, SRIOV_EDU_INT_RAISE, 1);
    g_assert_cmpint(take_message(&from), ==, 111);
    wr(&from, SRIOV_EDU_MBX_TX(3), 0xabcd);
    wr(&from, SRIOV_EDU_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
    wr(&from, SRIOV_EDU_LATENCY, 1000);
    start(&from, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, LEN);
    qtest_clock_step(from.qts, MS / 2);

    set_level(&pf, 0, SRIOV_EDU_LIVE_STOP);
    g_assert_cmpint(live_rd(&pf, 0, SRIOV_EDU_LIVE_SIZE), ==, SIZE);
    expect_done(&pf, 0, SRIOV_EDU_LIVE_SAVE, SIZE);
    flr(&from);
    block_wr(&pf, 0, SRIOV_EDU_VF_MBX_RX_CTRL, SRIOV_EDU_MBX_FULL);
    wr(&pf, SRIOV_EDU_INT_STATUS, SRIOV_EDU_INT_ALL);

    set_level(&pf, 1, SRIOV_EDU_LIVE_STOP);
    expect_done(&pf, 1, SRIOV_EDU_LIVE_LOAD, SIZE);
    qtest_clock_step(to.qts, 10 * MS);
    g_assert_true(is_busy(&to));
    g_assert_cmpint(take_message(&to), ==, 0);
    g_assert_cmphex(rd(&to, SRIOV_EDU_SCRATCH), ==, 0x12345678);

    set_level(&pf, 1, SRIOV_EDU_LIVE_RUN);
    g_assert_cmpint(take_message(&to), ==, 222);    /* the one that was sent */
    g_assert_cmphex(rd(&pf, SRIOV_EDU_INT_STATUS), ==, SRIOV_EDU_INT_MAILBOX);
    g_assert_cmphex(block_rd(&pf, 1, SRIOV_EDU_VF_MBX_RX(0)), ==, 0);
    g_assert_cmphex(block_rd(&pf, 1, SRIOV_EDU_VF_MBX_RX(3)), ==, 0xabcd);
    g_assert_cmphex(block_rd(&pf, 1, SRIOV_EDU_VF_MBX_RX_CTRL), ==,
                    SRIOV_EDU_MBX_FULL);
    qtest_clock_step(to.qts, MS * 4 / 10);
    g_assert_true(is_busy(&to));
    g_assert_cmphex(wait_done(&to), ==, STATUS_OF(SRIOV_EDU_OK));
    g_assert_cmphex(rd(&to, SRIOV_EDU_CRC), ==, crc);
    g_assert_cmphex(crc_of(&to, DST_ADDR, LEN), ==, crc);
    g_assert_cmpint(take_message(&to), ==, 222);
    g_assert_cmpint(rd(&to, SRIOV_EDU_COMPLETIONS), ==, 1);

    /* Messages are sent again once. */
    set_level(&pf, 1, SRIOV_EDU_LIVE_STOP);
    set_level(&pf, 1, SRIOV_EDU_LIVE_RUN);
    g_assert_cmpint(take_message(&to), ==, 0);
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void test_changed(void)
{
    Fn vf, other, pf = set_up(NULL, &vf, &other);

    expect_done(&pf, 0, SRIOV_EDU_LIVE_SAVE, SIZE);
    g_assert_cmphex(live_rd(&pf, 0, SRIOV_EDU_LIVE_STATUS), ==, 0);
    wr(&vf, SRIOV_EDU_SCRATCH, 3);
    g_assert_cmphex(live_rd(&pf, 0, SRIOV_EDU_LIVE_STATUS), ==,
                    SRIOV_EDU_LIVE_STATUS_CHANGED);
    expect_done(&pf, 0, SRIOV_EDU_LIVE_SAVE, SIZE);
    g_assert_cmphex(live_rd(&pf, 0, SRIOV_EDU_LIVE_STATUS), ==, 0);
    shut_down(&pf);
}

static void expect_result(Fn *pf, uint32_t cmd, uint32_t len, uint32_t result)
{
    g_assert_cmpint(command(pf, 0, cmd, len), ==, result);
    g_assert_cmpint(live_rd(pf, 0, SRIOV_EDU_LIVE_COUNT), ==, 0);
}

static void test_refused(void)
{
    Fn vf, other, pf = set_up(NULL, &vf, &other);

    expect_result(&pf, 0, SIZE, SRIOV_EDU_LIVE_NO_COMMAND);
    expect_result(&pf, 4, SIZE, SRIOV_EDU_LIVE_NO_COMMAND);
    expect_result(&pf, SRIOV_EDU_LIVE_LOAD, SIZE, SRIOV_EDU_LIVE_WRONG_LEVEL);
    expect_result(&pf, SRIOV_EDU_LIVE_SAVE, SIZE - 1, SRIOV_EDU_LIVE_BAD_LEN);
    expect_result(&pf, SRIOV_EDU_LIVE_READ_LOG, 8, SRIOV_EDU_LIVE_REFUSED);
    set_bus_master(&pf, false);
    expect_result(&pf, SRIOV_EDU_LIVE_SAVE, SIZE, SRIOV_EDU_LIVE_BAD_DMA);
    set_bus_master(&pf, true);
    live_wr(&pf, 0, SRIOV_EDU_LIVE_ADDR_HI, BAD_ADDR >> 32);
    live_wr(&pf, 0, SRIOV_EDU_LIVE_CMD, SRIOV_EDU_LIVE_SAVE);
    g_assert_cmpint(live_rd(&pf, 0, SRIOV_EDU_LIVE_RESULT), ==,
                    SRIOV_EDU_LIVE_BAD_DMA);
    set_level(&pf, 0, SRIOV_EDU_LIVE_STOP);
    expect_result(&pf, SRIOV_EDU_LIVE_LOAD, SIZE + 1, SRIOV_EDU_LIVE_BAD_LEN);
    disable_vfs(&pf);
    expect_result(&pf, SRIOV_EDU_LIVE_SAVE, SIZE, SRIOV_EDU_LIVE_NO_VF);
    shut_down(&pf);
}

/* The state at @pos is @val, with a CRC that is right */
static void forge(Fn *pf, unsigned int pos, uint32_t val)
{
    expect_done(pf, 0, SRIOV_EDU_LIVE_SAVE, SIZE);
    qtest_writel(pf->qts, BUF_ADDR + pos, val);
    qtest_writel(pf->qts, BUF_ADDR + 12, crc_of(pf, BUF_ADDR + 16, SIZE - 16));
}

static void test_bad_states(void)
{
    static const struct {
        unsigned int pos;
        uint32_t val;
    } bad[] = {
        { 0, 0 }, { 4, SIZE + 4 }, { 8, 2 },
        { STATUS_AT, 0x10 },                    /* no such bit of STATUS */
        { STATUS_AT + 12, ~0u },                /* LATENCY */
        { 80, 1 },                              /* more done than the length */
        { 88 + 4, 0x7fffffff },                 /* time that is left */
        { 96, 0x80 }, { 100, 0x80 },            /* INT_STATUS, INT_ENABLE */
        { 128, 2 }, { 148, 2 },                 /* mailboxes */
    };
    Fn vf, other, pf = set_up(NULL, &vf, &other);
    int i;

    wr(&vf, SRIOV_EDU_SCRATCH, 77);
    set_level(&pf, 0, SRIOV_EDU_LIVE_STOP);
    for (i = 0; i < ARRAY_SIZE(bad); i++) {
        forge(&pf, bad[i].pos, bad[i].val);
        expect_result(&pf, SRIOV_EDU_LIVE_LOAD, SIZE, SRIOV_EDU_LIVE_BAD_STATE);
        g_assert_cmpint(rd(&vf, SRIOV_EDU_SCRATCH), ==, 77);
    }
    forge(&pf, 16, 78);                         /* SCRATCH: this one is good */
    qtest_writel(pf.qts, BUF_ADDR + 16, 79);    /* but not without its CRC */
    expect_result(&pf, SRIOV_EDU_LIVE_LOAD, SIZE, SRIOV_EDU_LIVE_BAD_STATE);
    qtest_writel(pf.qts, BUF_ADDR + 16, 78);
    expect_done(&pf, 0, SRIOV_EDU_LIVE_LOAD, SIZE);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_SCRATCH), ==, 78);
    shut_down(&pf);
}

/* A command of which a part is done: only the rest of the data is copied. */
static void test_moved_in_the_middle(void)
{
    const uint32_t len = 0x50000, done = 0x20000;
    Fn vf, other, pf = set_up(NULL, &vf, &other);
    const struct {
        unsigned int pos;
        uint32_t val;
    } parts[] = {
        { STATUS_AT, SRIOV_EDU_STATUS_BUSY },
        { 56, SRIOV_EDU_CMD_COPY }, { 60, SRC_ADDR }, { 68, DST_ADDR },
        { 76, len }, { 80, done },
    };
    uint32_t crc;
    int i;

    fill(&vf, SRC_ADDR, len, 9);
    crc = crc_of(&vf, SRC_ADDR, len);
    qtest_memset(vf.qts, DST_ADDR, 0, len);
    set_level(&pf, 0, SRIOV_EDU_LIVE_STOP);
    expect_done(&pf, 0, SRIOV_EDU_LIVE_SAVE, SIZE);
    for (i = 0; i < ARRAY_SIZE(parts); i++) {
        qtest_writel(pf.qts, BUF_ADDR + parts[i].pos, parts[i].val);
    }
    qtest_writel(pf.qts, BUF_ADDR + 84, crc_of(&vf, SRC_ADDR, done));
    qtest_writel(pf.qts, BUF_ADDR + 12, crc_of(&pf, BUF_ADDR + 16, SIZE - 16));
    expect_done(&pf, 0, SRIOV_EDU_LIVE_LOAD, SIZE);
    g_assert_true(is_busy(&vf));
    set_level(&pf, 0, SRIOV_EDU_LIVE_RUN);
    g_assert_cmphex(wait_done(&vf), ==, STATUS_OF(SRIOV_EDU_OK));
    g_assert_cmphex(rd(&vf, SRIOV_EDU_CRC), ==, crc);
    g_assert_cmphex(qtest_readl(vf.qts, DST_ADDR + done - 4), ==, 0);
    g_assert_cmphex(crc_of(&vf, DST_ADDR + done, len - done), ==,
                    crc_of(&vf, SRC_ADDR + done, len - done));
    shut_down(&pf);
}

/* The bitmap of @pages pages from @iova */
static uint64_t read_log(Fn *pf, uint64_t iova, uint32_t pages)
{
    live_wr(pf, 0, SRIOV_EDU_LIVE_IOVA_LO, iova);
    live_wr(pf, 0, SRIOV_EDU_LIVE_IOVA_HI, iova >> 32);
    live_wr(pf, 0, SRIOV_EDU_LIVE_PAGES, pages);
    qtest_memset(pf->qts, BUF_ADDR, 0xff, 16);
    expect_done(pf, 0, SRIOV_EDU_LIVE_READ_LOG, DIV_ROUND_UP(pages, 64) * 8);
    return qtest_readq(pf->qts, BUF_ADDR);
}

static bool is_listed(Fn *pf, uint64_t addr)
{
    wr(pf, SRIOV_EDU_REFEREE_PAGE_LO, addr);
    wr(pf, SRIOV_EDU_REFEREE_PAGE_HI, addr >> 32);
    return rd(pf, SRIOV_EDU_REFEREE_PAGE_LISTED);
}

static void test_log(void)
{
    Fn vf, other, pf = set_up(NULL, &vf, &other);

    run(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 1);    /* before */
    live_wr(&pf, 0, SRIOV_EDU_LIVE_LOG, SRIOV_EDU_LIVE_LOG_ON);
    wr(&pf, SRIOV_EDU_REFEREE_PAGES, SRIOV_EDU_REFEREE_PAGES_ON);
    g_assert_cmphex(read_log(&pf, DST_ADDR, 64), ==, 0);

    run(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR + 0xfff, 2);
    run(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR + 0x5000, 0x1000);
    run(&vf, SRIOV_EDU_CMD_CRC, SRC_ADDR, DST_ADDR + 0x8000, 0x1000);
    run(&other, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR + 0x9000, 1);
    run(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR + 0x3f000, 1);
    g_assert_cmphex(read_log(&pf, DST_ADDR, 4), ==, 3);
    g_assert_cmphex(read_log(&pf, DST_ADDR, 64), ==, 0x8000000000000020ull);
    g_assert_cmphex(read_log(&pf, DST_ADDR, 64), ==, 0);

    g_assert_cmpint(rd(&pf, SRIOV_EDU_REFEREE_PAGES_COUNT), ==, 4);
    g_assert_true(is_listed(&pf, DST_ADDR));
    g_assert_true(is_listed(&pf, DST_ADDR + 0x1000));
    g_assert_false(is_listed(&pf, DST_ADDR + 0x2000));
    g_assert_true(is_listed(&pf, DST_ADDR + 0x5000));
    g_assert_false(is_listed(&pf, DST_ADDR + 0x9000));
    wr(&pf, SRIOV_EDU_REFEREE_CTRL, SRIOV_EDU_REFEREE_CLEAR_PAGES);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_REFEREE_PAGES_COUNT), ==, 0);

    run(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 1);
    live_wr(&pf, 0, SRIOV_EDU_LIVE_LOG, SRIOV_EDU_LIVE_LOG_ON); /* clears */
    g_assert_cmphex(read_log(&pf, DST_ADDR, 64), ==, 0);
    live_wr(&pf, 0, SRIOV_EDU_LIVE_LOG, 0);
    expect_result(&pf, SRIOV_EDU_LIVE_READ_LOG, 8, SRIOV_EDU_LIVE_REFUSED);
    shut_down(&pf);
}

static void expect_bad_range(Fn *pf, uint64_t iova, uint32_t pages, uint32_t len)
{
    live_wr(pf, 0, SRIOV_EDU_LIVE_IOVA_LO, iova);
    live_wr(pf, 0, SRIOV_EDU_LIVE_IOVA_HI, iova >> 32);
    live_wr(pf, 0, SRIOV_EDU_LIVE_PAGES, pages);
    expect_result(pf, SRIOV_EDU_LIVE_READ_LOG, len, SRIOV_EDU_LIVE_BAD_LEN);
}

static void test_log_ranges(void)
{
    Fn vf, other, pf = set_up(NULL, &vf, &other);

    live_wr(&pf, 0, SRIOV_EDU_LIVE_LOG, SRIOV_EDU_LIVE_LOG_ON);
    expect_bad_range(&pf, 0, 0, 8);
    expect_bad_range(&pf, 0, SRIOV_EDU_LIVE_PAGES_MAX + 1, 8192);
    expect_bad_range(&pf, 0, 65, 8);
    expect_bad_range(&pf, 0x800, 1, 8);
    expect_bad_range(&pf, ~0xfffull, 2, 8);
    g_assert_cmphex(read_log(&pf, ~0xfffull, 1), ==, 0);
    read_log(&pf, 0, SRIOV_EDU_LIVE_PAGES_MAX);
    shut_down(&pf);
}

static void test_log_overflow(void)
{
    Fn vf, other, pf = set_up("misbehave=live-overflows", &vf, &other);

    live_wr(&pf, 0, SRIOV_EDU_LIVE_LOG, SRIOV_EDU_LIVE_LOG_ON);
    run(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 0x4000);
    g_assert_cmphex(live_rd(&pf, 0, SRIOV_EDU_LIVE_STATUS) &
                    SRIOV_EDU_LIVE_STATUS_OVERFLOW, ==, 0);
    run(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 0x5000);
    g_assert_cmphex(live_rd(&pf, 0, SRIOV_EDU_LIVE_STATUS) &
                    SRIOV_EDU_LIVE_STATUS_OVERFLOW, !=, 0);
    g_assert_cmphex(read_log(&pf, DST_ADDR, 64), ==, UINT64_MAX);
    live_wr(&pf, 0, SRIOV_EDU_LIVE_LOG, SRIOV_EDU_LIVE_LOG_ON);
    g_assert_cmphex(read_log(&pf, DST_ADDR, 64), ==, 0);
    shut_down(&pf);
}

static void test_misbehave(void)
{
    Fn vf, other, pf = set_up("misbehave=live-hangs:live-larger", &vf, &other);

    live_wr(&pf, 0, SRIOV_EDU_LIVE_LEVEL, SRIOV_EDU_LIVE_STOP);
    g_assert_cmpint(live_rd(&pf, 0, SRIOV_EDU_LIVE_LEVEL), ==,
                    SRIOV_EDU_LIVE_STOP);
    g_assert_cmpint(level_of(&pf, 0), ==, SRIOV_EDU_LIVE_RUN);
    g_assert_cmpint(command(&pf, 0, SRIOV_EDU_LIVE_SAVE, 4096), ==,
                    SRIOV_EDU_LIVE_DONE);
    g_assert_cmpint(live_rd(&pf, 0, SRIOV_EDU_LIVE_COUNT), ==, SIZE + 64);
    shut_down(&pf);

    pf = set_up("misbehave=live-save-fails:live-load-fails", &vf, &other);
    set_level(&pf, 0, SRIOV_EDU_LIVE_STOP);
    expect_result(&pf, SRIOV_EDU_LIVE_SAVE, SIZE, SRIOV_EDU_LIVE_REFUSED);
    expect_result(&pf, SRIOV_EDU_LIVE_LOAD, SIZE, SRIOV_EDU_LIVE_REFUSED);
    shut_down(&pf);
}

/* A snapshot of the machine keeps a VF stopped, and its log counts all pages. */
static void test_snapshot(void)
{
    Fn vf, other, pf = set_up("total-vfs=2", &vf, &other);

    wr(&vf, SRIOV_EDU_LATENCY, 1000);
    start(&vf, SRIOV_EDU_CMD_CRC, SRC_ADDR, 0, LEN);
    set_level(&pf, 0, SRIOV_EDU_LIVE_STOP);
    live_wr(&pf, 0, SRIOV_EDU_LIVE_LOG, SRIOV_EDU_LIVE_LOG_ON);
    pf.qts = save_and_load(pf.qts, "total-vfs=2");
    vf.qts = pf.qts;
    qtest_clock_step(pf.qts, 10 * MS);
    g_assert_cmpint(level_of(&pf, 0), ==, SRIOV_EDU_LIVE_STOP);
    g_assert_true(is_busy(&vf));
    g_assert_cmphex(read_log(&pf, DST_ADDR, 64), ==, UINT64_MAX);
    set_level(&pf, 0, SRIOV_EDU_LIVE_RUN);
    g_assert_cmphex(wait_done(&vf), ==, STATUS_OF(SRIOV_EDU_OK));
    shut_down(&pf);
}

void add_live_tests(void)
{
    qtest_add_func("/sriov-edu/live/levels", test_levels);
    qtest_add_func("/sriov-edu/live/resets", test_resets);
    qtest_add_func("/sriov-edu/live/moved", test_moved);
    qtest_add_func("/sriov-edu/live/moved-in-the-middle",
                   test_moved_in_the_middle);
    qtest_add_func("/sriov-edu/live/changed", test_changed);
    qtest_add_func("/sriov-edu/live/refused", test_refused);
    qtest_add_func("/sriov-edu/live/bad-states", test_bad_states);
    qtest_add_func("/sriov-edu/live/log", test_log);
    qtest_add_func("/sriov-edu/live/log-ranges", test_log_ranges);
    qtest_add_func("/sriov-edu/live/log-overflow", test_log_overflow);
    qtest_add_func("/sriov-edu/live/misbehave", test_misbehave);
    qtest_add_func("/sriov-edu/live/snapshot", test_snapshot);
}
