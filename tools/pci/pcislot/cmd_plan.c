// SPDX-License-Identifier: GPL-2.0-only
/* expand and plan: the verbs that change nothing */
#include "check.h"
#include "cmd.h"

#include <stdlib.h>

struct slot *cmd_slots(const struct options *options, char **set, int sets,
		       bool must_exist, struct report *report)
{
	struct slot *slot = calloc(sets, sizeof(*slot));
	struct err err;
	int i;

	if (!slot)
		abort();
	for (i = 0; i < sets; i++) {
		if (slot_expand(set[i], must_exist, &slot[i], &err) ||
		    slot_map(&slot[i], options->map, &err))
			report_err(report, set[i], &err);
		slot[i].bus = options->bus && *options->bus ? options->bus : NULL;
	}
	return slot;
}

enum status cmd_end(struct report *report)
{
	enum status status = report->status;

	fflush(stdout);	/* so that errors come last */
	report_print(report, stderr);
	report_free(report);
	return status;
}

enum status cmd_expand(const struct options *options, char **set, int sets)
{
	struct report report = {};
	struct slot *slot = cmd_slots(options, set, sets, false, &report);

	if (report.status == STATUS_DONE)
		format_notation.print(slot, sets, stdout);
	free(slot);
	return cmd_end(&report);
}

static void check_format(const struct options *options, const struct slot *slot,
			 int slots, struct report *report)
{
	struct err err;
	int i;

	for (i = 0; i < slots; i++) {
		check_place(&slot[i], report);
		if (options->format->can(&slot[i], &err))
			report_err(report, slot[i].text, &err);
	}
}

/* check - returns false if the checks could not be made */
static bool check(const struct options *options, const struct slot *slot,
		  int slots, struct report *report)
{
	char socket[STATE_SOCKET];
	struct state state;
	struct err err;

	if ((options->qmp && cmd_socket(options->qmp, socket, &err)) ||
	    state_read(&state, &err)) {
		report_err(report, NULL, &err);
		return false;
	}
	check_slots(slot, slots, &state, options->qmp ? socket : NULL, report);
	state_end(&state);
	return true;
}

enum status cmd_plan(const struct options *options, char **set, int sets)
{
	struct report report = {};
	struct slot *slot = cmd_slots(options, set, sets, true, &report);
	bool printable;

	if (report.status == STATUS_DONE)
		check_format(options, slot, sets, &report);
	printable = report.status == STATUS_DONE && check(options, slot, sets, &report);
	/* The table is for people and also shows a refused set; programs get all or nothing. */
	if (report.status == STATUS_DONE ||
	    (printable && options->format == &format_table))
		options->format->print(slot, sets, stdout);
	free(slot);
	return cmd_end(&report);
}
