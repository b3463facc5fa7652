/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device in a machine: several PFs, resets by the machine, snapshots.
 */

#include "qemu/osdep.h"
#include "machine.h"

static void prepare_vf(Fn *pf, Fn *vf, unsigned int vf_id)
{
    enable_vfs(pf, vf_id + 1);
    *vf = get_vf(pf, vf_id);
    block_wr(pf, vf_id, SRIOV_EDU_VF_CTRL, SRIOV_EDU_VF_CTRL_ENABLE);
    set_bus_master(vf, true);
}

/* The PFs @a and @b must not affect each other. */
static void check_two_pfs(Fn *a, Fn *b)
{
    Fn vf_a, vf_b;

    prepare_vf(a, &vf_a, 3);
    g_assert_cmpint(rd(b, SRIOV_EDU_NUM_VFS), ==, 0);
    prepare_vf(b, &vf_b, 3);
    wr(&vf_a, SRIOV_EDU_SCRATCH, 1);
    wr(&vf_b, SRIOV_EDU_SCRATCH, 2);
    g_assert_cmpint(rd(&vf_a, SRIOV_EDU_SCRATCH), ==, 1);
    check_copy(&vf_a, 100);
    check_copy(&vf_b, 100);
    flr(&vf_b);
    g_assert_cmphex(rd(a, SRIOV_EDU_VF_RESET(0)), ==, 0);
    g_assert_cmphex(rd(b, SRIOV_EDU_VF_RESET(0)), ==, 1 << 3);
    cfg_writew(b, b->sriov + PCI_SRIOV_NUM_VF, 1);
    expect_no_breach(a);
    expect_breaches(b, SRIOV_EDU_REF_NUMVFS_LOCKED, 1);
    disable_vfs(b);
    check_copy(&vf_a, 100);
    expect_no_breach(b);
}

static void test_two_pfs(void)
{
    QTestState *qts = boot_args("-device sriov-edu,bus=port1 "
                                "-device sriov-edu,bus=port3,total-vfs=100");
    Fn a = find_pf(qts, 1, 0), b = find_pf(qts, 3, 0);

    check_two_pfs(&a, &b);
    shut_down(&a);
}

static uint8_t ari_next(Fn *fn)
{
    return cfg_readw(fn, find_ext_cap(fn, PCI_EXT_CAP_ID_ARI) + PCI_ARI_CAP)
           >> 8;
}

/* As many VFs as QEMU's memory map has room for */
static void test_most_vfs(void)
{
    QTestState *qts = boot_args(MOST_VFS);
    unsigned int port;

    for (port = 1; port <= 7; port++) {
        Fn pf = find_pf(qts, port, 0);
        Fn vf;

        enable_vfs(&pf, 255);
        vf = get_vf(&pf, 254);
        block_wr(&pf, 254, SRIOV_EDU_VF_CTRL, SRIOV_EDU_VF_CTRL_ENABLE);
        set_bus_master(&vf, true);
        check_copy(&vf, 100);
    }
    qtest_quit(qts);
}

static void test_two_functions(void)
{
    QTestState *qts = boot_args(
        "-device sriov-edu,bus=port1,addr=0.0,multifunction=on,vf-offset=2 "
        "-device sriov-edu,bus=port1,addr=0.1,vf-offset=16");
    Fn a = find_pf(qts, 1, 0), b = find_pf(qts, 1, 1);

    g_assert_cmpint(ari_next(&a), ==, 1);
    g_assert_cmpint(ari_next(&b), ==, 0);
    g_assert_cmpint(cfg_readw(&b, b.sriov + PCI_SRIOV_FUNC_LINK), ==, 1);
    cfg_writew(&a, a.sriov + PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_ARI);
    cfg_writew(&b, b.sriov + PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_ARI);
    g_assert_cmphex(cfg_readw(&a, a.sriov + PCI_SRIOV_CTRL), ==,
                    PCI_SRIOV_CTRL_ARI);
    g_assert_cmphex(cfg_readw(&b, b.sriov + PCI_SRIOV_CTRL), ==, 0);
    cfg_writew(&a, a.sriov + PCI_SRIOV_CTRL, 0);
    check_two_pfs(&a, &b);
    shut_down(&a);
}

static void test_root_bus(void)
{
    QTestState *qts = boot_args("-device sriov-edu,addr=4.0");
    Fn pf = { .qts = qts, .devfn = 4 << 3 };
    unsigned int exp = find_cap(&pf, PCI_CAP_ID_EXP);

    g_assert_cmphex(cfg_readw(&pf, exp + PCI_EXP_FLAGS) & PCI_EXP_FLAGS_TYPE,
                    ==, PCI_EXP_TYPE_RC_END << 4);
    qtest_quit(qts);
}

static void test_system_reset(void)
{
    Fn pf = boot(NULL);
    Fn vf;

    prepare_vf(&pf, &vf, 7);
    wr(&pf, SRIOV_EDU_SCRATCH, 1);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_NUM_VF, 1);
    system_reset(&pf);
    qtest_quit(pf.qts);
}

/* Secondary Bus Reset in the root port */
static void test_bus_reset(void)
{
    Fn pf = boot(NULL);
    Fn port = { .qts = pf.qts, .devfn = 1 << 3 };
    Fn vf;

    prepare_vf(&pf, &vf, 7);
    flr(&vf);
    wr(&pf, SRIOV_EDU_SCRATCH, 1);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_NUM_VF, 1);
    cfg_writew(&port, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CTL_BUS_RESET);
    cfg_writew(&port, PCI_BRIDGE_CONTROL, 0);
    g_assert_false(is_there(&vf));
    pf = find_pf(pf.qts, 1, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_RESETS), ==, 1);
    g_assert_cmpint(block_rd(&pf, 7, SRIOV_EDU_VF_RESETS), ==, 1);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_SCRATCH), ==, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 0);
    expect_breaches(&pf, SRIOV_EDU_REF_NUMVFS_LOCKED, 1);
    prepare_vf(&pf, &vf, 7);
    check_copy(&vf, 100);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* A machine is saved while an engine runs, and continues in another QEMU. */
static void test_migration(void)
{
    Fn pf = boot(NULL);
    Fn vf, idle;

    prepare_vf(&pf, &vf, 5);
    idle = get_vf(&pf, 2);
    flr(&idle);
    wr(&idle, SRIOV_EDU_SCRATCH, 77);
    block_wr(&pf, 2, SRIOV_EDU_VF_MSIX, 9);
    wr(&idle, SRIOV_EDU_MBX_TX(1), 88);
    wr(&idle, SRIOV_EDU_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_NUM_VF, 1);
    fill(&vf, SRC_ADDR, 100, 3);
    wr(&vf, SRIOV_EDU_LATENCY, 5000);
    start(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 100);

    pf.qts = vf.qts = idle.qts = save_and_load(pf.qts, NULL);

    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 6);
    g_assert_cmpint(rd(&idle, SRIOV_EDU_SCRATCH), ==, 77);
    g_assert_cmpint(rd(&idle, SRIOV_EDU_VECTORS), ==, 9);
    g_assert_cmpint(rd(&idle, SRIOV_EDU_RESETS), ==, 1);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_MBX_PENDING(0)), ==, 1 << 2);
    g_assert_cmpint(block_rd(&pf, 2, SRIOV_EDU_VF_MBX_RX(1)), ==, 88);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_STATUS), ==, SRIOV_EDU_STATUS_BUSY);
    qtest_clock_step(pf.qts, 6 * MS);
    g_assert_cmphex(wait_done(&vf), ==, STATUS_OF(SRIOV_EDU_OK));
    g_assert_cmphex(crc_of(&vf, DST_ADDR, 100), ==, rd(&vf, SRIOV_EDU_CRC));
    expect_breaches(&pf, SRIOV_EDU_REF_NUMVFS_LOCKED, 1);
    shut_down(&pf);
}

void add_machine_tests(void)
{
    qtest_add_func("/sriov-edu/machine/two-pfs", test_two_pfs);
    qtest_add_func("/sriov-edu/machine/most-vfs", test_most_vfs);
    qtest_add_func("/sriov-edu/machine/two-functions", test_two_functions);
    qtest_add_func("/sriov-edu/machine/root-bus", test_root_bus);
    qtest_add_func("/sriov-edu/machine/system-reset", test_system_reset);
    qtest_add_func("/sriov-edu/machine/bus-reset", test_bus_reset);
    qtest_add_func("/sriov-edu/machine/migration", test_migration);
}
