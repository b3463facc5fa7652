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

/* One copy; returns 0 or the negative errno of the ioctl. */
int engine_copy(int fd, const void *src, void *dst, uint32_t len,
		struct sriov_edu_copy *copy);

/*
 * Has the engine copy @len bytes that @seed determines, and checks the data and its
 * CRC: -EBADMSG if one is wrong.
 */
int engine_check(int fd, uint32_t len, uint32_t seed);

/* The CRC-32 that the engine computes. */
uint32_t engine_crc32(const uint8_t *data, size_t len);

/* Checks one copy through the function's driver, if it has one. */
int engine_works(const struct pci_fn *fn);

#endif
