/* SPDX-License-Identifier: GPL-2.0-only */
/* The program's verbs.  Each prints its own errors and returns an exit status. */
#ifndef PCISLOT_CMD_H
#define PCISLOT_CMD_H

#include "format.h"
#include "report.h"
#include "slot.h"

struct options {
	enum mapping map;
	const struct format *format;
	const char *bus;
	const char *qmp;
	unsigned int timeout;	/* seconds to wait for the guest */
	bool only_check;
	bool gone;
};

enum status cmd_expand(const struct options *options, char **set, int sets);
enum status cmd_plan(const struct options *options, char **set, int sets);

/*
 * cmd_slots - make slots of all the notations; what is wrong with any goes to
 * @report.  Returns an array of @sets slots to free().
 */
struct slot *cmd_slots(const struct options *options, char **set, int sets,
		       struct report *report);

/* cmd_end - print @report, free it, return its status */
enum status cmd_end(struct report *report);

#endif
