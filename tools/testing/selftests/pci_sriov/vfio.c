// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <linux/pci_regs.h>

#include "vfio.h"

#define PAGE	4096

bool vfio_live_supported(void)
{
	return !system("modprobe -q vfio enable_unsafe_noiommu_mode=1") &&
	       !system("modprobe -q vfio-pci-sriov");
}

int vfio_bind(const struct pci_fn *vf, const char *driver)
{
	int rc;

	rc = sysfs_write(vf->dir, "driver_override", driver);
	return rc ? rc : pci_fn_bind(vf, driver);
}

static int open_group(const struct pci_fn *vf)
{
	char path[SYSFS_PATH_LEN + 32], link[256];
	ssize_t len;

	snprintf(path, sizeof(path), "%s/iommu_group", vf->dir);
	len = readlink(path, link, sizeof(link) - 1);
	if (len < 0)
		return -errno;
	link[len] = 0;
	snprintf(path, sizeof(path), "/dev/vfio/noiommu-%s", strrchr(link, '/') + 1);
	len = open(path, O_RDWR | O_CLOEXEC);
	return len < 0 ? -errno : len;
}

static int open_device(struct vfio_vf *v)
{
	v->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (v->container < 0)
		return -errno;
	v->group = open_group(&v->fn);
	if (v->group < 0)
		return v->group;
	if (ioctl(v->group, VFIO_GROUP_SET_CONTAINER, &v->container) ||
	    ioctl(v->container, VFIO_SET_IOMMU, VFIO_NOIOMMU_IOMMU))
		return -errno;
	v->device = ioctl(v->group, VFIO_GROUP_GET_DEVICE_FD, v->fn.name);
	return v->device < 0 ? -errno : 0;
}

static int map_registers(struct vfio_vf *v)
{
	struct vfio_region_info info = {
		.argsz = sizeof(info),
		.index = VFIO_PCI_BAR0_REGION_INDEX,
	};

	if (ioctl(v->device, VFIO_DEVICE_GET_REGION_INFO, &info))
		return -errno;
	v->regs = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, v->device,
		       info.offset);
	return v->regs == MAP_FAILED ? -errno : 0;
}

static int become_master(struct vfio_vf *v)
{
	struct vfio_region_info info = {
		.argsz = sizeof(info),
		.index = VFIO_PCI_CONFIG_REGION_INDEX,
	};
	uint16_t command = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;

	if (ioctl(v->device, VFIO_DEVICE_GET_REGION_INFO, &info) ||
	    pwrite(v->device, &command, 2, info.offset + PCI_COMMAND) != 2)
		return -errno;
	return 0;
}

static int enable_vector(struct vfio_vf *v)
{
	union {
		struct vfio_irq_set set;
		char bytes[sizeof(struct vfio_irq_set) + sizeof(int)];
	} irq = {
		.set = {
			.argsz = sizeof(irq.bytes),
			.flags = VFIO_IRQ_SET_DATA_EVENTFD |
				 VFIO_IRQ_SET_ACTION_TRIGGER,
			.index = VFIO_PCI_MSIX_IRQ_INDEX,
			.count = 1,
		},
	};

	v->irq = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (v->irq < 0)
		return -errno;
	memcpy(irq.set.data, &v->irq, sizeof(int));
	return ioctl(v->device, VFIO_DEVICE_SET_IRQS, &irq) ? -errno : 0;
}

int vfio_open(struct vfio_vf *v, const struct pci_fn *pf, unsigned int vf_id)
{
	int rc;

	*v = (struct vfio_vf) {
		.pf = *pf, .vf_id = vf_id,
		.container = -1, .group = -1, .device = -1, .irq = -1,
		.regs = MAP_FAILED,
	};
	rc = pf_vf(pf, vf_id, &v->fn);
	if (!rc)
		rc = open_device(v);
	if (!rc)
		rc = map_registers(v);
	if (!rc)
		rc = become_master(v);
	if (!rc)
		rc = enable_vector(v);
	if (rc)
		vfio_close(v);
	return rc;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void vfio_close(struct vfio_vf *v)
{
	if (v->regs != MAP_FAILED)
		munmap((void *)v->regs, PAGE);
	v->regs = MAP_FAILED;
	close_fd(&v->device);
	close_fd(&v->group);
	close_fd(&v->container);
	close_fd(&v->irq);
}

uint32_t vfio_read(const struct vfio_vf *v, unsigned int reg)
{
	return v->regs[reg / 4];
}

void vfio_write(const struct vfio_vf *v, unsigned int reg, uint32_t value)
{
	v->regs[reg / 4] = value;
}

int vfio_reset(const struct vfio_vf *v)
{
	return ioctl(v->device, VFIO_DEVICE_RESET) ? -errno : 0;
}

unsigned int vfio_interrupts(const struct vfio_vf *v, int ms)
{
	struct pollfd poll_irq = { .fd = v->irq, .events = POLLIN };
	uint64_t count = 0;

	poll(&poll_irq, 1, ms);
	if (read(v->irq, &count, sizeof(count)) != sizeof(count))
		return 0;
	return count;
}

/*
 * VFIO_DEVICE_FEATURE with an argument
 */
static int feature(const struct vfio_vf *v, uint32_t flags, void *arg, size_t size)
{
	union {
		struct vfio_device_feature feature;
		char bytes[sizeof(struct vfio_device_feature) + 64];
	} f = {
		.feature = {
			.argsz = sizeof(f.feature) + size,
			.flags = flags,
		},
	};

	if (size)
		memcpy(f.feature.data, arg, size);
	if (ioctl(v->device, VFIO_DEVICE_FEATURE, &f))
		return -errno;
	if (size)
		memcpy(arg, f.feature.data, size);
	return 0;
}

int64_t vfio_migration_flags(const struct vfio_vf *v)
{
	struct vfio_device_feature_migration arg = { };
	int rc = feature(v, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIGRATION,
			 &arg, sizeof(arg));

	return rc ? rc : (int64_t)arg.flags;
}

int vfio_set_state(const struct vfio_vf *v, unsigned int state, int *fd)
{
	struct vfio_device_feature_mig_state arg = {
		.device_state = state,
		.data_fd = -1,
	};
	int rc = feature(v, VFIO_DEVICE_FEATURE_SET |
			 VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, &arg, sizeof(arg));

	*fd = rc ? -1 : arg.data_fd;
	return rc;
}

int vfio_state(const struct vfio_vf *v)
{
	struct vfio_device_feature_mig_state arg = { };
	int rc = feature(v, VFIO_DEVICE_FEATURE_GET |
			 VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, &arg, sizeof(arg));

	return rc ? rc : (int)arg.device_state;
}

int64_t vfio_stop_copy_length(const struct vfio_vf *v)
{
	struct vfio_device_feature_mig_data_size arg = { };
	int rc = feature(v, VFIO_DEVICE_FEATURE_GET |
			 VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, &arg, sizeof(arg));

	return rc ? rc : (int64_t)arg.stop_copy_length;
}

int vfio_log_start(const struct vfio_vf *v, uint64_t iova, uint64_t length)
{
	struct vfio_device_feature_dma_logging_range range = {
		.iova = iova,
		.length = length,
	};
	struct vfio_device_feature_dma_logging_control arg = {
		.page_size = PAGE,
		.num_ranges = 1,
		.ranges = (uintptr_t)&range,
	};

	return feature(v, VFIO_DEVICE_FEATURE_SET |
		       VFIO_DEVICE_FEATURE_DMA_LOGGING_START, &arg, sizeof(arg));
}

int vfio_log_stop(const struct vfio_vf *v)
{
	return feature(v, VFIO_DEVICE_FEATURE_SET |
		       VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP, NULL, 0);
}

int vfio_log_report(const struct vfio_vf *v, uint64_t iova, uint64_t length,
		    uint64_t *bitmap)
{
	struct vfio_device_feature_dma_logging_report arg = {
		.iova = iova,
		.length = length,
		.page_size = PAGE,
		.bitmap = (uintptr_t)bitmap,
	};

	return feature(v, VFIO_DEVICE_FEATURE_GET |
		       VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT, &arg, sizeof(arg));
}

/* Bits 54:0 of an entry are the number of the page; only root sees it. */
static int find_addresses(struct dma_pages *pages)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry;
	unsigned int i;

	if (fd < 0)
		return -errno;
	for (i = 0; i < pages->count; i++) {
		off_t page = (uintptr_t)pages->memory / PAGE + i;

		if (pread(fd, &entry, sizeof(entry), page * sizeof(entry)) !=
		    sizeof(entry) || !(entry & ((1ull << 55) - 1)))
			break;
		pages->address[i] = (entry & ((1ull << 55) - 1)) * PAGE;
	}
	close(fd);
	return i == pages->count ? 0 : -EPERM;
}

int dma_pages_alloc(struct dma_pages *pages, unsigned int count)
{
	pages->count = count;
	pages->address = calloc(count, sizeof(*pages->address));
	pages->memory = mmap(NULL, (size_t)count * PAGE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED | MAP_POPULATE,
			     -1, 0);
	if (!pages->address || pages->memory == MAP_FAILED)
		return -ENOMEM;
	return find_addresses(pages);
}

void dma_pages_free(struct dma_pages *pages)
{
	if (pages->memory != MAP_FAILED)
		munmap(pages->memory, (size_t)pages->count * PAGE);
	free(pages->address);
}
