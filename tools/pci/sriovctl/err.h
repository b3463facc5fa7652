/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An error: a message for people, and the program's exit status.  The code that
 * detects an error describes it; only the program's outermost layer prints it.
 */
#ifndef SRIOVCTL_ERR_H
#define SRIOVCTL_ERR_H

#include "compiler.h"

/* Exit statuses.  The man page and --help list them. */
enum status {
	STATUS_DONE = 0,
	STATUS_FAILED = 1,	/* everything is as it was before */
	STATUS_USAGE = 2,	/* the command line or the configuration is wrong */
	STATUS_REFUSED = 3,	/* a check refused; nothing was changed */
	STATUS_PARTIAL = 4,	/* VFs are missing or not usable; each is named */
	STATUS_BLOCKED = 5,	/* the kernel had not finished a write in time */
	STATUS_LEFT = 6,	/* failed, and not everything could be restored */
};

struct err {
	enum status status;
	int error;		/* the errno of a write to sysfs that failed, or 0 */
	char text[1024];
};

/* err_set - describe an error; always returns -1 */
__printf(3, 4)
int err_set(struct err *err, enum status status, const char *format, ...);

#endif
