// SPDX-License-Identifier: GPL-2.0-only
/* list: the functions given to guests, and whether each can be unplugged */
#include "cmd.h"
#include "driver.h"
#include "guest.h"

#include <string.h>

#define UNPLUG_TEXT	64		/* "with" and seven places of 5 characters */
#define ABSENT		"absent"	/* from QEMU */
#define IN_USE		"in use"	/* by a program, but not by pcislot's names */
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

/* The connection to one guest, kept for its next slot */
struct guest {
	char path[STATE_SOCKET];
	struct qmp *qmp;
	bool gone;
};

static void leave(struct guest *guest)
{
	if (guest->qmp)
		qmp_close(guest->qmp);
	guest->qmp = NULL;
}

static void enter(struct guest *guest, const char *path)
{
	struct err err;

	if (!strcmp(guest->path, path))
		return;
	leave(guest);
	snprintf(guest->path, sizeof(guest->path), "%s", path);
	guest->qmp = qmp_open(path, PATIENCE, &guest->gone, &err);
}

/* Whether a detach gave functions back, but could not record it */
static bool is_given_back(const struct holding *holding)
{
	unsigned int i;

	for (i = 0; i < holding->fns; i++)
		if (sysfs_exists(&holding->fn[i].host) &&
		    !driver_is_taken(&holding->fn[i]))
			return true;
	return false;
}

/* In a slot that was prepared, "incomplete" also means that QEMU has only a part. */
static const char *state_of(const struct holding *holding, struct guest *guest)
{
	unsigned int there = 0;
	char why[USE_TEXT];
	struct err err;

	if (guest->qmp && guest_present(guest->qmp, holding, &there, &err))
		leave(guest);
	if ((guest->gone || (guest->qmp && !there)) &&
	    cmd_opened(holding, !guest->gone, why))
		return IN_USE;
	if (is_given_back(holding))
		return "incomplete";
	if (guest->gone)
		return "no QEMU";
	if (!holding->attached || (there && there != BIT(holding->fns) - 1))
		return "incomplete";
	return guest->qmp && !there ? ABSENT : "attached";
}

static void print_one(const struct holding *holding, struct guest *guest)
{
	char host[BDF_TEXT], how[UNPLUG_TEXT];
	const char *state;
	unsigned int i;
	bool in_qemu;

	enter(guest, holding->qmp);
	state = state_of(holding, guest);
	in_qemu = strcmp(state, ABSENT) && strcmp(state, IN_USE);
	for (i = 0; i < holding->fns; i++) {
		const struct held *held = &holding->fn[i];

		unplug(in_qemu ? guest->qmp : NULL, holding, held, how);
		printf("%02x.%d   %-8s  %-13s  %-16s  %-10s  %-16s  %s\n",
		       holding->vslot, held->vfn,
		       *holding->bus ? holding->bus : "-",
		       bdf_text(&held->host, host),
		       *held->driver ? held->driver : "-",
		       state, holding->qmp, how);
	}
}

enum status cmd_list(const struct options *options, char **set, int sets)
{
	struct report report = {};
	struct guest guest = {};
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
		print_one(&state.holding[i], &guest);
	leave(&guest);
	state_end(&state);
	return cmd_end(&report);
}
