// SPDX-License-Identifier: GPL-2.0-only
/* Undoes the attaching of a slot, complete or not */
#include "cmd.h"
#include "driver.h"
#include "guest.h"
#include "sysfs.h"

#include <stdio.h>
#include <string.h>

#define MOMENT	2000	/* milliseconds */

/* Give back every function, also after an error; the first is returned, more are noted. */
static int give_back(const struct holding *holding, unsigned int seconds,
		     struct report *report, struct err *err)
{
	struct err second, *now = err;
	int result = 0;
	unsigned int i;

	for (i = 0; i < holding->fns; i++) {
		if (!driver_give_back(&holding->fn[i], seconds, report, now))
			continue;
		if (now == &second)
			report_note(report, "%s", second.text);
		result = -1;
		now = &second;
	}
	if (result)
		err->status = STATUS_LEFT;
	return result;
}

/* settle - drop what was undone; @left stays for the next detach */
static int settle(const struct holding *holding, bool left, struct err *err)
{
	struct holding *found;
	struct state state;
	int result = 0;

	if (state_begin(&state, err))
		return -1;
	found = state_find(&state, holding->qmp, holding->bus, holding->vslot);
	if (found && left)
		found->attached = false;
	else if (found)
		state_drop(&state, found);
	if (found)
		result = state_write(&state, err);
	state_end(&state);
	return result;
}

/* Whether another slot of the guest has a function of the IOMMU group of @host */
static bool shared(const struct holding *holding, const struct bdf *host)
{
	char group[SYSFS_TEXT], other[SYSFS_TEXT];
	struct state state;
	bool is = false;
	struct err err;
	unsigned int fn;
	size_t i;

	if (!sysfs_link(host, "iommu_group", group) || state_read(&state, &err))
		return false;
	for (i = 0; i < state.holdings; i++) {
		const struct holding *now = &state.holding[i];

		if (strcmp(now->qmp, holding->qmp) ||
		    (now->vslot == holding->vslot && !strcmp(now->bus, holding->bus)))
			continue;
		for (fn = 0; fn < now->fns; fn++)
			is |= sysfs_link(&now->fn[fn].host, "iommu_group", other) &&
			      !strcmp(group, other);
	}
	state_end(&state);
	return is;
}

const struct held *cmd_opened(const struct holding *holding, bool guest_runs,
			      char why[USE_TEXT])
{
	unsigned int i;

	for (i = 0; i < holding->fns; i++) {
		const struct held *held = &holding->fn[i];

		if (use_opened(&held->host, why) &&
		    !(guest_runs && shared(holding, &held->host)))
			return held;
	}
	return NULL;
}

/*
 * check_closed - a function that a program still has is not given back: the kernel would
 * wait in the unbind until the program ends.  A QEMU that has just ended may take a
 * moment for it.
 */
static int check_closed(const struct holding *holding, bool guest_runs,
			struct err *err)
{
	long deadline = qmp_now() + MOMENT;
	char why[USE_TEXT], host[BDF_TEXT];
	const struct held *held;

	for (;;) {
		held = cmd_opened(holding, guest_runs, why);
		if (!held)
			return 0;
		if (qmp_now() >= deadline)
			break;
		qmp_pause();
	}
	return err_set(err, STATUS_REFUSED,
		       guest_runs ? "%s: QEMU at %s does not have it by pcislot's name, but %s" :
				    "%s: no QEMU answers at %s, but %s",
		       bdf_text(&held->host, host), holding->qmp, why);
}

/* ends - whether QEMU, which closed its connection, ends: its socket may stay a moment */
static bool ends(const struct holding *holding)
{
	long deadline = qmp_now() + MOMENT;
	struct qmp *qmp;
	struct err err;
	bool gone;

	do {
		qmp = qmp_open(holding->qmp, 1, &gone, &err);
		if (qmp)
			qmp_close(qmp);
		if (qmp || gone)
			return !qmp;
		qmp_pause();
	} while (qmp_now() < deadline);
	return false;
}

static int release(const struct holding *holding, unsigned int seconds,
		   struct err *err)
{
	unsigned int there = 0;
	struct qmp *qmp;
	int result;
	bool gone;

	qmp = qmp_open(holding->qmp, seconds, &gone, err);
	if (!qmp)
		return gone ? check_closed(holding, false, err) : -1;
	result = guest_release(qmp, holding, seconds, &there, err);
	qmp_close(qmp);
	if (!result)
		return there ? 0 : check_closed(holding, true, err);
	if (err->status == STATUS_FAILED && ends(holding))
		return check_closed(holding, false, err);
	return -1;
}

int cmd_undo(const struct holding *holding, unsigned int seconds, bool force,
	     struct report *report, struct err *err)
{
	struct err second;

	if (release(holding, seconds, err))
		return -1;
	if (give_back(holding, seconds, report, err)) {
		if (!force) {
			settle(holding, true, &second);
			return -1;
		}
		report_note(report, "%s", err->text);
		report_note(report,
			    "what could not be given back is left as it is, and no longer recorded");
	}
	if (!settle(holding, false, &second))
		return 0;
	return err_set(err, STATUS_LEFT,
		       "%s; the functions were given back, but are still recorded: repeat detach",
		       second.text);
}
