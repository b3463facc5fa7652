// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <stdarg.h>
#include <stdlib.h>

static struct remark *add(struct report *report, const char *notation, long at,
			  const char *format, va_list args)
{
	struct remark *more = reallocarray(report->remark, report->remarks + 1,
					   sizeof(*more));
	struct remark *remark;

	if (!more)
		abort();
	report->remark = more;
	remark = &more[report->remarks++];
	remark->notation = notation;
	remark->at = at;
	remark->note = false;
	if (vasprintf(&remark->text, format, args) < 0)
		abort();
	return remark;
}

void report_refuse(struct report *report, const struct slot *slot, long at,
		   const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(report, slot->text, at, format, args);
	va_end(args);
	if (report->status == STATUS_DONE)
		report->status = STATUS_REFUSED;
}

void report_note(struct report *report, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(report, NULL, ERR_NOWHERE, format, args)->note = true;
	va_end(args);
}

void report_err(struct report *report, const char *notation,
		const struct err *err)
{
	struct slot slot = { .text = notation };

	if (report->status == STATUS_DONE)
		report->status = err->status;
	report_refuse(report, &slot, err->at, "%s", err->text);
}

/*
 * Print "?" for a character that a terminal cannot show in one column.  A message may
 * quote QEMU, which the guest may have taken over, so this prevents escape sequences
 * and lines that pcislot did not write.
 */
static void print_text(const char *text, FILE *out)
{
	for (; *text; text++)
		fputc(*text >= ' ' && *text <= '~' ? *text : '?', out);
	fputc('\n', out);
}

void report_print(const struct report *report, FILE *out)
{
	size_t i;

	for (i = 0; i < report->remarks; i++) {
		const struct remark *remark = &report->remark[i];

		fprintf(out, "pcislot: %s", remark->note ? "note: " : "");
		print_text(remark->text, out);
		if (!remark->notation || remark->at == ERR_NOWHERE)
			continue;
		fputs("  ", out);
		print_text(remark->notation, out);
		fprintf(out, "  %*s^\n", (int)remark->at, "");
	}
}

void report_free(struct report *report)
{
	size_t i;

	for (i = 0; i < report->remarks; i++)
		free(report->remark[i].text);
	free(report->remark);
}
