// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: the meaning of a number that is written to sriov_numvfs
 *
 * Floor: 12
 *
 * The PF driver enables and disables VFs in sriov_configure().  The number that it
 * is given is that of the hardware: sriov_hw_numvfs if that is set.  It must then
 * cope with VFs that are absent; see resize.c.
 */
#include "../pci.h"
#include "sriov.h"

/* Is there nothing to do? */
static bool sriov_numvfs_is(struct pci_sriov *sriov, u16 num_vfs)
{
	/*
	 * All may be absent, with VF Enable set; and VFs may be left that an
	 * operation could not remove.
	 */
	if (!num_vfs)
		return READ_ONCE(sriov->phase) == SRIOV_OFF;

	if (num_vfs == READ_ONCE(sriov->published))
		return true;

	/* VF Migration brings those that are missing */
	return !sriov->resizable && num_vfs == sriov->num_vfs;
}

static int sriov_numvfs_check_driver(struct pci_dev *pf)
{
	if (!pf->driver) {
		pci_info(pf, "no driver bound to device; cannot configure SR-IOV\n");
		return -ENOENT;
	}

	if (!pf->driver->sriov_configure) {
		pci_info(pf, "driver does not support SR-IOV configuration via sysfs\n");
		return -ENOENT;
	}

	return 0;
}

/* Between two numbers of VFs, neither of them 0 */
static int sriov_numvfs_resize(struct pci_sriov *sriov, u16 num_vfs)
{
	if (!sriov->resizable) {
		pci_warn(sriov->pf, "%u VFs already enabled. Disable before enabling %u VFs\n",
			 sriov->num_vfs, num_vfs);
		return -EBUSY;
	}

	if (num_vfs > sriov->num_vfs) {
		pci_warn(sriov->pf, "%u VFs requested; hardware was given %u\n",
			 num_vfs, sriov->num_vfs);
		return -ERANGE;
	}

	if (num_vfs < READ_ONCE(sriov->published) && !sriov_may_lack_vfs(sriov))
		return -EOPNOTSUPP;

	return sriov_resize(sriov, num_vfs);
}

/* VFs that migrate, or that the platform announces, are not ours to leave out. */
static bool sriov_may_resize(struct pci_sriov *sriov)
{
	return !sriov_migration_wanted(sriov) && !sriov->pf->no_vf_scan;
}

/* What hardware is to be given, 0 for as many as are requested now */
static u16 sriov_wanted_hw(struct pci_sriov *sriov)
{
	return sriov_may_resize(sriov) ? READ_ONCE(sriov->policy.hw_numvfs) : 0;
}

/* The number of VFs for sriov_configure() */
static int sriov_numvfs_for_hw(struct pci_sriov *sriov, u16 num_vfs)
{
	u16 hw = sriov_wanted_hw(sriov);

	if (!num_vfs || !hw)
		return num_vfs;

	if (!sriov_may_lack_vfs(sriov))
		return -EOPNOTSUPP;

	if (num_vfs <= hw && hw <= pci_sriov_get_totalvfs(sriov->pf))
		return hw;

	pci_warn(sriov->pf, "%u VFs requested; sriov_hw_numvfs is %u, sriov_totalvfs %u\n",
		 num_vfs, hw, pci_sriov_get_totalvfs(sriov->pf));
	return -ERANGE;
}

/*
 * A driver may return what it was called with whatever came of it, and some return 0
 * for success.
 */
static void sriov_numvfs_check_answer(struct pci_sriov *sriov, int hw, int rc)
{
	u16 enabled = sriov->num_vfs;

	if (rc >= 0 ? rc != enabled : hw && enabled)
		pci_warn(sriov->pf, "sriov_configure(%d) returned %d; %u VFs are enabled\n",
			 hw, rc, enabled);
	else if (rc >= 0 && hw && rc != hw)
		pci_warn(sriov->pf, "%u VFs requested; only %d enabled\n",
			 hw, rc);
}

static int sriov_numvfs_configure(struct pci_sriov *sriov, u16 num_vfs)
{
	int hw = sriov_numvfs_for_hw(sriov, num_vfs);
	struct pci_dev *pf = sriov->pf;
	int rc;

	if (hw < 0)
		return hw;

	/* an operation may take long, and readers do not wait for it */
	sriov_msix_refresh_total(sriov);

	sriov->limit = sriov_wanted_hw(sriov) ? num_vfs : 0;
	WRITE_ONCE(sriov->configuring, current);
	rc = pf->driver->sriov_configure(pf, hw);
	WRITE_ONCE(sriov->configuring, NULL);
	sriov->limit = 0;
	sriov_numvfs_check_answer(sriov, hw, rc);

	return rc;
}

/**
 * sriov_numvfs_set - have as many VFs as were written to sriov_numvfs
 * @sriov: the PF
 * @num_vfs: how many, at most sriov_totalvfs
 *
 * Context: device_lock() of the PF held.
 * Return: 0 or more, as the driver's sriov_configure(); -ENOENT if no driver can;
 * -EBUSY if only 0 is possible now; -ERANGE if hardware was, or is to be, given
 * fewer; -EOPNOTSUPP if VFs would be absent and the driver does not cope with
 * that; or as sriov_resize().
 */
int sriov_numvfs_set(struct pci_sriov *sriov, u16 num_vfs)
{
	int rc;

	device_lock_assert(&sriov->pf->dev);

	if (sriov_numvfs_is(sriov, num_vfs))
		return 0;

	rc = sriov_numvfs_check_driver(sriov->pf);
	if (rc)
		return rc;

	return num_vfs && sriov->num_vfs ?
		       sriov_numvfs_resize(sriov, num_vfs) :
		       sriov_numvfs_configure(sriov, num_vfs);
}

/**
 * sriov_hw_numvfs_set - choose how many VFs hardware is given
 * @sriov: the PF
 * @num_vfs: how many, at most sriov_totalvfs; 0 for as many as are requested
 *
 * Context: device_lock() of the PF held.
 * Return: 0; -EBUSY if there are VFs; -EOPNOTSUPP if VFs migrate, the platform
 * announces them, or the driver does not cope with absent VFs.
 */
int sriov_hw_numvfs_set(struct pci_sriov *sriov, u16 num_vfs)
{
	device_lock_assert(&sriov->pf->dev);

	if (sriov->phase != SRIOV_OFF)
		return -EBUSY;

	if (num_vfs && !sriov_may_resize(sriov))
		return -EOPNOTSUPP;

	/* without a driver it is for the next one, and looked at again then */
	if (num_vfs && sriov->pf->driver && !sriov_may_lack_vfs(sriov))
		return -EOPNOTSUPP;

	WRITE_ONCE(sriov->policy.hw_numvfs, num_vfs);
	return 0;
}
