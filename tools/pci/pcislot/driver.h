/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which driver a function of the host has: vfio-pci, or the one that it had.  What
 * it had is in a struct held, which is remembered before anything is changed; from
 * whatever came in between, driver_give_back() finds the way back.
 */
#ifndef PCISLOT_DRIVER_H
#define PCISLOT_DRIVER_H

#include "state.h"

#define DRIVER_VFIO	"vfio-pci"

/* driver_remember - note in @held what @held->host has now */
void driver_remember(struct held *held);

/* driver_take - bind it to vfio-pci, through driver_override */
int driver_take(const struct held *held, struct err *err);

/* driver_give_back - to the driver and driver_override that it had; may be repeated */
int driver_give_back(const struct held *held, struct err *err);

#endif
