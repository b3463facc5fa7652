/* SPDX-License-Identifier: GPL-2.0-only */
/* The verbs of the program.  Each prints its own errors and returns an exit status. */
#ifndef PCISLOT_CMD_H
#define PCISLOT_CMD_H

#include "format.h"
#include "report.h"
#include "slot.h"
#include "state.h"
#include "use.h"

struct options {
	enum mapping map;
	const struct format *format;
	char bus_name[BUS_TEXT];
	const char *bus;	/* bus_name, or NULL if none was given */
	const char *qmp;
	unsigned int timeout;	/* seconds to wait for the guest */
	bool only_check;
	bool gone;
	bool force;		/* forget what cannot be given back */
};

enum status cmd_expand(const struct options *options, char **set, int sets);
enum status cmd_plan(const struct options *options, char **set, int sets);
enum status cmd_attach(const struct options *options, char **set, int sets);
enum status cmd_prepare(const struct options *options, char **set, int sets);
enum status cmd_detach(const struct options *options, char **set, int sets);
enum status cmd_list(const struct options *options, char **set, int sets);

/*
 * cmd_slots - make slots of all the notations, as slot_expand() does with
 * @must_exist; errors of each go to @report.  Returns an array of @sets slots to
 * free().
 */
struct slot *cmd_slots(const struct options *options, char **set, int sets,
		       bool must_exist, struct report *report);

/* cmd_socket - the canonical path of a socket */
int cmd_socket(const char *given, char path[STATE_SOCKET], struct err *err);

/* What the user gave besides slots: the guest and its bus, or nothing */
struct limits {
	char qmp[STATE_SOCKET];	/* "" if not given */
	const char *bus;	/* NULL if not given */
};

int cmd_limits(const struct options *options, struct limits *out, struct err *err);

/* cmd_within - whether @holding is of that guest and bus */
bool cmd_within(const struct limits *limits, const struct holding *holding);

/*
 * cmd_undo - have the guest, if it runs, release its functions of @holding, give all
 * functions back to the host, and drop @holding from the state.  What cannot be
 * undone now stays in the state, for the next detach, or with @force, if it is a
 * function's former driver, is dropped too; what was not done on purpose is noted in
 * @report.  Needs QEMU's monitor, so the caller must not be connected to it.
 */
int cmd_undo(const struct holding *holding, unsigned int seconds, bool force,
	     struct report *report, struct err *err);

/*
 * cmd_opened - the first function of @holding that a program has opened through VFIO,
 * as @why describes, or NULL.  If the guest runs and is known not to have it, a function
 * whose group is open for another slot of that guest is not meant.
 */
const struct held *cmd_opened(const struct holding *holding, bool guest_runs,
			      char why[USE_TEXT]);

/* cmd_end - print @report, free it, return its status */
enum status cmd_end(struct report *report);

#endif
