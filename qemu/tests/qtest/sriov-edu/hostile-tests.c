/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Malicious guests: QEMU must survive, and the device must still work.
 */

#include "qemu/osdep.h"
#include "qobject/qdict.h"
#include "qobject/qlist.h"
#include "qemu/units.h"
#include "machine.h"

static void expect_alive(Fn *pf)
{
    Fn vf;

    flr(pf);
    *pf = find_pf(pf->qts, 1, 0);
    enable_vfs(pf, 8);
    vf = get_vf(pf, 7);
    block_wr(pf, 7, SRIOV_EDU_VF_CTRL, SRIOV_EDU_VF_CTRL_ENABLE);
    set_bus_master(&vf, true);
    check_copy(&vf, 5000);
    check_copy(pf, 5000);
}

static void test_num_vfs(void)
{
    static const uint16_t num[] = { 0, 9, 255, 256, 0x8000, 0xffff };
    Fn pf = boot(NULL);
    int i;

    for (i = 0; i < ARRAY_SIZE(num); i++) {
        cfg_writew(&pf, pf.sriov + PCI_SRIOV_NUM_VF, num[i]);
        cfg_writew(&pf, pf.sriov + PCI_SRIOV_CTRL, 0xffff);
        cfg_writew(&pf, pf.sriov + PCI_SRIOV_CTRL, 0xffff);
        g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 0);
        cfg_writew(&pf, pf.sriov + PCI_SRIOV_CTRL, 0);
    }
    expect_alive(&pf);
    shut_down(&pf);
}

/* SR-IOV Control written by bytes, words and dwords */
static void test_partial_ctrl(void)
{
    Fn pf = boot(NULL);
    unsigned int ctrl = pf.sriov + PCI_SRIOV_CTRL;

    enable_vfs(&pf, 3);
    cfg_writeb(&pf, ctrl + 1, 0);               /* not the byte of VF Enable */
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 3);
    cfg_writew(&pf, ctrl + 2, 0xffff);          /* Status */
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 3);
    g_assert_cmphex(cfg_readl(&pf, ctrl), ==,
                    PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE);
    cfg_writeb(&pf, ctrl, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 0);
    cfg_writel(&pf, ctrl, ~0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 3);
    cfg_writel(&pf, ctrl, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 0);
    expect_alive(&pf);
    shut_down(&pf);
}

/* The thread ID of the first CPU, by which /proc finds QEMU's process */
static int64_t cpu_thread(QTestState *qts)
{
    QDict *rsp = qtest_qmp(qts, "{ 'execute': 'query-cpus-fast' }");
    QList *cpus = qdict_get_qlist(rsp, "return");
    int64_t id = qdict_get_int(qobject_to(QDict, qlist_peek(cpus)),
                               "thread-id");

    qobject_unref(rsp);
    return id;
}

static size_t memory_of(QTestState *qts)
{
    g_autofree char *name = g_strdup_printf("/proc/%" PRId64 "/statm",
                                            cpu_thread(qts));
    g_autofree char *text = NULL;
    unsigned long size = 0, resident = 0;

    g_assert_true(g_file_get_contents(name, &text, NULL, NULL));
    g_assert_cmpint(sscanf(text, "%lu %lu", &size, &resident), ==, 2);
    return resident * qemu_real_host_page_size();
}

/* Toggling VF Enable, which changes the memory map, must not leak memory. */
static void test_toggle(void)
{
    Fn pf = boot("total-vfs=64");
    size_t before = 0;
    int i;

    enable_vfs(&pf, 64);
    for (i = 0; i < 400; i++) {
        cfg_writew(&pf, pf.sriov + PCI_SRIOV_CTRL, 0);
        cfg_writew(&pf, pf.sriov + PCI_SRIOV_CTRL,
                   PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE);
        if (i % 10 == 0) {
            g_usleep(20000);    /* RCU frees old maps later */
        }
        if (i == 100) {
            before = memory_of(pf.qts);
        }
    }
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 64);
    g_assert_cmpint(memory_of(pf.qts), <, before + 32 * MiB);
    expect_alive(&pf);
    shut_down(&pf);
}

/* VFs are removed, in each possible way, while their engines run. */
static void test_vanish(void)
{
    Fn pf = boot(NULL);
    unsigned int way, i;

    for (way = 0; way < 3; way++) {
        enable_vfs(&pf, 8);
        qtest_memset(pf.qts, DST_ADDR, 0x77, 8);
        for (i = 0; i < 8; i++) {
            Fn vf = get_vf(&pf, i);

            block_wr(&pf, i, SRIOV_EDU_VF_CTRL, SRIOV_EDU_VF_CTRL_ENABLE);
            set_bus_master(&vf, true);
            wr(&vf, SRIOV_EDU_LATENCY, 1000);
            start(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR + i, 1);
        }
        if (way == 0) {
            disable_vfs(&pf);
        } else if (way == 1) {
            flr(&pf);
        } else {
            system_reset(&pf);
        }
        qtest_clock_step(pf.qts, 1000 * MS);
        g_assert_cmphex(qtest_readq(pf.qts, DST_ADDR), ==, 0x7777777777777777);
        if (way < 2) {
            pf = find_pf(pf.qts, 1, 0);
        }
    }
    shut_down(&pf);
}

/* The guest powers off the slot by its root port while VFs are busy. */
static void eject(const char *props)
{
    g_autofree char *args = g_strdup_printf(
        "-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off"
        " -device sriov-edu,id=pf,bus=port1%s", props);
    Fn pf = find_pf(boot_args(args), 1, 0);
    Fn port = { .qts = pf.qts, .devfn = 1 << 3 };
    unsigned int slot = find_cap(&port, PCI_CAP_ID_EXP) + PCI_EXP_SLTCTL;
    Fn vf;

    enable_vfs(&pf, 8);
    vf = get_vf(&pf, 4);
    block_wr(&pf, 4, SRIOV_EDU_VF_CTRL, SRIOV_EDU_VF_CTRL_ENABLE);
    set_bus_master(&vf, true);
    wr(&vf, SRIOV_EDU_LATENCY, 1000);
    start(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 100);
    start(&pf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, SRIOV_EDU_MAX_LEN);
    cfg_writew(&port, slot, PCI_EXP_SLTCTL_PWR_IND_ON);
    cfg_writew(&port, slot, PCI_EXP_SLTCTL_PWR_OFF |
                            PCI_EXP_SLTCTL_PWR_IND_OFF);
    qtest_qmp_eventwait(pf.qts, "DEVICE_DELETED");
    g_assert_false(is_there(&pf));
    g_assert_false(is_there(&vf));
    qtest_clock_step(pf.qts, 1000 * MS);
    g_assert_true(is_there(&port));
    shut_down(&pf);
}

static void test_eject(void)
{
    eject("");
    eject(",vf-migration=on");
}

/* Each dword of configuration space, written with several values */
static void write_config_space(const char *props)
{
    static const uint32_t val[] = { ~0u, 0, 0xaaaaaaaa, 0x55555555, 1 };
    Fn pf = boot(props);
    Fn vf;
    unsigned int offset;
    int i;

    enable_vfs(&pf, 8);
    vf = get_vf(&pf, 3);
    for (i = 0; i < ARRAY_SIZE(val); i++) {
        for (offset = 0x10; offset < 0x1000; offset += 4) {
            cfg_writel(&vf, offset, val[i]);
            cfg_readl(&vf, offset);
        }
        for (offset = 0x1000 - 4; offset >= 0x40; offset -= 4) {
            cfg_writel(&pf, offset, val[i]);
            cfg_readl(&pf, offset);
        }
    }
    cfg_writew(&pf, find_cap(&pf, PCI_CAP_ID_PM) + PCI_PM_CTRL, 0);
    expect_alive(&pf);
    shut_down(&pf);
}

static void test_config_space(void)
{
    write_config_space(NULL);
    write_config_space("vf-migration=on");
}

/*
 * Random accesses: everything that a guest can do with a PF and its VFs, in
 * configuration space and BARs, also while VFs are enabled and disabled
 */
typedef struct Chaos {
    GRand *rand;
    Fn fn[9];           /* the PF and 8 VFs */
} Chaos;

static uint32_t below(Chaos *c, uint32_t end)
{
    return g_rand_int_range(c->rand, 0, end);
}

/*
 * A value, which may become an address that the device writes to: of memory, or
 * of the device itself.  The ports stay as they are.
 */
static uint32_t any_value(Chaos *c)
{
    const Fn *fn = &c->fn[below(c, 9)];

    switch (below(c, 8)) {
    case 0:
        return UINT32_MAX;
    case 1:
        return 0;
    case 2:
        return DST_ADDR + below(c, 0x1000);
    case 3:
        return fn->bar0 + (below(c, 0x1000) & ~3);
    case 4:
        return ecam(fn, below(c, 0x1000) & ~3);
    case 5:
        return 1u << below(c, 20);
    default:
        return below(c, 0x10000);
    }
}

static void access_memory(Chaos *c, uint64_t addr)
{
    QTestState *qts = c->fn[0].qts;
    uint32_t val = any_value(c);

    switch (below(c, 8)) {
    case 0:
        qtest_readl(qts, addr & ~3ull);
        break;
    case 1:
        qtest_writeb(qts, addr, val);
        break;
    case 2:
        qtest_writew(qts, addr & ~1ull, val);
        break;
    default:
        qtest_writel(qts, addr & ~3ull, val);
    }
}

/* An address in configuration space or a BAR of the PF or a VF */
static uint64_t any_place(Chaos *c)
{
    Fn *fn = &c->fn[below(c, 2) ? below(c, 9) : 0];

    switch (below(c, 8)) {
    case 0:
        return ecam(fn, below(c, 0x1000));
    case 1 ... 3:
        return ecam(fn, c->fn[0].sriov + below(c, PCI_EXT_CAP_SRIOV_SIZEOF));
    case 4:
        return fn->bar2 + below(c, 0x1000);
    case 5:
        return c->fn[0].bar2 + SRIOV_EDU_ARRAY_OFFSET + below(c, 12);
    case 6:
        return c->fn[0].bar0 + SRIOV_EDU_MIGRATION_CMD;
    default:
        return fn->bar0 + below(c, fn->sriov ? SRIOV_EDU_PF_REGS_SIZE
                                             : SRIOV_EDU_VF_REGS_SIZE);
    }
}

/* What a driver would do, so that the next accesses reach something */
static void repair(Chaos *c)
{
    Fn *pf = &c->fn[0];

    cfg_writew(pf, find_cap(pf, PCI_CAP_ID_PM) + PCI_PM_CTRL, 0);
    if (below(c, 2)) {
        flr(pf);
    }
    *pf = find_pf(pf->qts, 1, 0);
    enable_vfs_with(pf, 8, PCI_SRIOV_CTRL_VFM | PCI_SRIOV_CTRL_INTR);
}

/* SRIOV_EDU_ACCESSES sets how many; the seed is printed, and --seed repeats it. */
static void access_at_random(const char *props)
{
    const char *count = getenv("SRIOV_EDU_ACCESSES");
    g_autoptr(GRand) rand = g_rand_new_with_seed(g_test_rand_int());
    Chaos c = { .rand = rand, .fn[0] = boot(props) };
    int i, n = count ? atoi(count) : 20000;

    enable_vfs(&c.fn[0], 8);
    for (i = 0; i < 8; i++) {
        c.fn[i + 1] = get_vf(&c.fn[0], i);
    }
    for (i = 0; i < n; i++) {
        access_memory(&c, any_place(&c));
        if (!below(&c, 100)) {
            qtest_clock_step(c.fn[0].qts, (1 + below(&c, 300)) * MS);
        }
        if (!below(&c, 500)) {
            repair(&c);
        }
    }
    cfg_writew(&c.fn[0], find_cap(&c.fn[0], PCI_CAP_ID_PM) + PCI_PM_CTRL, 0);
    expect_alive(&c.fn[0]);
    shut_down(&c.fn[0]);
}

static void test_random_accesses(void)
{
    access_at_random("vf-ready-ms=1");
    access_at_random("vf-ready-ms=1,vf-migration=on");
}

void add_hostile_tests(void)
{
    qtest_add_func("/sriov-edu/hostile/num-vfs", test_num_vfs);
    qtest_add_func("/sriov-edu/hostile/partial-ctrl", test_partial_ctrl);
    qtest_add_func("/sriov-edu/hostile/toggle", test_toggle);
    qtest_add_func("/sriov-edu/hostile/vanish", test_vanish);
    qtest_add_func("/sriov-edu/hostile/eject", test_eject);
    qtest_add_func("/sriov-edu/hostile/config-space", test_config_space);
    qtest_add_func("/sriov-edu/hostile/random-accesses", test_random_accesses);
}
