/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VF Migration: the capability, the state machine from both sides, and the
 * effects of VF Enable, resets and snapshots.
 */

#include "qemu/osdep.h"
#include "qobject/qdict.h"
#include "qobject/qlist.h"
#include "qobject/qstring.h"
#include "vf-migration.h"

/*
 * The capability
 */

static void test_off(void)
{
    Fn pf = boot(NULL);
    QDict *rsp;

    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_CAP), ==, 0);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_VFM), ==, 0);
    cfg_writel(&pf, PCI_BASE_ADDRESS_2, ~0);
    g_assert_cmphex(cfg_readl(&pf, PCI_BASE_ADDRESS_2), ==, 0xffffe004);
    cfg_writel(&pf, PCI_BASE_ADDRESS_2, pf.bar2);
    enable_vfs_with(&pf, 8, MIGRATION);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_CTRL), ==, VFS_ON);
    g_assert_cmpint(command(&pf, REQUEST, 1), ==, 0);
    g_assert_cmpint(count(&pf, REQUEST), ==, 0);
    wr(&pf, SRIOV_EDU_MIGRATION_AMBUSH, ~0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_MIGRATION_AMBUSH), ==, 0);
    g_assert_false(status(&pf));
    rsp = qtest_qmp(pf.qts, "{ 'execute': 'qom-get', 'arguments': { 'path': "
                    "'/machine/peripheral/pf', 'property': "
                    "'vf-migration-states' } }");
    g_assert_true(qdict_haskey(rsp, "error"));
    qobject_unref(rsp);
    shut_down(&pf);
}

static void test_capability(void)
{
    Fn pf = boot("vf-migration=on,initial-vfs=3,vectors=40");
    uint32_t cap = cfg_readl(&pf, pf.sriov + PCI_SRIOV_CAP);

    g_assert_cmphex(cap & 0x1fffff, ==, PCI_SRIOV_CAP_VFM);
    g_assert_cmpint(PCI_SRIOV_CAP_INTR(cap), ==, 39);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_VFM), ==, 0x6002);
    cfg_writel(&pf, pf.sriov + PCI_SRIOV_VFM, ~0);
    cfg_writel(&pf, pf.sriov + PCI_SRIOV_CAP, ~0);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_VFM), ==, 0x6002);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_CAP), ==, cap);
    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_INITIAL_VF), ==, 3);
    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_TOTAL_VF), ==, 8);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_FEATURES), ==,
                    SRIOV_EDU_FEATURE_MGMT | SRIOV_EDU_FEATURE_REFEREE |
                    SRIOV_EDU_FEATURE_LIVE | SRIOV_EDU_FEATURE_MIGRATION);
    cfg_writel(&pf, PCI_BASE_ADDRESS_2, ~0);
    g_assert_cmphex(cfg_readl(&pf, PCI_BASE_ADDRESS_2), ==, 0xffff8004);
    set_ctrl(&pf, MIGRATION);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_CTRL), ==, MIGRATION);
    shut_down(&pf);

    pf = boot("vf-migration=on,vf-migration-vector=2");
    cap = cfg_readl(&pf, pf.sriov + PCI_SRIOV_CAP);
    g_assert_cmpint(PCI_SRIOV_CAP_INTR(cap), ==, 2);
    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_INITIAL_VF), ==, 8);
    shut_down(&pf);
}

static void check_initial(unsigned int initial)
{
    g_autofree char *props = g_strdup_printf(
        "vf-migration=on,total-vfs=255,initial-vfs=%u", initial);
    Fn pf = boot(props);
    unsigned int i;
    Fn vf;

    enable_vfs_with(&pf, 255, MIGRATION);
    for (i = 0; i < 255; i++) {
        vf = get_vf(&pf, i);
        g_assert_cmpint(state(&pf, i), ==, i < initial ? AV : UA);
        g_assert_cmpint(is_there(&vf), ==, i < initial);
    }
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, initial);
    for (i = 0; i < 255; i++) {
        bring(&pf, i, i < initial ? UA : AV);
    }
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 255 - initial);
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* 9.2.4.1: the states when VF Enable is set */
static void test_initial(void)
{
    static const unsigned int initial[] = { 0, 1, 254, 255 };
    int i;

    for (i = 0; i < ARRAY_SIZE(initial); i++) {
        check_initial(initial[i]);
    }
}

/*
 * Transitions
 */

static uint8_t after_write(uint8_t from, uint8_t to)
{
    return (from == MI && to == AV) || (from == AV && to == MI) ||
           (from == MO && to == UA) ? to : from;
}

/* Every state written in every state; 9.2.4.2, Table 9-2 */
static void test_writes(void)
{
    Fn pf = boot_migration();
    uint32_t ignored = 0;
    uint8_t from, to;

    for (from = UA; from <= AV; from++) {
        for (to = UA; to <= AV; to++) {
            bring(&pf, 2, from);
            clear_status(&pf);
            write_state(&pf, 2, to);
            g_assert_cmpint(state(&pf, 2), ==, after_write(from, to));
            ignored += from != to && after_write(from, to) == from;
            g_assert_cmpint(rd(&pf, SRIOV_EDU_MIGRATION_IGNORED), ==, ignored);
            g_assert_false(status(&pf));
            g_assert_cmpint(state(&pf, 1), ==, AV);
            g_assert_cmpint(state(&pf, 3), ==, AV);
        }
    }
    g_assert_cmpint(ignored, ==, 9);
    shut_down(&pf);
}

/* The states before and after each command */
static const uint8_t arc[][2] = {
    [OFFER] = { UA, MI }, [RETRACT] = { MI, UA },
    [REQUEST] = { AV, MO }, [CANCEL] = { MO, AV },
};

/* Every command in every state */
static void test_commands(void)
{
    Fn pf = boot_migration();
    unsigned int kind, before;
    uint8_t from;

    for (from = UA; from <= AV; from++) {
        for (kind = 0; kind < ARRAY_SIZE(arc); kind++) {
            bool legal = arc[kind][0] == from;

            bring(&pf, 2, from);
            clear_status(&pf);
            before = count(&pf, kind);
            g_assert_cmpint(command(&pf, kind, 2), ==,
                            legal ? DONE : WRONG_STATE);
            g_assert_cmpint(state(&pf, 2), ==, legal ? arc[kind][1] : from);
            g_assert_cmpint(count(&pf, kind), ==, before + legal);
            g_assert_cmpint(status(&pf), ==, legal);
        }
    }
    g_assert_cmpint(command(&pf, ACTIVATE, 2), ==, NO_COMMAND);
    g_assert_cmpint(command(&pf, 0x100, 2), ==, NO_COMMAND);
    g_assert_cmpint(command(&pf, REQUEST, 8), ==, NO_VF);
    g_assert_cmpint(command(&pf, REQUEST, 0xffff), ==, NO_VF);
    g_assert_cmpint(command(&pf, REQUEST, 7), ==, WRONG_STATE);
    shut_down(&pf);
}

static void test_counters(void)
{
    Fn pf = boot_migration();
    unsigned int kind;

    for (kind = 0; kind < 3; kind++) {
        bring(&pf, 0, MO);                      /* request */
        write_state(&pf, 0, UA);                /* complete */
        command(&pf, OFFER, 0);
        command(&pf, RETRACT, 0);
        command(&pf, OFFER, 0);
        write_state(&pf, 0, AV);                /* activate */
        write_state(&pf, 0, MI);                /* deactivate */
        write_state(&pf, 0, AV);
        command(&pf, REQUEST, 0);
        command(&pf, CANCEL, 0);
    }
    g_assert_cmpint(count(&pf, OFFER), ==, 6);
    g_assert_cmpint(count(&pf, RETRACT), ==, 3);
    g_assert_cmpint(count(&pf, REQUEST), ==, 6);
    g_assert_cmpint(count(&pf, CANCEL), ==, 3);
    g_assert_cmpint(count(&pf, ACTIVATE), ==, 6);
    g_assert_cmpint(count(&pf, DEACTIVATE), ==, 3);
    g_assert_cmpint(count(&pf, COMPLETE), ==, 3);
    wr(&pf, SRIOV_EDU_MIGRATION_COUNT(OFFER), 0);
    wr(&pf, SRIOV_EDU_MIGRATION_RESULT, 0);
    g_assert_cmpint(count(&pf, OFFER), ==, 6);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_MIGRATION_RESULT), ==, DONE);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_MIGRATION_CMD), ==, 0);
    shut_down(&pf);
}

static void set_ambush(Fn *pf, unsigned int kind, unsigned int vf_id,
                       uint32_t flags)
{
    wr(pf, SRIOV_EDU_MIGRATION_AMBUSH,
       kind | flags | vf_id << ctz32(SRIOV_EDU_MIGRATION_CMD_VF));
}

/* The other master precedes software, at an access that the test chooses. */
static void test_ambush(void)
{
    const uint32_t at_read = SRIOV_EDU_MIGRATION_AMBUSH_ARMED;
    const uint32_t at_write = at_read | SRIOV_EDU_MIGRATION_AMBUSH_WRITE;
    Fn pf = boot_migration();

    bring(&pf, 5, MI);
    set_ambush(&pf, RETRACT, 5, at_read);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_MIGRATION_AMBUSH), ==,
                    RETRACT | at_read | 5 << 16);
    write_state(&pf, 5, MI);                    /* not triggered by a write */
    g_assert_cmpint(state(&pf, 4), ==, UA);     /* nor a read of another VF */
    clear_status(&pf);
    g_assert_cmpint(state(&pf, 5), ==, MI);
    g_assert_true(status(&pf));
    write_state(&pf, 5, AV);                    /* too late */
    g_assert_cmpint(state(&pf, 5), ==, UA);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_MIGRATION_AMBUSH), ==, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_MIGRATION_RESULT), ==, DONE);

    bring(&pf, 5, MI);
    set_ambush(&pf, REQUEST, 5, at_write);
    g_assert_cmpint(state(&pf, 5), ==, MI);
    write_state(&pf, 5, AV);
    g_assert_cmpint(state(&pf, 5), ==, MO);
    set_ambush(&pf, OFFER, 5, at_write);
    write_state(&pf, 5, MO);                    /* ignored, but triggers it */
    g_assert_cmpint(rd(&pf, SRIOV_EDU_MIGRATION_RESULT), ==, WRONG_STATE);
    set_ambush(&pf, CANCEL, 5, at_read);
    set_ambush(&pf, CANCEL, 5, 0);              /* disarms it */
    g_assert_cmpint(state(&pf, 5), ==, MO);
    g_assert_cmpint(state(&pf, 5), ==, MO);
    wr(&pf, SRIOV_EDU_MIGRATION_AMBUSH, ~0);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_MIGRATION_AMBUSH), ==, 0xffff81ff);
    flr(&pf);
    pf = find_pf(pf.qts, 1, 0);
    g_assert_cmphex(rd(&pf, SRIOV_EDU_MIGRATION_AMBUSH), ==, 0);
    shut_down(&pf);
}

/* Accesses of all widths are split into bytes. */
static void test_widths(void)
{
    Fn pf = boot_migration();
    uint64_t array = state_addr(&pf, 0);

    g_assert_cmphex(qtest_readq(pf.qts, array), ==, 0x0000000003030303);
    g_assert_cmphex(qtest_readl(pf.qts, array + 2), ==, 0x00000303);
    g_assert_cmphex(qtest_readw(pf.qts, array + 3), ==, 0x0003);
    qtest_writel(pf.qts, array, 0x03010103);
    g_assert_cmphex(qtest_readq(pf.qts, array), ==, 0x0000000003010103);
    qtest_writew(pf.qts, array + 1, 0x0103);
    g_assert_cmphex(qtest_readq(pf.qts, array), ==, 0x0000000003010303);
    command(&pf, REQUEST, 0);
    command(&pf, OFFER, 7);
    g_assert_cmphex(qtest_readq(pf.qts, array), ==, 0x0100000003010302);
    qtest_writeq(pf.qts, array, 0x0303030303030300);
    g_assert_cmphex(qtest_readq(pf.qts, array), ==, 0x0300000003030300);

    /* Bits 7:2 are reserved. */
    write_state(&pf, 1, 0xfc | MI);
    g_assert_cmphex(state(&pf, 1), ==, MI);
    write_state(&pf, 1, 0x80 | MI);
    g_assert_cmphex(state(&pf, 1), ==, MI);
    write_state(&pf, 1, 0xff);
    g_assert_cmphex(state(&pf, 1), ==, AV);
    shut_down(&pf);
}

/* Accesses around the array have no effect. */
static void test_beyond(void)
{
    Fn pf = boot_migration();
    uint64_t array = state_addr(&pf, 0);
    uint32_t ignored = rd(&pf, SRIOV_EDU_MIGRATION_IGNORED);
    unsigned int i;

    for (i = 8; i < 0x2000; i += i < 300 ? 1 : 509) {
        qtest_writeb(pf.qts, array + i, AV);
        g_assert_cmphex(qtest_readb(pf.qts, array + i), ==, 0);
    }
    qtest_writeq(pf.qts, array + 4, ~0ull);     /* covers its upper half */
    qtest_writeq(pf.qts, array + 0x1ff8, ~0ull);
    qtest_writel(pf.qts, array - 4, ~0);
    g_assert_cmphex(qtest_readq(pf.qts, array), ==, 0x0000000003030303);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_MIGRATION_IGNORED), ==, ignored + 4);

    /* The MSI-X table and PBA do not overlap the array. */
    i = find_cap(&pf, PCI_CAP_ID_MSIX);
    g_assert_cmphex(cfg_readl(&pf, i + PCI_MSIX_TABLE), ==, 2);
    g_assert_cmphex(cfg_readl(&pf, i + PCI_MSIX_PBA), ==, 0x4002);
    shut_down(&pf);
}

static uint8_t model_command(uint8_t from, unsigned int kind)
{
    return arc[kind][0] == from ? arc[kind][1] : from;
}

static void random_event(Fn *pf, GRand *rand, uint8_t *model)
{
    unsigned int vf_id = g_rand_int_range(rand, 0, 8);
    unsigned int what = g_rand_int_range(rand, 0, 8);
    uint8_t *vf = &model[vf_id];

    if (what < ARRAY_SIZE(arc)) {
        bool legal = arc[what][0] == *vf;

        g_assert_cmpint(command(pf, what, vf_id), ==,
                        legal ? DONE : WRONG_STATE);
        g_assert_cmpint(status(pf), ==, legal);
        *vf = model_command(*vf, what);
    } else {
        write_state(pf, vf_id, what % 4);
        g_assert_false(status(pf));
        *vf = after_write(*vf, what % 4);
    }
    cfg_writew(pf, pf->sriov + PCI_SRIOV_STATUS, PCI_SRIOV_STATUS_VFM);
}

/* 1,000 events, the same in every run, against a model */
static void test_random(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261121);
    uint8_t model[8] = { AV, AV, AV, AV, UA, UA, UA, UA };
    Fn pf = boot_migration();
    unsigned int i, vf_id;

    for (i = 0; i < 1000; i++) {
        random_event(&pf, rand, model);
        for (vf_id = 0; vf_id < 8; vf_id++) {
            Fn vf = get_vf(&pf, vf_id);

            g_assert_cmpint(state(&pf, vf_id), ==, model[vf_id]);
            g_assert_cmpint(is_there(&vf), ==, model[vf_id] != UA);
        }
    }
    shut_down(&pf);
}

/*
 * VF Enable, VF Migration Enable and NumVFs
 */

static void test_enables(void)
{
    Fn pf = boot("vf-migration=on,initial-vfs=4");
    Fn vf;

    g_assert_cmphex(qtest_readq(pf.qts, state_addr(&pf, 0)), ==, 0);
    set_ctrl(&pf, MIGRATION);
    g_assert_cmpint(command(&pf, REQUEST, 0), ==, NOT_ENABLED);
    write_state(&pf, 0, MI);
    g_assert_cmphex(state(&pf, 0), ==, 0);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_MIGRATION_IGNORED), ==, 1);

    enable_vfs(&pf, 8);                         /* without VF Migration */
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 4);
    vf = get_vf(&pf, 4);
    g_assert_false(is_there(&vf));
    g_assert_cmpint(command(&pf, OFFER, 4), ==, NOT_ENABLED);
    write_state(&pf, 0, MI);
    g_assert_cmphex(qtest_readq(pf.qts, state_addr(&pf, 0)), ==, 0x03030303);

    set_ctrl(&pf, VFS_ON | MIGRATION);          /* set later */
    bring(&pf, 0, MI);
    bring(&pf, 4, AV);
    g_assert_true(is_there(&vf));
    clear_status(&pf);
    set_ctrl(&pf, VFS_ON | PCI_SRIOV_CTRL_INTR);
    write_state(&pf, 0, AV);
    g_assert_cmpint(command(&pf, RETRACT, 0), ==, NOT_ENABLED);
    g_assert_cmphex(qtest_readq(pf.qts, state_addr(&pf, 0)), ==, 0x303030301);
    g_assert_false(status(&pf));
    g_assert_true(is_there(&vf));
    shut_down(&pf);
}

/* VF Enable resets the states. */
static void test_toggle(void)
{
    Fn pf = boot_migration();
    Fn vf = prepare_migrating_vf(&pf, 0);

    bring(&pf, 0, MI);
    bring(&pf, 0, AV);                          /* now it needs an FLR */
    bring(&pf, 0, UA);
    bring(&pf, 1, MO);
    bring(&pf, 5, AV);
    set_ctrl(&pf, MIGRATION);
    g_assert_cmpint(command(&pf, CANCEL, 1), ==, NOT_ENABLED);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 0);
    expect_no_breach(&pf);
    qtest_readb(pf.qts, state_addr(&pf, 0));    /* within the second */
    expect_breaches(&pf, SRIOV_EDU_REF_CAP_EARLY, 1);
    qtest_clock_step(pf.qts, 1000 * MS);
    g_assert_cmphex(qtest_readq(pf.qts, state_addr(&pf, 0)), ==, 0);
    g_assert_true(status(&pf));                 /* only software clears it */
    enable_vfs_with(&pf, 8, MIGRATION);
    g_assert_cmphex(qtest_readq(pf.qts, state_addr(&pf, 0)), ==, 0x03030303);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 4);
    set_bus_master(&vf, true);
    check_copy(&vf, 100);                       /* a new VF needs no FLR */
    expect_no_breach(&pf);
    shut_down(&pf);
}

/* All of TotalVFs have a state, also those above NumVFs. */
static void test_num_vfs(void)
{
    Fn pf = boot("vf-migration=on,initial-vfs=6");
    Fn vf;

    enable_vfs_with(&pf, 2, MIGRATION);
    g_assert_cmphex(qtest_readq(pf.qts, state_addr(&pf, 0)), ==,
                    0x030303030303);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 2);
    g_assert_cmpint(command(&pf, OFFER, 7), ==, DONE);
    write_state(&pf, 7, AV);
    g_assert_cmpint(command(&pf, REQUEST, 7), ==, DONE);
    g_assert_true(status(&pf));
    write_state(&pf, 7, UA);
    bring(&pf, 7, AV);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_NUM_VFS), ==, 2);
    vf = get_vf(&pf, 7);
    g_assert_false(is_there(&vf));
    expect_no_breach(&pf);
    shut_down(&pf);
}

static void expect_reset(Fn *pf, uint32_t requests)
{
    *pf = find_pf(pf->qts, 1, 0);
    g_assert_cmphex(cfg_readl(pf, pf->sriov + PCI_SRIOV_CTRL), ==, 0);
    g_assert_cmphex(qtest_readq(pf->qts, state_addr(pf, 0)), ==, 0);
    g_assert_cmpint(rd(pf, SRIOV_EDU_MIGRATION_RESULT), ==, 0);
    g_assert_cmpint(count(pf, REQUEST), ==, requests);
    g_assert_cmphex(cfg_readl(pf, pf->sriov + PCI_SRIOV_VFM), ==, 0x6002);
    enable_vfs_with(pf, 8, MIGRATION);
    g_assert_cmphex(qtest_readq(pf->qts, state_addr(pf, 0)), ==, 0x03030303);
}

static void test_reset(void)
{
    Fn pf = boot_migration();
    Fn port = { .qts = pf.qts, .devfn = 1 << 3 };

    bring(&pf, 0, MO);
    bring(&pf, 4, MI);
    flr(&pf);
    expect_reset(&pf, 1);
    bring(&pf, 1, MO);
    cfg_writew(&port, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CTL_BUS_RESET);
    cfg_writew(&port, PCI_BRIDGE_CONTROL, 0);
    expect_reset(&pf, 2);
    bring(&pf, 2, MO);
    system_reset(&pf);
    qtest_quit(pf.qts);
}

/*
 * Outside of the guest: QMP and snapshots
 */

static void expect_set(Fn *pf, const char *what, int vf_id, const char *error)
{
    g_autofree char *name = g_strdup_printf("vf-migration-%s", what);
    QDict *rsp = qtest_qmp(pf->qts, "{ 'execute': 'qom-set', 'arguments': { "
                           "'path': '/machine/peripheral/pf', 'property': %s, "
                           "'value': %d } }", name, vf_id);

    g_assert_cmpint(qdict_haskey(rsp, "error"), ==, !!error);
    if (error) {
        g_assert_cmpstr(qdict_get_str(qdict_get_qdict(rsp, "error"), "desc"),
                        ==, error);
    }
    qobject_unref(rsp);
}

/* The states by their initials, as "AVAVUA" */
static void expect_states(Fn *pf, const char *states)
{
    g_autoptr(GString) text = g_string_new(NULL);
    QDict *rsp = qtest_qmp(pf->qts, "{ 'execute': 'qom-get', 'arguments': { "
                           "'path': '/machine/peripheral/pf', 'property': "
                           "'vf-migration-states' } }");
    QListEntry *entry;

    QLIST_FOREACH_ENTRY(qdict_get_qlist(rsp, "return"), entry) {
        const char *name = qstring_get_str(qobject_to(QString, entry->value));

        if (!strcmp(name, "Inactive.Unavailable")) {
            g_string_append(text, "UA");
        } else if (!strcmp(name, "Dormant.MigrateIn")) {
            g_string_append(text, "MI");
        } else if (!strcmp(name, "Active.MigrateOut")) {
            g_string_append(text, "MO");
        } else if (!strcmp(name, "Active.Available")) {
            g_string_append(text, "AV");
        }
    }
    g_assert_cmpstr(text->str, ==, states);
    qobject_unref(rsp);
}

static void test_qmp(void)
{
    Fn pf = boot("vf-migration=on,initial-vfs=2,total-vfs=4");
    const char *off = "VF Enable and VF Migration Enable are not both set";

    expect_states(&pf, "");
    expect_set(&pf, "offer", 2, off);
    enable_vfs(&pf, 4);
    expect_states(&pf, "AVAVUAUA");
    expect_set(&pf, "offer", 2, off);
    set_ctrl(&pf, VFS_ON | MIGRATION);
    enable_msix(&pf);
    set_message(&pf, 7, 107);
    take_message(&pf);

    expect_set(&pf, "offer", 2, NULL);
    g_assert_cmpint(take_message(&pf), ==, 107);
    g_assert_true(status(&pf));
    g_assert_cmpint(state(&pf, 2), ==, MI);
    expect_states(&pf, "AVAVMIUA");
    expect_set(&pf, "offer", 2, "VF 2 is Dormant.MigrateIn");
    expect_set(&pf, "retract", 2, NULL);
    expect_set(&pf, "retract", 2, "VF 2 is Inactive.Unavailable");
    expect_set(&pf, "request", 0, NULL);
    expect_states(&pf, "MOAVUAUA");
    expect_set(&pf, "request", 0, "VF 0 is Active.MigrateOut");
    expect_set(&pf, "cancel", 0, NULL);
    expect_set(&pf, "cancel", 0, "VF 0 is Active.Available");
    expect_set(&pf, "cancel", 4, "VF 4 does not exist: total-vfs is 4");
    expect_states(&pf, "AVAVUAUA");
    g_assert_cmpint(rd(&pf, SRIOV_EDU_MIGRATION_RESULT), ==, 0);
    disable_vfs(&pf);
    expect_states(&pf, "");
    shut_down(&pf);
}

/* A snapshot contains all of the state. */
static void test_snapshot(void)
{
    const char *props = "vf-migration=on,initial-vfs=4,vf-migration-vector=5";
    Fn pf = boot(props);
    Fn out, dormant, gone;
    unsigned int flags;

    enable_vfs_with(&pf, 8, MIGRATION);
    out = prepare_migrating_vf(&pf, 0);
    dormant = prepare_migrating_vf(&pf, 1);
    gone = prepare_migrating_vf(&pf, 2);
    wr(&gone, SRIOV_EDU_SCRATCH, 22);
    set_message(&dormant, 0, 200);              /* will be pending */
    flags = find_cap(&dormant, PCI_CAP_ID_MSIX) + PCI_MSIX_FLAGS;
    cfg_writew(&dormant, flags, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
    wr(&dormant, SRIOV_EDU_INT_ENABLE, SRIOV_EDU_INT_SOFT);
    wr(&dormant, SRIOV_EDU_INT_RAISE, 1);
    bring(&pf, 1, MI);
    bring(&pf, 2, MO);
    write_state(&pf, 2, UA);                    /* a breach */
    bring(&pf, 3, MO);
    clear_status(&pf);
    bring(&pf, 0, MO);
    write_state(&pf, 5, AV);                    /* ignored */
    set_ambush(&pf, OFFER, 7, SRIOV_EDU_MIGRATION_AMBUSH_ARMED);

    pf.qts = out.qts = dormant.qts = gone.qts = save_and_load(pf.qts, props);
    g_assert_cmphex(qtest_readq(pf.qts, state_addr(&pf, 0)), ==, 0x02000102);
    g_assert_true(status(&pf));
    g_assert_cmphex(cfg_readw(&pf, pf.sriov + PCI_SRIOV_CTRL), ==,
                    VFS_ON | MIGRATION);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_MIGRATION_RESULT), ==, DONE);
    g_assert_cmpint(rd(&pf, SRIOV_EDU_MIGRATION_IGNORED), ==, 1);
    g_assert_cmpint(count(&pf, REQUEST), ==, 3);
    expect_breaches(&pf, SRIOV_EDU_REF_OUT_UNRESET, 1);
    expect_silence(&gone);
    g_assert_true(is_there(&dormant));
    take_message(&dormant);
    enable_msix(&dormant);
    g_assert_cmpint(take_message(&dormant), ==, 0);
    g_assert_cmphex(run(&dormant, SRIOV_EDU_CMD_CRC, SRC_ADDR, 0, 4), ==,
                    STATUS_OF(SRIOV_EDU_ERR_INACTIVE));
    expect_breaches(&pf, SRIOV_EDU_REF_VF_REQUEST, 1);
    g_assert_cmpint(state(&pf, 7), ==, MI);     /* the first read triggers it */
    check_copy(&out, 100);
    expect_no_breach(&pf);
    write_state(&pf, 3, UA);                    /* without an FLR of VF 3 */
    expect_breaches(&pf, SRIOV_EDU_REF_OUT_UNRESET, 1);
    command(&pf, OFFER, 2);
    g_assert_cmpint(rd(&gone, SRIOV_EDU_SCRATCH), ==, 22);
    shut_down(&pf);
}

static void test_misbehave(void)
{
    Fn pf = boot("vf-migration=on,misbehave=array-no-bar");

    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_VFM), ==, 0x6004);
    shut_down(&pf);
    pf = boot("vf-migration=on,misbehave=array-beyond:initial-beyond");
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_VFM), ==, 0x8002);
    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_INITIAL_VF), ==, 9);
    enable_vfs_with(&pf, 8, MIGRATION);
    g_assert_cmphex(qtest_readq(pf.qts, state_addr(&pf, 0)), ==,
                    0x0303030303030303);
    shut_down(&pf);
}

void add_vf_migration_tests(void)
{
    qtest_add_func("/sriov-edu/vf-migration/off", test_off);
    qtest_add_func("/sriov-edu/vf-migration/capability", test_capability);
    qtest_add_func("/sriov-edu/vf-migration/initial", test_initial);
    qtest_add_func("/sriov-edu/vf-migration/writes", test_writes);
    qtest_add_func("/sriov-edu/vf-migration/commands", test_commands);
    qtest_add_func("/sriov-edu/vf-migration/counters", test_counters);
    qtest_add_func("/sriov-edu/vf-migration/ambush", test_ambush);
    qtest_add_func("/sriov-edu/vf-migration/widths", test_widths);
    qtest_add_func("/sriov-edu/vf-migration/beyond", test_beyond);
    qtest_add_func("/sriov-edu/vf-migration/enables", test_enables);
    qtest_add_func("/sriov-edu/vf-migration/toggle", test_toggle);
    qtest_add_func("/sriov-edu/vf-migration/num-vfs", test_num_vfs);
    qtest_add_func("/sriov-edu/vf-migration/reset", test_reset);
    qtest_add_func("/sriov-edu/vf-migration/qmp", test_qmp);
    qtest_add_func("/sriov-edu/vf-migration/snapshot", test_snapshot);
    qtest_add_func("/sriov-edu/vf-migration/random", test_random);
    qtest_add_func("/sriov-edu/vf-migration/misbehave", test_misbehave);
}
