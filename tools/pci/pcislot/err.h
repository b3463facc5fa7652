/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An error: a message for people, and the program's exit status.  The code that
 * detects an error describes it; only the program's outermost layer prints it.
 */
#ifndef PCISLOT_ERR_H
#define PCISLOT_ERR_H

#include "compiler.h"

/* Exit statuses.  The man page and --help list them. */
enum status {
	STATUS_DONE = 0,
	STATUS_FAILED = 1,	/* everything is as it was before */
	STATUS_USAGE = 2,	/* the command line or the notation is wrong */
	STATUS_REFUSED = 3,	/* a check refused; nothing was changed */
	STATUS_HELD = 4,	/* the guest did not release the slot in time */
	STATUS_LEFT = 5,	/* something could not be restored */
};

#define ERR_NOWHERE	-1L

struct err {
	enum status status;
	long at;		/* the character of the notation, or ERR_NOWHERE */
	char text[512];
};

/* err_set - describe an error; always returns -1 */
__printf(3, 4)
int err_set(struct err *err, enum status status, const char *format, ...);

/* err_at - describe an error at character @at of the notation; returns -1 */
__printf(3, 4)
int err_at(struct err *err, long at, const char *format, ...);

/* err_point - add the position in the notation to an error; returns -1 */
int err_point(struct err *err, long at);

#endif
