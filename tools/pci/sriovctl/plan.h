/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must be done so that a PF is as the administrator wants it: the steps from the
 * snapshot to the wish, none if it is that already.  The checks come first; a plan
 * that they refuse has no effect.
 */
#ifndef SRIOVCTL_PLAN_H
#define SRIOVCTL_PLAN_H

#include "report.h"
#include "snapshot.h"
#include "step.h"

struct plan {
	struct pf now;
	const struct wish *wish;
	struct step *step;
	size_t steps;
	long num_vfs;		/* then */
	bool renewed;		/* all VFs are removed and made anew */
};

/* plan_make - plan for the PF; what speaks against it goes to @report */
void plan_make(struct plan *plan, const struct bdf *pf, const struct wish *wish, bool force,
	       struct report *report);

void plan_print(const struct plan *plan);

/* plan_run - take the steps; failures go to @report */
void plan_run(const struct plan *plan, const struct deadline *deadline,
	      struct report *report);

void plan_free(struct plan *plan);

#endif
