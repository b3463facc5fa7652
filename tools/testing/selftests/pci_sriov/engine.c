// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core.h"
#include "engine.h"

#define CRC32_REFLECTED	0xedb88320

/*
 * A stock core probes VFs whose driver prefers that asynchronously, since Linux 7, and
 * does not wait for them.
 */
static bool may_still_be_probed(const struct pci_fn *fn, int tries)
{
	if (core_is_new() || tries > 400 || !pci_fn_exists(fn))
		return false;
	usleep(5000);
	return true;
}

int engine_open(const struct pci_fn *fn)
{
	int fd, tries = 0;
	char path[64];

	snprintf(path, sizeof(path), "/dev/sriov-edu/%s", fn->name);
	do {
		fd = open(path, O_RDWR | O_CLOEXEC);
	} while (fd < 0 && errno == ENOENT && may_still_be_probed(fn, tries++));
	return fd < 0 ? -errno : fd;
}

int engine_info(int fd, struct sriov_edu_info *info)
{
	return ioctl(fd, SRIOV_EDU_IOC_INFO, info) ? -errno : 0;
}

int engine_copy(int fd, const void *src, void *dst, uint32_t len,
		struct sriov_edu_copy *copy)
{
	*copy = (struct sriov_edu_copy) {
		.src = (uintptr_t)src,
		.dst = (uintptr_t)dst,
		.len = len,
	};
	return ioctl(fd, SRIOV_EDU_IOC_COPY, copy) ? -errno : 0;
}

/* IEEE 802.3, bit by bit: independent of the device's implementation */
uint32_t engine_crc32(const uint8_t *data, size_t len)
{
	uint32_t crc = ~0U;
	int bit;

	while (len--) {
		crc ^= *data++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CRC32_REFLECTED : 0);
	}
	return ~crc;
}

/* Differs in every byte from the initial contents of a destination. */
static void fill(uint8_t *src, uint8_t *dst, size_t len, uint32_t seed)
{
	size_t i;

	for (i = 0; i < len; i++) {
		seed = seed * 1664525 + 1013904223;
		src[i] = seed >> 24;
		dst[i] = ~src[i];
	}
}

int engine_check(int fd, uint32_t len, uint32_t seed)
{
	struct sriov_edu_copy copy;
	uint8_t *src = malloc(len);
	uint8_t *dst = malloc(len);
	int ret = -ENOMEM;

	if (src && dst) {
		fill(src, dst, len, seed);
		ret = engine_copy(fd, src, dst, len, &copy);
		if (!ret && (copy.error || copy.crc != engine_crc32(src, len) ||
			     memcmp(src, dst, len)))
			ret = -EBADMSG;
	}
	free(src);
	free(dst);
	return ret;
}

int engine_works(const struct pci_fn *fn)
{
	int fd = engine_open(fn);
	int ret;

	if (fd < 0)
		return fd;

	ret = engine_check(fd, 4096, 1);
	close(fd);
	return ret;
}
