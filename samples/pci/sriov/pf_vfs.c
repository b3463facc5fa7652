// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floor: 3
 *
 * The part of the PF driver that manages this device's VFs: it enables and limits
 * them, divides MSI-X vectors among them, answers their mail and handles their
 * resets.
 *
 * A VF can belong to a guest, and a guest can be hostile.  Data from a VF is never
 * used as an index or a length, at most one message of each VF is served per
 * interrupt, and a VF that does not read a reply gets no further one.  The PF never
 * waits for a VF to read a reply.
 */
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/iopoll.h>

#include "mailbox.h"
#include "pf.h"

/* How long the VFs may take to stop after the notification of a reset */
#define WARN_POLL_US	1000
#define WARN_LIMIT_US	200000

/*
 * How long the VFs then stay stopped.  A Function Level Reset takes 100 ms (PCIe
 * r6.0 section 6.6.2), and 100 ms more must pass after VF Enable is set again
 * (section 9.3.3.3.1); the rest is for the PF driver.
 */
#define WARN_AWAY_MS	1000

static u32 vf_read(struct sriov_edu_pf *pf, u32 vf_id, u32 reg)
{
	lockdep_assert_held(&pf->lock);

	return sriov_edu_read(pf->fn, SRIOV_EDU_VF_BLOCK(vf_id) + reg);
}

static void vf_write(struct sriov_edu_pf *pf, u32 vf_id, u32 reg, u32 value)
{
	lockdep_assert_held(&pf->lock);

	sriov_edu_write(pf->fn, SRIOV_EDU_VF_BLOCK(vf_id) + reg, value);
}

/* Enable the VF in the device.  This must precede the probe of its driver. */
static void vf_open(struct sriov_edu_pf *pf, u32 vf_id)
{
	struct sriov_edu_pf_vf *vf = &pf->vfs[vf_id];

	vf->version = 0;
	vf_write(pf, vf_id, SRIOV_EDU_VF_QUOTA, vf->quota);
	vf_write(pf, vf_id, SRIOV_EDU_VF_CTRL, SRIOV_EDU_VF_CTRL_ENABLE);
}

static void vf_close(struct sriov_edu_pf *pf, u32 vf_id)
{
	struct sriov_edu_pf_vf *vf = &pf->vfs[vf_id];

	vf->version = 0;
	vf->msix = vf->default_msix;
	vf_write(pf, vf_id, SRIOV_EDU_VF_CTRL, 0);
}

/*
 * All vectors of the pool can be in use, so reduce the numbers of some VFs before
 * increasing those of the others.
 */
static void pf_write_msix(struct sriov_edu_pf *pf)
{
	u32 vf_id;

	for (vf_id = 0; vf_id < pf->total_vfs; vf_id++)
		if (vf_read(pf, vf_id, SRIOV_EDU_VF_MSIX) > pf->vfs[vf_id].msix)
			vf_write(pf, vf_id, SRIOV_EDU_VF_MSIX,
				 pf->vfs[vf_id].msix);

	for (vf_id = 0; vf_id < pf->total_vfs; vf_id++)
		if (vf_read(pf, vf_id, SRIOV_EDU_VF_MSIX) < pf->vfs[vf_id].msix)
			vf_write(pf, vf_id, SRIOV_EDU_VF_MSIX,
				 pf->vfs[vf_id].msix);
}

/**
 * sriov_edu_pf_init_vfs - read the resources that the device has for VFs
 * @pf: the PF
 * @quota: longest copy for each VF, bytes
 *
 * Return: 0, -EINVAL if @quota is out of range, -ENODEV if the device cannot manage
 * VFs.
 */
int sriov_edu_pf_init_vfs(struct sriov_edu_pf *pf, u32 quota)
{
	u32 vf_id;

	if (!(sriov_edu_read(pf->fn, SRIOV_EDU_FEATURES) &
	      SRIOV_EDU_FEATURE_MGMT)) {
		pci_err(pf->pci, "device cannot manage VFs\n");
		return -ENODEV;
	}
	if (!quota || quota > SRIOV_EDU_MAX_LEN) {
		pci_err(pf->pci, "vf_quota must be 1 to %u\n",
			SRIOV_EDU_MAX_LEN);
		return -EINVAL;
	}

	guard(mutex)(&pf->lock);
	pf->total_msix = sriov_edu_read(pf->fn, SRIOV_EDU_VF_MSIX_TOTAL);
	pf->max_msix = sriov_edu_read(pf->fn, SRIOV_EDU_VF_MSIX_MAX);
	for (vf_id = 0; vf_id < pf->total_vfs; vf_id++) {
		struct sriov_edu_pf_vf *vf = &pf->vfs[vf_id];

		vf->quota = quota;
		vf->default_msix = vf_read(pf, vf_id, SRIOV_EDU_VF_MSIX);
		vf->msix = vf->default_msix;
	}
	return 0;
}

/**
 * sriov_edu_pf_open_vfs - enable VFs in the device, before they exist
 * @pf: the PF
 * @num_vfs: number of VFs
 *
 * Return: 0 or -EIO if the device does not accept it.
 */
int sriov_edu_pf_open_vfs(struct sriov_edu_pf *pf, u32 num_vfs)
{
	u32 vf_id;

	guard(mutex)(&pf->lock);
	for (vf_id = 0; vf_id < num_vfs; vf_id++)
		vf_open(pf, vf_id);

	/* The read ensures that all writes have arrived */
	if (vf_read(pf, num_vfs - 1, SRIOV_EDU_VF_CTRL) ==
	    SRIOV_EDU_VF_CTRL_ENABLE) {
		pf->num_vfs = num_vfs;
		return 0;
	}

	pci_err(pf->pci, "device does not enable VF %u\n", num_vfs - 1);
	while (vf_id--)
		vf_close(pf, vf_id);
	return -EIO;
}

/**
 * sriov_edu_pf_close_vfs - release the resources of VFs that were removed
 * @pf: the PF
 */
void sriov_edu_pf_close_vfs(struct sriov_edu_pf *pf)
{
	u32 vf_id;

	guard(mutex)(&pf->lock);
	for (vf_id = 0; vf_id < pf->num_vfs; vf_id++)
		vf_close(pf, vf_id);
	pf_write_msix(pf);
	pf->num_vfs = 0;
}

/**
 * sriov_edu_pf_open_vf - enable one VF in the device, before it is added
 * @pf: the PF
 * @vf_id: the VF, among those of sriov_edu_pf_open_vfs()
 *
 * Return: 0 or -EIO if the device does not accept it.
 */
int sriov_edu_pf_open_vf(struct sriov_edu_pf *pf, u32 vf_id)
{
	guard(mutex)(&pf->lock);
	vf_open(pf, vf_id);
	return vf_read(pf, vf_id, SRIOV_EDU_VF_CTRL) ==
	       SRIOV_EDU_VF_CTRL_ENABLE ? 0 : -EIO;
}

/**
 * sriov_edu_pf_close_vf - release the resources of one VF that was removed
 * @pf: the PF
 * @vf_id: the VF
 */
void sriov_edu_pf_close_vf(struct sriov_edu_pf *pf, u32 vf_id)
{
	guard(mutex)(&pf->lock);
	vf_close(pf, vf_id);
	pf_write_msix(pf);
}

/**
 * sriov_edu_pf_vf_is_busy - whether a VF executes a command
 * @pf: the PF
 * @vf_id: the VF
 *
 * Return: true if it does.
 */
bool sriov_edu_pf_vf_is_busy(struct sriov_edu_pf *pf, u32 vf_id)
{
	guard(mutex)(&pf->lock);
	return vf_read(pf, vf_id, SRIOV_EDU_VF_STATUS) &
	       SRIOV_EDU_VF_STATUS_BUSY;
}

/**
 * sriov_edu_pf_reopen_vfs - configure the VFs again after a reset of the device
 * @pf: the PF
 */
void sriov_edu_pf_reopen_vfs(struct sriov_edu_pf *pf)
{
	u32 vf_id;

	guard(mutex)(&pf->lock);
	pf_write_msix(pf);
	for (vf_id = 0; vf_id < pf->num_vfs; vf_id++)
		vf_open(pf, vf_id);
}

/**
 * sriov_edu_pf_set_vf_msix - set the number of a VF's MSI-X vectors
 * @pf: the PF
 * @vf_id: the VF
 * @count: number of vectors, or 0 for the default
 *
 * Return: 0, -EINVAL if @count is above the maximum for one VF, -ENOSPC if the pool
 * does not have that many left.
 */
int sriov_edu_pf_set_vf_msix(struct sriov_edu_pf *pf, u32 vf_id, u32 count)
{
	struct sriov_edu_pf_vf *vf = &pf->vfs[vf_id];

	guard(mutex)(&pf->lock);
	if (!count)
		count = vf->default_msix;
	if (count > pf->max_msix)
		return -EINVAL;

	vf_write(pf, vf_id, SRIOV_EDU_VF_MSIX, count);
	if (vf_read(pf, vf_id, SRIOV_EDU_VF_MSIX) != count)
		return -ENOSPC;
	vf->msix = count;
	return 0;
}

static void vf_send(struct sriov_edu_pf *pf, u32 vf_id,
		    const u32 words[SRIOV_EDU_MBX_WORDS])
{
	int i;

	for (i = 0; i < SRIOV_EDU_MBX_WORDS; i++)
		vf_write(pf, vf_id, SRIOV_EDU_VF_MBX_TX(i), words[i]);
	vf_write(pf, vf_id, SRIOV_EDU_VF_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
	atomic_inc(&pf->fn->mailbox_sent);
}

static bool vf_room_taken(struct sriov_edu_pf *pf, u32 vf_id)
{
	return vf_read(pf, vf_id, SRIOV_EDU_VF_MBX_TX_CTRL) &
	       SRIOV_EDU_MBX_FULL;
}

static u32 pf_agree_on_version(struct sriov_edu_pf_vf *vf, u32 words[])
{
	if (!words[1])
		return MBX_STATUS_NO_VERSION;
	vf->version = min(words[1], MBX_VERSION);
	words[1] = vf->version;
	return MBX_STATUS_OK;
}

/* Turn a request into its reply */
static u32 pf_answer(struct sriov_edu_pf_vf *vf, u32 words[])
{
	u32 opcode = FIELD_GET(MBX_OPCODE, words[0]);

	if (opcode == MBX_OP_VERSION)
		return pf_agree_on_version(vf, words);
	if (!vf->version)
		return MBX_STATUS_NO_VERSION;

	switch (opcode) {
	case MBX_OP_QUOTA:
		words[1] = vf->quota;
		return MBX_STATUS_OK;
	case MBX_OP_ECHO:
		return MBX_STATUS_OK;
	default:
		return MBX_STATUS_UNKNOWN;
	}
}

/*
 * The VF's mail stays where it is until the VF has read the last message to it.
 * Then another mailbox interrupt leads here again.
 */
static void pf_serve(struct sriov_edu_pf *pf, u32 vf_id)
{
	u32 words[SRIOV_EDU_MBX_WORDS];
	u32 status;
	int i;

	if (vf_room_taken(pf, vf_id))
		return;

	for (i = 0; i < SRIOV_EDU_MBX_WORDS; i++)
		words[i] = vf_read(pf, vf_id, SRIOV_EDU_VF_MBX_RX(i));
	vf_write(pf, vf_id, SRIOV_EDU_VF_MBX_RX_CTRL, SRIOV_EDU_MBX_FULL);
	atomic_inc(&pf->fn->mailbox_received);

	status = pf_answer(&pf->vfs[vf_id], words);
	words[0] &= MBX_OPCODE | MBX_SEQUENCE;
	words[0] |= MBX_REPLY | FIELD_PREP(MBX_STATUS, status);
	vf_send(pf, vf_id, words);
}

/*
 * A reset ends the agreement on a version: the VF may have another driver now.  The
 * resources that the PF gave to the VF are not affected.
 */
static void pf_note_reset(struct sriov_edu_pf *pf, u32 vf_id)
{
	pci_dbg(pf->pci, "VF %u was reset\n", vf_id);
	pf->vfs[vf_id].version = 0;
}

/* Call @serve for each VF whose bit is set in a word of a bitmap */
static void pf_for_each(struct sriov_edu_pf *pf, int word, u32 bits,
			void (*serve)(struct sriov_edu_pf *pf, u32 vf_id))
{
	while (bits) {
		u32 vf_id = 32 * word + __ffs(bits);

		bits &= bits - 1;
		if (vf_id < pf->num_vfs)
			serve(pf, vf_id);
	}
}

static void pf_serve_resets(struct sriov_edu_pf *pf)
{
	int word;

	for (word = 0; word < SRIOV_EDU_BITMAP_WORDS; word++) {
		u32 bits = sriov_edu_read(pf->fn, SRIOV_EDU_VF_RESET(word));

		if (!bits)
			continue;
		sriov_edu_write(pf->fn, SRIOV_EDU_VF_RESET(word), bits);
		pf_for_each(pf, word, bits, pf_note_reset);
	}
}

static void pf_serve_mail(struct sriov_edu_pf *pf)
{
	int word;

	for (word = 0; word < SRIOV_EDU_BITMAP_WORDS; word++)
		pf_for_each(pf, word,
			    sriov_edu_read(pf->fn, SRIOV_EDU_MBX_PENDING(word)),
			    pf_serve);
}

/**
 * sriov_edu_pf_event - handle messages and resets of VFs
 * @fn: the PF
 * @events: SRIOV_EDU_INT_* bits
 *
 * Resets are handled first: a message can be from the driver that was bound after
 * the reset.
 *
 * Context: interrupt thread.
 */
void sriov_edu_pf_event(struct sriov_edu_fn *fn, u32 events)
{
	struct sriov_edu_pf *pf = fn->owner;

	guard(mutex)(&pf->lock);
	pf_serve_resets(pf);
	if (events & SRIOV_EDU_INT_MAILBOX)
		pf_serve_mail(pf);
}

/* A VF without a driver is not a bus master, and would not read the message */
static bool vf_has_driver(struct sriov_edu_pf *pf, u32 vf_id)
{
	u32 status;

	if (!pf->vfs[vf_id].version)
		return false;

	status = vf_read(pf, vf_id, SRIOV_EDU_VF_STATUS);
	return !PCI_POSSIBLE_ERROR(status) &&
	       status & SRIOV_EDU_VF_STATUS_MASTER;
}

static void vf_warn(struct sriov_edu_pf *pf, u32 vf_id)
{
	const u32 words[SRIOV_EDU_MBX_WORDS] = {
		FIELD_PREP_CONST(MBX_OPCODE, MBX_OP_PF_RESET), WARN_AWAY_MS,
	};

	vf_send(pf, vf_id, words);
	pf->vfs[vf_id].warning = VF_WARNED;
}

/*
 * Send the warning once the VF has read the message before it, and take the reading
 * of the warning as its acknowledgment.  Returns whether the VF has stopped.
 */
static bool vf_warn_step(struct sriov_edu_pf *pf, u32 vf_id)
{
	struct sriov_edu_pf_vf *vf = &pf->vfs[vf_id];

	if (vf->warning && !vf_room_taken(pf, vf_id)) {
		if (vf->warning == VF_WARNED)
			vf->warning = VF_NOT_WARNED;
		else
			vf_warn(pf, vf_id);
	}
	return !vf->warning;
}

/* The number of VFs that have not acknowledged the warning yet */
static u32 pf_running(struct sriov_edu_pf *pf)
{
	u32 vf_id, running = 0;

	for (vf_id = 0; vf_id < pf->num_vfs; vf_id++)
		if (!vf_warn_step(pf, vf_id))
			running++;
	return running;
}

/**
 * sriov_edu_pf_warn_vfs - notify the VFs that they are about to be reset
 * @pf: the PF
 *
 * Waits until they have stopped, up to 200 ms.
 */
void sriov_edu_pf_warn_vfs(struct sriov_edu_pf *pf)
{
	u32 vf_id, running;

	guard(mutex)(&pf->lock);
	for (vf_id = 0; vf_id < pf->num_vfs; vf_id++)
		pf->vfs[vf_id].warning = vf_has_driver(pf, vf_id) ?
					 VF_TO_BE_WARNED : VF_NOT_WARNED;

	if (read_poll_timeout(pf_running, running, !running, WARN_POLL_US,
			      WARN_LIMIT_US, false, pf))
		pci_warn(pf->pci, "%u VFs do not stop for the reset\n",
			 running);
}
