/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SAMPLES_PCI_SRIOV_VF_H
#define _SAMPLES_PCI_SRIOV_VF_H

#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "engine.h"

struct device_link;

/**
 * struct sriov_edu_vf - the VF driver's part of a VF
 * @fn: the function
 * @pci: the VF
 * @link: orders suspend and resume of VF and PF, NULL in a guest
 * @mbx_lock: serializes requests
 * @mbx_sequence: of the last request
 * @mbx_awaited: first dword of the awaited reply, without status, or 0.  Written
 *	under @mbx_lock, cleared by the interrupt thread after it has filled in
 *	@mbx_reply
 * @mbx_reply: the reply
 * @comeback: ends the pause that the PF requested
 */
struct sriov_edu_vf {
	struct sriov_edu_fn *fn;
	struct pci_dev *pci;
	struct device_link *link;

	struct mutex mbx_lock;	/* one request at a time */
	u16 mbx_sequence;
	u32 mbx_awaited;
	u32 mbx_reply[SRIOV_EDU_MBX_WORDS];

	struct delayed_work comeback;
};

/* vf_mailbox.c, floor 3 */
int sriov_edu_vf_greet_pf(struct sriov_edu_vf *vf);
void sriov_edu_vf_event(struct sriov_edu_fn *fn, u32 events);
void sriov_edu_vf_comeback(struct work_struct *work);

#endif /* _SAMPLES_PCI_SRIOV_VF_H */
