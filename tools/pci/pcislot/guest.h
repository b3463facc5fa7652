/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A slot in a running guest.  QEMU shows a slot's functions to the guest when
 * function 0 is plugged, so that one is plugged last.  QEMU ejects the whole slot
 * when the guest releases it, so only function 0 is unplugged.
 */
#ifndef PCISLOT_GUEST_H
#define PCISLOT_GUEST_H

#include "compiler.h"
#include "qmp.h"
#include "slot.h"
#include "state.h"

/*
 * guest_vslot - check that the slot's device number is free, or choose a free one.
 * A number with its bit set in @reserved is in use by another pcislot.
 */
int guest_vslot(struct qmp *qmp, struct slot *slot, unsigned int reserved,
		struct err *err);

/* guest_options - check that QEMU has the slot's options, and set their types */
int guest_options(struct qmp *qmp, struct slot *slot, struct err *err);

/* guest_plug - plug all functions, function 0 last; does not undo a partial failure */
int guest_plug(struct qmp *qmp, const struct slot *slot,
	       const struct holding *holding, struct err *err);

/* guest_present - which functions of the slot QEMU has, as bits by index */
int guest_present(struct qmp *qmp, const struct holding *holding,
		  unsigned int *there, struct err *err);

/*
 * guest_release - have the guest release the whole slot, and wait for @seconds at
 * most.  The slot may be in any state: visible, partly plugged, or not present; @there
 * is set to the functions that QEMU had.
 */
int guest_release(struct qmp *qmp, const struct holding *holding,
		  unsigned int seconds, unsigned int *there, struct err *err);

/* guest_hotpluggable - whether QEMU can unplug this function */
bool guest_hotpluggable(struct qmp *qmp, const struct held *held);

#endif
