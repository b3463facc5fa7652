/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether the host uses a function, so that it must not be given away */
#ifndef PCISLOT_USE_H
#define PCISLOT_USE_H

#include "bdf.h"

#include <stdbool.h>

#define USE_TEXT	512

/* use_of - describe in @why how the host uses @bdf; false if it does not */
bool use_of(const struct bdf *bdf, char why[USE_TEXT]);

/*
 * use_opened - describe in @why that another program has opened @bdf through VFIO,
 * as a running QEMU has; false if none has
 */
bool use_opened(const struct bdf *bdf, char why[USE_TEXT]);

#endif
