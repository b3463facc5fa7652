/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Live migration of VFs: what the files of vfio-pci-sriov-core share
 *
 * A VF whose PF driver has registered struct pci_sriov_live_ops, open by VFIO.  The
 * files are on floors, as in drivers/pci/sriov/.
 *
 *	4	driver: a module of its own
 *	3	core: what a driver is made of, and the device as VFIO sees it
 *	2	state: VFIO's states
 *	1	save, load: the files that user space reads and writes; log
 *	0	file: what the two have in common; stream: their contents
 *
 * Locks, outermost first:
 *
 *	@state_lock	the state, and which files are open
 *	lock of a file	one reader or writer; user space is accessed under it
 *	pci_sriov_live_begin()	the PF driver
 *
 * A VF may be reset at any time, also by a task that holds locks of VFIO or of memory
 * management, which a task that accesses user space may wait for.  So a reset takes
 * none of the first two.  It counts itself in @resets, and a task that takes @state_lock
 * looks there first, and then does what is left to do.  A file that was opened
 * before the reset is of no use any more.
 */
#ifndef _VFIO_PCI_SRIOV_LIVE_H
#define _VFIO_PCI_SRIOV_LIVE_H

#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/pci-sriov-live.h>
#include <linux/vfio_pci_core.h>

#include "stream.h"

struct sriov_live_save;
struct sriov_live_load;

/**
 * struct sriov_live_vf - a VF
 * @core: the rest of it
 * @vf: the VF
 * @pf: its PF
 * @vf_id: its number
 * @state_lock: see above
 * @state: VFIO's; under @state_lock
 * @resets: how often the VF was reset
 * @seen_resets: as many of them were dealt with; under @state_lock
 * @seen_lost: likewise, pci_sriov_live_lost()
 * @save: the file that is read, or NULL; under @state_lock
 * @load: the file that is written, or NULL; under @state_lock
 * @log_page: size of the pages that are logged, bytes; 0 if none are; under @state_lock
 */
struct sriov_live_vf {
	struct vfio_pci_core_device core;
	struct pci_dev *vf;
	struct pci_dev *pf;
	unsigned int vf_id;

	struct mutex state_lock;	/* what follows */
	enum vfio_device_mig_state state;
	atomic_t resets;
	unsigned int seen_resets;
	unsigned int seen_lost;
	struct sriov_live_save *save;
	struct sriov_live_load *load;
	u64 log_page;
};

/**
 * struct sriov_live_epoch - the time from one loss of a VF's state to the next
 * @resets: &sriov_live_vf.resets
 * @lost: pci_sriov_live_lost()
 */
struct sriov_live_epoch {
	unsigned int resets;
	unsigned int lost;
};

static inline struct sriov_live_epoch sriov_live_now(struct sriov_live_vf *v)
{
	return (struct sriov_live_epoch) {
		.resets = atomic_read(&v->resets),
		.lost = pci_sriov_live_lost(v->vf),
	};
}

static inline bool sriov_live_is_now(struct sriov_live_vf *v,
				     struct sriov_live_epoch epoch)
{
	struct sriov_live_epoch now = sriov_live_now(v);

	return now.resets == epoch.resets && now.lost == epoch.lost;
}

/**
 * struct sriov_live_file - a file, for as long as it is open by user space or by the VF
 * @ref: a reference for each of the two
 * @epoch: when it was opened
 * @lock: serializes accesses, and protects @v.  User space is accessed under it
 * @v: the VF, NULL when the file is of no use any more
 */
struct sriov_live_file {
	struct kref ref;
	struct sriov_live_epoch epoch;
	struct mutex lock;	/* v, and what the file has besides */
	struct sriov_live_vf *v;
};

/* file.c, floor 0 */
struct file *sriov_live_file_open(struct sriov_live_file *file,
				  struct sriov_live_vf *v, const char *name,
				  const struct file_operations *fops, int flags);
int sriov_live_file_release(struct inode *inode, struct file *filp);
void sriov_live_file_close(struct sriov_live_file *file);

/* save.c, floor 1 */
struct sriov_live_save *sriov_live_save_open(struct sriov_live_vf *v, bool last,
					     struct file **filp);
void sriov_live_save_last(struct sriov_live_save *save);
void sriov_live_save_close(struct sriov_live_save *save);
ssize_t sriov_live_save_size(struct sriov_live_vf *v);
int sriov_live_fill_header(struct sriov_live_vf *v,
			   const struct pci_sriov_live_ops *ops,
			   struct sriov_stream_header *header);

/* load.c, floor 1 */
struct sriov_live_load *sriov_live_load_open(struct sriov_live_vf *v,
					     struct file **filp);
int sriov_live_load_finish(struct sriov_live_load *load, bool *touched);
void sriov_live_load_close(struct sriov_live_load *load);

/* log.c, floor 1 */
int sriov_live_log_start(struct sriov_live_vf *v, struct rb_root_cached *ranges,
			 u32 nodes, u64 *page_size);
void sriov_live_log_stop(struct sriov_live_vf *v);
int sriov_live_log_read(struct sriov_live_vf *v, u64 iova, u64 length,
			struct iova_bitmap *dirty);

/* state.c, floor 2 */
void sriov_live_lock(struct sriov_live_vf *v);
void sriov_live_unlock(struct sriov_live_vf *v);
int sriov_live_open(struct sriov_live_vf *v);
void sriov_live_close(struct sriov_live_vf *v);
void sriov_live_was_reset(struct sriov_live_vf *v);
struct file *sriov_live_set_state(struct sriov_live_vf *v,
				  enum vfio_device_mig_state new);
DEFINE_GUARD(sriov_live, struct sriov_live_vf *, sriov_live_lock(_T),
	     sriov_live_unlock(_T))

#endif /* _VFIO_PCI_SRIOV_LIVE_H */
