/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kselftest_harness.h with a longer timeout: a kernel with all debugging aids, in an
 * emulated machine, can take more than 30 s for an operation that is fast otherwise.
 */
#ifndef PCI_SRIOV_HARNESS_H
#define PCI_SRIOV_HARNESS_H

#include "../kselftest_harness.h"

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 180

#endif /* PCI_SRIOV_HARNESS_H */
