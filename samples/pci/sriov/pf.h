/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SAMPLES_PCI_SRIOV_PF_H
#define _SAMPLES_PCI_SRIOV_PF_H

#include <linux/mutex.h>

#include "engine.h"

/**
 * enum sriov_edu_warning - what a VF knows of a reset of the PF
 * @VF_NOT_WARNED: it need not know, or has said that it does
 * @VF_TO_BE_WARNED: nothing yet
 * @VF_WARNED: a message was sent to it
 */
enum sriov_edu_warning {
	VF_NOT_WARNED,
	VF_TO_BE_WARNED,
	VF_WARNED,
};

/**
 * struct sriov_edu_vf - what the PF driver keeps about a VF
 * @quota: longest copy that the VF may do, bytes
 * @default_msix: MSI-X vectors that the VF has if nobody says otherwise
 * @msix: MSI-X vectors that it has
 * @version: of the mailbox protocol that its driver speaks, 0 before it said so
 * @warning: that the PF is about to be reset
 */
struct sriov_edu_vf {
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
 * @max_msix: most that one VF can have
 * @total_vfs: how many entries @vfs has
 * @lock: protects @num_vfs, @vfs and the VFs' blocks of registers.  Taken by
 *	the mailbox service, so never held while the PCI core adds or removes
 *	VFs: their drivers wait for the service
 * @num_vfs: VFs that are served, vf_id 0 to @num_vfs - 1
 * @vfs: by vf_id
 */
struct sriov_edu_pf {
	struct sriov_edu_fn *fn;
	struct pci_dev *pci;
	u32 total_msix;
	u32 max_msix;
	u32 total_vfs;

	struct mutex lock;	/* num_vfs, vfs and their registers */
	u32 num_vfs;
	struct sriov_edu_vf vfs[] __counted_by(total_vfs);
};

/* pf_vfs.c */
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

/* pf_migration.c */
void sriov_edu_pf_want_migration(struct sriov_edu_pf *pf);
void sriov_edu_pf_begin_migration(struct sriov_edu_pf *pf);
void sriov_edu_pf_end_migration(struct sriov_edu_pf *pf);

#endif /* _SAMPLES_PCI_SRIOV_PF_H */
