/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The messages that a VF driver and the PF driver exchange through the mailbox.
 *
 * The two may run in different kernels, of different age, and one of them may be
 * hostile, so this is an ABI: numbers are never reused, VERSION is the same in
 * every version, and neither side relies on an answer of the other.
 *
 * A message has four dwords.  The first is its header:
 *
 *	31       16 15        8 7   6       0
 *	+----------+-----------+---+--------+
 *	| sequence |  status   | R | opcode |	R: a reply
 *	+----------+-----------+---+--------+
 *
 * The VF sends one request at a time.  The PF repeats opcode and sequence in its
 * reply, so that the VF can detect a late reply after a timeout.  A message that is
 * not a reply has sequence 0 and R clear.  The VF frees the mailbox after it has
 * acted on the message; this is the acknowledgment.
 */
#ifndef _SAMPLES_PCI_SRIOV_MAILBOX_H
#define _SAMPLES_PCI_SRIOV_MAILBOX_H

#include <linux/bits.h>

#define MBX_OPCODE		GENMASK(6, 0)
#define MBX_REPLY		BIT(7)
#define MBX_STATUS		GENMASK(15, 8)
#define MBX_SEQUENCE		GENMASK(31, 16)

/* VF to PF */
#define MBX_OP_VERSION		1	/* [1] newest version of the VF */
					/* reply: [1] the version to use */
#define MBX_OP_QUOTA		2	/* reply: [1] longest copy, bytes */
#define MBX_OP_ECHO		3	/* reply: [1] to [3] unchanged */

/* PF to VF */
#define MBX_OP_PF_RESET		64	/* the PF is about to be reset, and its */
					/* VFs with it: stop, and touch nothing */
					/* for [1] milliseconds */

#define MBX_STATUS_OK		0
#define MBX_STATUS_UNKNOWN	1	/* no such opcode */
#define MBX_STATUS_NO_VERSION	2	/* VERSION must come first */

#define MBX_VERSION		1

#endif /* _SAMPLES_PCI_SRIOV_MAILBOX_H */
