/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A q35 machine with sriov-edu PFs: see machine.h.
 */

#include "qemu/osdep.h"
#include <zlib.h>
#include "qobject/qdict.h"
#include "machine.h"

#define ECAM            0xb0000000ull
#define MCH_PCIEXBAR    0x60
#define PORTS           7

/* The windows of root port @port: 16 MiB below 4 GiB, and 4 GiB above it */
#define WINDOW(port)     (0xc0000000ull + (port) * 0x01000000ull)
#define WINDOW64(port)   (0x800000000ull + (port) * 0x100000000ull)
#define WINDOW64_SIZE    0x100000000ull

uint64_t ecam(const Fn *fn, unsigned int offset)
{
    return ECAM + (fn->bus << 20) + (fn->devfn << 12) + offset;
}

uint32_t cfg_readl(Fn *fn, unsigned int offset)
{
    return qtest_readl(fn->qts, ecam(fn, offset));
}

uint16_t cfg_readw(Fn *fn, unsigned int offset)
{
    return qtest_readw(fn->qts, ecam(fn, offset));
}

void cfg_writel(Fn *fn, unsigned int offset, uint32_t val)
{
    qtest_writel(fn->qts, ecam(fn, offset), val);
}

void cfg_writew(Fn *fn, unsigned int offset, uint16_t val)
{
    qtest_writew(fn->qts, ecam(fn, offset), val);
}

void cfg_writeb(Fn *fn, unsigned int offset, uint8_t val)
{
    qtest_writeb(fn->qts, ecam(fn, offset), val);
}

unsigned int find_cap(Fn *fn, uint8_t id)
{
    unsigned int pos = cfg_readl(fn, PCI_CAPABILITY_LIST) & 0xff;

    while (pos && (cfg_readl(fn, pos) & 0xff) != id) {
        pos = cfg_readl(fn, pos) >> 8 & 0xff;
    }
    return pos;
}

unsigned int find_ext_cap(Fn *fn, uint16_t id)
{
    unsigned int pos = 0x100;

    while (pos && PCI_EXT_CAP_ID(cfg_readl(fn, pos)) != id) {
        pos = PCI_EXT_CAP_NEXT(cfg_readl(fn, pos));
    }
    return pos;
}

static void set_up_port(QTestState *qts, unsigned int port)
{
    Fn fn = { .qts = qts, .devfn = port << 3 };
    uint32_t window = WINDOW(port), last = window + 0x00ffffff;
    uint64_t window64 = WINDOW64(port), last64 = window64 + WINDOW64_SIZE - 1;

    if (cfg_readw(&fn, PCI_VENDOR_ID) == 0xffff) {
        return;
    }
    cfg_writel(&fn, PCI_PRIMARY_BUS, port << 16 | port << 8);
    cfg_writel(&fn, PCI_MEMORY_BASE, (last & 0xfff00000) | window >> 16);
    cfg_writel(&fn, PCI_PREF_MEMORY_BASE,
               (last64 & 0xfff00000) | (window64 >> 16 & 0xfff0));
    cfg_writel(&fn, PCI_PREF_BASE_UPPER32, window64 >> 32);
    cfg_writel(&fn, PCI_PREF_LIMIT_UPPER32, last64 >> 32);
    cfg_writew(&fn, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

QTestState *boot_args(const char *args)
{
    unsigned int port;
    QTestState *qts = qtest_initf(MACHINE " %s", args);

    qtest_outl(qts, 0xcf8, 0x80000000 | MCH_PCIEXBAR);
    qtest_outl(qts, 0xcfc, ECAM | 1);
    for (port = 1; port <= PORTS; port++) {
        set_up_port(qts, port);
    }
    return qts;
}

/* Two PFs behind one port share its windows: the second has the upper half. */
Fn find_pf(QTestState *qts, unsigned int port, uint8_t devfn)
{
    Fn pf = {
        .qts = qts,
        .bus = port,
        .devfn = devfn,
        .bar0 = WINDOW(port) + devfn * 0x00100000,
        .bar2 = WINDOW(port) + devfn * 0x00100000 + 0x00080000,
    };

    g_assert_cmphex(cfg_readl(&pf, PCI_VENDOR_ID), ==,
                    SRIOV_EDU_PF_DEVICE_ID << 16 | SRIOV_EDU_VENDOR_ID);
    cfg_writel(&pf, PCI_BASE_ADDRESS_0, pf.bar0);
    cfg_writel(&pf, PCI_BASE_ADDRESS_0 + 4, 0);
    cfg_writel(&pf, PCI_BASE_ADDRESS_0 + 8, pf.bar2);
    cfg_writel(&pf, PCI_BASE_ADDRESS_0 + 12, 0);
    cfg_writew(&pf, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    pf.sriov = find_ext_cap(&pf, PCI_EXT_CAP_ID_SRIOV);
    g_assert_cmphex(pf.sriov, !=, 0);
    return pf;
}

Fn boot(const char *props)
{
    g_autofree char *args = g_strdup_printf(
        "-device sriov-edu,id=pf,bus=port1%s%s", props ? "," : "",
        props ? props : "");

    return find_pf(boot_args(args), 1, 0);
}

void shut_down(Fn *pf)
{
    qtest_quit(pf->qts);
}

void system_reset(Fn *pf)
{
    qtest_qmp_assert_success(pf->qts, "{ 'execute': 'system_reset' }");
    qtest_qmp_eventwait(pf->qts, "RESET");
}

const char *end_of_migration(QTestState *qts)
{
    for (;;) {
        QDict *rsp = qtest_qmp(qts, "{ 'execute': 'query-migrate' }");
        const char *status = qdict_get_try_str(qdict_get_qdict(rsp, "return"),
                                               "status");
        bool completed = !g_strcmp0(status, "completed");
        bool failed = !g_strcmp0(status, "failed");

        qobject_unref(rsp);
        if (completed || failed) {
            return completed ? "completed" : "failed";
        }
        g_usleep(10000);
    }
}

QTestState *save_and_load(QTestState *old, const char *props)
{
    g_autofree char *file = g_strdup_printf("/tmp/sriov-edu-%d", getpid());
    g_autofree char *save = g_strdup_printf("exec:cat > %s", file);
    QTestState *new;

    qtest_qmp_assert_success(old, "{ 'execute': 'migrate', 'arguments': "
                             "{ 'uri': %s } }", save);
    g_assert_cmpstr(end_of_migration(old), ==, "completed");
    new = qtest_initf(MACHINE " -device sriov-edu,id=pf,bus=port1%s%s "
                      "-incoming \"exec:cat %s\"", props ? "," : "",
                      props ? props : "", file);
    g_assert_cmpstr(end_of_migration(new), ==, "completed");
    qtest_quit(old);
    unlink(file);
    /* qtest's clock restarts at 0, unlike that of a real machine. */
    qtest_clock_step(new, 200 * MS);
    return new;
}

uint32_t rd(Fn *fn, unsigned int reg)
{
    return qtest_readl(fn->qts, fn->bar0 + reg);
}

void wr(Fn *fn, unsigned int reg, uint32_t val)
{
    qtest_writel(fn->qts, fn->bar0 + reg, val);
}

uint32_t block_rd(Fn *pf, unsigned int vf_id, unsigned int reg)
{
    return rd(pf, SRIOV_EDU_VF_BLOCK(vf_id) + reg);
}

void block_wr(Fn *pf, unsigned int vf_id, unsigned int reg, uint32_t val)
{
    wr(pf, SRIOV_EDU_VF_BLOCK(vf_id) + reg, val);
}

void set_bus_master(Fn *fn, bool on)
{
    uint16_t command = cfg_readw(fn, PCI_COMMAND) & ~PCI_COMMAND_MASTER;

    cfg_writew(fn, PCI_COMMAND, command | (on ? PCI_COMMAND_MASTER : 0));
}

/* Messages are written to memory, where the test can read them. */
void set_message(Fn *fn, unsigned int vector, uint32_t data)
{
    uint64_t entry = fn->bar2 + vector * PCI_MSIX_ENTRY_SIZE;

    qtest_writel(fn->qts, entry + PCI_MSIX_ENTRY_LOWER_ADDR, MSG_ADDR);
    qtest_writel(fn->qts, entry + PCI_MSIX_ENTRY_UPPER_ADDR, 0);
    qtest_writel(fn->qts, entry + PCI_MSIX_ENTRY_DATA, data);
    qtest_writel(fn->qts, entry + PCI_MSIX_ENTRY_VECTOR_CTRL, 0);
}

void enable_msix(Fn *fn)
{
    unsigned int cap = find_cap(fn, PCI_CAP_ID_MSIX);

    cfg_writew(fn, cap + PCI_MSIX_FLAGS, PCI_MSIX_FLAGS_ENABLE);
}

uint32_t take_message(Fn *fn)
{
    uint32_t data = qtest_readl(fn->qts, MSG_ADDR);

    qtest_writel(fn->qts, MSG_ADDR, 0);
    return data;
}

void flr(Fn *fn)
{
    unsigned int cap = find_cap(fn, PCI_CAP_ID_EXP);

    g_assert_cmphex(cfg_readl(fn, cap + PCI_EXP_DEVCAP) & PCI_EXP_DEVCAP_FLR,
                    !=, 0);
    cfg_writew(fn, cap + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_BCR_FLR);
    qtest_clock_step(fn->qts, 100 * MS);
}

static uint64_t vf_bar_base(Fn *pf, unsigned int nr)
{
    return WINDOW64(pf->bus) + pf->devfn % 2 * (WINDOW64_SIZE / 2) +
           (nr ? WINDOW64_SIZE / 4 : 0);
}

static void place_vf_bar(Fn *pf, unsigned int nr)
{
    unsigned int bar = pf->sriov + PCI_SRIOV_BAR + nr * 4;

    cfg_writel(pf, bar, vf_bar_base(pf, nr));
    cfg_writel(pf, bar + 4, vf_bar_base(pf, nr) >> 32);
}

void enable_vfs_with(Fn *pf, unsigned int num, uint16_t ctrl)
{
    cfg_writew(pf, pf->sriov + PCI_SRIOV_NUM_VF, num);
    place_vf_bar(pf, 0);
    place_vf_bar(pf, 2);
    cfg_writew(pf, pf->sriov + PCI_SRIOV_CTRL,
               PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE | ctrl);
    qtest_clock_step(pf->qts, 100 * MS);
}

void enable_vfs(Fn *pf, unsigned int num)
{
    enable_vfs_with(pf, num, 0);
}

void disable_vfs(Fn *pf)
{
    cfg_writew(pf, pf->sriov + PCI_SRIOV_CTRL, 0);
    qtest_clock_step(pf->qts, 1000 * MS);
}

Fn get_vf(Fn *pf, unsigned int vf_id)
{
    Fn vf = { .qts = pf->qts, .bus = pf->bus };
    uint32_t page = cfg_readl(pf, pf->sriov + PCI_SRIOV_SYS_PGSIZE) << 12;
    uint32_t ctrl = cfg_readw(pf, pf->sriov + PCI_SRIOV_CTRL);

    /* A VF BAR cannot be sized now, so its size is taken to be a page. */
    g_assert_cmphex(ctrl & PCI_SRIOV_CTRL_VFE, !=, 0);
    vf.devfn = pf->devfn + cfg_readw(pf, pf->sriov + PCI_SRIOV_VF_OFFSET) +
               vf_id * cfg_readw(pf, pf->sriov + PCI_SRIOV_VF_STRIDE);
    vf.bar0 = vf_bar_base(pf, 0) + (uint64_t)vf_id * page;
    vf.bar2 = vf_bar_base(pf, 2) + (uint64_t)vf_id * page;
    return vf;
}

bool is_there(Fn *fn)
{
    return cfg_readl(fn, PCI_CLASS_REVISION) != ~0u;
}

void fill(Fn *fn, uint64_t addr, uint32_t len, uint8_t seed)
{
    g_autofree uint8_t *buf = g_malloc(len);
    uint32_t i;

    for (i = 0; i < len; i++) {
        buf[i] = seed + i + i / 251;
    }
    qtest_memwrite(fn->qts, addr, buf, len);
}

uint32_t crc_of(Fn *fn, uint64_t addr, uint32_t len)
{
    g_autofree uint8_t *buf = g_malloc(len);

    qtest_memread(fn->qts, addr, buf, len);
    return crc32(crc32(0, NULL, 0), buf, len);
}

void start(Fn *fn, uint32_t cmd, uint64_t src, uint64_t dst, uint32_t len)
{
    wr(fn, SRIOV_EDU_SRC_LO, src);
    wr(fn, SRIOV_EDU_SRC_HI, src >> 32);
    wr(fn, SRIOV_EDU_DST_LO, dst);
    wr(fn, SRIOV_EDU_DST_HI, dst >> 32);
    wr(fn, SRIOV_EDU_LEN, len);
    wr(fn, SRIOV_EDU_CMD, cmd);
}

uint32_t wait_done(Fn *fn)
{
    uint32_t status;
    int i;

    for (i = 0; i < 10000; i++) {
        status = rd(fn, SRIOV_EDU_STATUS);
        if (!(status & SRIOV_EDU_STATUS_BUSY)) {
            return status;
        }
        qtest_clock_step(fn->qts, 1000);
    }
    g_assert_not_reached();
}

uint32_t run(Fn *fn, uint32_t cmd, uint64_t src, uint64_t dst, uint32_t len)
{
    start(fn, cmd, src, dst, len);
    return wait_done(fn);
}

void check_copy(Fn *fn, uint32_t len)
{
    uint32_t before = rd(fn, SRIOV_EDU_COMPLETIONS);
    uint32_t crc;

    /* One byte more on each side, which must not change */
    fill(fn, SRC_ADDR, len, fn->devfn + len);
    crc = crc_of(fn, SRC_ADDR, len);
    qtest_memset(fn->qts, DST_ADDR, 0x5a, len + 2);
    g_assert_cmphex(run(fn, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR + 1, len),
                    ==, STATUS_OF(SRIOV_EDU_OK));
    g_assert_cmphex(crc_of(fn, DST_ADDR + 1, len), ==, crc);
    g_assert_cmphex(qtest_readb(fn->qts, DST_ADDR), ==, 0x5a);
    g_assert_cmphex(qtest_readb(fn->qts, DST_ADDR + 1 + len), ==, 0x5a);
    g_assert_cmphex(rd(fn, SRIOV_EDU_CRC), ==, crc);
    g_assert_cmpint(rd(fn, SRIOV_EDU_COMPLETIONS), ==, before + 1);
}

void expect_breaches(Fn *pf, unsigned int kind, uint32_t count)
{
    unsigned int i;

    for (i = 0; i < SRIOV_EDU_REF_KINDS; i++) {
        g_assert_cmpint(rd(pf, SRIOV_EDU_REFEREE_COUNT(i)), ==,
                        i == kind ? count : 0);
    }
    g_assert_cmpint(rd(pf, SRIOV_EDU_REFEREE_TOTAL), ==, count);
    wr(pf, SRIOV_EDU_REFEREE_CTRL, SRIOV_EDU_REFEREE_CLEAR);
}

void expect_no_breach(Fn *pf)
{
    expect_breaches(pf, 0, 0);
}
