// SPDX-License-Identifier: GPL-2.0-only
#include "fixture.h"

int pf_take(enum pf_kind kind, int index, struct pci_fn *pf, char *driver)
{
	int ret;

	ret = pf_find(kind, index, pf);
	if (ret)
		return ret;

	pci_fn_driver(pf, driver, DRIVER_NAME_LEN);
	return sysfs_write(pf->dir, "sriov_drivers_autoprobe",
			   kind == PF_FOREIGN ? "0" : "1");
}

int pf_give_back(const struct pci_fn *pf)
{
	return sysfs_write(pf->dir, "sriov_drivers_autoprobe", "1");
}
