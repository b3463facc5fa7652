// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floor: 3
 *
 * The VF driver's end of the mailbox.
 *
 * The VF works without an answer of the PF, so every wait is short, and a timeout
 * is logged but is not an error: the PF driver may be another one, or busy, or in
 * another kernel that is stopped.
 */
#include <linux/bitfield.h>

#include "mailbox.h"
#include "vf.h"

/* A PF driver answers within the latency of an interrupt */
#define MBX_TIMEOUT	(HZ / 2)

/* Upper limit for the pause that the PF requests */
#define AWAY_LIMIT_MS	10000

/* How soon the end of the pause is retried */
#define COMEBACK_RETRY_MS	20

static bool mbx_room_free(struct sriov_edu_vf *vf)
{
	return !(sriov_edu_read(vf->fn, SRIOV_EDU_MBX_TX_CTRL) &
		 SRIOV_EDU_MBX_FULL);
}

static bool mbx_answered(struct sriov_edu_vf *vf)
{
	/* Pairs with the release in mbx_take_reply(): the reply is complete */
	return !smp_load_acquire(&vf->mbx_awaited);
}

/* Does not wait while the engine is stopped */
static bool mbx_wait(struct sriov_edu_vf *vf,
		     bool (*done)(struct sriov_edu_vf *vf))
{
	struct sriov_edu_fn *fn = vf->fn;

	return wait_event_timeout(fn->wait,
				  !sriov_edu_engine_runs(fn) || done(vf),
				  MBX_TIMEOUT) && sriov_edu_engine_runs(fn);
}

static void mbx_send(struct sriov_edu_vf *vf, u32 opcode,
		     const u32 args[SRIOV_EDU_MBX_WORDS - 1])
{
	struct sriov_edu_fn *fn = vf->fn;
	u32 head = FIELD_PREP(MBX_OPCODE, opcode) |
		   FIELD_PREP(MBX_SEQUENCE, ++vf->mbx_sequence);
	int i;

	WRITE_ONCE(vf->mbx_awaited, head | MBX_REPLY);
	sriov_edu_write(fn, SRIOV_EDU_MBX_TX(0), head);
	for (i = 1; i < SRIOV_EDU_MBX_WORDS; i++)
		sriov_edu_write(fn, SRIOV_EDU_MBX_TX(i), args[i - 1]);
	sriov_edu_write(fn, SRIOV_EDU_MBX_TX_CTRL, SRIOV_EDU_MBX_FULL);
	atomic_inc(&fn->mailbox_sent);
}

/* The reply is in vf->mbx_reply when this returns 0 */
static int mbx_request(struct sriov_edu_vf *vf, u32 opcode,
		       const u32 args[SRIOV_EDU_MBX_WORDS - 1])
{
	lockdep_assert_held(&vf->mbx_lock);

	if (!mbx_wait(vf, mbx_room_free))
		return -ETIMEDOUT;

	mbx_send(vf, opcode, args);
	if (!mbx_wait(vf, mbx_answered)) {
		WRITE_ONCE(vf->mbx_awaited, 0);
		return -ETIMEDOUT;
	}
	if (FIELD_GET(MBX_STATUS, vf->mbx_reply[0]) != MBX_STATUS_OK)
		return -EPROTO;
	return 0;
}

static int mbx_check_echo(struct sriov_edu_vf *vf)
{
	const u32 args[] = { 0x00ff55aa, ~0, vf->mbx_sequence };
	int rc;

	rc = mbx_request(vf, MBX_OP_ECHO, args);
	if (rc)
		return rc;
	return memcmp(&vf->mbx_reply[1], args, sizeof(args)) ? -EPROTO : 0;
}

static int mbx_greet(struct sriov_edu_vf *vf)
{
	const u32 args[] = { MBX_VERSION, 0, 0 };
	u32 version;
	int rc;

	rc = mbx_request(vf, MBX_OP_VERSION, args);
	if (rc)
		return rc;
	version = vf->mbx_reply[1];
	if (version != MBX_VERSION)
		return -EPROTO;

	rc = mbx_check_echo(vf);
	if (rc)
		return rc;

	rc = mbx_request(vf, MBX_OP_QUOTA, args);
	if (rc)
		return rc;
	pci_dbg(vf->pci, "PF uses version %u, quota is %u bytes\n", version,
		vf->mbx_reply[1]);
	return 0;
}

/**
 * sriov_edu_vf_greet_pf - agree with the PF's driver on a version and a quota
 * @vf: the VF, its interrupts working
 *
 * Context: may sleep, three seconds at most.
 * Return: 0, -ETIMEDOUT if the PF does not answer, -EPROTO if the answer is
 * invalid.  The VF works in any case.
 */
int sriov_edu_vf_greet_pf(struct sriov_edu_vf *vf)
{
	int rc;

	mutex_lock(&vf->mbx_lock);
	rc = mbx_greet(vf);
	mutex_unlock(&vf->mbx_lock);
	if (rc && sriov_edu_engine_runs(vf->fn))
		pci_info(vf->pci, "PF does not answer (%pe), going on without\n",
			 ERR_PTR(rc));
	return rc;
}

static void mbx_take_reply(struct sriov_edu_vf *vf,
			   const u32 words[SRIOV_EDU_MBX_WORDS])
{
	u32 awaited = READ_ONCE(vf->mbx_awaited);

	if (!awaited || awaited != (words[0] & ~MBX_STATUS)) {
		pci_dbg(vf->pci, "late reply %#x\n", words[0]);
		return;
	}
	memcpy(vf->mbx_reply, words, sizeof(vf->mbx_reply));
	/* Pairs with the acquire in mbx_answered() */
	smp_store_release(&vf->mbx_awaited, 0);
}

/*
 * The PF is about to be reset, and this VF with it.  The engine stops before the
 * message is acknowledged; the VF is not accessed afterwards until the work runs.
 */
static void mbx_go_away(struct sriov_edu_vf *vf, u32 ms)
{
	ms = min(ms, AWAY_LIMIT_MS);
	pci_dbg(vf->pci, "PF is being reset, back in %u ms\n", ms);
	sriov_edu_engine_stop(vf->fn, SRIOV_EDU_STOP_PF);
	mod_delayed_work(system_long_wq, &vf->comeback, msecs_to_jiffies(ms));
}

static void mbx_take(struct sriov_edu_vf *vf,
		     const u32 words[SRIOV_EDU_MBX_WORDS])
{
	if (words[0] & MBX_REPLY)
		mbx_take_reply(vf, words);
	else if (FIELD_GET(MBX_OPCODE, words[0]) == MBX_OP_PF_RESET)
		mbx_go_away(vf, words[1]);
	else
		pci_dbg(vf->pci, "unknown message %#x\n", words[0]);
}

/**
 * sriov_edu_vf_event - handle a message of the PF, or that the PF has read one
 * @fn: the VF
 * @events: SRIOV_EDU_INT_MAILBOX
 *
 * Context: interrupt thread.
 */
void sriov_edu_vf_event(struct sriov_edu_fn *fn, u32 events)
{
	struct sriov_edu_vf *vf = fn->owner;
	u32 words[SRIOV_EDU_MBX_WORDS];
	int i;

	if (sriov_edu_read(fn, SRIOV_EDU_MBX_RX_CTRL) & SRIOV_EDU_MBX_FULL) {
		for (i = 0; i < SRIOV_EDU_MBX_WORDS; i++)
			words[i] = sriov_edu_read(fn, SRIOV_EDU_MBX_RX(i));
		atomic_inc(&fn->mailbox_received);
		mbx_take(vf, words);
		sriov_edu_write(fn, SRIOV_EDU_MBX_RX_CTRL, SRIOV_EDU_MBX_FULL);
	}
	wake_up_all(&fn->wait);
}

/*
 * The PF driver only estimated the length of the pause, and the PF may be reset
 * again meanwhile without notice to a VF that is stopped.  A reset has the PF's
 * configuration space locked from its beginning to its end, so while the host's VF
 * driver has it locked, no reset runs or starts.  (Error recovery and suspend stop the
 * engine for reasons of their own.)  The PF's device lock would not do: its holder
 * may be removing this VF, and then waits for this work.  Only try: a reset may take
 * a minute.
 */
static bool comeback_begin(struct sriov_edu_vf *vf)
{
	return !vf->pci->is_virtfn ||
	       pci_cfg_access_trylock(pci_physfn(vf->pci));
}

static void comeback_end(struct sriov_edu_vf *vf)
{
	if (vf->pci->is_virtfn)
		pci_cfg_access_unlock(pci_physfn(vf->pci));
}

/**
 * sriov_edu_vf_comeback - end the pause that the PF requested
 * @work: &struct sriov_edu_vf.comeback
 */
void sriov_edu_vf_comeback(struct work_struct *work)
{
	struct sriov_edu_vf *vf = container_of(to_delayed_work(work),
					       struct sriov_edu_vf, comeback);

	if (!comeback_begin(vf)) {
		queue_delayed_work(system_long_wq, &vf->comeback,
				   msecs_to_jiffies(COMEBACK_RETRY_MS));
		return;
	}

	/* The PF's driver notifies only VFs that have contacted it */
	if (!sriov_edu_engine_start(vf->fn, SRIOV_EDU_STOP_PF))
		sriov_edu_vf_greet_pf(vf);
	comeback_end(vf);
}
