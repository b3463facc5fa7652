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

/* Alone ("yes"), together with its whole slot ("with"), not at all ("no"), or unknown */
static const char *unplug(struct qmp *qmp, const struct holding *holding,
			  const struct held *held)
{
	if (!qmp)
		return NULL;
	if (!guest_hotpluggable(qmp, held))
		return "no";
	return holding->fns > 1 ? "with" : "yes";
}

static void unplug_text(const char *how, const struct holding *holding,
			const struct held *held, char text[UNPLUG_TEXT])
{
	size_t length = snprintf(text, UNPLUG_TEXT, "%s", how ? : "?");
	unsigned int i;

	for (i = 0; how && !strcmp(how, "with") && i < holding->fns; i++)
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

static void print_head(void)
{
	printf("%-5s  %-8s  %-13s  %-16s  %-10s  %-16s  %s\n", "GUEST", "BUS",
	       "HOST", "FORMER DRIVER", "STATE", "QMP", "UNPLUG");
}

static void print_rows(const struct holding *holding, const char *state,
		       const char *const *how)
{
	char host[BDF_TEXT], text[UNPLUG_TEXT];
	unsigned int i;

	for (i = 0; i < holding->fns; i++) {
		const struct held *held = &holding->fn[i];

		unplug_text(how[i], holding, held, text);
		printf("%02x.%d   %-8s  %-13s  %-16s  %-10s  %-16s  %s\n",
		       holding->vslot, held->vfn,
		       *holding->bus ? holding->bus : "-",
		       bdf_text(&held->host, host),
		       *held->driver ? held->driver : "-",
		       state, holding->qmp, text);
	}
}

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static json_t *slot_json(const struct holding *holding, const char *state,
			 const char *const *how)
{
	json_t *functions = json_array();
	char host[BDF_TEXT];
	unsigned int i;

	for (i = 0; i < holding->fns; i++) {
		const struct held *held = &holding->fn[i];

		json_array_append_new(functions,
				      json_pack("{s:i, s:s, s:s, s:s?, s:s?}",
						"function", held->vfn,
						"host", bdf_text(&held->host, host),
						"id", held->id,
						"former_driver", or_null(held->driver),
						"unplug", how[i]));
	}
	return json_pack("{s:s, s:s?, s:i, s:s, s:o}", "qmp", holding->qmp,
			 "bus", or_null(holding->bus), "slot", holding->vslot,
			 "state", state, "functions", functions);
}

/* show - print a slot, or add it to @all for programs */
static void show(const struct holding *holding, struct guest *guest, json_t *all)
{
	const char *how[BDF_FNS];
	const char *state;
	unsigned int i;
	bool in_qemu;

	enter(guest, holding->qmp);
	state = state_of(holding, guest);
	in_qemu = strcmp(state, ABSENT) && strcmp(state, IN_USE);
	for (i = 0; i < holding->fns; i++)
		how[i] = unplug(in_qemu ? guest->qmp : NULL, holding, &holding->fn[i]);
	if (all)
		json_array_append_new(all, slot_json(holding, state, how));
	else
		print_rows(holding, state, how);
}

static void show_all(const struct limits *limits, const struct state *state, json_t *all)
{
	struct guest guest = {};
	size_t i;

	if (!all)
		print_head();
	for (i = 0; i < state->holdings; i++)
		if (cmd_within(limits, &state->holding[i]))
			show(&state->holding[i], &guest, all);
	leave(&guest);
}

static int show_list(const struct options *options, struct err *err)
{
	json_t *all = options->format == &format_json ? json_array() : NULL;
	struct limits limits;
	struct state state;
	int result = -1;

	if (!all && options->format != &format_table)
		return err_set(err, STATUS_USAGE, "list has the formats table and json");
	if (!cmd_limits(options, &limits, err) && !state_read(&state, err)) {
		show_all(&limits, &state, all);
		state_end(&state);
		result = 0;
	}
	if (all && !result) {
		json_dumpf(all, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(all);
	return result;
}

enum status cmd_list(const struct options *options, char **set, int sets)
{
	struct report report = {};
	struct err err;

	(void)set;
	(void)sets;
	if (show_list(options, &err))
		report_err(&report, NULL, &err);
	return cmd_end(&report);
}
