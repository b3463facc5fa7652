/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The referee: each kind of breach is counted once, up to its limit and not
 * beyond, and what is allowed is not counted.
 */

#include "qemu/osdep.h"
#include "qobject/qdict.h"
#include "machine.h"

static uint32_t get_property(Fn *pf, const char *name)
{
    QDict *rsp = qtest_qmp(pf->qts, "{ 'execute': 'qom-get', 'arguments': "
                           "{ 'path': '/machine/peripheral/pf', "
                           "'property': %s } }", name);
    uint32_t val = qdict_get_int(rsp, "return");

    qobject_unref(rsp);
    return val;
}

static void write_ctrl(Fn *pf, uint16_t val)
{
    cfg_writew(pf, pf->sriov + PCI_SRIOV_CTRL, val);
}

static void test_vf_early(void)
{
    Fn pf = boot(NULL);
    Fn vf;

    enable_vfs(&pf, 2);
    vf = get_vf(&pf, 1);
    disable_vfs(&pf);
    write_ctrl(&pf, PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE);
    cfg_readl(&vf, 0);
    cfg_writew(&vf, PCI_COMMAND, 0);
    rd(&vf, SRIOV_EDU_ID);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_REFEREE_LAST), ==,
                    SRIOV_EDU_REF_VF_EARLY | 2 << 8);
    expect_breaches(&pf, SRIOV_EDU_REF_VF_EARLY, 3);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_REFEREE_LAST), ==, 0);
    qtest_clock_step(pf.qts, 100 * MS - 1);
    cfg_readl(&vf, 0);
    expect_breaches(&pf, SRIOV_EDU_REF_VF_EARLY, 1);
    qtest_clock_step(pf.qts, 1);
    cfg_readl(&vf, 0);
    rd(&vf, SRIOV_EDU_ID);
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void test_vfe_early(void)
{
    Fn pf = boot(NULL);

    enable_vfs(&pf, 2);
    write_ctrl(&pf, 0);
    qtest_clock_step(pf.qts, 1000 * MS - 1);
    write_ctrl(&pf, PCI_SRIOV_CTRL_VFE);
    expect_breaches(&pf, SRIOV_EDU_REF_VFE_EARLY, 1);
    write_ctrl(&pf, 0);
    qtest_clock_step(pf.qts, 1000 * MS);
    write_ctrl(&pf, PCI_SRIOV_CTRL_VFE);
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void test_cap_early(void)
{
    Fn pf = boot(NULL);

    enable_vfs(&pf, 2);
    write_ctrl(&pf, 0);
    cfg_readw(&pf, pf.sriov + PCI_SRIOV_NUM_VF);
    cfg_readl(&pf, pf.sriov + PCI_SRIOV_CAP);
    expect_breaches(&pf, SRIOV_EDU_REF_CAP_EARLY, 2);
    cfg_readl(&pf, PCI_VENDOR_ID);
    cfg_writel(&pf, pf.sriov, 0);               /* writes are allowed */
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_NUM_VF, 3);
    cfg_writel(&pf, pf.sriov + PCI_SRIOV_SYS_PGSIZE, 1);
    write_ctrl(&pf, PCI_SRIOV_CTRL_MSE);
    expect_no_breach(&pf);
    qtest_clock_step(pf.qts, 1000 * MS - 1);
    cfg_readw(&pf, pf.sriov + PCI_SRIOV_BAR);
    expect_breaches(&pf, SRIOV_EDU_REF_CAP_EARLY, 1);
    qtest_clock_step(pf.qts, 1);
    cfg_readw(&pf, pf.sriov + PCI_SRIOV_NUM_VF);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* The VF Migration State Array counts as part of the capability. */
static void test_array_early(void)
{
    Fn pf = boot("vf-migration=on");
    uint64_t array = pf.bar2 + SRIOV_EDU_ARRAY_OFFSET;

    enable_vfs(&pf, 2);
    qtest_readb(pf.qts, array);
    write_ctrl(&pf, 0);
    qtest_writeb(pf.qts, array, PCI_SRIOV_VFM_MI);
    qtest_readl(pf.qts, array + 8);             /* beyond TotalVFs */
    qtest_readl(pf.qts, pf.bar2);
    expect_no_breach(&pf);
    qtest_readb(pf.qts, array + 7);
    qtest_clock_step(pf.qts, 1000 * MS - 1);
    qtest_readw(pf.qts, array);                 /* two states */
    expect_breaches(&pf, SRIOV_EDU_REF_CAP_EARLY, 3);
    qtest_clock_step(pf.qts, 1);
    qtest_readl(pf.qts, array);
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void test_header_early(void)
{
    Fn pf = boot(NULL);

    enable_vfs(&pf, 2);
    cfg_readl(&pf, pf.sriov);
    expect_no_breach(&pf);
    write_ctrl(&pf, 0);
    cfg_readl(&pf, pf.sriov);
    cfg_readw(&pf, pf.sriov + 2);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_REFEREE_LAST), ==,
                    SRIOV_EDU_REF_HEADER_EARLY);
    expect_breaches(&pf, SRIOV_EDU_REF_HEADER_EARLY, 2);
    qtest_clock_step(pf.qts, 1000 * MS - 1);
    cfg_readl(&pf, pf.sriov);
    expect_breaches(&pf, SRIOV_EDU_REF_HEADER_EARLY, 1);
    qtest_clock_step(pf.qts, 1);
    cfg_readl(&pf, pf.sriov);
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void set_power_state(Fn *pf, uint16_t state)
{
    cfg_writew(pf, find_cap(pf, PCI_CAP_ID_PM) + PCI_PM_CTRL, state);
}

static void test_d_state_early(void)
{
    Fn pf = boot(NULL);

    enable_vfs(&pf, 2);
    write_ctrl(&pf, 0);
    set_power_state(&pf, 0);
    set_power_state(&pf, 1);            /* D1 does not exist */
    expect_no_breach(&pf);
    set_power_state(&pf, 3);
    set_power_state(&pf, 3);
    set_power_state(&pf, 0);
    expect_breaches(&pf, SRIOV_EDU_REF_D_STATE_EARLY, 2);
    qtest_clock_step(pf.qts, 1000 * MS - 1);
    set_power_state(&pf, 3);
    qtest_clock_step(pf.qts, 1);
    set_power_state(&pf, 0);
    expect_breaches(&pf, SRIOV_EDU_REF_D_STATE_EARLY, 1);
    set_power_state(&pf, 3);
    set_power_state(&pf, 0);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* A reset by a change of the D-state is counted once, as the change. */
static void test_soft_reset(void)
{
    Fn pf = boot("no-soft-reset=off");

    enable_vfs(&pf, 2);
    write_ctrl(&pf, 0);
    set_power_state(&pf, 3);
    set_power_state(&pf, 0);
    pf = find_pf(pf.qts, 1, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_RESETS), ==, 1);
    expect_breaches(&pf, SRIOV_EDU_REF_D_STATE_EARLY, 2);
    shut_down(&pf);
}

/* A reset clears the BARs, by which the counters are read. */
static void function_reset(Fn *pf)
{
    flr(pf);
    *pf = find_pf(pf->qts, 1, 0);
}

static void set_bus_reset(Fn *port, bool on)
{
    cfg_writew(port, PCI_BRIDGE_CONTROL, on ? PCI_BRIDGE_CTL_BUS_RESET : 0);
}

static void bus_reset(Fn *pf)
{
    Fn port = { .qts = pf->qts, .devfn = 1 << 3 };

    set_bus_reset(&port, true);
    set_bus_reset(&port, false);
    qtest_clock_step(pf->qts, 100 * MS);
    *pf = find_pf(pf->qts, 1, 0);
}

static void reset_after(Fn *pf, int64_t ns, void (*reset)(Fn *pf))
{
    enable_vfs(pf, 2);
    write_ctrl(pf, 0);
    if (ns) {
        qtest_clock_step(pf->qts, ns);
    }
    reset(pf);
}

static void test_reset_early(void)
{
    Fn pf = boot(NULL);

    function_reset(&pf);
    bus_reset(&pf);
    enable_vfs(&pf, 2);
    function_reset(&pf);
    expect_no_breach(&pf);

    reset_after(&pf, 0, function_reset);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_REFEREE_LAST), ==,
                    SRIOV_EDU_REF_RESET_EARLY);
    function_reset(&pf);                /* the reset before ended the second */
    expect_breaches(&pf, SRIOV_EDU_REF_RESET_EARLY, 1);
    reset_after(&pf, 1000 * MS - 1, bus_reset);
    expect_breaches(&pf, SRIOV_EDU_REF_RESET_EARLY, 1);
    reset_after(&pf, 1000 * MS, function_reset);
    reset_after(&pf, 1000 * MS, bus_reset);
    expect_no_breach(&pf);

    shut_down(&pf);
}

/* A reset of the machine is not counted, also with Secondary Bus Reset set. */
static void test_system_reset(void)
{
    Fn pf = boot(NULL);
    Fn port = { .qts = pf.qts, .devfn = 1 << 3 };

    reset_after(&pf, 0, system_reset);  /* clears bus numbers as well */
    g_assert_cmpint(get_property(&pf, "referee-total"), ==, 0);
    shut_down(&pf);

    pf = boot(NULL);
    port.qts = pf.qts;
    set_bus_reset(&port, true);
    pf = find_pf(pf.qts, 1, 0);         /* QEMU's ports forward accesses */
    reset_after(&pf, 0, system_reset);
    g_assert_cmpint(get_property(&pf, "referee-total"), ==, 0);
    shut_down(&pf);
}

/* The reset of a PF that is plugged in is not counted. */
static void test_plug(void)
{
    Fn port = { .qts = boot_args(""), .devfn = 1 << 3 };

    set_bus_reset(&port, true);
    qtest_qmp_device_add(port.qts, "sriov-edu", "pf", "{'bus': 'port1'}");
    g_assert_cmpint(get_property(&port, "referee-total"), ==, 0);
    qtest_quit(port.qts);
}

static void set_slot_power(Fn *port, bool on)
{
    unsigned int slot = find_cap(port, PCI_CAP_ID_EXP) + PCI_EXP_SLTCTL;
    uint16_t ctrl = cfg_readw(port, slot) & ~PCI_EXP_SLTCTL_PCC;

    cfg_writew(port, slot, ctrl | (on ? 0 : PCI_EXP_SLTCTL_PCC));
}

/* Turning off the power of the slot resets the PF: not counted. */
static void test_slot_power(void)
{
    Fn pf = boot(NULL);
    Fn port = { .qts = pf.qts, .devfn = 1 << 3 };

    enable_vfs(&pf, 2);
    write_ctrl(&pf, 0);
    set_slot_power(&port, false);
    set_slot_power(&port, true);
    pf = find_pf(pf.qts, 1, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_RESETS), ==, 1);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* Secondary Bus Reset counts for a PF two ports below, too. */
static void test_upper_port(void)
{
    QTestState *qts = boot_args("-device pcie-root-port,id=lower,chassis=9,"
                                "bus=port2 -device sriov-edu,id=pf,bus=lower");
    Fn upper = { .qts = qts, .devfn = 2 << 3 };
    Fn lower = { .qts = qts, .bus = 2 };
    Fn pf = { .qts = qts, .bus = 4 };

    cfg_writel(&upper, PCI_PRIMARY_BUS, 4 << 16 | 2 << 8);
    cfg_writel(&lower, PCI_PRIMARY_BUS, 4 << 16 | 4 << 8 | 2);
    g_assert_cmphex(cfg_readl(&pf, PCI_VENDOR_ID), ==,
                    SRIOV_EDU_PF_DEVICE_ID << 16 | SRIOV_EDU_VENDOR_ID);
    pf.sriov = find_ext_cap(&pf, PCI_EXT_CAP_ID_SRIOV);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_NUM_VF, 1);
    write_ctrl(&pf, PCI_SRIOV_CTRL_VFE);
    write_ctrl(&pf, 0);
    set_bus_reset(&upper, true);
    g_assert_cmpint(get_property(&pf, "referee-reset-early"), ==, 1);
    g_assert_cmpint(get_property(&pf, "referee-total"), ==, 1);
    qtest_quit(qts);
}

static void test_slack(void)
{
    Fn pf = boot("referee-slack-ms=300");

    enable_vfs(&pf, 2);
    write_ctrl(&pf, 0);
    qtest_clock_step(pf.qts, 700 * MS - 1);
    cfg_readl(&pf, pf.sriov);
    expect_breaches(&pf, SRIOV_EDU_REF_HEADER_EARLY, 1);
    cfg_readl(&pf, pf.sriov + PCI_SRIOV_CAP);
    expect_breaches(&pf, SRIOV_EDU_REF_CAP_EARLY, 1);
    set_power_state(&pf, 3);
    qtest_clock_step(pf.qts, 1);
    set_power_state(&pf, 0);
    expect_breaches(&pf, SRIOV_EDU_REF_D_STATE_EARLY, 1);
    cfg_readl(&pf, pf.sriov);
    cfg_readl(&pf, pf.sriov + PCI_SRIOV_CAP);
    expect_no_breach(&pf);

    reset_after(&pf, 700 * MS - 1, function_reset);
    expect_breaches(&pf, SRIOV_EDU_REF_RESET_EARLY, 1);
    reset_after(&pf, 700 * MS - 1, bus_reset);
    expect_breaches(&pf, SRIOV_EDU_REF_RESET_EARLY, 1);
    reset_after(&pf, 700 * MS, function_reset);
    reset_after(&pf, 700 * MS, bus_reset);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* The newest kinds are in a subsection, which is left out while they are 0. */
static void test_snapshot(void)
{
    Fn pf = boot(NULL);

    enable_vfs(&pf, 2);
    write_ctrl(&pf, 0);
    cfg_readl(&pf, pf.sriov);
    cfg_readl(&pf, pf.sriov);
    pf.qts = save_and_load(pf.qts, NULL);
    function_reset(&pf);                /* still within the second */
    pf.qts = save_and_load(pf.qts, NULL);
    qtest_clock_step(pf.qts, 100 * MS);
    g_assert_cmpint(get_property(&pf, "referee-header-early"), ==, 2);
    g_assert_cmpint(get_property(&pf, "referee-reset-early"), ==, 1);
    g_assert_cmpint(get_property(&pf, "referee-total"), ==, 3);
    wr(&pf, SRIOV_EDU_REFEREE_CTRL, SRIOV_EDU_REFEREE_CLEAR);
    pf.qts = save_and_load(pf.qts, NULL);
    qtest_clock_step(pf.qts, 100 * MS);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* Locked registers keep their value, whatever part of them is written. */
static void test_numvfs(void)
{
    Fn pf = boot(NULL);

    enable_vfs(&pf, 2);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_NUM_VF, 2);
    cfg_writeb(&pf, pf.sriov + PCI_SRIOV_NUM_VF + 1, 0);
    expect_breaches(&pf, SRIOV_EDU_REF_NUMVFS_LOCKED, 2);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_NUM_VF, 5);
    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_NUM_VF), ==, 2);
    expect_breaches(&pf, SRIOV_EDU_REF_NUMVFS_LOCKED, 1);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_FUNC_LINK, 5);
    expect_no_breach(&pf);

    disable_vfs(&pf);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_NUM_VF, 0);
    write_ctrl(&pf, PCI_SRIOV_CTRL_VFE);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 0);
    expect_breaches(&pf, SRIOV_EDU_REF_NUMVFS_RANGE, 1);
    disable_vfs(&pf);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_NUM_VF, 9);
    write_ctrl(&pf, PCI_SRIOV_CTRL_VFE);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 0);
    expect_breaches(&pf, SRIOV_EDU_REF_NUMVFS_RANGE, 1);
    shut_down(&pf);
}

static void test_bar_locked(void)
{
    Fn pf = boot(NULL);
    uint32_t bar;

    enable_vfs(&pf, 2);
    bar = cfg_readl(&pf, pf.sriov + PCI_SRIOV_BAR);
    cfg_writel(&pf, pf.sriov + PCI_SRIOV_BAR, 0x12345000);
    cfg_writel(&pf, pf.sriov + PCI_SRIOV_BAR + 12, bar);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_BAR), ==, bar);
    expect_breaches(&pf, SRIOV_EDU_REF_BAR_LOCKED, 2);
    write_ctrl(&pf, PCI_SRIOV_CTRL_VFE);
    cfg_writel(&pf, pf.sriov + PCI_SRIOV_BAR, bar);
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void test_page_size(void)
{
    static const uint32_t bad[] = { 0, 4, 8, 3, 0x553, ~0u, 0x80000000 };
    Fn pf = boot(NULL);
    unsigned int reg = pf.sriov + PCI_SRIOV_SYS_PGSIZE;
    int i;

    for (i = 0; i < ARRAY_SIZE(bad); i++) {
        cfg_writel(&pf, reg, bad[i]);
        g_assert_cmphex(cfg_readl(&pf, reg), ==, 1);
        expect_breaches(&pf, SRIOV_EDU_REF_PGSIZE_RANGE, 1);
    }
    cfg_writel(&pf, reg, 0x10);
    cfg_writel(&pf, reg, 1);
    expect_no_breach(&pf);
    enable_vfs(&pf, 2);
    cfg_writel(&pf, reg, 0x10);
    g_assert_cmphex(cfg_readl(&pf, reg), ==, 1);
    expect_breaches(&pf, SRIOV_EDU_REF_PGSIZE_LOCKED, 1);
    shut_down(&pf);
}

static void test_ari_locked(void)
{
    const uint16_t on = PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE;
    Fn pf = boot(NULL);
    unsigned int reg = pf.sriov + PCI_SRIOV_CTRL;

    enable_vfs(&pf, 2);
    write_ctrl(&pf, on | PCI_SRIOV_CTRL_ARI);
    g_assert_cmphex(cfg_readw(&pf, reg), ==, on);
    expect_breaches(&pf, SRIOV_EDU_REF_ARI_LOCKED, 1);
    disable_vfs(&pf);
    write_ctrl(&pf, PCI_SRIOV_CTRL_ARI);
    write_ctrl(&pf, on | PCI_SRIOV_CTRL_ARI);
    g_assert_cmphex(cfg_readw(&pf, reg), ==, on | PCI_SRIOV_CTRL_ARI);
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void test_vf_request(void)
{
    Fn pf = boot(NULL);
    Fn vf;

    enable_vfs(&pf, 2);
    vf = get_vf(&pf, 0);
    run(&vf, SRIOV_EDU_CMD_CRC, SRC_ADDR, 0, 4);        /* neither */
    set_bus_master(&vf, true);
    run(&vf, SRIOV_EDU_CMD_CRC, SRC_ADDR, 0, 4);        /* not enabled */
    set_bus_master(&vf, false);
    block_wr(&pf, 0, SRIOV_EDU_VF_CTRL, SRIOV_EDU_VF_CTRL_ENABLE);
    g_assert_cmphex(run(&vf, SRIOV_EDU_CMD_CRC, SRC_ADDR, 0, 4), ==,
                    SRIOV_EDU_STATUS_DONE | SRIOV_EDU_ERR_MASTER << 8);
    expect_breaches(&pf, SRIOV_EDU_REF_VF_REQUEST, 3);
    set_bus_master(&vf, true);
    check_copy(&vf, 4);
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void test_flr_early(void)
{
    Fn pf = boot(NULL);
    unsigned int devctl = find_cap(&pf, PCI_CAP_ID_EXP) + PCI_EXP_DEVCTL;
    Fn vf;

    enable_vfs(&pf, 2);
    vf = get_vf(&pf, 0);
    cfg_writew(&vf, devctl, PCI_EXP_DEVCTL_BCR_FLR);
    qtest_clock_step(pf.qts, 100 * MS - 1);
    cfg_readl(&vf, 0);
    rd(&vf, SRIOV_EDU_ID);
    expect_breaches(&pf, SRIOV_EDU_REF_FLR_EARLY, 2);
    qtest_clock_step(pf.qts, 1);
    cfg_readl(&vf, 0);
    expect_no_breach(&pf);

    cfg_writew(&pf, devctl, PCI_EXP_DEVCTL_BCR_FLR);
    cfg_readl(&pf, 0);
    qtest_clock_step(pf.qts, 100 * MS);
    pf = find_pf(pf.qts, 1, 0);
    expect_breaches(&pf, SRIOV_EDU_REF_FLR_EARLY, 1);
    shut_down(&pf);
}

static void test_properties(void)
{
    Fn pf = boot(NULL);

    cfg_writel(&pf, pf.sriov + PCI_SRIOV_SYS_PGSIZE, 0);
    cfg_writel(&pf, pf.sriov + PCI_SRIOV_SYS_PGSIZE, 0);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_VFE);
    g_assert_cmpint(get_property(&pf, "referee-total"), ==, 3);
    g_assert_cmpint(get_property(&pf, "referee-pgsize-range"), ==, 2);
    g_assert_cmpint(get_property(&pf, "referee-numvfs-range"), ==, 1);
    g_assert_cmpint(get_property(&pf, "referee-vf-early"), ==, 0);
    g_assert_cmpint(get_property(&pf, "referee-flr-early"), ==, 0);
    g_assert_cmpint(get_property(&pf, "referee-header-early"), ==, 0);
    g_assert_cmpint(get_property(&pf, "referee-d-state-early"), ==, 0);
    g_assert_cmpint(get_property(&pf, "referee-reset-early"), ==, 0);
    shut_down(&pf);
}

void add_referee_tests(void)
{
    qtest_add_func("/sriov-edu/referee/vf-early", test_vf_early);
    qtest_add_func("/sriov-edu/referee/vfe-early", test_vfe_early);
    qtest_add_func("/sriov-edu/referee/cap-early", test_cap_early);
    qtest_add_func("/sriov-edu/referee/array-early", test_array_early);
    qtest_add_func("/sriov-edu/referee/header-early", test_header_early);
    qtest_add_func("/sriov-edu/referee/d-state-early", test_d_state_early);
    qtest_add_func("/sriov-edu/referee/soft-reset", test_soft_reset);
    qtest_add_func("/sriov-edu/referee/reset-early", test_reset_early);
    qtest_add_func("/sriov-edu/referee/system-reset", test_system_reset);
    qtest_add_func("/sriov-edu/referee/plug", test_plug);
    qtest_add_func("/sriov-edu/referee/slot-power", test_slot_power);
    qtest_add_func("/sriov-edu/referee/upper-port", test_upper_port);
    qtest_add_func("/sriov-edu/referee/slack", test_slack);
    qtest_add_func("/sriov-edu/referee/snapshot", test_snapshot);
    qtest_add_func("/sriov-edu/referee/numvfs", test_numvfs);
    qtest_add_func("/sriov-edu/referee/bar-locked", test_bar_locked);
    qtest_add_func("/sriov-edu/referee/page-size", test_page_size);
    qtest_add_func("/sriov-edu/referee/ari-locked", test_ari_locked);
    qtest_add_func("/sriov-edu/referee/vf-request", test_vf_request);
    qtest_add_func("/sriov-edu/referee/flr-early", test_flr_early);
    qtest_add_func("/sriov-edu/referee/properties", test_properties);
}
