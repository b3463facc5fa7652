// SPDX-License-Identifier: GPL-2.0-only
/*
 * attach has three steps.  "look" checks, and may refuse.  "commit" claims the
 * functions in the state file, binds them and plugs them; on failure everything is
 * undone.  "publish" marks the slot as attached.  prepare does the same for a guest
 * that is not started yet, without plugging.
 */
#include "check.h"
#include "cmd.h"
#include "driver.h"
#include "guest.h"
#include "interrupt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct attach {
	const struct options *options;
	struct slot *slot;
	struct holding holding;
	struct qmp *qmp;
	bool guest_runs;	/* attach, not prepare */
	int claim;
	struct report report;
};

/* A slot that QEMU does not have is the rest of an earlier guest at its socket. */
static int check_rest(const struct attach *a, const struct holding *holding,
		      struct err *err)
{
	unsigned int there;

	if (!a->qmp || holding->vslot != a->slot->vslot || !holding->attached)
		return 0;
	if (guest_present(a->qmp, holding, &there, err))
		return -1;
	if (there)
		return 0;
	err_set(err, STATUS_REFUSED,
		"slot %02x is taken by pcislot, but QEMU does not have it: pcislot detach --gone gives it back",
		holding->vslot);
	return err_point(err, a->slot->vslot_at);
}

/* The slots in the state file, which QEMU may not have yet */
static int reserved(const struct attach *a, unsigned int *slots, struct err *err)
{
	struct state state;
	int result = 0;
	size_t i;

	if (state_read(&state, err))
		return -1;
	*slots = 0;
	for (i = 0; !result && i < state.holdings; i++) {
		const struct holding *holding = &state.holding[i];

		if (strcmp(holding->qmp, a->holding.qmp) ||
		    !bus_equal(holding->bus, a->holding.bus))
			continue;
		*slots |= BIT(holding->vslot);
		result = check_rest(a, holding, err);
	}
	state_end(&state);
	return result;
}

static int look_at_guest(struct attach *a, struct err *err)
{
	unsigned int slots;
	bool gone;

	a->qmp = qmp_open(a->holding.qmp, a->options->timeout, &gone, err);
	if (!a->qmp)
		return -1;
	return reserved(a, &slots, err) ||
	       guest_vslot(a->qmp, a->slot, slots, err) ||
	       guest_options(a->qmp, a->slot, err) ? -1 : 0;
}

/* A guest that does not run yet cannot be queried, so the slot's number must be given. */
static int can_be_started_with(struct attach *a, struct err *err)
{
	if (a->options->format == &format_xl)
		return err_set(err, STATUS_USAGE,
			       "xl needs the functions bound to pciback: bind them by xl pci-assignable-add; pcislot plan prints its line");
	a->slot->bound = true;
	check_place(a->slot, &a->report);
	if (a->slot->vslot == NOTATION_ANY)
		return format_no_vslot(a->slot, err);
	return format_root_slot(a->slot, err) || a->options->format->can(a->slot, err) ?
		-1 : 0;
}

static int look(struct attach *a, struct err *err)
{
	snprintf(a->holding.bus, sizeof(a->holding.bus), "%s",
		 bus_canonical(a->slot->bus));
	if (!a->options->qmp)
		return err_set(err, STATUS_USAGE, "for which guest? --qmp SOCKET");
	if (cmd_socket(a->options->qmp, a->holding.qmp, err) ||
	    format_qemu_options(a->slot, err))
		return -1;
	return a->guest_runs ? look_at_guest(a, err) : can_be_started_with(a, err);
}

static int fill_holding(struct attach *a, struct err *err)
{
	struct holding *holding = &a->holding;

	holding->vslot = a->slot->vslot;
	for (holding->fns = 0; holding->fns < a->slot->fns; holding->fns++) {
		const struct function *fn = &a->slot->fn[holding->fns];
		struct held *held = &holding->fn[holding->fns];

		held->host = fn->host;
		held->vfn = fn->vfn;
		format_id(a->slot, fn, held->id);
		driver_remember(held, &a->report);
		if (!sysfs_driver_exists(held->bound))
			return err_set(err, STATUS_REFUSED,
				       "there is no driver %s: modprobe %s",
				       held->bound, held->bound);
	}
	return 0;
}

/* claim - check, then record in the state file that these functions are taken */
static int claim(struct attach *a, struct err *err)
{
	struct state state;
	int result = -1;

	if (state_begin(&state, err))
		return -1;
	check_slots(a->slot, 1, &state, a->holding.qmp, &a->report);
	if (a->report.status == STATUS_DONE && !a->options->only_check) {
		a->claim = state_claim(&a->holding, err);
		if (a->claim >= 0) {
			state_add(&state, &a->holding);
			result = state_write(&state, err);
		}
	} else {
		result = 0;
	}
	state_end(&state);
	return result;
}

static int take_all(struct attach *a, struct err *err)
{
	unsigned int i;

	for (i = 0; i < a->holding.fns; i++) {
		if (driver_take(&a->holding.fn[i], a->options->timeout, err))
			return -1;
		if (interrupt_seen())
			return err_set(err, STATUS_FAILED, "interrupted");
	}
	return 0;
}

/* Output that cannot be written is a failure, and what was done is undone. */
static int print(const struct attach *a, struct err *err)
{
	const struct format *format = a->guest_runs ? &format_table :
						      a->options->format;

	format->print(a->slot, 1, stdout);
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	return err_set(err, STATUS_FAILED, "standard output: %s", strerror(errno));
}

static int publish(struct attach *a, struct err *err)
{
	struct holding *found;
	struct state state;
	int result = -1;

	if (state_begin(&state, err))
		return -1;
	found = state_find(&state, a->holding.qmp, a->holding.bus,
			   a->holding.vslot);
	if (found) {
		found->attached = true;
		result = state_write(&state, err);
	} else {
		err_set(err, STATUS_FAILED, "another program changed the state file");
	}
	state_end(&state);
	return result;
}

/* undo - report @first, then the errors of undoing it */
static void undo(struct attach *a, const struct err *first)
{
	struct err second;

	report_err(&a->report, a->slot->text, first);
	interrupt_end();
	/* This connection may be the cause of the failure. */
	if (a->qmp)
		qmp_close(a->qmp);
	a->qmp = NULL;
	if (cmd_undo(&a->holding, a->options->timeout, false, &a->report, &second)) {
		report_err(&a->report, NULL, &second);
		a->report.status = STATUS_LEFT;
	}
}

static void commit(struct attach *a)
{
	struct err err;

	if (take_all(a, &err) ||
	    (a->qmp && guest_plug(a->qmp, a->slot, &a->holding, &err)) ||
	    print(a, &err) || publish(a, &err))
		undo(a, &err);
}

static void attach(struct attach *a)
{
	struct err err;

	if (look(a, &err) || fill_holding(a, &err)) {
		report_err(&a->report, a->slot->text, &err);
		return;
	}
	if (claim(a, &err))
		report_err(&a->report, NULL, &err);
	else if (a->claim >= 0)
		commit(a);
	else if (a->report.status == STATUS_DONE && print(a, &err))
		report_err(&a->report, NULL, &err);
	if (a->claim >= 0)
		state_unclaim(&a->holding, a->claim);
}

static enum status give(const struct options *options, char **set, bool guest_runs)
{
	struct attach a = { .options = options, .claim = -1,
			    .guest_runs = guest_runs };

	a.slot = cmd_slots(options, set, 1, true, &a.report);
	interrupt_begin();
	if (a.report.status == STATUS_DONE)
		attach(&a);
	interrupt_end();
	if (a.qmp)
		qmp_close(a.qmp);
	free(a.slot);
	return cmd_end(&a.report);
}

enum status cmd_attach(const struct options *options, char **set, int sets)
{
	(void)sets;	/* 1, see main.c */
	return give(options, set, true);
}

enum status cmd_prepare(const struct options *options, char **set, int sets)
{
	(void)sets;
	return give(options, set, false);
}
