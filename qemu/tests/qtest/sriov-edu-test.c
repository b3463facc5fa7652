/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qtest of sriov-edu.
 */

#include "qemu/osdep.h"
#include "libqtest.h"

static void test_plug(void)
{
    QTestState *qts = qtest_init("-machine q35 -device sriov-edu");

    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/sriov-edu/plug", test_plug);
    return g_test_run();
}
