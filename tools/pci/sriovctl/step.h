/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One change of a plan.  Steps of the PF are taken in order, and are undone if a later
 * one fails.  Steps of VFs follow; a VF for which one fails is left as it is then, and
 * the other VFs are not affected.
 */
#ifndef SRIOVCTL_STEP_H
#define SRIOVCTL_STEP_H

#include "deadline.h"
#include "snapshot.h"
#include "wish.h"

enum step_kind {
	STEP_LOAD,	/* load the module of the driver @value */
	STEP_PF,	/* write @value to the PF's @file */
	STEP_LATE,	/* the same, after VFs have been set up */
	STEP_NET,	/* the VF's settings in the PF's network interface */
	STEP_UNBIND,	/* unbind the VF from its driver */
	STEP_MSIX,	/* give the VF @value MSI-X vectors */
	STEP_DRIVER,	/* bind the VF to the driver @value, and to no other */
	STEP_PROBE,	/* look for a driver for the VF */
};

struct step {
	enum step_kind kind;
	unsigned int vf;
	const char *file;
	char value[DRIVER_NAME];
	char before[DRIVER_NAME];	/* what @file had, to undo it */
	unsigned int wanted;		/* of STEP_NET: which settings differ */
};

/* step_text - what the step does, in words; to be freed */
char *step_text(const struct step *step, const struct wish *wish);

/* step_take - take the step for the PF */
int step_take(const struct step *step, const struct bdf *pf, const struct wish *wish,
	      const struct deadline *deadline, struct err *err);

/* step_of_vf - whether it changes one VF only */
bool step_of_vf(const struct step *step);

#endif
