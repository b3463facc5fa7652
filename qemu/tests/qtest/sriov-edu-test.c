/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qtest of sriov-edu: does the device comply with its register contract,
 * Documentation/misc-devices/sriov-edu.rst?  The tests are in sriov-edu/.
 *
 *   QTEST_QEMU_BINARY=./qemu-system-x86_64 tests/qtest/sriov-edu-test --tap -k
 */

#include "qemu/osdep.h"
#include "sriov-edu/machine.h"

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_engine_tests();
    add_vf_tests();
    add_mgmt_tests();
    add_referee_tests();
    add_property_tests();
    add_misbehave_tests();
    add_hostile_tests();
    add_machine_tests();
    add_stream_tests();
    add_live_tests();
    add_vf_migration_tests();
    add_migrating_vf_tests();
    return g_test_run();
}
