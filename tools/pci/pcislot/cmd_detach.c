// SPDX-License-Identifier: GPL-2.0-only
/* detach: a whole slot of a guest, or all slots of guests that have ended */
#include "cmd.h"
#include "guest.h"
#include "sysfs.h"

#include <stdlib.h>
#include <string.h>

#define GONE_ALREADY	-2	/* instead of a claim: another pcislot detached it */

/* One slot to detach, claimed */
struct job {
	const char *text;	/* as the user gave it */
	struct holding holding;
	int claim;
};

static int no_slot(const char *text, struct err *err)
{
	return err_set(err, STATUS_REFUSED, "pcislot has given nothing to %s", text);
}

/* Find a slot by its number in the guest, "@07" */
static int find_place(const struct limits *limits, const char *text,
		      const struct state *state, struct holding **out,
		      struct err *err)
{
	int vslot;

	if (notation_parse_vslot(text, &vslot, err))
		return -1;
	if (!*limits->qmp)
		return err_set(err, STATUS_USAGE, "%s of which guest? --qmp SOCKET",
			       text);
	*out = state_find(state, limits->qmp, limits->bus, vslot);
	return *out ? 0 : no_slot(text, err);
}

/* A function that was removed is given up with the rest of its slot. */
static int in_parts(const struct slot *slot, const struct holding *holding,
		    struct err *err)
{
	char rest[BDF_FNS * BDF_TEXT] = "", host[BDF_TEXT];
	size_t length = 0;
	unsigned int i;

	for (i = 0; i < holding->fns; i++)
		if (!slot_find(slot, &holding->fn[i].host) &&
		    sysfs_exists(&holding->fn[i].host))
			length += snprintf(rest + length, sizeof(rest) - length,
					   " %s", bdf_text(&holding->fn[i].host, host));
	if (!length)
		return 0;
	return err_set(err, STATUS_REFUSED,
		       "a slot is detached as a whole; @%02x of the guest at %s also has%s",
		       holding->vslot, holding->qmp, rest);
}

/* Refuse a set if it is not where the user expects it. */
static int elsewhere(const struct limits *limits, const struct slot *slot,
		     const struct holding *holding, struct err *err)
{
	bool other_slot = slot->vslot != NOTATION_ANY && slot->vslot != holding->vslot;
	const struct function *fn;
	char host[BDF_TEXT];
	unsigned int i;

	for (i = 0; i < holding->fns; i++) {
		fn = slot_find(slot, &holding->fn[i].host);
		if (!fn || fn->vfn == NOTATION_ANY || fn->vfn == holding->fn[i].vfn)
			continue;
		err_set(err, STATUS_REFUSED, "%s is function %d of its slot",
			bdf_text(&fn->host, host), holding->fn[i].vfn);
		return err_point(err, fn->at);
	}
	if (!other_slot && cmd_within(limits, holding))
		return 0;
	err_set(err, STATUS_REFUSED, "%s is in slot %02x of %s of the guest at %s",
		bdf_text(&slot->fn[0].host, host), holding->vslot,
		*bus_canonical(holding->bus) ? holding->bus : "the first bus", holding->qmp);
	return other_slot ? err_point(err, slot->vslot_at) : -1;
}

/* Find a slot by its functions, all of which must be given */
static int find_set(const struct limits *limits, const char *text,
		    const struct state *state, struct holding **out,
		    struct err *err)
{
	struct slot slot;
	unsigned int i;

	if (slot_expand(text, false, &slot, err))
		return -1;
	*out = state_holder(state, &slot.fn[0].host);
	for (i = 0; i < slot.fns; i++) {
		struct holding *holder = state_holder(state, &slot.fn[i].host);
		char host[BDF_TEXT];

		if (!holder)
			no_slot(bdf_text(&slot.fn[i].host, host), err);
		else if (holder != *out)
			err_set(err, STATUS_REFUSED, "these are in different slots");
		else
			continue;
		return err_point(err, slot.fn[i].at);
	}
	return in_parts(&slot, *out, err) || elsewhere(limits, &slot, *out, err) ?
		-1 : 0;
}

/*
 * needed - whether a guest that runs has the slot: 1, 0 or -1.  A guest that was started
 * again at the same socket does not have it.
 */
static int needed(const struct options *options, const struct holding *holding,
		  struct err *err)
{
	unsigned int there;
	char why[USE_TEXT];
	struct qmp *qmp;
	int result;
	bool gone;

	qmp = qmp_open(holding->qmp, options->timeout, &gone, err);
	if (!qmp)
		return gone ? 0 : -1;
	result = guest_present(qmp, holding, &there, err);
	qmp_close(qmp);
	if (result)
		return -1;
	return there || cmd_opened(holding, true, why);
}

/* add - claim @found for a job, unless another argument is the same slot */
static int add(struct job *job, int *jobs, const char *text,
	       const struct holding *found, struct err *err)
{
	int i;

	for (i = 0; i < *jobs; i++)
		if (bdf_equal(&job[i].holding.fn[0].host, &found->fn[0].host))
			return 0;
	job[i].claim = state_claim(found, err);
	if (job[i].claim < 0)
		return -1;
	job[i].text = text;
	job[i].holding = *found;
	(*jobs)++;
	return 0;
}

/* Find and claim all slots before the first is detached, or none. */
static void add_all(const struct limits *limits, char **set, int sets,
		    struct job *job, int *jobs, struct report *report)
{
	struct holding *found = NULL;
	struct state state;
	struct err err;
	int i, result;

	if (state_begin(&state, &err)) {
		report_err(report, NULL, &err);
		return;
	}
	for (i = 0; i < sets; i++) {
		result = *set[i] == '@' ?
			 find_place(limits, set[i], &state, &found, &err) :
			 find_set(limits, set[i], &state, &found, &err);
		if (result || add(job, jobs, set[i], found, &err))
			report_err(report, set[i], &err);
	}
	state_end(&state);
}

static void detach_all(const struct options *options, struct job *job, int jobs,
		       struct report *report)
{
	struct err err;
	int i;

	for (i = 0; i < jobs; i++)
		if (cmd_undo(&job[i].holding, options->timeout, options->force,
			     report, &err))
			report_err(report, job[i].text, &err);
}

static void detach_slots(const struct options *options, const struct limits *limits,
			 char **set, int sets, struct report *report)
{
	struct job *job = calloc(sets, sizeof(*job));
	int jobs = 0;

	if (!job)
		abort();
	add_all(limits, set, sets, job, &jobs, report);
	if (report->status == STATUS_DONE)
		detach_all(options, job, jobs, report);
	while (jobs--)
		state_unclaim(&job[jobs].holding, job[jobs].claim);
	free(job);
}

/* claim_again - claim a holding that was read without the lock, if it still exists */
static int claim_again(const struct holding *holding, struct err *err)
{
	struct state state;
	int claim = GONE_ALREADY;

	if (state_begin(&state, err))
		return -1;
	if (state_find(&state, holding->qmp, holding->bus, holding->vslot))
		claim = state_claim(holding, err);
	state_end(&state);
	return claim;
}

/* detach_if_gone - returns false if the guest cannot be queried */
static bool detach_if_gone(const struct options *options,
			   const struct holding *holding, struct report *report)
{
	int claim, need = 1;
	struct err err;

	claim = claim_again(holding, &err);
	if (claim == GONE_ALREADY)
		return true;
	if (claim >= 0)
		need = needed(options, holding, &err);
	if (claim < 0 || need < 0 ||
	    (!need && cmd_undo(holding, options->timeout, options->force,
			     report, &err)))
		report_err(report, NULL, &err);
	if (claim >= 0)
		state_unclaim(holding, claim);
	return need >= 0;
}

/* seen - whether a slot before @end is of the same guest, in the array @lost */
static bool seen(const struct state *state, const bool *lost, size_t end)
{
	size_t i;

	for (i = 0; i < end; i++)
		if (lost[i] && !strcmp(state->holding[i].qmp, state->holding[end].qmp))
			return true;
	return false;
}

/* Includes the rest of an attach that was killed, if QEMU has ended */
static void detach_gone(const struct options *options, const struct limits *limits,
			struct report *report)
{
	struct state state;
	struct err err;
	bool *lost;
	size_t i;

	if (state_read(&state, &err)) {
		report_err(report, NULL, &err);
		return;
	}
	lost = calloc(state.holdings + 1, sizeof(*lost));
	if (!lost)
		abort();
	for (i = 0; i < state.holdings; i++)
		if (cmd_within(limits, &state.holding[i]) && !seen(&state, lost, i))
			lost[i] = !detach_if_gone(options, &state.holding[i], report);
	free(lost);
	state_end(&state);
}

enum status cmd_detach(const struct options *options, char **set, int sets)
{
	struct report report = {};
	struct limits limit;
	struct err err;

	if (options->gone == !!sets) {
		err_set(&err, STATUS_USAGE, "detach needs slots or --gone");
		report_err(&report, NULL, &err);
	} else if (cmd_limits(options, &limit, &err)) {
		report_err(&report, NULL, &err);
	} else if (options->gone) {
		detach_gone(options, &limit, &report);
	} else {
		detach_slots(options, &limit, set, sets, &report);
	}
	return cmd_end(&report);
}
