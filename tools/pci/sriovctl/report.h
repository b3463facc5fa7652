/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What there is to report at the end of a verb: all findings, not only the first.  A
 * remark is a note, without effect on the exit status, or has a status of its own.
 */
#ifndef SRIOVCTL_REPORT_H
#define SRIOVCTL_REPORT_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>

struct remark {
	char *text;
	bool note;
};

struct report {
	struct remark *remark;
	size_t remarks;
	enum status status;	/* of the first remark that is not a note, or STATUS_DONE */
};

/* report_add - a remark with a status; the first one's is that of the report */
__printf(3, 4)
void report_add(struct report *report, enum status status, const char *format, ...);

/* report_err - the same, of an error that is described already */
void report_err(struct report *report, const struct err *err);

/* report_note - inform the user, without effect on the status */
__printf(2, 3)
void report_note(struct report *report, const char *format, ...);

/* report_end - print all remarks to standard error and free them; the status */
enum status report_end(struct report *report);

#endif
