// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: the VF Migration State Array (PCIe r6.0, sec 9.3.3.15)
 *
 * Floor: 3
 *
 * One byte for each VF, in memory of the PF: bits 1:0 are its state.  Reads of
 * all ones come from a PF that does not answer, and reads of anything mean
 * nothing while the PF is being reset.
 */
#include <linux/io.h>

#include "../pci.h"
#include "sriov.h"

#define SRIOV_ARRAY_STATE	GENMASK(1, 0)

/**
 * sriov_array_check - check the place that the device reports for the array
 * @m: the PF's
 *
 * Return: 0, or -EIO if it cannot be there (already logged).
 */
int sriov_array_check(struct sriov_migration *m)
{
	struct pci_dev *pf = m->sriov->pf;
	u32 total = m->sriov->cap.total_vfs;
	u32 offset = m->sriov->cap.migration_offset;
	u8 bir = m->sriov->cap.migration_bir;

	if (bir >= PCI_STD_NUM_BARS ||
	    !(pci_resource_flags(pf, bir) & IORESOURCE_MEM)) {
		pci_err(pf, "VF Migration State Array is in BAR %u, which is not memory\n",
			bir);
		return -EIO;
	}

	if ((u64)offset + total > pci_resource_len(pf, bir)) {
		pci_err(pf, "VF Migration State Array of %u bytes at %#x is beyond BAR %u %pR\n",
			total, offset, bir,
			pci_resource_n(pf, bir));
		return -EIO;
	}

	return 0;
}

/**
 * sriov_array_map - map the array
 * @m: the PF's, checked
 *
 * Return: 0; -ENOMEM; -EIO if the BAR has no address (already logged).
 */
int sriov_array_map(struct sriov_migration *m)
{
	const struct sriov_cap *cap = &m->sriov->cap;
	struct pci_dev *pf = m->sriov->pf;
	struct resource *res = pci_resource_n(pf, cap->migration_bir);

	if (!res->start || (res->flags & IORESOURCE_UNSET)) {
		pci_err(pf, "BAR %u with the VF Migration State Array has no address\n",
			cap->migration_bir);
		return -EIO;
	}

	m->array = ioremap(res->start + cap->migration_offset, cap->total_vfs);
	return m->array ? 0 : -ENOMEM;
}

/**
 * sriov_array_unmap - undo sriov_array_map()
 * @m: the PF's
 */
void sriov_array_unmap(struct sriov_migration *m)
{
	if (m->array)
		iounmap(m->array);
	m->array = NULL;
}

/* Return: 0, or -EIO if the PF does not answer. */
static int sriov_array_get(struct sriov_migration *m, unsigned int vf_id,
			   u8 *state)
{
	u8 val = readb(m->array + vf_id);

	if (val == U8_MAX)
		return -EIO;

	*state = val & SRIOV_ARRAY_STATE;
	return 0;
}

/*
 * A reset holds pci_cfg_access_lock() from before it begins until the
 * capability has been restored; recovery from an error does not.
 */
static int sriov_array_valid(struct sriov_migration *m, unsigned int restores)
{
	if (READ_ONCE(m->restores) != restores)
		return -EAGAIN;

	return sriov_cap_is_enabled(m->sriov) ? 0 : -EIO;
}

/**
 * sriov_array_read - clear VF Migration Status, read the states of all VFs
 * @m: the PF's, mapped
 * @states: out: a byte for each VF
 *
 * Context: process context, waits for a reset of the PF to end.
 * Return: 0; -EIO if the PF does not answer or has lost its VFs; -EAGAIN if it
 * has been reset meanwhile.  The states mean nothing then.
 */
int sriov_array_read(struct sriov_migration *m, u8 *states)
{
	unsigned int restores, vf_id;
	int rc = 0;

	pci_cfg_access_lock(m->sriov->pf);
	restores = READ_ONCE(m->restores);
	/* what happens from now on brings another interrupt */
	sriov_cap_take_migration_status(m->sriov);
	for (vf_id = 0; vf_id < m->nr_vfs && !rc; vf_id++)
		rc = sriov_array_get(m, vf_id, &states[vf_id]);
	if (!rc)
		rc = sriov_array_valid(m, restores);
	pci_cfg_access_unlock(m->sriov->pf);

	return rc;
}

/**
 * sriov_array_set - make a transition
 * @m: the PF's, mapped
 * @vf_id: of which VF
 * @state: to which state
 * @got: out: the state that it is in now
 *
 * The device ignores a transition that is not possible, because the other
 * master has made one before; that is not an error.
 *
 * Context: process context, waits for a reset of the PF to end.
 * Return: as sriov_array_read().
 */
int sriov_array_set(struct sriov_migration *m, unsigned int vf_id, u8 state,
		    u8 *got)
{
	unsigned int restores;
	int rc;

	pci_cfg_access_lock(m->sriov->pf);
	restores = READ_ONCE(m->restores);
	writeb(state, m->array + vf_id);
	rc = sriov_array_get(m, vf_id, got);
	if (!rc)
		rc = sriov_array_valid(m, restores);
	pci_cfg_access_unlock(m->sriov->pf);

	return rc;
}
