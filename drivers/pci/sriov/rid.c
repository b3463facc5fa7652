// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: Routing ID arithmetic
 *
 * Floor: 0
 *
 * PCIe r6.0, sec 9.2.1.2: the Routing ID of VF n (from 1) is the PF's Routing
 * ID plus First VF Offset plus (n - 1) times VF Stride, in 16 bits.  A sum that
 * does not fit means a bus number above 255; it is returned as it is, and a caller
 * that needs a real bus number calls sriov_rid_check() first.
 */
#include <linux/errno.h>

#include "sriov.h"

/**
 * sriov_rid - Routing ID of a VF
 * @pf_rid: Routing ID of its PF
 * @offset: First VF Offset
 * @stride: VF Stride
 * @vf_id: number of the VF, from 0
 *
 * Return: the Routing ID; above 0xffff it is none.
 */
u32 sriov_rid(u16 pf_rid, u16 offset, u16 stride, unsigned int vf_id)
{
	return pf_rid + offset + stride * vf_id;
}

/**
 * sriov_rid_check - may these VFs exist?
 * @pf_rid: Routing ID of their PF
 * @offset: First VF Offset
 * @stride: VF Stride
 * @num_vfs: how many VFs, at least 1
 *
 * PCIe r6.0, sec 9.3.3.9 and 9.3.3.10: First VF Offset must not be 0 if there
 * are VFs, nor VF Stride if there are two or more.
 *
 * Return: 0, -EIO for values that the specification forbids, or -ERANGE if the
 * last VF would be beyond bus 255.
 */
int sriov_rid_check(u16 pf_rid, u16 offset, u16 stride, unsigned int num_vfs)
{
	if (!offset || (num_vfs > 1 && !stride))
		return -EIO;

	if (sriov_rid(pf_rid, offset, stride, num_vfs - 1) > U16_MAX)
		return -ERANGE;

	return 0;
}

/**
 * sriov_rid_to_vf_id - which VF has this Routing ID?
 * @pf_rid: Routing ID of the PF
 * @offset: First VF Offset
 * @stride: VF Stride; may be 0 if there is only one VF
 * @vf_rid: Routing ID of one of the PF's VFs
 *
 * Return: the VF's number, from 0.
 */
int sriov_rid_to_vf_id(u16 pf_rid, u16 offset, u16 stride, u16 vf_rid)
{
	if (!stride)
		return 0;

	return (u16)(vf_rid - pf_rid - offset) / stride;
}

/**
 * sriov_rid_bus_span - how many buses beyond the PF's own the VFs occupy
 * @pf_rid: Routing ID of their PF
 * @offset: First VF Offset
 * @stride: VF Stride
 * @num_vfs: how many VFs, at least 1
 *
 * Return: the number of the last VF's bus, counted from the PF's.
 */
unsigned int sriov_rid_bus_span(u16 pf_rid, u16 offset, u16 stride,
				unsigned int num_vfs)
{
	u32 last = sriov_rid(pf_rid, offset, stride, num_vfs - 1);

	return (last >> 8) - (pf_rid >> 8);
}

/**
 * sriov_vf_rid - Routing ID of one of a PF's VFs
 * @sriov: the PF
 * @vf_id: number of the VF, from 0
 *
 * Valid for the NumVFs last written (sec 9.3.3.9: First VF Offset and VF
 * Stride may change with it).
 *
 * Return: the Routing ID.
 */
u16 sriov_vf_rid(struct pci_sriov *sriov, unsigned int vf_id)
{
	return sriov_rid(pci_dev_id(sriov->pf), READ_ONCE(sriov->offset),
			 READ_ONCE(sriov->stride), vf_id);
}

/**
 * sriov_vf_id - number of a VF among its PF's
 * @sriov: the PF
 * @vf: one of its VFs
 *
 * Return: the number, from 0.
 */
unsigned int sriov_vf_id(struct pci_sriov *sriov, struct pci_dev *vf)
{
	return sriov_rid_to_vf_id(pci_dev_id(sriov->pf),
				  READ_ONCE(sriov->offset),
				  READ_ONCE(sriov->stride), pci_dev_id(vf));
}
