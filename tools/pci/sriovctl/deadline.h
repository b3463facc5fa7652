/* SPDX-License-Identifier: GPL-2.0-only */
/* A point in time by which a verb must be done */
#ifndef SRIOVCTL_DEADLINE_H
#define SRIOVCTL_DEADLINE_H

struct deadline {
	unsigned int seconds;	/* as it was given, for messages */
	long long at;		/* milliseconds of CLOCK_MONOTONIC */
};

struct deadline deadline_in(unsigned int seconds);

/* deadline_left - the milliseconds until then, 0 if it is over */
int deadline_left(const struct deadline *deadline);

#endif
