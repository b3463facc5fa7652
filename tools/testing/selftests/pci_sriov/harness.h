/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kselftest_harness.h with more patience: a kernel with all its debugging aids,
 * in a machine that is emulated, takes more than 30 s for what is done at once
 * otherwise.
 */
#ifndef PCI_SRIOV_HARNESS_H
#define PCI_SRIOV_HARNESS_H

#include "../kselftest_harness.h"

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 180

#endif /* PCI_SRIOV_HARNESS_H */
