/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mailboxes and the pool of vectors.
 */

#include "qemu/osdep.h"
#include "machine.h"

static void set_up_mailbox_vector(Fn *fn, uint32_t data)
{
    enable_msix(fn);
    set_message(fn, 1, data);
    wr(fn, SRIOV_EDU_INT_VECTOR, 1 << ctz32(SRIOV_EDU_INT_VECTOR_MAILBOX));
    wr(fn, SRIOV_EDU_INT_ENABLE, SRIOV_EDU_INT_MAILBOX);
}

static void expect_mail_interrupt(Fn *fn, uint32_t data)
{
    g_assert_cmpint(take_message(fn), ==, data);
    g_assert_cmphex(rd(fn, SRIOV_EDU_INT_STATUS), ==, SRIOV_EDU_INT_MAILBOX);
    wr(fn, SRIOV_EDU_INT_STATUS, SRIOV_EDU_INT_MAILBOX);
}

static void set_up(Fn *pf, Fn *vf)
{
    *pf = boot("total-vfs=40");
    enable_vfs(pf, 40);
    *vf = get_vf(pf, 33);
    set_bus_master(vf, true);
    set_up_mailbox_vector(pf, 1000);
    set_up_mailbox_vector(vf, 2000);
    take_message(pf);
}

static void test_vf_to_pf(void)
{
    Fn pf, vf;
    int i;

    set_up(&pf, &vf);
    for (i = 0; i < SRIOV_EDU_MBX_WORDS; i++) {
        wr(&vf, SRIOV_EDU_MBX_TX(i), 0x100 + i);
    }
    g_assert_cmphex(rd(&pf, SRIOV_EDU_MBX_PENDING(1)), ==, 0);
    wr(&vf, SRIOV_EDU_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_MBX_TX_CTRL), ==, SRIOV_EDU_MBX_FULL);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_MBX_PENDING(1)), ==, 1 << 1);
    expect_mail_interrupt(&pf, 1000);

    wr(&vf, SRIOV_EDU_MBX_TX(0), 0xbad);        /* full: no effect */
    wr(&vf, SRIOV_EDU_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
    g_assert_cmpint(take_message(&pf), ==, 0);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_INT_STATUS), ==, 0);
    for (i = 0; i < SRIOV_EDU_MBX_WORDS; i++) {
        g_assert_cmphex(block_rd(&pf, 33, SRIOV_EDU_VF_MBX_RX(i)), ==,
                        0x100 + i);
    }
    g_assert_cmphex(block_rd(&pf, 33, SRIOV_EDU_VF_MBX_RX_CTRL), ==,
                    SRIOV_EDU_MBX_FULL);
    block_wr(&pf, 33, SRIOV_EDU_VF_MBX_RX_CTRL, SRIOV_EDU_MBX_FULL);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_MBX_PENDING(1)), ==, 0);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_MBX_TX_CTRL), ==, 0);
    expect_mail_interrupt(&vf, 2000);
    block_wr(&pf, 33, SRIOV_EDU_VF_MBX_RX_CTRL, SRIOV_EDU_MBX_FULL);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_INT_STATUS), ==, 0);
    shut_down(&pf);
}

static void test_pf_to_vf(void)
{
    Fn pf, vf;
    int i;

    set_up(&pf, &vf);
    for (i = 0; i < SRIOV_EDU_MBX_WORDS; i++) {
        block_wr(&pf, 33, SRIOV_EDU_VF_MBX_TX(i), 0x200 + i);
    }
    block_wr(&pf, 33, SRIOV_EDU_VF_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
    expect_mail_interrupt(&vf, 2000);
    block_wr(&pf, 33, SRIOV_EDU_VF_MBX_TX(0), 0xbad);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_MBX_RX_CTRL), ==, SRIOV_EDU_MBX_FULL);
    for (i = 0; i < SRIOV_EDU_MBX_WORDS; i++) {
        wr(&vf, SRIOV_EDU_MBX_RX(i), 0xbad);    /* RO */
        g_assert_cmphex(rd(&vf, SRIOV_EDU_MBX_RX(i)), ==, 0x200 + i);
    }
    wr(&vf, SRIOV_EDU_MBX_RX_CTRL, SRIOV_EDU_MBX_FULL);
    g_assert_cmphex(block_rd(&pf, 33, SRIOV_EDU_VF_MBX_TX_CTRL), ==, 0);
    expect_mail_interrupt(&pf, 1000);
    shut_down(&pf);
}

static void test_mailbox_ends(void)
{
    Fn pf, vf;

    set_up(&pf, &vf);
    wr(&vf, SRIOV_EDU_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
    block_wr(&pf, 33, SRIOV_EDU_VF_MBX_TX(2), 7);
    block_wr(&pf, 33, SRIOV_EDU_VF_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
    flr(&vf);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_MBX_PENDING(1)), ==, 0);
    g_assert_cmphex(block_rd(&pf, 33, SRIOV_EDU_VF_MBX_TX_CTRL), ==, 0);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_MBX_RX(2)), ==, 0);

    disable_vfs(&pf);   /* a VF that does not exist gets none */
    block_wr(&pf, 33, SRIOV_EDU_VF_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
    g_assert_cmphex(block_rd(&pf, 33, SRIOV_EDU_VF_MBX_TX_CTRL), ==, 0);
    shut_down(&pf);
}

static unsigned int table_size(Fn *fn)
{
    return (cfg_readw(fn, find_cap(fn, PCI_CAP_ID_MSIX) + PCI_MSIX_FLAGS) &
            PCI_MSIX_FLAGS_QSIZE) + 1;
}

static void expect_vectors(Fn *pf, unsigned int vf_id, uint32_t num,
                           uint32_t left)
{
    Fn vf = get_vf(pf, vf_id);

    g_assert_cmpint(block_rd(pf, vf_id, SRIOV_EDU_VF_MSIX), ==, num);
    g_assert_cmpint(rd(pf, SRIOV_EDU_VF_MSIX_FREE), ==, left);
    g_assert_cmpint(rd(&vf, SRIOV_EDU_VECTORS), ==, num);
    g_assert_cmpint(table_size(&vf), ==, num);
}

static void test_vectors(void)
{
    Fn pf = boot("total-vfs=4,vf-vectors=2,vf-msix-max=10,vf-msix-total=20");
    Fn vf;

    g_assert_cmpint(rd(&pf, SRIOV_EDU_VF_MSIX_TOTAL), ==, 20);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_VF_MSIX_MAX), ==, 10);
    block_wr(&pf, 0, SRIOV_EDU_VF_MSIX, 10);    /* before the VF exists */
    enable_vfs(&pf, 4);
    expect_vectors(&pf, 0, 10, 4);
    expect_vectors(&pf, 1, 2, 4);
    block_wr(&pf, 1, SRIOV_EDU_VF_MSIX, 7);     /* exceeds the free vectors */
    expect_vectors(&pf, 1, 2, 4);
    block_wr(&pf, 1, SRIOV_EDU_VF_MSIX, 6);
    expect_vectors(&pf, 1, 6, 0);
    block_wr(&pf, 0, SRIOV_EDU_VF_MSIX, 0);
    block_wr(&pf, 0, SRIOV_EDU_VF_MSIX, 11);
    expect_vectors(&pf, 0, 10, 0);
    block_wr(&pf, 0, SRIOV_EDU_VF_MSIX, 1);
    expect_vectors(&pf, 0, 1, 9);

    vf = get_vf(&pf, 1);
    enable_msix(&vf);
    block_wr(&pf, 1, SRIOV_EDU_VF_MSIX, 3);     /* not while MSI-X is enabled */
    expect_vectors(&pf, 1, 6, 9);
    set_bus_master(&vf, true);
    set_message(&vf, 5, 105);
    wr(&vf, SRIOV_EDU_INT_VECTOR, 5 << ctz32(SRIOV_EDU_INT_VECTOR_SOFT));
    wr(&vf, SRIOV_EDU_INT_ENABLE, SRIOV_EDU_INT_ALL);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_INT_ENABLE), ==,
                    SRIOV_EDU_INT_ALL & ~SRIOV_EDU_INT_VF_RESET);
    take_message(&vf);
    wr(&vf, SRIOV_EDU_INT_RAISE, 1);
    g_assert_cmpint(take_message(&vf), ==, 105);
    shut_down(&pf);
}

static void test_blocks(void)
{
    Fn pf = boot("total-vfs=3");

    block_wr(&pf, 2, SRIOV_EDU_VF_CTRL, ~0);
    g_assert_cmphex(block_rd(&pf, 2, SRIOV_EDU_VF_CTRL), ==,
                    SRIOV_EDU_VF_CTRL_ENABLE);
    block_wr(&pf, 3, SRIOV_EDU_VF_CTRL, ~0);    /* beyond TotalVFs */
    g_assert_cmphex(block_rd(&pf, 3, SRIOV_EDU_VF_CTRL), ==, 0);
    g_assert_cmphex(block_rd(&pf, 3, SRIOV_EDU_VF_QUOTA), ==, 0);
    block_wr(&pf, 254, SRIOV_EDU_VF_MSIX, 1);
    g_assert_cmphex(block_rd(&pf, 254, SRIOV_EDU_VF_MSIX), ==, 0);
    shut_down(&pf);
}

void add_mgmt_tests(void)
{
    qtest_add_func("/sriov-edu/mgmt/mailbox-vf-to-pf", test_vf_to_pf);
    qtest_add_func("/sriov-edu/mgmt/mailbox-pf-to-vf", test_pf_to_vf);
    qtest_add_func("/sriov-edu/mgmt/mailbox-ends", test_mailbox_ends);
    qtest_add_func("/sriov-edu/mgmt/vectors", test_vectors);
    qtest_add_func("/sriov-edu/mgmt/blocks", test_blocks);
}
