// SPDX-License-Identifier: GPL-2.0-only
/* list: the functions given to guests, and whether each can be unplugged */
#include "cmd.h"
#include "guest.h"

#include <string.h>

#define UNPLUG_TEXT	64
#define PATIENCE	3	/* seconds: another client may be connected to the monitor */

/* Alone ("yes"), together with its whole slot ("with ..."), or not at all ("no") */
static void unplug(struct qmp *qmp, const struct holding *holding,
		   const struct held *held, char text[UNPLUG_TEXT])
{
	size_t length;
	unsigned int i;

	if (!qmp || !guest_hotpluggable(qmp, held)) {
		snprintf(text, UNPLUG_TEXT, qmp ? "no" : "?");
		return;
	}
	length = snprintf(text, UNPLUG_TEXT, holding->fns > 1 ? "with" : "yes");
	for (i = 0; i < holding->fns; i++)
		if (&holding->fn[i] != held)
			length += snprintf(text + length, UNPLUG_TEXT - length,
					   " %02x.%d", holding->vslot,
					   holding->fn[i].vfn);
}

static const char *state_of(const struct holding *holding, bool gone)
{
	if (gone)
		return "no QEMU";
	return holding->attached ? "attached" : "incomplete";
}

static void print_one(const struct holding *holding)
{
	char host[BDF_TEXT], how[UNPLUG_TEXT];
	struct qmp *qmp;
	struct err err;
	unsigned int i;
	bool gone;

	qmp = qmp_open(holding->qmp, PATIENCE, &gone, &err);
	for (i = 0; i < holding->fns; i++) {
		const struct held *held = &holding->fn[i];

		unplug(qmp, holding, held, how);
		printf("%02x.%d   %-8s  %-13s  %-16s  %-10s  %-16s  %s\n",
		       holding->vslot, held->vfn,
		       *holding->bus ? holding->bus : "-",
		       bdf_text(&held->host, host),
		       *held->driver ? held->driver : "-",
		       state_of(holding, gone), holding->qmp, how);
	}
	if (qmp)
		qmp_close(qmp);
}

enum status cmd_list(const struct options *options, char **set, int sets)
{
	struct report report = {};
	struct state state;
	struct err err;
	size_t i;

	(void)options;
	(void)set;
	(void)sets;
	if (state_read(&state, &err)) {
		report_err(&report, NULL, &err);
		return cmd_end(&report);
	}
	printf("%-5s  %-8s  %-13s  %-16s  %-10s  %-16s  %s\n", "GUEST", "BUS",
	       "HOST", "FORMER DRIVER", "STATE", "QMP", "UNPLUG");
	for (i = 0; i < state.holdings; i++)
		print_one(&state.holding[i]);
	state_end(&state);
	return cmd_end(&report);
}
