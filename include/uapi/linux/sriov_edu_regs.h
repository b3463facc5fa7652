/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * Registers of sriov-edu, an SR-IOV device for developing and testing Physical
 * Function drivers.
 *
 * The device model, the sample drivers and the tests all include this file, so
 * that each register has one name.  What the registers mean is written in
 * Documentation/misc-devices/sriov-edu.rst; the notes here are reminders.
 *
 * All registers are 32 bits wide, little endian and naturally aligned; an
 * access of any other width or alignment is a guest error and has no effect.
 * A register or a bit that is not listed reads as zero and ignores writes.
 */
#ifndef _UAPI_LINUX_SRIOV_EDU_REGS_H
#define _UAPI_LINUX_SRIOV_EDU_REGS_H

/* Identity in config space */
#define SRIOV_EDU_VENDOR_ID		0x1af4
#define SRIOV_EDU_PF_DEVICE_ID		0x10f0
#define SRIOV_EDU_VF_DEVICE_ID		0x10f1
#define SRIOV_EDU_CLASS			0x1200	/* processing accelerator */

/* BARs, of the PF and of every VF alike; both are 64-bit */
#define SRIOV_EDU_BAR_REGS		0	/* the registers below */
#define SRIOV_EDU_BAR_MSIX		2	/* MSI-X table and PBA */
#define SRIOV_EDU_BAR_ARRAY		2	/* PF: VF Migration State Array, at */
#define SRIOV_EDU_ARRAY_OFFSET		0x6000
#define SRIOV_EDU_PF_REGS_SIZE		0x10000
#define SRIOV_EDU_VF_REGS_SIZE		0x1000	/* least VF BAR 0 */

#define SRIOV_EDU_MAX_VFS		255

/*
 * The engine: the same at the same place in the PF and in every VF.
 */
#define SRIOV_EDU_ID			0x000	/* RO */
#define  SRIOV_EDU_ID_MAGIC		0x44455253	/* "SRED" */
#define SRIOV_EDU_VERSION		0x004	/* RO: major << 16 | minor */
#define  SRIOV_EDU_VERSION_1_0		0x00010000
#define SRIOV_EDU_FUNCTION		0x008	/* RO: identity of the function */
#define  SRIOV_EDU_FUNCTION_VF		0x80000000	/* a VF, else the PF */
#define  SRIOV_EDU_FUNCTION_VF_ID	0x0000ffff	/* 0-based; 0 on the PF */
#define SRIOV_EDU_FEATURES		0x00c	/* RO */
#define  SRIOV_EDU_FEATURE_MGMT		0x00000001	/* PF management */
#define  SRIOV_EDU_FEATURE_REFEREE	0x00000002	/* the referee */
#define  SRIOV_EDU_FEATURE_MIGRATION	0x00000004	/* VF Migration */
#define  SRIOV_EDU_FEATURE_LIVE		0x00000008	/* live migration of VFs */
#define SRIOV_EDU_SCRATCH		0x010	/* RW, 0 after reset */
#define SRIOV_EDU_RESETS		0x014	/* RO: resets seen, survives them */
#define SRIOV_EDU_VECTORS		0x018	/* RO: MSI-X vectors of this function */
#define SRIOV_EDU_QUOTA			0x01c	/* RO: longest copy allowed, bytes */

/* DMA */
#define SRIOV_EDU_SRC_LO		0x040	/* RW */
#define SRIOV_EDU_SRC_HI		0x044	/* RW */
#define SRIOV_EDU_DST_LO		0x048	/* RW */
#define SRIOV_EDU_DST_HI		0x04c	/* RW */
#define SRIOV_EDU_LEN			0x050	/* RW: bytes, 1 .. SRIOV_EDU_MAX_LEN */
#define  SRIOV_EDU_MAX_LEN		0x00100000
#define SRIOV_EDU_CMD			0x054	/* WO: starts */
#define  SRIOV_EDU_CMD_COPY		1	/* SRC to DST, CRC of the data */
#define  SRIOV_EDU_CMD_CRC		2	/* CRC of SRC only */
#define SRIOV_EDU_STATUS		0x058	/* RO */
#define  SRIOV_EDU_STATUS_BUSY		0x00000001
#define  SRIOV_EDU_STATUS_DONE		0x00000002	/* cleared by a new command */
#define  SRIOV_EDU_STATUS_OVERRUN	0x00000004	/* command while busy, dropped */
#define  SRIOV_EDU_STATUS_ERROR		0x0000ff00	/* of the last command: */
#define   SRIOV_EDU_OK			0
#define   SRIOV_EDU_ERR_COMMAND		1	/* no such command */
#define   SRIOV_EDU_ERR_LENGTH		2	/* 0 or above SRIOV_EDU_MAX_LEN */
#define   SRIOV_EDU_ERR_SRC		3	/* bus error reading SRC */
#define   SRIOV_EDU_ERR_DST		4	/* bus error writing DST */
#define   SRIOV_EDU_ERR_MASTER		5	/* Bus Master Enable is clear */
#define   SRIOV_EDU_ERR_DISABLED	6	/* the PF has not enabled this VF */
#define   SRIOV_EDU_ERR_QUOTA		7	/* longer than QUOTA */
#define   SRIOV_EDU_ERR_INACTIVE	8	/* VF Migration: not in an Active state */
#define SRIOV_EDU_CRC			0x05c	/* RO: CRC-32 (IEEE 802.3) of the data */
#define SRIOV_EDU_COMPLETIONS		0x060	/* RO: commands ended since reset */
#define SRIOV_EDU_LATENCY		0x064	/* RW: microseconds a command takes */
#define  SRIOV_EDU_LATENCY_MAX		10000000

/* Interrupts: a message goes out when (STATUS & ENABLE & bit) becomes set */
#define SRIOV_EDU_INT_STATUS		0x080	/* RW1C */
#define SRIOV_EDU_INT_ENABLE		0x084	/* RW */
#define  SRIOV_EDU_INT_DMA		0x00000001	/* command ended */
#define  SRIOV_EDU_INT_MAILBOX		0x00000002	/* a message came, or its room is free */
#define  SRIOV_EDU_INT_SOFT		0x00000004	/* INT_RAISE was written */
#define  SRIOV_EDU_INT_VF_RESET		0x00000008	/* PF: a VF was reset */
#define  SRIOV_EDU_INT_ALL		0x0000000f
#define SRIOV_EDU_INT_RAISE		0x088	/* WO: any value sets INT_SOFT */
#define SRIOV_EDU_INT_VECTOR		0x08c	/* RW: a byte for each of: */
#define  SRIOV_EDU_INT_VECTOR_DMA	0x000000ff
#define  SRIOV_EDU_INT_VECTOR_MAILBOX	0x0000ff00
#define  SRIOV_EDU_INT_VECTOR_SOFT	0x00ff0000
#define  SRIOV_EDU_INT_VECTOR_VF_RESET	0xff000000
#define SRIOV_EDU_INT_COUNT		0x090	/* RO: messages sent since reset */

/* A VF's end of its mailbox.  One message of four dwords each way. */
#define SRIOV_EDU_MBX_WORDS		4
#define SRIOV_EDU_MBX_TX(i)		(0x0c0 + 4 * (i))	/* RW: to the PF */
#define SRIOV_EDU_MBX_TX_CTRL		0x0d0	/* RW: write FULL to send */
#define SRIOV_EDU_MBX_RX(i)		(0x0e0 + 4 * (i))	/* RO: from the PF */
#define SRIOV_EDU_MBX_RX_CTRL		0x0f0	/* RW: write FULL to free the room */
#define  SRIOV_EDU_MBX_FULL		0x00000001	/* reads: a message is waiting */

/*
 * PF only: management of the VFs.
 */
#define SRIOV_EDU_TOTAL_VFS		0x1000	/* RO */
#define SRIOV_EDU_NUM_VFS		0x1004	/* RO: VFs that exist now */
#define SRIOV_EDU_VF_MSIX_TOTAL		0x1008	/* RO: vectors in the VFs' pool */
#define SRIOV_EDU_VF_MSIX_FREE		0x100c	/* RO: vectors given to no VF */
#define SRIOV_EDU_VF_MSIX_MAX		0x1010	/* RO: most vectors one VF can have */
#define SRIOV_EDU_MBX_PENDING(i)	(0x1020 + 4 * (i))	/* RO: bit = VF with mail */
#define SRIOV_EDU_VF_RESET(i)		(0x1040 + 4 * (i))	/* RW1C: bit = VF was reset */
#define SRIOV_EDU_BITMAP_WORDS		8	/* of 32 VFs each */

/* A block for each VF, whether it exists or not */
#define SRIOV_EDU_VF_BLOCK(vf_id)	(0x4000 + 0x40 * (vf_id))
#define SRIOV_EDU_VF_CTRL		0x00	/* RW */
#define  SRIOV_EDU_VF_CTRL_ENABLE	0x00000001	/* the VF's engine may run */
#define SRIOV_EDU_VF_STATUS		0x04	/* RO */
#define  SRIOV_EDU_VF_STATUS_EXISTS	0x00000001	/* VF Enable, below NumVFs, not UA */
#define  SRIOV_EDU_VF_STATUS_MASTER	0x00000002	/* its Bus Master Enable */
#define  SRIOV_EDU_VF_STATUS_BUSY	0x00000004	/* its engine runs */
#define SRIOV_EDU_VF_QUOTA		0x08	/* RW: longest copy, bytes */
#define SRIOV_EDU_VF_MSIX		0x0c	/* RW: vectors, 1 .. VF_MSIX_MAX */
#define SRIOV_EDU_VF_RESETS		0x10	/* RO: the VF's RESETS */
#define SRIOV_EDU_VF_MBX_RX(i)		(0x14 + 4 * (i))	/* RO: from the VF */
#define SRIOV_EDU_VF_MBX_RX_CTRL	0x24	/* RW: as MBX_RX_CTRL */
#define SRIOV_EDU_VF_MBX_TX(i)		(0x28 + 4 * (i))	/* RW: to the VF */
#define SRIOV_EDU_VF_MBX_TX_CTRL	0x38	/* RW: as MBX_TX_CTRL */

/*
 * PF only: the referee, which counts what software does against the rules of
 * the PCI Express Base Specification's SR-IOV chapter.  The counters survive
 * every reset of the function and are cleared only through REFEREE_CTRL.
 */
#define SRIOV_EDU_REFEREE_CTRL		0x2000	/* WO */
#define  SRIOV_EDU_REFEREE_CLEAR	0x00000001	/* counters and LAST */
#define  SRIOV_EDU_REFEREE_CLEAR_PAGES	0x00000002	/* list of pages */
#define SRIOV_EDU_REFEREE_TOTAL		0x2004	/* RO: sum of the counters */
#define SRIOV_EDU_REFEREE_LAST		0x2008	/* RO: the last breach */
#define  SRIOV_EDU_REFEREE_LAST_KIND	0x000000ff
#define  SRIOV_EDU_REFEREE_LAST_FN	0x00ffff00	/* vf_id + 1; 0 the PF */
#define SRIOV_EDU_REFEREE_COUNT(kind)	(0x2010 + 4 * (kind))	/* RO, saturates */
#define  SRIOV_EDU_REF_VF_EARLY		0  /* VF accessed before it may be ready */
#define  SRIOV_EDU_REF_VFE_EARLY	1  /* VF Enable set < 1 s after clearing */
#define  SRIOV_EDU_REF_CAP_EARLY	2  /* capability read < 1 s after clearing */
#define  SRIOV_EDU_REF_NUMVFS_LOCKED	3  /* NumVFs written with VF Enable set */
#define  SRIOV_EDU_REF_NUMVFS_RANGE	4  /* VF Enable set with a bad NumVFs */
#define  SRIOV_EDU_REF_BAR_LOCKED	5  /* VF BAR written with VF MSE set */
#define  SRIOV_EDU_REF_PGSIZE_LOCKED	6  /* System Page Size with VF Enable set */
#define  SRIOV_EDU_REF_PGSIZE_RANGE	7  /* System Page Size not supported */
#define  SRIOV_EDU_REF_ARI_LOCKED	8  /* ARI Capable Hierarchy with VF Enable set */
#define  SRIOV_EDU_REF_VF_REQUEST	9  /* engine started on a VF that may not */
#define  SRIOV_EDU_REF_FLR_EARLY	10 /* function accessed < 100 ms after its FLR */
#define  SRIOV_EDU_REF_OUT_UNRESET	11 /* VF migrated out without an FLR */
#define  SRIOV_EDU_REF_IN_UNRESET	12 /* VF migrated in and used without an FLR */
#define  SRIOV_EDU_REF_HEADER_EARLY	13 /* capability's header < 1 s after clearing */
#define  SRIOV_EDU_REF_D_STATE_EARLY	14 /* PF's D-state < 1 s after clearing */
#define  SRIOV_EDU_REF_RESET_EARLY	15 /* PF reset < 1 s after clearing */
#define  SRIOV_EDU_REF_LIVE_WRITE	16 /* VF written while it is stopped */
#define  SRIOV_EDU_REF_KINDS		17
#define SRIOV_EDU_REFEREE_PAGES		0x2100	/* RW: whose pages are listed */
#define  SRIOV_EDU_REFEREE_PAGES_VF	0x0000ffff	/* vf_id */
#define  SRIOV_EDU_REFEREE_PAGES_ON	0x80000000
#define SRIOV_EDU_REFEREE_PAGES_COUNT	0x2104	/* RO: different pages written */
#define SRIOV_EDU_REFEREE_PAGE_LO	0x2108	/* RW: address of a page */
#define SRIOV_EDU_REFEREE_PAGE_HI	0x210c	/* RW */
#define SRIOV_EDU_REFEREE_PAGE_LISTED	0x2110	/* RO: 1 if that page was written */

/*
 * PF with VF Migration only: what the device's other master does.  A test's
 * side, nothing for a PF driver.
 */
#define SRIOV_EDU_MIGRATION_CMD		0x3000	/* WO: makes a transition */
#define  SRIOV_EDU_MIGRATION_CMD_KIND	0x0000ffff	/* OFFER .. CANCEL */
#define  SRIOV_EDU_MIGRATION_CMD_VF	0xffff0000	/* vf_id */
#define SRIOV_EDU_MIGRATION_RESULT	0x3004	/* RO: of the last command */
#define  SRIOV_EDU_MIGRATION_NO_COMMAND	1
#define  SRIOV_EDU_MIGRATION_NO_VF	2	/* vf_id is not below TotalVFs */
#define  SRIOV_EDU_MIGRATION_NOT_ENABLED 3	/* VF (Migration) Enable is clear */
#define  SRIOV_EDU_MIGRATION_WRONG_STATE 4
#define  SRIOV_EDU_MIGRATION_DONE	5
#define SRIOV_EDU_MIGRATION_AMBUSH	0x3008	/* RW: with MIGRATION_CMD_VF */
#define  SRIOV_EDU_MIGRATION_AMBUSH_KIND 0x000000ff
#define  SRIOV_EDU_MIGRATION_AMBUSH_WRITE 0x00000100 /* at a write, not a read */
#define  SRIOV_EDU_MIGRATION_AMBUSH_ARMED 0x00008000
#define SRIOV_EDU_MIGRATION_COUNT(kind)	(0x3010 + 4 * (kind))	/* RO, wraps */
#define  SRIOV_EDU_MIGRATION_OFFER	0	/* Unavailable to MigrateIn */
#define  SRIOV_EDU_MIGRATION_RETRACT	1	/* MigrateIn to Unavailable */
#define  SRIOV_EDU_MIGRATION_REQUEST	2	/* Available to MigrateOut */
#define  SRIOV_EDU_MIGRATION_CANCEL	3	/* MigrateOut to Available */
#define  SRIOV_EDU_MIGRATION_ACTIVATE	4	/* software: MigrateIn to Available */
#define  SRIOV_EDU_MIGRATION_DEACTIVATE	5	/* software: Available to MigrateIn */
#define  SRIOV_EDU_MIGRATION_COMPLETE	6	/* software: MigrateOut to Unavailable */
#define  SRIOV_EDU_MIGRATION_KINDS	7
#define SRIOV_EDU_MIGRATION_IGNORED	0x302c	/* RO: writes to the array */
#define SRIOV_EDU_MIGRATION_MESSAGES	0x3030	/* RO: messages sent */

/*
 * PF only: live migration of VFs.  A block for each VF, whether it exists or not.
 */
#define SRIOV_EDU_LIVE_BLOCK(vf_id)	(0x8000 + 0x40 * (vf_id))
#define SRIOV_EDU_LIVE_LEVEL		0x00	/* RW: what the VF may do: */
#define  SRIOV_EDU_LIVE_RUN		0	/* all */
#define  SRIOV_EDU_LIVE_QUIET		1	/* no DMA */
#define  SRIOV_EDU_LIVE_STOP		2	/* nothing */
#define SRIOV_EDU_LIVE_STATUS		0x04	/* RO */
#define  SRIOV_EDU_LIVE_STATUS_LEVEL	0x00000003	/* that was reached */
#define  SRIOV_EDU_LIVE_STATUS_CHANGED	0x00000004	/* since the last SAVE */
#define  SRIOV_EDU_LIVE_STATUS_OVERFLOW	0x00000008	/* the log has lost pages */
#define SRIOV_EDU_LIVE_SIZE		0x08	/* RO: bytes of a VF's state */
#define SRIOV_EDU_LIVE_ADDR_LO		0x0c	/* RW: bus address of a buffer */
#define SRIOV_EDU_LIVE_ADDR_HI		0x10	/* RW */
#define SRIOV_EDU_LIVE_LEN		0x14	/* RW: bytes in the buffer */
#define SRIOV_EDU_LIVE_CMD		0x18	/* WO */
#define  SRIOV_EDU_LIVE_SAVE		1	/* state to buffer */
#define  SRIOV_EDU_LIVE_LOAD		2	/* buffer to state */
#define  SRIOV_EDU_LIVE_READ_LOG	3	/* bitmap to buffer, and clear */
#define SRIOV_EDU_LIVE_RESULT		0x1c	/* RO: of the last command */
#define  SRIOV_EDU_LIVE_DONE		1
#define  SRIOV_EDU_LIVE_NO_COMMAND	2	/* no such command */
#define  SRIOV_EDU_LIVE_NO_VF		3	/* the VF does not exist */
#define  SRIOV_EDU_LIVE_WRONG_LEVEL	4	/* LOAD of a VF that is not stopped */
#define  SRIOV_EDU_LIVE_BAD_LEN		5	/* buffer too small, LEN or PAGES bad */
#define  SRIOV_EDU_LIVE_BAD_DMA		6	/* buffer cannot be accessed */
#define  SRIOV_EDU_LIVE_BAD_STATE	7	/* not a state of this device */
#define  SRIOV_EDU_LIVE_REFUSED		8	/* misbehave, or the log is off */
#define SRIOV_EDU_LIVE_COUNT		0x20	/* RO: bytes of the last command */
#define SRIOV_EDU_LIVE_LOG		0x24	/* RW */
#define  SRIOV_EDU_LIVE_LOG_ON		0x00000001	/* setting it clears the log */
#define SRIOV_EDU_LIVE_IOVA_LO		0x28	/* RW: first page of READ_LOG */
#define SRIOV_EDU_LIVE_IOVA_HI		0x2c	/* RW */
#define SRIOV_EDU_LIVE_PAGES		0x30	/* RW: pages of READ_LOG, of 4 KiB */
#define  SRIOV_EDU_LIVE_PAGES_MAX	0x8000	/* as a bitmap, 4 KiB */

#endif /* _UAPI_LINUX_SRIOV_EDU_REGS_H */
