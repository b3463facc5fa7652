/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fixtures have in common: a PF of one kind, chosen by the variant,
 * with its driver bound.  Where there is no such PF the test is skipped.
 */
#ifndef PCI_SRIOV_FIXTURE_H
#define PCI_SRIOV_FIXTURE_H

#include "core.h"
#include "pf.h"

#define DRIVER_NAME_LEN	64
#define NO_SUCH_PF	"no such PF with a driver"

/*
 * Finds the index-th PF of a kind and its driver, with no VFs or with those
 * that another test left on purpose.  The VFs of a foreign PF are made to stay
 * without a driver, since not every VF can be driven before its PF has given
 * it resources.
 */
int pf_take(enum pf_kind kind, int index, struct pci_fn *pf, char *driver);

/* Lets drivers probe the PF's VFs again. */
int pf_give_back(const struct pci_fn *pf);

#endif
