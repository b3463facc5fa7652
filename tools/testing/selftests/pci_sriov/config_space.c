// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/pci_regs.h>

#include "config_space.h"

/* The maximum length of a list: the space divided by the minimum size of an entry */
#define MAX_CAPS	48
#define MAX_EXT_CAPS	960

/* Return: a file descriptor, or negative errno. */
static int config_open(const struct pci_fn *fn, int flags)
{
	char path[SYSFS_PATH_LEN + 8];
	int fd;

	snprintf(path, sizeof(path), "%s/config", fn->dir);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int64_t config_read(const struct pci_fn *fn, unsigned int offset,
		    unsigned int size)
{
	int fd = config_open(fn, O_RDONLY);
	uint8_t byte[4] = { 0 };
	ssize_t len;

	if (fd < 0)
		return fd;

	len = pread(fd, byte, size, offset);
	close(fd);
	if (len != (ssize_t)size)
		return -EIO;

	return byte[0] | byte[1] << 8 | byte[2] << 16 | (uint32_t)byte[3] << 24;
}

int config_write_word(const struct pci_fn *fn, unsigned int offset,
		      uint16_t word)
{
	uint8_t byte[2] = { word & 0xff, word >> 8 };
	int fd = config_open(fn, O_WRONLY);
	ssize_t len;

	if (fd < 0)
		return fd;

	len = pwrite(fd, byte, sizeof(byte), offset);
	close(fd);
	return len == sizeof(byte) ? 0 : -EIO;
}

unsigned int config_find_cap(const struct pci_fn *fn, unsigned int id)
{
	int64_t pos = config_read(fn, PCI_CAPABILITY_LIST, 1);
	int left;

	for (left = MAX_CAPS; pos >= PCI_STD_HEADER_SIZEOF && left; left--) {
		if (config_read(fn, pos + PCI_CAP_LIST_ID, 1) == id)
			return pos;
		pos = config_read(fn, pos + PCI_CAP_LIST_NEXT, 1);
	}
	return 0;
}

unsigned int config_find_ext_cap(const struct pci_fn *fn, unsigned int id)
{
	int64_t pos = PCI_CFG_SPACE_SIZE;
	int64_t header;
	int left;

	for (left = MAX_EXT_CAPS; pos && left; left--) {
		header = config_read(fn, pos, 4);
		if (header <= 0)
			return 0;
		if (PCI_EXT_CAP_ID(header) == id)
			return pos;
		pos = PCI_EXT_CAP_NEXT(header);
	}
	return 0;
}

int64_t config_read_sriov(const struct pci_fn *pf, unsigned int reg)
{
	unsigned int pos = config_find_ext_cap(pf, PCI_EXT_CAP_ID_SRIOV);

	return pos ? config_read(pf, pos + reg, 2) : -ENOENT;
}

int resource_read(const struct pci_fn *fn, unsigned int index,
		  struct pci_range *range)
{
	char path[SYSFS_PATH_LEN + 16];
	int fields = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/resource", fn->dir);
	file = fopen(path, "r");
	if (!file)
		return -errno;

	do {
		fields = fscanf(file, "%llx %llx %llx",
				&range->start, &range->end, &range->flags);
	} while (fields == 3 && index--);
	fclose(file);
	return fields == 3 ? 0 : -ENOENT;
}

int resource_map(const struct pci_fn *fn, unsigned int index, void **address,
		 size_t *size)
{
	char path[SYSFS_PATH_LEN + 16];
	struct pci_range bar;
	int ret;
	int fd;

	ret = resource_read(fn, index, &bar);
	if (ret)
		return ret;

	snprintf(path, sizeof(path), "%s/resource%u", fn->dir, index);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;

	*size = bar.end - bar.start + 1;
	*address = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ret = *address == MAP_FAILED ? -errno : 0;
	close(fd);
	return ret;
}

static void *config_read_on(void *arg)
{
	struct config_reader *reader = arg;

	for (; !reader->stop; reader->reads++)
		config_read(reader->fn, PCI_VENDOR_ID, 2);
	return NULL;
}

int config_reader_start(struct config_reader *reader, const struct pci_fn *fn)
{
	*reader = (struct config_reader) { .fn = fn };
	return -pthread_create(&reader->thread, NULL, config_read_on, reader);
}

int config_reader_stop(struct config_reader *reader)
{
	reader->stop = true;
	pthread_join(reader->thread, NULL);
	return reader->reads;
}
