/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks whether slots can be given to a guest.  The checks only read, and run before
 * anything is changed.  Each reports everything that it finds, by name.
 */
#ifndef PCISLOT_CHECK_H
#define PCISLOT_CHECK_H

#include "report.h"
#include "slot.h"
#include "state.h"

/*
 * check_slots - check the functions of @slots, and each slot against the others.  All
 * of them are for the guest with the QMP socket @qmp, or NULL if it is unknown.
 */
void check_slots(const struct slot *slot, unsigned int slots,
		 const struct state *state, const char *qmp,
		 struct report *report);

#endif
