/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the checks found: all of it, not only the first.  A remark either refuses
 * or is a note that changes nothing.
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

/* report_refuse - @slot cannot be had, because of character @at of its text */
__printf(4, 5)
void report_refuse(struct report *report, const struct slot *slot, long at,
		   const char *format, ...);

/* report_note - the user should know, and nothing more */
__printf(2, 3)
void report_note(struct report *report, const char *format, ...);

/* report_err - the same as report_refuse() for what somebody else described */
void report_err(struct report *report, const char *notation,
		const struct err *err);

/* report_print - write every remark, each with a caret where it has a place */
void report_print(const struct report *report, FILE *out);

void report_free(struct report *report);

#endif
