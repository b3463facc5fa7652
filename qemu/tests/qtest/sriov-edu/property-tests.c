/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties: with an invalid value QEMU does not start, and its message names
 * what is wrong.
 */

#include "qemu/osdep.h"
#include "machine.h"

/* QEMU's message when it refuses these devices */
static char *complaint(const char *devices)
{
    g_autofree char *line = g_strdup_printf(
        "timeout 10 %s " MACHINE " -display none -accel qtest %s",
        getenv("QTEST_QEMU_BINARY"), devices);
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    int status = 0;

    g_assert_true(g_spawn_command_line_sync(line, NULL, &text, &status,
                                            &error));
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 1);
    return text;
}

static void test_messages(void)
{
    static const struct {
        const char *props;
        const char *message;
    } wrong[] = {
        { "total-vfs=0", "total-vfs is 0, must be 1 to 255" },
        { "total-vfs=256", "total-vfs is 256, must be 1 to 255" },
        { "vf-offset=0", "vf-offset is 0, must be 1 to 255" },
        { "vf-stride=256", "vf-stride is 256, must be 0 to 255" },
        { "vf-stride=0,total-vfs=2", "vf-stride is 0, which is possible with "
          "one VF only; total-vfs is 2" },
        { "total-vfs=255,vf-offset=2", "the last VF would be at 256, beyond" },
        { "total-vfs=4,vf-offset=100,vf-stride=52", "would be at 256" },
        { "vf-bar0-size=2048", "vf-bar0-size is 2048, must be a power of two" },
        { "vf-bar0-size=5000", "vf-bar0-size is 5000, must be a power of two" },
        { "vf-bar2-size=2G", "vf-bar2-size is 2147483648, must be a power" },
        { "vf-msix-max=129", "vf-bar2-size is 4096, must be at least 8192" },
        { "vf-msix-max=257", "vf-msix-max is 257, must be 1 to 256" },
        { "vectors=0", "vectors is 0, must be 1 to 256" },
        { "vf-vectors=17", "vf-vectors is 17, more than vf-msix-max, which is "
          "16" },
        { "vf-msix-total=31", "vf-msix-total is 31, must be at least 32" },
        { "vf-ready-ms=10001", "vf-ready-ms is 10001, must be 0 to 10000" },
        { "initial-vfs=3", "initial-vfs is 3, which is possible with "
          "vf-migration=on only; total-vfs is 8" },
        { "vf-migration=on,initial-vfs=9", "initial-vfs is 9, must be 0 to 8" },
        { "vf-migration=on,initial-vfs=-2", "initial-vfs is -2, must be 0 to" },
        { "vf-migration=on,vectors=3,vf-migration-vector=3",
          "vf-migration-vector is 3, must be 0 to 2" },
        { "misbehave=vfe-stuck:late", "unknown 'late', must be one of "
          "silent-vf=N, vfe-stuck, numvfs-stuck, zero-offset, zero-stride, "
          "no-page-size, vf-has-sriov, array-no-bar, array-beyond, "
          "initial-beyond" },
        { "misbehave=silent-vf=8", "must be the vf_id of a VF, 0 to 7" },
        { "misbehave=vfe-stuck:", "unknown '', must be one of" },
        { "misbehave=silent-vf=x", "must be the vf_id of a VF, 0 to 7" },
    };
    int i;

    for (i = 0; i < ARRAY_SIZE(wrong); i++) {
        g_autofree char *devices = g_strdup_printf(
            "-device sriov-edu,bus=port1,%s", wrong[i].props);
        g_autofree char *text = complaint(devices);

        if (!strstr(text, wrong[i].message)) {
            g_test_message("%s: %s", wrong[i].props, text);
            g_test_fail();
        }
    }
}

static void test_neighbours(void)
{
    static const struct {
        const char *devices;
        const char *message;
    } wrong[] = {
        { "-device sriov-edu,bus=port1,addr=0.0,multifunction=on"
          " -device sriov-edu,bus=port1,addr=0.1",
          "slot 0 function 1 not available for sriov-edu, in use by sriov-edu-vf"
        },
        { "-device sriov-edu,bus=port1,addr=0.0,multifunction=on,vf-offset=2"
          " -device sriov-edu,bus=port1,addr=0.1",
          "VF 0 would be at 00.2, which belongs to sriov-edu at 00.0 or to" },
        { "-device sriov-edu,bus=port1,addr=0.1,vf-offset=3,vf-stride=3"
          " -device sriov-edu,bus=port1,addr=0.0,multifunction=on",
          "VF 0 would be at 00.1, which belongs to sriov-edu at 00.1 or to" },
        { "-device sriov-edu-vf,bus=port1", "sriov-edu-vf" },
        { MOST_VFS " -device sriov-edu,bus=pcie.0,addr=8.0,total-vfs=1",
          "1785 VFs together, and the PFs before this one have 1785" },
    };
    int i;

    for (i = 0; i < ARRAY_SIZE(wrong); i++) {
        g_autofree char *text = complaint(wrong[i].devices);

        if (!strstr(text, wrong[i].message)) {
            g_test_message("%s: %s", wrong[i].devices, text);
            g_test_fail();
        }
    }
}

/* The limits themselves are valid. */
static void test_limits(void)
{
    static const char *const right[] = {
        "total-vfs=255",
        "total-vfs=1,vf-stride=0,vf-offset=255",
        "total-vfs=4,vf-offset=99,vf-stride=52",
        "vf-bar2-size=8192,vf-msix-max=256,vf-vectors=256,vectors=256",
        "vf-bar0-size=1G,vf-bar2-size=1G,total-vfs=2",
        "vf-msix-total=32",
        "vf-ready-ms=10000",
        "misbehave=silent-vf=0:silent-vf=7:vfe-stuck:numvfs-stuck:zero-offset:"
        "zero-stride:no-page-size:vf-has-sriov",
        "initial-vfs=8",
        "vf-migration=on,initial-vfs=0,vectors=1",
        "vf-migration=on,total-vfs=255,vectors=256,vf-migration-vector=255",
    };
    int i;

    for (i = 0; i < ARRAY_SIZE(right); i++) {
        Fn pf = boot(right[i]);

        g_assert_cmphex(rd(&pf, SRIOV_EDU_ID), ==, SRIOV_EDU_ID_MAGIC);
        shut_down(&pf);
    }
}

static void test_one_vf(void)
{
    Fn pf = boot("total-vfs=1,vf-stride=0,vf-offset=255");
    Fn vf;

    enable_vfs(&pf, 1);
    vf = get_vf(&pf, 0);
    g_assert_cmpint(cfg_readw(&pf, pf.sriov + PCI_SRIOV_VF_STRIDE), ==, 0);
    g_assert_cmpint(vf.devfn, ==, 255);
    g_assert_cmphex(rd(&vf, SRIOV_EDU_ID), ==, SRIOV_EDU_ID_MAGIC);
    shut_down(&pf);
}

static void test_bar_sizes(void)
{
    Fn pf = boot("vf-bar0-size=16K,vf-bar2-size=1M,total-vfs=2");
    Fn vf;

    cfg_writel(&pf, pf.sriov + PCI_SRIOV_BAR, ~0);
    cfg_writel(&pf, pf.sriov + PCI_SRIOV_BAR + 8, ~0);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_BAR), ==, 0xffffc00c);
    g_assert_cmphex(cfg_readl(&pf, pf.sriov + PCI_SRIOV_BAR + 8), ==,
                    0xfff0000c);
    enable_vfs(&pf, 2);
    vf = get_vf(&pf, 1);
    vf.bar0 += 0x4000 - 0x1000;
    g_assert_cmphex(rd(&vf, SRIOV_EDU_FUNCTION), ==, SRIOV_EDU_FUNCTION_VF | 1);
    g_assert_cmphex(rd(&vf, 0x3ffc), ==, 0);
    shut_down(&pf);
}

void add_property_tests(void)
{
    qtest_add_func("/sriov-edu/properties/messages", test_messages);
    qtest_add_func("/sriov-edu/properties/neighbours", test_neighbours);
    qtest_add_func("/sriov-edu/properties/limits", test_limits);
    qtest_add_func("/sriov-edu/properties/one-vf", test_one_vf);
    qtest_add_func("/sriov-edu/properties/bar-sizes", test_bar_sizes);
}
