/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A running guest's side of a slot.  QEMU shows a slot's functions to the guest
 * when function 0 comes, so that one comes last; and it takes the whole slot when
 * the guest lets go of it, so function 0 is asked for alone.
 */
#ifndef PCISLOT_GUEST_H
#define PCISLOT_GUEST_H

#include "compiler.h"
#include "qmp.h"
#include "slot.h"
#include "state.h"

/*
 * guest_vslot - check that the slot's device number is free, or choose one; neither
 * is one of those that @reserved has a bit for, on which others are at work
 */
int guest_vslot(struct qmp *qmp, struct slot *slot, unsigned int reserved,
		struct err *err);

/* guest_plug - all functions, function 0 last; those that came in are not undone */
int guest_plug(struct qmp *qmp, const struct slot *slot,
	       const struct holding *holding, struct err *err);

/*
 * guest_release - have the guest let go of the whole slot, and wait for @seconds
 * at most.  From whatever state: exposed, half plugged, or not there at all.
 */
int guest_release(struct qmp *qmp, const struct holding *holding,
		  unsigned int seconds, struct err *err);

/* guest_hotpluggable - could QEMU take this function out? */
bool guest_hotpluggable(struct qmp *qmp, const struct held *held);

#endif
