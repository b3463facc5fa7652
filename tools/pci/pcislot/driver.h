/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Binds a function of the host to a driver of VFIO, or back to its former driver.
 * struct held records the former driver before anything is changed; driver_give_back()
 * restores it from any state.
 */
#ifndef PCISLOT_DRIVER_H
#define PCISLOT_DRIVER_H

#include "report.h"
#include "state.h"

#define DRIVER_VFIO	"vfio-pci"

/*
 * driver_remember - record in @held the driver and override of @held->host, and choose
 * the driver of VFIO that it will have: the one that it has, else a variant that is made
 * for it and loaded, else vfio-pci.  A variant that is not loaded is noted.
 */
void driver_remember(struct held *held, struct report *report);

/*
 * driver_take - bind the function to that driver, through driver_override.  Each of the two
 * drivers has @seconds to release or accept it; one that takes longer is an error, while
 * the kernel goes on.
 */
int driver_take(const struct held *held, unsigned int seconds, struct err *err);

/*
 * driver_give_back - restore driver and driver_override; may be repeated.  A function
 * that another program has bound meanwhile, or that was removed and made anew at its
 * address, is left as it is, which is noted.
 */
int driver_give_back(const struct held *held, unsigned int seconds,
		     struct report *report, struct err *err);

/* driver_is_taken - whether the function still has the driver of driver_take() */
bool driver_is_taken(const struct held *held);

#endif
