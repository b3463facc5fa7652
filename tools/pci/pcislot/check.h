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
 * check_slots - check the functions of @slots, and each slot against the others and
 * against those that pcislot gave to the guest.  All of them are for the guest with the
 * QMP socket @qmp, or NULL if it is unknown.
 */
void check_slots(const struct slot *slot, unsigned int slots,
		 const struct state *state, const char *qmp,
		 struct report *report);

/*
 * check_place - inform the user of what cannot be checked while no guest runs: a bus
 * that has no slot but 00.
 */
void check_place(const struct slot *slot, struct report *report);

#endif
