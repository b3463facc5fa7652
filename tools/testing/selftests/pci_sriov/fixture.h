/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The common part of the fixtures: a PF of one kind, chosen by the variant, with its
 * driver bound.  The test is skipped if there is no such PF.
 */
#ifndef PCI_SRIOV_FIXTURE_H
#define PCI_SRIOV_FIXTURE_H

#include "core.h"
#include "pf.h"

#define DRIVER_NAME_LEN	64
#define NO_SUCH_PF	"no such PF with a driver"

/*
 * Finds the index-th PF of a kind and its driver, without VFs or with those that an
 * earlier test left on purpose.  Keeps the VFs of a foreign PF without a driver,
 * because some VFs need resources from their PF before a driver can use them.
 */
int pf_take(enum pf_kind kind, int index, struct pci_fn *pf, char *driver);

/* Lets drivers probe the PF's VFs again. */
int pf_give_back(const struct pci_fn *pf);

#endif
