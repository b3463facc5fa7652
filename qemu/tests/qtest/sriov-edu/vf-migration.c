/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of VF Migration have in common: see vf-migration.h.
 */

#include "qemu/osdep.h"
#include "vf-migration.h"

uint64_t state_addr(Fn *pf, unsigned int vf_id)
{
    return pf->bar2 + SRIOV_EDU_ARRAY_OFFSET + vf_id;
}

uint8_t state(Fn *pf, unsigned int vf_id)
{
    return qtest_readb(pf->qts, state_addr(pf, vf_id));
}

void write_state(Fn *pf, unsigned int vf_id, uint8_t val)
{
    qtest_writeb(pf->qts, state_addr(pf, vf_id), val);
}

uint32_t command(Fn *pf, unsigned int kind, unsigned int vf_id)
{
    wr(pf, SRIOV_EDU_MIGRATION_CMD,
       kind | vf_id << ctz32(SRIOV_EDU_MIGRATION_CMD_VF));
    return rd(pf, SRIOV_EDU_MIGRATION_RESULT);
}

uint32_t count(Fn *pf, unsigned int kind)
{
    return rd(pf, SRIOV_EDU_MIGRATION_COUNT(kind));
}

void set_ctrl(Fn *pf, uint16_t val)
{
    cfg_writew(pf, pf->sriov + PCI_SRIOV_CTRL, val);
}

bool status(Fn *pf)
{
    uint16_t val = cfg_readw(pf, pf->sriov + PCI_SRIOV_STATUS);

    g_assert_cmphex(val & ~PCI_SRIOV_STATUS_VFM, ==, 0);
    return val;
}

void clear_status(Fn *pf)
{
    cfg_writew(pf, pf->sriov + PCI_SRIOV_STATUS, PCI_SRIOV_STATUS_VFM);
    g_assert_false(status(pf));
}

Fn boot_migration(void)
{
    Fn pf = boot("vf-migration=on,initial-vfs=4");

    enable_vfs_with(&pf, 8, MIGRATION);
    return pf;
}

static void make_available(Fn *pf, unsigned int vf_id)
{
    if (state(pf, vf_id) == UA) {
        g_assert_cmpint(command(pf, OFFER, vf_id), ==, DONE);
    }
    if (state(pf, vf_id) == MI) {
        write_state(pf, vf_id, AV);
    }
    if (state(pf, vf_id) == MO) {
        g_assert_cmpint(command(pf, CANCEL, vf_id), ==, DONE);
    }
}

void bring(Fn *pf, unsigned int vf_id, uint8_t to)
{
    make_available(pf, vf_id);
    if (to == MO) {
        g_assert_cmpint(command(pf, REQUEST, vf_id), ==, DONE);
    } else if (to != AV) {
        write_state(pf, vf_id, MI);
    }
    if (to == UA) {
        g_assert_cmpint(command(pf, RETRACT, vf_id), ==, DONE);
    }
    g_assert_cmpint(state(pf, vf_id), ==, to);
}

Fn prepare_migrating_vf(Fn *pf, unsigned int vf_id)
{
    Fn vf = get_vf(pf, vf_id);

    block_wr(pf, vf_id, SRIOV_EDU_VF_CTRL, SRIOV_EDU_VF_CTRL_ENABLE);
    set_bus_master(&vf, true);
    return vf;
}

void expect_silence(Fn *vf)
{
    g_assert_false(is_there(vf));
    g_assert_cmphex(rd(vf, SRIOV_EDU_ID), ==, ~0u);
    g_assert_cmphex(qtest_readl(vf->qts, vf->bar2), ==, ~0u);
    wr(vf, SRIOV_EDU_SCRATCH, 1234);
    cfg_writew(vf, PCI_COMMAND, 0);
}

void expect_answers(Fn *vf)
{
    g_assert_true(is_there(vf));
    g_assert_cmphex(rd(vf, SRIOV_EDU_ID), ==, SRIOV_EDU_ID_MAGIC);
    g_assert_cmphex(qtest_readl(vf->qts, vf->bar2), ==, 0);
}
