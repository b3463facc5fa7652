/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SAMPLES_PCI_SRIOV_PF_H
#define _SAMPLES_PCI_SRIOV_PF_H

#include <linux/mutex.h>

#include "engine.h"

/**
 * enum sriov_edu_warning - the progress of notifying a VF of a reset of the PF
 * @VF_NOT_WARNED: no message is needed, or the VF has acknowledged it
 * @VF_TO_BE_WARNED: the message is still to be sent
 * @VF_WARNED: the message was sent
 */
enum sriov_edu_warning {
	VF_NOT_WARNED,
	VF_TO_BE_WARNED,
	VF_WARNED,
};

/**
 * struct sriov_edu_pf_vf - the PF driver's data about a VF
 * @quota: longest copy that the VF may do, bytes
 * @default_msix: number of MSI-X vectors that the VF had when the PF was probed
 * @msix: number of MSI-X vectors that it has
 * @version: of the mailbox protocol, as agreed on with its driver, or 0
 * @warning: notification of a reset of the PF
 */
struct sriov_edu_pf_vf {
	u32 quota;
	u32 default_msix;
	u32 msix;
	u32 version;
	enum sriov_edu_warning warning;
};

/**
 * struct sriov_edu_pf - the PF driver's part of a PF
 * @fn: the function
 * @pci: the PF
 * @total_msix: MSI-X vectors that the VFs share
 * @max_msix: maximum for one VF
 * @total_vfs: number of entries in @vfs
 * @lock: protects @num_vfs, @vfs and the VFs' blocks of registers.  The mailbox
 *	service takes it, so it must not be held while the PCI core adds or
 *	removes VFs: their drivers wait for the service
 * @num_vfs: number of VFs that are served, vf_id 0 to @num_vfs - 1
 * @live: states of VFs that migrate, a page for each, or NULL
 * @live_dma: its bus address
 * @vfs: indexed by vf_id
 */
struct sriov_edu_pf {
	struct sriov_edu_fn *fn;
	struct pci_dev *pci;
	u32 total_msix;
	u32 max_msix;
	u32 total_vfs;

	struct mutex lock;	/* num_vfs, vfs and their registers */
	u32 num_vfs;
	void *live;
	dma_addr_t live_dma;
	struct sriov_edu_pf_vf vfs[] __counted_by(total_vfs);
};

/* pf_vfs.c, floor 3 */
int sriov_edu_pf_init_vfs(struct sriov_edu_pf *pf, u32 quota);
int sriov_edu_pf_open_vfs(struct sriov_edu_pf *pf, u32 num_vfs);
void sriov_edu_pf_close_vfs(struct sriov_edu_pf *pf);
int sriov_edu_pf_open_vf(struct sriov_edu_pf *pf, u32 vf_id);
void sriov_edu_pf_close_vf(struct sriov_edu_pf *pf, u32 vf_id);
bool sriov_edu_pf_vf_is_busy(struct sriov_edu_pf *pf, u32 vf_id);
void sriov_edu_pf_reopen_vfs(struct sriov_edu_pf *pf);
void sriov_edu_pf_warn_vfs(struct sriov_edu_pf *pf);
int sriov_edu_pf_set_vf_msix(struct sriov_edu_pf *pf, u32 vf_id, u32 count);
void sriov_edu_pf_event(struct sriov_edu_fn *fn, u32 events);

/* pf_live.c, floor 4 */
int sriov_edu_pf_init_live(struct sriov_edu_pf *pf);
void sriov_edu_pf_exit_live(struct sriov_edu_pf *pf);

/* pf_migration.c, floor 4 */
void sriov_edu_pf_want_migration(struct sriov_edu_pf *pf);
void sriov_edu_pf_begin_migration(struct sriov_edu_pf *pf);
void sriov_edu_pf_end_migration(struct sriov_edu_pf *pf);

#endif /* _SAMPLES_PCI_SRIOV_PF_H */
