/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Live migration of VFs: what a PF driver offers so that a guest can move to another
 * host with its VF.  Not VF Migration of the PCI Express specification, for which
 * see linux/pci-sriov.h.
 */
#ifndef _LINUX_PCI_SRIOV_LIVE_H
#define _LINUX_PCI_SRIOV_LIVE_H

#include <linux/err.h>
#include <linux/types.h>

struct pci_dev;

/**
 * enum pci_sriov_live_level - what a VF may do
 * @PCI_SRIOV_LIVE_RUN: everything
 * @PCI_SRIOV_LIVE_QUIET: no requests that other functions can see (peer to peer);
 *	only with &pci_sriov_live_ops.quiet
 * @PCI_SRIOV_LIVE_STOP: no DMA and no interrupt, and its state does not change
 */
enum pci_sriov_live_level {
	PCI_SRIOV_LIVE_RUN,
	PCI_SRIOV_LIVE_QUIET,
	PCI_SRIOV_LIVE_STOP,
};

/**
 * struct pci_sriov_live_range - addresses that a VF may write
 * @iova: the first, a bus address
 * @length: how many bytes
 */
struct pci_sriov_live_range {
	u64 iova;
	u64 length;
};

/**
 * struct pci_sriov_live_ops - a PF driver's callbacks for live migration of VFs
 * @format: of the state that @save returns; for the driver to choose
 * @oldest_format: the oldest one that @load accepts
 * @quiet: there is a level &PCI_SRIOV_LIVE_QUIET
 * @log_ranges: how many ranges @log_start can have; 0 if it ignores them
 * @set_level: change what the VF may do.  Return when it has taken effect, 0, or an
 *	errno, the level then being unknown; it is called again with another level.
 *	A reset of the VF sets &PCI_SRIOV_LIVE_RUN without a call.
 * @state_size: how many bytes @save will return at most.  Return a number above 0
 *	or an errno.
 * @save: store what follows @pos of the VF's state in @buf, @size bytes at most.
 *	@pos is 0 for a new state, and then where the last call ended.  Return how
 *	many bytes were stored, 0 after the last one, or an errno.  The VF is at
 *	&PCI_SRIOV_LIVE_STOP, or at any level if there is @changed.
 * @load: @buf has @size bytes of a state, from @pos on, in ascending order.  With
 *	@pos 0, what was loaded before is void.  The bytes come from user space and
 *	can be anything.  The VF is at &PCI_SRIOV_LIVE_STOP.  Return 0 or an errno;
 *	-EINVAL for what is not a state.
 * @loaded: a state of @size bytes is complete.  Give it to the VF.  Return as @load.
 * @changed: how many bytes @save would have to return for what has changed since it
 *	returned 0 last; the VF is at any level.  Return a number or an errno.  If it is
 *	NULL there is no pre-copy.
 * @log_start: log which pages the VF writes in @nr_ranges @ranges.  @page_size is a
 *	power of two that user space prefers; store the one in use.  Return 0 or
 *	an errno.  If it is NULL, @log_read and @log_stop are not called.
 * @log_read: set a bit in @dirty for each of @pages pages of the log's size from @iova
 *	that was written, and remove it from the log.  @dirty is all zeroes before, and
 *	there are &PCI_SRIOV_LIVE_LOG_PAGES at most.  Return 0 or an errno.
 * @log_stop: end the log.
 *
 * What is not said to be optional must be there.
 *
 * Context: process context, may sleep.  One call at a time for a VF, except for
 * @set_level, which a reset of the VF can lead to at any time.  VFs of a PF are
 * served at the same time.  The VF exists and is enabled, and the PF is not being
 * reset: that waits for callbacks.  So does the unbinding of the PF driver, under
 * device_lock() of the PF, which must not be taken.
 */
struct pci_sriov_live_ops {
	u32 format;
	u32 oldest_format;
	bool quiet;
	unsigned int log_ranges;
	int (*set_level)(struct pci_dev *pf, unsigned int vf_id,
			 enum pci_sriov_live_level level);
	ssize_t (*state_size)(struct pci_dev *pf, unsigned int vf_id);
	ssize_t (*save)(struct pci_dev *pf, unsigned int vf_id, u64 pos,
			void *buf, size_t size);
	int (*load)(struct pci_dev *pf, unsigned int vf_id, u64 pos,
		    const void *buf, size_t size);
	int (*loaded)(struct pci_dev *pf, unsigned int vf_id, u64 size);
	ssize_t (*changed)(struct pci_dev *pf, unsigned int vf_id);
	int (*log_start)(struct pci_dev *pf, unsigned int vf_id,
			 const struct pci_sriov_live_range *ranges,
			 unsigned int nr_ranges, u64 *page_size);
	int (*log_read)(struct pci_dev *pf, unsigned int vf_id, u64 iova,
			unsigned int pages, unsigned long *dirty);
	void (*log_stop)(struct pci_dev *pf, unsigned int vf_id);
};

/* The most that &pci_sriov_live_ops.log_read is called for at once */
#define PCI_SRIOV_LIVE_LOG_PAGES	32768

#ifdef CONFIG_PCI_IOV_LIVE
int pci_sriov_set_live_ops(struct pci_dev *pf,
			   const struct pci_sriov_live_ops *ops);
const struct pci_sriov_live_ops *pci_sriov_live_begin(struct pci_dev *vf);
void pci_sriov_live_end(struct pci_dev *vf);
unsigned int pci_sriov_live_lost(struct pci_dev *vf);
#else
static inline int
pci_sriov_set_live_ops(struct pci_dev *pf, const struct pci_sriov_live_ops *ops)
{
	return 0;
}
#endif

#endif /* _LINUX_PCI_SRIOV_LIVE_H */
