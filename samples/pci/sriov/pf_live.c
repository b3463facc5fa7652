// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floor: 4
 *
 * Live migration of VFs: what a PF driver offers so that a guest can move to another
 * host with its VF, see Documentation/PCI/sriov/live-migration.rst.
 *
 * The device does the work: it stops a VF, writes its state to memory, and reads one.
 * The driver adds what it has agreed on with the VF's driver.  One callback at a time
 * runs for a VF, except for set_level, and each VF has a buffer and a block of registers
 * of its own, so there is no lock.
 */
#include <linux/bitmap.h>
#include <linux/dma-mapping.h>
#include <linux/iopoll.h>
#include <linux/pci-sriov-live.h>

#include "mailbox.h"
#include "pf.h"

#define LIVE_FORMAT	1
#define LIVE_BUF	SZ_4K
#define LIVE_STOP_US	100000

/* A state: what is not the device's, and what is */
struct pf_live_state {
	__le32 mailbox_version;
	__le32 reserved;
	u8 device[LIVE_BUF - 8];
};

static u32 live_read(struct sriov_edu_pf *pf, u32 vf_id, u32 reg)
{
	return sriov_edu_read(pf->fn, SRIOV_EDU_LIVE_BLOCK(vf_id) + reg);
}

static void live_write(struct sriov_edu_pf *pf, u32 vf_id, u32 reg, u32 value)
{
	sriov_edu_write(pf->fn, SRIOV_EDU_LIVE_BLOCK(vf_id) + reg, value);
}

static struct pf_live_state *live_state(struct sriov_edu_pf *pf, u32 vf_id)
{
	return pf->live + vf_id * LIVE_BUF;
}

static int live_command(struct sriov_edu_pf *pf, u32 vf_id, u32 cmd, u32 offset,
			u32 len)
{
	dma_addr_t addr = pf->live_dma + vf_id * LIVE_BUF + offset;

	live_write(pf, vf_id, SRIOV_EDU_LIVE_ADDR_LO, lower_32_bits(addr));
	live_write(pf, vf_id, SRIOV_EDU_LIVE_ADDR_HI, upper_32_bits(addr));
	live_write(pf, vf_id, SRIOV_EDU_LIVE_LEN, len);
	live_write(pf, vf_id, SRIOV_EDU_LIVE_CMD, cmd);
	switch (live_read(pf, vf_id, SRIOV_EDU_LIVE_RESULT)) {
	case SRIOV_EDU_LIVE_DONE:
		return 0;
	case SRIOV_EDU_LIVE_BAD_LEN:
	case SRIOV_EDU_LIVE_BAD_STATE:
		return -EINVAL;
	default:
		return -EIO;
	}
}

static int pf_live_set_level(struct pci_dev *pci, unsigned int vf_id,
			     enum pci_sriov_live_level level)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);
	u32 status;

	/* the kernel's levels have the numbers of the device's */
	live_write(pf, vf_id, SRIOV_EDU_LIVE_LEVEL, level);
	return read_poll_timeout(live_read, status,
				 (status & SRIOV_EDU_LIVE_STATUS_LEVEL) == level,
				 100, LIVE_STOP_US, false, pf, vf_id,
				 SRIOV_EDU_LIVE_STATUS);
}

static ssize_t pf_live_state_size(struct pci_dev *pci, unsigned int vf_id)
{
	u32 size = live_read(pci_get_drvdata(pci), vf_id, SRIOV_EDU_LIVE_SIZE);

	if (!size || size > sizeof_field(struct pf_live_state, device))
		return -EIO;
	return offsetof(struct pf_live_state, device) + size;
}

static ssize_t pf_live_save(struct pci_dev *pci, unsigned int vf_id, u64 pos,
			    void *buf, size_t size)
{
	ssize_t len = pf_live_state_size(pci, vf_id);
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);
	struct pf_live_state *state = live_state(pf, vf_id);
	u32 in_device = len - offsetof(struct pf_live_state, device);
	int rc;

	if (len < 0)
		return len;
	if (!pos) {
		scoped_guard(mutex, &pf->lock)
			state->mailbox_version =
				cpu_to_le32(pf->vfs[vf_id].version);
		rc = live_command(pf, vf_id, SRIOV_EDU_LIVE_SAVE,
				  offsetof(struct pf_live_state, device),
				  sizeof(state->device));
		if (rc)
			return rc;
		if (live_read(pf, vf_id, SRIOV_EDU_LIVE_COUNT) != in_device)
			return -EIO;
	}

	size = min_t(u64, size, len - min_t(u64, pos, len));
	memcpy(buf, (u8 *)state + pos, size);
	return size;
}

static int pf_live_load(struct pci_dev *pci, unsigned int vf_id, u64 pos,
			const void *buf, size_t size)
{
	if (pos > LIVE_BUF || size > LIVE_BUF - pos)
		return -EINVAL;

	memcpy((u8 *)live_state(pci_get_drvdata(pci), vf_id) + pos, buf, size);
	return 0;
}

static int pf_live_loaded(struct pci_dev *pci, unsigned int vf_id, u64 size)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);
	struct pf_live_state *state = live_state(pf, vf_id);
	int rc;

	if (size != pf_live_state_size(pci, vf_id) || state->reserved ||
	    le32_to_cpu(state->mailbox_version) > MBX_VERSION)
		return -EINVAL;

	rc = live_command(pf, vf_id, SRIOV_EDU_LIVE_LOAD,
			  offsetof(struct pf_live_state, device),
			  size - offsetof(struct pf_live_state, device));
	if (rc)
		return rc;

	guard(mutex)(&pf->lock);
	pf->vfs[vf_id].version = le32_to_cpu(state->mailbox_version);
	return 0;
}

static ssize_t pf_live_changed(struct pci_dev *pci, unsigned int vf_id)
{
	if (live_read(pci_get_drvdata(pci), vf_id, SRIOV_EDU_LIVE_STATUS) &
	    SRIOV_EDU_LIVE_STATUS_CHANGED)
		return pf_live_state_size(pci, vf_id);
	return 0;
}

/* The device logs all pages, of 4 KiB. */
static int pf_live_log_start(struct pci_dev *pci, unsigned int vf_id,
			     const struct pci_sriov_live_range *ranges,
			     unsigned int nr_ranges, u64 *page_size)
{
	live_write(pci_get_drvdata(pci), vf_id, SRIOV_EDU_LIVE_LOG,
		   SRIOV_EDU_LIVE_LOG_ON);
	*page_size = SZ_4K;
	return 0;
}

static int pf_live_log_read(struct pci_dev *pci, unsigned int vf_id, u64 iova,
			    unsigned int pages, unsigned long *dirty)
{
	struct sriov_edu_pf *pf = pci_get_drvdata(pci);
	unsigned int i, words = DIV_ROUND_UP(pages, 64);
	u64 *map = (u64 *)live_state(pf, vf_id);
	int rc;

	live_write(pf, vf_id, SRIOV_EDU_LIVE_IOVA_LO, lower_32_bits(iova));
	live_write(pf, vf_id, SRIOV_EDU_LIVE_IOVA_HI, upper_32_bits(iova));
	live_write(pf, vf_id, SRIOV_EDU_LIVE_PAGES, pages);
	rc = live_command(pf, vf_id, SRIOV_EDU_LIVE_READ_LOG, 0, words * 8);
	if (rc)
		return rc;

	for (i = 0; i < words; i++)
		le64_to_cpus(&map[i]);
	bitmap_from_arr64(dirty, map, pages);
	return 0;
}

static void pf_live_log_stop(struct pci_dev *pci, unsigned int vf_id)
{
	live_write(pci_get_drvdata(pci), vf_id, SRIOV_EDU_LIVE_LOG, 0);
}

static const struct pci_sriov_live_ops pf_live_ops = {
	.format		= LIVE_FORMAT,
	.oldest_format	= LIVE_FORMAT,
	.quiet		= true,
	.set_level	= pf_live_set_level,
	.state_size	= pf_live_state_size,
	.save		= pf_live_save,
	.load		= pf_live_load,
	.loaded		= pf_live_loaded,
	.changed	= pf_live_changed,
	.log_start	= pf_live_log_start,
	.log_read	= pf_live_log_read,
	.log_stop	= pf_live_log_stop,
};

/**
 * sriov_edu_pf_init_live - offer live migration of VFs
 * @pf: the PF, set up
 *
 * Not for VFs that the driver before this one has left enabled.
 *
 * Return: 0 or -ENOMEM.
 */
int sriov_edu_pf_init_live(struct sriov_edu_pf *pf)
{
	/* without VFs if the SR-IOV capability cannot be used */
	if (!pf->total_vfs || !(sriov_edu_read(pf->fn, SRIOV_EDU_FEATURES) &
				SRIOV_EDU_FEATURE_LIVE))
		return 0;

	pf->live = dma_alloc_coherent(&pf->pci->dev, pf->total_vfs * LIVE_BUF,
				      &pf->live_dma, GFP_KERNEL);
	if (!pf->live)
		return -ENOMEM;

	if (pci_sriov_set_live_ops(pf->pci, &pf_live_ops))
		pci_info(pf->pci, "no live migration of these VFs\n");
	return 0;
}

/**
 * sriov_edu_pf_exit_live - undo sriov_edu_pf_init_live()
 * @pf: the PF, whose engine is stopped
 */
void sriov_edu_pf_exit_live(struct sriov_edu_pf *pf)
{
	pci_sriov_set_live_ops(pf->pci, NULL);
	if (pf->live)
		dma_free_coherent(&pf->pci->dev, pf->total_vfs * LIVE_BUF,
				  pf->live, pf->live_dma);
}
