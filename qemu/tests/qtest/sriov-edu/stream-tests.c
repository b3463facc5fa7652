/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Streams of snapshots and migration that no QEMU writes: they are loaded or
 * refused, and QEMU survives.
 */

#include "qemu/osdep.h"
#include "qobject/qdict.h"
#include "qemu/bswap.h"
#include "machine.h"

#define PROPS "vf-migration=on,vf-ready-ms=20"
#define CTRL_ADDR (0xb0100000ull + 0x188)   /* SR-IOV Control of the PF in ECAM */

#define MAX_SECTIONS 16
#define SECTION_FULL 4
#define BDF_LEN 17  /* "0000:00:01.0:00.0" */

typedef struct Stream {
    uint8_t *bytes;
    gsize len;
    gsize pf;       /* where the PF's state begins */
    /* those of the PF and its VFs; between them are other devices' */
    struct {
        gsize from;
        gsize end;
    } section[MAX_SECTIONS];
    int sections;
} Stream;

static gsize find(const Stream *s, gsize from, const void *what, gsize len)
{
    uint8_t *at = memmem(s->bytes + from, s->len - from, what, len);

    g_assert_nonnull(at);
    return at - s->bytes;
}

/*
 * A section has a type, an ID and the length of the name in front of the name, and a
 * mark with the ID at its end.  What other devices have is left alone: QEMU's fw_cfg,
 * for one, does not survive every size.
 */
static void find_sections(Stream *s)
{
    static const char name[] = "/sriov-edu";
    uint8_t mark[5] = { 0x7e };
    uint8_t *at = s->bytes;
    gsize from;

    while ((at = memmem(at, s->bytes + s->len - at, name, strlen(name)))) {
        from = at - s->bytes - BDF_LEN;
        if (s->bytes[from - 6] != SECTION_FULL) {
            at++;   /* not the name of a section */
            continue;
        }
        memcpy(mark + 1, s->bytes + from - 5, 4);
        g_assert_cmpint(s->sections, <, MAX_SECTIONS);
        s->section[s->sections].from = from;
        s->section[s->sections].end = find(s, from, mark, sizeof(mark));
        at = s->bytes + s->section[s->sections++].end;
    }
    /* the PF and its eight VFs */
    g_assert_cmpint(s->sections, ==, 9);
    s->pf = s->section[0].from;
}

/* One bit anywhere in the sections */
static void change_bit(const Stream *s, GRand *rand)
{
    int i = g_rand_int_range(rand, 0, s->sections);

    s->bytes[g_rand_int_range(rand, s->section[i].from, s->section[i].end)] ^=
        1 << g_rand_int_range(rand, 0, 8);
}

/* PF and VFs in use: a waiting message, a running engine, mail */
static Stream make_stream(void)
{
    g_autofree char *file = g_strdup_printf("/tmp/sriov-edu-%d", getpid());
    g_autofree char *save = g_strdup_printf("exec:cat > %s", file);
    Fn pf = boot(PROPS);
    Stream s = { };
    Fn vf;

    enable_vfs(&pf, 4);
    vf = get_vf(&pf, 1);
    set_bus_master(&vf, true);
    enable_msix(&vf);
    set_message(&vf, 0, 0);
    qtest_writel(vf.qts, vf.bar2 + PCI_MSIX_ENTRY_LOWER_ADDR, CTRL_ADDR);
    qtest_writel(vf.qts, vf.bar2 + PCI_MSIX_ENTRY_VECTOR_CTRL, 1);
    wr(&vf, SRIOV_EDU_INT_ENABLE, SRIOV_EDU_INT_SOFT);
    wr(&vf, SRIOV_EDU_INT_RAISE, 1);
    wr(&vf, SRIOV_EDU_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
    wr(&vf, SRIOV_EDU_LATENCY, 1000);
    start(&vf, SRIOV_EDU_CMD_COPY, SRC_ADDR, DST_ADDR, 100);
    qtest_qmp_assert_success(pf.qts, "{ 'execute': 'migrate', 'arguments': "
                             "{ 'uri': %s } }", save);
    g_assert_cmpstr(end_of_migration(pf.qts), ==, "completed");
    shut_down(&pf);
    g_assert_true(g_file_get_contents(file, (char **)&s.bytes, &s.len, NULL));
    unlink(file);
    find_sections(&s);
    return s;
}

/* Returns how loading ends, "completed" or "failed"; QEMU is alive then. */
static const char *load(const Stream *s, QTestState **qts)
{
    g_autofree char *file = g_strdup_printf("/tmp/sriov-edu-%d", getpid());
    g_autofree char *from = g_strdup_printf("exec:cat %s", file);
    const char *status;

    g_assert_true(g_file_set_contents(file, (char *)s->bytes, s->len, NULL));
    *qts = qtest_initf(MACHINE " -device sriov-edu,id=pf,bus=port1," PROPS
                       " -incoming defer");
    qtest_qmp_assert_success(*qts, "{ 'execute': 'migrate-incoming',"
                             " 'arguments': { 'uri': %s,"
                             " 'exit-on-error': false } }", from);
    status = end_of_migration(*qts);
    unlink(file);
    return status;
}

static void expect_refused(const Stream *s)
{
    QTestState *qts;

    g_assert_cmpstr(load(s, &qts), ==, "failed");
    qtest_quit(qts);
}

/* Where @offset of the PF's SR-IOV capability is in the stream */
static gsize in_cap(const Stream *s, unsigned int offset)
{
    /* Supported Page Sizes, System Page Size */
    const uint8_t mark[] = { 0x53, 5, 0, 0, 1, 0, 0, 0 };

    return find(s, s->pf, mark, sizeof(mark)) - PCI_SRIOV_SUP_PGSIZE + offset;
}

/* What QEMU's SR-IOV code would act on without a check */
static void test_capability(void)
{
    static const struct {
        unsigned int offset;
        uint16_t val;
    } wrong[] = {
        { PCI_SRIOV_SYS_PGSIZE, 0x11 }, { PCI_SRIOV_SYS_PGSIZE, 0 },
        { PCI_SRIOV_SYS_PGSIZE, 4 }, { PCI_SRIOV_CTRL, PCI_SRIOV_CTRL_VFE },
        { PCI_SRIOV_NUM_VF, 0xffff }, { PCI_SRIOV_TOTAL_VF, 0xffff },
        { PCI_SRIOV_VF_STRIDE, 0 },
    };
    Stream s = make_stream();
    QTestState *qts;
    int i;

    for (i = 0; i < ARRAY_SIZE(wrong); i++) {
        uint8_t *at = s.bytes + in_cap(&s, wrong[i].offset);
        uint16_t old = lduw_le_p(at);

        stw_le_p(at, wrong[i].val);
        expect_refused(&s);
        stw_le_p(at, old);
    }
    g_assert_cmpstr(load(&s, &qts), ==, "completed");
    qtest_quit(qts);
    g_free(s.bytes);
}

/*
 * A message that waits in a vector that is not masked: it would clear VF Enable
 * while the VF's state is loaded.
 */
static void test_message(void)
{
    uint8_t entry[PCI_MSIX_ENTRY_SIZE] = { };
    Stream s = make_stream();
    Fn pf = { .bus = 1, .sriov = 0x180 };
    gsize at;

    stq_le_p(entry, CTRL_ADDR);
    entry[PCI_MSIX_ENTRY_VECTOR_CTRL] = 1;
    at = find(&s, s.pf, entry, sizeof(entry));
    s.bytes[at + PCI_MSIX_ENTRY_VECTOR_CTRL] = 0;
    g_assert_cmpstr(load(&s, &pf.qts), ==, "completed");
    g_assert_cmphex(cfg_readw(&pf, pf.sriov + PCI_SRIOV_CTRL), ==,
                    PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE);
    qtest_quit(pf.qts);
    g_free(s.bytes);
}

/* Up to eight bytes of the PF and its VFs are changed; then the guest runs. */
static void test_random(void)
{
    const char *count = getenv("SRIOV_EDU_STREAMS");
    GRand *rand = g_rand_new_with_seed(g_test_rand_int());
    Stream s = make_stream();
    int i, j, n = count ? atoi(count) : 40, loaded = 0;

    for (i = 0; i < n; i++) {
        g_autofree uint8_t *bytes = g_memdup2(s.bytes, s.len);
        Stream wrong = s;
        QTestState *qts;

        wrong.bytes = bytes;
        for (j = g_rand_int_range(rand, 1, 9); j; j--) {
            change_bit(&wrong, rand);
        }
        if (!strcmp(load(&wrong, &qts), "completed")) {
            loaded++;
            qtest_clock_step(qts, 1000 * MS);
        }
        qtest_quit(qts);
    }
    g_test_message("%d of %d streams loaded", loaded, n);
    g_rand_free(rand);
    g_free(s.bytes);
}

void add_stream_tests(void)
{
    qtest_add_func("/sriov-edu/stream/capability", test_capability);
    qtest_add_func("/sriov-edu/stream/message", test_message);
    qtest_add_func("/sriov-edu/stream/random", test_random);
}
