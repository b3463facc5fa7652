/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the host using a function, so that it must not be taken away? */
#ifndef PCISLOT_USE_H
#define PCISLOT_USE_H

#include "bdf.h"

#include <stdbool.h>

#define USE_TEXT	512

/* use_of - say in @why what the host uses @bdf for; false: for nothing */
bool use_of(const struct bdf *bdf, char why[USE_TEXT]);

#endif
