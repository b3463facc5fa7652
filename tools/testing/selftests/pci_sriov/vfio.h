/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VF of sriov-edu that is open by VFIO, without an IOMMU, and its live migration
 * (<linux/vfio.h>).
 */
#ifndef PCI_SRIOV_VFIO_H
#define PCI_SRIOV_VFIO_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/vfio.h>

#include "edu.h"
#include "pf.h"

#define VFIO_LIVE_DRIVER	"vfio-pci-sriov"

/**
 * struct vfio_vf - a VF
 * @fn: the function
 * @pf: its PF
 * @vf_id: its number
 * @container: VFIO's container
 * @group: VFIO's group
 * @device: the VF itself
 * @irq: an eventfd, which vector 0 writes to
 * @regs: BAR 0
 */
struct vfio_vf {
	struct pci_fn fn;
	struct pci_fn pf;
	unsigned int vf_id;
	int container;
	int group;
	int device;
	int irq;
	volatile uint32_t *regs;
};

/* Does this kernel have the driver?  Loads it. */
bool vfio_live_supported(void);

/* Binds @driver to the VF, which has none; returns 0 or a negative errno. */
int vfio_bind(const struct pci_fn *vf, const char *driver);

/* The VF, bound to VFIO: opens it, with vector 0, as bus master. */
int vfio_open(struct vfio_vf *v, const struct pci_fn *pf, unsigned int vf_id);
void vfio_close(struct vfio_vf *v);

uint32_t vfio_read(const struct vfio_vf *v, unsigned int reg);
void vfio_write(const struct vfio_vf *v, unsigned int reg, uint32_t value);

int vfio_reset(const struct vfio_vf *v);

/* Interrupts since the last call; waits up to @ms for the first. */
unsigned int vfio_interrupts(const struct vfio_vf *v, int ms);

/* What live migration supports: VFIO_MIGRATION_*, or a negative errno. */
int64_t vfio_migration_flags(const struct vfio_vf *v);

/* Changes the state.  @fd: the file that was returned, or -1.  A negative errno. */
int vfio_set_state(const struct vfio_vf *v, unsigned int state, int *fd);
int vfio_state(const struct vfio_vf *v);
int64_t vfio_stop_copy_length(const struct vfio_vf *v);

/* The log, by pages of 4 KiB; @bitmap has a bit for each of @length. */
int vfio_log_start(const struct vfio_vf *v, uint64_t iova, uint64_t length);
int vfio_log_stop(const struct vfio_vf *v);
int vfio_log_report(const struct vfio_vf *v, uint64_t iova, uint64_t length,
		    uint64_t *bitmap);

/* Memory for DMA: pages that stay where they are, and the bus address of each */
struct dma_pages {
	unsigned int count;
	uint8_t *memory;
	uint64_t *address;
};

int dma_pages_alloc(struct dma_pages *pages, unsigned int count);
void dma_pages_free(struct dma_pages *pages);

#endif
