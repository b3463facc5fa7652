/* SPDX-License-Identifier: GPL-2.0-only */
/* How many MSI-X vectors a function has, whether in use or not */
#ifndef SRIOVCTL_MSIX_H
#define SRIOVCTL_MSIX_H

#include "bdf.h"

/* msix_size - Table Size of the MSI-X capability; -1 if it has none or is not readable */
long msix_size(const struct bdf *bdf);

#endif
