/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The interface of programs to a function of the sriov-edu sample drivers, PF or
 * VF: its character device /dev/sriov-edu/<domain:bus:device.function>.
 */
#ifndef _UAPI_LINUX_SRIOV_EDU_H
#define _UAPI_LINUX_SRIOV_EDU_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define SRIOV_EDU_IOC_MAGIC	0xb5

/**
 * struct sriov_edu_copy - let the function copy a buffer and compute its CRC
 * @src: address of the bytes to read, in the caller's memory
 * @dst: address to write them to, in the caller's memory, or 0: CRC only
 * @len: how many bytes, 1 .. 1 MiB
 * @flags: must be 0
 * @crc: out: CRC-32 (IEEE 802.3) of the data as the device read it
 * @error: out: the device's error code (SRIOV_EDU_ERR_*), 0 if it was done
 */
struct sriov_edu_copy {
	__u64 src;
	__u64 dst;
	__u32 len;
	__u32 flags;
	__u32 crc;
	__u32 error;
};

/**
 * struct sriov_edu_info - what a function is and what it has done
 * @vf_id: 0-based number of the VF, or -1 for the PF
 * @vectors: MSI-X vectors that the driver uses
 * @interrupts: completion interrupts that the driver took since probe
 * @completions: commands that the device ended since the function's reset
 * @resets: resets that the device counted for this function
 * @quota: longest copy allowed, bytes
 * @mailbox_sent: messages that the driver sent through mailboxes since probe
 * @mailbox_received: messages that it received
 */
struct sriov_edu_info {
	__s32 vf_id;
	__u32 vectors;
	__u64 interrupts;
	__u32 completions;
	__u32 resets;
	__u32 quota;
	__u32 mailbox_sent;
	__u32 mailbox_received;
	__u32 reserved;
};

/*
 * Both may be called by any number of threads at once.  SRIOV_EDU_IOC_COPY
 * sleeps until the function has done the copy; its errors are
 *   EFAULT     a bad address in the caller's memory
 *   EINVAL     @len is 0 or above 1 MiB, or @flags is not 0
 *   EACCES     the PF has disabled this VF
 *   EDQUOT     @len is above the quota that the PF set
 *   EIO        the device reports another error, see @error
 *   EINTR      a signal came before the copy began
 *   ENODEV     the function was removed, or its driver is being unbound
 *   ETIMEDOUT  the device did not answer
 */
#define SRIOV_EDU_IOC_COPY	_IOWR(SRIOV_EDU_IOC_MAGIC, 1, struct sriov_edu_copy)
#define SRIOV_EDU_IOC_INFO	_IOR(SRIOV_EDU_IOC_MAGIC, 2, struct sriov_edu_info)

#endif /* _UAPI_LINUX_SRIOV_EDU_H */
