/* SPDX-License-Identifier: GPL-2.0-only */
/* The verbs of the program.  Each prints its own errors and returns an exit status. */
#ifndef SRIOVCTL_CMD_H
#define SRIOVCTL_CMD_H

#include "bdf.h"
#include "report.h"
#include "wish.h"

struct options {
	struct wish wish;	/* of set and plan */
	bool wished;		/* the command line has a part of it */
	bool json;
	bool wait;
	bool force;
	bool only_check;
	bool check;		/* of files only, not of this machine */
	unsigned int timeout;	/* seconds */
};

enum status cmd_list(const struct options *options, char **argument, int arguments);
enum status cmd_status(const struct options *options, char **argument, int arguments);
enum status cmd_set(const struct options *options, char **argument, int arguments);
enum status cmd_plan(const struct options *options, char **argument, int arguments);
enum status cmd_apply(const struct options *options, char **argument, int arguments);
enum status cmd_undo(const struct options *options, char **argument, int arguments);
enum status cmd_online(const struct options *options, char **argument, int arguments);
enum status cmd_offline(const struct options *options, char **argument, int arguments);
enum status cmd_explain(const struct options *options, char **argument, int arguments);
enum status cmd_monitor(const struct options *options, char **argument, int arguments);
enum status cmd_wait(const struct options *options, char **argument, int arguments);

/* cmd_carry_out - make the PF as it is wished, alone; prints its own errors */
enum status cmd_carry_out(const struct bdf *pf, const struct wish *wish,
			  const struct options *options);

/* cmd_show_plan - print the steps, and what speaks against them */
enum status cmd_show_plan(const struct bdf *pf, const struct wish *wish,
			  const struct options *options);

#endif
