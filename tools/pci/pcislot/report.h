/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The findings of the checks: all of them, not only the first.  A remark is either a
 * refusal or a note without effect on the result.
 */
#ifndef PCISLOT_REPORT_H
#define PCISLOT_REPORT_H

#include "compiler.h"
#include "slot.h"

#include <stdbool.h>
#include <stdio.h>

struct remark {
	char *text;
	bool note;
	const char *notation;
	long at;
};

struct report {
	struct remark *remark;
	size_t remarks;
	enum status status;	/* of the first refusal, or STATUS_DONE */
};

/* report_refuse - refuse @slot, because of character @at of its text */
__printf(4, 5)
void report_refuse(struct report *report, const struct slot *slot, long at,
		   const char *format, ...);

/* report_note - inform the user, without refusing */
__printf(2, 3)
void report_note(struct report *report, const char *format, ...);

/* report_err - refuse with an error that is described already */
void report_err(struct report *report, const char *notation,
		const struct err *err);

/* report_print - print every remark, with a caret if it has a position */
void report_print(const struct report *report, FILE *out);

void report_free(struct report *report);

#endif
