/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether slots can be had, from all that can be known before anything is touched.
 * The checks only read; each tells all that it finds, by name.
 */
#ifndef PCISLOT_CHECK_H
#define PCISLOT_CHECK_H

#include "report.h"
#include "slot.h"
#include "state.h"

/*
 * check_slots - the functions of @slots, which are all for the guest that has its
 * QMP socket at @qmp (or NULL, for one not known), and each slot beside the others
 */
void check_slots(const struct slot *slot, unsigned int slots,
		 const struct state *state, const char *qmp,
		 struct report *report);

#endif
