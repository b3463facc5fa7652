/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VF Migration: what a VF does in each state, how the PF is notified, and what
 * the referee counts.
 */

#include "qemu/osdep.h"
#include "vf-migration.h"

static void test_answers(void)
{
    Fn pf = boot_migration();
    Fn vf = prepare_migrating_vf(&pf, 6);
    const uint32_t exists = SRIOV_EDU_VF_STATUS_EXISTS;

    expect_silence(&vf);                        /* UA since VF Enable */
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 4);
    g_assert_cmphex(block_rd(&pf, 6, SRIOV_EDU_VF_STATUS), ==, 0);
    command(&pf, OFFER, 6);
    expect_answers(&vf);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 5);
    g_assert_cmphex(block_rd(&pf, 6, SRIOV_EDU_VF_STATUS), ==, exists);
    wr(&vf, SRIOV_EDU_SCRATCH, 66);
    command(&pf, RETRACT, 6);
    expect_silence(&vf);
    command(&pf, OFFER, 6);
    write_state(&pf, 6, AV);
    expect_answers(&vf);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_SCRATCH), ==, 66);
    set_bus_master(&vf, true);
    command(&pf, REQUEST, 6);
    expect_answers(&vf);
    flr(&vf);
    write_state(&pf, 6, UA);
    expect_silence(&vf);
    g_assert_cmphex(block_rd(&pf, 6, SRIOV_EDU_VF_STATUS), ==, 0);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* The referee does not count early accesses to a VF that does not exist. */
static void test_absent_is_not_watched(void)
{
    Fn pf = boot_migration();
    Fn here = get_vf(&pf, 3), gone = get_vf(&pf, 4);

    disable_vfs(&pf);
    set_ctrl(&pf, VFS_ON | MIGRATION);
    expect_silence(&gone);
    expect_no_breach(&pf);
    cfg_readl(&here, 0);
    expect_breaches(&pf, SRIOV_EDU_REF_VF_EARLY, 1);
    shut_down(&pf);
}

static void test_dma(void)
{
    Fn pf = boot_migration();
    Fn vf = prepare_migrating_vf(&pf, 1), other = prepare_migrating_vf(&pf, 2);

    check_copy(&vf, 1000);
    command(&pf, REQUEST, 1);
    check_copy(&vf, 1000);
    command(&pf, CANCEL, 1);
    write_state(&pf, 1, MI);
    qtest_memset(pf.qts, DST_ADDR, 0x77, 4);
    g_assert_cmphex(run(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 4), ==,
                    STATUS_OF(SRIOV_EDU_ERR_INACTIVE));
    g_assert_cmphex(qtest_readl(pf.qts, DST_ADDR), ==, 0x77777777);
    expect_breaches(&pf, SRIOV_EDU_REF_VF_REQUEST, 1);
    check_copy(&other, 1000);
    write_state(&pf, 1, AV);
    flr(&vf);
    set_bus_master(&vf, true);
    check_copy(&vf, 1000);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* The VF becomes Inactive.Unavailable while its engine runs. */
static void test_dma_stops(void)
{
    Fn pf = boot_migration();
    Fn vf = prepare_migrating_vf(&pf, 1);

    wr(&vf, SRIOV_EDU_LATENCY, 50000);
    qtest_memset(pf.qts, DST_ADDR, 0x77, 4);
    bring(&pf, 1, MO);
    start(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 4);
    write_state(&pf, 1, UA);
    qtest_clock_step(pf.qts, 100 * MS);
    g_assert_cmphex(qtest_readl(pf.qts, DST_ADDR), ==, 0x77777777);
    expect_breaches(&pf, SRIOV_EDU_REF_OUT_UNRESET, 1);
    command(&pf, OFFER, 1);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_STATUS), ==,
                    STATUS_OF(SRIOV_EDU_ERR_INACTIVE));
    g_assert_cmpint(rd(&vf, SRIOV_EDU_LATENCY), ==, 50000);
    flr(&vf);                                   /* dormant, but configurable */
    g_assert_cmphex(rd(&vf, SRIOV_EDU_STATUS), ==, 0);
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void raise_soft(Fn *vf)
{
    wr(vf, SRIOV_EDU_INT_STATUS, SRIOV_EDU_INT_ALL);
    wr(vf, SRIOV_EDU_INT_RAISE, 1);
}

static void test_vf_messages(void)
{
    Fn pf = boot_migration();
    Fn vf = prepare_migrating_vf(&pf, 1);
    unsigned int flags = find_cap(&vf, PCI_CAP_ID_MSIX) + PCI_MSIX_FLAGS;
    uint16_t ctrl = cfg_readw(&pf, pf.sriov + PCI_SRIOV_CTRL);

    enable_msix(&vf);
    set_message(&vf, 0, 200);
    take_message(&vf);
    wr(&vf, SRIOV_EDU_INT_ENABLE, SRIOV_EDU_INT_SOFT);
    raise_soft(&vf);
    g_assert_cmpint(take_message(&vf), ==, 200);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_INT_COUNT), ==, 1);

    /* A pending message is unmasked while the VF is dormant. */
    cfg_writew(&vf, flags, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
    raise_soft(&vf);
    write_state(&pf, 1, MI);
    set_bus_master(&vf, true);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_CTRL, ctrl & ~PCI_SRIOV_CTRL_MSE);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_CTRL, ctrl);
    enable_msix(&vf);
    g_assert_cmpint(take_message(&vf), ==, 0);

    raise_soft(&vf);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_INT_STATUS), ==, SRIOV_EDU_INT_SOFT);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_INT_COUNT), ==, 2);
    write_state(&pf, 1, AV);
    g_assert_cmpint(take_message(&vf), ==, 0);
    raise_soft(&vf);
    g_assert_cmpint(take_message(&vf), ==, 200);
    shut_down(&pf);
}

static void test_mailbox(void)
{
    Fn pf = boot_migration();

    bring(&pf, 1, UA);
    block_wr(&pf, 1, SRIOV_EDU_VF_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
    g_assert_cmphex(block_rd(&pf, 1, SRIOV_EDU_VF_MBX_TX_CTRL), ==, 0);
    command(&pf, OFFER, 1);
    block_wr(&pf, 1, SRIOV_EDU_VF_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
    g_assert_cmphex(block_rd(&pf, 1, SRIOV_EDU_VF_MBX_TX_CTRL), ==,
                    SRIOV_EDU_MBX_FULL);
    shut_down(&pf);
}

/* VF_MSIX is locked by MSI-X Enable, whether the VF exists or not. */
static void test_vectors(void)
{
    Fn pf = boot_migration();
    Fn vf = prepare_migrating_vf(&pf, 1);

    bring(&pf, 1, UA);
    block_wr(&pf, 1, SRIOV_EDU_VF_MSIX, 6);
    g_assert_cmpint(block_rd(&pf, 1, SRIOV_EDU_VF_MSIX), ==, 6);
    bring(&pf, 1, AV);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_VECTORS), ==, 6);
    enable_msix(&vf);
    block_wr(&pf, 1, SRIOV_EDU_VF_MSIX, 5);
    g_assert_cmpint(block_rd(&pf, 1, SRIOV_EDU_VF_MSIX), ==, 6);
    bring(&pf, 1, UA);
    block_wr(&pf, 1, SRIOV_EDU_VF_MSIX, 5);
    g_assert_cmpint(block_rd(&pf, 1, SRIOV_EDU_VF_MSIX), ==, 6);
    shut_down(&pf);
}

/*
 * VF Migration Status and its interrupt
 */

static void test_interrupt(void)
{
    Fn pf = boot_migration();

    enable_msix(&pf);
    set_message(&pf, 7, 107);
    take_message(&pf);

    command(&pf, OFFER, 4);
    g_assert_cmpint(take_message(&pf), ==, 107);
    command(&pf, OFFER, 5);                     /* already set: no message */
    g_assert_cmpint(take_message(&pf), ==, 0);
    cfg_writew(&pf, pf.sriov + PCI_SRIOV_STATUS, 0);
    g_assert_true(status(&pf));
    clear_status(&pf);
    write_state(&pf, 4, AV);                    /* by software itself */
    g_assert_cmpint(take_message(&pf), ==, 0);
    command(&pf, RETRACT, 5);
    g_assert_cmpint(take_message(&pf), ==, 107);
    g_assert_cmpint(command(&pf, RETRACT, 5), ==, WRONG_STATE);
    clear_status(&pf);
    g_assert_cmpint(command(&pf, RETRACT, 5), ==, WRONG_STATE);
    g_assert_cmpint(take_message(&pf), ==, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_MIGRATION_MESSAGES), ==, 2);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_INT_COUNT), ==, 0);
    shut_down(&pf);
}

/* VF Migration Interrupt Enable may be set after VF Migration Status. */
static void test_interrupt_enable(void)
{
    Fn pf = boot_migration();

    enable_msix(&pf);
    set_message(&pf, 7, 107);
    take_message(&pf);
    set_ctrl(&pf, VFS_ON | PCI_SRIOV_CTRL_VFM);
    command(&pf, OFFER, 4);
    g_assert_true(status(&pf));
    g_assert_cmpint(take_message(&pf), ==, 0);
    set_ctrl(&pf, VFS_ON | MIGRATION);
    g_assert_cmpint(take_message(&pf), ==, 107);
    set_ctrl(&pf, VFS_ON | MIGRATION);
    g_assert_cmpint(take_message(&pf), ==, 0);

    /* One write clears the status and enables the interrupt. */
    set_ctrl(&pf, VFS_ON | PCI_SRIOV_CTRL_VFM);
    cfg_writel(&pf, pf.sriov + PCI_SRIOV_CTRL,
               VFS_ON | MIGRATION | PCI_SRIOV_STATUS_VFM << 16);
    g_assert_false(status(&pf));
    g_assert_cmpint(take_message(&pf), ==, 0);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_CTRL), ==,
                    VFS_ON | MIGRATION);
    /* A write to the Control half does not touch Status. */
    command(&pf, OFFER, 5);
    take_message(&pf);
    cfg_writeb(&pf, pf.sriov + PCI_SRIOV_STATUS + 1, 0xff);
    set_ctrl(&pf, 0xffff);
    g_assert_true(status(&pf));
    cfg_writeb(&pf, pf.sriov + PCI_SRIOV_STATUS, 0xff);
    g_assert_false(status(&pf));
    shut_down(&pf);
}

static void test_no_message(void)
{
    Fn pf = boot_migration();
    unsigned int flags = find_cap(&pf, PCI_CAP_ID_MSIX) + PCI_MSIX_FLAGS;
    unsigned int pmcsr = find_cap(&pf, PCI_CAP_ID_PM) + PCI_PM_CTRL;

    set_message(&pf, 7, 107);
    take_message(&pf);
    command(&pf, OFFER, 4);                     /* MSI-X is not enabled */
    enable_msix(&pf);
    g_assert_cmpint(take_message(&pf), ==, 0);
    clear_status(&pf);

    cfg_writew(&pf, flags, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
    command(&pf, OFFER, 5);                     /* pending */
    g_assert_cmpint(take_message(&pf), ==, 0);
    g_assert_cmphex(qtest_readl(pf.qts, pf.bar2 + 0x4000), ==, 1 << 7);
    clear_status(&pf);
    enable_msix(&pf);
    g_assert_cmpint(take_message(&pf), ==, 107);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_MIGRATION_MESSAGES), ==, 1);

    cfg_writew(&pf, pmcsr, 3);                  /* now only QMP can access it */
    g_assert_cmphex(state(&pf, 6), ==, 0xff);
    qtest_qmp_assert_success(pf.qts, "{ 'execute': 'qom-set', 'arguments': { "
                             "'path': '/machine/peripheral/pf', 'property': "
                             "'vf-migration-offer', 'value': 6 } }");
    cfg_writew(&pf, pmcsr, 0);
    g_assert_cmpint(take_message(&pf), ==, 0);
    g_assert_true(status(&pf));
    g_assert_cmpint(state(&pf, 6), ==, MI);
    shut_down(&pf);
}

/* The engine may use the same vector. */
static void test_shared_vector(void)
{
    Fn pf = boot("vf-migration=on,vf-migration-vector=0");

    enable_vfs_with(&pf, 8, MIGRATION);
    enable_msix(&pf);
    set_message(&pf, 0, 100);
    take_message(&pf);
    wr(&pf, SRIOV_EDU_INT_ENABLE, SRIOV_EDU_INT_ALL);
    command(&pf, REQUEST, 0);
    g_assert_cmpint(take_message(&pf), ==, 100);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_INT_STATUS), ==, 0);
    wr(&pf, SRIOV_EDU_INT_RAISE, 1);
    g_assert_cmpint(take_message(&pf), ==, 100);
    shut_down(&pf);
}

/*
 * The referee
 */

static void test_out_unreset(void)
{
    Fn pf = boot_migration();
    Fn vf = prepare_migrating_vf(&pf, 1);

    flr(&vf);                                   /* too early to count */
    set_bus_master(&vf, true);
    command(&pf, REQUEST, 1);
    write_state(&pf, 1, UA);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_REFEREE_LAST), ==,
                    SRIOV_EDU_REF_OUT_UNRESET | 2 << 8);
    expect_breaches(&pf, SRIOV_EDU_REF_OUT_UNRESET, 1);

    bring(&pf, 1, MO);
    flr(&vf);
    write_state(&pf, 1, UA);
    bring(&pf, 1, MO);
    command(&pf, CANCEL, 1);
    write_state(&pf, 1, MI);
    command(&pf, RETRACT, 1);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* The request is cancelled and repeated between FLR and completion. */
static void test_out_requested_again(void)
{
    Fn pf = boot_migration();
    Fn vf = prepare_migrating_vf(&pf, 1);

    bring(&pf, 1, MO);
    flr(&vf);
    command(&pf, CANCEL, 1);
    command(&pf, REQUEST, 1);
    write_state(&pf, 1, UA);
    expect_no_breach(&pf);

    /* the VF is used after the FLR, between two requests */
    bring(&pf, 1, MO);
    flr(&vf);
    command(&pf, CANCEL, 1);
    wr(&vf, SRIOV_EDU_SCRATCH, 1);
    command(&pf, REQUEST, 1);
    write_state(&pf, 1, UA);
    expect_breaches(&pf, SRIOV_EDU_REF_OUT_UNRESET, 1);

    /* the VF is used after the FLR, in Active.MigrateOut */
    bring(&pf, 1, MO);
    flr(&vf);
    wr(&vf, SRIOV_EDU_SCRATCH, 1);
    write_state(&pf, 1, UA);
    expect_breaches(&pf, SRIOV_EDU_REF_OUT_UNRESET, 1);

    /* the VF is migrated in again after the FLR */
    bring(&pf, 1, MO);
    flr(&vf);
    write_state(&pf, 1, UA);
    bring(&pf, 1, MO);
    write_state(&pf, 1, UA);
    expect_breaches(&pf, SRIOV_EDU_REF_OUT_UNRESET, 1);
    shut_down(&pf);
}

static void test_in_unreset(void)
{
    Fn pf = boot_migration();
    Fn vf = prepare_migrating_vf(&pf, 5);

    command(&pf, OFFER, 5);
    flr(&vf);                                   /* too early to count */
    write_state(&pf, 5, AV);
    set_bus_master(&vf, true);
    command(&pf, REQUEST, 5);
    command(&pf, CANCEL, 5);
    expect_no_breach(&pf);
    check_copy(&vf, 10);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_REFEREE_LAST), ==,
                    SRIOV_EDU_REF_IN_UNRESET | 6 << 8);
    expect_breaches(&pf, SRIOV_EDU_REF_IN_UNRESET, 1);
    wr(&vf, SRIOV_EDU_INT_RAISE, SRIOV_EDU_INT_SOFT);
    expect_breaches(&pf, SRIOV_EDU_REF_IN_UNRESET, 1);
    wr(&vf, SRIOV_EDU_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
    expect_breaches(&pf, SRIOV_EDU_REF_IN_UNRESET, 1);
    wr(&vf, SRIOV_EDU_INT_ENABLE, 0);
    expect_no_breach(&pf);
    flr(&vf);
    set_bus_master(&vf, true);
    check_copy(&vf, 10);
    command(&pf, REQUEST, 5);
    command(&pf, CANCEL, 5);
    check_copy(&vf, 10);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* Seven VFs migrate from one PF to the other while an eighth copies. */
static void test_two_pfs(void)
{
    QTestState *qts = boot_args(
        "-device sriov-edu,bus=port1,vf-migration=on "
        "-device sriov-edu,bus=port2,vf-migration=on,initial-vfs=0");
    Fn a = find_pf(qts, 1, 0), b = find_pf(qts, 2, 0);
    Fn worker, vf;
    unsigned int i;

    enable_vfs_with(&a, 8, MIGRATION);
    enable_vfs_with(&b, 8, MIGRATION);
    worker = prepare_migrating_vf(&a, 7);
    for (i = 0; i < 7; i++) {
        vf = get_vf(&a, i);
        command(&a, REQUEST, i);
        flr(&vf);
        write_state(&a, i, UA);
        g_assert_cmpint(rd(&a, SRIOV_EDU_NUM_VFS), ==, 7 - i);
        check_copy(&worker, 5000);
        command(&b, OFFER, i);
        write_state(&b, i, AV);
        vf = prepare_migrating_vf(&b, i);
        flr(&vf);
        set_bus_master(&vf, true);
        check_copy(&vf, 5000);
        g_assert_cmpint(rd(&b, SRIOV_EDU_NUM_VFS), ==, i + 1);
    }
    expect_no_breach(&a);
    expect_no_breach(&b);
    shut_down(&a);
}

void add_migrating_vf_tests(void)
{
    qtest_add_func("/sriov-edu/vf-migration/answers", test_answers);
    qtest_add_func("/sriov-edu/vf-migration/absent-is-not-watched",
                   test_absent_is_not_watched);
    qtest_add_func("/sriov-edu/vf-migration/dma", test_dma);
    qtest_add_func("/sriov-edu/vf-migration/dma-stops", test_dma_stops);
    qtest_add_func("/sriov-edu/vf-migration/vf-messages", test_vf_messages);
    qtest_add_func("/sriov-edu/vf-migration/mailbox", test_mailbox);
    qtest_add_func("/sriov-edu/vf-migration/vectors", test_vectors);
    qtest_add_func("/sriov-edu/vf-migration/interrupt", test_interrupt);
    qtest_add_func("/sriov-edu/vf-migration/interrupt-enable",
                   test_interrupt_enable);
    qtest_add_func("/sriov-edu/vf-migration/no-message", test_no_message);
    qtest_add_func("/sriov-edu/vf-migration/shared-vector", test_shared_vector);
    qtest_add_func("/sriov-edu/vf-migration/out-unreset", test_out_unreset);
    qtest_add_func("/sriov-edu/vf-migration/out-requested-again",
                   test_out_requested_again);
    qtest_add_func("/sriov-edu/vf-migration/in-unreset", test_in_unreset);
    qtest_add_func("/sriov-edu/vf-migration/two-pfs", test_two_pfs);
}
