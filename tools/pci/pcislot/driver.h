/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Binds a function of the host to vfio-pci, or back to its former driver.  struct
 * held records the former driver before anything is changed; driver_give_back()
 * restores it from any state.
 */
#ifndef PCISLOT_DRIVER_H
#define PCISLOT_DRIVER_H

#include "state.h"

#define DRIVER_VFIO	"vfio-pci"

/* driver_remember - record in @held the driver and override of @held->host */
void driver_remember(struct held *held);

/* driver_take - bind the function to vfio-pci, through driver_override */
int driver_take(const struct held *held, struct err *err);

/* driver_give_back - restore driver and driver_override; may be repeated */
int driver_give_back(const struct held *held, struct err *err);

#endif
