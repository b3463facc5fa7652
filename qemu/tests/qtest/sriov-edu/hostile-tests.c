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

static void poke(Fn *fn, GRand *rand)
{
    unsigned int where = g_rand_int_range(rand, 0, 12);
    uint32_t val = g_rand_int(rand) >> g_rand_int_range(rand, 0, 32);
    unsigned int cap = g_rand_int_range(rand, 0, 0x40);

    if (where < 3) {
        qtest_writel(fn->qts, fn->bar0 + g_rand_int_range(rand, 0, 0x400) * 4,
                     val);
    } else if (where < 5 && fn->sriov) {
        wr(fn, 0x1000 + g_rand_int_range(rand, 0, 0x1c00) * 4, val);
    } else if (where < 7 && fn->sriov) {
        cfg_writel(fn, fn->sriov + (cap & ~3), val);
    } else if (where < 8 && fn->sriov) {
        cfg_writeb(fn, fn->sriov + cap, val);
    } else if (where < 9) {
        cfg_writel(fn, g_rand_int_range(rand, 1, 0x400) * 4, val);
    } else if (where < 10 && fn->sriov) {
        qtest_writel(fn->qts, fn->bar2 + SRIOV_EDU_ARRAY_OFFSET + cap % 12,
                     val);
    } else if (where < 11 && fn->sriov) {
        wr(fn, SRIOV_EDU_MIGRATION_CMD, (val & 3) | cap % 9 << 16);
    } else {
        qtest_clock_step(fn->qts, g_rand_int_range(rand, 1, 1000000));
    }
}

/* Random accesses, the same in every run */
static void write_nonsense(const char *props)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261121);
    Fn pf = boot(props);
    uint8_t first_devfn = 1;
    int i;

    for (i = 0; i < 20000; i++) {
        Fn fn = pf;

        if (g_rand_boolean(rand)) {
            fn.devfn = first_devfn + g_rand_int_range(rand, 0, 8);
            fn.bar0 = 0x900000000ull + (fn.devfn - 1) * 0x1000;
            fn.sriov = 0;
        }
        poke(&fn, rand);
        if (i % 500 == 0) {
            cfg_writew(&pf, find_cap(&pf, PCI_CAP_ID_PM) + PCI_PM_CTRL, 0);
            pf = find_pf(pf.qts, 1, 0);
            enable_vfs_with(&pf, 8, PCI_SRIOV_CTRL_VFM | PCI_SRIOV_CTRL_INTR);
        }
    }
    cfg_writew(&pf, find_cap(&pf, PCI_CAP_ID_PM) + PCI_PM_CTRL, 0);
    expect_alive(&pf);
    shut_down(&pf);
}

static void test_nonsense(void)
{
    write_nonsense("vf-ready-ms=1");
    write_nonsense("vf-ready-ms=1,vf-migration=on");
}

void add_hostile_tests(void)
{
    qtest_add_func("/sriov-edu/hostile/num-vfs", test_num_vfs);
    qtest_add_func("/sriov-edu/hostile/partial-ctrl", test_partial_ctrl);
    qtest_add_func("/sriov-edu/hostile/toggle", test_toggle);
    qtest_add_func("/sriov-edu/hostile/vanish", test_vanish);
    qtest_add_func("/sriov-edu/hostile/eject", test_eject);
    qtest_add_func("/sriov-edu/hostile/config-space", test_config_space);
    qtest_add_func("/sriov-edu/hostile/nonsense", test_nonsense);
}
