// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void add(struct report *report, bool note, const char *format, va_list args)
{
	struct remark *more = reallocarray(report->remark, report->remarks + 1,
					   sizeof(*more));

	if (!more)
		abort();
	report->remark = more;
	more += report->remarks++;
	more->note = note;
	if (vasprintf(&more->text, format, args) < 0)
		abort();
}

void report_add(struct report *report, enum status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(report, false, format, args);
	va_end(args);
	if (report->status == STATUS_DONE)
		report->status = status;
}

void report_err(struct report *report, const struct err *err)
{
	report_add(report, err->status, "%s", err->text);
}

void report_note(struct report *report, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(report, true, format, args);
	va_end(args);
}

enum status report_end(struct report *report)
{
	size_t i;

	fflush(stdout);	/* so that remarks come last */
	for (i = 0; i < report->remarks; i++) {
		struct remark *remark = &report->remark[i];

		fprintf(stderr, "sriovctl: %s%s\n", remark->note ? "note: " : "",
			remark->text);
		free(remark->text);
	}
	free(report->remark);
	report->remark = NULL;
	report->remarks = 0;
	return report->status;
}
