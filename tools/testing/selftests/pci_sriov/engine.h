/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The engine of a sriov-edu function, through its character device
 * (<linux/sriov_edu.h>).
 */
#ifndef PCI_SRIOV_ENGINE_H
#define PCI_SRIOV_ENGINE_H

#include <linux/sriov_edu.h>

#include "pf.h"

/* Opens the function's character device; a negative errno if it has none. */
int engine_open(const struct pci_fn *fn);

int engine_info(int fd, struct sriov_edu_info *info);

/* One copy; what the ioctl says, as a negative errno. */
int engine_copy(int fd, const void *src, void *dst, uint32_t len,
		struct sriov_edu_copy *copy);

/*
 * Lets the engine copy @len bytes that @seed determines, and compares the data
 * and its CRC with what they must be: -EBADMSG if they are not that.
 */
int engine_check(int fd, uint32_t len, uint32_t seed);

/* Through the function's driver, if it has one: one copy is done right. */
int engine_works(const struct pci_fn *fn);

#endif
